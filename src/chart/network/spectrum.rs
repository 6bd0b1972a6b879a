//! The eigenvalues of a network's Hessian, and how Lanczos and power iteration converge to them step by step.

use super::{analysed, ends};
use crate::chart::plot::{italic, upright};
use crate::chart::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::network::{Part, SpectrumSteps};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::SPECTRUM_TAB;

/// Ritz values against the step, with the true eigenvalues.
pub struct SpectrumChart;

impl Chart for SpectrumChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: SPECTRUM_TAB,
            tab: "SPECTRUM",
            title: "Ritz values against step",
            action: "Show the spectrum",
            tooltip: "The eigenvalues of the network's Hessian at the centre of the plane (at the right), and how \
            the Ritz values of Lanczos \
                      come to them from one random vector, beside power iteration. Without reorthogonalisation, \
                      rounding errors bring back eigenvalues already found: circles without a disc beside them are \
                      ghosts.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let analysis = match analysed(subject, Part::Spectrum) {
            Ok(analysis) => analysis,
            Err(content) => return content,
        };
        let Some(steps) = &analysis.spectrum else { return Content::Nothing(super::WAITING.to_owned()) };
        let palette = Palette::of(subject.study.picture.theme);
        let last = steps.lanczos.len().max(steps.power.len()).max(1) as f64;
        let dots = |all: &[Vec<f64>]| -> Vec<[f64; 2]> {
            let of_step = |(step, values): (usize, &Vec<f64>)| {
                values.iter().map(move |value| [(step + 1) as f64, *value]).collect::<Vec<_>>()
            };
            all.iter().enumerate().flat_map(of_step).collect()
        };
        let [lanczos, ghost, power, truth] = [palette.accent, palette.warning, palette.negative_text, palette.text];
        let marked =
            |name: &str, colour, points, dots| Series { line: 0.0, dots, ..Series::line(name, colour, points) };
        let quotients = steps.power.iter().enumerate().map(|(step, value)| [(step + 1) as f64, *value]).collect();
        let series = vec![
            marked("without reorthogonalisation", ghost, dots(&steps.ghosts), Dots::Circles),
            marked("Lanczos", lanczos, dots(&steps.lanczos), Dots::Discs),
            Series { dash: Some([5.0, 4.0]), ..Series::line("power iteration", power, quotients) },
            marked(
                "eigenvalue",
                truth,
                steps.eigenvalues.iter().map(|value| [last + 2.0, *value]).collect(),
                Dots::Discs,
            ),
        ];
        let vertical = series.iter().flat_map(|series| series.points.iter().map(|point| point[1]));
        let axes = [
            Axis { name: upright("step"), scale: Scale::Linear, ends: [0.0, last + 4.0], is_whole: true },
            Axis { name: italic("λ"), scale: Scale::Linear, ends: ends(vertical), is_whole: false },
        ];
        Content::Plot(Box::new(Plot {
            series,
            axes,
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(steps),
        }))
    }
}

fn description(steps: &SpectrumSteps) -> String {
    let mut sentences = Vec::new();
    if let (Some(least), Some(largest)) = (steps.eigenvalues.first(), steps.eigenvalues.last()) {
        let negative = steps.eigenvalues.iter().filter(|value| **value < -1e-9).count();
        sentences.push(format!(
            "{} eigenvalues from {} to {}, {negative} of them negative.",
            steps.eigenvalues.len(),
            short(*least),
            short(*largest)
        ));
    }
    if let Some(largest) = steps.lanczos.last().and_then(|values| values.last()) {
        sentences.push(format!("After {} steps the largest Ritz value is {}.", steps.lanczos.len(), short(*largest)));
    }
    if let Some(quotient) = steps.power.last() {
        sentences.push(format!("Power iteration is at {}.", short(*quotient)));
    }
    if let Some((first, copies)) = steps.first_ghost() {
        sentences.push(format!(
            "Without reorthogonalisation an eigenvalue appears twice from step {first} on; at the end λmax has \
             {copies} copies."
        ));
    }
    sentences.push(match steps.negative_at {
        Some(product) => {
            format!("Conjugate gradients for the Newton step meet negative curvature with product {product}.")
        }
        None => format!(
            "Conjugate gradients for the Newton step met no negative curvature in {} products.",
            steps.residuals.len().saturating_sub(1)
        ),
    });
    sentences.join(" ")
}
