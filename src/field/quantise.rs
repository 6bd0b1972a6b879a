//! Counting thresholds: for each of many values, how many of some ascending thresholds it reaches.
//!
//! Colours and contour lines both start here: a pixel's colour is the number of colour boundaries ≤ L there, and a
//! contour of level k passes between two samples when one reaches k thresholds more than the other. A table over
//! equally wide bins gives the number of thresholds below the bin of a value. Only values in a bin with thresholds are
//! compared with these. If most bins have none, a value takes one multiplication and one look-up.

use crate::number::lanes::{InstructionSet, Work};

/// Bins of the table. Two bytes each, so that the table stays in the first-level cache.
const BINS: usize = 4096;
/// The number of groups of neighbouring bins: enough for evenly spaced thresholds, and few enough that a table of
/// larger entries also stays in the first-level cache.
pub(super) const STEPS: usize = 1024;

/// Values that are counted together.
const TOGETHER: usize = 64;
/// If at most this many thresholds lie between the least and the greatest of some values, the values are compared with
/// each threshold.
const FEW: u8 = 12;
/// How many values are counted together, so that their counts stay in registers.
const GROUP: usize = 16;

/// Ascending thresholds, ready to be counted.
#[derive(Clone, Debug)]
pub(super) struct Quantiser {
    /// Followed by NaN, which no value reaches.
    thresholds: Box<[f64; Quantiser::MOST + 1]>,
    /// Half the least threshold. Halves are used because the difference of two finite numbers may overflow.
    half_origin: f64,
    bins_per_half: f64,
    /// For each bin, how many thresholds lie in bins below it, and how many in bins up to it.
    bins: Box<[[u8; 2]; BINS]>,
    /// Whether no bin has more than one threshold in it.
    is_even: bool,
}

impl Quantiser {
    /// The most thresholds that fit.
    pub const MOST: usize = 255;

    /// Thresholds in ascending order (equal ones are allowed), finite; those beyond [`Quantiser::MOST`] are ignored.
    pub fn new(thresholds: &[f64]) -> Quantiser {
        let thresholds = &thresholds[..thresholds.len().min(Quantiser::MOST)];
        let [first, last] = match thresholds {
            [first, .., last] => [*first, *last],
            [only] => [*only, *only],
            [] => [0.0, 0.0],
        };
        let mut padded = Box::new([f64::NAN; Quantiser::MOST + 1]);
        padded[..thresholds.len()].copy_from_slice(thresholds);
        let half_origin = 0.5 * first;
        // The quotient is limited to the greatest f64, because an infinite one would give 0 · ∞ for the first
        // threshold.
        let bins_per_half = ((BINS - 1) as f64 / (0.5 * last - half_origin)).clamp(0.0, f64::MAX);
        let mut quantiser =
            Quantiser { thresholds: padded, half_origin, bins_per_half, bins: Box::new([[0; 2]; BINS]), is_even: true };
        // `bin` is monotone despite rounding, so a threshold in a lower bin than a value is less than the value.
        for threshold in thresholds {
            let bin = quantiser.bin(*threshold);
            quantiser.bins[bin][1] += 1;
        }
        let mut below = 0;
        for bin in quantiser.bins.iter_mut() {
            let inside = bin[1];
            *bin = [below, below + inside];
            quantiser.is_even &= inside <= 1;
            below += inside;
        }
        quantiser
    }

    /// For each value the number of thresholds ≤ the value, as [`Quantiser::count`] returns it.
    ///
    /// # Panics
    /// Panics if `counts` is shorter than `values`.
    pub fn count_all(&self, values: &[f64], counts: &mut [u8]) {
        InstructionSet::fastest().run(Counting { quantiser: self, values, counts, mark: NanIsZero });
    }

    /// Like [`Quantiser::count_all`], with `undefined` for values that are not finite.
    ///
    /// # Panics
    /// Panics if `counts` is shorter than `values`.
    pub fn count_finite(&self, values: &[f64], counts: &mut [u8], undefined: u8) {
        InstructionSet::fastest().run(Counting { quantiser: self, values, counts, mark: Undefined(undefined) });
    }

    /// For each of [`STEPS`] groups of neighbouring bins, how many thresholds lie below it, and the next threshold, the
    /// only one that can divide the values of the group. `None` if a group has several thresholds in it.
    pub fn steps(&self) -> Option<impl Iterator<Item = (u8, f64)>> {
        let groups = self.bins.as_chunks::<{ BINS / STEPS }>().0;
        let ends = |group: &[[u8; 2]; BINS / STEPS]| [group[0][0], group[BINS / STEPS - 1][1]];
        let step = move |group| (ends(group)[0], self.thresholds[usize::from(ends(group)[0])]);
        groups.iter().all(|group| ends(group)[1] - ends(group)[0] <= 1).then(|| groups.iter().map(step))
    }

    /// The groups of neighbouring bins in which some values lie.
    #[inline(always)]
    pub fn steps_of(&self, values: &[f64], steps: &mut [usize]) {
        for (step, value) in steps.iter_mut().zip(values) {
            *step = self.bin(*value) / (BINS / STEPS);
        }
    }

    /// Counts a few values. Neighbours on a grid are similar, and often all reach nearly the same thresholds.
    #[inline(always)]
    fn count_together(&self, values: &[f64; TOGETHER], counts: &mut [u8; TOGETHER], mark: impl Mark) {
        let mut rejected = 0;
        for value in values {
            rejected |= mark.rejected(*value);
        }
        if rejected >> 63 != 0 {
            for (count, value) in counts.iter_mut().zip(values) {
                *count = self.count_one(*value, mark);
            }
            return;
        }
        let [least, greatest] = ends(values);
        let [low, high] = [self.count(least), self.count(greatest)];
        if low == high {
            *counts = [low; TOGETHER];
            return;
        }
        if high - low <= FEW {
            let thresholds = &self.thresholds[usize::from(low)..usize::from(high)];
            let (values, counts) = (values.as_chunks::<GROUP>().0, counts.as_chunks_mut::<GROUP>().0);
            for (values, counts) in values.iter().zip(counts) {
                let mut sums = [f64::from(low); GROUP];
                for threshold in thresholds {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum += if *threshold <= *value { 1.0 } else { 0.0 };
                    }
                }
                for (count, sum) in counts.iter_mut().zip(&sums) {
                    // 2⁵² + a whole number has that number in its last bits.
                    *count = (*sum + 4_503_599_627_370_496.0).to_bits() as u8;
                }
            }
            return;
        }
        let mut bins = [0; TOGETHER];
        for (bin, value) in bins.iter_mut().zip(values) {
            *bin = self.bin(*value);
        }
        if self.is_even {
            for ((count, value), bin) in counts.iter_mut().zip(values).zip(bins) {
                let low = self.bins[bin % BINS][0];
                *count = low + u8::from(self.thresholds[usize::from(low)] <= *value);
            }
        } else {
            for ((count, value), bin) in counts.iter_mut().zip(values).zip(bins) {
                *count = self.count_in(bin, *value);
            }
        }
    }

    /// The bin of a value, monotone in it; 0 for NaN.
    #[inline(always)]
    fn bin(&self, value: f64) -> usize {
        let position = (0.5 * value - self.half_origin) * self.bins_per_half;
        // Written so that each is one instruction; the first takes NaN to 0.
        let position = if position > 0.0 { position } else { 0.0 };
        let position = if position < (BINS - 1) as f64 { position } else { (BINS - 1) as f64 };
        // 2⁵² + a number in [0, 2⁵²) has that number, rounded, in its last bits.
        (position + 4_503_599_627_370_496.0).to_bits() as usize % BINS
    }

    #[inline]
    fn count_one(&self, value: f64, mark: impl Mark) -> u8 {
        if mark.rejected(value) >> 63 == 0 { self.count(value) } else { mark.otherwise() }
    }

    /// The number of thresholds ≤ `value`; 0 for NaN.
    #[inline]
    pub fn count(&self, value: f64) -> u8 {
        self.count_in(self.bin(value), value)
    }

    /// Like [`Quantiser::count`], with a known bin.
    #[inline]
    fn count_in(&self, bin: usize, value: f64) -> u8 {
        let [mut low, mut high] = self.bins[bin];
        let reaches = |index: u8| self.thresholds[usize::from(index)] <= value;
        if high - low <= 1 {
            // If the bin has no threshold, the next one is in a higher bin and greater than the value, so no branch is
            // needed.
            return low + u8::from(reaches(low));
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if reaches(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The least and the greatest of some values without NaN, by comparing halves of the array, which vectorises.
#[inline(always)]
fn ends(values: &[f64; TOGETHER]) -> [f64; 2] {
    const HALF: usize = TOGETHER / 2;
    let lesser = |a: f64, b: f64| if a < b { a } else { b };
    let greater = |a: f64, b: f64| if a > b { a } else { b };
    let (mut least, mut greatest) = ([0.0; HALF], [0.0; HALF]);
    for k in 0..HALF {
        least[k] = lesser(values[k], values[k + HALF]);
        greatest[k] = greater(values[k], values[k + HALF]);
    }
    for k in 0..HALF / 2 {
        least[k] = lesser(least[k], least[k + HALF / 2]);
        greatest[k] = greater(greatest[k], greatest[k + HALF / 2]);
    }
    for k in 0..HALF / 4 {
        least[k] = lesser(least[k], least[k + HALF / 4]);
        greatest[k] = greater(greatest[k], greatest[k + HALF / 4]);
    }
    let [mut low, mut high] = [least[0], greatest[0]];
    for k in 1..HALF / 4 {
        low = lesser(low, least[k]);
        high = greater(high, greatest[k]);
    }
    [low, high]
}

/// The treatment of values that are not counted.
trait Mark: Copy {
    /// The highest bit is set for a value that is not counted.
    fn rejected(self, value: f64) -> u64;
    /// The number that is written instead.
    fn otherwise(self) -> u8;
}

#[derive(Clone, Copy)]
struct NanIsZero;

impl Mark for NanIsZero {
    #[inline(always)]
    fn rejected(self, value: f64) -> u64 {
        u64::from(value.is_nan()) << 63
    }

    #[inline(always)]
    fn otherwise(self) -> u8 {
        0
    }
}

#[derive(Clone, Copy)]
struct Undefined(u8);

impl Mark for Undefined {
    #[inline(always)]
    fn rejected(self, value: f64) -> u64 {
        // Adding one to the greatest exponent, that of ∞ and NaN, carries into the sign bit.
        (value.to_bits() & !(1 << 63)) + (1 << 52)
    }

    #[inline(always)]
    fn otherwise(self) -> u8 {
        self.0
    }
}

/// The work of counting.
struct Counting<'a, M> {
    quantiser: &'a Quantiser,
    values: &'a [f64],
    counts: &'a mut [u8],
    mark: M,
}

impl<M: Mark> Work for Counting<'_, M> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Counting { quantiser, values, counts, mark } = self;
        let counts = &mut counts[..values.len()];
        let (values, last_values) = values.as_chunks::<TOGETHER>();
        let (counts, last_counts) = counts.as_chunks_mut::<TOGETHER>();
        for (values, counts) in values.iter().zip(counts) {
            quantiser.count_together(values, counts, mark);
        }
        for (value, count) in last_values.iter().zip(last_counts) {
            *count = quantiser.count_one(*value, mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(thresholds: &[f64], value: f64) -> u8 {
        thresholds.iter().filter(|&&threshold| threshold <= value).count() as u8
    }

    #[test]
    fn awkward_thresholds() {
        let sets: [&[f64]; 8] = [
            &[],
            &[0.0],
            &[1.0, 1.0, 1.0],
            &[-1e308, 0.0, 1e308],
            &[f64::MIN, f64::MAX],
            &[0.0, 5e-324, 1e-323],
            &[-1e-310, 1e-310],
            &[1.0, 1.0 + f64::EPSILON, 2.0, 1e300],
        ];
        let values = [f64::NEG_INFINITY, f64::MIN, -1e308, -1.0, -1e-310, -0.0, 0.0, 5e-324, 1e-323, 1e-310, 1.0];
        let more = [1.0 + f64::EPSILON, 1.5, 2.0, 1e300, 1e308, f64::MAX, f64::INFINITY, f64::NAN];
        for thresholds in sets {
            let quantiser = Quantiser::new(thresholds);
            for value in values.iter().chain(&more) {
                assert_eq!(quantiser.count(*value), counted(thresholds, *value), "{value:e} in {thresholds:?}");
            }
        }
    }

    proptest! {
        /// With the table, the counts are those of a plain comparison with every threshold.
        #[test]
        fn agrees_with_comparing_all(
            mut thresholds in prop::collection::vec(prop_oneof![-1.0..1.0f64, -1e300..1e300f64, 0.0..1e-12f64], 0..255),
            values in prop::collection::vec(prop_oneof![-2.0..2.0f64, -1e301..1e301f64, 0.0..1e-12f64], 1..50),
        ) {
            thresholds.sort_by(f64::total_cmp);
            let quantiser = Quantiser::new(&thresholds);
            for value in values.iter().chain(&thresholds) {
                prop_assert_eq!(quantiser.count(*value), counted(&thresholds, *value));
            }
        }

        /// Counting many values at once gives the same counts, for any order of values.
        #[test]
        fn many_at_once(
            mut thresholds in prop::collection::vec(prop_oneof![-1.0..1.0f64, 0.0..1e-12f64], 0..255),
            values in prop::collection::vec(prop_oneof![8 => -2.0..2.0f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)], 0..200),
            flat in any::<bool>(),
        ) {
            thresholds.sort_by(f64::total_cmp);
            let quantiser = Quantiser::new(&thresholds);
            // Slowly rising values beside wild ones.
            let rising = (0..200).map(|k| -1.0 + 1e-4 * f64::from(k) * if flat { 1e-3 } else { 100.0 });
            let values: Vec<f64> = rising.chain(values).collect();
            let mut counts = vec![0; values.len()];
            quantiser.count_all(&values, &mut counts);
            for (value, count) in values.iter().zip(&counts) {
                prop_assert_eq!(*count, counted(&thresholds, *value));
            }
            quantiser.count_finite(&values, &mut counts, u8::MAX);
            for (value, count) in values.iter().zip(counts) {
                let expected = if value.is_finite() { counted(&thresholds, *value) } else { u8::MAX };
                prop_assert_eq!(count, expected);
            }
        }
    }
}
