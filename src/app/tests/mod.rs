//! The real window, driven by accessible names, without a display: what a hand does, and what then is in the study and
//! in the picture.

#![expect(clippy::unwrap_used, reason = "a test that cannot do its steps has failed")]

mod branches;
mod controls;
mod ensemble;
mod examples;
mod exporting;
mod files;
mod formula;
mod glyphs;
mod interaction;
mod layers;
mod lecture;
mod lessons;
mod networks;
mod optimizers;
mod places;
mod random;
mod recovery;
mod surface;
mod temperature;
mod timeline;
mod touch;
mod views;

use super::compute::Quality;
use super::files::Reply;
use super::preferences::{Loaded, Preferences};
use super::state::State;
use super::worker::Worker;
use super::{Surroundings, Window};
use crate::landscape::catalogue;
use crate::number::Vector;
use crate::scene::{Layout, Primitive};
use crate::study::Study;
use eframe::egui;
use egui::{Pos2, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use std::path::PathBuf;

/// The window with a heat map that is quick to compute and background work in line.
fn window(study: Option<Study>) -> Harness<'static, Window> {
    window_in(study, None, vec2(1280.0, 720.0), Vec::new())
}

/// The window in a size, with a file for its preferences, and the answers that its dialogs will get.
fn window_in(
    study: Option<Study>,
    preferences_file: Option<PathBuf>,
    size: egui::Vec2,
    answers: Vec<Option<PathBuf>>,
) -> Harness<'static, Window> {
    window_with(study, preferences_file, None, size, answers)
}

/// The same, with a folder in which it keeps what is worked on.
fn window_with(
    study: Option<Study>,
    preferences_file: Option<PathBuf>,
    recovery_folder: Option<PathBuf>,
    size: egui::Vec2,
    answers: Vec<Option<PathBuf>>,
) -> Harness<'static, Window> {
    let mut answers = answers.into_iter();
    let ask = move |_: &super::files::Request| match answers.next() {
        Some(path) => Reply::Now(path),
        None => Reply::Nowhere,
    };
    Harness::builder().with_size(size).with_max_steps(8).with_step_dt(1.0 / 60.0).build_eframe(move |context| {
        let Loaded { preferences, complaint, may_be_replaced } =
            preferences_file.as_deref().map_or_else(Loaded::default, crate::app::platform::load_preferences);
        let preferences_file = preferences_file.filter(|_| may_be_replaced);
        let mut state = State::new(study, None, preferences);
        if let Some(complaint) = complaint {
            state.complain(complaint);
        }
        let surroundings = Surroundings {
            worker: Worker::in_line(),
            ask: Box::new(ask),
            preferences_file,
            recovery_folder,
            quality: Quality { moving: 40, still: 60, budget_ms: 1e9 },
        };
        Window::new(&context.egui_ctx, state, surroundings).unwrap()
    })
}

/// The study of a catalogue's landscape.
fn landscape(name: &str) -> Option<Study> {
    Some(Study::of_entry(catalogue::find(name).unwrap()))
}

fn study<'a>(harness: &'a Harness<'_, Window>) -> &'a Study {
    &harness.state().state.study
}

fn start(harness: &Harness<'_, Window>) -> Vector {
    Vector::from(study(harness).start)
}

/// Where a point of the weight plane is on the screen. The plot's rectangle is the accessible one; the layout within
/// it is linear.
fn screen(harness: &Harness<'_, Window>, w: Vector) -> Pos2 {
    let plot = harness.get_by_label("Plot of the loss").rect();
    let view = study(harness).view;
    let x = (w.x - view.w1[0]) / view.width();
    let y = (view.w2[1] - w.y) / view.height();
    pos2(plot.left() + x as f32 * plot.width(), plot.top() + y as f32 * plot.height())
}

/// World units of a point of the screen, the larger of both axes.
fn unit(harness: &Harness<'_, Window>) -> f64 {
    let plot = harness.get_by_label("Plot of the loss").rect();
    let view = study(harness).view;
    (view.width() / f64::from(plot.width())).max(view.height() / f64::from(plot.height()))
}

/// Presses at one place, moves to another in a few steps and lets go.
fn drag(harness: &mut Harness<'_, Window>, from: Pos2, to: Pos2) {
    harness.hover_at(from);
    harness.drag_at(from);
    for i in 1..=4 {
        harness.hover_at(from + (to - from) * (i as f32 / 4.0));
    }
    harness.step();
    harness.drop_at(to);
    harness.run();
}

/// Opens a document that lies in no file.
fn open(harness: &mut Harness<'_, Window>, name: &str, text: &str) {
    let document = super::document::Document { name: name.into(), bytes: text.as_bytes().to_vec() };
    let command = super::command::Command::OpenDocument(document);
    if let Some(effect) = super::apply::apply(&mut harness.state_mut().state, command, 1.0) {
        let ctx = harness.ctx.clone();
        harness.state_mut().run_effect(&ctx, effect);
    }
    harness.run();
}

fn click(harness: &mut Harness<'_, Window>, label: &str) {
    harness.get_by_label(label).click();
    harness.run();
}

/// Opens a tab, which is in the line of tabs or in the menu at its end.
fn open_tab(harness: &mut Harness<'_, Window>, label: &str) {
    if harness.query_by_label(label).is_none() {
        click(harness, "More charts");
    }
    click(harness, label);
}

/// Whether a tab is offered, in the line of tabs or in the menu at its end.
fn offers_tab(harness: &mut Harness<'_, Window>, label: &str) -> bool {
    if harness.query_by_label(label).is_some() {
        return true;
    }
    if harness.query_by_label("More charts").is_none() {
        return false;
    }
    click(harness, "More charts");
    let is_offered = harness.query_by_label(label).is_some();
    press(harness, egui::Modifiers::NONE, egui::Key::Escape);
    is_offered
}

fn press(harness: &mut Harness<'_, Window>, modifiers: egui::Modifiers, key: egui::Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run();
}

/// All circles of the picture, with their centres relative to the canvas.
fn circles(harness: &Harness<'_, Window>) -> Vec<[f64; 2]> {
    fn gather(primitive: &Primitive, into: &mut Vec<[f64; 2]>) {
        match primitive {
            Primitive::Circle { centre, .. } => into.push(*centre),
            Primitive::Clipped { contents, .. } => contents.iter().for_each(|inner| gather(inner, into)),
            _ => {}
        }
    }
    let mut centres = Vec::new();
    harness.state().picture.primitives().for_each(|primitive| gather(primitive, &mut centres));
    centres
}

/// Whether the picture has a round mark at a point of the weight plane.
fn is_marked(harness: &Harness<'_, Window>, w: Vector) -> bool {
    let layout: Layout = harness.state().picture.layout().unwrap();
    let [x, y] = layout.pixel_from_world(w);
    circles(harness).iter().any(|centre| (centre[0] - x).abs() < 0.01 && (centre[1] - y).abs() < 0.01)
}
