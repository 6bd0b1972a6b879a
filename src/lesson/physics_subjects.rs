//! The evaluation of claims about a saddle's curves, the escape from a minimum, and branches over a parameter.

use super::claims::{Claim, Verdict};
use super::subjects::{Asserted, Found, StepEvaluation, TOLERANCE, asserted, pair};
use super::values::{is_count, number, numbers, within};
use crate::branches::{Branches, Counts, Family, branches};
use crate::critical::search;
use crate::number::Vector;
use crate::number::display::point;
use crate::saddles::{End, Saddle, SaddleGraph, saddle_graph_of};
use crate::thermal::{Escape, escape, occupation};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Value;

/// Points are equal up to this.
const SAME_POINT: f64 = 1e-5;
/// The relative accuracy of the value of a parameter at an event, and of a length.
const TOLERANCE_OF_EVENT: f64 = 1e-6;

fn option_pair(claim: &Claim, key: &str) -> Result<[f64; 2], String> {
    let pair = claim.options.get(key).and_then(numbers).and_then(|pair| <[f64; 2]>::try_from(pair).ok());
    pair.ok_or_else(|| format!("'{key}' is two numbers"))
}

/// Whether two lists have the same points, in any order.
fn are_same(found: &[Vector], expected: &Value) -> Option<bool> {
    let expected = expected.as_array()?.iter().map(numbers).collect::<Option<Vec<_>>>()?;
    let expected = expected.into_iter().map(|pair| Some(Vector::from(<[f64; 2]>::try_from(pair).ok()?)));
    let mut left = expected.collect::<Option<Vec<Vector>>>()?;
    for w in found {
        let Some(index) = left.iter().position(|other| (other - w).amax() <= SAME_POINT * w.amax().max(1.0)) else {
            return Some(false);
        };
        left.swap_remove(index);
    }
    Some(left.is_empty())
}

impl StepEvaluation {
    fn graph(&mut self) -> Result<Arc<SaddleGraph>, String> {
        if let Some(graph) = &self.physics.graph {
            return Ok(Arc::clone(graph));
        }
        let (loss, view) = (self.loss()?, self.situation.view);
        let graph = Arc::new(saddle_graph_of(&loss, &view, &search(&loss, &view)));
        self.physics.graph = Some(Arc::clone(&graph));
        Ok(graph)
    }

    /// Evaluates assertions about the curves of the saddle nearest to a point.
    pub(super) fn saddle(&mut self, w: [f64; 2], claim: &Claim) -> Result<Vec<Asserted>, String> {
        let (graph, near) = (self.graph()?, Vector::from(w));
        let within = 0.02 * self.situation.view.width().max(self.situation.view.height());
        let distance = |saddle: &&Saddle| (saddle.w - near).norm();
        let nearest = graph.saddles.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let saddle = nearest.filter(|saddle| distance(saddle) <= within);
        let saddle = saddle.ok_or_else(|| format!("there is no saddle at {}", point(near)))?;
        let zero = self.zero_loss()?;
        let assertion = |(key, want): &(String, Value)| {
            Ok(unless_proved(of_saddle(&graph, saddle, zero, key, want)?, saddle.certified))
        };
        claim.assertions.iter().map(assertion).collect()
    }

    /// Evaluates assertions about the escape from the minimum nearest to a point at a temperature.
    pub(super) fn escape_from(&mut self, w: [f64; 2], claim: &Claim) -> Result<Vec<Asserted>, String> {
        let temperature = claim.options.get("temperature").and_then(number).filter(|temperature| *temperature > 0.0);
        let temperature = temperature.ok_or("the temperature is missing")?;
        let (loss, view, from) = (self.loss()?, self.situation.view, Vector::from(w));
        let found = match self.physics.escape(from, temperature) {
            Some(found) => found,
            None => {
                let found = escape(&loss, &view, from, &[], temperature, false);
                self.physics.escapes.push(((from, temperature), found.clone()));
                found
            }
        }?;
        let assertion = |(key, want): &(String, Value)| match key.as_str() {
            "share" | "harmonic" => {
                let occupation = occupation(&loss, &view, temperature, false);
                let own = occupation.minima.iter().find(|share| (share.w - found.from).norm() <= SAME_POINT);
                let share = own.and_then(|share| if key == "share" { share.share } else { share.harmonic });
                of_number(share, want, 0.0)
            }
            _ => of_escape(&found, key, want),
        };
        claim.assertions.iter().map(assertion).collect()
    }

    fn branches_over(&mut self, name: &str, range: [f64; 2]) -> Result<Arc<Branches>, String> {
        let key = (name.to_owned(), range.map(f64::to_bits));
        if let Some(known) = self.physics.branches.get(&key) {
            return known.clone();
        }
        let loss = self.loss()?;
        let names = loss.formula().map(|formula| formula.parameters().to_vec()).unwrap_or_default();
        let parameters: BTreeMap<_, _> = names.into_iter().zip(loss.parameters().iter().cloned()).collect();
        let family = Family::new(&loss, &parameters, name, range, self.situation.view);
        let found = family.map(|family| Arc::new(branches(&family))).map_err(|error| error.to_string());
        self.physics.branches.insert(key, found.clone());
        found
    }

    /// Evaluates assertions about the branches of critical points over a parameter.
    pub(super) fn branches(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let range = option_pair(claim, "over")?;
        let found = self.branches_over(name, range)?;
        let event = claim.options.get("event").map_or(Some(1), Value::as_integer);
        let index = event.and_then(|event| usize::try_from(event - 1).ok()).ok_or("events are counted from 1")?;
        let zero = TOLERANCE_OF_EVENT * (range[1] - range[0]);
        let assertion = |(key, want): &(String, Value)| of_branches(&found, index, zero, key, want);
        claim.assertions.iter().map(assertion).collect()
    }
}

/// A number, where there is one.
fn of_number(found: Option<f64>, want: &Value, zero: f64) -> Found {
    match found {
        Some(found) => asserted(within(found, want, TOLERANCE, zero), found),
        None => asserted(Some(false), Json::Null),
    }
}

/// What holds is undecided if it is not proved.
fn unless_proved(asserted: Asserted, is_proved: bool) -> Asserted {
    let verdict = if is_proved { asserted.verdict } else { asserted.verdict.and(Verdict::Undecided) };
    Asserted { verdict, ..asserted }
}

/// Nothing was found, because it is not known.
fn unknown() -> Found {
    Ok(Asserted { verdict: Verdict::Undecided, found: Json::Null })
}

fn of_saddle(graph: &SaddleGraph, saddle: &Saddle, zero: f64, key: &str, want: &Value) -> Found {
    let are_ends_known = saddle.unstable.iter().all(|curve| !matches!(curve.end, End::Unknown(_)));
    let merge = graph.merges.iter().find(|merge| merge.saddle == saddle.w);
    match key {
        "value" => of_number(Some(saddle.value), want, zero),
        "role" | "joins" | "barrier" if saddle.role.is_none() => unknown(),
        "critical_depth" if graph.critical_depth.is_none() => unknown(),
        "leads_to" | "goes_to_infinity" if !are_ends_known => unknown(),
        "role" => {
            let role = serde_json::to_value(saddle.role).unwrap_or_default();
            asserted(want.as_str().map(|want| role == want), role.clone())
        }
        "leads_to" => {
            let ends: Vec<Vector> = saddle.unstable.iter().filter_map(|curve| curve.end.point()).collect();
            let found: Vec<Json> = ends.iter().map(|w| pair(*w)).collect();
            asserted(are_same(&ends, want), found)
        }
        "goes_to_infinity" => {
            let gone = saddle.unstable.iter().filter(|curve| curve.end == End::Infinity).count();
            asserted(is_count(gone, want), gone)
        }
        "shortest" | "longest" => {
            let lengths = saddle.unstable.iter().filter_map(|curve| curve.length);
            let pick = if key == "shortest" { f64::min } else { f64::max };
            let found = lengths.reduce(pick);
            match found {
                Some(found) => asserted(within(found, want, TOLERANCE_OF_EVENT, 0.0), found),
                None => asserted(Some(false), Json::Null),
            }
        }
        "joins" => {
            let pair_of = merge.map(|merge| vec![merge.dies, merge.survives]).unwrap_or_default();
            let found: Vec<Json> = pair_of.iter().map(|w| pair(*w)).collect();
            asserted(are_same(&pair_of, want), found)
        }
        "barrier" => of_number(merge.map(|merge| merge.barrier), want, zero),
        "critical_depth" => of_number(graph.critical_depth, want, zero),
        _ => Err(format!("'{key}' cannot be asserted of a saddle")),
    }
}

fn of_escape(found: &Escape, key: &str, want: &Value) -> Found {
    match key {
        "exits" => asserted(is_count(found.exits.len(), want), found.exits.len()),
        "barrier" => of_number(found.exits.first().map(|exit| exit.barrier), want, 0.0),
        "kramers" => of_number(found.kramers, want, 0.0),
        "ridge" => of_number(found.ridge, want, 0.0),
        "ridge_width" => of_number(found.ridge_width, want, 0.0),
        "kramers_over_ridge" => of_number(found.kramers.zip(found.ridge).map(|(time, other)| time / other), want, 0.0),
        _ => Err(format!("'{key}' cannot be asserted of an escape")),
    }
}

fn of_branches(found: &Branches, index: usize, zero: f64, key: &str, want: &Value) -> Found {
    let asserted = of_events(found, index, zero, key, want)?;
    let is_proved = match key {
        "accounted" | "events" => found.accounted,
        _ => found.events.get(index).is_some_and(|event| event.certified),
    };
    // That something is not proved is known.
    if matches!(key, "accounted" | "certified") && want.as_bool() == Some(false) {
        return Ok(asserted);
    }
    // Without a proof there may be others, and what is proved may be another event.
    let verdict = if is_proved { asserted.verdict } else { Verdict::Undecided };
    Ok(Asserted { verdict, ..asserted })
}

fn of_events(found: &Branches, index: usize, zero: f64, key: &str, want: &Value) -> Found {
    let event = || found.events.get(index).ok_or_else(|| format!("there are {} events", found.events.len()));
    let counts = |counts: Counts| {
        let found = [counts.minimum, counts.saddle, counts.maximum];
        let wanted = want.as_array().filter(|want| want.len() == 3);
        let each = wanted.and_then(|want| {
            found.iter().zip(want).map(|(found, want)| is_count(*found, want)).collect::<Option<Vec<bool>>>()
        });
        asserted(each.map(|each| each.into_iter().all(|holds| holds)), json!(found))
    };
    match key {
        "events" => asserted(is_count(found.events.len(), want), found.events.len()),
        "accounted" => asserted(want.as_bool().map(|want| want == found.accounted), found.accounted),
        "kind" => {
            let kind = serde_json::to_value(event()?.kind).unwrap_or_default();
            asserted(want.as_str().map(|want| kind == want), kind.clone())
        }
        "happens_at" => {
            let value = event()?.value;
            asserted(within(value, want, TOLERANCE_OF_EVENT, zero), value)
        }
        "place" => {
            let places = &event()?.w;
            let wanted = numbers(want).and_then(|want| <[f64; 2]>::try_from(want).ok()).map(Vector::from);
            let near = |want: Vector| places.iter().any(|w| (w - want).amax() <= 1e-4 * want.amax().max(1.0));
            asserted(wanted.map(near), places.iter().map(|w| pair(*w)).collect::<Vec<Json>>())
        }
        "certified" => {
            asserted(want.as_bool().map(|want| event().is_ok_and(|event| event.certified == want)), event()?.certified)
        }
        "before" => counts(event()?.before),
        "after" => counts(event()?.after),
        _ => Err(format!("'{key}' cannot be asserted of branches")),
    }
}
