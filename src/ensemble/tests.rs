//! Ensembles compared with their runs, and with mathematics about noise.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::critical::search;
use crate::curvature::Kind;
use crate::dataset;
use crate::landscape::View;
use crate::optimizer::{choice, trace};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A sharp minimum near (1, 0) and a flat one near (−1, 0).
const SHARP_FLAT: &str = "1 - 0.9*exp(-((w1-1)^2 + w2^2)/0.02) - 0.9*exp(-((w1+1)^2 + w2^2)/0.5) + 0.05*(w1^2 + w2^2)";

fn loss(formula: &str) -> Loss {
    Loss::new(formula, &BTreeMap::new()).unwrap()
}

fn run(optimizer: &str, settings: &[(&str, f64)], steps: usize) -> Run {
    let mut run = Run { steps, ..Run::new(optimizer) };
    settings.iter().for_each(|(key, value)| run.set(key, *value).unwrap());
    run
}

fn all_at_one(runs: usize) -> Plan {
    Plan { runs, scatter: Scatter::None }
}

/// Member k is the trace with the seed s + k: with Gaussian noise, with minibatches, with Hessians, diverging,
/// converging.
#[test]
fn every_member_is_the_trace_with_its_seed() {
    let regression = dataset::find("noisy-line").unwrap();
    let regression = Loss::with_data("(w1*x + w2 - y)^2", &BTreeMap::new(), &regression.dataset).unwrap();
    let minibatch = choice("noise_from", "minibatch").unwrap();
    let well = loss(SHARP_FLAT);
    for (loss, start, mut run, scatter) in [
        (&well, Vector::new(1.0, 0.0), run("sgd", &[("learning_rate", 0.01), ("noise", 5.0)], 700), Scatter::None),
        (
            &regression,
            Vector::new(3.0, 1.0),
            run("sgd", &[("learning_rate", 0.1), ("noise_from", minibatch), ("batch_size", 3.0)], 100),
            Scatter::None,
        ),
        (&well, Vector::zeros(), run("newton", &[], 50), Scatter::Gaussian(0.5)),
        (&well, Vector::zeros(), run("adam", &[("learning_rate", 0.05)], 300), Scatter::Uniform(1.0)),
        (&well, Vector::zeros(), run("gradient-descent", &[("learning_rate", 50.0)], 100), Scatter::Uniform(1.0)),
        (&loss("log(w1) + w2^2"), Vector::new(1.0, 1.0), run("sgd", &[("noise", 2.0)], 80), Scatter::Uniform(0.5)),
    ] {
        run.seed = 40;
        let ensemble = ensemble(loss, start, &run, Plan { runs: 150, scatter }, None).unwrap();
        let mut farthest: f64 = 0.0;
        for (k, member) in ensemble.members().iter().enumerate() {
            let seeded = Run { seed: 40 + k as u64, ..run.clone() };
            let alone = trace(loss, member.start, &seeded).unwrap();
            let last = alone.end().w;
            assert_eq!(member.seed, seeded.seed);
            assert_eq!((member.stop, member.steps), (alone.stop, alone.len()), "{} {k}", run.optimizer);
            assert_eq!(member.end.map(f64::to_bits), last.map(f64::to_bits), "{} {k}", run.optimizer);
            let far = alone.steps.iter().map(|step| (step.w - start).norm_squared()).fold(0.0, f64::max).sqrt();
            assert_eq!(member.farthest, far, "{} {k}", run.optimizer);
            farthest = farthest.max((member.start - start).norm());
            let path = ensemble.paths().get(k).map(|path| &path.points);
            let points = path.unwrap();
            assert!(points[0] == member.start && points.last() == Some(&member.end));
            assert!(points.len() <= Ensemble::POINTS + 2);
        }
        assert_eq!(farthest > 0.0, scatter != Scatter::None);
        assert!(!matches!(scatter, Scatter::Uniform(radius) if farthest > radius));
    }
}

/// The mean of the traces. Ended runs count with their last point, and diverged runs are left out.
#[test]
fn the_mean_path_is_the_mean_of_the_paths() {
    let well = loss("(w1^2 - 1)^2 + w2^2");
    for run in [
        run("sgd", &[("learning_rate", 0.05), ("noise", 1.0)], 60),
        // From the far starts it diverges, from the near ones it converges.
        run("gradient-descent", &[("learning_rate", 0.2)], 200),
    ] {
        let plan = Plan { runs: 200, scatter: Scatter::Uniform(2.5) };
        let ensemble = ensemble(&well, Vector::new(0.5, 0.0), &run, plan, None).unwrap();
        let traces = ensemble
            .members()
            .iter()
            .map(|member| trace(&well, member.start, &Run { seed: member.seed, ..run.clone() }).unwrap());
        let traces: Vec<_> = traces.collect();
        let means = ensemble.mean_path();
        assert_eq!(means.len(), traces.iter().map(|path| path.steps.len()).max().unwrap());
        for (k, mean) in means.iter().enumerate() {
            let there = traces.iter().filter_map(|path| match path.steps.get(k) {
                // The point by which a run left, at which L or ∇L has overflowed, does not count.
                Some(step) if !(step.loss.is_finite() && step.gradient_norm.is_finite()) => None,
                Some(step) => Some(step.w),
                None => (path.stop != StopReason::Diverged).then(|| path.end().w),
            });
            let there: Vec<Vector> = there.collect();
            let expected = there.iter().sum::<Vector>() / there.len() as f64;
            assert!((mean - expected).norm() <= 1e-12 * (1.0 + expected.norm()), "step {k}: {mean} and {expected}");
        }
    }
}

/// Slices, threads and a cancelled attempt change nothing.
#[test]
fn the_answer_is_the_same_however_it_is_computed() {
    let well = loss(SHARP_FLAT);
    let points = search(&well, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
    let run = run("sgd", &[("learning_rate", 0.01), ("noise", 5.0)], 300);
    let new = || Ensemble::new(&well, Vector::new(1.0, 0.0), &run, all_at_one(700), Some(&points)).unwrap();
    let mut whole = new();
    assert!(whole.refine(usize::MAX));
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut sliced = new();
        pool.install(|| {
            let mut last = 0.0;
            while !sliced.refine(100) {
                assert!(sliced.progress() > last && sliced.progress() < 1.0);
                last = sliced.progress();
                let asked = AtomicUsize::new(0);
                assert!(!sliced.refine_unless(usize::MAX, &|| asked.fetch_add(1, Ordering::Relaxed) > 20));
            }
        });
        assert_eq!(sliced.members(), whole.members());
        assert_eq!(sliced.mean_path(), whole.mean_path());
        assert_eq!(sliced.paths(), whole.paths());
        assert_eq!(sliced.counts(), whole.counts());
    }
}

/// A noisy run counts for the point to which gradient flow leads from its last point: in the double well (w1² − 1)² +
/// w2² that is the minimum on the side where it is. All runs are counted.
#[test]
fn noisy_runs_count_for_the_minimum_that_they_are_above() {
    let well = loss("(w1^2 - 1)^2 + w2^2");
    let points = search(&well, &View::new(-2.0, 2.0, -2.0, 2.0).unwrap());
    let run = run("sgd", &[("learning_rate", 0.05), ("noise", 6.0)], 400);
    for known in [&points, &CriticalPoints::default()] {
        let ensemble = ensemble(&well, Vector::new(1.0, 0.5), &run, all_at_one(300), Some(known)).unwrap();
        let mut sides = [0; 2];
        for member in ensemble.members() {
            let Outcome::At(index) = member.outcome else { panic!("{member:?}") };
            let end = &ensemble.attractors()[index as usize];
            assert_eq!(end.kind, Kind::Minimum);
            assert!((end.w - Vector::new(member.end.x.signum(), 0.0)).norm() <= 1e-6, "{member:?}");
            sides[usize::from(member.end.x > 0.0)] += 1;
        }
        assert!(sides.iter().all(|count| *count > 50), "{sides:?}");
        assert_eq!(ensemble.counts().ends.iter().sum::<usize>(), 300);
    }
}

/// The flow is the one that the optimizer `gradient-flow` integrates.
#[test]
fn the_flow_leads_where_gradient_flow_leads() {
    let peaks = crate::landscape::catalogue::find("himmelblau").unwrap();
    let (himmelblau, view) = (peaks.loss().unwrap(), View::new(-5.0, 5.0, -5.0, 5.0).unwrap());
    let points = search(&himmelblau, &view);
    let mut destinations = Destinations::new(&himmelblau, &points);
    let mut normals = Normals::new(3);
    let starts: Vec<Vector> = (0..60).map(|_| 2.0 * normals.pair()).collect();
    let arrivals = destinations.flow(&starts, &|| false).unwrap();
    let flow = run("gradient-flow", &[("learning_rate", 0.02)], 2000);
    for (start, arrival) in starts.iter().zip(&arrivals) {
        let Outcome::At(index) = destinations.enter(arrival) else { panic!("{start}") };
        let end = trace(&himmelblau, *start, &flow).unwrap().end().w;
        assert!((destinations.attractors()[index as usize].w - end).norm() <= 1e-5, "{start}: {end}");
    }
    assert!(destinations.flow(&starts, &|| true).is_none());
}

#[test]
fn ends_of_runs_that_stop_are_theirs() {
    // w1² − w2² from starts beside the axis: gradient descent diverges, Newton's method comes to the saddle.
    let saddle = loss("w1^2 - w2^2");
    let plan = Plan { runs: 50, scatter: Scatter::Gaussian(0.3) };
    let of = |run: &Run| ensemble(&saddle, Vector::new(1.0, 1.0), run, plan, Some(&CriticalPoints::default())).unwrap();
    let descent = of(&run("gradient-descent", &[("learning_rate", 0.3)], 300));
    assert_eq!(descent.counts(), Counts { diverged: 50, ..Counts::default() });
    let newton = of(&run("newton", &[], 10));
    assert_eq!((newton.counts().ends, newton.attractors()[0].kind), (vec![50], Kind::Saddle));
    let short = of(&run("gradient-descent", &[("learning_rate", 0.01)], 5));
    assert_eq!(short.counts(), Counts { unfinished: 50, ..Counts::default() });
}

#[test]
fn what_is_no_ensemble_is_refused() {
    let bowl = loss("w1^2 + w2^2");
    let new = |start: [f64; 2], run: &Run, plan: Plan| {
        Ensemble::new(&bowl, Vector::from(start), run, plan, None).err().unwrap()
    };
    let sgd = Run::new("sgd");
    assert!(new([0.0, 0.0], &sgd, all_at_one(0)).contains("1 to 100000 runs, not 0"));
    assert!(new([0.0, f64::NAN], &sgd, all_at_one(3)).contains("two finite numbers"));
    assert!(new([0.0, 0.0], &sgd, Plan { runs: 3, scatter: Scatter::Uniform(-1.0) }).contains("not -1"));
    let minibatch = run("sgd", &[("noise_from", choice("noise_from", "minibatch").unwrap())], 10);
    assert!(new([0.0, 0.0], &minibatch, all_at_one(3)).contains("this loss has no data"));
}

/// Wilson's 95 % interval, computed with 30 digits by mpmath.
#[test]
fn wilsons_interval() {
    for (count, of, low, high) in [
        (0, 10, 0.0, 0.277_532_799_862_889),
        (5, 10, 0.236_593_090_512_564, 0.763_406_909_487_436),
        (10, 10, 0.722_467_200_137_111, 1.0),
        (384, 400, 0.936_017_752_282_159, 0.975_230_936_930_288),
    ] {
        let [a, b] = Share { count, of }.interval();
        assert!((a - low).abs() <= 1e-12 && (b - high).abs() <= 1e-12, "{count} of {of}: {a} to {b}");
    }
    assert_eq!(Share { count: 0, of: 0 }.interval(), [0.0, 1.0]);
}

/// Noise leaves the sharp minimum, and not the flat one: 400 seeds, η = 0.01, 20,000 steps from (1, 0). The barrier is
/// practically never crossed at σ ≤ 3 and soon at σ = 5, where about 96 % are on the other side at the end.
#[test]
fn noise_leaves_the_sharp_minimum() {
    let well = loss(SHARP_FLAT);
    let sgd = run("sgd", &[("learning_rate", 0.01)], 20_000);
    let mut experiment =
        Experiment::new(&well, Vector::new(1.0, 0.0), &sgd, all_at_one(400), ("noise", &[1.0, 3.0, 5.0]), 0.5).unwrap();
    while !experiment.refine(1) {
        assert!(experiment.progress() < 1.0);
    }
    assert_eq!(experiment.progress(), 1.0);
    let values: Vec<f64> = experiment.rows.iter().map(|row| row.value).collect();
    assert_eq!(values, [1.0, 3.0, 5.0]);
    let [one, three, five] = experiment.rows.as_slice() else { panic!("three rows") };
    assert_eq!((one.ever.count, three.ever.count, five.ever.count), (0, 0, 400));
    assert_eq!((one.at_end.count, three.at_end.count), (0, 0));
    // 0.96 ± three standard errors of 400 runs.
    assert!((five.at_end.value() - 0.96).abs() <= 0.03, "{:?}", five.at_end);
}
