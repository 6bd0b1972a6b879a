//! How large a number of a study may be.

/// The greatest magnitude of a coordinate or parameter, as in a view.
pub const MAX_MAGNITUDE: f64 = 1e300;

/// Checks that a number is allowed in a study.
///
/// # Errors
/// Returns an error, as a sentence, if it is not finite or too large.
pub(super) fn within_magnitude(value: f64) -> Result<(), String> {
    if value.is_finite() && value.abs() <= MAX_MAGNITUDE {
        return Ok(());
    }
    Err(format!("{value:e} is not a finite number of magnitude up to {MAX_MAGNITUDE:e}"))
}
