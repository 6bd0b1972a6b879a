//! Text → tokens. Pasted mathematics (w₁³ − w₂², ·, ×, √, π), commands of LaTeX and the operators of programming
//! languages are read as if they had been typed. What a name means is decided later, by [`super::names`].

use super::FormulaError;
use super::characters::{fraction, plain, subscript, superscript};
use super::expression::Literal;
use super::latex::{self, Meaning};
use super::token::{Token, TokenKind};
use crate::number::Constant;
use crate::number::decimal::is_exact_f64;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest text that is read as a formula, in characters.
pub const MAX_LENGTH: usize = 10_000;

/// Modules of programming languages whose names may precede a function: `np.sin`, `Math.exp`.
const MODULES: &[&str] =
    &["np", "numpy", "math", "Math", "torch", "jnp", "jax", "tf", "sp", "sympy", "nn", "functional", "F"];

/// Splits a text into tokens; the last one is [`TokenKind::End`].
///
/// # Errors
/// Returns an error if the text has a character that is not part of the language, or is longer than [`MAX_LENGTH`].
pub fn tokens(text: &str) -> Result<Vec<Token>, FormulaError> {
    // Counted only as far as needed: the text may be a megabyte.
    if text.chars().nth(MAX_LENGTH).is_some() {
        let message = format!("a formula may have at most {MAX_LENGTH} characters");
        return Err(FormulaError { column: MAX_LENGTH + 1, message });
    }
    let characters: Vec<char> = without_dollars(text.chars().map(plain).collect());
    let mut lexer = Lexer {
        characters: &characters,
        position: 0,
        tokens: Vec::new(),
        letters: Vec::new(),
        spaced: false,
        on_new_line: false,
    };
    while lexer.position < characters.len() {
        lexer.token()?;
    }
    lexer.push(TokenKind::End, characters.len());
    Ok(lexer.tokens)
}

/// The characters with blanks for the dollar signs around a formula of LaTeX.
fn without_dollars(mut characters: Vec<char>) -> Vec<char> {
    let is_seen = |character: &char| !character.is_whitespace();
    let (first, last) = (characters.iter().position(is_seen), characters.iter().rposition(is_seen));
    if let (Some(mut first), Some(mut last)) = (first, last) {
        while first < last && characters[first] == '$' && characters[last] == '$' {
            (characters[first], characters[last]) = (' ', ' ');
            (first, last) = (first + 1, last - 1);
        }
    }
    characters
}

struct Lexer<'a> {
    characters: &'a [char],
    position: usize,
    tokens: Vec<Token>,
    /// Where the letters of the name stand that was read last.
    letters: Vec<usize>,
    spaced: bool,
    on_new_line: bool,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, start: usize) {
        let (spaced, on_new_line) = (self.spaced, self.on_new_line && !self.tokens.is_empty());
        let letters = match &kind {
            TokenKind::Name(name) if name.chars().count() == self.letters.len() => {
                self.letters.iter().map(|position| position + 1).collect()
            }
            _ => Vec::new(),
        };
        self.tokens.push(Token { kind, column: start + 1, letters, spaced, glued: false, on_new_line });
        (self.spaced, self.on_new_line) = (false, false);
    }

    fn symbol(&mut self, symbol: char, start: usize) {
        self.push(TokenKind::Symbol(symbol), start);
    }

    fn peek(&self, ahead: usize) -> char {
        self.characters.get(self.position + ahead).copied().unwrap_or('\0')
    }

    fn token(&mut self) -> Result<(), FormulaError> {
        let start = self.position;
        let character = self.peek(0);
        // A tie of LaTeX is a blank. Elsewhere ~ stands between the two sides of a model.
        let is_tie = character == '~' && self.characters.contains(&'\\');
        if character.is_whitespace() || is_tie {
            self.position += 1;
            self.spaced = true;
            self.on_new_line |= matches!(character, '\n' | '\r');
        } else if character.is_ascii_digit() || (character == '.' && self.peek(1).is_ascii_digit()) {
            self.number(start)?;
        } else if superscript(character).is_some() {
            self.superscript(start)?;
        } else if let Some((above, below)) = fraction(character) {
            if self.tokens.last().is_some_and(|token| token.kind.is_number()) {
                return Err(error(start, "two numbers stand side by side: write + or * between them"));
            }
            self.fraction(&above, &below, start)?;
        } else if character.is_alphabetic() || character == '_' {
            self.name(start)?;
        } else if character == '`' {
            self.quoted_name(start)?;
        } else if character == '\\' {
            self.command(start)?;
        } else {
            self.operator(character, start)?;
        }
        Ok(())
    }

    fn operator(&mut self, character: char, start: usize) -> Result<(), FormulaError> {
        self.position += 1;
        match character {
            // Element-wise operators of MATLAB and Julia: x.^2.
            '.' if matches!(self.peek(0), '*' | '/' | '^') => {}
            '/' if self.peek(0) == '/' => {
                return Err(error(start, "`//` is not understood: write / for a quotient, or floor(x/y)"));
            }
            '*' if self.peek(0) == '*' => {
                self.position += 1;
                self.symbol('^', start);
            }
            '+' | '-' | '*' | '/' | '^' | '(' | ')' | '[' | ']' | '{' | '}' | ',' | '|' | '√' | '∛' | '⌊' | '⌋'
            | '⌈' | '⌉' => {
                self.symbol(character, start);
            }
            '~' => return Err(error(start, "`~` is not understood: write the loss itself, such as (w1*x + w2 - y)^2")),
            '=' => return Err(error(start, "`=` is not understood: write the loss alone, without `L =`")),
            other => return Err(error(start, &format!("`{}` is not part of a formula", printable(other)))),
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
        if self.peek(0) == '.' && !matches!(self.peek(1), '*' | '/' | '^') {
            self.position += 1;
            self.digits();
        }
        let sign = usize::from(matches!(self.peek(1), '+' | '-'));
        let is_exponent = matches!(self.peek(0), 'e' | 'E');
        if is_exponent && self.peek(1 + sign).is_ascii_digit() {
            self.position += 1 + sign;
            self.digits();
        } else if is_exponent && self.peek(1 + sign) == '.' {
            return Err(error(self.position, "the exponent of a number is an integer"));
        }
        if self.peek(0) == '.' && !matches!(self.peek(1), '*' | '/' | '^') {
            return Err(error(self.position, "a number has one decimal point"));
        }
        let is_sign = |character: char| matches!(character, '+' | '-');
        let begins_exponent = |ahead: usize| {
            let sign = usize::from(is_sign(self.peek(ahead)));
            self.peek(ahead + sign).is_ascii_digit()
        };
        if matches!(self.peek(0), 'd' | 'D') && begins_exponent(1) {
            return Err(error(self.position, "write the exponent of a number with e: 1.0e-3"));
        }
        if self.peek(0) == ' ' && matches!(self.peek(1), 'e' | 'E') && begins_exponent(2) {
            return Err(error(self.position + 1, "write a number without spaces, 1.0e-3, or a product as 1.0*e - 3"));
        }
        let text: String = self.characters[start..self.position].iter().collect();
        if let mark @ ('_' | '\'' | '’') = self.peek(0)
            && self.peek(1).is_ascii_digit()
        {
            return Err(error(self.position, &format!("write the digits of a number without `{mark}`")));
        }
        let is_part_of_a_name = |character: char| character.is_alphanumeric() || character == '_';
        if text.contains('.') && matches!(self.peek(0), 'f' | 'F') && !is_part_of_a_name(self.peek(1)) {
            let suffix = self.peek(0);
            let message =
                format!("write {text} for the number, or {text}*{suffix} for a product: `{suffix}` is a suffix in C");
            return Err(error(self.position, &message));
        }
        if text == "0" && matches!(self.peek(0), 'x' | 'X') && self.peek(1).is_ascii_hexdigit() {
            return Err(error(start, "hexadecimal numbers are not understood; write a product as 0*x"));
        }
        self.push(TokenKind::Number(literal(&text, start)?), start);
        Ok(())
    }

    /// A whole number, as a token.
    fn integer(&mut self, digits: &str, start: usize) {
        let value = digits.parse().unwrap_or(f64::NAN);
        self.push(TokenKind::Number(Literal { text: digits.to_owned(), constant: Constant::exact(value) }), start);
    }

    /// `½` is 1/2.
    fn fraction(&mut self, above: &str, below: &str, start: usize) -> Result<(), FormulaError> {
        self.position += 1;
        self.push(TokenKind::Ratio(literal(above, start)?, literal(below, start)?), start);
        Ok(())
    }

    /// Raised characters: an integer, or an exponent that is read as if it stood on the line in parentheses.
    fn superscript(&mut self, start: usize) -> Result<(), FormulaError> {
        let mut shown = String::new();
        while let Some(character) = superscript(self.peek(0)) {
            shown.push(character);
            self.position += 1;
        }
        let digits = shown.strip_prefix('-').unwrap_or(&shown);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let is_negative = shown.starts_with('-');
            let Ok(magnitude) = digits.parse::<i32>() else {
                // An exponent as long as this is read as it would be on the line.
                self.symbol('^', start);
                if is_negative {
                    self.symbol('-', start);
                }
                self.push(TokenKind::Number(literal(digits, start)?), start);
                return Ok(());
            };
            self.push(TokenKind::Superscript(if is_negative { -magnitude } else { magnitude }), start);
            return Ok(());
        }
        // The 2 in a raised x2 could be an index or an exponent.
        let is_unclear = shown.chars().zip(shown.chars().skip(1)).any(|(a, b)| a.is_alphabetic() && b.is_numeric());
        if is_unclear {
            return Err(error(start, "write this exponent as ^(…)"));
        }
        let inside = tokens(&shown).map_err(|_| error(start, "a raised number or name was expected"))?;
        if inside.len() == 1 || shown.ends_with(['-', '+']) {
            return Err(error(start, "a raised number was expected after a raised sign"));
        }
        self.symbol('^', start);
        self.symbol('(', start);
        for token in inside.into_iter().filter(|token| token.kind != TokenKind::End) {
            self.push(token.kind, start + token.column - 1);
        }
        self.symbol(')', start);
        Ok(())
    }

    /// The header of a column in backquotes.
    fn quoted_name(&mut self, start: usize) -> Result<(), FormulaError> {
        let rest = &self.characters[start + 1..];
        let Some(length) = rest.iter().position(|character| *character == '`') else {
            return Err(error(start, "this backquote opens the name of a column and is never closed"));
        };
        let header = rest[..length].iter().collect();
        self.position = start + length + 2;
        self.push(TokenKind::Quoted(header), start);
        Ok(())
    }

    fn name(&mut self, start: usize) -> Result<(), FormulaError> {
        let name = self.characters_of_name()?;
        if MODULES.contains(&name.as_str()) && self.peek(0) == '.' && self.peek(1).is_alphabetic() {
            self.position += 1;
            // The constants of modules: Math.E, np.pi.
            let (from, constant) = (self.position, self.characters_of_name()?);
            self.position = from;
            if constant == "E" {
                self.position += 1;
                self.push(TokenKind::Name("e".to_owned()), start);
            } else if constant.starts_with(char::is_uppercase) && constant != "PI" {
                return Err(error(start, &format!("`{name}.{constant}` is not understood")));
            }
        } else {
            self.push(TokenKind::Name(name), start);
        }
        Ok(())
    }

    /// Letters, digits, underscores and subscripts: `w₁`, `w_1` and `w_{1}` alike.
    fn characters_of_name(&mut self) -> Result<String, FormulaError> {
        let mut name = String::new();
        self.letters.clear();
        loop {
            let character = self.peek(0);
            if character == '_' && self.peek(1) == '{' {
                name.push('_');
                self.letters.push(self.position);
                let from = self.position + 2;
                name.push_str(&self.braced("an index was expected: w_{1}")?);
                let inside = (from..self.position - 1).filter(|place| !self.characters[*place].is_whitespace());
                self.letters.extend(inside);
                continue;
            }
            let is_part =
                character.is_alphanumeric() && superscript(character).is_none() && fraction(character).is_none();
            if !is_part && character != '_' && !is_combining_mark(character) {
                return Ok(name.nfc().collect());
            }
            name.push(subscript(character).unwrap_or(character));
            self.letters.push(self.position);
            self.position += 1;
        }
    }

    /// Letters and digits in braces, where the character before the brace is at the position.
    fn braced(&mut self, expected: &str) -> Result<String, FormulaError> {
        let rest = &self.characters[self.position + 2..];
        let length = rest.iter().position(|character| *character == '}').unwrap_or(0);
        let inside: String = rest[..length].iter().filter(|character| !character.is_whitespace()).collect();
        if inside.is_empty() || !inside.chars().all(char::is_alphanumeric) {
            return Err(error(self.position + 1, expected));
        }
        self.position += length + 3;
        Ok(inside)
    }

    /// A command of LaTeX.
    fn command(&mut self, start: usize) -> Result<(), FormulaError> {
        let letters = self.characters[start + 1..].iter().take_while(|character| character.is_ascii_alphabetic());
        let name: String = letters.collect();
        if name.is_empty() {
            let character = self.peek(1);
            let is_command = |pair: &[char]| pair[0] == '\\' && pair[1] != ' ';
            if character == ' ' && !self.characters.windows(2).any(is_command) {
                return Err(error(start, "`\\` is no operator: write b/a for a\\b"));
            }
            self.position += 2.min(self.characters.len() - start);
            return match character {
                ',' | ';' | ':' | '!' | ' ' | '\\' | '(' | ')' | '[' | ']' => {
                    self.spaced = true;
                    self.on_new_line |= character == '\\';
                    Ok(())
                }
                '{' | '}' => {
                    self.symbol(character, start);
                    Ok(())
                }
                _ => Err(error(start, "a command was expected after `\\`")),
            };
        }
        self.position += 1 + name.len();
        match latex::meaning(&name) {
            Some(Meaning::Space) => self.spaced = true,
            Some(Meaning::Delimiter) => {
                self.delimiter(name.starts_with(['l', 'b', 'B']) && !name.ends_with('r'), start)
            }
            Some(Meaning::Symbol(symbol)) => self.symbol(symbol, start),
            Some(Meaning::Root) => self.push(TokenKind::Root, start),
            Some(Meaning::Fraction) => self.command_fraction(start)?,
            Some(Meaning::Upright) => self.upright(start)?,
            Some(Meaning::Name(letter)) => {
                let mut name = letter.to_owned();
                let follows = self.peek(0) == '_' || subscript(self.peek(0)).is_some();
                if follows {
                    name.push_str(&self.lowered()?);
                }
                self.push(TokenKind::Name(name), start);
            }
            None => return Err(error(start, &format!("the command `\\{name}` is not understood"))),
        }
        Ok(())
    }

    /// The delimiter behind `\left` or `\right`. A full stop draws nothing, and a bar is known to open or to close.
    fn delimiter(&mut self, opens: bool, start: usize) {
        match self.peek(0) {
            '.' => self.position += 1,
            '|' => {
                self.position += 1;
                if opens {
                    self.push(TokenKind::Name("abs".to_owned()), start);
                }
                self.symbol(if opens { '(' } else { ')' }, start);
            }
            _ => {}
        }
    }

    /// The subscript after a command: `_1`, `_{10}`, `₁`. Without braces, LaTeX lowers only one character.
    fn lowered(&mut self) -> Result<String, FormulaError> {
        if self.peek(0) == '_' && self.peek(1) == '{' {
            return Ok(format!("_{}", self.braced("an index was expected: \\theta_{1}")?));
        }
        if self.peek(0) == '_' {
            let character = self.peek(1);
            if !character.is_alphanumeric() {
                return Err(error(self.position, "an index was expected after `_`"));
            }
            self.position += 2;
            return Ok(format!("_{character}"));
        }
        let mut digits = String::new();
        while let Some(digit) = subscript(self.peek(0)) {
            digits.push(digit);
            self.position += 1;
        }
        Ok(digits)
    }

    /// `\frac12` is ½, because LaTeX takes only one character if there are no braces.
    fn command_fraction(&mut self, start: usize) -> Result<(), FormulaError> {
        self.push(TokenKind::Fraction, start);
        while self.peek(0).is_whitespace() {
            self.position += 1;
        }
        for _ in 0..2 {
            let digit = self.peek(0);
            if !digit.is_ascii_digit() {
                break;
            }
            self.position += 1;
            self.symbol('{', start);
            self.integer(&digit.to_string(), start);
            self.symbol('}', start);
        }
        Ok(())
    }

    /// `\mathrm{e}`, `\operatorname{sign}`: the name in the braces.
    fn upright(&mut self, start: usize) -> Result<(), FormulaError> {
        while self.peek(0) == ' ' {
            self.position += 1;
        }
        if self.peek(0).is_alphabetic() {
            self.position += 1;
            self.push(TokenKind::Name(self.characters[self.position - 1].to_string()), start);
            return Ok(());
        }
        // The brace stands at the position; `braced` counts from the character before.
        self.position -= 1;
        if self.peek(1) != '{' {
            return Err(error(start, "a name in braces was expected"));
        }
        let mut name = self.braced("a name was expected in these braces")?;
        if self.peek(0) == '_' {
            name.push_str(&self.lowered()?);
        }
        self.push(TokenKind::Name(name), start);
        Ok(())
    }
}

/// The number that a text at a position stands for.
fn literal(text: &str, start: usize) -> Result<Literal, FormulaError> {
    let value: f64 = text.parse().map_err(|_| error(start, "a number was expected"))?;
    if !value.is_finite() {
        return Err(error(start, "this number is too large: numbers go up to 1.8e308"));
    }
    let constant = if is_exact_f64(text) { Constant::exact(value) } else { Constant::rounded(value) };
    Ok(Literal { text: text.to_owned(), constant })
}

/// An error at a position, counted from 0.
fn error(position: usize, message: &str) -> FormulaError {
    FormulaError { column: position + 1, message: message.to_owned() }
}

fn printable(character: char) -> String {
    if character.is_control() { format!("character U+{:04X}", character as u32) } else { character.to_string() }
}
