//! The local picture of a critical point: L close to it, and the quadratic model L(p) + ½(w − p)ᵀH(w − p) over it.
//!
//! Both are drawn at the same levels, so that one can see where the model agrees with L. At a degenerate point it does
//! not, and the sectors show the behaviour of L instead.

use super::cross::{Measure, cross};
use super::theme::Palette;
use super::{Canvas, Layout, Primitive, Rect, Stroke, clip, points, sectors, within};
use crate::critical::CriticalPoints;
use crate::curvature::Kind;
use crate::field::Grid;
use crate::landscape::{Loss, View};
use crate::number::Vector;

/// The local picture with what its caption says.
#[derive(Clone, Debug)]
pub struct Local {
    /// What is drawn.
    pub primitives: Vec<Primitive>,
    /// Half of the height of the shown region, in weights.
    pub reach: f64,
}

/// Nodes along the height of the local picture.
const NODES: usize = 72;
/// Levels on each side of the point's own.
const LEVELS: i32 = 5;

/// The picture of the critical point with this index within a rectangle of pixels; `None` if nothing can be drawn.
pub fn local(
    loss: &Loss,
    points: &CriticalPoints,
    index: usize,
    view: &View,
    palette: &Palette,
    rect: Rect,
    scale: f64,
) -> Option<Local> {
    let point = points.points.get(index)?;
    let p = point.w;
    let aspect = rect.width() / rect.height();
    let reach = reach(points, index, view);
    let local = View::new(p.x - reach * aspect, p.x + reach * aspect, p.y - reach, p.y + reach)
        .ok()
        .filter(|_| aspect > 0.0)?;
    let canvas = Canvas { size: [rect.max[0], rect.max[1]], scale, decorations: false };
    let layout = Layout { canvas, plot: rect, view: local, scale, side: None, is_side_below: false, colour_bar: false };

    let columns = ((NODES as f64 * aspect) as usize).clamp(2, 4 * NODES);
    let truth = Grid { view: local, columns, rows: NODES, values: loss.sample(&local, columns, NODES) };
    let [xs, ys] = truth.axes();
    let jet = loss.jet(p);
    let modelled = |x: f64, y: f64| {
        let step = Vector::new(x - p.x, y - p.y);
        jet.value + 0.5 * step.dot(&(jet.hessian * step))
    };
    let values = ys.iter().flat_map(|y| xs.iter().map(|x| modelled(*x, *y))).collect();
    let model = Grid { values, ..truth.clone() };
    let levels = levels(jet.value, &truth);

    let corners = vec![rect.min, [rect.max[0], rect.min[1]], rect.max, [rect.min[0], rect.max[1]]];
    let mut inside = vec![Primitive::Polygon { points: corners.clone(), fill: palette.plot, stroke: None }];
    if point.kind == Kind::Degenerate {
        inside.extend(sectors::fan(&layout, loss, p));
    }
    let solid = Stroke { width: 1.2 * scale, colour: palette.bare_contour, dash: None };
    let dashed = Stroke { width: 1.6 * scale, colour: palette.accent, dash: Some([5.0 * scale, 4.0 * scale]) };
    for (grid, stroke) in [(&truth, solid), (&model, dashed)] {
        for line in grid.contours(&levels) {
            for points in clip::line(line.points.iter().map(|w| layout.pixel_from_world(*w)), &rect) {
                inside.push(Primitive::Polyline { points, stroke });
            }
        }
    }
    let measure = Measure { longest: 0.3 * rect.height(), scale };
    inside.extend(cross(&layout, p, &point.eigen, Some(point.kind), &measure));
    points::marker(layout.pixel_from_world(p), point.kind, point.evidence, 0.8 * scale, &mut inside);
    let outline = Stroke { width: scale, colour: palette.axis, dash: None };
    let frame = corners.iter().chain(corners.first()).copied().collect();
    let primitives =
        vec![Primitive::Clipped { rect, contents: inside }, Primitive::Polyline { points: frame, stroke: outline }];
    Some(Local { primitives, reach })
}

/// The half size of the picture: a twelfth of the view, but less than the distance of the next critical point.
fn reach(points: &CriticalPoints, index: usize, view: &View) -> f64 {
    let size = view.width().min(view.height());
    let p = points.points[index].w;
    let others = points.points.iter().enumerate().filter(|(other, _)| *other != index);
    let nearest = others.map(|(_, other)| (other.w - p).norm()).fold(f64::INFINITY, f64::min);
    within(0.5 * nearest, 1e-6 * size, size / 12.0)
}

/// The level of the point, and levels above and below it that are evenly spaced for a quadratic model: with a k-th
/// level at (k/5)² of the greatest difference, those of a bowl are evenly spaced.
fn levels(own: f64, truth: &Grid) -> Vec<f64> {
    let differences = truth.values.iter().map(|value| (value - own).abs()).filter(|difference| difference.is_finite());
    let greatest = differences.fold(0.0, f64::max);
    let level = |k: i32| own + f64::from(k * k.abs()) / f64::from(LEVELS * LEVELS) * greatest;
    let mut levels: Vec<f64> = (-LEVELS..=LEVELS).map(level).filter(|level| level.is_finite()).collect();
    levels.dedup();
    levels
}
