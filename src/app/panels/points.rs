//! The table of critical points, with the claim about it.

use super::Panel;
use crate::app::command::Command;
use crate::app::compute::{PATIENCE_SECONDS, SearchState};
use crate::app::theme;
use crate::app::widgets::{heading, muted, palette};
use crate::critical::{CriticalCurve, CriticalPoint, CriticalPoints, Evidence};
use crate::curvature::Kind;
use crate::lesson::Withheld;
use crate::number::display::{minus, point, short};
use crate::scene::words;
use crate::study::ShownPoint;
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Align2, Color32, Layout, Pos2, Sense, Ui, WidgetInfo, pos2, vec2};

/// The height of a row of the table.
pub const ROW_HEIGHT: f32 = 38.0;
/// The height of a row where more points are to be seen than such rows have room for.
pub const LOW_ROW_HEIGHT: f32 = 17.0;
/// The height of all that is above and below the table.
pub const AROUND_TABLE: f32 = 112.0;
/// The same in a low window, where the claim has two lines and the audit is in its tooltip.
pub const AROUND_TABLE_IF_LOW: f32 = 64.0;
/// What it is more for a network, whose claim has three lines.
pub const THIRD_LINE: f32 = 14.0;

/// Shows claim, table and audit; the table has this height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32, is_low_window: bool) {
    heading(ui, "Critical points");
    claim(ui, panel, is_low_window);
    let CriticalPoints { points, curves, .. } = &panel.computed.findings.points;
    let (loss, view) = (&panel.computed.findings.loss, &panel.state.study.view);
    let size = ShownPoint::size(points);
    let selected = panel.computed.findings.selected_point(&panel.state.study);
    if panel.state.lessons.withholds() == Some(Withheld::Points) {
        // The claim says why.
        ui.allocate_space(vec2(ui.available_width(), height));
        if !is_low_window {
            audit(ui, &panel.computed.findings.points);
        }
        return;
    }
    let mut chosen = None;
    let is_for_fingers = theme::is_for_fingers(ui);
    let is_low = !is_for_fingers && (points.len() + curves.len()) as f32 * ROW_HEIGHT > height;
    let whole = match is_low {
        true => LOW_ROW_HEIGHT,
        false if is_for_fingers => theme::FINGER + ui.spacing().item_spacing.y,
        false => ROW_HEIGHT,
    };
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        if is_low {
            ui.spacing_mut().item_spacing.y = 1.0;
        }
        let row_height = whole - ui.spacing().item_spacing.y;
        let area = egui::ScrollArea::vertical().id_salt("critical points").max_height(height);
        // By itself it would not be lower than 64 points, and push the charts out of sight.
        let area = area.min_scrolled_height(height);
        area.auto_shrink([false, false]).show_rows(ui, row_height, points.len() + curves.len(), |ui, range| {
            for index in range {
                if let Some(critical) = points.get(index) {
                    let shown = ShownPoint::of(loss, view, critical, size);
                    chosen = row(ui, critical, &shown, row_height, selected == Some(index)).or(chosen.take());
                } else if let Some(curve) = curves.get(index - points.len()) {
                    curve_row(ui, curve, row_height);
                }
            }
        });
    });
    if !is_low_window {
        audit(ui, &panel.computed.findings.points);
    }
    if let Some(commands) = chosen {
        panel.commands.extend(commands);
    }
}

/// What the audit means.
const POINCARE_HOPF: &str = "By the theorem of Poincaré and Hopf ∇L turns along the border as often as the indices inside add up to: \
                             +1 at an extremum, −1 at a saddle. A difference refutes the list; equality proves nothing.";

/// The line under the table: the sum of the indices, and how often ∇L turns along the border.
fn audit(ui: &mut Ui, points: &CriticalPoints) {
    let words = points.audit.map(|audit| audit.words()).unwrap_or_default();
    // Room for two lines, whether they are needed or not.
    ui.allocate_ui_with_layout(vec2(ui.available_width(), 30.0), Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_height(30.0);
        ui.add(egui::Label::new(muted(words).size(11.0)).wrap()).on_hover_text(POINCARE_HOPF);
    });
}

fn claim(ui: &mut Ui, panel: &mut Panel<'_>, is_low_window: bool) {
    let points = &panel.computed.findings.points;
    // Room for three lines, or for two: the table stays where it is.
    let is_short = is_low_window && panel.computed.findings.network().is_none();
    let height = if is_short { 44.0 - THIRD_LINE } else { 44.0 };
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
        let audit = points.audit.as_ref().filter(|_| is_low_window);
        let audit = audit.map_or(String::new(), |audit| format!("\n{} {POINCARE_HOPF}", audit.words()));
        ui.add(egui::Label::new(text).wrap()).on_hover_text(format!("{}{audit}", points.method));
    });
}

const SIGN_WIDTH: f32 = 18.0;

/// One row: kind, place and evidence, and, where it is high enough, below them index, eigenvalues and value; what a click on it
/// asks for.
fn row(ui: &mut Ui, critical: &CriticalPoint, shown: &ShownPoint, height: f32, selected: bool) -> Option<Vec<Command>> {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let (word, place) = (words::kind_word(critical.kind), point(shown.w));
    let value = short(shown.value);
    let [least, greatest] = shown.eigenvalues.map(short);
    let index = critical.index.map_or("?".to_owned(), |index| minus(&index.to_string()));
    let (mark, evidence) = match critical.evidence {
        Evidence::Certified => ("✓", "certified"),
        Evidence::Candidate => ("?", "a candidate, not certified"),
    };
    let name = format!("{word} at {place}, L = {value}");
    let spoken = format!("{name}, index {index}, eigenvalues {least} and {greatest}, {evidence}");
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, selected, &spoken));
    let colours = palette(ui);
    let band = rect.expand2(vec2(4.0, 0.5 * ui.spacing().item_spacing.y));
    if selected || response.hovered() || response.has_focus() {
        let fill = if selected { ui.visuals().selection.bg_fill } else { theme::colour(colours.hovered) };
        ui.painter().rect_filled(band, 4.0, fill);
    }
    let (text, muted) = (theme::colour(colours.text), theme::colour(colours.muted));
    let font = |size: f32| egui::FontId::new(size, egui::FontFamily::Proportional);
    let is_low = height < 0.8 * ROW_HEIGHT;
    let [first, second] = [rect.top() + if is_low { 0.5 } else { 0.27 } * height, rect.top() + 0.75 * height];
    let painter = ui.painter().with_clip_rect(rect.expand(4.0));
    let (left, right) = (rect.left() + SIGN_WIDTH, rect.right());
    painter.text(pos2(rect.left() + 7.0, first), Align2::CENTER_CENTER, sign(critical.kind), font(12.0), text);
    let proved = if critical.evidence == Evidence::Certified { theme::colour(colours.good) } else { muted };
    painter.text(pos2(right, first), Align2::RIGHT_CENTER, mark, font(12.0), proved);
    let ends = |y: f32, right: f32| [pos2(left, y), pos2(right, y)];
    side_by_side(&painter, ends(first, right - 16.0), [kind_word(critical.kind), &place], 12.0, text);
    if !is_low {
        let first = match &critical.beyond {
            Some(beyond) => words::beyond_in_short(beyond),
            None => format!("index {index} · λ {least}, {greatest}"),
        };
        let below = [first, format!("L {value}")];
        side_by_side(&painter, ends(second, right), [&below[0], &below[1]], 11.0, muted);
    }
    let beyond = critical.beyond.as_ref().map_or(String::new(), |beyond| format!("\n{}.", words::beyond(beyond)));
    let tooltip = format!(
        "{name}\nPoincaré index {index}, λ₁ = {least}, λ₂ = {greatest}; {evidence}.{beyond}\nClick to select, double \
        click (or C) to put it in the \
         middle."
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

/// Two texts at both ends of a line, smaller where they would touch.
pub(super) fn side_by_side(
    painter: &egui::Painter,
    [left, right]: [Pos2; 2],
    texts: [&str; 2],
    size: f32,
    colour: Color32,
) {
    let font = |size: f32| egui::FontId::new(size, egui::FontFamily::Proportional);
    let width = |text: &str| painter.layout_no_wrap(text.to_owned(), font(size), colour).size().x;
    let room = right.x - left.x - 8.0;
    let size = size * (room / (width(texts[0]) + width(texts[1]))).clamp(0.7, 1.0);
    painter.text(left, Align2::LEFT_CENTER, texts[0], font(size), colour);
    painter.text(right, Align2::RIGHT_CENTER, texts[1], font(size), colour);
}

/// The row of a curve of critical points: it has no one place to go to.
fn curve_row(ui: &mut Ui, curve: &CriticalCurve, height: f32) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let text = match (curve.evidence, curve.kind) {
        (Evidence::Candidate, _) => "a curve of critical points, not proved",
        (_, Kind::Minimum) => "a curve of minima",
        (_, Kind::Maximum) => "a curve of maxima",
        (_, Kind::Saddle | Kind::Degenerate) => "a curve of critical points",
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let colour = theme::colour(palette(ui).text);
    let font = egui::FontId::new(12.0, egui::FontFamily::Proportional);
    let (left, y) = (rect.left(), rect.center().y);
    ui.painter().text(pos2(left + 7.0, y), Align2::CENTER_CENTER, "∿", font.clone(), colour);
    ui.painter().text(pos2(left + SIGN_WIDTH, y), Align2::LEFT_CENTER, text, font, colour);
    response.on_hover_text("Every point on it is critical. H across the curve is as stated; along it L is constant.");
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

/// The sign of a kind: the shape of its marker.
pub(super) fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "●",
        Kind::Maximum => "▲",
        Kind::Saddle => "✕",
        Kind::Degenerate => "⬡",
    }
}
