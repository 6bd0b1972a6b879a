//! Formulas that are built and not parsed: their text, their exact derivatives, and the rounding error of their value.

use super::exact::Rational;
use std::rc::Rc;

/// An expression in w1 and w2.
#[derive(Clone, Debug)]
pub enum Formula {
    Number(Rational),
    /// A name in the text that stands for a number: a parameter, or a column of the data.
    Named(&'static str, Rational),
    /// w1 or w2.
    Weight(usize),
    Sum(Rc<[Formula]>),
    Product(Rc<[Formula]>),
    Power(Rc<Formula>, u32),
    Quotient(Rc<[Formula; 2]>),
    Apply(&'static str, Rc<Formula>),
}

/// Value, gradient and Hessian [∂₁₁, ∂₁₂, ∂₂₂].
#[derive(Clone, Debug, PartialEq)]
pub struct Jet {
    pub value: Rational,
    pub gradient: [Rational; 2],
    pub hessian: [Rational; 3],
}

pub fn number(value: &Rational) -> Formula {
    Formula::Number(value.clone())
}

pub fn int(value: i64) -> Formula {
    Formula::Number(Rational::int(value))
}

pub fn weight(axis: usize) -> Formula {
    Formula::Weight(axis)
}

pub fn sum(terms: impl IntoIterator<Item = Formula>) -> Formula {
    Formula::Sum(terms.into_iter().collect())
}

pub fn product(factors: impl IntoIterator<Item = Formula>) -> Formula {
    Formula::Product(factors.into_iter().collect())
}

pub fn power(base: &Formula, exponent: u32) -> Formula {
    match exponent {
        0 => int(1),
        1 => base.clone(),
        _ => Formula::Power(Rc::new(base.clone()), exponent),
    }
}

pub fn quotient(over: Formula, under: Formula) -> Formula {
    Formula::Quotient(Rc::new([over, under]))
}

pub fn apply(function: &'static str, argument: Formula) -> Formula {
    Formula::Apply(function, Rc::new(argument))
}

/// The formula times a number.
pub fn scaled(factor: &Rational, formula: Formula) -> Formula {
    if *factor == Rational::int(1) { formula } else { product([number(factor), formula]) }
}

/// The formula minus a number.
pub fn less(formula: Formula, value: &Rational) -> Formula {
    if value.is_zero() { formula } else { sum([formula, number(&-value)]) }
}

impl Formula {
    /// The text, as a person would type it.
    pub fn text(&self) -> String {
        let (text, _) = self.written();
        text
    }

    /// The text and how tightly it binds: 0 a sum, 1 a product, 2 a power, 3 an atom.
    fn written(&self) -> (String, u8) {
        let within = |formula: &Formula, least: u8| match formula.written() {
            (text, binding) if binding >= least => text,
            (text, _) => format!("({text})"),
        };
        match self {
            Formula::Number(value) => {
                let text = value.text();
                let binding = if value.signum() < 0 { 0 } else { if text.contains('/') { 1 } else { 3 } };
                (text, binding)
            }
            Formula::Named(name, _) => ((*name).to_owned(), 3),
            Formula::Weight(axis) => (format!("w{}", axis + 1), 3),
            Formula::Sum(terms) => {
                let mut text = String::new();
                for term in terms.iter() {
                    let (part, _) = term.written();
                    if !text.is_empty() && !part.starts_with('-') {
                        text.push('+');
                    }
                    text.push_str(&part);
                }
                (text, 0)
            }
            Formula::Product(factors) => {
                // A sign in front belongs to the whole product.
                let mut text = String::new();
                for (place, factor) in factors.iter().enumerate() {
                    let negative = matches!(factor, Formula::Number(value) if value.signum() < 0);
                    let part = if place == 0 && negative { factor.written().0 } else { within(factor, 2) };
                    if place > 0 {
                        text.push('*');
                    }
                    text.push_str(&part);
                }
                let binding = if text.starts_with('-') { 0 } else { 1 };
                (text, binding)
            }
            Formula::Power(base, exponent) => (format!("{}^{exponent}", within(base, 3)), 2),
            Formula::Quotient(parts) => (format!("{}/{}", within(&parts[0], 2), within(&parts[1], 3)), 1),
            Formula::Apply(function, argument) => (format!("{function}({})", argument.text()), 3),
        }
    }

    /// The exact derivatives; `None` where a function is no quotient of polynomials, or is undefined.
    pub fn jet(&self, w: &[Rational; 2]) -> Option<Jet> {
        let zero = Rational::zero;
        Some(match self {
            Formula::Number(value) | Formula::Named(_, value) => Jet::constant(value.clone()),
            Formula::Weight(axis) => {
                let mut jet = Jet::constant(w[*axis].clone());
                jet.gradient[*axis] = Rational::int(1);
                jet
            }
            Formula::Sum(terms) => {
                let mut total = Jet::constant(zero());
                for term in terms.iter() {
                    total = total.plus(&term.jet(w)?);
                }
                total
            }
            Formula::Product(factors) => {
                let mut total = Jet::constant(Rational::int(1));
                for factor in factors.iter() {
                    total = total.times(&factor.jet(w)?);
                }
                total
            }
            Formula::Power(base, exponent) => {
                let n = i64::from(*exponent);
                let base = base.jet(w)?;
                let x = &base.value;
                let slope = &Rational::int(n) * &x.pow(exponent - 1);
                let bend = &Rational::int(n * (n - 1)) * &x.pow(exponent.saturating_sub(2));
                base.through(x.pow(*exponent), &slope, &bend)
            }
            Formula::Quotient(parts) => {
                let under = parts[1].jet(w)?;
                if under.value.is_zero() {
                    return None;
                }
                let inverse = under.value.recip();
                let slope = -&inverse.pow(2);
                let bend = &Rational::int(2) * &inverse.pow(3);
                parts[0].jet(w)?.times(&under.through(inverse, &slope, &bend))
            }
            Formula::Apply(..) => return None,
        })
    }

    /// The value in f64 with a bound of what rounding, of w and on the way, may do to it.
    pub fn rounded(&self, w: [f64; 2]) -> (f64, f64) {
        let unit = f64::EPSILON;
        match self {
            Formula::Number(value) | Formula::Named(_, value) => {
                let value = value.to_f64();
                (value, unit * value.abs())
            }
            Formula::Weight(axis) => (w[*axis], unit * w[*axis].abs()),
            Formula::Sum(terms) => {
                terms.iter().map(|term| term.rounded(w)).fold((0.0, 0.0), |(total, error), (value, more)| {
                    let total = total + value;
                    (total, error + more + unit * total.abs())
                })
            }
            Formula::Product(factors) => {
                factors.iter().map(|factor| factor.rounded(w)).fold((1.0, 0.0), |(total, error), (value, more)| {
                    let product = total * value;
                    (product, error * value.abs() + total.abs() * more + error * more + unit * product.abs())
                })
            }
            Formula::Power(base, exponent) => {
                let (value, error) = base.rounded(w);
                let power = |x: f64| libm::pow(x, f64::from(*exponent));
                let result = power(value);
                let spread = power(value.abs() + error) - power(value.abs());
                (result, spread.abs() + 4.0 * unit * result.abs())
            }
            Formula::Quotient(parts) => {
                let [(a, da), (b, db)] = [parts[0].rounded(w), parts[1].rounded(w)];
                let result = a / b;
                (result, (da + result.abs() * db) / (b.abs() - db).max(0.0) + unit * result.abs())
            }
            Formula::Apply(function, argument) => {
                let (value, error) = argument.rounded(w);
                let f = |x: f64| match *function {
                    "exp" => libm::exp(x),
                    "sin" => libm::sin(x),
                    "cos" => libm::cos(x),
                    "tanh" => libm::tanh(x),
                    "atan" => libm::atan(x),
                    "sqrt" => x.max(0.0).sqrt(),
                    "log" => libm::log(x),
                    "abs" => x.abs(),
                    "softplus" => libm::log1p(libm::exp(x)),
                    "sinh" => libm::sinh(x),
                    "cosh" => libm::cosh(x),
                    _ => f64::NAN,
                };
                let result = f(value);
                let spread = (f(value + error) - result).abs().max((f(value - error) - result).abs());
                // Sines turn back within the error, so that it bounds them better than their values at its ends.
                let steep = if matches!(*function, "sin" | "cos") { error } else { 0.0 };
                (result, spread.max(steep) + 8.0 * unit * result.abs())
            }
        }
    }
}

impl Jet {
    fn constant(value: Rational) -> Jet {
        let zero = Rational::zero;
        Jet { value, gradient: [zero(), zero()], hessian: [zero(), zero(), zero()] }
    }

    fn plus(&self, other: &Jet) -> Jet {
        Jet {
            value: &self.value + &other.value,
            gradient: [0, 1].map(|i| &self.gradient[i] + &other.gradient[i]),
            hessian: [0, 1, 2].map(|i| &self.hessian[i] + &other.hessian[i]),
        }
    }

    fn times(&self, other: &Jet) -> Jet {
        let (f, g) = (self, other);
        let pairs = [(0, 0), (0, 1), (1, 1)];
        Jet {
            value: &f.value * &g.value,
            gradient: [0, 1].map(|i| &(&f.gradient[i] * &g.value) + &(&f.value * &g.gradient[i])),
            hessian: [0, 1, 2].map(|k| {
                let (i, j) = pairs[k];
                let outer = &(&f.hessian[k] * &g.value) + &(&f.value * &g.hessian[k]);
                let inner = &(&f.gradient[i] * &g.gradient[j]) + &(&f.gradient[j] * &g.gradient[i]);
                &outer + &inner
            }),
        }
    }

    /// φ(f), where φ has this value, slope and second derivative at f.
    fn through(&self, value: Rational, slope: &Rational, bend: &Rational) -> Jet {
        let pairs = [(0, 0), (0, 1), (1, 1)];
        Jet {
            value,
            gradient: [0, 1].map(|i| slope * &self.gradient[i]),
            hessian: [0, 1, 2].map(|k| {
                let (i, j) = pairs[k];
                &(slope * &self.hessian[k]) + &(bend * &(&self.gradient[i] * &self.gradient[j]))
            }),
        }
    }
}
