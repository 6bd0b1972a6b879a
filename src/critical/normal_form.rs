//! The normal form of a loss, for what its structure decides.

use crate::formula::normal::{Atoms, Sum};
use crate::landscape::Loss;
use num_rational::BigRational;

/// A mean over more examples than this has too long a normal form.
const MOST_EXAMPLES: usize = 40;

/// The normal form of a loss; over a few examples it is the mean of the formula with each example's numbers.
pub(super) fn normal_form(atoms: &mut Atoms, loss: &Loss) -> Option<Sum> {
    let expression = loss.formula()?.expression();
    let examples = loss.examples();
    match examples {
        0 => return atoms.normal(expression, loss.parameters(), &[]),
        1..=MOST_EXAMPLES => {}
        _ => return None,
    }
    let share = BigRational::new(1.into(), examples.into());
    let whole = (0..examples).try_fold(Sum::default(), |sum, index| {
        sum.plus(&share, &atoms.part(expression, loss.parameters(), &loss.example(index)?)?)
    });
    whole.filter(|whole| atoms.is_whole(whole))
}
