//! The catalogue of landscapes: data, in `assets/landscapes.toml`.

use super::moments::ReadyMoment;
use super::{LandscapeError, Loss, View};
use crate::curvature::Kind;
use crate::dataset::{self, Dataset};
use crate::number::{Decimal, Vector, eigenpairs};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A landscape with everything that a lecturer needs to show it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name on the command line: lower case, words joined by hyphens.
    pub name: String,
    /// The name in the window.
    pub title: String,
    /// The heading under which it is listed, where it has one.
    #[serde(default)]
    pub group: Option<String>,
    /// L(w1, w2) in the formula language.
    pub formula: String,
    /// The name of the network of which it is a plane; its formula is then empty.
    #[serde(skip)]
    pub network: Option<String>,
    /// Values of the formula's parameters.
    #[serde(default)]
    pub parameters: BTreeMap<String, Decimal>,
    /// The range through which a parameter is moved to show what the entry teaches.
    #[serde(default)]
    pub ranges: BTreeMap<String, [f64; 2]>,
    /// The name of the dataset whose columns the formula names.
    #[serde(default)]
    pub data: Option<String>,
    /// The view that shows what it teaches.
    pub view: View,
    /// A start point that shows what it teaches.
    pub start: [f64; 2],
    /// A sensible learning rate of gradient descent.
    pub learning_rate: f64,
    /// One sentence about what it teaches.
    pub teaches: String,
    /// Its source.
    pub source: String,
    /// The critical points that are known, within the view or not.
    #[serde(default)]
    pub points: Vec<KnownPoint>,
    /// Topics of which it is a good example, for the search.
    #[serde(default)]
    pub topics: Vec<String>,
    /// Its own ready moments. If there are none, [`Entry::ready_moments`] has the usual ones.
    #[serde(default)]
    pub moments: Vec<ReadyMoment>,
}

impl Entry {
    /// The examples of the mean, if the loss is a mean over data.
    pub fn dataset(&self) -> Option<&'static Dataset> {
        self.data.as_deref().and_then(dataset::find).map(|found| &found.dataset)
    }

    /// The moments that one click shows: its own ones, or those usual ones for which the entry has what they need.
    pub fn ready_moments(&self) -> Vec<&ReadyMoment> {
        let own = self.moments.iter();
        let suits = |moment: &&ReadyMoment| moment.of_limit.is_none() || self.limit().is_some();
        let usual = file().moment.iter().filter(|_| self.moments.is_empty() && self.network.is_none());
        own.chain(usual).filter(suits).collect()
    }

    /// 2/λmax at the first known minimum; `None` if none is known.
    pub fn limit(&self) -> Option<f64> {
        let minimum = self.points.iter().find(|point| point.kind == Kind::Minimum)?;
        let eigen = eigenpairs(&self.loss().ok()?.jet(Vector::from(minimum.w)).hessian)?;
        (eigen.values[1] > 0.0).then(|| 2.0 / eigen.values[1])
    }

    /// The loss with the catalogue's parameters and data.
    ///
    /// # Errors
    /// Returns an error as [`Loss::over`] does; entries of the program's own catalogue never do.
    pub fn loss(&self) -> Result<Loss, LandscapeError> {
        Loss::over(&self.formula, &self.parameters, self.dataset())
    }
}

/// A critical point known from mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownPoint {
    /// Its place.
    pub w: [f64; 2],
    /// Its kind.
    pub kind: Kind,
}

/// The file: a list of tables named `landscape`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The ready moments of landscapes that have none of their own.
    moment: Vec<ReadyMoment>,
    landscape: Vec<Entry>,
}

/// All landscapes, in the order in which they are taught; the first is the default.
pub fn catalogue() -> &'static [Entry] {
    &file().landscape
}

fn file() -> &'static File {
    static FILE: OnceLock<File> = OnceLock::new();
    FILE.get_or_init(|| {
        // The file is part of the program, and tests read it, so no user can see this panic.
        toml::from_str(include_str!("../../assets/landscapes.toml"))
            .expect("assets/landscapes.toml is a list of landscapes")
    })
}

/// The entry with this name.
pub fn find(name: &str) -> Option<&'static Entry> {
    catalogue().iter().find(|entry| entry.name == name)
}
