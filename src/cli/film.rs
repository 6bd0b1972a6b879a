//! `losscape film`: a film of a study, without a display.

use super::Failure;
use super::args::surface::SurfaceArguments;
use super::args::{
    FormulaArguments, LayerParser, Place, Source, SourceParser, ThemeArgument, number, place, size, view,
};
use super::output::{Output, inputs};
use super::render::study_in;
use crate::export::{
    self, FileFormat, Film, FilmFormat, FilmOptions, HOLDS, Numbered, RATES, Script, Swept, write_film,
};
use crate::landscape::View;
use crate::study::{Clock, LayerSwitch, Study};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

/// `losscape film`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape film himmelblau -o run.gif
  losscape film cubic --surface --turn -o turn.apng
  losscape film fold --sweep a=-1..1 --seconds 4 -o fold.gif
  losscape film ravine --sweep learning_rate=0.001..0.021 -o rate.mp4
  losscape film lecture.toml --by gradients -o frame-%04d.png

A film is written whole or not at all. GIF, APNG and numbered PNGs need no other program; MP4 and WebM are made by ffmpeg, where it
is installed. A GIF has one palette for all frames: 95 of 100 pixels differ from the frame by at most 3 in CIEDE2000.")]
pub struct Arguments {
    /// A study file, or a name from `losscape landscapes`
    #[arg(value_name = "STUDY.toml|LANDSCAPE", value_parser = SourceParser, hide_possible_values = true)]
    #[arg(required_unless_present = "formula", conflicts_with = "formula", value_hint = clap::ValueHint::FilePath)]
    source: Option<Source>,
    #[command(flatten)]
    formula: FormulaArguments,
    /// The view w1 minimum, w1 maximum, w2 minimum, w2 maximum, instead of the study's or the catalogue's
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    view: Option<View>,
    /// Where the runs start, instead of the study's or the catalogue's start
    #[arg(long, value_name = "W1,W2", value_parser = place, allow_hyphen_values = true)]
    start: Option<Place>,
    /// The file: run.gif, run.apng, frame-%04d.png, run.mp4 or run.webm
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: PathBuf,
    /// Replace a file that is of another format than what is written
    #[arg(long)]
    force: bool,
    /// Sweep a parameter of the formula, or learning_rate, from one value to another; everything is computed for each frame
    #[arg(long, value_name = "NAME=FROM..TO", value_parser = sweep, conflicts_with = "turn", allow_hyphen_values = true)]
    sweep: Option<(Swept, [f64; 2])>,
    /// Turn the camera once around the surface
    #[arg(long)]
    turn: bool,
    /// Play the runs step by step, or by what they have evaluated in units of one gradient
    #[arg(long, value_name = "CLOCK", conflicts_with_all = ["sweep", "turn"])]
    by: Option<ClockArgument>,
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", value_parser = size, default_value = "960x720")]
    size: [usize; 2],
    /// Frames a second
    #[arg(long, value_name = "RATE", value_parser = rate, allow_hyphen_values = true, default_value = "20")]
    fps: f64,
    /// How long the film is, without the seconds for which its ends are held; the default is a frame a step up to 10 seconds for
    /// runs, and 6 seconds for everything else
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_hyphen_values = true)]
    seconds: Option<f64>,
    /// Seconds for which the first and the last frame are held; a turn is not held
    #[arg(long, value_name = "FIRST,LAST", value_parser = hold, allow_hyphen_values = true)]
    hold: Option<[f64; 2]>,
    /// Mix the colours of a GIF from those of its palette
    #[arg(long)]
    dither: bool,
    /// Dark on light, or light on dark; the default is the study's
    #[arg(long)]
    theme: Option<ThemeArgument>,
    /// Show a layer of the picture, such as descent_arrows (repeat for several)
    #[arg(long, value_name = "LAYER", value_parser = LayerParser, hide_possible_values = true)]
    show: Vec<&'static LayerSwitch>,
    /// Hide a layer of the picture, such as heat_map (repeat for several)
    #[arg(long, value_name = "LAYER", value_parser = LayerParser, hide_possible_values = true)]
    hide: Vec<&'static LayerSwitch>,
    #[command(flatten)]
    surface: SurfaceArguments,
}

/// By what runs keep step with each other.
#[derive(Clone, Copy, clap::ValueEnum)]
enum ClockArgument {
    /// Step by step
    Steps,
    /// By evaluations
    Gradients,
}

/// Makes the film and writes it.
pub fn film(arguments: &Arguments) -> Result<String, Failure> {
    // Before any work: what cannot be written is known at once.
    let format = format(arguments)?;
    let mut study = study_in(arguments.source.as_ref(), &arguments.formula, arguments.view)?;
    apply(arguments, &mut study);
    let script = script(arguments, &study);
    let usual = FilmOptions::default();
    let options = FilmOptions {
        size: arguments.size,
        rate: arguments.fps,
        seconds: arguments.seconds,
        // A turn begins anew where it ends.
        hold: arguments.hold.unwrap_or(if script == Script::Turn { [0.0; 2] } else { usual.hold }),
        dither: arguments.dither,
        name: None,
    };
    let own = match &arguments.source {
        Some(Source::Study(path)) => Some(path.as_path()),
        _ => None,
    };
    let inputs = inputs(own, &study);
    let output = Output { path: &arguments.output, format: file_format(format), force: arguments.force };
    if format != FilmFormat::Frames {
        output.check(&inputs)?;
    }
    let mut film = Film::new(&study, script, options).map_err(Failure::Failed)?;
    if let Some(numbered) = Numbered::of(&arguments.output).filter(|_| format == FilmFormat::Frames) {
        for number in 1..=film.frames() {
            Output { path: &numbered.path(number), ..output }.check(&inputs)?;
        }
    }
    let is_watched = std::io::stderr().is_terminal();
    let written = write_film(&mut film, &arguments.output, format, &mut |done, frames| {
        if is_watched {
            show_progress(done, frames);
        }
        true
    });
    if is_watched {
        // A message begins on a line of its own.
        let _ = writeln!(std::io::stderr());
    }
    written.map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(String::new())
}

/// Shows on one line of the terminal how many frames are finished.
fn show_progress(done: usize, frames: usize) {
    let mut terminal = std::io::stderr();
    // A terminal that takes no more text does not stop the film.
    let _ = write!(terminal, "\r{done} of {frames} frames").and_then(|()| terminal.flush());
}

fn apply(arguments: &Arguments, study: &mut Study) {
    if let Some(start) = arguments.start {
        start.note().iter().for_each(|note| super::note(note));
        study.start = start.w;
    }
    if let Some(theme) = arguments.theme {
        study.picture.theme = theme.into();
    }
    arguments.surface.apply(study);
    arguments.show.iter().for_each(|layer| study.picture.show(layer, true));
    arguments.hide.iter().for_each(|layer| study.picture.show(layer, false));
}

/// What happens in the film. A parameter of the formula may be called learning_rate, and then it is meant.
fn script(arguments: &Arguments, study: &Study) -> Script {
    if let Some((swept, ends)) = &arguments.sweep {
        return Script::Sweep(swept.clone(), *ends);
    }
    match arguments.by {
        _ if arguments.turn => Script::Turn,
        Some(ClockArgument::Steps) => Script::Runs(Clock::Steps),
        Some(ClockArgument::Gradients) => Script::Runs(Clock::Gradients),
        None => Script::Runs(study.display.clock),
    }
}

fn format(arguments: &Arguments) -> Result<FilmFormat, Failure> {
    let path = &arguments.output;
    let format = FilmFormat::of(path).ok_or_else(|| {
        Failure::Usage(format!(
            "the extension of '{}' names no format of a film; there are .gif, .apng, .png with a number as in frame-%04d.png, .mp4 \
             and .webm",
            path.display()
        ))
    })?;
    if format == FilmFormat::Frames && Numbered::of(path).is_none() {
        return Err(Failure::Usage("the name of a frame has a place for its number: frame-%04d.png".to_owned()));
    }
    if format != FilmFormat::Frames && Numbered::of(path).is_some() {
        return Err(Failure::Usage(format!(
            "'{}' has a place for a number, and only .png files are numbered",
            path.display()
        )));
    }
    if matches!(format, FilmFormat::Mp4 | FilmFormat::WebM) && export::video_program().is_none() {
        return Err(Failure::Failed(
            "MP4 and WebM are made by the program ffmpeg, which is not installed; .gif, .apng and frame-%04d.png need no other \
             program"
                .to_owned(),
        ));
    }
    Ok(format)
}

fn file_format(format: FilmFormat) -> FileFormat {
    match format {
        FilmFormat::Gif => FileFormat::Gif,
        FilmFormat::Apng | FilmFormat::Frames => FileFormat::Png,
        FilmFormat::Mp4 => FileFormat::Mp4,
        FilmFormat::WebM => FileFormat::WebM,
    }
}

fn sweep(text: &str) -> Result<(Swept, [f64; 2]), String> {
    let wrong = || "a sweep is a name with two values: a=-1..1 or learning_rate=0.01..0.1".to_owned();
    let (name, ends) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = ends.split_once("..").ok_or_else(wrong)?;
    let name = name.trim();
    let swept = match name {
        "" => return Err(wrong()),
        "learning_rate" => Swept::LearningRate,
        name => Swept::Parameter(name.to_owned()),
    };
    Ok((swept, [number(from)?, number(to)?]))
}

fn rate(text: &str) -> Result<f64, String> {
    within(number(text)?, RATES, "frames a second")
}

fn seconds(text: &str) -> Result<f64, String> {
    within(number(text)?, [0.1, 600.0], "seconds")
}

fn hold(text: &str) -> Result<[f64; 2], String> {
    let (first, last) = text.split_once(',').unwrap_or((text, text));
    Ok([within(number(first)?, HOLDS, "seconds")?, within(number(last)?, HOLDS, "seconds")?])
}

fn within(value: f64, [low, high]: [f64; 2], what: &str) -> Result<f64, String> {
    if (low..=high).contains(&value) {
        Ok(value)
    } else {
        Err(format!("there are {low} to {high} {what}, not {value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_is_a_name_with_two_values() {
        assert_eq!(sweep("a=-1..1"), Ok((Swept::Parameter("a".to_owned()), [-1.0, 1.0])));
        assert_eq!(sweep("learning_rate=0.01..1e-1"), Ok((Swept::LearningRate, [0.01, 0.1])));
        for wrong in ["", "a", "a=1", "=1..2", "a=1..", "a=x..2"] {
            assert!(sweep(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ends_are_held_for_seconds() {
        assert_eq!(hold("1"), Ok([1.0, 1.0]));
        assert_eq!(hold("0,2.5"), Ok([0.0, 2.5]));
        assert!(hold("-1").is_err() && hold("1,100").is_err() && rate("0").is_err());
    }
}
