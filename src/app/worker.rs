//! The work that a frame does not wait for: the search for critical points, the fine heat map, and maps of basins.
//!
//! There is one slot: a new task replaces a waiting one and cancels the running one, so that the latest always wins. What it
//! finds carries the task's generation; the window drops what is older than its own. A task is a state machine
//! ([`super::task`]), driven by a thread, or at once in tests; where there are no threads, by whoever shares the window's thread
//! with it, or else by frames with a time budget.

use super::clock::Clock;
pub use super::task::{Finding, Task, beside_the_window};
use super::task::{Next, Taker, TaskWork};
use crate::pause::pause;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

#[derive(Default)]
struct Slot {
    task: Option<Task>,
    quit: bool,
}

/// What a worker and its driver share.
struct Shared {
    slot: Mutex<Slot>,
    filled: Condvar,
    latest: AtomicU64,
    found: Mutex<Vec<Finding>>,
    wake: Box<dyn Fn() + Send + Sync>,
    clock: Clock,
}

impl Taker for Shared {
    fn is_stale(&self, generation: u64) -> bool {
        pause();
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

/// Other work than a task, in slices.
pub trait Slices: Send {
    /// Works on a little; false when nothing is left to do. `wake` wakes the window.
    fn work(&mut self, wake: &dyn Fn()) -> bool;
}

/// Who calls for the next slice.
enum Driver {
    /// A thread of its own.
    Thread(Option<std::thread::JoinHandle<()>>),
    /// Whoever hands over the work, until it is done.
    Caller,
    /// Each frame, within its budget.
    Frames(Queue),
    /// Whoever works between the frames, and is called when there is something to do.
    Between(Queue, Box<dyn Fn()>),
}

/// What is to be worked on where there are no threads. Clones are the same queue.
#[derive(Clone)]
pub struct Queue {
    shared: Arc<Shared>,
    waiting: Rc<RefCell<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    /// The task, and when its next step may be.
    task: Option<(Box<TaskWork>, Duration)>,
    aside: VecDeque<Box<dyn Slices>>,
}

/// What is worked on next.
enum Turn {
    Task(Box<TaskWork>),
    Aside(Box<dyn Slices>),
}

impl Queue {
    fn new(shared: &Arc<Shared>) -> Queue {
        Queue { shared: Arc::clone(shared), waiting: Rc::default() }
    }

    fn put(&self, task: Task) {
        let clock = &self.shared.clock;
        self.waiting.borrow_mut().task = Some((Box::new(TaskWork::new(task, clock.clone())), clock.now()));
    }

    /// The task first: ensembles and the like await what it finds anyway.
    fn next(&self) -> Option<Turn> {
        let now = self.shared.clock.now();
        let mut waiting = self.waiting.borrow_mut();
        let task = waiting.task.take_if(|(_, due)| *due <= now);
        task.map(|(task, _)| Turn::Task(task)).or_else(|| waiting.aside.pop_front().map(Turn::Aside))
    }

    /// Works on what was taken out, which others may not touch meanwhile; they may queue something else.
    fn take(&self, turn: Turn) {
        match turn {
            Turn::Task(mut task) => {
                let wait = match task.step(&*self.shared) {
                    Next::Nothing => return,
                    Next::Step => Duration::ZERO,
                    Next::After(wait) => wait,
                };
                let due = self.shared.clock.now() + wait;
                // A newer task has taken its place.
                self.waiting.borrow_mut().task.get_or_insert((task, due));
            }
            Turn::Aside(mut work) => {
                if work.work(&|| (self.shared.wake)()) {
                    self.waiting.borrow_mut().aside.push_back(work);
                }
            }
        }
    }

    /// Works for about so long; in how long there is more to do, if there is.
    pub fn work_for(&self, budget: Duration) -> Option<Duration> {
        let clock = &self.shared.clock;
        let begun = clock.now();
        while clock.since(begun) < budget {
            match self.next() {
                Some(turn) => self.take(turn),
                None => break,
            }
        }
        let waiting = self.waiting.borrow();
        if !waiting.aside.is_empty() {
            return Some(Duration::ZERO);
        }
        waiting.task.as_ref().map(|(_, due)| due.saturating_sub(clock.now()))
    }
}

/// Where background work is done.
pub struct Worker {
    shared: Arc<Shared>,
    driver: Driver,
}

impl Worker {
    /// A worker with a thread of its own; `wake` is called whenever something was found.
    ///
    /// When the system refuses a thread, the work is done in frames.
    pub fn threaded(wake: impl Fn() + Send + Sync + 'static) -> Worker {
        let shared = shared(Clock::system(), wake);
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("losscape-worker".to_owned()).spawn(move || work(&theirs));
        let driver = match thread {
            Ok(thread) => Driver::Thread(Some(thread)),
            Err(_) => Driver::Frames(Queue::new(&shared)),
        };
        Worker { shared, driver }
    }

    /// A worker that does its work inside [`Worker::submit`]. Its clock stands still, so that it does the same each time.
    pub fn in_line() -> Worker {
        Worker { shared: shared(Clock::stopped(), || {}), driver: Driver::Caller }
    }

    /// A worker that works when [`Worker::work_for`] is called, which a window does in each frame.
    pub fn in_frames(clock: Clock) -> Worker {
        let shared = shared(clock, || {});
        let driver = Driver::Frames(Queue::new(&shared));
        Worker { shared, driver }
    }

    /// A worker for whom somebody works through the queue between the frames. That one is called by `call` when there is something
    /// to do; `wake` is called whenever something was found.
    pub fn between_frames(
        clock: Clock,
        call: impl Fn() + 'static,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> (Worker, Queue) {
        let shared = shared(clock, wake);
        let queue = Queue::new(&shared);
        (Worker { shared, driver: Driver::Between(queue.clone(), Box::new(call)) }, queue)
    }

    /// Hands over a task. It replaces whatever was asked before.
    pub fn submit(&self, task: Task) {
        self.shared.latest.store(task.generation, Ordering::Release);
        match &self.driver {
            Driver::Thread(_) => {
                lock(&self.shared.slot).task = Some(task);
                self.shared.filled.notify_one();
            }
            Driver::Caller => {
                let mut work = TaskWork::new(task, self.shared.clock.clone());
                while work.step(&*self.shared) != Next::Nothing {}
            }
            Driver::Frames(queue) => queue.put(task),
            Driver::Between(queue, call) => {
                queue.put(task);
                call();
            }
        }
    }

    /// Does some other work: on a thread of its own, at once, or in frames.
    pub fn aside(&self, mut work: impl Slices + 'static) {
        let shared = Arc::clone(&self.shared);
        match &self.driver {
            Driver::Thread(_) => {
                let thread = std::thread::Builder::new().name("losscape-aside".to_owned());
                // Without a thread the work is not done; what waits for it sees that nobody will answer.
                drop(thread.spawn(move || while work.work(&|| (shared.wake)()) {}));
            }
            Driver::Caller => while work.work(&|| (shared.wake)()) {},
            Driver::Frames(queue) => queue.waiting.borrow_mut().aside.push_back(Box::new(work)),
            Driver::Between(queue, call) => {
                queue.waiting.borrow_mut().aside.push_back(Box::new(work));
                call();
            }
        }
    }

    /// The clock that background work goes by.
    pub fn clock(&self) -> Clock {
        self.shared.clock.clone()
    }

    /// Works for about so long, where nobody else does; in how long there is more to do, if there is.
    pub fn work_for(&self, budget: Duration) -> Option<Duration> {
        match &self.driver {
            Driver::Frames(queue) => queue.work_for(budget),
            Driver::Thread(_) | Driver::Caller | Driver::Between(..) => None,
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
        if let Driver::Thread(thread) = &mut self.driver
            && let Some(thread) = thread.take()
        {
            // Whether the thread panicked is of no interest to a window that is closing.
            let _ = thread.join();
        }
    }
}

fn shared(clock: Clock, wake: impl Fn() + Send + Sync + 'static) -> Arc<Shared> {
    Arc::new(Shared {
        slot: Mutex::default(),
        filled: Condvar::new(),
        latest: AtomicU64::new(0),
        found: Mutex::default(),
        wake: Box::new(wake),
        clock,
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
        let mut work = TaskWork::new(task, shared.clock.clone());
        loop {
            match work.step(shared) {
                Next::Step => {}
                Next::After(wait) if rests(shared, wait) => {}
                Next::After(_) | Next::Nothing => break,
            }
        }
    }
}

/// Waits; true when nobody has asked for something else meanwhile.
fn rests(shared: &Shared, wait: Duration) -> bool {
    let slot = lock(&shared.slot);
    let (slot, _) = shared
        .filled
        .wait_timeout_while(slot, wait, |slot| slot.task.is_none() && !slot.quit)
        .unwrap_or_else(PoisonError::into_inner);
    slot.task.is_none() && !slot.quit
}
