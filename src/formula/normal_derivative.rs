//! Derivatives of [normal forms](super::normal), and their numerators: a function as N·∏ exp(…)/∏ Dᵏ, where N has no
//! poles that D does not have. Where the function is defined, it has the zeros of N.

use super::normal::{Atom, Atoms, Factor, Monomial, Sum};
use crate::number::Unary;
use num_rational::BigRational;
use num_traits::One;
use std::collections::BTreeMap;

/// A function without its exponential factors, as a quotient.
#[derive(Clone, Debug)]
pub struct Quotient {
    /// N.
    pub numerator: Sum,
    /// (D, k) for each power Dᵏ in the denominator.
    pub denominators: Vec<(Sum, u32)>,
    /// Whether anything was taken out.
    pub is_reduced: bool,
}

fn integer(n: i64) -> BigRational {
    BigRational::from_integer(n.into())
}

impl Atoms {
    /// The derivative with respect to a weight; `None` for a function with cases, or where it becomes too large.
    pub fn derivative(&mut self, sum: &Sum, axis: usize) -> Option<Sum> {
        let mut result = Sum::default();
        for (monomial, coefficient) in &sum.terms {
            for (place, (factor, n)) in monomial.iter().enumerate() {
                let slope = self.derivative_of(*factor, axis)?;
                let mut rest: Monomial = monomial.clone();
                match n {
                    1 => drop(rest.remove(place)),
                    _ => rest[place].1 -= 1,
                }
                let term = Sum::term(rest, coefficient * integer(i64::from(*n))).times(&slope)?;
                result = result.plus(&BigRational::one(), &term)?;
            }
        }
        Some(result)
    }

    fn derivative_of(&mut self, factor: Factor, axis: usize) -> Option<Sum> {
        let place = match factor {
            Factor::Weight(weight) => return Some(Sum::number(integer(i64::from(weight == axis)))),
            Factor::Atom(place) => place,
        };
        let atom = self.get(place).clone();
        let Some(argument) = atom.argument() else { return Some(Sum::default()) };
        let inner = self.derivative(argument, axis)?;
        if inner.terms.is_empty() {
            return Some(inner);
        }
        self.outer_derivative(factor, &atom)?.times(&inner)
    }

    /// f′(u) for an atom f(u).
    fn outer_derivative(&mut self, factor: Factor, atom: &Atom) -> Option<Sum> {
        let value = Sum::factor(factor);
        let (op, u) = match atom {
            Atom::Constant(_) => return Some(Sum::default()),
            Atom::Power(base, n) => return Some(self.power(base, n.checked_sub(1)?)?.times_number(&integer(*n))),
            Atom::Root(base, exponent) => {
                let lower = self.sum_of(Atom::Root(base.clone(), exponent - BigRational::one()))?;
                return Some(lower.times_number(exponent));
            }
            Atom::Function(op, u) => (*op, u),
        };
        let mut function = |op: Unary| self.sum_of(Atom::Function(op, u.clone()));
        // c + s·y²
        let square = |c: i64, s: i64, y: &Sum| Sum::number(integer(c)).plus(&integer(s), &y.times(y)?);
        Some(match op {
            Unary::Exp => value,
            Unary::Sin => function(Unary::Cos)?,
            Unary::Cos => function(Unary::Sin)?.times_number(&integer(-1)),
            Unary::Sinh => function(Unary::Cosh)?,
            Unary::Cosh => function(Unary::Sinh)?,
            Unary::Softplus => function(Unary::Sigmoid)?,
            Unary::Tan => square(1, 1, &value)?,
            Unary::Tanh => square(1, -1, &value)?,
            Unary::Sigmoid => value.plus(&integer(-1), &value.times(&value)?)?,
            Unary::Ln => self.power(u, -1)?,
            Unary::Atan => {
                let below = square(1, 1, u)?;
                self.power(&below, -1)?
            }
            Unary::Sqrt => self.power(&value, -1)?.times_number(&BigRational::new(1.into(), 2.into())),
            _ => return None,
        })
    }

    /// A function as a quotient without exponential factors; `None` where it becomes too large.
    pub fn quotient(&self, sum: &Sum) -> Option<Quotient> {
        let exponentials = self.common_exponentials(sum);
        let mut most: BTreeMap<Sum, u32> = BTreeMap::new();
        let split: Vec<_> = sum.terms.iter().map(|(monomial, c)| (self.split(monomial, &exponentials), c)).collect();
        for ((_, below), _) in &split {
            for (base, n) in below {
                let entry = most.entry(base.clone()).or_default();
                *entry = (*entry).max(*n);
            }
        }
        let mut numerator = Sum::default();
        for ((above, below), coefficient) in &split {
            let mut term = Sum::term(above.clone(), (*coefficient).clone());
            for (base, n) in &most {
                for _ in below.get(base).copied().unwrap_or(0)..*n {
                    term = term.times(base)?;
                }
            }
            numerator = numerator.plus(&BigRational::one(), &term)?;
        }
        let is_reduced = !most.is_empty() || !exponentials.is_empty();
        Some(Quotient { numerator, denominators: most.into_iter().collect(), is_reduced })
    }

    /// The exponential functions that are factors of all terms, with their powers.
    fn common_exponentials(&self, sum: &Sum) -> BTreeMap<Factor, u32> {
        let is_exponential = |factor: &Factor| matches!(factor, Factor::Atom(place) if matches!(self.get(*place), Atom::Function(Unary::Exp, _)));
        let mut all = sum.terms.keys().map(|monomial| {
            monomial.iter().filter(|(factor, _)| is_exponential(factor)).copied().collect::<BTreeMap<_, _>>()
        });
        let first = all.next().unwrap_or_default();
        all.fold(first, |common, here| {
            let shared = common.into_iter().filter_map(|(factor, n)| Some((factor, n.min(*here.get(&factor)?))));
            shared.collect()
        })
    }

    /// A term's factors without the common ones, and the powers in its denominator, by their bases.
    fn split(&self, monomial: &Monomial, common: &BTreeMap<Factor, u32>) -> (Monomial, BTreeMap<Sum, u32>) {
        let (mut above, mut below) = (Monomial::new(), BTreeMap::<Sum, u32>::new());
        for (factor, n) in monomial {
            let n = n - common.get(factor).copied().unwrap_or(0);
            let power = match factor {
                Factor::Atom(place) => match self.get(*place) {
                    Atom::Power(base, exponent) if *exponent < 0 => Some((base, exponent.unsigned_abs())),
                    _ => None,
                },
                Factor::Weight(_) => None,
            };
            match power.and_then(|(base, exponent)| Some((base, u32::try_from(exponent).ok()?.checked_mul(n)?))) {
                Some((base, exponent)) => {
                    let entry = below.entry(base.clone()).or_default();
                    *entry = entry.saturating_add(exponent);
                }
                None if n > 0 => above.push((*factor, n)),
                None => {}
            }
        }
        (above, below)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::formula::Formula;
    use crate::landscape::Loss;
    use crate::number::Vector;
    use std::collections::BTreeMap;

    fn normal(text: &str) -> (Atoms, Sum) {
        let formula = Formula::parse(text).unwrap();
        let mut atoms = Atoms::default();
        let sum = atoms.normal(formula.expression(), &[], &[]).unwrap();
        (atoms, sum)
    }

    fn loss(atoms: &Atoms, sum: &Sum) -> Loss {
        Loss::new(&atoms.text(sum).unwrap(), &BTreeMap::new()).unwrap()
    }

    #[test]
    fn derivatives_agree_with_those_of_the_evaluator() {
        for text in [
            "w1^3*w2-2*w1*w2^2+7",
            "exp(w1*w2)*w1+sin(w1-w2)^3+cos(2*w1)",
            "1/(1+w1^2)+w2/(w1-5)^3",
            "log(1+w1^2)*atan(w2)+sqrt(2+w1)",
            "tanh(w1*w2)+sigmoid(w1)^2+softplus(w2-w1)+sinh(w1)*cosh(w2)",
            "tan(w1/3)+(1+w2^2)^1.5",
        ] {
            let (mut atoms, sum) = normal(text);
            let whole = Loss::new(text, &BTreeMap::new()).unwrap();
            for axis in 0..2 {
                let derivative = atoms.derivative(&sum, axis).unwrap();
                let derivative = loss(&atoms, &derivative);
                for w in [Vector::new(0.3, -0.7), Vector::new(-1.1, 0.4), Vector::new(1.9, 1.3)] {
                    let (expected, found) = (whole.jet(w).gradient[axis], derivative.value(w));
                    assert!((expected - found).abs() <= 1e-12 * (1.0 + expected.abs()), "{text}: {expected} {found}");
                }
            }
        }
    }

    #[test]
    fn quotients_have_no_poles_and_no_exponential_factors() {
        let (mut atoms, sum) = normal("w1+1/w1");
        let slope = atoms.derivative(&sum, 0).unwrap();
        let quotient = atoms.quotient(&slope).unwrap();
        assert!(quotient.is_reduced);
        // 1 − w1⁻² = (w1² − 1)/w1²
        assert_eq!(quotient.numerator, normal("w1^2-1").1);
        let (mut atoms, sum) = normal("(w1-3)*exp(w1)");
        let slope = atoms.derivative(&sum, 0).unwrap();
        let quotient = atoms.quotient(&slope).unwrap();
        assert_eq!((quotient.numerator, quotient.denominators.len()), (normal("w1-2").1, 0));
        let (atoms, sum) = normal("exp(w1)+1");
        assert!(!atoms.quotient(&sum).unwrap().is_reduced);
    }

    #[test]
    fn a_function_is_its_quotient_times_a_positive_factor() {
        let text = "exp(w1)*w1^2/(w2-3)+exp(w1)*w2/((w2-3)^2*(w1^2-7))";
        let (atoms, sum) = normal(text);
        let quotient = atoms.quotient(&sum).unwrap();
        let (numerator, whole) = (loss(&atoms, &quotient.numerator), Loss::new(text, &BTreeMap::new()).unwrap());
        for w in [Vector::new(0.3, -0.7), Vector::new(-1.1, 4.4), Vector::new(3.9, 1.3)] {
            let mut below = 1.0;
            for (base, n) in &quotient.denominators {
                below *= loss(&atoms, base).value(w).powi(*n as i32);
            }
            let found = numerator.value(w) / below * libm::exp(w.x);
            assert!((found - whole.value(w)).abs() <= 1e-12 * found.abs(), "{found}");
        }
    }
}
