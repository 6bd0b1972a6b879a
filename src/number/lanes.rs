//! Operators over blocks of lanes: one call for many numbers, with the vector instructions that the machine has.
//!
//! Every lane has the bits that the operator gives for a single number, whatever the instruction set: the arithmetic is
//! the same ([`super::elementary`]), only more of it is done at a time. The code is written once, in loops that the
//! compiler vectorises, and compiled once for each instruction set.

use super::elementary::{
    self, Acos, Asin, Atan, Cbrt, Cos, Cosh, Exp, Ln, Log2, Log10, Sigmoid, Sin, Sinh, Softplus, Tan, Tanh, lanes,
};
use super::{Binary, Number, Unary};

/// Vector instructions that the code is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstructionSet {
    /// What every processor of the architecture has; the compiler's choice.
    Portable,
    /// Four lanes at a time: x86-64 processors since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl InstructionSet {
    /// All that this machine has, the fastest last.
    pub fn available() -> &'static [InstructionSet] {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return &[InstructionSet::Portable, InstructionSet::Avx2];
        }
        &[InstructionSet::Portable]
    }

    /// The fastest that this machine has.
    pub fn fastest() -> InstructionSet {
        let available = InstructionSet::available();
        available[available.len() - 1]
    }
}

/// The first of two operations done at once: t = a ∘ b.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// a + b.
    Add,
    /// a − b.
    Sub,
    /// a·b.
    Mul,
}

/// The second of two operations done at once, on the result t of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// t + c.
    Plus,
    /// t − c.
    Minus,
    /// c − t.
    From,
    /// t·c.
    Times,
    /// t².
    Squared,
}

/// What can be done to blocks at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// A function of a.
    Unary(Unary),
    /// A function of a and b.
    Binary(Binary),
    /// Two operations in one pass, each rounded: it saves writing and reading what is between them.
    Fused(First, Then),
}

/// Applies a kernel to each lane of its operands; those that it does not have are ignored.
///
/// # Panics
/// When an operand is shorter than `out`.
#[inline]
pub fn apply(set: InstructionSet, kernel: Kernel, operands: [&[f64]; 3], out: &mut [f64]) {
    match set {
        InstructionSet::Portable => apply_portable(kernel, operands, out),
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2 => {
            assert!(std::arch::is_x86_feature_detected!("avx2"));
            #[expect(
                unsafe_code,
                reason = "the only way to call code that is compiled for more than every machine has"
            )]
            // SAFETY: the processor has AVX2, which has just been asserted.
            unsafe {
                apply_avx2(kernel, operands, out);
            }
        }
    }
}

fn apply_portable(kernel: Kernel, operands: [&[f64]; 3], out: &mut [f64]) {
    apply_lanes(kernel, operands, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_avx2(kernel: Kernel, operands: [&[f64]; 3], out: &mut [f64]) {
    apply_lanes(kernel, operands, out);
}

#[inline(always)]
fn apply_lanes(kernel: Kernel, [a, b, c]: [&[f64]; 3], out: &mut [f64]) {
    let a = &a[..out.len()];
    match kernel {
        Kernel::Unary(op) => unary(op, a, out),
        Kernel::Binary(op) => binary(op, a, &b[..out.len()], out),
        Kernel::Fused(first, Then::Squared) => fused_square(first, a, &b[..out.len()], out),
        Kernel::Fused(first, then) => fused(first, then, a, &b[..out.len()], &c[..out.len()], out),
    }
}

#[inline(always)]
fn unary(op: Unary, x: &[f64], out: &mut [f64]) {
    match op {
        Unary::Neg => each(x, out, Number::neg),
        Unary::Abs => each(x, out, Number::abs),
        Unary::Sign => each(x, out, Number::sign),
        Unary::Step => each(x, out, Number::step),
        Unary::Kink => each(x, out, Number::kink),
        Unary::Sqrt => each(x, out, Number::sqrt),
        Unary::Relu => each(x, out, Number::relu),
        Unary::Cbrt => lanes::<Cbrt>(x, out),
        Unary::Exp => lanes::<Exp>(x, out),
        Unary::Ln => lanes::<Ln>(x, out),
        Unary::Log2 => lanes::<Log2>(x, out),
        Unary::Log10 => lanes::<Log10>(x, out),
        Unary::Sin => lanes::<Sin>(x, out),
        Unary::Cos => lanes::<Cos>(x, out),
        Unary::Tan => lanes::<Tan>(x, out),
        Unary::Asin => lanes::<Asin>(x, out),
        Unary::Acos => lanes::<Acos>(x, out),
        Unary::Atan => lanes::<Atan>(x, out),
        Unary::Sinh => lanes::<Sinh>(x, out),
        Unary::Cosh => lanes::<Cosh>(x, out),
        Unary::Tanh => lanes::<Tanh>(x, out),
        Unary::Sigmoid => lanes::<Sigmoid>(x, out),
        Unary::Softplus => lanes::<Softplus>(x, out),
    }
}

#[inline(always)]
fn binary(op: Binary, a: &[f64], b: &[f64], out: &mut [f64]) {
    match op {
        Binary::Add => pairs(a, b, out, |a, b| a + b),
        Binary::Sub => pairs(a, b, out, |a, b| a - b),
        Binary::Mul => pairs(a, b, out, |a, b| a * b),
        Binary::Div => pairs(a, b, out, |a, b| a / b),
        Binary::Pow => elementary::pow_lanes(a, b, out),
        Binary::Min => pairs(a, b, out, Number::min),
        Binary::Max => pairs(a, b, out, Number::max),
    }
}

#[inline(always)]
fn fused_square(first: First, a: &[f64], b: &[f64], out: &mut [f64]) {
    let square = |t: f64| t * t;
    match first {
        First::Add => pairs(a, b, out, |a, b| square(a + b)),
        First::Sub => pairs(a, b, out, |a, b| square(a - b)),
        First::Mul => pairs(a, b, out, |a, b| square(a * b)),
    }
}

#[inline(always)]
fn fused(first: First, then: Then, a: &[f64], b: &[f64], c: &[f64], out: &mut [f64]) {
    match (first, then) {
        (First::Add, Then::Plus) => triples(a, b, c, out, |a, b, c| (a + b) + c),
        (First::Add, Then::Minus) => triples(a, b, c, out, |a, b, c| (a + b) - c),
        (First::Add, Then::From) => triples(a, b, c, out, |a, b, c| c - (a + b)),
        (First::Add, Then::Times) => triples(a, b, c, out, |a, b, c| (a + b) * c),
        (First::Sub, Then::Plus) => triples(a, b, c, out, |a, b, c| (a - b) + c),
        (First::Sub, Then::Minus) => triples(a, b, c, out, |a, b, c| (a - b) - c),
        (First::Sub, Then::From) => triples(a, b, c, out, |a, b, c| c - (a - b)),
        (First::Sub, Then::Times) => triples(a, b, c, out, |a, b, c| (a - b) * c),
        (First::Mul, Then::Plus) => triples(a, b, c, out, |a, b, c| (a * b) + c),
        (First::Mul, Then::Minus) => triples(a, b, c, out, |a, b, c| (a * b) - c),
        (First::Mul, Then::From) => triples(a, b, c, out, |a, b, c| c - (a * b)),
        (First::Mul, Then::Times) => triples(a, b, c, out, |a, b, c| (a * b) * c),
        (_, Then::Squared) => fused_square(first, a, b, out),
    }
}

#[inline(always)]
fn each(x: &[f64], out: &mut [f64], f: impl Fn(f64) -> f64) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = f(*x);
    }
}

#[inline(always)]
fn pairs(a: &[f64], b: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = f(*a, *b);
    }
}

#[inline(always)]
fn triples(a: &[f64], b: &[f64], c: &[f64], out: &mut [f64], f: impl Fn(f64, f64, f64) -> f64) {
    for (((out, a), b), c) in out.iter_mut().zip(a).zip(b).zip(c) {
        *out = f(*a, *b, *c);
    }
}
