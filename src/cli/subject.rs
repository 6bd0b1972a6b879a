//! What a command is about: the landscape that its arguments name, ready to be evaluated.

use super::Failure;
use super::args::{DataSource, FormulaArguments, LandscapeArguments};
use crate::dataset::Dataset;
use crate::landscape::catalogue::Entry;
use crate::landscape::{LandscapeError, Loss, View};
use crate::number::Decimal;
use crate::study::Data;
use std::collections::BTreeMap;

/// A landscape with the formula's text and its parameters.
#[derive(Debug)]
pub struct Subject {
    /// The catalogue's entry, unless a formula was typed.
    pub entry: Option<&'static Entry>,
    /// The formula's text.
    pub formula: String,
    /// The parameters' values, as the catalogue and the arguments give them.
    pub parameters: BTreeMap<String, Decimal>,
    /// The examples: those of the arguments, or the catalogue's.
    pub data: Option<Data>,
    /// The loss.
    pub loss: Loss,
}

impl Subject {
    /// The landscape of the arguments.
    pub fn of(arguments: &LandscapeArguments) -> Result<Subject, Failure> {
        Subject::new(arguments.landscape, &arguments.formula)
    }

    /// A landscape of the catalogue or a typed formula, with the parameters of the arguments.
    pub fn new(entry: Option<&'static Entry>, arguments: &FormulaArguments) -> Result<Subject, Failure> {
        let (formula, mut parameters) = match (entry, &arguments.formula) {
            (Some(entry), _) => (entry.formula.clone(), entry.parameters.clone()),
            (None, Some(formula)) => (formula.clone(), BTreeMap::new()),
            (None, None) => return Err(Failure::Usage("a landscape or --formula is wanted".to_owned())),
        };
        parameters.extend(arguments.parameters.iter().cloned());
        let data = match &arguments.data {
            Some(source) => Some(data(source)?),
            None => entry.and_then(|entry| entry.data.as_deref()).and_then(Data::standard),
        };
        let loss = loss(&formula, &parameters, data.as_ref().map(|data| &data.dataset))?;
        // A parameter that the formula does not have is a slip of the pen, and its default would go unnoticed.
        let known = loss.formula().parameters();
        if let Some((name, _)) = arguments.parameters.iter().find(|(name, _)| !known.contains(name)) {
            let has = if known.is_empty() { "no parameters".to_owned() } else { known.join(", ") };
            return Err(Failure::Usage(format!("the formula has no parameter '{name}'; it has {has}")));
        }
        loss.notes().iter().for_each(|note| super::note(note));
        Ok(Subject { entry, formula, parameters, data, loss })
    }

    /// The view that was asked for, or the catalogue's, or [−2, 2]² for a typed formula.
    pub fn view(&self, asked: Option<View>) -> View {
        let usual = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
        asked.or(self.entry.map(|entry| entry.view)).unwrap_or(usual)
    }
}

/// The examples that the arguments name.
pub fn data(source: &DataSource) -> Result<Data, Failure> {
    match source {
        DataSource::Standard(name) => {
            Data::standard(name).ok_or_else(|| Failure::Usage(format!("there is no dataset '{name}'")))
        }
        DataSource::File(path) => Data::read(path)
            .map_err(|error| Failure::Failed(format!("cannot read the data in {}: {error}", path.display()))),
    }
}

/// The loss, or the failure shown with a mark under the formula's column.
pub fn loss(formula: &str, parameters: &BTreeMap<String, Decimal>, data: Option<&Dataset>) -> Result<Loss, Failure> {
    Loss::over(formula, parameters, data).map_err(|error| match error {
        LandscapeError::Formula(error) => Failure::formula(formula, &error),
        other => Failure::Usage(other.to_string()),
    })
}
