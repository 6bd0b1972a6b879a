//! The evaluation of claims about ensembles and basins, which are known up to an error.

use super::claims::{Claim, Verdict};
use super::limits;
use super::subjects::{Asserted, Found, StepEvaluation, asserted};
use super::values::{is_count, number, numbers};
use crate::basins::{Basins, Outcome, basins};
use crate::critical::search;
use crate::ensemble::{Ensemble, Plan, Scatter, ensemble};
use crate::number::Vector;
use crate::optimizer::StopReason;
use serde_json::json;
use toml::Value;

/// A run of an ensemble that ends within this distance of a point counts as ending at it.
const NEAR: f64 = 0.05;
/// A variance without a range is asserted up to this factor.
const FACTOR_OF_VARIANCE: f64 = 1.25;

impl StepEvaluation {
    fn ensemble_of(&mut self, name: &str, seeds: usize) -> Result<Ensemble, String> {
        let key = (name.to_owned(), seeds);
        if let Some(known) = self.ensembles.get(&key) {
            return Ok(known.clone());
        }
        let (loss, (run, start)) = (self.loss()?, self.started(name)?);
        limits::within_limit(limits::of_ensemble(seeds, run.steps))?;
        let plan = Plan { runs: seeds, scatter: Scatter::None };
        let points = search(&loss, &self.situation.view);
        let found = ensemble(&loss, start, &run, plan, Some(&points))?;
        self.ensembles.insert(key, found.clone());
        Ok(found)
    }

    /// Evaluates assertions about an ensemble.
    pub(super) fn ensemble(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let found = self.ensemble_of(name, claim.seeds())?;
        let assertion = |(key, want): &(String, Value)| match key.as_str() {
            "share_near" => {
                let point = want.get("point").and_then(numbers).and_then(|point| <[f64; 2]>::try_from(point).ok());
                let point = Vector::from(point.ok_or("a point is two numbers")?);
                let counts = found.counts();
                let near = found.attractors().iter().zip(&counts.ends).filter(|(end, _)| (end.w - point).norm() < NEAR);
                let interval = found.share(near.map(|(_, count)| *count).sum()).interval();
                of_share(interval, want.get("is"))
            }
            "escaped" => {
                let radius = claim.options.get("escape").and_then(number).ok_or("the radius of escape is missing")?;
                of_share(found.ever_escaped(radius).interval(), Some(want))
            }
            "diverged" => asserted(is_count(found.counts().diverged, want), found.counts().diverged),
            "variance" => of_variance(&found, want),
            _ => Err(format!("'{key}' cannot be asserted of an ensemble")),
        };
        claim.assertions.iter().map(assertion).collect()
    }

    fn basins_of(&mut self, name: &str) -> Result<Basins, String> {
        if let Some(known) = self.basins.get(name) {
            return Ok(known.clone());
        }
        let (loss, (run, _), view) = (self.loss()?, self.started(name)?, self.situation.view);
        limits::within_limit(limits::of_basins(run.steps))?;
        let map = basins(&loss, &view, [limits::STARTS; 2], &run, &search(&loss, &view))?;
        self.basins.insert(name.to_owned(), map.clone());
        Ok(map)
    }

    /// Evaluates assertions about basins.
    pub(super) fn basins(&mut self, name: &str, claim: &Claim) -> Result<Vec<Asserted>, String> {
        let map = self.basins_of(name)?;
        let assertion = |(key, want): &(String, Value)| match key.as_str() {
            "attractors" => {
                let count = map.shares().ends.iter().filter(|share| **share > 0.0).count();
                asserted(is_count(count, want), count)
            }
            "share_of" => {
                let kind = want.get("kind").and_then(Value::as_str).ok_or("a kind is named")?;
                of_share(share_of_kind(&map, kind), want.get("is"))
            }
            _ => Err(format!("'{key}' cannot be asserted of basins")),
        };
        claim.assertions.iter().map(assertion).collect()
    }
}

/// The share of a view from which runs reach points of a kind, as an interval. The error is the difference between the four maps of
/// half the resolution in which the starts can be split, and the distance between two starts at least.
fn share_of_kind(map: &Basins, kind: &str) -> [f64; 2] {
    let attractors = map.attractors();
    let mut counts = [[0.0_f64; 2]; 4];
    for (index, cell) in map.cells.iter().enumerate() {
        let (column, row) = (index % map.columns, index / map.columns);
        let [reached, all] = &mut counts[2 * (row % 2) + column % 2];
        let is_meant = matches!(cell.outcome, Outcome::At(end) if attractors[end as usize].kind.word() == kind);
        *all += 1.0;
        *reached += f64::from(u8::from(is_meant));
    }
    let total = counts.iter().fold([0.0, 0.0], |sum, [reached, all]| [sum[0] + reached, sum[1] + all]);
    let share = total[0] / total[1];
    let parts = counts.map(|[reached, all]| reached / all);
    let spread = parts.into_iter().fold(0.0, f64::max) - parts.into_iter().fold(1.0, f64::min);
    let error = spread.max(1.0 / map.columns.min(map.rows) as f64);
    [(share - error).max(0.0), (share + error).min(1.0)]
}

/// The variances of the ends along w1 and w2, each as an interval of four standard errors. The standard error of the
/// variance of n values is √((k − 1)/n) of it, with their kurtosis k, which is 3 for normal numbers.
fn variances(ensemble: &Ensemble) -> [[f64; 2]; 2] {
    const ERRORS: f64 = 4.0;
    let (mean, covariance) = ensemble.cloud();
    let is_in = |stop: StopReason| !matches!(stop, StopReason::Diverged | StopReason::Undefined);
    let ends: Vec<Vector> =
        ensemble.members().iter().filter(|member| is_in(member.stop)).map(|member| member.end - mean).collect();
    [0, 1].map(|axis| {
        let variance = covariance[(axis, axis)];
        let fourth = ends.iter().map(|end| end[axis].powi(4)).sum::<f64>() / ends.len() as f64;
        // Fewer values than a tail needs have too small a kurtosis.
        let kurtosis = (fourth / (variance * variance)).max(3.0);
        let factor = libm::exp(ERRORS * ((kurtosis - 1.0) / ends.len() as f64).sqrt());
        [variance / factor, variance * factor]
    })
}

fn of_variance(ensemble: &Ensemble, want: &Value) -> Found {
    let found = variances(ensemble);
    let wanted = want.as_array().filter(|want| want.len() == 2).ok_or("two variances are asserted")?;
    let mut verdict = Verdict::Holds;
    for (interval, want) in found.iter().zip(wanted) {
        let one = match number(want) {
            // The number itself is in the interval, and nothing much different is.
            Some(want) => {
                let [low, high] = *interval;
                let is_inside = low <= want && want <= high;
                match in_range(*interval, [want / FACTOR_OF_VARIANCE, want * FACTOR_OF_VARIANCE]) {
                    _ if !is_inside => Verdict::Fails,
                    verdict => verdict,
                }
            }
            None => {
                let range = numbers(want).and_then(|range| <[f64; 2]>::try_from(range).ok());
                in_range(*interval, range.ok_or("a variance is a number or a range")?)
            }
        };
        verdict = verdict.and(one);
    }
    Ok(Asserted { verdict, found: json!(found) })
}

/// Whether a number, given by its confidence interval, is in a range.
fn in_range([low, high]: [f64; 2], [from, to]: [f64; 2]) -> Verdict {
    if from <= low && high <= to {
        Verdict::Holds
    } else if high < from || low > to {
        Verdict::Fails
    } else {
        Verdict::Undecided
    }
}

/// Whether a share, given by its confidence interval, is in a range.
fn of_share(interval: [f64; 2], range: Option<&Value>) -> Found {
    let range = range.and_then(numbers).and_then(|range| <[f64; 2]>::try_from(range).ok());
    let range = range.ok_or("a share is asserted as a range")?;
    Ok(Asserted { verdict: in_range(interval, range), found: json!(interval) })
}
