//! What a window is working on, kept while one works, so that a crash or a power cut loses at most the last two seconds.
//!
//! Each window has a place of its own in the state folder: a lock file, locked for as long as the window lives, and beside it the
//! file with the study, written whole by a thread of its own. A place whose lock nobody holds is of a window that did not come
//! to a clean end: the next window offers what is there. Two windows never share a place.

use super::clock::Clock;
use crate::export::{is_still_at, words, write_whole};
use crate::study::{Study, from_toml, to_toml};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// Writing begins no sooner than this after the last time: with the time that writing takes, two seconds are never lost.
const EVERY: Duration = Duration::from_millis(1500);

/// What is kept of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What is asked.
    pub study: Study,
    /// The file that the study is of.
    pub path: Option<PathBuf>,
    /// The formula field's text, which may not be a formula yet.
    pub formula_text: String,
}

/// A snapshot as it stands in its file. The study is a text in it: one that only a newer program understands is still there.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    formula_text: String,
    study: String,
}

impl Snapshot {
    fn to_text(&self) -> Result<String, String> {
        let study = to_toml(&self.study).map_err(|error| error.to_string())?;
        let path = self.path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        // A name that is no text cannot be kept: the study comes back without it, and a name is asked for when it is saved.
        let path = path.and_then(|path| path.to_str().map(str::to_owned));
        let written = Written { path, formula_text: self.formula_text.clone(), study };
        let body = toml::to_string(&written).map_err(|error| error.to_string())?;
        Ok(format!("# What a window of Losscape was working on; the next one offers to recover it.\n{body}"))
    }

    fn from_text(text: &str) -> Result<Snapshot, String> {
        let written: Written = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let study = from_toml(&written.study).map_err(|error| error.to_string())?;
        Ok(Snapshot { study, path: written.path.map(PathBuf::from), formula_text: written.formula_text })
    }

    /// Writes the snapshot whole.
    ///
    /// # Errors
    /// Returns a sentence with the reason.
    pub fn write(&self, file: &Path) -> Result<(), String> {
        write_whole(file, self.to_text()?.as_bytes()).map_err(|error| error.to_string())
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// Returns a sentence with the reason.
    pub fn read(file: &Path) -> Result<Snapshot, String> {
        Snapshot::from_text(&fs::read_to_string(file).map_err(|error| words(&error))?)
    }
}

/// Where recovery files are; `None` on a system without a place for them.
pub fn default_folder() -> Option<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "losscape")?;
    Some(dirs.state_dir().unwrap_or(dirs.data_local_dir()).join("recovery"))
}

/// A window's own place.
#[derive(Debug)]
pub struct Slot {
    file: PathBuf,
    lock_file: PathBuf,
    _lock: File,
}

const LOCK: &str = "lock";
const KEPT: &str = "toml";

impl Slot {
    /// A new place in a folder.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be made, or knows no locks.
    pub fn claim(folder: &Path) -> io::Result<Slot> {
        fs::create_dir_all(folder)?;
        let ending = format!(".{LOCK}");
        // A window that looks for places that nobody holds may see the new file before it is locked: then it takes it away.
        for _ in 0..16 {
            let new = tempfile::Builder::new().prefix("window-").suffix(&ending).tempfile_in(folder)?;
            let (lock, lock_file) = new.keep().map_err(|error| error.error)?;
            if let Some(slot) = Slot::of(lock, lock_file)? {
                return Ok(slot);
            }
        }
        Err(io::Error::other("other windows keep removing the lock file"))
    }

    /// The place of a lock file; `None` when another window holds it or has just removed it.
    fn of(lock: File, lock_file: PathBuf) -> io::Result<Option<Slot>> {
        match lock.try_lock() {
            Ok(()) if is_still_at(&lock, &lock_file) => {
                Ok(Some(Slot { file: lock_file.with_extension(KEPT), lock_file, _lock: lock }))
            }
            Ok(()) | Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The file with the snapshot.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Removes what is kept.
    fn clear(&self) {
        // What is not there need not be removed, and what cannot be is offered once more.
        let _ = fs::remove_file(&self.file);
    }

    /// Removes the place with what is kept there.
    pub fn release(self) {
        self.clear();
        let _ = fs::remove_file(&self.lock_file);
    }
}

/// What a window that did not come to a clean end was working on.
#[derive(Debug)]
pub struct Abandoned {
    /// Its place, which is now this window's to recover or to remove.
    pub slot: Slot,
    /// What it was working on.
    pub snapshot: Snapshot,
    /// When that was kept, where the system tells.
    pub kept: Option<SystemTime>,
}

/// What windows have left in a folder, the latest last, and sentences about what cannot be read. It stays where it is, under a
/// name that is not looked at again.
pub fn abandoned(folder: &Path) -> (Vec<Abandoned>, Vec<String>) {
    let (mut found, mut complaints) = (Vec::new(), Vec::new());
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut locks: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == LOCK || ending == KEPT) && path.is_file())
        .map(|path| path.with_extension(LOCK))
        .collect();
    locks.sort();
    locks.dedup();
    for lock_file in locks {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&lock_file);
        let Ok(Some(slot)) = lock.and_then(|lock| Slot::of(lock, lock_file)) else { continue };
        if !slot.file.is_file() {
            slot.release();
            continue;
        }
        match Snapshot::read(&slot.file) {
            Ok(snapshot) => {
                let kept = fs::metadata(&slot.file).and_then(|metadata| metadata.modified()).ok();
                found.push(Abandoned { slot, snapshot, kept });
            }
            Err(reason) => {
                let aside = slot.file.with_extension("unreadable");
                let moved = fs::rename(&slot.file, &aside);
                let place = if moved.is_ok() { &aside } else { &slot.file };
                complaints
                    .push(format!("Cannot recover the work of a window: {reason}. It is in {}.", place.display()));
                if moved.is_ok() {
                    slot.release();
                }
            }
        }
    }
    found.sort_by_key(|abandoned| abandoned.kept);
    (found, complaints)
}

enum Message {
    Keep(Box<Snapshot>),
    Forget,
    Adopt(Slot),
}

/// Keeps what a window is working on, on a thread of its own: a frame only hands it over.
pub struct Keeper {
    messages: Option<Sender<Message>>,
    problems: Receiver<String>,
    thread: Option<JoinHandle<Option<Slot>>>,
    handed_over: Option<Snapshot>,
}

impl Keeper {
    /// A keeper for a folder. Nothing is written before there is something to keep.
    ///
    /// # Errors
    /// Returns an error if the system refuses a thread.
    pub fn new(folder: PathBuf) -> io::Result<Keeper> {
        let (messages, received) = channel();
        let (problem, problems) = channel();
        let clock = Clock::system();
        let writer = Writer { folder, slot: None, pending: None, clock, written: None, problem };
        let thread = std::thread::Builder::new().name("losscape-recovery".to_owned());
        let thread = thread.spawn(move || writer.work(&received))?;
        Ok(Keeper { messages: Some(messages), problems, thread: Some(thread), handed_over: None })
    }

    /// Keeps this; returns at once.
    pub fn keep(&mut self, study: &Study, path: Option<&Path>, formula_text: &str) {
        let is_kept = self.handed_over.as_ref().is_some_and(|kept| {
            kept.study == *study && kept.path.as_deref() == path && kept.formula_text == formula_text
        });
        if is_kept {
            return;
        }
        let (path, formula_text) = (path.map(Path::to_owned), formula_text.to_owned());
        let snapshot = Snapshot { study: study.clone(), path, formula_text };
        self.send(Message::Keep(Box::new(snapshot.clone())));
        self.handed_over = Some(snapshot);
    }

    /// Removes what is kept: it is saved, or nobody wants it.
    pub fn forget(&mut self) {
        if self.handed_over.take().is_some() {
            self.send(Message::Forget);
        }
    }

    /// Takes over the place of another window, whose work goes on here, so that it is kept without a gap.
    pub fn adopt(&mut self, abandoned: Slot, snapshot: Snapshot) {
        self.send(Message::Adopt(abandoned));
        self.handed_over = Some(snapshot);
    }

    /// What has gone wrong since the last call.
    pub fn problem(&self) -> Option<String> {
        self.problems.try_iter().last()
    }

    /// Ends. At a clean end what is kept is removed, otherwise it is written to the last change.
    pub fn end(mut self, is_clean: bool) {
        if let Some(slot) = self.join()
            && is_clean
        {
            slot.release();
        }
    }

    fn send(&self, message: Message) {
        if let Some(messages) = &self.messages {
            // Its thread ends only after this.
            let _ = messages.send(message);
        }
    }

    fn join(&mut self) -> Option<Slot> {
        self.messages = None;
        self.thread.take()?.join().ok().flatten()
    }
}

impl Drop for Keeper {
    /// A window that dies leaves what is kept, with the last change.
    fn drop(&mut self) {
        self.join();
    }
}

/// The keeper's other side.
struct Writer {
    folder: PathBuf,
    slot: Option<Slot>,
    pending: Option<Box<Snapshot>>,
    clock: Clock,
    written: Option<Duration>,
    problem: Sender<String>,
}

impl Writer {
    fn work(mut self, messages: &Receiver<Message>) -> Option<Slot> {
        loop {
            let message = match &self.pending {
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(_) => messages.recv_timeout(self.rest()),
            };
            match message {
                Ok(Message::Keep(snapshot)) => self.pending = Some(snapshot),
                Ok(Message::Forget) => {
                    self.pending = None;
                    self.slot.iter().for_each(Slot::clear);
                }
                Ok(Message::Adopt(slot)) => {
                    self.pending = None;
                    if let Some(own) = self.slot.replace(slot) {
                        own.release();
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.write(),
                Err(RecvTimeoutError::Disconnected) => {
                    self.write();
                    return self.slot;
                }
            }
        }
    }

    /// How long the next writing has to wait.
    fn rest(&self) -> Duration {
        self.written.map_or(Duration::ZERO, |written| EVERY.saturating_sub(self.clock.since(written)))
    }

    fn write(&mut self) {
        let Some(snapshot) = self.pending.take() else { return };
        self.written = Some(self.clock.now());
        let slot = match self.slot.take() {
            Some(slot) => Ok(slot),
            None => Slot::claim(&self.folder).map_err(|error| format!("{}: {}", self.folder.display(), words(&error))),
        };
        let done = slot.and_then(|slot| snapshot.write(&self.slot.insert(slot).file));
        if let Err(reason) = done {
            // A window that is gone need not know.
            let _ = self.problem.send(reason);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot make its files has failed")]
    use super::*;
    use crate::landscape::View;

    fn study(start: f64) -> Study {
        let view = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };
        Study { start: [start, 0.1 + 0.2], ..Study::of_formula("k*w1^2 + w2^2", view) }
    }

    fn snapshot(start: f64) -> Snapshot {
        Snapshot { study: study(start), path: Some("/a/\"b\"/c.toml".into()), formula_text: "w1^\"(".to_owned() }
    }

    fn names(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    #[test]
    fn what_is_kept_reads_back_equal() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kept.toml");
        for kept in [snapshot(1.0), Snapshot { path: None, ..snapshot(-2.0) }] {
            kept.write(&file).unwrap();
            assert_eq!(Snapshot::read(&file), Ok(kept));
        }
    }

    #[test]
    fn what_a_window_leaves_is_offered_once_and_a_clean_end_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = Keeper::new(folder.path().to_owned()).unwrap();
        keeper.keep(&study(1.0), None, "w1");
        keeper.keep(&study(2.0), None, "w1");
        // The window dies: what was handed over last is there.
        drop(keeper);
        let (mut found, complaints) = abandoned(folder.path());
        assert_eq!((found.len(), complaints.len()), (1, 0));
        assert_eq!(found[0].snapshot.study, study(2.0));
        // A second window does not offer what this one is asking about.
        assert_eq!(abandoned(folder.path()).0.len(), 0);
        // It goes on here: the old place is this window's, and only there it is kept.
        let Abandoned { slot, snapshot, .. } = found.remove(0);
        let mut keeper = Keeper::new(folder.path().to_owned()).unwrap();
        keeper.adopt(slot, snapshot);
        keeper.keep(&study(3.0), None, "w1");
        drop(keeper);
        let (mut found, _) = abandoned(folder.path());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].snapshot.study, study(3.0));
        let mut keeper = Keeper::new(folder.path().to_owned()).unwrap();
        let Abandoned { slot, snapshot, .. } = found.remove(0);
        keeper.adopt(slot, snapshot);
        keeper.end(true);
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[test]
    fn two_windows_keep_what_is_theirs() {
        let folder = tempfile::tempdir().unwrap();
        let [mut one, mut other] = [(); 2].map(|()| Keeper::new(folder.path().to_owned()).unwrap());
        one.keep(&study(1.0), None, "w1");
        other.keep(&study(2.0), None, "w1");
        other.forget();
        other.keep(&study(4.0), None, "w1");
        one.end(true);
        assert_eq!(abandoned(folder.path()).0.len(), 0, "the other one is alive");
        drop(other);
        let (found, _) = abandoned(folder.path());
        assert_eq!(found.iter().map(|found| found.snapshot.study.start[0]).collect::<Vec<_>>(), [4.0]);
    }

    #[test]
    fn what_cannot_be_read_is_said_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("window-a.toml"), "formula_text = \"w1").unwrap();
        let (found, complaints) = abandoned(folder.path());
        assert!(found.is_empty());
        assert!(complaints[0].contains("window-a.unreadable"), "{complaints:?}");
        assert_eq!(fs::read_to_string(folder.path().join("window-a.unreadable")).unwrap(), "formula_text = \"w1");
        assert_eq!(abandoned(folder.path()).1.len(), 0, "it is said once");
        assert_eq!(names(folder.path()), ["window-a.unreadable"]);
    }

    #[test]
    fn what_cannot_be_kept_is_said() {
        let mut keeper = Keeper::new(PathBuf::from("/dev/null/recovery")).unwrap();
        keeper.keep(&study(1.0), None, "w1");
        keeper.join();
        assert!(keeper.problem().unwrap().contains("/dev/null/recovery"));
    }
}
