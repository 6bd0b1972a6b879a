//! Contour levels and colour-bar ticks that match a colour scale.
//!
//! Levels are evenly spaced in the scale's own coordinate, so that lines are spread evenly over the colours, and are
//! round numbers: multiples of 1, 2, 2.5 or 5 times a power of ten on a linear scale; 1, 2, 5, 10, … above the minimum
//! on a logarithmic one; elsewhere each is rounded to as few digits as its distance from its neighbours allows.

use super::{ColourScale, Levels, Scale};

/// The most levels. More would blur into an area.
pub(super) const MOST_LEVELS: usize = 200;
/// About how many ticks a colour bar has.
const TICKS: usize = 5;
/// A round set of levels is accepted if its size differs from the requested one by at most this factor.
const NEAR: f64 = 1.5;

/// A minimum below this share of a height does not visibly move the height on a logarithmic scale.
const NEXT_TO_NOTHING: f64 = 0.01;

/// Round digits with their exponent of ten. 2.5 is 25 tenths, so that multiples are quotients of whole numbers.
const ROUND: [(f64, i32); 5] = [(1.0, 0), (2.0, 0), (5.0, 0), (1.0, 1), (25.0, -1)];

/// The requested levels. Levels that a person chose are kept only if the samples reach them, because others have no
/// line.
pub(super) fn chosen(scale: &Scale, wish: &Levels) -> Vec<f64> {
    let [low, high] = scale.range;
    match wish {
        Levels::About(count) => levels(scale, *count),
        Levels::These(own) => own.iter().copied().filter(|level| low <= *level && *level <= high).collect(),
    }
}

/// About `count` contour levels, ascending, strictly between the least and the greatest value.
pub(super) fn levels(scale: &Scale, count: usize) -> Vec<f64> {
    let count = count.min(MOST_LEVELS);
    if scale.is_constant() || count == 0 {
        return Vec::new();
    }
    let [low, high] = scale.visible_range();
    let mut levels = match scale.kind() {
        ColourScale::Linear => multiples(low, high, count, &ROUND),
        ColourScale::Logarithmic => decades(scale, count).unwrap_or_else(|| rounded(scale, count)),
        _ => rounded(scale, count),
    };
    levels.retain(|level| scale.range[0] < *level && *level < scale.range[1]);
    levels.dedup();
    levels
}

/// Ticks of the colour bar: position from 0 to 1, and the value there.
pub fn ticks(scale: &Scale) -> Vec<(f64, f64)> {
    let [low, high] = scale.visible_range();
    if scale.is_constant() {
        return vec![(0.5, scale.value(0.5))];
    }
    let mut values = match scale.kind() {
        ColourScale::Linear => multiples(low, high, TICKS, &ROUND[..4]),
        ColourScale::Logarithmic => decades(scale, TICKS).unwrap_or_else(|| rounded(scale, TICKS)),
        _ => [&[low][..], &rounded(scale, TICKS - 2), &[high]].concat(),
    };
    values.retain(|value| low <= *value && *value <= high);
    values.dedup();
    values.into_iter().map(|value| (scale.position(value), value)).collect()
}

/// Multiples of a round number between two bounds, about `count` of them.
fn multiples(low: f64, high: f64, count: usize, round: &[(f64, i32)]) -> Vec<f64> {
    // Halves, because the range of finite numbers may overflow.
    let ideal = 2.0 * ((0.5 * high - 0.5 * low) / (count + 1) as f64);
    let step = Step::nearest(ideal, round);
    let first = (low / step.size()).ceil();
    (0..=2 * MOST_LEVELS)
        .map(|k| step.multiple(first + k as f64))
        .take_while(|multiple| *multiple <= high)
        .filter(|multiple| *multiple >= low)
        .collect()
}

/// A round number: digits × 10^exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Step {
    digits: f64,
    exponent: i32,
}

impl Step {
    /// The round number nearest to a positive one, by ratio; `round` has its digits and their exponent.
    fn nearest(ideal: f64, round: &[(f64, i32)]) -> Step {
        let ideal = ideal.max(f64::MIN_POSITIVE);
        let decade = libm::floor(libm::log10(ideal)) as i32;
        let distance = |step: &Step| libm::log(step.size() / ideal).abs();
        round
            .iter()
            .map(|&(digits, shift)| Step { digits, exponent: decade + shift })
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .unwrap_or(Step { digits: 1.0, exponent: decade })
    }

    fn size(self) -> f64 {
        self.multiple(1.0)
    }

    /// k times the step: the double nearest to the decimal number, where 10^|exponent| is exact.
    fn multiple(self, k: f64) -> f64 {
        let ten = |exponent: i32| libm::pow(10.0, f64::from(exponent));
        let digits = k * self.digits;
        match self.exponent {
            exponent if exponent >= 0 => digits * ten(exponent),
            exponent if exponent >= -300 => digits / ten(-exponent),
            exponent => digits / ten(300) / ten(-300 - exponent),
        }
    }
}

/// Levels at round heights above the minimum, in a pattern that repeats every decade or few decades; `None` if no
/// pattern has about the right number.
fn decades(scale: &Scale, count: usize) -> Option<Vec<f64>> {
    const FULL: &[f64] = &[1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0];
    const PATTERNS: [(&[f64], i32); 9] = [
        (FULL, 1),
        (&[1.0, 1.5, 2.0, 3.0, 5.0, 7.0], 1),
        (&[1.0, 2.0, 5.0], 1),
        (&[1.0, 3.0], 1),
        (&[1.0], 1),
        (&[1.0], 2),
        (&[1.0], 3),
        (&[1.0], 4),
        (&[1.0], 6),
    ];
    let [low, high] = scale.visible_range();
    let least = scale.range[0];
    let [foot, top] = [low, high].map(|value| 2.0 * (0.5 * value - 0.5 * least));
    if !(foot > 0.0 && top.is_finite()) {
        return None;
    }
    let [first, last] = [foot, top].map(|height| libm::floor(libm::log10(height)) as i32);
    let pattern = |(mantissas, stride): (&[f64], i32)| -> Vec<f64> {
        (first..=last)
            .filter(|decade| decade.rem_euclid(stride) == 0)
            .flat_map(|decade| {
                mantissas.iter().map(move |mantissa| Step { digits: *mantissa, exponent: decade }.size())
            })
            .filter(|height| foot <= *height && *height <= top)
            // If the minimum is negligible, L itself is round.
            .map(|height| if least.abs() <= NEXT_TO_NOTHING * height { height } else { least + height })
            .collect()
    };
    let off = |levels: &Vec<f64>| libm::log((levels.len() as f64 / count as f64).max(1e-9)).abs();
    PATTERNS
        .into_iter()
        .map(pattern)
        .min_by(|a, b| off(a).total_cmp(&off(b)))
        .filter(|levels| off(levels) <= libm::log(NEAR))
}

/// Values that divide the colour bar evenly, each rounded as far as its neighbours allow.
fn rounded(scale: &Scale, count: usize) -> Vec<f64> {
    let parts = (count + 1) as f64;
    let value = |k: usize| scale.value(k as f64 / parts);
    (1..=count)
        .map(|k| {
            let [before, here, after] = [value(k - 1), value(k), value(k + 1)];
            let gap = 2.0 * (0.5 * here - 0.5 * before).min(0.5 * after - 0.5 * here);
            round_within(here, 0.25 * gap)
        })
        .collect()
}

/// The roundest number at most `tolerance` from a value.
fn round_within(value: f64, tolerance: f64) -> f64 {
    if !(tolerance > 0.0 && tolerance.is_finite()) {
        return value;
    }
    let step = Step::nearest(tolerance, &ROUND);
    // Adding 0 takes −0 to 0.
    let multiple = step.multiple(libm::round(value / step.size())) + 0.0;
    if (multiple - value).abs() <= tolerance { multiple } else { value }
}

#[cfg(test)]
#[path = "levels_tests.rs"]
mod tests;
