//! The work that a frame does not wait for: the search for critical points, the fine heat map, and maps of basins.
//!
//! There is one thread and one slot: a new task replaces a waiting one and cancels the running one, so that the
//! latest always wins. What it finds carries the task's generation; the window drops what is older than its own.
//! [`Worker::in_line`] does the same work inside [`Worker::submit`], for tests and for the web, which has no threads.

use crate::basins::Basins;
use crate::critical::{CriticalPoint, CriticalPoints, Search};
use crate::field::Field;
use crate::landscape::Loss;
use crate::study::{BasinMap, Study, basins_begun, field_of};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

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

/// The first slice of a search, in its units. Slices then grow or shrink to a few milliseconds each: that long it takes
/// until an outdated task is dropped.
const FIRST_SLICE: usize = 64;
const SLICE_MS: [f64; 2] = [2.0, 6.0];
/// A short search is finished before the fine heat map is begun, a longer one is interrupted for it.
const SEARCH_FIRST: Duration = Duration::from_millis(60);
/// How often an unfinished search is reported.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// The hand rests when nothing new has come for this long; only then the fine heat map is begun.
const REST: Duration = Duration::from_millis(80);

#[derive(Default)]
struct Slot {
    task: Option<Task>,
    quit: bool,
}

struct Shared {
    slot: Mutex<Slot>,
    filled: Condvar,
    latest: AtomicU64,
    found: Mutex<Vec<Finding>>,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Shared {
    fn is_stale(&self, generation: u64) -> bool {
        self.latest.load(Ordering::Acquire) != generation
    }

    fn report(&self, finding: Finding) {
        lock(&self.found).push(finding);
        (self.wake)();
    }
}

/// The mutexes guard plain values that are whole between any two statements: a poisoned one is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where background work is done.
pub struct Worker {
    shared: Arc<Shared>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Worker {
    /// A worker with a thread of its own; `wake` is called whenever something was found.
    ///
    /// When the system refuses a thread the work is done in line: slower, but right.
    pub fn threaded(wake: impl Fn() + Send + Sync + 'static) -> Worker {
        let shared = shared(wake);
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("losscape-worker".to_owned()).spawn(move || work(&theirs)).ok();
        Worker { shared, thread }
    }

    /// A worker that does its work inside [`Worker::submit`].
    pub fn in_line() -> Worker {
        Worker { shared: shared(|| {}), thread: None }
    }

    /// Hands over a task. It replaces whatever was asked before.
    pub fn submit(&self, task: Task) {
        self.shared.latest.store(task.generation, Ordering::Release);
        if self.thread.is_some() {
            lock(&self.shared.slot).task = Some(task);
            self.shared.filled.notify_one();
        } else {
            carry_out(&task, &self.shared, &|| true);
        }
    }

    /// Does some other work on a thread of its own, or at once when the worker works in line; it is given a call that wakes the
    /// window.
    pub fn aside(&self, work: impl FnOnce(&dyn Fn()) + Send + 'static) {
        let shared = Arc::clone(&self.shared);
        if self.thread.is_none() {
            return work(&|| (shared.wake)());
        }
        let theirs = Arc::clone(&shared);
        let spawned =
            std::thread::Builder::new().name("losscape-aside".to_owned()).spawn(move || work(&|| (theirs.wake)()));
        // Without a thread the work is not done; what waits for it sees that nobody will answer.
        drop(spawned);
    }

    /// Stops what is running; what was found stays.
    pub fn cancel(&self) {
        self.shared.latest.store(u64::MAX, Ordering::Release);
        lock(&self.shared.slot).task = None;
    }

    /// What was found since the last call.
    pub fn collect(&self) -> Vec<Finding> {
        std::mem::take(&mut lock(&self.shared.found))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel();
        lock(&self.shared.slot).quit = true;
        self.shared.filled.notify_one();
        if let Some(thread) = self.thread.take() {
            // Whether the thread panicked is of no interest to a window that is closing.
            let _ = thread.join();
        }
    }
}

fn shared(wake: impl Fn() + Send + Sync + 'static) -> Arc<Shared> {
    Arc::new(Shared {
        slot: Mutex::default(),
        filled: Condvar::new(),
        latest: AtomicU64::new(0),
        found: Mutex::default(),
        wake: Box::new(wake),
    })
}

fn work(shared: &Shared) {
    loop {
        let task = {
            let mut slot = lock(&shared.slot);
            loop {
                if slot.quit {
                    return;
                }
                if let Some(task) = slot.task.take() {
                    break task;
                }
                slot = shared.filled.wait(slot).unwrap_or_else(PoisonError::into_inner);
            }
        };
        // True when nobody asked for something else while we waited.
        let rest = || {
            let slot = lock(&shared.slot);
            let (slot, _) = shared
                .filled
                .wait_timeout_while(slot, REST, |slot| slot.task.is_none() && !slot.quit)
                .unwrap_or_else(PoisonError::into_inner);
            slot.task.is_none() && !slot.quit
        };
        carry_out(&task, shared, &rest);
    }
}

fn carry_out(task: &Task, shared: &Shared, rest: &dyn Fn() -> bool) {
    let generation = task.generation;
    let mut mapping = Mapping::new(task, shared);
    // Where critical points are known, those of a moment ago: the coarse image does not wait for a search.
    if !task.points.points.is_empty() || !task.search {
        mapping.begin(&task.points);
    }
    let mut search = task.search.then(|| Search::new(&task.loss, &task.study.view));
    let mut finished = true;
    if let Some(search) = &mut search {
        finished = refine(search, generation, shared, Some(SEARCH_FIRST));
        mapping.begin(&search.answer());
    }
    if let Some([columns, rows]) = task.field
        && !shared.is_stale(generation)
        && rest()
        && !shared.is_stale(generation)
    {
        let field = Box::new(field_of(&task.study, &task.loss, columns, rows));
        shared.report(Finding::Field { generation, field });
    }
    mapping.finish();
    if let Some(search) = search.as_mut().filter(|_| !finished)
        && refine(search, generation, shared, None)
    {
        // What the search has found since may be what starts end at.
        mapping.begin(&search.answer());
        mapping.finish();
    }
}

/// The work on a map of basins.
struct Mapping<'a> {
    task: &'a Task,
    shared: &'a Shared,
    /// The map so far, and the critical points that it knows.
    map: Option<(Basins, CriticalPoints)>,
    /// The share of the starts of what was reported last: a finer image does not give way to a coarser one.
    reported: f64,
}

impl<'a> Mapping<'a> {
    fn new(task: &'a Task, shared: &'a Shared) -> Mapping<'a> {
        Mapping { task, shared, map: None, reported: 0.0 }
    }

    /// Computes and reports the coarsest image, unless there is one that knows the same critical points.
    fn begin(&mut self, points: &CriticalPoints) {
        let (task, shared) = (self.task, self.shared);
        let Some(longer) = task.basins else { return };
        let is_same = self.map.as_ref().is_some_and(|(_, known)| are_alike(known, points));
        if is_same || shared.is_stale(task.generation) {
            return;
        }
        match basins_begun(&task.study, &task.loss, points, longer) {
            Some(Ok(map)) => {
                self.map = Some((map, points.clone()));
                while !self.is_coarse_image_there() {
                    if !self.refine() {
                        return;
                    }
                }
                self.report();
            }
            Some(Err(reason)) => {
                shared.report(Finding::Basins { generation: task.generation, basins: Err(reason) });
            }
            None => {}
        }
    }

    fn is_coarse_image_there(&self) -> bool {
        self.map.as_ref().is_some_and(|(map, _)| map.coarse_cells().next().is_some())
    }

    /// Computes the rest, reporting now and then.
    fn finish(&mut self) {
        let mut reported = Instant::now();
        while self.progress() < 1.0 && self.refine() {
            if self.progress() == 1.0 || reported.elapsed() > REPORT_EVERY {
                self.report();
                reported = Instant::now();
            }
        }
    }

    /// The share of the starts that is known; 1 where no map is wanted.
    fn progress(&self) -> f64 {
        self.map.as_ref().map_or(1.0, |(map, _)| map.progress())
    }

    /// Works on a little; false when the task is outdated.
    fn refine(&mut self) -> bool {
        let (generation, shared) = (self.task.generation, self.shared);
        let Some((map, _)) = &mut self.map else { return false };
        beside_the_window(|| map.refine_unless(1, &|| shared.is_stale(generation)));
        !shared.is_stale(generation)
    }

    fn report(&mut self) {
        let progress = self.progress();
        if let Some((map, _)) = self.map.as_ref().filter(|_| progress == 1.0 || progress > self.reported) {
            let (generation, basins) = (self.task.generation, Ok(BasinMap::new(map.clone())));
            self.shared.report(Finding::Basins { generation, basins });
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

/// Refines until the search is finished (true), the task is outdated, or the time is over (false).
fn refine(search: &mut Search, generation: u64, shared: &Shared, time: Option<Duration>) -> bool {
    let begun = Instant::now();
    let mut reported = begun;
    let mut slice = FIRST_SLICE;
    let mut previewed = search.is_previewed();
    let mut shown = search.has_proved();
    loop {
        if shared.is_stale(generation) || time.is_some_and(|time| begun.elapsed() > time) {
            return false;
        }
        let slice_begun = Instant::now();
        let finished = search.refine_unless(slice, &|| shared.is_stale(generation));
        let took_ms = slice_begun.elapsed().as_secs_f64() * 1e3;
        if took_ms < SLICE_MS[0] {
            slice = slice.saturating_mul(2);
        } else if took_ms > SLICE_MS[1] {
            slice = (slice / 2).max(1);
        }
        // The certified preview is shown at once: most points are in it, and the proof may take its time. Over many examples it
        // takes long, too, and the first point does not wait for the others.
        let preview = !previewed && search.is_previewed();
        previewed |= preview;
        let first = !shown && search.has_proved();
        shown |= first;
        if finished || preview || first || reported.elapsed() > REPORT_EVERY {
            reported = Instant::now();
            let (points, progress) = (search.answer(), search.progress());
            shared.report(Finding::Points { generation, points, progress, finished });
        }
        if finished {
            return true;
        }
    }
}
