//! The critical points as functions of a parameter: solid lines for minima, dashed for saddles, dotted for maxima, with
//! the events at which their number or kind changes.

use super::plot::italic;
use super::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::branches::{Branch, BranchPoint, Counts, Event, EventKind};
use crate::curvature::Kind;
use crate::landscape::Loss;
use crate::number::display::{point, short};
use crate::number::{Decimal, Vector, eigenpairs};
use crate::scene::Colour;
use crate::scene::theme::Palette;
use crate::scene::words::kind_word;
use crate::study::{BRANCHES_TAB, Follow, Followed, Ordinate};

/// Critical points over a parameter.
pub struct BranchesChart;

impl Chart for BranchesChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: BRANCHES_TAB,
            tab: "BRANCHES",
            title: "Branches",
            action: "Show the branches",
            tooltip: "The critical points in view as a parameter moves: minima as solid lines, saddles dashed, \
            maxima dotted. \
                      Circles mark folds, pitchforks, exchanges and crossings of the view's border. Drag to move the \
                      parameter.",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        Follow::of(subject.study, &subject.findings.loss).is_some()
    }

    fn varies(&self, subject: &Subject<'_>) -> Option<String> {
        Follow::of(subject.study, &subject.findings.loss).map(|follow| follow.parameter)
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        let nothing = |sentence: &str| Content::Nothing(sentence.to_owned());
        let Some(follow) = Follow::of(subject.study, &subject.findings.loss) else {
            return nothing("Only a formula with a parameter, and without data, has branches.");
        };
        match &subject.findings.branches {
            None => nothing("The branches are being computed."),
            Some(Err(reason)) => Content::Nothing(format!("There are no branches: {reason}.")),
            Some(Ok(followed)) if followed.branches.branches.is_empty() => {
                nothing("No critical point is in view for any value of the range.")
            }
            Some(Ok(followed)) => Content::Plot(Box::new(plot(subject, &follow, followed))),
        }
    }
}

fn plot(subject: &Subject<'_>, follow: &Follow, followed: &Followed) -> Plot {
    let palette = Palette::of(subject.study.picture.theme);
    let of = |point: &BranchPoint| ordinate(follow.ordinate, point.w, point.loss, point.eigenvalues);
    let mut series: Vec<Series> = followed.branches.branches.iter().map(|branch| line(branch, palette, &of)).collect();
    series.extend(marks(follow, followed, palette));
    let mut heights = series.iter().flat_map(|series| series.points.iter().map(|point| point[1])).collect::<Vec<_>>();
    heights.retain(|height| height.is_finite());
    let (low, high) = (
        heights.iter().copied().fold(f64::INFINITY, f64::min),
        heights.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let spare = if high > low { 0.08 * (high - low) } else { 1.0 };
    let value = subject.study.landscape.parameters.get(&follow.parameter);
    let value = value.map_or(Loss::DEFAULT_PARAMETER, Decimal::value);
    series.push(here(subject, follow, value, palette));
    let [from, to] = follow.range;
    Plot {
        axes: [
            Axis { name: italic(&*follow.parameter), scale: Scale::Linear, ends: [from, to], is_whole: false },
            Axis {
                name: italic(follow.ordinate.name()),
                scale: Scale::Linear,
                ends: [low - spare, high + spare],
                is_whole: false,
            },
        ],
        series,
        guides: Vec::new(),
        cursor: (from <= value && value <= to).then_some(value),
        counts_steps: false,
        log_switch: None,
        description: description(follow, followed),
    }
}

/// The value on the vertical axis.
fn ordinate(of: Ordinate, w: Vector, loss: f64, eigenvalues: [f64; 2]) -> f64 {
    match of {
        Ordinate::W1 => w.x,
        Ordinate::W2 => w.y,
        Ordinate::Loss => loss,
        Ordinate::SmallestEigenvalue => eigenvalues[0],
    }
}

fn colour(kind: Kind, palette: &Palette) -> Colour {
    match kind {
        Kind::Minimum => palette.positive_text,
        Kind::Maximum => palette.negative_text,
        Kind::Saddle | Kind::Degenerate => palette.text,
    }
}

fn line(branch: &Branch, palette: &Palette, of: &dyn Fn(&BranchPoint) -> f64) -> Series {
    let points = branch.points.iter().map(|point| [point.value, of(point)]).collect();
    let dash = match branch.kind {
        Kind::Saddle => Some([7.0, 4.0]),
        Kind::Maximum => Some([1.6, 3.2]),
        Kind::Minimum | Kind::Degenerate => None,
    };
    Series { dash, ..Series::line(kind_word(branch.kind), colour(branch.kind, palette), points) }
}

/// A circle for each place of each event, a series for each kind of event.
fn marks(follow: &Follow, followed: &Followed, palette: &Palette) -> Vec<Series> {
    let kinds =
        [EventKind::Fold, EventKind::Pitchfork, EventKind::Transcritical, EventKind::Border, EventKind::Undecided];
    let place = |event: &Event, w: &Vector| {
        let jet = followed.family.at(event.value).ok()?.jet(*w);
        let eigenvalues = eigenpairs(&jet.hessian)?.values;
        Some([event.value, ordinate(follow.ordinate, *w, jet.value, eigenvalues)])
    };
    let places = |kind: EventKind| -> Vec<[f64; 2]> {
        let events = followed.branches.events.iter().filter(|event| event.kind == kind);
        events.flat_map(|event| event.w.iter().filter_map(|w| place(event, w)).collect::<Vec<_>>()).collect()
    };
    let series = |kind: EventKind| {
        let colour = if kind == EventKind::Undecided { palette.warning } else { palette.accent };
        Series { line: 0.0, dots: Dots::Circles, ..Series::line(word(kind), colour, places(kind)) }
    };
    kinds.into_iter().map(series).filter(|series| !series.points.is_empty()).collect()
}

/// The critical points of the picture, at the current value.
fn here(subject: &Subject<'_>, follow: &Follow, value: f64, palette: &Palette) -> Series {
    let points = subject.findings.points.points.iter();
    let points = points.map(|point| [value, ordinate(follow.ordinate, point.w, point.value, point.eigen.values)]);
    Series { line: 0.0, dots: Dots::Discs, ..Series::line("", palette.accent, points.collect()) }
}

fn word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Fold => "fold",
        EventKind::Pitchfork => "pitchfork",
        EventKind::Transcritical => "exchange",
        EventKind::Border => "border of the view",
        EventKind::Undecided => "undecided",
    }
}

fn description(follow: &Follow, followed: &Followed) -> String {
    let counts =
        |counts: Counts| format!("{} minima, {} saddles, {} maxima", counts.minimum, counts.saddle, counts.maximum);
    let Follow { parameter, range: [from, to], .. } = follow;
    let [first, last] = followed.branches.ends.map(counts);
    let mut sentences = vec![format!(
        "{parameter} from {} to {}: {first} at the beginning, {last} at the end.",
        short(*from),
        short(*to)
    )];
    sentences.extend(followed.branches.events.iter().map(|event| {
        let places: Vec<String> = event.w.iter().map(|w| point(*w)).collect();
        let change = match event.before == event.after {
            true => String::new(),
            false => format!(", before {}, after {}", counts(event.before), counts(event.after)),
        };
        format!("{parameter} = {}: {} at {}{change}.", short(event.value), word(event.kind), places.join(", "))
    }));
    sentences.push(proof(followed).to_owned());
    sentences.join(" ")
}

/// A sentence about what is proved of the branches.
pub fn proof(followed: &Followed) -> &'static str {
    match (followed.is_whole, followed.branches.accounted) {
        (false, _) => "Outline: events and proof follow.",
        (true, true) => "Proved: every critical point in view is on a branch.",
        (true, false) => "Not proved that there are no other branches.",
    }
}
