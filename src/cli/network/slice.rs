//! `losscape network slice`: a plane through weight space.

use super::super::Failure;
use super::super::answers::json;
use super::answers::{MinimumAnswer, PathAnswer, PlaneProbeAnswer, SliceAnswer};
use super::args::Slice;
use super::subject::{NetworkSubject, Visited, vector_of};
use crate::export::Number;
use crate::krylov::{Lanczos, dot, norm, rademacher};
use crate::landscape::{View, nodes};
use crate::network::{
    Evaluation, Hessian, MAX_DENSE, NetworkLoss, Plane, dense, eigenpairs, eigenvalues, extreme_eigenvalues,
    filter_normalised, normalise_filters,
};
use crate::number::display::short;
use crate::number::{Matrix, Vector, eigenpairs as pairs_of_two};
use nalgebra::DMatrix;
use std::path::Path;

/// L on a plane.
pub fn slice(arguments: &Slice) -> Result<String, Failure> {
    if !(2..=1024).contains(&arguments.grid) {
        return Err(Failure::Usage("a grid has 2 to 1024 points along each side".to_owned()));
    }
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let is_path = arguments.plane == "path";
    let (weights, path) = subject.at_step(&arguments.at, true)?;
    if is_path && path.len() < 3 {
        return Err(Failure::Usage("a plane through the path needs two steps of training: give --at-step".to_owned()));
    }
    let mut evaluation = subject.loss.evaluation();
    let (plane, explained) = plane_of(&arguments.plane, &subject.loss, &mut evaluation, &weights, &path)?;
    let [first, second] = &plane.axes;
    let axes_norms = [norm(first), norm(second)];
    let cosine = dot(first, second) / (axes_norms[0] * axes_norms[1]);
    if !cosine.is_finite() || cosine.abs() > 1.0 - 1e-12 {
        return Err(Failure::Usage("the two directions of the plane are 0 or parallel".to_owned()));
    }
    let told = path_on(&plane, &mut evaluation, &path);
    let view = arguments.view.unwrap_or_else(|| usual_view(&arguments.plane, &told));
    let values = values_on(&plane, &mut evaluation, &view, arguments.grid);
    let least = least_of(&values, &view);
    let minimum = least.and_then(|at| minimum(&plane, &mut evaluation, at, &view));
    let in_plane = curvature_in_plane(&plane, &mut evaluation);
    let mut gradient = vec![0.0; weights.len()];
    evaluation.gradient(&weights, &mut gradient);
    let [_, (lambda_max, _)] = extreme_eigenvalues(&mut Hessian::new(&mut evaluation), 120, 1e-6);
    let probes = arguments.probes.iter().map(|at| probe(&plane, &mut evaluation, *at)).collect();
    let answer = SliceAnswer {
        view: <[f64; 4]>::from(view).map(Number::from),
        values: values.iter().map(|row| row.iter().copied().map(Number::from).collect()).collect(),
        axes_norms: axes_norms.map(Number::from),
        cosine: cosine.into(),
        explained: explained.map(|shares| shares.map(Number::from)),
        lambda_max_in_plane: in_plane.into(),
        lambda_max: lambda_max.into(),
        path: told,
        minimum,
        probes,
    };
    if arguments.json { json(&answer) } else { Ok(shown(&answer)) }
}

/// The plane with the shares of the path's variance, if it is made of the path.
fn plane_of(
    kind: &str,
    loss: &NetworkLoss,
    evaluation: &mut Evaluation<'_>,
    weights: &[f64],
    path: &[Visited],
) -> Result<(Plane, Option<[f64; 2]>), Failure> {
    let centre = weights.to_vec();
    if kind == "path" {
        let (axes, explained) = principal_components(path);
        return Ok((Plane { centre, axes }, Some(explained)));
    }
    if kind == "eigen" || kind == "ends" {
        return Ok((Plane { centre, axes: eigenvectors(evaluation, weights, kind == "ends") }, None));
    }
    let Some((name, rest)) = kind.split_once(':') else {
        return Err(Failure::Usage(format!(
            "there is no plane '{kind}': path, eigen, ends, random:SEED, points:A,B and directions:A,B are possible"
        )));
    };
    let axes = match name {
        "random" => {
            let seed: u64 =
                rest.trim().parse().map_err(|_| Failure::Usage(format!("the seed '{rest}' is no whole number")))?;
            [0, 1].map(|index| filter_normalised(loss, weights, seed.wrapping_mul(2).wrapping_add(index)))
        }
        "points" | "directions" => {
            let files: Vec<&str> = rest.split(',').map(str::trim).collect();
            let [first, second] = files.as_slice() else {
                return Err(Failure::Usage("two files are wanted: points:A,B or directions:A,B".to_owned()));
            };
            let read = |file: &str| -> Result<Vec<f64>, Failure> {
                let mut vector = vector_of(Path::new(file), loss)?;
                if name == "points" {
                    vector.iter_mut().zip(weights).for_each(|(v, w)| *v -= w);
                } else {
                    normalise_filters(&loss.architecture.layers(), weights, &mut vector);
                }
                Ok(vector)
            };
            [read(first)?, read(second)?]
        }
        other => return Err(Failure::Usage(format!("there is no plane '{other}'"))),
    };
    Ok((Plane { centre, axes }, None))
}

/// The two directions in which the path varies most, of length 1, and the shares of its variance along them.
fn principal_components(path: &[Visited]) -> ([Vec<f64>; 2], [f64; 2]) {
    let count = path.len();
    let n = path[0].1.len();
    let mean: Vec<f64> = (0..n).map(|i| path.iter().map(|(_, w)| w[i]).sum::<f64>() / count as f64).collect();
    let offsets: Vec<Vec<f64>> =
        path.iter().map(|(_, w)| w.iter().zip(&mean).map(|(w, mean)| w - mean).collect()).collect();
    // The Gram matrix has the same eigenvalues as the covariance, and a row for each point instead of each weight.
    let gram = DMatrix::from_fn(count, count, |i, j| dot(&offsets[i], &offsets[j]));
    let total = gram.trace();
    let (values, vectors) = eigenpairs(gram);
    let component = |from_last: usize| {
        let column = count - 1 - from_last;
        let mut direction = vec![0.0; n];
        for (row, offset) in offsets.iter().enumerate() {
            let factor = vectors[(row, column)];
            direction.iter_mut().zip(offset).for_each(|(d, o)| *d += factor * o);
        }
        let length = norm(&direction);
        direction.iter_mut().for_each(|d| *d /= length);
        (direction, values[column] / total)
    };
    let ((first, a), (second, b)) = (component(0), component(1));
    ([first, second], [a, b])
}

/// The eigenvectors of the two largest eigenvalues, or of the largest and the least.
fn eigenvectors(evaluation: &mut Evaluation<'_>, weights: &[f64], ends: bool) -> [Vec<f64>; 2] {
    let n = weights.len();
    let mut gradient = vec![0.0; n];
    evaluation.gradient(weights, &mut gradient);
    if n <= MAX_DENSE {
        let (_, vectors) = eigenpairs(dense(&mut Hessian::new(evaluation)));
        let column = |index: usize| vectors.column(index).iter().copied().collect();
        return [column(n - 1), column(if ends { 0 } else { n - 2 })];
    }
    let ritz = |evaluation: &mut Evaluation<'_>, start: &[f64], largest: bool, without: Option<&[f64]>| {
        let deflated = crate::krylov::FromFn::new(n, |v: &[f64], product: &mut [f64]| {
            evaluation.hessian_product(v, product);
            if let Some(known) = without {
                let part = dot(known, product);
                product.iter_mut().zip(known).for_each(|(p, k)| *p -= part * k);
            }
        });
        let mut lanczos = Lanczos::new(deflated, start, true);
        for _ in 0..120 {
            if !lanczos.step() {
                break;
            }
        }
        lanczos.ritz_vector(largest)
    };
    let start = rademacher(n, 0);
    let first = ritz(evaluation, &start, true, None);
    let second = if ends {
        ritz(evaluation, &start, false, None)
    } else {
        let part = dot(&first, &start);
        let rest: Vec<f64> = start.iter().zip(&first).map(|(s, f)| s - part * f).collect();
        ritz(evaluation, &rest, true, Some(&first))
    };
    [first, second]
}

fn path_on(plane: &Plane, evaluation: &mut Evaluation<'_>, path: &[Visited]) -> Vec<PathAnswer> {
    let point = |(step, weights): &Visited| {
        let (at, distance) = plane.project(weights);
        PathAnswer {
            step: *step,
            at: at.map(Number::from),
            distance: distance.into(),
            loss: evaluation.value(weights).into(),
            loss_in_plane: plane.value(evaluation, at).into(),
        }
    };
    path.iter().map(point).collect()
}

/// The view that shows the path, or one unit around the centre.
fn usual_view(kind: &str, path: &[PathAnswer]) -> View {
    let usual = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };
    if kind != "path" {
        return usual;
    }
    let side = |axis: usize| {
        let range = |(low, high): (f64, f64), x: f64| (low.min(x), high.max(x));
        let (low, high) = path.iter().map(|point| point.at[axis].get()).fold((0.0, 0.0), range);
        let margin = 0.15 * (high - low).max(1e-9);
        (low - margin, high + margin)
    };
    let ((a, b), (c, d)) = (side(0), side(1));
    View::new(a, b, c, d).unwrap_or(usual)
}

fn values_on(plane: &Plane, evaluation: &mut Evaluation<'_>, view: &View, grid: usize) -> Vec<Vec<f64>> {
    let (a, b) = (nodes(view.w1, grid), nodes(view.w2, grid));
    b.iter().map(|b| a.iter().map(|a| plane.value(evaluation, [*a, *b])).collect()).collect()
}

/// Where the least value of the grid is; `None` if it is on the border.
fn least_of(values: &[Vec<f64>], view: &View) -> Option<[f64; 2]> {
    let grid = values.len();
    let (mut best, mut place) = (f64::INFINITY, (0, 0));
    for (row, line) in values.iter().enumerate() {
        for (column, value) in line.iter().enumerate() {
            if *value < best {
                (best, place) = (*value, (row, column));
            }
        }
    }
    let is_inner = |index: usize| index > 0 && index + 1 < grid;
    (is_inner(place.0) && is_inner(place.1)).then(|| [nodes(view.w1, grid)[place.1], nodes(view.w2, grid)[place.0]])
}

/// Newton's method in the plane from a point; `None` if it does not end at a minimum of the view.
fn minimum(plane: &Plane, evaluation: &mut Evaluation<'_>, from: [f64; 2], view: &View) -> Option<MinimumAnswer> {
    let mut at = from;
    for _ in 0..50 {
        let jet = plane.jet(evaluation, at);
        let [a, b, d] = jet.hessian;
        let gradient = Vector::new(jet.gradient[0], jet.gradient[1]);
        let eigen = pairs_of_two(&Matrix::new(a, b, b, d))?;
        if eigen.values[0] <= 0.0 {
            return None;
        }
        let step: Vector = (0..2).map(|i| eigen.vectors[i] * (eigen.vectors[i].dot(&gradient) / eigen.values[i])).sum();
        at = [at[0] - step.x, at[1] - step.y];
        let is_inside = view.w1[0] <= at[0] && at[0] <= view.w1[1] && view.w2[0] <= at[1] && at[1] <= view.w2[1];
        if !is_inside {
            return None;
        }
        if step.norm() <= 1e-12 * (view.width() + view.height()) {
            break;
        }
    }
    let jet = plane.jet(evaluation, at);
    let in_plane = libm::hypot(jet.gradient[0], jet.gradient[1]);
    if in_plane > 1e-8 * (1.0 + jet.value.abs()) {
        return None;
    }
    let negative = (evaluation.loss().parameters() <= MAX_DENSE).then(|| {
        let mut gradient = vec![0.0; evaluation.loss().parameters()];
        evaluation.gradient(&plane.at(at), &mut gradient);
        eigenvalues(&dense(&mut Hessian::new(evaluation))).iter().filter(|value| **value < -1e-9).count()
    });
    Some(MinimumAnswer {
        at: at.map(Number::from),
        value: jet.value.into(),
        gradient_norm_in_plane: in_plane.into(),
        gradient_norm: jet.full_gradient.into(),
        negative,
    })
}

/// The largest curvature at the centre along a direction of length 1 in the plane.
fn curvature_in_plane(plane: &Plane, evaluation: &mut Evaluation<'_>) -> f64 {
    let [first, second] = &plane.axes;
    let length = norm(first);
    let unit: Vec<f64> = first.iter().map(|x| x / length).collect();
    let part = dot(&unit, second);
    let mut rest: Vec<f64> = second.iter().zip(&unit).map(|(s, u)| s - part * u).collect();
    let length = norm(&rest);
    rest.iter_mut().for_each(|x| *x /= length);
    let orthonormal = Plane { centre: plane.centre.clone(), axes: [unit, rest] };
    let [a, b, d] = orthonormal.jet(evaluation, [0.0, 0.0]).hessian;
    pairs_of_two(&Matrix::new(a, b, b, d)).map_or(f64::NAN, |eigen| eigen.values[1])
}

fn probe(plane: &Plane, evaluation: &mut Evaluation<'_>, at: [f64; 2]) -> PlaneProbeAnswer {
    let jet = plane.jet(evaluation, at);
    let [a, b, d] = jet.hessian;
    PlaneProbeAnswer {
        at: at.map(Number::from),
        value: jet.value.into(),
        gradient: jet.gradient.map(Number::from),
        hessian: [[a, b], [b, d]].map(|row| row.map(Number::from)),
        gradient_norm: jet.full_gradient.into(),
    }
}

fn shown(answer: &SliceAnswer) -> String {
    let mut shown = format!(
        "λmax at the centre     {}\nin the plane           {}\ncosine of the axes     {}\n",
        short(answer.lambda_max.get()),
        short(answer.lambda_max_in_plane.get()),
        short(answer.cosine.get())
    );
    if let Some([a, b]) = answer.explained {
        let (a, b) = (short(100.0 * a.get()), short(100.0 * b.get()));
        shown += &format!("variance of the path   {a} % and {b} % along the axes\n");
    }
    match &answer.minimum {
        None => shown += "no minimum of the plane was found in the view\n",
        Some(minimum) => {
            let [a, b] = minimum.at.map(|x| short(x.get()));
            shown += &format!(
                "minimum of this plane, not of the network, at ({a}, {b}): L = {}, ‖∇L‖ = {}",
                short(minimum.value.get()),
                short(minimum.gradient_norm.get())
            );
            if let Some(negative) = minimum.negative {
                shown += &format!(", {negative} negative eigenvalues");
            }
            shown.push('\n');
        }
    }
    shown
}
