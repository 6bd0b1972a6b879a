//! The examples of a loss over data: chosen, pasted, dragged, added and removed, and the model's curve over them for the
//! weights at the start point, where the runs are and at the pointer.

use super::Panel;
use super::examples_plot;
use super::network_function::{self, NetworkFunction};
use crate::app::command::Command;
use crate::app::data::DataCommand;
use crate::app::gesture::drags;
use crate::app::rounding::tidy;
use crate::app::theme;
use crate::app::widgets::{capitalised, fixed, heading, in_width, muted, palette, parse_number};
use crate::dataset::{self, Dataset};
use crate::landscape::Model;
use crate::number::Vector;
use crate::number::display::short;
use crate::number::labels::on_grid;
use crate::scene::within;
use crate::study::{Source, run_name};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Color32, Key, Layout, Modifiers, PointerButton, Pos2, RichText, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotBounds, PlotPoint, PlotPoints, PlotTransform, Points};

/// Points along a curve.
const CURVE: usize = 161;
/// So many residuals are drawn as sticks.
const MOST_STICKS: usize = 60;
/// So many examples are drawn; of more, evenly spread ones.
const MOST_POINTS: usize = 5_000;
/// How near a hand has to come to an example, in points.
const REACH: f32 = 9.0;

/// The share of the height that legend and badge may have in a low presentation.
const CARDS: f32 = 0.4;

/// Says which examples L is a mean over.
pub fn choose(ui: &mut Ui, panel: &mut Panel<'_>) {
    let data = panel.state.study.data.as_ref();
    let text = match data {
        None => "none".to_owned(),
        Some(data) => data.title().unwrap_or_else(|| "my examples".to_owned()),
    };
    let menu = egui::ComboBox::from_id_salt("data").selected_text(text).width(ui.available_width() - 8.0);
    let menu = menu.truncate().show_ui(ui, |ui| {
        let chosen = |name: &str| data.is_some_and(|data| data.source == Source::Standard(name.to_owned()));
        let mut asked = None;
        if ui.selectable_label(data.is_none(), "none").on_hover_text("L is a formula in w1 and w2 alone.").clicked() {
            asked = Some(DataCommand::Choose(None));
        }
        for known in dataset::standard().iter().filter(|known| !known.is_for_networks) {
            let label = ui.selectable_label(chosen(known.name), known.title);
            if label.on_hover_text(known.description).clicked() {
                asked = Some(DataCommand::Choose(Some(known.name.to_owned())));
            }
        }
        ui.separator();
        let file = ui.selectable_label(false, "From a file…");
        if file.on_hover_text("A table as CSV, with a header of column names; or drop it on the window.").clicked() {
            asked = Some(DataCommand::Open);
        }
        let table = ui.selectable_label(false, "Type or paste…");
        if table.on_hover_text("A table as text: a header, then a line for each example.").clicked() {
            asked = Some(DataCommand::Paste(true));
        }
        asked
    });
    let tooltip = "The examples: L is the mean of the formula over them, and it names their columns.";
    menu.response.accessible_name("Examples from").on_hover_text(tooltip);
    if let Some(Some(asked)) = menu.inner {
        panel.emit(Command::Data(asked));
    }
}

/// The table that is typed or pasted, over the window.
pub fn table(ui: &Ui, panel: &mut Panel<'_>) {
    let Some(table) = &panel.state.table else { return };
    let mut open = true;
    let window = egui::Window::new("Examples").open(&mut open).collapsible(false).default_width(360.0);
    window.show(ui.ctx(), |ui| {
        ui.label(muted("A header of column names, then a line for each example.").size(12.0));
        let mut text = table.text.clone();
        egui::ScrollArea::vertical().max_height(280.0).show(ui, |ui| {
            let field = egui::TextEdit::multiline(&mut text).code_editor().hint_text("x,y\n0,1\n1,3").desired_rows(12);
            let field = ui.add(field.desired_width(f32::INFINITY)).accessible_name("Table of examples");
            if field.changed() {
                panel.emit(Command::Data(DataCommand::TypeTable(text)));
            }
        });
        if let Some(error) = &table.error {
            let colour = theme::colour(palette(ui).error);
            ui.add(egui::Label::new(RichText::new(format!("{error}.")).color(colour).size(12.0)).wrap());
        }
        ui.horizontal(|ui| {
            if ui.button("Use").accessible_name("Use the table").clicked() {
                panel.emit(Command::Data(DataCommand::UseTable));
            }
            if ui.button("Cancel").accessible_name("Cancel the table").clicked() {
                panel.emit(Command::Data(DataCommand::Paste(false)));
            }
        });
    });
    if !open {
        panel.emit(Command::Data(DataCommand::Paste(false)));
    }
}

/// Shows the pane.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let Some(data) = &panel.state.study.data else { return };
    if panel.state.has_cards_with_examples {
        let room = vec2(ui.available_width(), CARDS * ui.available_height());
        super::cards::runs_and_claim(ui, panel, room, 1.0);
        ui.add_space(4.0);
    }
    let (rows, used) = (data.dataset.rows(), panel.computed.findings.loss.examples());
    let is_network = panel.state.study.network.is_some();
    let count = if used < rows && !is_network { format!("{used} of {rows}") } else { format!("{rows}") };
    ui.horizontal(|ui| {
        heading(ui, "Examples");
        ui.label(muted(count).size(11.5));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = egui::Button::new(muted("✕").size(11.0)).frame(false);
            let response = ui.add(close).accessible_name("Hide the examples");
            if response.on_hover_text("Hides this pane (F9 brings it back).").clicked() {
                panel.emit(Command::Data(DataCommand::Show(false)));
            }
        });
    });
    let model = panel.computed.model.as_ref();
    let axes = Axes::of(&data.dataset, model);
    let sentence = match (model, &axes) {
        (Some(model), Axes::Columns { curved: true, .. }) => format!("{} ≈ {}", model.label, model.to_unicode()),
        _ if is_network => network_function::sentence(panel),
        (Some(model), Axes::Fit { .. }) => format!("{} against {}", model.label, model.to_unicode()),
        _ => "No curve: a model is known for residuals M − y and for the likelihood of two classes.".to_owned(),
    };
    ui.add(egui::Label::new(muted(sentence).size(12.0)).wrap());
    notes(ui, &panel.computed.notes);
    if panel.state.presenting {
        // Only the picture of them, as large as can be.
        let height = ui.available_height().min(1.2 * ui.available_width());
        return plot(ui, panel, &axes, height);
    }
    if ui.available_width() > 2.0 * ui.available_height() {
        // A strip: the curve, and the numbers beside it.
        let [width, height] = [ui.available_width(), ui.available_height()];
        let columns = data.dataset.names().len() as f32;
        let table = AROUND_CELLS + (LEAST_CELL + CELL_GAP) * columns + ui.spacing().item_spacing.x;
        let share = within((width - table) / width, 0.5, 0.62);
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(share * width, height), |ui| plot(ui, panel, &axes, height));
            ui.vertical(|ui| rows_table(ui, panel, height));
        });
        return;
    }
    let height = within(0.62 * ui.available_height(), 120.0, 1.1 * ui.available_width());
    plot(ui, panel, &axes, height);
    ui.add_space(2.0);
    let editable = matches!(axes, Axes::Columns { .. });
    let help = if editable {
        "Drag an example; double click adds one; Delete removes it."
    } else {
        "Change the numbers below."
    };
    ui.add(egui::Label::new(muted(help).size(11.0)).wrap());
    rows_table(ui, panel, ui.available_height());
}

/// What is to be said of the examples: the first sentence, and all of them where a pointer rests on it.
fn notes(ui: &mut Ui, notes: &[String]) {
    let [first, rest @ ..] = notes else { return };
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let all = notes.iter().map(|note| format!("{}.", capitalised(note))).collect::<Vec<_>>().join("\n");
    let label = egui::Label::new(muted(format!("{}{more}.", capitalised(first))).size(11.0)).wrap();
    ui.add(label).on_hover_text(all);
}

/// What the plot shows.
enum Axes {
    /// A column against another one, with the model's curve when it has just this input.
    Columns { across: usize, up: usize, curved: bool },
    /// The label against the model's value: for a model of several inputs or of none.
    Fit { label: usize },
}

impl Axes {
    fn of(dataset: &Dataset, model: Option<&Model>) -> Axes {
        let index = |name: &str| dataset.names().iter().position(|known| known == name);
        if let Some(model) = model
            && let Some(label) = index(&model.label)
        {
            return match model.inputs.as_slice() {
                [input] => Axes::Columns { across: index(input).unwrap_or(0), up: label, curved: true },
                _ => Axes::Fit { label },
            };
        }
        Axes::Columns { across: 0, up: 1.min(dataset.names().len() - 1), curved: false }
    }
}

/// Where the weights of a curve are from, and how it is drawn.
struct Curve {
    name: String,
    w: Vector,
    colour: Color32,
    width: f32,
    style: LineStyle,
}

fn curves(ui: &Ui, panel: &Panel<'_>) -> Vec<Curve> {
    let colours = palette(ui);
    let study = &panel.state.study;
    let mut curves = Vec::new();
    for (index, trajectory) in examples_plot::shown(panel.computed) {
        let moment = panel.computed.moments.as_ref().and_then(|moments| moments.get(index)?.as_ref());
        let step = moment.and_then(|moment| trajectory.steps.get(moment.index)).unwrap_or(trajectory.end());
        let colour = theme::colour(colours.run(study.runs.get(index).map_or(0, |run| run.colour)));
        curves.push(Curve {
            name: run_name(&study.runs, index),
            w: step.w,
            colour,
            width: 2.2,
            style: LineStyle::Solid,
        });
    }
    let start = Vector::from(study.start);
    let ink = theme::colour(colours.text);
    curves.push(Curve { name: "start".to_owned(), w: start, colour: ink, width: 2.2, style: LineStyle::Solid });
    if let Some(w) = panel.state.pointed.place() {
        let style = LineStyle::dashed_dense();
        curves.push(Curve { name: "pointer".to_owned(), w, colour: theme::colour(colours.muted), width: 1.6, style });
    }
    curves
}

fn plot(ui: &mut Ui, panel: &mut Panel<'_>, axes: &Axes, height: f32) {
    let Some(data) = &panel.state.study.data else { return };
    let dataset = &data.dataset;
    let model = panel.computed.model.as_ref();
    let start = Vector::from(panel.state.study.start);
    let places = places(dataset, model, axes, start);
    let id = egui::Id::unique("examples");
    let held = ui.input(|input| input.pointer.any_down() || input.pointer.any_released());
    // While a hand is at work the axes stay.
    let kept: Option<PlotBounds> = ui.data(|data| data.get_temp(id)).filter(|_| held);
    let bounds = kept.unwrap_or_else(|| bounds(&places));
    ui.data_mut(|data| data.insert_temp(id, bounds));
    let colours = palette(ui);
    let curves = curves(ui, panel);
    let (low, high) = (bounds.min()[0], bounds.max()[0]);
    let inputs: Vec<f64> = (0..CURVE).map(|k| low + (high - low) * k as f64 / (CURVE - 1) as f64).collect();
    let function = NetworkFunction::of(ui, panel, &bounds);
    let selected = panel.state.example.filter(|row| *row < dataset.rows());
    let response = examples_plot::scope(ui, |ui| {
        let plot = examples_plot::plot(ui, "examples", height)
            .x_grid_spacer(|input| examples_plot::marks(input.bounds, 5.0, 0.0))
            .custom_x_axes(vec![examples_plot::horizontal_axis(on_grid)])
            .y_grid_spacer(|input| examples_plot::marks(input.bounds, 5.0, 0.0))
            .custom_y_axes(vec![examples_plot::vertical_axis(on_grid)])
            .sense(egui::Sense::click_and_drag())
            .show_x(false)
            .show_y(false);
        plot.show(ui, |plot| {
            plot.set_plot_bounds(bounds);
            if let (Some(model), Axes::Columns { curved: true, .. }) = (model, axes) {
                if places.len() <= MOST_STICKS {
                    sticks(plot, &places, &model.predictions(start), theme::colour(colours.muted));
                }
                for curve in curves {
                    let Some(values) = model.curve(curve.w, &inputs) else { continue };
                    let points = inputs.iter().zip(values).filter(|(_, y)| y.is_finite());
                    let points = points.map(|(x, y)| PlotPoint::new(*x, y)).collect();
                    let line = Line::new(curve.name, PlotPoints::Owned(points)).color(curve.colour).width(curve.width);
                    plot.line(line.style(curve.style).allow_hover(false));
                }
            }
            if let Axes::Fit { .. } = axes {
                let [low, high] = [bounds.min()[0].max(bounds.min()[1]), bounds.max()[0].min(bounds.max()[1])];
                let ends = if low < high { vec![[low, low], [high, high]] } else { Vec::new() };
                plot.line(Line::new("exact", ends).color(theme::colour(colours.muted)).allow_hover(false));
            }
            if let Some(function) = &function {
                function.draw(plot);
            }
            let stride = places.len().div_ceil(MOST_POINTS).max(1);
            // An example with a missing value has no place.
            let are_there = |place: &[f64; 2]| place.iter().all(|value| value.is_finite());
            let drawn: Vec<[f64; 2]> = places.iter().copied().step_by(stride).filter(are_there).collect();
            let radius = if drawn.len() > 400 { 1.6 } else { 4.0 };
            let has_classes = function.as_ref().is_some_and(|function| {
                stride == 1 && drawn.len() == places.len() && function.draw_examples(colours, plot, &drawn, radius)
            });
            for (radius, colour) in [(radius + 0.8, colours.plot), (radius, colours.accent)] {
                let points = Points::new("examples", drawn.clone()).radius(radius).color(theme::colour(colour));
                if !has_classes {
                    plot.points(points.allow_hover(false));
                }
            }
            if let Some(place) = selected.and_then(|row| places.get(row)).filter(|place| are_there(place)) {
                let ring = Points::new("selected", vec![*place]).radius(7.0).filled(false);
                plot.points(ring.color(theme::colour(colours.text)).allow_hover(false));
            }
        })
    });
    let words = words(panel, axes, &places);
    ui.ctx().accesskit_node_builder(response.response.id, |node| {
        node.set_role(Role::Canvas);
        node.set_label("Plot of the examples");
        node.set_description(words);
    });
    if let Axes::Columns { across, up, .. } = *axes {
        hand(ui, panel, [across, up], &places, &response.response, &response.transform);
    }
}

fn places(dataset: &Dataset, model: Option<&Model>, axes: &Axes, start: Vector) -> Vec<[f64; 2]> {
    let column = |index: usize| dataset.columns()[index].iter().copied();
    match *axes {
        Axes::Columns { across, up, .. } => column(across).zip(column(up)).map(|(x, y)| [x, y]).collect(),
        Axes::Fit { label } => {
            let fitted = model.map(|model| model.predictions(start)).unwrap_or_default();
            fitted.into_iter().zip(column(label)).map(|(x, y)| [x, y]).collect()
        }
    }
}

fn bounds(places: &[[f64; 2]]) -> PlotBounds {
    let range = |axis: usize| {
        let values = places.iter().map(|place| place[axis]).filter(|value| value.is_finite());
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        if low > high {
            return [-1.0, 1.0];
        }
        let spare = if high > low { 0.12 * (high - low) } else { 0.5 * low.abs().max(1.0) };
        [low - spare, high + spare]
    };
    let [x, y] = [range(0), range(1)];
    PlotBounds::from_min_max([x[0], y[0]], [x[1], y[1]])
}

/// The residuals at the start point, from each example to the curve.
fn sticks(plot: &mut egui_plot::PlotUi<'_>, places: &[[f64; 2]], fitted: &[f64], colour: Color32) {
    for (place, fitted) in places.iter().zip(fitted).filter(|(_, fitted)| fitted.is_finite()) {
        let stick = Line::new("residual", vec![*place, [place[0], *fitted]]).color(colour.gamma_multiply(0.7));
        plot.line(stick.width(1.0).allow_hover(false));
    }
}

/// Dragging, adding and removing.
fn hand(
    ui: &Ui,
    panel: &mut Panel<'_>,
    [across, up]: [usize; 2],
    places: &[[f64; 2]],
    response: &egui::Response,
    transform: &PlotTransform,
) {
    let at = |pos: Pos2| {
        let value = transform.value_from_position(pos);
        let unit = [transform.bounds().width(), transform.bounds().height()].map(|range| range / 400.0);
        [tidy(value.x, unit[0]), tidy(value.y, unit[1])]
    };
    let nearest = |pos: Pos2| {
        let distance =
            |place: &[f64; 2]| transform.position_from_point(&PlotPoint::new(place[0], place[1])).distance(pos);
        let distances = places.iter().map(distance).enumerate().filter(|(_, distance)| distance.is_finite());
        let (row, distance) = distances.min_by(|a, b| a.1.total_cmp(&b.1))?;
        (distance <= REACH).then_some(row)
    };
    let grabbed_id = egui::Id::unique("grabbed example");
    if response.drag_started_by(PointerButton::Primary) {
        let press = ui.input(|input| input.pointer.press_origin());
        let row = press.and_then(nearest);
        ui.data_mut(|data| data.insert_temp(grabbed_id, row));
        panel.emit(Command::Data(DataCommand::Select(row)));
    }
    let grabbed: Option<usize> = ui.data(|data| data.get_temp(grabbed_id)).flatten();
    if let (true, Some(row), Some(pos)) = (drags(response), grabbed, response.interact_pointer_pos()) {
        let [x, y] = at(pos);
        let values = if across == up { vec![(across, x)] } else { vec![(across, x), (up, y)] };
        panel.emit(Command::Data(DataCommand::Set(row, values)));
    }
    if response.drag_stopped() {
        ui.data_mut(|data| data.insert_temp::<Option<usize>>(grabbed_id, None));
    }
    let pos = response.interact_pointer_pos();
    if response.double_clicked() {
        if let Some(pos) = pos.filter(|pos| nearest(*pos).is_none()) {
            let [x, y] = at(pos);
            let Some(data) = &panel.state.study.data else { return };
            // Columns that are not seen take their mean.
            let mean = |column: &[f64]| {
                let values: Vec<f64> = column.iter().copied().filter(|value| value.is_finite()).collect();
                values.iter().sum::<f64>() / values.len() as f64
            };
            let mut values: Vec<f64> = data.dataset.columns().iter().map(|column| mean(column)).collect();
            values[across] = x;
            values[up] = y;
            panel.emit(Command::Data(DataCommand::Add(values)));
        }
    } else if response.clicked() {
        response.request_focus();
        panel.emit(Command::Data(DataCommand::Select(pos.and_then(nearest))));
    }
    if response.has_focus()
        && let Some(row) = panel.state.example
    {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::Delete) || pressed(Key::Backspace) {
            panel.emit(Command::Data(DataCommand::Remove(row)));
        }
    }
    if response.hover_pos().and_then(nearest).is_some() {
        ui.set_cursor_icon(if response.dragged() { egui::CursorIcon::Grabbing } else { egui::CursorIcon::Grab });
    }
}

fn words(panel: &Panel<'_>, axes: &Axes, places: &[[f64; 2]]) -> String {
    let Some(data) = &panel.state.study.data else { return String::new() };
    let names = data.dataset.names();
    let what = match axes {
        Axes::Columns { across, up, .. } => format!("{} against {}", names[*up], names[*across]),
        Axes::Fit { label } => format!("{} against the model's value", names[*label]),
    };
    let shown = examples_plot::shown(panel.computed);
    let loss = shown.first().and_then(|(_, trajectory)| trajectory.steps.first()).map(|step| step.loss);
    let mean = loss.map_or(String::new(), |loss| format!(" The mean at the start point is {}.", short(loss)));
    let examples = places.iter().filter(|place| place.iter().all(|value| value.is_finite())).count();
    format!("{examples} examples, {what}.{mean}")
}

/// The least width of a number of the table, the gap between two of them, and the width of what is beside them: the row's number, the
/// cross that removes it, and a scroll bar.
const LEAST_CELL: f32 = 44.0;
const CELL_GAP: f32 = 4.0;
const AROUND_CELLS: f32 = 66.0;

/// The most columns of the table.
const MOST_COLUMNS: usize = 40;

/// The examples as numbers, in the first columns; rows out of sight are not laid out.
fn rows_table(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let Some(data) = &panel.state.study.data else { return };
    let dataset = &data.dataset;
    let names = &dataset.names()[..dataset.names().len().min(MOST_COLUMNS)];
    let width = ((ui.available_width() - AROUND_CELLS) / names.len() as f32 - CELL_GAP).clamp(LEAST_CELL, 90.0);
    let shown = move |value: f64| if value.is_nan() { "–".to_owned() } else { in_width(value, width) };
    let line = 22.0;
    egui::ScrollArea::both().id_salt("table of examples").max_height(height).auto_shrink([false, false]).show(
        ui,
        |ui| {
            ui.spacing_mut().item_spacing = vec2(CELL_GAP, 2.0);
            ui.horizontal(|ui| {
                cell(ui, 30.0, line, |ui| ui.label(""));
                for name in names {
                    cell(ui, width, line, |ui| ui.label(muted(name).size(11.5)));
                }
            });
            let area = egui::ScrollArea::vertical().id_salt("rows of examples").auto_shrink([false, false]);
            area.show_rows(ui, line, dataset.rows() + 1, |ui, range| {
                for row in range {
                    ui.horizontal(|ui| {
                        if row == dataset.rows() {
                            let add = ui.add(egui::Button::new("+ Add an example").frame(false));
                            if add.on_hover_text("Adds a copy of the last example, to be changed.").clicked() {
                                let last = dataset.columns().iter().map(|column| column[row - 1]).collect();
                                panel.emit(Command::Data(DataCommand::Add(last)));
                            }
                            return;
                        }
                        let number = format!("{}", row + 1);
                        let chosen = panel.state.example == Some(row);
                        let label = cell(ui, 30.0, line, |ui| ui.selectable_label(chosen, muted(number).size(11.0)));
                        if label.clicked() {
                            panel.emit(Command::Data(DataCommand::Select((!chosen).then_some(row))));
                        }
                        for (index, name) in names.iter().enumerate() {
                            let mut value = dataset.columns()[index][row];
                            let before = value;
                            let drag = egui::DragValue::new(&mut value).speed(0.01 * before.abs().max(1.0));
                            let drag = drag.custom_formatter(move |value, _| shown(value)).custom_parser(parse_number);
                            let accessible = format!("{name} of example {}", row + 1);
                            let field = cell(ui, width, line, |ui| fixed(ui, vec2(width, line - 2.0), drag));
                            let field = field.accessible_name(accessible);
                            // The field shows few digits: a value that reads the same was not changed by looking at it.
                            let is_changed = value != before && (field.dragged() || shown(value) != shown(before));
                            if is_changed && value.is_finite() {
                                panel.emit(Command::Data(DataCommand::Set(row, vec![(index, value)])));
                            }
                        }
                        let remove = egui::Button::new(muted("✕").size(10.0)).frame(false);
                        let remove = ui.add(remove).accessible_name(format!("Remove example {}", row + 1));
                        if remove.clicked() {
                            panel.emit(Command::Data(DataCommand::Remove(row)));
                        }
                    });
                }
            });
        },
    );
}

fn cell<R>(ui: &mut Ui, width: f32, height: f32, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
        ui.set_min_width(width);
        contents(ui)
    })
    .inner
}
