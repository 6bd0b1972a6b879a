//! Legend and badge on cards over the plot, placed so that they hide nothing, and kept in place.

use super::lines::{Line, PADDING, badge_lines, card_size, draw, key_lines, limited, run_lines};
use super::{entries, has_badge, has_legend};
use crate::scene::layer::LayerInput;
use crate::scene::layers::keys;
use crate::scene::theme::Palette;
use crate::scene::{Layout, Primitive, Rect, Stroke, clip, trajectories, within};
use crate::study::layers::CRITICAL_POINTS;

/// The distance of a card from the plot's border.
const INSET: f64 = 10.0;
/// The least distance in pixels between a card and marks that it must not hide.
const CLEARANCE: f64 = 8.0;
/// The weight of the start point, and of a marker, in pixels of a path.
const START: f64 = 500.0;
const MARKER: f64 = 12.0;
/// The cost of two overlapping cards.
const CLASH: f64 = 1e6;

/// The position of a card: its upper left corner, from 0 at the left and top of its possible positions in the plot to 1
/// at the right and bottom.
pub type Spot = [f64; 2];

/// The positions that are tried, the preferred ones first: the corners, then along the borders, then inside.
const LEGEND_SPOTS: [Spot; 14] = [
    [0.0, 0.0],
    [1.0, 0.0],
    [0.0, 1.0],
    [1.0, 1.0],
    [0.5, 0.0],
    [0.5, 1.0],
    [0.0, 0.5],
    [1.0, 0.5],
    [0.0, 0.25],
    [1.0, 0.25],
    [0.0, 0.75],
    [1.0, 0.75],
    [0.25, 0.0],
    [0.75, 1.0],
];
const BADGE_SPOTS: [Spot; 14] = [
    [1.0, 1.0],
    [0.0, 1.0],
    [1.0, 0.0],
    [0.0, 0.0],
    [0.5, 1.0],
    [0.5, 0.0],
    [1.0, 0.5],
    [0.0, 0.5],
    [1.0, 0.75],
    [0.0, 0.75],
    [1.0, 0.25],
    [0.0, 0.25],
    [0.75, 1.0],
    [0.25, 1.0],
];

/// The positions of legend and badge over the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CardSpots {
    /// The legend's.
    pub legend: Spot,
    /// The badge's.
    pub badge: Spot,
    /// Whether the user has placed the legend and the badge, so that they stay.
    pub placed: [bool; 2],
}

/// The cards over the plot in pixels, legend and badge; `None` if there is none.
pub fn cards(input: &LayerInput<'_>, spots: &CardSpots) -> [Option<Rect>; 2] {
    let rects = Cards::of(input).map(|cards| cards.rects(input.layout, spots));
    [0, 1].map(|index| rects.and_then(|rects| rects[index]))
}

/// The spot of a card of this size whose left upper corner is at a pixel.
pub fn spot_at(layout: &Layout, card: &Rect, at: [f64; 2]) -> Spot {
    let inset = INSET * layout.scale;
    [0, 1].map(|i| {
        let room = layout.plot.max[i] - layout.plot.min[i] - 2.0 * inset - (card.max[i] - card.min[i]);
        if room > 0.0 { within((at[i] - layout.plot.min[i] - inset) / room, 0.0, 1.0) } else { 0.0 }
    })
}

/// The positions of the cards, given their positions before. A card stays if it hides no path, or if the user has
/// placed it. Other cards go where they hide the least.
pub(in crate::scene) fn spots(input: &LayerInput<'_>, before: Option<CardSpots>) -> CardSpots {
    let usual = CardSpots { legend: LEGEND_SPOTS[0], badge: BADGE_SPOTS[0], placed: [false; 2] };
    let Some(cards) = Cards::of(input) else { return before.unwrap_or(usual) };
    let layout = input.layout;
    let clash = |spots: &CardSpots| match cards.rects(layout, spots) {
        [Some(legend), Some(badge)] => legend.grown(4.0 * layout.scale).overlaps(&badge),
        _ => false,
    };
    let mut spots = before.unwrap_or(usual);
    if input.study.picture.surface.is_seen() {
        // The names of a surface's axes are below it, so there is room above.
        let [legend_placed, badge_placed] = spots.placed;
        spots.legend = if legend_placed { spots.legend } else { [0.0, 0.0] };
        let above = CardSpots { badge: [1.0, 0.0], ..spots };
        if !badge_placed {
            spots.badge = if clash(&above) { [1.0, 1.0] } else { above.badge };
        }
        return spots;
    }
    let obstacles = Obstacles::of(input);
    let stays = |index: usize, spots: &CardSpots| {
        let rect = cards.rects(layout, spots)[index];
        spots.placed[index] || (before.is_some() && rect.is_none_or(|rect| obstacles.paths(&rect) == 0.0))
    };
    if !stays(0, &spots) {
        let cost =
            |spot: Spot| cards.rects(layout, &CardSpots { legend: spot, ..spots })[0].map(|rect| obstacles.cost(&rect));
        spots.legend = cheapest(&LEGEND_SPOTS, |spot| cost(spot).unwrap_or(0.0));
    }
    if !stays(1, &spots) || (clash(&spots) && !spots.placed[1]) {
        spots.badge = cheapest(&BADGE_SPOTS, |spot| {
            let tried = CardSpots { badge: spot, ..spots };
            let hidden = cards.rects(layout, &tried)[1].map_or(0.0, |rect| obstacles.cost(&rect));
            hidden + if clash(&tried) { CLASH } else { 0.0 }
        });
    }
    spots
}

/// The first of the spots with the least cost.
fn cheapest(spots: &[Spot], cost: impl Fn(Spot) -> f64) -> Spot {
    let mut best = (f64::INFINITY, spots[0]);
    for spot in spots {
        let cost = cost(*spot);
        if cost < best.0 {
            best = (cost, *spot);
        }
        if cost == 0.0 {
            break;
        }
    }
    best.1
}

/// The marks that a card should not hide.
struct Obstacles {
    paths: Vec<[[f64; 2]; 2]>,
    marks: Vec<([f64; 2], f64)>,
    clearance: f64,
}

impl Obstacles {
    fn of(input: &LayerInput<'_>) -> Obstacles {
        let layout = input.layout;
        let mut marks = vec![(trajectories::start_pixel(input), START)];
        if input.study.picture.shows(&CRITICAL_POINTS) {
            let points = input.findings.points.points.iter();
            marks.extend(points.map(|point| (layout.pixel_from_world(point.w), MARKER)));
        }
        Obstacles { paths: trajectories::segments(input), marks, clearance: CLEARANCE * layout.scale }
    }

    /// The length of the paths under a card.
    fn paths(&self, card: &Rect) -> f64 {
        let card = card.grown(self.clearance);
        let under = |[a, b]: &[[f64; 2]; 2]| clip::segment(*a, *b, &card).map_or(0.0, |(a, b)| clip::distance(a, b));
        self.paths.iter().map(under).sum()
    }

    /// How much a card hides.
    fn cost(&self, card: &Rect) -> f64 {
        let grown = card.grown(self.clearance);
        let marks = self.marks.iter().filter(|(point, _)| grown.contains(*point)).map(|(_, weight)| weight);
        self.paths(card) + marks.sum::<f64>()
    }
}

/// The two cards, before they have their places.
struct Cards {
    legend: Vec<Line>,
    badge: Vec<Line>,
    sizes: [[f64; 2]; 2],
}

impl Cards {
    /// `None` if the plot is too small for a readable card.
    fn of(input: &LayerInput<'_>) -> Option<Cards> {
        let LayerInput { study, findings, layout, context } = *input;
        let (palette, scale) = (Palette::of(study.picture.theme), layout.scale);
        let room = layout.plot.width() - 2.0 * (INSET + PADDING) * scale;
        if layout.side.is_some() || room < 120.0 * scale || layout.plot.height() < 110.0 * scale {
            return None;
        }
        let limit = (0.88 * room).max(200.0 * scale).min(room);
        let mut legend = Vec::new();
        if has_legend(study) {
            let mut groups = run_lines(&entries(study, findings, context), palette, scale, limit);
            groups.extend(key_lines(&keys(input), palette, scale, limit));
            if !groups.is_empty() {
                legend = limited(groups, palette, scale, 0.42 * layout.plot.height());
            }
        }
        let pending = context.pending_claim.as_deref();
        let badge = if has_badge(study) { badge_lines(findings, pending, palette, scale, limit) } else { Vec::new() };
        let sizes = [card_size(&legend, scale), card_size(&badge, scale)];
        Some(Cards { legend, badge, sizes })
    }

    /// The rectangles of the cards of legend and badge.
    fn rects(&self, layout: &Layout, spots: &CardSpots) -> [Option<Rect>; 2] {
        let inset = INSET * layout.scale;
        let rect = |spot: Spot, size: [f64; 2]| {
            let min = [0, 1].map(|i| {
                let room = (layout.plot.max[i] - layout.plot.min[i] - 2.0 * inset - size[i]).max(0.0);
                layout.plot.min[i] + inset + spot[i] * room
            });
            Rect { min, max: [min[0] + size[0], min[1] + size[1]] }
        };
        [
            (!self.legend.is_empty()).then(|| rect(spots.legend, self.sizes[0])),
            (!self.badge.is_empty()).then(|| rect(spots.badge, self.sizes[1])),
        ]
    }
}

/// Adds the cards.
pub(super) fn draw_cards(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let LayerInput { study, layout, context, .. } = *input;
    let Some(cards) = Cards::of(input) else { return };
    let palette = Palette::of(study.picture.theme);
    let spots = context.spots.unwrap_or_else(|| spots(input, None));
    for (lines, rect) in [&cards.legend, &cards.badge].into_iter().zip(cards.rects(layout, &spots)) {
        if let Some(rect) = rect {
            let stroke = Some(Stroke { width: 1.0, colour: palette.card_outline, dash: None });
            marks.push(Primitive::Box { rect, radius: 6.0 * layout.scale, fill: palette.card, stroke });
            let at = [rect.min[0] + PADDING * layout.scale, rect.min[1] + 0.7 * PADDING * layout.scale];
            draw(lines, at, study, layout.scale, marks);
        }
    }
}
