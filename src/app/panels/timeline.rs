//! The timeline under the picture: the runs are played, stepped through and scrubbed, all at the same step or all having
//! evaluated as much.

use super::Panel;
use crate::app::command::Command;
use crate::app::state::Timeline;
use crate::app::theme;
use crate::app::widgets::{muted, palette, shortcut};
use crate::study::{Clock, length};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Key, Layout, Modifiers, Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

/// In less than this width there are no buttons for the start and the end, and as many more where buttons are large.
const ENDS: f32 = 290.0;

/// The size of a button.
fn button_size(ui: &Ui) -> Vec2 {
    theme::touchable(ui, vec2(26.0, 24.0))
}

/// The height of the bar that the timeline fills.
pub fn height(ui: &Ui) -> f32 {
    button_size(ui).y.max(28.0) + 6.0
}

/// Shows the timeline.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let (timeline, display) = (panel.state.timeline, &panel.state.study.display);
    let end = length(&panel.computed.findings, display.clock);
    let at = display.at.unwrap_or(end).min(end);
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        // The slider keeps its room before the buttons that it can stand for.
        let has_ends = ui.available_width() > ENDS + 6.0 * (button_size(ui).x - 26.0);
        for (sign, name, key, command) in [
            (Sign::Start, "To the start", "Shift J", Command::GoTo(Some(0))),
            (Sign::Back, "Step back", "J", Command::GoTo(Some(at.saturating_sub(1)))),
        ] {
            if (has_ends || sign != Sign::Start) && button(ui, sign, name, key).clicked() {
                panel.emit(command);
            }
        }
        let (sign, name) =
            if timeline.playing.is_some() { (Sign::Pause, "Pause the runs") } else { (Sign::Play, "Play the runs") };
        if button(ui, sign, name, "K").clicked() {
            panel.emit(play(&timeline, at, end));
        }
        for (sign, name, key, command) in [
            (Sign::Forward, "Step forward", "L", Command::GoTo(forward(at, end))),
            (Sign::End, "To the end", "Shift L", Command::GoTo(None)),
        ] {
            if (has_ends || sign != Sign::End) && button(ui, sign, name, key).clicked() {
                panel.emit(command);
            }
        }
        ui.add_space(8.0);
        // In a narrow window what is used least gives way.
        let room = ui.available_width() / (egui::TextStyle::Body.resolve(ui.style()).size / theme::BODY);
        if room > 420.0 {
            clock(ui, panel);
        }
        // As wide as the longest it can get, so that nothing moves.
        let digits = end.to_string().len();
        let text = format!("{at:>digits$} / {end}");
        let width = 12.0 + 8.0 * (2 * digits + 3) as f32;
        ui.allocate_ui_with_layout(vec2(width, ui.available_height()), Layout::right_to_left(Align::Center), |ui| {
            ui.label(egui::RichText::new(text).size(12.0));
        });
        ui.add_space(6.0);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if room > 300.0 {
                speed(ui, panel);
                ui.add_space(8.0);
            }
            scrub(ui, panel, at, end);
        });
    });
}

/// The keys of the timeline, like those of a film editor.
pub fn keys(ui: &Ui, panel: &mut Panel<'_>) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let (timeline, display) = (panel.state.timeline, &panel.state.study.display);
    let end = length(&panel.computed.findings, display.clock);
    let at = display.at.unwrap_or(end).min(end);
    let tenth = end.div_ceil(10);
    let speed = timeline.speed;
    for (modifiers, key, command) in [
        (Modifiers::NONE, Key::PageUp, Command::GoTo(Some(at.saturating_sub(tenth)))),
        (Modifiers::NONE, Key::PageDown, Command::GoTo((at + tenth < end).then_some(at + tenth))),
        (Modifiers::NONE, Key::OpenBracket, Command::SetSpeed(0.5 * speed)),
        (Modifiers::NONE, Key::CloseBracket, Command::SetSpeed(2.0 * speed)),
        (Modifiers::SHIFT, Key::J, Command::GoTo(Some(0))),
        (Modifiers::SHIFT, Key::L, Command::GoTo(None)),
        (Modifiers::NONE, Key::J, Command::GoTo(Some(at.saturating_sub(1)))),
        (Modifiers::NONE, Key::L, Command::GoTo(forward(at, end))),
        (Modifiers::NONE, Key::K, play(&timeline, at, end)),
    ] {
        if shortcut(ui, modifiers, key) {
            panel.commands.push(command);
        }
    }
}

fn forward(at: usize, end: usize) -> Option<usize> {
    (at + 1 < end).then_some(at + 1)
}

/// Pauses, or plays on; from the start again at the end.
fn play(timeline: &Timeline, at: usize, end: usize) -> Command {
    match timeline.playing {
        Some(_) => Command::GoTo(Some(at)),
        None => Command::Play(if at < end { at } else { 0 }),
    }
}

fn clock(ui: &mut Ui, panel: &mut Panel<'_>) {
    let chosen = panel.state.study.display.clock;
    let word = |clock: Clock| match clock {
        Clock::Steps => "step",
        Clock::Gradients => "gradients",
    };
    let tooltip = "How the runs keep pace: by the same number of steps, or by the same number of evaluations. A \
    Hessian counts as two \
                   gradients, a product with it as one, a value of L as a third.";
    let menu = egui::ComboBox::from_id_salt("clock").selected_text(word(chosen)).width(84.0);
    let shown = menu.show_ui(ui, |ui| {
        for clock in [Clock::Steps, Clock::Gradients] {
            if ui.selectable_label(clock == chosen, word(clock)).clicked() {
                panel.emit(Command::KeepStepBy(clock));
            }
        }
    });
    shown.response.accessible_name("Keep step by").on_hover_text(tooltip);
}

fn speed(ui: &mut Ui, panel: &mut Panel<'_>) {
    let mut speed = panel.state.timeline.speed;
    let pace = 0.02 * speed;
    let [slowest, fastest] = Timeline::SPEEDS;
    ui.label(muted("a second").size(11.0));
    let drag = egui::DragValue::new(&mut speed).range(slowest..=fastest).speed(pace).max_decimals(1);
    let response = ui.add(drag).accessible_name("Steps a second");
    if response.on_hover_text("How fast the runs are played: drag or type, or press [ and ].").changed() {
        panel.emit(Command::SetSpeed(speed));
    }
}

/// A thin slider over all steps.
fn scrub(ui: &mut Ui, panel: &mut Panel<'_>, at: usize, end: usize) {
    let size = vec2(ui.available_width().max(40.0), button_size(ui).y.max(20.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let line = rect.shrink2(vec2(7.0, 0.0));
    if let Some(pos) = response.interact_pointer_pos().filter(|_| end > 0) {
        let share = ((pos.x - line.left()) / line.width()).clamp(0.0, 1.0);
        let at = (f64::from(share) * end as f64).round() as usize;
        panel.emit(Command::GoTo((at < end).then_some(at)));
    }
    response.widget_info(|| WidgetInfo::slider(ui.is_enabled(), at as f64, "Moment of the runs"));
    let colours = palette(ui);
    let share = if end == 0 { 1.0 } else { at as f32 / end as f32 };
    let knob = pos2(line.left() + share * line.width(), line.center().y);
    let painter = ui.painter();
    let rail = |from: f32, to: f32, colour| {
        let stroke = egui::Stroke::new(3.0, theme::colour(colour));
        painter.hline(egui::Rangef::new(from, to), line.center().y, stroke);
    };
    rail(line.left(), line.right(), colours.separator);
    rail(line.left(), knob.x, colours.accent);
    painter.circle(knob, 6.0, theme::colour(colours.text), egui::Stroke::NONE);
    response.on_hover_text("Where the runs are shown: drag.");
}

/// What a button shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Start,
    Back,
    Play,
    Pause,
    Forward,
    End,
}

fn button(ui: &mut Ui, sign: Sign, name: &str, key: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(button_size(ui), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let colours = palette(ui);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 4.0, theme::colour(colours.hovered));
    }
    let colour = theme::colour(colours.text);
    let centre = rect.center();
    let triangle = |x: f32, direction: f32| {
        let tip = centre + vec2(x + 4.0 * direction, 0.0);
        let back = centre.x + x - 4.0 * direction;
        let points = vec![tip, pos2(back, centre.y - 5.0), pos2(back, centre.y + 5.0)];
        egui::Shape::convex_polygon(points, colour, egui::Stroke::NONE)
    };
    let bar = |x: f32| {
        let bar = Rect::from_center_size(centre + vec2(x, 0.0), vec2(2.2, 10.0));
        egui::Shape::rect_filled(bar, 0.0, colour)
    };
    ui.painter().extend(match sign {
        Sign::Start => vec![bar(-5.0), triangle(1.0, -1.0)],
        Sign::Back => vec![triangle(-1.0, -1.0), bar(5.0)],
        Sign::Play => vec![triangle(0.5, 1.25)],
        Sign::Pause => vec![bar(-3.0), bar(3.0)],
        Sign::Forward => vec![bar(-5.0), triangle(1.0, 1.0)],
        Sign::End => vec![triangle(-1.0, 1.0), bar(5.0)],
    });
    response.on_hover_text(format!("{name} ({key})."))
}
