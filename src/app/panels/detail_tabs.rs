//! The place below the table: charts, the local picture of the selected critical point, a run under scrutiny.

use super::Panel;
use super::loss_chart;
use crate::app::command::Command;
use crate::app::paint::{self, Textures};
use crate::app::state::Lower;
use crate::app::theme;
use crate::app::widgets::{muted, palette};
use crate::number::display::short;
use crate::scene::{self, Rect, words};
use crate::study::Theme;
use eframe::egui;
use egui::accesskit::Role;
use egui::epaint::ClippedShape;
use egui::{Align, Layout, RichText, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// Shows what was chosen in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    ui.horizontal(|ui| {
        ui.set_min_height(ui.spacing().interact_size.y);
        tabs(ui, panel);
    });
    match panel.state.lower {
        Lower::Loss => loss_chart::show(ui, panel, height),
        Lower::Local => local(ui, panel, height),
        Lower::Run => super::run_details::show(ui, panel, height),
        Lower::Sharpness => super::sharpness::show(ui, panel, height),
        Lower::Ensemble => super::ensemble::show(ui, panel, height),
    }
}

/// The headings, of which one is chosen.
fn tabs(ui: &mut Ui, panel: &mut Panel<'_>) {
    ui.spacing_mut().item_spacing.x = 11.0;
    for (lower, text, name, tooltip) in [
        (Lower::Loss, "LOSS", "Show the loss", "The loss against the step, for all runs."),
        (
            Lower::Local,
            "LOCAL",
            "Show the local picture",
            "L around the selected critical point, with its eigen-directions and the quadratic model over it.",
        ),
        (
            Lower::Run,
            "RUN",
            "Show the run",
            "One run: the factors that theory predicts beside the measured ones, and stopping rules.",
        ),
        (
            Lower::Sharpness,
            "λmax",
            "Show the sharpness",
            "The greatest eigenvalue of H at each step. A dashed line is what a run can bear, 2/η for gradient descent: \
             beyond it the quadratic model is unstable, and runs leave for flatter ground or hover about the line, at the \
             edge of stability.",
        ),
        (
            Lower::Ensemble,
            "SEEDS",
            "Show the ensemble",
            "Many runs of one optimizer, with other seeds or other starts: their paths, the mean path, and where they end.",
        ),
    ] {
        let chosen = panel.state.lower == lower;
        let colours = palette(ui);
        let colour = theme::colour(if chosen { colours.text } else { colours.muted });
        let text = RichText::new(text).family(theme::bold()).size(10.5).extra_letter_spacing(0.6);
        let tab = ui.add(egui::Button::new(text.color(colour)).frame(false));
        tab.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, name));
        if chosen {
            let line = egui::Stroke::new(1.5, theme::colour(colours.accent));
            ui.painter().hline(tab.rect.x_range(), tab.rect.bottom() - 1.0, line);
        }
        if tab.on_hover_text(tooltip).clicked() {
            panel.commands.push(Command::ShowBelow(lower));
        }
    }
}

/// What the local picture was drawn for.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    points_version: u64,
    index: usize,
    rect: egui::Rect,
    pixels_per_point: f32,
    theme: Theme,
}

/// The local picture as it was last laid out.
#[derive(Clone)]
struct Kept {
    key: Key,
    shapes: Arc<Vec<ClippedShape>>,
    reach: Option<f64>,
}

fn local(ui: &mut Ui, panel: &Panel<'_>, height: f32) {
    let caption = 34.0;
    let size = vec2(ui.available_width(), (height - caption).max(40.0));
    let findings = &panel.computed.findings;
    let Some(index) = panel.state.selected.and_then(|w| panel.computed.point_at(w)) else {
        ui.allocate_ui_with_layout(size + vec2(0.0, caption), Layout::top_down(Align::LEFT), |ui| {
            ui.set_min_height(height);
            ui.add(egui::Label::new(muted("Click a critical point in the picture or in the table.").size(12.0)).wrap());
        });
        return;
    };
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let key = Key {
        points_version: panel.computed.points_version,
        index,
        rect,
        pixels_per_point: ui.ctx().pixels_per_point(),
        theme: panel.state.study.picture.theme,
    };
    let id = egui::Id::unique("local picture");
    let kept = ui.data(|data| data.get_temp::<Kept>(id)).filter(|kept| kept.key == key);
    let kept = kept.unwrap_or_else(|| {
        let whole = Rect { min: [0.0, 0.0], max: [f64::from(size.x), f64::from(size.y)] };
        let view = &panel.state.study.view;
        let drawn = scene::local(&findings.loss, &findings.points, index, view, palette(ui), whole, 1.0);
        let (primitives, reach) = drawn.map_or((Vec::new(), None), |drawn| (drawn.primitives, Some(drawn.reach)));
        let origin: Vec2 = rect.min.to_vec2();
        let shapes = paint::shapes(ui.ctx(), &mut Textures::default(), &primitives, origin, rect);
        let kept = Kept { key, shapes: Arc::new(paint::tessellated(ui.ctx(), shapes)), reach };
        ui.data_mut(|data| data.insert_temp(id, kept.clone()));
        kept
    });
    let visible = ui.clip_rect();
    for shape in kept.shapes.iter() {
        ui.painter().with_clip_rect(shape.clip_rect.intersect(visible)).add(shape.shape.clone());
    }
    let what = findings.points.points.get(index).map_or("", |point| words::kind_word(point.kind));
    let reach = kept.reach.map_or("not drawn".to_owned(), |reach| format!("± {}", short(reach)));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Local picture"));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(format!(
            "Contours of L and of its quadratic model around the {what}, {reach} in height, with the eigen-directions."
        ));
    });
    // The key: a line as it is drawn, and what it is.
    ui.allocate_ui_with_layout(vec2(size.x, caption), Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_height(caption);
        let colours = palette(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 5.0;
            for (dashed, colour, text) in
                [(false, colours.bare_contour, "L"), (true, colours.accent, "quadratic model")]
            {
                let (line, _) = ui.allocate_exact_size(vec2(22.0, 14.0), Sense::hover());
                let stroke = egui::Stroke::new(if dashed { 1.6 } else { 1.2 }, theme::colour(colour));
                let ends = [pos2(line.left(), line.center().y), pos2(line.right(), line.center().y)];
                if dashed {
                    ui.painter().extend(egui::Shape::dashed_line(&ends, stroke, 5.0, 4.0));
                } else {
                    ui.painter().line_segment(ends, stroke);
                }
                ui.label(muted(text).size(11.0));
                ui.add_space(6.0);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(muted(reach.clone()).size(11.0)));
        });
    });
}
