//! The scale of the colour bar: a monotone map between L and the position u from 0 to 1 along the bar.
//!
//! * linear: u is proportional to L, within a range that a few extreme values (such as near a pole) do not stretch;
//! * logarithmic: u is proportional to log(L − min L), within a range that is chosen likewise;
//! * equalised: u is the share of the view's area where L is less. A plateau counts as one colour, however large.
//!
//! The automatic scale is linear if that is readable, and equalised if a few high values, or poles on both sides of 0,
//! would take most of the colours.
//!
//! Colours, contour levels and the colour bar's ticks all follow from this map. Values beyond its ends have the colour
//! of the end.

use super::poles::has_pole_lines;
use super::{ColourMap, ColourScale, Grid};
use crate::number::lanes::{InstructionSet, Work};

/// How many samples, spread over the whole grid, are sorted to estimate shares of the area. 256 colours need no more.
const SORTED: usize = 4096;
/// The share of the area at either end that may be cut off if it would take most of the colours.
const EXTREME_SHARE: f64 = 0.005;
/// Extremes are cut off if they exceed the other values by more than this many times the range of these …
const FAR: f64 = 10.0;
/// … unless the range of the other values is less than this share of the whole range. Then the view is a plain with a
/// needle in it, and the needle must be visible.
const PLAIN: f64 = 1e-9;
/// The linear scale is readable if its colours cover the area as evenly as this share of the colours with equal areas
/// would.
const READABLE: f64 = 0.4;
/// Differences of this share of the range, a quarter of a colour, are not visible.
const INVISIBLE: f64 = 1e-3;
/// The share of the area that a logarithmic scale cuts off at its low end, because log(L − min L) → −∞ at the minimum.
const LOGARITHMIC_FOOT: f64 = 0.002;
/// Towards a pole the two-hundredth value is farther from the median than the tenth by this factor (that of 1/w by 20)
/// …
const POLE_TAIL: f64 = 3.0;
/// … and the last one farther than the two-hundredth by this factor.
const POLE_END: f64 = 1.05;
/// If the middle half of the values is narrower than this share of the middle eight tenths, the view is a plain with
/// bumps and not the region between poles.
const POLE_BODY: f64 = 0.15;
/// With less than this share of the colours the middle half is not readable.
const POLE_COLOURS: f64 = 0.125;
/// A range of this few units in the last place is a rounding error.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// A resolved scale: a monotone map between L and the colour bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Least and greatest finite value.
    pub range: [f64; 2],
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// All values are equal up to rounding, and have the middle of the bar.
    Constant,
    /// The values at both ends.
    Linear([f64; 2]),
    /// ln of half of L − min L at both ends. Half is used because the difference of finite numbers may overflow.
    Logarithmic([f64; 2]),
    /// Values that divide the view into equal areas.
    Equalised(Vec<f64>),
}

impl Scale {
    /// The scale for these samples; `None` if none of them is finite. A constant has a linear scale.
    ///
    /// With the diverging map a linear scale that holds zero has zero in its middle.
    pub fn new(values: &[f64], wish: ColourScale, map: ColourMap) -> Option<Scale> {
        let range = finite_range(values)?;
        let [low, high] = range;
        if 0.5 * high - 0.5 * low <= ROUNDING * (0.5 * low.abs().max(high.abs())) {
            return Some(Scale { range, shape: Shape::Constant });
        }
        let sorted = sorted_sample(values, range);
        let shape = match wish {
            ColourScale::Automatic if !has_both_poles(&sorted) && is_readable(&sorted, within_extremes(&sorted)) => {
                linear(&sorted, map)
            }
            ColourScale::Automatic | ColourScale::Equalised => Shape::Equalised(without_plateaus(sorted)),
            ColourScale::Linear => linear(&sorted, map),
            ColourScale::Logarithmic => logarithmic(&sorted, low),
        };
        Some(Scale { range, shape })
    }

    /// The scale for the samples of a grid: the automatic one is equalised also if lines with infinities of both signs
    /// are so thin that hardly any sample is on them.
    pub fn of_grid(grid: &Grid, wish: ColourScale, map: ColourMap) -> Option<Scale> {
        let has_lines = wish == ColourScale::Automatic && has_pole_lines(grid);
        Scale::new(&grid.values, if has_lines { ColourScale::Equalised } else { wish }, map)
    }

    /// Which scale it is; never [`ColourScale::Automatic`].
    pub fn kind(&self) -> ColourScale {
        match self.shape {
            Shape::Constant | Shape::Linear(_) => ColourScale::Linear,
            Shape::Logarithmic(_) => ColourScale::Logarithmic,
            Shape::Equalised(_) => ColourScale::Equalised,
        }
    }

    /// Whether all finite values are equal up to rounding.
    pub fn is_constant(&self) -> bool {
        self.shape == Shape::Constant
    }

    /// The value at a position from 0 to 1 along the colour bar.
    pub fn value(&self, position: f64) -> f64 {
        let u = position.clamp(0.0, 1.0);
        match &self.shape {
            Shape::Constant => 0.5 * self.range[0] + 0.5 * self.range[1],
            Shape::Linear([low, high]) => (1.0 - u) * low + u * high,
            Shape::Logarithmic([foot, top]) => {
                let half = libm::exp((1.0 - u) * foot + u * top);
                (2.0 * (0.5 * self.range[0] + half)).clamp(self.range[0], self.range[1])
            }
            Shape::Equalised(knots) => {
                let place = u * (knots.len() - 1) as f64;
                let index = (place as usize).min(knots.len() - 2);
                let t = place - index as f64;
                (1.0 - t) * knots[index] + t * knots[index + 1]
            }
        }
    }

    /// The position along the colour bar of a value, from 0 to 1.
    pub fn position(&self, value: f64) -> f64 {
        match &self.shape {
            Shape::Constant => 0.5,
            Shape::Linear(ends) => share(*ends, value),
            Shape::Logarithmic(ends) => share(*ends, libm::log((0.5 * value - 0.5 * self.range[0]).max(0.0))),
            Shape::Equalised(knots) => {
                let after = knots.partition_point(|&knot| knot <= value);
                if value <= knots[0] || after == 0 {
                    return 0.0;
                }
                if after == knots.len() {
                    return 1.0;
                }
                let t = share([knots[after - 1], knots[after]], value);
                ((after - 1) as f64 + t) / (knots.len() - 1) as f64
            }
        }
    }

    /// The least and greatest value with a place of their own on the bar.
    pub fn visible_range(&self) -> [f64; 2] {
        [self.value(0.0).max(self.range[0]), self.value(1.0).min(self.range[1])]
    }

    /// The values at both ends of the bar, if it is linear between them.
    pub(super) fn linear_ends(&self) -> Option<[f64; 2]> {
        match self.shape {
            Shape::Linear(ends) => Some(ends),
            _ => None,
        }
    }

    /// The 255 boundaries between 256 equally long pieces of the bar.
    pub fn boundaries(&self) -> Vec<f64> {
        if self.is_constant() {
            return [[f64::MIN; 128].as_slice(), &[f64::MAX; 127]].concat();
        }
        let mut greatest = f64::MIN;
        let boundary = |k: u32| {
            // Rounding must not take one below its predecessor.
            greatest = self.value(f64::from(k) / 256.0).max(greatest);
            greatest
        };
        (1..256).map(boundary).collect()
    }
}

/// The fraction of the way from the low to the high end at which x is, from 0 to 1.
fn share([low, high]: [f64; 2], x: f64) -> f64 {
    let share = (0.5 * x - 0.5 * low) / (0.5 * high - 0.5 * low);
    // Halves of subnormal numbers may be 0/0.
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

/// Least and greatest finite value.
fn finite_range(values: &[f64]) -> Option<[f64; 2]> {
    let [low, high] = InstructionSet::fastest().run(FiniteRange { values });
    (low <= high).then_some([low, high])
}

struct FiniteRange<'a> {
    values: &'a [f64],
}

impl Work for FiniteRange<'_> {
    type Output = [f64; 2];

    #[inline(always)]
    fn run(self) -> [f64; 2] {
        // Side by side, so that comparisons are independent.
        const ABREAST: usize = 16;
        let (mut low, mut high) = ([f64::INFINITY; ABREAST], [f64::NEG_INFINITY; ABREAST]);
        let mut take = |k: usize, value: f64| {
            let is_finite = value.abs() < f64::INFINITY;
            let [or_low, or_high] = if is_finite { [value; 2] } else { [f64::INFINITY, f64::NEG_INFINITY] };
            low[k] = if or_low < low[k] { or_low } else { low[k] };
            high[k] = if or_high > high[k] { or_high } else { high[k] };
        };
        let (chunks, rest) = self.values.as_chunks::<ABREAST>();
        for values in chunks {
            for (k, value) in values.iter().enumerate() {
                take(k, *value);
            }
        }
        rest.iter().for_each(|value| take(0, *value));
        let low = low.into_iter().fold(f64::INFINITY, f64::min);
        [low, high.into_iter().fold(f64::NEG_INFINITY, f64::max)]
    }
}

/// At least two finite values from all parts of the grid, ascending, with the least and the greatest value at the ends.
fn sorted_sample(values: &[f64], range: [f64; 2]) -> Vec<f64> {
    let mut sample: Vec<f64> = if values.len() <= SORTED {
        values.to_vec()
    } else {
        // Steps of the golden ratio (Weyl's sequence) fill the grid evenly and without a pattern that matches its rows.
        let golden = 0.618_033_988_749_894_9;
        let place = |k: usize| ((k as f64 * golden).fract() * values.len() as f64) as usize;
        (0..SORTED).map(|k| values[place(k).min(values.len() - 1)]).collect()
    };
    sample.retain(|value| value.is_finite());
    sample.extend(range);
    sample.sort_unstable_by(f64::total_cmp);
    sample
}

/// The value below which this share of a sorted sample lies.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted[(share * (sorted.len() - 1) as f64) as usize]
}

/// Both ends of the values, without the few that would leave hardly any colours for the others.
fn within_extremes(sorted: &[f64]) -> [f64; 2] {
    let [low, high] = [sorted[0], sorted[sorted.len() - 1]];
    let [inner_low, inner_high] = [quantile(sorted, EXTREME_SHARE), quantile(sorted, 1.0 - EXTREME_SHARE)];
    let half = 0.5 * inner_high - 0.5 * inner_low;
    if half <= PLAIN * (0.5 * high - 0.5 * low) {
        return [low, high];
    }
    let is_far = |beyond: f64| beyond > FAR * half;
    [
        if is_far(0.5 * inner_low - 0.5 * low) { (inner_low - 2.0 * half).max(low) } else { low },
        if is_far(0.5 * high - 0.5 * inner_high) { (inner_high + 2.0 * half).min(high) } else { high },
    ]
}

fn linear(sorted: &[f64], map: ColourMap) -> Shape {
    let [low, high] = within_extremes(sorted);
    if map == ColourMap::Diverging && low < 0.0 && high > 0.0 {
        let reach = high.max(-low);
        return Shape::Linear([-reach, reach]);
    }
    Shape::Linear([low, high])
}

fn logarithmic(sorted: &[f64], least: f64) -> Shape {
    let half_heights: Vec<f64> = sorted.iter().map(|value| 0.5 * value - 0.5 * least).collect();
    let top = libm::log(half_heights[half_heights.len() - 1]);
    // If a large part of the view is at the minimum, the lowest height above it is the low end.
    let foot = half_heights[((LOGARITHMIC_FOOT * half_heights.len() as f64) as usize)..]
        .iter()
        .find(|&&height| height > 0.0)
        .map_or(top, |&height| libm::log(height))
        // At least a factor of e, so that the map can be inverted.
        .min(top - 1.0);
    let [_, fenced] = within_extremes(&half_heights.iter().map(|&h| libm::log(h).max(foot)).collect::<Vec<f64>>());
    let top = fenced.max(foot + 1.0);
    // f64 resolves sixteen decades.
    Shape::Logarithmic([foot.max(top - 37.0), top])
}

/// Whether a linear scale between these ends uses its colours, measured by the entropy of their areas.
fn is_readable(sorted: &[f64], ends: [f64; 2]) -> bool {
    const PIECES: usize = 64;
    let mut counts = [0u32; PIECES];
    for &value in sorted {
        counts[((share(ends, value) * PIECES as f64) as usize).min(PIECES - 1)] += 1;
    }
    let entropy: f64 = counts
        .iter()
        .filter(|&&count| count > 0)
        .map(|&count| f64::from(count) / sorted.len() as f64)
        .map(|p| -p * libm::log(p))
        .sum();
    let median = share(ends, quantile(sorted, 0.5));
    // If values are concentrated in the middle, their extremes on both sides are still visible. And if half of the view
    // is a plain above some wells, only a linear scale shows the plain.
    let half = sorted.len() / 2;
    let narrowest = sorted.windows(half + 1).map(|w| share(ends, w[half]) - share(ends, w[0])).fold(1.0, f64::min);
    let is_plain = narrowest < INVISIBLE && median > 0.5;
    libm::exp(entropy) >= READABLE * PIECES as f64 || (0.2..=0.8).contains(&median) || is_plain
}

/// Whether L has poles to +∞ and to −∞: on both sides the last few values lie far beyond the others (for 1/w, a share p
/// is beyond about 1/p), and a linear scale leaves few colours for the middle half, which is not a plain.
fn has_both_poles(sorted: &[f64]) -> bool {
    let at = |share: f64| 0.5 * quantile(sorted, share);
    let median = at(0.5);
    // From the median to the tenth, the two-hundredth and the last value, downwards and upwards, in halves that do not
    // overflow.
    let reaches = [0.1, EXTREME_SHARE, 0.0].map(|share| [median - at(share), at(1.0 - share) - median]);
    let [arms, inner, ends] = reaches;
    let body = at(0.75) - at(0.25);
    let is_pole = |side: usize| inner[side] >= POLE_TAIL * arms[side] && ends[side] >= POLE_END * inner[side];
    let [low, high] = within_extremes(sorted);
    let is_plain = body <= POLE_BODY * (arms[0] + arms[1]);
    is_pole(0) && is_pole(1) && !is_plain && body <= POLE_COLOURS * (0.5 * high - 0.5 * low)
}

/// The values, with runs of equal values shortened to the share of one colour.
fn without_plateaus(sorted: Vec<f64>) -> Vec<f64> {
    let most = (sorted.len() / 256).max(1);
    let mut kept: Vec<f64> = Vec::with_capacity(sorted.len());
    for value in sorted {
        if kept.len() < most || kept[kept.len() - most] != value {
            kept.push(value);
        }
    }
    kept
}

#[cfg(test)]
#[path = "scale_tests.rs"]
mod tests;
