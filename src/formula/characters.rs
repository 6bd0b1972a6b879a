//! Characters that are read as others: letters of mathematical alphabets, hyphens for minus signs, raised and lowered
//! characters, and letters of other scripts that look like Latin ones.

use unicode_normalization::UnicodeNormalization;

/// What a character of a formula is read as.
///
/// Full-width and mathematical letters and digits become plain ones (`𝑤` → `w`), hyphens and dashes a minus sign, and
/// the accents that dead keys leave behind become the operators that are meant (`ˆ` → `^`).
pub fn plain(character: char) -> char {
    match character {
        '−' | '–' | '—' | '‐' | '‑' | '‒' | '﹣' | '－' | '˗' => '-',
        '·' | '×' | '⋅' | '∗' | '∙' | '•' | '\u{2062}' => '*',
        '÷' | '∕' | '⁄' => '/',
        'ˆ' | '\u{2303}' => '^',
        '∣' | '│' => '|',
        // Zero-width characters and the invisible function application separate nothing visible.
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{2061}' | '\u{feff}' => ' ',
        // So do variation selectors, which some programs put behind a letter.
        '\u{fe00}'..='\u{fe0f}' => ' ',
        '\u{b5}' => 'μ',
        'ϕ' => 'φ',
        'ϵ' => 'ε',
        'ϑ' => 'θ',
        '\u{ff01}'..='\u{ff5e}' | '\u{1d400}'..='\u{1d7ff}' | '\u{2100}'..='\u{214f}' => {
            let mut normal = std::iter::once(character).nfkc();
            match (normal.next(), normal.next()) {
                (Some(only), None) if only != character => plain(only),
                _ => character,
            }
        }
        other => other,
    }
}

/// What a raised character shows: `²` → `2`, `ˣ` → `x`, `⁻` → `-`.
pub fn superscript(character: char) -> Option<char> {
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ";
    const SHOWN: &str = "0123456789+-()abcdefghijklmnoprstuvwxyz";
    RAISED.chars().position(|raised| raised == character).and_then(|place| SHOWN.chars().nth(place))
}

/// The digit that a lowered digit shows.
pub fn subscript(character: char) -> Option<char> {
    let digit = "₀₁₂₃₄₅₆₇₈₉".chars().position(|lowered| lowered == character)?;
    char::from_digit(digit as u32, 10)
}

/// The numerator and the denominator of a character such as `½`.
pub fn fraction(character: char) -> Option<(String, String)> {
    if !matches!(character, '½' | '¼' | '¾' | '\u{2150}'..='\u{215e}') {
        return None;
    }
    let shown: String = std::iter::once(character).nfkc().collect();
    let (above, below) = shown.split_once('⁄')?;
    (!below.is_empty()).then(|| (above.to_owned(), below.to_owned()))
}

/// For a letter that looks like a Latin one: its script, and the Latin letter.
pub fn look_alike(character: char) -> Option<(&'static str, char)> {
    const CYRILLIC: (&str, &str) = ("аеорсухіјѕһԁԛԝӏАВЕКМНОРСТУХІЈЅԚԜ", "aeopcyxijshdqwlABEKMHOPCTYXIJSQW");
    const GREEK: (&str, &str) = ("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX");
    [("Cyrillic", CYRILLIC), ("Greek", GREEK)].into_iter().find_map(|(script, (letters, latin))| {
        let place = letters.chars().position(|letter| letter == character)?;
        Some((script, latin.chars().nth(place)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_as_what_they_show() {
        for (character, read) in [
            ('𝑤', 'w'),
            ('𝟐', '2'),
            ('ｘ', 'x'),
            ('（', '('),
            ('ℯ', 'e'),
            ('‐', '-'),
            ('ˆ', '^'),
            ('𝜋', 'π'),
            ('w', 'w'),
        ] {
            assert_eq!(plain(character), read, "{character}");
        }
    }

    #[test]
    fn tables_are_as_long_as_each_other() {
        assert_eq!(superscript('ᶻ'), Some('z'));
        assert_eq!(superscript('⁻'), Some('-'));
        assert_eq!(subscript('₉'), Some('9'));
        assert_eq!(look_alike('Ԝ'), Some(("Cyrillic", 'W')));
        assert_eq!(look_alike('Χ'), Some(("Greek", 'X')));
        assert_eq!((look_alike('x'), look_alike('α')), (None, None));
        assert_eq!(fraction('¾'), Some(("3".to_owned(), "4".to_owned())));
        assert_eq!((fraction('⅟'), fraction('2')), (None, None));
    }
}
