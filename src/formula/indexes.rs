//! Which weights the indexes of a formula mean: counted from 1, or from 0 where an index 0 occurs.

use super::FormulaError;
use super::token::TokenKind;

/// The letter of an indexed weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// `w1`.
    W,
    /// `x1`.
    X,
}

impl Base {
    /// The base with this letter.
    pub fn of(letter: char) -> Option<Base> {
        match letter {
            'w' | 'W' => Some(Base::W),
            'x' | 'X' => Some(Base::X),
            _ => None,
        }
    }
}

/// How an index is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `w1`.
    Name,
    /// `w[1]`.
    Brackets,
    /// `w(1)`.
    Parentheses,
}

/// A weight that is named by an index: `w1`, `x[0]`.
#[derive(Clone, Copy, Debug)]
pub struct Index {
    /// The letter.
    pub base: Base,
    /// The index as written.
    pub number: u32,
    /// How it is written.
    pub form: Form,
    /// The column in which the name begins.
    pub column: usize,
}

/// How a formula counts its weights.
pub struct Counting {
    /// Whether the weights with base w are w0 and w1, and those with base x are x0 and x1.
    from_zero: [bool; 2],
    /// Whether x0 is a parameter, because other names of weights occur beside it.
    is_x0_parameter: bool,
    /// Whether weights with the base w and x or y occur together.
    is_mixed: bool,
    /// Whether only an index 1 in brackets occurs, which would be the second weight if indexes were counted from 0.
    is_only_one: bool,
}

impl Counting {
    /// How a formula with these indexes counts them; `letter` is the column of the first x or y without an index.
    ///
    /// # Errors
    /// Returns an error if the names of the weights can be read in two ways, or name a third weight.
    pub fn of(indexes: &[Index], letter: Option<usize>) -> Result<Counting, FormulaError> {
        let has = |base: Base, number: u32| indexes.iter().any(|index| (index.base, index.number) == (base, number));
        let is_in_parentheses = |index: &&Index| index.form == Form::Parentheses;
        if let Some(first) = indexes.iter().find(is_in_parentheses)
            && (letter.is_some() || !indexes.iter().all(|index| is_in_parentheses(&index)))
        {
            return first.fail("this is an index or a product: write w1 and w2, or * between the factors");
        }
        let has_w = indexes.iter().any(|index| index.base == Base::W);
        // (x − x0)² and (x1 − x0)² + x2² have a parameter x0.
        let is_x0_parameter = has(Base::X, 0) && (letter.is_some() || has_w || has(Base::X, 2));
        let from_zero = [has(Base::W, 0), has(Base::X, 0) && !is_x0_parameter];
        if let Some(third) = indexes.iter().find(|index| from_zero[0] && index.base == Base::W && index.number >= 2) {
            return third.fail("an index 0 occurs, so that the weights are w0 and w1: a landscape has no third one");
        }
        let is_of_x = |index: &&Index| index.base == Base::X && matches!(index.number, 1 | 2);
        if let Some(first) = indexes.iter().find(is_of_x)
            && (letter.is_some() || has_w)
        {
            let other = if has_w { "w1 or w2" } else { "x or y" };
            return first.fail(&format!(
                "x1 and x2 are names of the weights, and so are {other}, which occur as well: write w1 and w2, and \
                 give each parameter a value"
            ));
        }
        if let Some(first) = indexes.iter().find(|index| from_zero[0] && index.number == 0 && letter.is_some()) {
            return first.fail("w0 counts the weights from 0, and x and y are weights, too");
        }
        let is_one_in_brackets = |index: &Index| index.form == Form::Brackets && index.number == 1;
        let is_only_one = !indexes.is_empty() && indexes.iter().all(is_one_in_brackets);
        Ok(Counting { from_zero, is_x0_parameter, is_mixed: has_w && letter.is_some(), is_only_one })
    }

    fn is_from_zero(&self, base: Base) -> bool {
        self.from_zero[usize::from(base == Base::X)]
    }

    /// Sentences about how the names of weights were read.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (base, letter) in [(Base::W, "w"), (Base::X, "x")] {
            if self.is_from_zero(base) {
                notes.push(format!("indexes are counted from 0: {letter}0 is the weight w1, and {letter}1 is w2"));
            }
        }
        if self.is_only_one {
            notes.push("indexes are counted from 1: the index 1 is that of the weight w1".to_owned());
        }
        if self.is_mixed {
            notes.push("the names x and y are read as the weights w1 and w2".to_owned());
        }
        notes
    }

    /// The meaning of an index. `name` is the name of the parameter if the index is not that of a weight.
    ///
    /// # Errors
    /// Returns an error if it is the index of a third weight.
    pub fn meaning(&self, index: Index, name: String) -> Result<TokenKind, FormulaError> {
        let Index { base, number, form, .. } = index;
        let can_be_parameter = form == Form::Name && !name.is_empty();
        if base == Base::X && number == 0 && self.is_x0_parameter && can_be_parameter {
            return Ok(TokenKind::Parameter(name));
        }
        match number.checked_sub(u32::from(!self.is_from_zero(base))) {
            Some(place @ (0 | 1)) => Ok(TokenKind::Weight(place as usize)),
            _ if can_be_parameter => Ok(TokenKind::Parameter(name)),
            _ => index.fail(&format!("a landscape has two weights, w1 and w2, and none with the index {number}")),
        }
    }
}

impl Index {
    fn fail<T>(&self, message: &str) -> Result<T, FormulaError> {
        Err(FormulaError { column: self.column, message: message.to_owned() })
    }
}
