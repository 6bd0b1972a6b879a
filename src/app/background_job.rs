//! Work that takes long and gives an answer piece by piece: ensembles and experiments. Each is worked on beside the
//! window, in slices; what is asked anew cancels what was asked before.

use super::clock::Clock;
use super::task::REPORT_EVERY;
use super::worker::{Slices, Worker, beside_the_window};
use crate::critical::CriticalPoints;
use crate::ensemble::{Ensemble, Experiment};
use crate::landscape::{Loss, View};
use crate::pause::pause;
use crate::saddles::{SaddleGraph, saddle_graph_of};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

/// What can be done piece by piece.
pub trait Incremental: Clone + Send + Sync + 'static {
    /// Works on a little; true when nothing is left to do. `cancel` tells that the answer is no longer wanted.
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool;
    /// The share that is done, 0 to 1.
    fn progress(&self) -> f64;
    /// Whether what is there is worth showing at once.
    fn is_news(&self) -> bool {
        false
    }
}

/// So many runs are added before the progress is looked at.
const RUNS: usize = 64;

impl Incremental for Ensemble {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        self.refine_unless(RUNS, cancel)
    }

    fn progress(&self) -> f64 {
        self.progress()
    }
}

impl Incremental for Experiment {
    fn work(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        self.refine_unless(RUNS, cancel)
    }

    fn progress(&self) -> f64 {
        self.progress()
    }
}

/// The curves from the saddles, which are computed in one piece.
#[derive(Clone)]
pub struct SaddlesJob {
    loss: Loss,
    view: View,
    points: CriticalPoints,
    /// What was found, once it is there.
    pub graph: Option<Arc<SaddleGraph>>,
}

impl SaddlesJob {
    /// The work for a view whose critical points are known.
    pub fn new(loss: &Loss, view: &View, points: &CriticalPoints) -> SaddlesJob {
        SaddlesJob { loss: loss.clone(), view: *view, points: points.clone(), graph: None }
    }
}

impl Incremental for SaddlesJob {
    fn work(&mut self, _cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        self.graph = Some(Arc::new(saddle_graph_of(&self.loss, &self.view, &self.points)));
        true
    }

    fn progress(&self) -> f64 {
        if self.graph.is_some() { 1.0 } else { 0.0 }
    }
}

/// The work on an answer.
struct Gathering<Answer> {
    answer: Answer,
    cancel: Arc<AtomicBool>,
    sender: Sender<(Answer, bool)>,
    clock: Clock,
    reported: Duration,
}

impl<Answer: Incremental> Slices for Gathering<Answer> {
    fn work(&mut self, wake: &dyn Fn()) -> bool {
        let cancel = &self.cancel;
        let is_cancelled = || {
            pause();
            cancel.load(Ordering::Relaxed)
        };
        if is_cancelled() {
            return false;
        }
        let answer = &mut self.answer;
        let finished = beside_the_window(|| answer.work(&is_cancelled));
        if is_cancelled() {
            return false;
        }
        if finished || answer.is_news() || self.clock.since(self.reported) > REPORT_EVERY {
            self.reported = self.clock.now();
            // A window that has closed wants nothing any more.
            if self.sender.send((self.answer.clone(), finished)).is_err() {
                return false;
            }
            wake();
        }
        !finished
    }
}

/// An answer that is being gathered.
pub struct BackgroundJob<Key, Answer> {
    key: Option<Key>,
    cancel: Arc<AtomicBool>,
    found: Option<Receiver<(Answer, bool)>>,
    since: f64,
    /// What is there so far; while something else is being gathered, the last answer.
    pub answer: Option<Arc<Answer>>,
    /// Why there is none.
    pub refusal: Option<String>,
    /// Whether it was stopped before it was whole.
    pub is_stopped: bool,
}

impl<Key, Answer> Default for BackgroundJob<Key, Answer> {
    fn default() -> Self {
        BackgroundJob {
            key: None,
            cancel: Arc::default(),
            found: None,
            since: 0.0,
            answer: None,
            refusal: None,
            is_stopped: false,
        }
    }
}

impl<Key: PartialEq, Answer: Incremental> BackgroundJob<Key, Answer> {
    /// Gathers the answer to `key`, unless it is gathered already; `None` forgets all.
    pub fn ask(
        &mut self,
        key: Option<Key>,
        begin: impl FnOnce(&Key) -> Result<Answer, String>,
        worker: &Worker,
        now: f64,
    ) {
        if self.key == key {
            return;
        }
        self.stop();
        self.is_stopped = false;
        self.refusal = None;
        match key.as_ref().map(begin) {
            None => self.answer = None,
            Some(Err(reason)) => (self.answer, self.refusal) = (None, Some(reason)),
            Some(Ok(answer)) => {
                self.since = now;
                self.cancel = Arc::default();
                let (sender, receiver) = channel();
                self.found = Some(receiver);
                let clock = worker.clock();
                let (cancel, reported) = (Arc::clone(&self.cancel), clock.now());
                worker.aside(Gathering { answer, cancel, sender, clock, reported });
            }
        }
        self.key = key;
    }

    /// Takes what has been found; whether there was something.
    pub fn collect(&mut self) -> bool {
        let Some(receiver) = &self.found else { return false };
        let mut latest = None;
        let is_over = loop {
            match receiver.try_recv() {
                Ok(found) => latest = Some(found),
                Err(TryRecvError::Empty) => break false,
                Err(TryRecvError::Disconnected) => break true,
            }
        };
        let is_whole = latest.as_ref().is_some_and(|(_, finished)| *finished);
        if is_over && !is_whole {
            self.refusal = Some("the work has ended without an answer".to_owned());
        }
        if is_over || is_whole {
            self.found = None;
        }
        let is_new = latest.is_some() || is_over;
        if let Some((answer, _)) = latest {
            self.answer = Some(Arc::new(answer));
        }
        is_new
    }

    /// What is known of the answer so far, or why there is none.
    pub fn known(&self) -> Option<Result<Arc<Answer>, String>> {
        let answer = self.answer.clone().map(Ok);
        self.refusal.clone().map(Err).or(answer)
    }

    /// What was asked last.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Stops the work and forgets its answer.
    pub fn forget(&mut self) {
        self.stop();
        (self.key, self.answer, self.refusal, self.is_stopped) = (None, None, None, false);
    }

    /// Stops the work; what is there stays.
    pub fn stop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        self.is_stopped |= self.found.take().is_some();
    }

    /// How far the work is, when it goes on and has taken longer than people do not notice.
    pub fn progress(&self, now: f64) -> Option<f64> {
        const PATIENCE_SECONDS: f64 = 0.1;
        let is_slow = self.found.is_some() && now - self.since > PATIENCE_SECONDS;
        is_slow.then(|| self.answer.as_ref().map_or(0.0, |answer| answer.progress()))
    }

    /// Whether the work goes on.
    pub fn is_working(&self) -> bool {
        self.found.is_some()
    }
}
