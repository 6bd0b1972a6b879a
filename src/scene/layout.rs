//! The place of the plot on the canvas, and the transform between world and pixels.

use super::ticks::{Tick, ticks, ticks_with_room};
use super::{Font, Rect, legend, text, within};
use crate::landscape::View;
use crate::number::Vector;
use crate::study::{Study, layers};

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    /// Width and height in pixels.
    pub size: [f64; 2],
    /// The magnification of text and marks relative to 1280 × 720.
    pub scale: f64,
    /// Whether title, colour bar and footer are drawn (exports), or the window shows them itself. Legend and badge
    /// belong to the picture and are drawn in both.
    pub decorations: bool,
}

/// The magnification of text and marks for a projector.
const PROJECTOR: f64 = 1.5;
/// A view whose sides differ by more than this factor fills the plot instead of having equal axes.
const LONGEST_EQUAL: f64 = 6.0;
/// Font size of tick labels at scale 1.
pub(super) const TICK_SIZE: f64 = 12.0;
/// The least and the greatest width of a column beside the plot.
const SIDE_WIDTHS: [f64; 2] = [190.0, 264.0];
/// The least width where cards have no room over the plot either: its letters are smaller.
const NARROW_SIDE: f64 = 96.0;
/// The least height of a plot with such a column, in which a run and the claim have room.
const LEAST_HEIGHT: f64 = 100.0;
/// How much smaller the letters of a narrow column are.
pub(super) const NARROW_LETTERS: f64 = 0.8;
/// The height of a strip below the plot for each run, and beside them; and for what the map's colours mean.
const STRIP_LINE: f64 = 17.0;
const STRIP_MORE: f64 = 52.0;
const STRIP_KEYS: f64 = 90.0;
const SIDE_GAP: f64 = 20.0;

/// The layout of the plot on a canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The canvas.
    pub canvas: Canvas,
    /// The plot's rectangle, inside the axes.
    pub plot: Rect,
    /// The view that fills it.
    pub view: View,
    /// The magnification of text and marks relative to 1280 × 720: the canvas's scale, and more for a projector.
    pub scale: f64,
    /// The free area beside the plot for legend and badge; `None` if they lie over the plot.
    pub side: Option<Rect>,
    /// Whether that area is below the plot, as wide as the canvas allows, and not to the right.
    pub is_side_below: bool,
    /// Whether there is a colour bar to the right of the plot.
    pub colour_bar: bool,
}

impl Canvas {
    /// The same canvas with a size and scale that can be drawn: at least one pixel, finite.
    fn sane(self) -> Canvas {
        let finite = |x: f64, low: f64, high: f64| if x.is_finite() { within(x, low, high) } else { low };
        let size = self.size.map(|side| finite(side, 1.0, 100_000.0));
        Canvas { size, scale: finite(self.scale, 0.25, 8.0), ..self }
    }
}

impl Layout {
    /// Lays out the plot of a study on a canvas. This is fast, because it depends only on the view, the canvas and a
    /// few switches.
    pub fn new(study: &Study, canvas: &Canvas) -> Layout {
        let canvas = canvas.sane();
        let scale = canvas.scale * if study.picture.projector { PROJECTOR } else { 1.0 };
        let mut left = 52.0 * scale;
        let mut layout = placed(study, canvas, scale, left);
        // The labels beside the plot depend on its height, and the left margin on the labels. Two rounds are enough.
        for _ in 0..2 {
            let needed = layout.widest_label() + 18.0 * scale;
            if needed <= left {
                break;
            }
            left = needed.min(0.4 * canvas.size[0]).max(left);
            layout = placed(study, canvas, scale, left);
        }
        layout
    }

    /// Pixels of a point of the weight plane.
    pub fn pixel_from_world(&self, w: Vector) -> [f64; 2] {
        let x = (w.x - self.view.w1[0]) / self.view.width();
        let y = (w.y - self.view.w2[0]) / self.view.height();
        // Far beyond the canvas a pixel only gives a direction, and is limited so that it does not overflow.
        let far = |pixel: f64| pixel.clamp(-1e300, 1e300);
        [far(self.plot.min[0] + x * self.plot.width()), far(self.plot.max[1] - y * self.plot.height())]
    }

    /// The point of the weight plane under a pixel.
    pub fn world_from_pixel(&self, pixel: [f64; 2]) -> Vector {
        let x = (pixel[0] - self.plot.min[0]) / self.plot.width();
        let y = (self.plot.max[1] - pixel[1]) / self.plot.height();
        Vector::new(self.view.w1[0] + x * self.view.width(), self.view.w2[0] + y * self.view.height())
    }

    /// The unit vector in pixels for a direction of the weight plane; `None` for a zero or undefined direction.
    pub fn pixel_direction(&self, direction: Vector) -> Option<[f64; 2]> {
        let largest = direction.x.abs().max(direction.y.abs());
        if !(largest.is_finite() && largest > 0.0) {
            return None;
        }
        // Scaled before the axes' scales are applied, so that neither overflows.
        let axes = [self.plot.width() / self.view.width(), self.plot.height() / self.view.height()];
        let most = axes[0].max(axes[1]);
        let x = direction.x / largest * (axes[0] / most);
        let y = -direction.y / largest * (axes[1] / most);
        let length = libm::hypot(x, y);
        (length.is_finite() && length > 0.0).then(|| [x / length, y / length])
    }

    /// The ticks along w1.
    pub fn ticks_w1(&self) -> Vec<Tick> {
        let [low, high] = self.view.w1;
        ticks_with_room(low, high, self.plot.width(), 84.0 * self.scale, TICK_SIZE * self.scale)
    }

    /// The ticks along w2.
    pub fn ticks_w2(&self) -> Vec<Tick> {
        let [low, high] = self.view.w2;
        ticks(low, high, self.plot.height(), 64.0 * self.scale)
    }

    /// The magnification of the letters beside the plot.
    pub(super) fn side_scale(&self, side: &Rect) -> f64 {
        let is_narrow = side.width() < SIDE_WIDTHS[0] * self.scale;
        if is_narrow { NARROW_LETTERS * self.scale } else { self.scale }
    }

    fn widest_label(&self) -> f64 {
        let size = TICK_SIZE * self.scale;
        self.ticks_w2().iter().map(|tick| text::plain_width(Font::Sans, size, &tick.label)).fold(0.0, f64::max)
    }
}

fn placed(study: &Study, canvas: Canvas, scale: f64, left: f64) -> Layout {
    let [width, height] = canvas.size;
    let view = study.view;
    // Basins cover the heat map.
    let colour_bar = canvas.decorations && study.picture.shows(&layers::HEAT_MAP) && study.picture.basins_of.is_none();
    // Beyond the plot: the name of w2 above it, tick labels beside and below it, and the decorations around those.
    let right = if colour_bar { 98.0 } else { 34.0 } * scale;
    let top = if canvas.decorations { 84.0 } else { 30.0 } * scale;
    let bottom = if canvas.decorations { 62.0 } else { 32.0 } * scale;
    // On a canvas that is too small, the margins shrink, so that the plot does not vanish.
    let shrink = |margins: f64, whole: f64| (0.7 * whole / margins).min(1.0);
    let (horizontal, vertical) = (shrink(left + right, width), shrink(top + bottom, height));
    let (left, right) = (left * horizontal, right * horizontal);
    let (top, bottom) = (top * vertical, bottom * vertical);
    let room = [width - left - right, height - top - bottom];

    let aspect = view.width() / view.height();
    let equal = study.picture.equal_axes && (1.0 / LONGEST_EQUAL..=LONGEST_EQUAL).contains(&aspect);
    let size = if equal {
        if room[0] / aspect <= room[1] { [room[0], room[0] / aspect] } else { [room[1] * aspect, room[1]] }
    } else {
        room
    };
    let free = [room[0] - size[0], room[1] - size[1]];
    let side = side_of(study, size, free, scale);
    // Plot and side are centred together. Whole pixels keep the frame sharp.
    let group = match side {
        Side::Right(width) => [size[0] + width + SIDE_GAP * scale, size[1]],
        Side::Below(height) => [size[0], size[1] + height],
        Side::None => size,
    };
    let x = (left + 0.5 * (room[0] - group[0])).round();
    let y = (top + 0.5 * (room[1] - group[1])).round();
    let plot = Rect { min: [x, y], max: [x + size[0].round().max(1.0), y + size[1].round().max(1.0)] };
    let rect = match side {
        Side::None => None,
        Side::Right(side_width) => {
            let x = plot.max[0] + right + SIDE_GAP * scale;
            Some(Rect { min: [x, plot.min[1]], max: [x + side_width, plot.max[1]] })
        }
        Side::Below(side_height) => {
            let min = [plot.min[0], plot.max[1] + bottom];
            let right = (width - 16.0 * scale).max(plot.max[0]);
            Some(Rect { min, max: [right, (min[1] + side_height).min(height - 4.0 * scale)] })
        }
    };
    let is_side_below = matches!(side, Side::Below(_));
    Layout { canvas, plot, view, scale, side: rect, is_side_below, colour_bar }
}

/// Where legend and badge fit beside the plot.
#[derive(Clone, Copy)]
enum Side {
    None,
    /// To the right, with this width.
    Right(f64),
    /// Below, with this height.
    Below(f64),
}

fn side_of(study: &Study, plot: [f64; 2], free: [f64; 2], scale: f64) -> Side {
    let runs = study.runs.iter().filter(|run| run.shown).count();
    let has_keys = legend::has_keys(study);
    if !study.picture.shows(&layers::LEGEND) || (runs == 0 && !has_keys) {
        return Side::None;
    }
    let [usual, greatest] = SIDE_WIDTHS.map(|width| width * scale);
    let has_no_cards = !legend::cards_fit(plot, scale) && plot[1] >= LEAST_HEIGHT * scale;
    let least = if has_no_cards { NARROW_SIDE * scale } else { usual };
    let width = free[0] - SIDE_GAP * scale;
    if width >= least {
        return Side::Right(width.min(greatest));
    }
    let keys = if has_keys { STRIP_KEYS } else { 0.0 };
    let height = (STRIP_MORE + STRIP_LINE * runs as f64 + keys) * scale;
    // If there is enough room, each run may take two lines.
    match free[1] {
        free if free >= 3.0 * height => Side::Below(2.0 * height),
        free if free >= height => Side::Below(height),
        _ => Side::None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]
    use super::*;
    use proptest::prelude::*;

    fn study(view: [f64; 4]) -> Study {
        Study::of_formula("w1", View::new(view[0], view[1], view[2], view[3]).unwrap())
    }

    fn canvas(width: f64, height: f64, decorations: bool) -> Canvas {
        Canvas { size: [width, height], scale: 1.0, decorations }
    }

    #[test]
    fn a_unit_of_w1_is_as_long_as_one_of_w2() {
        for view in [[-2.0, 2.0, -2.0, 2.0], [-3.0, 3.0, -1.0, 1.0], [0.0, 1.0, 0.0, 5.0]] {
            for decorations in [false, true] {
                let layout = Layout::new(&study(view), &canvas(1280.0, 720.0, decorations));
                let unit1 = layout.plot.width() / layout.view.width();
                let unit2 = layout.plot.height() / layout.view.height();
                // Both sides are rounded to whole pixels.
                let rounding = 0.5 / layout.plot.width().min(layout.plot.height());
                assert!((unit1 / unit2 - 1.0).abs() <= 2.0 * rounding, "{view:?}: {unit1} and {unit2}");
            }
        }
    }

    #[test]
    fn a_long_view_fills_the_plot() {
        let layout = Layout::new(&study([0.0, 70.0, 0.0, 1.0]), &canvas(1280.0, 720.0, false));
        assert!(layout.plot.width() > 1100.0 && layout.plot.height() > 600.0);
    }

    #[test]
    fn everything_lies_on_the_canvas_whatever_its_size() {
        for size in [[0.0, 0.0], [1.0, 1.0], [40.0, 30.0], [320.0, 200.0], [5000.0, 300.0], [f64::NAN, f64::INFINITY]] {
            for scale in [0.0, 1.0, 3.0, f64::NAN] {
                for decorations in [false, true] {
                    let canvas = Canvas { size, scale, decorations };
                    let layout = Layout::new(&study([-1e5, 1e5, -1e5, 1e5]), &canvas);
                    let [width, height] = layout.canvas.size;
                    let plot = layout.plot;
                    assert!(plot.width() >= 1.0 && plot.height() >= 1.0);
                    assert!(plot.min[0] >= 0.0 && plot.min[1] >= 0.0);
                    assert!(plot.max[0] <= width + 1.0 && plot.max[1] <= height + 1.0, "{layout:?}");
                    assert!(layout.side.is_none_or(|side| side.max[0] <= width + 1.0));
                }
            }
        }
    }

    #[test]
    fn a_direction_follows_the_axes() {
        // Twice as many pixels per unit along w1: the diagonal leans towards it.
        let mut study = study([0.0, 1.0, 0.0, 10.0]);
        study.picture.equal_axes = false;
        let layout = Layout::new(&study, &canvas(800.0, 600.0, false));
        let [x, y] = layout.pixel_direction(Vector::new(1.0, 1.0)).unwrap();
        let from = layout.pixel_from_world(Vector::new(0.5, 5.0));
        let to = layout.pixel_from_world(Vector::new(0.6, 5.1));
        assert!((x * (to[1] - from[1]) - y * (to[0] - from[0])).abs() < 1e-9);
        assert!((libm::hypot(x, y) - 1.0).abs() < 1e-12);
        assert!(layout.pixel_direction(Vector::new(f64::NAN, 1.0)).is_none());
        assert!(layout.pixel_direction(Vector::new(1e300, -1e-300)).is_some());
    }

    proptest! {
        #[test]
        fn pixels_and_world_are_inverse(x in -0.5..1.5f64, y in -0.5..1.5f64, a in -1e6..1e6f64, width in 1e-3..1e6f64) {
            let layout = Layout::new(&study([a, a + width, -width, width]), &canvas(1280.0, 720.0, true));
            let pixel = [1280.0 * x, 720.0 * y];
            let back = layout.pixel_from_world(layout.world_from_pixel(pixel));
            prop_assert!((back[0] - pixel[0]).abs() < 1e-3 && (back[1] - pixel[1]).abs() < 1e-3);
        }
    }
}
