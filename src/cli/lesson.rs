//! `losscape lesson` and `losscape lessons`.

use super::Failure;
use super::answers::json;
use super::args::{Listing, Source};
use super::drawing::Format;
use super::output::Output;
use crate::export::{FileFormat, handout};
use crate::lesson::{
    ClaimResult, Lesson, Situation, StepResult, TEMPLATE, TaskResult, Verdict, evaluate_lesson, evaluate_task, lessons,
    load as load_lesson, strays,
};
use crate::study::Study;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// `losscape lesson`.
#[derive(clap::Subcommand)]
pub enum LessonCommand {
    /// Evaluates every claim of lessons; the exit status is 1 unless all hold
    Check(Check),
    /// Writes a lesson to begin with
    New(New),
    /// Writes a lesson on paper: text, pictures, claims with their verdicts, questions with room to write
    Print(Print),
}

/// `losscape lesson check`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape lesson check
  losscape lesson check my-lesson.toml --json
  losscape lesson check speed-limit --study hand-in.toml")]
pub struct Check {
    /// Files, or names from `losscape lessons`; all lessons that come with the program without any
    #[arg(value_name = "FILE|NAME", value_hint = clap::ValueHint::FilePath)]
    pub lessons: Vec<PathBuf>,
    /// Evaluate the exercises on this study, which somebody has handed in, and nothing else
    #[arg(long, value_name = "STUDY.toml|PICTURE|LINK", value_parser = super::args::SourceParser, hide_possible_values = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub study: Option<Source>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape lesson print`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape lesson print speed-limit -o handout.pdf
  losscape lesson print my-lesson.toml -o answers.pdf --answers")]
pub struct Print {
    /// A file, or a name from `losscape lessons`
    #[arg(value_name = "FILE|NAME", value_hint = clap::ValueHint::FilePath)]
    pub lesson: PathBuf,
    /// The PDF
    #[arg(short, long, value_name = "FILE.pdf", value_hint = clap::ValueHint::FilePath)]
    pub output: PathBuf,
    /// Write the answers of questions, the solutions of exercises, and all runs and claims
    #[arg(long)]
    pub answers: bool,
    /// Replace a file that is no PDF
    #[arg(long)]
    pub force: bool,
}

/// `losscape lesson new`.
#[derive(clap::Args)]
#[command(after_help = "Example:
  losscape lesson new my-lesson.toml")]
pub struct New {
    /// The file
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub file: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
}

/// Does what is asked of lessons.
pub fn lesson(command: &LessonCommand) -> Result<String, Failure> {
    match command {
        LessonCommand::Check(arguments) => check(arguments),
        LessonCommand::Print(arguments) => print(arguments),
        LessonCommand::New(arguments) => {
            let output = Output { path: &arguments.file, format: FileFormat::Lesson, force: arguments.force };
            if arguments.file.exists() && !arguments.force {
                let path = arguments.file.display();
                return Err(Failure::Failed(format!("cannot write {path}: it is there already; --force replaces it")));
            }
            output.write(TEMPLATE.as_bytes())?;
            Ok(String::new())
        }
    }
}

fn print(arguments: &Print) -> Result<String, Failure> {
    if Format::of(&arguments.output)? != Format::Pdf {
        return Err(Failure::Usage("a handout is a PDF: -o handout.pdf".to_owned()));
    }
    let lesson = read(&arguments.lesson)?;
    let output = Output { path: &arguments.output, format: FileFormat::Pdf, force: arguments.force };
    output.check(std::slice::from_ref(&arguments.lesson))?;
    let bytes = handout(&lesson, arguments.answers)
        .map_err(|reason| Failure::Failed(format!("cannot print the lesson: {reason}")))?;
    output.write(&bytes)?;
    Ok(String::new())
}

#[derive(Serialize)]
struct ListedLesson {
    name: &'static str,
    title: &'static str,
    audience: &'static str,
    minutes: u32,
    steps: usize,
    claims: usize,
}

/// The lessons that come with the program.
pub fn lessons_listed(arguments: &Listing) -> Result<String, Failure> {
    let listed = lessons().iter().map(|(name, lesson)| ListedLesson {
        name,
        title: &lesson.title,
        audience: &lesson.audience,
        minutes: lesson.minutes,
        steps: lesson.steps.len(),
        claims: lesson.steps.iter().map(|step| step.claims.len()).sum(),
    });
    if arguments.json {
        return json(&listed.collect::<Vec<_>>());
    }
    let line = |lesson: ListedLesson| {
        format!("{:12} {}: {} steps, {} claims\n", lesson.name, lesson.title, lesson.steps, lesson.claims)
    };
    Ok(listed.map(line).collect())
}

#[derive(Serialize)]
struct CheckAnswer {
    steps: Vec<CheckedStep>,
}

#[derive(Serialize)]
struct CheckedStep {
    lesson: String,
    #[serde(flatten)]
    result: StepResult,
}

fn check(arguments: &Check) -> Result<String, Failure> {
    let chosen = chosen(&arguments.lessons)?;
    if let Some(source) = &arguments.study {
        return check_study(&chosen, &super::link::study_of(source)?, arguments.json);
    }
    let mut steps = Vec::new();
    for lesson in &chosen {
        let results = evaluate_lesson(lesson);
        steps.extend(results.into_iter().map(|result| CheckedStep { lesson: lesson.title.clone(), result }));
    }
    let holds = steps.iter().all(|step| step.result.holds());
    let text = if arguments.json { json(&CheckAnswer { steps })? } else { shown(&steps) };
    if holds { Ok(text) } else { Err(Failure::Answered(text)) }
}

/// The lessons with these names or in these files; all that come with the program without any.
fn chosen(named: &[PathBuf]) -> Result<Vec<Lesson>, Failure> {
    if named.is_empty() {
        return Ok(lessons().iter().map(|(_, lesson)| lesson.clone()).collect());
    }
    named.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Lesson, Failure> {
    let known = lessons().iter().find(|(name, _)| path.as_os_str() == *name && !path.exists());
    if let Some((_, lesson)) = known {
        return Ok(lesson.clone());
    }
    load_lesson(path).map_err(|reason| Failure::Failed(format!("cannot read the lesson {}: {reason}", path.display())))
}

/// The exercises on a study that was handed in.
fn check_study(lessons: &[Lesson], study: &Study, as_json: bool) -> Result<String, Failure> {
    let mut steps = Vec::new();
    for lesson in lessons {
        for step in &lesson.steps {
            let Some(task) = &step.task else { continue };
            let claims = evaluate_task(task, Situation::of_study(study, step));
            let differs = strays(step, task, study);
            let solved = differs.is_empty() && claims.iter().all(|claim| claim.verdict == Verdict::Holds);
            let task = TaskResult { ask: task.ask.clone(), open: true, solved, claims, differs };
            let result = StepResult { title: step.title.clone(), claims: Vec::new(), task: Some(task), question: None };
            steps.push(CheckedStep { lesson: lesson.title.clone(), result });
        }
    }
    if steps.is_empty() {
        return Err(Failure::Usage("these lessons have no exercise".to_owned()));
    }
    let holds = steps.iter().all(|step| step.result.holds());
    let text = if as_json { json(&CheckAnswer { steps })? } else { shown(&steps) };
    if holds { Ok(text) } else { Err(Failure::Answered(text)) }
}

fn shown(steps: &[CheckedStep]) -> String {
    let mut text = String::new();
    let mut lesson = "";
    for step in steps {
        if step.lesson != lesson {
            lesson = &step.lesson;
            text += &format!("{lesson}\n");
        }
        text += &format!("  {}\n", step.result.title);
        text.extend(step.result.claims.iter().map(claim_shown));
        if let Some(reason) = &step.result.question {
            text += &format!("    question  {reason}\n");
        }
        if let Some(task) = &step.result.task {
            let state = match (task.open, task.solved) {
                (_, false) => "not solved",
                (true, true) => "solved",
                (false, true) => "solved before anything is changed",
            };
            text += &format!("    exercise  {state:10} {}\n", task.ask);
            text.extend(task.differs.iter().map(|reason| format!("              {reason}\n")));
            if !task.solved {
                text.extend(task.claims.iter().map(claim_shown));
            }
        }
    }
    text
}

fn claim_shown(claim: &ClaimResult) -> String {
    let word = match claim.verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "fails",
        Verdict::Undecided => "undecided",
    };
    let mut line = format!("    {word:9} {}\n", claim.says);
    if claim.verdict != Verdict::Holds {
        let text = |map: &serde_json::Map<String, serde_json::Value>| serde_json::to_string(map).unwrap_or_default();
        line += &format!(
            "              expected {}\n              found    {}\n",
            text(&claim.expected),
            text(&claim.found)
        );
    }
    line
}
