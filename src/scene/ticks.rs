//! Round numbers along an axis, and their labels.
//!
//! A tick is k · m · 10ᵉ with m one of 1, 2, 5 and whole k, so that it can be written exactly, without rounding.

use super::Font;
use super::text;

/// A round number on an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// The number.
    pub value: f64,
    /// How it is written, with a real minus sign.
    pub label: String,
}

/// The distance of ticks: mantissa · 10^exponent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spacing {
    mantissa: i64,
    exponent: i32,
}

impl Spacing {
    /// The least spacing 1, 2 or 5 · 10ᵏ that is at least `least` > 0.
    fn at_least(least: f64) -> Spacing {
        let mut exponent = libm::floor(libm::log10(least)) as i32 - 1;
        loop {
            for mantissa in [1, 2, 5] {
                let spacing = Spacing { mantissa, exponent };
                // A small tolerance, so that a distance that is round up to rounding is kept.
                if spacing.length() >= least * (1.0 - 1e-12) {
                    return spacing;
                }
            }
            exponent += 1;
        }
    }

    fn length(self) -> f64 {
        scaled(self.mantissa, self.exponent)
    }
}

/// mantissa · 10^exponent, correctly rounded: read as decimal text.
fn scaled(mantissa: i64, exponent: i32) -> f64 {
    format!("{mantissa}e{exponent}").parse().unwrap_or(0.0)
}

/// The round numbers within [low, high], at most one every `spacing` pixels of the axis' `length` pixels.
pub fn ticks(low: f64, high: f64, length: f64, spacing: f64) -> Vec<Tick> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0 && length > 0.0 && spacing > 0.0) {
        return Vec::new();
    }
    let share = (spacing / length).clamp(0.02, 1.0);
    let least = span * share;
    if least < 1e-305 {
        return Vec::new();
    }
    let step = Spacing::at_least(least);
    let slack = 1e-9;
    let (first, last) = (low / step.length() - slack, high / step.length() + slack);
    // 2^53: whole numbers beyond have no exact f64, and the limits of a view are far below.
    if !(first.abs() < 9e15 && last.abs() < 9e15) {
        return Vec::new();
    }
    let (first, last) = (libm::ceil(first) as i64, libm::floor(last) as i64);
    (first..=last)
        .take(60)
        .map(|k| Tick {
            value: scaled(k * step.mantissa, step.exponent),
            label: written(k * step.mantissa, step.exponent),
        })
        .collect()
}

/// Ticks of a horizontal axis: like [`ticks`], but far enough apart that no labels touch.
pub fn ticks_with_room(low: f64, high: f64, length: f64, spacing: f64, size: f64) -> Vec<Tick> {
    let mut spacing = spacing;
    for _ in 0..8 {
        let ticks = ticks(low, high, length, spacing);
        let widest = ticks.iter().map(|tick| text::plain_width(Font::Sans, size, &tick.label)).fold(0.0, f64::max);
        let apart = match ticks.as_slice() {
            [a, b, ..] => (b.value - a.value) / (high - low) * length,
            _ => return ticks,
        };
        if widest + size <= apart {
            return ticks;
        }
        spacing = apart * 1.01;
    }
    ticks(low, high, length, length)
}

/// mantissa · 10^exponent in decimal digits, or as 2×10⁶ if that would be long.
fn written(mantissa: i64, exponent: i32) -> String {
    if mantissa == 0 {
        return "0".to_owned();
    }
    let sign = if mantissa < 0 { "−" } else { "" };
    let mut digits = mantissa.unsigned_abs().to_string();
    let mut exponent = exponent;
    while digits.ends_with('0') {
        digits.pop();
        exponent += 1;
    }
    // The number is 0.DIGITS · 10^point.
    let point = exponent + digits.len() as i32;
    let body = if !(-3..=6).contains(&point) {
        let (head, tail) = digits.split_at(1);
        let separator = if tail.is_empty() { "" } else { "." };
        format!("{head}{separator}{tail}×10{}", superscript(point - 1))
    } else if exponent >= 0 {
        format!("{digits}{}", "0".repeat(exponent as usize))
    } else if point > 0 {
        let (whole, fraction) = digits.split_at(point as usize);
        format!("{whole}.{fraction}")
    } else {
        format!("0.{}{digits}", "0".repeat(-point as usize))
    };
    format!("{sign}{body}")
}

fn superscript(number: i32) -> String {
    number
        .to_string()
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32('⁰' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64, length: f64) -> Vec<String> {
        ticks(low, high, length, 80.0).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_are_round_and_written_exactly() {
        assert_eq!(labels(-2.0, 2.0, 400.0), ["−2", "−1", "0", "1", "2"]);
        assert_eq!(labels(-6.0, 6.0, 600.0), ["−6", "−4", "−2", "0", "2", "4", "6"]);
        assert_eq!(labels(0.0, 0.4, 320.0), ["0", "0.1", "0.2", "0.3", "0.4"]);
        assert_eq!(labels(0.0, 4e6, 320.0), ["0", "1×10⁶", "2×10⁶", "3×10⁶", "4×10⁶"]);
        assert_eq!(labels(-2e-5, 2e-5, 400.0), ["−2×10⁻⁵", "−1×10⁻⁵", "0", "1×10⁻⁵", "2×10⁻⁵"]);
    }

    #[test]
    fn ticks_lie_within_the_view_and_do_not_crowd() {
        let views = [(-1.3, 2.7), (1e-3, 1.1e-3), (-1e300, 1e300), (1.0, 1.0 + 1e-11), (5.0, 1e7), (-1e-300, 1e-300)];
        for (low, high) in views {
            for length in [1.0, 37.0, 600.0, 5000.0] {
                let ticks = ticks_with_room(low, high, length, 80.0, 12.0);
                assert!(ticks.len() <= 60);
                for tick in &ticks {
                    let slack = (high - low) * 1e-6;
                    assert!(low - slack <= tick.value && tick.value <= high + slack, "{tick:?} in [{low}, {high}]");
                    assert!(!tick.label.contains('-') && tick.label != "−0");
                }
            }
        }
    }

    #[test]
    fn an_empty_or_infinite_axis_has_no_ticks() {
        assert!(ticks(1.0, 1.0, 100.0, 80.0).is_empty());
        assert!(ticks(f64::NAN, 1.0, 100.0, 80.0).is_empty());
        assert!(ticks(f64::NEG_INFINITY, f64::INFINITY, 100.0, 80.0).is_empty());
    }
}
