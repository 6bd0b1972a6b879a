//! The arguments as a person types them, as far as several commands share them.

pub mod colouring;
mod names;
pub mod pages;
mod picture;
pub mod surface;
mod values;

pub use names::{DataParser, DataSource, LayerParser, OptimizerParser, Source, SourceParser};
pub use picture::{ChartArgument, Check, Open, Render, ThemeArgument};
pub use values::{Place, SIDES, number, place, point, range, setting, size, view};

use crate::landscape::View;
use crate::number::Decimal;
use crate::optimizer::{Optimizer, Schedule};
use std::path::PathBuf;
use values::{parameter, values};

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
