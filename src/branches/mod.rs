//! What happens to the critical points when a parameter moves: branches, and the events at which their number or kind changes.
//!
//! Complete, certified lists of critical points at many values are the audit. Between two of them each point is followed by Newton's method, and
//! intervals in (w1, w2, parameter) prove that the view has the same points all the way (`span.rs`). Where that fails the span is halved; what is
//! left are narrow brackets, each of which holds an event (`events.rs`). So no branch of an audit can be missing, and an isola is found where
//! it is wider than a bracket.

mod chart;
mod events;
mod extrapolation;
mod family;
mod span;
mod sweep;
#[cfg(test)]
mod tests;

pub use chart::{Branch, BranchPoint, Branches, branches, branches_unless, outline_unless};
pub use events::{Event, EventKind};
pub use family::{Family, FamilyError};
pub use sweep::Counts;
