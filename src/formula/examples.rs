//! Means over examples: what a tape computes when its formula names columns of data.
//!
//! The loss is L(w) = (1/n) Σ l(w; exampleᵢ), and its derivatives are the means of the examples' derivatives. Nodes
//! that depend on the weights alone are computed once for each w, and nodes that depend on the example alone once for
//! all w. Many examples are evaluated in blocks of lanes ([`super::block::ExampleBatch`]). A few examples, and all
//! kinds of number except f64, are evaluated one after the other. Both ways add in the same order ([`Total`]) and so
//! give the same bits.

use super::block::ExampleBatch;
use super::instructions::Instructions;
use crate::number::lanes::{InstructionSet, Work};
use crate::number::{Constant, Decimal, Decimals, Number};
use std::fmt;
use std::sync::OnceLock;

/// Fewer examples than this are not worth a call for each operation.
const FEW: usize = 48;

/// The examples over which a tape is the mean.
pub struct Examples {
    columns: Vec<Decimals>,
    /// For each column, which of its numbers are exactly an f64; computed when an enclosure is first needed.
    exact: OnceLock<Vec<Vec<bool>>>,
    count: usize,
    /// For L, for L and ∇L, and for all six outputs.
    stages: [Stage; 3],
    batches: [ExampleBatch; 3],
}

/// The operations that some outputs need, as indices into the operations of the tape.
struct Stage {
    end: usize,
    /// The operations that depend on the weights alone.
    shared: Vec<u32>,
    /// The operations for each example.
    each: Vec<u32>,
}

/// Mean and covariance of the examples' gradients at a point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Covariance {
    /// The mean: ∇L.
    pub mean: [f64; 2],
    /// The entries 11, 12 and 22 of (1/n) Σ (gᵢ − ∇L)(gᵢ − ∇L)ᵀ, the covariance of the gradient of one example that is
    /// drawn at random.
    pub entries: [f64; 3],
}

impl fmt::Debug for Examples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Examples({} in {} columns)", self.count, self.columns.len())
    }
}

impl Examples {
    /// The examples of a tape that has columns.
    pub(super) fn new(list: &Instructions, columns: &[Decimals]) -> Examples {
        let count = columns[0].len();
        assert!(count > 0 && columns.iter().all(|column| column.len() == count), "columns are equally long");
        let stage = |outputs: usize| {
            let end = list.ends()[match outputs {
                1 => 0,
                3 => 1,
                _ => 2,
            }];
            let first = list.first_column() + list.columns();
            let (each, shared) = (0..end as u32).partition(|index| list.depends_of(first as u32 + index) & 4 != 0);
            Stage { end, shared, each }
        };
        Examples {
            columns: columns.to_vec(),
            exact: OnceLock::new(),
            count,
            stages: [1, 3, 6].map(stage),
            batches: [1, 3, 6].map(|outputs| ExampleBatch::new(list, &list.output_slots()[..outputs], columns)),
        }
    }

    /// How many examples there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The numbers of one example in the formula's columns.
    ///
    /// # Panics
    /// Panics if `row` is not below [`Examples::count`].
    pub fn row(&self, row: usize) -> Vec<Decimal> {
        self.columns.iter().map(|column| column.decimal(row)).collect()
    }

    /// Which numbers are exactly an f64, by column and row; empty for a kind of number that encloses nothing.
    fn exact<N: Number>(&self) -> &[Vec<bool>] {
        if !N::ENCLOSES {
            return &[];
        }
        let is_exact = |number: Decimal| number.constant().as_exact().is_some();
        self.exact.get_or_init(|| self.columns.iter().map(|column| column.decimals().map(is_exact).collect()).collect())
    }

    /// L at each example, instead of the mean over the examples.
    pub fn values(&self, list: &Instructions, w: [f64; 2]) -> Vec<f64> {
        let mut values = Vec::with_capacity(self.count);
        if self.count < FEW {
            self.each_output(list, w, (0..self.count).map(|row| row as u32), |[value]: [f64; 1]| values.push(value));
        } else {
            self.batches[0].run(w, None, &mut |outputs| values.extend_from_slice(outputs[0]));
        }
        values
    }

    /// The means of the first K outputs (K is 1, 3 or 6) over any kind of number.
    pub(super) fn means<N: Number, const K: usize>(&self, list: &Instructions, w: [N; 2]) -> [N; K] {
        let rows = (0..self.count).map(|row| row as u32);
        self.one_by_one(list, w, rows).mean(self.count)
    }

    /// The means of the first K outputs at a point, with the bits of [`Examples::means`].
    pub(super) fn means_at<const K: usize>(&self, list: &Instructions, w: [f64; 2]) -> [f64; K] {
        if self.count < FEW {
            return self.means(list, w);
        }
        let mut total = Total::<f64, K>::default();
        self.batches[stage_of(K)].run(w, None, &mut |outputs| total.add_block(outputs));
        total.mean(self.count)
    }

    /// Mean value and mean gradient (L, ∂₁, ∂₂) of some of the examples, such as a minibatch; a row may occur twice.
    ///
    /// # Panics
    /// Panics if a row is not below [`Examples::count`].
    pub fn gradient_over(&self, list: &Instructions, w: [f64; 2], rows: &[u32]) -> [f64; 3] {
        if rows.len() < FEW {
            return self.one_by_one(list, w, rows.iter().copied()).mean(rows.len());
        }
        let mut total = Total::<f64, 3>::default();
        self.batches[1].run(w, Some(rows), &mut |outputs| total.add_block(outputs));
        total.mean(rows.len())
    }

    /// The covariance of the examples' gradients at a point.
    pub fn covariance(&self, list: &Instructions, w: [f64; 2]) -> Covariance {
        let [_, mean_1, mean_2] = self.means_at(list, w);
        let mut sums = [0.0; 3];
        let mut add = |g1: f64, g2: f64| {
            let (a, b) = (g1 - mean_1, g2 - mean_2);
            sums = [sums[0] + a * a, sums[1] + a * b, sums[2] + b * b];
        };
        if self.count < FEW {
            self.each_output(list, w, (0..self.count).map(|row| row as u32), |[_, g1, g2]: [f64; 3]| add(g1, g2));
        } else {
            self.batches[1].run(w, None, &mut |outputs| {
                outputs[1].iter().zip(outputs[2]).for_each(|(g1, g2)| add(*g1, *g2));
            });
        }
        Covariance { mean: [mean_1, mean_2], entries: sums.map(|sum| sum / self.count as f64) }
    }

    /// The outputs (L; L and ∇L; or all six) on the grid of all (x, y), row by row.
    pub(super) fn grid(&self, xs: &[f64], ys: &[f64], planes: &mut [Vec<f64>]) {
        self.batches[stage_of(planes.len())].grid(xs, ys, planes);
    }

    fn one_by_one<N: Number, const K: usize>(
        &self,
        list: &Instructions,
        w: [N; 2],
        rows: impl Iterator<Item = u32>,
    ) -> Total<N, K> {
        let mut total = Total::default();
        self.each_output(list, w, rows, |outputs| total.add(outputs));
        total
    }

    /// Calls `with` for the outputs of each row.
    fn each_output<N: Number, const K: usize>(
        &self,
        list: &Instructions,
        w: [N; 2],
        rows: impl Iterator<Item = u32>,
        mut with: impl FnMut([N; K]),
    ) {
        let stage = &self.stages[stage_of(K)];
        let first = list.first_column();
        let outputs = list.output_slots();
        let exact = self.exact::<N>();
        list.with_slots(w, stage.end, |slots| {
            stage.shared.iter().for_each(|&index| list.run_one(slots, index as usize));
            for row in rows {
                for (index, (slot, column)) in slots[first..].iter_mut().zip(&self.columns).enumerate() {
                    let value = column[row as usize];
                    let is_exact = exact.get(index).is_none_or(|exact| exact[row as usize]);
                    *slot = N::constant(&if is_exact { Constant::exact(value) } else { Constant::rounded(value) });
                }
                stage.each.iter().for_each(|&index| list.run_one(slots, index as usize));
                with(std::array::from_fn(|k| slots[outputs[k] as usize]));
            }
        });
    }
}

fn stage_of(outputs: usize) -> usize {
    match outputs {
        1 => 0,
        3 => 1,
        6 => 2,
        _ => unreachable!("a tape is asked for L, for L and ∇L, or for all"),
    }
}

/// How many numbers are added to one partial sum, so that the rounding error grows with n/64 + 8 and not with n.
const BLOCK: usize = 64;
/// How many sums run side by side, enough to fill vector registers.
const SIDE: usize = 8;

/// K sums that are added up in a fixed order: number i of a block goes to sum i mod 8, the eight are added in pairs,
/// and blocks one after the other.
struct Total<N, const K: usize> {
    sums: [N; K],
    side: [[N; SIDE]; K],
    in_block: usize,
}

impl<N: Number, const K: usize> Default for Total<N, K> {
    fn default() -> Self {
        let zero = N::constant(&Constant::exact(0.0));
        Total { sums: [zero; K], side: [[zero; SIDE]; K], in_block: 0 }
    }
}

impl<N: Number, const K: usize> Total<N, K> {
    #[inline(always)]
    fn add(&mut self, numbers: [N; K]) {
        let at = self.in_block % SIDE;
        for (side, number) in self.side.iter_mut().zip(numbers) {
            side[at] = side[at].add(number);
        }
        self.in_block += 1;
        if self.in_block == BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let zero = N::constant(&Constant::exact(0.0));
        for (sum, side) in self.sums.iter_mut().zip(&mut self.side) {
            *sum = sum.add(in_pairs(side));
            *side = [zero; SIDE];
        }
        self.in_block = 0;
    }

    fn mean(mut self, count: usize) -> [N; K] {
        if self.in_block > 0 {
            self.end_block();
        }
        let count = N::constant(&Constant::exact(count as f64));
        self.sums.map(|sum| sum.div(count))
    }
}

impl<const K: usize> Total<f64, K> {
    /// Adds many numbers, K at a time; every call but the last has whole blocks.
    fn add_block(&mut self, outputs: &[&[f64]]) {
        let set = InstructionSet::fastest();
        for (sum, numbers) in self.sums.iter_mut().zip(outputs) {
            *sum = set.run(Added { sum: *sum, numbers });
        }
    }
}

/// A sum with more numbers added, block by block.
struct Added<'a> {
    sum: f64,
    numbers: &'a [f64],
}

impl Work for Added<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut sum = self.sum;
        let (blocks, rest) = self.numbers.as_chunks::<BLOCK>();
        for block in blocks {
            let mut side = [0.0; SIDE];
            // By index over arrays, which the compiler turns into additions of vectors.
            for chunk in block.as_chunks::<SIDE>().0 {
                for k in 0..SIDE {
                    side[k] += chunk[k];
                }
            }
            sum += in_pairs(&side);
        }
        if !rest.is_empty() {
            let mut side = [0.0; SIDE];
            rest.iter().enumerate().for_each(|(k, number)| side[k % SIDE] += number);
            sum += in_pairs(&side);
        }
        sum
    }
}

#[inline(always)]
fn in_pairs<N: Number>(side: &[N; SIDE]) -> N {
    let [a, b, c, d, e, f, g, h] = *side;
    (a.add(e).add(c.add(g))).add(b.add(f).add(d.add(h)))
}
