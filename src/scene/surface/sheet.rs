//! The osculating paraboloid of a critical point: the quadratic model of L there, as a translucent sheet.
//!
//! It is a bowl at a minimum, a dome at a maximum, a saddle surface at a saddle, and a trough if one eigenvalue is
//! zero. Lines on it run along the eigenvectors, each in the colour of its eigenvalue's sign.

use super::super::theme::{INK_DARK, NEGATIVE, POSITIVE, Palette, ZERO};
use super::super::{Layout, Primitive, Stroke};
use super::lift::{Lift, at_height};
use super::mesh::Mesh;
use super::projection::Projection;
use super::relief::Relief;
use crate::critical::CriticalPoint;

/// How far the sheet extends from its point along both eigenvectors, as a share of the plot's shorter side.
const REACH: f64 = 0.26;
/// Cells along half of a side.
const CELLS: i32 = 20;
/// Cells between two lines.
const APART: usize = 5;
/// How many pixels the sheet is moved towards the eye, so that it is visible where it agrees with the surface.
const NEARER: f64 = 1.5;

/// The points of the sheet, row by row; `None` where the model is outside the drawn heights.
#[derive(Debug)]
pub struct Sheet {
    points: Vec<Option<[f64; 3]>>,
    signs: [f64; 2],
}

impl Sheet {
    /// The sheet of a point; `None` if L has no height there.
    pub fn new(point: &CriticalPoint, relief: &Relief, layout: &Layout) -> Option<Sheet> {
        let scale = relief.scale.as_ref()?;
        let [low, high] = scale.visible_range();
        let eigen = &point.eigen;
        // Steps in world units: as many pixels along either eigenvector.
        let shorter = layout.plot.width().min(layout.plot.height());
        let unit = [layout.view.width() / layout.plot.width(), layout.view.height() / layout.plot.height()];
        let step = |i: usize| {
            let vector = eigen.vectors[i];
            let pixels = libm::hypot(vector.x / unit[0], vector.y / unit[1]);
            REACH * shorter / f64::from(CELLS) / pixels
        };
        let steps = [step(0), step(1)];
        let place = |i: i32, j: i32| {
            let (a, b) = (f64::from(i) * steps[0], f64::from(j) * steps[1]);
            let model = point.value + 0.5 * (eigen.values[0] * a * a + eigen.values[1] * b * b);
            let w = point.w + eigen.vectors[0] * a + eigen.vectors[1] * b;
            let within = model >= low.min(point.value) && model <= high;
            let height = relief.highest * scale.position(model);
            within.then(|| at_height(relief, layout.pixel_from_world(w), height))
        };
        let points = (-CELLS..=CELLS).flat_map(|j| (-CELLS..=CELLS).map(move |i| place(i, j))).collect();
        Some(Sheet { points, signs: eigen.values })
    }

    /// The points, row by row.
    #[cfg(test)]
    pub fn points(&self) -> &[Option<[f64; 3]>] {
        &self.points
    }

    fn columns() -> usize {
        2 * CELLS as usize + 1
    }

    /// Paints it over the surface.
    pub fn paint(&self, mesh: &mut Mesh, projection: &Projection, palette: &Palette) {
        let [red, green, blue, _] = palette.ink.0;
        mesh.paint_sheet(&self.points, Sheet::columns(), [red, green, blue, 70], projection, NEARER);
    }

    /// The lines on it.
    pub fn lines(&self, lift: &Lift<'_>, scale: f64, marks: &mut Vec<Primitive>) {
        let columns = Sheet::columns();
        for fixed in (0..columns).step_by(APART) {
            let along = |axis: usize| {
                (0..columns).map(move |k| if axis == 0 { fixed * columns + k } else { k * columns + fixed })
            };
            for axis in 0..2 {
                let colour = match self.signs[axis] {
                    sign if sign > 0.0 => POSITIVE,
                    sign if sign < 0.0 => NEGATIVE,
                    _ => ZERO,
                };
                let line = lift.space_line(along(axis).map(|k| self.points[k]), NEARER);
                for points in line {
                    for (width, colour) in [(2.0, INK_DARK.faded(0.5)), (1.0, colour)] {
                        let stroke = Stroke { width: width * scale, colour, dash: None };
                        marks.push(Primitive::Polyline { points: points.clone(), stroke });
                    }
                }
            }
        }
    }
}
