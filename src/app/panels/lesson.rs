//! The lessons: the list of them, and a step with its text, its claims and their verdicts, its question and its exercise.

use super::{Panel, lesson_marks};
use crate::app::command::Command;
use crate::app::lessons::LessonCommand;
use crate::app::open_lesson::{OpenLesson, Question};
use crate::app::state::State;
use crate::app::theme;
use crate::app::widgets::{capitalised, field, muted, palette, shortcut, strong};
use crate::lesson::{
    Answer, Claim, ClaimResult, Guess, Lesson, Link, Predict, Step, Task, Verdict, choice_in_words, lessons, links,
    without_links,
};
use crate::number::Vector;
use crate::number::display::{point, short};
use crate::scene::Colour;
use eframe::egui;
use egui::accesskit::Role;
use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align, Align2, Button, FontFamily, FontId, Frame, Key, Label, Layout, Margin, Modifiers, Panel as Side, RichText,
    ScrollArea, Sense, Ui, WidgetInfo, vec2,
};

/// The share of the panel that a step takes; below it is what the student changes.
const SHARE: f32 = 0.58;
/// The size of small words.
const SMALL: f32 = 12.0;

/// The command of the button and key for lessons: the list comes and goes.
pub fn toggled(state: &State) -> Command {
    Command::Lesson(LessonCommand::List(!(state.lessons.is_listed && state.preferences.left_panel)))
}

/// On the first start: that there are lessons.
pub fn hint(ui: &mut Ui, panel: &mut Panel<'_>) {
    if panel.state.preferences.has_seen_lessons {
        return;
    }
    let text = RichText::new("New here? Begin with a lesson.").size(SMALL).color(theme::colour(palette(ui).accent));
    let button = ui.add(Button::new(text).frame(false)).accessible_name("Begin with a lesson");
    if button.on_hover_text("Lists the lessons, each of about ten minutes (F1).").clicked() {
        panel.emit(Command::Lesson(LessonCommand::List(true)));
    }
}

/// The keys that go through a lesson, as presenters have them.
pub fn keys(ui: &Ui, panel: &mut Panel<'_>) {
    let Some(open) = panel.state.lessons.open.as_ref().filter(|_| !ui.ctx().text_edit_focused()) else { return };
    // In front of a class the key for the next step first shows what is right.
    if panel.state.presenting
        && let Some(command) = revealing(panel, open)
        && shortcut(ui, Modifiers::NONE, Key::PageDown)
    {
        panel.emit(command);
    }
    for (key, to) in [(Key::PageDown, next(open).map(|(command, ..)| command)), (Key::PageUp, back(open))] {
        if shortcut(ui, Modifiers::NONE, key)
            && let Some(to) = to
        {
            panel.emit(Command::Lesson(to));
        }
    }
}

/// Shows the list, or the step that is open above what is changed by hand. Whether nothing else is to be shown.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) -> bool {
    if panel.state.lessons.is_listed {
        list(ui, panel);
        return true;
    }
    let Some(open) = panel.state.lessons.open.clone() else { return false };
    let height = SHARE * ui.available_height();
    let frame = Frame::NONE.inner_margin(Margin { left: 0, right: 2, top: 0, bottom: 4 });
    Side::top("lesson").exact_size(height).resizable(false).frame(frame).show(ui, |ui| lesson(ui, panel, &open));
    ui.add_space(6.0);
    false
}

fn list(ui: &mut Ui, panel: &mut Panel<'_>) {
    titled(ui, "Lessons", "Close the list of lessons", || {
        panel.commands.push(Command::Lesson(LessonCommand::List(false)));
    });
    ScrollArea::vertical().id_salt("lessons").auto_shrink([false, false]).show(ui, |ui| {
        let text = "Every sentence with a sign before it is checked on what you see, and checked again when you change something. A \
                    lesson of your own opens when its file is dropped on the window.";
        ui.add(Label::new(muted(text).size(SMALL)).wrap());
        ui.add_space(4.0);
        for (index, (_, lesson)) in lessons().iter().enumerate() {
            let seen = panel.state.lessons.seen.get(&lesson.title).map_or(0, |seen| seen.len());
            if listed(ui, index, lesson, seen) {
                panel.emit(Command::Lesson(LessonCommand::Open(index)));
            }
        }
    });
}

/// A lesson of the list: its title, and beneath it how long it takes, for whom it is and how much of it was seen.
fn listed(ui: &mut Ui, index: usize, lesson: &Lesson, seen: usize) -> bool {
    let colours = palette(ui);
    let format = |size: f32, colour| TextFormat {
        font_id: FontId::new(size, FontFamily::Proportional),
        color: theme::colour(colour),
        ..TextFormat::default()
    };
    let steps = lesson.steps.len();
    let progress = if seen == 0 { format!("{steps} steps") } else { format!("{seen} of {steps} steps seen") };
    let mut job = LayoutJob::default();
    job.append(&format!("{}  {}\n", index + 1, lesson.title), 0.0, format(13.0, colours.text));
    let about = format!("about {} minutes, {progress}\nfor {}", lesson.minutes, lesson.audience);
    job.append(&about, 0.0, format(11.0, colours.muted));
    job.wrap.max_width = (ui.available_width() - 26.0).max(0.0);
    let button = Button::selectable(false, job).wrap().min_size(vec2(ui.available_width() - 10.0, 0.0));
    ui.add(button).accessible_name(&lesson.title).clicked()
}

/// A heading with a cross at its right.
fn titled(ui: &mut Ui, title: &str, close: &str, on_close: impl FnOnce()) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let button = ui.add(Button::new(muted("✕").size(11.0)).frame(false)).accessible_name(close);
            if button.on_hover_text(format!("{close}.")).clicked() {
                on_close();
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(strong(title).size(12.5)).wrap());
            });
        });
    });
}

fn lesson(ui: &mut Ui, panel: &mut Panel<'_>, open: &OpenLesson) {
    titled(ui, &open.lesson.title, "Leave the lesson", || {
        panel.commands.push(Command::Lesson(LessonCommand::Leave));
    });
    Side::bottom("lesson steps").exact_size(28.0).resizable(false).show_separator_line(false).frame(Frame::NONE).show(
        ui,
        |ui| {
            ui.horizontal_centered(|ui| steps(ui, panel, open));
        },
    );
    let width = ui.available_width() - 8.0;
    ScrollArea::vertical().id_salt(("lesson", open.step, open.contents)).auto_shrink([false, false]).show(ui, |ui| {
        ui.set_max_width(width);
        if open.contents {
            contents(ui, panel, open);
        } else if let Some(step) = open.step() {
            shown(ui, panel, open, step);
        }
    });
}

/// Back, where one is, next, and the step as it was.
fn steps(ui: &mut Ui, panel: &mut Panel<'_>, open: &OpenLesson) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let count = open.lesson.steps.len();
    let mut button = |ui: &mut Ui, text: &str, name: &str, tooltip: &str, command: Option<LessonCommand>| {
        let response = ui.add_enabled(command.is_some(), Button::new(text)).accessible_name(name);
        if response.on_hover_text(tooltip).clicked()
            && let Some(command) = command
        {
            panel.commands.push(Command::Lesson(command));
        }
    };
    button(ui, "Back", "Back", "The step before (PgUp).", back(open));
    let contents = format!("{} / {count} {}", open.step + 1, if open.contents { "▴" } else { "▾" });
    let tooltip = "The steps of this lesson, and which of them you have seen.";
    button(ui, &contents, "Contents", tooltip, Some(LessonCommand::UnfoldContents(!open.contents)));
    let (command, name, tooltip) = match next(open) {
        Some((command, name, tooltip)) => (Some(command), name, tooltip),
        None => (None, "Next", "This is the last step.".to_owned()),
    };
    button(ui, "Next", name, &tooltip, command);
    let tooltip = "Shows landscape, view and runs as the step has them; undo brings back what is shown now.";
    button(ui, "Restore", "Restore this step", tooltip, Some(LessonCommand::Restore));
}

/// What goes to the step before.
fn back(open: &OpenLesson) -> Option<LessonCommand> {
    open.step.checked_sub(1).map(LessonCommand::GoTo)
}

/// What goes on, with the name of its button and a sentence: to the step after this one, or after the last step to the next lesson of
/// the list.
fn next(open: &OpenLesson) -> Option<(LessonCommand, &'static str, String)> {
    if open.step + 1 < open.lesson.steps.len() {
        return Some((LessonCommand::GoTo(open.step + 1), "Next", "The step after this (PgDn).".to_owned()));
    }
    let index = lessons().iter().position(|(_, lesson)| lesson.title == open.lesson.title)? + 1;
    let (_, lesson) = lessons().get(index)?;
    Some((LessonCommand::Open(index), "Next lesson", format!("The next lesson, “{}” (PgDn).", lesson.title)))
}

fn contents(ui: &mut Ui, panel: &mut Panel<'_>, open: &OpenLesson) {
    let seen = panel.state.lessons.seen.get(&open.lesson.title).cloned().unwrap_or_default();
    for (index, step) in open.lesson.steps.iter().enumerate() {
        let sign = if seen.contains(&index) { "✓" } else { "·" };
        let text = format!("{sign} {}. {}", index + 1, step.title);
        let button = Button::selectable(index == open.step, text).wrap().min_size(vec2(ui.available_width(), 0.0));
        let word = if seen.contains(&index) { "seen" } else { "not seen yet" };
        let name = format!("Step {}: {} ({word})", index + 1, step.title);
        if ui.add(button).accessible_name(name).clicked() {
            panel.emit(Command::Lesson(LessonCommand::GoTo(index)));
        }
    }
}

fn shown(ui: &mut Ui, panel: &mut Panel<'_>, open: &OpenLesson, step: &Step) {
    ui.add(Label::new(strong(&step.title).size(14.0)).wrap());
    let colour = palette(ui).text;
    ui.add(Label::new(marked(ui, &without_links(&step.text), theme::BODY, colour)).wrap());
    linked(ui, panel, &step.text);
    ui.add_space(4.0);
    let verdicts = panel.computed.lesson.known(open);
    let question = open.question();
    if let Some(predict) = &step.predict {
        asked(ui, panel, predict, &question);
        if !question.is_revealed {
            return;
        }
    }
    let results = verdicts.as_ref().map_or(&[][..], |verdicts| &verdicts.claims);
    // Claims that do not hold while one works on the exercise are longer, and do not push it away.
    if let Some(task) = &step.task {
        exercise(ui, panel, task, verdicts.as_ref().map_or(&[][..], |verdicts| &verdicts.task));
    }
    for (index, claim) in step.claims.iter().enumerate() {
        verdict(ui, panel, claim, results.get(index).and_then(Option::as_ref));
    }
}

/// The landscapes that a text links to.
fn linked(ui: &mut Ui, panel: &mut Panel<'_>, text: &str) {
    // The landscape that is shown needs no link.
    let shown = panel.state.study.landscape.name.clone();
    let links: Vec<Link> = links(text).into_iter().filter(|link| shown.as_deref() != Some(link.landscape)).collect();
    if links.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
        ui.label(muted("See").size(SMALL));
        for Link { words, landscape } in links {
            let colour = theme::colour(palette(ui).accent);
            let button = ui.add(Button::new(RichText::new(words).size(SMALL).color(colour)).frame(false));
            let tooltip = "Shows this landscape of the catalogue; “Restore” comes back.";
            if button.on_hover_text(tooltip).accessible_name(format!("See {words}")).clicked() {
                panel.emit(Command::ChooseLandscape(landscape.to_owned()));
            }
        }
    });
}

/// The sign of a verdict with its colour, and the word for it.
fn sign(ui: &Ui, result: Option<&ClaimResult>) -> (&'static str, Colour, &'static str) {
    let colours = palette(ui);
    match result.map(|result| result.verdict) {
        Some(Verdict::Holds) => ("✓", colours.good, "Holds"),
        Some(Verdict::Fails) => ("✗", colours.error, "Does not hold"),
        Some(Verdict::Undecided) => ("?", colours.warning, "Undecided"),
        None => ("…", colours.muted, "Being checked"),
    }
}

/// A claim with its verdict, and with the numbers where it does not hold.
fn verdict(ui: &mut Ui, panel: &Panel<'_>, claim: &Claim, result: Option<&ClaimResult>) {
    let (sign, colour, word) = sign(ui, result);
    // While the hand moves, the verdict is that of a moment ago.
    let colour = if panel.computed.lesson.is_current() { colour } else { palette(ui).muted };
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 18.0), Sense::hover());
        let font = FontId::new(14.0, theme::bold());
        ui.painter().text(rect.center_top(), Align2::CENTER_TOP, sign, font, theme::colour(colour));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let text = marked(ui, &claim.says, SMALL, palette(ui).text);
            let spoken = format!("{word}: {}", claim.says);
            let response = ui.add(Label::new(text).wrap());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
            let opening = match result.map(|result| result.verdict) {
                Some(Verdict::Fails) => "No longer holds",
                _ => "Not decided",
            };
            for reason in result.into_iter().flat_map(ClaimResult::reasons) {
                let text = RichText::new(format!("{opening}: {reason}.")).size(11.5).color(theme::colour(colour));
                ui.add(Label::new(text).wrap());
            }
        });
    });
}

/// The exercise, and whether what is shown meets it.
fn exercise(ui: &mut Ui, panel: &Panel<'_>, task: &Task, results: &[Option<ClaimResult>]) {
    ui.add_space(4.0);
    let is_met = results.iter().all(|result| result.as_ref().is_some_and(|found| found.verdict == Verdict::Holds));
    let is_known = panel.computed.lesson.is_current() && results.iter().all(Option::is_some);
    let colours = palette(ui);
    let (words, colour) = match (is_known, is_met) {
        (false, _) => ("Exercise: being checked …", colours.muted),
        (true, true) => ("Exercise: solved ✓", colours.good),
        (true, false) => ("Exercise: not solved yet", colours.accent),
    };
    ui.label(strong(words).size(SMALL).color(theme::colour(colour)));
    ui.add(Label::new(marked(ui, &task.ask, theme::BODY, colours.text)).wrap());
    if is_known && !is_met {
        for reason in results.iter().flatten().flat_map(ClaimResult::reasons) {
            ui.add(Label::new(muted(format!("{}.", capitalised(&reason))).size(11.5)).wrap());
        }
    }
    ui.add_space(4.0);
}

/// The question: what the person expects, and once it is revealed what is right.
fn asked(ui: &mut Ui, panel: &mut Panel<'_>, predict: &Predict, question: &Question) {
    ui.label(strong("Predict").size(SMALL).color(theme::colour(palette(ui).accent)));
    ui.add(Label::new(marked(ui, &predict.ask, theme::BODY, palette(ui).text)).wrap());
    if question.is_revealed {
        if question.is_class {
            return lesson_marks::class_outcome(ui, panel, question);
        }
        let (words, is_right) = outcome(panel, predict, question);
        let colour = if is_right { palette(ui).good } else { palette(ui).text };
        ui.add(Label::new(RichText::new(words).color(theme::colour(colour))).wrap());
        ui.add_space(4.0);
        return;
    }
    if predict.mark.is_some() {
        lesson_marks::class(ui, panel, question);
    }
    if !question.is_class
        && let Some(guess) = guessed(ui, predict, question.guess, panel.state.study.start)
    {
        panel.emit(Command::Lesson(LessonCommand::Guess(guess)));
    }
    let answer = panel.state.lessons.open.as_ref().and_then(|open| revealing(panel, open));
    let has_guess = if question.is_class { !question.marks.is_empty() } else { question.guess.is_some() };
    let text = match (&answer, has_guess) {
        (None, _) => "…",
        (_, false) => "Show without a guess",
        (_, true) => "Reveal",
    };
    let button = ui.add_enabled(answer.is_some(), Button::new(text)).accessible_name("Reveal");
    let tooltip = "Shows the runs and what is right, which is computed and stored nowhere.";
    if button.on_hover_text(tooltip).clicked()
        && let Some(answer) = answer
    {
        panel.emit(answer);
    }
}

/// What shows the answer of the step's question: once it is known, and as long as it is not shown.
fn revealing(panel: &Panel<'_>, open: &OpenLesson) -> Option<Command> {
    let predict = open.open_question()?;
    let verdicts = panel.computed.lesson.known(open).filter(|_| panel.computed.lesson.is_current())?;
    let answer = verdicts.answer.clone()?.ok();
    let scores = lesson_marks::scores(panel, predict, &open.question(), answer.as_ref());
    Some(Command::Lesson(LessonCommand::Reveal(answer, scores)))
}

/// What the person expects, if it has changed. Without a mark the fields for its place have the start of the runs.
fn guessed(ui: &mut Ui, predict: &Predict, guess: Option<Guess>, start: [f64; 2]) -> Option<Guess> {
    if predict.answer.is_some() {
        let is_chosen = |index: usize| guess == Some(Guess::Choice(index));
        let clicked = ui.horizontal_wrapped(|ui| {
            let choices = predict.choices.iter().enumerate();
            let clicked = choices.filter(|(index, word)| ui.radio(is_chosen(*index), choice_in_words(word)).clicked());
            clicked.map(|(index, _)| Guess::Choice(index)).last()
        });
        return clicked.inner;
    }
    const RANGE: [f64; 2] = [-1e300, 1e300];
    if predict.number.is_some() {
        let number = if let Some(Guess::Number(number)) = guess { number } else { 0.0 };
        let new = ui.horizontal(|ui| {
            ui.label(muted("Your number"));
            field(
                ui,
                "Your number",
                "Click to type it. A number of critical points must be exact; another number may be off by a tenth.",
                number,
                RANGE,
            )
        });
        return new.inner.map(Guess::Number);
    }
    let mark = if let Some(Guess::Mark(w)) = guess { w } else { Vector::from(start) };
    ui.add(Label::new(muted("Click in the picture, or type the place.").size(SMALL)).wrap());
    let new = ui.horizontal(|ui| {
        let tooltip = "A mark within a twentieth of the view counts as right.";
        ui.label(muted("w₁").size(SMALL));
        let x = field(ui, "w₁ of your mark", tooltip, mark.x, RANGE);
        ui.label(muted("w₂").size(SMALL));
        let y = field(ui, "w₂ of your mark", tooltip, mark.y, RANGE);
        (x.is_some() || y.is_some()).then(|| Vector::new(x.unwrap_or(mark.x), y.unwrap_or(mark.y)))
    });
    new.inner.map(Guess::Mark)
}

/// What was expected and what is right, in words, and whether they agree.
fn outcome(panel: &Panel<'_>, predict: &Predict, question: &Question) -> (String, bool) {
    let view = &lesson_marks::view_of_step(panel);
    let Some(answer) = &question.answer else { return ("There is no answer here.".to_owned(), false) };
    let right = match answer {
        Answer::Place(w) => lesson_marks::place(panel, *w),
        Answer::Word(word) => choice_in_words(word),
        Answer::Number(number) => short(*number),
    };
    let Some(guess) = question.guess else { return (format!("The answer: {right}."), false) };
    let expected = match guess {
        Guess::Mark(w) => point(w),
        Guess::Choice(index) => predict.choices.get(index).map_or(String::new(), |word| choice_in_words(word)),
        Guess::Number(number) => short(number),
    };
    let is_right = predict.is_right(guess, answer, view);
    let opening = match (is_right, question.scores.first()) {
        (true, _) => "Right ✓.",
        (false, Some(1)) => "The right basin: 1 point of 2.",
        (false, _) => "Not quite.",
    };
    (format!("{opening} You expected {expected}; the answer: {right}."), is_right)
}

/// In presentation: the step's title, its text in at most four lines, and below it the answer of its question or its exercise.
pub fn large(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(open) = &panel.state.lessons.open else { return };
    let Some(step) = open.step() else { return };
    let frame = Frame::side_top_panel(ui.style()).inner_margin(Margin::symmetric(24, 8));
    Side::bottom("presented lesson").resizable(false).frame(frame).show(ui, |ui| {
        let colours = palette(ui);
        ui.label(strong(format!("{}  {} / {}", step.title, open.step + 1, open.lesson.steps.len())).size(20.0));
        let text = match step.predict.as_ref().filter(|_| open.open_question().is_some()) {
            Some(predict) => &predict.ask,
            None => &step.text,
        };
        let mut job = marked(ui, &without_links(text), 20.0, colours.text);
        job.wrap.max_width = ui.available_width();
        job.wrap.max_rows = 4;
        ui.label(job);
        if let Some(predict) = open.open_question() {
            if !predict.choices.is_empty() {
                let choices: Vec<String> = predict.choices.iter().map(|word| choice_in_words(word)).collect();
                ui.label(strong(choices.join("   ·   ")).size(18.0));
            }
            ui.label(muted("PgDn shows the answer.").size(17.0));
        } else if let Some(predict) = step.predict.as_ref().filter(|_| !open.question().is_class) {
            let (words, is_right) = outcome(panel, predict, &open.question());
            let colour = if is_right { colours.good } else { colours.text };
            ui.label(RichText::new(words).size(17.0).color(theme::colour(colour)));
        }
        if let Some(task) = step.task.as_ref().filter(|_| open.open_question().is_none()) {
            let job = marked(ui, &format!("Exercise: {}", task.ask), 17.0, colours.text);
            ui.add(Label::new(job).wrap());
        }
    });
}

/// A text as it is set: weights with their indices, and no line that ends at the sign of an equation.
fn set_in_type(text: &str) -> String {
    let is_letter = |c: char| c.is_alphabetic() || c == '_';
    let mut set = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (weight, after) = match (rest.strip_prefix("w1"), rest.strip_prefix("w2")) {
            (Some(after), _) => ("w₁", after),
            (_, Some(after)) => ("w₂", after),
            _ => ("", &rest[c.len_utf8()..]),
        };
        let goes_on = after.starts_with(|c: char| is_letter(c) || c.is_ascii_digit());
        if !weight.is_empty() && !goes_on && !set.ends_with(is_letter) {
            set += weight;
            rest = after;
        } else {
            set.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    ["=", "≈", "<", "−", "+"]
        .iter()
        .fold(set, |set, sign| set.replace(&format!(" {sign} "), &format!("\u{a0}{sign}\u{a0}")))
}

/// A text with *emphasis* and `formulas`.
fn marked(ui: &Ui, text: &str, size: f32, colour: Colour) -> LayoutJob {
    let text = set_in_type(text);
    let colour = theme::colour(colour);
    let mut job = LayoutJob::default();
    job.wrap.max_width = ui.available_width();
    let mut rest = text.as_str();
    let mut add = |text: &str, family: FontFamily| {
        let format = TextFormat { font_id: FontId::new(size, family), color: colour, ..TextFormat::default() };
        job.append(text, 0.0, format);
    };
    while let Some(at) = rest.find(['*', '`']) {
        let (before, marked) = rest.split_at(at);
        let (sign, after) = marked.split_at(1);
        // A sign that nothing closes on the other side of a word stands for itself.
        let closed = after.find(sign).filter(|end| *end > 0 && !after.starts_with(' '));
        let Some(end) = closed else {
            add(&rest[..=at], FontFamily::Proportional);
            rest = after;
            continue;
        };
        add(before, FontFamily::Proportional);
        add(&after[..end], if sign == "*" { theme::bold() } else { theme::serif_italic() });
        rest = &after[end + 1..];
    }
    add(rest, FontFamily::Proportional);
    job
}

#[cfg(test)]
mod tests {
    use super::set_in_type;

    #[test]
    fn weights_have_indices_and_equations_stay_on_a_line() {
        assert_eq!(set_in_type("L = w1³ − w2² and 6·w1"), "L\u{a0}=\u{a0}w₁³\u{a0}−\u{a0}w₂² and 6·w₁");
        assert_eq!(set_in_type("w10, raw1, w1_x and 6w1"), "w10, raw1, w1_x and 6w₁");
    }
}
