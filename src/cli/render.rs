//! `losscape render`: the picture of a study as a file, without a display.

use super::Failure;
use super::args::colouring::{LevelsArgument, ScaleArgument};
use super::args::{ChartArgument, FormulaArguments, Render, Source};
use super::drawing::{Drawing, Encoded, Format, carried, carried_as, say_what_is_missing};
use super::output::{Output, inputs};
use super::subject::{Subject, data, loss};
use crate::dataset;
use crate::export::{Carried, FileFormat, tex};
use crate::landscape::{Loss, View};
use crate::optimizer::Run;
use crate::study::{Clock, Follow, Study, layers, loss_of};
use std::io::Read;
use std::path::Path;

/// Draws the picture and writes the file.
pub fn render(arguments: &Render) -> Result<String, Failure> {
    // Before any work: a wrong extension is known at once.
    let format = Format::of(&arguments.output)?;
    let study = study_of(arguments)?;
    let output = Output { path: &arguments.output, format: format.into(), force: arguments.force };
    let own = match &arguments.source {
        Some(Source::Study(path)) => Some(path.as_path()),
        _ => None,
    };
    if let Some(pages) = &arguments.pages {
        return super::pages::write(&study, arguments, pages, &output, &inputs(own, &study));
    }
    output.check(&inputs(own, &study))?;
    if arguments.tex {
        return write_with_labels(&study, arguments, format, &output);
    }
    output.write(&draw(&study, arguments, format)?)?;
    Ok(String::new())
}

/// The study that a source and a formula name, in a view if one is asked for.
pub(super) fn study_in(
    source: Option<&Source>,
    formula: &FormulaArguments,
    view: Option<View>,
) -> Result<Study, Failure> {
    let mut study = match source {
        Some(source @ (Source::Study(_) | Source::Link(_))) => {
            let mut study = super::link::study_in(source, formula.covers.or(view))?;
            study.landscape.parameters.extend(formula.parameters.iter().cloned());
            if let Some(source) = &formula.data {
                study.data = Some(data(source)?);
            }
            // What is to be said of the formula and the data is said here, too; of networks and grids there is nothing.
            if study.network.is_none() && study.grid.is_none() {
                let dataset = study.data.as_ref().map(|data| &data.dataset);
                let loss = loss(&study.landscape.formula, &study.landscape.parameters, dataset)?;
                loss.notes().iter().for_each(|note| super::note(note));
            }
            study
        }
        Some(Source::Entry(entry)) => {
            let subject = Subject::new(Some(*entry), formula)?;
            let mut study = Study::of_entry(entry);
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
        None => {
            let subject = Subject::new(None, formula)?;
            let mut study = Study::of_formula(&subject.formula, subject.view(view));
            if let (None, Some(fitting)) = (view, subject.fitted()) {
                study.start = fitting.start;
            }
            study.landscape.parameters = subject.parameters;
            study.data = subject.data;
            study
        }
    };
    if let Some(view) = view {
        study.view = view;
    }
    Ok(study)
}

/// The study that the arguments name, with what they change in it.
fn study_of(arguments: &Render) -> Result<Study, Failure> {
    let mut study = study_in(arguments.source.as_ref(), &arguments.formula, arguments.view)?;
    if let Some(step) = arguments.at_step {
        study.display.at = Some(step);
        study.display.clock = Clock::Steps;
    }
    if let Some(start) = arguments.start {
        start.note().iter().for_each(|note| super::note(note));
        study.start = start.w;
    }
    if let Some(theme) = arguments.theme {
        study.picture.theme = theme.into();
    }
    if let Some(quantity) = arguments.heat_map {
        study.picture.show(&layers::HEAT_MAP, true);
        study.picture.heat_map_of = quantity;
    }
    if let Some((parameter, range)) = &arguments.vary {
        let ordinate = study.display.follow.as_ref().map(|follow| follow.ordinate).unwrap_or_default();
        study.display.follow = Some(Follow { parameter: parameter.clone(), range: *range, ordinate });
    }
    if let Some(ordinate) = arguments.ordinate {
        let named = study.landscape.parameters.keys().next().cloned();
        let follow = study.display.follow.take().or_else(|| Some(Follow::usual(&study, &named?)));
        study.display.follow = follow.map(|follow| Follow { ordinate: ordinate.into(), ..follow });
    }
    if arguments.sign_regions {
        study.picture.show(&layers::SIGN_REGIONS, true);
    }
    colour(&mut study, arguments);
    arguments.surface.apply(&mut study);
    arguments.show.iter().for_each(|layer| study.picture.show(layer, true));
    arguments.hide.iter().for_each(|layer| study.picture.show(layer, false));
    if let Some(optimizer) = arguments.basins {
        let name = optimizer.name();
        let known = study.runs.iter().position(|run| run.optimizer == name);
        let index = known.unwrap_or_else(|| {
            study.runs.push(Run { shown: false, ..Run::new(name) });
            study.runs.len() - 1
        });
        study.picture.basins_of = Some(index + 1);
    }
    Ok(study)
}

/// Colours and levels that the arguments ask for.
fn colour(study: &mut Study, arguments: &Render) {
    let picture = &mut study.picture;
    if let Some(map) = arguments.colour_map {
        picture.colour_map = map.into();
    }
    for scale in &arguments.scale {
        if let ScaleArgument::Colours(scale) = scale {
            picture.colour_scale = *scale;
        }
    }
    match &arguments.levels {
        None => return,
        Some(LevelsArgument::Count(count)) => {
            picture.contour_levels = *count;
            picture.levels.clear();
        }
        Some(LevelsArgument::Own(levels)) => picture.levels.clone_from(levels),
    }
    // Who asks for levels asks for their lines.
    picture.show(&layers::CONTOURS, true);
}

/// Whether a file has labels for LaTeX. A pipe is not opened, which might wait for ever.
fn begins_as_labels(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = dataset::open(path).and_then(|file| file.take(tex::BEGINNING.len() as u64).read_to_end(&mut beginning));
    read.is_ok() && beginning == tex::BEGINNING.as_bytes()
}

/// Writes the picture without its text, and beside it the labels for LaTeX.
fn write_with_labels(
    study: &Study,
    arguments: &Render,
    format: Format,
    output: &Output<'_>,
) -> Result<String, Failure> {
    if format != Format::Pdf {
        return Err(Failure::Usage(format!(
            "the labels for LaTeX lie over a PDF, and '{}' is none",
            output.path.display()
        )));
    }
    let beside = output.path.with_extension("tex");
    let is_ours = begins_as_labels(&beside);
    if std::fs::symlink_metadata(&beside).is_ok() && !is_ours && !arguments.force {
        return Err(Failure::Failed(format!(
            "cannot write {}: there is another file already; --force replaces it",
            beside.display()
        )));
    }
    let drawing = Drawing::asked(arguments, format);
    let (findings, fineness) = drawing.findings(study)?;
    say_what_is_missing(study, &findings, fineness);
    let (scene, note) = drawing.scene(study, &findings, None);
    note.iter().for_each(|note| super::note(note));
    let bytes = drawing.bytes(&tex::without_text(&scene));
    let cannot_draw = |reason| Failure::Failed(format!("cannot draw {}: {reason}", output.path.display()));
    output.write(&bytes.map_err(cannot_draw)?)?;
    let name = output.path.file_name().unwrap_or_default().to_string_lossy();
    let labels = Output { path: &beside, format: FileFormat::Text, force: true };
    labels.write(tex::labels(&scene, &name).as_bytes())?;
    Ok(String::new())
}

fn draw(study: &Study, arguments: &Render, format: Format) -> Result<Vec<u8>, Failure> {
    let loss = match study.network.is_some() || study.grid.is_some() {
        true => loss_of(study).map_err(|error| Failure::Failed(error.to_string()))?,
        false => {
            let dataset = study.data.as_ref().map(|data| &data.dataset);
            loss(&study.landscape.formula, &study.landscape.parameters, dataset)?
        }
    };
    check_varied(&loss, arguments)?;
    let drawing = Drawing::asked(arguments, format);
    if let Some(ChartArgument(chart)) = arguments.chart {
        let Encoded { bytes, note } = super::chart::drawn(study, chart, &drawing)?;
        note.iter().for_each(|note| super::note(note));
        let record = Carried { chart: Some(chart.info().key.to_owned()), ..drawing.record() };
        return Ok(carried_as(&super::chart::showing(study, chart), arguments, record, bytes));
    }
    let (findings, fineness) = drawing.findings(study)?;
    if let Some(Err(reason)) = &findings.basins {
        return Err(Failure::Failed(format!("there is no map of basins: {reason}")));
    }
    say_what_is_missing(study, &findings, fineness);
    let Encoded { bytes, note } = drawing
        .encoded(study, &findings)
        .map_err(|reason| Failure::Failed(format!("cannot draw {}: {reason}", arguments.output.display())))?;
    note.iter().for_each(|note| super::note(note));
    Ok(carried(study, arguments, &drawing, bytes))
}

/// Whether the loss has the parameter that is to vary, and the range is one.
fn check_varied(loss: &Loss, arguments: &Render) -> Result<(), Failure> {
    match &arguments.vary {
        Some((name, _)) if !loss.parameter_names().contains(name) => {
            Err(Failure::Usage(format!("the formula has no parameter '{name}'")))
        }
        Some((name, [from, to])) if from >= to => Err(Failure::Usage(format!("the range of {name} is empty"))),
        _ => Ok(()),
    }
}
