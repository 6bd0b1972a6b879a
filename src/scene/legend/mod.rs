//! Legend and badge: the runs and how they ended, the meaning of unusual colours and lines of the map, and the claim
//! about critical points.
//!
//! They are beside the plot if there is room, otherwise on cards over it ([`cards`]).

mod cards;
mod lines;
mod swatches;

pub use cards::{CardSpots, Spot, cards, spot_at};
pub(super) use cards::{cards_fit, spots};

use super::layer::{Depth, Key, Layer, LayerInput, Swatch};
use super::layers::keys;
use super::theme::Palette;
use super::{PictureContext, Primitive, Rect, Stroke, words};
use crate::curvature::Quantity;
use crate::optimizer;
use crate::study::{Findings, Study, layers as switches, run_name};
use lines::{LINE, Line, badge_lines, column_lines, draw, fit_in_one_line, key_lines, limited, run_lines};

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
        // Two lines that say the same are told apart by the runs' numbers.
        let is_alike = |other: &crate::optimizer::Run| {
            other.shown && (words::run_title(other), words::run_settings(other)) == (title.clone(), settings.clone())
        };
        let is_repeated = study.runs.iter().filter(|other| is_alike(other)).count() > 1;
        let title = if is_repeated { run_name(&study.runs, index) } else { title };
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

/// Legend and badge one below the other, and their height. Where `room` is high enough, a run whose settings and ending do not fit
/// into one line has more.
pub(super) fn stacked(input: &LayerInput<'_>, [width, room]: [f64; 2], scale: f64) -> (Vec<Primitive>, f64) {
    let LayerInput { study, findings, context, .. } = *input;
    let palette = Palette::of(study.picture.theme);
    let (mut marks, mut y) = (Vec::new(), 0.0);
    let badge = match has_badge(study) {
        true => badge_lines(findings, context.pending_claim.as_deref(), palette, scale, width),
        false => Vec::new(),
    };
    if has_legend(study) {
        let entries = entries(study, findings, context);
        let keys: Vec<Line> = key_lines(&keys(input), palette, scale, width).into_iter().flatten().collect();
        let most = room / (LINE * scale) - (keys.len() + badge.len()) as f64 - 0.5;
        let whole: Vec<Vec<Line>> = entries
            .iter()
            .flat_map(|entry| {
                let entry = std::slice::from_ref(entry);
                match fit_in_one_line(entry, scale, width) {
                    true => run_lines(entry, palette, scale, width),
                    false => column_lines(entry, palette, scale, width),
                }
            })
            .collect();
        let groups = match whole.iter().map(Vec::len).sum::<usize>() as f64 <= most {
            true => whole,
            false => run_lines(&entries, palette, scale, width),
        };
        let lines: Vec<Line> = groups.into_iter().flatten().chain(keys).collect();
        draw(&lines, [0.0, y], study, scale, &mut marks);
        y += lines.len() as f64 * LINE * scale;
    }
    if has_badge(study) {
        y += 0.5 * LINE * scale;
        draw(&badge, [0.0, y], study, scale, &mut marks);
        y += badge.len() as f64 * LINE * scale;
    }
    (marks, y)
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
    let (palette, scale) = (Palette::of(study.picture.theme), layout.side_scale(side));
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
    let keys = key_lines(&keys(input), palette, scale, side.width());
    let wanted: usize = groups.iter().chain(&keys).map(Vec::len).sum();
    if wanted as f64 * LINE * scale + gap * scale * entries.len() as f64 > side.height() - below {
        // One line a run, before runs are left out.
        groups = run_lines(&entries, palette, scale, side.width());
    }
    groups.extend(keys);
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

    use super::*;
    use crate::landscape::catalogue;
    use crate::optimizer::Run;
    use crate::study::answer;

    /// Two runs that would read the same have their numbers; those whose settings differ have none.
    #[test]
    fn lines_of_the_legend_differ() {
        let mut study = Study::of_entry(catalogue::find("bowl").unwrap());
        study.runs =
            vec![Run::new("newton"), Run::new("newton"), Run::new("gradient-descent"), Run::new("gradient-descent")];
        study.runs[3].settings.insert("learning_rate".to_owned(), 0.01);
        let findings = answer(&study, 8, 8).unwrap();
        let titles: Vec<String> =
            entries(&study, &findings, &PictureContext::default()).into_iter().map(|entry| entry.title).collect();
        assert_eq!(titles, ["Newton", "Newton 2", "Gradient descent", "Gradient descent"]);
    }

    /// Newton's method lands on a saddle in one step and rests there, if it is to stop only at minima.
    #[test]
    fn a_run_that_rests_at_a_saddle_says_so() {
        let mut study = Study::of_entry(catalogue::find("saddle").unwrap());
        study.runs = vec![Run { require_positive_definite: true, ..Run::new("newton") }];
        let findings = answer(&study, 8, 8).unwrap();
        let ending = words::run_ending(&findings, 0).unwrap();
        assert!(ending.starts_with("rests at the saddle (0, 0), "), "{ending}");
    }

    /// In a column that is high enough an ending has as many lines as it needs; in a low one each run has one line.
    #[test]
    fn a_high_column_cuts_no_ending() {
        let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        study.runs.truncate(1);
        let findings = answer(&study, 8, 8).unwrap();
        let ending = words::run_ending(&findings, 0).unwrap();
        let context = PictureContext::default();
        let words = |room: f64| {
            let (marks, height) = crate::scene::cards_in_column(&study, &findings, &context, [230.0, room], 1.2);
            let texts = marks.iter().filter_map(|mark| match mark {
                Primitive::Text { runs, .. } => Some(runs.iter().map(|run| run.text.as_str()).collect::<String>()),
                _ => None,
            });
            (texts.collect::<Vec<_>>().join(" "), height)
        };
        let ((whole, high), (short, low)) = (words(400.0), words(30.0));
        assert!(whole.contains(&ending), "{ending}: {whole}");
        assert!(!short.contains(&ending) && low < high, "{short}");
    }
}
