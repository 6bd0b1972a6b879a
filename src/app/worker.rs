//! The work that a frame does not wait for: the search for critical points, and the fine heat map.
//!
//! There is one thread and one slot: a new task replaces a waiting one and cancels the running one, so that the
//! latest always wins. What it finds carries the task's generation; the window drops what is older than its own.
//! [`Worker::in_line`] does the same work inside [`Worker::submit`], for tests and for the web, which has no threads.

use crate::critical::{CriticalPoints, Search};
use crate::field::Field;
use crate::landscape::Loss;
use crate::study::{Study, field_of};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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
}

impl Finding {
    /// The number of the task that it answers.
    pub fn generation(&self) -> u64 {
        match self {
            Finding::Points { generation, .. } | Finding::Field { generation, .. } => *generation,
        }
    }
}

/// The first slice of a search, in its units. Slices then grow or shrink to a few milliseconds each: that long it takes
/// until a task that nobody wants any more is dropped.
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
    let mut search = task.search.then(|| Search::new(&task.loss, &task.study.view));
    if let Some(unfinished) = &mut search
        && refine(unfinished, generation, shared, Some(SEARCH_FIRST))
    {
        search = None;
    }
    if let Some([columns, rows]) = task.field
        && !shared.is_stale(generation)
        && rest()
        && !shared.is_stale(generation)
    {
        let field = Box::new(field_of(&task.study, &task.loss, columns, rows));
        shared.report(Finding::Field { generation, field });
    }
    if let Some(search) = &mut search {
        refine(search, generation, shared, None);
    }
}

/// Refines until the search is finished (true), nobody wants it any more or the time is over (false).
fn refine(search: &mut Search, generation: u64, shared: &Shared, time: Option<Duration>) -> bool {
    let begun = Instant::now();
    let mut reported = begun;
    let mut slice = FIRST_SLICE;
    let mut previewed = search.is_previewed();
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
        // The certified preview is shown at once: most points are in it, and the proof may take its time.
        let preview = !previewed && search.is_previewed();
        previewed |= preview;
        if finished || preview || reported.elapsed() > REPORT_EVERY {
            reported = Instant::now();
            let (points, progress) = (search.answer(), search.progress());
            shared.report(Finding::Points { generation, points, progress, finished });
        }
        if finished {
            return true;
        }
    }
}
