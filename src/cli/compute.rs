//! The commands that compute and list: `probe`, `points`, `trace`, `basins`, `landscapes`, `optimizers`, `datasets`.

use super::answers::{self, json, noted};
use super::args;
use super::drawing::{Drawing, Encoded, Format};
use super::output::Output;
use super::subject::Subject;
use super::{Failure, text};
use crate::critical::{CriticalPoints, Search, search};
use crate::dataset;
use crate::export::{self, FileFormat, TrajectoryJson};
use crate::network::NetworkRecipe;
use crate::optimizer::{OPTIMIZERS, Run};
use crate::study::{BasinMap, Findings, Reading, RunParts, Study, end_of, entries, field_of};
use std::path::Path;

/// Value, gradient, Hessian and curvature at one point.
pub fn probe(arguments: &args::Probe) -> Result<String, Failure> {
    let mut subject = Subject::of(&arguments.landscape)?;
    let w = subject.point(arguments.at);
    let reading = Reading::at(&subject.loss, w);
    match arguments.json {
        true => noted(&subject.loss, &answers::Probe::new(&subject.loss, &reading), subject.notes()),
        false => Ok(text::probe(&subject, &reading)),
    }
}

/// Boxes looked at between two questions whether the search has ended.
const SLICE: usize = 10_000;

/// The critical points in a view.
pub fn points(arguments: &args::Points) -> Result<String, Failure> {
    let subject = Subject::in_view(&arguments.landscape, arguments.view)?;
    let view = subject.view(arguments.view);
    let mut search = match arguments.budget {
        None => Search::new(&subject.loss, &view),
        Some(budget) => Search::with_limit(&subject.loss, &view, budget),
    };
    while !search.refine(SLICE) {}
    let found = search.answer();
    match arguments.json {
        true => noted(&subject.loss, &answers::Points::from(&found), subject.notes()),
        false => Ok(text::points(&subject, &view, &found)),
    }
}

/// The path of an optimizer.
pub fn trace(arguments: &args::Trace) -> Result<String, Failure> {
    let mut subject = Subject::of(&arguments.landscape)?;
    let run = run_of(&arguments.run, &subject, subject.examples_of_run())?;
    let form = Form::of(arguments.json, arguments.csv, arguments.output.as_deref());
    let output = form.output(arguments.output.as_deref(), arguments.force, &subject)?;
    let start = subject.start(arguments.start);
    let trajectory = subject.trace(start, &run).map_err(Failure::Usage)?;
    let end = end_of(&subject.loss, &subject.usual_view(), &trajectory);
    let answer = match form {
        Form::Json => noted(&subject.loss, &TrajectoryJson::new(&trajectory, &end), subject.notes())?,
        Form::Csv => export::trajectory_csv(&trajectory),
        Form::Text => text::trace(&subject, &run, &trajectory, &end),
    };
    put(answer, output)
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
    Csv,
}

impl Form {
    /// What was asked for, or else what the file's extension names.
    pub(super) fn of(json: bool, csv: bool, output: Option<&Path>) -> Form {
        let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
        match extension {
            _ if json => Form::Json,
            _ if csv => Form::Csv,
            Some("json") => Form::Json,
            Some("csv") => Form::Csv,
            _ => Form::Text,
        }
    }

    /// The file for an answer of this form, if it is to go to one, checked before any work.
    pub(super) fn output<'a>(
        self,
        path: Option<&'a Path>,
        force: bool,
        subject: &Subject,
    ) -> Result<Option<Output<'a>>, Failure> {
        let format = match self {
            Form::Text => FileFormat::Text,
            Form::Json => FileFormat::Json,
            Form::Csv => FileFormat::Csv,
        };
        output(path, format, force, subject)
    }
}

/// The file that is written of a subject, if any, checked before any work.
fn output<'a>(
    path: Option<&'a Path>,
    format: FileFormat,
    force: bool,
    subject: &Subject,
) -> Result<Option<Output<'a>>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let output = Output { path, format, force };
    let examples = subject.data.as_ref().and_then(|data| data.origin.clone());
    output.check(examples.as_slice())?;
    Ok(Some(output))
}

/// The answer for standard output: all of it, or nothing when it went to a file.
pub(super) fn put(answer: String, output: Option<Output<'_>>) -> Result<String, Failure> {
    let Some(output) = output else { return Ok(answer) };
    output.write(answer.as_bytes())?;
    Ok(String::new())
}

/// The basins of attraction of an optimizer in a view.
pub fn basins(arguments: &args::Basins) -> Result<String, Failure> {
    // Before any work: a wrong extension is known at once.
    let format = match &arguments.output {
        Some(path) if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) => None,
        Some(path) => Some(Format::of(path).map_err(|_| {
            let path = path.display();
            Failure::Usage(format!("a map of basins is written as .csv, .svg, .png or .pdf, not as '{path}'"))
        })?),
        None => None,
    };
    let subject = Subject::in_view(&arguments.landscape, arguments.view)?;
    let run = run_of(&arguments.run, &subject, subject.loss.examples())?;
    let output =
        output(arguments.output.as_deref(), format.map_or(FileFormat::Csv, Into::into), arguments.force, &subject)?;
    let view = subject.view(arguments.view);
    let points = search(&subject.loss, &view);
    let size = [arguments.size; 2];
    let map = crate::basins::basins(&subject.loss, &view, size, &run, &points).map_err(Failure::Usage)?;
    let mut notes = subject.notes();
    if let Some(output) = &output {
        let Encoded { bytes, note } = match format {
            None => Encoded { bytes: export::basins_csv(&map).into_bytes(), note: None },
            Some(format) => picture_of(&subject, map.clone(), points, arguments.theme, format)
                .map_err(|reason| Failure::Failed(format!("cannot draw {}: {reason}", output.path.display())))?,
        };
        note.iter().for_each(|note| super::note(note));
        notes.extend(note);
        output.write(&bytes)?;
    }
    match (arguments.json, &output) {
        (true, _) => noted(&subject.loss, &answers::BasinsAnswer::from(&map), notes),
        (false, Some(_)) => Ok(String::new()),
        (false, None) => Ok(text::basins(&subject, &map)),
    }
}

/// The picture of a map of basins: with contours and critical points, and without the path of a single run.
fn picture_of(
    subject: &Subject,
    map: crate::basins::Basins,
    points: CriticalPoints,
    theme: Option<args::ThemeArgument>,
    format: Format,
) -> Result<Encoded, String> {
    let mut study = Study::of_formula(&subject.formula, map.view);
    study.landscape.name = subject.entry.map(|entry| entry.name.clone());
    study.landscape.parameters = subject.parameters.clone();
    study.data = subject.data.clone();
    study.network = subject.network.clone().map(|network| NetworkRecipe { keep_runs_in_plane: true, ..network });
    study.start = subject.usual_start().unwrap_or(study.start);
    study.grid = subject.grid.clone();
    study.runs = vec![Run { shown: false, ..map.run().clone() }];
    study.picture.basins_of = Some(1);
    study.picture.theme = theme.map_or(study.picture.theme, Into::into);
    let loss = subject.loss.clone();
    let field = field_of(&study, &loss, 512, 512);
    let basins = Some(Ok(BasinMap::new(map)));
    let findings = Findings { basins, ..Findings::new(loss, field, points, vec![None]) };
    Drawing::of_size([1280, 720], 1.0, format).encoded(&study, &findings)
}

/// The run that the arguments ask for.
pub(super) fn run_of(arguments: &args::RunArguments, subject: &Subject, examples: usize) -> Result<Run, Failure> {
    let parts = RunParts {
        optimizer: arguments.optimizer,
        seed: arguments.seed,
        steps: arguments.steps,
        schedule: arguments.schedule,
        learning_rate: arguments.learning_rate,
        batch_size: arguments.batch_size,
        settings: &arguments.settings,
        suggested_rate: subject.suggested_rate(),
    };
    parts.run(examples).map_err(Failure::Usage)
}

/// The catalogue.
pub fn landscapes(arguments: &args::Listing) -> Result<String, Failure> {
    match arguments.json {
        true => json(&entries().map(answers::Landscape::from).collect::<Vec<_>>()),
        false => Ok(text::landscapes(entries())),
    }
}

/// The optimizers.
pub fn optimizers(arguments: &args::Listing) -> Result<String, Failure> {
    match arguments.json {
        true => {
            json(&OPTIMIZERS.iter().map(|optimizer| answers::OptimizerAnswer::from(*optimizer)).collect::<Vec<_>>())
        }
        false => Ok(text::optimizers()),
    }
}

/// The datasets that come with the program.
pub fn datasets(arguments: &args::Listing) -> Result<String, Failure> {
    match arguments.json {
        true => json(&dataset::standard().iter().map(answers::DatasetAnswer::from).collect::<Vec<_>>()),
        false => Ok(text::datasets(dataset::standard())),
    }
}
