//! The operators of the formula language, each declared once.
//!
//! A line of the table below gives an operator its variant, its method on [`Number`], the names under which the
//! formula language knows it, whether it is defined on all of ℝ, and its meaning on f64. Elementary functions are
//! [`super::elementary`] and not the platform's, so that every machine computes the same bits.

use super::elementary::{
    self, Acos, Asin, Atan, Cbrt, Cos, Cosh, Exp, Ln, Log2, Log10, SechSquared, Sigmoid, Sin, Sinh, Softplus, Tan,
    Tanh, at,
};
use super::{Constant, Interval};

macro_rules! operators {
    (
        unary { $( $(#[$udoc:meta])* $unary:ident $umethod:ident [$($uname:literal),*] $utotal:literal |$x:ident| $ubody:expr; )* }
        binary { $( $(#[$bdoc:meta])* $binary:ident $bmethod:ident [$($bname:literal),*] $btotal:literal |$a:ident, $b:ident| $bbody:expr; )* }
    ) => {
        /// A function of one argument.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Unary { $( $(#[$udoc])* $unary, )* }

        /// A function of two arguments.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Binary { $( $(#[$bdoc])* $binary, )* }

        /// What an evaluator may do with a value of a formula.
        pub trait Number: Copy {
            /// Whether a value stands for a set of real numbers, so that a decimal that is not an f64 has to be enclosed.
            const ENCLOSES: bool;
            /// A constant of the formula.
            fn constant(constant: &Constant) -> Self;
            /// xⁿ; x⁰ is 1.
            fn powi(self, exponent: i32) -> Self;
            $( $(#[$udoc])* fn $umethod(self) -> Self; )*
            $( $(#[$bdoc])* fn $bmethod(self, other: Self) -> Self; )*
        }

        impl Unary {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Unary] = &[$(Unary::$unary),*];

            /// The names under which the formula language knows it; none for those that only derivatives use.
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Unary::$unary => &[$($uname),*],)* }
            }

            /// Whether it is defined on all of ℝ.
            pub fn is_total(self) -> bool {
                match self { $(Unary::$unary => $utotal,)* }
            }

            /// The function's value.
            #[inline]
            pub fn apply<N: Number>(self, x: N) -> N {
                match self { $(Unary::$unary => x.$umethod(),)* }
            }
        }

        impl Binary {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Binary] = &[$(Binary::$binary),*];

            /// The names under which the formula language knows it as a function.
            pub fn names(self) -> &'static [&'static str] {
                match self { $(Binary::$binary => &[$($bname),*],)* }
            }

            /// Whether it is defined on all of ℝ².
            pub fn is_total(self) -> bool {
                match self { $(Binary::$binary => $btotal,)* }
            }

            /// The function's value.
            #[inline(always)]
            pub fn apply<N: Number>(self, a: N, b: N) -> N {
                match self { $(Binary::$binary => a.$bmethod(b),)* }
            }
        }

        impl Number for f64 {
            const ENCLOSES: bool = false;
            #[inline]
            fn constant(constant: &Constant) -> f64 { constant.value }
            #[inline]
            fn powi(self, exponent: i32) -> f64 { powi(self, exponent) }
            $( #[inline] fn $umethod(self) -> f64 { let $x = self; $ubody } )*
            $( #[inline] fn $bmethod(self, other: f64) -> f64 { let ($a, $b) = (self, other); $bbody } )*
        }

        impl Number for Constant {
            const ENCLOSES: bool = true;
            fn constant(constant: &Constant) -> Constant { *constant }
            fn powi(self, exponent: i32) -> Constant {
                if let Some(value) = super::exact::power(self, exponent) {
                    return Constant::exact(value);
                }
                Constant { value: powi(self.value, exponent), enclosure: self.enclosure.powi(exponent) }
            }
            $( fn $umethod(self) -> Constant {
                Constant { value: Number::$umethod(self.value), enclosure: Number::$umethod(self.enclosure) }
            } )*
            $( fn $bmethod(self, other: Constant) -> Constant {
                if let Some(value) = super::exact::result(Binary::$binary, self, other) {
                    return Constant::exact(value);
                }
                Constant {
                    value: Number::$bmethod(self.value, other.value),
                    enclosure: Number::$bmethod(self.enclosure, other.enclosure),
                }
            } )*
        }
    };
}

operators! {
    unary {
        /// −x.
        Neg neg [] true |x| -x;
        /// |x|; its derivative jumps at 0.
        Abs abs ["abs", "fabs"] true |x| f64::from_bits(x.to_bits() & !(1 << 63));
        /// The sign of x: −1, 0 or 1. The derivative of |x|, with the mean of both sides at 0.
        Sign sign ["sign", "sgn", "signum"] true |x| if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { x * 0.0 };
        /// 0 below 0, ½ at 0, 1 above. The derivative of max(x, 0), with the mean of both sides at 0.
        Step step ["step", "heaviside"] true |x| if x > 0.0 { 1.0 } else if x < 0.0 { 0.0 } else { 0.5 + x };
        /// 0 except at 0, where it is undefined: the derivative of the sign and of the step.
        Kink kink ["kink"] false |x| if x == 0.0 || x.is_nan() { f64::NAN } else { 0.0 };
        /// √x, for x ≥ 0; its derivative has a pole at 0.
        Sqrt sqrt ["sqrt"] false |x| x.sqrt();
        /// ∛x; its derivative has a pole at 0.
        Cbrt cbrt ["cbrt"] true |x| at::<Cbrt>(x);
        /// eˣ.
        Exp exp ["exp"] true |x| at::<Exp>(x);
        /// ln x, for x > 0; −∞ at 0.
        Ln ln ["log", "ln"] false |x| at::<Ln>(x);
        /// log₂ x, for x > 0.
        Log2 log2 ["log2"] false |x| at::<Log2>(x);
        /// log₁₀ x, for x > 0.
        Log10 log10 ["log10"] false |x| at::<Log10>(x);
        /// sin x.
        Sin sin ["sin"] true |x| at::<Sin>(x);
        /// cos x.
        Cos cos ["cos"] true |x| at::<Cos>(x);
        /// tan x, with poles at odd multiples of π/2.
        Tan tan ["tan", "tg"] false |x| at::<Tan>(x);
        /// arcsin x, for |x| ≤ 1; its derivative has poles at ±1.
        Asin asin ["asin", "arcsin"] false |x| at::<Asin>(x);
        /// arccos x, for |x| ≤ 1; its derivative has poles at ±1.
        Acos acos ["acos", "arccos"] false |x| at::<Acos>(x);
        /// arctan x.
        Atan atan ["atan", "arctan"] true |x| at::<Atan>(x);
        /// sinh x.
        Sinh sinh ["sinh"] true |x| at::<Sinh>(x);
        /// cosh x.
        Cosh cosh ["cosh"] true |x| at::<Cosh>(x);
        /// tanh x.
        Tanh tanh ["tanh"] true |x| at::<Tanh>(x);
        /// 1/cosh² x, the derivative of tanh.
        SechSquared sech_squared [] true |x| at::<SechSquared>(x);
        /// 1/(1 + e⁻ˣ), without overflow.
        Sigmoid sigmoid ["sigmoid"] true |x| at::<Sigmoid>(x);
        /// ln(1 + eˣ), without overflow.
        Softplus softplus ["softplus"] true |x| at::<Softplus>(x);
        /// max(x, 0); its derivative jumps at 0.
        Relu relu ["relu"] true |x| if x < 0.0 { 0.0 } else { x };
        /// The largest integer ≤ x; it jumps at the integers.
        Floor floor ["floor"] true |x| x.floor();
        /// The smallest integer ≥ x; it jumps at the integers.
        Ceil ceil ["ceil", "ceiling"] true |x| x.ceil();
    }
    binary {
        /// a + b.
        Add add [] true |a, b| a + b;
        /// a − b.
        Sub sub [] true |a, b| a - b;
        /// a·b.
        Mul mul [] true |a, b| a * b;
        /// a/b, for b ≠ 0.
        Div div [] false |a, b| a / b;
        /// aᵇ: for a < 0 only with integer b; 0⁰ = 1.
        Pow pow [] false |a, b| elementary::pow(a, b);
        /// √(a² + b²), where squares may overflow or underflow.
        Hypot hypot ["hypot"] true |a, b| elementary::hypot(a, b);
        /// The angle of the point (b, a), in (−π, π]: it jumps where b < 0 and a = 0, and is undefined at the origin.
        Atan2 atan2 ["atan2", "arctan2"] false |a, b| elementary::atan2(a, b);
        /// The smaller of both; its derivatives jump where they are equal.
        Min min ["min"] true |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else if b < a { b } else { a };
        /// The larger of both; its derivatives jump where they are equal.
        Max max ["max"] true |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else if b > a { b } else { a };
    }
}

/// The exponents n for which xⁿ is computed by repeated squaring, those below 0 as 1/x⁻ⁿ: the errors of the products
/// add up to less than 4 units in the last place while xⁿ and x⁻ⁿ are normal numbers. For other exponents
/// [`elementary::pow`], which works in twice the precision, is as accurate.
pub const SMALL_EXPONENTS: std::ops::RangeInclusive<i32> = -4..=6;

/// xⁿ within 4 units in the last place.
#[inline]
pub(super) fn powi(x: f64, exponent: i32) -> f64 {
    match exponent {
        0 if x.is_nan() => x,
        2 => x * x,
        3 => x * x * x,
        4 => (x * x) * (x * x),
        n if !SMALL_EXPONENTS.contains(&n) => elementary::pow(x, f64::from(n)),
        _ => {
            let (mut result, mut square, mut rest) = (1.0, x, exponent.unsigned_abs());
            while rest > 0 {
                if rest & 1 == 1 {
                    result *= square;
                }
                square *= square;
                rest >>= 1;
            }
            if exponent < 0 { 1.0 / result } else { result }
        }
    }
}

const _: () = {
    // Intervals and constants are numbers too; the table above makes the compiler say so when an operator is added.
    const fn is_number<N: Number>() {}
    is_number::<Interval>();
    is_number::<Constant>();
};
