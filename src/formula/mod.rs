//! Formulas: text → expression → graph → derivatives → tape.

use std::fmt;

/// What is wrong with a formula's text, and where.
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

/// A parsed formula.
#[derive(Clone, Debug)]
pub struct Formula {}

/// A piece of a formula set as mathematics: `w₁³` is `w` italic, `1` lowered, `3` raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MathRun {
    /// The characters.
    pub text: String,
    /// Whether they are set in italics (names of one letter).
    pub italic: bool,
    /// On the line, raised or lowered.
    pub script: Script,
}

/// Where a run of mathematics sits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// On the line.
    Normal,
    /// Raised and smaller.
    Superscript,
    /// Lowered and smaller.
    Subscript,
}

impl Formula {
    /// Parses a formula of the formula language.
    ///
    /// # Errors
    /// When the text is no formula; the error has the column.
    pub fn parse(text: &str) -> Result<Formula, FormulaError> {
        let _ = text;
        unimplemented!()
    }

    /// The names of the parameters, in the order of their first appearance.
    pub fn parameters(&self) -> &[String] {
        unimplemented!()
    }

    /// The formula as one line of mathematics in Unicode: `w₁³ − w₂²`.
    pub fn to_unicode(&self) -> String {
        unimplemented!()
    }

    /// The formula set as mathematics.
    pub fn to_math(&self) -> Vec<MathRun> {
        unimplemented!()
    }

    /// ∂L/∂w1, ∂L/∂w2 as Unicode mathematics, simplified to be read.
    pub fn gradient_text(&self) -> [String; 2] {
        unimplemented!()
    }

    /// ∂²L/∂w1², ∂²L/∂w1∂w2, ∂²L/∂w2² as Unicode mathematics, simplified to be read.
    pub fn hessian_text(&self) -> [String; 3] {
        unimplemented!()
    }
}
