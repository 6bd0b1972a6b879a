//! What is drawn: layers on and off, their strength, colours and levels.

use super::Panel;
use crate::app::command::Command;
use crate::app::slider::Number;
use crate::app::widgets::{checkbox, full, muted};
use crate::curvature::Quantity;
use crate::field::{ColourMap, ColourScale};
use crate::optimizer::Run;
use crate::scene::words;
use crate::study::{LAYERS, LayerSwitch, PictureOptions, layers, levels_of};
use eframe::egui;
use egui::{ComboBox, Ui};

/// Shows the switches of the layers, and below them how the map is coloured.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let before = panel.state.study.picture.clone();
    let mut options = before.clone();
    let mut part = super::surface::choices(ui, panel, &mut options);
    part = switches(ui, &mut options).or(part);
    part = own_levels(ui, &mut options).or(part);
    part = quantity(ui, &mut options).or(part);
    part = basins(ui, panel, &mut options).or(part);
    ui.collapsing(muted("Colours and contours").size(12.0), |ui| {
        part = colours(ui, &mut options, &panel.computed.findings.field.colour_scale).or(part);
    })
    .header_response
    .on_hover_text("Colour map, how values are spread over it, contour levels, opacities.");
    if options != before {
        panel.emit(Command::SetPicture(options, part.unwrap_or("picture")));
    }
}

/// The switches of all layers, in two columns where two names fit; the name of the part that was changed.
fn switches(ui: &mut Ui, options: &mut PictureOptions) -> Option<&'static str> {
    let mut changed = None;
    let half = 0.5 * ui.available_width() - 4.0;
    let equal_axes = ("Equal axes", "A unit of w₁ as long as one of w₂: right angles look right.");
    let mut switches: Vec<(Option<&LayerSwitch>, &'static str, &'static str)> =
        LAYERS.iter().map(|layer| (Some(*layer), layer.title, layer.tooltip)).collect();
    switches.push((None, equal_axes.0, equal_axes.1));
    // Names that are too long for a column come last, in rows of their own.
    let (short, long): (Vec<_>, Vec<_>) =
        switches.into_iter().partition(|(_, title, _)| title.chars().count() <= SHORT);
    let rows = short.chunks(2).chain(long.chunks(1));
    for row in rows {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            for (layer, title, tooltip) in row {
                let mut on = layer.map_or(options.equal_axes, |layer| options.shows(layer));
                let height = ui.spacing().interact_size.y;
                let layout = egui::Layout::left_to_right(egui::Align::Center);
                let width = if row.len() == 1 { ui.available_width() } else { half };
                ui.allocate_ui_with_layout(egui::vec2(width, height), layout, |ui| {
                    ui.set_min_width(half);
                    if checkbox(ui, &mut on, title, title).on_hover_text(*tooltip).changed() {
                        match layer {
                            Some(layer) => options.show(layer, on),
                            None => options.equal_axes = on,
                        }
                        changed = Some(*title);
                    }
                });
            }
        });
    }
    changed
}

/// Letters of a name that fit into half of the panel.
const SHORT: usize = 15;

/// A field for contour levels of one's own; the name of the part when they were changed. What is no list of levels stays in
/// the field, with the reason below it.
fn own_levels(ui: &mut Ui, options: &mut PictureOptions) -> Option<&'static str> {
    const NAME: &str = "Levels of one's own";
    let id = ui.scope_id().with(NAME);
    let written = options.levels.iter().map(|level| full(*level)).collect::<Vec<String>>().join(", ");
    // What was typed holds as long as the study has the levels that it had then.
    let kept: Option<(Vec<f64>, String)> = ui.data(|data| data.get_temp(id));
    let typed = kept.filter(|(levels, _)| *levels == options.levels).map(|(_, text)| text);
    let mut text = typed.clone().unwrap_or_else(|| written.clone());
    let response = ui
        .horizontal(|ui| {
            ui.label(muted("Levels").size(12.0));
            let hint = format!("about {}", options.contour_levels);
            ui.add(egui::TextEdit::singleline(&mut text).hint_text(hint).desired_width(ui.available_width()))
        })
        .inner
        .accessible_name(NAME)
        .on_hover_text("Contour levels of your own: 0.1, 1, 2. Empty: round ones, about as many as chosen below.");
    let wanted = if text.trim().is_empty() { Ok(Vec::new()) } else { levels_of(&text) };
    if response.has_focus() || response.changed() {
        ui.data_mut(|data| data.insert_temp(id, (options.levels.clone(), text)));
        return None;
    }
    typed?;
    match wanted {
        Ok(levels) => {
            ui.data_mut(|data| data.remove_temp::<(Vec<f64>, String)>(id));
            let is_new = levels != options.levels;
            options.levels = levels;
            // Who names levels wants to see them.
            if is_new && !options.levels.is_empty() {
                options.show(&layers::CONTOURS, true);
            }
            is_new.then_some(NAME)
        }
        Err(reason) => {
            ui.add(egui::Label::new(muted(format!("No levels: {reason}.")).size(11.5)).wrap());
            None
        }
    }
}

/// What the heat map may show, with what a person is told about it.
const QUANTITIES: [(Quantity, &str, &str); 7] = [
    (Quantity::Loss, "L", "The loss itself."),
    (Quantity::GradientNorm, "‖∇L‖", "The gradient's norm: how steep L is."),
    (
        Quantity::LambdaMin,
        "λmin",
        "The Hessian's least eigenvalue: below 0 there is a direction in which L curves down.",
    ),
    (Quantity::LambdaMax, "λmax", "The Hessian's greatest eigenvalue: the sharpness."),
    (Quantity::ConditionNumber, "κ = |λ|max/|λ|min", "The Hessian's condition number: how slow gradient descent is."),
    (
        Quantity::SpeedLimit,
        "2/λmax",
        "The learning rate beyond which gradient descent oscillates with growing amplitude along λmax on the local \
         quadratic model.",
    ),
    (Quantity::Determinant, "det H", "The product of the eigenvalues: below 0 where H is indefinite."),
];

/// What the heat map shows; the name of the part when it was changed.
fn quantity(ui: &mut Ui, options: &mut PictureOptions) -> Option<&'static str> {
    let mut part = None;
    ui.horizontal(|ui| {
        ui.label(muted("Heat map of").size(12.0));
        let of = options.heat_map_of;
        let title = QUANTITIES.iter().find(|(known, ..)| *known == of).map_or("", |(_, title, _)| *title);
        choice(ui, "Quantity of the heat map", title.to_owned(), &QUANTITIES, &mut options.heat_map_of, &mut part);
    });
    if part.is_some() {
        options.show(&layers::HEAT_MAP, true);
    }
    part
}

/// Whose basins are shown, and how far they are; the name of the part when it was changed.
fn basins(ui: &mut Ui, panel: &mut Panel<'_>, options: &mut PictureOptions) -> Option<&'static str> {
    let mut part = None;
    if panel.state.lessons.withholds().is_some() {
        ui.label(muted("Basins are shown with the answer to the question.").size(12.0));
        return part;
    }
    let runs = &panel.state.study.runs;
    let title = |number: usize| {
        let run = runs.get(number.wrapping_sub(1));
        let same = |other: &&Run| run.is_some_and(|run| run.optimizer == other.optimizer);
        let name = run.map_or_else(String::new, words::run_title);
        // Runs of one optimizer are told apart by their place.
        if runs.iter().filter(same).count() > 1 { format!("{name} ({number})") } else { name }
    };
    let titles: Vec<(Option<usize>, String, String)> =
        std::iter::once((None, "none".to_owned(), "Shows no basins.".to_owned()))
            .chain((1..=runs.len()).map(|number| {
                let run = &runs[number - 1];
                (
                    Some(number),
                    title(number),
                    format!("Where every start of the view ends under {}.", words::run_caption(run)),
                )
            }))
            .collect();
    let choices: Vec<(Option<usize>, &str, &str)> =
        titles.iter().map(|(number, title, tooltip)| (*number, title.as_str(), tooltip.as_str())).collect();
    ui.horizontal(|ui| {
        let label = ui.label(muted("Basins of").size(12.0));
        label.on_hover_text(
            "Every pixel is a start: its colour says at which critical point it ends, its shade after how many steps.",
        );
        let shown = options.basins_of.map_or_else(|| "none".to_owned(), title);
        choice(ui, "Run whose basins are shown", shown, &choices, &mut options.basins_of, &mut part);
    });
    progress_of_basins(ui, panel);
    part
}

fn progress_of_basins(ui: &mut Ui, panel: &mut Panel<'_>) {
    let progress = match &panel.computed.findings.basins {
        Some(Err(reason)) => {
            ui.label(muted(format!("No basins: {reason}.")).size(11.5));
            return;
        }
        Some(Ok(basins)) if !basins.is_stale => basins.map.progress(),
        _ => 0.0,
    };
    if !panel.computed.wants_basins() {
        return;
    }
    let percent = (100.0 * progress).floor();
    ui.horizontal(|ui| {
        if panel.computed.basins_stopped {
            ui.label(muted(format!("Basins stopped at {percent} %")).size(11.5));
            return;
        }
        ui.label(muted(format!("Basins {percent} %")).size(11.5));
        let stop = ui.button("Stop").accessible_name("Stop the basins");
        if stop.on_hover_text("Keeps what is computed so far.").clicked() {
            panel.commands.push(Command::StopSearch);
        }
    });
}

const MAPS: [(ColourMap, &str, &str); 4] = [
    (ColourMap::Viridis, "Viridis", "Perceptually uniform, from violet to yellow."),
    (ColourMap::Cividis, "Cividis", "Looks nearly the same for all kinds of colour vision."),
    (ColourMap::Diverging, "Diverging", "Blue below, red above the middle of the range."),
    (ColourMap::Grey, "Grey", "For print without colours."),
];

const SCALES: [(ColourScale, &str, &str); 4] = [
    (ColourScale::Automatic, "Automatic", "Linear where that is readable, otherwise by rank."),
    (ColourScale::Linear, "Linear", "Equal steps of L are equal steps of colour."),
    (ColourScale::Logarithmic, "Logarithmic", "In log(L − min L): shows the floor of a valley."),
    (ColourScale::Equalised, "By rank", "Each colour covers the same area."),
];

fn colours(ui: &mut Ui, options: &mut PictureOptions, used: &ColourScale) -> Option<&'static str> {
    let mut part = None;
    let title = |map| MAPS.iter().find(|(known, ..)| *known == map).map_or("", |(_, title, _)| *title);
    choice(ui, "Colour map", title(options.colour_map).to_owned(), &MAPS, &mut options.colour_map, &mut part);
    let title = |scale| SCALES.iter().find(|(known, ..)| *known == scale).map_or("", |(_, title, _)| *title);
    let shown = match options.colour_scale {
        ColourScale::Automatic => format!("Automatic: {}", title(*used).to_lowercase()),
        scale => title(scale).to_owned(),
    };
    choice(ui, "Colour scale", shown, &SCALES, &mut options.colour_scale, &mut part);
    let whole = |value: f64| value.round().clamp(2.0, 60.0) as usize;
    let levels = Number {
        name: "Contour levels",
        symbol: "n",
        tooltip: "About how many contour levels are drawn, where none are named.",
        value: options.contour_levels as f64,
        reset: 20.0,
        slider: [2.0, 60.0],
        range: [2.0, 60.0],
        logarithmic: false,
        ticks: &[],
        names_ticks: false,
    };
    if let Some(value) = levels.show(ui) {
        options.contour_levels = whole(value);
        part = Some("levels");
    }
    let opacities = [
        ("Heat map opacity", "How strongly the heat map is drawn, 0 to 1.", &mut options.heat_map_opacity, 1.0),
        ("Contour opacity", "How strongly the contour lines are drawn, 0 to 1.", &mut options.contour_opacity, 0.6),
    ];
    for (name, tooltip, opacity, reset) in opacities {
        ui.label(muted(name).size(11.5));
        let number = Number {
            name,
            symbol: "α",
            tooltip,
            value: *opacity,
            reset,
            slider: [0.0, 1.0],
            range: [0.0, 1.0],
            logarithmic: false,
            ticks: &[],
            names_ticks: false,
        };
        if let Some(value) = number.show(ui) {
            *opacity = value;
            part = Some(name);
        }
    }
    part
}

fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &'static str,
    shown: String,
    choices: &[(T, &str, &str)],
    chosen: &mut T,
    part: &mut Option<&'static str>,
) {
    let combo = ComboBox::from_id_salt(name).selected_text(shown).width(ui.available_width());
    let response = combo.show_ui(ui, |ui| {
        for (value, title, tooltip) in choices {
            let selected = *value == *chosen;
            if ui.selectable_label(selected, *title).on_hover_text(*tooltip).clicked() && !selected {
                *chosen = *value;
                *part = Some(name);
            }
        }
    });
    response.response.accessible_name(name).on_hover_text(name);
}
