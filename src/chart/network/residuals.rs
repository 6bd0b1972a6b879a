//! The residuals of conjugate gradients for the Newton step of a network.

use super::{analysed, ends};
use crate::chart::plot::upright;
use crate::chart::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::network::{Part, SpectrumSteps};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::RESIDUALS_TAB;

/// ‖r‖ against the product, with and without damping.
pub struct ResidualsChart;

impl Chart for ResidualsChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: RESIDUALS_TAB,
            tab: "CG",
            title: "Newton's step by conjugate gradients",
            action: "Show conjugate gradients",
            tooltip: "‖r‖ for r = (H + δI)p + ∇L at the centre of the plane, after so many products of the network's Hessian with a vector. \
                      Conjugate gradients end at a direction d with dᵀ(H + δI)d ≤ 0. With δ = 1.5·|λmin| there is no such direction.",
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
        let numbered = |residuals: &[f64]| -> Vec<[f64; 2]> {
            residuals.iter().enumerate().map(|(products, residual)| [products as f64, *residual]).collect()
        };
        let plain = numbered(&steps.residuals);
        let met = steps.negative_at.and_then(|_| plain.last().copied());
        let mut series = vec![Series::line("without damping", palette.accent, plain)];
        if let Some(met) = met {
            let mark = Series::line("negative curvature", palette.error, vec![met]);
            series.push(Series { line: 0.0, dots: Dots::Discs, ..mark });
        }
        if steps.damping > 0.0 {
            let name = format!("δ = {}", short(steps.damping));
            let line = Series::line(name, palette.warning, numbered(&steps.damped_residuals));
            series.push(Series { dash: Some([6.0, 4.0]), ..line });
        }
        let points = || series.iter().flat_map(|series| &series.points);
        let last = points().map(|point| point[0]).fold(1.0, f64::max);
        // A residual of 0 is infinitely far down.
        let scale = Scale::Logarithmic { above: 0.0 };
        let vertical = ends(points().filter(|point| point[1] > 0.0).map(|point| scale.position(point[1])));
        let axes = [
            Axis { name: upright("products"), scale: Scale::Linear, ends: [0.0, 1.02 * last], is_whole: true },
            Axis { name: upright("‖r‖"), scale, ends: vertical, is_whole: false },
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
    let ended = |residuals: &[f64]| {
        let products = residuals.len().saturating_sub(1);
        format!("‖r‖ is {} after {products} products", short(residuals.last().copied().unwrap_or(f64::NAN)))
    };
    let plain = match steps.negative_at {
        Some(product) => format!("Without damping, product {product} meets negative curvature."),
        None => format!("Without damping, {}.", ended(&steps.residuals)),
    };
    if steps.damping == 0.0 {
        return plain;
    }
    format!("{plain} With δ = {}, {}.", short(steps.damping), ended(&steps.damped_residuals))
}
