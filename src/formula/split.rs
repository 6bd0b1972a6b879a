//! Names without spaces between them: `kx` is k·x, `2πx` is 2·π·x, `xye^…` is x·y·e^….
//!
//! A name splits if it is not a known name and consists of at most one single letter, with or without an index,
//! followed by weights, constants, columns of the data and functions. Every other name stays whole.

use super::functions::function;
use super::indexes::Base;
use super::scope::Scope;

/// A part of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A weight by its index: `w1`, `x_2`.
    Indexed(Base, u32),
    /// `x` (0) or `y` (1).
    Letter(usize),
    /// π or e.
    Constant(&'static str),
    /// A function.
    Function(String),
    /// A column of the data.
    Column(String),
    /// A single letter: a parameter.
    Parameter(String),
}

/// A part with its place in the name and its length, both in characters.
pub type Placed = (Part, usize, usize);

/// The ways to split a name; none if it stays whole. `is_base` says whether a power follows, so that a last `e` is the
/// base of an exponential. A letter is the index of a name behind `_`, as in `σ_x`, and such a name stays whole.
pub fn splits(name: &[char], scope: &Scope, is_base: bool) -> Vec<Vec<Placed>> {
    let mut found = Vec::new();
    if name.windows(2).any(|pair| pair[0] == '_' && !pair[1].is_ascii_digit()) || name.last() == Some(&'_') {
        return found;
    }
    extend(name, 0, &mut Vec::new(), &mut found, scope, is_base);
    let is_letter = |first: &char| first.is_alphabetic() && *first != 'e' && known(&[*first], scope, false).is_none();
    if name.first().is_some_and(is_letter) && name.len() > 1 {
        let letter = (Part::Parameter(name[0].to_string()), 0, 1);
        extend(name, 1, &mut vec![letter], &mut found, scope, is_base);
        // A letter with an index: λ₁x₁.
        let first = 1 + usize::from(name[1] == '_');
        let end = first + name[first..].iter().take_while(|character| character.is_ascii_digit()).count();
        if first < end && end < name.len() && Base::of(name[0]).is_none() {
            let letter = (Part::Parameter(name[..end].iter().collect()), 0, end);
            extend(name, end, &mut vec![letter], &mut found, scope, is_base);
        }
    }
    // A name that is one weight or function as a whole does not split.
    found.retain(|parts| parts.len() > 1);
    found
}

/// The most characters of a weight, a constant or a function.
const LONGEST: usize = 12;

/// The most readings that are compared: more than one is refused.
const MOST: usize = 2;

fn extend(
    name: &[char],
    from: usize,
    parts: &mut Vec<Placed>,
    found: &mut Vec<Vec<Placed>>,
    scope: &Scope,
    is_base: bool,
) {
    if found.len() >= MOST {
        return;
    }
    if from == name.len() {
        found.push(parts.clone());
        return;
    }
    let longest = scope.columns.iter().map(|column| column.chars().count()).fold(LONGEST, usize::max);
    let mut room = (name.len() - from).min(longest);
    while room > 0 {
        let end = from + room;
        if let Some(part) = known(&name[from..end], scope, is_base && end == name.len()) {
            parts.push((part, from, room));
            extend(name, end, parts, found, scope, is_base);
            parts.pop();
            // The longest part is meant: `sinh` is not `sin` times h.
            break;
        }
        room -= 1;
    }
}

/// A part that is known by these characters.
fn known(part: &[char], scope: &Scope, is_base: bool) -> Option<Part> {
    let text: String = part.iter().collect();
    if scope.columns.contains(&text) {
        return Some(Part::Column(text));
    }
    if let Some(column) = scope.column_like(&text) {
        return Some(Part::Column(column));
    }
    if function(&text).is_some() {
        return Some(Part::Function(text));
    }
    match text.as_str() {
        "π" | "pi" | "Pi" | "PI" => return Some(Part::Constant("π")),
        "e" | "E" if is_base => return Some(Part::Constant("e")),
        "x" | "X" if scope.has_letters() => return Some(Part::Letter(0)),
        "y" | "Y" if scope.has_letters() => return Some(Part::Letter(1)),
        _ => {}
    }
    match indexed(&text)? {
        (Base::W, index @ 0..=2) => Some(Part::Indexed(Base::W, index)),
        (Base::X, index @ 0..=2) if scope.has_letters() => Some(Part::Indexed(Base::X, index)),
        _ => None,
    }
}

/// The letter and the index of a name such as `w1`, `X_2` or `x0`.
pub fn indexed(name: &str) -> Option<(Base, u32)> {
    let mut rest = name.chars();
    let base = Base::of(rest.next()?)?;
    let digits = rest.as_str();
    let digits = digits.strip_prefix('_').unwrap_or(digits);
    let is_plain = !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_plain && (digits == "0" || !digits.starts_with('0'))).then(|| Some((base, digits.parse().ok()?)))?
}

/// Whether a name by itself is a weight, whatever else a formula has.
pub fn is_weight(name: &str) -> bool {
    matches!(indexed(name), Some((Base::W, 1 | 2)))
}
