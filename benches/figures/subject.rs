//! What is measured: a formula with its parameters, data and view.

use losscape::dataset::Dataset;
use losscape::field::Grid;
use losscape::landscape::catalogue::find;
use losscape::landscape::{Loss, View, nodes};
use losscape::number::Decimal;
use serde_json::Value;
use std::collections::BTreeMap;

/// The formulas that peers are compared on, and how far the view reaches from the origin.
const COMPARED: [(&str, f64); 4] = [("cubic", 2.0), ("himmelblau", 5.0), ("rastrigin", 5.12), ("peaks", 3.0)];

/// What is measured.
#[derive(Clone)]
pub struct Subject {
    /// Its name in the catalogue, or `typed`.
    pub name: String,
    /// L as text.
    pub formula: String,
    /// Values of its parameters.
    pub parameters: BTreeMap<String, Decimal>,
    /// The examples of a loss over data.
    pub data: Option<Dataset>,
    /// Where it is looked at.
    pub view: View,
    /// L, ready to be evaluated.
    pub loss: Loss,
    /// Nodes along each side of a grid.
    pub size: usize,
}

impl Subject {
    /// A formula on a view.
    ///
    /// # Errors
    /// A sentence, when it is none.
    pub fn new(
        name: &str,
        formula: &str,
        parameters: &BTreeMap<String, Decimal>,
        data: Option<Dataset>,
        view: View,
        size: usize,
    ) -> Result<Subject, String> {
        let loss = compiled(formula, parameters, data.as_ref())?;
        let (name, formula, parameters) = (name.to_owned(), formula.to_owned(), parameters.clone());
        Ok(Subject { name, formula, parameters, data, view, loss, size })
    }

    /// A landscape of the catalogue.
    ///
    /// # Errors
    /// A sentence, when there is none of this name.
    pub fn of_catalogue(name: &str, size: usize) -> Result<Subject, String> {
        let entry = find(name).ok_or(format!("there is no landscape '{name}'"))?;
        Subject::new(name, &entry.formula, &entry.parameters, entry.dataset().cloned(), entry.view, size)
    }

    /// The same under another name.
    pub fn named(&self, name: &str) -> Subject {
        Subject { name: name.to_owned(), ..self.clone() }
    }

    /// The four formulas that peers are compared on.
    ///
    /// # Errors
    /// A sentence, when the catalogue has lost one.
    pub fn compared(size: usize) -> Result<Vec<Subject>, String> {
        let of = |(name, reach): &(&str, f64)| {
            let view = View { w1: [-reach, *reach], w2: [-reach, *reach] };
            Ok(Subject { view, ..Subject::of_catalogue(name, size)? })
        };
        COMPARED.iter().map(of).collect()
    }

    /// The functions of which all critical points are known.
    ///
    /// # Errors
    /// A sentence, when their file is not as it should be.
    pub fn known(size: usize) -> Result<Vec<Subject>, String> {
        let text = include_str!("../../tests/data/known.json");
        let all: Vec<Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let of = |entry: &Value| {
            let text = |key: &str| entry[key].as_str().ok_or(format!("a known function has no {key}"));
            let side = |k: usize| entry["box"][k].as_f64().ok_or("a box has four numbers".to_owned());
            let view = View::new(side(0)?, side(1)?, side(2)?, side(3)?).map_err(|error| error.to_string())?;
            Subject::new(text("name")?, text("formula")?, &BTreeMap::new(), None, view, size)
        };
        all.iter().map(of).collect()
    }

    /// The same at another size.
    pub fn at(&self, size: usize) -> Subject {
        Subject { size, ..self.clone() }
    }

    /// The loss, from its text.
    pub fn compile(&self) -> Result<Loss, String> {
        compiled(&self.formula, &self.parameters, self.data.as_ref())
    }

    /// The nodes' w1 and w2.
    pub fn axes(&self) -> [Vec<f64>; 2] {
        [nodes(self.view.w1, self.size), nodes(self.view.w2, self.size)]
    }

    /// L on the grid.
    pub fn grid(&self) -> Grid {
        let values = self.loss.sample(&self.view, self.size, self.size);
        Grid { view: self.view, columns: self.size, rows: self.size, values }
    }
}

fn compiled(formula: &str, parameters: &BTreeMap<String, Decimal>, data: Option<&Dataset>) -> Result<Loss, String> {
    Loss::over(formula, parameters, data).map_err(|error| error.to_string())
}
