//! L along the curve between two trained networks, and along the straight line.

use super::ends;
use crate::chart::plot::italic;
use crate::chart::{Axis, Chart, ChartInfo, Content, Guide, Plot, Scale, Series, Subject};
use crate::network::{Connection, CurvePoint, plane_kind};
use crate::number::display::short;
use crate::scene::theme::Palette;
use crate::study::CURVE_TAB;

/// L against the place on the curve, from the one end to the other.
pub struct CurveChart;

impl Chart for CurveChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: CURVE_TAB,
            tab: "CURVE",
            title: "Loss between two trained networks",
            action: "Show the loss between two trained networks",
            tooltip: "L along the curve that is drawn on the plane, from the one trained network (t = 0) to the other \
                      (t = 1), and along the straight line between them. A search found the curve; a lower one may exist.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        let network = subject.study.network.as_ref();
        network.and_then(|network| plane_kind(&network.plane.kind)).is_some_and(|kind| kind.has_curve())
    }

    fn names_lines(&self) -> bool {
        true
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let connection = subject.findings.network().and_then(|plane| plane.connection());
        let Some(connection) = connection else {
            return Content::Nothing("The curve is being searched.".to_owned());
        };
        let palette = Palette::of(subject.study.picture.theme);
        let line = |points: &[CurvePoint]| points.iter().map(|point| [point.t, point.loss]).collect::<Vec<_>>();
        let (curve, straight) = (line(&connection.curve), line(&connection.straight));
        let higher_end = connection.ends().into_iter().fold(f64::NEG_INFINITY, f64::max);
        let all = || curve.iter().chain(&straight).map(|point| point[1]);
        let is_positive = all().all(|loss| loss > 0.0) && subject.study.display.logarithmic;
        let scale = if is_positive { Scale::Logarithmic { above: 0.0 } } else { Scale::Linear };
        let vertical =
            Axis { name: italic("L"), scale, ends: ends(all().map(|loss| scale.position(loss))), is_whole: false };
        let across = Axis { name: italic("t"), scale: Scale::Linear, ends: [-0.01, 1.01], is_whole: false };
        Content::Plot(Box::new(Plot {
            series: vec![
                Series { dash: Some([6.0, 4.0]), ..Series::line("straight line", palette.muted, straight) },
                Series::line("curve", palette.accent, curve),
            ],
            axes: [across, vertical],
            guides: vec![Guide { value: higher_end, label: format!("the higher end, L = {}", short(higher_end)) }],
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(connection),
        }))
    }
}

fn description(connection: &Connection) -> String {
    let [a, b] = connection.ends().map(short);
    let highest = |name: &str, point: Option<&CurvePoint>| {
        point.map_or(String::new(), |point| {
            format!(" On {name} L is at most {}, at t = {}.", short(point.loss), short(point.t))
        })
    };
    format!(
        "At the ends L is {a} and {b}.{}{}",
        highest("the curve that a search found", connection.highest()),
        highest("the straight line", connection.highest_straight())
    )
}
