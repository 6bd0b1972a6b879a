//! The merge tree: minima at their heights, joined at the saddles over which they are connected.

use super::plot::{italic, upright};
use super::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::curvature::Kind;
use crate::number::Vector;
use crate::number::display::{point, short};
use crate::saddles::SaddleGraph;
use crate::scene::theme::Palette;
use crate::study::BARRIERS_TAB;

/// Minima and the barriers between them.
pub struct BarriersChart;

impl Chart for BarriersChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: BARRIERS_TAB,
            tab: "BARRIERS",
            title: "Minima and barriers",
            action: "Show the barriers",
            tooltip: "The minima at their heights, joined at the lowest saddles over which they are reached from \
                      each other.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        let kinds = || subject.findings.points.points.iter().map(|point| point.kind);
        kinds().filter(|kind| *kind == Kind::Minimum).count() > 1 && kinds().any(|kind| kind == Kind::Saddle)
    }

    fn critical_point(&self, subject: &Subject<'_>, at: [f64; 2]) -> Option<Vector> {
        let graph = subject.findings.saddles.as_ref()?;
        let Tree { places, joints, .. } = Tree::of(graph);
        let minima = graph.minima.iter().zip(places).map(|((w, value), place)| (*w, [place, *value]));
        let saddles = joints.iter().map(|joint| (joint.saddle, [joint.place, joint.value]));
        minima.chain(saddles).find(|(_, place)| *place == at).map(|(w, _)| w)
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let Some(graph) = &subject.findings.saddles else {
            return Content::Nothing("The curves from the saddles are being computed.".to_owned());
        };
        if graph.minima.is_empty() {
            return Content::Nothing("There is no minimum.".to_owned());
        }
        let palette = Palette::of(subject.study.picture.theme);
        let tree = Tree::of(graph);
        let values = || graph.minima.iter().map(|(_, value)| *value).chain(tree.joints.iter().map(|joint| joint.value));
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let margin = if high > low { 0.08 * (high - low) } else { 1.0 };
        // Below the lowest minimum its place is written.
        let ends = [low - 2.0 * margin, high + margin];
        let lines = tree.lines.iter().map(|line| Series::line("", palette.text, line.to_vec()));
        let minima = graph.minima.iter().zip(&tree.places).map(|((w, value), place)| Series {
            line: 0.0,
            dots: Dots::Named,
            ..Series::line(format!("minimum {}", point(*w)), palette.text, vec![[*place, *value]])
        });
        let saddles = tree.joints.iter().map(|joint| Series {
            line: 0.0,
            dots: Dots::Circles,
            ..Series::line(format!("saddle {}", point(joint.saddle)), palette.text, vec![[joint.place, joint.value]])
        });
        let last = graph.minima.len() as f64;
        Content::Plot(Box::new(Plot {
            axes: [
                Axis { name: upright("minimum"), scale: Scale::Linear, ends: [0.4, last + 0.6], is_whole: true },
                Axis { name: italic("L"), scale: Scale::Linear, ends, is_whole: false },
            ],
            series: lines.chain(minima).chain(saddles).collect(),
            guides: Vec::new(),
            cursor: None,
            counts_steps: false,
            log_switch: None,
            description: description(graph),
        }))
    }
}

/// A joint of two components.
struct Joint {
    saddle: Vector,
    value: f64,
    place: f64,
}

/// The layout of a merge tree: every minimum at an integer position, so that no two lines cross.
struct Tree {
    /// The position of each minimum, in the order of the graph.
    places: Vec<f64>,
    lines: Vec<[[f64; 2]; 2]>,
    joints: Vec<Joint>,
}

impl Tree {
    fn of(graph: &SaddleGraph) -> Tree {
        let index = |w: Vector| graph.minima.iter().position(|(minimum, _)| *minimum == w);
        let merges = || {
            graph.merges.iter().filter_map(|merge| {
                let (dies, survives) = (index(merge.dies)?, index(merge.survives)?);
                Some((merge.saddle, graph.minima[dies].1 + merge.barrier, dies, survives))
            })
        };
        // The minima of a component stand side by side.
        let mut order: Vec<Vec<usize>> = (0..graph.minima.len()).map(|index| vec![index]).collect();
        let mut component: Vec<usize> = (0..graph.minima.len()).collect();
        for (_, _, dies, survives) in merges() {
            let (from, to) = (component[dies], component[survives]);
            if from != to {
                let moved = std::mem::take(&mut order[from]);
                moved.iter().for_each(|minimum| component[*minimum] = to);
                order[to].extend(moved);
            }
        }
        let mut places = vec![0.0; graph.minima.len()];
        for (place, minimum) in order.into_iter().flatten().enumerate() {
            places[minimum] = (place + 1) as f64;
        }
        // The top of the line of each component, by the minimum that is lowest in it.
        let mut tops: Vec<[f64; 2]> =
            graph.minima.iter().zip(&places).map(|((_, value), place)| [*place, *value]).collect();
        let (mut lines, mut joints) = (Vec::new(), Vec::new());
        for (saddle, value, dies, survives) in merges() {
            let [left, right] = [dies, survives].map(|minimum| tops[minimum]);
            let place = 0.5 * (left[0] + right[0]);
            lines.extend([left, right].map(|top| [top, [top[0], value]]));
            lines.push([[left[0], value], [right[0], value]]);
            joints.push(Joint { saddle, value, place });
            tops[survives] = [place, value];
        }
        Tree { places, lines, joints }
    }
}

fn description(graph: &SaddleGraph) -> String {
    let mut sentences: Vec<String> = graph
        .merges
        .iter()
        .map(|merge| {
            format!(
                "The minimum {} is joined to {} over the saddle {}, {} above it.",
                point(merge.dies),
                point(merge.survives),
                point(merge.saddle),
                short(merge.barrier)
            )
        })
        .collect();
    if sentences.is_empty() {
        sentences.push("No two minima are joined by a saddle.".to_owned());
    }
    if let Some(depth) = graph.critical_depth {
        sentences.push(format!("The largest barrier of a minimum that is not the lowest is {}.", short(depth)));
    }
    if !graph.complete {
        sentences.push("The list of critical points is not proved complete, so barriers may be lower.".to_owned());
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::landscape::catalogue;
    use crate::saddles::saddle_graph;
    use crate::study::{Study, answer};

    fn tree(name: &str) -> (SaddleGraph, Tree) {
        let entry = catalogue::find(name).unwrap();
        let graph = saddle_graph(&entry.loss().unwrap(), &entry.view);
        let tree = Tree::of(&graph);
        (graph, tree)
    }

    /// Three of Himmelblau's four saddles join its four minima; the fourth closes a loop.
    #[test]
    fn himmelblau_has_a_tree_of_four_minima() {
        let (graph, tree) = tree("himmelblau");
        assert_eq!((graph.minima.len(), tree.joints.len()), (4, 3));
        let mut places = tree.places.clone();
        places.sort_by(f64::total_cmp);
        assert_eq!(places, [1.0, 2.0, 3.0, 4.0]);
        // Joints ascend, each at the height of its saddle, and lie between their components.
        assert!(tree.joints.windows(2).all(|pair| pair[0].value <= pair[1].value));
        let loss = catalogue::find("himmelblau").unwrap().loss().unwrap();
        for joint in &tree.joints {
            assert!((joint.value - loss.value(joint.saddle)).abs() < 1e-6 * joint.value.abs());
            assert!((1.0..=4.0).contains(&joint.place));
        }
        assert!(description(&graph).matches("is joined to").count() == 3);
    }

    /// A click on a joint selects its saddle, one on a leaf its minimum.
    #[test]
    fn every_joint_and_leaf_is_a_critical_point() {
        let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        study.display.tabs = vec![BARRIERS_TAB.to_owned()];
        let findings = answer(&study, 8, 8).unwrap();
        let subject = Subject { study: &study, findings: &findings, pointed: None };
        let Content::Plot(plot) = BarriersChart.content(&subject) else { panic!("no plot") };
        let mut kinds = Vec::new();
        for series in plot.series.iter().filter(|series| !series.name.is_empty()) {
            let w = BarriersChart.critical_point(&subject, series.points[0]).unwrap();
            kinds.push(findings.points.points[findings.point_at(&study.view, w).unwrap()].kind);
        }
        let count = |kind: Kind| kinds.iter().filter(|other| **other == kind).count();
        assert_eq!((count(Kind::Minimum), count(Kind::Saddle), kinds.len()), (4, 3, 7));
        assert_eq!(BarriersChart.critical_point(&subject, [0.0, 0.0]), None);
    }

    /// Lines of a tree do not cross: at each height, the lines that cross it have different positions.
    #[test]
    fn lines_do_not_cross() {
        let (_, tree) = tree("himmelblau");
        let heights = tree.joints.iter().map(|joint| joint.value - 1e-6);
        for height in heights {
            let uprights =
                tree.lines.iter().filter(|[from, to]| from[0] == to[0] && from[1] < height && height < to[1]);
            let mut places: Vec<f64> = uprights.map(|[from, _]| from[0]).collect();
            places.sort_by(f64::total_cmp);
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
        }
    }
}
