//! One suite for every kind of number: each operator, at awkward arguments.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::*;
use proptest::prelude::*;

/// Zero of both signs, subnormals, huge and special values, and the edges of log, √, asin and powers.
pub const AWKWARD: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    -2.0,
    3.0,
    -3.0,
    1.5,
    0.1,
    -0.1,
    1e-320,
    -1e-320,
    f64::MIN_POSITIVE,
    1e-300,
    -1e-300,
    0.999_999_999_999_999_9,
    1.000_000_000_000_000_2,
    -1.000_000_000_000_000_2,
    709.0,
    710.0,
    -745.0,
    -746.0,
    1e5,
    -1e5,
    1e22,
    1e300,
    -1e300,
    f64::MAX,
    f64::MIN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    std::f64::consts::FRAC_PI_2,
    std::f64::consts::PI,
];

/// Checks the result of a kind of number against `expected`, the f64 result for the same arguments.
trait Kind: Number {
    /// Whether ±∞ are values; intervals are sets of real numbers, and ∞ is only a bound.
    const HAS_INFINITY: bool;
    fn lift(x: f64) -> Self;
    fn agrees(self, expected: f64) -> bool;
}

impl Kind for f64 {
    const HAS_INFINITY: bool = true;
    fn lift(x: f64) -> f64 {
        x
    }
    fn agrees(self, expected: f64) -> bool {
        self.to_bits() == expected.to_bits() || (self.is_nan() && expected.is_nan())
    }
}

impl Kind for Interval {
    const HAS_INFINITY: bool = false;
    fn lift(x: f64) -> Interval {
        Interval::point(x)
    }
    fn agrees(self, expected: f64) -> bool {
        // An undefined value or an overflow is not a real number, so nothing needs to be enclosed.
        !expected.is_finite() || self.contains(expected)
    }
}

impl Kind for Constant {
    const HAS_INFINITY: bool = false;
    fn lift(x: f64) -> Constant {
        Constant::exact(x)
    }
    fn agrees(self, expected: f64) -> bool {
        self.value.agrees(expected) && self.enclosure.agrees(expected)
    }
}

fn suite<N: Kind + std::fmt::Debug>() {
    let arguments = || AWKWARD.iter().filter(|x| N::HAS_INFINITY || !x.is_infinite());
    for &x in arguments() {
        for &op in Unary::ALL {
            let (got, expected) = (op.apply(N::lift(x)), op.apply(x));
            assert!(got.agrees(expected), "{op:?}({x:e}) = {got:?}, f64 says {expected:e}");
        }
        for exponent in [-5, -2, -1, 0, 1, 2, 3, 4, 7, 64] {
            let (got, expected) = (N::lift(x).powi(exponent), Number::powi(x, exponent));
            assert!(got.agrees(expected), "{x:e}^{exponent} = {got:?}, f64 says {expected:e}");
        }
        for &y in arguments() {
            for &op in Binary::ALL {
                let (got, expected) = (op.apply(N::lift(x), N::lift(y)), op.apply(x, y));
                assert!(got.agrees(expected), "{op:?}({x:e}, {y:e}) = {got:?}, f64 says {expected:e}");
            }
        }
    }
}

#[test]
fn f64_is_deterministic() {
    suite::<f64>();
}

#[test]
fn intervals_enclose() {
    suite::<Interval>();
}

#[test]
fn constants_carry_both() {
    suite::<Constant>();
}

#[test]
fn known_values() {
    assert!(Number::pow(-8.0, 1.0 / 3.0).is_nan(), "a non-integer power of a negative number is undefined");
    assert_eq!(Number::pow(-2.0, 3.0), -8.0);
    assert_eq!(Number::sign(-0.0), 0.0);
    assert_eq!(Number::step(0.0), 0.5);
    assert!(Number::kink(0.0).is_nan() && Number::kink(1.0) == 0.0);
    assert_eq!(Number::sigmoid(-800.0), 0.0);
    assert_eq!(Number::softplus(1e5), 1e5);
    assert_eq!(Number::powi(2.0, -3), 0.125);
    assert!(Number::ln(-1.0).is_nan() && Number::ln(0.0) == f64::NEG_INFINITY);
    assert!(Number::max(f64::NAN, 1.0).is_nan() && Number::min(1.0, f64::NAN).is_nan());
}

#[test]
fn intervals_know_their_domain() {
    assert!(Interval::new(-2.0, -1.0).ln().is_empty());
    assert!(Interval::new(-1.0, 1.0).sqrt().partial && !Interval::new(0.0, 1.0).sqrt().partial);
    assert!(Interval::new(-1.0, 1.0).kink().partial);
    assert!(Interval::point(1.0).div(Interval::new(-1.0, 1.0)).partial);
    assert!(Interval::new(1.0, 2.0).tan().partial, "a pole at π/2");
    assert!(!Interval::new(1.0, 1.5).tan().partial);
}

#[test]
fn a_quotient_beside_a_pole_is_bounded_on_one_side() {
    let quotient = Interval::new(2.0, 3.0).div(Interval::new(0.0, 0.5));
    assert!(quotient.partial && quotient.lo <= 4.0 && quotient.lo > 3.999_999 && quotient.hi == f64::INFINITY);
    let quotient = Interval::new(2.0, 3.0).div(Interval::new(-0.5, 0.0));
    assert!(quotient.hi >= -4.0 && quotient.hi < -3.999_999 && quotient.lo == f64::NEG_INFINITY);
    let quotient = Interval::new(-3.0, -2.0).div(Interval::new(-0.5, 0.0));
    assert!(quotient.lo <= 4.0 && quotient.lo > 3.999_999 && quotient.hi == f64::INFINITY);
    assert_eq!(Interval::new(0.0, 1.0).div(Interval::new(0.0, f64::INFINITY)).lo, 0.0);
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0f64,
        1 => any::<f64>().prop_filter("finite", |x| x.is_finite()),
        1 => proptest::sample::select(AWKWARD).prop_filter("finite", |x| x.is_finite()),
        1 => -1e6..1e6f64,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// For all arguments, the interval result contains the value at every point of the argument intervals.
    #[test]
    fn intervals_enclose_every_point(a in number(), b in number(), c in number(), d in number(), s in 0.0..=1.0f64, t in 0.0..=1.0f64) {
        let x = Interval::new(a.min(b), a.max(b));
        let y = Interval::new(c.min(d), c.max(d));
        let (p, q) = ((a.min(b) + s * (a.max(b) - a.min(b))).clamp(x.lo, x.hi), (c.min(d) + t * (c.max(d) - c.min(d))).clamp(y.lo, y.hi));
        for &op in Unary::ALL {
            let value = op.apply(p);
            let enclosure = op.apply(x);
            prop_assert!(!value.is_finite() || enclosure.contains(value), "{op:?}({x:?}) = {enclosure:?} at {p:e}: {value:e}");
            prop_assert!(value.is_finite() || enclosure.partial || enclosure.is_empty() || enclosure.hi == f64::INFINITY || enclosure.lo == f64::NEG_INFINITY, "{op:?} at {p:e}");
        }
        for &op in Binary::ALL {
            let value = op.apply(p, q);
            let enclosure = op.apply(x, y);
            prop_assert!(!value.is_finite() || enclosure.contains(value), "{op:?}({x:?}, {y:?}) = {enclosure:?} at ({p:e}, {q:e}): {value:e}");
            prop_assert!(!value.is_nan() || enclosure.partial || enclosure.is_empty(), "{op:?} at ({p:e}, {q:e})");
        }
        for exponent in [-3, -2, -1, 2, 3, 5, 8] {
            let value = Number::powi(p, exponent);
            prop_assert!(!value.is_finite() || x.powi(exponent).contains(value), "{x:?}^{exponent} at {p:e}");
        }
    }
}

#[test]
fn numbers_are_shown_with_the_digits_that_mean_something() {
    use super::display::{beside, digits, point, short};
    let table = [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-2.0, "−2"),
        (0.1 + 0.2, "0.3"),
        (1234567.0, "1234567"),
        (12345678.0, "1.235e7"),
        (1e-5, "1e−5"),
        (0.00012345, "0.0001234"),
        (67.71938, "67.72"),
        (f64::NAN, "undefined"),
        (f64::NEG_INFINITY, "−∞"),
    ];
    for (value, expected) in table {
        assert_eq!(short(value), expected);
    }
    assert_eq!(digits(0.0866778, 3), "0.0867");
    assert_eq!(beside(1e-17, 1.0), "0");
    assert_eq!(point(Vector::new(1.0, -1e-17)), "(1, 0)");
    let pair = eigenpairs(&Matrix::new(6.0, 0.0, 0.0, -2.0)).unwrap();
    assert_eq!(pair.values, [-2.0, 6.0]);
}
