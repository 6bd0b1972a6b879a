//! Measuring and setting text: fonts, widths, scripts, and the treatment of text that is too long.
//!
//! Texts are measured with the bundled fonts, so that a text has the same width in the window, in every export and on
//! every machine. Letters that the bundled fonts lack have a fixed width, whichever font draws them.

use super::{Anchor, Font};
use crate::formula::{MathRun, Script};
use std::sync::OnceLock;
use ttf_parser::Face;
use unicode_normalization::char::is_combining_mark;

/// DejaVu Sans: words and numbers.
pub static SANS: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");
/// DejaVu Sans Bold: headings.
pub static SANS_BOLD: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans-Bold.ttf");
/// DejaVu Serif: numerals and names of functions in formulas.
pub static SERIF: &[u8] = include_bytes!("../../assets/fonts/DejaVuSerif.ttf");
/// DejaVu Serif Italic: names in formulas.
pub static SERIF_ITALIC: &[u8] = include_bytes!("../../assets/fonts/DejaVuSerif-Italic.ttf");
/// DejaVu Sans Mono: formulas as they are typed.
pub static MONO: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansMono.ttf");

/// Raised and lowered characters are this much smaller.
const SCRIPT_SIZE: f64 = 0.7;
/// A superscript's baseline is raised by this share of the font size.
const RAISED: f64 = 0.36;
/// A subscript's baseline is lowered by this share of the font size.
const LOWERED: f64 = 0.2;

/// A stretch of text in one font at one size, with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Span<'a> {
    /// The left end of its baseline.
    pub at: [f64; 2],
    /// Its font.
    pub font: Font,
    /// Its size in pixels.
    pub size: f64,
    /// Its characters.
    pub text: &'a str,
}

/// The pieces of a text, laid out. A subscript and a superscript in sequence are stacked. Every back end draws these
/// spans, so that mathematics looks alike everywhere.
pub fn spans(at: [f64; 2], anchor: Anchor, font: Font, size: f64, runs: &[MathRun]) -> Vec<Span<'_>> {
    let (mut spans, width) = laid_out(at, font, size, runs);
    let shift = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -0.5 * width,
        Anchor::End => -width,
    };
    for span in &mut spans {
        span.at[0] += shift;
    }
    spans
}

/// The width of a text in pixels.
pub fn width(font: Font, size: f64, runs: &[MathRun]) -> f64 {
    laid_out([0.0, 0.0], font, size, runs).1
}

/// The width of a plain text in pixels.
pub fn plain_width(font: Font, size: f64, text: &str) -> f64 {
    let ems: f64 = text.chars().map(|c| advance(font, c)).sum();
    ems * size
}

/// Whether a bundled font has a character, or the character needs no glyph.
pub fn is_bundled(c: char) -> bool {
    let has = |font| face(font).is_some_and(|face| face.glyph_index(c).is_some());
    c.is_ascii()
        || c.is_control()
        || c.is_whitespace()
        || is_unseen(c)
        || [Font::Sans, Font::SansBold, Font::SerifItalic, Font::Serif].into_iter().any(has)
}

/// Joiners, marks of direction and variation selectors.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn laid_out(at: [f64; 2], font: Font, size: f64, runs: &[MathRun]) -> (Vec<Span<'_>>, f64) {
    let mut spans = Vec::with_capacity(runs.len());
    let mut pen = at[0];
    // The beginning of the previous script, so that its counterpart can be stacked on it.
    let mut stack: Option<(f64, Script)> = None;
    for run in runs {
        let font = if run.italic { Font::SerifItalic } else { font };
        let (size, lift) = match run.script {
            Script::Normal => (size, 0.0),
            Script::Superscript => (SCRIPT_SIZE * size, -RAISED * size),
            Script::Subscript => (SCRIPT_SIZE * size, LOWERED * size),
        };
        let start = match stack {
            Some((start, script)) if run.script != Script::Normal && run.script != script => start,
            _ => pen,
        };
        spans.push(Span { at: [start, at[1] + lift], font, size, text: &run.text });
        let end = start + plain_width(font, size, &run.text);
        stack = (run.script != Script::Normal && start == pen).then_some((start, run.script));
        pen = pen.max(end);
    }
    (spans, pen - at[0])
}

/// Plain text as one run.
pub fn plain(text: impl Into<String>) -> Vec<MathRun> {
    vec![MathRun { text: text.into(), italic: false, script: Script::Normal }]
}

/// `w` with a lowered index, in italics.
pub fn weight_name(index: usize) -> Vec<MathRun> {
    vec![
        MathRun { text: "w".to_owned(), italic: true, script: Script::Normal },
        MathRun { text: index.to_string(), italic: false, script: Script::Subscript },
    ]
}

/// The text; if it would be wider than `limit` pixels, its end is replaced by ….
pub fn shortened(text: &str, font: Font, size: f64, limit: f64) -> String {
    if plain_width(font, size, text) <= limit {
        return text.to_owned();
    }
    let room = limit - plain_width(font, size, "…");
    let mut used = 0.0;
    let mut kept = String::new();
    for c in text.chars() {
        used += plain_width(font, size, c.encode_utf8(&mut [0; 4]));
        if used > room {
            break;
        }
        kept.push(c);
    }
    let kept = kept.trim_end();
    format!("{kept}…")
}

/// Mathematics; if it would be wider than `limit` pixels, its end is replaced by ….
pub fn shortened_runs(runs: &[MathRun], font: Font, size: f64, limit: f64) -> Vec<MathRun> {
    if width(font, size, runs) <= limit {
        return runs.to_vec();
    }
    let dots = MathRun { text: "…".to_owned(), italic: false, script: Script::Normal };
    let room = limit - plain_width(font, size, "…");
    let mut kept: Vec<MathRun> = Vec::new();
    for run in runs {
        kept.push(run.clone());
        if width(font, size, &kept) <= room {
            continue;
        }
        // The run that does not fit is cut after its last character that does.
        kept.pop();
        let mut part = MathRun { text: String::new(), ..run.clone() };
        for c in run.text.chars() {
            part.text.push(c);
            kept.push(part.clone());
            let fits = width(font, size, &kept) <= room;
            kept.pop();
            if !fits {
                part.text.pop();
                break;
            }
        }
        let part_end = part.text.trim_end().len();
        part.text.truncate(part_end);
        if !part.text.is_empty() {
            kept.push(part);
        }
        break;
    }
    kept.push(dots);
    kept
}

/// Mathematics in lines no wider than `limit` pixels, broken before a plus or minus, preferably outside parentheses. A
/// part without such signs is not broken.
pub fn broken_runs(runs: &[MathRun], font: Font, size: f64, limit: f64) -> Vec<Vec<MathRun>> {
    let joined = |parts: &[Vec<MathRun>]| {
        let mut line = parts.concat();
        if let Some(first) = line.first_mut() {
            first.text = first.text.trim_start().to_owned();
        }
        line
    };
    let parts = terms(runs);
    let mut lines = Vec::new();
    // The current line, with the number of open parentheses before each of its parts.
    let (mut line, mut depths): (Vec<Vec<MathRun>>, Vec<i32>) = (Vec::new(), Vec::new());
    let mut depth = 0;
    for part in parts {
        depths.push(depth);
        depth += part
            .iter()
            .flat_map(|run| run.text.chars())
            .map(|c| i32::from(c == '(') - i32::from(c == ')'))
            .sum::<i32>();
        line.push(part);
        while line.len() > 1 && width(font, size, &joined(&line)) > limit {
            let outermost = depths[1..].iter().copied().min().unwrap_or(0);
            let place = depths.iter().rposition(|depth| *depth == outermost).unwrap_or(1).max(1);
            lines.push(joined(&line[..place]));
            line.drain(..place);
            depths.drain(..place);
        }
    }
    lines.push(joined(&line));
    lines
}

/// The parts of a formula; each except the first begins with ` + ` or ` − `.
fn terms(runs: &[MathRun]) -> Vec<Vec<MathRun>> {
    let mut parts: Vec<Vec<MathRun>> = vec![Vec::new()];
    for run in runs {
        let mut rest = run.text.as_str();
        let mut push = |text: &str, begins: bool| {
            let piece = MathRun { text: text.to_owned(), ..run.clone() };
            match parts.last_mut() {
                Some(part) if !begins => part.push(piece),
                _ => parts.push(vec![piece]),
            }
        };
        let mut begins = false;
        while run.script == Script::Normal
            && let Some(place) = [" + ", " − "].iter().filter_map(|sign| find_after(rest, sign, begins)).min()
        {
            if place > 0 {
                push(&rest[..place], begins);
            }
            (rest, begins) = (&rest[place..], true);
        }
        if !rest.is_empty() {
            push(rest, begins);
        }
    }
    parts
}

/// The position of a sign in a text, ignoring a sign at the very beginning.
fn find_after(text: &str, sign: &str, begins: bool) -> Option<usize> {
    let from = if begins { sign.len() } else { 0 };
    text.get(from..)?.find(sign).map(|place| place + from)
}

/// Signs around which no line is broken.
const RELATIONS: [&str; 5] = ["=", "≈", "≤", "≥", "<"];

/// The words of a text between which lines are broken: what stands around a relation, such as `B = 1`, is one of them, and so is a
/// number with its %, if they are no wider than `limit`.
fn unbroken(text: &str, font: Font, size: f64, limit: f64) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in text.split(' ') {
        let is_relation = RELATIONS.contains(&word);
        let joined = words.last().map(|last| format!("{last} {word}"));
        match joined.filter(|joined| {
            (is_open || is_relation || word.starts_with('%')) && plain_width(font, size, joined) <= limit
        }) {
            Some(joined) => {
                words.pop();
                words.push(joined);
            }
            None => words.push(word.to_owned()),
        }
        is_open = is_relation;
    }
    words
}

/// A text in lines no wider than `limit` pixels, at most `lines` of them, the last one shortened.
pub fn wrapped(text: &str, font: Font, size: f64, limit: f64, lines: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut row = String::new();
    let mut words = unbroken(text, font, size, limit).into_iter();
    while let Some(word) = words.next() {
        let longer = if row.is_empty() { word.clone() } else { format!("{row} {word}") };
        if row.is_empty() || plain_width(font, size, &longer) <= limit {
            row = longer;
            continue;
        }
        if rows.len() + 1 == lines {
            // The rest goes into the last row, which is shortened below.
            row = std::iter::once(longer).chain(words).collect::<Vec<_>>().join(" ");
            break;
        }
        rows.push(std::mem::replace(&mut row, word));
    }
    rows.push(row);
    rows.iter().map(|row| shortened(row, font, size, limit)).collect()
}

/// The width of a character in units of the font size. Characters that the bundled fonts lack have a fixed width: an
/// East Asian letter fills a square, and a combining mark has no width.
fn advance(font: Font, c: char) -> f64 {
    let in_face = |font: Font| {
        let face = face(font)?;
        let advance = face.glyph_hor_advance(face.glyph_index(c)?)?;
        Some(f64::from(advance) / f64::from(face.units_per_em()))
    };
    let unknown = || match c {
        c if is_combining_mark(c) || is_unseen(c) => 0.0,
        c if is_wide(c) => 1.0,
        _ => 0.6,
    };
    in_face(font).or_else(|| in_face(Font::Sans)).unwrap_or_else(unknown)
}

/// Whether a character fills a square (Unicode Standard Annex 11, East Asian Width).
fn is_wide(c: char) -> bool {
    matches!(
        u32::from(c),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60
            | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd
    )
}

fn face(font: Font) -> Option<&'static Face<'static>> {
    static FACES: OnceLock<[Option<Face<'static>>; 4]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [SANS, SANS_BOLD, SERIF_ITALIC, SERIF].map(|bytes| Face::parse(bytes, 0).ok()));
    match font {
        Font::Sans => faces[0].as_ref(),
        Font::SansBold => faces[1].as_ref(),
        Font::SerifItalic => faces[2].as_ref(),
        Font::Serif => faces[3].as_ref(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DejaVu's digits are tabular, 1303 of 2048 units wide (from the font's own hmtx table).
    #[test]
    fn digits_are_tabular() {
        for digit in '0'..='9' {
            let width = plain_width(Font::Sans, 2048.0, &digit.to_string());
            assert!((width - 1303.0).abs() < 1e-9, "{digit} is {width} wide");
        }
    }

    #[test]
    fn the_fonts_have_every_character_that_we_use() {
        let face = face(Font::Sans)
            .map(|face| "∇λησ∂‖₁₂²³⁰⁻●▲✕⬡→←−–✓·…×≤≥≈∞½κ∈".chars().all(|c| face.glyph_index(c).is_some()));
        assert_eq!(face, Some(true));
    }

    #[test]
    fn letters_of_any_script_have_a_width() {
        let width = |text: &str| plain_width(Font::SerifItalic, 100.0, text);
        assert_eq!(width("損失"), 200.0);
        // A mark over a letter, and a joiner, need no room.
        assert_eq!(width("क\u{941}"), width("क"));
        assert_eq!(width("x\u{200d}"), width("x"));
        assert!(is_bundled('λ') && is_bundled('ש') && is_bundled('س') && !is_bundled('損') && !is_bundled('क'));
    }

    #[test]
    fn scripts_stand_above_each_other() {
        let run = |text: &str, script| MathRun { text: text.to_owned(), italic: false, script };
        let runs = [run("w", Script::Normal), run("1", Script::Subscript), run("2", Script::Superscript)];
        let spans = spans([0.0, 0.0], Anchor::Start, Font::Sans, 10.0, &runs);
        assert_eq!(spans[1].at[0], spans[2].at[0]);
        assert!(spans[2].at[1] < 0.0 && spans[1].at[1] > 0.0);
        // Two superscripts in a row (an exponent in two runs) follow each other instead.
        let runs = [run("w", Script::Normal), run("1", Script::Superscript), run("2", Script::Superscript)];
        let spans = super::spans([0.0, 0.0], Anchor::Start, Font::Sans, 10.0, &runs);
        assert!(spans[2].at[0] > spans[1].at[0]);
    }

    /// A formula that is broken at its signs keeps all its text, and no line is too long.
    #[test]
    fn formulas_break_at_plus_and_minus() {
        let run = |text: &str, script| MathRun { text: text.to_owned(), italic: false, script };
        let runs = [
            run("L = w + 20 cos(2π x) − (a", Script::Normal),
            run("2 + 1", Script::Superscript),
            run(" − 7) + b", Script::Normal),
        ];
        let lines = broken_runs(&runs, Font::Sans, 10.0, 90.0);
        let text: Vec<String> = lines.iter().map(|line| line.iter().map(|run| run.text.as_str()).collect()).collect();
        assert_eq!(text, ["L = w", "+ 20 cos(2π x)", "− (a2 + 1 − 7) + b"]);
        assert_eq!(broken_runs(&runs, Font::Sans, 10.0, 900.0).len(), 1);
        // Not within the parentheses, though there would be more room in the first line.
        let text: Vec<String> = broken_runs(&plain("aaaa + (bb + cc)"), Font::Sans, 10.0, 75.0)
            .iter()
            .map(|line| line.iter().map(|run| run.text.as_str()).collect())
            .collect();
        assert_eq!(text, ["aaaa", "+ (bb + cc)"]);
    }

    #[test]
    fn long_texts_are_cut_within_their_limit() {
        let long = "a very long caption that cannot stand in so narrow a place";
        let cut = shortened(long, Font::Sans, 12.0, 100.0);
        assert!(cut.ends_with('…') && plain_width(Font::Sans, 12.0, &cut) <= 100.0);
        let runs = shortened_runs(&plain(long), Font::Sans, 12.0, 100.0);
        assert!(width(Font::Sans, 12.0, &runs) <= 100.0);
        let rows = wrapped(long, Font::Sans, 12.0, 120.0, 2);
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| plain_width(Font::Sans, 12.0, row) <= 120.0));
        assert_eq!(wrapped("short", Font::Sans, 12.0, 120.0, 2), ["short"]);
    }

    /// At every width at which they fit, a relation has both its sides in one line, and a number its %.
    #[test]
    fn relations_are_not_broken() {
        let text = "η = 0.1, B = 1, seed 0, 98 % at L = −4.704e31, and 7 % more";
        for limit in (110..400).map(f64::from) {
            let rows = wrapped(text, Font::Sans, 12.0, limit, 9);
            for part in ["η = 0.1,", "B = 1,", "98 %", "L = −4.704e31,", "7 %"] {
                assert!(rows.iter().any(|row| row.contains(part)), "{part} at {limit}: {rows:?}");
            }
            assert_eq!(rows.join(" "), text, "{limit}");
        }
        // What is too wide in one piece is broken.
        assert_eq!(wrapped("aaaa = bbbb", Font::Sans, 12.0, 50.0, 3), ["aaaa =", "bbbb"]);
    }
}
