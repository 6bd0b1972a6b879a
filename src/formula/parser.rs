//! Tokens → expression. Precedence climbing; nesting is bounded, so that no text exhausts the stack.
//!
//! ```text
//! sum      = product { ("+" | "-") product }
//! product  = signed { ("*" | "/") signed | power }        juxtaposition multiplies
//! signed   = ("-" | "+") signed | power                    −w1² is −(w1²)
//! power    = atom { superscript } [ "^" signed ]           to the right
//! atom     = number | name | call | "(" sum ")" | "|" sum "|" | "√" atom | "\\frac" group group | "\\sqrt" group
//! call     = function [power] ( "(" sum {"," sum} ")" | power )      see [`super::application`]
//! ```
//!
//! A factor without a multiplication sign may follow a power, a quotient or a function only if there is one reading:
//! `e^2x`, `1/xy` and `sin 2x` are refused.

use super::FormulaError;
use super::expression::{Expression, Literal, Node, NodeIndex, is_e};
use super::lexer::tokens;
use super::names::resolved;
use super::scope::Scope;
use super::token::{Token, TokenKind};
use crate::number::{Binary, Constant, Unary};

/// How deeply parentheses, functions, signs and powers may be nested.
pub const MAX_DEPTH: usize = 100;

/// The most parameters that a formula may have.
pub const MAX_PARAMETERS: usize = 32;

/// Parses a formula; with it come sentences about how its names were read.
///
/// # Errors
/// Returns an error if the text is not a formula, or if it can be read in two ways. The error has the column.
pub fn parse(text: &str, scope: &Scope) -> Result<(Expression, Vec<String>), FormulaError> {
    let (tokens, notes) = resolved(tokens(text)?, scope)?;
    let characters: Vec<char> = text.chars().collect();
    let mut parser = Parser {
        text: &characters,
        tokens: &tokens,
        position: 0,
        depth: 0,
        bars: Vec::new(),
        expression: Expression { nodes: Vec::new(), parameters: Vec::new(), columns: Vec::new() },
    };
    if parser.peek().kind == TokenKind::End {
        return Err(FormulaError { column: 1, message: "a formula was expected, such as w1^3 - w2^2".to_owned() });
    }
    parser.sum()?;
    let token = parser.peek();
    match token.kind {
        TokenKind::End => Ok((parser.expression, notes)),
        TokenKind::Symbol(symbol @ (')' | ']' | '}' | '|' | '⌋' | '⌉')) => {
            Err(parser.error(&format!("this `{symbol}` closes nothing")))
        }
        TokenKind::Symbol(',') => {
            Err(parser.error("this comma is outside a function; decimals are written with a point"))
        }
        _ => Err(parser.unexpected("an operator or the end of the formula")),
    }
}

pub(super) struct Parser<'a> {
    text: &'a [char],
    tokens: &'a [Token],
    position: usize,
    depth: usize,
    /// The columns of the bars `|` that are open, and 0 for each pair of parentheses that is open inside them.
    bars: Vec<usize>,
    pub(super) expression: Expression,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &Token {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, count: usize) -> &Token {
        // The last token is `End`, and nothing advances past it.
        &self.tokens[(self.position + count).min(self.tokens.len() - 1)]
    }

    pub(super) fn advance(&mut self) {
        self.position += 1;
    }

    pub(super) fn accept(&mut self, symbol: char) -> bool {
        let found = self.peek().kind == TokenKind::Symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn error(&self, message: &str) -> FormulaError {
        error_at(self.peek().column, message)
    }

    pub(super) fn unexpected(&self, expected: &str) -> FormulaError {
        self.error(&format!("found {}, expected {expected}", self.peek().kind))
    }

    /// The text from a column up to the next token.
    pub(super) fn written(&self, from: usize) -> String {
        let end = (self.peek().column - 1).min(self.text.len());
        let text: String = self.text.get(from - 1..end).unwrap_or_default().iter().collect();
        text.trim().to_owned()
    }

    pub(super) fn push(&mut self, node: Node) -> NodeIndex {
        self.expression.nodes.push(node);
        self.expression.root()
    }

    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, FormulaError>,
    ) -> Result<T, FormulaError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(&format!("nested too deeply: at most {MAX_DEPTH} levels are allowed")));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    pub(super) fn sum(&mut self) -> Result<NodeIndex, FormulaError> {
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

    fn product(&mut self) -> Result<NodeIndex, FormulaError> {
        let mut left = self.signed()?;
        loop {
            let (operator, right) = if self.accept('*') {
                (Binary::Mul, self.signed()?)
            } else if self.peek().kind == TokenKind::Symbol('/') {
                (Binary::Div, self.divisor(left)?)
            } else if self.begins_factor() {
                if self.peek().on_new_line {
                    return Err(self.error("a formula is one expression: write an operator between its lines"));
                }
                if self.peek().kind.is_number() {
                    return Err(self.number_behind());
                }
                (Binary::Mul, self.power()?)
            } else {
                return Ok(left);
            };
            left = self.push(Node::Binary(operator, left, right));
        }
    }

    /// The error of a number that follows a factor without an operator.
    fn number_behind(&self) -> FormulaError {
        let before = self.tokens.get(self.position.saturating_sub(1)).map(|token| &token.kind);
        match before {
            Some(before) if before.is_number() => {
                self.error("two numbers stand side by side: write * between them, or no space in a number")
            }
            _ => self.error("a number stands behind a factor: write * for a product, or ^ for a power"),
        }
    }

    /// The divisor behind a `/`. Refuses 1/xy, where it is unclear which factors the divisor includes.
    fn divisor(&mut self, dividend: NodeIndex) -> Result<NodeIndex, FormulaError> {
        self.advance();
        let column = self.peek().column;
        let divides_digit = self.ends_with_digit(dividend);
        let begins_with_number = matches!(self.peek().kind, TokenKind::Number(_));
        let behind = self.tokens.get(self.position + 1).map(|token| &token.kind);
        let is_bare = matches!(self.peek().kind, TokenKind::Function(..)) && behind != Some(&TokenKind::Symbol('('));
        let divisor = self.signed()?;
        let is_last_a_digit = self.expression.nodes.last().is_some_and(is_digit);
        let next = self.peek();
        // 1/2x is accepted as ½x: it is often typed so, and no other reading is likely.
        let is_half = divides_digit && begins_with_number && is_last_a_digit;
        let is_clear = match next.kind {
            TokenKind::Number(_) => true,
            // The argument of a function without parentheses may reach farther, too.
            _ if is_bare => false,
            TokenKind::Weight(_) | TokenKind::Function(..) | TokenKind::Symbol(_) => next.spaced || is_half,
            _ => next.spaced,
        };
        if self.begins_factor() && !is_clear {
            let both = self.product_behind(column)?;
            let message = format!("it is unclear how far the `/` reaches: write /({both}) or /{both}");
            return Err(error_at(column - 1, &message));
        }
        Ok(divisor)
    }

    /// Whether an expression is a digit, the negative of one, or a product with one as its last factor.
    fn ends_with_digit(&self, node: NodeIndex) -> bool {
        match self.expression.nodes.get(node) {
            Some(Node::Unary(Unary::Neg, last) | Node::Binary(Binary::Mul, _, last)) => {
                self.expression.nodes.get(*last).is_some_and(is_digit)
            }
            Some(node) => is_digit(node),
            None => false,
        }
    }

    /// The text from a column, and the factor behind it, as a product.
    pub(super) fn product_behind(&mut self, column: usize) -> Result<String, FormulaError> {
        let mut product = self.written(column);
        while self.begins_factor() && !self.peek().on_new_line {
            let from = self.peek().column;
            if self.peek().kind.is_number() {
                self.advance();
            } else {
                self.nested(Parser::power)?;
            }
            product = format!("{product}*{}", self.written(from));
        }
        Ok(product)
    }

    /// Whether the next token begins a factor that is juxtaposed.
    pub(super) fn begins_factor(&self) -> bool {
        match self.peek().kind {
            TokenKind::Symbol('|') => self.bars.last().is_none_or(|open| *open == 0),
            TokenKind::Symbol(symbol) => matches!(symbol, '(' | '[' | '{' | '√' | '∛' | '⌊' | '⌈'),
            TokenKind::Superscript(_) | TokenKind::End => false,
            _ => true,
        }
    }

    fn signed(&mut self) -> Result<NodeIndex, FormulaError> {
        if self.accept('-') {
            let operand = self.nested(Parser::signed)?;
            Ok(self.push(Node::Unary(Unary::Neg, operand)))
        } else if self.accept('+') {
            self.nested(Parser::signed)
        } else {
            self.power()
        }
    }

    pub(super) fn power(&mut self) -> Result<NodeIndex, FormulaError> {
        let mut base = self.atom()?;
        while let TokenKind::Superscript(exponent) = self.peek().kind {
            let column = self.peek().column;
            self.advance();
            // The 3 in x³√y is an exponent, or the order of the root.
            if self.peek().kind == TokenKind::Symbol('√') && !self.peek().spaced {
                let message =
                    "this raised number is a power or the order of the root: write * before the `√`, or (…)^(1/n)";
                return Err(error_at(column, message));
            }
            let exponent = self.push(Node::Number(Literal::of(f64::from(exponent))));
            base = self.push(Node::Binary(Binary::Pow, base, exponent));
        }
        if self.peek().kind != TokenKind::Symbol('^') {
            return Ok(base);
        }
        let caret = self.peek().column;
        self.check_index(caret)?;
        self.advance();
        let column = self.peek().column;
        let is_number = matches!(self.expression.nodes.get(base), Some(Node::Number(_)));
        if is_e(&self.expression, base) && base == self.expression.root() {
            // eˣ is the exponential, exactly.
            self.expression.nodes.pop();
            let from = self.expression.nodes.len();
            let exponent = self.nested(Parser::signed)?;
            self.check_exponent(caret, column, true)?;
            self.check_exponential(caret, column, from)?;
            return Ok(self.push(Node::Unary(Unary::Exp, exponent)));
        }
        let exponent = self.nested(Parser::signed)?;
        self.check_exponent(caret, column, is_number)?;
        Ok(self.push(Node::Binary(Binary::Pow, base, exponent)))
    }

    /// Refuses w^{(2)}, which is an index in papers on learning, and a power elsewhere.
    fn check_index(&self, caret: usize) -> Result<(), FormulaError> {
        let symbols = [(1, '{'), (2, '('), (4, ')'), (5, '}')];
        let is_index = symbols.iter().all(|(ahead, symbol)| self.ahead(*ahead).kind == TokenKind::Symbol(*symbol));
        if is_index {
            return Err(error_at(caret, "this is an index or a power: write w_1 for an index, or ^2 for a power"));
        }
        Ok(())
    }

    /// Refuses an exponent if it is unclear where it ends: `e^2x`, `x^ky`. The exponent of `x^2y` is 2.
    fn check_exponent(&mut self, caret: usize, column: usize, base_is_number: bool) -> Result<(), FormulaError> {
        let last = self.tokens.get(self.position.saturating_sub(1));
        let ends_with_number = last.is_some_and(|token| token.kind.is_number());
        let next = self.peek();
        let is_name = matches!(
            next.kind,
            TokenKind::Weight(_) | TokenKind::Parameter(_) | TokenKind::Column(_) | TokenKind::Constant(_)
        );
        let is_unclear = next.glued || (base_is_number && ends_with_number && is_name && !next.spaced);
        if !is_unclear {
            return Ok(());
        }
        let both = self.product_behind(column)?;
        let message = format!("it is unclear how far the exponent reaches: write ^({both}) or ^{both}");
        Err(error_at(caret, &message))
    }

    /// Refuses a number as the exponent of e if a factor follows at once: the Gaussian in `e^-0.5(x^2+y^2)`.
    /// The nodes of the exponent begin at `from`.
    fn check_exponential(&mut self, caret: usize, column: usize, from: usize) -> Result<(), FormulaError> {
        let is_number = self.expression.nodes[from..].iter().all(|node| match node {
            Node::Number(literal) => literal.rational().is_some(),
            Node::Unary(..) | Node::Binary(..) => true,
            Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => false,
        });
        let next = self.peek();
        if !is_number || next.spaced || next.on_new_line || !self.begins_factor() {
            return Ok(());
        }
        let both = self.product_behind(column)?;
        let message =
            format!("it is unclear how far the exponent reaches: write ^({both}), or * before what is not in it");
        Err(error_at(caret, &message))
    }

    fn atom(&mut self) -> Result<NodeIndex, FormulaError> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Number(literal) => {
                self.advance();
                Ok(self.push(Node::Number(literal)))
            }
            TokenKind::Ratio(above, below) => {
                self.advance();
                let [above, below] = [above, below].map(|literal| self.push(Node::Number(literal)));
                Ok(self.push(Node::Binary(Binary::Div, above, below)))
            }
            TokenKind::Weight(index) => {
                self.advance();
                Ok(self.push(Node::Weight(index)))
            }
            TokenKind::Constant(name) => {
                self.advance();
                let value = if name == "e" { std::f64::consts::E } else { std::f64::consts::PI };
                Ok(self.push(Node::Number(Literal { text: name.to_owned(), constant: Constant::rounded(value) })))
            }
            TokenKind::Column(name) => {
                self.advance();
                let index = place_of(&mut self.expression.columns, &name);
                Ok(self.push(Node::Column(index)))
            }
            TokenKind::Parameter(name) => self.parameter(&name, token.column),
            TokenKind::Function(function, name) => self.application(function, &name),
            TokenKind::Symbol('(' | '[' | '{') => self.group(),
            TokenKind::Symbol(open @ ('⌊' | '⌈')) => {
                let inside = self.group()?;
                Ok(self.push(Node::Unary(if open == '⌊' { Unary::Floor } else { Unary::Ceil }, inside)))
            }
            TokenKind::Symbol('|') => self.magnitude(),
            TokenKind::Symbol(sign @ ('√' | '∛')) => self.radical(sign),
            TokenKind::Fraction => {
                self.advance();
                let before = self.position.checked_sub(2).and_then(|before| self.tokens.get(before));
                let is_behind_number = before.is_some_and(|before| matches!(before.kind, TokenKind::Number(_)));
                let above = self.braces()?;
                let below = self.braces()?;
                let is_number = |node: NodeIndex| matches!(self.expression.nodes.get(node), Some(Node::Number(_)));
                if is_behind_number && is_number(above) && is_number(below) {
                    return Err(error_at(token.column, "two numbers stand side by side: write + or * between them"));
                }
                Ok(self.push(Node::Binary(Binary::Div, above, below)))
            }
            TokenKind::Root => self.root(),
            _ => Err(self.unexpected("a number, a name or `(`")),
        }
    }

    fn parameter(&mut self, name: &str, column: usize) -> Result<NodeIndex, FormulaError> {
        self.advance();
        let index = place_of(&mut self.expression.parameters, name);
        if index >= MAX_PARAMETERS {
            return Err(error_at(column, &format!("a formula may have at most {MAX_PARAMETERS} parameters")));
        }
        Ok(self.push(Node::Parameter(index)))
    }

    /// A sum in parentheses, brackets or braces.
    fn group(&mut self) -> Result<NodeIndex, FormulaError> {
        let opened = self.peek().clone();
        self.advance();
        self.bars.push(0);
        let inside = self.nested(Parser::sum)?;
        self.bars.pop();
        self.close(&opened)?;
        Ok(inside)
    }

    /// A sum in braces, as commands of LaTeX have it, or a single character.
    fn braces(&mut self) -> Result<NodeIndex, FormulaError> {
        let is_character = match &self.peek().kind {
            TokenKind::Number(literal) => literal.text.len() == 1,
            TokenKind::Weight(_) | TokenKind::Constant(_) | TokenKind::Parameter(_) => true,
            _ => false,
        };
        if self.peek().kind == TokenKind::Symbol('{') {
            self.group()
        } else if is_character {
            self.atom()
        } else {
            Err(self.unexpected("`{`: write \\frac{…}{…} and \\sqrt{…} with braces"))
        }
    }

    /// √ or ∛ with its argument. Refuses √x² and √2x, where it is unclear where the argument ends.
    fn radical(&mut self, sign: char) -> Result<NodeIndex, FormulaError> {
        let begin = self.peek().column;
        self.advance();
        let is_group = matches!(self.peek().kind, TokenKind::Symbol('(' | '[' | '{'));
        let column = self.peek().column;
        let operand = self.nested(Parser::atom)?;
        let next = self.peek();
        let has_power = matches!(next.kind, TokenKind::Superscript(_) | TokenKind::Symbol('^'));
        if !is_group && (has_power || (self.begins_factor() && !next.spaced)) {
            let first = self.written(column);
            let message = format!(
                "it is unclear how far the `{sign}` reaches: write {sign}(…) with its argument in parentheses, or \
                 ({sign}{first})"
            );
            return Err(error_at(begin, &message));
        }
        Ok(self.push(Node::Unary(if sign == '√' { Unary::Sqrt } else { Unary::Cbrt }, operand)))
    }

    /// `\sqrt{x}` and `\sqrt[3]{x}`.
    fn root(&mut self) -> Result<NodeIndex, FormulaError> {
        self.advance();
        let opened = self.peek().clone();
        if !self.accept('[') {
            let inside =
                if matches!(self.peek().kind, TokenKind::Symbol('(')) { self.group()? } else { self.braces()? };
            return Ok(self.push(Node::Unary(Unary::Sqrt, inside)));
        }
        let index = match &self.peek().kind {
            TokenKind::Number(literal) => literal.constant.as_exact(),
            _ => None,
        };
        self.advance();
        let op = match index {
            Some(2.0) => Unary::Sqrt,
            Some(3.0) => Unary::Cbrt,
            _ => return Err(error_at(opened.column, "a root of this order is written as a power: (…)^(1/n)")),
        };
        self.close(&opened)?;
        let inside = self.braces()?;
        Ok(self.push(Node::Unary(op, inside)))
    }

    /// A magnitude between bars.
    fn magnitude(&mut self) -> Result<NodeIndex, FormulaError> {
        let column = self.peek().column;
        self.advance();
        self.bars.push(column);
        let inside = self.nested(Parser::sum)?;
        self.bars.pop();
        if !self.accept('|') {
            return Err(self.unexpected(&format!("`|` for the `|` in column {column}")));
        }
        let place = self.push(Node::Unary(Unary::Abs, inside));
        self.check_bars(column)?;
        Ok(place)
    }

    /// Refuses |a|b|c|, which is |a|·b·|c| or |a·|b|·c|.
    fn check_bars(&self, column: usize) -> Result<(), FormulaError> {
        let is_factor = self.begins_factor() && self.peek().kind != TokenKind::Symbol('|');
        let later = self.tokens[self.position..].iter().any(|token| token.kind == TokenKind::Symbol('|'));
        if is_factor && later {
            return Err(error_at(
                column,
                "it is unclear how these bars are paired: write abs(…), or * between the factors",
            ));
        }
        Ok(())
    }

    pub(super) fn close(&mut self, opened: &Token) -> Result<(), FormulaError> {
        let (open, close) = match opened.kind {
            TokenKind::Symbol('[') => ('[', ']'),
            TokenKind::Symbol('{') => ('{', '}'),
            TokenKind::Symbol('⌊') => ('⌊', '⌋'),
            TokenKind::Symbol('⌈') => ('⌈', '⌉'),
            _ => ('(', ')'),
        };
        if self.accept(close) {
            return Ok(());
        }
        let hint = if self.peek().kind == TokenKind::Symbol(',') { "; decimals are written with a point" } else { "" };
        Err(self.unexpected(&format!("`{close}` for the `{open}` in column {}{hint}", opened.column)))
    }

    /// Parses a sum inside delimiters; a bar outside cannot be closed inside.
    pub(super) fn enclosed(&mut self) -> Result<NodeIndex, FormulaError> {
        self.bars.push(0);
        let inside = self.nested(Parser::sum)?;
        self.bars.pop();
        Ok(inside)
    }
}

pub(super) fn error_at(column: usize, message: &str) -> FormulaError {
    FormulaError { column, message: message.to_owned() }
}

/// The place of a name in a list. A new name is added.
fn place_of(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

/// Whether a node is a number of one digit.
fn is_digit(node: &Node) -> bool {
    matches!(node, Node::Number(literal) if literal.text.len() == 1 && literal.text.bytes().all(|byte| byte.is_ascii_digit()))
}
