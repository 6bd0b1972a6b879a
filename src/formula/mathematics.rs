//! Formulas as people read them: `3w₁²`, as Unicode text and as runs to be set in type.

use super::expression::{Expression, Literal, Node, NodeIndex, shortest};
use super::graph::{self, Graph, Id};
use crate::number::{Binary, Unary};

/// A piece of a formula set as mathematics: w₁³ is `w` in italics, `1` lowered, `3` raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MathRun {
    /// The characters.
    pub text: String,
    /// Whether they are set in italics (names of one letter).
    pub italic: bool,
    /// On the line, raised or lowered.
    pub script: Script,
}

/// The vertical position of a run of mathematics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    /// On the line.
    Normal,
    /// Raised and smaller.
    Superscript,
    /// Lowered and smaller.
    Subscript,
}

impl MathRun {
    /// Upright text on the line.
    pub fn plain(text: impl Into<String>) -> MathRun {
        MathRun { text: text.into(), italic: false, script: Script::Normal }
    }
}

/// How tightly an expression binds; an operand that binds less tightly gets parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// A set expression and how tightly it binds.
#[derive(Clone)]
struct Set {
    runs: Vec<MathRun>,
    binding: Binding,
}

impl Set {
    fn within(self, least: Binding) -> Vec<MathRun> {
        if self.binding >= least { self.runs } else { enclosed("(", self.runs, ")") }
    }
}

/// The purpose for which a formula is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// To be read: `2.5·10⁻³`, and products without a dot where they have one reading, `10 cos(2π w₁)`.
    Read,
    /// Like `Read`, for the i-th example: the value of a column is `xᵢ`.
    OfExample,
    /// To be typed: `2.5e−3`, which is read back as one number, and products with a dot.
    Typed,
}

/// The expression set as mathematics.
pub fn runs(expression: &Expression, notation: Notation) -> Vec<MathRun> {
    // Operands come before operations; each is used once, so it can be taken.
    let mut set: Vec<Option<Set>> = Vec::with_capacity(expression.nodes.len());
    for node in &expression.nodes {
        let mut take = |place: NodeIndex| {
            set.get_mut(place).and_then(Option::take).unwrap_or(Set { runs: Vec::new(), binding: Binding::Atom })
        };
        let next = match node {
            Node::Number(literal) => number(literal, notation),
            Node::Weight(index) => Set { runs: name(if *index == 0 { "w1" } else { "w2" }), binding: Binding::Atom },
            Node::Parameter(index) => {
                let parameter = expression.parameters.get(*index).map_or("?", String::as_str);
                Set { runs: name(parameter), binding: Binding::Atom }
            }
            Node::Column(index) => {
                let mut runs = name(expression.columns.get(*index).map_or("?", String::as_str));
                if notation == Notation::OfExample {
                    of_example(&mut runs);
                }
                Set { runs, binding: Binding::Atom }
            }
            Node::Unary(op, a) => unary(*op, take(*a)),
            Node::Binary(Binary::Pow, a, b) => {
                let base = take(*a);
                power(base, take(*b))
            }
            Node::Binary(op, a, b) => {
                let left = take(*a);
                binary(*op, left, take(*b), notation)
            }
        };
        set.push(Some(next));
    }
    let least = if notation == Notation::OfExample { Binding::Product } else { Binding::Sum };
    merged(set.pop().flatten().map(|set| set.within(least)).unwrap_or_default())
}

/// The runs as one line of Unicode text; a raised run that Unicode cannot raise is written `^(…)`.
pub fn unicode(runs: &[MathRun]) -> String {
    let mut text = String::new();
    let mut rest = runs;
    while let Some(first) = rest.first() {
        let count =
            rest.iter().take_while(|run| (run.script == Script::Normal) == (first.script == Script::Normal)).count();
        let (group, after) = if first.script == Script::Normal {
            rest.split_at(count)
        } else {
            rest.split_at(rest.iter().take_while(|run| run.script == first.script).count())
        };
        let plain: String = group.iter().map(|run| run.text.as_str()).collect();
        match first.script {
            Script::Normal => text.push_str(&plain),
            Script::Subscript => text.push_str(&mapped(&plain, SUBSCRIPTS).unwrap_or_else(|| format!("_{plain}"))),
            Script::Superscript => text.push_str(&mapped(&plain, SUPERSCRIPTS).unwrap_or_else(|| {
                if plain.chars().count() == 1 { format!("^{plain}") } else { format!("^({plain})") }
            })),
        }
        rest = after;
    }
    text
}

const SUPERSCRIPTS: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('−', '⁻'),
];
const SUBSCRIPTS: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
];

fn mapped(text: &str, table: &[(char, char)]) -> Option<String> {
    text.chars().map(|c| table.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)).collect()
}

fn enclosed(open: &str, runs: Vec<MathRun>, close: &str) -> Vec<MathRun> {
    [vec![MathRun::plain(open)], runs, vec![MathRun::plain(close)]].concat()
}

/// Adjacent runs of the same kind as one.
fn merged(runs: Vec<MathRun>) -> Vec<MathRun> {
    let mut result: Vec<MathRun> = Vec::new();
    for run in runs {
        match result.last_mut() {
            Some(last) if last.italic == run.italic && last.script == run.script => last.text.push_str(&run.text),
            _ => result.push(run),
        }
    }
    result
}

fn number(literal: &Literal, notation: Notation) -> Set {
    let negative = literal.text.starts_with('-');
    let text = literal.text.replace('-', "−");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, ""));
    if exponent.is_empty() || mantissa.is_empty() || notation == Notation::Typed {
        let italic = text == "e";
        let binding = if negative { Binding::Sign } else { Binding::Atom };
        return Set { runs: vec![MathRun { text, italic, script: Script::Normal }], binding };
    }
    let raised =
        MathRun { text: exponent.trim_start_matches('+').to_owned(), italic: false, script: Script::Superscript };
    let runs = if mantissa == "1" {
        vec![MathRun::plain("10"), raised]
    } else {
        vec![MathRun::plain(format!("{mantissa}·10")), raised]
    };
    Set { runs, binding: if mantissa == "1" { Binding::Power } else { Binding::Product } }
}

/// A name: its letters in italics, trailing digits lowered. An underscore stays, because `k_1` and `k1` are two names.
fn name(name: &str) -> Vec<MathRun> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = if stem.is_empty() || stem.ends_with('_') { name } else { stem };
    let digits = name.get(stem.len()..).unwrap_or("");
    let mut runs = vec![MathRun { text: stem.to_owned(), italic: true, script: Script::Normal }];
    if !digits.is_empty() {
        runs.push(MathRun { text: digits.to_owned(), italic: false, script: Script::Subscript });
    }
    runs
}

/// The name of a column with the index i.
fn of_example(runs: &mut Vec<MathRun>) {
    match runs.last_mut() {
        Some(last) if last.script == Script::Subscript => last.text.push_str(",i"),
        _ => runs.push(MathRun { text: "i".to_owned(), italic: true, script: Script::Subscript }),
    }
}

/// The separator of two factors in text to be read: nothing or a blank if the product has only one reading, otherwise a
/// dot. Without a dot, a quotient, a root or the bars of a magnitude could seem to include the next factor.
fn between(a: &[MathRun], b: &[MathRun]) -> &'static str {
    let has = |runs: &[MathRun], sign: char| runs.iter().any(|run| run.text.contains(sign));
    let (Some(last), Some(first)) = (a.last(), b.first()) else { return "·" };
    if has(a, '/') || has(b, '/') || has(a, '√') || has(a, '|') || has(b, '|') {
        return "·";
    }
    let is_digit = |c: char| c.is_ascii_digit();
    // Only an exponent of raised digits ends unambiguously.
    if last.script == Script::Superscript && !last.text.chars().all(is_digit) {
        return "·";
    }
    let ends_in_number = last.script == Script::Normal && !last.italic && last.text.ends_with(is_digit);
    let is_name = first.italic || first.text.starts_with('π');
    match first.text.chars().next() {
        Some('(' | '√') if ends_in_number => "",
        // 2e and 2e3 could be read as numbers with an exponent.
        Some('e' | 'E') => " ",
        Some(c) if c.is_alphabetic() && ends_in_number && is_name => "",
        Some(c) if c.is_alphabetic() => " ",
        _ => "·",
    }
}

fn unary(op: Unary, a: Set) -> Set {
    match op {
        Unary::Neg => {
            let operand = if a.binding == Binding::Sign { a.within(Binding::Atom) } else { a.within(Binding::Product) };
            Set { runs: [vec![MathRun::plain("−")], operand].concat(), binding: Binding::Sign }
        }
        Unary::Abs => Set { runs: enclosed("|", a.runs, "|"), binding: Binding::Atom },
        // The root of an atom binds as a power does: (√w₁)² needs its parentheses.
        Unary::Sqrt if a.binding == Binding::Atom => {
            Set { runs: [vec![MathRun::plain("√")], a.runs].concat(), binding: Binding::Power }
        }
        Unary::Sqrt => Set { runs: enclosed("√(", a.runs, ")"), binding: Binding::Power },
        _ => {
            let name = match op {
                Unary::Ln => "ln",
                _ => op.names().first().copied().unwrap_or("?"),
            };
            Set { runs: enclosed(&format!("{name}("), a.runs, ")"), binding: Binding::Atom }
        }
    }
}

fn binary(op: Binary, a: Set, b: Set, notation: Notation) -> Set {
    let joined = |a: Vec<MathRun>, sign: &str, b: Vec<MathRun>| [a, vec![MathRun::plain(sign)], b].concat();
    // A product that begins with a sign needs parentheses where a sign does: w₁ + (−w₁·w₂).
    let as_product = if a.binding == Binding::Sign { Binding::Sign } else { Binding::Product };
    match op {
        Binary::Add => {
            let right = if b.binding == Binding::Sign { b.within(Binding::Atom) } else { b.runs };
            Set { runs: joined(a.runs, " + ", right), binding: Binding::Sum }
        }
        Binary::Sub => {
            let right = if b.binding == Binding::Sign { b.within(Binding::Atom) } else { b.within(Binding::Product) };
            Set { runs: joined(a.runs, " − ", right), binding: Binding::Sum }
        }
        // Multiplication associates: 6·(w₁·w₂) is read as 6·w₁·w₂.
        Binary::Mul => {
            let right = if b.binding == Binding::Product { b.runs } else { b.within(Binding::Power) };
            let left = a.within(Binding::Product);
            let sign = if notation == Notation::Typed { "·" } else { between(&left, &right) };
            Set { runs: joined(left, sign, right), binding: as_product }
        }
        Binary::Div => {
            Set { runs: joined(a.within(Binding::Product), "/", b.within(Binding::Power)), binding: as_product }
        }
        Binary::Pow => power(a, b),
        Binary::Hypot => {
            let squares = [a, b].map(|part| power(part, number(&Literal::of(2.0), Notation::Typed)));
            let [a, b] = squares.map(|square| square.runs);
            Set { runs: enclosed("√(", joined(a, " + ", b), ")"), binding: Binding::Power }
        }
        Binary::Min | Binary::Max | Binary::Atan2 => {
            let name = op.names().first().copied().unwrap_or("?");
            Set { runs: enclosed(&format!("{name}("), joined(a.runs, ", ", b.runs), ")"), binding: Binding::Atom }
        }
    }
}

fn power(base: Set, exponent: Set) -> Set {
    // The power of a function is raised behind its parentheses; a negative base, or one that is a power, gets
    // parentheses.
    let base = if base.binding == Binding::Atom { base.runs } else { enclosed("(", base.runs, ")") };
    let can_be_raised = exponent.runs.iter().all(|run| run.script == Script::Normal);
    let raised = if can_be_raised {
        exponent.runs.into_iter().map(|run| MathRun { script: Script::Superscript, ..run }).collect()
    } else if exponent.binding == Binding::Atom {
        [vec![MathRun::plain("^")], exponent.runs].concat()
    } else {
        enclosed("^(", exponent.runs, ")")
    };
    Set { runs: [base, raised].concat(), binding: Binding::Power }
}

/// The most nodes of a derivative that are written out.
const MAX_SHOWN: usize = 400;

/// A node of a graph as an expression, with the names of the formula as written; `None` if it is too long to be read.
pub fn expression_of(graph: &Graph, root: Id, written: &Expression) -> Option<Expression> {
    let mut expression =
        Expression { nodes: Vec::new(), parameters: written.parameters.clone(), columns: written.columns.clone() };
    // Depth first with an explicit stack: a node is written after its operands.
    let mut open: Vec<(Id, bool)> = vec![(root, false)];
    let mut written: Vec<NodeIndex> = Vec::new();
    while let Some((id, operands_written)) = open.pop() {
        if expression.nodes.len() + open.len() > MAX_SHOWN {
            return None;
        }
        let node = graph.node(id);
        if !operands_written {
            open.push((id, true));
            let operands: Vec<Id> = graph::operands(node).collect();
            open.extend(operands.into_iter().rev().map(|operand| (operand, false)));
            continue;
        }
        let mut pop = || written.pop().unwrap_or_default();
        let next = match node {
            graph::Node::Constant(c) => Node::Number(constant_literal(c.value)),
            graph::Node::Weight(index) => Node::Weight(index),
            graph::Node::Parameter(index) => Node::Parameter(index),
            graph::Node::Column(index) => Node::Column(index),
            // These have no names: 1/cosh(a)² and √(a² + b²).
            graph::Node::Unary(Unary::SechSquared, _) => {
                let cosh = push(&mut expression, Node::Unary(Unary::Cosh, pop()));
                let square = squared(&mut expression, cosh);
                let one = push(&mut expression, Node::Number(Literal::of(1.0)));
                Node::Binary(Binary::Div, one, square)
            }
            graph::Node::Binary(Binary::Hypot, ..) => {
                let (b, a) = (pop(), pop());
                let [a, b] = [a, b].map(|part| squared(&mut expression, part));
                let sum = push(&mut expression, Node::Binary(Binary::Add, a, b));
                Node::Unary(Unary::Sqrt, sum)
            }
            graph::Node::Unary(op, _) => Node::Unary(op, pop()),
            graph::Node::Power(_, n) => {
                let base = pop();
                expression.nodes.push(Node::Number(Literal::of(f64::from(n))));
                Node::Binary(Binary::Pow, base, expression.nodes.len() - 1)
            }
            graph::Node::Binary(op, _, _) => {
                let (b, a) = (pop(), pop());
                Node::Binary(op, a, b)
            }
        };
        expression.nodes.push(next);
        written.push(expression.nodes.len() - 1);
    }
    Some(expression)
}

fn push(expression: &mut Expression, node: Node) -> NodeIndex {
    expression.nodes.push(node);
    expression.root()
}

/// The square of a node; the square of a number is a number.
fn squared(expression: &mut Expression, place: NodeIndex) -> NodeIndex {
    if let Some(Node::Number(Literal { constant, .. })) = expression.nodes.get(place) {
        let square = constant_literal(constant.value * constant.value);
        return push(expression, Node::Number(square));
    }
    let two = push(expression, Node::Number(Literal::of(2.0)));
    push(expression, Node::Binary(Binary::Pow, place, two))
}

fn constant_literal(value: f64) -> Literal {
    use std::f64::consts::PI;
    let text = if value == PI {
        "π".to_owned()
    } else if value == std::f64::consts::E {
        "e".to_owned()
    } else {
        shortest(value)
    };
    Literal { text, ..Literal::of(value) }
}
