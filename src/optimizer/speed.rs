//! The speed limit of a run: ticks for the sliders of its learning rates, and its measured speed compared with that of
//! theory.

use super::dynamics::{Dynamics, Mode, stable_rectangle, weight_limit, weight_modes};
use super::{Run, Trajectory};
use crate::number::{Eigenpairs, Matrix, Vector, eigenpairs};

/// The meaning of a tick on the slider of a learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TickKind {
    /// The direction of λmax is fastest.
    Fastest,
    /// The slower direction is as fast as can be.
    Best,
    /// The corner of the rectangle in which any pair of rates is stable.
    Corner,
    /// The stability limit.
    Limit,
}

/// A value of a learning rate that matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tick {
    /// The learning rate.
    pub value: f64,
    /// Its meaning.
    pub kind: TickKind,
    /// Its formula: `2/λmax`.
    pub formula: &'static str,
}

/// The ticks for one of the run's settings if the loss has this Hessian, in ascending order; empty if there are none.
pub fn ticks(run: &Run, key: &str, hessian: &Matrix) -> Vec<Tick> {
    let (Some(dynamics), Some(eigen)) = (run.dynamics(), eigenpairs(hessian)) else {
        return Vec::new();
    };
    let mut ticks = match dynamics {
        Dynamics::WeightRates { rates } => weight_ticks(hessian, rates, key),
        _ if key == "learning_rate" => {
            let rates = dynamics.rates(eigen.values);
            let [fastest, best, limit] = formulas(dynamics);
            let tick = |value: Option<f64>, kind, formula| value.map(|value| Tick { value, kind, formula });
            [
                tick(rates.fastest, TickKind::Fastest, fastest),
                tick(rates.best, TickKind::Best, best),
                tick(rates.limit, TickKind::Limit, limit),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        _ => Vec::new(),
    };
    ticks.sort_by(|a, b| a.value.total_cmp(&b.value));
    ticks
}

fn formulas(dynamics: Dynamics) -> [&'static str; 3] {
    match dynamics {
        Dynamics::HeavyBall { .. } => ["(1 − √β)²/λmax", "2(1 + β)/(λmin + λmax)", "(2 + 2β)/λmax"],
        Dynamics::Nesterov { .. } => ["1/λmax", "both directions alike", "(2 + 2β)/((1 + 2β)λmax)"],
        _ => ["1/λmax", "2/(λmin + λmax)", "2/λmax"],
    }
}

fn weight_ticks(hessian: &Matrix, rates: [f64; 2], key: &str) -> Vec<Tick> {
    let weight = match key {
        "learning_rate_1" => 0,
        "learning_rate_2" => 1,
        _ => return Vec::new(),
    };
    let (corner, limit) = match weight {
        0 => ("2/(H₁₁(1 + ρ))", "(4 − 2η₂H₂₂)/(2H₁₁ − η₂ det H)"),
        _ => ("2/(H₂₂(1 + ρ))", "(4 − 2η₁H₁₁)/(2H₂₂ − η₁ det H)"),
    };
    let corner = stable_rectangle(hessian).map(|rectangle| Tick {
        value: rectangle[weight],
        kind: TickKind::Corner,
        formula: corner,
    });
    let limit = weight_limit(hessian, rates, weight).map(|value| Tick { value, kind: TickKind::Limit, formula: limit });
    corner.into_iter().chain(limit).collect()
}

/// One direction of a run near the critical point where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Direction {
    /// The eigenvalue; along a direction of rates for each weight, the curvature there.
    pub lambda: f64,
    /// The direction's unit vector.
    pub vector: Vector,
    /// The prediction of theory for a step; `None` if there is no theory for this optimizer.
    pub predicted: Option<Mode>,
    /// The mean factor of the distance along it in a step, over the later half of the points at which it can be
    /// measured; `None` if these are fewer than three.
    pub measured: Option<f64>,
}

/// The behaviour of the run along the two eigenvectors at the critical point `centre`, with the predictions of theory.
pub fn directions(run: &Run, trajectory: &Trajectory, centre: Vector, hessian: &Matrix) -> Option<[Direction; 2]> {
    let eigen = eigenpairs(hessian)?;
    let dynamics = run.dynamics();
    let rate = run.setting("learning_rate").unwrap_or(f64::NAN);
    Some(match dynamics {
        // The distances that shrink independently are those along the eigenvectors of D^½HD^½ in the coordinates w/√D.
        Some(Dynamics::WeightRates { rates }) => {
            let root = Vector::from(rates).map(f64::sqrt);
            let scaled = hessian.component_mul(&(root * root.transpose()));
            let modes = weight_modes(hessian, rates);
            let scaled = eigenpairs(&scaled)?;
            [0, 1].map(|index| {
                let across = scaled.vectors[index].component_div(&root);
                let along = scaled.vectors[index].component_mul(&root).normalize();
                let lambda = along.dot(&(hessian * along));
                let measured = contraction(trajectory, centre, across);
                Direction { lambda, vector: along, predicted: Some(modes[index]), measured }
            })
        }
        _ => along_eigenvectors(&eigen, |vector, lambda| {
            let predicted = dynamics.and_then(|dynamics| dynamics.mode(rate, lambda));
            Direction { lambda, vector, predicted, measured: contraction(trajectory, centre, vector) }
        }),
    })
}

fn along_eigenvectors(eigen: &Eigenpairs, direction: impl Fn(Vector, f64) -> Direction) -> [Direction; 2] {
    [0, 1].map(|index| direction(eigen.vectors[index], eigen.values[index]))
}

/// The factor of the distance to `centre` along `direction` in a step: the slope of its logarithm by least squares over
/// the later half of the steps at which it was above rounding.
pub fn contraction(trajectory: &Trajectory, centre: Vector, direction: Vector) -> Option<f64> {
    let distances: Vec<f64> = trajectory.steps.iter().map(|step| direction.dot(&(step.w - centre)).abs()).collect();
    // The centre is known to about 1e-16 of its coordinates, and distances of a hundred times that to a percent.
    let scale = trajectory.steps.iter().map(|step| step.w.amax()).fold(centre.amax(), f64::max);
    let floor = 1e-14 * direction.amax() * centre.amax().max(1e-2 * scale.min(1.0));
    let above = distances.iter().take_while(|distance| **distance > floor && distance.is_finite()).count();
    let window = &distances[above / 2..above];
    if window.len() < 3 {
        return None;
    }
    let count = window.len() as f64;
    let middle = 0.5 * (count - 1.0);
    let logarithms = window.iter().map(|distance| libm::log(*distance));
    let (mut product, mut square) = (0.0, 0.0);
    for (index, logarithm) in logarithms.enumerate() {
        let offset = index as f64 - middle;
        product += offset * logarithm;
        square += offset * offset;
    }
    Some(libm::exp(product / square))
}

/// The sharpness λmax from which on the run is not stable: 2/η for gradient descent; `None` where there is no such
/// limit.
pub fn limit_of(run: &Run) -> Option<f64> {
    run.dynamics()?.sharpness_limit(run.setting("learning_rate")?)
}
