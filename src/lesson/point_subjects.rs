//! The evaluation of claims about a point, and about the critical points.

use super::claims::{Claim, Verdict};
use super::subjects::{Asserted, Found, StepEvaluation, TOLERANCE, asserted};
use super::values::{are_within, is_count, number, numbers, within};
use super::vocabulary;
use crate::critical::{
    CriticalCurve, CriticalPoint, CriticalPoints, Evidence, enclosed_jet, is_critical, nearest_on_segment, search,
};
use crate::landscape::{Loss, View};
use crate::number::{Constant, Vector};
use crate::study::Reading;
use serde_json::{Value as Json, json};
use toml::Value;

/// Points are equal up to this.
const SAME_POINT: f64 = 1e-5;
/// The computed value of an exact 0 is never allowed to be larger than this, however large the rounding may have been.
const LARGEST_ZERO: f64 = 1e-9;

/// What rounding may leave of a number that is exactly 0: 0 if the number is proved to be another one.
#[derive(Clone, Copy, Default)]
struct Zeros {
    value: f64,
    gradient: [f64; 2],
    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2².
    hessian: [f64; 3],
    eigenvalue: f64,
}

impl Zeros {
    fn at(loss: &Loss, reading: &Reading) -> Zeros {
        let size = reading
            .curvature
            .map_or(0.0, |curvature| curvature.eigen.values.map(f64::abs).into_iter().fold(0.0, f64::max));
        let Some(jet) = enclosed_jet(loss, reading.w) else {
            let by = 1e-12;
            return Zeros { value: by, gradient: [by; 2], hessian: [by; 3], eigenvalue: by };
        };
        let of = |number: &Constant| {
            let (low, high) = (number.enclosure.lo, number.enclosure.hi);
            if low <= 0.0 && 0.0 <= high { high.max(-low).min(LARGEST_ZERO) } else { 0.0 }
        };
        let hessian = [0, 1, 2].map(|entry| of(&jet.hessian[entry]));
        Zeros {
            value: of(&jet.value),
            gradient: [0, 1].map(|axis| of(&jet.gradient[axis])),
            hessian,
            eigenvalue: hessian.iter().sum::<f64>() + 8.0 * f64::EPSILON * size,
        }
    }
}

impl StepEvaluation {
    /// Evaluates assertions about a point.
    pub(super) fn at(&mut self, w: [f64; 2], claim: &Claim) -> Result<Vec<Asserted>, String> {
        let loss = self.loss()?;
        let reading = Reading::at(&loss, Vector::from(w));
        let zeros = Zeros::at(&loss, &reading);
        let assertion = |(key, want): &(String, Value)| at_point(&reading, &zeros, key, want);
        claim.assertions.iter().map(assertion).collect()
    }

    fn found_points(&mut self, claim: &Claim) -> Result<(View, CriticalPoints), String> {
        let view = match claim.options.get("view") {
            Some(value) => vocabulary::view(value).ok_or("a view is four numbers")?,
            None => self.situation.view,
        };
        if let Some(known) = self.points.iter().find(|(known, _)| *known == view) {
            return Ok(known.clone());
        }
        let points = search(&self.loss()?, &view);
        self.points.push((view, points.clone()));
        Ok((view, points))
    }

    /// Evaluates assertions about critical points.
    pub(super) fn points(&mut self, kind: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let (view, found) = self.found_points(claim)?;
        let is_meant = |point: &&CriticalPoint| kind == "all" || kind == point.kind.word();
        let points: Vec<&CriticalPoint> = found.points.iter().filter(is_meant).collect();
        let loss = self.loss()?;
        let list = List { loss: &loss, view, kind, found: &found, points: &points };
        claim.assertions.iter().map(|(key, want)| list.assertion(key, want)).collect()
    }
}

fn at_point(reading: &Reading, zeros: &Zeros, key: &str, want: &Value) -> Found {
    let jet = &reading.jet;
    let gradient = [jet.gradient.x, jet.gradient.y];
    let eigenvalues = reading.curvature.map_or([f64::NAN; 2], |curvature| curvature.eigen.values);
    match key {
        "value" => asserted(within(jet.value, want, TOLERANCE, zeros.value), jet.value),
        "gradient" => asserted(are_within(&gradient, want, TOLERANCE, &zeros.gradient), json!(gradient)),
        "gradient_norm" => {
            let is_zero = zeros.gradient.iter().all(|zero| *zero > 0.0);
            let zero =
                if is_zero || jet.gradient == Vector::zeros() { Vector::from(zeros.gradient).norm() } else { 0.0 };
            asserted(within(jet.gradient.norm(), want, TOLERANCE, zero), jet.gradient.norm())
        }
        "hessian" => {
            let rows = [0, 1].map(|row| [jet.hessian[(row, 0)], jet.hessian[(row, 1)]]);
            let wanted = want.as_array().filter(|wanted| wanted.len() == 2);
            let each = wanted.and_then(|wanted| {
                let row = |row: usize| are_within(&rows[row], &wanted[row], TOLERANCE, &zeros.hessian[row..row + 2]);
                Some(row(0)? && row(1)?)
            });
            asserted(each, json!(rows))
        }
        "eigenvalues" => {
            asserted(are_within(&eigenvalues, want, TOLERANCE, &[zeros.eigenvalue; 2]), json!(eigenvalues))
        }
        "curvature" => {
            let found = serde_json::to_value(reading.definiteness).unwrap_or_default();
            asserted(want.as_str().map(|want| found == want), found.clone())
        }
        "critical" => {
            let wanted = want.as_bool().ok_or("critical is true or false")?;
            match reading.critical.and_then(|claim| claim.answer()) {
                Some(found) => asserted(Some(found == wanted), found),
                None => Ok(Asserted { verdict: Verdict::Undecided, found: Json::Null }),
            }
        }
        "condition_number" => {
            let [one, other] = eigenvalues.map(f64::abs);
            let ratio = one.max(other) / one.min(other);
            asserted(within(ratio, want, TOLERANCE, 0.0), ratio)
        }
        "speed_limit" => {
            let limit = reading.curvature.and_then(|curvature| curvature.speed_limit).unwrap_or(f64::INFINITY);
            asserted(within(limit, want, TOLERANCE, 0.0), limit)
        }
        "angle_to" => {
            let point = want.get("point").and_then(numbers).and_then(|point| <[f64; 2]>::try_from(point).ok());
            let towards = Vector::from(point.ok_or("a point is two numbers")?) - reading.w;
            let cosine = -jet.gradient.dot(&towards) / (jet.gradient.norm() * towards.norm());
            let angle = libm::acos(cosine.clamp(-1.0, 1.0)).to_degrees();
            // Near 1 a cosine tells angles apart only down to √ε.
            asserted(want.get("is").and_then(|want| within(angle, want, TOLERANCE, 1e-5)), angle)
        }
        _ => Err(format!("'{key}' cannot be asserted of a point")),
    }
}

/// The critical points of a kind, as far as they are known.
struct List<'a> {
    loss: &'a Loss,
    view: View,
    /// The kind, or `all`.
    kind: &'a str,
    found: &'a CriticalPoints,
    points: &'a [&'a CriticalPoint],
}

impl List<'_> {
    fn assertion(&self, key: &str, want: &Value) -> Found {
        let (found, points) = (self.found, self.points);
        match key {
            "complete" | "accounted" => {
                let claimed = if key == "complete" { found.complete } else { found.accounted };
                let wanted = want.as_bool().ok_or("it is true or false")?;
                let is_open = wanted && !claimed && !found.unresolved.is_empty();
                let verdict = if is_open { Verdict::Undecided } else { Verdict::of(claimed == wanted) };
                Ok(Asserted { verdict, found: claimed.into() })
            }
            "contains" => self.contains(want),
            _ if found.everywhere => Err("every point is critical: L is constant".to_owned()),
            "count" => {
                let proved = points.iter().filter(|point| point.evidence == Evidence::Certified).count();
                self.of_count(points.len(), proved, want)
            }
            "curves" => {
                let proved = found.curves.iter().filter(|curve| curve.evidence == Evidence::Certified).count();
                self.of_count(found.curves.len(), proved, want)
            }
            "index_sum" => match found.audit.and_then(|audit| audit.index_sum) {
                Some(sum) => {
                    let holds = want.as_integer().ok_or("a sum of indices is a whole number")? == i64::from(sum);
                    let verdict = if found.accounted { Verdict::of(holds) } else { Verdict::Undecided };
                    Ok(Asserted { verdict, found: sum.into() })
                }
                None => Ok(Asserted { verdict: Verdict::Undecided, found: Json::Null }),
            },
            "nature" => {
                let wanted = want.as_str().ok_or("a nature is a word")?;
                let natures = points.iter().map(|point| json!(point.nature)).collect();
                let verdict = self.of_all(|point| point.nature.as_deref().map(|nature| nature == wanted));
                Ok(Asserted { verdict, found: natures })
            }
            "index" => {
                let wanted = want.as_integer().ok_or("an index is a whole number")?;
                let indices = points.iter().map(|point| json!(point.index)).collect();
                let verdict = self.of_all(|point| point.index.map(|index| i64::from(index) == wanted));
                Ok(Asserted { verdict, found: indices })
            }
            "smallest_eigenvalue" => self.smallest_eigenvalue(want),
            _ => Err(format!("'{key}' cannot be asserted of critical points")),
        }
    }

    /// The verdict on a number of things, of which some are found and some of those are proved. Unless they are all, there are
    /// at least those that are proved.
    fn of_count(&self, count: usize, proved: usize, want: &Value) -> Found {
        if self.found.accounted {
            return asserted(is_count(count, want), count);
        }
        let most = number(want).or_else(|| numbers(want)?.last().copied()).ok_or("a count is a number")?;
        let verdict = if most < proved as f64 { Verdict::Fails } else { Verdict::Undecided };
        Ok(Asserted { verdict, found: count.into() })
    }

    /// The verdict on a statement about all points, whose truth at each point may be unknown. One proved point refutes it.
    fn of_all(&self, holds: impl Fn(&CriticalPoint) -> Option<bool>) -> Verdict {
        let refutes = |point: &&&CriticalPoint| point.evidence == Evidence::Certified && holds(point) == Some(false);
        if self.points.iter().any(|point| refutes(&point)) {
            return Verdict::Fails;
        }
        match self.found.accounted {
            true if self.points.is_empty() => Verdict::Fails,
            true if self.points.iter().all(|point| holds(point) == Some(true)) => Verdict::Holds,
            _ => Verdict::Undecided,
        }
    }

    fn smallest_eigenvalue(&self, want: &Value) -> Found {
        let least = |points: &mut dyn Iterator<Item = &&CriticalPoint>| {
            points.map(|point| point.eigen.values[0]).fold(f64::INFINITY, f64::min)
        };
        let largest =
            self.points.iter().flat_map(|point| point.eigen.values).fold(0.0_f64, |most, x| most.max(x.abs()));
        let found = least(&mut self.points.iter());
        let holds = within(found, want, TOLERANCE, 1e-12 * largest).ok_or("an eigenvalue is a number or a range")?;
        let proved = least(&mut self.points.iter().filter(|point| point.evidence == Evidence::Certified));
        let bound = number(want).or_else(|| numbers(want)?.first().copied()).unwrap_or(f64::NEG_INFINITY);
        let is_below = proved < bound - TOLERANCE * bound.abs();
        let verdict = match self.found.accounted {
            true => Verdict::of(holds),
            false if is_below => Verdict::Fails,
            false => Verdict::Undecided,
        };
        Ok(Asserted { verdict, found: json!(found) })
    }

    /// Whether a point is one of them, or lies on a curve of them.
    fn contains(&self, want: &Value) -> Found {
        let point = numbers(want).and_then(|point| <[f64; 2]>::try_from(point).ok());
        let point = Vector::from(point.ok_or("a point is two numbers")?);
        let side = self.view.width().max(self.view.height());
        let same = SAME_POINT * point.amax().max(side.min(1.0));
        let is_meant = |curve: &&CriticalCurve| self.kind == "all" || self.kind == curve.kind.word();
        let mut nearest = f64::INFINITY;
        let mut verdict = if self.found.accounted { Verdict::Fails } else { Verdict::Undecided };
        for found in self.points {
            let distance = (found.w - point).norm();
            nearest = nearest.min(distance);
            if distance < same {
                verdict = known(found.evidence);
            }
        }
        let is_proved = || is_critical(self.loss, point).answer() == Some(true);
        for curve in self.found.curves.iter().filter(is_meant) {
            let segments = curve.polyline.windows(2).map(|pair| nearest_on_segment(point, [pair[0], pair[1]]));
            let distance = segments.map(|on| (on - point).norm()).fold(f64::INFINITY, f64::min);
            nearest = nearest.min(distance);
            // A curve is drawn by chords, which its points may lie beside.
            if verdict != Verdict::Holds && distance < 0.01 * side {
                let is_on = distance < same || is_proved();
                verdict = if is_on { known(curve.evidence) } else { Verdict::Undecided };
            }
        }
        if verdict != Verdict::Holds && self.kind == "all" && self.view.contains(point) && is_proved() {
            verdict = Verdict::Holds;
        }
        Ok(Asserted { verdict, found: json!(nearest) })
    }
}

/// The verdict on something that is found.
fn known(evidence: Evidence) -> Verdict {
    if evidence == Evidence::Certified { Verdict::Holds } else { Verdict::Undecided }
}
