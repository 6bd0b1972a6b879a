//! Which network: its layers, its training, and the plane through its weights.

use super::Panel;
use crate::app::command::Command;
use crate::app::slider::Number;
use crate::app::widgets::{checkbox, fitted, muted, whole};
use crate::network::{Activation, NetworkPlane, NetworkRecipe, OutputLoss, PLANES, PlaneKind, plane_kind};
use crate::number::display::short;
use eframe::egui;
use egui::{ComboBox, Ui};

/// Shows the network of the study, where it is about one.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(recipe) = panel.state.study.network.clone() else { return };
    let plane = panel.computed.findings.network();
    summary(ui, panel, plane);
    let mut changed = recipe.clone();
    layers(ui, &mut changed);
    training(ui, &mut changed, plane);
    if changed != recipe {
        // Other weights are trained: the plane through them is another one.
        panel.emit(Command::SetNetwork(Box::new(changed.clone()), true));
    }
    let mut of_plane = changed.clone();
    choose_plane(ui, &mut of_plane);
    if of_plane.plane != changed.plane {
        panel.emit(Command::SetNetwork(Box::new(of_plane), true));
    }
    keep_in_plane(ui, panel, &changed);
}

/// `1-16-16-1 tanh · 321 weights`, or how far the training is. The loss has a line of its own.
fn summary(ui: &mut Ui, panel: &Panel<'_>, plane: Option<&NetworkPlane>) {
    let text = match (panel.computed.training.progress(panel.now), plane) {
        (Some(share), _) => format!("training, {} %", (100.0 * share).floor()),
        (None, Some(plane)) => {
            let loss = &plane.trained().loss;
            format!("{} · {} weights", plane.architecture(), loss.parameters())
        }
        (None, None) => String::new(),
    };
    let label = ui.add(egui::Label::new(egui::RichText::new(text).size(12.5)).truncate());
    label.on_hover_text("Units of the layers from inputs to outputs, activation, and the number of weights.");
    if panel.state.study.network.as_ref().is_some_and(|recipe| recipe.weights.is_some()) {
        let note = ui.label(muted("The weights are from a file.").size(11.5));
        note.on_hover_text("The training begins at them. A study holds them, so that it needs the file no longer.");
    }
    let held_out = plane.and_then(|plane| plane.trained().held_out.as_ref());
    if let (Some(held_out), Some(plane)) = (held_out, plane) {
        let value = held_out.evaluation().value(&plane.plane().centre);
        ui.label(muted(format!("L on {} held-out examples: {}", held_out.examples.count(), short(value))).size(11.5));
    }
}

fn line(ui: &mut Ui, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let width = 78.0_f32.min(0.4 * ui.available_width());
        fitted(ui, muted(name).size(12.0), width);
        contents(ui);
    });
}

fn layers(ui: &mut Ui, recipe: &mut NetworkRecipe) {
    line(ui, "Activation", |ui| {
        let menu = ComboBox::from_id_salt("activation").selected_text(recipe.activation.name());
        let shown = menu.show_ui(ui, |ui| {
            for (activation, name) in Activation::ALL {
                ui.selectable_value(&mut recipe.activation, activation, name);
            }
        });
        shown.response.accessible_name("Activation").on_hover_text("The function of the hidden units.");
    });
    line(ui, "Loss", |ui| {
        let menu = ComboBox::from_id_salt("output loss").selected_text(recipe.loss.name());
        let shown = menu.show_ui(ui, |ui| {
            for (loss, name) in OutputLoss::ALL {
                ui.selectable_value(&mut recipe.loss, loss, name);
            }
        });
        shown
            .response
            .accessible_name("Loss of the outputs")
            .on_hover_text("What outputs are compared with labels by.");
    });
}

fn training(ui: &mut Ui, recipe: &mut NetworkRecipe, plane: Option<&NetworkPlane>) {
    if let Some(rate) = recipe.training.learning_rate {
        let limit = plane.map(|plane| plane.path().len()).map_or(String::new(), |_| {
            " Every change repeats the training; the plane goes through its weights.".to_owned()
        });
        let number = Number {
            name: "Learning rate of the training",
            symbol: "η",
            tooltip: &format!("The learning rate of the training.{limit}"),
            value: rate,
            reset: rate,
            slider: [1e-3, 2.0],
            range: [1e-7, 100.0],
            logarithmic: true,
            ticks: &[],
            names_ticks: false,
        };
        if let Some(rate) = number.show(ui) {
            recipe.training.learning_rate = Some(rate);
        }
    }
    line(ui, "Training", |ui| {
        let tooltip = "Steps of the training.";
        // Weights that are given need no training.
        let least = if recipe.weights.is_some() { 0 } else { 2 };
        let range = [least, NetworkRecipe::MAX_STEPS as u64];
        if let Some(steps) = whole(ui, "Steps of the training", tooltip, recipe.training.steps as u64, range) {
            recipe.training.steps = steps as usize;
            recipe.plane.step = recipe.plane.step.map(|step| step.min(steps as usize));
        }
        ui.label(muted("steps").size(12.0));
    });
    line(ui, "Seed", |ui| {
        let tooltip = "The seed of the initial weights.";
        if let Some(seed) = whole(ui, "Seed of the initial weights", tooltip, recipe.seed, [0, i64::MAX as u64]) {
            recipe.seed = seed;
        }
    });
}

/// The width of the button that takes another plane.
const ANOTHER: f32 = 30.0;

/// Which plane it is, beside the word "Plane": `of the path`, `random`.
fn of_plane(kind: &dyn PlaneKind) -> String {
    kind.title().split(' ').filter(|word| *word != "plane").collect::<Vec<_>>().join(" ")
}

fn choose_plane(ui: &mut Ui, recipe: &mut NetworkRecipe) {
    let kind = plane_kind(&recipe.plane.kind);
    line(ui, "Plane", |ui| {
        let spare = if kind.is_some_and(|kind| kind.is_random()) { ANOTHER + ui.spacing().item_spacing.x } else { 0.0 };
        let width = (ui.available_width() - spare - 4.0).max(40.0);
        let title = kind.map_or(String::new(), of_plane);
        let menu = ComboBox::from_id_salt("plane").selected_text(title).width(width).truncate();
        // A long title is cut at the room that the menu has, not at that of the whole line.
        let room = ui.scope(|ui| {
            ui.set_max_width(width);
            menu.show_ui(ui, |ui| {
                for kind in PLANES {
                    let is_chosen = recipe.plane.kind == kind.name();
                    if ui.selectable_label(is_chosen, of_plane(*kind)).on_hover_text(kind.summary()).clicked() {
                        recipe.plane.kind = kind.name().to_owned();
                    }
                }
            })
        });
        let shown = room.inner;
        let summary = kind.map_or("", |kind| kind.summary());
        shown.response.accessible_name("Plane through weight space").on_hover_text(summary);
        if kind.is_some_and(|kind| kind.is_random()) {
            let size = egui::vec2(ANOTHER, ui.spacing().interact_size.y);
            let next = ui.add_sized(size, egui::Button::new("↻")).accessible_name("Another plane");
            if next.on_hover_text("Takes the next seed: another plane of this kind.").clicked() {
                recipe.plane.seed = recipe.plane.seed.saturating_add(1).min(i64::MAX as u64);
            }
        }
    });
    line(ui, "at step", |ui| {
        let (last, tooltip) =
            (recipe.training.steps as u64, "The step of training whose weights are the point (0, 0).");
        let step = recipe.plane.step.map_or(last, |step| step as u64);
        if let Some(step) = whole(ui, "Step of training at the centre", tooltip, step, [0, last]) {
            recipe.plane.step = (step < last).then_some(step as usize);
        }
        ui.label(muted(format!("of {last}")).size(12.0));
    });
}

fn keep_in_plane(ui: &mut Ui, panel: &mut Panel<'_>, recipe: &NetworkRecipe) {
    let mut keeps = recipe.keep_runs_in_plane;
    let switch = checkbox(ui, &mut keeps, "keep the runs in the plane", "Keep the runs in the plane");
    let tooltip = "Runs move in all weights, and what is drawn is their shadow: rings are as large as the distance \
    from the \
                   plane, and a run is dashed where L on it differs from L drawn under it by more than a tenth. Runs \
                   that stay in the plane use the drawn loss, and rules for two weights can be used.";
    if switch.on_hover_text(tooltip).changed() {
        panel.emit(Command::SetNetwork(Box::new(NetworkRecipe { keep_runs_in_plane: keeps, ..recipe.clone() }), false));
    }
}
