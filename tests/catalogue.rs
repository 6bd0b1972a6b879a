//! Every landscape of the catalogue: it parses, its derivatives are right, and its statements about critical points are
//! true.

use losscape::critical::Search;
use losscape::curvature::{Curvature, Kind};
use losscape::landscape::catalogue::{Entry, catalogue, find};
use losscape::landscape::{Loss, View};
use losscape::number::Vector;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

fn loss_of(entry: &Entry) -> Loss {
    entry.loss().unwrap_or_else(|error| panic!("{}: {error}", entry.name))
}

/// Points that fill a view evenly: Roberts' additive sequence R2.
fn spread(view: &View, count: usize) -> Vec<Vector> {
    let share = |k: usize, step: f64| (0.5 + k as f64 * step).fract();
    let at = |[low, high]: [f64; 2], share: f64| low + (high - low) * share;
    (1..=count)
        .map(|k| {
            Vector::new(at(view.w1, share(k, 0.754_877_666_246_692_7)), at(view.w2, share(k, 0.569_840_290_998_053_2)))
        })
        .collect()
}

#[test]
fn entries_are_whole() {
    let entries = catalogue();
    assert!(entries.len() >= 30);
    assert_eq!((entries[0].name.as_str(), entries[0].formula.as_str()), ("cubic", "w1^3-w2^2"));
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names.len(), entries.len(), "names are unique");
    let titles: BTreeSet<&str> = entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles.len(), entries.len(), "titles are unique");
    for entry in entries {
        let name = &entry.name;
        assert_eq!(find(name), Some(entry));
        assert_eq!(entry.data.is_some(), entry.dataset().is_some(), "{name} has data that exist");
        let words = name.split('-');
        let is_word =
            |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        assert!(words.clone().all(is_word), "{name} is in lower case, joined by hyphens");
        assert!(entry.teaches.ends_with('.') && !entry.source.is_empty() && !entry.title.is_empty(), "{name}");
        assert!(entry.view.contains(Vector::from(entry.start)), "{name} starts in view");
        let loss = loss_of(entry);
        let parameters: BTreeSet<&String> = loss.parameter_names().iter().collect();
        assert_eq!(parameters, entry.parameters.keys().collect(), "{name} gives its parameters and no others");
    }
}

#[test]
fn derivatives_agree_with_differences() {
    for entry in catalogue() {
        let loss = loss_of(entry);
        let size = entry.view.width().max(entry.view.height());
        let h = 2e-5 * size;
        let mut compared = 0;
        for w in spread(&entry.view, 60) {
            let jet = loss.jet(w);
            let across = [jet.hessian[(0, 1)], jet.hessian[(1, 0)]];
            assert!(across[0] == across[1] || across[0].is_nan(), "{}: H is symmetric", entry.name);
            assert!(jet.value == loss.value(w) || jet.value.is_nan() && loss.value(w).is_nan(), "{}", entry.name);
            for direction in [Vector::x(), Vector::y()] {
                // The central difference of fourth order: (8 f(h) − 8 f(−h) − f(2h) + f(−2h))/12h.
                let jets = [1.0, -1.0, 2.0, -2.0].map(|step| loss.jet(w + step * h * direction));
                if !jets.iter().all(|jet| jet.value.is_finite()) {
                    continue;
                }
                compared += 1;
                let weights = [8.0, -8.0, -1.0, 1.0].map(|weight| weight / (12.0 * h));
                let slope: f64 = jets.iter().zip(weights).map(|(jet, weight)| weight * jet.value).sum();
                let bend: Vector = jets.iter().zip(weights).map(|(jet, weight)| weight * jet.gradient).sum();
                let scale = jet.value.abs() / size + jet.gradient.norm();
                let off = (slope - jet.gradient.dot(&direction)).abs();
                assert!(off <= 1e-6 * scale, "{} at {w}: slope {slope}, gradient {}", entry.name, jet.gradient);
                let scale = scale / size + jet.hessian.norm();
                let off = (bend - jet.hessian * direction).norm();
                assert!(off <= 1e-6 * scale, "{} at {w}: bend {bend}, Hessian {}", entry.name, jet.hessian);
            }
        }
        assert!(compared >= 60, "{}: {compared} comparisons", entry.name);
    }
}

#[test]
fn listed_points_are_critical_and_of_their_kind() {
    let mut checked = 0;
    for entry in catalogue() {
        let loss = loss_of(entry);
        for point in &entry.points {
            let w = Vector::from(point.w);
            let jet = loss.jet(w);
            // The gradient that remains from rounding the point to f64, and from terms that cancel.
            let rounding = jet.hessian.norm() * (w.norm() + 0.1 * entry.view.width());
            let gradient = jet.gradient.norm();
            assert!(gradient <= 1e-13 * rounding, "{}: ‖∇L‖ = {gradient:e} at {:?}", entry.name, point.w);
            let curvature =
                Curvature::of(&jet).unwrap_or_else(|| panic!("{}: no Hessian at {:?}", entry.name, point.w));
            assert_eq!(curvature.definiteness.kind(), point.kind, "{} at {:?}", entry.name, point.w);
            checked += 1;
        }
    }
    assert!(checked > 150, "only {checked} points");
}

/// The largest step that gradient descent can take without leaving the valley that it is in is 2/λmax; the first run
/// that a person sees should not exceed it.
#[test]
fn learning_rates_are_stable() {
    for entry in catalogue() {
        let loss = loss_of(entry);
        let mut w = Vector::from(entry.start);
        for step in 0..200 {
            let jet = loss.jet(w);
            assert!(jet.value.is_finite(), "{} is undefined at step {step}", entry.name);
            if !entry.view.contains(w) {
                assert!(step > 1, "{} leaves the view at once", entry.name);
                break;
            }
            if let Some(curvature) = Curvature::of(&jet) {
                let product = entry.learning_rate * curvature.eigen.values[1];
                assert!(product < 2.0, "{}: ηλmax = {product} at step {step}", entry.name);
            }
            w -= entry.learning_rate * jet.gradient;
        }
    }
}

#[derive(Deserialize)]
struct Known {
    name: String,
    #[serde(rename = "box")]
    view: View,
    points: Vec<KnownPoint>,
}

#[derive(Deserialize)]
struct KnownPoint {
    w: [f64; 2],
    value: f64,
    kind: Kind,
}

/// The catalogue's name, the reference's, and whether the catalogue lists all known points.
const SAME: [(&str, &str, bool); 29] = [
    ("cubic", "fold_degenerate", true),
    ("bowl", "bowl_cond1", true),
    ("bowl-1000", "bowl_cond1000", true),
    ("bowl-rotated", "bowl_cond10_rotated", true),
    ("saddle", "saddle", true),
    ("monkey-saddle", "monkey_saddle", true),
    ("quartic-bowl", "quartic_bowl", true),
    ("ghost", "none_fold", true),
    ("no-critical-point", "none_exp", true),
    ("double-well", "double_well", true),
    ("deep-linear", "deep_linear", true),
    ("deep-linear-decay", "deep_linear_reg", true),
    ("hidden-unit", "net_1_1_1", true),
    ("ring", "ring", true),
    ("rosenbrock", "rosenbrock", true),
    ("himmelblau", "himmelblau", true),
    ("booth", "booth", true),
    ("six-hump-camel", "six_hump_camel", true),
    ("mccormick", "mccormick", true),
    ("styblinski-tang", "styblinski_tang", true),
    ("branin", "branin", true),
    ("peaks", "peaks", true),
    ("mueller-brown", "mueller_brown", true),
    ("rastrigin", "rastrigin_small", false),
    ("ackley", "ackley", false),
    // Listed as a minimum there, but sqrt has no derivative at the origin.
    ("dropwave", "dropwave", false),
    ("waves", "sin_cos", true),
    ("pseudo-huber", "pseudo_huber", true),
    ("crossed-valleys", "two_lines", true),
];

#[test]
fn points_agree_with_the_proved_ones() {
    let text = include_str!("data/known.json");
    let known: Vec<Known> = serde_json::from_str(text).unwrap_or_else(|error| panic!("known.json: {error}"));
    for (name, known_name, all) in SAME {
        let entry = find(name).unwrap_or_else(|| panic!("no landscape {name}"));
        let known = known.iter().find(|known| known.name == known_name).unwrap_or_else(|| panic!("no {known_name}"));
        let loss = loss_of(entry);
        let is_same = |a: [f64; 2], b: [f64; 2]| {
            (Vector::from(a) - Vector::from(b)).norm() <= 4.0 * f64::EPSILON * (1.0 + Vector::from(b).norm())
        };
        for point in &known.points {
            let off = (loss.value(Vector::from(point.w)) - point.value).abs();
            assert!(off <= 1e-12 * (1.0 + point.value.abs()), "{name} is not {known_name}: values differ by {off:e}");
            let listed = entry.points.iter().find(|listed| is_same(listed.w, point.w));
            assert!(
                !all || listed.is_some() || !entry.view.contains(Vector::from(point.w)),
                "{name} lacks {:?}",
                point.w
            );
            assert!(listed.is_none_or(|listed| listed.kind == point.kind), "{name}: the kind of {:?}", point.w);
        }
        // The crossing of two curves of critical points is a point of the curves to the reference.
        for listed in entry.points.iter().filter(|_| name != "crossed-valleys") {
            let is_known = known.points.iter().any(|point| is_same(point.w, listed.w));
            assert!(is_known || !known.view.contains(Vector::from(listed.w)), "{known_name} has no {:?}", listed.w);
        }
    }
}

/// The work of a search is bounded by its limit in any view: views of all sizes around what a landscape shows, in part
/// beside it. Work is counted in boxes and in calls of `cancel`, and not by a clock.
#[test]
fn the_work_is_bounded_in_any_view() {
    const LIMIT: usize = 3_000;
    // A sequence without a pattern (SplitMix64, Steele, Lea & Flood 2014).
    let mut state: u64 = 7;
    let mut random = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    for entry in catalogue() {
        let loss = loss_of(entry);
        for _ in 0..2 {
            let mut side = |[low, high]: [f64; 2]| {
                let width = (high - low) * libm::pow(10.0, 3.0 * random() - 2.0);
                let middle = low + (high - low) * (1.5 * random() - 0.25);
                [middle - width / 2.0, middle + width / 2.0]
            };
            let ([a, b], [c, d]) = (side(entry.view.w1), side(entry.view.w2));
            let view = View::new(a, b, c, d).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
            let mut search = Search::with_limit(&loss, &view, LIMIT);
            let asked = std::cell::Cell::new(0_usize);
            let count = || {
                asked.set(asked.get() + 1);
                false
            };
            let mut turns = 0;
            while !search.refine_unless(LIMIT, &count) {
                turns += 1;
                assert!(turns < 1_000, "{} on {view:?} does not end", entry.name);
            }
            assert!(asked.get() <= 40 * LIMIT, "{} on {view:?}: asked {} times", entry.name, asked.get());
        }
    }
}

thread_local! {
    static UNITS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Without boxes, a search does little, however long the formula: work is counted in starts, boxes and questions, of which each
/// evaluates the loss at most a hundred times, and no point is examined with many digits, which asks `cancel` first.
#[test]
fn a_budget_of_nothing_bounds_everything() {
    losscape::pause::pause_by(|| UNITS.set(UNITS.get() + 1));
    let decimal = |k: usize| (k * k * 7919 % 4001) as f64 / 1000.0 - 2.0;
    let dense = |degree: usize| {
        let powers = (0..=degree).flat_map(|i| (0..=degree - i).map(move |j| (i, j)));
        let term = |(k, (i, j)): (usize, (usize, usize))| format!("({:.3})*w1^{i}*w2^{j}", decimal(k + 1));
        powers.enumerate().map(term).collect::<Vec<_>>().join("+")
    };
    let waves = (1..400).map(|k| format!("sin({k}.{k}*w1-w2^{})^2", k % 7 + 1)).collect::<Vec<_>>().join("+");
    let squares = (1..200).map(|k| format!("({:.3}*w1^2+w2-{:.3}*w1*w2)^2", decimal(k), decimal(3 * k)));
    for formula in [
        waves,
        dense(12),
        dense(24),
        dense(27),
        squares.collect::<Vec<_>>().join("+"),
        "(1.5+0.3*w1+0.7*w2)^24-(0.1*w1-w2)^24".to_owned(),
        "((w1^2-w2^3-0.1)*(w2-w1^4+0.3)*(w1*w2-0.2))^2".to_owned(),
    ] {
        let loss = Loss::new(&formula, &BTreeMap::new()).unwrap_or_else(|error| panic!("{error}"));
        let view = View::new(-1.0, 1.0, -1.0, 1.0).unwrap_or_else(|error| panic!("{error}"));
        let mut search = Search::with_limit(&loss, &view, 0);
        let asked = std::cell::Cell::new(0_usize);
        let count = || {
            asked.set(asked.get() + 1);
            false
        };
        UNITS.set(0);
        while !search.refine_unless(10_000, &count) {}
        let work = UNITS.get() * loss.operations() * 100;
        let start = &formula[..formula.len().min(60)];
        assert!(UNITS.get() > 0 && work < 1_000_000_000, "{start}…: {} units, {work} operations", UNITS.get());
        assert!(asked.get() < 2_000, "{start}…: asked {} times", asked.get());
        assert!(!search.answer().complete);
    }
}

/// A ready moment names an optimizer with the settings that it has, and a rate beyond a limit only where there is one.
#[test]
fn ready_moments_can_be_shown() {
    let known: Vec<&str> = losscape::optimizer::OPTIMIZERS.iter().map(|optimizer| optimizer.name()).collect();
    for entry in losscape::study::entries() {
        let moments = entry.ready_moments();
        assert!((2..=3).contains(&moments.len()) || entry.limit().is_none(), "{} has {}", entry.name, moments.len());
        for moment in moments {
            assert!(known.contains(&moment.optimizer.as_str()), "{}: {}", entry.name, moment.optimizer);
            let mut run = losscape::optimizer::Run::new(&moment.optimizer);
            run.settings.extend(moment.settings.clone());
            let rate = moment.of_limit.zip(entry.limit()).map(|(factor, limit)| factor * limit);
            run.settings.extend(rate.map(|rate| ("learning_rate".to_owned(), rate)));
            assert!(run.check().is_ok(), "{}, {}: {:?}", entry.name, moment.title, run.check().err());
            let is_kind = |kind: &String| losscape::network::PLANES.iter().any(|plane| plane.name() == kind);
            assert!(moment.plane.as_ref().is_none_or(is_kind), "{}, {}", entry.name, moment.title);
            let is_known = |(optimizer, _): &(String, usize)| known.contains(&optimizer.as_str());
            assert!(moment.training.as_ref().is_none_or(is_known), "{}, {}", entry.name, moment.title);
        }
    }
}

/// The numbers in the catalogue's texts: each claim occurs in the words of its entry, and holds.
#[test]
fn what_is_taught_holds() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/catalogue-claims.toml");
    let lesson = losscape::lesson::load(&path).unwrap_or_else(|error| panic!("{error}"));
    assert!(lesson.steps.len() >= 35);
    for (step, result) in lesson.steps.iter().zip(losscape::lesson::evaluate_lesson(&lesson)) {
        let entry = find(&step.title).unwrap_or_else(|| panic!("{} is no landscape", step.title));
        assert_eq!(step.landscape.as_deref(), Some(entry.name.as_str()));
        for claim in &result.claims {
            assert!(
                entry.teaches.contains(&claim.says),
                "{}: “{}” is not in “{}”",
                entry.name,
                claim.says,
                entry.teaches
            );
            assert_eq!(claim.verdict, losscape::lesson::Verdict::Holds, "{}: {:?}", entry.name, claim);
        }
    }
}

/// The ranges of parameters are ranges, hold the entry's own value, and name its parameters.
#[test]
fn ranges_hold_their_parameter() {
    for entry in catalogue() {
        for (name, [low, high]) in &entry.ranges {
            let value = entry.parameters[name].value();
            assert!(low < high && *low <= value && value <= *high, "{}: {name}", entry.name);
        }
    }
}
