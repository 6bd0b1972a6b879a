//! Matrix products over rows of examples, compiled for each instruction set.
//!
//! Sums over units go from the first to the last for each example; sums over examples are computed in [`LANES`] parts
//! that are added in a fixed order. So the bits depend neither on the machine nor on its instruction set.
#![expect(
    clippy::needless_range_loop,
    reason = "iterators are not always inlined, and what is not inlined is not compiled for the instruction set"
)]

use crate::krylov::{LANES, sum_of_lanes};
use crate::number::lanes::Work;

/// `out[r] = bias[r] + Σₖ weights[r·row_step + k·step]·input[k]`, where `input[k]` and `out[r]` are rows of examples.
/// With `adds`, the sum is added to `out`.
pub struct Product<'a> {
    /// The matrix.
    pub weights: &'a [f64],
    /// From a row of the matrix to the next.
    pub row_step: usize,
    /// The distance from a number in a row of the matrix to the next.
    pub step: usize,
    /// A number for each row.
    pub bias: Option<&'a [f64]>,
    /// Rows of examples.
    pub input: &'a [f64],
    /// How many there are.
    pub inner: usize,
    /// Rows of examples.
    pub out: &'a mut [f64],
    /// How many there are.
    pub rows: usize,
    /// From a row of examples to the next.
    pub stride: usize,
    /// Whether the sums are added to `out`.
    pub adds: bool,
}

impl Work for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let mut row = 0;
        while row + 2 <= self.rows {
            self.rows_from::<2>(row);
            row += 2;
        }
        if row < self.rows {
            self.rows_from::<1>(row);
        }
    }
}

impl Product<'_> {
    #[inline(always)]
    fn rows_from<const R: usize>(&mut self, row: usize) {
        let mut from = 0;
        while from + 2 * LANES <= self.stride {
            self.tile::<R, { 2 * LANES }>(row, from);
            from += 2 * LANES;
        }
        if from < self.stride {
            self.tile::<R, LANES>(row, from);
        }
    }

    #[inline(always)]
    fn tile<const R: usize, const N: usize>(&mut self, row: usize, from: usize) {
        let mut sums = [[0.0; N]; R];
        for r in 0..R {
            let begin = self.bias.map_or(0.0, |bias| bias[row + r]);
            sums[r] = [begin; N];
            if self.adds {
                let place = (row + r) * self.stride + from;
                sums[r].copy_from_slice(&self.out[place..place + N]);
            }
        }
        for k in 0..self.inner {
            let place = k * self.stride + from;
            let input: &[f64; N] = match self.input[place..place + N].try_into() {
                Ok(input) => input,
                Err(_) => return,
            };
            for r in 0..R {
                let weight = self.weights[(row + r) * self.row_step + k * self.step];
                for lane in 0..N {
                    sums[r][lane] += weight * input[lane];
                }
            }
        }
        for r in 0..R {
            let place = (row + r) * self.stride + from;
            self.out[place..place + N].copy_from_slice(&sums[r]);
        }
    }
}

/// `out[r·columns + c] (+)= Σₑ left[r][e]·right[c][e]` over the examples e.
pub struct Outer<'a> {
    /// Rows of examples.
    pub left: &'a [f64],
    /// How many there are.
    pub rows: usize,
    /// Rows of examples.
    pub right: &'a [f64],
    /// How many there are.
    pub columns: usize,
    /// From a row of examples to the next.
    pub stride: usize,
    /// The matrix, row by row.
    pub out: &'a mut [f64],
    /// Whether the sums are added to `out`.
    pub adds: bool,
}

impl Work for Outer<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let mut row = 0;
        while row < self.rows {
            let rows = (self.rows - row).min(2);
            let mut column = 0;
            while column < self.columns {
                let columns = (self.columns - column).min(2);
                match (rows, columns) {
                    (2, 2) => self.tile::<2, 2>(row, column),
                    (2, _) => self.tile::<2, 1>(row, column),
                    (_, 2) => self.tile::<1, 2>(row, column),
                    _ => self.tile::<1, 1>(row, column),
                }
                column += columns;
            }
            row += rows;
        }
    }
}

impl Outer<'_> {
    #[inline(always)]
    fn tile<const R: usize, const C: usize>(&mut self, row: usize, column: usize) {
        let mut sums = [[[0.0; LANES]; C]; R];
        let mut from = 0;
        while from + LANES <= self.stride {
            for r in 0..R {
                let left = &self.left[(row + r) * self.stride + from..][..LANES];
                for c in 0..C {
                    let right = &self.right[(column + c) * self.stride + from..][..LANES];
                    for lane in 0..LANES {
                        sums[r][c][lane] += left[lane] * right[lane];
                    }
                }
            }
            from += LANES;
        }
        for r in 0..R {
            for c in 0..C {
                let place = (row + r) * self.columns + column + c;
                let total = sum_of_lanes(&sums[r][c]);
                self.out[place] = if self.adds { self.out[place] + total } else { total };
            }
        }
    }
}

/// `out[r] = Σₑ rows[r][e]`.
pub struct RowSums<'a> {
    /// Rows of examples.
    pub rows: &'a [f64],
    /// From a row to the next.
    pub stride: usize,
    /// A sum for each row.
    pub out: &'a mut [f64],
}

impl Work for RowSums<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (out, row) in self.out.iter_mut().zip(self.rows.chunks_exact(self.stride)) {
            *out = sum(row);
        }
    }
}

/// `out = a·b`, number by number.
pub struct Multiply<'a> {
    /// The first factor.
    pub a: &'a [f64],
    /// The second factor.
    pub b: &'a [f64],
    /// The product.
    pub out: &'a mut [f64],
}

impl Work for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let count = self.out.len();
        let (a, b) = (&self.a[..count], &self.b[..count]);
        for index in 0..count {
            self.out[index] = a[index] * b[index];
        }
    }
}

/// `out = a·b + c·d·e`, number by number.
pub struct MultiplyAdd<'a> {
    /// A factor of the first product.
    pub a: &'a [f64],
    /// A factor of the first product.
    pub b: &'a [f64],
    /// The factors of the second product.
    pub others: [&'a [f64]; 3],
    /// The sum.
    pub out: &'a mut [f64],
}

impl Work for MultiplyAdd<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let count = self.out.len();
        let (a, b) = (&self.a[..count], &self.b[..count]);
        let [c, d, e] = self.others.map(|other| &other[..count]);
        for index in 0..count {
            self.out[index] = a[index] * b[index] + c[index] * d[index] * e[index];
        }
    }
}

/// The sum of numbers, in [`LANES`] parts.
#[inline(always)]
pub fn sum(numbers: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let (groups, rest) = numbers.as_chunks::<LANES>();
    for group in groups {
        for lane in 0..LANES {
            sums[lane] += group[lane];
        }
    }
    rest.iter().zip(&mut sums).for_each(|(number, sum)| *sum += number);
    sum_of_lanes(&sums)
}
