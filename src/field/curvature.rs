//! Maps of the curvature: the heat map of another quantity than L, and the sign regions of the Hessian.
//!
//! λmin and λmax are continuous, and each is smooth where it vanishes unless H = 0. The region λmin > 0 is that of the
//! positive definite Hessians, λmax < 0 that of the negative definite ones, and det H = λmin·λmax changes its sign on
//! the border of either. So the line det H = 0 is drawn as the zero contours of λmin and λmax, which also finds it
//! where both are crossed within one cell of the grid. Its vertices are moved along the grid's edges onto the zero of
//! the exact eigenvalue, to within a hundredth of a pixel; between them it is a chord of a cell's size. Where det H
//! touches 0 without a change of sign (on the axes for w1⁴ + w2⁴) there is no line, and where it is 0 throughout no
//! region.

use super::contour::{Samples, contour_lines, moved_lines};
use super::{Field, FieldOptions, Grid, Scale, levels, polish, undefined};
use crate::curvature::{Definiteness, Quantity, eigenvalues, sign_region_of};
use crate::formula::Planes;
use crate::landscape::Loss;
use crate::number::Vector;

/// The signs of the Hessian's eigenvalues in a view.
#[derive(Clone, Debug, PartialEq)]
pub struct SignRegions {
    /// The definiteness of the Hessian at each node of the field's grid; `None` where it is undefined.
    pub nodes: Vec<Option<Definiteness>>,
    /// The lines on which det H changes its sign.
    pub lines: Vec<Vec<Vector>>,
    /// Whether det H = 0 on a part of the view and not only on a line.
    pub has_singular_part: bool,
}

impl Field {
    /// The same field with the heat map of another quantity, whose samples come from L, ∇L and H at the grid's nodes.
    ///
    /// An infinite condition number has the colour of the greatest finite one.
    pub fn coloured_by(self, quantity: Quantity, planes: &Planes, options: &FieldOptions) -> Field {
        let values = quantity.drawn_on(planes, None);
        let Grid { view, columns, rows, .. } = self.grid;
        let grid = Grid { view, columns, rows, values };
        let scale = Scale::of_grid(&grid, options.colour_scale, options.colour_map);
        let raster = grid.raster(scale.as_ref(), options.colour_map);
        let lacking = |(value, loss): (&f64, &f64)| if loss.is_finite() { *value } else { 0.0 };
        let lacking: Vec<f64> = grid.values.iter().zip(&self.grid.values).map(lacking).collect();
        let [w1, w2] = &grid.axes();
        Field {
            quantity,
            raster: raster.into(),
            map_range: scale.as_ref().map(|scale| scale.range),
            colour_scale: scale.as_ref().map_or(super::ColourScale::Linear, Scale::kind),
            ticks: scale.as_ref().map_or_else(Vec::new, levels::ticks),
            scale,
            without_value: undefined::outline(Samples { columns: w1, rows: w2, values: &lacking }),
            ..self
        }
    }

    /// The same field with the sign regions of the Hessian. If the loss is given as `exactly`, the lines are moved onto
    /// exact zeros.
    pub fn with_sign_regions(self, planes: &Planes, exactly: Option<&Loss>) -> Field {
        let regions = SignRegions::new(&self.grid, planes, exactly);
        Field { sign_regions: Some(regions.into()), ..self }
    }
}

impl SignRegions {
    fn new(grid: &Grid, planes: &Planes, exactly: Option<&Loss>) -> SignRegions {
        let eigenvalues = eigenvalues(planes);
        let [least, greatest] = &eigenvalues;
        let nodes: Vec<_> =
            least.iter().zip(greatest).map(|(&least, &greatest)| sign_region_of([least, greatest])).collect();
        let is_singular = |index: &usize| !is_regular(nodes[*index]);
        let inner = singular_inside(grid, &is_singular);
        let mut lines = Vec::new();
        for (which, values) in eigenvalues.iter().enumerate() {
            let zero = zero_lines(grid, &nodes, &inner, which, values, exactly);
            lines.extend(zero);
        }
        SignRegions { has_singular_part: inner.contains(&true), nodes, lines }
    }
}

/// Whether both eigenvalues have a sign, or H is undefined.
fn is_regular(node: Option<Definiteness>) -> bool {
    !matches!(node, Some(Definiteness::PositiveSemidefinite | Definiteness::NegativeSemidefinite | Definiteness::Zero))
}

/// The nodes around which det H = 0 on the grid: they and their eight neighbours are singular.
fn singular_inside(grid: &Grid, is_singular: &dyn Fn(&usize) -> bool) -> Vec<bool> {
    let (width, height) = (grid.columns, grid.rows);
    let mut inside = vec![false; width * height];
    for index in (0..width * height).filter(is_singular) {
        let (column, row) = (index % width, index / width);
        let rows = row.saturating_sub(1)..(row + 2).min(height);
        inside[index] = rows
            .flat_map(|row| (column.saturating_sub(1)..(column + 2).min(width)).map(move |column| row * width + column))
            .all(|index| is_singular(&index));
    }
    inside
}

/// The zero contours of an eigenvalue: the least for 0, the greatest for 1.
fn zero_lines(
    grid: &Grid,
    nodes: &[Option<Definiteness>],
    inner: &[bool],
    which: usize,
    values: &[f64],
    exactly: Option<&Loss>,
) -> Vec<Vec<Vector>> {
    // An eigenvalue that counts as zero is set to zero. Otherwise rounding errors would make lines.
    let is_zero = |node: Option<Definiteness>| match node {
        Some(Definiteness::PositiveSemidefinite) => which == 0,
        Some(Definiteness::NegativeSemidefinite) => which == 1,
        other => other == Some(Definiteness::Zero),
    };
    let clean = |index: usize| match (inner[index], is_zero(nodes[index])) {
        (true, _) => f64::NAN,
        (false, true) => 0.0,
        (false, false) => values[index],
    };
    let values: Vec<f64> = (0..values.len()).map(clean).collect();
    let [w1, w2] = &grid.axes();
    let samples = Samples { columns: w1, rows: w2, values: &values };
    let lines = match exactly {
        None => contour_lines(samples, &[0.0]),
        Some(loss) => {
            let mut sampler = loss.sampler(0..6);
            let mut planes = Planes::default();
            let mut eigenvalue_at = |w1: &[f64], w2: &[f64], out: &mut Vec<f64>| {
                sampler.fill(w1, w2, &mut planes);
                let [least, greatest] = eigenvalues(&planes);
                *out = if which == 0 { least } else { greatest };
            };
            moved_lines(samples, &[0.0], |crossings| polish::polish(crossings, &grid.view, &mut eigenvalue_at))
        }
    };
    lines.into_iter().map(|line| line.points).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::field::{ColourMap, ColourScale, Levels, field};
    use crate::landscape::View;
    use std::collections::BTreeMap;

    const OPTIONS: FieldOptions = FieldOptions {
        colour_map: ColourMap::Viridis,
        colour_scale: ColourScale::Automatic,
        levels: Levels::About(20),
    };

    fn regions_of(formula: &str, side: f64, nodes: usize) -> (Loss, Field) {
        let loss = Loss::new(formula, &BTreeMap::new()).unwrap();
        let view = View::new(-side, side, -side, side).unwrap();
        let planes = loss.sample_jets(&view, nodes, nodes);
        let field = field(&loss, &view, nodes, nodes, &OPTIONS).with_sign_regions(&planes, Some(&loss));
        (loss, field)
    }

    fn count(field: &Field, region: Definiteness) -> usize {
        field.sign_regions.as_ref().unwrap().nodes.iter().filter(|node| **node == Some(region)).count()
    }

    /// e^(−r²/2) has the eigenvalues −e^(−r²/2) and (r² − 1)·e^(−r²/2): det H = 0 is the unit circle, with negative
    /// definite Hessians inside and indefinite ones outside.
    #[test]
    fn the_line_of_a_bell_is_a_circle() {
        let (_, field) = regions_of("exp(-(w1^2 + w2^2)/2)", 2.0, 128);
        let regions = field.sign_regions.as_ref().unwrap();
        assert_eq!(regions.lines.len(), 1);
        let hundredth = 0.01 * 4.0 / 1280.0;
        let off = |w: &Vector| (w.norm() - 1.0).abs();
        assert!(
            regions.lines[0].iter().all(|w| off(w) < hundredth),
            "{}",
            regions.lines[0].iter().map(off).fold(0.0, f64::max)
        );
        let [w1, w2] = field.grid.axes();
        for (index, node) in regions.nodes.iter().enumerate() {
            let inside = Vector::new(w1[index % 128], w2[index / 128]).norm() < 1.0;
            let expected = if inside { Definiteness::NegativeDefinite } else { Definiteness::Indefinite };
            assert_eq!(*node, Some(expected));
        }
        assert!(!regions.has_singular_part);
    }

    /// On w1³ − w2² λmax = 6·w1 vanishes on w1 = 0, also where that is a column of nodes.
    #[test]
    fn a_line_through_nodes_is_one_line() {
        for nodes in [100, 101] {
            let (_, field) = regions_of("w1^3 - w2^2", 2.0, nodes);
            let regions = field.sign_regions.as_ref().unwrap();
            assert_eq!(regions.lines.len(), 1, "{nodes} nodes");
            assert!(regions.lines[0].iter().all(|w| w.x.abs() < 1e-9), "{nodes} nodes");
            let [first, .., last] = regions.lines[0][..] else { panic!("{:?}", regions.lines) };
            assert_eq!((first.y - last.y).abs(), 4.0, "from border to border");
            let half = nodes * (nodes / 2);
            assert_eq!(
                [count(&field, Definiteness::NegativeDefinite), count(&field, Definiteness::Indefinite)],
                [half, half]
            );
        }
    }

    /// Where the Hessian is singular throughout, rounding makes neither lines nor regions: (w1 + 3·w2)⁴ has
    /// H = 12(w1 + 3·w2)²·((1, 3), (3, 9)), and sin(w1 + 3·w2) is alike.
    #[test]
    fn a_singular_part_has_no_lines() {
        for formula in ["w1^2", "sin(w1 + 3*w2)", "exp(w1/3 + w2/7)"] {
            let (_, field) = regions_of(formula, 2.0, 90);
            let regions = field.sign_regions.as_ref().unwrap();
            assert!(regions.has_singular_part, "{formula}");
            assert_eq!(count(&field, Definiteness::PositiveDefinite), 0, "{formula}");
            assert_eq!(regions.lines.len(), 0, "{formula}");
        }
    }

    /// The lines agree with the sign of det H at points of the edges' size on either side, for a landscape with all
    /// three regions.
    #[test]
    fn lines_separate_signs_of_the_determinant() {
        let (loss, field) = regions_of("(w1^2 + w2 - 11)^2 + (w1 + w2^2 - 7)^2", 6.0, 256);
        for region in [Definiteness::PositiveDefinite, Definiteness::Indefinite, Definiteness::NegativeDefinite] {
            assert!(count(&field, region) > 1000, "{region:?}");
        }
        let determinant = |w: Vector| Quantity::Determinant.of(&loss.jet(w));
        let lines = &field.sign_regions.as_ref().unwrap().lines;
        let mut checked = 0;
        for (index, line) in lines.iter().enumerate() {
            let others = || lines.iter().enumerate().filter(|(other, _)| *other != index).flat_map(|(_, line)| line);
            for pair in line.windows(2) {
                let along = pair[1] - pair[0];
                let across = 0.05 * Vector::new(-along.y, along.x) / along.norm();
                let middle = 0.5 * (pair[0] + pair[1]);
                // Near a second line both signs may change.
                if others().all(|w| (w - middle).norm() > 0.15) {
                    assert!(determinant(middle + across) * determinant(middle - across) < 0.0, "at {middle}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 500, "{checked}");
    }

    /// 2/λmax has no value where λmax ≤ 0, the condition number is infinite on a line only: all of its map is coloured.
    #[test]
    fn parts_without_a_value_are_outlined() {
        let (loss, bare) = regions_of("w1^3 - w2^2", 2.0, 101);
        let planes = loss.sample_jets(&bare.grid.view, 101, 101);
        let limit = bare.clone().coloured_by(Quantity::SpeedLimit, &planes, &OPTIONS);
        let reach = limit.without_value.iter().flatten().map(|w| w.x).fold(f64::NEG_INFINITY, f64::max);
        assert!((0.0..=0.04).contains(&reach), "{reach}");
        assert_eq!(limit.quantity, Quantity::SpeedLimit);
        // At the border w1 = 2 the limit is 2/12.
        assert!((limit.map_range.unwrap()[0] - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(limit.range, bare.range, "the contours' range is that of L");
        let condition = bare.coloured_by(Quantity::ConditionNumber, &planes, &OPTIONS);
        assert!(condition.without_value.is_empty());
        assert!(condition.raster.rgba.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255));
    }
}
