//! Evaluates lessons.

use super::claims::{Claim, ClaimResult, Verdict};
use super::file::{Lesson, Step, Task};
use super::situation::Situation;
use super::subjects::{Asserted, StepEvaluation};
use serde::Serialize;

/// A step with its claims.
#[derive(Clone, Debug, Serialize)]
pub struct StepResult {
    /// The step's title.
    pub title: String,
    /// Its claims.
    pub claims: Vec<ClaimResult>,
    /// Its exercise, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskResult>,
    /// Why its question has no right answer; absent if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

/// The result of an exercise, which must not hold on the step and must hold on its solution.
#[derive(Clone, Debug, Serialize)]
pub struct TaskResult {
    /// The text of the exercise.
    pub ask: String,
    /// Whether it is open on the step as it is.
    pub open: bool,
    /// Whether its solution solves it.
    pub solved: bool,
    /// The claims on the solution.
    pub claims: Vec<ClaimResult>,
    /// What differs from the step in a study that was handed in, although the exercise does not ask for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<String>,
}

impl TaskResult {
    /// Whether the exercise is as it should be.
    pub fn holds(&self) -> bool {
        self.open && self.solved
    }
}

impl StepResult {
    /// Whether all claims hold, the exercise fails on the step and holds on its solution, and the question has an answer.
    pub fn holds(&self) -> bool {
        self.question.is_none()
            && self.claims.iter().all(|claim| claim.verdict == Verdict::Holds)
            && self.task.as_ref().is_none_or(TaskResult::holds)
    }
}

/// All steps of a lesson.
pub fn evaluate_lesson(lesson: &Lesson) -> Vec<StepResult> {
    lesson.steps.iter().map(evaluate_step).collect()
}

fn evaluate_step(step: &Step) -> StepResult {
    let task = step.task.as_ref().map(|task| {
        let claims = evaluate_task(task, Situation::of_step(&step.solved(&task.solution)));
        let open = !all_hold(&evaluate_task(task, Situation::of_step(step)));
        TaskResult { ask: task.ask.clone(), open, solved: all_hold(&claims), claims, differs: Vec::new() }
    });
    let mut place = StepEvaluation::new(Situation::of_step(step));
    let claims = step.claims.iter().map(|claim| evaluate_claim(claim, &mut place)).collect();
    let question = step.predict.as_ref().and_then(|predict| predict.fault(&mut place).err());
    StepResult { title: step.title.clone(), claims, task, question }
}

/// The claims of a step on the step itself.
pub fn evaluate_claims_of(step: &Step) -> Vec<ClaimResult> {
    evaluate_claims(&step.claims, Situation::of_step(step))
}

/// The assertions of an exercise.
pub fn evaluate_task(task: &Task, situation: Situation) -> Vec<ClaimResult> {
    evaluate_claims(&task.claims, situation)
}

fn all_hold(claims: &[ClaimResult]) -> bool {
    claims.iter().all(|claim| claim.verdict == Verdict::Holds)
}

fn evaluate_claims(claims: &[Claim], situation: Situation) -> Vec<ClaimResult> {
    let mut place = StepEvaluation::new(situation);
    claims.iter().map(|claim| evaluate_claim(claim, &mut place)).collect()
}

/// Evaluates a claim. It fails if an assertion fails, and is undecided if an assertion is undecided and none fails.
pub fn evaluate_claim(claim: &Claim, place: &mut StepEvaluation) -> ClaimResult {
    let asserted = place.asserted(claim);
    let mut verdict = Verdict::Holds;
    let written = |(key, value): &(String, toml::Value)| (key.clone(), serde_json::to_value(value).unwrap_or_default());
    let expected: serde_json::Map<_, _> = claim.assertions.iter().map(written).collect();
    let mut found = serde_json::Map::new();
    let mut unmet = Vec::new();
    match asserted {
        Ok(asserted) => {
            for ((key, _), Asserted { verdict: one, found: what }) in claim.assertions.iter().zip(asserted) {
                verdict = verdict.and(one);
                if one != Verdict::Holds {
                    unmet.push(key.clone());
                }
                found.insert(key.clone(), what);
            }
        }
        Err(reason) => {
            verdict = Verdict::Fails;
            found.insert("error".to_owned(), reason.into());
        }
    }
    ClaimResult { says: claim.says.clone(), verdict, expected, found, unmet }
}
