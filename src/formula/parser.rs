//! Tokens → expression. Precedence climbing; nesting is bounded, so that no text exhausts the stack.
//!
//! ```text
//! sum      = product { ("+" | "-") product }
//! product  = signed { ("*" | "/") signed | power }        juxtaposition multiplies
//! signed   = ("-" | "+") signed | power                    −w1² is −(w1²)
//! power    = atom { superscript } [ "^" signed ]           to the right
//! atom     = number | name | function "(" sum {"," sum} ")" | "(" sum ")" | "√" atom
//! ```

use super::FormulaError;
use super::expression::{Expression, Literal, Node, Place};
use super::lexer::{Token, TokenKind, tokens};
use crate::number::{Binary, Constant, Unary};

/// How deeply parentheses, functions, signs and powers may be nested.
pub const MAX_DEPTH: usize = 100;

/// Parses a formula. With data, the names of their columns win over all but functions and w1 and w2, and x and y
/// are no weights.
///
/// # Errors
/// When the text is no formula; the error points at a column.
pub fn parse(text: &str, data: &[String]) -> Result<Expression, FormulaError> {
    let tokens = tokens(text)?;
    let mut parser = Parser {
        tokens: &tokens,
        position: 0,
        depth: 0,
        data,
        expression: Expression { nodes: Vec::new(), parameters: Vec::new(), columns: Vec::new() },
    };
    if parser.peek().kind == TokenKind::End {
        return Err(FormulaError { column: 1, message: "a formula was expected, such as w1^3 - w2^2".to_owned() });
    }
    parser.sum()?;
    let token = parser.peek();
    match token.kind {
        TokenKind::End => Ok(parser.expression),
        TokenKind::Symbol(')') => Err(parser.error("this `)` closes nothing")),
        TokenKind::Symbol(',') => {
            Err(parser.error("this comma is outside a function; decimals are written with a point"))
        }
        _ => Err(parser.unexpected("an operator or the end of the formula")),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    position: usize,
    depth: usize,
    /// The names of the data's columns.
    data: &'a [String],
    expression: Expression,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        // The last token is `End`, and nothing advances past it.
        &self.tokens[self.position.min(self.tokens.len() - 1)]
    }

    fn advance(&mut self) {
        self.position += 1;
    }

    fn accept(&mut self, symbol: char) -> bool {
        let found = self.peek().kind == TokenKind::Symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn error(&self, message: &str) -> FormulaError {
        FormulaError { column: self.peek().column, message: message.to_owned() }
    }

    fn unexpected(&self, expected: &str) -> FormulaError {
        self.error(&format!("found {}, expected {expected}", self.peek().kind))
    }

    fn push(&mut self, node: Node) -> Place {
        self.expression.nodes.push(node);
        self.expression.root()
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, FormulaError>) -> Result<T, FormulaError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(&format!("nested too deeply: at most {MAX_DEPTH} levels are allowed")));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn sum(&mut self) -> Result<Place, FormulaError> {
        let mut left = self.product()?;
        loop {
            let operator = if self.accept('+') {
                Binary::Add
            } else if self.accept('-') {
                Binary::Sub
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = self.push(Node::Binary(operator, left, right));
        }
    }

    fn product(&mut self) -> Result<Place, FormulaError> {
        let mut left = self.signed()?;
        loop {
            let (operator, right) = if self.accept('*') {
                (Binary::Mul, self.signed()?)
            } else if self.accept('/') {
                (Binary::Div, self.signed()?)
            } else if self.begins_factor() {
                (Binary::Mul, self.power()?)
            } else {
                return Ok(left);
            };
            left = self.push(Node::Binary(operator, left, right));
        }
    }

    /// Whether the next token begins a factor that is juxtaposed.
    fn begins_factor(&self) -> bool {
        matches!(self.peek().kind, TokenKind::Number(_) | TokenKind::Name(_) | TokenKind::Symbol('(' | '√'))
    }

    fn signed(&mut self) -> Result<Place, FormulaError> {
        if self.accept('-') {
            let operand = self.nested(Parser::signed)?;
            Ok(self.push(Node::Unary(Unary::Neg, operand)))
        } else if self.accept('+') {
            self.nested(Parser::signed)
        } else {
            self.power()
        }
    }

    fn power(&mut self) -> Result<Place, FormulaError> {
        let base_is_e = matches!(&self.peek().kind, TokenKind::Name(name) if name == "e");
        let mut base = self.atom()?;
        while let TokenKind::Superscript(exponent) = self.peek().kind {
            self.advance();
            let exponent = self.push(Node::Number(Literal::of(f64::from(exponent))));
            base = self.push(Node::Binary(Binary::Pow, base, exponent));
        }
        if self.accept('^') {
            let plain =
                base == self.expression.root() && matches!(self.expression.nodes.get(base), Some(Node::Number(_)));
            if base_is_e && plain {
                // eˣ is the exponential, exactly.
                self.expression.nodes.pop();
                let exponent = self.nested(Parser::signed)?;
                return Ok(self.push(Node::Unary(Unary::Exp, exponent)));
            }
            let exponent = self.nested(Parser::signed)?;
            base = self.push(Node::Binary(Binary::Pow, base, exponent));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Result<Place, FormulaError> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Number(literal) => {
                self.advance();
                Ok(self.push(Node::Number(literal)))
            }
            TokenKind::Name(name) => self.name(&name, token.column),
            TokenKind::Symbol('(') => {
                self.advance();
                let inside = self.nested(Parser::sum)?;
                self.close(token.column)?;
                Ok(inside)
            }
            TokenKind::Symbol('√') => {
                self.advance();
                let operand = self.nested(Parser::atom)?;
                Ok(self.push(Node::Unary(Unary::Sqrt, operand)))
            }
            _ => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn close(&mut self, opened: usize) -> Result<(), FormulaError> {
        if self.accept(')') {
            return Ok(());
        }
        let hint = if self.peek().kind == TokenKind::Symbol(',') { "; decimals are written with a point" } else { "" };
        Err(self.unexpected(&format!("`)` for the `(` in column {opened}{hint}")))
    }

    fn name(&mut self, name: &str, column: usize) -> Result<Place, FormulaError> {
        self.advance();
        let opens = self.peek().kind == TokenKind::Symbol('(');
        let is_column = self.data.iter().any(|known| known == name);
        let weight = match name {
            "w1" => Some(0),
            "w2" => Some(1),
            "x" if self.data.is_empty() => Some(0),
            "y" if self.data.is_empty() => Some(1),
            "x" | "y" if !is_column => {
                let has = self.data.join(", ");
                let message = format!("`{name}` is no column of the data, which have {has}; the weights are w1 and w2");
                return Err(FormulaError { column, message });
            }
            _ => None,
        };
        if let Some(weight) = weight {
            return Ok(self.push(Node::Weight(weight)));
        }
        if is_column && !is_function(name) {
            let index = place_of(&mut self.expression.columns, name);
            return Ok(self.push(Node::Column(index)));
        }
        if let Some(text) = match name {
            "pi" | "π" => Some("π"),
            "e" => Some("e"),
            _ => None,
        } {
            let value = if text == "e" { std::f64::consts::E } else { std::f64::consts::PI };
            let literal = Literal { text: text.to_owned(), constant: Constant::rounded(value) };
            return Ok(self.push(Node::Number(literal)));
        }
        if let Some(&unary) = Unary::ALL.iter().find(|op| op.names().contains(&name)) {
            let arguments = self.arguments(name, 1)?;
            return Ok(self.push(Node::Unary(unary, arguments[0])));
        }
        if let Some(&binary) = Binary::ALL.iter().find(|op| op.names().contains(&name)) {
            let arguments = self.arguments(name, 2)?;
            // More than two arguments nest to the left: max(a, b, c) = max(max(a, b), c).
            let mut result = arguments[0];
            for &argument in &arguments[1..] {
                result = self.push(Node::Binary(binary, result, argument));
            }
            return Ok(result);
        }
        if opens && !self.peek().spaced && name.chars().count() > 1 {
            let known = nearest_function(name);
            let hint = known.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
            let message = format!("`{name}` is no function{hint} (a product with a parameter is written {name}*(…))");
            return Err(FormulaError { column, message });
        }
        let index = place_of(&mut self.expression.parameters, name);
        if index >= MAX_PARAMETERS {
            return Err(FormulaError {
                column,
                message: format!("a formula may have at most {MAX_PARAMETERS} parameters"),
            });
        }
        Ok(self.push(Node::Parameter(index)))
    }

    fn arguments(&mut self, name: &str, least: usize) -> Result<Vec<Place>, FormulaError> {
        let opened = self.peek().column;
        if !self.accept('(') {
            return Err(self.unexpected(&format!("`(`: {name} needs its argument in parentheses")));
        }
        let mut arguments = vec![self.nested(Parser::sum)?];
        while least > 1 && self.accept(',') {
            arguments.push(self.nested(Parser::sum)?);
        }
        if arguments.len() < least {
            return Err(self.unexpected(&format!("`,`: {name} takes two arguments or more")));
        }
        self.close(opened)?;
        Ok(arguments)
    }
}

/// The place of a name in a list, to which it is added where it is new.
fn place_of(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// Whether the formula language knows a function of this name.
fn is_function(name: &str) -> bool {
    Unary::ALL.iter().any(|op| op.names().contains(&name)) || Binary::ALL.iter().any(|op| op.names().contains(&name))
}

/// Whether a formula can name a column so: one word of letters, digits and underscores that begins with no digit and
/// means nothing else. Subscript digits are read as digits.
pub fn can_name_a_column(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_') && name.chars().any(char::is_alphanumeric);
    let tokens = tokens(name).unwrap_or_default();
    let is_one_name = matches!(tokens.as_slice(),
        [Token { kind: TokenKind::Name(read), .. }, Token { kind: TokenKind::End, .. }] if read == name);
    is_word && is_one_name && !matches!(name, "w1" | "w2") && !is_function(name)
}

/// The most parameters that a formula may have.
pub const MAX_PARAMETERS: usize = 32;

/// The known function whose name differs from `name` least, when it differs little.
fn nearest_function(name: &str) -> Option<&'static str> {
    let names = Unary::ALL.iter().flat_map(|op| op.names()).chain(Binary::ALL.iter().flat_map(|op| op.names()));
    names.copied().map(|known| (distance(name, known), known)).min().filter(|(d, _)| *d <= 2).map(|(_, known)| known)
}

/// Edits (insertions, deletions, replacements) from one word to another (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
