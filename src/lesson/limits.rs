//! How much a lesson may compute, in steps of runs.

/// Starts along each side of a map of basins.
pub(super) const STARTS: usize = 192;
/// The most steps of a lesson: minutes on a slow machine.
const MOST_STEPS: u64 = 500_000_000;
/// The most steps of the runs of one step of a lesson, which are all kept.
pub(super) const MOST_KEPT: u64 = 2_000_000;

/// The steps of an ensemble.
pub(super) fn of_ensemble(seeds: usize, steps: usize) -> u64 {
    (seeds as u64).saturating_mul(steps as u64)
}

/// The most steps of a map of basins.
pub(super) fn of_basins(steps: usize) -> u64 {
    ((STARTS * STARTS) as u64).saturating_mul(steps as u64)
}

/// Checks that a number of steps can be computed.
///
/// # Errors
/// Returns an error, as a sentence, if they are too many.
pub(super) fn within_limit(steps: u64) -> Result<(), String> {
    match steps <= MOST_STEPS {
        true => Ok(()),
        false => Err(format!("it may take {steps} steps of runs, and a lesson has at most {MOST_STEPS}")),
    }
}
