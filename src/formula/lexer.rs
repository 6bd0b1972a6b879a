//! Text → tokens. Pasted mathematics (w₁³ − w₂², ·, ×, √, π) is understood as if it had been typed.

use super::FormulaError;
use super::column_name::column_name;
use super::expression::Literal;
use crate::number::Constant;
use crate::number::decimal::is_exact_f64;
use std::fmt;

/// A token and the column (characters from 1) where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it begins.
    pub column: usize,
    /// Whether white space stands before it.
    pub spaced: bool,
}

/// The kinds of token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A number.
    Number(Literal),
    /// A name: a weight, a function, a constant or a parameter.
    Name(String),
    /// A raised integer: `²`, `⁻¹`.
    Superscript(i32),
    /// One of `+ - * / ^ ( ) ,` or `√`.
    Symbol(char),
    /// The end of the text.
    End,
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenKind::Number(literal) => write!(f, "the number {}", literal.text),
            TokenKind::Name(name) => write!(f, "`{name}`"),
            TokenKind::Superscript(n) => write!(f, "the exponent {n}"),
            TokenKind::Symbol(symbol) => write!(f, "`{symbol}`"),
            TokenKind::End => write!(f, "the end of the formula"),
        }
    }
}

/// The longest text that is read as a formula, in characters.
pub const MAX_LENGTH: usize = 10_000;

/// Splits a text into tokens; the last one is [`TokenKind::End`].
///
/// # Errors
/// At a character that no formula has, and when the text is longer than [`MAX_LENGTH`].
pub fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    // Counted only as far as needed: the text may be a megabyte.
    if text.chars().nth(MAX_LENGTH).is_some() {
        let message = format!("a formula may have at most {MAX_LENGTH} characters");
        return Err(FormulaError { column: MAX_LENGTH + 1, message });
    }
    let characters: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { characters: &characters, position: 0, tokens: Vec::new(), spaced: false };
    while lexer.position < characters.len() {
        lexer.token()?;
    }
    lexer.push(TokenKind::End, characters.len());
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    characters: &'a [char],
    position: usize,
    tokens: Vec<Token>,
    spaced: bool,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token { kind, column: start + 1, spaced: self.spaced });
        self.spaced = false;
    }

    fn peek(&self, ahead: usize) -> char {
        self.characters.get(self.position + ahead).copied().unwrap_or('\0')
    }

    fn token(&mut self) -> Result<(), FormulaError> {
        let start = self.position;
        let character = self.peek(0);
        if character.is_whitespace() {
            self.position += 1;
            self.spaced = true;
        } else if character.is_ascii_digit() || (character == '.' && self.peek(1).is_ascii_digit()) {
            self.number(start)?;
        } else if superscript(character).is_some() || character == '⁻' {
            self.superscript(start)?;
        } else if character.is_alphabetic() || character == '_' {
            self.name(start);
        } else if character == '`' {
            self.quoted_name(start)?;
        } else {
            let symbol = match character {
                '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' | '√' => character,
                '−' | '–' => '-',
                '·' | '×' | '⋅' | '∗' | '∙' => '*',
                '÷' | '∕' => '/',
                '[' | '{' => '(',
                ']' | '}' => ')',
                '|' => return Err(error(start, "`|` is not understood: write abs(…) for a magnitude")),
                '=' => return Err(error(start, "`=` is not understood: write the loss alone, without `L =`")),
                other => return Err(error(start, &format!("`{}` is not part of a formula", printable(other)))),
            };
            self.position += 1;
            self.push(TokenKind::Symbol(symbol), start);
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() {
            self.position += 1;
        }
    }

    fn number(&mut self, start: usize) -> Result<(), FormulaError> {
        self.digits();
        if self.peek(0) == '.' {
            self.position += 1;
            self.digits();
        }
        let sign = usize::from(matches!(self.peek(1), '+' | '-' | '−'));
        if matches!(self.peek(0), 'e' | 'E') && self.peek(1 + sign).is_ascii_digit() {
            self.position += 1 + sign;
            self.digits();
        }
        if self.peek(0) == '.' {
            return Err(error(self.position, "a number has one decimal point"));
        }
        let text: String = self.characters[start..self.position].iter().collect::<String>().replace('−', "-");
        let value: f64 = text.parse().map_err(|_| error(start, "a number was expected"))?;
        if !value.is_finite() {
            return Err(error(start, "this number is too large: numbers go up to 1.8e308"));
        }
        let constant = if is_exact_f64(&text) { Constant::exact(value) } else { Constant::rounded(value) };
        self.push(TokenKind::Number(Literal { text, constant }), start);
        Ok(())
    }

    fn superscript(&mut self, start: usize) -> Result<(), FormulaError> {
        let negative = self.peek(0) == '⁻';
        if negative {
            self.position += 1;
        }
        let mut exponent: i32 = 0;
        let first = self.position;
        while let Some(digit) = superscript(self.peek(0)) {
            exponent = exponent.saturating_mul(10).saturating_add(digit);
            self.position += 1;
        }
        if self.position == first {
            return Err(error(start, "a raised number was expected after `⁻`"));
        }
        self.push(TokenKind::Superscript(if negative { -exponent } else { exponent }), start);
        Ok(())
    }

    /// The header of a column in backquotes, which stands for the column's name: `fixed acidity` is fixed_acidity.
    fn quoted_name(&mut self, start: usize) -> Result<(), FormulaError> {
        let rest = &self.characters[start + 1..];
        let Some(length) = rest.iter().position(|character| *character == '`') else {
            return Err(error(start, "this backquote opens the name of a column, and no second one closes it"));
        };
        let name = column_name(&rest[..length].iter().collect::<String>());
        if name.is_empty() {
            return Err(error(start, "there is no name between these backquotes"));
        }
        self.position = start + length + 2;
        self.push(TokenKind::Name(name), start);
        Ok(())
    }

    fn name(&mut self, start: usize) {
        let mut name = String::new();
        loop {
            let character = self.peek(0);
            if superscript(character).is_some() {
                break;
            } else if character.is_alphanumeric() || character == '_' {
                name.push(subscript(character).unwrap_or(character));
            } else {
                break;
            }
            self.position += 1;
        }
        // Juxtaposed weights are a product: w1w2, xy.
        let glued: &[&str] = match name.as_str() {
            "w1w2" => &["w1", "w2"],
            "w2w1" => &["w2", "w1"],
            "w1w1" => &["w1", "w1"],
            "w2w2" => &["w2", "w2"],
            "xy" => &["x", "y"],
            "yx" => &["y", "x"],
            _ => &[],
        };
        if glued.is_empty() {
            self.push(TokenKind::Name(name), start);
        }
        for (index, part) in glued.iter().enumerate() {
            self.push(TokenKind::Name((*part).to_owned()), start + index * part.len());
        }
    }
}

fn error(position: usize, message: &str) -> FormulaError {
    FormulaError { column: position + 1, message: message.to_owned() }
}

fn printable(character: char) -> String {
    if character.is_control() { format!("character U+{:04X}", character as u32) } else { character.to_string() }
}

fn superscript(character: char) -> Option<i32> {
    "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|c| c == character).map(|digit| digit as i32)
}

fn subscript(character: char) -> Option<char> {
    let digit = "₀₁₂₃₄₅₆₇₈₉".chars().position(|c| c == character)?;
    char::from_digit(digit as u32, 10)
}
