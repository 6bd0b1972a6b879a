//! The name that a formula has for a column of data, whatever stands in the file's header.

use super::functions::function;
use super::lexer::tokens;
use super::split::is_weight;
use super::token::{Token, TokenKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The name in a formula of the column with this header: `fixed acidity` → `fixed_acidity`, `2nd` → `_2nd`,
/// `speed (m/s)` → `speed_m_s`, `w1` → `w1_`.
///
/// Accents are composed with their letters, raised and lowered digits become plain ones, and characters that no name
/// can have become `_`. A header that can be named as it stands keeps its name. The result is empty if the header has
/// no letter or digit, or if no name can be made of it.
pub fn column_name(header: &str) -> String {
    let plain = |character: char| plain_digit(character).unwrap_or(character);
    let letters = header.nfc().filter(|character| !is_combining_mark(*character)).map(plain);
    let letters: String = letters.map(|character| if is_part_of_a_name(character) { character } else { ' ' }).collect();
    let mut name = letters.split_whitespace().collect::<Vec<_>>().join("_");
    if !name.chars().any(char::is_alphanumeric) {
        return String::new();
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if can_name_a_column(&name) {
        return name;
    }
    name.push('_');
    if can_name_a_column(&name) { name } else { String::new() }
}

fn is_part_of_a_name(character: char) -> bool {
    character.is_alphabetic() || character.is_ascii_digit() || character == '_'
}

/// The digit that a raised or lowered digit shows.
fn plain_digit(character: char) -> Option<char> {
    let place = |digits: &str| digits.chars().position(|digit| digit == character);
    let digit = place("⁰¹²³⁴⁵⁶⁷⁸⁹").or_else(|| place("₀₁₂₃₄₅₆₇₈₉"))?;
    char::from_digit(digit as u32, 10)
}

/// Whether a formula can name a column so: one word of letters, digits and underscores that begins with no digit and
/// means nothing else. Subscript digits are read as digits.
pub fn can_name_a_column(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_alphanumeric() || c == '_') && name.chars().any(char::is_alphanumeric);
    let tokens = tokens(name).unwrap_or_default();
    let is_one_name = matches!(tokens.as_slice(),
        [Token { kind: TokenKind::Name(read), .. }, Token { kind: TokenKind::End, .. }] if read == name);
    is_word && is_one_name && !is_weight(name) && function(name).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_get_names_that_a_formula_can_have() {
        for (header, name) in [
            ("x", "x"),
            ("größe", "größe"),
            ("gro\u{308}ße", "größe"),
            ("fixed acidity", "fixed_acidity"),
            (" fixed\tacidity ", "fixed_acidity"),
            ("2nd", "_2nd"),
            ("2020", "_2020"),
            ("speed (m/s)", "speed_m_s"),
            ("Sepal.Length", "Sepal_Length"),
            ("_x", "_x"),
            ("x_", "x_"),
            ("x²", "x2"),
            ("x₁", "x1"),
            ("w1", "w1_"),
            ("w₁", "w1_"),
            ("sin", "sin_"),
            ("", ""),
            ("%", ""),
            ("__", ""),
            ("\"quoted\"", "quoted"),
            ("a\nb", "a_b"),
            ("a\0b", "a_b"),
        ] {
            assert_eq!(column_name(header), name, "{header:?}");
            assert!(name.is_empty() || can_name_a_column(name), "{name}");
        }
        let long = "a b".repeat(100_000);
        assert!(column_name(&long).is_empty() || can_name_a_column(&column_name(&long)));
    }

    #[test]
    fn a_name_is_its_own_name() {
        for header in ["fixed acidity", "2nd", "w1", "x²", "Sepal.Length", "sin", "xy"] {
            let name = column_name(header);
            assert_eq!(column_name(&name), name, "{header}");
        }
    }
}
