//! What a question withholds until it is answered.

use super::file::Predict;
use crate::critical::CriticalPoints;
use crate::study::{
    ARRHENIUS_TAB, BARRIERS_TAB, BRANCHES_TAB, DENSITY_TAB, ESCAPE_TAB, Findings, RUN_TAB, SEEDS_TAB, Study, layers,
};

/// What would tell the answer of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The runs, and what many runs do.
    Runs,
    /// The critical points, with the runs that lead to them.
    Points,
}

/// What is said in place of the claim about critical points.
pub const NO_CLAIM: &str = "critical points are shown with the answer";

impl Predict {
    /// What would tell the answer.
    pub fn withholds(&self) -> Withheld {
        match self.number.as_ref().is_some_and(|source| source.points.is_some()) {
            true => Withheld::Points,
            false => Withheld::Runs,
        }
    }
}

impl Withheld {
    /// What is said in its place.
    pub fn words(self) -> &'static str {
        match self {
            Withheld::Runs => "The runs are shown with the answer to the question.",
            Withheld::Points => "The critical points are shown with the answer to the question.",
        }
    }

    /// Whether a tab would tell the answer whatever is computed for it.
    pub fn hides_tab(self, key: &str) -> bool {
        let of_runs = [RUN_TAB, SEEDS_TAB, ESCAPE_TAB, DENSITY_TAB];
        let of_points = [BARRIERS_TAB, BRANCHES_TAB, ARRHENIUS_TAB];
        of_runs.contains(&key) || (self == Withheld::Points && of_points.contains(&key))
    }

    /// Takes out of a study what would tell the answer, except for its runs.
    pub fn take_from(self, study: &mut Study) {
        study.picture.basins_of = None;
        study.display.tabs.retain(|tab| !self.hides_tab(tab));
        if self == Withheld::Points {
            study.display.selected = None;
            for layer in
                [&layers::CRITICAL_POINTS, &layers::EIGEN_DIRECTIONS, &layers::EIGEN_LABELS, &layers::SEPARATRICES]
            {
                study.picture.show(layer, false);
            }
        }
    }

    /// Takes out of findings what would tell the answer; what is said in place of the claim about critical points.
    pub fn take_from_findings(self, findings: &mut Findings) -> Option<String> {
        if self == Withheld::Runs {
            return None;
        }
        findings.points = CriticalPoints::default();
        Some(NO_CLAIM.to_owned())
    }
}
