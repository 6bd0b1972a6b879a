//! Noise as temperature, in the panel of the ensemble: a slider of T, how many runs are in each basin beside what e^(−L/T) says, and how long a
//! run stays.

use super::Panel;
use crate::app::command::Command;
use crate::app::slider::{Mark, Number};
use crate::app::theme;
use crate::app::widgets::{muted, palette};
use crate::ensemble::Ensemble;
use crate::number::display::{point, short};
use crate::number::{Matrix, Vector};
use crate::optimizer::{Run, find};
use crate::saddles::SaddleGraph;
use crate::study::{ARRHENIUS_TAB, DENSITY_TAB, temperature_of};
use crate::thermal::{harmonic_shares, stationary};
use eframe::egui;
use egui::{RichText, Ui};

/// Shows the temperature of the ensemble's run, if it has one.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, run: &Run) {
    let Some(temperature) = temperature_of(run) else { return };
    ui.add_space(2.0);
    slider(ui, panel, run, temperature);
    if panel.computed.findings.loss.examples() > 0 {
        note(ui, "T = ηS/(2B) holds only for noise that is S·I everywhere: minibatches have another at every point.");
    }
    if temperature == 0.0 {
        return;
    }
    normalisation(ui, panel, temperature);
    flip(ui, panel);
    ui.horizontal_wrapped(|ui| {
        for (key, text, tooltip) in [
            (DENSITY_TAB, "Density", "Where the runs are as a density, beside e^(−L/T)."),
            (
                ARRHENIUS_TAB,
                "Times of escape",
                "How long runs stay in a minimum, over 1/T: by two formulas and by runs.",
            ),
        ] {
            if ui.button(text).on_hover_text(tooltip).clicked() {
                panel.emit(Command::ShowSecondTab(true));
                panel.emit(Command::ShowTab(1, key.to_owned()));
            }
        }
    });
}

/// The stationary covariance of SGD on linear regression, exact beside measured.
pub fn covariance(ui: &mut Ui, panel: &Panel<'_>, ensemble: &Ensemble) {
    /// So many examples are added up in each frame.
    const MOST_EXAMPLES: usize = 2_000;
    let loss = &panel.computed.findings.loss;
    let exact = (loss.examples() <= MOST_EXAMPLES).then(|| stationary(loss, ensemble.run())).flatten();
    let Some(exact) = exact else { return };
    let [along, across] = exact.temperatures.map(short);
    let entries = |matrix: &Matrix| [matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]].map(short).join(", ");
    let (_, measured) = ensemble.cloud();
    note(ui, format!("Σ11, Σ12, Σ22 of the runs in the long run, exactly: {}.", entries(&exact.covariance)));
    note(ui, format!("Measured at the ends of these {} runs: {}.", ensemble.members().len(), entries(&measured)));
    note(
        ui,
        format!(
            "This noise is not S·I: ηC/(2B) is {along} along w1 and {across} along w2, and neither is a temperature. \
             T = ηS/(2B) holds only for noise that is S·I everywhere."
        ),
    );
}

fn note(ui: &mut Ui, text: impl Into<String>) {
    ui.add(egui::Label::new(muted(text).size(11.5)).wrap());
}

/// The slider of T: it sets T of Langevin dynamics, and σ of SGD.
fn slider(ui: &mut Ui, panel: &mut Panel<'_>, run: &Run, temperature: f64) {
    let Some(optimizer) = find(&run.optimizer) else { return };
    let default = temperature_of(&Run::new(&run.optimizer)).unwrap_or(temperature);
    let [low, high] = reach(panel, temperature, default);
    let ticks: Vec<Mark> = panel
        .computed
        .findings
        .flip
        .map(|flip| (flip.quadrature.unwrap_or(flip.harmonic), flip))
        .filter(|(value, _)| *value > 0.0)
        .map(|(value, flip)| Mark {
            value,
            name: "T*",
            words: format!("T* = {}: above it the flat well {} holds more", short(value), point(flip.flat)),
            is_limit: false,
            is_minor: false,
        })
        .into_iter()
        .collect();
    let tooltip = match optimizer.setting_of_temperature(run, temperature) {
        Some(("noise", _)) => "The temperature of Gaussian noise: T = ησ²/2. Moving it sets σ.",
        _ => "The temperature T of the noise √(2ηT)·ξ.",
    };
    let number = Number {
        name: "Temperature",
        symbol: "T",
        tooltip,
        value: temperature,
        reset: default,
        slider: [low, high],
        range: [0.0, 1e6],
        logarithmic: true,
        ticks: &ticks,
        names_ticks: !ticks.is_empty(),
    };
    let index = panel.state.study.display.run_index();
    let set = number.show(ui).and_then(|value| optimizer.setting_of_temperature(run, value));
    if let Some((key, value)) = set {
        panel.emit(Command::SetSetting(index, key.to_owned(), value));
    }
}

/// What the slider reaches: temperatures at which the lowest and the highest barrier matter.
fn reach(panel: &Panel<'_>, temperature: f64, usual: f64) -> [f64; 2] {
    let graph = panel.computed.findings.saddles.as_ref();
    let barriers = graph.into_iter().flat_map(|graph| graph.merges.iter().map(|merge| merge.barrier));
    let barriers = barriers.filter(|barrier| *barrier > 0.0);
    let (least, most) =
        barriers.fold((f64::INFINITY, 0.0f64), |(low, high), barrier| (low.min(barrier), high.max(barrier)));
    let [low, high] = match least.is_finite() {
        true => [0.02 * least, 4.0 * most],
        false => [0.01 * usual, 20.0 * usual],
    };
    // A logarithmic slider begins above 0.
    let positive = [low, temperature, usual].into_iter().filter(|value| *value > 0.0).fold(f64::INFINITY, f64::min);
    [positive.clamp(1e-9, 1e6), high.max(temperature).max(usual).max(1e-8)]
}

/// Where no share is defined: why.
fn normalisation(ui: &mut Ui, panel: &Panel<'_>, temperature: f64) {
    let known = panel.computed.findings.thermal.as_ref().filter(|thermal| thermal.temperature == temperature);
    match known.map(|thermal| thermal.occupation.normalisable) {
        Some(Some(false)) => {
            note(
                ui,
                "e^(−L/T) cannot be normalised: its integral over the plane is infinite, so that no share is defined.",
            );
        }
        Some(None) => note(ui, "Samples do not decide whether e^(−L/T) can be normalised: no share is given."),
        _ => {}
    }
}

fn flip(ui: &mut Ui, panel: &Panel<'_>) {
    let Some(flip) = panel.computed.findings.flip else { return };
    let text = match (flip.harmonic > 0.0, flip.quadrature) {
        (false, _) => {
            format!("Both wells are equally deep: the flat one at {} holds more at every T.", point(flip.flat))
        }
        (true, Some(exact)) => format!(
            "Below T* = {} the deep well {} holds more, above it the flat one {} (with L quadratic: {}).",
            short(exact),
            point(flip.deep),
            point(flip.flat),
            short(flip.harmonic)
        ),
        (true, None) => format!(
            "With L quadratic in both wells the flat one at {} holds more above T* = {}.",
            point(flip.flat),
            short(flip.harmonic)
        ),
    };
    note(ui, text);
}

/// How much e^(−L/T) gives each minimum: by quadrature where it is known, with L quadratic at once.
pub struct Law<'a> {
    graph: Option<&'a SaddleGraph>,
    harmonic: Option<Vec<f64>>,
    shares: Vec<(Vector, Option<f64>)>,
}

impl<'a> Law<'a> {
    /// The law of the ensemble's run; `None` where it has no temperature, or e^(−L/T) cannot be normalised.
    pub fn of(panel: &'a Panel<'_>, ensemble: &Ensemble) -> Option<Law<'a>> {
        let temperature = temperature_of(ensemble.run()).filter(|temperature| *temperature > 0.0)?;
        let findings = &panel.computed.findings;
        let graph = findings.saddles.as_deref();
        let harmonic = graph.and_then(|graph| harmonic_shares(&findings.loss, graph, temperature));
        let thermal = findings.thermal.as_ref().filter(|thermal| thermal.temperature == temperature);
        let occupation = thermal.map(|thermal| &thermal.occupation);
        if occupation.is_some_and(|occupation| occupation.normalisable != Some(true)) {
            return None;
        }
        let minima = occupation.into_iter().flat_map(|occupation| &occupation.minima);
        Some(Law { graph, harmonic, shares: minima.map(|share| (share.w, share.share)).collect() })
    }

    /// What is said of the minimum beside the count of runs.
    pub fn words(&self, w: Vector) -> Option<String> {
        let near = |other: &Vector| (other - w).norm() <= 1e-6 * w.norm().max(1.0);
        let percent = |share: f64| format!("{} %", short(100.0 * share));
        let exact = self.shares.iter().find(|(other, _)| near(other)).and_then(|(_, share)| *share);
        let index = self.graph.and_then(|graph| graph.minima.iter().position(|(other, _)| near(other)));
        let harmonic = index.and_then(|index| self.harmonic.as_ref()?.get(index).copied());
        match (exact, harmonic) {
            (Some(exact), Some(harmonic)) => {
                Some(format!("e^(−L/T): {}; from H at the minimum: {}", percent(exact), percent(harmonic)))
            }
            (Some(exact), None) => Some(format!("e^(−L/T): {}", percent(exact))),
            (None, Some(harmonic)) => Some(format!("from H at the minimum: {}", percent(harmonic))),
            (None, None) => None,
        }
    }
}

/// The law's line under a count.
pub fn law_line(ui: &mut Ui, law: &Law<'_>, w: Vector) {
    if let Some(words) = law.words(w) {
        let colour = theme::colour(palette(ui).muted);
        ui.add(egui::Label::new(RichText::new(format!("    {words}")).size(11.5).color(colour)).wrap());
    }
}
