//! What the program says: from the library, or from the JSON of the command line.

use losscape::critical::{CriticalPoint, CriticalPoints, Evidence, Extremum, Search};
use losscape::curvature::Kind;
use losscape::dataset::Dataset;
use losscape::landscape::{Loss, View};
use serde_json::Value;
use std::collections::BTreeMap;

use super::truth::Case;

/// Bounds of two numbers.
pub type Bounds = [[f64; 2]; 2];

pub struct Point {
    pub w: [f64; 2],
    pub value: f64,
    pub eigenvalues: [f64; 2],
    pub eigenvectors: Bounds,
    pub kind: Kind,
    pub index: Option<i32>,
    pub nature: Option<String>,
    pub contains: Option<Extremum>,
    pub certified: bool,
    pub enclosure: Option<Bounds>,
    pub eigenvalue_enclosures: Option<Bounds>,
}

pub struct Curve {
    pub polyline: Vec<[f64; 2]>,
    pub kind: Kind,
    pub certified: bool,
}

/// Several critical points that are not told apart.
pub struct Cluster {
    pub enclosure: Bounds,
    pub index: Option<i32>,
    pub contains: Option<Extremum>,
}

pub struct Audit {
    pub turns: i32,
    pub proved: bool,
    pub index_sum: Option<i32>,
}

pub struct Answer {
    pub points: Vec<Point>,
    pub curves: Vec<Curve>,
    pub clusters: Vec<Cluster>,
    pub complete: bool,
    pub accounted: bool,
    /// The undecided regions.
    pub unresolved: Vec<[f64; 4]>,
    pub audit: Option<Audit>,
    /// Whether certified points come with enclosures.
    pub has_enclosures: bool,
    /// Whether the search came to its end; else regions that it has not seen need not be listed.
    pub finished: bool,
}

/// How many slices of so many boxes a search may take after those of its proof.
const SLICES: usize = 10;
const SLICE: usize = 500;

/// The answer of the library.
pub fn asked(case: &Case) -> Result<Answer, String> {
    let parameters: BTreeMap<String, losscape::number::Decimal> =
        case.parameters.iter().map(|(name, value)| (name.clone(), value.parse().expect("a number"))).collect();
    let data = match &case.data {
        Some(csv) => Some(Dataset::from_csv(csv).map_err(|error| error.to_string())?),
        None => None,
    };
    let loss = Loss::over(&case.text, &parameters, data.as_ref()).map_err(|error| error.to_string())?;
    let [a, b, c, d] = case.view;
    let view = View::new(a, b, c, d).map_err(|error| error.to_string())?;
    let mut search = Search::with_limit(&loss, &view, case.budget);
    // An answer is sound at any time, so that a search that takes long is asked before it is over.
    let finished = (0..SLICES + case.budget / SLICE).any(|_| search.refine(SLICE));
    Ok(Answer { finished, ..Answer::of(&search.answer()) })
}

fn enclosure(point: &CriticalPoint) -> Option<Bounds> {
    point.enclosure
}

fn eigenvalue_enclosures(point: &CriticalPoint) -> Option<Bounds> {
    point.eigenvalue_enclosures
}

fn clusters(found: &CriticalPoints) -> Vec<Cluster> {
    let of = |known: &losscape::critical::Cluster| Cluster {
        enclosure: known.enclosure,
        index: known.index,
        contains: known.contains,
    };
    found.clusters.iter().map(of).collect()
}

const HAS_ENCLOSURES: bool = true;

impl Answer {
    pub fn of(found: &CriticalPoints) -> Answer {
        let points = found.points.iter().map(|point| Point {
            w: point.w.into(),
            value: point.value,
            eigenvalues: point.eigen.values,
            eigenvectors: point.eigen.vectors.map(<[f64; 2]>::from),
            kind: point.kind,
            index: point.index,
            nature: point.nature.clone(),
            contains: point.contains,
            certified: point.evidence == Evidence::Certified,
            enclosure: enclosure(point),
            eigenvalue_enclosures: eigenvalue_enclosures(point),
        });
        let curves = found.curves.iter().map(|curve| Curve {
            polyline: curve.polyline.iter().map(|w| <[f64; 2]>::from(*w)).collect(),
            kind: curve.kind,
            certified: curve.evidence == Evidence::Certified,
        });
        Answer {
            points: points.collect(),
            curves: curves.collect(),
            clusters: clusters(found),
            complete: found.complete,
            accounted: found.accounted,
            unresolved: found.unresolved.iter().map(|region| region.view.into()).collect(),
            audit: found.audit.map(|audit| Audit {
                turns: audit.turns,
                proved: audit.proved,
                index_sum: audit.index_sum,
            }),
            has_enclosures: HAS_ENCLOSURES,
            finished: true,
        }
    }

    /// The answer of `losscape points --json`.
    pub fn from_json(text: &str) -> Result<Answer, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let points = list(&value["points"], |point| {
            Some(Point {
                w: pair(&point["w"], f64::NAN)?,
                value: number(&point["value"], f64::NAN)?,
                eigenvalues: pair(&point["eigenvalues"], f64::NAN)?,
                eigenvectors: [pair(&point["eigenvectors"][0], f64::NAN)?, pair(&point["eigenvectors"][1], f64::NAN)?],
                kind: kind(&point["kind"])?,
                index: optional_index(&point["index"]),
                nature: point["nature"].as_str().map(str::to_owned),
                contains: extremum(&point["contains"]),
                certified: point["certified"].as_bool()?,
                enclosure: bounds(&point["enclosure"]),
                eigenvalue_enclosures: bounds(&point["eigenvalue_enclosures"]),
            })
        });
        let curves = list(&value["curves"], |curve| {
            Some(Curve {
                polyline: list(&curve["polyline"], |w| pair(w, f64::NAN))?,
                kind: kind(&curve["kind"])?,
                certified: curve["certified"].as_bool()?,
            })
        });
        let clusters = match &value["clusters"] {
            Value::Null => Some(Vec::new()),
            clusters => list(clusters, |cluster| {
                Some(Cluster {
                    enclosure: bounds(&cluster["enclosure"])?,
                    index: optional_index(&cluster["index"]),
                    contains: extremum(&cluster["contains"]),
                })
            }),
        };
        let unresolved = list(&value["unresolved"], |region| {
            let numbers = list(region, |x| number(x, f64::NAN))?;
            <[f64; 4]>::try_from(numbers).ok()
        });
        let audit = match &value["audit"] {
            Value::Null => Some(None),
            audit => audit["turns"].as_i64().zip(audit["proved"].as_bool()).map(|(turns, proved)| {
                let index_sum = optional_index(&audit["index_sum"]);
                Some(Audit { turns: turns as i32, proved, index_sum })
            }),
        };
        let answer = || {
            Some(Answer {
                points: points?,
                curves: curves?,
                clusters: clusters?,
                complete: value["complete"].as_bool()?,
                accounted: value["accounted"].as_bool()?,
                unresolved: unresolved?,
                audit: audit?,
                has_enclosures: HAS_ENCLOSURES,
                finished: true,
            })
        };
        answer().ok_or_else(|| format!("the JSON breaks the contract: {}", text.chars().take(400).collect::<String>()))
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

/// A number, or what null stands for.
fn number(value: &Value, null: f64) -> Option<f64> {
    if value.is_null() { Some(null) } else { value.as_f64() }
}

fn pair(value: &Value, null: f64) -> Option<[f64; 2]> {
    let numbers = list(value, |x| number(x, null))?;
    <[f64; 2]>::try_from(numbers).ok()
}

/// [[low, high], [low, high]], with null for an infinite end; `None` for null.
fn bounds(value: &Value) -> Option<Bounds> {
    let sides =
        list(value, |side| Some([number(side.get(0)?, f64::NEG_INFINITY)?, number(side.get(1)?, f64::INFINITY)?]))?;
    <Bounds>::try_from(sides).ok()
}

fn optional_index(value: &Value) -> Option<i32> {
    value.as_i64().map(|index| index as i32)
}

pub fn kind(value: &Value) -> Option<Kind> {
    Some(match value.as_str()? {
        "minimum" => Kind::Minimum,
        "maximum" => Kind::Maximum,
        "saddle" => Kind::Saddle,
        "degenerate" => Kind::Degenerate,
        _ => return None,
    })
}

fn extremum(value: &Value) -> Option<Extremum> {
    match value.as_str()? {
        "minimum" => Some(Extremum::Minimum),
        "maximum" => Some(Extremum::Maximum),
        _ => None,
    }
}
