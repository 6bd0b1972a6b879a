//! The arguments as a person types them.

use super::colouring::{ColourMapArgument, LevelsArgument, ScaleArgument, levels, scale};
use super::lesson::LessonCommand;
use super::network::args::NetworkCommand;
use super::pages::{PagesArgument, pages};
use super::surface::SurfaceArguments;
use crate::chart::{self, Chart, ChartInfo};
use crate::curvature::Quantity;
use crate::dataset;
use crate::ensemble::Experiment;
use crate::export::Width;
use crate::landscape::catalogue::Entry;
use crate::landscape::{View, nodes};
use crate::number::Decimal;
use crate::number::decimal::DecimalError;
use crate::optimizer::{OPTIMIZERS, Optimizer, Schedule, choice};
use crate::study::{self, LAYERS, LayerSwitch, Theme, is_link, layers};
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// See what curvature does to optimisation: an exact explorer of two-weight loss landscapes.
///
/// Without a command it opens the window. The commands answer the same questions on a terminal or for a script.
#[derive(clap::Parser)]
#[command(name = "losscape", version, args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:
  losscape
  losscape lecture.toml
  losscape rosenbrock
  losscape probe cubic --at 1,0
  losscape render himmelblau -o himmelblau.svg

Every command has an example in its own help: losscape COMMAND --help")]
pub struct Arguments {
    /// What to open in the window: a study file, a link, or a name from `losscape landscapes`
    #[arg(value_name = "STUDY.toml|LANDSCAPE|LINK", value_parser = SourceParser, hide_possible_values = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub source: Option<Source>,
    /// What to do without the window
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A question that is answered without the window.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Value, gradient, Hessian and curvature at one point
    Probe(Probe),
    /// The critical points in a view, with kind, index and eigenvalues
    Points(Points),
    /// The path of an optimizer, step by step
    Trace(Trace),
    /// Where every start of a view ends: the basins of attraction of an optimizer
    Basins(Basins),
    /// Many runs of an optimizer, by seed or by start: where they end, and how many escape
    Ensemble(Box<Ensemble>),
    /// The network of saddles: their curves down and up, and the order in which they join the minima
    Saddles(super::saddles::Arguments),
    /// The critical points as a parameter moves, and where their number or kind changes
    Branches(super::branches::Arguments),
    /// How e^(-L/T) is shared between the basins of the minima
    Occupation(super::thermal::OccupationArguments),
    /// How long noise of a temperature takes from one minimum to another
    Escape(Box<super::thermal::EscapeArguments>),
    /// The picture as SVG, PNG or PDF; needs no display
    Render(Box<Render>),
    /// A film: the runs, a number that is swept, or a turn around the surface; needs no display
    Film(Box<super::film::Arguments>),
    /// Opens the window on a study, a landscape, or the study that a picture carries
    Open(Open),
    /// Whether a picture is what the study that it carries gives
    Check(Check),
    /// A link that holds a whole study, for the web edition and for losscape itself
    Link(super::link::Arguments),
    /// Networks: training, Hessian-vector products, spectra, planes through weight space, pruning
    #[command(subcommand)]
    Network(Box<NetworkCommand>),
    /// Checks lessons, and makes new ones
    #[command(subcommand)]
    Lesson(LessonCommand),
    /// The lessons that come with the program
    Lessons(Listing),
    /// The catalogue of landscapes
    Landscapes(Listing),
    /// The optimizers with their settings and defaults
    Optimizers(Listing),
    /// The datasets that come with the program
    Datasets(Listing),
    /// A script that completes arguments in a shell
    #[command(after_help = "Example:
  losscape completions bash > ~/.local/share/bash-completion/completions/losscape")]
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

/// Which landscape.
#[derive(clap::Args)]
pub struct LandscapeArguments {
    /// A name from `losscape landscapes`, a study file, or a grid of values: a table w1,w2,L or an array of NumPy
    #[arg(value_name = "LANDSCAPE|STUDY.toml", value_parser = SourceParser, hide_possible_values = true)]
    #[arg(required_unless_present = "formula", conflicts_with = "formula", value_hint = clap::ValueHint::FilePath)]
    pub landscape: Option<Source>,
    #[command(flatten)]
    pub formula: FormulaArguments,
}

/// A formula instead of a name, and values of parameters.
#[derive(Clone, clap::Args)]
pub struct FormulaArguments {
    /// L(w1, w2) as a formula instead of a name: 'w1^3 - w2^2'
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub formula: Option<String>,
    /// The value of a parameter of the formula: k=100 (repeat for several; those not given are 1 or the catalogue's)
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter, allow_hyphen_values = true)]
    pub parameters: Vec<(String, Decimal)>,
    /// Examples that the loss is the mean over: a table as text (CSV and its kin, see docs/data-files.md), or a name from
    /// `losscape datasets`. The formula names their columns, a header with blanks in backquotes: '(w1*x + w2 - y)^2'
    #[arg(long, value_name = "FILE|NAME", value_parser = DataParser, hide_possible_values = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    pub data: Option<DataSource>,
    /// The rectangle that an array of NumPy (.npy) covers, which has no coordinates itself; the default is the view
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub covers: Option<View>,
}

/// `losscape probe`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape probe cubic --at 1,0
  losscape probe --formula 'k/2*w1^2 + w2^2/2' --param k=100 --at -1,0.5 --json
  losscape probe --formula '(w1*x + w2 - y)^2' --data noisy-line --at 1,0")]
pub struct Probe {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The point
    #[arg(long, value_name = "W1,W2", value_parser = place, allow_hyphen_values = true)]
    pub at: Place,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape points`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape points himmelblau
  losscape points --formula '(w1^2 - 1)^2 + w2^2' --view -2,2,-2,2 --json")]
pub struct Points {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The view w1 minimum, w1 maximum, w2 minimum, w2 maximum; the default is the catalogue's, and for a formula -2,2,-2,2 or what shows the minimum over the data
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Stop after about this much work; what is not decided by then is listed as unresolved
    #[arg(long, value_name = "BOXES")]
    pub budget: Option<usize>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape trace`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape trace cubic --optimizer newton --start 1,1
  losscape trace rosenbrock --optimizer gradient-descent --start -1,2 --learning-rate 0.001 --steps 500 --csv
  losscape trace saddle --optimizer sgd --set noise=0.5 --seed 7 --json -o path.json")]
pub struct Trace {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    #[command(flatten)]
    pub run: RunArguments,
    /// Where it starts; the default is the catalogue's start, and (1, 1) for a formula
    #[arg(long, value_name = "W1,W2", value_parser = place, allow_hyphen_values = true)]
    pub start: Option<Place>,
    /// Answer in JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Answer as CSV, a row for each step
    #[arg(long)]
    pub csv: bool,
    /// Write the answer to a file; .json and .csv choose the format
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Replace a file that is of another format than what is written
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// `losscape basins`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape basins himmelblau --optimizer newton --view -6,6,-6,6
  losscape basins saddle --optimizer gradient-descent --size 64 --json
  losscape basins himmelblau --optimizer momentum --size 100 -o basins.csv
  losscape basins himmelblau --optimizer newton --view -6,6,-6,6 -o fractal.png --theme light")]
pub struct Basins {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    #[command(flatten)]
    pub run: RunArguments,
    /// The view w1 minimum, w1 maximum, w2 minimum, w2 maximum; the default is the catalogue's, and for a formula -2,2,-2,2 or what shows the minimum over the data
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Starts along each side, 1 to 4096
    #[arg(long, value_name = "N", default_value_t = 512)]
    pub size: usize,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
    /// Write a file; its extension chooses a picture (.svg, .png, .pdf) or a table with a row for each start (.csv)
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Replace a file that is of another format than what is written
    #[arg(long, requires = "output")]
    pub force: bool,
    /// The picture's theme: dark on light for print, or light on dark, which is the default
    #[arg(long)]
    pub theme: Option<ThemeArgument>,
}

/// `losscape ensemble`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape ensemble sharp-flat --optimizer sgd --set noise=5 --steps 2000 --seeds 200
  losscape ensemble linear-regression --optimizer sgd --batch-size 4 --seeds 100 --json
  losscape ensemble himmelblau --optimizer gradient-descent --spread 2 --seeds 500 --csv -o ends.csv
  losscape ensemble moons --optimizer gradient-descent --steps 2000 --seeds 5 --vary batch-size=2,8,32
  losscape ensemble sharp-flat --optimizer sgd --start 1,0 --learning-rate 0.01 --steps 5000 --escape 0.5 --vary noise=0:6:7")]
pub struct Ensemble {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    #[command(flatten)]
    pub run: RunArguments,
    /// Where the runs start, or around where; the default is the catalogue's start, and (1, 1) for a formula
    #[arg(long, value_name = "W1,W2", value_parser = place, allow_hyphen_values = true)]
    pub start: Option<Place>,
    /// How many runs: run k has the seed S + k and is what `losscape trace --seed S+k` shows
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub seeds: usize,
    /// Scatter the starts: the standard deviation in each weight, or the radius of the disc
    #[arg(long, value_name = "R", value_parser = number)]
    pub spread: Option<f64>,
    /// How the starts are scattered
    #[arg(long, default_value = "gaussian", requires = "spread")]
    pub spread_shape: SpreadShape,
    /// The view in which critical points are searched for beforehand; ends outside it are found, too
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Count the runs that were farther than this from the start
    #[arg(long, value_name = "RADIUS", value_parser = number)]
    pub escape: Option<f64>,
    /// Repeat that for several values of a setting: noise=0:6:13 (13 values from 0 to 6) or batch_size=1,2,4,8. For a network
    /// batch-size=… trains it from many seeds, and says λmax and L where the trainings end
    #[arg(long, value_name = "KEY=VALUES", value_parser = values)]
    pub vary: Option<(String, Vec<f64>)>,
    /// Answer in JSON
    #[arg(long, conflicts_with = "csv")]
    pub json: bool,
    /// Answer as CSV: a row for each run, or for each value of --vary
    #[arg(long)]
    pub csv: bool,
    /// Write the answer to a file; .json and .csv choose the format
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Replace a file that is of another format than what is written
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// How starts are scattered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SpreadShape {
    /// A Gaussian in each weight
    Gaussian,
    /// Uniform in a disc
    Uniform,
}

/// An optimizer with its settings.
#[derive(clap::Args)]
pub struct RunArguments {
    /// A name from `losscape optimizers`
    #[arg(long, value_name = "NAME", value_parser = OptimizerParser, hide_possible_values = true)]
    pub optimizer: &'static dyn Optimizer,
    /// The learning rate η, for optimizers that have one; the default is the optimizer's, or the catalogue's for methods that follow the gradient
    #[arg(long, value_name = "ETA", value_parser = number, allow_hyphen_values = true)]
    pub learning_rate: Option<f64>,
    /// The most steps
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub steps: usize,
    /// The seed of random numbers
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub seed: u64,
    /// The size of SGD's minibatches; needs data
    #[arg(long, value_name = "B", value_parser = number)]
    pub batch_size: Option<f64>,
    /// How the learning rate falls: constant, 1/t:TAU, cosine or steps:EVERY:FACTOR
    #[arg(long, value_name = "SCHEDULE", default_value = "constant")]
    pub schedule: Schedule,
    /// Another setting, such as noise=0.5, noise_from=matched, sampling=replacement, gradient_tolerance=1e-10 or require_positive_definite=true (repeat for several)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting, allow_hyphen_values = true)]
    pub settings: Vec<(String, f64)>,
}

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
    #[arg(long, value_name = "STEP", conflicts_with = "pages")]
    pub at_step: Option<usize>,
    /// Draw a page for each of these steps, such as 0,1,5,20, or for all: in one .pdf, or in files with a place for their number,
    /// such as page-%03d.svg
    #[arg(long, value_name = "STEPS|all", value_parser = pages, conflicts_with = "chart")]
    pub pages: Option<PagesArgument>,
    /// Draw a chart as a figure of its own, instead of the picture
    #[arg(long, value_name = "CHART", value_parser = chart_parser())]
    pub chart: Option<ChartArgument>,
    /// The parameter of the chart `branches` and its range, instead of the study's or the catalogue's
    #[arg(long, value_name = "NAME=FROM:TO", value_parser = super::branches::range, allow_hyphen_values = true)]
    #[arg(requires = "chart")]
    pub vary: Option<(String, [f64; 2])>,
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

/// A listing.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape landscapes
  losscape datasets
  losscape optimizers --json")]
pub struct Listing {
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

/// What `render` draws.
#[derive(Clone)]
pub enum Source {
    /// A study file.
    Study(PathBuf),
    /// A link that holds a study.
    Link(String),
    /// A landscape of the catalogue.
    Entry(&'static Entry),
}

/// Where examples are from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// A dataset that comes with the program.
    Standard(&'static str),
    /// A CSV file.
    File(PathBuf),
}

/// A name of a dataset that comes with the program, or a file.
#[derive(Clone)]
struct DataParser;

impl TypedValueParser for DataParser {
    type Value = DataSource;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<DataSource, clap::Error> {
        let known = value.to_str().and_then(dataset::find);
        if let Some(known) = known {
            return Ok(DataSource::Standard(known.name));
        }
        let path = PathBuf::from(value);
        if is_path(&path) {
            return Ok(DataSource::File(path));
        }
        let names = dataset::standard().iter().map(|known| known.name);
        let tip = "`losscape datasets` says what they are; a file has an extension or a folder: ./data";
        let never = listed(names.collect(), tip, command, argument, value)?;
        Ok(DataSource::File(never.into()))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(dataset::standard().iter().map(|known| PossibleValue::new(known.name).help(known.title))))
    }
}

/// Whether what is no known name is meant as a path: it has a dot or a slash, or it exists.
fn is_path(path: &Path) -> bool {
    path.extension().is_some() || path.components().count() > 1 || path.exists()
}

/// A name of the catalogue.
#[derive(Clone)]
struct EntryParser;

impl TypedValueParser for EntryParser {
    type Value = &'static Entry;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static Entry, clap::Error> {
        let names = study::entries().map(|entry| entry.name.as_str());
        let tip = "`losscape landscapes` says what they are; a formula is given as --formula TEXT";
        let name = listed(names.collect(), tip, command, argument, value)?;
        study::entry(&name).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(study::entries().map(|entry| PossibleValue::new(&*entry.name).help(&*entry.title))))
    }
}

/// The key of a layer; `-` stands for `_`, too, as in other names of the command line.
#[derive(Clone)]
pub(super) struct LayerParser;

impl TypedValueParser for LayerParser {
    type Value = &'static LayerSwitch;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static LayerSwitch, clap::Error> {
        let known = value.to_str().and_then(layers::layer);
        let value = known.map_or(value, |layer| OsStr::new(layer.key));
        let key = listed(LAYERS.iter().map(|layer| layer.key).collect(), LAYER_TIP, command, argument, value)?;
        layers::layer(&key).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(LAYERS.iter().map(|layer| PossibleValue::new(layer.key).help(layer.title))))
    }
}

const LAYER_TIP: &str = "docs/layers.md says what they show";

/// A name of an optimizer.
#[derive(Clone)]
struct OptimizerParser;

impl TypedValueParser for OptimizerParser {
    type Value = &'static dyn Optimizer;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<&'static dyn Optimizer, clap::Error> {
        let names = OPTIMIZERS.iter().map(|optimizer| optimizer.name());
        let tip = "`losscape optimizers` says what they do";
        let name = listed(names.collect(), tip, command, argument, value)?;
        crate::optimizer::find(&name).ok_or_else(|| clap::Error::new(clap::error::ErrorKind::InvalidValue))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(OPTIMIZERS.iter().map(|optimizer| PossibleValue::new(optimizer.name()).help(optimizer.title()))))
    }
}

/// A study file, a link or a name of the catalogue.
#[derive(Clone)]
pub(super) struct SourceParser;

impl TypedValueParser for SourceParser {
    type Value = Source;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Source, clap::Error> {
        let path = PathBuf::from(value);
        if let Some(link) = value.to_str().filter(|text| is_link(text) && !path.exists()) {
            return Ok(Source::Link(link.to_owned()));
        }
        let is_name = value.to_str().is_some_and(|name| study::entry(name).is_some());
        if !is_name && is_path(&path) {
            return Ok(Source::Study(path));
        }
        EntryParser.parse_ref(command, argument, value).map(Source::Entry)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        EntryParser.possible_values().map(|names| Box::new(names.collect::<Vec<_>>().into_iter()) as Box<_>)
    }
}

/// The value, when it is one of the names; otherwise clap's error, which lists and suggests, with a tip of ours.
fn listed(
    names: Vec<&'static str>,
    tip: &str,
    command: &clap::Command,
    argument: Option<&clap::Arg>,
    value: &OsStr,
) -> Result<String, clap::Error> {
    PossibleValuesParser::new(names).parse_ref(command, argument, value).map_err(|mut error| {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.to_owned().into()]));
        error
    })
}

/// A finite number; a minus sign may be the typographic one, as it is copied from the program's own text.
pub(super) fn number(text: &str) -> Result<f64, String> {
    let plain = text.trim().replace('−', "-");
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(format!("'{}' is not finite", text.trim())),
        Err(_) => Err(format!("'{}' is not a number", text.trim())),
    }
}

fn numbers<const N: usize>(text: &str, wanted: &str) -> Result<[f64; N], String> {
    let values: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    let count = values.len();
    values.try_into().map_err(|_| format!("{wanted} are wanted, and there are {count} numbers"))
}

pub fn point(text: &str) -> Result<[f64; 2], String> {
    numbers(text, "two numbers W1,W2")
}

/// A point of the weight plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The point.
    pub w: [f64; 2],
    /// Whether a coordinate was written with more digits than a 64-bit number holds.
    is_rounded: bool,
}

impl Place {
    /// What is to be said where the point is not the one that was written.
    pub fn note(&self) -> Option<String> {
        let [x, y] = self.w;
        self.is_rounded.then(|| {
            format!("the point was written with more digits than a 64-bit number holds, and ({x}, {y}) is taken")
        })
    }
}

pub(super) fn place(text: &str) -> Result<Place, String> {
    let is_rounded = |part: &str| {
        let decimal = part.trim().replace('−', "-").parse::<Decimal>();
        decimal.is_ok_and(|decimal| decimal.rational() != Decimal::from(decimal.value()).rational())
    };
    Ok(Place { w: point(text)?, is_rounded: text.split(',').any(is_rounded) })
}

pub fn view(text: &str) -> Result<View, String> {
    let [a, b, c, d] = numbers(text, "four numbers w1 minimum, w1 maximum, w2 minimum, w2 maximum")?;
    View::new(a, b, c, d).map_err(|error| error.to_string())
}

fn assignment(text: &str) -> Result<(&str, &str), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim(), value)),
        _ => Err("it has the form NAME=VALUE".to_owned()),
    }
}

fn parameter(text: &str) -> Result<(String, Decimal), String> {
    let (name, value) = assignment(text)?;
    number(value)?;
    Ok((name.to_owned(), value.parse().map_err(|error: DecimalError| error.to_string())?))
}

pub fn setting(text: &str) -> Result<(String, f64), String> {
    let (key, value) = assignment(text)?;
    // Both spellings are at hand: `--learning-rate` is an option and `learning_rate` a key.
    let key = key.replace('-', "_");
    let value = match value.trim() {
        "true" | "yes" => 1.0,
        "false" | "no" => 0.0,
        other => match choice(&key, other) {
            Some(value) => value,
            None => number(other)?,
        },
    };
    Ok((key, value))
}

/// Values of a setting: `noise=0:6:13` or `batch_size=1,2,4`.
fn values(text: &str) -> Result<(String, Vec<f64>), String> {
    let (key, list) = assignment(text)?;
    let values = match list.split(':').collect::<Vec<_>>().as_slice() {
        [low, high, count] => {
            let count = count.trim().parse::<usize>().map_err(|_| format!("'{count}' is no number of values"))?;
            nodes([number(low)?, number(high)?], count.min(Experiment::MAX_VALUES + 1))
        }
        [_] => list.split(',').map(number).collect::<Result<_, _>>()?,
        _ => return Err("values are FROM:TO:COUNT or a list with commas".to_owned()),
    };
    Ok((key.replace('-', "_"), values))
}

pub(super) fn size(text: &str) -> Result<[usize; 2], String> {
    let sides = text
        .split_once(['x', 'X', '×'])
        .and_then(|(width, height)| Some([width.trim().parse::<usize>().ok()?, height.trim().parse::<usize>().ok()?]));
    let sides = sides.ok_or("a size is two whole numbers of pixels: 1280x720")?;
    let [least, most] = super::render::SIDES;
    match sides.iter().all(|side| (least..=most).contains(side)) {
        true => Ok(sides),
        false => Err(format!("width and height are {least} to {most} pixels each")),
    }
}
