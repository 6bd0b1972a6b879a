//! Legend and badge: what was run, how it ended, what the map's colours and lines mean where that is not the usual, and
//! what is claimed about critical points.
//!
//! They stand in the column beside the plot where there is one, otherwise on cards over the plot, in the corners
//! where they hide least.

use super::theme::{self, CASING, INK_DARK, INK_GREY, Palette};
use super::{
    Anchor, Colour, Font, Layout, PictureContext, Primitive, Rect, Stroke, backdrop, decorations, regions, text,
    trajectories, words,
};
use crate::basins::Outcome;
use crate::curvature::{Definiteness, Kind, Quantity};
use crate::field::{Raster, basin_colours, colours_of_ends, pattern, shaded};
use crate::optimizer;
use crate::study::{Findings, Study};
use std::sync::Arc;

/// A corner of the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Left and top.
    TopLeft,
    /// Right and top.
    TopRight,
    /// Left and bottom.
    BottomLeft,
    /// Right and bottom.
    BottomRight,
}

/// The corners, the preferred ones first.
const LEGEND_CORNERS: [Corner; 4] = [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight];
const BADGE_CORNERS: [Corner; 4] = [Corner::BottomRight, Corner::BottomLeft, Corner::TopRight, Corner::TopLeft];

const SIZE: f64 = 12.0;
const LINE: f64 = 17.0;
const PADDING: f64 = 10.0;
const SWATCH: f64 = 30.0;
/// The distance of a card from the plot's border.
const INSET: f64 = 10.0;

/// A stretch of a line in one colour and weight.
struct Piece {
    text: String,
    font: Font,
    colour: Colour,
}

/// What stands before a line.
#[derive(Clone, Debug, PartialEq)]
enum Swatch {
    /// A run's line, by its colour.
    Run(usize),
    /// The thin line of a curve of reference, by its colour.
    Curve(usize),
    /// The colours of the heat map.
    Colours,
    /// A contour line.
    Contour,
    /// The hatching where the heat map has no value.
    WithoutValue,
    /// A sign region.
    Region(Definiteness),
    /// The line det H = 0.
    ZeroLine,
    /// A basin's shades, from few steps to many.
    Shades,
    /// The colours of some basins.
    Basins(Vec<[u8; 3]>),
    /// The pattern of what ends at no critical point.
    Pattern(Outcome),
}

/// A line of a card.
struct Line {
    swatch: Option<Swatch>,
    /// Whether it begins something new, and has a little air before it in a column.
    begins: bool,
    indent: f64,
    pieces: Vec<Piece>,
}

impl Line {
    fn width(&self, size: f64) -> f64 {
        self.indent + self.pieces.iter().map(|piece| text::plain_width(piece.font, size, &piece.text)).sum::<f64>()
    }
}

/// A run in the legend: what it is, with which settings, how it ended.
struct Entry {
    swatch: Swatch,
    title: String,
    settings: String,
    ending: String,
}

fn entries(study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Entry> {
    let entry = |(index, run): (usize, &crate::optimizer::Run)| {
        let ending = words::run_ending(findings, index)?;
        let (title, settings) = (words::run_title(run), words::run_settings(run));
        let is_curve = optimizer::find(&run.optimizer).is_some_and(|optimizer| optimizer.is_continuous());
        let swatch = if is_curve { Swatch::Curve(run.colour) } else { Swatch::Run(run.colour) };
        Some(Entry { swatch, title, settings, ending })
    };
    let mut entries: Vec<Entry> =
        study.runs.iter().enumerate().filter(|(_, run)| run.shown).filter_map(entry).collect();
    entries.extend(context.cloud.as_ref().map(|cloud| {
        let run = cloud.ensemble.run();
        let title = format!("{} × {}", words::run_title(run), cloud.ensemble.members().len());
        Entry {
            swatch: Swatch::Run(cloud.colour),
            title,
            settings: words::run_settings(run),
            ending: words::counts(&cloud.ensemble),
        }
    }));
    entries
}

/// What a colour, a pattern or a line of the map means.
struct Key {
    swatch: Swatch,
    name: String,
    more: String,
}

/// Whether the map has more than a heat map and contours of L, which explain themselves.
pub(super) fn has_keys(study: &Study) -> bool {
    let picture = &study.picture;
    picture.sign_regions || picture.basins_of.is_some() || (picture.heat_map && picture.heat_map_of != Quantity::Loss)
}

fn keys(study: &Study, findings: &Findings) -> Vec<Key> {
    let (field, picture) = (&findings.field, &study.picture);
    let key = |swatch, name: &str, more: String| Key { swatch, name: name.to_owned(), more };
    let mut keys = basin_keys(study, findings);
    if picture.heat_map && picture.basins_of.is_none() && field.quantity != Quantity::Loss {
        let range = words::heat_map(field).unwrap_or_else(|| "no finite value in view".to_owned());
        keys.push(key(Swatch::Colours, field.quantity.symbol(), range));
        if let Some(lack) = field.quantity.without_value().filter(|_| !field.without_value.is_empty()) {
            keys.push(key(Swatch::WithoutValue, "no value", lack.to_owned()));
        }
        if picture.contours {
            keys.push(key(Swatch::Contour, "contours", "of L".to_owned()));
        }
    }
    if let Some(regions) = field.sign_regions.as_ref().filter(|_| picture.sign_regions) {
        for region in [Definiteness::PositiveDefinite, Definiteness::Indefinite, Definiteness::NegativeDefinite] {
            keys.push(key(Swatch::Region(region), &format!("H {}", region.words()), String::new()));
        }
        let more = if regions.has_singular_part { "; throughout where nothing is tinted" } else { "" };
        keys.push(key(Swatch::ZeroLine, "det H = 0", more.to_owned()));
    }
    keys
}

/// What the basins' colours and patterns mean, and how large they are.
fn basin_keys(study: &Study, findings: &Findings) -> Vec<Key> {
    let Some(run) = study.basins_run() else { return Vec::new() };
    let key = |swatch, name: String, more: String| Key { swatch, name, more };
    let title = |run| format!("Basins of {}", words::run_caption(run));
    let basins = match &findings.basins {
        None => return vec![key(Swatch::Shades, title(run), "being computed".to_owned())],
        Some(Err(reason)) => return vec![key(Swatch::Shades, title(run), format!("none: {reason}"))],
        Some(Ok(basins)) => basins,
    };
    let mut keys = vec![key(Swatch::Shades, title(basins.map.run()), words::basin_steps(basins))];
    let colours = colours_of_ends(basins.map.attractors());
    for (kind, share) in words::shares_of_kinds(basins) {
        let of_kind = basins.map.attractors().iter().zip(&colours).zip(&basins.shares.ends);
        let shown = of_kind.filter(|((end, _), share)| end.kind == kind && **share > 0.0);
        let shown: Vec<[u8; 3]> = shown.map(|((_, colour), _)| *colour).collect();
        keys.push(key(Swatch::Basins(shown.clone()), words::counted_kind(shown.len(), kind), words::percent(share)));
    }
    for (outcome, name, share) in words::other_shares(basins) {
        keys.push(key(Swatch::Pattern(outcome), name, words::percent(share)));
    }
    keys
}

/// The lines of the keys within a width: one each where they fit, otherwise the explanation below.
fn key_lines(keys: &[Key], palette: &Palette, scale: f64, limit: f64) -> Vec<Vec<Line>> {
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

/// The lines of the legend within a width: one a run where they fit, otherwise the ending below.
fn legend_lines(entries: &[Entry], palette: &Palette, scale: f64, limit: f64, compact: bool) -> Vec<Vec<Line>> {
    let size = SIZE * scale;
    let indent = SWATCH * scale;
    let piece = |text: String, colour: Colour| Piece { text, font: Font::Sans, colour };
    let title = |text: String| Piece { text, font: Font::SansBold, colour: palette.text };
    let in_one = |entry: &Entry| {
        let words = [entry.settings.as_str(), entry.ending.as_str()];
        let plain: f64 = words
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| text::plain_width(Font::Sans, size, &format!("  {text}")))
            .sum();
        indent + text::plain_width(Font::SansBold, size, &entry.title) + plain <= limit
    };
    // All runs in one line each, or all with their ending below: a mixture looks ragged.
    let compact = compact && entries.iter().all(in_one);
    entries
        .iter()
        .map(|entry| {
            let settings = if entry.settings.is_empty() { String::new() } else { format!("  {}", entry.settings) };
            let line = |pieces| Line { swatch: None, begins: false, indent, pieces };
            let swatch = Some(entry.swatch.clone());
            let mut one = line(vec![
                title(entry.title.clone()),
                piece(settings.clone(), palette.text),
                piece(format!("  {}", entry.ending), palette.muted),
            ]);
            (one.swatch, one.begins) = (swatch.clone(), true);
            if compact {
                return vec![one];
            }
            let room = limit - indent;
            let mut lines = Vec::new();
            let mut first = line(vec![title(entry.title.clone()), piece(settings, palette.text)]);
            (first.swatch, first.begins) = (swatch.clone(), true);
            if first.width(size) <= limit {
                lines.push(first);
            } else {
                let title =
                    Piece { text: text::shortened(&entry.title, Font::SansBold, size, room), ..title(String::new()) };
                lines.push(Line { swatch, begins: true, ..line(vec![title]) });
                let rows = text::wrapped(&entry.settings, Font::Sans, size, room, 3);
                lines.extend(rows.into_iter().map(|row| line(vec![piece(row, palette.text)])));
            }
            let rows = text::wrapped(&glued(&entry.ending), Font::Sans, size, room, 3);
            lines.extend(rows.into_iter().map(|row| line(vec![piece(row.replace(GLUE, " "), palette.muted)])));
            lines
        })
        .collect()
}

/// As many runs as fit below a height; what is left out is counted.
fn limited(groups: Vec<Vec<Line>>, palette: &Palette, scale: f64, height: f64) -> Vec<Line> {
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

fn badge_lines(findings: &Findings, pending: Option<&str>, palette: &Palette, scale: f64, limit: f64) -> Vec<Line> {
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
fn card_size(lines: &[Line], scale: f64) -> [f64; 2] {
    let width = lines.iter().map(|line| line.width(SIZE * scale)).fold(0.0, f64::max);
    [width + 2.0 * PADDING * scale, (lines.len() as f64 * LINE + 1.4 * PADDING) * scale]
}

fn in_corner(layout: &Layout, corner: Corner, size: [f64; 2]) -> Rect {
    let inset = INSET * layout.scale;
    let plot = &layout.plot;
    let left = matches!(corner, Corner::TopLeft | Corner::BottomLeft);
    let top = matches!(corner, Corner::TopLeft | Corner::TopRight);
    let x = if left { plot.min[0] + inset } else { plot.max[0] - inset - size[0] };
    let y = if top { plot.min[1] + inset } else { plot.max[1] - inset - size[1] };
    Rect { min: [x, y], max: [x + size[0], y + size[1]] }
}

/// How much a card at a place would hide.
fn hidden(rect: &Rect, marks: &[([f64; 2], usize)], scale: f64) -> usize {
    let rect = rect.grown(8.0 * scale);
    marks.iter().filter(|(point, _)| rect.contains(*point)).map(|(_, weight)| weight).sum()
}

fn marks_to_spare(layout: &Layout, study: &Study, findings: &Findings) -> Vec<([f64; 2], usize)> {
    let mut marks: Vec<([f64; 2], usize)> =
        trajectories::sample(layout, study, findings).into_iter().map(|point| (point, 1)).collect();
    // Runs all begin at the start, and it is what the hand looks for.
    if let Some(start) = marks.first_mut() {
        start.1 = 50;
    }
    if study.picture.critical_points {
        marks.extend(findings.points.points.iter().map(|point| (layout.pixel_from_world(point.w), 12)));
    }
    marks
}

/// Where legend and badge go when they lie over the plot; in the same corner they are stacked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners {
    /// The legend's corner.
    pub legend: Corner,
    /// The badge's corner.
    pub badge: Corner,
}

/// The corners in which legend and badge hide least. They depend on where the runs go: to keep the cards at rest while
/// the start point is dragged, remember these in [`PictureContext::corners`] and ask again when it is released.
pub fn corners(layout: &Layout, study: &Study, findings: &Findings) -> Corners {
    let Some(cards) = Cards::of(layout, study, findings, &PictureContext::default()) else {
        return Corners { legend: Corner::TopLeft, badge: Corner::BottomRight };
    };
    cards.corners(layout, &marks_to_spare(layout, study, findings))
}

/// The two cards, before they have their places.
struct Cards {
    legend: Vec<Line>,
    badge: Vec<Line>,
}

impl Cards {
    /// `None` where the plot is too small for a card to be read.
    fn of(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Option<Cards> {
        let (palette, scale) = (Palette::of(study.picture.theme), layout.scale);
        let room = layout.plot.width() - 2.0 * (INSET + PADDING) * scale;
        if room < 120.0 * scale || layout.plot.height() < 110.0 * scale {
            return None;
        }
        let limit = (0.88 * room).max(200.0 * scale).min(room);
        let legend = if study.picture.legend {
            let mut groups = legend_lines(&entries(study, findings, context), palette, scale, limit, true);
            groups.extend(key_lines(&keys(study, findings), palette, scale, limit));
            if groups.is_empty() { Vec::new() } else { limited(groups, palette, scale, 0.42 * layout.plot.height()) }
        } else {
            Vec::new()
        };
        let shown = study.picture.critical_points;
        let pending = context.pending_claim.as_deref();
        let badge = if shown { badge_lines(findings, pending, palette, scale, limit) } else { Vec::new() };
        Some(Cards { legend, badge })
    }

    fn corners(&self, layout: &Layout, marks: &[([f64; 2], usize)]) -> Corners {
        let scale = layout.scale;
        // The first of equals is taken.
        let cost = |rect: Rect| hidden(&rect, marks, scale);
        let legend = LEGEND_CORNERS
            .into_iter()
            .min_by_key(|legend| cost(self.places(layout, Corners { legend: *legend, badge: *legend })[0]))
            .unwrap_or(Corner::TopLeft);
        let badge = BADGE_CORNERS
            .into_iter()
            .min_by_key(|badge| {
                let [taken, rect] = self.places(layout, Corners { legend, badge: *badge });
                let clash = !self.legend.is_empty() && taken.grown(4.0 * scale).overlaps(&rect);
                cost(rect) + if clash { 1_000_000 } else { 0 }
            })
            .unwrap_or(Corner::BottomRight);
        Corners { legend, badge }
    }

    /// Where the cards of legend and badge lie.
    fn places(&self, layout: &Layout, corners: Corners) -> [Rect; 2] {
        let scale = layout.scale;
        let legend = in_corner(layout, corners.legend, card_size(&self.legend, scale));
        let mut badge = in_corner(layout, corners.badge, card_size(&self.badge, scale));
        if corners.legend == corners.badge && !self.legend.is_empty() {
            let top = matches!(corners.badge, Corner::TopLeft | Corner::TopRight);
            let shift = (legend.height() + 6.0 * scale) * if top { 1.0 } else { -1.0 };
            badge.min[1] += shift;
            badge.max[1] += shift;
        }
        [legend, badge]
    }
}

/// Legend and badge, in the side column or on cards.
pub(super) fn legend(layout: &Layout, study: &Study, findings: &Findings, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let palette = Palette::of(study.picture.theme);
    if let Some(side) = &layout.side {
        column(layout, side, study, findings, context, &mut marks);
        return marks;
    }
    let Some(cards) = Cards::of(layout, study, findings, context) else { return marks };
    let corners = context.corners.unwrap_or_else(|| cards.corners(layout, &marks_to_spare(layout, study, findings)));
    for (lines, rect) in [&cards.legend, &cards.badge].into_iter().zip(cards.places(layout, corners)) {
        if !lines.is_empty() {
            let stroke = Some(Stroke { width: 1.0, colour: palette.card_outline, dash: None });
            marks.push(Primitive::Box { rect, radius: 6.0 * layout.scale, fill: palette.card, stroke });
            let at = [rect.min[0] + PADDING * layout.scale, rect.min[1] + 0.7 * PADDING * layout.scale];
            draw(lines, at, study, layout.scale, &mut marks);
        }
    }
    marks
}

fn column(
    layout: &Layout,
    side: &Rect,
    study: &Study,
    findings: &Findings,
    context: &PictureContext,
    marks: &mut Vec<Primitive>,
) {
    let (palette, scale) = (Palette::of(study.picture.theme), layout.scale);
    let pending = context.pending_claim.as_deref();
    let shown = study.picture.critical_points;
    let badge = if shown { badge_lines(findings, pending, palette, scale, side.width()) } else { Vec::new() };
    let gap = 7.0;
    let below = (badge.len() as f64 * LINE + 24.0) * scale;
    let mut groups = legend_lines(&entries(study, findings, context), palette, scale, side.width(), false);
    groups.extend(key_lines(&keys(study, findings), palette, scale, side.width()));
    let begun = groups.iter().flatten().filter(|line| line.begins).count();
    let room = side.height() - below - gap * scale * begun as f64;
    let lines = limited(groups, palette, scale, room);
    let mut at = side.min;
    // A little air before each run.
    for line in lines {
        if line.begins && at[1] > side.min[1] {
            at[1] += gap * scale;
        }
        draw(std::slice::from_ref(&line), at, study, scale, marks);
        at[1] += LINE * scale;
    }
    if !badge.is_empty() {
        let y = at[1] + 12.0 * scale;
        let points = vec![[side.min[0], y], [side.max[0], y]];
        let stroke = Stroke { width: 1.0, colour: palette.separator, dash: None };
        marks.push(Primitive::Polyline { points, stroke });
        draw(&badge, [side.min[0], y + 8.0 * scale], study, scale, marks);
    }
}

fn draw(lines: &[Line], at: [f64; 2], study: &Study, scale: f64, marks: &mut Vec<Primitive>) {
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
            // A blank at the start of a text is dropped by some readers of SVG: it becomes a distance instead.
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

fn draw_swatch(at: [f64; 2], swatch: &Swatch, study: &Study, scale: f64, marks: &mut Vec<Primitive>) {
    let palette = Palette::of(study.picture.theme);
    let half = 5.5 * scale;
    let rect = Rect { min: [at[0], at[1] - half], max: [at[0] + 20.0 * scale, at[1] + half] };
    let outline = Stroke { width: 1.0, colour: palette.axis, dash: None };
    let line = |strokes: &[Stroke], marks: &mut Vec<Primitive>| {
        let points = vec![at, [rect.max[0], at[1]]];
        marks.extend(strokes.iter().map(|&stroke| Primitive::Polyline { points: points.clone(), stroke }));
    };
    match swatch {
        Swatch::Run(run) => {
            run_line(at, *run, [3.9, 2.5], scale, marks);
            let centre = [at[0] + 10.0 * scale, at[1]];
            let stroke = Some(Stroke { width: 0.9 * scale, colour: INK_DARK, dash: None });
            marks.push(Primitive::Circle { centre, radius: 3.4 * scale, fill: Some(theme::run(*run)), stroke });
        }
        Swatch::Curve(run) => run_line(at, *run, [2.8, 1.3], scale, marks),
        Swatch::Colours => {
            let raster = Arc::new(decorations::strip(study, decorations::Direction::Right));
            marks.push(Primitive::Image { rect, raster, opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Contour => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: INK_GREY, stroke: None });
            line(&backdrop::contour_strokes(study, palette, scale), marks);
        }
        Swatch::WithoutValue => {
            marks.push(Primitive::Box { rect, radius: 0.0, fill: palette.plot, stroke: Some(outline) });
            let stroke = Stroke { width: 1.1 * scale, colour: palette.hatch, dash: None };
            for k in 0..2 {
                let x = rect.min[0] + f64::from(k) * 9.0 * scale;
                let points = vec![[x, rect.min[1]], [x + rect.height(), rect.max[1]]];
                marks.push(Primitive::Polyline { points, stroke });
            }
        }
        Swatch::Region(region) => regions::sample(*region, rect, study, scale, marks),
        Swatch::ZeroLine => line(&regions::line_strokes(scale), marks),
        Swatch::Shades => {
            let shades = (0..64).map(|k| shaded(basin_colours(Kind::Minimum)[0], f64::from(k) / 63.0));
            let row: Vec<u8> = shades.flat_map(|[r, g, b]| [r, g, b, 255]).collect();
            let raster = Raster { width: 64, height: 4, rgba: row.repeat(4) };
            marks.push(Primitive::Image { rect, raster: Arc::new(raster), opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Basins(colours) => {
            let most = colours.len().clamp(1, 6);
            let width = rect.width() / most as f64;
            for (k, [r, g, b]) in colours.iter().take(most).enumerate() {
                let left = rect.min[0] + width * k as f64;
                let rect = Rect { min: [left, rect.min[1]], max: [left + width, rect.max[1]] };
                marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([*r, *g, *b, 255]), stroke: None });
            }
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
        Swatch::Pattern(outcome) => {
            let [width, height] = [20, 11];
            let pixels = (0..height).flat_map(|row| (0..width).map(move |column| pattern(*outcome, column, row)));
            let raster = Raster { width, height, rgba: pixels.flatten().collect() };
            marks.push(Primitive::Image { rect, raster: Arc::new(raster), opacity: 1.0 });
            marks.push(Primitive::Box { rect, radius: 0.0, fill: Colour([0; 4]), stroke: Some(outline) });
        }
    }
}

/// A run's line; cased, so that yellow reads on a light card.
fn run_line(at: [f64; 2], run: usize, widths: [f64; 2], scale: f64, marks: &mut Vec<Primitive>) {
    let points = vec![at, [at[0] + 20.0 * scale, at[1]]];
    for (width, colour) in widths.into_iter().zip([CASING, theme::run(run)]) {
        let stroke = Stroke { width: width * scale, colour, dash: None };
        marks.push(Primitive::Polyline { points: points.clone(), stroke });
    }
}
