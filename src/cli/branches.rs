//! `losscape branches`: the critical points as a parameter moves.

use super::answers::{Pair, noted};
use super::args::{LandscapeArguments, range, view};
use super::subject::Subject;
use super::{Failure, text};
use crate::branches::{Branch, Branches, Counts, Event, EventKind, Family, branches as branches_of};
use crate::curvature::Kind;
use crate::export::Number;
use crate::landscape::View;
use crate::number::display::{digits, point};
use serde::Serialize;

/// `losscape branches`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape branches --formula 'w1^4/4 - a*w1^2/2 - c*w1 + w2^2/2' --vary c=-1:1
  losscape branches --formula '(w1^2+w2^2-h^2)^2 + 4*b^2*w1^2 + p*w2' --param h=2 --vary p=-14:14 --view -3,3,-3,3 --json")]
pub struct Arguments {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The parameter and its range
    #[arg(long, value_name = "NAME=FROM:TO", value_parser = range, allow_hyphen_values = true)]
    pub vary: (String, [f64; 2]),
    /// The view in which critical points are followed; the default is the catalogue's, and -2,2,-2,2 for a formula
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// The branches of a parameter.
pub fn branches(arguments: &Arguments) -> Result<String, Failure> {
    let (name, range) = &arguments.vary;
    let subject = Subject::varying(&arguments.landscape, name, range[0])?;
    let view = subject.view(arguments.view);
    let family = Family::new(&subject.loss, &subject.parameters, name, *range, view)
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let found = branches_of(&family);
    match arguments.json {
        true => {
            let notes = subject.notes().into_iter().chain(found.notes.iter().cloned()).collect();
            noted(&subject.loss, &Answer::from(&found), notes)
        }
        false => Ok(written(&subject, &arguments.vary, &found)),
    }
}

/// The answer in JSON.
#[derive(Serialize)]
struct Answer {
    branches: Vec<BranchAnswer>,
    events: Vec<EventAnswer>,
    /// Whether all critical points are proved to be on the branches, outside of narrow brackets around the events.
    accounted: bool,
    first: Counts,
    last: Counts,
}

#[derive(Serialize)]
struct BranchAnswer {
    kind: Kind,
    points: Vec<PointAnswer>,
}

#[derive(Serialize)]
struct PointAnswer {
    /// Of the parameter.
    value: Number,
    w: Pair,
    loss: Number,
    eigenvalues: Pair,
}

#[derive(Serialize)]
struct EventAnswer {
    kind: EventKind,
    value: Number,
    w: Vec<Pair>,
    before: Counts,
    after: Counts,
    /// Whether complete lists of critical points on both sides prove the change of numbers.
    certified: bool,
}

impl From<&Branches> for Answer {
    fn from(found: &Branches) -> Answer {
        let branch = |branch: &Branch| BranchAnswer {
            kind: branch.kind,
            points: branch
                .points
                .iter()
                .map(|point| PointAnswer {
                    value: point.value.into(),
                    w: Number::pair(point.w),
                    loss: point.loss.into(),
                    eigenvalues: point.eigenvalues.map(Number::from),
                })
                .collect(),
        };
        let event = |event: &Event| EventAnswer {
            kind: event.kind,
            value: event.value.into(),
            w: event.w.iter().copied().map(Number::pair).collect(),
            before: event.before,
            after: event.after,
            certified: event.certified,
        };
        Answer {
            branches: found.branches.iter().map(branch).collect(),
            events: found.events.iter().map(event).collect(),
            accounted: found.accounted,
            first: found.ends[0],
            last: found.ends[1],
        }
    }
}

fn written(subject: &Subject, (name, range): &(String, [f64; 2]), found: &Branches) -> String {
    let counts = |counts: Counts| format!("{} / {} / {}", counts.minimum, counts.saddle, counts.maximum);
    let mut rows = vec![text::row([name.as_str(), "event", "w", "minima / saddles / maxima before", "after"])];
    for event in &found.events {
        let kind = match event.kind {
            EventKind::Fold => "fold",
            EventKind::Pitchfork => "pitchfork",
            EventKind::Transcritical => "transcritical exchange",
            EventKind::Border => "crosses the view's border",
            EventKind::Undecided => "undecided",
        };
        let kind = if event.certified { format!("{kind}, change of numbers proved") } else { kind.to_owned() };
        let places = event.w.iter().map(|w| point(*w)).collect::<Vec<_>>().join(", ");
        rows.push(text::row([&digits(event.value, 10), &kind, &places, &counts(event.before), &counts(event.after)]));
    }
    let proved = if found.accounted {
        "every critical point in view is on a branch, proved outside of narrow brackets around the events"
    } else {
        "not proved that there are no other branches"
    };
    let [first, last] = found.ends.map(counts);
    format!(
        "{}, {name} from {} to {}\n\n{}minima / saddles / maxima: {first} at the beginning, {last} at the end\n{} branches; {proved}\n",
        text::formula_without(subject, Some(name)),
        digits(range[0], 10),
        digits(range[1], 10),
        text::table(&rows),
        found.branches.len(),
    )
}
