//! The lines of legend and badge: their pieces and line breaks.

use super::swatches::draw_swatch;
use super::{Entry, Key, Swatch};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Colour, Font, Primitive, text, words};
use crate::study::{Findings, Study};

pub(super) const SIZE: f64 = 12.0;
pub(super) const LINE: f64 = 17.0;
pub(super) const PADDING: f64 = 10.0;
const SWATCH: f64 = 30.0;

/// A stretch of a line in one colour and weight.
struct Piece {
    text: String,
    font: Font,
    colour: Colour,
}

/// A line of a card.
pub(super) struct Line {
    swatch: Option<Swatch>,
    /// Whether it begins a new entry, which has some space above it in a column.
    pub begins: bool,
    indent: f64,
    pieces: Vec<Piece>,
}

impl Line {
    fn width(&self, size: f64) -> f64 {
        self.indent + self.pieces.iter().map(|piece| text::plain_width(piece.font, size, &piece.text)).sum::<f64>()
    }
}

/// The lines of the keys within a width: one line for each key if it fits, otherwise with the explanation below.
pub(super) fn key_lines(keys: &[Key], palette: &Palette, scale: f64, limit: f64) -> Vec<Vec<Line>> {
    let size = SIZE * scale;
    let indent = SWATCH * scale;
    let piece = |text: String, colour: Colour| Piece { text, font: Font::Sans, colour };
    keys.iter()
        .enumerate()
        .map(|(index, key)| {
            let more = if key.more.is_empty() || key.more.starts_with(';') {
                key.more.clone()
            } else {
                format!("  {}", key.more)
            };
            let pieces = vec![piece(key.name.clone(), palette.text), piece(more, palette.muted)];
            let one = Line { swatch: Some(key.swatch.clone()), begins: index == 0, indent, pieces };
            if one.width(size) <= limit {
                return vec![one];
            }
            let line =
                |swatch, begins, text, colour| Line { swatch, begins, indent, pieces: vec![piece(text, colour)] };
            let name = text::shortened(&key.name, Font::Sans, size, limit - indent);
            let rows = text::wrapped(key.more.trim_start_matches("; "), Font::Sans, size, limit - indent, 3);
            let first = line(Some(key.swatch.clone()), index == 0, name, palette.text);
            std::iter::once(first).chain(rows.into_iter().map(|row| line(None, false, row, palette.muted))).collect()
        })
        .collect()
}

/// A blank at which no line is broken.
const GLUE: char = '\u{a0}';

/// The text with points and step counts kept together.
fn glued(text: &str) -> String {
    let mut depth = 0;
    let glue = |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c == ' ' && depth > 0 { GLUE } else { c }
    };
    let text: String = text.chars().map(glue).collect();
    text.replace(" step", &format!("{GLUE}step")).replace("→ ", &format!("→{GLUE}"))
}

/// An ending without the point in parentheses, and without the "at" before it: `→ minimum, 88 steps`.
fn without_place(ending: &str) -> String {
    match (ending.find(" ("), ending.find(')')) {
        (Some(from), Some(to)) if from < to => {
            format!("{}{}", ending[..from].trim_end_matches(" at"), &ending[to + 1..])
        }
        _ => ending.to_owned(),
    }
}

/// Whether each run's title, settings and ending fit in one line.
pub(super) fn fit_in_one_line(entries: &[Entry], scale: f64, limit: f64) -> bool {
    let size = SIZE * scale;
    entries.iter().all(|entry| {
        let words = [entry.settings.as_str(), entry.ending.as_str()].into_iter().filter(|words| !words.is_empty());
        let plain: f64 = words.map(|words| text::plain_width(Font::Sans, size, &format!("  {words}"))).sum();
        SWATCH * scale + text::plain_width(Font::SansBold, size, &entry.title) + plain <= limit
    })
}

/// The lines of the legend on a card: one a run. A title that does not fit is cut, and an ending is left out.
pub(super) fn run_lines(entries: &[Entry], palette: &Palette, scale: f64, limit: f64) -> Vec<Vec<Line>> {
    let size = SIZE * scale;
    entries
        .iter()
        .map(|entry| {
            let mut room = limit - SWATCH * scale;
            let mut pieces = Vec::new();
            let mut add = |text: String, font: Font, colour: Colour| {
                let text = text::shortened(&text, font, size, room);
                let width = text::plain_width(font, size, &text);
                // A lone … says nothing.
                if width <= room && !["", "…"].contains(&text.trim()) {
                    room -= width;
                    pieces.push(Piece { text, font, colour });
                }
            };
            let width = |font: Font, text: &str| text::plain_width(font, size, text);
            let left = limit - SWATCH * scale - width(Font::SansBold, &entry.title);
            let settings = if entry.settings.is_empty() { String::new() } else { format!("  {}", entry.settings) };
            // How a run ended says more than its settings, and at what kind of point more than where or after how many steps.
            let short = without_place(&entry.ending);
            let shortest = short.split(", ").next().unwrap_or_default();
            let endings = [&entry.ending, &short, shortest].map(|ending| format!("  {ending}"));
            let ending = endings.into_iter().find(|ending| width(Font::Sans, ending) <= left).unwrap_or_default();
            add(entry.title.clone(), Font::SansBold, palette.text);
            if !settings.is_empty() && width(Font::Sans, &settings) + width(Font::Sans, &ending) <= left {
                add(settings, Font::Sans, palette.text);
            }
            add(ending, Font::Sans, palette.muted);
            vec![Line { swatch: Some(entry.swatch.clone()), begins: true, indent: SWATCH * scale, pieces }]
        })
        .collect()
}

/// The most lines of an ending in a column.
const MOST_LINES: usize = 6;

/// The lines of the legend in a column: a run's title and settings, and below it how it ended.
pub(super) fn column_lines(entries: &[Entry], palette: &Palette, scale: f64, limit: f64) -> Vec<Vec<Line>> {
    let size = SIZE * scale;
    let indent = SWATCH * scale;
    let room = limit - indent;
    let piece = |text: String, colour: Colour| Piece { text, font: Font::Sans, colour };
    let title = |text: String| Piece { text, font: Font::SansBold, colour: palette.text };
    let line = |pieces| Line { swatch: None, begins: false, indent, pieces };
    entries
        .iter()
        .map(|entry| {
            let settings = if entry.settings.is_empty() { String::new() } else { format!("  {}", entry.settings) };
            let swatch = Some(entry.swatch.clone());
            let mut lines = Vec::new();
            let mut first = line(vec![title(entry.title.clone()), piece(settings, palette.text)]);
            (first.swatch, first.begins) = (swatch.clone(), true);
            if first.width(size) <= limit {
                lines.push(first);
            } else {
                let short = title(text::shortened(&entry.title, Font::SansBold, size, room));
                lines.push(Line { swatch, begins: true, ..line(vec![short]) });
                let rows = text::wrapped(&entry.settings, Font::Sans, size, room, 3);
                lines.extend(rows.into_iter().map(|row| line(vec![piece(row, palette.text)])));
            }
            let rows = text::wrapped(&glued(&entry.ending), Font::Sans, size, room, MOST_LINES);
            lines.extend(rows.into_iter().map(|row| line(vec![piece(row.replace(GLUE, " "), palette.muted)])));
            lines
        })
        .collect()
}

/// As many runs as fit below a height, and the number of those that are left out.
pub(super) fn limited(groups: Vec<Vec<Line>>, palette: &Palette, scale: f64, height: f64) -> Vec<Line> {
    let most = ((height - 2.0 * PADDING * scale) / (LINE * scale)).max(1.0) as usize;
    let total: usize = groups.iter().map(Vec::len).sum();
    if total <= most {
        return groups.into_iter().flatten().collect();
    }
    let runs = groups.len();
    let mut lines = Vec::new();
    let mut kept = 0;
    for group in groups {
        if lines.len() + group.len() + 1 > most {
            break;
        }
        lines.extend(group);
        kept += 1;
    }
    let word = if kept == 0 { words::count(runs, "run") } else { format!("and {} more", runs - kept) };
    let piece = Piece { text: word, font: Font::Sans, colour: palette.muted };
    lines.push(Line { swatch: None, begins: false, indent: SWATCH * scale, pieces: vec![piece] });
    lines
}

pub(super) fn badge_lines(
    findings: &Findings,
    pending: Option<&str>,
    palette: &Palette,
    scale: f64,
    limit: f64,
) -> Vec<Line> {
    let claim = pending.map_or_else(|| words::badge(&findings.points), str::to_owned);
    let colour = match pending {
        Some(_) => palette.muted,
        None if claim.starts_with('✓') => palette.good,
        None => palette.text,
    };
    text::wrapped(&claim, Font::Sans, SIZE * scale, limit, 4)
        .into_iter()
        .map(|row| {
            let piece = Piece { text: row, font: Font::Sans, colour };
            Line { swatch: None, begins: false, indent: 0.0, pieces: vec![piece] }
        })
        .collect()
}

/// The size of a card around lines.
pub(super) fn card_size(lines: &[Line], scale: f64) -> [f64; 2] {
    let width = lines.iter().map(|line| line.width(SIZE * scale)).fold(0.0, f64::max);
    [width + 2.0 * PADDING * scale, (lines.len() as f64 * LINE + 1.4 * PADDING) * scale]
}

pub(super) fn draw(lines: &[Line], at: [f64; 2], study: &Study, scale: f64, marks: &mut Vec<Primitive>) {
    let size = SIZE * scale;
    for (row, line) in lines.iter().enumerate() {
        let baseline = at[1] + (row as f64 * LINE + 0.5 * LINE) * scale + 0.36 * size;
        if let Some(swatch) = &line.swatch {
            let middle = at[1] + (row as f64 + 0.5) * LINE * scale;
            draw_swatch([at[0], middle], swatch, study, scale, marks);
        }
        let mut x = at[0] + line.indent;
        for piece in &line.pieces {
            if piece.text.is_empty() {
                continue;
            }
            let width = text::plain_width(piece.font, size, &piece.text);
            // Some SVG readers drop a blank at the start of a text, so it becomes an offset.
            let trimmed = piece.text.trim_start();
            let blank = width - text::plain_width(piece.font, size, trimmed);
            marks.push(Primitive::Text {
                at: [x + blank, baseline],
                anchor: Anchor::Start,
                font: piece.font,
                size,
                runs: text::plain(trimmed),
                colour: piece.colour,
                halo: None,
            });
            x += width;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_without_its_place_is_a_sentence() {
        for (whole, short) in [
            ("→ minimum (3, 2), 18 steps", "→ minimum, 18 steps"),
            (
                "‖∇L‖ below 0.011 at (3.1, 0); no critical point is proved near, 57 steps",
                "‖∇L‖ below 0.011; no critical point is proved near, 57 steps",
            ),
            ("∇L is lost in rounding at (0, 1), 3 steps", "∇L is lost in rounding, 3 steps"),
            ("diverged at step 12", "diverged at step 12"),
        ] {
            assert_eq!(without_place(whole), short);
        }
    }
}
