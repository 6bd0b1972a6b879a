//! The parameter whose branches of critical points a study follows, and its range.

use super::{BRANCHES_TAB, LossKey, Study};
use crate::branches::{Branches, Family};
use crate::landscape::{Loss, View, catalogue};
use crate::number::Decimal;
use serde::{Deserialize, Serialize};

/// A parameter that is followed through a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// Its name in the formula.
    pub parameter: String,
    /// The least and the greatest value.
    pub range: [f64; 2],
    /// The quantity on the vertical axis.
    #[serde(default, skip_serializing_if = "Ordinate::is_usual")]
    pub ordinate: Ordinate,
}

/// The quantity of the critical points on the vertical axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ordinate {
    /// Their first weight.
    #[default]
    W1,
    /// Their second weight.
    W2,
    /// The loss.
    Loss,
    /// The smaller eigenvalue of the Hessian.
    SmallestEigenvalue,
}

impl Ordinate {
    /// All of them.
    pub const ALL: [Ordinate; 4] = [Ordinate::W1, Ordinate::W2, Ordinate::Loss, Ordinate::SmallestEigenvalue];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_usual(&self) -> bool {
        *self == Ordinate::default()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Ordinate::W1 => "w1",
            Ordinate::W2 => "w2",
            Ordinate::Loss => "L",
            Ordinate::SmallestEigenvalue => "λmin",
        }
    }
}

/// The default range of a parameter: that of the catalogue, or one around its reset value.
pub fn usual_range(study: &Study, name: &str) -> [f64; 2] {
    let entry = study.landscape.name.as_deref().and_then(catalogue::find);
    if let Some(range) = entry.and_then(|entry| entry.ranges.get(name)) {
        return *range;
    }
    let known = entry.and_then(|entry| entry.parameters.get(name));
    let size = known.map_or(Loss::DEFAULT_PARAMETER, Decimal::value).abs();
    let size = if size > 0.0 { size } else { 1.0 };
    let power = libm::pow(10.0, libm::floor(libm::log10(size)));
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= size).unwrap_or(10.0) * power;
    [-2.0 * round, 2.0 * round]
}

impl Follow {
    /// A parameter over its usual range.
    pub fn usual(study: &Study, name: &str) -> Follow {
        Follow { parameter: name.to_owned(), range: usual_range(study, name), ordinate: Ordinate::default() }
    }

    /// The parameter that the study follows: the one that it names, or the first one; `None` without a parameter, or
    /// over data.
    pub fn of(study: &Study, loss: &Loss) -> Option<Follow> {
        let names = loss.formula().filter(|_| loss.examples() == 0)?.parameters();
        let named = study.display.follow.as_ref().filter(|follow| names.contains(&follow.parameter));
        named.cloned().or_else(|| Some(Follow::usual(study, names.first()?)))
    }
}

/// The parts of a study on which branches depend: everything except the value of the followed parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchesKey {
    loss: LossKey,
    view: View,
    parameter: String,
    range: [f64; 2],
}

impl BranchesKey {
    /// The key of the study's branches; `None` if they are not shown, or if there are none.
    pub fn of(study: &Study, loss: &Loss) -> Option<BranchesKey> {
        let Follow { parameter, range, ordinate: _ } =
            study.display.shows(BRANCHES_TAB).then(|| Follow::of(study, loss)).flatten()?;
        let mut others = study.clone();
        others.landscape.parameters.remove(&parameter);
        Some(BranchesKey { loss: LossKey::of(&others), view: study.view, parameter, range })
    }

    /// The losses that are followed.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if they cannot be followed.
    pub fn family(&self, study: &Study, loss: &Loss) -> Result<Family, String> {
        Family::new(loss, &study.landscape.parameters, &self.parameter, self.range, self.view)
            .map_err(|error| error.to_string())
    }
}

/// The branches that are known.
#[derive(Clone, Debug)]
pub struct Followed {
    /// The followed losses.
    pub family: Family,
    /// The branches.
    pub branches: Branches,
    /// Whether the branches are complete, with their events; otherwise they are an outline.
    pub is_whole: bool,
}
