//! λmax along the training of a network, with the stability limit of its learning rate.

use super::{analysed, ends};
use crate::chart::{Axis, Content, Guide, Plot, Scale, Series, Subject};
use crate::curvature::Quantity;
use crate::network::Part;
use crate::number::display::short;
use crate::optimizer::speed::limit_of;
use crate::scene::quantity_runs;
use crate::scene::theme::Palette;

/// The chart for a study about a network. λmax of a run in the plane is that of two weights and is not shown here.
pub fn sharpness<'a>(subject: &Subject<'a>) -> Content<'a> {
    let analysis = match analysed(subject, Part::Sharpness) {
        Ok(analysis) => analysis,
        Err(content) => return content,
    };
    if analysis.trained().plan().recipe.run.steps == 0 {
        return Content::Nothing(super::NO_STEPS.to_owned());
    }
    let palette = Palette::of(subject.study.picture.theme);
    let limit = limit_of(&analysis.trained().plan().recipe.run);
    let points: Vec<[f64; 2]> = analysis.sharpness.iter().map(|point| [point.step as f64, point.lambda_max]).collect();
    let last = analysis.sharpness.last().map_or(1, |point| point.step);
    let all = points.iter().map(|point| point[1]).chain(limit);
    let vertical = Axis {
        name: quantity_runs(Quantity::LambdaMax),
        scale: Scale::Linear,
        ends: ends(all.chain([0.0])),
        is_whole: false,
    };
    let centre = subject.findings.network().map(|plane| plane.step() as f64).filter(|step| *step < last as f64);
    let first_above = limit.and_then(|limit| analysis.sharpness.iter().find(|point| point.lambda_max > limit));
    let described = analysis.sharpness.last().map_or(f64::NAN, |point| point.lambda_max);
    let description = match (limit, first_above) {
        (Some(limit), Some(first)) => format!(
            "λmax of the network along its training passes 2/η = {} at about step {} and ends at {}.",
            short(limit),
            first.step,
            short(described)
        ),
        (Some(limit), None) => {
            format!(
                "λmax of the network along its training stays below 2/η = {} and ends at {}.",
                short(limit),
                short(described)
            )
        }
        (None, _) => format!("λmax of the network along its training ends at {}.", short(described)),
    };
    Content::Plot(Box::new(Plot {
        series: vec![Series::line("training", palette.accent, points)],
        axes: [Axis::steps(last), vertical],
        guides: limit
            .map(|limit| Guide { value: limit, label: format!("2/η = {}", short(limit)) })
            .into_iter()
            .collect(),
        cursor: centre,
        counts_steps: false,
        log_switch: None,
        description,
    }))
}
