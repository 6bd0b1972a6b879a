//! Numbers as people read them: four significant digits or more, no digit before the point rounded away, a real minus
//! sign, no −0.
//!
//! A number is shown as 0 only in three cases: it is 0; its enclosure contains 0 ([`within_bounds`]); or it is smaller
//! than the rounding error of a number shown beside it ([`clean`]).

use super::Vector;

/// A number with an exponent of ten in this range is written without an exponent.
const PLAIN: std::ops::Range<i32> = -4..7;
/// This times a number is less than ten units in that number's last place.
const ROUNDING: f64 = 1e-15;
/// An enclosure that contains 0 and extends at most this share of the scale counts as zero.
const ZERO: f64 = 1e-12;

/// A number with four significant digits: `−0.0123`, `12345.7`, `1.235e7`, `∞`; "undefined" for NaN.
pub fn short(value: f64) -> String {
    digits(value, 4)
}

/// A number with the given count of significant digits. Up to seven digits before the point are all written, with one
/// decimal, even if these are more. A longer number has an exponent.
pub fn digits(value: f64, significant: usize) -> String {
    if value == 0.0 || !value.is_finite() {
        return without_digits(value);
    }
    let exponent = exponent(value);
    if !PLAIN.contains(&exponent) {
        return scientific(value, significant);
    }
    let decimals = (significant as i32 - 1 - exponent).max(1);
    plain(value, decimals as usize)
}

/// A number with up to `significant` digits that satisfies `fits`: with fewer decimals if it would not fit, and with an
/// exponent if its digits before the point do not fit either. The shortest form if none fits.
pub fn fitting(value: f64, significant: usize, fits: impl Fn(&str) -> bool) -> String {
    if value == 0.0 || !value.is_finite() {
        return without_digits(value);
    }
    let counts = || (1..=significant.max(1)).rev();
    let whole = (value.abs() >= 1.0 && PLAIN.contains(&exponent(value))).then(|| plain(value, 0));
    let mut forms =
        counts().map(|count| digits(value, count)).chain(whole).chain(counts().map(|count| scientific(value, count)));
    forms.find(|form| fits(form)).unwrap_or_else(|| scientific(value, 1))
}

/// The exponent of ten of a finite number that is not 0.
fn exponent(value: f64) -> i32 {
    let text = format!("{value:e}");
    text.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0)
}

fn without_digits(value: f64) -> String {
    let word = match value {
        value if value.is_nan() => "undefined",
        0.0 => "0",
        value if value > 0.0 => "∞",
        _ => "−∞",
    };
    word.to_owned()
}

fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match trim(&text) {
        "-0" => "0".to_owned(),
        text => minus(text),
    }
}

fn scientific(value: f64, significant: usize) -> String {
    let text = format!("{:.*e}", significant.max(1) - 1, value);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    minus(&format!("{}e{exponent}", trim(mantissa)))
}

/// A number that is shown beside others of the size `scale`, after [`clean`].
pub fn beside(value: f64, scale: f64) -> String {
    short(clean(value, scale))
}

/// 0 if the number is below the rounding error of a finite `scale` (10⁻¹⁵ of it), otherwise the number. Use this for a
/// number without a known enclosure.
pub fn clean(value: f64, scale: f64) -> f64 {
    if scale.is_finite() && value.abs() <= ROUNDING * scale.abs() { 0.0 } else { value }
}

/// 0 if the enclosure [low, high] of the number contains 0 and extends at most 10⁻¹² of a finite `scale`, otherwise the
/// number. So a number that is proved not to be 0 is not shown as 0.
pub fn within_bounds(value: f64, [low, high]: [f64; 2], scale: f64) -> f64 {
    let reach = low.abs().max(high.abs());
    let is_zero = low <= 0.0 && 0.0 <= high && scale.is_finite() && reach <= ZERO * scale.abs();
    if is_zero { 0.0 } else { value }
}

/// A point or vector: `(1, −0.5)`; a coordinate that is a rounding error beside the other, finite one is 0.
pub fn point(w: Vector) -> String {
    // Beside a large coordinate a small one is no rounding error: each has its own digits.
    const LARGE: f64 = 1e3;
    let scale = w.iter().filter(|x| x.is_finite()).fold(0.0, |scale: f64, x| scale.max(x.abs()));
    pair(w.map(|x| clean(x, scale.min(LARGE))))
}

/// A point of a view with these sides: with as many digits as tell places of the view apart.
pub fn point_within(w: Vector, sides: [f64; 2]) -> String {
    let significant = |x: f64, side: f64| {
        let digits = libm::ceil(libm::log10(x.abs() / (1e-4 * side))) + 1.0;
        if digits.is_finite() { (digits as usize).clamp(4, 17) } else { 4 }
    };
    let coordinate = |axis: usize| digits(clean(w[axis], sides[axis]), significant(w[axis], sides[axis]));
    format!("({}, {})", coordinate(0), coordinate(1))
}

/// Like [`point`], but a small component is not set to 0 beside a large one: `(1, 2e−20)`.
pub fn pair(v: Vector) -> String {
    format!("({}, {})", short(v.x), short(v.y))
}

/// The text with real minus signs.
pub fn minus(text: &str) -> String {
    text.replace('-', "−")
}

fn trim(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
#[path = "display_tests.rs"]
mod tests;
