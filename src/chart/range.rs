//! The part of curves against the step that a chart shows: everything, except where a run leaves the range of the
//! others for good, or jumps far away and returns. It does not depend on the view of the picture.

use crate::optimizer::{StopReason, Trajectory};

/// A curve against the step: positions on the vertical axis, not finite at steps without a value.
pub struct Course {
    /// A position for each step.
    pub positions: Vec<f64>,
    /// Whether the run goes on growing at its end.
    pub runs_off: bool,
    /// Whether the positions are decimal logarithms.
    pub is_logarithmic: bool,
}

/// The shown part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// The last step.
    pub last: usize,
    /// The least and the greatest position.
    pub ends: [f64; 2],
}

/// This share of a run's positions at either end may be an excursion.
const EXCURSION: f64 = 0.03;
/// How many positions of a growing run are always shown.
const GROWTH: usize = 8;
/// On a logarithmic axis a growing run is always shown up to so many decades above its start.
const DECADES: f64 = 12.0;
/// Positions farther than this share of the core's height above or below it are left out.
const BEYOND: f64 = 0.75;

impl Course {
    /// The course of a run, whose position at a step is given by the step's index.
    pub fn of(trajectory: &Trajectory, is_logarithmic: bool, position: impl Fn(usize) -> f64) -> Course {
        let positions: Vec<f64> = (0..trajectory.steps.len()).map(position).collect();
        let diverged = matches!(trajectory.stop, StopReason::Diverged | StopReason::Undefined);
        let goes_on = trajectory.stop == StopReason::StepLimit;
        let runs_off = diverged || (goes_on && (grows(&positions) || explodes(trajectory)));
        Course { positions, runs_off, is_logarithmic }
    }

    /// The positions that are always shown: of a growing run the first ones, up to some decades of growth, and of others all.
    fn kept(&self) -> &[f64] {
        if !self.runs_off {
            return &self.positions;
        }
        let first = self.positions.iter().copied().find(|position| position.is_finite()).unwrap_or(f64::NAN);
        let is_far = |position: &f64| self.is_logarithmic && *position > first + DECADES;
        let near = self.positions.iter().take(GROWTH).take_while(|position| !is_far(position)).count();
        &self.positions[..near.max(1).min(self.positions.len())]
    }

    /// The least and the greatest position of the part that must be seen.
    fn core(&self) -> Option<[f64; 2]> {
        let finite = |positions: &[f64]| -> Vec<f64> {
            let mut finite: Vec<f64> = positions.iter().copied().filter(|position| position.is_finite()).collect();
            finite.sort_by(f64::total_cmp);
            finite
        };
        if self.runs_off {
            let first = finite(self.kept());
            return Some([*first.first()?, *first.last()?]);
        }
        let sorted = finite(&self.positions);
        let off = (EXCURSION * sorted.len() as f64) as usize;
        let (mut low, mut high) = (*sorted.get(off)?, *sorted.get(sorted.len() - 1 - off)?);
        for end in [self.positions.first(), self.positions.last()].into_iter().flatten().filter(|end| end.is_finite()) {
            (low, high) = (low.min(*end), high.max(*end));
        }
        Some([low, high])
    }
}

/// L at the end is so many times L at the start, if it grows without bound: on a logarithmic axis by as much in each step.
const EXPLOSION: f64 = 1e6;

/// Whether L is greatest at the end, and very much greater than at the start.
fn explodes(trajectory: &Trajectory) -> bool {
    let losses = || trajectory.steps.iter().map(|step| step.loss);
    let (first, last) = (losses().next().unwrap_or(f64::NAN), trajectory.end().loss);
    first != 0.0 && last > EXPLOSION * first.abs() && losses().all(|loss| loss <= last)
}

/// Whether the last change is far greater than the average one.
fn grows(positions: &[f64]) -> bool {
    let [first, .., before, last] = positions else { return false };
    let steps = (positions.len() - 1) as f64;
    !last.is_finite() || (last - before).abs() * steps >= 4.0 * (last - first).abs().max(f64::MIN_POSITIVE)
}

/// The shown part of some curves.
pub fn extent(courses: &[Course]) -> Extent {
    let cores = courses.iter().filter_map(Course::core);
    let core = cores.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
    let Some([low, high]) = core else { return Extent { last: 1, ends: [0.0, 1.0] } };
    let margin = BEYOND * (high - low);
    let is_near = |position: &f64| low - margin <= *position && *position <= high + margin;
    let last = courses.iter().filter_map(|course| course.positions.iter().rposition(is_near)).max();
    let shown = courses.iter().flat_map(|course| course.positions.iter().copied().filter(is_near));
    let [low, high] = shown.fold([low, high], |[low, high], position| [low.min(position), high.max(position)]);
    let spare = if high > low { 0.06 * (high - low) } else { 0.5 * high.abs().max(1e-12) };
    Extent { last: last.unwrap_or(0).max(1), ends: [low - spare, high + spare] }
}
