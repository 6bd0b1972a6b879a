//! The table of critical points, with the claim about it.

use super::Panel;
use crate::app::command::Command;
use crate::app::compute::{PATIENCE_SECONDS, SearchState};
use crate::app::theme;
use crate::app::widgets::{heading, palette};
use crate::critical::{CriticalCurve, CriticalPoint, CriticalPoints};
use crate::curvature::Kind;
use crate::number::display::{beside, minus, point, short};
use crate::scene::text::plain_width;
use crate::scene::{Font, words};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Align2, Layout, Sense, Ui, WidgetInfo, pos2, vec2};

/// The height of the table: so many rows, others are scrolled to.
const ROWS: f32 = 6.0;
const ROW_HEIGHT: f32 = 22.0;

/// Shows claim and table.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, rows: f32) {
    heading(ui, "Critical points");
    claim(ui, panel);
    let CriticalPoints { points, curves, .. } = &panel.computed.findings.points;
    let selected = panel.state.selected.and_then(|w| panel.computed.point_at(w));
    let height = rows.max(ROWS.min(3.0)) * ROW_HEIGHT;
    let mut chosen = None;
    let narrow = is_narrow(ui, points);
    let row_height = ROW_HEIGHT - ui.spacing().item_spacing.y;
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        let area = egui::ScrollArea::vertical().id_salt("critical points").max_height(height);
        area.auto_shrink([false, false]).show_rows(ui, row_height, points.len() + curves.len(), |ui, range| {
            for index in range {
                if let Some(critical) = points.get(index) {
                    chosen = row(ui, critical, selected == Some(index), narrow).or(chosen.take());
                } else if let Some(curve) = curves.get(index - points.len()) {
                    curve_row(ui, curve);
                }
            }
        });
    });
    if let Some(commands) = chosen {
        panel.commands.extend(commands);
    }
}

fn claim(ui: &mut Ui, panel: &mut Panel<'_>) {
    let points = &panel.computed.findings.points;
    // Room for four lines: the table stays where it is.
    let height = 56.0;
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), layout, |ui| {
        ui.set_min_height(height);
        let colours = palette(ui);
        if let SearchState::Searching { since, .. } = panel.computed.search
            && panel.now - since > PATIENCE_SECONDS
        {
            let stop = ui.button("Stop").accessible_name("Stop the search");
            if stop.on_hover_text("Keeps what was found so far.").clicked() {
                panel.commands.push(Command::StopSearch);
            }
        }
        let pending = panel.computed.pending_claim(panel.now);
        let text = pending.clone().unwrap_or_else(|| words::badge(points));
        let colour = match pending {
            Some(_) => colours.muted,
            None if text.starts_with('✓') => colours.good,
            None => colours.text,
        };
        let text = egui::RichText::new(text).size(12.0).color(theme::colour(colour));
        ui.add(egui::Label::new(text).wrap()).on_hover_text(how(points));
    });
}

/// How the claim was come to.
fn how(points: &CriticalPoints) -> String {
    let mut text = points.method.clone();
    if let Some(audit) = points.audit {
        let sum = audit.index_sum.map_or("is not known".to_owned(), |sum| format!("is {}", minus(&sum.to_string())));
        let turns = minus(&audit.turns.to_string());
        text.push_str(&format!("\n∇L turns {turns} times along the border of the view; the sum of the indices {sum}."));
    }
    text
}

const SIGN_WIDTH: f32 = 18.0;
const VALUE_WIDTH: f32 = 50.0;

/// Whether a row has no room for its kind in full: then all rows have it short.
fn is_narrow(ui: &Ui, points: &[CriticalPoint]) -> bool {
    let room = ui.available_width() - SIGN_WIDTH - VALUE_WIDTH - 26.0;
    let width = |text: &str| plain_width(Font::Sans, 12.0, text) as f32;
    points.iter().take(100).any(|critical| width(kind_word(critical.kind)) + width(&point(critical.w)) > room)
}

/// One row; what a click on it asks for.
fn row(ui: &mut Ui, critical: &CriticalPoint, selected: bool, narrow: bool) -> Option<Vec<Command>> {
    let height = ROW_HEIGHT - ui.spacing().item_spacing.y;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let largest = critical.eigen.values[0].abs().max(critical.eigen.values[1].abs());
    let (word, place) = (words::kind_word(critical.kind), point(critical.w));
    let value = beside(critical.value, largest.max(1.0));
    let name = format!("{word} at {place}, L = {value}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &name));
    let colours = palette(ui);
    let band = rect.expand2(vec2(4.0, 0.5 * ui.spacing().item_spacing.y));
    if selected || response.hovered() || response.has_focus() {
        let fill = if selected { ui.visuals().selection.bg_fill } else { theme::colour(colours.hovered) };
        ui.painter().rect_filled(band, 4.0, fill);
    }
    let text = theme::colour(colours.text);
    let short_word = if narrow { abbreviation(critical.kind) } else { kind_word(critical.kind) };
    let font = egui::FontId::new(12.0, egui::FontFamily::Proportional);
    let y = rect.center().y;
    let painter = ui.painter().with_clip_rect(rect.expand(4.0));
    painter.text(pos2(rect.left() + 7.0, y), Align2::CENTER_CENTER, sign(critical.kind), font.clone(), text);
    painter.text(pos2(rect.left() + SIGN_WIDTH, y), Align2::LEFT_CENTER, short_word, font.clone(), text);
    let value_left = rect.right() - VALUE_WIDTH;
    painter.text(pos2(value_left - 4.0, y), Align2::RIGHT_CENTER, &place, font.clone(), text);
    painter.text(pos2(rect.right(), y), Align2::RIGHT_CENTER, &value, font, theme::colour(colours.muted));
    let eigen = critical.eigen.values.map(short);
    let tooltip = format!(
        "{name}\nλ₁ = {}, λ₂ = {}. Click to select, double click (or C) to put it in the middle.",
        eigen[0], eigen[1]
    );
    let response = response.on_hover_text(tooltip);
    if response.double_clicked() {
        Some(vec![Command::Select(Some(critical.w)), Command::CentreOn(critical.w)])
    } else if response.clicked() {
        Some(vec![Command::Select(if selected { None } else { Some(critical.w) })])
    } else if response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::C)) {
        Some(vec![Command::CentreOn(critical.w)])
    } else {
        None
    }
}

/// The row of a curve of critical points: it has no one place to go to.
fn curve_row(ui: &mut Ui, curve: &CriticalCurve) {
    let height = ROW_HEIGHT - ui.spacing().item_spacing.y;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let text = match curve.kind {
        Kind::Minimum => "a curve of minima",
        Kind::Maximum => "a curve of maxima",
        Kind::Saddle | Kind::Degenerate => "a curve of critical points",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let colour = theme::colour(palette(ui).text);
    let font = egui::FontId::new(12.0, egui::FontFamily::Proportional);
    let (left, y) = (rect.left(), rect.center().y);
    ui.painter().text(pos2(left + 7.0, y), Align2::CENTER_CENTER, "∿", font.clone(), colour);
    ui.painter().text(pos2(left + SIGN_WIDTH, y), Align2::LEFT_CENTER, text, font, colour);
    response.on_hover_text("Every point on it is critical: across it H is as said, along it L does not change.");
}

/// The kind in one word, as there is room for in a table.
fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::Saddle => "saddle",
        Kind::Degenerate => "degenerate",
    }
}

/// The kind where there is no room for a word; the sign before it says it too, and the pointer shows the whole.
fn abbreviation(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "min.",
        Kind::Maximum => "max.",
        Kind::Saddle => "saddle",
        Kind::Degenerate => "degen.",
    }
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "●",
        Kind::Maximum => "▲",
        Kind::Saddle => "✕",
        Kind::Degenerate => "⬡",
    }
}
