//! Legend and badge on cards over the plot, placed so that they hide nothing, and kept in place.

use super::lines::{Line, PADDING, badge_lines, card_size, draw, key_lines, limited, run_lines};
use super::{entries, has_badge, has_legend};
use crate::scene::give_way::length_under;
use crate::scene::layer::LayerInput;
use crate::scene::layers::{arms, keys};
use crate::scene::theme::Palette;
use crate::scene::{Layout, Primitive, Rect, Stroke, trajectories, within};
use crate::study::layers::CRITICAL_POINTS;

/// The distance of a card from the plot's border.
const INSET: f64 = 10.0;
/// The least distance in pixels between a card and marks that it must not hide.
const CLEARANCE: f64 = 8.0;
/// The weight of the start point, of a marker, and of the marker of the selected point, in pixels of a path.
const START: f64 = 500.0;
const MARKER: f64 = 12.0;
const SELECTED: f64 = 60.0;
/// The weight of a pixel of an eigen-cross.
const ARM: f64 = 0.25;
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

/// The positions of the cards, given their positions before. A card stays if the user has placed it, or if it hides no
/// path, and elsewhere it would still hide half as many markers. Other cards go where they hide the least.
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
            spots.badge = if clash(&above) { cards.below_legend(layout, &spots) } else { above.badge };
        }
        return spots;
    }
    let obstacles = Obstacles::of(input);
    let cost = |index: usize, spots: &CardSpots| {
        let hidden = cards.rects(layout, spots)[index].map_or(0.0, |rect| obstacles.cost(&rect));
        hidden + if index == 1 && clash(spots) { CLASH } else { 0.0 }
    };
    // The cost from which on a card stays, or `None` if it does not stay at any.
    let stays_above = |index: usize, spots: &CardSpots| {
        let Some(rect) = cards.rects(layout, spots)[index] else { return before.map(|_| 0.0) };
        let is_free = before.is_some() && obstacles.paths(&rect) == 0.0 && (index == 0 || !clash(spots));
        is_free.then(|| 0.5 * obstacles.markers(&rect))
    };
    let settled = |index: usize, spots: CardSpots, tried: &[Spot], at: &dyn Fn(Spot) -> CardSpots| {
        let enough = stays_above(index, &spots);
        if spots.placed[index] || enough == Some(0.0) {
            return spots;
        }
        let best = at(cheapest(tried, |spot| cost(index, &at(spot))));
        if enough.is_some_and(|enough| cost(index, &best) >= enough) { spots } else { best }
    };
    let spots = settled(0, spots, &LEGEND_SPOTS, &|legend| CardSpots { legend, ..spots });
    settled(1, spots, &BADGE_SPOTS, &|badge| CardSpots { badge, ..spots })
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

/// The width of what a card over a plot of this size can have; `None` if the plot is too small for a readable card.
fn room_over([width, height]: [f64; 2], scale: f64) -> Option<f64> {
    let room = width - 2.0 * (INSET + PADDING) * scale;
    (room >= 120.0 * scale && height >= 110.0 * scale).then_some(room)
}

/// Whether a plot of this size has room for a readable card over it.
pub(in crate::scene) fn cards_fit(size: [f64; 2], scale: f64) -> bool {
    room_over(size, scale).is_some()
}

/// The marks that a card should not hide.
struct Obstacles {
    paths: Vec<[[f64; 2]; 2]>,
    start: [f64; 2],
    /// The markers of critical points, with their weights.
    markers: Vec<([f64; 2], f64)>,
    /// The arms of their crosses.
    arms: Vec<[[f64; 2]; 2]>,
    clearance: f64,
}

impl Obstacles {
    fn of(input: &LayerInput<'_>) -> Obstacles {
        let layout = input.layout;
        let mut markers = Vec::new();
        if input.study.picture.shows(&CRITICAL_POINTS) {
            let points = input.findings.points.points.iter().enumerate();
            let weight = |index| if input.context.selected_point == Some(index) { SELECTED } else { MARKER };
            markers.extend(points.map(|(index, point)| (layout.pixel_from_world(point.w), weight(index))));
        }
        let (paths, start) = (trajectories::segments(input), trajectories::start_pixel(input));
        Obstacles { paths, start, markers, arms: arms(input), clearance: CLEARANCE * layout.scale }
    }

    /// The length of the paths under a card.
    fn paths(&self, card: &Rect) -> f64 {
        length_under(&card.grown(self.clearance), &self.paths)
    }

    /// The weight of the markers and crosses under a card.
    fn markers(&self, card: &Rect) -> f64 {
        let card = card.grown(self.clearance);
        let markers = self.markers.iter().filter(|(marker, _)| card.contains(*marker));
        markers.map(|(_, weight)| weight).sum::<f64>() + ARM * length_under(&card, &self.arms)
    }

    /// How much a card hides.
    fn cost(&self, card: &Rect) -> f64 {
        let start = if card.grown(self.clearance).contains(self.start) { START } else { 0.0 };
        self.paths(card) + self.markers(card) + start
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
        let room = room_over([layout.plot.width(), layout.plot.height()], scale);
        let room = room.filter(|_| !context.cards_elsewhere && layout.side.is_none())?;
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

    /// The spot of the badge below the legend, or in the corner below if there is no room.
    fn below_legend(&self, layout: &Layout, spots: &CardSpots) -> Spot {
        let [Some(legend), Some(badge)] = self.rects(layout, spots) else { return [1.0, 1.0] };
        let at = [legend.min[0], legend.max[1] + 6.0 * layout.scale];
        if at[1] + badge.height() > layout.plot.max[1] { [1.0, 1.0] } else { spot_at(layout, &badge, at) }
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

    use super::*;
    use crate::landscape::catalogue;
    use crate::scene::{Canvas, PictureContext};
    use crate::study::{Study, answer};

    /// On a surface the badge gives way to the legend without covering the names of the axes, which are below.
    #[test]
    fn cards_on_a_surface_are_above() {
        let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        study.picture.surface.shown = true;
        study.runs = vec![crate::optimizer::Run::new("gradient-descent"), crate::optimizer::Run::new("newton")];
        let findings = answer(&study, 8, 8).unwrap();
        let mut seen = 0;
        for width in [480.0, 560.0, 660.0, 760.0, 1200.0] {
            let layout = Layout::new(&study, &Canvas { size: [width, 640.0], scale: 1.0, decorations: false });
            let context = PictureContext::default();
            let input = LayerInput { study: &study, findings: &findings, layout: &layout, context: &context };
            assert!(study.picture.surface.is_seen());
            // In a wide window both are beside the plot.
            let [Some(legend), Some(badge)] = cards(&input, &spots(&input, None)) else { continue };
            seen += 1;
            assert!(!legend.overlaps(&badge), "{width}: {legend:?}, {badge:?}");
            let middle = 0.5 * (layout.plot.min[1] + layout.plot.max[1]);
            assert!(legend.max[1] < middle && badge.max[1] < middle, "{width}: {badge:?}");
        }
        assert!(seen >= 2, "{seen}");
    }

    /// A card that comes to lie on the arm of a cross goes where there is none, although it hides no marker.
    #[test]
    fn a_card_gives_way_to_crosses() {
        let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        study.runs.clear();
        let findings = answer(&study, 8, 8).unwrap();
        let layout = Layout::new(&study, &Canvas { size: [760.0, 640.0], scale: 1.0, decorations: false });
        let context = PictureContext::default();
        let input = LayerInput { study: &study, findings: &findings, layout: &layout, context: &context };
        let usual = spots(&input, None);
        let card = cards(&input, &usual)[1].unwrap();
        let mut tried = 0;
        for [tip, _] in arms(&input) {
            let over = spot_at(&layout, &card, [tip[0] - 0.5 * card.width(), tip[1] - card.height()]);
            let before = CardSpots { badge: over, ..usual };
            let hidden = length_under(&cards(&input, &before)[1].unwrap(), &arms(&input));
            if hidden > 0.0 {
                tried += 1;
                assert_eq!(length_under(&cards(&input, &spots(&input, Some(before)))[1].unwrap(), &arms(&input)), 0.0);
            }
        }
        assert!(tried > 5, "{tried}");
    }

    /// Over a plot that is too small for cards there are none: legend and badge stand beside it, in smaller letters, and lie on the canvas.
    #[test]
    fn a_small_picture_has_its_legend_beside_it() {
        let mut study = Study::of_entry(catalogue::find("linear-regression").unwrap());
        study.runs.iter_mut().for_each(|run| run.shown = true);
        let findings = answer(&study, 8, 8).unwrap();
        let size = [355.0, 190.0];
        let layout = Layout::new(&study, &Canvas { size, scale: 1.0, decorations: false });
        let context = PictureContext::default();
        let input = LayerInput { study: &study, findings: &findings, layout: &layout, context: &context };
        assert_eq!(cards(&input, &spots(&input, None)), [None, None]);
        let side = layout.side.unwrap();
        assert!(side.max[0] <= size[0] && side.min[0] > layout.plot.max[0]);
        let mut marks = Vec::new();
        crate::scene::legend::legend(&input, &mut marks);
        let mut words = String::new();
        for mark in &marks {
            let Primitive::Text { at, size: letters, runs, font, .. } = mark else { continue };
            let width = crate::scene::text::width(*font, *letters, runs);
            assert!(at[0] + width <= side.max[0] + 1.0 && at[1] <= size[1], "{runs:?} at {at:?}");
            words.extend(runs.iter().map(|run| format!("{} ", run.text)));
        }
        assert!(words.contains("Gradient descent") && words.contains("proved"), "{words}");
    }

    /// A card that comes to lie on critical points goes where none is, unless a hand has put it there.
    #[test]
    fn a_card_gives_way_to_critical_points() {
        let mut study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        study.runs.clear();
        let findings = answer(&study, 8, 8).unwrap();
        let layout = Layout::new(&study, &Canvas { size: [760.0, 640.0], scale: 1.0, decorations: false });
        let context = PictureContext::default();
        let input = LayerInput { study: &study, findings: &findings, layout: &layout, context: &context };
        let usual = spots(&input, None);
        let hides = |spots: &CardSpots| {
            let card = cards(&input, spots)[1].unwrap();
            let points = findings.points.points.iter().map(|point| layout.pixel_from_world(point.w));
            points.filter(|pixel| card.contains(*pixel)).count()
        };
        assert_eq!(hides(&usual), 0);
        let crosses = arms(&input);
        assert_eq!(crosses.len(), 18, "two arms for each of nine points");
        assert_eq!(length_under(&cards(&input, &usual)[1].unwrap(), &crosses), 0.0);
        let card = cards(&input, &usual)[1].unwrap();
        for point in &findings.points.points {
            let [x, y] = layout.pixel_from_world(point.w);
            let over = spot_at(&layout, &card, [x - 0.5 * card.width(), y - 0.5 * card.height()]);
            let before = CardSpots { badge: over, placed: [false, false], ..usual };
            if hides(&before) > 0 {
                assert_eq!(hides(&spots(&input, Some(before))), 0, "{}", point.w);
                let placed = CardSpots { placed: [false, true], ..before };
                assert_eq!(spots(&input, Some(placed)).badge, over);
            }
        }
    }
}
