//! The functions against the crate libm, whose results are within one unit in the last place of the true value, and
//! against themselves: a block of lanes has the bits of single numbers with every instruction set.

use super::super::lanes::{InstructionSet, Kernel, NONE, PIECE, apply, sin_cos};
use super::super::tests::AWKWARD;
use super::super::{Binary, Number, Unary};

/// How many representable numbers apart; 0 when both are NaN, and the most when one is.
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
        Unary::Sigmoid => |x| if x < 0.0 { libm::exp(x) / (1.0 + libm::exp(x)) } else { 1.0 / (1.0 + libm::exp(-x)) },
        Unary::Softplus => |x| if x > 30.0 { x + libm::exp(-x) } else { libm::log1p(libm::exp(x)) },
        Unary::Neg | Unary::Abs | Unary::Sign | Unary::Step | Unary::Kink | Unary::Relu => return None,
    })
}

/// Numbers of all magnitudes and both signs, most of them where the functions vary: a sequence without a pattern
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

/// Runs of numbers as operands of a kernel, each filled up to whole pieces; one alone is for all lanes.
fn applied(set: InstructionSet, kernel: Kernel, operands: &[&[f64]]) -> Vec<f64> {
    let len = operands.iter().map(|operand| operand.len()).max().expect("a kernel has operands");
    let filled = |operand: &[f64]| {
        if let [number] = operand {
            return vec![[*number; PIECE]];
        }
        let mut pieces = vec![[0.0; PIECE]; len.div_ceil(PIECE)];
        pieces.as_flattened_mut()[..len].copy_from_slice(operand);
        pieces
    };
    let filled: Vec<Vec<[f64; PIECE]>> = operands.iter().map(|operand| filled(operand)).collect();
    let operand = |k: usize| filled.get(k).map_or(NONE, Vec::as_slice);
    let mut out = vec![[0.0; PIECE]; len.div_ceil(PIECE)];
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
        // Those two references are no better than two units themselves.
        let allowed = if matches!(op, Unary::Sigmoid | Unary::Softplus) { 3 } else { 2 };
        let expected = reference(x);
        assert!(ulps(got, expected) <= allowed, "{op:?}({x:e}) = {got:e}, libm says {expected:e}");
    }
}

#[test]
fn powers_are_within_two_units_of_the_last_place() {
    let pairs: Vec<(f64, f64)> = arguments(400_000, 2).zip(arguments(400_000, 3)).collect();
    // Bases near 1 with large exponents ask most of the logarithm.
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
        // What π as f64 is short of π: 1.2246467991473531772e-16 (Muller et al., Handbook of Floating-Point Arithmetic).
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
        for x in x.as_chunks::<PIECE>().0 {
            let (mut sines, mut cosines) = ([0.0; PIECE], [0.0; PIECE]);
            sin_cos(set, x, [&mut sines, &mut cosines]);
            for (&x, both) in x.iter().zip(sines.into_iter().zip(cosines)) {
                let [sine, cosine] = [Unary::Sin, Unary::Cos].map(|op| op.apply(x));
                assert!(same(both.0, sine) && same(both.1, cosine), "sine and cosine of {x:e} with {set:?}");
                let [alone, beside] = super::sin_cos(x);
                assert!(same(alone, sine) && same(beside, cosine), "sine and cosine of {x:e}");
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

/// What is left of an angle is a little more than a power of two, and its sine a little less, so that an error of the one
/// weighs twice in the other. The values are rounded from series in 120 digits.
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
    // Where nearly all digits of the angle are taken away.
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
