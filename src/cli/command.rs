//! The commands.

use super::args::{Basins, Check, Ensemble, Listing, Open, Points, Probe, Render, Source, SourceParser, Trace};
use super::lesson::LessonCommand;
use super::network::args::NetworkCommand;
use super::{branches, film, link, saddles, thermal};

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
    Saddles(saddles::Arguments),
    /// The critical points as a parameter moves, and where their number or kind changes
    Branches(branches::Arguments),
    /// How e^(-L/T) is shared between the basins of the minima
    Occupation(thermal::OccupationArguments),
    /// How long noise of a temperature takes from one minimum to another
    Escape(Box<thermal::EscapeArguments>),
    /// The picture as SVG, PNG or PDF; needs no display
    Render(Box<Render>),
    /// A film: the runs, a number that is swept, or a turn around the surface; needs no display
    Film(Box<film::Arguments>),
    /// Opens the window on a study, a landscape, or the study that a picture carries
    Open(Open),
    /// Whether a picture is what the study that it carries gives
    Check(Check),
    /// A link that holds a whole study, for the web edition and for losscape itself
    Link(link::Arguments),
    /// Networks: training, Hessian-vector products, spectra, planes through weight space, pruning
    #[command(subcommand)]
    Network(Box<NetworkCommand>),
    /// Checks lessons, and makes new ones
    #[command(subcommand)]
    Lesson(LessonCommand),
    /// The lessons that come with the program
    #[command(after_help = "Examples:
  losscape lessons
  losscape lessons --json")]
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
