//! The functions of the formula language and their names.

use super::expression::{Expression, Literal, Node, NodeIndex, is_e};
use crate::number::{Binary, Unary};

/// A function that a formula can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// A function of one argument.
    Unary(Unary),
    /// A function of two arguments.
    Binary(Binary),
    /// The minimum or maximum of two arguments or more.
    Extremum(Binary),
    /// `log(x)`, to base e, or `log(x, base)`.
    Logarithm,
    /// 1/f(x), such as 1/cos x.
    Reciprocal(Unary),
    /// cos x/sin x.
    Cotangent,
    /// x².
    Square,
    /// 2ˣ.
    PowerOfTwo,
    /// eˣ − 1.
    ExponentialLessOne,
    /// ln(1 + x).
    LogarithmOfOneMore,
}

/// Names of functions that are not operators of their own.
const OTHERS: &[(&str, Function)] = &[
    ("log", Function::Logarithm),
    ("log_2", Function::Unary(Unary::Log2)),
    ("log_10", Function::Unary(Unary::Log10)),
    ("pow", Function::Binary(Binary::Pow)),
    ("power", Function::Binary(Binary::Pow)),
    ("sec", Function::Reciprocal(Unary::Cos)),
    ("csc", Function::Reciprocal(Unary::Sin)),
    ("cosec", Function::Reciprocal(Unary::Sin)),
    ("cot", Function::Cotangent),
    ("ctg", Function::Cotangent),
    ("cotg", Function::Cotangent),
    ("arctg", Function::Unary(Unary::Atan)),
    ("square", Function::Square),
    ("maximum", Function::Extremum(Binary::Max)),
    ("minimum", Function::Extremum(Binary::Min)),
    ("fmax", Function::Extremum(Binary::Max)),
    ("fmin", Function::Extremum(Binary::Min)),
    ("exp2", Function::PowerOfTwo),
    ("expm1", Function::ExponentialLessOne),
    ("log1p", Function::LogarithmOfOneMore),
    ("sech", Function::Reciprocal(Unary::Cosh)),
    ("csch", Function::Reciprocal(Unary::Sinh)),
    ("coth", Function::Reciprocal(Unary::Tanh)),
];

/// Functions of other programs that the formula language does not have, with what can be written instead. Without this
/// list they would be read as a letter and a function.
const ELSEWHERE: &[(&str, &str)] = &[
    ("acosh", "ln(x + sqrt(x^2 - 1))"),
    ("acot", "pi/2 - atan(x)"),
    ("acsc", "asin(1/x)"),
    ("amax", "max(x, y)"),
    ("amin", "min(x, y)"),
    ("arccosh", "ln(x + sqrt(x^2 - 1))"),
    ("arccot", "pi/2 - atan(x)"),
    ("arcosh", "ln(x + sqrt(x^2 - 1))"),
    ("arcsch", ""),
    ("arcsec", "acos(1/x)"),
    ("arcsinh", "ln(x + sqrt(x^2 + 1))"),
    ("arctanh", "ln((1 + x)/(1 - x))/2"),
    ("arsinh", "ln(x + sqrt(x^2 + 1))"),
    ("artanh", "ln((1 + x)/(1 - x))/2"),
    ("asec", "acos(1/x)"),
    ("asinh", "ln(x + sqrt(x^2 + 1))"),
    ("atanh", "ln((1 + x)/(1 - x))/2"),
    ("ch", "cosh(x)"),
    ("clamp", "min(max(x, low), high)"),
    ("clip", "min(max(x, low), high)"),
    ("cosine", "cos(x)"),
    ("elu", ""),
    ("erf", ""),
    ("erfc", ""),
    ("exp10", "10^x"),
    ("expit", "sigmoid(x)"),
    ("fix", ""),
    ("fmod", ""),
    ("gelu", ""),
    ("int", "floor(x)"),
    ("isqrt", ""),
    ("lg", "log10(x)"),
    ("lgamma", ""),
    ("logaddexp", "ln(exp(x) + exp(y))"),
    ("logistic", "sigmoid(x)"),
    ("logit", "ln(x/(1 - x))"),
    ("mish", "x*tanh(softplus(x))"),
    ("mod", ""),
    ("prelu", ""),
    ("relu6", "min(max(x, 0), 6)"),
    ("rem", ""),
    ("rint", "floor(x + 1/2)"),
    ("round", "floor(x + 1/2)"),
    ("rsqrt", "1/sqrt(x)"),
    ("selu", ""),
    ("sen", "sin(x)"),
    ("sh", "sinh(x)"),
    ("sigma", "sigmoid(x)"),
    ("silu", "x*sigmoid(x)"),
    ("sinc", "sin(x)/x"),
    ("sqr", "x^2"),
    ("swish", "x*sigmoid(x)"),
    ("tangent", "tan(x)"),
    ("th", "tanh(x)"),
    ("trunc", ""),
    ("where", ""),
];

/// What can be written instead of a function of other programs, empty where nothing can; `None` for any other name.
pub fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.iter().find(|(known, _)| *known == name).map(|(_, instead)| *instead)
}

/// The function of this name.
pub fn function(name: &str) -> Option<Function> {
    if let Some((_, function)) = OTHERS.iter().find(|(known, _)| *known == name) {
        return Some(*function);
    }
    if let Some(op) = Unary::ALL.iter().find(|op| op.names().contains(&name)) {
        return Some(Function::Unary(*op));
    }
    let op = *Binary::ALL.iter().find(|op| op.names().contains(&name))?;
    Some(if matches!(op, Binary::Min | Binary::Max) { Function::Extremum(op) } else { Function::Binary(op) })
}

/// The names of all functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    let of_operators =
        Unary::ALL.iter().flat_map(|op| op.names()).chain(Binary::ALL.iter().flat_map(|op| op.names())).copied();
    of_operators.chain(OTHERS.iter().map(|(name, _)| *name))
}

impl Function {
    /// The least and the greatest number of arguments.
    pub fn arguments(self) -> (usize, usize) {
        match self {
            Function::Binary(_) => (2, 2),
            Function::Extremum(_) => (2, usize::MAX),
            Function::Logarithm => (1, 2),
            _ => (1, 1),
        }
    }

    /// Adds the function of these arguments to an expression. The number of arguments must be within
    /// [`Function::arguments`].
    pub fn apply(self, expression: &mut Expression, arguments: &[NodeIndex]) -> NodeIndex {
        let first = arguments.first().copied().unwrap_or_default();
        let rest = arguments.get(1..).unwrap_or_default();
        let is_exponential = self == Function::Binary(Binary::Pow) && is_e(expression, first);
        let mut push = |node: Node| {
            expression.nodes.push(node);
            expression.root()
        };
        let one = || Node::Number(Literal::of(1.0));
        match self {
            Function::Unary(op) => push(Node::Unary(op, first)),
            Function::Binary(_) if is_exponential => {
                push(Node::Unary(Unary::Exp, rest.first().copied().unwrap_or_default()))
            }
            // More than two arguments nest to the left: max(a, b, c) = max(max(a, b), c).
            Function::Binary(op) | Function::Extremum(op) => {
                rest.iter().fold(first, |left, right| push(Node::Binary(op, left, *right)))
            }
            Function::Logarithm => {
                let logarithm = push(Node::Unary(Unary::Ln, first));
                match rest.first() {
                    None => logarithm,
                    Some(base) => {
                        let of_base = push(Node::Unary(Unary::Ln, *base));
                        push(Node::Binary(Binary::Div, logarithm, of_base))
                    }
                }
            }
            Function::Reciprocal(op) => {
                let (above, below) = (push(one()), push(Node::Unary(op, first)));
                push(Node::Binary(Binary::Div, above, below))
            }
            // The argument is in the list twice, because each node has one user.
            Function::Cotangent => {
                let (above, copy) = (push(Node::Unary(Unary::Cos, first)), copied(expression, first));
                expression.nodes.push(Node::Unary(Unary::Sin, copy));
                let below = expression.root();
                expression.nodes.push(Node::Binary(Binary::Div, above, below));
                expression.root()
            }
            Function::Square => {
                let two = push(Node::Number(Literal::of(2.0)));
                push(Node::Binary(Binary::Pow, first, two))
            }
            Function::PowerOfTwo => {
                let two = push(Node::Number(Literal::of(2.0)));
                push(Node::Binary(Binary::Pow, two, first))
            }
            Function::ExponentialLessOne => {
                let (power, one) = (push(Node::Unary(Unary::Exp, first)), push(one()));
                push(Node::Binary(Binary::Sub, power, one))
            }
            Function::LogarithmOfOneMore => {
                let one = push(one());
                let sum = push(Node::Binary(Binary::Add, one, first));
                push(Node::Unary(Unary::Ln, sum))
            }
        }
    }
}

/// Adds a copy of the tree below a place.
fn copied(expression: &mut Expression, root: NodeIndex) -> NodeIndex {
    let mut copies: Vec<Option<NodeIndex>> = vec![None; root + 1];
    let mut needed = vec![false; root + 1];
    needed[root] = true;
    for place in (0..=root).rev() {
        if needed[place] {
            match expression.nodes[place] {
                Node::Unary(_, a) => needed[a] = true,
                Node::Binary(_, a, b) => (needed[a], needed[b]) = (true, true),
                _ => {}
            }
        }
    }
    for place in (0..=root).filter(|place| needed[*place]) {
        let copy = |place: NodeIndex| copies[place].unwrap_or_default();
        let node = match expression.nodes[place].clone() {
            Node::Unary(op, a) => Node::Unary(op, copy(a)),
            Node::Binary(op, a, b) => Node::Binary(op, copy(a), copy(b)),
            leaf => leaf,
        };
        expression.nodes.push(node);
        copies[place] = Some(expression.root());
    }
    copies[root].unwrap_or_default()
}

/// The known function whose name differs from `name` least, if it differs little. Capitals do not count. If two names
/// differ equally, the one with the longer common beginning is chosen.
pub fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let common = |known: &str| known.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let closeness = |known: &&'static str| (distance(&name, known), std::cmp::Reverse(common(known)), *known);
    let nearest = names().min_by_key(closeness)?;
    let is_near = distance(&name, nearest) <= 2 && common(nearest) > 0;
    is_near.then_some(nearest)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_function() {
        let mut all: Vec<&str> = names().filter(|name| !matches!(*name, "log")).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(names().all(|name| function(name).is_some()));
    }

    #[test]
    fn hints_are_neighbours() {
        for (name, hint) in
            [("pow2", "pow"), ("Sin", "sin"), ("sine", "sin"), ("Exp", "exp"), ("arcsinus", "arcsin"), ("loge", "log")]
        {
            assert_eq!(nearest(name), Some(hint), "{name}");
        }
        assert_eq!(nearest("gamma"), None);
    }
}
