//! Legend and badge: the runs and how they ended, the meaning of unusual colours and lines of the map, and the claim
//! about critical points.
//!
//! They are beside the plot if there is room, otherwise on cards over it ([`cards`]).

mod cards;
mod lines;
mod swatches;

pub(super) use cards::spots;
pub use cards::{CardSpots, Spot, cards, spot_at};

use super::layer::{Depth, Key, Layer, LayerInput, Swatch};
use super::layers::keys;
use super::theme::Palette;
use super::{PictureContext, Primitive, Rect, Stroke, words};
use crate::curvature::Quantity;
use crate::optimizer;
use crate::study::{Findings, Study, layers as switches};
use lines::{LINE, badge_lines, column_lines, draw, fit_in_one_line, key_lines, limited, run_lines};

pub(super) static LAYER: Layer = Layer { parts: &[(Depth::Captions, legend)], ..Layer::SILENT };

/// A run in the legend: its title, its settings, and how it ended.
pub(super) struct Entry {
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

/// Whether the map has more than a heat map and contours of L, which need no explanation.
pub(super) fn has_keys(study: &Study) -> bool {
    let picture = &study.picture;
    let is_of_another = picture.shows(&switches::HEAT_MAP) && picture.heat_map_of != Quantity::Loss;
    let needs_key = [&switches::SIGN_REGIONS, &switches::DESCENT_ARROWS, &switches::SEPARATRICES];
    picture.basins_of.is_some() || is_of_another || needs_key.into_iter().any(|layer| picture.shows(layer))
}

fn has_legend(study: &Study) -> bool {
    study.picture.shows(&switches::LEGEND)
}

fn has_badge(study: &Study) -> bool {
    study.picture.shows(&switches::CRITICAL_POINTS)
}

/// Legend and badge, beside the plot or on cards.
fn legend(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    match &input.layout.side {
        Some(side) => column(input, side, marks),
        None => cards::draw_cards(input, marks),
    }
}

/// Legend and badge beside or below the plot.
fn column(input: &LayerInput<'_>, side: &Rect, marks: &mut Vec<Primitive>) {
    let LayerInput { study, findings, layout, context } = *input;
    let (palette, scale) = (Palette::of(study.picture.theme), layout.scale);
    let pending = context.pending_claim.as_deref();
    let badge =
        if has_badge(study) { badge_lines(findings, pending, palette, scale, side.width()) } else { Vec::new() };
    // A little air before each run.
    let gap = if layout.is_side_below { 1.0 } else { 7.0 };
    let below = (badge.len() as f64 * LINE + if layout.is_side_below { 12.0 } else { 24.0 }) * scale;
    let entries = entries(study, findings, context);
    let mut groups = match layout.is_side_below && fit_in_one_line(&entries, scale, side.width()) {
        true => run_lines(&entries, palette, scale, side.width()),
        false => column_lines(&entries, palette, scale, side.width()),
    };
    groups.extend(key_lines(&keys(input), palette, scale, side.width()));
    let begun = groups.iter().flatten().filter(|line| line.begins).count();
    let room = side.height() - below - gap * scale * begun as f64;
    let lines = limited(groups, palette, scale, room);
    let mut at = side.min;
    for line in lines {
        if line.begins && at[1] > side.min[1] {
            at[1] += gap * scale;
        }
        draw(std::slice::from_ref(&line), at, study, scale, marks);
        at[1] += LINE * scale;
    }
    if !badge.is_empty() {
        let y = at[1] + if layout.is_side_below { 4.0 } else { 12.0 } * scale;
        let points = vec![[side.min[0], y], [side.max[0], y]];
        let stroke = Stroke { width: 1.0, colour: palette.separator, dash: None };
        marks.push(Primitive::Polyline { points, stroke });
        draw(&badge, [side.min[0], y + if layout.is_side_below { 4.0 } else { 8.0 } * scale], study, scale, marks);
    }
}
