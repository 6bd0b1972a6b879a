//! The window's side of [`super::recovery`]: what is worked on is handed over, and what other windows have left is offered.

use super::preferences::Preferences;
use super::recovery::{self, Abandoned, Keeper};
use super::state::{Recoverable, State};
use super::{Window, apply, files, platform};
use crate::export::words;
use std::time::SystemTime;

impl Window {
    /// Begins to keep what is worked on, and offers what windows have left.
    pub(super) fn begin_keeping(&mut self) {
        let Some(folder) = self.surroundings.recovery_folder.clone() else { return };
        let (abandoned, complaints) = recovery::abandoned(&folder);
        self.abandoned = abandoned;
        complaints.into_iter().for_each(|complaint| self.state.complain(complaint));
        match Keeper::new(folder) {
            Ok(keeper) => self.keeper = Some(keeper),
            Err(error) => self.complain_of_keeping(&words(&error)),
        }
        self.offer();
    }

    pub(super) fn complain_of_keeping(&mut self, reason: &str) {
        if !std::mem::replace(&mut self.has_complained_of_keeping, true) {
            self.state.complain(format!("What you are working on is not kept for recovery: {reason}."));
        }
    }

    /// Offers what was left last.
    pub(super) fn offer(&mut self) {
        self.state.recoverable = self.abandoned.last().map(|abandoned| Recoverable {
            title: State::new(
                Some(abandoned.snapshot.study.clone()),
                abandoned.snapshot.path.clone(),
                Preferences::default(),
            )
            .title(),
            when: abandoned.kept.map_or(String::new(), words_since),
        });
    }

    pub(super) fn recover(&mut self, now: f64) {
        let Some(Abandoned { slot, snapshot, .. }) = self.abandoned.pop() else { return };
        if let Err(error) = crate::study::has_loss(&snapshot.study) {
            self.state.complain(format!("Cannot recover this landscape: {error}."));
            return self.offer();
        }
        self.own_file = snapshot.path.as_deref().and_then(platform::content);
        let saved = snapshot.path.as_deref().and_then(|path| files::load(path).ok());
        if let Some(keeper) = &mut self.keeper {
            keeper.adopt(slot, snapshot.clone());
        }
        apply::recovered(&mut self.state, snapshot, saved, now);
        self.offer();
    }

    /// Hands over what is to be kept.
    pub(super) fn keep(&mut self) {
        let is_unsaved = self.state.has_unsaved_changes();
        let Some(keeper) = &mut self.keeper else { return };
        match is_unsaved {
            true => keeper.keep(&self.state.study, self.state.path.as_deref(), &self.state.formula_text),
            false => keeper.forget(),
        }
        if let Some(reason) = keeper.problem() {
            self.complain_of_keeping(&reason);
        }
    }
}

/// How long ago something was, as people say it.
fn words_since(then: SystemTime) -> String {
    let minutes = then.elapsed().map_or(0, |since| since.as_secs() / 60);
    let words = |count: u64, unit: &str| format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" });
    match minutes {
        0 => "a moment ago".to_owned(),
        1..60 => words(minutes, "minute"),
        60..1440 => words(minutes / 60, "hour"),
        _ => words(minutes / 1440, "day"),
    }
}
