//! Lessons: data in which every claim is an assertion. They are evaluated here for the command line, the tests and the
//! window.
//!
//! A lesson has steps, a step has a landscape with runs, and claims. A claim has a sentence and asserts something about
//! exactly one subject: a point, the critical points, a run, an ensemble, basins, a network, a saddle's curves, the way
//! out of a minimum, branches over a parameter. An expected number is exact (to a relative 1e-6, 0 up to rounding, whole numbers exactly)
//! or a range `[low, high]`. There are three verdicts: a claim holds, fails, or is undecided, if no proof was found or
//! a confidence interval straddles a bound.

mod claims;
mod crowd_subjects;
mod evaluate;
mod file;
mod handed_in;
mod limits;
mod links;
mod physics_findings;
mod physics_subjects;
mod point_subjects;
mod question;
mod situation;
mod subjects;
#[cfg(test)]
mod tests;
mod values;
#[cfg(test)]
mod verdict_tests;
mod vocabulary;
mod withheld;
mod words;
mod work;

pub use claims::{Claim, ClaimResult, Subject, Verdict};
pub use evaluate::{StepResult, TaskResult, evaluate_claim, evaluate_claims_of, evaluate_lesson, evaluate_task};
pub use file::{
    Lesson, LessonError, Predict, RunSpec, Step, Task, from_bytes, from_toml, is_lesson, is_lesson_text, load,
};
pub use handed_in::strays;
pub use links::{Link, links, without_links};
pub use question::{Answer, Guess};
pub use situation::Situation;
pub use subjects::StepEvaluation;
pub use withheld::{NO_CLAIM, Withheld};
pub use words::choice_in_words;

use std::sync::LazyLock;

/// The lessons that come with the program, by their names, in the order in which they are taught.
pub fn lessons() -> &'static [(&'static str, Lesson)] {
    static ALL: LazyLock<Vec<(&'static str, Lesson)>> = LazyLock::new(|| {
        // The files are part of the program, and tests read all of them, so no user can see this panic.
        let read = |(name, text): (&'static str, &str)| (name, from_toml(text).expect("assets/lessons has lessons"));
        TEXTS.into_iter().map(read).collect()
    });
    &ALL
}

/// The texts of the lessons.
pub const TEXTS: [(&str, &str); 10] = [
    ("fog", include_str!("../../assets/lessons/01-fog.toml")),
    ("curvature", include_str!("../../assets/lessons/02-curvature.toml")),
    ("kinds", include_str!("../../assets/lessons/03-kinds.toml")),
    ("regression", include_str!("../../assets/lessons/04-regression.toml")),
    ("composition", include_str!("../../assets/lessons/05-composition.toml")),
    ("speed-limit", include_str!("../../assets/lessons/06-speed-limit.toml")),
    ("newton", include_str!("../../assets/lessons/07-newton.toml")),
    ("products", include_str!("../../assets/lessons/08-products.toml")),
    ("noise", include_str!("../../assets/lessons/09-noise.toml")),
    ("neighbours", include_str!("../../assets/lessons/10-neighbours.toml")),
];

/// A lesson to begin with.
pub const TEMPLATE: &str = include_str!("../../assets/lessons/template.toml");
