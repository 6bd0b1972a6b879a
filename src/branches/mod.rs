//! Critical points as functions of a parameter: branches, and the events at which their number or kind changes.
//!
//! An audit is a complete, certified list of critical points at one value. Between two audits each point is followed by
//! Newton's method, and intervals in (w1, w2, parameter) prove that the view has the same points for all values in
//! between (`span.rs`). If that fails, the span is halved. Narrow brackets are left, each of which holds an event
//! (`events.rs`). So no branch that an audit has can be missing, and an isola is found if it is wider than a bracket.

mod chart;
mod events;
mod extrapolation;
mod family;
mod singular;
mod span;
mod sweep;
#[cfg(test)]
mod tests;

pub use chart::{Branch, BranchPoint, Branches, branches, branches_unless, outline_unless};
pub use events::{Event, EventKind};
pub use family::{Family, FamilyError};
pub use sweep::Counts;
