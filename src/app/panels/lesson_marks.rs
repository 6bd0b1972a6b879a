//! Marks in the picture of a lesson: what a step highlights, where one person or a class expects a run to end, and what is right.

use super::Panel;
use crate::app::canvas::PictureCache;
use crate::app::command::Command;
use crate::app::lessons::LessonCommand;
use crate::app::open_lesson::{MOST_MARKS, Question};
use crate::app::paint::{self, Textures};
use crate::app::placement::PicturePlacement;
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{checkbox, muted, palette};
use crate::landscape::View;
use crate::lesson::{Answer, Predict};
use crate::number::Vector;
use crate::number::display::{point, short};
use crate::scene::words::kind_word;
use crate::scene::{Colour, highlight};
use eframe::egui;
use egui::{Align2, Button, FontId, Label, Pos2, RichText, Stroke, TextEdit, Ui, pos2, vec2};

/// The size of small words.
const SMALL: f32 = 12.0;

/// The view by which marks are judged: that of the step, whatever is in view now.
pub fn view_of_step(panel: &Panel<'_>) -> View {
    let step = panel.state.lessons.open.as_ref().and_then(|open| open.step());
    step.map_or(panel.state.study.view, |step| step.view())
}

/// The points of the marks.
pub fn scores(panel: &Panel<'_>, predict: &Predict, question: &Question, answer: Option<&Answer>) -> Vec<u32> {
    let findings = &panel.computed.findings;
    match answer {
        Some(Answer::Place(right)) => {
            let places = question.places();
            predict.scores(&places, *right, &view_of_step(panel), &findings.loss, &findings.points)
        }
        _ => Vec::new(),
    }
}

/// The switch to the marks of a class, and the next person's initials.
pub fn class(ui: &mut Ui, panel: &mut Panel<'_>, question: &Question) {
    let mut is_class = question.is_class;
    let switch = checkbox(ui, &mut is_class, "ask a class", "Ask a class");
    let tooltip = "Everybody marks a place, up to 40, with initials. Nothing is kept once the window is closed.";
    if switch.on_hover_text(tooltip).changed() {
        panel.emit(Command::Lesson(LessonCommand::AskClass(is_class)));
    }
    if !question.is_class {
        return;
    }
    ui.horizontal(|ui| {
        ui.label(muted("initials").size(SMALL));
        let mut text = question.initials.clone();
        let field = ui.add(TextEdit::singleline(&mut text).desired_width(44.0)).accessible_name("Initials");
        if field.on_hover_text("The initials of the next person; then click in the picture.").changed() {
            panel.emit(Command::Lesson(LessonCommand::TypeInitials(text)));
        }
        ui.label(muted(format!("{} of {MOST_MARKS} marks", question.marks.len())).size(SMALL));
        let button =
            ui.add_enabled(!question.marks.is_empty(), Button::new("↶")).accessible_name("Take back the last mark");
        if button.on_hover_text("Takes the last mark back.").clicked() {
            panel.emit(Command::Lesson(LessonCommand::TakeBack));
        }
    });
}

/// How the class did: who has how many points, and how far the marks are spread.
pub fn class_outcome(ui: &mut Ui, panel: &Panel<'_>, question: &Question) {
    let named = |points: u32| -> Vec<&str> {
        let scored = question.marks.iter().zip(&question.scores).filter(|(_, score)| **score == points);
        scored.map(|(mark, _)| mark.initials.as_str()).collect()
    };
    let right = match &question.answer {
        Some(Answer::Place(w)) => format!("The answer: {}.", place(panel, *w)),
        _ => "There is no answer here.".to_owned(),
    };
    ui.add(Label::new(right).wrap());
    for (points, what) in
        [(2, "within a twentieth of the view, 2 points"), (1, "in the right basin, 1 point"), (0, "elsewhere")]
    {
        let names = named(points);
        if !names.is_empty() {
            let text = format!("{} {what}: {}", names.len(), names.join(", "));
            ui.add(Label::new(RichText::new(text).size(SMALL)).wrap());
        }
    }
    if let Some((mean, spread)) = question.spread() {
        let text = format!("{} marks, on average at {}, spread {}.", question.marks.len(), point(mean), short(spread));
        ui.add(Label::new(muted(text).size(SMALL)).wrap());
    }
    ui.add_space(4.0);
}

/// What a lesson marks in the picture: what its step highlights, the marks of a question, and the right place once it is revealed.
pub fn mark(ui: &Ui, place: &PicturePlacement, state: &State, picture: &PictureCache) {
    let (Some(open), Some(layout)) = (&state.lessons.open, picture.layout()) else { return };
    let Some(step) = open.step() else { return };
    let painter = ui.painter().with_clip_rect(place.rect);
    let centre = |w: Vector| {
        let [x, y] = picture.pixel_from_world(w)?.map(|side| side as f32);
        state.study.view.contains(w).then(|| place.rect.min + vec2(x, y))
    };
    let colours = palette(ui);
    let question = open.question();
    // What is highlighted could tell where a run ends.
    if step.predict.is_none() || question.is_revealed {
        let rings: Vec<_> = step.highlight.iter().flat_map(|w| highlight(&layout, Vector::from(*w))).collect();
        let rings = picture.lifted(rings);
        let shift = place.rect.min.to_vec2();
        for shape in paint::shapes(ui.ctx(), &mut Textures::default(), &rings, shift, place.rect) {
            painter.with_clip_rect(shape.clip_rect).add(shape.shape);
        }
    }
    if step.predict.as_ref().is_none_or(|predict| predict.mark.is_none()) {
        return;
    }
    if question.is_class {
        for mark in &question.marks {
            if let Some(at) = centre(mark.w) {
                painter.circle(at, 4.5, theme::colour(colours.accent), Stroke::new(1.5, theme::colour(colours.raised)));
                painter.text(
                    at + vec2(7.0, -7.0),
                    Align2::LEFT_CENTER,
                    &mark.initials,
                    FontId::new(12.0, theme::bold()),
                    theme::colour(colours.text),
                );
            }
        }
        if let Some((mean, spread)) = question.spread().filter(|_| question.is_revealed && question.marks.len() > 1)
            && let (Some(at), Some(edge)) =
                (centre(mean), Some(layout.pixel_from_world(mean + Vector::new(spread, 0.0))))
        {
            let radius = (place.rect.min.x + edge[0] as f32 - at.x).abs();
            painter.circle_stroke(at, radius, Stroke::new(1.5, theme::colour(colours.accent)));
        }
    } else if let Some(at) = question.places().first().and_then(|w| centre(*w)) {
        crossed(ui, &painter, at, colours.accent);
    }
    if let Some(Answer::Place(w)) = question.answer
        && let Some(at) = centre(w)
    {
        crossed(ui, &painter, at, colours.good);
    }
}

/// A ring that stands out from whatever is under it.
fn ring(ui: &Ui, painter: &egui::Painter, at: Pos2, radius: f32, colour: Colour) {
    for stroke in [Stroke::new(5.0, theme::colour(palette(ui).raised)), Stroke::new(2.5, theme::colour(colour))] {
        painter.circle_stroke(at, radius, stroke);
    }
}

/// A ring with a line at each side.
fn crossed(ui: &Ui, painter: &egui::Painter, at: Pos2, colour: Colour) {
    ring(ui, painter, at, 11.0, colour);
    for stroke in [Stroke::new(5.0, theme::colour(palette(ui).raised)), Stroke::new(2.5, theme::colour(colour))] {
        for side in [-1.0, 1.0] {
            painter.line_segment([pos2(at.x + 7.0 * side, at.y), pos2(at.x + 16.0 * side, at.y)], stroke);
        }
    }
}

/// A place in words: the critical point that it is at, or its coordinates.
pub(super) fn place(panel: &Panel<'_>, w: Vector) -> String {
    /// A run that has converged is at most so far from where it leads, as a share of the view.
    const NEAR: f64 = 1e-4;
    let view = &panel.state.study.view;
    let reach = NEAR * view.width().min(view.height());
    let points = &panel.computed.findings.points.points;
    match points.iter().find(|critical| (critical.w - w).norm() <= reach) {
        Some(critical) => format!("{} {}", kind_word(critical.kind), point(critical.w)),
        None => point(w),
    }
}
