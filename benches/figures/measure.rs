//! Rounds, medians, and lines of output.

use super::subject::Subject;
use std::time::{Duration, Instant};

/// The fewest rounds of a figure; more are made until it has run for [`ENOUGH`].
const ROUNDS: usize = 9;
const MOST_ROUNDS: usize = 200;
const ENOUGH: Duration = Duration::from_millis(400);
/// A round repeats the work until it lasts as long as this, so that the clock's own steps do not show.
const SHORTEST_ROUND: Duration = Duration::from_micros(500);

/// Where figures go.
pub struct Report {
    /// Whether they are written as JSON.
    pub json: bool,
    /// Do the work so many times and report nothing.
    pub rounds: Option<u32>,
}

impl Report {
    /// Measures some work in milliseconds.
    pub fn milliseconds(&self, figure: &str, subject: &Subject, size: usize, work: impl FnMut()) {
        self.line(figure, subject, size, work, 1e3, "ms");
    }

    /// Measures some work in microseconds.
    pub fn microseconds(&self, figure: &str, subject: &Subject, size: usize, work: impl FnMut()) {
        self.line(figure, subject, size, work, 1e6, "µs");
    }

    fn line(&self, figure: &str, subject: &Subject, size: usize, mut work: impl FnMut(), scale: f64, unit: &str) {
        if let Some(rounds) = self.rounds {
            (0..rounds).for_each(|_| work());
            return;
        }
        let [median, minimum] = rounds(work).map(|seconds| scale * seconds);
        self.numbers(figure, subject, size, [median, minimum], unit);
    }

    /// Prints a median and a minimum.
    pub fn numbers(&self, figure: &str, subject: &Subject, size: usize, [median, minimum]: [f64; 2], unit: &str) {
        let name = &subject.name;
        if self.rounds.is_some() {
            return;
        }
        if self.json {
            let line = serde_json::json!({
                "figure": figure, "formula": name, "size": size, "median": median, "minimum": minimum, "unit": unit,
            });
            println!("{line}");
        } else {
            println!("{figure:<32} {name:<12} {size:>6} {median:>12.4} {minimum:>12.4} {unit}");
        }
    }
}

/// The median and the least duration of one piece of work, in seconds.
pub fn rounds(mut work: impl FnMut()) -> [f64; 2] {
    work();
    let mut repeats = 1u32;
    let mut timed = |repeats: u32| {
        let begin = Instant::now();
        (0..repeats).for_each(|_| work());
        begin.elapsed()
    };
    while timed(repeats) < SHORTEST_ROUND && repeats < 1 << 20 {
        repeats *= 2;
    }
    let begin = Instant::now();
    let mut durations = Vec::new();
    while durations.len() < ROUNDS || (begin.elapsed() < ENOUGH && durations.len() < MOST_ROUNDS) {
        durations.push(timed(repeats).as_secs_f64() / f64::from(repeats));
    }
    durations.sort_by(f64::total_cmp);
    [durations[durations.len() / 2], durations[0]]
}

/// Starts the program again on so many cores, where `taskset` can do that.
pub fn pin_to_cores(count: usize) {
    const PINNED: &str = "LOSSCAPE_FIGURES_PINNED";
    if std::env::var_os(PINNED).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    // The last cores are those that the system itself uses least.
    let all = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let cores: Vec<String> = (all.saturating_sub(count)..all).map(|core| core.to_string()).collect();
    let mut command = std::process::Command::new("taskset");
    command.arg("-c").arg(cores.join(",")).arg(program).args(std::env::args().skip(1)).env(PINNED, "1");
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => eprintln!("not held to {count} core(s): taskset: {error}"),
    }
}
