//! What a command is about: the landscape that its arguments name, ready to be evaluated.

use super::Failure;
use super::args::{FormulaArguments, LandscapeArguments};
use crate::landscape::catalogue::Entry;
use crate::landscape::{LandscapeError, Loss, View};
use std::collections::BTreeMap;

/// A landscape with the formula's text and its parameters.
#[derive(Debug)]
pub struct Subject {
    /// The catalogue's entry, unless a formula was typed.
    pub entry: Option<&'static Entry>,
    /// The formula's text.
    pub formula: String,
    /// The parameters' values, as the catalogue and the arguments give them.
    pub parameters: BTreeMap<String, f64>,
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
        let loss = loss(&formula, &parameters)?;
        // A parameter that the formula does not have is a slip of the pen, and its default would go unnoticed.
        let known = loss.formula().parameters();
        if let Some((name, _)) = arguments.parameters.iter().find(|(name, _)| !known.contains(name)) {
            let has = if known.is_empty() { "no parameters".to_owned() } else { known.join(", ") };
            return Err(Failure::Usage(format!("the formula has no parameter '{name}'; it has {has}")));
        }
        Ok(Subject { entry, formula, parameters, loss })
    }

    /// The view that was asked for, or the catalogue's, or [−2, 2]² for a typed formula.
    pub fn view(&self, asked: Option<View>) -> View {
        let usual = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
        asked.or(self.entry.map(|entry| entry.view)).unwrap_or(usual)
    }
}

/// The loss, or the failure shown with a mark under the formula's column.
pub fn loss(formula: &str, parameters: &BTreeMap<String, f64>) -> Result<Loss, Failure> {
    Loss::new(formula, parameters).map_err(|error| match error {
        LandscapeError::Formula(error) => Failure::formula(formula, &error),
        other => Failure::Usage(other.to_string()),
    })
}
