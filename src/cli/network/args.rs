//! The arguments of `losscape network`.

use crate::network::catalogue::networks;
use crate::network::{Activation, Initial, OutputLoss, Pruning, trainers};
use crate::optimizer::Schedule;
use clap::builder::PossibleValuesParser;
use std::path::PathBuf;

/// `losscape network`.
#[derive(clap::Subcommand)]
pub enum NetworkCommand {
    /// L, ∇L, and the products of the Hessian and the Gauss–Newton matrix with a vector
    Probe(ProbeNetwork),
    /// Training, step by step, with λmax beside 2/η
    Train(Train),
    /// The Hessian's eigenvalues: all of them, or what Lanczos, power iteration or a density show
    Spectrum(Spectrum),
    /// A Newton step by conjugate gradients, with damping and an exit on negative curvature
    Newton(Newton),
    /// L on a plane through weight space
    Slice(Slice),
    /// Which weights can go
    Prune(Prune),
    /// Training with a rate for each layer, beside training with one rate
    Rates(Rates),
    /// The networks that come with the program
    List(super::super::args::Listing),
}

/// Which network, and where in weight space.
#[derive(clap::Args)]
pub struct NetworkArguments {
    /// A name from `losscape network list`, or from `losscape datasets`; or a study of a network, whose recipe is then the default
    #[arg(value_name = "NAME|STUDY.toml", required_unless_present = "data", conflicts_with = "data")]
    pub name: Option<String>,
    /// The examples: a table of numbers whose last columns are the labels (as many as outputs for the squared loss, one of 0 and 1 for the logistic, one with the class from 0 for softmax)
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub data: Option<PathBuf>,
    /// Units of all layers: inputs, hidden layers, outputs
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', value_parser = units, conflicts_with = "hidden")]
    pub sizes: Option<Vec<usize>>,
    /// Units of the hidden layers
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', value_parser = units)]
    pub hidden: Option<Vec<usize>>,
    /// The activation of the hidden layers
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Activation::ALL.map(|(_, name)| name)))]
    pub activation: Option<String>,
    /// The loss
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(OutputLoss::ALL.map(|(_, name)| name)))]
    pub loss: Option<String>,
    /// The factor of ½‖w‖²
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub weight_decay: Option<f64>,
    /// The weights: one number a line, layer by layer, first W row by row, then b; or a file of safetensors
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub weights: Option<PathBuf>,
    /// How initial weights are drawn; the default is fan-in
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Initial::ALL.map(|(_, name)| name)))]
    pub initial: Option<String>,
    /// The share of the examples that is held out of training; L over them is beside that of the training
    #[arg(long, value_name = "SHARE")]
    pub held_out: Option<f64>,
    /// The seed by which they are drawn
    #[arg(long, value_name = "N", default_value_t = 0, requires = "held_out")]
    pub held_out_seed: u64,
    /// The seed of the initial weights and of minibatches; the default is 0
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// How the network is trained.
#[derive(clap::Args)]
pub struct TrainingArguments {
    /// The optimizer: one that is not about two weights; the default is gradient-descent
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(trainers().map(|optimizer| optimizer.name())))]
    pub optimizer: Option<String>,
    /// η; the default is that of the network, or 0.1, for rules that step along the gradient, and the optimizer's own for others
    #[arg(long, value_name = "NUMBER", allow_hyphen_values = true)]
    pub learning_rate: Option<f64>,
    /// Examples of a step; the default is all
    #[arg(long, value_name = "B")]
    pub batch_size: Option<usize>,
    /// How the learning rate falls: constant (the default), 1/t:TAU, cosine or steps:EVERY:FACTOR
    #[arg(long, value_name = "SCHEDULE")]
    pub schedule: Option<Schedule>,
    /// Another setting of the optimizer, such as momentum=0.99 or memory=20 (repeat for several)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = super::super::args::setting, allow_hyphen_values = true)]
    pub settings: Vec<(String, f64)>,
}

/// A point of weight space: given, or reached by training.
#[derive(clap::Args)]
pub struct AtStep {
    #[command(flatten)]
    pub network: NetworkArguments,
    #[command(flatten)]
    pub training: TrainingArguments,
    /// Train for so many steps first; the default is 0 with --weights, and else the network's, or 1000
    #[arg(long, value_name = "K")]
    pub at_step: Option<usize>,
}

/// `losscape network probe`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape network probe edge --json
  losscape network probe --data d.csv --sizes 2,8,8,1 --weights w.txt --vector v.txt --json")]
pub struct ProbeNetwork {
    #[command(flatten)]
    pub at: AtStep,
    /// The vector of the products, one number a line; without it there are none
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub vector: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape network train`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape network train edge
  losscape network train chebyshev-5 --hidden 16,16 --learning-rate 0.2 --steps 4000 --json")]
pub struct Train {
    #[command(flatten)]
    pub network: NetworkArguments,
    #[command(flatten)]
    pub training: TrainingArguments,
    /// Steps; the default is that of the network, or 1000
    #[arg(long, value_name = "N")]
    pub steps: Option<usize>,
    /// Compute λmax in every so many steps
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub sharpness_every: usize,
    /// Write the weights at the end, one number a line
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub save_weights: Option<PathBuf>,
    /// Replace a file of another kind
    #[arg(long)]
    pub force: bool,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// How a spectrum is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Method {
    /// The whole Hessian and all its eigenvalues; up to 512 weights
    Dense,
    /// Ritz values, step by step
    Lanczos,
    /// Rayleigh quotients, step by step
    Power,
    /// Stochastic Lanczos quadrature
    Density,
}

/// `losscape network spectrum`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape network spectrum edge --at-step 200
  losscape network spectrum edge --method lanczos --steps 40 --no-reorthogonalise --json")]
pub struct Spectrum {
    #[command(flatten)]
    pub at: AtStep,
    /// How; the default is dense up to 512 weights, and else lanczos
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// Steps of Lanczos or power iteration
    #[arg(long, value_name = "M", default_value_t = 30)]
    pub steps: usize,
    /// Let rounding bring back what Lanczos has found
    #[arg(long)]
    pub no_reorthogonalise: bool,
    /// Random vectors of the density
    #[arg(long, value_name = "V", default_value_t = 10)]
    pub probes: usize,
    /// The first vector of Lanczos or power iteration, one number a line; the default is random, uniform in [−1, 1), by seed
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub vector: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape network newton`.
#[derive(clap::Args)]
#[command(after_help = "Example:
  losscape network newton edge --at-step 200 --damping 1 --json")]
pub struct Newton {
    #[command(flatten)]
    pub at: AtStep,
    /// What is added to the diagonal of the Hessian
    #[arg(long, value_name = "D", default_value_t = 0.0, allow_hyphen_values = true)]
    pub damping: f64,
    /// End where the residual is so small a part of ‖∇L‖
    #[arg(long, value_name = "NUMBER", default_value_t = 1e-10, allow_hyphen_values = true)]
    pub tolerance: f64,
    /// At most so many products
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub limit: usize,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape network slice`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape network slice spirals --plane random:1 --grid 64 --json
  losscape network slice edge --plane eigen --json")]
pub struct Slice {
    #[command(flatten)]
    pub at: AtStep,
    /// path (principal components of training), eigen (the two largest eigenvalues), ends (the largest and the least), random:SEED (filter-normalised), bend:SEED (a curve of low loss between two trainings), points:A,B (files of weights: through the present ones and these), directions:A,B (files of directions, filter-normalised); the default is path, or that of the study
    #[arg(long, value_name = "PLANE")]
    pub plane: Option<String>,
    /// Points along each side
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub grid: usize,
    /// The part of the plane, in its coordinates
    #[arg(long, value_name = "A,B,C,D", value_parser = super::super::args::view, allow_hyphen_values = true)]
    pub view: Option<crate::landscape::View>,
    /// L, Dᵀ∇L and DᵀHD at a point of the plane (repeat for several)
    #[arg(long = "probe", value_name = "A,B", value_parser = super::super::args::point, allow_hyphen_values = true)]
    pub probes: Vec<[f64; 2]>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape network prune`.
#[derive(clap::Args)]
#[command(after_help = "Example:
  losscape network prune moons --by obd --json")]
pub struct Prune {
    #[command(flatten)]
    pub at: AtStep,
    /// Which weights go first
    #[arg(long, value_name = "RULE", default_value = "obd", value_parser = PossibleValuesParser::new(Pruning::ALL.map(|(_, name)| name)))]
    pub by: String,
    /// Remove weights until L is so many times as large
    #[arg(long, value_name = "FACTOR", default_value_t = 2.0, allow_hyphen_values = true)]
    pub until: f64,
    /// What is added to the diagonal of the Hessian for the surgeon; the default is 1e-4·λmax
    #[arg(long, value_name = "D", allow_hyphen_values = true)]
    pub damping: Option<f64>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape network rates`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape network rates sine
  losscape network rates edge --steps 500 --every 10 --json")]
pub struct Rates {
    #[command(flatten)]
    pub network: NetworkArguments,
    /// Steps of gradient descent
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub steps: usize,
    /// Compute the rates anew after so many steps
    #[arg(long, value_name = "N", default_value_t = crate::network::RATES_EVERY)]
    pub every: usize,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// The names of the networks, for messages.
pub fn names() -> String {
    networks().iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// The units of a layer.
fn units(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| format!("the units of a layer are a whole number, not '{text}', as in 16,16"))
}
