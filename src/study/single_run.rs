//! One run that is specified by its parts, and its end, for the command line and for lessons.

use crate::basins::{End, ends};
use crate::critical::{CriticalPoints, Search};
use crate::landscape::{Loss, View};
use crate::optimizer::{Optimizer, Run, Schedule, StopReason, Trajectory};

/// The boxes of the search around the end of a run.
const BOXES_AROUND_END: usize = 5_000;

/// The parts of a run; an absent part has its default.
#[derive(Clone)]
pub struct RunParts<'a> {
    /// The optimizer.
    pub optimizer: &'static dyn Optimizer,
    /// The seed of its random numbers.
    pub seed: u64,
    /// The largest number of steps.
    pub steps: usize,
    /// How the learning rate falls.
    pub schedule: Schedule,
    /// The learning rate.
    pub learning_rate: Option<f64>,
    /// Examples of a minibatch.
    pub batch_size: Option<f64>,
    /// Other settings, by their keys.
    pub settings: &'a [(String, f64)],
    /// The learning rate that suits the landscape, for optimizers that step along the gradient; others have the
    /// textbook's default.
    pub suggested_rate: Option<f64>,
}

impl RunParts<'_> {
    /// The run on a loss, with so many examples that minibatches can be drawn from.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if a setting is unknown or out of range, or if the optimizer does not suit the
    /// loss.
    pub fn run(self, examples: usize) -> Result<Run, String> {
        let mut run =
            Run { seed: self.seed, steps: self.steps, schedule: self.schedule, ..Run::new(self.optimizer.name()) };
        let suggested = self.suggested_rate.filter(|_| self.optimizer.takes_the_landscapes_rate());
        let rate = self.learning_rate.or(suggested).map(|rate| ("learning_rate".to_owned(), rate));
        let size = self.batch_size.map(|size| ("batch_size".to_owned(), size));
        // With data SGD draws minibatches unless another noise is set; a batch size selects minibatches, too.
        let is_set = |wanted: &str| self.settings.iter().any(|(key, _)| key == wanted);
        let has_batches = run.setting("batch_size").is_some() && !is_set("noise_from");
        if has_batches && (size.is_some() || is_set("batch_size") || (examples > 0 && !is_set("noise"))) {
            run.take_noise_for(true);
        }
        for (key, value) in rate.into_iter().chain(size).chain(self.settings.iter().cloned()) {
            run.set(&key, value)?;
        }
        run.check().and_then(|optimizer| optimizer.suits(&run, examples))?;
        Ok(run)
    }
}

/// The end of a trajectory. It searches for the critical points around the end, because the end alone does not prove a
/// degenerate point or a curve, but not for those of the whole view. `usual` is the view of the landscape.
pub fn end_of(loss: &Loss, usual: &View, trajectory: &Trajectory) -> End {
    let points = match trajectory.stop {
        StopReason::Diverged | StopReason::Undefined => CriticalPoints::default(),
        StopReason::Converged | StopReason::StepLimit | StopReason::SingularHessian | StopReason::Stalled => {
            let mut search = Search::with_limit(loss, &view_around_end(usual, trajectory), BOXES_AROUND_END);
            while !search.refine(BOXES_AROUND_END) {}
            search.answer()
        }
    };
    ends(loss, trajectory, &points)
}

/// The view around a trajectory's end that has every point that counts as reached: those to which it came about ten
/// times nearer than it began. After a leap far out of the usual view it is no more than ten times as large as that, for a
/// periodic loss has a point in every period.
fn view_around_end(usual: &View, trajectory: &Trajectory) -> View {
    let end = trajectory.end().w;
    let way = trajectory.steps.first().map_or(0.0, |start| (start.w - end).amax());
    let [width, height] = [usual.width(), usual.height()].map(|side| (0.01 * side).max((0.15 * way).min(10.0 * side)));
    // A point so far away that the sizes are lost in rounding has no better view than the usual one.
    View::new(end.x - width, end.x + width, end.y - height, end.y + height).unwrap_or(*usual)
}
