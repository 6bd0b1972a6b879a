//! The read-out: L, ∇L, H and what they say, at the pointer, at the selected critical point or at the start.
//!
//! "Indefinite" is said of the Hessian at any point, "saddle" only of a critical point. The layout is fixed: nothing
//! moves when a number gets longer.

use super::Panel;
use crate::app::command::Command;
use crate::app::state::Pointed;
use crate::app::theme;
use crate::app::widgets::{self, full, heading, muted, palette};
use crate::critical::{Claim, CriticalPoint, Evidence, Refutation};
use crate::curvature::{Curvature, Definiteness, Kind};
use crate::network::NetworkPlane;
use crate::number::display::{clean, fitting, pair, point, short};
use crate::number::{Matrix, Vector};
use crate::scene::words::{basin_at, kind_word, speed_limit};
use crate::study::{Reading, run_name};
use eframe::egui;
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, Color32, Layout, RichText, Sense, Ui, pos2, vec2};

/// Over more examples than these nothing is proved with every frame: that of 2,000 takes some milliseconds.
const MOST_PROVED: usize = 2_000;

/// What the read-out is about.
enum Subject<'a> {
    Pointer(Vector),
    Selected(&'a CriticalPoint),
    Start(Vector),
    /// The own start of the run with this index.
    RunStart(usize),
}

/// Below this height of the window the lines stand close together, and leave the table and the charts their room; those of a network,
/// of which there are more, below the other one.
const LOW_WINDOW: f32 = 700.0;
const LOW_FOR_NETWORKS: f32 = 800.0;
/// The space between lines that stand close together.
const CLOSE: f32 = 1.0;

/// Shows the read-out.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>) {
    let limit = if panel.computed.findings.network().is_some() { LOW_FOR_NETWORKS } else { LOW_WINDOW };
    let is_low = !panel.state.presenting && ui.ctx().content_rect().height() < limit;
    ui.scope(|ui| {
        if is_low {
            ui.spacing_mut().item_spacing.y = CLOSE;
        }
        lines(ui, panel);
    });
}

fn lines(ui: &mut Ui, panel: &mut Panel<'_>) {
    let points = &panel.computed.findings.points.points;
    let selected = panel.computed.findings.selected_point(&panel.state.study).and_then(|index| points.get(index));
    // Over a marker, or a place that snapped to one, the pointer means the critical point.
    let place = panel.state.pointed.place();
    let under = place.and_then(|w| panel.computed.point_at(w)).and_then(|index| points.get(index));
    let start = Vector::from(panel.state.study.start);
    let subject = match (panel.state.pointed, under, selected) {
        (Pointed::Start, ..) => Subject::Start(start),
        (Pointed::RunStart(index), ..) => Subject::RunStart(index),
        (_, Some(critical), _) => Subject::Selected(critical),
        (Pointed::At(w), ..) => Subject::Pointer(w),
        (Pointed::Nowhere, None, Some(critical)) => Subject::Selected(critical),
        (Pointed::Nowhere, None, None) => Subject::Start(start),
    };
    let (title, w, critical) = match subject {
        Subject::Pointer(w) => ("Here, at the pointer".to_owned(), w, None),
        Subject::Start(w) => ("At the start point".to_owned(), w, None),
        Subject::RunStart(index) => {
            let runs = &panel.state.study.runs;
            let own = runs.get(index).map(|run| Vector::from(panel.state.study.start_of(run)));
            (format!("At the start of {}", run_name(runs, index)), own.unwrap_or(start), None)
        }
        Subject::Selected(critical) => {
            let found = if std::ptr::eq(critical, selected.unwrap_or(critical))
                && panel.state.study.display.selected.is_some()
            {
                "Selected: "
            } else {
                "Here: "
            };
            (format!("{found}{}", kind_word(critical.kind)), critical.w, Some(critical))
        }
    };
    ui.horizontal(|ui| {
        heading(ui, &title);
        if panel.state.study.display.selected.is_some() && panel.state.pointed == Pointed::Nowhere {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let size = theme::touchable(ui, egui::Vec2::ZERO);
                let close = egui::Button::new(muted("✕").size(11.0)).frame(false).min_size(size);
                let response = ui.add(close).accessible_name("Deselect");
                if response.on_hover_text("Selects no critical point.").clicked() {
                    panel.commands.push(Command::Select(None));
                }
            });
        }
    });
    let loss = &panel.computed.findings.loss;
    let reading = if loss.examples() > MOST_PROVED { Reading::computed(loss, w) } else { kept(ui, panel, w) };
    let covariance = panel.computed.findings.loss.gradient_covariance(w);
    // What is said of a degenerate point takes a line more. Its room is kept, so that nothing below moves with the pointer.
    let lines = if points.iter().any(|point| point.kind == Kind::Degenerate) { 4.0 } else { 3.0 };
    read_out(ui, &reading, covariance.as_ref(), critical, lines);
    if let Some(plane) = panel.computed.findings.network() {
        beyond(ui, plane, w, critical);
    }
    if panel.state.study.basins_run().is_some() {
        fate(ui, panel, w);
    }
}

/// What is known at a point, kept as long as landscape and point stay: a proof takes many digits, which is too much for every
/// frame.
fn kept(ui: &Ui, panel: &Panel<'_>, w: Vector) -> Reading {
    let key = (panel.computed.loss_version, w.x.to_bits(), w.y.to_bits());
    let id = egui::Id::unique("read-out");
    let known = ui.data(|data| data.get_temp::<((u64, u64, u64), Reading)>(id)).filter(|(known, _)| *known == key);
    known.map_or_else(
        || {
            let reading = Reading::at(&panel.computed.findings.loss, w);
            ui.data_mut(|data| data.insert_temp(id, (key, reading)));
            reading
        },
        |(_, reading)| reading,
    )
}

/// What is known of the network at a point of its plane.
fn beyond(ui: &mut Ui, plane: &NetworkPlane, w: Vector, critical: Option<&CriticalPoint>) {
    let glance = plane.glance(w);
    let shown =
        |value: Option<f64>| value.map_or_else(|| ("–".to_owned(), "not computed".to_owned()), |x| (short(x), full(x)));
    let (outside, in_full) = shown(glance.map(|(outside, _)| outside));
    let tooltip = "The part of ‖∇L‖ over all weights that is orthogonal to the plane.";
    wide_line(ui, "‖∇L‖ off the plane", tooltip, &outside, &in_full);
    // One line, which leaves the charts their height.
    let limit = glance.map(|(_, largest)| 2.0 / largest).filter(|limit| *limit > 0.0);
    let [(largest, in_full), (limit, limit_in_full)] = [shown(glance.map(|(_, largest)| largest)), shown(limit)];
    let tooltip = "The largest eigenvalue λmax of the Hessian over all weights. Beyond the learning rate 2/λmax, gradient descent in \
                   all weights oscillates with growing amplitude.";
    wide_line(
        ui,
        "λmax, 2/λmax (all)",
        tooltip,
        &format!("{largest}, {limit}"),
        &format!("{in_full}, {limit_in_full}"),
    );
    let beyond = critical.and_then(|point| point.beyond.as_ref());
    let negative = beyond.and_then(|beyond| Some((beyond.negative?, beyond.weights)));
    // The line is always there, so that nothing below it moves.
    let text = negative.map_or_else(|| "–".to_owned(), |(negative, weights)| format!("{negative} of {weights}"));
    let tooltip = "How many eigenvalues of the Hessian over all weights are negative; computed for the critical points of the plane.";
    wide_line(ui, "λ < 0 (all)", tooltip, &text, &text);
}

/// Where a run from here ends, as the map of basins has it. There is room for two lines, whether they are needed or not.
fn fate(ui: &mut Ui, panel: &Panel<'_>, w: Vector) {
    let basins = panel.computed.findings.basins.as_ref().and_then(|basins| basins.as_ref().ok());
    let words = basins.and_then(|basins| basin_at(basins, w)).unwrap_or_default();
    let (size, height) = (12.0 * enlargement(ui), 32.0 * enlargement(ui));
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_height(height);
        ui.add(egui::Label::new(RichText::new(words).size(size)).wrap())
            .on_hover_text("From the map of basins: where the run from the nearest start ends.");
    });
}

fn read_out(ui: &mut Ui, reading: &Reading, covariance: Option<&Matrix>, critical: Option<&CriticalPoint>, lines: f32) {
    let Reading { w, jet, curvature, shown, .. } = *reading;
    let g = jet.gradient;
    let h = &jet.hessian;
    let largest = curvature.map_or(0.0, |c| c.eigen.values[0].abs().max(c.eigen.values[1].abs()));
    // The gradient that is left at a critical point is a rounding error beside the Hessian times the size of w.
    let noise = 1e6 * largest.max(1.0) * w.amax().max(1.0);
    let gradient =
        if critical.is_some() { pair(g.map(|component| clean(component, noise))) } else { pair(shown.gradient) };
    // The point that is proved lies between these doubles: that ∇L is not 0 at them says nothing of it.
    let is_proved = critical.is_some_and(|point| point.evidence == Evidence::Certified);
    let bound = reading.gradient_bound.filter(|_| !is_proved);
    let bounded = bound.map(|bound| format!("≠ 0, ≤ {}", short(bound)));
    let gradient = bounded.unwrap_or(gradient);
    line(ui, "w", "The weights (w₁, w₂).", &point(w), &format!("({}, {})", full(w.x), full(w.y)));
    line(ui, "L", "The loss.", &short(shown.value), &full(jet.value));
    let tooltip = "The gradient (∂L/∂w₁, ∂L/∂w₂): the direction of steepest ascent.";
    line(ui, "∇L", tooltip, &gradient, &format!("({}, {})", full(g.x), full(g.y)));
    let tooltip = "The Hessian: the second derivatives, row by row. It is symmetric.";
    let entries = |h: &Matrix| [h[(0, 0)], h[(0, 1)], h[(1, 1)]];
    matrix(ui, "H", tooltip, entries(h), entries(&shown.hessian));
    eigenvalues(ui, curvature.as_ref(), shown.eigenvalues);
    if let Some(c) = covariance {
        let tooltip = "The covariance of one example's gradient: the noise of SGD, of which a minibatch of B drawn \
        with \
                       replacement has a B-th. In the picture it is the filled ellipse, beside the dashed one of H.";
        let scale = c.amax();
        matrix(ui, "C", tooltip, entries(c), entries(c).map(|entry| clean(entry, scale)));
    }
    let limit = curvature.as_ref().and_then(|c| c.speed_limit);
    let tooltip = speed_limit(curvature.as_ref().map(|c| c.definiteness));
    let shown = limit.map_or("none".to_owned(), short);
    line(ui, "2/λmax", tooltip, &shown, &limit.map_or("none".to_owned(), full));
    verdict(ui, reading, &gradient, critical, lines);
}

/// How much larger the text is than usual: in presentation heights and widths grow with it.
fn enlargement(ui: &Ui) -> f32 {
    egui::TextStyle::Body.resolve(ui.style()).size / theme::BODY
}

/// The height of a line.
fn line_height(ui: &Ui) -> f32 {
    if ui.spacing().item_spacing.y > CLOSE { 20.0 * enlargement(ui) } else { 18.0 * enlargement(ui) }
}

/// The width of the names at the left, and of those that are a phrase.
const NAMES: f32 = 52.0;
const PHRASES: f32 = 124.0;

fn line(ui: &mut Ui, name: &str, tooltip: &str, value: &str, in_full: &str) {
    named_line(ui, NAMES, name, tooltip, value, in_full);
}

fn wide_line(ui: &mut Ui, name: &str, tooltip: &str, value: &str, in_full: &str) {
    named_line(ui, PHRASES, name, tooltip, value, in_full);
}

fn named_line(ui: &mut Ui, width: f32, name: &str, tooltip: &str, value: &str, in_full: &str) {
    let (width, height) = (width * enlargement(ui), line_height(ui));
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::left_to_right(Align::Center), |ui| {
        widgets::name(ui, name, width, height).on_hover_text(tooltip);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let label = egui::Label::new(value).truncate().sense(Sense::click());
            let response = ui.add(label).on_hover_text(format!("{name} = {in_full}\nClick to copy all digits."));
            if response.clicked() {
                ui.ctx().copy_text(in_full.to_owned());
            }
        });
    });
}

/// The most characters of an entry of a matrix that its column has room for.
const ENTRY: usize = 9;

/// A symmetric matrix as a 2 × 2 block in square brackets, with its entries as they are shown.
fn matrix(ui: &mut Ui, name: &str, tooltip: &str, [h11, h12, h22]: [f64; 3], [s11, s12, s22]: [f64; 3]) {
    let shown = |entry: f64| fitting(entry, 4, |text| text.chars().count() <= ENTRY);
    let entries = [[s11, s12], [s12, s22]].map(|row| row.map(shown));
    let larger = enlargement(ui);
    let height = 40.0 * larger;
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::left_to_right(Align::Center), |ui| {
        widgets::name(ui, name, NAMES * larger, height).on_hover_text(tooltip);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            // Between the entries and the bracket is as much room as between two entries.
            let (column, margin) = (78.0 * larger, 8.0 * larger);
            let (rect, response) = ui.allocate_exact_size(vec2(2.0 * (column + margin), 38.0 * larger), Sense::click());
            let colour = ui.visuals().text_color();
            let spoken =
                format!("{name} = (({}, {}), ({}, {}))", entries[0][0], entries[0][1], entries[1][0], entries[1][1]);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, &spoken));
            for (r, row) in entries.iter().enumerate() {
                for (c, entry) in row.iter().enumerate() {
                    let x = rect.left() + margin + column * (c as f32 + 1.0) - 1.0;
                    let y = rect.top() + larger * (10.0 + 18.0 * r as f32);
                    let font = egui::TextStyle::Body.resolve(ui.style());
                    ui.painter().text(pos2(x, y), egui::Align2::RIGHT_CENTER, entry, font, colour);
                }
            }
            bracket(ui, rect, colour);
            let in_full = format!("(({}, {}), ({}, {}))", full(h11), full(h12), full(h12), full(h22));
            if response.on_hover_text(format!("{name} = {in_full}\nClick to copy all digits.")).clicked() {
                ui.ctx().copy_text(in_full);
            }
        });
    });
}

fn bracket(ui: &Ui, rect: egui::Rect, colour: Color32) {
    let stroke = egui::Stroke::new(1.0, colour);
    for (x, inwards) in [(rect.left() + 0.5, 4.0), (rect.right() - 0.5, -4.0)] {
        let corners = vec![
            pos2(x + inwards, rect.top() + 0.5),
            pos2(x, rect.top() + 0.5),
            pos2(x, rect.bottom() - 0.5),
            pos2(x + inwards, rect.bottom() - 0.5),
        ];
        ui.painter().add(egui::Shape::line(corners, stroke));
    }
}

fn eigenvalues(ui: &mut Ui, curvature: Option<&Curvature>, shown: [f64; 2]) {
    let (width, height) = (NAMES * enlargement(ui), line_height(ui));
    ui.allocate_ui_with_layout(vec2(ui.available_width(), height), Layout::left_to_right(Align::Center), |ui| {
        let tooltip = "The Hessian's eigenvalues, ascending: the curvature of L along its eigenvectors.";
        widgets::name(ui, "λ₁, λ₂", width, height).on_hover_text(tooltip);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let Some(curvature) = curvature else {
                ui.label("undefined");
                return;
            };
            let values = curvature.eigen.values;
            let scale = values[0].abs().max(values[1].abs());
            let palette = palette(ui);
            let font = egui::TextStyle::Body.resolve(ui.style());
            let mut job = LayoutJob::default();
            let mut add = |text: &str, colour| {
                let colour = theme::colour(colour);
                job.append(text, 0.0, TextFormat { font_id: font.clone(), color: colour, ..TextFormat::default() });
            };
            let coloured = [0, 1].map(|index| {
                let value = values[index];
                // Where not both signs are proved, that of the smaller one is not.
                let is_smaller = value.abs() < scale || values[0] == values[1];
                match curvature.definiteness {
                    Definiteness::Undecided if is_smaller => (short(shown[index]), palette.muted),
                    Definiteness::PositiveSemidefinite | Definiteness::NegativeSemidefinite if is_smaller => {
                        ("0".to_owned(), palette.text)
                    }
                    _ if value > 0.0 => (short(value), palette.positive_text),
                    _ if value < 0.0 => (short(value), palette.negative_text),
                    _ => ("0".to_owned(), palette.text),
                }
            });
            add(&coloured[0].0, coloured[0].1);
            add(", ", palette.muted);
            add(&coloured[1].0, coloured[1].1);
            let in_full = format!("{}, {}", full(values[0]), full(values[1]));
            let response = ui.add(egui::Label::new(job).sense(Sense::click()));
            if response.on_hover_text(format!("λ₁, λ₂ = {in_full}\nClick to copy all digits.")).clicked() {
                ui.ctx().copy_text(in_full);
            }
        });
    });
}

/// What is known of the point, in a sentence that has room for so many lines.
fn verdict(ui: &mut Ui, reading: &Reading, gradient: &str, critical: Option<&CriticalPoint>, lines: f32) {
    let text = match critical {
        Some(critical) => explained(critical),
        None => {
            let word = reading.definiteness.map_or("H is undefined", definiteness_word);
            // The gradient is not broken over two lines.
            let gradient = gradient.replace(' ', "\u{a0}");
            let Some(claim) = reading.critical else {
                let text = format!("{word} as computed, not proved: ∇L\u{a0}=\u{a0}{gradient}.");
                return show_verdict(ui, text, lines);
            };
            match claim {
                Claim::Proved => format!("{word} here, and critical: ∇L = 0, proved."),
                Claim::Refuted(Refutation::Slope) => match reading.gradient_in_words() {
                    Some(bound) => format!("{word} here, not critical: ∇L is {bound}."),
                    None => format!("{word} here, not critical: ∇L\u{a0}=\u{a0}{gradient}."),
                },
                Claim::Refuted(Refutation::NotDifferentiable) => {
                    format!("{word} here, not critical: L is not differentiable.")
                }
                Claim::Refuted(Refutation::Undefined) => "L is undefined here.".to_owned(),
                Claim::NotProved if reading.jet.gradient.iter().all(|component| component.is_finite()) => {
                    format!("{word} here; ∇L = 0 to the last digit, not proved.")
                }
                Claim::NotProved => format!("{word} here; ∇L has no value, and whether it is critical is not decided."),
            }
        }
    };
    show_verdict(ui, text, lines);
}

/// The height of a line of what is said of a point.
const LINE: f32 = 17.0;

fn show_verdict(ui: &mut Ui, text: String, lines: f32) {
    let size = vec2(ui.available_width(), (lines * LINE - 1.0) * enlargement(ui));
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::LEFT), |ui| {
        ui.set_min_height(size.y);
        // In presentation this is the sentence that the class is to read.
        let larger = enlargement(ui);
        let letters = if larger > 1.0 { larger * theme::BODY } else { 12.0 };
        ui.add(egui::Label::new(RichText::new(text).size(letters)).wrap());
    });
}

fn definiteness_word(definiteness: Definiteness) -> &'static str {
    match definiteness {
        Definiteness::PositiveDefinite => "Positive definite",
        Definiteness::NegativeDefinite => "Negative definite",
        Definiteness::Indefinite => "Indefinite",
        Definiteness::PositiveSemidefinite => "Positive semidefinite",
        Definiteness::NegativeSemidefinite => "Negative semidefinite",
        Definiteness::Zero => "Flat (H = 0)",
        Definiteness::Undecided => "Definiteness undecided",
    }
}

fn explained(critical: &CriticalPoint) -> String {
    let what = match critical.kind {
        Kind::Minimum => "Critical, and H is positive definite: a local minimum.",
        Kind::Maximum => "Critical, and H is negative definite: a local maximum.",
        Kind::Saddle => "Critical, and H is indefinite: a saddle point.",
        Kind::Degenerate => "Critical, but H has an eigenvalue 0: a degenerate point.",
    };
    let index =
        critical.index.map(|index| format!(" Poincaré index {}.", crate::number::display::minus(&index.to_string())));
    let nature = critical.nature.as_ref().map(|nature| match nature.as_str() {
        "neither" => " L takes higher and lower values around it: neither minimum nor maximum.".to_owned(),
        nature => format!(" By its values: a {nature}."),
    });
    let evidence = match critical.evidence {
        Evidence::Certified => " Proved.",
        Evidence::Candidate => " Found, not proved.",
    };
    format!("{what}{}{}{evidence}", index.unwrap_or_default(), nature.unwrap_or_default())
}
