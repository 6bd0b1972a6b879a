//! The fit in a loss over data: the model M(w; x), and the column that M should equal.
//!
//! A formula does not say which part of it is the model. Two forms are recognised anywhere in it:
//! * a residual, M − y or y − M: a sum with a single column y as one term, whose other terms have weights and no y;
//! * the negative log-likelihood of logistic regression, softplus(z) − y·z with labels 0 and 1, whose model is
//!   P(y = 1) = sigmoid(z).

use super::Formula;
use super::expression::{Expression, Node, NodeIndex};
use crate::number::{Binary, Unary};
use std::collections::HashMap;

/// The part of a formula that is fitted to a column.
#[derive(Clone, Debug)]
pub struct Fit {
    /// The model, in the same parameters and columns as the loss.
    pub model: Formula,
    /// The name of the column that the model should equal.
    pub label: String,
    /// The names of the columns that the model is computed from.
    pub inputs: Vec<String>,
}

/// The model in a formula; `None` if no form is recognised, or several that differ.
pub(super) fn fit(formula: &Formula) -> Option<Fit> {
    let expression = formula.expression();
    let nodes = &expression.nodes;
    let classes = classes(nodes);
    let mut is_inner = vec![false; nodes.len()];
    let mut found: Option<(NodeIndex, usize, Expression)> = None;
    // From the root down: operands come before the nodes that use them.
    for place in (0..nodes.len()).rev() {
        let is_sum = |place: NodeIndex| is_sum(&nodes[place]);
        if !is_inner[place] && is_sum(place) {
            if let Some((label, model)) = fit_of_sum(expression, place, &classes) {
                match &found {
                    Some((known, ..)) if classes[*known] != classes[place] => return None,
                    Some(_) => {}
                    None => found = Some((place, label, model)),
                }
                // A sum inside a model is none itself.
                reachable(nodes, place).for_each(|inner| is_inner[inner] = true);
            } else {
                // Its parts are not sums of their own, unless they are inside a term.
                parts(nodes, place).for_each(|part| is_inner[part] = true);
            }
        }
    }
    let (_, label, model) = found?;
    let mut used: Vec<usize> = Vec::new();
    for node in &model.nodes {
        if let Node::Column(index) = node
            && !used.contains(index)
        {
            used.push(*index);
        }
    }
    let name = |index: usize| expression.columns[index].clone();
    Some(Fit { model: Formula::of(model).ok()?, label: name(label), inputs: used.into_iter().map(name).collect() })
}

/// The label's column and the model, when the sum at this place is one of the forms.
fn fit_of_sum(expression: &Expression, place: NodeIndex, classes: &[usize]) -> Option<(usize, Expression)> {
    let nodes = &expression.nodes;
    let terms = terms(nodes, place);
    logistic(expression, &terms, classes).or_else(|| {
        let bare = terms.iter().filter_map(|(term, sign)| match nodes[*term] {
            Node::Column(index) => Some((*term, index, *sign)),
            _ => None,
        });
        let bare: Vec<(NodeIndex, usize, bool)> = bare.collect();
        let others_are_opposite = |(label, _, sign): &&(NodeIndex, usize, bool)| {
            terms.iter().all(|(term, other)| term == label || other != sign)
        };
        // Of several single columns the label is the one whose sign differs from that of all others.
        let (label, column, sign) = match bare.as_slice() {
            [only] => *only,
            several => *several.iter().find(others_are_opposite)?,
        };
        let rest: Vec<(NodeIndex, bool)> = terms.iter().filter(|(term, _)| *term != label).copied().collect();
        let has = |wanted: &dyn Fn(&Node) -> bool| {
            rest.iter().any(|(term, _)| reachable(nodes, *term).any(|inner| wanted(&nodes[inner])))
        };
        let has_weights = has(&|node| matches!(node, Node::Weight(_)));
        if !has_weights || has(&|node| *node == Node::Column(column)) {
            return None;
        }
        // y + R vanishes where y is −R.
        let mut model = empty(expression);
        for (term, plus) in rest {
            let copied = copy(nodes, term, &mut model.nodes);
            let whole = model.nodes.len() - 1;
            let before = whole + 1 - copied;
            match (before, plus != sign) {
                (0, true) => {}
                (0, false) => model.nodes.push(Node::Unary(Unary::Neg, whole)),
                (_, true) => model.nodes.push(Node::Binary(Binary::Add, before - 1, whole)),
                (_, false) => model.nodes.push(Node::Binary(Binary::Sub, before - 1, whole)),
            }
        }
        Some((column, model))
    })
}

/// sigmoid(z), where softplus(z) and −y·z are among the terms.
fn logistic(expression: &Expression, terms: &[(NodeIndex, bool)], classes: &[usize]) -> Option<(usize, Expression)> {
    let nodes = &expression.nodes;
    let scores = terms.iter().filter_map(|(term, plus)| match nodes[*term] {
        Node::Unary(Unary::Softplus, score) if *plus => Some(score),
        _ => None,
    });
    for score in scores {
        for (term, plus) in terms {
            let Node::Binary(Binary::Mul, a, b) = nodes[*term] else { continue };
            let label = match (&nodes[a], &nodes[b]) {
                (Node::Column(label), _) if classes[b] == classes[score] => *label,
                (_, Node::Column(label)) if classes[a] == classes[score] => *label,
                _ => continue,
            };
            if !plus {
                let mut model = empty(expression);
                copy(nodes, score, &mut model.nodes);
                model.nodes.push(Node::Unary(Unary::Sigmoid, model.nodes.len() - 1));
                return Some((label, model));
            }
        }
    }
    None
}

fn empty(expression: &Expression) -> Expression {
    Expression { nodes: Vec::new(), parameters: expression.parameters.clone(), columns: expression.columns.clone() }
}

fn is_sum(node: &Node) -> bool {
    matches!(node, Node::Binary(Binary::Add | Binary::Sub, ..) | Node::Unary(Unary::Neg, _))
}

/// The terms of a sum, each with whether it is added.
fn terms(nodes: &[Node], place: NodeIndex) -> Vec<(NodeIndex, bool)> {
    let (mut open, mut terms) = (vec![(place, true)], Vec::new());
    while let Some((place, plus)) = open.pop() {
        match nodes[place] {
            Node::Binary(Binary::Add, a, b) => open.extend([(b, plus), (a, plus)]),
            Node::Binary(Binary::Sub, a, b) => open.extend([(b, !plus), (a, plus)]),
            Node::Unary(Unary::Neg, a) => open.push((a, !plus)),
            _ => terms.push((place, plus)),
        }
    }
    terms
}

/// The sums that a sum is made of.
fn parts(nodes: &[Node], place: NodeIndex) -> impl Iterator<Item = NodeIndex> {
    let (mut open, mut parts) = (vec![place], Vec::new());
    while let Some(place) = open.pop() {
        if is_sum(&nodes[place]) {
            parts.push(place);
            open.extend(operands(&nodes[place]));
        }
    }
    parts.into_iter()
}

fn operands(node: &Node) -> impl Iterator<Item = NodeIndex> + use<> {
    let (a, b) = match *node {
        Node::Unary(_, a) => (Some(a), None),
        Node::Binary(_, a, b) => (Some(a), Some(b)),
        Node::Number(_) | Node::Weight(_) | Node::Parameter(_) | Node::Column(_) => (None, None),
    };
    a.into_iter().chain(b)
}

/// A node and all its descendants, operands first.
fn reachable(nodes: &[Node], place: NodeIndex) -> impl Iterator<Item = NodeIndex> + use<> {
    let mut is_reached = vec![false; place + 1];
    is_reached[place] = true;
    for place in (0..=place).rev() {
        if is_reached[place] {
            operands(&nodes[place]).for_each(|operand| is_reached[operand] = true);
        }
    }
    (0..=place).filter(move |place| is_reached[*place])
}

/// Copies a node with all its descendants to the end of a list, and returns how many nodes these are.
fn copy(nodes: &[Node], place: NodeIndex, to: &mut Vec<Node>) -> usize {
    let (mut places, begin) = (HashMap::new(), to.len());
    for place in reachable(nodes, place) {
        places.insert(place, to.len());
        to.push(match nodes[place].clone() {
            Node::Unary(op, a) => Node::Unary(op, places[&a]),
            Node::Binary(op, a, b) => Node::Binary(op, places[&a], places[&b]),
            leaf => leaf,
        });
    }
    to.len() - begin
}

/// A number for each node, the same for nodes that are written alike.
fn classes(nodes: &[Node]) -> Vec<usize> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut classes: Vec<usize> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let key = match node {
            Node::Unary(op, a) => format!("{op:?} {}", classes[*a]),
            Node::Binary(op, a, b) => format!("{op:?} {} {}", classes[*a], classes[*b]),
            leaf => format!("{leaf:?}"),
        };
        let next = known.len();
        classes.push(*known.entry(key).or_insert(next));
    }
    classes
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::super::Scope;
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    /// The formula, its model as Unicode mathematics, the label and the inputs; "" where no model is recognised.
    #[test]
    fn models_are_found_in_formulas() {
        for (text, model, label, inputs) in [
            ("(w1*x + w2 - y)^2", "w₁·x + w₂", "y", &["x"][..]),
            ("(y - w1*x - w2)^2", "w₁·x + w₂", "y", &["x"]),
            ("(y - (w1*x - w2))^2/2 + k*(w1^2+w2^2)", "w₁·x − w₂", "y", &["x"]),
            ("(w1*x + w2*z - y)^2", "w₁·x + w₂·z", "y", &["x", "z"]),
            ("(w1*x + z - y)^2", "w₁·x + z", "y", &["x", "z"]),
            ("(w2*tanh(w1*x + z) - y)^2", "w₂·tanh(w₁·x + z)", "y", &["x", "z"]),
            ("sqrt(1 + ((-w1*x - y)/k)^2) - 1", "−w₁·x", "y", &["x"]),
            ("(w1*x-y)*(w1*x-y)", "w₁·x", "y", &["x"]),
            ("(w1 - y)^2", "w₁", "y", &[]),
            ("abs(exp(w1*x) - z)", "exp(w₁·x)", "z", &["x"]),
            ("softplus(w1*x + w2) - y*(w1*x + w2)", "sigmoid(w₁·x + w₂)", "y", &["x"]),
            ("softplus(w1*x) - (w1*x)*y + 0.1*(w1^2 + w2^2)", "sigmoid(w₁·x)", "y", &["x"]),
            ("softplus(w1*x) + y*(w1*x)", "", "", &[]),
            ("softplus(w1*x) - y*(w2*x)", "", "", &[]),
            ("(w1*x - y)^2 + (w2*x - z)^2", "", "", &[]),
            ("(w1*x - z - y)^2", "", "", &[]),
            ("(w1*x*y - y)^2", "", "", &[]),
            ("(x - y)^2 + w1", "", "", &[]),
            ("w1*x", "", "", &[]),
        ] {
            let found = fit(
                &Formula::parse_in(text, &Scope { columns: &names(&["x", "y", "z"]), ..Scope::default() }).unwrap()
            );
            let found = found.map(|fit| (fit.model.to_unicode(), fit.label, fit.inputs));
            let expected = (!model.is_empty()).then(|| (model.to_owned(), label.to_owned(), names(inputs)));
            assert_eq!(found, expected, "{text}");
        }
    }
}
