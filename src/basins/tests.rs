//! Basins of known functions, and the outcomes of runs that end at no critical point.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::critical::search;
use crate::curvature::Kind;
use crate::optimizer::OPTIMIZERS;
use std::collections::BTreeMap;

const HIMMELBLAU: &str = "(w1^2 + w2 - 11)^2 + (w1 + w2^2 - 7)^2";

fn loss(formula: &str) -> Loss {
    Loss::new(formula, &BTreeMap::new()).unwrap()
}

fn run(optimizer: &str, settings: &[(&str, f64)]) -> Run {
    let mut run = Run::new(optimizer);
    for &(key, value) in settings {
        run.set(key, value).unwrap();
    }
    run
}

fn map_of(formula: &str, side: f64, size: [usize; 2], run: &Run) -> Basins {
    let loss = loss(formula);
    let view = View::new(-side, side, -side, side).unwrap();
    basins(&loss, &view, size, run, &search(&loss, &view)).unwrap()
}

/// The start of the cell with this index.
fn start(map: &Basins, index: usize) -> Vector {
    map.start_at(index % map.columns, index / map.columns)
}

/// On a quadratic every start of Newton's method is in one basin, one step away; gradient descent with η = ½ on
/// w1² + w2², too.
#[test]
fn a_quadratic_has_one_basin() {
    for (run, steps) in [(Run::new("newton"), 1), (run("gradient-descent", &[("learning_rate", 0.5)]), 1)] {
        let map = map_of("w1^2 + w2^2", 2.0, [9, 7], &run);
        assert_eq!(map.shares().ends, [1.0]);
        for (index, cell) in map.cells.iter().enumerate() {
            let expected = if start(&map, index) == Vector::zeros() { 0 } else { steps };
            assert_eq!((cell.outcome, cell.steps), (Outcome::At(0), expected));
        }
    }
}

/// Gradient descent with small steps separates the minima of (w1² − 1)² + w2² by the axis w1 = 0, which leads to the
/// saddle.
#[test]
fn two_minima_are_separated_by_the_stable_axis_of_the_saddle() {
    let map = map_of("(w1^2 - 1)^2 + w2^2", 1.5, [21, 11], &run("gradient-descent", &[("learning_rate", 0.05)]));
    for (index, cell) in map.cells.iter().enumerate() {
        let Outcome::At(attractor) = cell.outcome else { panic!("{cell:?}") };
        let end = &map.attractors()[attractor as usize];
        let start = start(&map, index);
        assert!((end.w - Vector::new(if start.x == 0.0 { 0.0 } else { start.x.signum() }, 0.0)).amax() < 1e-9);
        assert_eq!(end.kind, if start.x == 0.0 { Kind::Saddle } else { Kind::Minimum });
    }
}

/// Beside the axis of w1² − w2² gradient descent passes the saddle with a small gradient, and does not end there;
/// Newton's method does.
#[test]
fn a_run_that_passes_a_saddle_does_not_end_there() {
    let loss = loss("w1^2 - w2^2");
    let view = View::new(0.9, 1.1, -1e-20, 1e-20).unwrap();
    let points = search(&loss, &View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
    let shares = |run: &Run| basins(&loss, &view, [3, 3], run, &points).unwrap().shares();
    let descent = shares(&Run { steps: 1000, ..run("gradient-descent", &[("learning_rate", 0.1)]) });
    // The middle row of starts lies on the axis.
    assert!(
        (descent.ends[0] - 1.0 / 3.0).abs() < 1e-12 && (descent.false_stops - 2.0 / 3.0).abs() < 1e-12,
        "{descent:?}"
    );
    assert_eq!(shares(&Run::new("newton")).ends, [1.0]);
}

/// Newton's fractal on Himmelblau's function has nine basins; the shares of the kinds on [−6, 6]² were counted
/// independently on the same grid.
#[test]
fn newton_on_himmelblau_has_nine_basins() {
    let map = map_of(HIMMELBLAU, 6.0, [512, 512], &Run::new("newton"));
    let shares = map.shares();
    assert_eq!(map.attractors().len(), 9);
    assert!(shares.ends.iter().all(|share| *share > 0.01));
    let of = |kind: Kind| {
        let ends = map.attractors().iter().zip(&shares.ends).filter(|(end, _)| end.kind == kind);
        100.0 * ends.map(|(_, share)| share).sum::<f64>()
    };
    for (kind, expected) in [(Kind::Minimum, 64.3), (Kind::Saddle, 31.4), (Kind::Maximum, 4.3)] {
        assert!((of(kind) - expected).abs() < 0.3, "{kind:?}: {} % of {expected} %", of(kind));
    }
}

/// Each cell agrees with a recorded run from its start.
#[test]
fn cells_agree_with_runs() {
    let (loss, view) = (loss(HIMMELBLAU), View::new(-6.0, 6.0, -6.0, 6.0).unwrap());
    let points = search(&loss, &view);
    for optimizer in ["newton", "momentum", "lbfgs", "adam", "trust-region", "gradient-descent"] {
        let mut run = Run { steps: 1000, ..Run::new(optimizer) };
        match optimizer {
            "adam" => run.set("learning_rate", 0.3).unwrap(),
            "momentum" => run.set("learning_rate", 0.002).unwrap(),
            // A rate that falls by a schedule, so that the step depends on its number, too.
            "gradient-descent" => {
                run.set("learning_rate", 0.01).unwrap();
                run.schedule = crate::optimizer::Schedule::OverTime { tau: 300.0 };
            }
            _ => {}
        }
        let map = basins(&loss, &view, [13, 13], &run, &points).unwrap();
        let mut arrived = 0;
        for (index, cell) in map.cells.iter().enumerate() {
            let trajectory = crate::optimizer::trace(&loss, start(&map, index), &run).unwrap();
            let end = ends(&loss, &trajectory, &points);
            assert_eq!(cell.steps as usize, trajectory.len(), "{optimizer} from {}", start(&map, index));
            match cell.outcome {
                Outcome::At(attractor) => {
                    let attractor = &map.attractors()[attractor as usize];
                    let further = &trajectory.further;
                    assert_eq!(end.kind, Some(attractor.kind), "{optimizer} from {}: {further:?}", start(&map, index));
                    assert!((attractor.w - end.w).amax() < 1e-6);
                    arrived += 1;
                }
                outcome => assert_eq!((outcome, end.kind), (Outcome::Unfinished, None)),
            }
        }
        assert!(arrived > 100, "{optimizer}: {arrived}");
    }
}

/// Two minima on either side of a gap in which L is undefined, though its Hessian's formula is not: the reach of each
/// minimum ends at the gap, and each cell has the end of its run.
#[test]
fn nothing_reaches_across_a_gap() {
    let loss = loss("w1^2 + w2^2 - 1e-6*log((w1 - 0.03)*(w1 - 0.05))");
    let whole = View::new(-0.1, 0.1, -0.1, 0.1).unwrap();
    // Newton's method comes to the second one from nearby only.
    let beside_the_second = View::new(0.050_008, 0.050_014, -0.001, 0.001).unwrap();
    let (points, run) = (search(&loss, &whole), Run::new("newton"));
    let mut counts = vec![0; points.points.len()];
    for view in [whole, beside_the_second] {
        let map = basins(&loss, &view, [24, 24], &run, &points).unwrap();
        for (index, cell) in map.cells.iter().enumerate() {
            let end = ends(&loss, &crate::optimizer::trace(&loss, start(&map, index), &run).unwrap(), &points);
            let Outcome::At(attractor) = cell.outcome else {
                assert_eq!(end.kind, None, "{cell:?} from {}", start(&map, index));
                continue;
            };
            let at = map.attractors()[attractor as usize].w;
            assert!((at - end.w).amax() < 1e-6, "{at} and not {} from {}", end.w, start(&map, index));
            counts[attractor as usize] += 1;
        }
    }
    assert!(counts.len() == 2 && counts.iter().all(|count| *count > 100), "{counts:?}");
}

/// Runs that are computed in lanes have the bits of runs that are computed alone, for all kinds of ends and more starts
/// than lanes.
#[test]
fn lanes_are_single_runs() {
    let formulas = [
        HIMMELBLAU,
        "w1^4/4 - w1^2 + 2*w1 + w2^2",
        "(w1^2 - 1)^2/4 + w2^2/8",
        "-exp(-(w1-9)^2) + w2^2",
        "log(w1 - 2) + w2",
        "w1^3 - w2^2",
        "w1^2",
        "w1*w2",
        "sin(3*w1)*cos(2*w2) + w1*w2/5",
        "abs(w1) + w2^2",
        "exp(8*w1) - w2",
        "sqrt(w1 + 1) + w2^2",
        // Known to be finite as far as no run has left the useful range, and undefined beyond.
        "w1*w2 + sqrt(8e11 - w1)",
    ];
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for formula in formulas {
        let loss = loss(formula);
        let view = View::new(-6.0, 6.0, -6.0, 6.0).unwrap();
        let map = Basins::new(&loss, &view, [25, 25], &Run::new("newton"), &CriticalPoints::default()).unwrap();
        let starts: Vec<Vector> = (0..625).map(|index| start(&map, index)).collect();
        let rates = [0.001, 0.02, 0.3, 1.1, 3.0].map(|rate| run("gradient-descent", &[("learning_rate", rate)]));
        let newton = [Run::new("newton"), run("damped-newton", &[("damping", 0.3)])];
        for run in rates.into_iter().chain(newton) {
            for (steps, require_positive_definite) in [(200, false), (40, true), (1, false)] {
                let run = Run { steps, require_positive_definite, ..run.clone() };
                let prepared = Prepared::new(&loss, &run).unwrap();
                let in_lanes = lanes::run_ends(&loss, &prepared, prepared.step_formula().unwrap(), &starts, &|| false);
                let alone = runs::step_by_step(&loss, &prepared, &starts, false, &|| false).unwrap();
                for ((start, lane), single) in starts.iter().zip(in_lanes.unwrap()).zip(alone) {
                    let bits = |run_end: &RunEnd| (run_end.end.map(f64::to_bits), run_end.how, run_end.steps);
                    assert_eq!(bits(&lane), bits(&single), "{formula} from {start} under {run:?}");
                    *ends.entry(format!("{:?}", lane.how)).or_default() += 1;
                }
            }
        }
    }
    // With a schedule the step depends on its number, and is no formula of the point.
    let falling = Run { schedule: crate::optimizer::Schedule::Cosine, ..Run::new("gradient-descent") };
    assert_eq!(Prepared::new(&loss(HIMMELBLAU), &falling).unwrap().step_formula(), None);
    assert!(ends.len() == 5 && ends.values().all(|count| *count > 100), "{ends:?}");
}

/// The answer does not depend on slices, threads or the order of levels.
#[test]
fn slices_and_threads_change_nothing() {
    // With no point known, runs find all nine; and many on a loss that has one at nearly every half integer.
    let rastrigin = "20 + w1^2 - 10*cos(2*pi*w1) + w2^2 - 10*cos(2*pi*w2)";
    for (formula, count) in [(HIMMELBLAU, 9..10), (rastrigin, 300..4000)] {
        check_slices_and_threads(&loss(formula), count);
    }
}

fn check_slices_and_threads(loss: &Loss, count: Range<usize>) {
    let view = View::new(-6.0, 6.0, -6.0, 6.0).unwrap();
    let unknown = CriticalPoints::default();
    let several = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
    let whole = several.install(|| basins(loss, &view, [150, 90], &Run::new("newton"), &unknown).unwrap());
    assert!(count.contains(&whole.attractors().len()), "{}", whole.attractors().len());
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut sliced = Basins::new(loss, &view, [150, 90], &Run::new("newton"), &unknown).unwrap();
    let mut progress = 0.0;
    while !alone.install(|| sliced.refine(700)) {
        assert!(sliced.progress() > progress && sliced.progress() < 1.0);
        progress = sliced.progress();
    }
    assert_eq!(sliced.progress(), 1.0);
    assert_eq!((&sliced.cells, sliced.attractors()), (&whole.cells, whole.attractors()));
}

/// The first level is a whole image, and each level only adds to it.
#[test]
fn coarse_comes_first() {
    let (loss, view) = (loss(HIMMELBLAU), View::new(-6.0, 6.0, -6.0, 6.0).unwrap());
    let points = search(&loss, &view);
    let mut map = Basins::new(&loss, &view, [300, 200], &Run::new("newton"), &points).unwrap();
    assert_eq!(map.shown(0, 0).outcome, Outcome::Pending);
    map.refine(1);
    let shown: Vec<Cell> = (0..300).map(|column| map.shown(column, 100)).collect();
    assert!(shown.iter().all(|cell| cell.outcome != Outcome::Pending));
    let coarse = map.clone();
    while !map.refine(1) {}
    for (before, after) in coarse.cells.iter().zip(&map.cells) {
        assert!(before.outcome == Outcome::Pending || before == after);
    }
}

/// Cancelled work is dropped at once, and earlier results stay.
#[test]
fn work_can_be_cancelled() {
    let (loss, view) = (loss(HIMMELBLAU), View::new(-6.0, 6.0, -6.0, 6.0).unwrap());
    let mut map = Basins::new(&loss, &view, [256, 256], &Run::new("newton"), &CriticalPoints::default()).unwrap();
    map.refine(1);
    let before = map.cells.clone();
    assert!(!map.refine_unless(usize::MAX, &|| true));
    assert_eq!(map.cells, before);
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let later = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 20;
    assert!(!map.refine_unless(usize::MAX, &later));
    assert!(map.progress() < 0.5);
    while !map.refine(usize::MAX) {}
    let whole = basins(&loss, &view, [256, 256], &Run::new("newton"), &CriticalPoints::default()).unwrap();
    assert_eq!(map.cells, whole.cells);
}

/// Newton's method for w³ − 2w + 2 = 0 has the attracting cycle 0 ↔ 1, and gradient descent on (w² − 1)²/4 swings about
/// a minimum for good, where 1 − ηλ = 1 − 2η is a little below −1; with momentum that is where ηλ > 2 + 2β.
#[test]
fn cycles_are_recognised() {
    let newton = map_of("w1^4/4 - w1^2 + 2*w1 + w2^2", 0.05, [5, 5], &Run::new("newton"));
    assert_eq!(newton.shares().cycles, 1.0);
    let swinging = run("gradient-descent", &[("learning_rate", 1.1)]);
    let descent = map_of("(w1^2 - 1)^2/4 + w2^2/8", 0.5, [4, 3], &swinging);
    assert_eq!(descent.shares().cycles, 1.0);
    let ball = run("momentum", &[("learning_rate", 1.4), ("momentum", 0.3)]);
    let heavy = map_of("(w1^2 - 1)^2/4 + w2^2/8", 0.5, [4, 3], &Run { steps: 2000, ..ball });
    assert_eq!(heavy.shares().cycles, 1.0, "{:?}", heavy.cells);
    // A slow run is not in a cycle, although its steps are tiny.
    let creeping = map_of("w1^2 + w2^2", 1.0, [5, 5], &run("gradient-descent", &[("learning_rate", 1e-7)]));
    assert_eq!(creeping.shares().unfinished, 24.0 / 25.0);
}

/// The outcomes of runs that reach no critical point.
#[test]
fn ends_that_are_none() {
    let only = |formula: &str, run: &Run| {
        let shares = map_of(formula, 1.0, [6, 6], run).shares();
        [shares.diverged, shares.false_stops, shares.broken, shares.unfinished]
    };
    let descent = |rate: f64| run("gradient-descent", &[("learning_rate", rate)]);
    assert_eq!(only("w1^2 + w2^2", &descent(3.0)), [1.0, 0.0, 0.0, 0.0]);
    // In the tail of e^(−w1²) the gradient is below any tolerance, and no critical point is near.
    assert_eq!(only("-exp(-(w1-9)^2) + w2^2", &descent(0.3)), [0.0, 1.0, 0.0, 0.0]);
    assert_eq!(only("w1 + w2^2", &Run::new("newton")), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(only("log(w1 - 2) + w2", &descent(0.1)), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(only("w1 + w2^2", &descent(0.1)), [0.0, 0.0, 0.0, 1.0]);
}

/// Ends on a curve of critical points are one attractor, ends at a degenerate point are recognised from afar, and ends
/// outside the view are found.
#[test]
fn curves_degenerate_points_and_points_outside() {
    let curve = map_of("(w1*w2 - 1)^2/2", 2.0, [8, 8], &run("gradient-descent", &[("learning_rate", 0.05)]));
    let ends = curve.attractors().iter().zip(curve.shares().ends);
    let on_curves: f64 = ends.filter(|(end, _)| matches!(end.origin, Some(Origin::Curve(_)))).map(|(_, s)| s).sum();
    assert!(on_curves > 0.7, "{on_curves}");
    // The saddle, two branches in view, and what goes on of them outside.
    assert_eq!(curve.attractors().len(), 4, "{:?}", curve.attractors());
    let slow = Run { steps: 100_000, gradient_tolerance: 1e-6, ..run("gradient-descent", &[("learning_rate", 0.05)]) };
    let degenerate = map_of("w1^4 + w2^4", 1.0, [4, 4], &slow);
    assert_eq!(degenerate.shares().ends, [1.0]);
    let outside = map_of("(w1 - 5)^2 + (w2 + 5)^2", 1.0, [4, 4], &Run::new("newton"));
    assert_eq!(outside.shares().ends, [1.0]);
    assert_eq!((outside.attractors()[0].w, outside.attractors()[0].origin), (Vector::new(5.0, -5.0), None));
}

/// With a positive definite Hessian required Newton's method stays at a saddle until its step limit, and the map says
/// where it is.
#[test]
fn runs_that_stay_at_a_point_belong_to_it() {
    let staying = Run { require_positive_definite: true, steps: 50, ..Run::new("newton") };
    let map = map_of("w1^2 - w2^2", 1.0, [4, 4], &staying);
    assert_eq!(map.shares().ends, [1.0]);
    assert_eq!(map.attractors()[0].kind, Kind::Saddle);
}

#[test]
fn every_optimizer_has_basins() {
    for optimizer in OPTIMIZERS {
        let map = map_of("(w1^2 - 1)^2 + w2^2", 1.5, [6, 6], &Run { steps: 20, ..Run::new(optimizer.name()) });
        let shares = map.shares();
        let rest = [shares.cycles, shares.diverged, shares.false_stops, shares.broken, shares.unfinished];
        assert!((shares.ends.iter().chain(&rest).sum::<f64>() - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_has_no_map_is_refused() {
    let (loss, view) = (loss("w1^2"), View::new(0.0, 1.0, 0.0, 1.0).unwrap());
    let none = CriticalPoints::default();
    let refused = |size, run: &Run| Basins::new(&loss, &view, size, run, &none).err().unwrap();
    assert!(refused([0, 5], &Run::new("newton")).contains("1 to 4096"));
    assert!(refused([5, 5000], &Run::new("newton")).contains("1 to 4096"));
    assert!(refused([5, 5], &Run::new("nothing")).contains("no optimizer"));
    let contradictory = run("gradient-descent-wolfe", &[("c1", 0.4), ("c2", 0.2)]);
    assert!(refused([5, 5], &contradictory).contains("c2 ≥ c1"));
}

/// The stable curves of the saddles between two minima are the borders of the basins of gradient flow: every point of a
/// curve has starts of different basins within a pixel, and every border has a curve within a pixel.
#[test]
fn stable_curves_are_the_borders_of_the_basins() {
    let six_hump = "(4-2.1*w1^2+w1^4/3)*w1^2+w1*w2+(-4+4*w2^2)*w2^2";
    for (formula, side) in [(HIMMELBLAU, 5.0), ("(w1^2-1)^2+0.3*w1+w2^2/2+w1*w2", 2.0), (six_hump, 1.9)] {
        let pixels = 120;
        let flow = Run { steps: 1000, ..run("gradient-flow", &[]) };
        let map = map_of(formula, side, [pixels, pixels], &flow);
        let pixel = 2.0 * side / (pixels - 1) as f64;
        let graph = crate::saddles::saddle_graph(&loss(formula), &map.view);
        let parts = |saddle: &&crate::saddles::Saddle| saddle.unstable[0].end != saddle.unstable[1].end;
        let curves = graph.saddles.iter().filter(parts).flat_map(|saddle| &saddle.stable);
        // Points along the curves, a quarter of a pixel apart.
        let mut points: Vec<Vector> = Vec::new();
        for curve in curves {
            for pair in curve.polyline.windows(2) {
                let steps = ((pair[1] - pair[0]).norm() / (0.25 * pixel)).ceil().clamp(1.0, 1e4);
                points.extend((0..steps as usize).map(|k| pair[0].lerp(&pair[1], k as f64 / steps)));
            }
        }
        points.retain(|w| w.amax() < side - pixel);
        assert!(points.len() > pixels, "{formula}");
        let at = |column: usize, row: usize| map.cells[row * pixels + column].outcome;
        let lost = points.iter().filter(|w| {
            let [x, y] = [w.x, w.y].map(|place| ((place + side) / pixel).floor() as usize);
            let near = |place: usize| place.saturating_sub(1)..=(place + 2).min(pixels - 1);
            let first = at(x, y);
            // Starts of the cell around the point, and those a pixel around it.
            near(y).all(|row| near(x).all(|column| at(column, row) == first))
        });
        assert_eq!(lost.count(), 0, "{formula}: a curve that bounds nothing");
        for row in 1..pixels - 2 {
            for column in 1..pixels - 2 {
                for (other_column, other_row) in [(column + 1, row), (column, row + 1)] {
                    if at(column, row) == at(other_column, other_row) {
                        continue;
                    }
                    let middle = 0.5 * (map.start_at(column, row) + map.start_at(other_column, other_row));
                    let distance = points.iter().map(|w| (w - middle).norm()).fold(f64::INFINITY, f64::min);
                    assert!(distance < pixel, "{formula}: a border at {middle} without a curve, {}", distance / pixel);
                }
            }
        }
    }
}

/// In the tail of an exponential ∇L underflows, and every run rests at once. No point there is critical, and none is an attractor.
#[test]
fn a_tail_that_underflows_attracts_nothing() {
    for (formula, view) in [
        ("1-exp(-w1^2-w2^2)", View::new(-60.0, 60.0, -60.0, 60.0)),
        ("exp(-w1^2-w2^2)", View::new(20.0, 90.0, -30.0, 40.0)),
        ("w1^2*exp(-w1^2-w2^2)", View::new(25.0, 60.0, 3.0, 40.0)),
        ("w1^3+exp(-w1^2-w2^2)", View::new(0.0, 60.0, 30.0, 40.0)),
    ] {
        let (loss, view) = (Loss::new(formula, &BTreeMap::new()).unwrap(), view.unwrap());
        let points = search(&loss, &view);
        for optimizer in ["momentum", "gradient-descent", "newton"] {
            let mut run = Run::new(optimizer);
            run.steps = 50;
            let map = basins(&loss, &view, [12, 12], &run, &points).unwrap();
            let rests = |attractor: &Attractor| attractor.w.norm() > 20.0 && !attractor.is_proved;
            assert!(!map.attractors().iter().any(rests), "{formula}, {optimizer}: {:?}", map.attractors());
            assert!(optimizer != "gradient-descent" || map.shares().false_stops > 0.5 || formula.starts_with("w1^3"));
        }
    }
    // Where L is constant, a run rests at a critical point.
    let loss = Loss::new("relu(w1)^3+relu(w2)^3", &BTreeMap::new()).unwrap();
    let view = View::new(-3.0, -1.0, -3.0, -1.0).unwrap();
    let map = basins(&loss, &view, [4, 4], &Run::new("gradient-descent"), &CriticalPoints::default()).unwrap();
    assert_eq!(map.attractors().len(), 1);
}
