//! The functions against the crate libm, whose results are within one unit in the last place of the true value, and
//! against themselves: a block of lanes has the bits of single numbers with every instruction set.

use super::super::lanes::{CHUNK, InstructionSet, Kernel, NONE, Pair, Work, apply, apply_pair};
use super::super::tests::AWKWARD;
use super::super::{Binary, Interval, Number, Unary};
use super::normal;
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

/// The distance in representable numbers; 0 if both are NaN, and the greatest distance if one is.
fn ulps(a: f64, b: f64) -> u64 {
    let ordered = |x: f64| {
        let bits = x.to_bits() as i64;
        if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
    };
    match (a.is_nan(), b.is_nan()) {
        (true, true) => 0,
        (false, false) => ordered(a).abs_diff(ordered(b)),
        _ => u64::MAX,
    }
}

fn reference(op: Unary) -> Option<fn(f64) -> f64> {
    Some(match op {
        Unary::Sqrt => libm::sqrt,
        Unary::Cbrt => libm::cbrt,
        Unary::Exp => libm::exp,
        Unary::Ln => libm::log,
        Unary::Log2 => libm::log2,
        Unary::Log10 => libm::log10,
        Unary::Sin => libm::sin,
        Unary::Cos => libm::cos,
        Unary::Tan => libm::tan,
        Unary::Asin => libm::asin,
        Unary::Acos => libm::acos,
        Unary::Atan => libm::atan,
        Unary::Sinh => libm::sinh,
        Unary::Cosh => libm::cosh,
        Unary::Tanh => libm::tanh,
        Unary::SechSquared => |x| {
            let t = libm::exp(-2.0 * x.abs());
            4.0 * t / ((1.0 + t) * (1.0 + t))
        },
        Unary::Sigmoid => |x| if x < 0.0 { libm::exp(x) / (1.0 + libm::exp(x)) } else { 1.0 / (1.0 + libm::exp(-x)) },
        Unary::Softplus => |x| if x > 30.0 { x + libm::exp(-x) } else { libm::log1p(libm::exp(x)) },
        Unary::Neg
        | Unary::Abs
        | Unary::Sign
        | Unary::Step
        | Unary::Kink
        | Unary::Relu
        | Unary::Floor
        | Unary::Ceil => return None,
    })
}

/// Numbers of all magnitudes and both signs, most of them where the functions vary, from a pseudo-random sequence
/// (SplitMix64, Steele, Lea & Flood 2014).
fn arguments(count: usize, seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (0..count).map(move |k| {
        let unit = |bits: u64| (bits >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0;
        let range = [1.0, 2.0, 10.0, 40.0, 800.0, 1e5][k % 8 % 6];
        match k % 8 {
            // Any bits at all: all exponents, subnormals, infinities and NaN.
            6 => f64::from_bits(next()),
            // Magnitudes from 2⁻⁴⁰ to 2⁴⁰.
            7 => unit(next()) * libm::exp2((next() % 81) as f64 - 40.0),
            _ => unit(next()) * range,
        }
    })
}

/// Runs of numbers as operands of a kernel, each padded to whole chunks; a single number is used for all lanes.
fn applied(set: InstructionSet, kernel: Kernel, operands: &[&[f64]]) -> Vec<f64> {
    let len = operands.iter().map(|operand| operand.len()).max().expect("a kernel has operands");
    let filled = |operand: &[f64]| {
        if let [number] = operand {
            return vec![[*number; CHUNK]];
        }
        let mut chunks = vec![[0.0; CHUNK]; len.div_ceil(CHUNK)];
        chunks.as_flattened_mut()[..len].copy_from_slice(operand);
        chunks
    };
    let filled: Vec<Vec<[f64; CHUNK]>> = operands.iter().map(|operand| filled(operand)).collect();
    let operand = |k: usize| filled.get(k).map_or(NONE, Vec::as_slice);
    let mut out = vec![[0.0; CHUNK]; len.div_ceil(CHUNK)];
    apply(set, kernel, operand(0), operand(1), operand(2), operand(3), &mut out);
    out.as_flattened()[..len].to_vec()
}

/// A function's value on lanes, with the fastest instruction set.
fn on_lanes(kernel: Kernel, operands: &[&[f64]]) -> Vec<f64> {
    applied(InstructionSet::fastest(), kernel, operands)
}

#[test]
fn functions_are_within_two_units_of_the_last_place() {
    let x: Vec<f64> = arguments(400_000, 1).chain(AWKWARD.iter().copied()).collect();
    for &op in Unary::ALL {
        let Some(reference) = reference(op) else { continue };
        let got = on_lanes(Kernel::Unary(op), &[&x]);
        let worst = x.iter().zip(&got).max_by_key(|&(&x, &got)| ulps(got, reference(x)));
        let (&x, &got) = worst.expect("there are arguments");
        // These references have errors of two or three units themselves.
        let allowed = match op {
            Unary::Sigmoid | Unary::Softplus => 3,
            Unary::SechSquared => 6,
            _ => 2,
        };
        let expected = reference(x);
        assert!(ulps(got, expected) <= allowed, "{op:?}({x:e}) = {got:e}, libm says {expected:e}");
    }
}

/// Φ and φ at many numbers.
struct Normals<'a> {
    x: &'a [f64],
    distribution: &'a mut [f64],
    density: &'a mut [f64],
}

impl Work for Normals<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for ((&x, distribution), density) in self.x.iter().zip(self.distribution).zip(self.density) {
            [*distribution, *density] = normal(x);
        }
    }
}

/// Φ(x) by libm's erfc and φ(x) by its exp, at arguments whose rounding errors are known and corrected for: at |x| = 30 they
/// would be worth 900 units.
fn normal_by_libm(x: f64) -> [f64; 2] {
    const LOW: f64 = -4.833_646_656_726_457e-17;
    let scale = std::f64::consts::FRAC_1_SQRT_2;
    let y = -x * scale;
    let off = libm::fma(-x, scale, -y) - x * LOW;
    let below = libm::erfc(y) - off * std::f64::consts::FRAC_2_SQRT_PI * libm::exp(-y * y);
    let square = x * x;
    let bell = libm::exp(-0.5 * square) * (1.0 - 0.5 * libm::fma(x, x, -square));
    [0.5 * below, bell / (2.0 * std::f64::consts::PI).sqrt()]
}

#[test]
fn the_normal_distribution_is_within_six_units_of_the_last_place() {
    // Beyond, e^(−x²/2) is no normal number, and both are rounded to multiples of 2⁻¹⁰⁷⁴.
    let x: Vec<f64> = arguments(400_000, 5).filter(|x| x.abs() < 37.0).collect();
    let mut worst = [0, 0];
    for &x in &x {
        let (got, expected) = (normal(x), normal_by_libm(x));
        for k in 0..2 {
            assert!(ulps(got[k], expected[k]) <= 6, "{x:e}: {got:?}, libm says {expected:?}");
            worst[k] = worst[k].max(ulps(got[k], expected[k]));
        }
    }
    // The arguments reach where rounding errors add up.
    assert!(worst[0] > 3 && worst[1] > 1, "{worst:?}");
    for (x, expected) in [
        (0.0, [0.5, 0.398_942_280_401_432_7]),
        (-0.0, [0.5, 0.398_942_280_401_432_7]),
        (40.0, [1.0, 0.0]),
        (-40.0, [0.0, 0.0]),
        (f64::INFINITY, [1.0, 0.0]),
        (f64::NEG_INFINITY, [0.0, 0.0]),
        (f64::MAX, [1.0, 0.0]),
    ] {
        assert_eq!(normal(x), expected, "{x}");
    }
    assert!(normal(f64::NAN).iter().all(|number| number.is_nan()));
}

#[test]
fn the_normal_distribution_has_the_same_bits_on_lanes() {
    let x: Vec<f64> = arguments(40_000, 6).chain(AWKWARD.iter().copied()).collect();
    for set in InstructionSet::available() {
        let (mut distribution, mut density) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        set.run(Normals { x: &x, distribution: &mut distribution, density: &mut density });
        for ((&x, distribution), density) in x.iter().zip(distribution).zip(density) {
            let bits = normal(x).map(f64::to_bits);
            assert!(x.is_nan() || [distribution, density].map(f64::to_bits) == bits, "{x:e} with {set:?}");
        }
    }
}

#[test]
fn powers_are_within_two_units_of_the_last_place() {
    let pairs: Vec<(f64, f64)> = arguments(400_000, 2).zip(arguments(400_000, 3)).collect();
    // Bases near 1 with large exponents need the most precise logarithm.
    let near_one = |(a, b): &(f64, f64)| (1.0 + 1e-3 * a.abs().min(400.0), b * 100.0);
    let positive = |(a, b): &(f64, f64)| (a.abs(), *b);
    for pairs in [pairs.clone(), pairs.iter().map(near_one).collect(), pairs.iter().map(positive).collect()] {
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let got = on_lanes(Kernel::Binary(Binary::Pow), &[&a, &b]);
        for ((&a, &b), &got) in a.iter().zip(&b).zip(&got) {
            let expected = if a.is_nan() || b.is_nan() { f64::NAN } else { libm::pow(a, b) };
            assert!(ulps(got, expected) <= 2, "{a:e}^{b:e} = {got:e}, libm says {expected:e}");
        }
    }
}

/// The error of `got` for factor·xⁿ in units in the last place, computed with integers of any length.
pub fn units_off_power(got: f64, x: f64, n: i32, factor: i64) -> f64 {
    /// m and e with x = m·2ᵉ, where m has 53 bits.
    fn parts(x: f64) -> (BigInt, i64) {
        let e = i64::from(libm::ilogb(x)) - 52;
        (BigInt::from(libm::scalbn(x, -e as i32) as i64), e)
    }
    const BITS: i64 = 20;
    let ((m, e), (g, h)) = (parts(x), parts(got));
    let size = n.unsigned_abs();
    let shifted = |number: BigInt, by: i64| if by >= 0 { number << by as u64 } else { number >> by.unsigned_abs() };
    let power = m.pow(size);
    let exact = if n >= 0 {
        shifted(power * factor, e * i64::from(size) - h + BITS)
    } else {
        shifted(BigInt::from(factor), BITS - h - e * i64::from(size)) / power
    };
    (exact - (g << BITS as u64)).abs().to_f64().unwrap_or(f64::INFINITY) / libm::exp2(BITS as f64)
}

/// Bases of both signs whose powers are normal numbers: of any mantissa, barely above 1 and barely below 2, where the
/// roundings of products weigh most, and such that xⁿ is barely below a power of two, of which a unit is smallest.
pub fn bases(n: i32, count: usize) -> impl Iterator<Item = f64> {
    let size = f64::from(n.unsigned_abs());
    let reach = (900.0 / size).min(60.0);
    let numbers = arguments(count, 11 + u64::from(n.unsigned_abs())).filter(|random| random.is_finite());
    let random = numbers.enumerate().map(move |(k, random)| {
        let unit = random.abs() - random.abs().floor();
        let mantissa = match k % 4 {
            0 => 1.0 + unit,
            1 => 1.0 + unit * libm::exp2(-8.0 - (k % 40) as f64),
            2 => 2.0 - unit * libm::exp2(-8.0 - (k % 40) as f64),
            _ => libm::exp2((unit * size).floor().max(1.0) / size) * (1.0 - 1e-9 * unit),
        };
        let sign = if k % 3 == 0 { -1.0 } else { 1.0 };
        sign * libm::scalbn(mantissa, ((unit - 0.5) * 1e4 % reach) as i32)
    });
    random.filter(move |x| (size * libm::log2(x.abs())).abs() < 1000.0)
}

#[test]
fn integer_powers_are_within_four_units_of_the_last_place() {
    let mut worst = (0.0, 0.0, 0);
    for n in (2..=64).chain((65..1024).step_by(37)).chain([1000, 1023, 1024]).flat_map(|n| [n, -n]) {
        for x in bases(n, if n.abs() <= 64 { 400 } else { 100 }) {
            let off = units_off_power(Number::powi(x, n), x, n, 1);
            assert!(off <= 4.0, "{x:e}^{n} is {off} units off");
            let enclosure = Interval::point(x).powi(n);
            let width = (enclosure.hi - enclosure.lo) / (Number::abs(Number::powi(x, n)) * f64::EPSILON);
            assert!(enclosure.contains(Number::powi(x, n)) && width < 20.0, "{x:e}^{n} in {enclosure:?}");
            worst = if off > worst.0 { (off, x, n) } else { worst };
        }
    }
    // The search must find arguments for which the rounding errors of the products add up.
    assert!(worst.0 > 1.5, "the worst is {worst:?}");
}

#[test]
fn powers_of_negative_bases() {
    for (a, b, expected) in [
        (-2.0, 3.0, -8.0),
        (-2.0, 10.0, 1024.0),
        (-2.0, -9.0, -1.0 / 512.0),
        (-1.0, 999_999_999_999_999.0, -1.0),
        (-1.0, 1e22, 1.0),
        (-0.0, 7.0, -0.0),
        (-0.0, -7.0, f64::NEG_INFINITY),
        (f64::NEG_INFINITY, 7.0, f64::NEG_INFINITY),
        (f64::NEG_INFINITY, -8.0, 0.0),
        (-8.0, 1.5, f64::NAN),
        (-8.0, 0.1, f64::NAN),
    ] {
        let got = Number::pow(a, b);
        assert!(
            ulps(got, expected) == 0 && (got.is_nan() || got.is_sign_negative() == f64::is_sign_negative(expected))
        );
        assert!(ulps(on_lanes(Kernel::Binary(Binary::Pow), &[&[a; 70], &[b; 70]])[69], expected) == 0, "{a}^{b}");
    }
}

/// √(a² + b²) wherever it can be represented, compared with libm's, which is within one unit.
#[test]
fn hypotenuses_are_within_two_units_of_the_last_place() {
    let awkward = AWKWARD.iter().flat_map(|a| AWKWARD.iter().map(move |b| (*a, *b)));
    let random = arguments(200_000, 21).zip(arguments(200_000, 22));
    let alike = arguments(100_000, 23).zip(arguments(100_000, 24)).map(|(a, b)| (a, a * (1.0 + 0.1 * b)));
    for (a, b) in awkward.chain(random).chain(alike) {
        let expected = if a.is_nan() || b.is_nan() { f64::NAN } else { libm::hypot(a, b) };
        let got = Number::hypot(a, b);
        // At the end of the range rounding decides whether the value is infinite.
        assert!(ulps(got, expected) <= 2, "hypot({a:e}, {b:e}) = {got:e}, libm says {expected:e}");
    }
    assert_eq!(Number::hypot(1e200, 1e200), 1e200 * 2f64.sqrt());
    assert_eq!([Number::hypot(3e-320, 4e-320), Number::hypot(-3.0, 4.0)], [5e-320, 5.0]);
}

/// 1/cosh² x = 4e^−2x (1 − 2e^−2x + …), whose digits 1 − tanh² x has lost.
#[test]
fn the_derivative_of_tanh_keeps_its_digits() {
    for x in [20.0, 100.0, 349.9, 350.1, 360.0, 370.0] {
        let expected = 4.0 * libm::exp(-2.0 * x);
        assert!(ulps(Number::sech_squared(x), expected) <= 4, "{x}: {:e} and {expected:e}", Number::sech_squared(x));
        assert!(Interval::point(x).sech_squared().contains(expected) && Interval::new(-x, x).sech_squared().hi == 1.0);
    }
    assert_eq!([Number::sech_squared(0.0), Number::sech_squared(f64::INFINITY)], [1.0, 0.0]);
    // Rounded from 60 digits, at the worst of 40,000 arguments.
    for (x, expected) in [
        (0.909_637_914_387_886_1, 0.480_218_957_945_622_86),
        (1.705_878_722_076_585_4, 0.123_642_010_107_902_92),
        (2.909_250_444_594_844_6, 0.011_817_877_792_470_96),
        (3.117_633_730_180_765_3, 0.007_805_805_896_443_158),
        (7.644_060_588_256_147, 9.173_036_603_887_562e-7),
    ] {
        assert!(ulps(Number::sech_squared(x), expected) <= 3, "{x}: {:e} and {expected:e}", Number::sech_squared(x));
    }
}

#[test]
fn awkward_arguments_by_name() {
    let pi = std::f64::consts::PI;
    let table: &[(Unary, f64, f64)] = &[
        (Unary::Exp, 0.0, 1.0),
        (Unary::Exp, f64::NEG_INFINITY, 0.0),
        (Unary::Exp, f64::INFINITY, f64::INFINITY),
        (Unary::Exp, -745.2, 0.0),
        (Unary::Exp, 709.8, f64::INFINITY),
        (Unary::Exp, -745.0, 5e-324),
        (Unary::Ln, 1.0, 0.0),
        (Unary::Ln, 0.0, f64::NEG_INFINITY),
        (Unary::Ln, -0.0, f64::NEG_INFINITY),
        (Unary::Ln, -1.0, f64::NAN),
        (Unary::Ln, f64::INFINITY, f64::INFINITY),
        (Unary::Ln, 5e-324, -744.440_071_921_381_2),
        (Unary::Log2, 1024.0, 10.0),
        (Unary::Log2, 5e-324, -1074.0),
        (Unary::Log10, 1.0, 0.0),
        (Unary::Log10, 100.0, 2.0),
        (Unary::Sin, 0.0, 0.0),
        (Unary::Sin, 0.5 * pi, 1.0),
        (Unary::Sin, f64::INFINITY, f64::NAN),
        // What π as f64 is short of π: 1.2246467991473531772e-16 (Muller et al., Handbook of Floating-Point
        // Arithmetic).
        (Unary::Sin, pi, 1.224_646_799_147_353_2e-16),
        (Unary::Cos, 0.0, 1.0),
        (Unary::Cos, pi, -1.0),
        (Unary::Cos, 2.0 * pi, 1.0),
        // sin 10²² = −0.8522008497671888017727… (W. Kahan's test of argument reduction).
        (Unary::Sin, 1e22, -0.852_200_849_767_188_8),
        (Unary::Tan, 0.0, 0.0),
        (Unary::Asin, 1.0, 0.5 * pi),
        (Unary::Asin, 1.000_000_000_000_000_2, f64::NAN),
        (Unary::Acos, 1.0, 0.0),
        (Unary::Acos, -1.0, pi),
        (Unary::Acos, 0.0, 0.5 * pi),
        (Unary::Atan, f64::INFINITY, 0.5 * pi),
        (Unary::Atan, 1.0, 0.25 * pi),
        (Unary::Sinh, 800.0, f64::INFINITY),
        (Unary::Sinh, 5e-324, 5e-324),
        (Unary::Cosh, 0.0, 1.0),
        (Unary::Cosh, -800.0, f64::INFINITY),
        (Unary::Tanh, f64::NEG_INFINITY, -1.0),
        (Unary::Tanh, 5e-324, 5e-324),
        (Unary::Cbrt, 27.0, 3.0),
        (Unary::Cbrt, -8.0, -2.0),
        (Unary::Cbrt, 0.0, 0.0),
        (Unary::Cbrt, f64::NEG_INFINITY, f64::NEG_INFINITY),
        (Unary::Sigmoid, 0.0, 0.5),
        (Unary::Sigmoid, -800.0, 0.0),
        (Unary::Sigmoid, f64::INFINITY, 1.0),
        (Unary::Softplus, f64::INFINITY, f64::INFINITY),
        (Unary::Softplus, f64::NEG_INFINITY, 0.0),
    ];
    for &(op, x, expected) in table {
        let got = op.apply(x);
        assert!(ulps(got, expected) == 0, "{op:?}({x:e}) = {got:e} and not {expected:e}");
        assert!(op.apply(f64::NAN).is_nan(), "{op:?}(NaN)");
    }
    let powers = [(9.0, 2.0, 81.0), (4.0, 1.5, 8.0), (-8.0, 1.0 / 3.0, f64::NAN), (-2.0, 3.0, -8.0)];
    let more = [(0.0, 0.0, 1.0), (0.0, 2.5, 0.0), (0.0, -2.5, f64::INFINITY), (1e300, 1.5, f64::INFINITY)];
    for (a, b, expected) in powers.into_iter().chain(more) {
        assert!(ulps(Number::pow(a, b), expected) == 0, "{a:e}^{b:e} = {:e}", Number::pow(a, b));
    }
}

#[test]
fn lanes_have_the_bits_of_single_numbers() {
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let x: Vec<f64> = arguments(20_003, 4).chain(AWKWARD.iter().copied()).collect();
    let y: Vec<f64> = arguments(x.len(), 5).collect();
    for &set in InstructionSet::available() {
        for &op in Unary::ALL {
            let out = applied(set, Kernel::Unary(op), &[&x]);
            for (&x, &got) in x.iter().zip(&out) {
                assert!(same(got, op.apply(x)), "{op:?}({x:e}) = {got:e} in a block with {set:?}");
            }
        }
        for x in x.as_chunks::<CHUNK>().0 {
            for pair in Pair::ALL {
                let (mut firsts, mut seconds) = ([0.0; CHUNK], [0.0; CHUNK]);
                apply_pair(set, pair, x, [&mut firsts, &mut seconds]);
                for (&x, both) in x.iter().zip(firsts.into_iter().zip(seconds)) {
                    let [first, second] = pair.functions().map(|op| op.apply(x));
                    assert!(same(both.0, first) && same(both.1, second), "{pair:?} of {x:e} with {set:?}");
                    let [alone, beside] = pair.at(x);
                    assert!(same(alone, first) && same(beside, second), "{pair:?} of {x:e}");
                }
            }
        }
        for &op in Binary::ALL {
            let out = applied(set, Kernel::Binary(op), &[&x, &y]);
            for ((&x, &y), &got) in x.iter().zip(&y).zip(&out) {
                assert!(same(got, op.apply(x, y)), "{op:?}({x:e}, {y:e}) = {got:e} in a block with {set:?}");
            }
        }
    }
}

#[test]
fn one_number_for_all_lanes_is_as_good_as_many() {
    use super::super::lanes::{First, Then};
    let runs = [6, 7, 8, 9].map(|seed| arguments(1_001, seed).collect::<Vec<f64>>());
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let firsts = [First::Add, First::Sub, First::Mul];
    let squares = firsts.map(Then::SquaredPlusSquared);
    let thens = [Then::Plus, Then::Minus, Then::From, Then::Times, Then::Squared, Then::SquaredPlus];
    let thens: Vec<Then> = thens.into_iter().chain(squares).collect();
    let fused = firsts.iter().flat_map(|first| thens.iter().map(|then| Kernel::Fused(*first, *then)));
    let kernels: Vec<Kernel> = fused.chain(Binary::ALL.iter().map(|op| Kernel::Binary(*op))).collect();
    for &set in InstructionSet::available() {
        for &kernel in &kernels {
            // Every choice of operands that are one number, but not all of them.
            for alone in 0..15usize {
                let number = |k: usize| [0.75, -3.5, 1e-3, 7.0][k];
                let is_alone = |k: usize| alone >> k & 1 == 1;
                let repeated: [Vec<f64>; 4] =
                    std::array::from_fn(|k| if is_alone(k) { vec![number(k); 1_001] } else { runs[k].clone() });
                let short: [Vec<f64>; 4] =
                    std::array::from_fn(|k| if is_alone(k) { vec![number(k)] } else { runs[k].clone() });
                let [expected, got] = [&repeated, &short]
                    .map(|operands| applied(set, kernel, &operands.each_ref().map(|operand| operand.as_slice())));
                let differs = expected.iter().zip(&got).position(|(a, b)| !same(*a, *b));
                assert_eq!(differs, None, "{kernel:?}, {alone:b}, {set:?}");
            }
        }
    }
}

#[test]
fn fused_operations_round_twice() {
    use super::super::lanes::{First, Then};
    let [a, b, c, d] = [6, 7, 8, 9].map(|seed| arguments(1_001, seed).collect::<Vec<f64>>());
    let same = |a: f64, b: f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    for &set in InstructionSet::available() {
        for first in [First::Add, First::Sub, First::Mul] {
            let squares = [First::Add, First::Sub, First::Mul].map(Then::SquaredPlusSquared);
            let others = [Then::Plus, Then::Minus, Then::From, Then::Times, Then::Squared, Then::SquaredPlus];
            for then in others.into_iter().chain(squares) {
                let out = applied(set, Kernel::Fused(first, then), &[&a, &b, &c, &d]);
                for (k, &got) in out.iter().enumerate() {
                    let of = |first: First, a: f64, b: f64| match first {
                        First::Add => a + b,
                        First::Sub => a - b,
                        First::Mul => a * b,
                    };
                    let t = of(first, a[k], b[k]);
                    let expected = match then {
                        Then::Plus => t + c[k],
                        Then::Minus => t - c[k],
                        Then::From => c[k] - t,
                        Then::Times => t * c[k],
                        Then::Squared => t * t,
                        Then::SquaredPlus => t * t + c[k],
                        Then::SquaredPlusSquared(second) => {
                            let u = of(second, c[k], d[k]);
                            t * t + u * u
                        }
                    };
                    assert!(same(got, expected), "{first:?} {then:?} of {}, {}, {}", a[k], b[k], c[k]);
                }
            }
        }
    }
}

/// The reduced angle is a little more than a power of two, and its sine a little less, so that an error of the angle
/// counts twice in units of the sine. The values are rounded from series in 120 digits.
#[test]
fn angles_whose_sine_is_below_a_power_of_two() {
    let table: [(Unary, u64, f64); 4] = [
        (Unary::Sin, 0x40ef_6f95_3062_5923, -0.003_906_245_504_603_511_8),
        (Unary::Cos, 0x40af_15a7_9918_d24b, -0.000_244_140_624_780_357_47),
        (Unary::Cos, 0x40f7_93af_c449_c095, -0.001_953_124_058_419_623_8),
        (Unary::Sin, 0x40e7_503d_a2d2_9dc9, 0.000_976_562_493_119_918_3),
    ];
    for (op, bits, expected) in table {
        let (x, got) = (f64::from_bits(bits), op.apply(f64::from_bits(bits)));
        assert!(ulps(got, expected) <= 1, "{op:?}({x:e}) = {got:e} and not {expected:e}");
    }
}

#[test]
fn angles_beside_multiples_of_a_right_angle() {
    // Angles near multiples of π/2, whose reduction cancels nearly all digits.
    let beside = |n: u32| {
        let x = f64::from(n) * std::f64::consts::FRAC_PI_2;
        (-3i64..=3).flat_map(move |steps| {
            [1.0, -1.0].map(|sign| sign * f64::from_bits(x.to_bits().wrapping_add_signed(steps)))
        })
    };
    let x: Vec<f64> = (1..63_662).step_by(3).flat_map(beside).collect();
    for op in [Unary::Sin, Unary::Cos, Unary::Tan] {
        let Some(reference) = reference(op) else { continue };
        for (&x, got) in x.iter().zip(on_lanes(Kernel::Unary(op), &[&x])) {
            assert!(ulps(got, reference(x)) <= 1, "{op:?}({x:e}) = {got:e}, libm says {:e}", reference(x));
        }
    }
}
