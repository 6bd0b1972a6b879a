//! Results that are computed once for all claims about saddles, escapes and branches.

use crate::branches::Branches;
use crate::number::Vector;
use crate::saddles::SaddleGraph;
use crate::thermal::Escape;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of a parameter, and the bits of the ends of its range.
type Range = (String, [u64; 2]);

/// The computed results for the network of saddles, escapes and branches.
#[derive(Default)]
pub(super) struct Physics {
    /// The network of saddles.
    pub graph: Option<Arc<SaddleGraph>>,
    /// Escapes, by minimum and temperature.
    pub escapes: Vec<((Vector, f64), Result<Escape, String>)>,
    /// Branches.
    pub branches: BTreeMap<Range, Result<Arc<Branches>, String>>,
}

impl Physics {
    /// The escape that is known already.
    pub fn escape(&self, from: Vector, temperature: f64) -> Option<Result<Escape, String>> {
        let known = self.escapes.iter().find(|(key, _)| *key == (from, temperature));
        known.map(|(_, found)| found.clone())
    }
}
