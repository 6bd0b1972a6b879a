//! A browser: the page around the window does what only a page can do. What it has to offer stands in `web/page.js`.
//!
//! A path is the name of a file that was chosen or dropped; its bytes are kept here as long as the page is open. What is written
//! is downloaded. Preferences and the last study are in the browser's storage.

use super::names::Names;
use super::{Ask, Reply, Request, TABLES};
use crate::app::clock::Clock;
use crate::app::compute::Quality;
use crate::app::document::Document;
use crate::app::preferences::{Loaded, Preferences};
use crate::app::state::{Purpose, State};
use crate::app::worker::{Queue, Worker};
use crate::app::{Surroundings, Window, start};
use crate::export::Present;
use crate::pause::pause_by;
use crate::study::{Study, fragment, from_fragment, from_toml, loss_of, to_toml};
use eframe::egui;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;
use wasm_bindgen::prelude::*;

/// Whether files stay where they were, so that it makes sense to remember their names.
pub const HAS_FILES: bool = false;

/// What became of a file that was written, in a word.
pub const WRITTEN: &str = "Downloaded";

/// Under these keys the browser's storage has what is remembered.
const PREFERENCES: &str = "losscape.preferences";
const LAST_STUDY: &str = "losscape.study";

#[wasm_bindgen(js_namespace = ["globalThis", "losscape_page"])]
extern "C" {
    fn download(name: &str, bytes: &[u8]);
    fn choose(endings: &str, number: u32);
    fn stored(key: &str) -> Option<String>;
    fn store(key: &str, text: &str) -> bool;
    fn address() -> String;
    fn hash() -> String;
    fn show(title: &str, hash: &str);
    fn text_size() -> f32;
    fn can_pause() -> bool;
    fn milliseconds() -> f64;
    fn call_for_work();
}

#[expect(unsafe_code, reason = "a function that can suspend the program must be imported without glue around it")]
#[link(wasm_import_module = "./pause.js")]
unsafe extern "C" {
    /// Returns after the page has had a turn: what the program does meanwhile it does in between, as if this were its call.
    safe fn wait_for_a_turn();
}

/// What the page has brought, and who waits for it.
#[derive(Default)]
struct Inbox {
    files: BTreeMap<PathBuf, Vec<u8>>,
    dropped: VecDeque<PathBuf>,
    links: VecDeque<String>,
    /// Who waits for a file to be chosen, with the number of the request.
    asked: Option<(u32, Sender<Option<PathBuf>>)>,
    requests: u32,
    ctx: Option<egui::Context>,
    /// The part of the address behind # that stands there, and the study that it is of, and since when.
    shown: Option<(String, Study, f64)>,
}

thread_local! {
    static INBOX: RefCell<Inbox> = RefCell::default();
    /// What is worked on between the frames.
    static QUEUE: RefCell<Option<Queue>> = const { RefCell::new(None) };
    /// When the work between the frames has to pause, in milliseconds; nothing while frames are shown.
    static PAUSE_AT: Cell<Option<f64>> = const { Cell::new(None) };
}

/// How long the work between the frames goes on in one piece, in milliseconds.
const SLICE: f64 = 8.0;

/// Works on what is queued until there is nothing to do; returns in how many milliseconds there will be, if there will.
///
/// The page calls it so that it can be suspended where it pauses, and never twice at a time.
#[wasm_bindgen]
pub fn work_between_frames() -> f64 {
    let Some(queue) = QUEUE.with_borrow(Clone::clone) else { return f64::INFINITY };
    PAUSE_AT.set(Some(milliseconds() + SLICE));
    let rest = queue.work_for(Duration::MAX);
    PAUSE_AT.set(None);
    rest.map_or(f64::INFINITY, |rest| 1e3 * rest.as_secs_f64())
}

/// Lets the page have a turn when the work between the frames has gone on for long enough.
fn give_way() {
    if PAUSE_AT.get().is_some_and(|at| milliseconds() >= at) {
        PAUSE_AT.set(None);
        wait_for_a_turn();
        PAUSE_AT.set(Some(milliseconds() + SLICE));
    }
}

/// The worker of the window: between the frames where the browser can suspend a program, or else in them.
fn worker(ctx: &egui::Context) -> Worker {
    if !can_pause() {
        return Worker::in_frames(Clock::system());
    }
    pause_by(give_way);
    let ctx = ctx.clone();
    let (worker, queue) = Worker::between_frames(Clock::system(), call_for_work, move || ctx.request_repaint());
    QUEUE.set(Some(queue));
    worker
}

fn with_inbox<T>(act: impl FnOnce(&mut Inbox) -> T) -> T {
    INBOX.with_borrow_mut(act)
}

fn wake() {
    if let Some(ctx) = with_inbox(|inbox| inbox.ctx.clone()) {
        ctx.request_repaint();
    }
}

/// Opens the window in a canvas of the page.
///
/// # Errors
/// Returns an error if the browser cannot draw on it.
#[wasm_bindgen]
pub async fn start(canvas: web_sys::HtmlCanvasElement) -> Result<(), JsValue> {
    let create = |context: &eframe::CreationContext<'_>| {
        let ctx = context.egui_ctx.clone();
        ctx.add_plugin(Names);
        with_inbox(|inbox| inbox.ctx = Some(ctx.clone()));
        let file = PathBuf::from(PREFERENCES);
        let Loaded { mut preferences, complaint, may_be_replaced } = load_preferences(&file);
        if stored(PREFERENCES).is_none() {
            preferences.text_size = text_size();
        }
        let (study, refusals) = first_study();
        let mut state = State::new(study, None, preferences.sane());
        complaint.into_iter().chain(refusals).for_each(|complaint| state.complain(complaint));
        let surroundings = Surroundings {
            worker: worker(&ctx),
            ask: chooser(),
            preferences_file: Some(file).filter(|_| may_be_replaced),
            recovery_folder: None,
            quality: Quality::default(),
        };
        let start = start::Watch::new(Clock::system(), Duration::ZERO);
        let window = Window { start, ..Window::new(&ctx, state, surroundings)? };
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::WebRunner::new().start(canvas, eframe::WebOptions::default(), Box::new(create)).await
}

/// The study in the address, or the one that was worked on last; with a sentence for each that is refused.
fn first_study() -> (Option<Study>, Vec<String>) {
    let address = hash();
    let refusal = match (address.len() > 1).then(|| usable(from_fragment(address.trim_start_matches('#')))) {
        Some(Ok(study)) => return (Some(study), Vec::new()),
        Some(Err(reason)) => Some(format!("Cannot open the link: {reason}.")),
        None => None,
    };
    let (study, damage) = last_study();
    (study, refusal.into_iter().chain(damage).collect())
}

/// The study that was worked on last. One that cannot be opened is set aside, and a sentence says so.
fn last_study() -> (Option<Study>, Option<String>) {
    let Some(text) = stored(LAST_STUDY) else { return (None, None) };
    match usable(from_toml(&text)) {
        Ok(study) => (Some(study), None),
        Err(reason) => {
            let what = match set_aside(Path::new(LAST_STUDY)) {
                Ok(backup) => format!("It is kept in the browser's storage as {}", backup.display()),
                Err(complaint) => format!("It cannot be kept: {complaint}"),
            };
            (None, Some(format!("What you worked on last cannot be opened: {reason}. {what}.")))
        }
    }
}

/// A study whose landscape can be made.
fn usable(study: Result<Study, impl std::fmt::Display>) -> Result<Study, String> {
    let study = study.map_err(|error| error.to_string())?;
    loss_of(&study).map(|_| study).map_err(|error| error.to_string())
}

/// The page has another part behind #.
#[wasm_bindgen]
pub fn hash_changed(hash: &str) {
    with_inbox(|inbox| {
        let is_own = inbox.shown.as_ref().is_some_and(|(shown, ..)| hash.trim_start_matches('#') == shown);
        if hash.len() > 1 && !is_own {
            inbox.links.push_back(hash.to_owned());
            // Whatever becomes of the link, the address has the study that is shown.
            inbox.shown = None;
        }
    });
    wake();
}

/// A file was chosen for the request with this number, or none.
#[wasm_bindgen]
pub fn file_chosen(number: u32, name: Option<String>, bytes: Option<Vec<u8>>) {
    with_inbox(|inbox| {
        let file = name.zip(bytes).map(|(name, bytes)| (PathBuf::from(name), bytes));
        if let Some((_, sender)) = inbox.asked.take_if(|(asked, _)| *asked == number) {
            // Whoever has asked may not want an answer any more.
            let _ = sender.send(file.as_ref().map(|(path, _)| path.clone()));
            inbox.files.extend(file);
        }
    });
    wake();
}

/// A file was dropped on the page.
#[wasm_bindgen]
pub fn file_dropped(name: String, bytes: Vec<u8>) {
    with_inbox(|inbox| {
        let path = PathBuf::from(name);
        inbox.files.insert(path.clone(), bytes);
        inbox.dropped.push_back(path);
    });
    wake();
}

/// Asks by the browser's file chooser; where a file is written, its name is the one that suggests itself.
fn chooser() -> Ask {
    Box::new(|Request { purpose, file_name, .. }| {
        let endings = match purpose {
            Purpose::Open => vec!["toml", "svg", "png", "pdf", "npy", "safetensors"],
            Purpose::OpenData => TABLES.to_vec(),
            Purpose::SaveAs | Purpose::Export(_) => return Reply::Now(Some(PathBuf::from(file_name))),
        };
        let (sender, receiver) = channel();
        let number = with_inbox(|inbox| {
            inbox.requests += 1;
            inbox.asked = Some((inbox.requests, sender));
            inbox.requests
        });
        choose(&endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(","), number);
        Reply::Later(receiver)
    })
}

/// The document of this name.
///
/// # Errors
/// Returns the reason if the page was not given the file.
pub fn document(name: &Path) -> Result<Document, String> {
    let bytes = with_inbox(|inbox| inbox.files.get(name).cloned());
    let bytes = bytes.ok_or("a page cannot read files by their names; choose the file, or drop it here")?;
    Ok(Document { name: name.to_owned(), bytes })
}

/// The bytes of a study's file: a page never sees them again.
pub fn content(_: &Path) -> Option<Vec<u8>> {
    None
}

/// Whether two paths lead to the same file: whatever is downloaded is a new one.
pub fn is_same_file(_: &Path, _: &Path) -> bool {
    false
}

/// What stands where a file is to be written: the browser finds a free name.
pub fn present(_: &Path) -> Present {
    Present::Nothing
}

/// Downloads a file.
///
/// # Errors
/// The browser tells the person, not the page.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    download(&path.to_string_lossy(), bytes);
    Ok(())
}

/// The preferences under this name.
fn load_preferences(path: &Path) -> Loaded {
    Preferences::of_content(path, preferences(path), set_aside)
}

/// The bytes of the preferences under this name; `None` where there are none.
///
/// # Errors
/// There are none: a browser without storage has no preferences.
pub fn preferences(path: &Path) -> Result<Option<Vec<u8>>, String> {
    Ok(stored(&path.to_string_lossy()).map(String::into_bytes))
}

/// Keeps preferences in the browser's storage.
///
/// # Errors
/// Returns a sentence if the browser keeps nothing.
pub fn save_preferences(path: &Path, preferences: &Preferences) -> Result<(), String> {
    let text = preferences.text()?;
    let is_kept = store(&path.to_string_lossy(), &text);
    is_kept.then_some(()).ok_or_else(|| "this browser stores no data for this page".to_owned())
}

/// Keeps damaged preferences under the first free name, and returns that.
///
/// # Errors
/// Returns a sentence if the browser keeps nothing.
pub fn set_aside(path: &Path) -> Result<PathBuf, String> {
    let name = path.to_string_lossy();
    let named = |number: usize| if number == 1 { format!("{name}.bak") } else { format!("{name}.bak{number}") };
    let free = (1..1000).map(named).find(|name| stored(name).is_none()).ok_or("there are too many older ones")?;
    let is_kept = store(&free, &stored(&name).unwrap_or_default());
    is_kept.then(|| PathBuf::from(free)).ok_or_else(|| "this browser stores no data for this page".to_owned())
}

/// Files that were dropped on the page and have been read since the last call.
pub fn dropped(_: &egui::Context) -> Vec<PathBuf> {
    with_inbox(|inbox| inbox.dropped.drain(..).collect())
}

/// Where links lead: to this page, unless the preferences say otherwise.
pub fn link_base(preferences: &Preferences) -> String {
    preferences.link_base.clone().unwrap_or_else(address)
}

/// A link that has come to the address bar since the last call.
pub fn arrived_link() -> Option<String> {
    with_inbox(|inbox| inbox.links.pop_front())
}

/// The address changes no more often: browsers allow about two hundred changes in half a minute.
const PUBLISHED_EVERY_SECONDS: f64 = 0.4;

/// Shows the study in the address, and keeps it as the one that was worked on last.
pub fn publish(ctx: &egui::Context, title: &str, study: &Study) {
    let now = ctx.input(|input| input.time);
    let due = with_inbox(|inbox| match &inbox.shown {
        Some((_, shown, _)) if shown == study => None,
        Some((_, _, at)) => Some(at + PUBLISHED_EVERY_SECONDS),
        None => Some(now),
    });
    match due {
        None => return,
        Some(due) if due > now => return ctx.request_repaint_after_secs((due - now) as f32),
        Some(_) => {}
    }
    // A study that is too large for a link has none in the address.
    let text = fragment(study).unwrap_or_default();
    show(title, &text);
    // Where the browser keeps nothing, there is nothing to come back to.
    if let Ok(whole) = to_toml(study) {
        store(LAST_STUDY, &whole);
    }
    with_inbox(|inbox| inbox.shown = Some((text, study.clone(), now)));
}
