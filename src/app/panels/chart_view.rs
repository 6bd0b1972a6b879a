//! A chart in the window: drawn as it is exported, with what lies under the pointer told, and the moment of the runs set by a
//! click on its steps.

use super::{Panel, corner};
use crate::app::command::Command;
use crate::app::gesture::drags;
use crate::app::paint::{self, Textures};
use crate::app::slider::round_on;
use crate::app::widgets::{self, palette};
use crate::chart::{self, Chart, Content, Drawn, LogSwitch, Plot};
use crate::lesson::Withheld;
use crate::scene::theme::{INK_DARK, INK_LIGHT};
use crate::scene::{Primitive, Rect, Stroke, within};
use crate::study::{Theme, length};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Response, Sense, Ui, WidgetInfo, pos2, vec2};
use std::sync::Arc;

/// The size of the words below a large chart.
const DESCRIPTION: f32 = 13.0;
/// A large chart is at least so high, above its words.
const LEAST_HEIGHT: f32 = 60.0;
/// A point answers the pointer at most this far away.
const REACH: f64 = 14.0;

/// Shows a chart in a height, its text and lines at a scale.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, chart: &'static dyn Chart, height: f32, scale: f64) {
    let content = shown(panel, chart);
    show_content(ui, panel, chart, &content, height, scale);
}

/// What a chart shows, without what a question withholds.
fn shown<'a>(panel: &Panel<'a>, chart: &'static dyn Chart) -> Content<'a> {
    match chart.content(&panel.subject()) {
        Content::Nothing(_) if hides_runs(panel) => Content::Nothing(Withheld::Runs.words().to_owned()),
        content => content,
    }
}

fn show_content(
    ui: &mut Ui,
    panel: &mut Panel<'_>,
    chart: &'static dyn Chart,
    content: &Content<'_>,
    height: f32,
    scale: f64,
) {
    let size = vec2(ui.available_width().max(40.0), height);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let inside = Rect { min: [0.0, 0.0], max: [f64::from(size.x), f64::from(size.y)] };
    // The corner at the right belongs to the buttons of the tab.
    let spare = 2.0 * f64::from(corner(ui)) + 6.0;
    let drawn = match content {
        Content::Drawing(_) => kept(ui, panel, chart, content, &inside, scale),
        _ if chart.names_lines() => Arc::new(chart::draw_named(content, &inside, spare, scale, palette(ui))),
        _ => Arc::new(chart::draw(content, &inside, scale, palette(ui))),
    };
    paint_marks(ui, &drawn.primitives, rect);
    let title = chart.info().title;
    response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, title));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_description(drawn.description.clone()));
    if let (Content::Plot(plot), Some(layout)) = (content, &drawn.layout) {
        if let Some(switch) = &plot.log_switch {
            log_switch(ui, panel, rect, switch);
        }
        if plot.counts_steps {
            go_to_step(panel, &response, |x| layout.value_across(f64::from(x - rect.left())));
        }
        if let Some(parameter) = chart.varies(&panel.subject()) {
            set_parameter(panel, &response, parameter, plot, |x| layout.value_across(f64::from(x - rect.left())));
        }
        tell(ui, panel, response, chart, plot, layout, rect);
    }
}

/// Shows a chart in a height, with its description below it.
pub fn show_described(ui: &mut Ui, panel: &mut Panel<'_>, chart: &'static dyn Chart, height: f32, scale: f64) {
    let content = shown(panel, chart);
    let description = match &content {
        Content::Plot(plot) if !hides_runs(panel) => plot.description.as_str(),
        Content::Drawing(drawing) => &drawing.description,
        _ => "",
    };
    if description.is_empty() {
        return show_content(ui, panel, chart, &content, height, scale);
    }
    let words = egui::WidgetText::from(widgets::muted(description).size(DESCRIPTION));
    let wrap = Some(egui::TextWrapMode::Wrap);
    let galley = words.into_galley(ui, wrap, ui.available_width(), egui::TextStyle::Body);
    let below = galley.size().y + ui.spacing().item_spacing.y;
    show_content(ui, panel, chart, &content, (height - below).max(LEAST_HEIGHT), scale);
    ui.label(galley);
}

/// Whether a lesson hides the runs, because its question is about them.
fn hides_runs(panel: &Panel<'_>) -> bool {
    panel.state.lessons.withholds().is_some() && panel.state.study.runs.iter().all(|run| !run.shown)
}

fn paint_marks(ui: &Ui, primitives: &[Primitive], rect: egui::Rect) {
    let clip = rect.expand(1.0).intersect(ui.clip_rect());
    for shape in paint::shapes(ui.ctx(), &mut Textures::default(), primitives, rect.min.to_vec2(), clip) {
        ui.painter().with_clip_rect(shape.clip_rect).add(shape.shape);
    }
}

/// What a drawing was made for.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    points_version: u64,
    version: u64,
    selected: Option<[f64; 2]>,
    size: [f64; 2],
    theme: Theme,
    scale: f64,
}

/// A drawing as it was made last: it samples the loss, which takes too long for every frame.
fn kept(ui: &Ui, panel: &Panel<'_>, chart: &dyn Chart, content: &Content<'_>, inside: &Rect, scale: f64) -> Arc<Drawn> {
    let study = &panel.state.study;
    let key = Key {
        points_version: panel.computed.points_version,
        version: chart.version(&panel.subject()),
        selected: study.display.selected,
        size: inside.max,
        theme: study.picture.theme,
        scale,
    };
    let id = ui.scope_id().with(chart.info().key);
    let kept = ui.data(|data| data.get_temp::<(Key, Arc<Drawn>)>(id)).filter(|(known, _)| *known == key);
    kept.map_or_else(
        || {
            let drawn = Arc::new(chart::draw(content, inside, scale, palette(ui)));
            ui.data_mut(|data| data.insert_temp(id, (key, Arc::clone(&drawn))));
            drawn
        },
        |(_, drawn)| drawn,
    )
}

/// A click or a drag over the steps goes to the step under the pointer.
fn go_to_step(panel: &mut Panel<'_>, response: &Response, step_at: impl Fn(f32) -> f64) {
    let Some(pos) = response.interact_pointer_pos().filter(|_| response.clicked() || drags(response)) else {
        return;
    };
    let end = length(&panel.computed.findings, panel.state.study.display.clock);
    let step = step_at(pos.x).round().max(0.0);
    if step.is_finite() {
        let step = step as usize;
        panel.emit(Command::GoTo((step < end).then_some(step)));
    }
}

/// A click or a drag over the values of a parameter sets it.
fn set_parameter(panel: &mut Panel<'_>, response: &Response, name: String, plot: &Plot, at: impl Fn(f32) -> f64) {
    let Some(pos) = response.interact_pointer_pos().filter(|_| response.clicked() || drags(response)) else {
        return;
    };
    let [low, high] = plot.axes[0].ends;
    panel.emit(Command::SetParameter(name, within(round_on(at(pos.x), high - low), low, high)));
}

/// Marks the point nearest to the pointer, and tells its values; a click selects the critical point that stands there.
fn tell(
    ui: &Ui,
    panel: &mut Panel<'_>,
    response: Response,
    chart: &dyn Chart,
    plot: &Plot,
    layout: &chart::PlotLayout,
    rect: egui::Rect,
) {
    let Some(pos) = response.hover_pos() else { return };
    let pixel = [f64::from(pos.x - rect.left()), f64::from(pos.y - rect.top())];
    let Some((series, point, at)) = layout.nearest(plot, pixel, REACH) else { return };
    let ring = |radius: f64, colour| Primitive::Circle {
        centre: at,
        radius,
        fill: None,
        stroke: Some(Stroke { width: 1.5, colour, dash: None }),
    };
    paint_marks(ui, &[ring(5.5, INK_DARK), ring(4.2, INK_LIGHT)], rect);
    let place = plot.series.get(series).and_then(|series| series.points.get(point));
    if let Some(w) = place.filter(|_| response.clicked()).and_then(|at| chart.critical_point(&panel.subject(), *at)) {
        panel.emit(Command::Select(Some(w)));
    }
    if let Some(words) = plot.reading(series, point) {
        response.on_hover_text_at_pointer(words);
    }
}

/// The switch of the logarithmic axis, ticked where the axis is logarithmic.
fn log_switch(ui: &mut Ui, panel: &mut Panel<'_>, rect: egui::Rect, switch: &LogSwitch) {
    let at = pos2(rect.right() - 46.0 - 2.0 * corner(ui) - 4.0, rect.top());
    let place = egui::UiBuilder::new().max_rect(egui::Rect::from_min_size(at, vec2(46.0, 18.0)));
    let mut on = switch.is_on;
    let response = ui.scope_builder(place, |ui| {
        ui.add_enabled_ui(switch.is_possible, |ui| widgets::checkbox(ui, &mut on, "log", "Logarithmic loss axis")).inner
    });
    let response = response.inner.on_hover_text(&switch.words).on_disabled_hover_text(&switch.words);
    if response.changed() {
        panel.emit(Command::LogarithmicLoss(on));
    }
}
