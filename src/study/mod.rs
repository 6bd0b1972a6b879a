//! Study → findings: what a person asks, and everything that is computed for it.

mod answer;
mod basins;
mod check;
mod data;
mod display;
mod ensembles;
mod field;
mod file;
mod findings;
mod fine;
mod fitting;
mod follow;
mod grids;
pub mod layers;
mod levels;
mod link;
mod loss;
mod magnitude;
mod moment;
mod networks;
mod picture_options;
mod reading;
mod report;
mod run_sharpness;
mod runs;
mod saddles;
mod shown;
mod single_run;
mod surface;
mod tabs;
mod thermal;
mod trajectories;

pub use crate::basins::{End, ends};
pub use answer::{answer, answer_over};
pub use basins::{BasinMap, BasinsKey, basins_begun, basins_of, sides};
pub use check::{CONTOUR_LEVELS, MAX_RUN_NAME, MAX_RUNS};
pub use data::{Data, MAX_INLINE_VALUES, Source};
pub use display::Display;
pub use ensembles::{EnsembleKey, EnsembleOptions, ExperimentKey, Vary};
pub use field::{FieldKey, field_of, moving_field_of};
pub(crate) use file::in_words;
pub use file::{MAX_BYTES, StudyError, from_bytes, from_bytes_in, from_toml, from_toml_in, load, to_toml, to_toml_in};
pub use findings::{Findings, Report, Stop};
pub use fine::{Fineness, answer_for, sharpen};
pub use fitting::{Fitting, fitting};
pub use follow::{BranchesKey, Follow, Followed, Ordinate, usual_range};
pub use grids::GridChoice;
pub use layers::{LAYERS, LayerSwitch, Need, ShownLayers};
pub use levels::{levels_of, own_levels};
pub(crate) use link::crc32;
pub use link::{DEFAULT_BASE, LINK_FORMAT, LinkError, MAX_LINK, fragment, from_fragment, from_link, is_link, link};
pub use loss::{LossKey, PointsKey, has_loss, loss_of};
pub use moment::{Clock, Moment, RunMoment, length, moments_of};
pub use networks::{AnalysisKey, NO_EXAMPLES, NetworkKey, entries, entry, known_plane, plane_for, plane_of_study};
pub use reading::Reading;
pub use report::{ReportKey, outlook_of, report};
pub use run_sharpness::RunSharpnessKey;
pub use runs::run_name;
pub use saddles::SaddlesKey;
pub use shown::{Shown, ShownPoint, value_on_curve};
pub use single_run::{RunParts, end_of};
pub use surface::{Camera, PITCHES, SurfaceOptions, ZOOMS};
pub use tabs::{
    ARRHENIUS_TAB, BARRIERS_TAB, BRANCHES_TAB, CURVE_TAB, DENSITY_TAB, ESCAPE_TAB, FIRST_TAB, FUNCTION_TAB,
    LAYER_RATES_TAB, LAYERS_TAB, MAX_TABS, PRUNE_TAB, RATES_TAB, RESIDUALS_TAB, RUN_SHARPNESS_TAB, RUN_TAB, SEEDS_TAB,
    SHARPNESS_TAB, SPECTRUM_TAB, TRAINING_TAB,
};
pub use thermal::{ArrheniusKey, FlipKey, Thermal, ThermalKey, shown_temperature, temperature_of};
pub use trajectories::{TrajectoriesKey, trajectories_of};

use crate::curvature::Quantity;
use crate::field::{ColourMap, ColourScale};
use crate::landscape::{View, catalogue};
use crate::network::{self, NetworkRecipe};
use crate::number::Decimal;
use crate::optimizer::{Run, find};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that a person asks, and nothing that is computed. The same study gives the same findings on every
/// machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Study {
    /// The format of the file that it is saved in.
    pub version: u32,
    /// The landscape.
    pub landscape: LandscapeChoice,
    /// The examples of the mean; `None` for a loss without data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Data>,
    /// The network, if the landscape is a plane through its weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkRecipe>,
    /// The grid, if the landscape is an interpolant of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridChoice>,
    /// The rectangle that is looked at.
    pub view: View,
    /// The start of all runs that have no start of their own.
    pub start: [f64; 2],
    /// The runs, in the order of their cards.
    pub runs: Vec<Run>,
    /// What is drawn, and how.
    pub picture: PictureOptions,
    /// The settings of an ensemble.
    #[serde(skip_serializing_if = "EnsembleOptions::is_usual")]
    pub ensemble: EnsembleOptions,
    /// What is shown besides the picture, and at which step of the runs.
    #[serde(skip_serializing_if = "Display::is_usual")]
    pub display: Display,
}

/// The chosen landscape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LandscapeChoice {
    /// The name in the catalogue, if the landscape is unchanged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The formula as typed; empty for a landscape without a formula.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub formula: String,
    /// Values of the formula's parameters; an absent parameter is 1.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Decimal>,
}

/// Light for print and bright rooms, dark for dark rooms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    #[default]
    Dark,
}

/// What is drawn, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureOptions {
    /// Light or dark.
    pub theme: Theme,
    /// The layers that are shown.
    pub layers: ShownLayers,
    /// The quantity of the heat map; the contour lines are always those of L.
    pub heat_map_of: Quantity,
    /// The heat map's opacity, 0 to 1.
    pub heat_map_opacity: f64,
    /// Its colours.
    pub colour_map: ColourMap,
    /// How values are spread over the colours and levels.
    pub colour_scale: ColourScale,
    /// The opacity of contour lines, 0 to 1.
    pub contour_opacity: f64,
    /// About how many levels, 2 to 60, if none are named.
    pub contour_levels: usize,
    /// Chosen levels, finite and ascending. If empty, the program chooses round levels.
    pub levels: Vec<f64>,
    /// The number of the run, from 1, whose basins of attraction are shown.
    pub basins_of: Option<usize>,
    /// Whether a unit of w1 is as long as a unit of w2.
    pub equal_axes: bool,
    /// Whether text and marks have the size for a projector.
    pub projector: bool,
    /// The picture as a surface.
    pub surface: SurfaceOptions,
}

impl Study {
    /// The version of the file format that this program writes.
    pub const VERSION: u32 = 1;

    /// The study of a catalogue entry: its view and start, with gradient descent and Newton shown, SGD ready.
    pub fn of_entry(entry: &catalogue::Entry) -> Study {
        let mut study = Study::of_formula(&entry.formula, entry.view);
        study.landscape.name = Some(entry.name.clone());
        study.landscape.parameters = entry.parameters.clone();
        study.data = entry.data.as_deref().and_then(Data::standard);
        study.start = entry.start;
        if let Some(network) = entry.network.as_deref().and_then(network::catalogue::network) {
            study.network = network.recipe().ok();
            study.runs = ["gradient-descent", "momentum", "sgd"].map(Run::new).to_vec();
            for (colour, run) in study.runs.iter_mut().enumerate() {
                (run.colour, run.shown) = (colour, colour == 0);
            }
        }
        for run in &mut study.runs {
            if find(&run.optimizer).is_some_and(|optimizer| optimizer.takes_the_landscapes_rate()) {
                run.settings.insert("learning_rate".to_owned(), entry.learning_rate);
            }
            run.take_noise_for(entry.data.is_some());
        }
        study
    }

    /// The start of a run: its own, or the shared one.
    pub fn start_of(&self, run: &Run) -> [f64; 2] {
        run.start.unwrap_or(self.start)
    }

    /// Whether the runs move in all weights of a network, and the picture shows their projection.
    pub fn runs_in_all_weights(&self) -> bool {
        self.network.as_ref().is_some_and(|network| !network.keep_runs_in_plane)
    }

    /// The run whose basins are shown.
    pub fn basins_run(&self) -> Option<&Run> {
        self.picture.basins_of.and_then(|number| self.runs.get(number.checked_sub(1)?))
    }

    /// The study of a typed formula, with a start a quarter of the view from its upper right corner.
    pub fn of_formula(formula: &str, view: View) -> Study {
        let runs = ["gradient-descent", "sgd", "newton"]
            .iter()
            .enumerate()
            .map(|(colour, name)| Run { colour, shown: *name != "sgd", ..Run::new(name) })
            .collect();
        Study {
            version: Study::VERSION,
            landscape: LandscapeChoice { name: None, formula: formula.to_owned(), parameters: BTreeMap::new() },
            data: None,
            network: None,
            grid: None,
            view,
            start: [view.w1[0] + 0.75 * view.width(), view.w2[0] + 0.75 * view.height()],
            runs,
            picture: PictureOptions::default(),
            ensemble: EnsembleOptions::default(),
            display: Display::default(),
        }
    }
}
