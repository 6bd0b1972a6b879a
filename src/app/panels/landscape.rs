//! Which landscape: the catalogue, the formula as it is typed, its parameters and its derivatives.

use super::Panel;
use crate::app::command::Command;
use crate::app::entries;
use crate::app::slider::Number;
use crate::app::state::{Control, State};
use crate::app::theme;
use crate::app::widgets::{capitalised, heading, muted, palette};
use crate::dataset::listed;
use crate::landscape::{Loss, catalogue};
use crate::number::Decimal;
use crate::scene::within;
use eframe::egui;
use egui::{Id, Key, Popup, PopupCloseBehavior, RichText, TextEdit, Ui, vec2};

/// The id of the formula field, so that a key can put the focus there.
pub fn formula_id() -> Id {
    Id::unique("formula")
}

/// The id of the wish to have the whole formula selected.
pub fn select_id() -> Id {
    formula_id().with("select")
}

/// Shows landscape, formula, parameters and derivatives.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    heading(ui, "Landscape");
    choose(ui, panel);
    if panel.state.study.network.is_some() {
        super::network::show(ui, panel);
    } else {
        formula(ui, panel);
    }
    remark(ui, panel.state, &panel.computed.findings.loss);
    if panel.state.lessons.withholds().is_none() {
        ready_moments(ui, panel);
    }
    super::lesson::hint(ui, panel);
    ui.horizontal(|ui| {
        ui.label(muted("Data").size(12.0));
        // A long name is cut, not the button beside it, which takes its place first.
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if panel.computed.findings.loss.formula().is_some() {
                unfold_derivatives(ui, panel);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| super::examples::choose(ui, panel));
        });
    });
    derivatives(ui, panel);
    parameters(ui, panel);
}

/// The entry that is explored, also with examples that were changed.
fn entry(state: &State) -> Option<&'static catalogue::Entry> {
    let named = state.study.landscape.name.as_deref().and_then(crate::study::entry);
    named.or_else(|| entries::changed_entry(&state.study))
}

fn choose(ui: &mut Ui, panel: &mut Panel<'_>) {
    let study = &panel.state.study;
    let title = entries::title_of(study).unwrap_or_else(|| match (&study.network, &study.grid) {
        (Some(_), _) => "My network".to_owned(),
        (None, Some(grid)) => grid.title.clone(),
        (None, None) => "My formula".to_owned(),
    });
    let width = ui.available_width();
    let button = egui::Button::new(title).right_text("▾").truncate().min_size(vec2(width, 28.0));
    let response = ui.add_sized(vec2(width, 28.0), button);
    let response = response
        .accessible_name("Landscape")
        .on_hover_text("Known losses, each chosen for what it teaches; type to search.");
    let search = Id::unique("catalogue search");
    let popup = Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).width(width + 120.0);
    popup.show(|ui| {
        let mut text = panel.state.catalogue_search.clone();
        let field = TextEdit::singleline(&mut text)
            .id(search)
            .hint_text("Search")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(8, 5));
        let field = ui.add(field).accessible_name("Search the catalogue");
        if response.clicked() {
            field.request_focus();
            // What was not found last time is not what is looked for now.
            text.clear();
        }
        let found = matches(&text);
        let highlighted = highlighted(ui, search, found.len(), text != panel.state.catalogue_search);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            ui.close();
        }
        if text != panel.state.catalogue_search {
            panel.emit(Command::SearchCatalogue(text.clone()));
        }
        if entered && let Some(entry) = found.get(highlighted) {
            choose_entry(ui, panel, entry);
        }
        egui::ScrollArea::vertical().max_height(400.0).auto_shrink([false, true]).show(ui, |ui| {
            if found.is_empty() {
                ui.label(muted("No landscape of the catalogue has that name or topic."));
            }
            for (index, entry) in found.into_iter().enumerate() {
                // While nothing is looked for, the present landscape is marked; then what Enter takes.
                let is_marked = match text.trim().is_empty() && highlighted == 0 {
                    true => panel.state.study.landscape.name.as_deref() == Some(&entry.name),
                    false => index == highlighted,
                };
                if item(ui, entry, is_marked) {
                    choose_entry(ui, panel, entry);
                }
            }
        });
    });
}

/// The index of the entry that Enter takes: the first, until the arrow keys move it.
fn highlighted(ui: &Ui, search: Id, count: usize, is_new: bool) -> usize {
    let id = search.with("highlighted");
    let before = ui.data(|data| data.get_temp::<usize>(id)).filter(|_| !is_new).unwrap_or(0);
    let [down, up] = [Key::ArrowDown, Key::ArrowUp].map(|key| ui.input(|input| input.num_presses(key)));
    let now = (before + down).saturating_sub(up).min(count.saturating_sub(1));
    ui.data_mut(|data| data.insert_temp(id, now));
    now
}

fn choose_entry(ui: &Ui, panel: &mut Panel<'_>, entry: &catalogue::Entry) {
    panel.emit(Command::ChooseLandscape(entry.name.clone()));
    panel.emit(Command::SearchCatalogue(String::new()));
    ui.close();
}

/// One entry of the list: its title, and beneath it what it teaches.
fn item(ui: &mut Ui, entry: &catalogue::Entry, chosen: bool) -> bool {
    let text = egui::text::LayoutJob::default();
    let mut job = text;
    let colours = palette(ui);
    let format = |size: f32, colour, family| egui::TextFormat {
        font_id: egui::FontId::new(size, family),
        color: theme::colour(colour),
        ..egui::TextFormat::default()
    };
    job.append(&entry.title, 0.0, format(13.0, colours.text, egui::FontFamily::Proportional));
    job.append("\n", 0.0, format(13.0, colours.text, egui::FontFamily::Proportional));
    job.append(&entry.teaches, 0.0, format(11.0, colours.muted, egui::FontFamily::Proportional));
    job.wrap.max_width = (ui.available_width() - 16.0).max(0.0);
    let button = egui::Button::selectable(chosen, job).wrap().min_size(vec2(ui.available_width(), 0.0));
    ui.add(button).accessible_name(&entry.title).on_hover_text(&entry.source).clicked()
}

/// The entries whose title, name, topics or lesson have all the words of the search. Titles that begin with it come first, then
/// titles that have it, then topics.
fn matches(search: &str) -> Vec<&'static catalogue::Entry> {
    let search = search.trim().to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let fits = |entry: &&catalogue::Entry| {
        let topics = entry.topics.join(" ");
        let text = format!("{} {} {topics} {}", entry.title, entry.name, entry.teaches).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut found: Vec<_> = crate::study::entries().filter(fits).collect();
    let has_topic = |entry: &catalogue::Entry| entry.topics.iter().any(|topic| topic.to_lowercase().contains(&search));
    found.sort_by_key(|entry| {
        let title = entry.title.to_lowercase();
        (!title.starts_with(&search), !title.contains(&search), !has_topic(entry))
    });
    found
}

fn formula(ui: &mut Ui, panel: &mut Panel<'_>) {
    let mut text = panel.state.formula_text.clone();
    let error = panel.state.formula_error.as_ref();
    let field = TextEdit::singleline(&mut text)
        .id(formula_id())
        .font(egui::TextStyle::Monospace)
        .hint_text("for example  w1^3 - w2^2")
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(8, 5));
    let mut output = field.show(ui);
    let arrived = output.response.response.gained_focus() && !ui.input(|input| input.pointer.any_down());
    let asked = ui.data_mut(|data| data.remove_temp::<bool>(select_id())).is_some();
    if arrived || asked {
        let all = egui::text::CCursorRange::two(
            egui::text::CCursor::new(0),
            egui::text::CCursor::new(panel.state.formula_text.chars().count()),
        );
        output.state.cursor.set_char_range(Some(all));
        output.state.clone().store(ui.ctx(), formula_id());
    }
    let response = output.response.response.clone().accessible_name("Formula").on_hover_text(
        "L(w1, w2): + − * / ^, sin, exp, log, sqrt, abs, …, as typed, from LaTeX or from a program; any other name \
        is a \
         parameter and gets a slider.",
    );
    if response.changed() {
        panel.emit(Command::TypeFormula(text));
    }
    let Some(error) = error else {
        return;
    };
    // The column counts characters from 1; the mark stands under the character.
    let index = egui::text::CCursor::new(error.column.saturating_sub(1));
    let place = output.galley.pos_from_cursor(index);
    let x = output.galley_pos.x + place.min.x;
    let inside = output.text_clip_rect.x_range();
    let x = within(x, inside.min, inside.max - 6.0);
    let y = response.rect.bottom() - 4.0;
    let mark = vec![egui::pos2(x, y), egui::pos2(x + 3.5, y - 4.0), egui::pos2(x + 7.0, y)];
    let colour = theme::colour(palette(ui).error);
    ui.painter().add(egui::Shape::line(mark, egui::Stroke::new(1.5, colour)));
}

/// What one click shows of this landscape.
fn ready_moments(ui: &mut Ui, panel: &mut Panel<'_>) {
    let entry = entries::entry_of(&panel.state.study);
    let Some(entry) = entry.filter(|entry| !entry.ready_moments().is_empty()) else { return };
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(9.0, 0.0);
        if !theme::is_for_fingers(ui) {
            ui.spacing_mut().interact_size.y = 17.0;
        }
        ui.label(muted("Try:").size(11.5));
        for (index, moment) in entry.ready_moments().iter().enumerate() {
            let text = RichText::new(&moment.title).size(11.5).color(theme::colour(palette(ui).accent));
            let button = ui.add(egui::Button::new(text).frame(false)).accessible_name(format!("Try {}", moment.title));
            if button.on_hover_text("Shows this; undo takes it back.").clicked() {
                panel.emit(Command::TryMoment(index));
            }
        }
    });
}

/// Under the formula: what is wrong with it, what the landscape teaches, or what is to be said of the formula. Room is kept for either, so that nothing
/// below moves while one types.
fn remark(ui: &mut Ui, state: &State, loss: &Loss) {
    let height = 72.0;
    ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
        ui.set_min_height(height);
        let small = |text: RichText| egui::Label::new(text.size(12.0)).wrap();
        if let Some(error) = &state.formula_error {
            let text = format!("Column {}: {}.", error.column, error.message);
            let label = small(RichText::new(text).color(theme::colour(palette(ui).error)));
            ui.add(label).on_hover_text("The picture shows the last valid formula.");
        } else if state.lessons.withholds().is_some() && entry(state).is_some() {
            ui.add(small(muted("What it teaches is shown with the answer to the question.")));
        } else if let Some(entry) = entry(state) {
            ui.add(small(muted(&entry.teaches))).on_hover_text(&entry.source);
        } else if let notes = loss.notes_of_formula()
            && !notes.is_empty()
        {
            let notes: Vec<String> = notes.iter().map(|note| format!("{}.", capitalised(note))).collect();
            ui.add(small(RichText::new(notes.join(" "))));
        } else {
            let examples = loss.examples();
            let text = match &state.study.data {
                _ if state.study.grid.is_some() => {
                    "L is a bicubic spline through the values on a grid. All results are about this interpolant."
                        .to_owned()
                }
                Some(data) if state.study.network.is_some() => {
                    let names = data.dataset.names();
                    let (label, inputs) =
                        names.split_last().map_or(("", &[][..]), |(label, inputs)| (label.as_str(), inputs));
                    format!("The network computes {label} from {}.", listed(inputs.iter()))
                }
                None => "L as a formula in w1 and w2. Any other name is a parameter and gets a slider.".to_owned(),
                Some(data) => format!(
                    "L is the mean of this over {examples} examples. Columns: {}. Any other name is a parameter.",
                    listed(data.dataset.names().iter())
                ),
            };
            ui.add(small(muted(text)));
        }
    });
}

fn parameters(ui: &mut Ui, panel: &mut Panel<'_>) {
    let names = panel.computed.findings.loss.parameter_names();
    let known = entry(panel.state).map(|entry| &entry.parameters);
    for name in names {
        let set = panel.state.study.landscape.parameters.get(name);
        let value = set.map_or(Loss::DEFAULT_PARAMETER, Decimal::value);
        let reset = known.and_then(|known| known.get(name)).map_or(Loss::DEFAULT_PARAMETER, Decimal::value);
        let range = entry(panel.state).and_then(|entry| entry.ranges.get(name)).copied();
        if let Some(value) = parameter(name, value, reset, range).show(ui) {
            panel.commands.push(Command::SetParameter(name.clone(), value));
        }
    }
    super::branches::offer(ui, panel);
}

/// The slider of a parameter. Its range follows from the value it resets to, and widens when a value beyond is typed.
fn parameter<'a>(name: &'a str, value: f64, reset: f64, range: Option<[f64; 2]>) -> Number<'a> {
    // A parameter that is usually 0 says nothing of its size.
    let usual = if reset == 0.0 { 0.2 } else { reset.abs() };
    let size = usual.max(value.abs() / 5.0).max(1e-3);
    let power = libm::pow(10.0, libm::floor(libm::log10(size)));
    let round = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * power >= size).unwrap_or(10.0) * power;
    // A large positive parameter is a ratio of scales (a condition number): it is set by orders of magnitude.
    let logarithmic = range.is_none() && reset >= 10.0 && value > 0.0;
    let slider = if let Some(range) = range {
        range
    } else if logarithmic {
        [0.01 * round, 10.0 * round]
    } else {
        [-5.0 * round, 5.0 * round]
    };
    let slider = [slider[0].min(value).min(reset), slider[1].max(value).max(reset)];
    Number {
        name,
        symbol: name,
        tooltip: "A parameter of the formula: a number that is the same at every point w.",
        value,
        reset,
        slider,
        range: [-1e12, 1e12],
        logarithmic,
        ticks: &[],
        names_ticks: false,
    }
}

/// The slider of the knob that is in use, if it is a parameter.
pub fn knob(ui: &mut Ui, panel: &mut Panel<'_>, knob: &Control) {
    let Control::Parameter(name) = knob else {
        return;
    };
    let range = entry(panel.state).and_then(|entry| entry.ranges.get(name)).copied();
    let known = entry(panel.state).and_then(|entry| entry.parameters.get(name));
    let [known, value] = [known, panel.state.study.landscape.parameters.get(name)]
        .map(|number| number.map_or(Loss::DEFAULT_PARAMETER, Decimal::value));
    if let Some(value) = parameter(name, value, known, range).show(ui) {
        panel.emit(Command::SetParameter(name.clone(), value));
    }
}

fn unfold_derivatives(ui: &mut Ui, panel: &mut Panel<'_>) {
    let unfolded = panel.state.derivatives_unfolded;
    let text = if unfolded { "Derivatives ▾" } else { "Derivatives ▸" };
    let button = egui::Button::new(muted(text).size(12.0)).frame(false);
    let tooltip = "∇L and H as formulas, made from the formula by the rules of differentiation.";
    if ui.add(button).accessible_name("Derivatives").on_hover_text(tooltip).clicked() {
        panel.emit(Command::UnfoldDerivatives(!unfolded));
    }
}

fn derivatives(ui: &mut Ui, panel: &Panel<'_>) {
    if !panel.state.derivatives_unfolded {
        return;
    }
    let Some(formula) = panel.computed.findings.loss.formula() else { return };
    let [first, second] = formula.gradient_text();
    let [h11, h12, h22] = formula.hessian_text();
    let lines = [("∂L/∂w₁", first), ("∂L/∂w₂", second), ("∂²L/∂w₁²", h11), ("∂²L/∂w₁∂w₂", h12), ("∂²L/∂w₂²", h22)];
    for (name, text) in lines {
        ui.label(muted(name).size(11.0));
        let shown = ellipsis(&text, 400);
        let label = egui::Label::new(RichText::new(&shown).size(12.5)).wrap().selectable(true);
        ui.add(label).on_hover_text("Select to copy.");
        ui.add_space(1.0);
    }
}

fn ellipsis(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_reaches_its_value_and_its_reset() {
        for (value, reset) in [(1.0, 1.0), (-30.0, 1.0), (100.0, 100.0), (1e9, 100.0), (0.0, 0.0), (1e-9, 1e-6)] {
            let [low, high] = parameter("k", value, reset, None).slider;
            assert!(low < high && low <= value && value <= high && low <= reset && reset <= high, "{value} {reset}");
        }
    }

    #[test]
    fn a_title_with_all_words_comes_before_topics() {
        let names: Vec<&str> = matches("edge of stability").iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names[0], "edge");
        assert!(names.contains(&"deep-linear") && names.contains(&"ravine"), "{names:?}");
    }
}
