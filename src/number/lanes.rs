//! Operators over blocks of lanes: one call for many numbers, with the vector instructions that the machine has.
//!
//! Every lane has the bits that the operator gives for a single number, whatever the instruction set: the arithmetic is
//! the same ([`super::elementary`]), only more of it is done at a time. The code is written once, in loops that the
//! compiler vectorises, and compiled once for each instruction set.

use super::elementary::{
    self, Acos, Asin, Atan, Cbrt, Cos, Cosh, Elementary, Exp, Ln, Log2, Log10, SechSquared, Sigmoid, Sin, Sinh,
    Softplus, Tan, Tanh, lanes,
};
use super::{Binary, Number, Unary};

/// Vector instructions for which the code is compiled and which this machine has. Only [`InstructionSet::available`]
/// creates one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstructionSet(Vectors);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vectors {
    /// What every processor of the architecture has; the compiler's choice.
    Portable,
    /// Four lanes at a time: x86-64 processors since 2013.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Eight lanes at a time, and comparisons that select without detours: many x86-64 processors since 2017.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl InstructionSet {
    /// All sets that this machine has, the fastest last.
    pub fn available() -> &'static [InstructionSet] {
        #[cfg(target_arch = "x86_64")]
        {
            const ALL: [InstructionSet; 3] =
                [InstructionSet(Vectors::Portable), InstructionSet(Vectors::Avx2), InstructionSet(Vectors::Avx512)];
            if has_avx512() {
                return &ALL;
            }
            if has_avx2() {
                return &ALL[..2];
            }
        }
        &[InstructionSet(Vectors::Portable)]
    }

    /// The fastest that this machine has.
    pub fn fastest() -> InstructionSet {
        let available = InstructionSet::available();
        available[available.len() - 1]
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// Whether the machine has the parts of AVX-512 that the first desktop processors with AVX-512 had, and what those
/// parts require.
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && std::arch::is_x86_feature_detected!("fma")
        && std::arch::is_x86_feature_detected!("f16c")
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512dq")
        && std::arch::is_x86_feature_detected!("avx512vl")
}

/// Code that is compiled once for each instruction set.
pub trait Work {
    /// The type of the result.
    type Output;
    /// Does the work. Mark it and all functions that it calls in loops `#[inline(always)]`: only code that is inlined
    /// into the function for an instruction set uses that set.
    fn run(self) -> Self::Output;
}

impl InstructionSet {
    /// Does some work with these instructions.
    #[inline]
    pub fn run<W: Work>(self, work: W) -> W::Output {
        match self.0 {
            Vectors::Portable => run_portable(work),
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx2 => {
                #[expect(unsafe_code, reason = "the only way to call code for more than every processor has")]
                // SAFETY: this processor has AVX2, or there would be no such instruction set.
                unsafe {
                    run_avx2(work)
                }
            }
            #[cfg(target_arch = "x86_64")]
            Vectors::Avx512 => {
                #[expect(unsafe_code, reason = "the only way to call code for more than every processor has")]
                // SAFETY: this processor has these parts of AVX-512, or there would be no such instruction set.
                unsafe {
                    run_avx512(work)
                }
            }
        }
    }
}

fn run_portable<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn run_avx512<W: Work>(work: W) -> W::Output {
    work.run()
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
    /// t² + c, three operations: sums of squares are what losses are made of.
    SquaredPlus,
    /// t² + (c ∘ d)², five operations.
    SquaredPlusSquared(First),
}

/// The operations on blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// A function of a.
    Unary(Unary),
    /// A function of a and b.
    Binary(Binary),
    /// Two operations or more in one pass, each rounded. It saves writing and reading intermediate results.
    Fused(First, Then),
}

/// Lanes that are done together in the innermost loops.
pub const CHUNK: usize = 64;

/// What a kernel reads: a number for each lane, or a single chunk that is used for all chunks and has the same number
/// in each lane.
pub type Operand<'a> = &'a [[f64; CHUNK]];

/// For kernels with fewer operands.
pub const NONE: Operand<'static> = &[[0.0; CHUNK]];

/// The chunk of an operand with this index.
#[inline(always)]
pub fn chunk(operand: Operand<'_>, index: usize) -> &[f64; CHUNK] {
    &operand[if operand.len() == 1 { 0 } else { index }]
}

/// Applies a kernel to each lane of its operands. Operands that the kernel does not use are ignored.
///
/// # Panics
/// Panics if an operand has fewer lanes than `out`, but more than a chunk.
#[inline]
pub fn apply(
    set: InstructionSet,
    kernel: Kernel,
    a: Operand<'_>,
    b: Operand<'_>,
    c: Operand<'_>,
    d: Operand<'_>,
    out: &mut [[f64; CHUNK]],
) {
    // Not by `InstructionSet::run`: arguments of a function are known not to overlap, and fields of a structure are
    // not.
    match set.0 {
        Vectors::Portable => apply_portable(kernel, a, b, c, d, out),
        #[cfg(target_arch = "x86_64")]
        Vectors::Avx2 => {
            #[expect(unsafe_code, reason = "the only way to call code for more than every processor has")]
            // SAFETY: this processor has AVX2, or there would be no such instruction set.
            unsafe {
                apply_avx2(kernel, a, b, c, d, out);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Vectors::Avx512 => {
            #[expect(unsafe_code, reason = "the only way to call code for more than every processor has")]
            // SAFETY: this processor has these parts of AVX-512, or there would be no such instruction set.
            unsafe {
                apply_avx512(kernel, a, b, c, d, out);
            }
        }
    }
}

fn apply_portable(
    kernel: Kernel,
    a: Operand<'_>,
    b: Operand<'_>,
    c: Operand<'_>,
    d: Operand<'_>,
    out: &mut [[f64; CHUNK]],
) {
    apply_lanes(kernel, a, b, c, d, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn apply_avx2(
    kernel: Kernel,
    a: Operand<'_>,
    b: Operand<'_>,
    c: Operand<'_>,
    d: Operand<'_>,
    out: &mut [[f64; CHUNK]],
) {
    apply_lanes(kernel, a, b, c, d, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
fn apply_avx512(
    kernel: Kernel,
    a: Operand<'_>,
    b: Operand<'_>,
    c: Operand<'_>,
    d: Operand<'_>,
    out: &mut [[f64; CHUNK]],
) {
    apply_lanes(kernel, a, b, c, d, out);
}

#[inline(always)]
fn apply_lanes(
    kernel: Kernel,
    a: Operand<'_>,
    b: Operand<'_>,
    c: Operand<'_>,
    d: Operand<'_>,
    out: &mut [[f64; CHUNK]],
) {
    match kernel {
        Kernel::Unary(op) => unary(op, a, out),
        Kernel::Binary(op) => binary(op, a, b, out),
        Kernel::Fused(first, Then::Squared) => fused_square(first, a, b, out),
        Kernel::Fused(first, Then::SquaredPlusSquared(second)) => fused_squares([first, second], [a, b, c, d], out),
        Kernel::Fused(first, then) => fused(first, then, a, b, c, out),
    }
}

/// Two functions of one argument that are computed together, for little more than one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// Sine and cosine.
    SinCos,
    /// The hyperbolic tangent and its derivative.
    TanhAndDerivative,
}

impl Pair {
    /// All of them.
    pub const ALL: [Pair; 2] = [Pair::SinCos, Pair::TanhAndDerivative];

    /// The two functions.
    pub fn functions(self) -> [Unary; 2] {
        match self {
            Pair::SinCos => [Unary::Sin, Unary::Cos],
            Pair::TanhAndDerivative => [Unary::Tanh, Unary::SechSquared],
        }
    }

    /// The pair that a function belongs to.
    pub fn with(function: Unary) -> Option<Pair> {
        Pair::ALL.into_iter().find(|pair| pair.functions().contains(&function))
    }

    /// Both at one number, with the bits of each alone.
    #[inline]
    pub fn at(self, x: f64) -> [f64; 2] {
        match self {
            Pair::SinCos => elementary::sin_cos(x),
            Pair::TanhAndDerivative => elementary::tanh_and_derivative(x),
        }
    }
}

/// Both functions of a pair on each lane, with the bits of the kernels.
pub fn apply_pair(set: InstructionSet, pair: Pair, x: &[f64; CHUNK], [first, second]: [&mut [f64; CHUNK]; 2]) {
    set.run(Both { pair, x, first, second });
}

struct Both<'a> {
    pair: Pair,
    x: &'a [f64; CHUNK],
    first: &'a mut [f64; CHUNK],
    second: &'a mut [f64; CHUNK],
}

impl Work for Both<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        match self.pair {
            Pair::SinCos => elementary::sin_cos_lanes(self.x, self.first, self.second),
            Pair::TanhAndDerivative => elementary::tanh_and_derivative_lanes(self.x, self.first, self.second),
        }
    }
}

/// Copies operands to as many runs of lanes, all of equal length: chunk by chunk, so that the runs are written side by
/// side, which is faster than one after the other.
pub fn copy(set: InstructionSet, from: &[Operand<'_>], to: &mut [&mut [[f64; CHUNK]]]) {
    set.run(Copying { from, to });
}

struct Copying<'a, 'b> {
    from: &'a [Operand<'a>],
    to: &'a mut [&'b mut [[f64; CHUNK]]],
}

impl Work for Copying<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let chunks = self.to.first().map_or(0, |to| to.len());
        for index in 0..chunks {
            for (from, to) in self.from.iter().zip(self.to.iter_mut()) {
                groups(&mut to[index], |lane, from| from[lane], chunk(from, index));
            }
        }
    }
}

/// Whether all magnitudes are at most a limit; NaN is not.
pub fn are_within(set: InstructionSet, values: &[f64], limit: f64) -> bool {
    set.run(Within { values, limit })
}

struct Within<'a> {
    values: &'a [f64],
    limit: f64,
}

impl Work for Within<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        // No early exit, which would keep the loop from being vectorised.
        self.values.iter().fold(1, |all, value| all & u64::from(Number::abs(*value) <= self.limit)) == 1
    }
}

#[inline(always)]
fn unary(op: Unary, x: Operand<'_>, out: &mut [[f64; CHUNK]]) {
    match op {
        Unary::Neg => each(x, out, |x| -x),
        Unary::Abs => each(x, out, Number::abs),
        Unary::Sign => each(x, out, Number::sign),
        Unary::Step => each(x, out, Number::step),
        Unary::Kink => each(x, out, Number::kink),
        Unary::Sqrt => each(x, out, Number::sqrt),
        Unary::Relu => each(x, out, Number::relu),
        Unary::Floor => each(x, out, Number::floor),
        Unary::Ceil => each(x, out, Number::ceil),
        Unary::Cbrt => function::<Cbrt>(x, out),
        Unary::Exp => function::<Exp>(x, out),
        Unary::Ln => function::<Ln>(x, out),
        Unary::Log2 => function::<Log2>(x, out),
        Unary::Log10 => function::<Log10>(x, out),
        Unary::Sin => function::<Sin>(x, out),
        Unary::Cos => function::<Cos>(x, out),
        Unary::Tan => function::<Tan>(x, out),
        Unary::Asin => function::<Asin>(x, out),
        Unary::Acos => function::<Acos>(x, out),
        Unary::Atan => function::<Atan>(x, out),
        Unary::Sinh => function::<Sinh>(x, out),
        Unary::Cosh => function::<Cosh>(x, out),
        Unary::Tanh => function::<Tanh>(x, out),
        Unary::SechSquared => function::<SechSquared>(x, out),
        Unary::Sigmoid => function::<Sigmoid>(x, out),
        Unary::Softplus => function::<Softplus>(x, out),
    }
}

#[inline(always)]
fn binary(op: Binary, a: Operand<'_>, b: Operand<'_>, out: &mut [[f64; CHUNK]]) {
    match op {
        Binary::Add => commuting_pairs(a, b, out, |a, b| a + b),
        Binary::Sub => pairs(a, b, out, |a, b| a - b),
        Binary::Mul => commuting_pairs(a, b, out, |a, b| a * b),
        Binary::Div => pairs(a, b, out, |a, b| a / b),
        Binary::Pow => {
            for (k, out) in out.iter_mut().enumerate() {
                elementary::pow_lanes(chunk(a, k), chunk(b, k), out);
            }
        }
        Binary::Hypot => commuting_pairs(a, b, out, elementary::hypot),
        Binary::Atan2 => pairs(a, b, out, elementary::atan2),
        Binary::Min => pairs(a, b, out, Number::min),
        Binary::Max => pairs(a, b, out, Number::max),
    }
}

#[inline(always)]
fn fused_square(first: First, a: Operand<'_>, b: Operand<'_>, out: &mut [[f64; CHUNK]]) {
    let square = |t: f64| t * t;
    match first {
        First::Add => commuting_pairs(a, b, out, |a, b| square(a + b)),
        First::Sub => pairs(a, b, out, |a, b| square(a - b)),
        First::Mul => commuting_pairs(a, b, out, |a, b| square(a * b)),
    }
}

#[inline(always)]
fn fused(first: First, then: Then, a: Operand<'_>, b: Operand<'_>, c: Operand<'_>, out: &mut [[f64; CHUNK]]) {
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
        (First::Add, Then::SquaredPlus) => triples(a, b, c, out, |a, b, c| (a + b) * (a + b) + c),
        (First::Sub, Then::SquaredPlus) => triples(a, b, c, out, |a, b, c| (a - b) * (a - b) + c),
        (First::Mul, Then::SquaredPlus) => triples(a, b, c, out, |a, b, c| (a * b) * (a * b) + c),
        (_, Then::Squared | Then::SquaredPlusSquared(_)) => unreachable!("they have functions of their own"),
    }
}

#[inline(always)]
fn fused_squares([first, second]: [First; 2], [a, b, c, d]: [Operand<'_>; 4], out: &mut [[f64; CHUNK]]) {
    let square = |t: f64| t * t;
    let sorted = |first: First, a, b| if first == First::Sub { (a, b) } else { one_number_last(a, b) };
    let ((a, b), (c, d)) = (sorted(first, a, b), sorted(second, c, d));
    let operands = [a, b, c, d];
    match (first, second) {
        (First::Add, First::Add) => fours(operands, out, |a, b, c, d| square(a + b) + square(c + d)),
        (First::Add, First::Sub) => fours(operands, out, |a, b, c, d| square(a + b) + square(c - d)),
        (First::Add, First::Mul) => fours(operands, out, |a, b, c, d| square(a + b) + square(c * d)),
        (First::Sub, First::Add) => fours(operands, out, |a, b, c, d| square(a - b) + square(c + d)),
        (First::Sub, First::Sub) => fours(operands, out, |a, b, c, d| square(a - b) + square(c - d)),
        (First::Sub, First::Mul) => fours(operands, out, |a, b, c, d| square(a - b) + square(c * d)),
        (First::Mul, First::Add) => fours(operands, out, |a, b, c, d| square(a * b) + square(c + d)),
        (First::Mul, First::Sub) => fours(operands, out, |a, b, c, d| square(a * b) + square(c - d)),
        (First::Mul, First::Mul) => fours(operands, out, |a, b, c, d| square(a * b) + square(c * d)),
    }
}

#[inline(always)]
fn function<F: Elementary>(x: Operand<'_>, out: &mut [[f64; CHUNK]]) {
    for (k, out) in out.iter_mut().enumerate() {
        lanes::<F>(chunk(x, k), out);
    }
}

/// How many results are computed before the first of them is written. The compiler then knows that reads and writes do
/// not overlap, and vectorises without a test at run time. 16 lanes are too few for vectors of eight numbers. The loops
/// use counters, because iterators are not always inlined, and only inlined code is compiled for the instruction set.
const GROUP: usize = 32;

#[inline(always)]
fn each(x: Operand<'_>, out: &mut [[f64; CHUNK]], f: impl Fn(f64) -> f64) {
    for (k, out) in out.iter_mut().enumerate() {
        groups(out, |lane, x| f(x[lane]), chunk(x, k));
    }
}

/// The two operands, with the one that has the same number in all lanes last.
#[inline(always)]
fn one_number_last<'a>(a: Operand<'a>, b: Operand<'a>) -> (Operand<'a>, Operand<'a>) {
    if a.len() == 1 { (b, a) } else { (a, b) }
}

/// The number that an operand has in all lanes; `None` if it has several, or if the block has only one chunk. Kept in a
/// register the number is read only once, and these loops wait for reads.
#[inline(always)]
fn one_number(operand: Operand<'_>, out: &[[f64; CHUNK]]) -> Option<f64> {
    (operand.len() == 1 && out.len() > 1).then(|| operand[0][0])
}

#[inline(always)]
fn commuting_pairs(a: Operand<'_>, b: Operand<'_>, out: &mut [[f64; CHUNK]], f: impl Fn(f64, f64) -> f64) {
    let (a, b) = one_number_last(a, b);
    pairs(a, b, out, f);
}

#[inline(always)]
fn pairs(a: Operand<'_>, b: Operand<'_>, out: &mut [[f64; CHUNK]], f: impl Fn(f64, f64) -> f64) {
    if let Some(b) = one_number(b, out) {
        for (k, out) in out.iter_mut().enumerate() {
            groups(out, |lane, a| f(a[lane], b), chunk(a, k));
        }
        return;
    }
    for (k, out) in out.iter_mut().enumerate() {
        groups(out, |lane, (a, b)| f(a[lane], b[lane]), (chunk(a, k), chunk(b, k)));
    }
}

#[inline(always)]
fn triples(a: Operand<'_>, b: Operand<'_>, c: Operand<'_>, out: &mut [[f64; CHUNK]], f: impl Fn(f64, f64, f64) -> f64) {
    for (k, out) in out.iter_mut().enumerate() {
        groups(out, |lane, (a, b, c)| f(a[lane], b[lane], c[lane]), (chunk(a, k), chunk(b, k), chunk(c, k)));
    }
}

#[inline(always)]
fn fours([a, b, c, d]: [Operand<'_>; 4], out: &mut [[f64; CHUNK]], f: impl Fn(f64, f64, f64, f64) -> f64) {
    if let (Some(b), Some(d)) = (one_number(b, out), one_number(d, out)) {
        for (k, out) in out.iter_mut().enumerate() {
            groups(out, |lane, (a, c)| f(a[lane], b, c[lane], d), (chunk(a, k), chunk(c, k)));
        }
        return;
    }
    for (k, out) in out.iter_mut().enumerate() {
        let chunks = (chunk(a, k), chunk(b, k), chunk(c, k), chunk(d, k));
        groups(out, |lane, (a, b, c, d)| f(a[lane], b[lane], c[lane], d[lane]), chunks);
    }
}

#[inline(always)]
fn groups<T: Copy>(out: &mut [f64; CHUNK], f: impl Fn(usize, T) -> f64, operands: T) {
    let mut start = 0;
    while start < CHUNK {
        let mut results = [0.0; GROUP];
        let mut lane = 0;
        while lane < GROUP {
            results[lane] = f(start + lane, operands);
            lane += 1;
        }
        out[start..start + GROUP].copy_from_slice(&results);
        start += GROUP;
    }
}
