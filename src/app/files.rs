//! Files: asking for a path, reading and writing studies, exporting.
//!
//! What a path leads to is known by [`super::platform`] only: a file of the system, or in a browser one that was chosen, dropped or
//! is downloaded. Whoever embeds or tests the window can bring a way of asking of their own.

use super::compute::{Computed, SearchState};
use super::document::Document;
use super::picture_job::{Drawing, Picture, carrying, exported_study, record};
use super::platform;
pub use super::platform::{Reply, Request};
use super::state::{Export, Figure, Purpose, State};
use crate::chart::{self, Subject, figure};
use crate::export::{
    self, Opened, PictureFormat, Present, basins_csv, ensemble_csv, experiment_csv, trajectories_csv, trajectories_json,
};
use crate::landscape::grid::UNKNOWN_VIEW;
use crate::scene::Scene;
use crate::study::{Study, to_toml_in};
use eframe::egui;
use std::path::{Path, PathBuf};

/// The request for a purpose, with the name and folder that suggest themselves.
pub fn request(state: &State, purpose: Purpose) -> Request {
    let stem: String = state.title().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let stem = stem.trim_matches('-').to_lowercase();
    let stem = if stem.is_empty() { "study" } else { &stem };
    let file_name = match purpose {
        Purpose::Open | Purpose::OpenData => String::new(),
        Purpose::SaveAs => match state.path.as_ref().and_then(|path| path.file_name()) {
            Some(name) => name.to_string_lossy().into_owned(),
            None => format!("{stem}.toml"),
        },
        Purpose::Export(Export::Ensemble) => format!("{stem}-runs.csv"),
        Purpose::Export(Export::Experiment) => format!("{stem}-escape.csv"),
        Purpose::Export(export @ Export::Chart(key, _)) => format!("{stem}-{key}.{}", export.extension()),
        Purpose::Export(export) => format!("{stem}.{}", export.extension()),
    };
    let beside = state.path.as_ref().or(state.preferences.recent_files.first());
    let folder = beside.and_then(|path| path.parent()).filter(|folder| folder.is_dir()).map(Path::to_owned);
    Request { purpose, file_name, folder }
}

/// The path with the ending that its purpose has, when it has none.
pub fn with_extension(path: PathBuf, purpose: Purpose) -> PathBuf {
    let extension = match purpose {
        Purpose::Open | Purpose::OpenData => return path,
        Purpose::SaveAs => "toml",
        Purpose::Export(export) => export.extension(),
    };
    if path.extension().is_some() { path } else { path.with_extension(extension) }
}

/// Why a file must not be written to: it is what the study is made of.
pub fn is_needed(state: &State, purpose: Purpose, path: &Path) -> Option<&'static str> {
    let is = |known: Option<&PathBuf>| known.is_some_and(|known| platform::is_same_file(known, path));
    let examples = state.study.data.as_ref().and_then(|data| data.origin.as_ref());
    if is(examples) {
        return Some("it is the file of the examples");
    }
    (purpose != Purpose::SaveAs && is(state.path.as_ref())).then_some("it is the file of the study")
}

/// What would be lost by writing to a path, in words; `None` where nothing would. `known` is what the study's own file had when it
/// was read or written last.
pub fn loss(state: &State, purpose: Purpose, path: &Path, known: Option<&[u8]>) -> Option<String> {
    let there = platform::present(path);
    if there == Present::Nothing {
        return None;
    }
    let is_own = purpose == Purpose::SaveAs && state.path.as_ref().is_some_and(|own| platform::is_same_file(own, path));
    match is_own {
        true if platform::content(path).as_deref() == known => None,
        true => Some("the file has changed since it was opened or saved here".to_owned()),
        false => Some(format!("there is {} already", there.words())),
    }
}

/// Writes the study whole.
///
/// # Errors
/// Returns a sentence with the file and the reason.
pub fn save(study: &Study, path: &Path) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let text = to_toml_in(study, folder).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    platform::write(path, text.as_bytes())
}

/// Reads a study.
///
/// # Errors
/// Returns a sentence with the file and the reason.
pub fn load(path: &Path) -> Result<Study, String> {
    let failed = |reason: String| format!("cannot open {}: {reason}", path.display());
    let document = platform::document(path).map_err(failed)?;
    opened(document).map(|opened| opened.study)
}

/// The study in a document: a study file, a picture that carries one, or values on a grid.
///
/// # Errors
/// Returns a sentence with the document's name and the reason.
pub fn opened(document: Document) -> Result<Opened, String> {
    let Document { name, bytes } = document;
    // An array has no coordinates; what it covers can be said on the command line.
    let opened = export::opened_bytes(bytes, &name, Some(UNKNOWN_VIEW));
    opened.map_err(|error| format!("cannot open {}: {error}", name.display()))
}

/// The picture as it is exported: the same as from `losscape render`, with what is selected and the moment that is shown.
///
/// Its heat map has `factor` pixels for each of the scene's. A file that carries its fonts says which are the system's.
pub fn exported_scene(state: &State, computed: &Computed, factor: f64, carries_fonts: bool) -> Scene {
    Drawing::of(state, computed, factor, carries_fonts).drawn()
}

/// The picture that an export asks for; `None` if it is of something else.
pub fn picture(export: Export, state: &State, computed: &Computed) -> Option<Picture> {
    let (scale, format) = match export {
        Export::Png(scale) => (scale, PictureFormat::Png),
        Export::Svg => (1, PictureFormat::Svg),
        Export::Pdf => (1, PictureFormat::Pdf),
        _ => return None,
    };
    Some(Picture::of(state, computed, scale, format))
}

/// The bytes of an export; `None` for a screenshot, which only the window itself can take.
///
/// # Errors
/// Returns a sentence if the file cannot be made.
pub fn bytes(export: Export, state: &State, computed: &Computed) -> Result<Option<Vec<u8>>, String> {
    let bytes = match export {
        Export::Png(_) | Export::Svg | Export::Pdf => match picture(export, state, computed) {
            Some(picture) => picture.bytes()?,
            None => return Ok(None),
        },
        Export::Ensemble => {
            let ensemble =
                computed.findings.known_ensemble().ok_or("there is no ensemble: show the tab SEEDS first")?;
            ensemble_csv(ensemble).into_bytes()
        }
        Export::Experiment => {
            let experiment = computed.findings.known_experiment().ok_or("nothing was measured yet")?;
            experiment_csv(experiment).into_bytes()
        }
        Export::Csv => trajectories_csv(&state.study, &computed.findings).into_bytes(),
        Export::Json => format!("{}\n", trajectories_json(&state.study, &computed.findings)).into_bytes(),
        Export::Basins => match &computed.findings.basins {
            Some(Ok(basins)) if computed.wants_basins() => {
                let share = (100.0 * basins.map.progress()).floor();
                return Err(format!("the map of basins is not finished ({share} % of the starts are computed)"));
            }
            Some(Ok(basins)) => basins_csv(&basins.map).into_bytes(),
            Some(Err(reason)) => return Err(reason.clone()),
            None => return Err("no basins are shown; choose a run for them under Layers".to_owned()),
        },
        Export::Chart(key, figure) => chart_bytes(key, figure, state, computed)?,
        Export::Screenshot | Export::Film(_) => return Ok(None),
    };
    Ok(Some(bytes))
}

/// Whether something is still computed that a chart shows, or was stopped.
fn is_unfinished(computed: &Computed) -> bool {
    let Computed { saddles, branches, thermal, ensemble, experiment, analysis, search, .. } = computed;
    *search != SearchState::Finished
        || [ensemble.is_stopped, experiment.is_stopped, computed.is_computing_ensemble()].contains(&true)
        || [saddles.is_working(), analysis.is_working(), branches.is_working(), thermal.is_working()].contains(&true)
}

/// The chart with this key as a file of its own.
fn chart_bytes(key: &str, format: Figure, state: &State, computed: &Computed) -> Result<Vec<u8>, String> {
    let chart = chart::find(key).ok_or("there is no such chart")?;
    let mut study = exported_study(state);
    study.display.tabs = vec![key.to_owned()];
    let subject = Subject { study: &study, findings: &computed.findings, pointed: None };
    let page = state.picture_export.page();
    let scene = figure(chart, &subject, &page.chart_canvas())?;
    let pixels = if format == Figure::Png { page.pixels(2.0) } else { 1.0 };
    let bytes = match format {
        Figure::Pdf => export::pdf(&scene)?,
        Figure::Svg => export::svg_of_width(&scene, page.millimetres()).into_bytes(),
        Figure::Png => export::png(&scene, pixels)?,
    };
    let unfinished = is_unfinished(computed).then(|| "results that are not finished".to_owned());
    Ok(carrying(bytes, record(state, &study, pixels, Some(key), unfinished).as_ref()))
}

/// A screenshot as PNG.
///
/// # Errors
/// Returns a sentence if the image is empty.
pub fn png_of(image: &egui::ColorImage) -> Result<Vec<u8>, String> {
    use resvg::tiny_skia::{IntSize, Pixmap};
    let [width, height] = image.size.map(|side| side as u32);
    let size = IntSize::from_wh(width, height).ok_or("the window has no pixels")?;
    // A window is opaque: premultiplied and straight colours are the same.
    let data = image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b(), 255]).collect();
    let pixmap = Pixmap::from_vec(data, size).ok_or("the screenshot has a wrong size")?;
    pixmap.encode_png().map_err(|error| error.to_string())
}

/// A PNG file as an image for the clipboard.
///
/// # Errors
/// Returns a sentence if the bytes are no PNG file.
pub fn image_of(png: &[u8]) -> Result<egui::ColorImage, String> {
    use resvg::tiny_skia::Pixmap;
    let pixmap = Pixmap::decode_png(png).map_err(|error| error.to_string())?;
    let size = [pixmap.width() as usize, pixmap.height() as usize];
    Ok(egui::ColorImage::from_rgba_premultiplied(size, pixmap.data()))
}
