//! Charts beside the picture: what they show, and how they are drawn, independent of any toolkit.
//!
//! A chart is one file in this folder and one line in [`CHARTS`]: the window's tabs, `losscape render --chart KEY` and
//! the exports find it there. It turns a study and its findings into a [`Plot`] (curves, points and labelled lines over
//! two axes) or into a drawing of its own. Both become [`Primitive`]s in a rectangle, so that the window and the
//! exported [`figure()`] draw the same.

mod arrhenius;
mod barriers;
mod branches;
mod density;
mod draw;
mod escape;
mod figure;
mod legend;
mod limits;
mod local;
mod loss;
mod network;
mod plot;
mod range;
mod rates;
mod sharpness;
#[cfg(test)]
mod tests;

pub use arrhenius::caution as caution_of_times;
pub use branches::proof as proof_of_branches;
pub use draw::{Drawn, PlotLayout, draw, draw_named};
pub use figure::figure;
pub use network::{FunctionPlace, function_places};
pub use plot::{Axis, Dots, Guide, LogSwitch, Plot, Scale, Series};

use crate::number::Vector;
use crate::optimizer::Trajectory;
use crate::scene::theme::Palette;
use crate::scene::{Colour, Primitive, Rect};
use crate::study::{Clock, Findings, Study, run_name};

/// The input of a chart.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The study.
    pub study: &'a Study,
    /// Its findings.
    pub findings: &'a Findings,
    /// The point of the plane that the pointer is on; `None` in a file, and where it is elsewhere.
    pub pointed: Option<Vector>,
}

/// The names of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartInfo {
    /// The key on the command line and in study files: `loss`.
    pub key: &'static str,
    /// The heading of its tab: `LOSS`.
    pub tab: &'static str,
    /// Its title: `Loss against step`.
    pub title: &'static str,
    /// The action of the button of its tab, for screen readers: `Show the loss`.
    pub action: &'static str,
    /// Its description in a sentence or two.
    pub tooltip: &'static str,
}

/// A chart: one implementation for each line of [`CHARTS`].
pub trait Chart: Sync {
    /// Its names.
    fn info(&self) -> ChartInfo;
    /// Whether it has something to show for this study, now or after a click.
    fn suits(&self, subject: &Subject<'_>) -> bool;
    /// Whether its lines are other than the study's runs, whose names the picture has: then the window names them, too.
    fn names_lines(&self) -> bool {
        false
    }
    /// The parameter of the formula on its horizontal axis, which a drag sets.
    fn varies(&self, _subject: &Subject<'_>) -> Option<String> {
        None
    }
    /// The critical point at a point of its plot, which a click selects.
    fn critical_point(&self, _subject: &Subject<'_>, _at: [f64; 2]) -> Option<Vector> {
        None
    }
    /// A number that changes whenever its drawing changes for a reason other than the critical points, the selection or
    /// the theme.
    fn version(&self, _subject: &Subject<'_>) -> u64 {
        0
    }
    /// Its content.
    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a>;
}

/// The content of a chart.
pub enum Content<'a> {
    /// Curves, points and lines over two axes.
    Plot(Box<Plot>),
    /// A drawing of its own.
    Drawing(Drawing<'a>),
    /// Nothing to show; the sentence says what to do.
    Nothing(String),
}

/// The marks of a drawing in a rectangle, at a scale of text and lines.
pub type Marks<'a> = dyn Fn(&Rect, f64, &Palette) -> Vec<Primitive> + 'a;

/// A drawing that fills a rectangle.
pub struct Drawing<'a> {
    /// Its marks.
    pub marks: Box<Marks<'a>>,
    /// The drawing in words.
    pub description: String,
}

/// All charts, in the order of their tabs.
pub static CHARTS: &[&dyn Chart] = &[
    &loss::LossChart,
    &local::LocalChart,
    &sharpness::SharpnessChart,
    &network::RunSharpnessChart,
    &network::ProgressChart,
    &network::SpectrumChart,
    &network::ResidualsChart,
    &network::LayersChart,
    &network::LayerRatesChart,
    &network::PruneChart,
    &network::FunctionChart,
    &network::CurveChart,
    &rates::RatesChart,
    &barriers::BarriersChart,
    &branches::BranchesChart,
    &escape::EscapeChart,
    &density::DensityChart,
    &arrhenius::ArrheniusChart,
];

/// The chart with this key.
pub fn find(key: &str) -> Option<&'static dyn Chart> {
    CHARTS.iter().copied().find(|chart| chart.info().key == key)
}

/// A run that is shown and could run.
struct ShownRun<'a> {
    index: usize,
    name: String,
    colour: Colour,
    trajectory: &'a Trajectory,
}

impl<'a> Subject<'a> {
    /// The runs that are shown and could run.
    fn runs(&self) -> Vec<ShownRun<'a>> {
        let runs = &self.study.runs;
        let trajectories = self.findings.trajectories.iter().enumerate();
        let shown = |(index, trajectory): (usize, &'a Option<Result<Trajectory, String>>)| {
            let trajectory = trajectory.as_ref()?.as_ref().ok()?;
            let colour = Palette::of(self.study.picture.theme).run(runs.get(index)?.colour);
            Some(ShownRun { index, name: run_name(runs, index), colour, trajectory })
        };
        trajectories.filter_map(shown).collect()
    }

    /// The position of the cursor: the step that is shown, if it is the same for all runs.
    fn cursor(&self) -> Option<f64> {
        self.study.display.moment().filter(|moment| moment.clock == Clock::Steps).map(|moment| moment.at as f64)
    }

    /// The step up to which a run is shown; `None` if the runs are shown to their end.
    fn step_of(&self, trajectory: &Trajectory) -> Option<usize> {
        self.study.display.moment().map(|moment| moment.index(trajectory))
    }
}
