//! A task as it is worked on: a state machine whose every step takes a few milliseconds, so that a thread, a frame or a test can
//! drive it.

use super::clock::Clock;
use crate::basins::Basins;
use crate::critical::{CriticalPoint, CriticalPoints, Search};
use crate::field::Field;
use crate::landscape::Loss;
use crate::study::{BasinMap, ShownPoint, Study, basins_begun, field_of};
use std::sync::OnceLock;
use std::time::Duration;

/// What is to be computed.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its number; greater is later.
    pub generation: u64,
    /// The study: its view and picture options count.
    pub study: Study,
    /// Its loss.
    pub loss: Loss,
    /// The fine heat map's columns and rows, if one is wanted.
    pub field: Option<[usize; 2]>,
    /// Whether critical points are wanted.
    pub search: bool,
    /// Whether the map of basins that the study asks for is wanted, with so many starts along the longer side.
    pub basins: Option<usize>,
    /// The critical points that are known already.
    pub points: CriticalPoints,
}

/// What was computed.
#[derive(Clone, Debug)]
pub enum Finding {
    /// Critical points, so far or for good.
    Points {
        /// The task's number.
        generation: u64,
        /// The points.
        points: CriticalPoints,
        /// The share of the search that is done, 0 to 1.
        progress: f64,
        /// Whether the search has ended.
        finished: bool,
    },
    /// The fine heat map with its contours.
    Field {
        /// The task's number.
        generation: u64,
        /// The field.
        field: Box<Field>,
    },
    /// The map of basins, as far as it is computed.
    Basins {
        /// The task's number.
        generation: u64,
        /// The map, or why there is none.
        basins: Result<BasinMap, String>,
    },
}

impl Finding {
    /// The number of the task that it answers.
    pub fn generation(&self) -> u64 {
        match self {
            Finding::Points { generation, .. }
            | Finding::Field { generation, .. }
            | Finding::Basins { generation, .. } => *generation,
        }
    }
}

/// Who takes what a task finds.
pub trait Taker: Sync {
    /// Whether something else is wanted by now than the task with this number.
    fn is_stale(&self, generation: u64) -> bool;
    /// Takes what was found.
    fn report(&self, finding: Finding);
}

/// The first slice of a search, in its units. Slices then grow or shrink to a few milliseconds each: that long it takes
/// until an outdated task is dropped.
const FIRST_SLICE: usize = 64;
const SLICE: [Duration; 2] = [Duration::from_millis(2), Duration::from_millis(6)];
/// A short search is finished before the fine heat map is begun, a longer one is interrupted for it.
const SEARCH_FIRST: Duration = Duration::from_millis(60);
/// How often unfinished work is reported.
pub const REPORT_EVERY: Duration = Duration::from_millis(100);
/// The hand rests when nothing new has come for this long; only then the fine heat map is begun.
const REST: Duration = Duration::from_millis(80);

/// What a driver is to do after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another step.
    Step,
    /// Another step after this time, unless there is a newer task by then.
    After(Duration),
    /// Nothing: the task is done or outdated.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The coarsest map of basins, where critical points are known from a moment ago.
    KnownMap,
    /// The search, for a short while.
    ShortSearch,
    /// The coarsest map of basins, with the critical points that the search has found.
    FoundMap,
    /// Nothing, until the hand rests.
    Rest,
    /// The fine heat map.
    Field,
    /// The rest of the map of basins.
    Map,
    /// The rest of the search.
    Search,
    /// The map of basins again, where the search has found more.
    LastMap,
    /// The rest of that map.
    RestOfLastMap,
    Done,
}

/// A task in progress.
pub struct TaskWork {
    task: Task,
    clock: Clock,
    stage: Stage,
    search: Option<Search>,
    /// How long the short search has taken, and how many units its next slice has.
    searched: Duration,
    slice: usize,
    /// What the search has found so far, as the map of basins knows it.
    found: Option<CriticalPoints>,
    is_previewed: bool,
    /// Whether a proved point has been reported.
    has_shown: bool,
    is_searched: bool,
    reported: Duration,
    mapping: Mapping,
}

impl TaskWork {
    /// A task that has not begun.
    pub fn new(task: Task, clock: Clock) -> TaskWork {
        TaskWork {
            stage: Stage::KnownMap,
            search: None,
            searched: Duration::ZERO,
            slice: FIRST_SLICE,
            found: None,
            is_previewed: false,
            has_shown: false,
            is_searched: !task.search,
            reported: clock.now(),
            mapping: Mapping::new(),
            task,
            clock,
        }
    }

    /// Works for a few milliseconds.
    pub fn step(&mut self, taker: &dyn Taker) -> Next {
        if taker.is_stale(self.task.generation) {
            return Next::Nothing;
        }
        let mut wait = None;
        self.stage = match self.stage {
            // Where critical points are known, the coarse image does not wait for a search.
            Stage::KnownMap if self.task.points.points.is_empty() && self.task.search => Stage::ShortSearch,
            Stage::KnownMap => self.begin_map(taker, Stage::KnownMap, Stage::ShortSearch),
            Stage::ShortSearch if self.is_searched || self.searched > SEARCH_FIRST => Stage::FoundMap,
            Stage::ShortSearch => self.search(taker, Stage::ShortSearch),
            Stage::FoundMap if self.search.is_none() => Stage::Rest,
            Stage::FoundMap => self.begin_map(taker, Stage::FoundMap, Stage::Rest),
            Stage::Rest if self.task.field.is_none() => Stage::Map,
            Stage::Rest => {
                wait = Some(REST);
                Stage::Field
            }
            Stage::Field => {
                self.field(taker);
                Stage::Map
            }
            Stage::Map => self.finish_map(taker, Stage::Map, Stage::Search),
            Stage::Search if self.is_searched => Stage::Done,
            // What the search has found since may be what starts end at.
            Stage::Search => match self.search(taker, Stage::Search) {
                _ if self.is_searched => Stage::LastMap,
                stage => stage,
            },
            Stage::LastMap => self.begin_map(taker, Stage::LastMap, Stage::RestOfLastMap),
            Stage::RestOfLastMap => self.finish_map(taker, Stage::RestOfLastMap, Stage::Done),
            Stage::Done => Stage::Done,
        };
        match (self.stage, wait) {
            (Stage::Done, _) => Next::Nothing,
            (_, Some(wait)) => Next::After(wait),
            (_, None) => Next::Step,
        }
    }

    fn field(&self, taker: &dyn Taker) {
        if let Some([columns, rows]) = self.task.field {
            let field = Box::new(field_of(&self.task.study, &self.task.loss, columns, rows));
            taker.report(Finding::Field { generation: self.task.generation, field });
        }
    }

    /// A slice of the search; reports now and then.
    fn search(&mut self, taker: &dyn Taker, stage: Stage) -> Stage {
        let generation = self.task.generation;
        let search = self.search.get_or_insert_with(|| {
            let search = Search::new(&self.task.loss, &self.task.study.view);
            self.is_previewed = search.is_previewed();
            search
        });
        self.found = None;
        let begun = self.clock.now();
        let finished = search.refine_unless(self.slice, &|| taker.is_stale(generation));
        let took = self.clock.since(begun);
        self.searched += took;
        let [short, long] = SLICE;
        if took < short {
            self.slice = self.slice.saturating_mul(2);
        } else if took > long {
            self.slice = (self.slice / 2).max(1);
        }
        if taker.is_stale(generation) {
            return Stage::Done;
        }
        // The certified preview is shown at once: most points are in it, and the proof may take its time. Over many examples it
        // takes long, too, and the first point does not wait for the others.
        let preview = !self.is_previewed && search.is_previewed();
        self.is_previewed |= preview;
        let first = !self.has_shown && search.has_proved();
        self.has_shown |= first;
        if finished || preview || first || self.clock.since(self.reported) > REPORT_EVERY {
            self.reported = self.clock.now();
            let (points, progress) = (search.answer(), search.progress());
            enclose_values(&self.task, &points.points, taker);
            taker.report(Finding::Points { generation, points, progress, finished });
        }
        self.is_searched = finished;
        stage
    }

    /// Works on the coarsest image with the critical points that are known; then goes on to `next`.
    fn begin_map(&mut self, taker: &dyn Taker, stage: Stage, next: Stage) -> Stage {
        if self.found.is_none() && self.task.basins.is_some() {
            self.found = self.search.as_ref().map(Search::answer);
        }
        let points = self.found.as_ref().unwrap_or(&self.task.points);
        if self.mapping.begin(&self.task, points, taker) { next } else { stage }
    }

    /// Works on the rest of the map, reporting now and then; then goes on to `next`.
    fn finish_map(&mut self, taker: &dyn Taker, stage: Stage, next: Stage) -> Stage {
        if self.mapping.progress() == 1.0 {
            return next;
        }
        self.mapping.refine(&self.task, taker);
        if self.mapping.progress() == 1.0 || self.clock.since(self.reported) > REPORT_EVERY {
            self.mapping.report(&self.task, taker);
            self.reported = self.clock.now();
        }
        stage
    }
}

/// Encloses the values at the first critical points with many digits, as they will be shown. The loss keeps what was computed, so
/// that the frame that shows them does not compute it.
fn enclose_values(task: &Task, points: &[CriticalPoint], taker: &dyn Taker) {
    let size = ShownPoint::size(points);
    for point in points.iter().take(ShownPoint::AT_ONCE) {
        if taker.is_stale(task.generation) {
            return;
        }
        ShownPoint::of(&task.loss, &task.study.view, point, size);
    }
}

/// The work on a map of basins.
struct Mapping {
    /// The map so far, and the critical points that it knows.
    map: Option<(Basins, CriticalPoints)>,
    /// Whether its coarsest image was reported.
    is_begun: bool,
    /// The share of the starts of what was reported last: a finer image does not give way to a coarser one.
    reported: f64,
}

impl Mapping {
    fn new() -> Mapping {
        Mapping { map: None, is_begun: false, reported: 0.0 }
    }

    /// Works on the coarsest image, unless there is one that knows the same critical points; true when it was reported, or there is
    /// none to be had.
    fn begin(&mut self, task: &Task, points: &CriticalPoints, taker: &dyn Taker) -> bool {
        let Some(longer) = task.basins else { return true };
        let is_same = self.map.as_ref().is_some_and(|(_, known)| are_alike(known, points));
        if !is_same {
            match basins_begun(&task.study, &task.loss, points, longer) {
                Some(Ok(map)) => (self.map, self.is_begun) = (Some((map, points.clone())), false),
                Some(Err(reason)) => {
                    taker.report(Finding::Basins { generation: task.generation, basins: Err(reason) });
                    return true;
                }
                None => return true,
            }
        }
        if self.is_begun {
            return true;
        }
        if self.map.as_ref().is_none_or(|(map, _)| map.coarse_cells().next().is_none()) {
            self.refine(task, taker);
            return false;
        }
        self.is_begun = true;
        self.report(task, taker);
        true
    }

    /// The share of the starts that is known; 1 where no map is wanted.
    fn progress(&self) -> f64 {
        self.map.as_ref().map_or(1.0, |(map, _)| map.progress())
    }

    fn refine(&mut self, task: &Task, taker: &dyn Taker) {
        if let Some((map, _)) = &mut self.map {
            beside_the_window(|| map.refine_unless(1, &|| taker.is_stale(task.generation)));
        }
    }

    fn report(&mut self, task: &Task, taker: &dyn Taker) {
        let progress = self.progress();
        if let Some((map, _)) = self.map.as_ref().filter(|_| progress == 1.0 || progress > self.reported) {
            let (generation, basins) = (task.generation, Ok(BasinMap::new(map.clone())));
            taker.report(Finding::Basins { generation, basins });
            self.reported = progress;
        }
    }
}

/// Does the work on all cores but one, which is the window's.
pub fn beside_the_window<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static THREADS: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    let threads = THREADS.get_or_init(|| {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        let builder = rayon::ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1));
        // Where the system refuses threads those that are there do it.
        builder.thread_name(|_| "losscape-beside".to_owned()).build().ok()
    });
    match threads {
        Some(threads) => threads.install(work),
        None => work(),
    }
}

/// Whether two lists have the same critical points, up to the last digits.
fn are_alike(some: &CriticalPoints, others: &CriticalPoints) -> bool {
    let alike =
        |(a, b): (&CriticalPoint, &CriticalPoint)| a.kind == b.kind && (a.w - b.w).amax() <= 1e-6 * a.w.amax().max(1.0);
    some.points.len() == others.points.len()
        && some.curves.len() == others.curves.len()
        && some.points.iter().zip(&others.points).all(alike)
}
