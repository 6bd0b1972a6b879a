//! How long evaluations of a loss take, and how much of what is not counted in boxes a search may do.

use crate::landscape::Loss;

/// How many operations on intervals a proof may take: some ten seconds. A loss over many examples is given fewer boxes.
pub(in crate::critical) const MAX_OPERATIONS: usize = 400_000_000;
/// Over more examples, evaluations with many digits are left until the end.
const MANY_EXAMPLES: usize = 50;
/// With this many operations an evaluation with many digits takes a good part of a second.
const MANY_OPERATIONS: usize = 8_000;
/// How many operations each part of a search may take that boxes do not count, even with a limit of 0 boxes: some hundredths of a
/// second.
const FREE_OPERATIONS: usize = 50_000_000;
/// About how many evaluations by 64-bit numbers take as long as a box.
const EVALUATIONS_PER_BOX: usize = 10;

/// Whether evaluations with many digits take so long that they are left until the end.
pub(in crate::critical) fn is_slow(loss: &Loss) -> bool {
    loss.examples() > MANY_EXAMPLES || (loss.examples() == 0 && loss.operations() > MANY_OPERATIONS)
}

/// How often a search may do what takes `evaluations` evaluations of L and is not counted in boxes: in proportion to its limit, and at
/// least as often as a short formula allows.
pub(in crate::critical) fn allowance(loss: &Loss, limit: usize, evaluations: usize) -> usize {
    let free = FREE_OPERATIONS / evaluations / loss.operations().max(1);
    free.saturating_add(limit.saturating_mul(EVALUATIONS_PER_BOX) / evaluations)
}
