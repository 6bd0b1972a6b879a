//! The answers for people: four significant digits, aligned columns, words for what is judged.

use super::subject::Subject;
use crate::basins::Basins;
use crate::critical::{Claim, Cluster, CriticalPoints, Evidence, Region};
use crate::curvature::Definiteness;
use crate::dataset::Standard;
use crate::ensemble::{Ensemble, Experiment, Scatter, Share};
use crate::landscape::catalogue::Entry;
use crate::landscape::{Loss, View};
use crate::number::display::{beside, digits, pair, point, point_within, short};
use crate::number::labels::ends;
use crate::number::{Decimal, Vector};
use crate::optimizer::{OPTIMIZERS, Run, Trajectory};
use crate::scene::words;
use crate::study::{End, Reading, Shown, ShownPoint};
use crate::thermal::stationary;

/// How many steps are shown at the beginning and at the end of a long trace.
const SHOWN_STEPS: usize = 20;

/// A curve of critical points: its ends, or a point of it where it is closed.
fn curve_in_words(polyline: &[Vector], kind: &str, sides: [f64; 2]) -> String {
    let (Some(first), Some(last)) = (polyline.first(), polyline.last()) else { return String::new() };
    let [begin, end] = [first, last].map(|w| point_within(*w, sides));
    match (polyline.iter().all(|w| w == first), first == last) {
        (true, _) => format!("a curve of critical points ({kind}) touches the view at {begin}\n"),
        (_, true) => format!("a closed curve of critical points ({kind}) through {begin}\n"),
        _ => format!("a curve of critical points ({kind}) from {begin} to {end}\n"),
    }
}

/// The part of a formula around a column, with a mark under it.
pub fn pointed_at(formula: &str, column: usize) -> String {
    const BEFORE: usize = 60;
    const AFTER: usize = 20;
    // What has no width of one character would put the mark elsewhere.
    let characters: Vec<char> = formula.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let at = column.saturating_sub(1).min(characters.len());
    let (from, to) = (at.saturating_sub(BEFORE), (at + AFTER).min(characters.len()));
    let shown: String = characters[from..to].iter().collect();
    let (left, right) = (if from > 0 { "…" } else { "" }, if to < characters.len() { "…" } else { "" });
    let indent = left.chars().count() + at - from;
    format!("  {left}{shown}{right}\n  {}^", " ".repeat(indent))
}

/// Columns of equal width, two spaces between; the last is not padded.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(line.join("  ").trim_end());
        text.push('\n');
    }
    text
}

pub(super) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// The formula with the values of its parameters.
pub(super) fn formula(subject: &Subject) -> String {
    formula_without(subject, None)
}

/// The formula with the values of its parameters but the one that is varied.
pub(super) fn formula_without(subject: &Subject, varied: Option<&str>) -> String {
    let fixed = subject.loss.parameter_names().iter().filter(|name| varied != Some(name.as_str()));
    let values = fixed.map(|name| {
        let value = subject.parameters.get(name).map_or(Loss::DEFAULT_PARAMETER, Decimal::value);
        format!("{name} = {}", exact(value))
    });
    let values: Vec<String> = values.collect();
    let with = if values.is_empty() { String::new() } else { format!(", {}", values.join(", ")) };
    let text = subject.loss.to_unicode();
    match &subject.data {
        None => format!("L = {text}{with}"),
        Some(data) if subject.network.is_some() => {
            let title = data.title().map(|title| format!(" over {title}")).unwrap_or_default();
            format!("L = {text}{title}")
        }
        Some(data) => {
            let title = data.title().map(|title| format!(" of {title}")).unwrap_or_default();
            let examples = match subject.loss.examples() {
                1 => "the one example".to_owned(),
                count => format!("the {count} examples"),
            };
            format!("L = mean of {text}{with} over {examples}{title}")
        }
    }
}

/// `losscape probe`.
pub fn probe(subject: &Subject, reading: &Reading) -> String {
    let Reading { w, jet, curvature, definiteness, critical, shown, .. } = *reading;
    let mut rows = vec![row(["L", &short(shown.value)])];
    let gradient = reading.gradient_in_words().unwrap_or_else(|| vector_or_undefined(shown.gradient));
    rows.push(row(["∇L", &gradient]));
    for index in 0..2 {
        let entries = [0, 1].map(|column| short(shown.hessian[(index, column)]));
        rows.push(vec![if index == 0 { "H" } else { "" }.to_owned(), format!("{:>9}  {:>9}", entries[0], entries[1])]);
    }
    match curvature {
        None => rows.push(row(["curvature", definiteness.map_or("undefined", Definiteness::words)])),
        Some(curvature) => {
            for (index, name) in ["λ₁", "λ₂"].iter().enumerate() {
                let [value, direction] = [short(shown.eigenvalues[index]), point(curvature.eigen.vectors[index])];
                rows.push(row([name, &format!("{value} along {direction}")]));
            }
            rows.push(row(["curvature", curvature.definiteness.words()]));
            rows.push(row(["2/λmax", &curvature.speed_limit.map_or("no limit".to_owned(), short)]));
        }
    }
    if let Some(covariance) = subject.loss.gradient_covariance(w) {
        let scale = covariance.amax();
        for (index, name) in ["noise", ""].iter().enumerate() {
            let entries = [0, 1].map(|column| beside(covariance[(index, column)], scale));
            rows.push(row([name, &format!("{:>9}  {:>9}", entries[0], entries[1])]));
        }
    }
    let answer = critical.map_or_else(
        || "nothing can be proved about a loss without a formula".to_owned(),
        |claim| claim.words(jet.gradient).to_owned(),
    );
    let critical = critical.unwrap_or(Claim::NotProved);
    // What the Hessian does not decide is not called degenerate.
    let kind = definiteness.filter(|known| critical == Claim::Proved && *known != Definiteness::Undecided);
    let kind = kind.map(|known| format!(": {}", known.kind().word())).unwrap_or_default();
    rows.push(row(["critical", &format!("{answer}{kind}")]));
    format!("{} at {}\n\n{}", formula(subject), pair(w), table(&rows))
}

fn vector_or_undefined(v: Vector) -> String {
    if v.x.is_nan() && v.y.is_nan() { "undefined".to_owned() } else { pair(v) }
}

/// A number with as many digits as it takes to read it back.
fn exact(value: f64) -> String {
    let rounded = short(value);
    if rounded.replace('−', "-").parse() == Ok(value) {
        return rounded;
    }
    let is_plain = (1e-5..1e16).contains(&value.abs());
    let text = if is_plain { value.to_string() } else { format!("{value:e}") };
    text.replace('-', "−")
}

/// `losscape points`.
pub fn points(subject: &Subject, view: &View, found: &CriticalPoints) -> String {
    // What is proved is proved of these numbers, and not of rounded ones.
    let whole = |sides: [f64; 2]| format!("[{}]", sides.map(exact).join(", "));
    let range = |sides: [f64; 2]| format!("[{}]", ends(sides).join(", "));
    let mut text = format!("{} on {} × {}\n{}\n", formula(subject), whole(view.w1), whole(view.w2), found.claim());
    if !found.points.is_empty() {
        let shown = ShownPoint::all(&subject.loss, view, &found.points);
        let mut rows = vec![row(["kind", "w", "L", "λ₁", "λ₂", "index", "evidence"])];
        rows.extend(found.points.iter().zip(shown).map(|(point, shown)| {
            let [least, greatest] = shown.eigenvalues.map(short);
            vec![
                point.nature.as_ref().map_or(point.kind.word().to_owned(), |n| format!("{}, {n}", point.kind.word())),
                exact_point(shown.w),
                short(shown.value),
                least,
                greatest,
                point.index.map_or("?".to_owned(), |index| short(f64::from(index))),
                match point.evidence {
                    Evidence::Certified => "proved".to_owned(),
                    Evidence::Candidate => "found".to_owned(),
                },
            ]
        }));
        text = format!("{text}\n{}", table(&rows));
    }
    for point in &found.points {
        if let Some(beyond) = &point.beyond {
            let place = crate::number::display::point(point.w);
            text += &format!("{} {place}: {}\n", point.kind.word(), words::beyond(beyond));
        }
    }
    for curve in &found.curves {
        let kind = curve.nature().map_or_else(|| format!("{}, not proved", curve.kind.word()), str::to_owned);
        text += &curve_in_words(&curve.polyline, &kind, [view.width(), view.height()]);
    }
    for Cluster { enclosure: [first, second], index, contains } in &found.clusters {
        let mut known = Vec::new();
        known.extend(index.map(|index| format!("the indices add up to {}", short(f64::from(index)))));
        known.extend(contains.map(|extremum| format!("there is a {}", extremum.word())));
        let (first, second) = (exact_range(*first), exact_range(*second));
        text += &format!("proved of {first} × {second} as a whole: {}\n", known.join(", and "));
    }
    for region in &found.unresolved {
        let Region { view, reason } = region;
        text += &format!("undecided ({}): {} × {}\n", reason.words(), range(view.w1), range(view.w2));
    }
    if let Some(audit) = &found.audit {
        text += &format!("{}\n", audit.words());
    }
    text
}

fn exact_range([low, high]: [f64; 2]) -> String {
    format!("[{}, {}]", digits(low, 10), digits(high, 10))
}

/// Ten digits: a critical point is looked up and typed in again.
fn exact_point(w: Vector) -> String {
    format!("({}, {})", digits(w.x, 10), digits(w.y, 10))
}

/// `losscape trace`.
pub fn trace(subject: &Subject, run: &Run, trajectory: &Trajectory, end: &End) -> String {
    let mut rows = vec![row(["step", "w", "L", "‖∇L‖", "λ₁", "λ₂"])];
    let count = trajectory.steps.len();
    let sizes = trajectory.steps.iter().map(|step| step.loss.abs()).filter(|size| size.is_finite());
    let size = sizes.fold(0.0, f64::max);
    for (index, step) in trajectory.steps.iter().enumerate() {
        if count > 2 * SHOWN_STEPS + 1 && (SHOWN_STEPS + 1..count - SHOWN_STEPS).contains(&index) {
            if index == SHOWN_STEPS + 1 {
                rows.push(row(["…"]));
            }
            continue;
        }
        let shown = Shown::at(&subject.loss, step.w, size);
        let slope = if shown.gradient == Vector::zeros() { 0.0 } else { step.gradient_norm };
        let [least, greatest] = shown.eigenvalues.map(short);
        rows.push(vec![index.to_string(), point(step.w), short(shown.value), short(slope), least, greatest]);
    }
    let (caption, ending) = (words::run_caption(run), words::ending(trajectory, end, &subject.view(None)));
    format!("{}\n{caption}\n\n{}\n{ending}\n", formula(subject), table(&rows))
}

/// `losscape basins`.
pub fn basins(subject: &Subject, map: &Basins) -> String {
    let percent = |share: f64| format!("{} %", digits(100.0 * share, 3));
    let shares = map.shares();
    let mut rows = vec![row(["share", "end", "w"])];
    for (end, share) in map.attractors().iter().zip(&shares.ends).filter(|(_, share)| **share > 0.0) {
        rows.push(row([&percent(*share), &words::attractor(end), &point(end.w)]));
    }
    for (share, what) in [
        (shares.cycles, "in a cycle"),
        (shares.diverged, "diverged"),
        (shares.false_stops, "stopped where no critical point is found"),
        (shares.broken, "broke off"),
        (shares.unfinished, "not finished"),
    ] {
        if share > 0.0 {
            rows.push(row([&percent(share), what]));
        }
    }
    format!("{}\n{}\n\n{}", formula(subject), words::run_caption(map.run()), table(&rows))
}

/// `losscape ensemble`.
pub fn ensemble(subject: &Subject, found: &Ensemble, radius: Option<f64>) -> String {
    let counts = found.counts();
    let mut rows = vec![row(["runs", "share", "95 %", "end", "w"])];
    let share_of = |count: usize| {
        let [low, high] = found.share(count).interval();
        [percent(found.share(count).value()), format!("{} to {}", percent(low), percent(high))]
    };
    let reached = found.attractors().iter().zip(&counts.ends);
    let ends = reached.map(|(end, count)| (*count, words::attractor(end), point(end.w)));
    let others = [
        (counts.diverged, "diverged"),
        (counts.false_stops, "stopped where no critical point is found"),
        (counts.broken, "broke off"),
        (counts.unfinished, "not finished"),
    ];
    let others = others.map(|(count, what)| (count, what.to_owned(), String::new()));
    for (count, what, place) in ends.chain(others).filter(|(count, ..)| *count > 0) {
        let [share, interval] = share_of(count);
        rows.push(row([&count.to_string(), &share, &interval, &what, &place]));
    }
    let mut text =
        format!("{}\n{}\n{}\n\n{}", formula(subject), words::run_caption(found.run()), of_runs(found), table(&rows));
    if let Some(radius) = radius {
        for (share, when) in [(found.ever_escaped(radius), "ever"), (found.escaped_at_end(radius), "at the end")] {
            let [value, interval] = share_of(share.count);
            text += &format!("{} farther than {} from the start: {value} ({interval})\n", when, short(radius));
        }
    }
    if let Some(law) = stationary(&subject.loss, found.run()) {
        let (_, measured) = found.cloud();
        for (what, of) in [("of the last points", measured), ("in the long run, exact", law.covariance)] {
            let [a, b, c] = [of[(0, 0)], of[(0, 1)], of[(1, 1)]].map(short);
            text += &format!("covariance {what}: [[{a}, {b}], [{b}, {c}]]\n");
        }
    }
    text
}

fn percent(share: f64) -> String {
    format!("{} %", digits(100.0 * share, 3))
}

fn of_runs(found: &Ensemble) -> String {
    let (count, seed) = (found.members().len() as u64, found.run().seed);
    let from = match found.plan().scatter {
        Scatter::None => format!("from {}", point(found.start)),
        Scatter::Gaussian(spread) => {
            format!("from around {}, standard deviation {} in each weight", point(found.start), short(spread))
        }
        Scatter::Uniform(radius) => format!("from around {}, at most {} away", point(found.start), short(radius)),
    };
    format!("{count} runs {from}, seeds {seed} to {}", seed.wrapping_add(count.saturating_sub(1)))
}

/// `losscape ensemble --vary`.
pub fn experiment(subject: &Subject, run: &Run, experiment: &Experiment) -> String {
    let title = crate::optimizer::find(&run.optimizer)
        .and_then(|optimizer| optimizer.settings().iter().find(|setting| setting.key == experiment.key))
        .map_or(experiment.key.as_str(), |setting| setting.symbol);
    let mut rows = vec![row([title, "ever", "95 %", "at the end", "95 %"])];
    rows.extend(experiment.rows.iter().map(|found| {
        let words = |share: Share| {
            let [low, high] = share.interval();
            [format!("{} of {}", share.count, share.of), format!("{} to {}", percent(low), percent(high))]
        };
        let ([ever, ever_between], [at_end, end_between]) = (words(found.ever), words(found.at_end));
        row([&short(found.value), &ever, &ever_between, &at_end, &end_between])
    }));
    let radius = short(experiment.radius);
    format!("{}\n{}\nfarther than {radius} from the start\n\n{}", formula(subject), words::run_title(run), table(&rows))
}

/// `losscape landscapes`.
pub fn landscapes(entries: impl Iterator<Item = &'static Entry>) -> String {
    let mut rows = vec![row(["name", "title", "formula"])];
    let formula =
        |entry: &Entry| if entry.network.is_some() { "(a plane of a network)" } else { &entry.formula }.to_owned();
    rows.extend(entries.map(|entry| vec![entry.name.clone(), entry.title.clone(), formula(entry)]));
    table(&rows)
}

/// `losscape datasets`.
pub fn datasets(datasets: &[Standard]) -> String {
    let mut rows = vec![row(["name", "columns", "examples", "description"])];
    rows.extend(datasets.iter().map(|known| {
        let Standard { name, description, dataset, .. } = known;
        row([name, &dataset.names().join(", "), &dataset.rows().to_string(), description])
    }));
    table(&rows)
}

/// `losscape optimizers`.
pub fn optimizers() -> String {
    let mut text = String::new();
    for optimizer in OPTIMIZERS {
        text += &format!(
            "{}: {}\n  {}\n  {}\n",
            optimizer.name(),
            optimizer.title(),
            optimizer.info().rule.replace('\n', "\n  "),
            optimizer.info().summary
        );
        let rows = optimizer.settings().iter().map(|setting| {
            let [least, greatest] = setting.range;
            let range = match setting.choices {
                [] => format!("{} to {}", short(least), short(greatest)),
                words => words.join(", "),
            };
            let default = setting.choices.get(setting.default as usize).map(|word| (*word).to_owned());
            row([
                "   ",
                &format!("{}={}", setting.key, default.unwrap_or_else(|| setting.default.to_string())),
                &range,
                &format!("{}, {}", setting.symbol, setting.title),
            ])
        });
        text += &table(&rows.collect::<Vec<_>>());
        text.push('\n');
    }
    text + "every optimizer: gradient_tolerance=1e-8, require_positive_definite=false; with a learning rate also \
            --schedule\n"
}
