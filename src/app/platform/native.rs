//! The desktop: windows, dialogs and files of the system.

use super::{Ask, Reply, Request, TABLES};
use crate::app::clock::Clock;
use crate::app::compute::Quality;
use crate::app::document::Document;
use crate::app::preferences::{Loaded, Preferences};
use crate::app::state::{Purpose, State};
use crate::app::worker::Worker;
use crate::app::{Surroundings, Window, recovery, start};
use crate::dataset;
use crate::export::{self, Present, words};
use crate::study::{DEFAULT_BASE, Study};
use eframe::egui;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

pub use export::is_same_file;

/// Whether files stay where they were, so that it makes sense to remember their names.
pub const HAS_FILES: bool = true;

/// What became of a file that was written, in a word.
pub const WRITTEN: &str = "Saved";

/// Opens the window and returns when it is closed. `before` is how long the program has been running.
///
/// # Errors
/// Returns a sentence if there is no display or it cannot draw.
pub fn run(study: Option<Study>, path: Option<PathBuf>, before: Duration) -> Result<(), String> {
    let clock = Clock::system();
    if cfg!(all(unix, not(target_os = "macos"))) && !has_display() {
        return Err("there is no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set); \
                    `losscape render cubic -o picture.svg` draws the picture into a file"
            .to_owned());
    }
    // A window without its icon is better than none.
    let icon = eframe::icon_data::from_png_bytes(include_bytes!("../../../assets/icon.png")).unwrap_or_default();
    let viewport = egui::ViewportBuilder::default()
        .with_title("Losscape")
        .with_icon(icon)
        .with_app_id("losscape")
        .with_inner_size([1280.0, 720.0])
        .with_min_inner_size([480.0, 320.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        centered: true,
        ..eframe::NativeOptions::default()
    };
    let create = |context: &eframe::CreationContext<'_>| {
        let start = start::Watch::new(clock.clone(), before);
        let ctx = context.egui_ctx.clone();
        let file = Preferences::default_path();
        let Loaded { preferences, complaint, may_be_replaced } =
            file.as_deref().map_or_else(Loaded::default, load_preferences);
        let mut state = State::new(study, path, preferences);
        if let Some(complaint) = complaint {
            state.complain(complaint);
        }
        let (wake, wake_too) = (ctx.clone(), ctx.clone());
        let surroundings = Surroundings {
            worker: Worker::threaded(move || wake.request_repaint()),
            ask: dialogs(move || wake_too.request_repaint()),
            preferences_file: file.filter(|_| may_be_replaced),
            recovery_folder: recovery::default_folder(),
            quality: Quality::default(),
        };
        let window = Window { start, ..Window::new(&ctx, state, surroundings)? };
        Ok(Box::new(window) as Box<dyn eframe::App>)
    };
    eframe::run_native("losscape", options, Box::new(create)).map_err(|error| {
        format!("the window cannot be opened ({error}); `losscape render` draws the picture into a file")
    })
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The system's own dialog; `wake` is called when it has been answered.
pub fn dialogs(wake: impl Fn() + Clone + Send + 'static) -> Ask {
    Box::new(move |request| {
        if !has_native_dialog() {
            return Reply::Nowhere;
        }
        let (sender, receiver) = channel();
        let (request, wake) = (request.clone(), wake.clone());
        let asked = std::thread::Builder::new().name("losscape-dialog".to_owned()).spawn(move || {
            // A window that was closed meanwhile does not want the answer any more.
            let _ = sender.send(ask_native(&request));
            wake();
        });
        if asked.is_ok() { Reply::Later(receiver) } else { Reply::Nowhere }
    })
}

fn ask_native(request: &Request) -> Option<PathBuf> {
    let mut dialog = rfd::FileDialog::new();
    if let Some(folder) = &request.folder {
        dialog = dialog.set_directory(folder);
    }
    match request.purpose {
        Purpose::Open => dialog
            .set_title("Open a study, a picture that carries one, or weights of a network")
            .add_filter("Study, picture, grid or weights", &["toml", "svg", "png", "pdf", "csv", "npy", "safetensors"])
            .pick_file(),
        Purpose::OpenData => dialog.set_title("Use a file of examples").add_filter("Tables", &TABLES).pick_file(),
        Purpose::SaveAs => {
            let dialog = dialog.set_title("Save the study").add_filter("Study", &["toml"]);
            dialog.set_file_name(&request.file_name).save_file()
        }
        Purpose::Export(export) => {
            let dialog = dialog.set_title(format!("Export {}", export.title()));
            let dialog = dialog.add_filter(export.extension().to_uppercase(), &[export.extension()]);
            dialog.set_file_name(&request.file_name).save_file()
        }
    }
}

/// On Linux a dialog comes from the desktop's portal or from zenity; elsewhere from the system.
fn has_native_dialog() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let exists = |folders: &str, name: &str| std::env::split_paths(folders).any(|folder| folder.join(name).exists());
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let zenity = exists(&variable("PATH"), "zenity");
    let bus = !variable("DBUS_SESSION_BUS_ADDRESS").is_empty();
    let data = format!("{}:/usr/local/share:/usr/share", variable("XDG_DATA_DIRS"));
    zenity || (bus && exists(&data, "dbus-1/services/org.freedesktop.portal.Desktop.service"))
}

/// Whether a path can be read without waiting for anybody: the window would stand still, where a command only waits.
///
/// # Errors
/// Returns a sentence with the reason.
fn ready(path: &Path) -> Result<(), String> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(metadata) if metadata.is_dir() => Err("it is a folder".to_owned()),
        Ok(_) => Err("it is a pipe or a device, not a file".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err("there is no such file".to_owned()),
        Err(error) => Err(words(&error)),
    }
}

/// More than any study has.
const MOST_COMPARED: u64 = 2_000_000;

/// The bytes of a study's file, to see later whether it is still the same; `None` where there is none.
pub fn content(path: &Path) -> Option<Vec<u8>> {
    ready(path).ok()?;
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MOST_COMPARED).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// More than any document has.
const MOST_BYTES: u64 = 256 << 20;

/// The document in a file.
///
/// # Errors
/// Returns the reason if the file cannot be read without waiting, or is too long.
pub fn document(path: &Path) -> Result<Document, String> {
    ready(path)?;
    let bytes = dataset::read_at_most(path, MOST_BYTES).map_err(|error| dataset::reason(&error))?;
    Ok(Document { name: path.to_owned(), bytes })
}

/// Writes a file whole.
///
/// # Errors
/// Returns a sentence with the file and the reason.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    export::write_whole(path, bytes).map_err(|error| error.to_string())
}

/// What stands where a file is to be written.
pub fn present(path: &Path) -> Present {
    Present::at(path, None)
}

/// The preferences in a file.
pub fn load_preferences(path: &Path) -> Loaded {
    Preferences::of_content(path, preferences(path), set_aside)
}

/// The address that links begin with, where the usual file has one. A damaged file is left to the window.
pub fn preferred_link_base() -> Option<String> {
    let text = String::from_utf8(preferences(&Preferences::default_path()?).ok()??).ok()?;
    Preferences::parse(&text).ok()?.link_base
}

/// The bytes of the preferences in a file; `None` where there are none.
///
/// # Errors
/// Returns the reason if they cannot be read.
pub fn preferences(path: &Path) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Ok(metadata) if !metadata.is_file() => Err("it is no file".to_owned()),
        _ => fs::read(path).map(Some).map_err(|error| words(&error)),
    }
}

/// Keeps preferences in a file, in a folder that is made where there is none.
///
/// # Errors
/// Returns a sentence with the file and the reason.
pub fn save_preferences(path: &Path, preferences: &Preferences) -> Result<(), String> {
    let text = preferences.text()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {}", folder.display(), words(&error)))?;
    }
    write(path, text.as_bytes())
}

/// Renames a file to the first free name of `NAME.bak`, `NAME.bak2`, `NAME.bak3`, …, and returns that. What has such a name
/// already, a folder or an older file, stays.
///
/// # Errors
/// Returns the reason if it cannot be renamed.
pub fn set_aside(path: &Path) -> Result<PathBuf, String> {
    let named = |number: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(if number == 1 { ".bak".to_owned() } else { format!(".bak{number}") });
        PathBuf::from(name)
    };
    let free = (1..1000).map(named).find(|name| fs::symlink_metadata(name).is_err());
    let free = free.ok_or("there are too many older ones")?;
    fs::rename(path, &free).map_err(|error| words(&error))?;
    Ok(free)
}

/// The paths of files that were dropped on the window.
pub fn dropped(ctx: &egui::Context) -> Vec<PathBuf> {
    ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect())
}

/// Where links lead.
pub fn link_base(preferences: &Preferences) -> String {
    preferences.link_base.clone().unwrap_or_else(|| DEFAULT_BASE.to_owned())
}

/// A link that has come from outside since the last call; here links come as arguments only.
pub fn arrived_link() -> Option<String> {
    None
}

/// Shows the study where links are shown, which a window of the system has no place for.
pub fn publish(_: &egui::Context, _title: &str, _: &Study) {}
