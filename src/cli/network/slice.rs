//! `losscape network slice`: a plane through weight space.

use super::super::Failure;
use super::super::answers::json;
use super::answers::{CurveAnswer, CurvePointAnswer, MinimumAnswer, PathAnswer, PlaneProbeAnswer, SliceAnswer};
use super::args::Slice;
use super::subject::{NetworkSubject, finite_gradient, vector_of};
use crate::export::Number;
use crate::krylov::{dot, norm};
use crate::landscape::{View, nodes};
use crate::network::{
    Checkpoint, Connection, CurvePoint, Evaluation, FoundPlane, Hessian, MAX_DENSE, NetworkLoss, PLANES, Place, Plane,
    Trained, TrainingPlan, count_negative, dense, eigenvalues, extreme_eigenvalues, normalise_filters, plane_kind,
    plane_of, through,
};
use crate::number::display::short;
use crate::number::{Matrix, Vector, eigenpairs as pairs_of_two};
use std::path::Path;

/// L on a plane.
pub fn slice(arguments: &Slice) -> Result<String, Failure> {
    if !(2..=1024).contains(&arguments.grid) {
        return Err(Failure::Usage("a grid has 2 to 1024 points along each side".to_owned()));
    }
    let subject = NetworkSubject::of(&arguments.at.network)?;
    let at = &arguments.at;
    let (weights, path) = subject.at_step(at, true)?;
    let steps = path.last().map_or(0, |last| last.step);
    let recipe = subject.recipe(&at.training, steps)?;
    let plan = TrainingPlan { initial: subject.initial, seed: subject.seed, recipe };
    let kind = arguments.plane.clone().unwrap_or_else(|| usual_plane(&subject));
    let trained = Trained::from_path(subject.loss, plan, subject.start, path);
    let mut evaluation = trained.loss.evaluation();
    finite_gradient(&mut evaluation, &weights)?;
    let FoundPlane { plane, explained, control } = plane_named(&kind, &trained, &weights)?;
    let [first, second] = &plane.axes;
    let axes_norms = [norm(first), norm(second)];
    let cosine = dot(first, second) / (axes_norms[0] * axes_norms[1]);
    let told = path_on(&plane, &mut evaluation, trained.path());
    let connection = control.map(|control| Connection::new(&plane, &mut evaluation, control));
    let view = arguments.view.unwrap_or_else(|| usual_view(&kind, &told, connection.as_ref()));
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
        curve: connection.as_ref().map(curve),
    };
    if arguments.json { json(&answer) } else { Ok(shown(&answer)) }
}

/// The plane of a study, and else that of the path.
fn usual_plane(subject: &NetworkSubject) -> String {
    match subject.usual.as_ref().filter(|_| subject.is_study).map(|usual| &usual.plane) {
        Some(plane) if plane.seed > 0 => format!("{}:{}", plane.kind, plane.seed),
        Some(plane) => plane.kind.clone(),
        None => "path".to_owned(),
    }
}

/// The plane that the arguments name.
fn plane_named(kind: &str, trained: &Trained, weights: &[f64]) -> Result<FoundPlane, Failure> {
    let (name, rest) = kind.split_once(':').map_or((kind, None), |(name, rest)| (name, Some(rest)));
    if let (Some(files), "points" | "directions") = (rest, name) {
        let plane = of_files(name, files, &trained.loss, weights)?;
        return Ok(FoundPlane { plane, explained: None, control: None });
    }
    let known = plane_kind(name).ok_or_else(|| {
        let names: Vec<&str> = PLANES.iter().map(|kind| kind.name()).collect();
        Failure::Usage(format!(
            "there is no plane '{kind}': {}, random:SEED, bend:SEED, points:A,B and directions:A,B are possible",
            names.join(", ")
        ))
    })?;
    let seed = match rest {
        None => 0,
        Some(seed) => {
            seed.trim().parse().map_err(|_| Failure::Usage(format!("the seed '{seed}' is no whole number")))?
        }
    };
    let place = Place { trained, loss: &trained.loss, centre: weights, seed };
    plane_of(known, &place, &mut |_| true).map_err(Failure::Usage)
}

/// The plane through the weights and those of two files, or along the directions in them.
fn of_files(name: &str, files: &str, loss: &NetworkLoss, weights: &[f64]) -> Result<Plane, Failure> {
    let files: Vec<&str> = files.split(',').map(str::trim).collect();
    let [first, second] = files.as_slice() else {
        return Err(Failure::Usage("two files are wanted: points:A,B or directions:A,B".to_owned()));
    };
    let mut axes = [vector_of(Path::new(first), loss)?, vector_of(Path::new(second), loss)?];
    if name == "points" {
        axes = through(weights, axes);
    } else {
        axes.iter_mut().for_each(|axis| normalise_filters(&loss.architecture.layers(), weights, axis));
    }
    let plane = Plane { centre: weights.to_vec(), axes };
    plane.check().map_err(Failure::Usage)?;
    Ok(plane)
}

fn path_on(plane: &Plane, evaluation: &mut Evaluation<'_>, path: &[Checkpoint]) -> Vec<PathAnswer> {
    let point = |Checkpoint { step, weights }: &Checkpoint| {
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

/// The view that suits the kind of plane.
fn usual_view(kind: &str, path: &[PathAnswer], connection: Option<&Connection>) -> View {
    let name = kind.split(':').next().unwrap_or(kind);
    let curve = connection.iter().flat_map(|connection| &connection.curve).map(|point| point.at);
    let points: Vec<[f64; 2]> = path.iter().map(|point| point.at.map(|x| x.get())).chain(curve).collect();
    let usual = View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] };
    plane_kind(name)
        .filter(|known| name == kind || (known.is_random() && !kind.contains(',')))
        .map_or(usual, |kind| kind.view(&points))
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
        count_negative(&eigenvalues(&dense(&mut Hessian::new(evaluation))))
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

fn curve(connection: &Connection) -> CurveAnswer {
    let answer = |point: &CurvePoint| CurvePointAnswer {
        t: point.t.into(),
        at: point.at.map(Number::from),
        loss: point.loss.into(),
    };
    CurveAnswer {
        control: connection.control.map(Number::from),
        ends: connection.ends().map(Number::from),
        highest: connection.highest().map(answer),
        highest_straight: connection.highest_straight().map(answer),
        points: connection.curve.iter().map(answer).collect(),
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
    if let Some(curve) = &answer.curve
        && let (Some(highest), Some(straight)) = (&curve.highest, &curve.highest_straight)
    {
        let [a, b] = curve.ends.map(|loss| short(loss.get()));
        shown += &format!(
            "curve between the ends L is at most {}, found by search; {a} and {b} at the ends; at most {} on the straight line\n",
            short(highest.loss.get()),
            short(straight.loss.get())
        );
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
