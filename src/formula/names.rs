//! What the names of a formula mean: weights, constants, functions, columns of the data, parameters.
//!
//! A column of the data, or a parameter that was given a value, takes precedence over everything except functions.
//! Weights are w1 and w2, and without data x and y, x1 and x2; all with `_`, subscripts, capitals, or an index in
//! brackets. Indexes are counted from 0 where an index 0 occurs. A name that could mean two things is refused.

use super::FormulaError;
use super::characters::look_alike;
use super::column_name::column_name;
use super::functions::{Function, elsewhere, function, nearest};
use super::indexes::{Base, Counting, Form, Index};
use super::scope::Scope;
use super::split::{Part, Placed, indexed, is_weight, splits};
use super::token::{Token, TokenKind};
use crate::number::Unary;

/// What a token is read as before all indexes are known.
#[derive(Clone, Debug)]
enum Reading {
    /// Its kind is decided.
    Is(TokenKind),
    /// A weight by its index; the name is that of a parameter, if it turns out to be one.
    Indexed(Index, String),
    /// `x` (0) or `y` (1).
    Letter(usize),
}

/// A token with its reading.
struct Read {
    reading: Reading,
    token: Token,
}

/// The tokens of a formula with their meaning, and sentences about names whose reading a person should know.
///
/// # Errors
/// Returns an error if a name could mean two things, has an index that no weight has, or has letters that look like
/// others.
pub fn resolved(tokens: Vec<Token>, scope: &Scope) -> Result<(Vec<Token>, Vec<String>), FormulaError> {
    let read = Reader { tokens: &tokens, scope, read: Vec::new() }.all()?;
    let counting = Counting::of(&indexes(&read), first_letter(&read))?;
    let notes = counting.notes();
    let meant = |Read { reading, token }: Read| {
        let kind = match reading {
            Reading::Is(kind) => kind,
            Reading::Letter(index) => TokenKind::Weight(index),
            Reading::Indexed(index, name) => counting.meaning(index, name)?,
        };
        Ok(Token { kind, ..token })
    };
    Ok((read.into_iter().map(meant).collect::<Result<_, FormulaError>>()?, notes))
}

/// The weights that are named by an index.
fn indexes(read: &[Read]) -> Vec<Index> {
    let index = |read: &Read| match &read.reading {
        Reading::Indexed(index, _) => Some(*index),
        _ => None,
    };
    read.iter().filter_map(index).collect()
}

/// The column of the first weight that is named x or y.
fn first_letter(read: &[Read]) -> Option<usize> {
    read.iter().find(|read| matches!(read.reading, Reading::Letter(_))).map(|read| read.token.column)
}

struct Reader<'a> {
    tokens: &'a [Token],
    scope: &'a Scope<'a>,
    read: Vec<Read>,
}

impl Reader<'_> {
    fn all(mut self) -> Result<Vec<Read>, FormulaError> {
        let mut position = 0;
        while let Some(token) = self.tokens.get(position) {
            position += match &token.kind {
                TokenKind::Name(name) => self.name(name, position)?,
                TokenKind::Quoted(name) => {
                    let kind = self.quoted(name, token.column)?;
                    self.push(Reading::Is(kind), token.clone());
                    1
                }
                kind => {
                    self.push(Reading::Is(kind.clone()), token.clone());
                    1
                }
            };
        }
        Ok(self.read)
    }

    fn push(&mut self, reading: Reading, token: Token) {
        self.read.push(Read { reading, token });
    }

    fn kind(&self, position: usize) -> Option<&TokenKind> {
        self.tokens.get(position).map(|token| &token.kind)
    }

    /// A header in backquotes stands for the column's name (`fixed acidity` is fixed_acidity), or for a parameter of
    /// that name.
    fn quoted(&self, header: &str, column: usize) -> Result<TokenKind, FormulaError> {
        if let Some(name) = self.scope.column_of_header(header) {
            return Ok(TokenKind::Column(name.clone()));
        }
        let name = column_name(header);
        if name.is_empty() {
            return Err(FormulaError { column, message: "there is no name between these backquotes".to_owned() });
        }
        if self.scope.is_column(&name) {
            return Ok(TokenKind::Column(name));
        }
        let characters: Vec<char> = name.chars().collect();
        if self.scope.has_letters() && indexed(header.trim()).is_some() {
            let header = header.trim();
            let message = format!("there is no column `{header}`: write {header} without backquotes");
            return Err(FormulaError { column, message });
        }
        let is_known =
            self.known(&name, false, column)?.is_some() || !splits(&characters, self.scope, false).is_empty();
        if is_known && !self.scope.is_declared(&name) {
            return Err(FormulaError {
                column,
                message: format!("there is no column `{name}`: write {name} without backquotes"),
            });
        }
        Ok(TokenKind::Parameter(name))
    }

    /// Reads a name, and an index behind it; returns how many tokens that are.
    fn name(&mut self, name: &str, position: usize) -> Result<usize, FormulaError> {
        let token = self.tokens[position].clone();
        if !self.scope.is_declared(name) {
            check_letters(name, &token)?;
        }
        if let Some(index) = self.index_behind(name, position)? {
            self.push(index, token);
            return Ok(4);
        }
        let is_base = matches!(self.kind(position + 1), Some(TokenKind::Symbol('^') | TokenKind::Superscript(_)));
        if let Some(reading) = self.known(name, is_base, token.column)? {
            if matches!(reading, Reading::Is(TokenKind::Function(..))) {
                self.check_column_like_a_function(name, position)?;
            }
            // Spreadsheets write PI().
            let is_constant = matches!(reading, Reading::Is(TokenKind::Constant(_)));
            let behind = [1, 2].map(|ahead| self.kind(position + ahead));
            let is_called = behind == [Some(&TokenKind::Symbol('(')), Some(&TokenKind::Symbol(')'))];
            self.push(reading, token);
            return Ok(if is_constant && is_called { 3 } else { 1 });
        }
        if !self.scope.is_declared(name) {
            self.check_name(name, position)?;
        }
        self.unknown(name, is_base, &token)?;
        Ok(1)
    }

    /// Refuses a function without an argument if a column of the data has its name as the header.
    fn check_column_like_a_function(&self, name: &str, position: usize) -> Result<(), FormulaError> {
        let is_argument = |kind: &TokenKind| match kind {
            TokenKind::Symbol(symbol) => matches!(symbol, '(' | '{' | '[' | '|' | '√' | '^'),
            TokenKind::End => false,
            _ => true,
        };
        let is_applied = self.kind(position + 1).is_some_and(is_argument);
        let Some(alias) = self.scope.column_of_header(name).filter(|_| !is_applied) else { return Ok(()) };
        let message = format!("{name} is a function: write {alias} for the column '{name}', or its name in backquotes");
        Err(FormulaError { column: self.tokens[position].column, message })
    }

    /// Refuses names that mean something in other programs and cannot be names in a formula.
    fn check_name(&self, name: &str, position: usize) -> Result<(), FormulaError> {
        let column = self.tokens[position].column;
        let fail = |message: String| Err(FormulaError { column, message });
        if name.starts_with('_') {
            return fail(format!("`{name}` is no name: write an index behind its letter, such as w_1"));
        }
        let next = self.tokens.get(position + 1);
        let is_called = next.is_some_and(|next| next.kind == TokenKind::Symbol('('));
        let is_applied = next.is_some_and(|next| {
            matches!(next.kind, TokenKind::Name(_) | TokenKind::Number(_) | TokenKind::Symbol('(' | '{' | '|' | '√'))
        });
        let is_close = next.is_some_and(|next| !next.spaced);
        let has_capitals = function(&name.to_lowercase()).is_some();
        // a^xb^y is aˣ·bʸ on paper, and a^(xb^y) with a parameter xb here.
        let is_exponent = position.checked_sub(1).and_then(|before| self.kind(before)) == Some(&TokenKind::Symbol('^'));
        let mut letters = name.chars();
        if is_exponent
            && self.scope.has_letters()
            && let (Some(weight @ ('x' | 'y')), Some(other), None) = (letters.next(), letters.next(), letters.next())
            && splits_none(name, self.scope)
        {
            return fail(format!(
                "it is unclear how far the exponent reaches: write ^{weight}*{other}, ^({weight}*{other}), or ^({name}) for \
                 one parameter"
            ));
        }
        if name == "return" {
            return fail("write the formula alone, without `return`".to_owned());
        }
        if is_called && matches!(name.to_lowercase().as_str(), "sum" | "mean" | "average") {
            return fail(format!(
                "`{name}` is no function: write the terms with + between them; over data, L is the mean already"
            ));
        }
        if is_applied && (elsewhere(name).is_some() || has_capitals) {
            return Err(no_function(name, column));
        }
        if let Some((head, index)) = name.split_once('_')
            && let Some(known) = function(head)
        {
            let instead =
                if known == Function::Logarithm { format!("log(…, {index})") } else { format!("{head}(…)") };
            return fail(format!("`{name}` is no function: write {instead}"));
        }
        let is_letter = name.chars().count() == 1;
        let is_usual = USUAL_FUNCTIONS.contains(&name) && !self.scope.is_declared(name);
        if is_called && is_close && is_letter && (is_usual || self.is_bare_weight(position + 2)) {
            return fail(format!("`{name}(…)` is a function or a product: write {name}*(…) for a product"));
        }
        if is_called && is_close && !is_letter && splits_none(name, self.scope) {
            return Err(no_function(name, column));
        }
        Ok(())
    }

    /// Whether a single weight and a closing parenthesis stand at a position.
    fn is_bare_weight(&self, position: usize) -> bool {
        let is_name = match self.kind(position) {
            Some(TokenKind::Name(name)) => matches!(name.as_str(), "x" | "y" | "X" | "Y") || indexed(name).is_some(),
            _ => false,
        };
        is_name && matches!(self.kind(position + 1), Some(TokenKind::Symbol(')' | ',')))
    }

    /// The meaning of a whole name.
    fn known(&self, name: &str, is_base: bool, column: usize) -> Result<Option<Reading>, FormulaError> {
        let is = |kind: TokenKind| Ok(Some(Reading::Is(kind)));
        if let Some(function) = function(name) {
            return is(TokenKind::Function(function, name.to_owned()));
        }
        if self.scope.is_column(name) {
            return is(TokenKind::Column(name.to_owned()));
        }
        if self.scope.is_declared(name) && !is_weight(name) {
            return is(TokenKind::Parameter(name.to_owned()));
        }
        if let Some(column) = self.scope.column_like(name) {
            return is(TokenKind::Column(column));
        }
        match name {
            "pi" | "π" | "Pi" | "PI" | "M_PI" => return is(TokenKind::Constant("π")),
            "e" | "M_E" => return is(TokenKind::Constant("e")),
            "E" if is_base => return is(TokenKind::Constant("e")),
            "x" | "X" if self.scope.has_letters() => return Ok(Some(Reading::Letter(0))),
            "y" | "Y" if self.scope.has_letters() => return Ok(Some(Reading::Letter(1))),
            "x" | "y" => {
                let has = self.scope.columns.join(", ");
                let message = format!("`{name}` is no column of the data, which have {has}; the weights are w1 and w2");
                return Err(FormulaError { column, message });
            }
            _ => {}
        }
        let found = indexed(name).filter(|(base, _)| *base == Base::W || self.scope.has_letters());
        let index = |(base, number)| Index { base, number, form: Form::Name, column };
        Ok(found.map(|found| Reading::Indexed(index(found), name.to_owned())))
    }

    /// Splits a name into known parts, or takes it for a parameter.
    fn unknown(&mut self, name: &str, is_base: bool, token: &Token) -> Result<(), FormulaError> {
        let characters: Vec<char> = name.chars().collect();
        check_function_before_digit(&characters, token.column)?;
        // π is a letter of no other name.
        if characters.contains(&'π') {
            check_around_pi(&characters, token.column)?;
            return self.around_pi(&characters, is_base, token);
        }
        let found = splits(&characters, self.scope, is_base);
        match found.as_slice() {
            [] => {
                check_constant(&characters, self.scope, token.column)?;
                self.push(Reading::Is(TokenKind::Parameter(name.to_owned())), token.clone());
            }
            [parts] => self.parts(parts, token),
            [first, second, ..] => {
                let message =
                    format!("`{name}` can be read as {} or as {}: write one of them", shown(first), shown(second));
                return Err(FormulaError { column: token.column, message });
            }
        }
        Ok(())
    }

    fn parts(&mut self, parts: &[Placed], token: &Token) {
        for (part, place, _) in parts {
            let reading = match part.clone() {
                Part::Indexed(base, number) => {
                    let column = token.column_of(*place);
                    Reading::Indexed(Index { base, number, form: Form::Name, column }, String::new())
                }
                Part::Letter(index) => Reading::Letter(index),
                Part::Constant(name) => Reading::Is(TokenKind::Constant(name)),
                Part::Function(name) => match function(&name) {
                    Some(function) => Reading::Is(TokenKind::Function(function, name)),
                    None => Reading::Is(TokenKind::Parameter(name)),
                },
                Part::Column(name) => Reading::Is(TokenKind::Column(name)),
                Part::Parameter(name) => Reading::Is(TokenKind::Parameter(name)),
            };
            self.piece(reading, *place, token);
        }
    }

    /// Adds a part of the name of a token, at this place in it.
    fn piece(&mut self, reading: Reading, place: usize, token: &Token) {
        self.push(reading, token.part_from(place));
    }

    /// Reads a name with π in it as a product of the part before, π, and the part behind.
    fn around_pi(&mut self, characters: &[char], is_base: bool, token: &Token) -> Result<(), FormulaError> {
        let mut place = 0;
        for part in characters.split_inclusive(|character| *character == 'π') {
            let (name, has_pi) = match part.split_last() {
                Some(('π', before)) => (before, true),
                _ => (part, false),
            };
            let text: String = name.iter().collect();
            let is_last = place + part.len() == characters.len();
            if !text.is_empty() {
                let here = token.part_from(place);
                match self.known(&text, is_base && is_last, here.column)? {
                    Some(reading) => self.push(reading, here),
                    None => self.unknown(&text, is_base && is_last, &here)?,
                }
            }
            if has_pi {
                self.piece(Reading::Is(TokenKind::Constant("π")), place + name.len(), token);
            }
            place += part.len();
        }
        Ok(())
    }

    /// The index in brackets or parentheses behind the name at a position.
    fn index_behind(&self, name: &str, position: usize) -> Result<Option<Reading>, FormulaError> {
        let column = self.tokens[position].column;
        let fail = |message: String| Err(FormulaError { column, message });
        let opened = match self.tokens.get(position + 1) {
            Some(Token { kind: TokenKind::Symbol('['), .. }) => '[',
            Some(Token { kind: TokenKind::Symbol('('), .. }) => '(',
            Some(Token { kind: TokenKind::Symbol('{'), spaced: false, .. }) => '{',
            _ => return Ok(None),
        };
        let closes = match opened {
            '[' => ']',
            '{' => '}',
            _ => ')',
        };
        let index = match (self.kind(position + 2), self.kind(position + 3)) {
            (Some(TokenKind::Number(literal)), Some(TokenKind::Symbol(symbol))) if *symbol == closes => {
                literal.text.parse::<u32>().ok()
            }
            _ => None,
        };
        let is_name = function(name).is_none();
        let mut letters = name.chars();
        let base = match (letters.next().and_then(Base::of), letters.next()) {
            (Some(base), None) if !self.scope.is_declared(name) && (base == Base::W || self.scope.has_letters()) => {
                Some(base)
            }
            _ => None,
        };
        let read =
            |base: Base, number: u32, form: Form| Reading::Indexed(Index { base, number, form, column }, String::new());
        match (opened, base, index) {
            ('[' | '{', Some(base), Some(index)) => {
                if self.kind(position + 4) == Some(&TokenKind::Symbol('[')) {
                    return fail(format!("`{name}` has one index only"));
                }
                Ok(Some(read(base, index, Form::Brackets)))
            }
            ('[', Some(_), None) => fail(format!("the index of `{name}` is a whole number: {name}[1] or {name}[2]")),
            ('[', None, _) if is_name => {
                if let Some(known) = function(&name.to_lowercase()).and(nearest(name)) {
                    return fail(format!("`{name}` is no function: write {known}(…)"));
                }
                if indexed(name).is_some_and(|(base, _)| base == Base::W || self.scope.has_letters()) {
                    return fail(format!("`{name}` is one number and has no index: write w1 or w2"));
                }
                let example = index.map_or_else(|| format!("{name}*(…)"), |index| format!("{name}{index}"));
                fail(format!("only the weights have an index in brackets: write {example} for what is meant here"))
            }
            ('(', Some(base), Some(index)) => Ok(Some(read(base, index, Form::Parentheses))),
            ('(', None, Some(index)) if matches!(name, "y" | "Y") && self.scope.has_letters() => {
                fail(format!("`{name}({index})` is unclear: write {name}*{index} for a product, or w1 and w2"))
            }
            _ => Ok(None),
        }
    }
}

/// Letters that stand for functions as often as for numbers.
const USUAL_FUNCTIONS: [&str; 11] = ["f", "g", "h", "F", "G", "H", "L", "σ", "φ", "ϕ", "ψ"];

/// Refuses a function before a number: `sin2x`, `sqrt2`, `log2x`.
fn check_function_before_digit(name: &[char], column: usize) -> Result<(), FormulaError> {
    let Some(place) = name.iter().position(char::is_ascii_digit) else { return Ok(()) };
    let text = |characters: &[char]| characters.iter().collect::<String>();
    let (head, tail) = (text(&name[..place]), text(&name[place..]));
    let is_elementary =
        matches!(function(&head), Some(Function::Unary(op)) if !matches!(op, Unary::Sign | Unary::Step));
    if !is_elementary && function(&head) != Some(Function::Logarithm) {
        return Ok(());
    }
    let digits = name[place..].iter().take_while(|character| character.is_ascii_digit()).count();
    let (called, rest) = (text(&name[..place + digits]), text(&name[place + digits..]));
    let other = if function(&called).is_some() { format!("{called}({rest})") } else { format!("{head}(…)") };
    let message = format!("`{}` is unclear: write {head}({tail}) or {other}, with parentheses", text(name));
    Err(FormulaError { column, message })
}

/// Refuses π with an index and as an index, and a number behind it: `π2x`, `π_2`, `σ_π`.
fn check_around_pi(name: &[char], column: usize) -> Result<(), FormulaError> {
    let meets = |pair: &[char]| match pair {
        ['π', next] => next.is_ascii_digit() || *next == '_',
        [before, 'π'] => *before == '_',
        _ => false,
    };
    if !name.windows(2).any(meets) {
        return Ok(());
    }
    let name: String = name.iter().collect();
    let message = format!("`{name}` is unclear: π is a number; write 2π or π^2, and another letter for an index");
    Err(FormulaError { column, message })
}

/// Whether a name stays whole.
fn splits_none(name: &str, scope: &Scope) -> bool {
    let characters: Vec<char> = name.chars().collect();
    !characters.contains(&'π') && splits(&characters, scope, false).is_empty()
}

/// Refuses `ex` and `xey`: the letter e is the constant, or part of a name.
fn check_constant(name: &[char], scope: &Scope, column: usize) -> Result<(), FormulaError> {
    let is_e = |character: &char| *character == 'e';
    let parts: Vec<&[char]> = name.split(is_e).filter(|part| !part.is_empty()).collect();
    let is_known = |part: &&[char]| {
        let text: String = part.iter().collect();
        matches!(text.as_str(), "x" | "y" | "xy") && scope.has_letters() || is_weight(&text)
    };
    if !name.contains(&'e') || !parts.iter().all(is_known) {
        return Ok(());
    }
    let text: String = name.iter().collect();
    let product: Vec<String> = name
        .split_inclusive(is_e)
        .flat_map(|part| match part.split_last() {
            Some(('e', before)) => vec![before.iter().collect::<String>(), "e".to_owned()],
            _ => vec![part.iter().collect()],
        })
        .filter(|part| !part.is_empty())
        .collect();
    let message = format!("`{text}` is unclear: write {} for the product with e = 2.718…", product.join("*"));
    Err(FormulaError { column, message })
}

/// A split name as it can be typed.
fn shown(parts: &[Placed]) -> String {
    let mut text = String::new();
    let mut after_function = true;
    for (part, ..) in parts {
        let (name, is_function) = match part {
            Part::Indexed(base, index) => (format!("{}{index}", if *base == Base::W { "w" } else { "x" }), false),
            Part::Letter(index) => (["x", "y"][*index].to_owned(), false),
            Part::Constant(name) => ((*name).to_owned(), false),
            Part::Function(name) => (name.clone(), true),
            Part::Column(name) | Part::Parameter(name) => (name.clone(), false),
        };
        if !text.is_empty() {
            text.push(if after_function { ' ' } else { '*' });
        }
        text.push_str(&name);
        after_function = is_function;
    }
    text
}

/// The error of a name before parentheses that is not a function.
fn no_function(name: &str, column: usize) -> FormulaError {
    let hint = match elsewhere(name) {
        Some("") => String::new(),
        Some(instead) => format!(": write {instead}"),
        None => nearest(name).map(|known| format!("; did you mean {known}?")).unwrap_or_default(),
    };
    let message = format!("`{name}` is no function{hint} (a product with a parameter is written {name}*(…))");
    FormulaError { column, message }
}

/// Refuses letters of other scripts that look like Latin ones, in a name that could be a Latin one.
fn check_letters(name: &str, token: &Token) -> Result<(), FormulaError> {
    let found = name.chars().enumerate().find_map(|(place, letter)| Some((place, letter, look_alike(letter)?)));
    let Some((place, letter, (script, latin))) = found else { return Ok(()) };
    let is_latin = |letter: char| letter.is_ascii() || look_alike(letter).is_some();
    let mixes = name.chars().any(|letter| letter.is_ascii_alphabetic());
    if !mixes && !name.chars().all(is_latin) {
        return Ok(());
    }
    let message =
        format!("this `{letter}` is a {script} letter that looks like the Latin `{latin}`: type the Latin one");
    Err(FormulaError { column: token.column_of(place), message })
}
