//! The claims of lessons, evaluated again after something was changed.

use super::measure::{Report, rounds};
use super::subject::Subject;
use losscape::landscape::catalogue::{Entry, catalogue};
use losscape::lesson::{Claim, Situation, Step, StepEvaluation, Subject as About, evaluate_claim, from_toml, lessons};
use std::hint::black_box;

/// The claims of a step about points of the plane and runs, as the window evaluates them after the learning rate of a run
/// has changed: what was known of the other runs is kept; goal: 30 ms.
///
/// There is one line for each lesson and one for the catalogue, with the median and the minimum of the slowest step, and
/// how many claims it has. On the catalogue's landscapes the claims are about the start point and about gradient descent
/// from there. All is measured beside the first subject only.
pub fn claims(subject: &Subject, report: &Report) {
    if subject.name != "cubic" {
        return;
    }
    for (name, lesson) in lessons() {
        slowest(&format!("claims {name}"), lesson.steps.iter().collect(), subject, report);
    }
    let lessons: Vec<_> = catalogue().iter().filter_map(|entry| from_toml(&step_about(entry)).ok()).collect();
    assert_eq!(lessons.len(), catalogue().len(), "each landscape has a step");
    let steps = lessons.iter().flat_map(|lesson| &lesson.steps);
    slowest("claims on the catalogue", steps.collect(), subject, report);
}

fn step_about(entry: &Entry) -> String {
    let [x, y] = entry.start;
    let (name, rate) = (&entry.name, entry.learning_rate);
    format!(
        "title = \"claims\"\n[[step]]\ntitle = \"{name}\"\nlandscape = \"{name}\"\n\
         run.gd = {{ optimizer = \"gradient-descent\", learning_rate = {rate}, steps = 1000 }}\n\
         [[step.claim]]\nsays = \"point\"\nat = [{x}, {y}]\nvalue = 1\ngradient = [1, 1]\ncurvature = \"indefinite\"\ncritical = true\n\
         [[step.claim]]\nsays = \"run\"\nrun = \"gd\"\nends = \"minimum\"\nsteps = 10\nmonotone = true\n"
    )
}

/// The step that takes longest.
fn slowest(figure: &str, steps: Vec<&Step>, subject: &Subject, report: &Report) {
    let is_quick = |claim: &&Claim| matches!(claim.subject, About::At(_) | About::Run(_));
    let mut worst = (String::new(), [0.0; 2], 0);
    for step in steps {
        let claims: Vec<&Claim> = step.claims.iter().filter(is_quick).collect();
        let Ok(before) = step.study() else { continue };
        if claims.is_empty() {
            continue;
        }
        let mut known = StepEvaluation::new(Situation::of_study(&before, step));
        evaluate(&claims, &mut known);
        for index in 0..before.runs.len().max(1) {
            let mut study = before.clone();
            let rate = study.runs.get_mut(index).and_then(|run| run.settings.get_mut("learning_rate"));
            rate.into_iter().for_each(|rate| *rate *= 0.999);
            let measured = rounds(|| {
                let mut place = StepEvaluation::new(Situation::of_study(&study, step));
                place.keep(&known);
                evaluate(&claims, &mut place);
            });
            let measured = measured.map(|seconds| 1e3 * seconds);
            if measured[0] > worst.1[0] {
                worst = (step.title.clone(), measured, claims.len());
            }
        }
    }
    let (title, measured, count) = worst;
    report.numbers(figure, &subject.named(&title), count, measured, "ms");
}

fn evaluate(claims: &[&Claim], place: &mut StepEvaluation) {
    for claim in claims {
        black_box(evaluate_claim(claim, place));
    }
}
