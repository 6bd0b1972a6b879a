//! Contour levels that a person types.

use super::magnitude::within_magnitude;
use crate::field::Levels;

/// Contour levels in ascending order.
///
/// # Errors
/// Returns an error, as a sentence, if one is not finite, if two are equal, or if there are too many.
pub fn own_levels(levels: &[f64]) -> Result<Vec<f64>, String> {
    for level in levels {
        within_magnitude(*level)?;
    }
    if levels.len() > Levels::MOST {
        return Err(format!("{} levels are more than the {} of a picture", levels.len(), Levels::MOST));
    }
    // Adding 0 takes −0 to 0.
    let mut ascending: Vec<f64> = levels.iter().map(|level| level + 0.0).collect();
    ascending.sort_by(f64::total_cmp);
    match ascending.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("the level {} occurs twice", pair[0])),
        None => Ok(ascending),
    }
}

/// The levels of a text with commas between them, in ascending order. The text may end with a comma, and a minus sign
/// may be the typographic one.
///
/// # Errors
/// Returns an error, as a sentence, if a level is missing or not a number, and as [`own_levels`] does.
pub fn levels_of(text: &str) -> Result<Vec<f64>, String> {
    let listed: Vec<&str> = text.split(',').map(str::trim).collect();
    let named = match listed.as_slice() {
        [] | [""] => return Err("there is no level".to_owned()),
        [named @ .., ""] => named,
        all => all,
    };
    if named.contains(&"") {
        return Err("a level is missing before a comma".to_owned());
    }
    let level = |text: &&str| text.replace('−', "-").parse().map_err(|_| format!("'{text}' is not a number"));
    own_levels(&named.iter().map(level).collect::<Result<Vec<f64>, String>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_as_people_write_them() {
        for (text, levels) in
            [("0.1,1,2", &[0.1, 1.0, 2.0][..]), ("5,", &[5.0]), (" −1 , 2 ", &[-1.0, 2.0]), ("2,1", &[1.0, 2.0])]
        {
            assert_eq!(levels_of(text).as_deref(), Ok(levels), "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_reason() {
        let many = (0..=Levels::MOST).map(|level| level.to_string()).collect::<Vec<String>>().join(",");
        let table = [
            ("", "no level"),
            (",", "missing"),
            (",5", "missing"),
            ("1,,2", "missing"),
            ("1,1", "twice"),
            ("0,-0", "twice"),
            ("nan,1", "finite"),
            ("1,inf", "finite"),
            ("1,two", "'two' is not a number"),
            (&many, "more than the 200"),
        ];
        for (text, words) in table {
            let message = levels_of(text).expect_err(text);
            assert!(message.contains(words), "{text}: {message}");
        }
    }
}
