//! The tokens of a formula.

use super::expression::Literal;
use super::functions::Function;
use std::fmt;

/// A token and the column (characters from 1) where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Its kind.
    pub kind: TokenKind,
    /// The column where it begins.
    pub column: usize,
    /// The columns of a name's letters, where they are known one by one: braces of an index are no part of a name.
    pub letters: Vec<usize>,
    /// Whether white space stands before it.
    pub spaced: bool,
    /// Whether it is part of the same name as the token before it: `y` in `xy`.
    pub glued: bool,
    /// Whether it begins a line of its own.
    pub on_new_line: bool,
}

impl Token {
    /// The column of the letter at a place in its name.
    pub fn column_of(&self, place: usize) -> usize {
        self.letters.get(place).copied().unwrap_or(self.column + place)
    }

    /// The part of its name that begins at a place.
    pub fn part_from(&self, place: usize) -> Token {
        Token {
            column: self.column_of(place),
            letters: self.letters.get(place..).unwrap_or_default().to_vec(),
            glued: place > 0,
            spaced: self.spaced && place == 0,
            ..self.clone()
        }
    }
}

/// The kinds of token. The lexer makes names, and [`super::names`] turns them into what they mean.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A number.
    Number(Literal),
    /// A fraction that is one character: `½`.
    Ratio(Literal, Literal),
    /// A name whose meaning is not decided.
    Name(String),
    /// The header of a column in backquotes.
    Quoted(String),
    /// w1 (0) or w2 (1).
    Weight(usize),
    /// π or e.
    Constant(&'static str),
    /// A function.
    Function(Function, String),
    /// A column of the data.
    Column(String),
    /// A parameter.
    Parameter(String),
    /// A raised integer: `²`, `⁻¹`.
    Superscript(i32),
    /// One of `+ - * / ^ ( ) [ ] { } ⌊ ⌋ ⌈ ⌉ , | √ ∛`.
    Symbol(char),
    /// `\frac`, with the numerator and the denominator in braces behind it.
    Fraction,
    /// `\sqrt`, with an index in brackets or without.
    Root,
    /// The end of the text.
    End,
}

impl TokenKind {
    /// Whether it is a number, written with digits or as a fraction.
    pub fn is_number(&self) -> bool {
        matches!(self, TokenKind::Number(_) | TokenKind::Ratio(..))
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenKind::Number(literal) => write!(f, "the number {}", literal.text),
            TokenKind::Ratio(above, below) => write!(f, "the number {}/{}", above.text, below.text),
            TokenKind::Weight(index) => write!(f, "`w{}`", index + 1),
            TokenKind::Constant(name) => write!(f, "`{name}`"),
            TokenKind::Name(name)
            | TokenKind::Quoted(name)
            | TokenKind::Function(_, name)
            | TokenKind::Column(name)
            | TokenKind::Parameter(name) => write!(f, "`{name}`"),
            TokenKind::Superscript(n) => write!(f, "the exponent {n}"),
            TokenKind::Symbol(symbol) => write!(f, "`{symbol}`"),
            TokenKind::Fraction => write!(f, "`\\frac`"),
            TokenKind::Root => write!(f, "`\\sqrt`"),
            TokenKind::End => write!(f, "the end of the formula"),
        }
    }
}
