//! The values of claims, and their comparison with what is found.

use toml::Value;

/// The numbers of an array; `None` if it is none.
pub fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(number).collect()
}

/// A number, whole or not.
pub fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

/// Whether a number is as expected: in a range; equal to a relative tolerance; or, if 0 is expected, at most `zero`, which is what
/// rounding leaves of 0.
pub fn within(found: f64, expected: &Value, tolerance: f64, zero: f64) -> Option<bool> {
    if let Some(range) = numbers(expected) {
        let [low, high] = range.as_slice() else { return None };
        return Some(*low <= found && found <= *high);
    }
    let expected = number(expected)?;
    let allowed = if expected == 0.0 { zero } else { tolerance * expected.abs() };
    Some((found - expected).abs() <= allowed)
}

/// Whether a whole number is as expected: equal, or in a range.
pub fn is_count(found: usize, expected: &Value) -> Option<bool> {
    match expected.as_integer() {
        Some(whole) => Some(usize::try_from(whole) == Ok(found)),
        None => within(found as f64, expected, 0.0, 0.0),
    }
}

/// Whether vectors agree, number by number; `zeros` has what rounding leaves of 0 in each.
pub fn are_within(found: &[f64], expected: &Value, tolerance: f64, zeros: &[f64]) -> Option<bool> {
    let expected = expected.as_array()?;
    if expected.len() != found.len() {
        return None;
    }
    let pairs = found.iter().zip(expected).zip(zeros);
    let each: Option<Vec<bool>> = pairs.map(|((x, want), zero)| within(*x, want, tolerance, *zero)).collect();
    Some(each?.into_iter().all(|holds| holds))
}

/// Whether a place is as expected, up to a share of its largest number, or of `unit` if that is larger.
pub fn is_place(found: [f64; 2], expected: &Value, tolerance: f64, unit: f64) -> Option<bool> {
    let size = numbers(expected).map_or(0.0, |place| place.iter().fold(0.0_f64, |most, x| most.max(x.abs())));
    let by = tolerance * size.max(unit);
    let each = found.iter().zip(expected.as_array()?).map(|(x, want)| match number(want) {
        Some(want) => Some((x - want).abs() <= by),
        None => within(*x, want, 0.0, 0.0),
    });
    Some(each.collect::<Option<Vec<bool>>>()?.into_iter().all(|holds| holds))
}
