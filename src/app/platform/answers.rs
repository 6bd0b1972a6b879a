//! Answers of the program to a page without its window: what a script in a browser, or in Node, can ask.

use crate::critical::Search;
use crate::export::{self, Carried, Page, Width, answers};
use crate::scene::PictureContext;
use crate::study::{Study, answer_for, entries, entry, from_link, loss_of, moments_of, to_toml};
use wasm_bindgen::prelude::*;

/// The names of the landscapes, a line each.
#[wasm_bindgen]
pub fn landscapes() -> String {
    entries().map(|entry| format!("{}\n", entry.name)).collect()
}

/// The study of a landscape's name or a link.
fn study_of(source: &str) -> Result<Study, String> {
    match entry(source) {
        Some(entry) => Ok(Study::of_entry(entry)),
        None => from_link(source).map_err(|error| error.to_string()),
    }
}

/// The picture that `losscape render SOURCE -o picture.svg` writes.
///
/// # Errors
/// Returns a sentence if the source is no landscape and no link, or the picture cannot be drawn.
#[wasm_bindgen]
pub fn svg(source: &str) -> Result<String, String> {
    let study = study_of(source)?;
    let page = Page { width: Width::Pixels([1280.0, 720.0]), examples: false };
    let plot = page.plot(&study);
    let pixels = [plot.width(), plot.height()].map(|side| side.round() as usize);
    let (findings, _) = answer_for(&study, pixels).map_err(|error| error.to_string())?;
    let moments = study.display.moment().map(|moment| moments_of(&study, &findings, &moment));
    let context = PictureContext::of(&study, &findings, moments);
    let (scene, _) = page.draw(&study, &findings, context, false);
    let bytes = export::svg_of_width(&scene, page.millimetres()).into_bytes();
    let text = to_toml(&study).map_err(|error| error.to_string())?;
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let record =
        Carried { program, page, pixels: 1.0, name: None, beyond: None, chart: None, pages: Vec::new(), study: text };
    String::from_utf8(export::carrying(bytes, &record)).map_err(|error| error.to_string())
}

/// The answer that `losscape points SOURCE --json` gives for a landscape.
///
/// # Errors
/// Returns a sentence if the source is no landscape and no link, or its landscape cannot be made.
#[wasm_bindgen]
pub fn points(source: &str) -> Result<String, String> {
    let study = study_of(source)?;
    let loss = loss_of(&study).map_err(|error| error.to_string())?;
    let mut search = Search::new(&loss, &study.view);
    while !search.refine(4096) {}
    answers::noted(&loss, &answers::Points::from(&search.answer()), loss.notes())
}
