//! Normal forms and Taylor series held against coefficients from textbooks (Abramowitz and Stegun, Handbook of
//! Mathematical Functions, ch. 4) and against the second-order arithmetic of formulas.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::Formula;
use super::normal::{Atoms, Sum};
use super::series::{Intervals, series, simplest};
use super::taylor::{ClosedForms, Series};
use crate::number::{ClosedForm, Digits, Interval};
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

fn normal(text: &str) -> Option<(Atoms, Sum)> {
    let mut atoms = Atoms::default();
    let sum = atoms.normal(Formula::parse(text).unwrap().expression(), &[], &[])?;
    Some((atoms, sum))
}

fn fraction(n: i64, d: i64) -> BigRational {
    BigRational::new(BigInt::from(n), BigInt::from(d))
}

#[test]
fn coefficients_at_0_are_those_of_the_handbook() {
    for (text, expected) in [
        ("exp(w1)", [(1, 1), (1, 1), (1, 2), (1, 6), (1, 24), (1, 120)]),
        ("sin(w1)", [(0, 1), (1, 1), (0, 1), (-1, 6), (0, 1), (1, 120)]),
        ("cos(w1)", [(1, 1), (0, 1), (-1, 2), (0, 1), (1, 24), (0, 1)]),
        ("tan(w1)", [(0, 1), (1, 1), (0, 1), (1, 3), (0, 1), (2, 15)]),
        ("sinh(w1)", [(0, 1), (1, 1), (0, 1), (1, 6), (0, 1), (1, 120)]),
        ("cosh(w1)", [(1, 1), (0, 1), (1, 2), (0, 1), (1, 24), (0, 1)]),
        ("tanh(w1)", [(0, 1), (1, 1), (0, 1), (-1, 3), (0, 1), (2, 15)]),
        ("asin(w1)", [(0, 1), (1, 1), (0, 1), (1, 6), (0, 1), (3, 40)]),
        ("atan(w1)", [(0, 1), (1, 1), (0, 1), (-1, 3), (0, 1), (1, 5)]),
        ("log(1+w1)", [(0, 1), (1, 1), (-1, 2), (1, 3), (-1, 4), (1, 5)]),
        ("1/(1+w1)", [(1, 1), (-1, 1), (1, 1), (-1, 1), (1, 1), (-1, 1)]),
        ("sqrt(1+w1)", [(1, 1), (1, 2), (-1, 8), (1, 16), (-5, 128), (7, 256)]),
        ("cbrt(1+w1)", [(1, 1), (1, 3), (-1, 9), (5, 81), (-10, 243), (22, 729)]),
        ("(1+w1)^-2", [(1, 1), (-2, 1), (3, 1), (-4, 1), (5, 1), (-6, 1)]),
        ("(1+w1)^1.5", [(1, 1), (3, 2), (3, 8), (-1, 16), (3, 128), (-3, 256)]),
        ("sigmoid(w1)", [(1, 2), (1, 4), (0, 1), (-1, 48), (0, 1), (1, 480)]),
        ("w1^3-2*w1+7", [(7, 1), (-2, 1), (0, 1), (1, 1), (0, 1), (0, 1)]),
    ] {
        let (atoms, sum) = normal(text).unwrap();
        let exact = series(&atoms, &sum, &ClosedForm::integer(0), 5, &mut ClosedForms).unwrap();
        let enclosed = series(&atoms, &sum, &Interval::point(0.0), 5, &mut Intervals::default()).unwrap();
        for (k, (n, d)) in expected.into_iter().enumerate() {
            assert_eq!(exact[k], ClosedForm::fraction(&(n.into(), d.into())), "{text}, order {k}");
            let near = n as f64 / d as f64;
            assert!(enclosed[k].lo <= near.next_up() && near.next_down() <= enclosed[k].hi, "{text}, order {k}");
            assert!(enclosed[k].width() < 1e-11, "{text}, order {k}: {:?}", enclosed[k]);
        }
    }
}

#[test]
fn like_terms_are_collected_and_nothing_is_lost() {
    let same = |a: &str, b: &str| {
        let mut atoms = Atoms::default();
        let [a, b] = [a, b].map(|text| atoms.normal(Formula::parse(text).unwrap().expression(), &[], &[]).unwrap());
        a == b
    };
    assert!(same("(w1+w2)^2", "w1^2+2*w1*w2+w2^2"));
    assert!(same("sin(w1+w2)*2-w1", "sin(w2+w1)+sin(w1+w2)-w1"));
    assert!(same("exp(w1)*exp(w1)", "exp(w1)^2"));
    assert!(same("2^w1", "exp(w1*log(2))"));
    assert!(!same("sin(w1)", "sin(w2)"));
    for text in ["log(w1)-log(w1)", "0*sqrt(w1)", "w1+1/w2-1/w2", "max(w1,w2)", "w1^w2"] {
        assert!(normal(text).is_none(), "{text}");
    }
}

#[test]
fn the_simplest_fraction_of_an_interval() {
    for ([a, b], [n, d], expected) in [
        ([3, 10], [1, 2], (1, 2)),
        ([31, 100], [32, 100], (5, 16)),
        ([-1, 3], [1, 7], (0, 1)),
        ([-32, 100], [-31, 100], (-5, 16)),
        ([5, 2], [5, 2], (5, 2)),
        ([3, 1], [4, 1], (3, 1)),
        ([314_159, 100_000], [314_160, 100_000], (355, 113)),
    ] {
        assert_eq!(simplest(&fraction(a, b), &fraction(n, d)), fraction(expected.0, expected.1));
    }
}

proptest! {
    /// The first three coefficients are L, ∂₁L and ½·∂₁₁L of the arithmetic that knows only two derivatives.
    #[test]
    fn coefficients_agree_with_the_second_order_arithmetic(
        which in 0..12usize, x in -0.9..0.9f64, a in 1..5i32, b in -3..4i32,
    ) {
        let f = ["sin", "cos", "exp", "tanh", "atan", "sigmoid", "softplus", "sinh", "cosh", "tan", "cbrt", "asin"][which];
        let text = format!("({a}*w1+({b}))*{f}(w1^2/2-w1/3+3/10)^2-{f}(w1^2/5+1/5)/(2+w1^2)");
        let formula = Formula::parse(&text).unwrap();
        let mut digits = Digits::new(160).unwrap();
        let at = digits.number(x).unwrap();
        let zero = digits.number(0.0).unwrap();
        let expected = Series { numbers: &mut digits, order: 2 }.of(formula.expression(), &[at.clone(), zero.clone()], &[], &[]);
        let (atoms, sum) = normal(&text).unwrap();
        let found = series(&atoms, &sum, &at, 2, &mut digits);
        prop_assert_eq!(found.is_some(), expected.is_some());
        if let (Some(found), Some(expected)) = (found, expected) {
            let bend = digits.scaled(&expected.hessian(&zero)[0], -1);
            for (found, expected) in found.iter().zip([&expected.value, &expected.gradient(&zero)[0], &bend]) {
                let difference = digits.sub(found, expected).to_interval();
                prop_assert!(difference.lo <= 0.0 && 0.0 <= difference.hi && difference.width() < 1e-30, "{text}: {difference:?}");
            }
        }
    }
}
