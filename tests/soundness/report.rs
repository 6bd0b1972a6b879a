//! What came out of a run: counts for each family, and each sort of fault with its examples.

use super::answer::{Answer, asked};
use super::checks::{Decided, Fault, check};
use super::families::draw;
use super::process::Question;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many examples of each sort of fault are shown.
const SHOWN: usize = 4;

#[derive(Default)]
struct Family {
    cases: usize,
    decided: usize,
    rational: usize,
    rational_decided: usize,
    degenerate: usize,
    described: usize,
    faulty: usize,
    time: Duration,
}

#[derive(Default)]
pub struct Report {
    families: BTreeMap<&'static str, Family>,
    faults: BTreeMap<(&'static str, &'static str), Vec<String>>,
}

impl Report {
    /// Draws the case of a seed, asks the program, and checks what it says.
    pub fn ask(&mut self, seed: u64) {
        let case = draw(seed);
        if std::env::var("LOSSCAPE_SOUNDNESS_FAMILY").is_ok_and(|family| family != case.family) {
            return;
        }
        let begun = Instant::now();
        let answer = asked(&case);
        let time = begun.elapsed();
        let (faults, decided) = match answer {
            Ok(answer) => check(&case, &answer),
            Err(error) => (vec![Fault { sort: "no answer", what: error }], Decided::default()),
        };
        let family = self.families.entry(case.family).or_default();
        family.decided += usize::from(decided.everything);
        family.rational += usize::from(case.is_rational);
        family.rational_decided += usize::from(case.is_rational && decided.everything);
        family.degenerate += decided.degenerate;
        family.described += decided.described;
        self.note(case.family, seed, &case.command(), decided.everything, faults, time);
    }

    /// The same question to the command line, whose JSON must say what is true as well.
    pub fn ask_process(&mut self, seed: u64) {
        let case = draw(seed);
        let [a, b, c, d] = case.view;
        let view = format!("--view={a:?},{b:?},{c:?},{d:?}");
        let question = Question::new("points", &case).with(view).with(format!("--budget={}", case.budget));
        let begun = Instant::now();
        let answer = question.answer().and_then(|text| Answer::from_json(&text));
        let time = begun.elapsed();
        let faults = match answer {
            Ok(answer) => check(&case, &answer).0,
            Err(error) => vec![Fault { sort: "no answer", what: error }],
        };
        self.note("points --json", seed, &question.typed(), false, faults, time);
    }

    /// Asks what a function of a seed asks, and takes down what was false.
    pub fn ask_by(&mut self, family: &'static str, seed: u64, ask: fn(u64) -> (String, Vec<Fault>)) {
        let begun = Instant::now();
        let (command, faults) = ask(seed);
        self.note(family, seed, &command, false, faults, begun.elapsed());
    }

    fn note(
        &mut self,
        name: &'static str,
        seed: u64,
        command: &str,
        decided: bool,
        faults: Vec<Fault>,
        time: Duration,
    ) {
        let family = self.families.entry(name).or_default();
        family.cases += 1;
        family.time += time;
        family.faulty += usize::from(!faults.is_empty());
        if std::env::var_os("LOSSCAPE_SOUNDNESS_VERBOSE").is_some() {
            println!("{seed} {name:?} {decided} {} {time:?} {command}", faults.len());
        }
        for fault in faults {
            let place = self.faults.entry((fault.sort, name)).or_default();
            place.push(format!("seed {seed}: {}\n      {command}", fault.what));
        }
    }

    /// Prints the counts, and fails with the examples where a claim was false.
    pub fn conclude(self) {
        println!(
            "{:<28} {:>6} {:>8} {:>17} {:>22} {:>7} {:>8}",
            "family", "cases", "decided", "rational, decided", "degenerate, described", "faulty", "seconds"
        );
        let mut total = Family::default();
        for (name, family) in &self.families {
            let Family { cases, decided, rational, rational_decided, degenerate, described, faulty, time } = family;
            println!(
                "{name:<28} {cases:>6} {decided:>8} {rational:>8} {rational_decided:>8} {degenerate:>11} {described:>10} \
                 {faulty:>7} {:>8.1}",
                time.as_secs_f64()
            );
            total.cases += cases;
            total.rational += rational;
            total.rational_decided += rational_decided;
            total.decided += decided;
            total.faulty += faulty;
            total.time += *time;
        }
        println!(
            "{} cases in {:.1} s, {} decided; of {} polynomials and quotients of them {} are decided; {} with a false claim",
            total.cases,
            total.time.as_secs_f64(),
            total.decided,
            total.rational,
            total.rational_decided,
            total.faulty
        );
        let mut text = String::new();
        for ((sort, family), examples) in &self.faults {
            text += &format!("\n{sort} [{family}]: {} times\n", examples.len());
            for example in examples.iter().take(SHOWN) {
                text += &format!("  {example}\n");
            }
        }
        assert!(self.faults.is_empty(), "{} of {} cases have a false claim\n{text}", total.faulty, total.cases);
        if total.rational > 100 {
            let share = total.rational_decided as f64 / total.rational as f64;
            assert!(share >= 0.9, "of polynomials and quotients of them only {:.1} % are decided", 100.0 * share);
        }
    }
}
