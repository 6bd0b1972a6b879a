//! A landscape that another program computed: values on a rectangular grid, and a smooth function through them.
//!
//! The function is the bicubic spline: piecewise cubic in each weight, with continuous second derivatives, through
//! every value. All results (critical points, curvature) are about this interpolant, not about the loss that was
//! sampled.

mod reading;
mod spline;
#[cfg(test)]
mod tests;

pub use reading::{GridError, is_npy};

use super::{Jet, LossFunction, View};
use crate::number::{Matrix, Vector};
use spline::{basis, slopes};
use std::any::Any;

/// Values of L on the grid of all (w1, w2).
#[derive(Clone, Debug, PartialEq)]
pub struct GridValues {
    /// The values of w1, ascending.
    pub w1: Vec<f64>,
    /// The values of w2, ascending.
    pub w2: Vec<f64>,
    /// L, row by row from the least w2, each row from the least w1.
    pub values: Vec<f64>,
}

impl GridValues {
    /// The least and the greatest number of nodes along a side: a cubic needs four, and no picture shows more than
    /// 4,096.
    pub const SIDE: [usize; 2] = [4, 4096];

    /// Values on a grid.
    ///
    /// # Errors
    /// Returns an error if a side is too short, too long or does not ascend, if a value is not finite, or if the number
    /// of values is wrong.
    pub fn new(w1: Vec<f64>, w2: Vec<f64>, values: Vec<f64>) -> Result<GridValues, GridError> {
        let [least, most] = GridValues::SIDE;
        for (name, side) in [("w1", &w1), ("w2", &w2)] {
            if !(least..=most).contains(&side.len()) {
                return Err(GridError::Side { name, count: side.len() });
            }
            if !side.iter().all(|x| x.is_finite() && x.abs() <= 1e300) || side.windows(2).any(|pair| pair[0] >= pair[1])
            {
                return Err(GridError::Order(name));
            }
        }
        if values.len() != w1.len() * w2.len() {
            return Err(GridError::Count { values: values.len(), nodes: w1.len() * w2.len() });
        }
        match values.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(GridError::NotFinite { w1: w1[place % w1.len()], w2: w2[place / w1.len()] }),
            None => Ok(GridValues { w1, w2, values }),
        }
    }

    /// The rectangle that the grid covers.
    pub fn view(&self) -> View {
        let ends = |side: &[f64]| [side[0], side[side.len() - 1]];
        View { w1: ends(&self.w1), w2: ends(&self.w2) }
    }

    /// The place of the least value.
    pub fn least(&self) -> [f64; 2] {
        let by_value = |a: &usize, b: &usize| self.values[*a].total_cmp(&self.values[*b]);
        let place = (0..self.values.len()).min_by(by_value).unwrap_or(0);
        [self.w1[place % self.w1.len()], self.w2[place / self.w1.len()]]
    }
}

/// The view that an array without coordinates covers unless another one is given.
pub const UNKNOWN_VIEW: View = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };

/// The bicubic spline through the values of a grid; undefined outside of it.
#[derive(Clone, Debug)]
pub struct Interpolant {
    grid: GridValues,
    title: String,
    /// ∂₁, ∂₂ and ∂₁₂ of the spline at the nodes, in the order of the values.
    slopes: [Vec<f64>; 3],
}

impl Interpolant {
    /// The spline through the values; `title` is the name of the file, or another title.
    pub fn new(grid: GridValues, title: String) -> Interpolant {
        let along_1 = slopes_along_rows(&grid.w1, &grid.values);
        let along_2 = slopes_along_columns(&grid.w2, grid.w1.len(), &grid.values);
        let mixed = slopes_along_columns(&grid.w2, grid.w1.len(), &along_1);
        Interpolant { grid, title, slopes: [along_1, along_2, mixed] }
    }

    /// The values that it goes through.
    pub fn grid(&self) -> &GridValues {
        &self.grid
    }
}

fn slopes_along_rows(w1: &[f64], values: &[f64]) -> Vec<f64> {
    values.chunks(w1.len()).flat_map(|row| slopes(w1, row)).collect()
}

fn slopes_along_columns(w2: &[f64], columns: usize, values: &[f64]) -> Vec<f64> {
    let mut all = vec![0.0; values.len()];
    for column in 0..columns {
        let along: Vec<f64> = values.iter().skip(column).step_by(columns).copied().collect();
        for (row, slope) in slopes(w2, &along).into_iter().enumerate() {
            all[row * columns + column] = slope;
        }
    }
    all
}

/// The interval of ascending numbers that holds x.
fn interval_of(side: &[f64], x: f64) -> Option<usize> {
    let last = side.len() - 1;
    if !(side[0] <= x && x <= side[last]) {
        return None;
    }
    Some(side.partition_point(|node| *node <= x).saturating_sub(1).min(last - 1))
}

impl LossFunction for Interpolant {
    fn title(&self) -> String {
        format!("interpolant of {}", self.title)
    }

    fn jet(&self, w: Vector) -> Jet {
        let GridValues { w1, w2, values } = &self.grid;
        let (Some(column), Some(row)) = (interval_of(w1, w.x), interval_of(w2, w.y)) else {
            let undefined = f64::NAN;
            return Jet {
                value: undefined,
                gradient: Vector::new(undefined, undefined),
                hessian: Matrix::new(undefined, undefined, undefined, undefined),
            };
        };
        let (along_1, along_2) = (basis([w1[column], w1[column + 1]], w.x), basis([w2[row], w2[row + 1]], w.y));
        let [d1, d2, d12] = &self.slopes;
        // Orders of derivative by w1 and by w2.
        let sum = |m: usize, n: usize| {
            let mut sum = 0.0;
            for (j, i) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let node = (row + j) * w1.len() + column + i;
                let ([value_1, slope_1], [value_2, slope_2]) = (along_1[m][i], along_2[n][j]);
                sum += value_1 * (value_2 * values[node] + slope_2 * d2[node]);
                sum += slope_1 * (value_2 * d1[node] + slope_2 * d12[node]);
            }
            sum
        };
        let mixed = sum(1, 1);
        Jet {
            value: sum(0, 0),
            gradient: Vector::new(sum(1, 0), sum(0, 1)),
            hessian: Matrix::new(sum(2, 0), mixed, mixed, sum(0, 2)),
        }
    }

    fn operations(&self) -> usize {
        200
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn scope(&self) -> Option<String> {
        Some("of the interpolant".to_owned())
    }
}
