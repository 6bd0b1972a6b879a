//! No claim that an adversary can refute: functions are drawn with the program's weak places in mind, their critical
//! points are known by construction, and every claim of every answer is held against them.
//!
//! A claim that is not made is no fault, but the share of what is decided is counted. `LOSSCAPE_SOUNDNESS_SECONDS=3600`
//! draws on for an hour, `LOSSCAPE_SOUNDNESS_FROM=n` begins with another seed than usual, and `LOSSCAPE_SOUNDNESS_FAMILY=name`
//! asks only the questions about points of one family; `LOSSCAPE_SOUNDNESS_SEED=n` repeats the case of a failure.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "soundness/answer.rs"]
mod answer;
#[path = "soundness/checks.rs"]
mod checks;
#[path = "soundness/compose.rs"]
mod compose;
#[path = "soundness/exact.rs"]
mod exact;
#[path = "soundness/families.rs"]
mod families;
#[path = "soundness/formula.rs"]
mod formula;
#[path = "soundness/levels.rs"]
mod levels;
#[path = "soundness/numbers.rs"]
mod numbers;
#[path = "soundness/probes.rs"]
mod probes;
#[path = "soundness/process.rs"]
mod process;
#[path = "soundness/profile.rs"]
mod profile;
#[path = "soundness/random.rs"]
mod random;
#[path = "soundness/report.rs"]
mod report;
#[path = "soundness/traces.rs"]
mod traces;
#[path = "soundness/truth.rs"]
mod truth;

use report::Report;
use std::time::{Duration, Instant};

/// The first seed; the cases of a run have this one and those that follow.
const SEED: u64 = 20_261_128;
const CASES: u64 = 2_000;
/// How many questions of each sort go to the command line.
const PROCESSES: u64 = 150;

/// Asks the questions of the seeds of a run; or of the one seed, or for as long, as the environment says.
fn run(cases: u64, ask: impl Fn(&mut Report, u64)) -> Report {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let mut report = Report::default();
    if let Some(seed) = number("LOSSCAPE_SOUNDNESS_SEED") {
        ask(&mut report, seed);
        return report;
    }
    let begun = Instant::now();
    let seconds = Duration::from_secs(number("LOSSCAPE_SOUNDNESS_SECONDS").unwrap_or(0));
    let cases = number("LOSSCAPE_SOUNDNESS_CASES").unwrap_or(cases);
    let first = number("LOSSCAPE_SOUNDNESS_FROM").unwrap_or(SEED);
    for seed in first.. {
        if seed >= first + cases && begun.elapsed() >= seconds {
            break;
        }
        ask(&mut report, seed);
    }
    report
}

#[test]
fn no_claim_about_points_is_false() {
    run(CASES, Report::ask).conclude();
}

#[test]
fn the_command_line_says_nothing_false_about_points() {
    run(PROCESSES / 3, Report::ask_process).conclude();
}

#[test]
fn probe_says_nothing_false() {
    run(PROCESSES, |report, seed| report.ask_by("probe", seed, probes::ask)).conclude();
}

#[test]
fn endings_of_runs_are_true() {
    run(2 * PROCESSES, |report, seed| report.ask_by("trace", seed, traces::ask)).conclude();
}

/// The truths themselves: where the derivatives of a formula are exact, its critical points have a gradient of 0 and the
/// Hessian that was computed another way.
#[test]
fn truths_are_true() {
    let mut checked = 0;
    for seed in 0..1_000 {
        let case = families::draw(seed);
        for point in &case.truth.points {
            let [x, y] = &point.w;
            if !(x.is_point() && y.is_point()) {
                continue;
            }
            let Some(jet) = case.formula.jet(&[x.low.clone(), y.low.clone()]) else { continue };
            assert!(jet.gradient.iter().all(exact::Rational::is_zero), "seed {seed}: {}", case.command());
            if let Some(hessian) = &point.hessian {
                let same =
                    hessian.iter().zip(&jet.hessian).all(|(range, entry)| range.low <= *entry && *entry <= range.high);
                assert!(same, "seed {seed}: {}", case.command());
            }
            if let Some(value) = &point.value {
                assert!(value.low <= jet.value && jet.value <= value.high, "seed {seed}: {}", case.command());
            }
            checked += 1;
        }
    }
    assert!(checked > 1_000, "{checked} points");
}
