//! `losscape saddles`: the curves of steepest descent and ascent from every saddle, and the merge tree.

use super::answers::{Pair, noted};
use super::args::{LandscapeArguments, view};
use super::subject::Subject;
use super::{Failure, text};
use crate::export::Number;
use crate::landscape::View;
use crate::number::Vector;
use crate::number::display::{point, short};
use crate::saddles::{Curve, End, Merge, Role, Saddle, SaddleGraph, saddle_graph};
use serde::{Serialize, Serializer};

/// `losscape saddles`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape saddles himmelblau
  losscape saddles --formula '(w1^2-1)^2 + w2^2/2' --view -2,2,-2,2 --json")]
pub struct Arguments {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The view whose saddles are asked for; curves are followed beyond it. The default is the catalogue's, and for a formula -2,2,-2,2 or what shows the minimum over the data
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// The network of saddles.
pub fn saddles(arguments: &Arguments) -> Result<String, Failure> {
    let subject = Subject::in_view(&arguments.landscape, arguments.view)?;
    let view = subject.view(arguments.view);
    let graph = saddle_graph(&subject.loss, &view);
    match arguments.json {
        true => {
            let notes = subject.notes().into_iter().chain(graph.notes.iter().cloned()).collect();
            noted(&subject.loss, &Answer::from(&graph), notes)
        }
        false => Ok(written(&subject, &graph)),
    }
}

/// The answer in JSON.
#[derive(Serialize)]
struct Answer {
    saddles: Vec<SaddleAnswer>,
    merge_tree: Vec<MergeAnswer>,
    /// The largest barrier of a minimum that is not the global one; null where the network is not known to be whole.
    critical_depth: Option<Number>,
    minima: Vec<MinimumAnswer>,
    /// Degenerate points of which no curves are drawn, and why.
    undrawn: Vec<UndrawnAnswer>,
    /// Whether the region is proved to have no other critical points.
    complete: bool,
    /// Where critical points were searched for.
    region: View,
}

#[derive(Serialize)]
struct SaddleAnswer {
    w: Pair,
    value: Number,
    unstable: Vec<CurveAnswer>,
    stable: Vec<CurveAnswer>,
    /// Null where an end is not certain.
    role: Option<Role>,
    /// Whether it is proved to be there.
    certified: bool,
    /// Whether its Hessian has an eigenvalue 0, as that of a monkey saddle.
    degenerate: bool,
}

#[derive(Serialize)]
struct CurveAnswer {
    to: To,
    /// From the saddle to `to`; null where that is no point.
    length: Option<Number>,
    /// The first crossing of the view's border.
    leaves_view_at: Option<Pair>,
    /// Why nothing is certain of the end, or how sure it is that the curve runs into a saddle; null elsewhere.
    reason: Option<String>,
    polyline: Vec<Pair>,
}

/// A critical point, "infinity" or null.
struct To(End);

impl Serialize for To {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            End::Point(w) | End::Saddle(w) => Number::pair(*w).serialize(serializer),
            End::Infinity => serializer.serialize_str("infinity"),
            End::Unknown(_) => serializer.serialize_none(),
        }
    }
}

#[derive(Serialize)]
struct MergeAnswer {
    saddle: Pair,
    dies: Pair,
    survives: Pair,
    barrier: Number,
}

#[derive(Serialize)]
struct MinimumAnswer {
    w: Pair,
    value: Number,
}

#[derive(Serialize)]
struct UndrawnAnswer {
    w: Pair,
    value: Number,
    reason: String,
}

impl From<&SaddleGraph> for Answer {
    fn from(graph: &SaddleGraph) -> Answer {
        let minimum = |&(w, value): &(Vector, f64)| MinimumAnswer { w: Number::pair(w), value: value.into() };
        let undrawn = graph.undrawn.iter().map(|point| UndrawnAnswer {
            w: Number::pair(point.w),
            value: point.value.into(),
            reason: point.reason.clone(),
        });
        Answer {
            saddles: graph.saddles.iter().map(SaddleAnswer::from).collect(),
            merge_tree: graph.merges.iter().map(MergeAnswer::from).collect(),
            critical_depth: graph.critical_depth.map(Number::from),
            minima: graph.minima.iter().map(minimum).collect(),
            undrawn: undrawn.collect(),
            complete: graph.complete,
            region: graph.region,
        }
    }
}

impl From<&Saddle> for SaddleAnswer {
    fn from(saddle: &Saddle) -> SaddleAnswer {
        SaddleAnswer {
            w: Number::pair(saddle.w),
            value: saddle.value.into(),
            unstable: saddle.unstable.iter().map(CurveAnswer::from).collect(),
            stable: saddle.stable.iter().map(CurveAnswer::from).collect(),
            role: saddle.role,
            certified: saddle.certified,
            degenerate: saddle.kind == crate::curvature::Kind::Degenerate,
        }
    }
}

impl From<&Curve> for CurveAnswer {
    fn from(curve: &Curve) -> CurveAnswer {
        CurveAnswer {
            to: To(curve.end.clone()),
            length: curve.length.map(Number::from),
            leaves_view_at: curve.leaves_view_at.map(Number::pair),
            reason: reason(&curve.end),
            polyline: curve.polyline.iter().copied().map(Number::pair).collect(),
        }
    }
}

fn reason(end: &End) -> Option<String> {
    match end {
        End::Point(_) | End::Infinity => None,
        End::Saddle(_) => Some("the curve cannot be told from one that runs into the saddle; not proved".to_owned()),
        End::Unknown(reason) => Some(reason.clone()),
    }
}

impl From<&Merge> for MergeAnswer {
    fn from(merge: &Merge) -> MergeAnswer {
        MergeAnswer {
            saddle: Number::pair(merge.saddle),
            dies: Number::pair(merge.dies),
            survives: Number::pair(merge.survives),
            barrier: merge.barrier.into(),
        }
    }
}

/// The answer in words.
fn written(subject: &Subject, graph: &SaddleGraph) -> String {
    let mut rows = vec![text::row(["saddle", "L", "role", "down to", "up to"])];
    for saddle in &graph.saddles {
        let ends = |curves: &[Curve]| curves.iter().map(end).collect::<Vec<_>>().join("; ");
        let role = saddle.role.map_or("not certain", |role| match role {
            Role::Joins => "joins",
            Role::Loop => "closes a loop",
            Role::Open => "open",
            Role::Connection => "connection",
        });
        rows.push(text::row([
            &point(saddle.w),
            &short(saddle.value),
            role,
            &ends(&saddle.unstable),
            &ends(&saddle.stable),
        ]));
    }
    let mut answer = format!("{}\n\n{}", text::formula(subject), text::table(&rows));
    if !graph.merges.is_empty() {
        let mut rows = vec![text::row(["at the saddle", "the minimum dies", "and survives", "barrier"])];
        for merge in &graph.merges {
            let [saddle, dies, survives] = [merge.saddle, merge.dies, merge.survives].map(point);
            rows.push(text::row([&saddle, &dies, &survives, &short(merge.barrier)]));
        }
        answer += &format!("\n{}", text::table(&rows));
    }
    if let Some(depth) = graph.critical_depth {
        answer += &format!("\nlargest barrier of a minimum that is not global: {}\n", short(depth));
    }
    for undrawn in &graph.undrawn {
        answer += &format!("\nno curves from the degenerate point {}: {}\n", point(undrawn.w), undrawn.reason);
    }
    for note in &graph.notes {
        answer += &format!("note: {note}\n");
    }
    answer
}

/// Where a curve ends, in words.
fn end(curve: &Curve) -> String {
    let leaves = if curve.leaves_view_at.is_some() { "leaves the view, " } else { "" };
    match &curve.end {
        End::Point(w) => format!("{leaves}{}", point(*w)),
        End::Saddle(w) => format!("{leaves}the saddle {}", point(*w)),
        End::Infinity => format!("{leaves}infinity"),
        End::Unknown(reason) => format!("{leaves}not certain: {reason}"),
    }
}
