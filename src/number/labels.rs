//! Labels of neighbouring values, such as the ticks of a colour bar, that can be told apart.

use super::display::{digits, fitting};

/// A label differs from its value by at most this share of the distance to the nearest other value.
const OFF: f64 = 0.02;
/// So many significant digits tell any two numbers apart.
const MOST_DIGITS: usize = 17;

/// Labels of some values.
#[derive(Clone, Debug, PartialEq)]
pub struct Labels {
    /// A label for each value, in their order.
    pub texts: Vec<String>,
    /// The offset to be added to each label, as text; `None` if the labels are the values.
    pub offset: Option<String>,
}

/// Labels of ascending values, with `significant` digits, or as many more as distinguish neighbours. Each label is
/// close to its value. If such labels do not all fit, and the values agree in their first digits, these digits are
/// split off as an offset.
pub fn apart(values: &[f64], significant: usize, fits: impl Fn(&str) -> bool) -> Labels {
    let fit = |texts: &[String]| texts.iter().all(|text| fits(text));
    let plain = told_apart(values, significant);
    if fit(&plain) {
        return Labels { texts: plain, offset: None };
    }
    let fitted: Vec<String> = values.iter().map(|value| fitting(*value, significant, &fits)).collect();
    if are_apart(values, &fitted) {
        return Labels { texts: fitted, offset: None };
    }
    match above_an_offset(values) {
        Some(labels) if fit(&labels.texts) => labels,
        _ => Labels { texts: plain, offset: None },
    }
}

/// Both ends of a range, with enough digits to distinguish them.
pub fn ends(ends: [f64; 2]) -> [String; 2] {
    let texts = told_apart(&ends, 4);
    [0, 1].map(|index| texts.get(index).cloned().unwrap_or_default())
}

/// The label of a multiple of a step, such as a tick on an axis, with the digits that the step needs. Rounding errors
/// of the multiple are not shown.
pub fn on_grid(multiple: f64, step: f64) -> String {
    if multiple.abs() <= 1e-6 * step {
        return "0".to_owned();
    }
    let decade = |x: f64| libm::floor(libm::log10(x.abs())) as i32;
    let needed = if step > 0.0 && multiple.is_finite() { decade(multiple) - decade(step) + 1 } else { 0 };
    digits(multiple, usize::try_from(needed).unwrap_or(0).clamp(4, MOST_DIGITS))
}

fn told_apart(values: &[f64], significant: usize) -> Vec<String> {
    let with = |count: usize| values.iter().map(|value| digits(*value, count)).collect::<Vec<String>>();
    let counts = significant..MOST_DIGITS;
    counts.map(with).find(|texts| are_apart(values, texts)).unwrap_or_else(|| with(MOST_DIGITS))
}

/// Whether every label is close to its value, relative to the distance to the nearest other value.
fn are_apart(values: &[f64], texts: &[String]) -> bool {
    let gap = |index: usize| {
        let before = index.checked_sub(1).map(|before| values[index] - values[before]);
        let after = values.get(index + 1).map(|after| after - values[index]);
        before.into_iter().chain(after).filter(|gap| *gap > 0.0).fold(f64::INFINITY, f64::min)
    };
    texts.iter().enumerate().all(|(index, text)| {
        let is_near = |shown: f64| (shown - values[index]).abs() <= OFF * gap(index);
        !values[index].is_finite() || read(text).is_some_and(is_near)
    })
}

/// The number that a label shows.
fn read(text: &str) -> Option<f64> {
    text.replace('−', "-").parse().ok()
}

/// The values relative to a round number below all of them; `None` if they have no first digits in common.
fn above_an_offset(values: &[f64]) -> Option<Labels> {
    let (first, last) = (*values.first()?, *values.last()?);
    let span = last - first;
    if !(span > 0.0 && span.is_finite() && first.abs().min(last.abs()) >= 10.0 * span) {
        return None;
    }
    let decade = libm::floor(libm::log10(span)) as i32 + 1;
    let base = rounded_down(first, decade);
    let text = digits(base, MOST_DIGITS.min(common_digits(base, decade)));
    let base = read(&text)?;
    let above: Vec<f64> = values.iter().map(|value| value - base).collect();
    let texts = told_apart(&above, 2).into_iter().map(|text| format!("+{text}")).collect();
    Some(Labels { texts, offset: Some(text) })
}

/// The greatest multiple of 10^decade that is at most the value.
fn rounded_down(value: f64, decade: i32) -> f64 {
    let ten = libm::pow(10.0, f64::from(decade.abs()));
    if decade >= 0 { libm::floor(value / ten) * ten } else { libm::floor(value * ten) / ten }
}

/// How many digits a multiple of 10^decade has.
fn common_digits(base: f64, decade: i32) -> usize {
    let exponent = libm::floor(libm::log10(base.abs())) as i32;
    usize::try_from(exponent - decade + 1).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow(text: &str) -> bool {
        text.chars().count() <= 8
    }

    #[test]
    fn whole_numbers_differ_in_their_last_digit() {
        let values: Vec<f64> = (0..8).map(|k| 10_001.0 + f64::from(k)).collect();
        let labels = apart(&values, 4, narrow);
        let expected: Vec<String> = (10_001..10_009).map(|k| k.to_string()).collect();
        assert_eq!((labels.texts, labels.offset), (expected, None));
    }

    #[test]
    fn as_many_digits_as_tell_neighbours_apart() {
        let texts = apart(&[-1.031_42, -1.031_41, -1.031_40], 4, narrow).texts;
        assert_eq!(texts, ["−1.03142", "−1.03141", "−1.0314"]);
        // Even labels stand for even values: 10001, 10003, 10004 would not.
        assert_eq!(apart(&[10_001.25, 10_002.5, 10_003.75], 4, narrow).texts, ["10001.25", "10002.5", "10003.75"]);
        assert_eq!(apart(&[1.0, 2.0, 1000.0], 4, narrow).texts, ["1", "2", "1000"]);
        assert_eq!(apart(&[f64::MIN_POSITIVE, 1.0], 4, narrow).texts, ["2.2e−308", "1"]);
    }

    #[test]
    fn what_does_not_fit_is_said_above_an_offset() {
        let values = [-1.000_000_000_4, -1.000_000_000_3, -1.000_000_000_2];
        let labels = apart(&values, 4, narrow);
        assert_eq!(labels.offset.as_deref(), Some("−1.000000001"));
        assert_eq!(labels.texts, ["+6e−10", "+7e−10", "+8e−10"]);
        let labels = apart(&[12_345_678.0, 12_345_680.0], 4, narrow);
        assert_eq!(labels.offset.as_deref(), Some("1.234567e7"));
        assert_eq!(labels.texts, ["+8", "+10"]);
    }

    /// Offset and label together are the value, up to a small share of the distance of labels.
    #[test]
    fn offset_and_label_make_the_value() {
        for base in [1.0f64, -1.0, 3.3e7, -8.1e-9, 2.5e200] {
            for exponent in [-6, -9, -12] {
                let gap = base.abs() * libm::pow(10.0, f64::from(exponent));
                let values: Vec<f64> = (0..6).map(|k| base + f64::from(k) * gap).collect();
                let labels = apart(&values, 4, |text| text.chars().count() <= 7);
                let offset = labels.offset.as_deref().map_or(0.0, |text| read(text).unwrap_or(f64::NAN));
                for (value, text) in values.iter().zip(&labels.texts) {
                    let shown = offset + read(text.trim_start_matches('+')).unwrap_or(f64::NAN);
                    assert!((shown - value).abs() <= 0.03 * gap, "{value:e} is {labels:?}");
                }
            }
        }
    }

    #[test]
    fn marks_of_an_axis_have_the_digits_of_their_step() {
        let marks = |first: i32, step: f64| [0, 1, 2].map(|k| on_grid(f64::from(first + k) * step, step));
        assert_eq!(marks(-1, 0.1), ["−0.1", "0", "0.1"]);
        assert_eq!(marks(3, 0.1), ["0.3", "0.4", "0.5"]);
        assert_eq!(marks(-1_031_402, 1e-6), ["−1.031402", "−1.031401", "−1.0314"]);
        assert_eq!(marks(10_001, 1.0), ["10001", "10002", "10003"]);
        assert_eq!(on_grid(1e-20, 0.5), "0");
    }

    #[test]
    fn a_range_has_two_ends() {
        assert_eq!(ends([-1.031_42, -1.031_41]), ["−1.03142", "−1.03141"]);
        assert_eq!(ends([-2.0, 2.0]), ["−2", "2"]);
        assert_eq!(ends([3.0, 3.0]), ["3", "3"]);
        assert_eq!(ends([1.0, 1.0f64.next_up()]), ["1", "1.0000000000000002"]);
        assert_eq!(ends([0.0, f64::INFINITY]), ["0", "∞"]);
    }
}
