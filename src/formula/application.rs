//! Functions with their arguments: in parentheses, or one factor without: `sin w1`, `sin²x`, `exp x`.

use super::FormulaError;
use super::expression::{Literal, Node, NodeIndex};
use super::functions::Function;
use super::parser::{Parser, error_at};
use super::token::TokenKind;
use crate::number::Binary;

/// The most nodes of a formula. The limit is needed because some functions use their argument twice, so nesting doubles
/// the nodes.
const MAX_NODES: usize = 50_000;

impl Parser<'_> {
    /// A function with its arguments, where the next token is the function.
    pub(super) fn application(&mut self, function: Function, name: &str) -> Result<NodeIndex, FormulaError> {
        let column = self.peek().column;
        self.advance();
        let exponent = self.power_of_function(name, column)?;
        let arguments = match self.peek().kind {
            TokenKind::Symbol('(' | '[' | '{') => self.arguments(function, name)?,
            _ => vec![self.bare_argument(function, name, column)?],
        };
        let value = function.apply(&mut self.expression, &arguments);
        if self.expression.nodes.len() > MAX_NODES {
            return Err(error_at(column, "this formula is too large: write it with fewer nested functions"));
        }
        let Some(exponent) = exponent else { return Ok(value) };
        let exponent = self.push(Node::Number(Literal::of(exponent)));
        Ok(self.push(Node::Binary(Binary::Pow, value, exponent)))
    }

    /// The exponent between a function and its argument: the 2 in sin²x and sin^2(x).
    fn power_of_function(&mut self, name: &str, column: usize) -> Result<Option<f64>, FormulaError> {
        let exponent = match self.peek().kind {
            TokenKind::Superscript(exponent) => {
                self.advance();
                f64::from(exponent)
            }
            TokenKind::Symbol('^') => {
                self.advance();
                self.written_exponent(name, column)?
            }
            _ => return Ok(None),
        };
        if exponent == -1.0 {
            let inverse = if matches!(name, "sin" | "cos" | "tan") {
                format!("arc{name}(…)")
            } else {
                "the inverse".to_owned()
            };
            let message = format!("the power −1 of {name} is unclear: write {inverse} or 1/{name}(…)");
            return Err(error_at(column, &message));
        }
        Ok(Some(exponent))
    }

    /// An integer behind `^`, in delimiters or without.
    fn written_exponent(&mut self, name: &str, column: usize) -> Result<f64, FormulaError> {
        let opened = self.peek().clone();
        let is_enclosed = matches!(opened.kind, TokenKind::Symbol('(' | '[' | '{'));
        if is_enclosed {
            self.advance();
        }
        let is_negative = self.accept('-');
        let exponent = match &self.peek().kind {
            TokenKind::Number(literal) => literal.constant.as_exact().filter(|value| value.fract() == 0.0),
            _ => None,
        };
        let Some(exponent) = exponent else {
            return Err(error_at(column, &format!("a power of {name} is written behind its argument: {name}(…)^…")));
        };
        self.advance();
        if is_enclosed {
            self.close(&opened)?;
        }
        Ok(if is_negative { -exponent } else { exponent })
    }

    /// The arguments in parentheses.
    fn arguments(&mut self, function: Function, name: &str) -> Result<Vec<NodeIndex>, FormulaError> {
        let opened = self.peek().clone();
        let (least, most) = function.arguments();
        self.advance();
        let mut arguments = vec![self.enclosed()?];
        while arguments.len() < most && self.accept(',') {
            arguments.push(self.enclosed()?);
        }
        if arguments.len() < least {
            let or_more = if most > least { " or more" } else { "" };
            return Err(self.unexpected(&format!("`,`: {name} takes two arguments{or_more}")));
        }
        if self.peek().kind == TokenKind::Symbol(',') && most > 1 {
            return Err(self.unexpected(&format!("`)`: {name} takes at most {most} arguments")));
        }
        self.close(&opened)?;
        Ok(arguments)
    }

    /// One factor without parentheses. A factor behind it could belong to the argument, so it is refused, unless it is
    /// another function.
    fn bare_argument(&mut self, function: Function, name: &str, column: usize) -> Result<NodeIndex, FormulaError> {
        if function.arguments().0 > 1 || !self.begins_factor() {
            return Err(self.unexpected(&format!("`(`: {name} needs its argument in parentheses")));
        }
        let from = self.peek().column;
        let argument = self.nested(Parser::power)?;
        let begins_function = matches!(self.peek().kind, TokenKind::Function(..));
        let first = self.written(from);
        if self.begins_factor() && !begins_function {
            let all = self.product_behind(from)?;
            let rest = all.strip_prefix(&first).unwrap_or_default();
            let message = format!("it is unclear how far {name} reaches: write {name}({all}) or {name}({first}){rest}");
            return Err(error_at(column, &message));
        }
        let operator = self.peek().kind.clone();
        let is_of_function = matches!(self.ahead(1).kind, TokenKind::Function(..));
        if let TokenKind::Symbol(sign @ ('*' | '/')) = operator
            && !is_of_function
        {
            let message =
                format!("it is unclear how far {name} reaches: write {name}({first}{sign}…) or {name}({first}){sign}…");
            return Err(error_at(column, &message));
        }
        Ok(argument)
    }
}
