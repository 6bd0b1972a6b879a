//! The arguments of pictures.

use super::FormulaArguments;
use super::colouring::{ColourMapArgument, LevelsArgument, ScaleArgument, levels, scale};
use super::names::{LayerParser, OptimizerParser, Source, SourceParser};
use super::pages::{PagesArgument, pages};
use super::surface::SurfaceArguments;
use super::values::{Place, place, range, size, step, view};
use crate::chart::{self, Chart, ChartInfo};
use crate::curvature::Quantity;
use crate::export::Width;
use crate::landscape::View;
use crate::optimizer::Optimizer;
use crate::study::{LayerSwitch, Ordinate, Theme};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use std::path::PathBuf;

/// `losscape render`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape render lecture.toml -o lecture.pdf
  losscape render himmelblau -o himmelblau.png --size 1920x1080 --scale 2 --theme light
  losscape render --formula 'w1^2 - w2^2' --view -3,3,-2,2 -o saddle.svg
  losscape render himmelblau --heat-map lambda-min --sign-regions -o curvature.png
  losscape render saddle --show descent_arrows --hide heat_map -o field.pdf
  losscape render rosenbrock --levels 0.1,1,10,100 --scale log --colour-map cividis -o levels.svg
  losscape render himmelblau --basins newton -o fractal.pdf
  losscape render lecture.toml --width column --theme light -o figure.pdf
  losscape render linear-regression --width text --examples -o fit.pdf
  losscape render himmelblau --width 120mm --theme light --tex -o himmelblau.pdf

  losscape render rosenbrock --chart loss -o loss.pdf

  losscape render saddle --surface --camera 60,30 -o saddle.pdf

  losscape render cubic --pages 0,1,5,20 -o talk.pdf")]
pub struct Render {
    /// A study file, a link, or a name from `losscape landscapes`
    #[arg(value_name = "STUDY.toml|LANDSCAPE|LINK", value_parser = SourceParser, hide_possible_values = true)]
    #[arg(required_unless_present = "formula", conflicts_with = "formula", value_hint = clap::ValueHint::FilePath)]
    pub source: Option<Source>,
    #[command(flatten)]
    pub formula: FormulaArguments,
    /// The view w1 minimum, w1 maximum, w2 minimum, w2 maximum, instead of the study's or the catalogue's
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Where the runs start, instead of the study's or the catalogue's start
    #[arg(long, value_name = "W1,W2", value_parser = place, allow_hyphen_values = true)]
    pub start: Option<Place>,
    /// The file; its extension .svg, .png or .pdf chooses the format
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: PathBuf,
    /// Replace a file that is of another format than what is written
    #[arg(long)]
    pub force: bool,
    /// Width and height in pixels
    #[arg(long, value_name = "WxH", value_parser = size, default_value = "1280x720")]
    pub size: [usize; 2],
    /// The width of the page instead: column (85 mm), text (170 mm), millimetres such as 120mm, or slide (16:9). A page in
    /// millimetres is as high as what is drawn; a PNG of it has 300 pixels an inch
    #[arg(long, value_name = "WIDTH", value_parser = Width::named, conflicts_with = "size")]
    pub width: Option<Width>,
    /// Show the examples of a loss over data beside the picture
    #[arg(long)]
    pub examples: bool,
    /// Leave the study out of the picture's metadata, from which `losscape open` and `losscape check` read it
    #[arg(long)]
    pub no_study: bool,
    /// Write the PDF without its text, and beside it a .tex that puts each label at its place: \input it in a LaTeX document with
    /// graphicx and xcolor. Such a PDF does not carry its study
    #[arg(long, conflicts_with_all = ["pages", "chart"])]
    pub tex: bool,
    /// How values are spread over the colours: automatic, linear, log or rank. As a number, the pixels of a PNG for each of the
    /// size's, 1 to 4; SVG and PDF are as sharp as can be anyway. Both may be given: --scale log --scale 2
    #[arg(long, value_name = "SCALE|FACTOR", value_parser = scale, default_value = "1")]
    pub scale: Vec<ScaleArgument>,
    /// The colours of the heat map, instead of the study's
    #[arg(long, value_name = "COLOURS", visible_alias = "color-map")]
    pub colour_map: Option<ColourMapArgument>,
    /// Contour levels: 0.1,1,2 (a single one is 5,), or about how many round ones, 2 to 60
    #[arg(long, value_name = "L1,L2,…|COUNT", value_parser = levels, allow_hyphen_values = true)]
    pub levels: Option<LevelsArgument>,
    /// Dark on light for print, or light on dark; the default is the study's
    #[arg(long)]
    pub theme: Option<ThemeArgument>,
    /// What the heat map shows, instead of the study's; contour lines are always those of L
    #[arg(long, value_name = "QUANTITY", value_parser = quantity_parser())]
    pub heat_map: Option<Quantity>,
    /// Show where H is positive definite, indefinite and negative definite, and the line det H = 0
    #[arg(long)]
    pub sign_regions: bool,
    /// Show a layer of the picture, such as descent_arrows (repeat for several)
    #[arg(long, value_name = "LAYER", value_parser = LayerParser, hide_possible_values = true)]
    pub show: Vec<&'static LayerSwitch>,
    /// Hide a layer of the picture, such as heat_map (repeat for several)
    #[arg(long, value_name = "LAYER", value_parser = LayerParser, hide_possible_values = true)]
    pub hide: Vec<&'static LayerSwitch>,
    /// Show where every start of the view ends under an optimizer: under the study's first run of it, or with its usual settings
    #[arg(long, value_name = "OPTIMIZER", value_parser = OptimizerParser, hide_possible_values = true)]
    pub basins: Option<&'static dyn Optimizer>,
    #[command(flatten)]
    pub surface: SurfaceArguments,
    /// Show the runs as they are at this step
    #[arg(long, value_name = "STEP", conflicts_with = "pages", value_parser = step, allow_hyphen_values = true)]
    pub at_step: Option<usize>,
    /// Draw a page for each of these steps, such as 0,1,5,20, or for all: in one .pdf, or in files with a place for their number,
    /// such as page-%03d.svg
    #[arg(long, value_name = "STEPS|all", value_parser = pages, conflicts_with = "chart")]
    pub pages: Option<PagesArgument>,
    /// Draw a chart as a figure of its own, instead of the picture
    #[arg(long, value_name = "CHART", value_parser = chart_parser())]
    #[arg(conflicts_with_all = ["surface", "camera", "perspective", "height", "no_floor"])]
    pub chart: Option<ChartArgument>,
    /// The parameter of the chart `branches` and its range, instead of the study's or the catalogue's
    #[arg(long, value_name = "NAME=FROM:TO", value_parser = range, allow_hyphen_values = true)]
    #[arg(requires = "chart")]
    pub vary: Option<(String, [f64; 2])>,
    /// What stands against the parameter in the chart `branches`
    #[arg(long, value_name = "QUANTITY", requires = "chart")]
    pub ordinate: Option<OrdinateArgument>,
}

/// What of the critical points stands against a parameter.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum OrdinateArgument {
    W1,
    W2,
    Loss,
    SmallestEigenvalue,
}

impl From<OrdinateArgument> for Ordinate {
    fn from(ordinate: OrdinateArgument) -> Ordinate {
        match ordinate {
            OrdinateArgument::W1 => Ordinate::W1,
            OrdinateArgument::W2 => Ordinate::W2,
            OrdinateArgument::Loss => Ordinate::Loss,
            OrdinateArgument::SmallestEigenvalue => Ordinate::SmallestEigenvalue,
        }
    }
}

/// `losscape open`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape open homework.png
  losscape open lecture.toml")]
pub struct Open {
    /// A picture that carries its study (.svg, .png, .pdf), a study file, a link, or a name from `losscape landscapes`
    #[arg(value_name = "PICTURE|STUDY.toml|LANDSCAPE|LINK", value_parser = SourceParser, hide_possible_values = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub source: Source,
}

/// `losscape check`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape check homework.png
  losscape check figure.pdf --json

Exit status 0 if the picture is what its study gives, 1 if it is not or cannot be checked.")]
pub struct Check {
    /// The picture
    #[arg(value_name = "PICTURE", value_hint = clap::ValueHint::FilePath)]
    pub picture: PathBuf,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// Light or dark.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum ThemeArgument {
    Light,
    Dark,
}

impl From<ThemeArgument> for Theme {
    fn from(theme: ThemeArgument) -> Theme {
        match theme {
            ThemeArgument::Light => Theme::Light,
            ThemeArgument::Dark => Theme::Dark,
        }
    }
}

/// The name of what a heat map shows.
fn quantity_parser() -> impl TypedValueParser<Value = Quantity> {
    let names = Quantity::ALL.map(|quantity| PossibleValue::new(quantity.name()).help(quantity.words()));
    let named = |name: String| Quantity::ALL.into_iter().find(|quantity| quantity.name() == name);
    PossibleValuesParser::new(names).try_map(move |name| named(name).ok_or("no quantity of a heat map"))
}

/// A chart of the table.
#[derive(Clone, Copy)]
pub struct ChartArgument(pub &'static dyn Chart);

/// The key of a chart.
fn chart_parser() -> impl TypedValueParser<Value = ChartArgument> {
    let keys: Vec<PossibleValue> = chart::CHARTS
        .iter()
        .map(|chart| {
            let ChartInfo { key, title, .. } = chart.info();
            PossibleValue::new(key).help(title)
        })
        .collect();
    PossibleValuesParser::new(keys).try_map(|key| chart::find(&key).map(ChartArgument).ok_or("no chart"))
}
