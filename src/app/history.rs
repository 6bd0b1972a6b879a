//! Undo and redo: whole studies, for a study is small and its equality is cheap.
//!
//! What a hand does in one go is one step: all moves of a drag, a burst of arrow keys, the letters of a word.

use crate::study::Study;

/// What a person is changing; successive changes of one thing are one step of undo.
#[derive(Clone, Debug, PartialEq)]
pub enum Gesture {
    /// The start point moves.
    Start,
    /// The view is moved or zoomed.
    View,
    /// The formula is typed.
    Formula,
    /// A number of a network changes.
    Network,
    /// An example is moved or typed.
    Example(usize),
    /// A parameter's slider moves.
    Parameter(String),
    /// A run's setting changes.
    Setting(usize, String),
    /// What is asked of the ensemble changes.
    Ensemble,
    /// A part of the picture's options changes.
    Picture(&'static str),
}

/// Without a pointer held down, changes further apart than this many seconds are separate steps.
const PAUSE_SECONDS: f64 = 1.0;

/// As many steps as can be undone.
const DEPTH: usize = 300;

/// The studies before and after the present one.
#[derive(Clone, Debug, Default)]
pub struct History {
    undo: Vec<Study>,
    redo: Vec<Study>,
    open: Option<(Gesture, f64)>,
    held: bool,
}

impl History {
    /// Notes the study as it was before a change at time `now` (seconds), unless the change continues a gesture.
    pub fn record(&mut self, before: &Study, gesture: Option<Gesture>, now: f64) {
        self.redo.clear();
        if let (Some((open, last)), Some(gesture)) = (&mut self.open, &gesture)
            && open == gesture
            && (self.held || now - *last <= PAUSE_SECONDS)
        {
            *last = now;
            return;
        }
        if self.undo.len() == DEPTH {
            self.undo.remove(0);
        }
        self.undo.push(before.clone());
        self.open = gesture.map(|gesture| (gesture, now));
    }

    /// Tells whether a pointer's button is down: as long as it is, a gesture goes on, and letting go ends it.
    pub fn hold(&mut self, held: bool) {
        if self.held && !held {
            self.open = None;
        }
        self.held = held;
    }

    /// Ends the present gesture: the next change is a step of its own.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = History { held: self.held, ..History::default() };
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a step to take again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// The study before `present`, which is kept for redo.
    pub fn undo(&mut self, present: &Study) -> Option<Study> {
        self.open = None;
        let study = self.undo.pop()?;
        self.redo.push(present.clone());
        Some(study)
    }

    /// The study after `present`, which is kept for undo.
    pub fn redo(&mut self, present: &Study) -> Option<Study> {
        self.open = None;
        let study = self.redo.pop()?;
        self.undo.push(present.clone());
        Some(study)
    }
}
