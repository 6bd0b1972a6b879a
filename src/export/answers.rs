//! The answers as JSON, which is a contract. Fields are added, never renamed; numbers read back to the same `f64`; NaN
//! and ±∞ are null; −0 is written as 0.

use super::tables::Number;
use crate::basins::Basins;
use crate::critical::{Claim, CriticalCurve, CriticalPoint, CriticalPoints, Evidence, Extremum, Reason};
use crate::curvature::{Definiteness, Kind};
use crate::dataset::Standard;
use crate::landscape::catalogue::Entry;
use crate::landscape::{Beyond, Loss, View};
use crate::number::Matrix;
use crate::optimizer::{Optimizer, Run};
use crate::study::Reading;
use serde::Serialize;
use std::collections::BTreeMap;

/// (w1, w2).
pub type Pair = [Number; 2];

fn pair(values: [f64; 2]) -> Pair {
    values.map(Number::from)
}

/// The answer as one line.
///
/// # Errors
/// Returns an error, as a sentence, if it cannot be serialized.
pub fn json<T: Serialize>(answer: &T) -> Result<String, String> {
    let text = serde_json::to_string(answer).map_err(|error| error.to_string())?;
    Ok(text + "\n")
}

/// An answer about a landscape, with its formula and notes.
#[derive(Serialize)]
struct Noted<'a, T> {
    #[serde(flatten)]
    answer: &'a T,
    /// The formula as it was understood, as mathematics that can be typed back.
    formula: String,
    /// Sentences about the formula, the data and the view; empty if there are none.
    notes: Vec<String>,
}

/// The answer about a landscape as one line, with its `formula` and its `notes`.
///
/// # Errors
/// Returns an error, as a sentence, if it cannot be serialized.
pub fn noted<T: Serialize>(loss: &Loss, answer: &T, notes: Vec<String>) -> Result<String, String> {
    json(&Noted { answer, formula: loss.to_unicode(), notes })
}

/// `losscape probe`.
#[derive(Serialize)]
pub struct Probe {
    w: Pair,
    value: Number,
    gradient: Pair,
    hessian: [Pair; 2],
    eigenvalues: Pair,
    /// Row i belongs to eigenvalue i.
    eigenvectors: [Pair; 2],
    /// The proved definiteness of the Hessian; null if it is undefined.
    curvature: Option<Definiteness>,
    /// 2/λmax, null where there is no limit.
    speed_limit: Option<Number>,
    /// Whether w is a critical point: true (proved), false (refuted), or null.
    critical: Option<bool>,
    /// The covariance of the gradient of one example drawn at random; only for a loss over data.
    #[serde(skip_serializing_if = "Option::is_none")]
    gradient_covariance: Option<[Pair; 2]>,
}

fn rows(matrix: &Matrix) -> [Pair; 2] {
    [0, 1].map(|row| pair([matrix[(row, 0)], matrix[(row, 1)]]))
}

impl Probe {
    /// The answer for a reading at a point.
    pub fn new(loss: &Loss, reading: &Reading) -> Probe {
        let undefined = [f64::NAN; 2];
        let Reading { w, jet, curvature, definiteness, critical, .. } = *reading;
        Probe {
            w: Number::pair(w),
            value: jet.value.into(),
            gradient: Number::pair(jet.gradient),
            hessian: rows(&jet.hessian),
            eigenvalues: pair(curvature.map_or(undefined, |curvature| curvature.eigen.values)),
            eigenvectors: curvature.map_or([pair(undefined); 2], |curvature| curvature.eigen.vectors.map(Number::pair)),
            curvature: definiteness,
            speed_limit: curvature.and_then(|curvature| curvature.speed_limit).map(Number::from),
            critical: critical.and_then(Claim::answer),
            gradient_covariance: loss.gradient_covariance(w).map(|covariance| rows(&covariance)),
        }
    }
}

/// `losscape points`.
#[derive(Serialize)]
pub struct Points {
    points: Vec<Point>,
    complete: bool,
    unresolved: Vec<[Number; 4]>,
    curves: Vec<Curve>,
    /// Whether every point is critical, because the loss is constant.
    everywhere: bool,
    /// Rectangles around points that could not be certified, with what is proved about each as a whole.
    clusters: Vec<ClusterAnswer>,
    accounted: bool,
    method: String,
    /// The reason for each region of `unresolved`, in the same order.
    reasons: Vec<Reason>,
    audit: Option<AuditAnswer>,
}

#[derive(Serialize)]
struct AuditAnswer {
    turns: i32,
    proved: bool,
    index_sum: Option<i32>,
}

#[derive(Serialize)]
struct Point {
    w: Pair,
    value: Number,
    eigenvalues: Pair,
    eigenvectors: [Pair; 2],
    kind: Kind,
    nature: Option<String>,
    index: Option<i32>,
    /// The extremum that a degenerate point is.
    contains: Option<Extremum>,
    certified: bool,
    /// [low, high] of w1 and of w2; null for a point that is not certified.
    enclosure: Option<[Pair; 2]>,
    /// [low, high] of each eigenvalue; null for a point that is not certified.
    eigenvalue_enclosures: Option<[Pair; 2]>,
    /// Facts about the whole network there; only for a plane of a network.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<BeyondAnswer>,
}

#[derive(Serialize)]
struct BeyondAnswer {
    weights: usize,
    /// ‖∇L‖ over all weights.
    gradient_norm: Number,
    /// The part of the gradient norm that is orthogonal to the plane.
    gradient_norm_outside: Number,
    /// The number of negative eigenvalues of the whole Hessian; null if it is too large.
    negative: Option<usize>,
    lambda_max: Number,
}

impl From<Beyond> for BeyondAnswer {
    fn from(beyond: Beyond) -> BeyondAnswer {
        let Beyond { weights, gradient_norm, outside, negative, lambda_max } = beyond;
        BeyondAnswer {
            weights,
            gradient_norm: gradient_norm.into(),
            gradient_norm_outside: outside.into(),
            negative,
            lambda_max: lambda_max.into(),
        }
    }
}

#[derive(Serialize)]
struct ClusterAnswer {
    /// [low, high] of w1 and of w2.
    enclosure: [Pair; 2],
    index: Option<i32>,
    contains: Option<Extremum>,
}

#[derive(Serialize)]
struct Curve {
    polyline: Vec<Pair>,
    kind: Kind,
    /// The nature of its points, if it is proved: "minima", "maxima" or "neither".
    nature: Option<&'static str>,
    certified: bool,
}

impl From<&CriticalPoint> for Point {
    fn from(point: &CriticalPoint) -> Point {
        Point {
            w: Number::pair(point.w),
            value: point.value.into(),
            eigenvalues: pair(point.eigen.values),
            eigenvectors: point.eigen.vectors.map(Number::pair),
            kind: point.kind,
            nature: point.nature.clone(),
            contains: point.contains,
            index: point.index,
            certified: point.evidence == Evidence::Certified,
            enclosure: point.enclosure.map(|sides| sides.map(pair)),
            eigenvalue_enclosures: point.eigenvalue_enclosures.map(|values| values.map(pair)),
            network: point.beyond.map(BeyondAnswer::from),
        }
    }
}

impl From<&CriticalCurve> for Curve {
    fn from(curve: &CriticalCurve) -> Curve {
        Curve {
            polyline: curve.polyline.iter().copied().map(Number::pair).collect(),
            kind: curve.kind,
            nature: curve.nature(),
            certified: curve.evidence == Evidence::Certified,
        }
    }
}

impl From<&CriticalPoints> for Points {
    fn from(found: &CriticalPoints) -> Points {
        Points {
            points: found.points.iter().map(Point::from).collect(),
            complete: found.complete,
            unresolved: found.unresolved.iter().map(|region| <[f64; 4]>::from(region.view).map(Number::from)).collect(),
            curves: found.curves.iter().map(Curve::from).collect(),
            everywhere: found.everywhere,
            clusters: found
                .clusters
                .iter()
                .map(|cluster| ClusterAnswer {
                    enclosure: cluster.enclosure.map(pair),
                    index: cluster.index,
                    contains: cluster.contains,
                })
                .collect(),
            accounted: found.accounted,
            method: found.method.clone(),
            reasons: found.unresolved.iter().map(|region| region.reason).collect(),
            audit: found.audit.map(|audit| AuditAnswer {
                turns: audit.turns,
                proved: audit.proved,
                index_sum: audit.index_sum,
            }),
        }
    }
}

/// `losscape basins`. All shares together are 1.
#[derive(Serialize)]
pub struct BasinsAnswer {
    ends: Vec<BasinAnswer>,
    diverged: Number,
    unfinished: Number,
    cycles: Number,
    false_stops: Number,
    broken: Number,
}

#[derive(Serialize)]
struct BasinAnswer {
    w: Pair,
    kind: Kind,
    /// Whether the critical point is proved.
    certified: bool,
    share: Number,
}

impl From<&Basins> for BasinsAnswer {
    fn from(map: &Basins) -> BasinsAnswer {
        let shares = map.shares();
        let reached = map.attractors().iter().zip(&shares.ends).filter(|(_, share)| **share > 0.0);
        let ends = reached.map(|(end, share)| BasinAnswer {
            w: Number::pair(end.w),
            kind: end.kind,
            certified: end.is_proved,
            share: (*share).into(),
        });
        BasinsAnswer {
            ends: ends.collect(),
            diverged: shares.diverged.into(),
            unfinished: shares.unfinished.into(),
            cycles: shares.cycles.into(),
            false_stops: shares.false_stops.into(),
            broken: shares.broken.into(),
        }
    }
}

/// An entry of `losscape landscapes`.
#[derive(Serialize)]
pub struct Landscape<'a> {
    name: &'a str,
    title: &'a str,
    /// The heading under which it is listed, or null.
    group: Option<&'a str>,
    formula: &'a str,
    parameters: BTreeMap<&'a str, Number>,
    view: View,
    start: Pair,
    learning_rate: Number,
    teaches: &'a str,
    source: &'a str,
    /// The critical points that are known from mathematics.
    points: Vec<KnownPoint>,
    /// The name of the dataset of the mean, or null.
    data: Option<&'a str>,
}

#[derive(Serialize)]
struct KnownPoint {
    w: Pair,
    kind: Kind,
}

impl<'a> From<&'a Entry> for Landscape<'a> {
    fn from(entry: &'a Entry) -> Landscape<'a> {
        Landscape {
            name: &entry.name,
            title: &entry.title,
            group: entry.group.as_deref(),
            formula: &entry.formula,
            parameters: entry.parameters.iter().map(|(name, value)| (name.as_str(), value.value().into())).collect(),
            view: entry.view,
            start: pair(entry.start),
            learning_rate: entry.learning_rate.into(),
            teaches: &entry.teaches,
            source: &entry.source,
            points: entry.points.iter().map(|point| KnownPoint { w: pair(point.w), kind: point.kind }).collect(),
            data: entry.data.as_deref(),
        }
    }
}

/// An entry of `losscape datasets`.
#[derive(Serialize)]
pub struct DatasetAnswer {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    columns: &'static [String],
    rows: usize,
}

impl From<&'static Standard> for DatasetAnswer {
    fn from(standard: &'static Standard) -> DatasetAnswer {
        let Standard { name, title, description, dataset, is_for_networks: _ } = standard;
        DatasetAnswer { name, title, description, columns: dataset.names(), rows: dataset.rows() }
    }
}

/// An entry of `losscape optimizers`.
#[derive(Serialize)]
pub struct OptimizerAnswer {
    name: &'static str,
    title: &'static str,
    family: &'static str,
    rule: &'static str,
    summary: &'static str,
    source: &'static str,
    /// Whether the seed matters.
    random: bool,
    /// Whether the landscape's learning rate from the catalogue is the default.
    takes_the_landscapes_rate: bool,
    settings: Vec<SettingAnswer>,
    /// When every run stops, whatever its optimizer.
    stopping: Stopping,
}

#[derive(Serialize)]
struct SettingAnswer {
    key: &'static str,
    symbol: &'static str,
    title: &'static str,
    default: Number,
    range: Pair,
    whole: bool,
    /// Words for the values 0, 1, 2, … of a choice; empty for a number.
    choices: &'static [&'static str],
    description: &'static str,
}

#[derive(Serialize)]
struct Stopping {
    steps: usize,
    gradient_tolerance: Number,
    require_positive_definite: bool,
}

impl From<&dyn Optimizer> for OptimizerAnswer {
    fn from(optimizer: &dyn Optimizer) -> OptimizerAnswer {
        let usual = Run::new(optimizer.name());
        let settings = optimizer.settings().iter().map(|setting| SettingAnswer {
            key: setting.key,
            symbol: setting.symbol,
            title: setting.title,
            default: setting.default.into(),
            range: pair(setting.range),
            whole: setting.whole,
            choices: setting.choices,
            description: setting.tooltip,
        });
        OptimizerAnswer {
            name: optimizer.name(),
            title: optimizer.title(),
            family: optimizer.info().family.title(),
            rule: optimizer.info().rule,
            summary: optimizer.info().summary,
            source: optimizer.info().source,
            random: optimizer.is_random(),
            takes_the_landscapes_rate: optimizer.takes_the_landscapes_rate(),
            settings: settings.collect(),
            stopping: Stopping {
                steps: usual.steps,
                gradient_tolerance: usual.gradient_tolerance.into(),
                require_positive_definite: usual.require_positive_definite,
            },
        }
    }
}
