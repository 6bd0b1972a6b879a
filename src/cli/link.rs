//! `losscape link`: a study as a link.

use super::Failure;
use super::args::Source;
use crate::export::opened_with;
use crate::landscape::View;
use crate::study::{DEFAULT_BASE, LinkError, Study, from_link, link};

/// `losscape link`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape link himmelblau
  losscape link lecture.toml --base https://example.org/losscape/

The whole study is in the part behind #, which a browser sends to no server. A link is opened by a browser, and wherever
losscape takes a study file.")]
pub struct Arguments {
    /// A study file, a picture that carries one, a link, or a name from `losscape landscapes`
    #[arg(value_name = "STUDY.toml|LANDSCAPE|LINK", value_parser = super::args::SourceParser, hide_possible_values = true)]
    #[arg(value_hint = clap::ValueHint::FilePath)]
    source: Source,
    /// Where the web edition is; the default is the address in the window's preferences, or https://losscape.github.io/
    #[arg(long, value_name = "URL", value_parser = base)]
    base: Option<String>,
}

/// An address that a link can begin with.
fn base(text: &str) -> Result<String, String> {
    let is_address = text.contains("://") && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '#');
    if is_address { Ok(text.to_owned()) } else { Err("an address is wanted, such as https://example.org/".to_owned()) }
}

/// The link alone; `preferred` is asked for the base address where the arguments have none.
pub fn printed(arguments: &Arguments, preferred: &dyn Fn() -> Option<String>) -> Result<String, Failure> {
    let study = study_of(&arguments.source)?;
    let base = arguments.base.clone().or_else(preferred).unwrap_or_else(|| DEFAULT_BASE.to_owned());
    let link =
        link(&study, &base).map_err(|error| Failure::Usage(format!("there is no link to this study: {error}")))?;
    Ok(format!("{link}\n"))
}

/// The study that a command's argument names.
pub fn study_of(source: &Source) -> Result<Study, Failure> {
    study_in(source, None)
}

/// The same; an array without coordinates covers the view.
pub fn study_in(source: &Source, view: Option<View>) -> Result<Study, Failure> {
    match source {
        Source::Entry(entry) => Ok(Study::of_entry(entry)),
        Source::Link(text) => from_link(text).map_err(|error| refusal(&error)),
        Source::Study(path) => Ok(opened_with(path, view).map_err(|error| Failure::study(path, &error))?.study),
    }
}

/// What is said of a link that is no study.
pub fn refusal(error: &LinkError) -> Failure {
    Failure::Usage(format!("cannot open the link: {error}"))
}
