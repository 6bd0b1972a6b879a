//! What is asked for on the command line.

use super::subject::Subject;
use clap::Parser;
use losscape::dataset::Dataset;
use losscape::landscape::View;
use losscape::number::Decimal;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Nodes along each side, unless it is said.
const SIZE: usize = 1024;

/// What things cost, one line a figure: name, formula, size, median, minimum, unit.
#[derive(Parser)]
#[command(name = "figures")]
pub struct Arguments {
    /// Figures; all of them without one.
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// The formula to measure, instead of the four that peers are compared on.
    #[arg(long, value_name = "TEXT", requires = "view", allow_hyphen_values = true)]
    formula: Option<String>,
    /// The view of a formula.
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    view: Option<View>,
    /// A value for a parameter of a formula; one that is not given is 1.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter, requires = "formula")]
    parameters: Vec<(String, Decimal)>,
    /// A file of examples over which a formula is the mean.
    #[arg(long, value_name = "FILE.csv", requires = "formula")]
    data: Option<PathBuf>,
    /// A landscape of the catalogue to measure.
    #[arg(long, value_name = "NAME", conflicts_with = "formula")]
    landscape: Vec<String>,
    /// Measure the functions of which all critical points are known.
    #[arg(long, conflicts_with_all = ["formula", "landscape"])]
    known: bool,
    /// Nodes along each side of a grid.
    #[arg(long, value_name = "N", default_value_t = SIZE, value_parser = size)]
    size: usize,
    /// Cores to be used.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub threads: usize,
    /// Do each figure's work so many times and measure nothing: for programs that count instructions.
    #[arg(long, value_name = "N")]
    pub rounds: Option<u32>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
    /// What cargo adds.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Arguments {
    /// What is to be measured.
    pub fn subjects(&self) -> Result<Vec<Subject>, String> {
        if let (Some(formula), Some(view)) = (&self.formula, self.view) {
            let data = self.data.as_ref().map(read).transpose()?;
            let parameters: BTreeMap<String, Decimal> = self.parameters.iter().cloned().collect();
            return Ok(vec![Subject::new("typed", formula, &parameters, data, view, self.size)?]);
        }
        let at_their_view = match (&self.landscape[..], self.known) {
            (_, true) => Subject::known(self.size)?,
            ([], false) => Subject::compared(self.size)?,
            (names, false) => {
                names.iter().map(|name| Subject::of_catalogue(name, self.size)).collect::<Result<_, _>>()?
            }
        };
        let seen = |subject: Subject| Subject { view: self.view.unwrap_or(subject.view), ..subject };
        Ok(at_their_view.into_iter().map(seen).collect())
    }
}

fn read(path: &PathBuf) -> Result<Dataset, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Dataset::from_csv(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn view(text: &str) -> Result<View, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    let Ok([a, b, c, d]) = numbers.as_deref() else { return Err("four numbers are wanted: A,B,C,D".to_owned()) };
    View::new(*a, *b, *c, *d).map_err(|error| error.to_string())
}

fn parameter(text: &str) -> Result<(String, Decimal), String> {
    let (name, value) = text.split_once('=').ok_or("NAME=VALUE is wanted")?;
    Ok((name.to_owned(), value.parse().map_err(|_| format!("'{value}' is no number"))?))
}

fn size(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|size| *size >= 2).ok_or("a whole number from 2 upwards is wanted".to_owned())
}
