//! Whether a rectangle provably holds a local minimum or maximum: L is greater (less) all along the border than at a
//! point inside, so that its least (greatest) value on the closed rectangle is taken inside (Weierstrass). No
//! derivative is needed, so this also works where the Hessian is singular.

use super::krawczyk::Cell;
use crate::landscape::Enclosures;
use crate::number::Interval;

/// The extremum that a rectangle provably holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Extremum {
    /// A local minimum.
    Minimum,
    /// A local maximum.
    Maximum,
}

impl Extremum {
    /// The word of the JSON and of texts: `minimum`.
    pub fn word(self) -> &'static str {
        match self {
            Extremum::Minimum => "minimum",
            Extremum::Maximum => "maximum",
        }
    }

    /// That of −L.
    pub fn mirrored(self) -> Extremum {
        match self {
            Extremum::Minimum => Extremum::Maximum,
            Extremum::Maximum => Extremum::Minimum,
        }
    }
}

/// The most pieces of a border.
const MAX_PIECES: usize = 2_000;

/// The local extremum that the rectangle provably holds, compared with a point inside; `None` if neither can be proved,
/// or if L is not defined and continuous on the whole rectangle.
pub fn extremum(loss: &Enclosures, cell: &Cell, inside: [f64; 2]) -> Option<Extremum> {
    let whole: Interval = loss.value(*cell);
    if whole.partial || whole.is_empty() {
        return None;
    }
    let centre: Interval = loss.value(inside.map(Interval::point));
    let corners =
        [[cell[0].lo, cell[1].lo], [cell[0].hi, cell[1].lo], [cell[0].hi, cell[1].hi], [cell[0].lo, cell[1].hi]];
    let mut open: Vec<[[f64; 2]; 2]> = (0..4).map(|k| [corners[k], corners[(k + 1) % 4]]).collect();
    let mut found = None;
    for _ in 0..MAX_PIECES {
        let Some([a, b]) = open.pop() else { return found };
        let piece = [0, 1].map(|i| Interval::new(a[i].min(b[i]), a[i].max(b[i])));
        let value: Interval = loss.value(piece);
        let here = if value.lo > centre.hi {
            Extremum::Minimum
        } else if value.hi < centre.lo {
            Extremum::Maximum
        } else {
            let middle = [0, 1].map(|i| 0.5 * a[i] + 0.5 * b[i]);
            if middle == a || middle == b {
                return None;
            }
            open.extend([[a, middle], [middle, b]]);
            continue;
        };
        if found.is_some_and(|found| found != here) {
            return None;
        }
        found = Some(here);
    }
    None
}
