//! The picture: what is drawn where, independent of any toolkit.
//!
//! [`picture`] lays a study and its findings out on a canvas. The result is a list of [`Primitive`]s in pixels (x to
//! the right, y downwards) that the window, the SVG, the PNG and the PDF draw alike.
//!
//! A window that draws many times a second can lay out in layers: [`backdrop()`] changes only with the landscape and
//! the view, [`overlay`] with the runs; [`hover`] has the marks at the pointer. [`picture`] has backdrop, overlay, and
//! the decorations of an export.

pub mod theme;
pub mod text;
mod ticks;
mod layout;
mod casing;
mod clip;
mod cloud;
mod coincidence;
pub mod words;
mod crop;
mod cross;
mod examples;
mod give_way;
mod highlight;
mod noise;
mod pixel_grid;
mod placement;
mod points;
mod sectors;
mod local;
mod trajectories;
mod shadows;
mod starts;
mod step;
mod stopping_marks;
mod summary;
mod backdrop;
mod legend;
mod decorations;
mod layer;
mod layers;
pub mod surface;
#[cfg(test)]
pub(crate) mod contrast_tests;
#[cfg(test)]
mod tests;

pub use backdrop::backdrop;
pub use clip::line as clipped;
pub use cloud::Cloud;
pub use cross::{Measure, arm_length, cross, cross_labels, hover};
pub use decorations::{quantity_runs, title_runs};
pub use examples::examples;
pub use highlight::highlight;
pub use layout::{Canvas, Layout};
pub use legend::{CardSpots, Spot, spot_at};
pub use local::{Local, local};
pub use noise::noise;
pub use points::{MARKER_RADIUS, marker};
pub use starts::{START_RADIUS, start};
pub use ticks::{Tick, ticks, ticks_with_room};

use layer::{Depth, LayerInput};
use layers::draw;

use crate::field::Raster;
use crate::formula::MathRun;
use crate::optimizer::Trajectory;
use crate::study::{Findings, RunMoment, Stop, Study};
use std::sync::Arc;

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left and top.
    pub min: [f64; 2],
    /// Right and bottom.
    pub max: [f64; 2],
}

impl Rect {
    /// Width in pixels.
    pub fn width(&self) -> f64 {
        self.max[0] - self.min[0]
    }

    /// Height in pixels.
    pub fn height(&self) -> f64 {
        self.max[1] - self.min[1]
    }
}

/// Red, green, blue and opacity, 0 to 255 each, not premultiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 4]);

/// A line's width in pixels, colour and dashes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Pixels.
    pub width: f64,
    /// Colour.
    pub colour: Colour,
    /// Lengths of dash and gap in pixels; `None` for a solid line.
    pub dash: Option<[f64; 2]>,
}

/// Which of the fonts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// Upright, for words and numbers (tabular figures).
    Sans,
    /// For headings.
    SansBold,
    /// For italic names in formulas.
    SerifItalic,
    /// For numerals and names of functions in formulas.
    Serif,
}

/// The horizontal anchor of a text; vertically its position is always the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// How a mark lies on a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lies {
    /// In the tangent plane.
    Flat,
    /// Facing the reader.
    Upright,
}

/// Something to draw, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Primitive {
    /// An image stretched smoothly over a rectangle, faded by an opacity of 0 to 1.
    Image {
        /// Its rectangle.
        rect: Rect,
        /// Its pixels.
        raster: Arc<Raster>,
        /// How strongly.
        opacity: f64,
    },
    /// An open or closed line (closed when its last point equals its first).
    Polyline {
        /// Its vertices.
        points: Vec<[f64; 2]>,
        /// How it is drawn.
        stroke: Stroke,
    },
    /// A filled polygon; not necessarily convex, without holes.
    Polygon {
        /// Its corners.
        points: Vec<[f64; 2]>,
        /// Its inside.
        fill: Colour,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A disc or circle.
    Circle {
        /// Its centre.
        centre: [f64; 2],
        /// Its radius.
        radius: f64,
        /// Its inside.
        fill: Option<Colour>,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// A rectangle with rounded corners.
    Box {
        /// Its rectangle.
        rect: Rect,
        /// The corners' radius.
        radius: f64,
        /// Its inside.
        fill: Colour,
        /// Its outline.
        stroke: Option<Stroke>,
    },
    /// One line of text.
    Text {
        /// The anchor on the baseline.
        at: [f64; 2],
        /// The anchor of the text.
        anchor: Anchor,
        /// The font of what is not italic.
        font: Font,
        /// Font size in pixels.
        size: f64,
        /// The text; plain text is one run.
        runs: Vec<MathRun>,
        /// Its colour.
        colour: Colour,
        /// A halo behind it: colour, width in pixels.
        halo: Option<(Colour, f64)>,
    },
    /// Marks that belong to one point. On a surface they are visible if the point is visible. On a map they are drawn
    /// like their contents.
    Anchored {
        /// The point.
        at: [f64; 2],
        /// How it lies on a surface.
        lies: Lies,
        /// The mark.
        contents: Vec<Primitive>,
    },
    /// Draws its contents within a rectangle only.
    Clipped {
        /// The rectangle.
        rect: Rect,
        /// The clipped marks.
        contents: Vec<Primitive>,
    },
}

/// A laid-out picture.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The layout, with the transform between world and pixels.
    pub layout: Layout,
    /// The background.
    pub background: Colour,
    /// The marks, in drawing order.
    pub primitives: Vec<Primitive>,
    /// The picture in words, for screen readers and as the SVG's description.
    pub description: String,
}

/// The contents of a picture besides the study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PictureContext {
    /// The index of the selected critical point.
    pub selected_point: Option<usize>,
    /// The moment up to which each run is drawn while runs are played; `None` for runs to their end.
    pub moments: Option<Vec<Option<RunMoment>>>,
    /// An ensemble, drawn under the runs.
    pub cloud: Option<Cloud>,
    /// Where stopping rules would have stopped the run of the details.
    pub stops: Vec<Stop>,
    /// The positions of legend and badge over the plot; `None` for positions where they hide the least.
    pub spots: Option<CardSpots>,
    /// Whether legend and badge are shown elsewhere, and not over the plot.
    pub cards_elsewhere: bool,
    /// A provisional text of the badge while the critical points are being computed; `None` for the claim.
    pub pending_claim: Option<String>,
    /// An additional note in the footer of an export.
    pub footnote: Option<String>,
    /// The study's name for the footer, such as its file name; `None` for the name of the landscape.
    pub study_name: Option<String>,
    /// Pixels of a surface's image for each pixel of the canvas; `None` for the resolution of print.
    pub surface_pixels: Option<f64>,
    /// What was computed before of the study's surface.
    pub prepared: Option<surface::Prepared>,
    /// Whether the picture is a frame of a film, which has no description.
    pub is_frame: bool,
}

impl PictureContext {
    /// The context that a study itself specifies: the selected critical point, the cloud of its ensemble, where other
    /// stopping rules would have stopped, and the runs at a moment.
    pub fn of(study: &Study, findings: &Findings, moments: Option<Vec<Option<RunMoment>>>) -> PictureContext {
        let colour = study.runs.get(study.display.run_index()).map(|run| run.colour);
        let cloud = findings.known_ensemble().zip(colour);
        PictureContext {
            selected_point: findings.selected_point(study),
            moments,
            cloud: cloud.map(|(ensemble, colour)| Cloud { ensemble: ensemble.clone(), colour }),
            stops: findings.report.as_ref().map(|report| report.stops.clone()).unwrap_or_default(),
            ..PictureContext::default()
        }
    }

    /// The last step of a run that is drawn as gone.
    fn last_step(&self, run: usize, trajectory: &Trajectory) -> usize {
        let moment = self.moments.as_ref().and_then(|moments| moments.get(run)?.as_ref());
        moment.map_or(trajectory.len(), |moment| moment.index.min(trajectory.len()))
    }
}

/// Lays out the whole picture.
pub fn picture(study: &Study, findings: &Findings, canvas: &Canvas, context: &PictureContext) -> Scene {
    let layout = Layout::new(study, canvas);
    let mut primitives = match surface::is_shown(study) {
        true => surface::marks(study, findings, &layout, context),
        false => [backdrop(study, findings, &layout), overlay(study, findings, &layout, context)].concat(),
    };
    if canvas.decorations {
        primitives.extend(decorations::decorations(&layout, study, findings, context));
    }
    let background = theme::Palette::of(study.picture.theme).background;
    let description = if context.is_frame { String::new() } else { description(study, findings, &layout, context) };
    Scene { layout, background, primitives, description }
}

/// The picture in words.
pub fn description(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> String {
    summary::description(&LayerInput { study, findings, layout, context })
}

/// The part of the picture over the [`backdrop()`]: eigen-crosses, trajectories, critical points, start and ends,
/// legend and badge.
pub fn overlay(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    draw(&LayerInput { study, findings, layout, context }, Depth::Directions..=Depth::Captions)
}

/// The overlay's lowest part: undecided regions, curves of critical points, eigen-crosses.
pub fn crosses(study: &Study, findings: &Findings, layout: &Layout) -> Vec<Primitive> {
    let input = LayerInput { study, findings, layout, context: &PictureContext::default() };
    draw(&input, Depth::Directions..=Depth::Directions)
}

/// The overlay's second part: the lines of the trajectories.
pub fn paths(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    draw(&LayerInput { study, findings, layout, context }, Depth::Paths..=Depth::Paths)
}

/// The overlay's third part: the sectors of a selected degenerate point, and the markers of the critical points.
pub fn markers(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    draw(&LayerInput { study, findings, layout, context }, Depth::UnderMarkers..=Depth::Markers)
}

/// The overlay's highest part: the evaluations of a run in its step, start and ends, legend and badge.
pub fn captions(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    draw(&LayerInput { study, findings, layout, context }, Depth::Steps..=Depth::Captions)
}

/// The positions of legend and badge over the plot, given their positions before. They stay while they hide no path.
pub fn card_spots(
    study: &Study,
    findings: &Findings,
    layout: &Layout,
    context: &PictureContext,
    before: Option<CardSpots>,
) -> CardSpots {
    legend::spots(&LayerInput { study, findings, layout, context }, before)
}

/// The cards over the plot in pixels, legend and badge; `None` where there is none.
pub fn cards(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> [Option<Rect>; 2] {
    let input = LayerInput { study, findings, layout, context };
    let spots = context.spots.unwrap_or_else(|| legend::spots(&input, None));
    legend::cards(&input, &spots)
}

/// Legend and badge one below the other within a width, from the origin on, and their height: one line for each run, and more where
/// a run needs them and the height `size[1]` is enough.
pub fn cards_in_column(
    study: &Study,
    findings: &Findings,
    context: &PictureContext,
    size: [f64; 2],
    scale: f64,
) -> (Vec<Primitive>, f64) {
    let canvas = Canvas { size: [size[0].max(1.0); 2], scale, decorations: false };
    let layout = Layout::new(study, &canvas);
    legend::stacked(&LayerInput { study, findings, layout: &layout, context }, size, scale)
}

/// The number, limited to the bounds. Unlike `clamp` it never panics: if the bounds cross, as in a part of the window
/// without room, the lower one is used.
pub fn within<T: PartialOrd>(value: T, low: T, high: T) -> T {
    let value = if value > high { high } else { value };
    if value < low { low } else { value }
}

/// Lines end at the plot's border; a mark on it may stand out a little.
fn within_plot(layout: &Layout, contents: Vec<Primitive>) -> Vec<Primitive> {
    if contents.is_empty() { contents } else { vec![Primitive::Clipped { rect: layout.plot, contents }] }
}
