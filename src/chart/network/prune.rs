//! L as the weights of a network go one by one, by three rules.

use super::{WAITING, ends};
use crate::chart::plot::{italic, upright};
use crate::chart::{Axis, Chart, ChartInfo, Content, Guide, Plot, Scale, Series, Subject};
use crate::network::{Analysis, PRUNED_UNTIL, Pruning, PruningCurve};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::PRUNE_TAB;

/// L against the number of weights that are gone.
pub struct PruneChart;

impl Chart for PruneChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: PRUNE_TAB,
            tab: "PRUNE",
            title: "Loss as weights go",
            action: "Show pruning",
            tooltip: "L as weights are removed one by one, the least important first: by magnitude |w|, by ½·Hᵢᵢ·wᵢ² \
            (optimal brain \
                      damage), and by wᵢ²/(2·[H⁻¹]ᵢᵢ) with the other weights moved along (optimal brain surgeon). \
                      The predictions \
                      hold at a minimum only, where ∇L = 0.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        subject.study.network.is_some()
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let analysis = match &subject.findings.analysis {
            Some(Ok(analysis)) if !analysis.has_dense() => {
                return Content::Nothing("The network has too many weights for the whole Hessian.".to_owned());
            }
            Some(Ok(analysis)) if !analysis.pruning.is_empty() => analysis,
            Some(Err(reason)) => return Content::Nothing(format!("{reason}.")),
            _ => return Content::Nothing(WAITING.to_owned()),
        };
        let palette = Palette::of(subject.study.picture.theme);
        let first = analysis.pruning[0].losses[0];
        let bound = PRUNED_UNTIL * first;
        let series = analysis.pruning.iter().map(|curve| {
            let colour = match curve.rule {
                Pruning::Magnitude => palette.muted,
                Pruning::Obd => palette.accent,
                Pruning::Obs => palette.warning,
            };
            let points = curve.losses.iter().enumerate().map(|(removed, loss)| [removed as f64, *loss]).collect();
            Series::line(named(curve), colour, points)
        });
        let series: Vec<Series> = series.collect();
        let last = series.iter().map(|series| series.points.len()).max().unwrap_or(1) as f64;
        // The last weight of a curve may raise L without bound.
        let shown = series.iter().flat_map(|series| series.points.iter().map(|point| point[1].min(1.15 * bound)));
        let axes = [
            Axis {
                name: upright("weights gone"),
                scale: Scale::Linear,
                ends: [-0.01 * last, 1.02 * last],
                is_whole: true,
            },
            Axis { name: italic("L"), scale: Scale::Linear, ends: ends(shown.chain([bound])), is_whole: false },
        ];
        Content::Plot(Box::new(Plot {
            series,
            axes,
            guides: vec![Guide { value: bound, label: format!("twice L = {}", short(bound)) }],
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(analysis),
        }))
    }
}

fn title(rule: Pruning) -> &'static str {
    match rule {
        Pruning::Magnitude => "magnitude",
        Pruning::Obd => "brain damage",
        Pruning::Obs => "brain surgeon",
    }
}

/// A curve's name, with the number of weights that can go before L has doubled.
fn named(curve: &PruningCurve) -> String {
    match (curve.is_usable, curve.is_open()) {
        (false, _) => format!("{}: H is not positive definite", title(curve.rule)),
        (true, true) => title(curve.rule).to_owned(),
        (true, false) => format!("{}: {}", title(curve.rule), curve.removable()),
    }
}

fn description(analysis: &Analysis) -> String {
    let all = analysis.trained().loss.parameters();
    let of_curve = |curve: &PruningCurve| {
        if !curve.is_usable {
            return format!(
                "{}: not computed, because the Hessian is not positive definite here; train to a minimum first.",
                title(curve.rule)
            );
        }
        let goes_on = if curve.is_open() { ", so far" } else { "" };
        let agreement = match curve.rank_correlation.is_finite() {
            true => format!(", rank correlation with the true rises {}", short(curve.rank_correlation)),
            false => String::new(),
        };
        format!(
            "{}: {} of {all} weights can go before L has doubled{goes_on}{agreement}.",
            title(curve.rule),
            curve.removable()
        )
    };
    analysis.pruning.iter().map(of_curve).collect::<Vec<_>>().join(" ")
}
