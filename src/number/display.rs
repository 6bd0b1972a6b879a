//! Numbers as people read them: four significant digits, a real minus sign, no −0.

use super::Vector;

/// A number with four significant digits: `−0.0123`, `1.235e7`, `∞`; "undefined" for NaN.
pub fn short(value: f64) -> String {
    digits(value, 4)
}

/// A number with the given count of significant digits.
pub fn digits(value: f64, significant: usize) -> String {
    if value.is_nan() {
        return "undefined".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:.*e}", significant.max(1) - 1, value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let text = if (-4..7).contains(&exponent) {
        let decimals = (significant as i32 - 1 - exponent).max(0) as usize;
        // Rounded to significant digits first: 123456 has four as 123500.
        let rounded: f64 = scientific.parse().unwrap_or(value.abs());
        trim(&format!("{rounded:.decimals$}")).to_owned()
    } else {
        format!("{}e{}", trim(mantissa), minus(&exponent.to_string()))
    };
    if value < 0.0 { format!("−{text}") } else { text }
}

/// A number that is a rounding error beside `scale` is shown as 0.
pub fn beside(value: f64, scale: f64) -> String {
    short(clean(value, scale))
}

/// 0 for a number whose magnitude is a rounding error (10⁻¹² of `scale`), otherwise the number.
pub fn clean(value: f64, scale: f64) -> f64 {
    if value.abs() <= 1e-12 * scale.abs() { 0.0 } else { value }
}

/// A point or vector: `(1, −0.5)`; a coordinate that is a rounding error beside the other is 0.
pub fn point(w: Vector) -> String {
    let scale = w.x.abs().max(w.y.abs());
    format!("({}, {})", beside(w.x, scale), beside(w.y, scale))
}

/// The text with real minus signs.
pub fn minus(text: &str) -> String {
    text.replace('-', "−")
}

fn trim(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}
