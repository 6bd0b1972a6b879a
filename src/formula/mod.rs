//! Formulas: text → expression → graph → derivatives → tape.
//!
//! A text is parsed to an [`Expression`], the formula as written. From it comes a
//! hash-consed graph; first and second derivatives are made symbolically on the same graph, so that sub-expressions
//! are shared and zeros vanish. With values for the parameters the six nodes L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂ become a
//! [`Tape`], which is evaluated over f64, intervals or a whole grid. The same derivatives are shown to people.
//!
//! A formula may name columns of data beside the weights. It is then the loss at one example, and its tape is the
//! mean over all of them ([`examples`]).

mod application;
mod block;
mod characters;
mod code;
mod column_name;
mod degree;
mod derivative;
mod evaluator;
mod examples;
pub mod expression;
mod functions;
mod graph;
mod indexes;
mod instructions;
#[cfg(test)]
mod language_tests;
mod latex;
mod lexer;
mod mathematics;
mod model;
mod names;
pub mod normal;
mod normal_derivative;
mod parser;
mod points;
#[cfg(test)]
mod read_back_tests;
mod recognised;
mod scope;
mod split;
pub mod series;
#[cfg(test)]
mod series_tests;
mod tape;
pub mod taylor;
mod token;
#[cfg(test)]
mod tests;

pub use block::Planes;
#[cfg(feature = "command-line")]
pub(crate) use characters::subscript;
pub use column_name::{can_name_a_column, column_name};
pub use evaluator::Evaluator;
pub use examples::Covariance;
pub use lexer::MAX_LENGTH;
pub use mathematics::{MathRun, Script};
pub use model::Fit;
pub use parser::{MAX_DEPTH, MAX_PARAMETERS};
pub use points::PointSampler;
pub use scope::Scope;
pub use tape::{Jet, JetOf, Tape};

use crate::number::{Binary, Constant, Decimal, Decimals, Unary};
use expression::{Expression, Node};
use graph::{Graph, Id};
use mathematics::Notation;
use std::fmt;

/// An error in a formula's text, with its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    /// The column, counted in characters from 1, at which the error was noticed.
    pub column: usize,
    /// What was found and what was expected, as a sentence without a full stop.
    pub message: String,
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for FormulaError {}

/// A parsed formula with its derivatives.
#[derive(Clone, Debug)]
pub struct Formula {
    expression: Expression,
    graph: Graph,
    /// L, ∂₁, ∂₂, ∂₁₁, ∂₁₂, ∂₂₂.
    outputs: [Id; 6],
    /// How names were read, where that is to be said.
    notes: Vec<String>,
}

impl Formula {
    /// Parses a formula of the formula language and derives it twice.
    ///
    /// # Errors
    /// Returns an error if the text is not a formula, or if the formula is too large. The error has the column.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        Formula::parse_in(text, &Scope::default())
    }

    /// Parses a formula that may name columns of data and parameters that were given a value. Columns stand for the
    /// values of one example.
    ///
    /// # Errors
    /// Returns an error as [`Formula::parse`] does, and if x or y is named while there are data and is not a column.
    pub fn parse_in(text: &str, scope: &Scope) -> Result<Formula, FormulaError> {
        let (expression, notes) = parser::parse(text, scope)?;
        Ok(Formula { notes, ..Formula::of(expression)? })
    }

    /// An expression with its derivatives.
    fn of(expression: Expression) -> Result<Formula, FormulaError> {
        let mut graph = Graph::default();
        let value = add_expression(&mut graph, &expression);
        let [d1, d2] = derivative::gradient(&mut graph, value);
        let [d11, d12] = derivative::gradient(&mut graph, d1);
        let d22 = derivative::derivative(&mut graph, d2, 1);
        if graph.len() > MAX_NODES {
            let message =
                "this formula's second derivatives are too large: write it with fewer nested products".to_owned();
            return Err(FormulaError { column: 1, message });
        }
        Ok(Formula { expression, graph, outputs: [value, d1, d2, d11, d12, d22], notes: Vec::new() })
    }

    /// The formula as written.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Sentences about how the formula was read: weights that it does not contain, and names whose reading a person
    /// should know.
    pub fn notes(&self) -> Vec<String> {
        let contains = |weight: usize| self.expression.nodes.contains(&Node::Weight(weight));
        let missing = match [contains(0), contains(1)] {
            [true, true] => None,
            [false, false] => Some("the formula contains neither w1 nor w2: L does not change with them".to_owned()),
            [false, true] => Some("the formula does not contain w1: L does not change with it".to_owned()),
            [true, false] => Some("the formula does not contain w2: L does not change with it".to_owned()),
        };
        self.notes.iter().cloned().chain(missing).collect()
    }

    /// Whether the formula has a function that jumps, so that L need not be continuous where it is defined.
    pub fn may_jump(&self) -> bool {
        let jumps = |node: &Node| match node {
            Node::Unary(op, _) => {
                matches!(op, Unary::Sign | Unary::Step | Unary::Kink | Unary::Floor | Unary::Ceil)
            }
            Node::Binary(op, ..) => *op == Binary::Atan2,
            _ => false,
        };
        self.expression.nodes.iter().any(jumps)
    }

    /// The names of the parameters, in the order of their first appearance.
    pub fn parameters(&self) -> &[String] {
        &self.expression.parameters
    }

    /// The names of the data's columns that it uses, in the order of their first appearance.
    pub fn columns(&self) -> &[String] {
        &self.expression.columns
    }

    /// The model and the column that it should equal, if both can be recognised in the formula.
    pub fn fit(&self) -> Option<Fit> {
        model::fit(self)
    }

    /// The tape with these values for the parameters, in the order of [`Formula::parameters`]; a parameter without a
    /// value is 1. A formula that names columns needs [`Formula::tape_over`]; with `tape` it is undefined.
    pub fn tape(&self, parameters: &[Decimal]) -> Tape {
        self.tape_over(parameters, &vec![Decimals::from(vec![f64::NAN]); self.columns().len()])
    }

    /// The tape of the mean over examples. `columns` has the values of the examples for each of [`Formula::columns`],
    /// in that order. All have the same length.
    ///
    /// # Panics
    /// Panics if the number of columns differs, if their lengths differ, or if they have no example.
    pub fn tape_over(&self, parameters: &[Decimal], columns: &[Decimals]) -> Tape {
        assert_eq!(columns.len(), self.columns().len(), "a tape needs the columns that its formula names");
        let constants: Vec<Constant> = parameters.iter().map(Decimal::constant).collect();
        self.tape_of(&constants, columns)
    }

    /// The tape with parameters of which only enclosures are known. Its intervals enclose the loss for all parameters
    /// in the enclosures, and its f64 results are those for the constants' values.
    pub fn tape_enclosing(&self, parameters: &[Constant]) -> Tape {
        self.tape_of(parameters, &vec![Decimals::from(vec![f64::NAN]); self.columns().len()])
    }

    fn tape_of(&self, parameters: &[Constant], columns: &[Decimals]) -> Tape {
        let mut graph = Graph::default();
        let mut places = vec![Id(0); self.graph.len()];
        for id in self.graph.reachable(&self.outputs) {
            let of = |operand: Id| places[operand.0 as usize];
            places[id.0 as usize] = match self.graph.node(id) {
                graph::Node::Constant(constant) => graph.constant(constant),
                graph::Node::Weight(index) => graph.weight(index),
                graph::Node::Parameter(index) => {
                    graph.constant(parameters.get(index).copied().unwrap_or(Constant::exact(1.0)))
                }
                graph::Node::Column(index) => graph.column(index),
                graph::Node::Unary(op, a) => graph.unary(op, of(a)),
                graph::Node::Power(a, n) => graph.power(of(a), n),
                graph::Node::Binary(op, a, b) => graph.binary(op, of(a), of(b)),
            };
        }
        Tape::new(&graph, self.outputs.map(|id| places[id.0 as usize]), columns)
    }

    /// The formula as one line of mathematics in Unicode: `w₁³ − w₂²`.
    ///
    /// It can be typed back, and is then the same formula.
    pub fn to_unicode(&self) -> String {
        mathematics::unicode(&mathematics::runs(&self.expression, Notation::Typed))
    }

    /// The formula set as mathematics.
    pub fn to_math(&self) -> Vec<MathRun> {
        mathematics::runs(&self.expression, Notation::Read)
    }

    /// The loss at the i-th example set as mathematics, to be put behind a summation sign: columns have the index i,
    /// and a sum is in parentheses.
    pub fn to_example_math(&self) -> Vec<MathRun> {
        mathematics::runs(&self.expression, Notation::OfExample)
    }

    /// ∂L/∂w1 and ∂L/∂w2 as mathematics, simplified to be read; `None` when one is too long for that.
    pub fn gradient_math(&self) -> [Option<Vec<MathRun>>; 2] {
        [1, 2].map(|output| self.output_math(output))
    }

    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2² as mathematics, simplified to be read; `None` when one is too long for that.
    pub fn hessian_math(&self) -> [Option<Vec<MathRun>>; 3] {
        [3, 4, 5].map(|output| self.output_math(output))
    }

    /// ∂L/∂w1, ∂L/∂w2 as Unicode mathematics.
    pub fn gradient_text(&self) -> [String; 2] {
        [1, 2].map(|output| self.output_text(output))
    }

    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2² as Unicode mathematics.
    pub fn hessian_text(&self) -> [String; 3] {
        [3, 4, 5].map(|output| self.output_text(output))
    }

    fn output(&self, output: usize) -> Option<Expression> {
        mathematics::expression_of(&self.graph, self.outputs[output], &self.expression)
    }

    fn output_math(&self, output: usize) -> Option<Vec<MathRun>> {
        Some(mathematics::runs(&self.output(output)?, Notation::Read))
    }

    fn output_text(&self, output: usize) -> String {
        let text = |expression| mathematics::unicode(&mathematics::runs(&expression, Notation::Typed));
        self.output(output).map_or_else(|| "too long to be shown".to_owned(), text)
    }
}

/// The most nodes that a formula with its derivatives may have.
const MAX_NODES: usize = 200_000;

/// Adds an expression to a graph, in the order of operations as written, except for forms that are [`recognised`].
fn add_expression(graph: &mut Graph, expression: &Expression) -> Id {
    let mut places: Vec<Id> = Vec::with_capacity(expression.nodes.len());
    for node in &expression.nodes {
        let id = match node {
            Node::Number(literal) => graph.constant(literal.constant),
            Node::Weight(index) => graph.weight(*index),
            Node::Parameter(index) => graph.parameter(*index),
            Node::Column(index) => graph.column(*index),
            Node::Unary(op, a) => recognised::unary(graph, *op, places[*a]),
            Node::Binary(op, a, b) => recognised::binary(graph, *op, places[*a], places[*b]),
        };
        places.push(id);
    }
    places.pop().unwrap_or_else(|| graph.constant(Constant::exact(0.0)))
}

/// Runs as one line of Unicode text.
pub fn unicode(runs: &[MathRun]) -> String {
    mathematics::unicode(runs)
}
