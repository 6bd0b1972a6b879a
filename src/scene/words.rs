//! The words of the picture: a run, how it ended, and a description of the whole picture for people who cannot see it.
//!
//! Window, legend and descriptions all use these functions, so that the wording is the same everywhere.

use crate::basins::{Attractor, Origin, Outcome};
use crate::critical::CriticalPoints;
use crate::curvature::{Definiteness, Kind, Quantity};
use crate::ensemble::Ensemble;
use crate::field::{ColourScale, Field, StepScale};
use crate::landscape::{Beyond, Loss, View};
use crate::network::NetworkPlane;
use crate::number::display::{point, point_within, short};
use crate::number::labels;
use crate::number::{Decimal, Vector};
use crate::optimizer::{Run, Step, StopReason, Trajectory, find};
use crate::study::{BasinMap, Clock, End, Findings, Moment, ShownPoint, Study, ends, value_on_curve};

/// A coordinate of a run's end is shown as 0 if it is at most this share of the run's extent.
const NOTHING: f64 = 1e-7;

/// The run's own name, or the title of its optimizer: `Gradient descent`.
pub fn run_title(run: &Run) -> String {
    let title = || find(&run.optimizer).map_or_else(|| run.optimizer.clone(), |optimizer| optimizer.title().to_owned());
    run.name.clone().unwrap_or_else(title)
}

/// The run's settings: `η = 0.01, σ = 9, seed 4`. Learning rate and noise are always shown if the optimizer has them,
/// other settings only if they differ from their default.
pub fn run_settings(run: &Run) -> String {
    let mut words = Vec::new();
    if let Some(optimizer) = find(&run.optimizer) {
        for setting in optimizer.settings().iter().filter(|setting| optimizer.uses(run, setting.key)) {
            let value = run.settings.get(setting.key).copied().unwrap_or(setting.default);
            if setting.always_named || value != setting.default {
                words.push(format!("{} = {}", setting.symbol, setting.shown(value)));
            }
        }
        if optimizer.is_random() {
            words.push(format!("seed {}", run.seed));
        }
    }
    if !run.schedule.is_constant() {
        words.push(format!("schedule {}", run.schedule));
    }
    if run.require_positive_definite {
        words.push("stops only where H is positive definite".to_owned());
    }
    words.extend(run.start.map(|start| format!("from {}", point(Vector::from(start)))));
    words.join(", ")
}

/// Title and settings: `Gradient descent, η = 0.01`.
pub fn run_caption(run: &Run) -> String {
    let settings = run_settings(run);
    if settings.is_empty() { run_title(run) } else { format!("{}, {settings}", run_title(run)) }
}

/// How a run ended, in a view: `→ minimum (3, 2), 18 steps`, `diverged at step 12`, `200 steps, not converged`,
/// `left the view, L = −10¹⁵`. A critical point is named only where [`ends`] has one.
pub fn ending(trajectory: &Trajectory, end: &End, view: &View) -> String {
    let steps = trajectory.len();
    let made = count(steps, "step");
    match trajectory.stop {
        StopReason::Converged => match (end.kind, end.beside) {
            (Some(kind), _) => {
                format!("→ {} {}, {made}", kind_word(kind), place(end.point.unwrap_or(end.w), trajectory))
            }
            (None, Some((kind, at))) => {
                format!("{}, {made}", small_gradient_beside(trajectory, kind, at))
            }
            (None, None) if end.is_lost => {
                format!("∇L is lost in rounding at {}, {made}", place(end.w, trajectory))
            }
            (None, None) => {
                let at = place(end.w, trajectory);
                // Nothing is proved of a network, whose weights are not only those of the plane.
                if trajectory.shadow.is_some() {
                    return format!("{} over all weights at {at}, {made}", small_gradient(trajectory));
                }
                format!("{} at {at}; no critical point is proved near, {made}", small_gradient(trajectory))
            }
        },
        StopReason::StepLimit if !view.contains(end.w) => {
            format!("left the view, L = {}", short(trajectory.end().loss))
        }
        StopReason::StepLimit => {
            let goes_on = trajectory.run.as_ref().is_some_and(|run| run.require_positive_definite);
            match (end.kind.filter(|_| goes_on), trajectory.cycle) {
                // It found a point and went on, because H is not positive definite there.
                (Some(kind), _) => {
                    let at = place(end.point.unwrap_or(end.w), trajectory);
                    format!("rests at the {} {at}, {made}", kind_word(kind))
                }
                (None, Some(period)) => format!("{made}, in a cycle of {}", count(period, "point")),
                (None, None) => format!("{made}, not converged"),
            }
        }
        StopReason::Diverged => format!("diverged at step {steps}"),
        StopReason::SingularHessian if end.is_lost => format!("H is lost in rounding at step {steps}"),
        StopReason::SingularHessian => format!("singular Hessian at step {steps}"),
        StopReason::Undefined => format!("{} at step {steps}", without_value(trajectory.end())),
        StopReason::Stalled => format!("no acceptable step after step {steps}"),
    }
}

/// What is undefined at the last point of a run: `L undefined`. If L and ∇L are finite, the Hessian is undefined.
fn without_value(end: &Step) -> &'static str {
    match (end.loss, end.gradient_norm) {
        (loss, _) if loss.is_nan() => "L undefined",
        (loss, _) if loss.is_infinite() => "L infinite",
        (_, slope) if slope.is_nan() => "∇L undefined",
        (_, slope) if slope.is_infinite() => "∇L infinite",
        _ => "H undefined",
    }
}

/// What made a run stop, and the critical point that is near: `‖∇L‖ below 1e−8 at (0.3, 0), beside the minimum (0.31, 0)`.
/// Where both places have the same digits, the distance between them: `‖∇L‖ below 1e−8, 3e−7 from the minimum (0.3, 0)`.
fn small_gradient_beside(trajectory: &Trajectory, kind: Kind, at: Vector) -> String {
    let (slope, end) = (small_gradient(trajectory), trajectory.end().w);
    let (named, here) = (point(at), place(end, trajectory));
    if here == named {
        format!("{slope}, {} from the {} {named}", short((end - at).norm()), kind_word(kind))
    } else {
        format!("{slope} at {here}, beside the {} {named}", kind_word(kind))
    }
}

/// What made a run stop: `‖∇L‖ below 1e−8`.
fn small_gradient(trajectory: &Trajectory) -> String {
    let (end, tolerance) = (trajectory.end(), trajectory.run.as_ref().map(|run| run.gradient_tolerance));
    match tolerance.filter(|tolerance| end.gradient_norm < *tolerance) {
        Some(tolerance) => format!("‖∇L‖ below {}", short(tolerance)),
        None => format!("‖∇L‖ = {}", short(end.gradient_norm)),
    }
}

/// Beside coordinates larger than this a small one is no rounding error: each has its own digits.
const LARGE: f64 = 1e3;

/// A run's end as it is read: what is nothing beside the length of the whole run is 0.
fn place(w: Vector, trajectory: &Trajectory) -> String {
    let size = |w: Vector| w.x.abs().max(w.y.abs());
    let scale = trajectory.steps.first().map_or(0.0, |step| size(step.w)).max(size(w)).min(LARGE);
    let clean = |x: f64| if x.abs() <= NOTHING * scale { 0.0 } else { x };
    point(Vector::new(clean(w.x), clean(w.y)))
}

/// How the study's run with this index ended; `None` when it is not shown.
pub fn run_ending(findings: &Findings, index: usize) -> Option<String> {
    Some(match findings.trajectories.get(index)?.as_ref()? {
        Ok(trajectory) => {
            let end = ends(&findings.loss, trajectory, &findings.points);
            ending(trajectory, &end, &findings.field.grid.view)
        }
        Err(reason) => format!("cannot run: {reason}"),
    })
}

/// `minimum`, `maximum`, `saddle` or `degenerate point`.
pub fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Minimum => "minimum",
        Kind::Maximum => "maximum",
        Kind::Saddle => "saddle",
        Kind::Degenerate => "degenerate point",
    }
}

/// The name of the attractor of runs of a map or an ensemble: `minimum`, or `minimum, not proved`.
pub fn attractor(end: &Attractor) -> String {
    format!("{}{}", kind_word(end.kind), if end.is_proved { "" } else { ", not proved" })
}

/// Where the runs of an ensemble ended, the most frequent first: `183 → minimum (1, 0), 17 diverged`.
pub fn counts(ensemble: &Ensemble) -> String {
    let counts = ensemble.counts();
    let ends = ensemble.attractors().iter().zip(&counts.ends);
    let mut parts: Vec<(usize, String)> = ends
        .map(|(end, count)| (*count, format!("{count} → {} {}", kind_word(end.kind), point(end.w))))
        .chain([
            (counts.diverged, format!("{} diverged", counts.diverged)),
            (counts.false_stops, format!("{} at no critical point that is known", counts.false_stops)),
            (counts.broken, format!("{} broke off", counts.broken)),
            (counts.unfinished, format!("{} in no known basin", counts.unfinished)),
        ])
        .filter(|(count, _)| *count > 0)
        .collect();
    parts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    parts.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ")
}

/// The meaning of 2/λmax at a point, which depends on the signs of both eigenvalues.
pub fn speed_limit(definiteness: Option<Definiteness>) -> &'static str {
    match definiteness {
        Some(Definiteness::PositiveDefinite) => {
            "Below this learning rate gradient descent converges on the local quadratic model, beyond it it diverges."
        }
        Some(Definiteness::Indefinite) => {
            "Beyond this learning rate gradient descent oscillates with growing amplitude along λmax on the local \
            quadratic model. Along λmin, \
             which is negative, it leaves at any rate."
        }
        Some(Definiteness::PositiveSemidefinite) => {
            "Beyond this learning rate gradient descent oscillates with growing amplitude along λmax on the local \
            quadratic model. Along the \
             other direction, where the curvature is 0, it comes no nearer at any rate."
        }
        _ => {
            "No learning rate makes gradient descent oscillate here: the local quadratic model curves upwards in no \
             direction."
        }
    }
}

/// The moment that is shown of the runs: `step 5`.
pub fn moment(moment: &Moment) -> String {
    match moment.clock {
        Clock::Steps => format!("step {}", moment.at),
        Clock::Gradients => format!("after {}", count(moment.at, "gradient")),
    }
}

/// `1 step`, `18 steps`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Facts about the whole network at a point of a plane: `‖∇L‖ = 0.046 out of the plane, 60 of 337 eigenvalues
/// negative`.
pub fn beyond(beyond: &Beyond) -> String {
    let outside = format!("‖∇L‖ = {} out of the plane", short(beyond.outside));
    match beyond.negative {
        Some(negative) => format!("{outside}, {negative} of {} eigenvalues negative", beyond.weights),
        None => outside,
    }
}

/// The same in short: `‖∇L‖ out 0.046 · 60 of 337 λ < 0`.
pub fn beyond_in_short(beyond: &Beyond) -> String {
    let outside = format!("‖∇L‖ out {}", short(beyond.outside));
    match beyond.negative {
        Some(negative) => format!("{outside} · {negative} of {} λ < 0", beyond.weights),
        None => outside,
    }
}

/// The text of the badge, with a tick if it is proved.
pub fn badge(points: &CriticalPoints) -> String {
    let claim = points.claim();
    if (points.complete || points.accounted) && !claim.starts_with('✓') { format!("✓ {claim}") } else { claim }
}

/// The landscape's title, if it has one: `Himmelblau`.
pub fn landscape_title(study: &Study) -> Option<&'static str> {
    let name = study.landscape.name.as_deref()?;
    crate::study::entry(name).map(|entry| entry.title.as_str())
}

/// The relation of L to its formula, for a loss over data: `mean over 17 examples, A noisy line`.
pub fn mean_over(study: &Study, loss: &Loss) -> Option<String> {
    let data = study.data.as_ref()?;
    let name = data.title().map_or(String::new(), |title| format!(", {title}"));
    let plane: Option<&NetworkPlane> = loss.function();
    let examples = plane.map_or(loss.examples(), |plane| plane.trained().loss.examples.count());
    Some(format!("mean over {}{name}", count(examples, "example")))
}

/// Below the title, as much as fits: the landscape's name, its parameters, its data, the start point.
pub fn subtitle(study: &Study, loss: &Loss, fits: impl Fn(&str) -> bool) -> String {
    let parameters = loss.parameter_names();
    let mut words: Vec<String> = landscape_title(study).map(str::to_owned).into_iter().collect();
    if !parameters.is_empty() {
        words.push(parameter_values(study, parameters));
    }
    words.extend(mean_over(study, loss));
    words.push(format!("start {}", point_within(Vector::from(study.start), [study.view.width(), study.view.height()])));
    while words.len() > 1 && !fits(&words.join(" · ")) {
        words.pop();
    }
    words.join(" · ")
}

pub(super) fn parameter_values(study: &Study, parameters: &[String]) -> String {
    let value = |name: &String| study.landscape.parameters.get(name).map_or(1.0, Decimal::value);
    let words: Vec<String> = parameters.iter().map(|name| format!("{name} = {}", short(value(name)))).collect();
    words.join(", ")
}

/// The colour scale of the heat map in words: `linear in L`.
pub fn colour_scale(field: &Field) -> String {
    let symbol = field.quantity.symbol();
    match field.colour_scale {
        ColourScale::Linear | ColourScale::Automatic => format!("linear in {symbol}"),
        ColourScale::Logarithmic => format!("logarithmic in {symbol} − min {symbol}"),
        ColourScale::Equalised => format!("by rank of {symbol}"),
    }
}

/// A range with as many digits as tell its ends apart: `from −12 to 40`.
pub(super) fn from_to(range: [f64; 2]) -> String {
    let [low, high] = labels::ends(range);
    format!("from {low} to {high}")
}

/// Values of the colour bar with their positions along it. The least sample is not the least value: if a critical point
/// with a lower value is known, the bar begins with that value.
pub(super) fn bar_ticks(findings: &Findings) -> Vec<(f64, f64)> {
    let field = &findings.field;
    let least = field.map_range.zip(least_value(findings)).filter(|_| field.quantity == Quantity::Loss);
    let value = |(position, value): (f64, f64)| match least {
        Some(([sampled, _], least)) if value == sampled && least < sampled => (position, least),
        _ => (position, value),
    };
    field.ticks.iter().copied().map(value).collect()
}

/// The range of L in view, including the value at a critical point below the least sample.
pub(super) fn loss_range(findings: &Findings) -> Option<[f64; 2]> {
    let [low, high] = findings.field.range?;
    Some([least_value(findings).map_or(low, |least| low.min(least)), high])
}

/// The least value of L at a minimum in view, or on a curve of minima, as a table shows it.
fn least_value(findings: &Findings) -> Option<f64> {
    let (points, view) = (&findings.points.points, &findings.field.grid.view);
    let size = ShownPoint::size(points);
    let minima = points.iter().filter(|point| point.kind == Kind::Minimum && view.contains(point.w));
    let least = minima.min_by(|a, b| a.value.total_cmp(&b.value));
    let at_points = least.map(|least| ShownPoint::of(&findings.loss, view, least, size).value);
    let on_curves = findings.points.curves.iter().filter_map(|curve| value_on_curve(&findings.loss, view, curve));
    at_points.into_iter().chain(on_curves).min_by(f64::total_cmp)
}

/// The heat map in words: `λmin from −12 to 40, by rank`; `None` if it has no finite value.
pub fn heat_map(field: &Field) -> Option<String> {
    let [low, high] = field.map_range?;
    let scale = match field.colour_scale {
        ColourScale::Linear | ColourScale::Automatic => "linear",
        ColourScale::Logarithmic => "logarithmic",
        ColourScale::Equalised => "by rank",
    };
    Some(format!("{}, {scale}", from_to([low, high])))
}

/// A share as people read it: `31.4 %`.
pub fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    match percent {
        p if p > 0.0 && p < 0.05 => "< 0.1 %".to_owned(),
        p if p > 99.95 && p < 100.0 => "> 99.9 %".to_owned(),
        p => format!("{p:.1} %"),
    }
}

/// `4 minima`, `1 saddle`.
pub fn counted_kind(count: usize, kind: Kind) -> String {
    let plural = match kind {
        Kind::Minimum => "minima",
        Kind::Maximum => "maxima",
        Kind::Saddle => "saddles",
        Kind::Degenerate => "degenerate points",
    };
    if count == 1 { format!("1 {}", kind_word(kind)) } else { format!("{count} {plural}") }
}

/// The kinds of critical points at which starts end, with their shares.
pub fn shares_of_kinds(basins: &BasinMap) -> Vec<(Kind, f64)> {
    let of = |kind: Kind| {
        let ends = basins.map.attractors().iter().zip(&basins.shares.ends);
        (kind, ends.filter(|(end, _)| end.kind == kind).map(|(_, share)| share).sum::<f64>())
    };
    let kinds = [Kind::Minimum, Kind::Saddle, Kind::Maximum, Kind::Degenerate];
    kinds.into_iter().map(of).filter(|(_, share)| *share > 0.0).collect()
}

/// The other outcomes of starts, in words, with their shares.
pub fn other_shares(basins: &BasinMap) -> Vec<(Outcome, String, f64)> {
    let shares = &basins.shares;
    let all = [
        (Outcome::Cycle, "cycles".to_owned(), shares.cycles),
        (Outcome::Diverged, "divergence".to_owned(), shares.diverged),
        (Outcome::FalseStop, "false stops, no critical point found".to_owned(), shares.false_stops),
        (Outcome::Broken, "no step: H singular or L undefined".to_owned(), shares.broken),
        (Outcome::Unfinished, format!("not finished in {}", count(basins.map.run().steps, "step")), shares.unfinished),
    ];
    all.into_iter().filter(|(_, _, share)| *share > 0.0).collect()
}

/// The meaning of the shades, or the progress of the map: `light: 3 steps, dark: 15`.
pub fn basin_steps(basins: &BasinMap) -> String {
    let progress = basins.map.progress();
    if basins.is_stale {
        return "being computed anew".to_owned();
    }
    if progress < 1.0 {
        return format!("{} % of the starts computed", (100.0 * progress).floor());
    }
    let StepScale { fewest, most } = basins.steps;
    format!("light: {}, dark: {most}", count(fewest as usize, "step"))
}

/// Where the run from a point ends, and after how many steps; `None` if the map does not have it.
pub fn basin_at(basins: &BasinMap, w: Vector) -> Option<String> {
    let cell = basins.map.nearest(w).filter(|_| !basins.is_stale)?;
    let steps = count(cell.steps as usize, "step");
    let optimizer = run_title(basins.map.run());
    Some(match cell.outcome {
        Outcome::Pending => return None,
        Outcome::At(index) => {
            let end = basins.map.attractors().get(index as usize)?;
            let size = end.w.amax().max(1.0);
            let clean = |x: f64| if x.abs() <= NOTHING * size { 0.0 } else { x };
            let place = match end.origin {
                Some(Origin::Curve(_)) => "on a curve".to_owned(),
                _ => point(Vector::new(clean(end.w.x), clean(end.w.y))),
            };
            let proved = if end.is_proved { "" } else { ", not proved" };
            format!("{optimizer} from here → {} {place}{proved}, {steps}", kind_word(end.kind))
        }
        Outcome::Cycle => format!("{optimizer} from here goes in a cycle, seen at step {}", cell.steps),
        Outcome::Diverged => format!("{optimizer} from here diverges at step {}", cell.steps),
        Outcome::FalseStop => format!("{optimizer} from here stops after {steps} where no critical point is found"),
        Outcome::Broken => format!("{optimizer} from here breaks off after {steps}"),
        Outcome::Unfinished => format!("{optimizer} from here has not converged after {steps}"),
    })
}

/// The text with a capital letter.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
