//! The picture: what is drawn where, knowing no toolkit.
//!
//! [`picture`] lays a study and its findings out on a canvas. The result is a list of [`Primitive`]s in pixels (x to
//! the right, y downwards) that the window, the SVG, the PNG and the PDF draw alike.
//!
//! A window that draws many times a second can lay out in layers: [`backdrop()`] changes with the landscape and the view
//! only, [`overlay`] with the runs; [`hover`] marks the pointer. [`picture`] is both, and the decorations of an export.

pub mod theme;
pub mod text;
mod ticks;
mod layout;
mod clip;
mod cloud;
pub mod words;
mod cross;
mod noise;
mod points;
mod sectors;
mod regions;
mod local;
mod trajectories;
mod starts;
mod step;
mod stopping_marks;
mod backdrop;
mod legend;
mod decorations;
#[cfg(test)]
mod tests;

pub use backdrop::backdrop;
pub use clip::line as clipped;
pub use cloud::Cloud;
pub use cross::{Measure, arm_length, cross, cross_labels, hover};
pub use decorations::{quantity_runs, title_runs};
pub use layout::{Canvas, Layout};
pub use legend::{Corner, Corners, corners};
pub use local::{Local, local};
pub use noise::noise;
pub use points::{MARKER_RADIUS, marker};
pub use ticks::{Tick, ticks, ticks_with_room};
pub use trajectories::{START_RADIUS, start};

use crate::curvature::Kind;
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
    /// Lengths of dash and gap in pixels; `None` is solid.
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
}

/// Which point of a text its position is, horizontally; vertically it is always the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// Something to draw, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub enum Primitive {
    /// An image stretched smoothly over a rectangle, faded by an opacity of 0 to 1.
    Image {
        /// Where.
        rect: Rect,
        /// What.
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
        /// Where.
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
        /// Which point of the text that is.
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
    /// Draws its contents within a rectangle only.
    Clipped {
        /// The rectangle.
        rect: Rect,
        /// What is clipped.
        contents: Vec<Primitive>,
    },
}

/// A laid-out picture.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where world and pixels meet.
    pub layout: Layout,
    /// The background.
    pub background: Colour,
    /// What is drawn, in this order.
    pub primitives: Vec<Primitive>,
    /// The picture in words, for screen readers and as the SVG's description.
    pub description: String,
}

/// What the picture shows beyond the study.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PictureContext {
    /// The index of the selected critical point.
    pub selected_point: Option<usize>,
    /// Each run at the moment up to which it is drawn, when they are played; `None` is to their end.
    pub moments: Option<Vec<Option<RunMoment>>>,
    /// An ensemble, drawn under the runs.
    pub cloud: Option<Cloud>,
    /// Where stopping rules would have stopped the run under scrutiny.
    pub stops: Vec<Stop>,
    /// Where legend and badge lie over the plot; `None` is where they hide least.
    pub corners: Option<Corners>,
    /// What the badge says, without weight, while the claim about critical points is being worked on; `None` is the
    /// claim.
    pub pending_claim: Option<String>,
    /// What is to be said in the footer of an export, beside the rest.
    pub footnote: Option<String>,
    /// The study's name for the footer, such as its file name; `None` is the landscape's name.
    pub study_name: Option<String>,
}

impl PictureContext {
    /// What a study shows beyond its picture's options: the selected critical point, the cloud of its ensemble, where other
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
    let mut primitives = backdrop(study, findings, &layout);
    primitives.extend(overlay(study, findings, &layout, context));
    if canvas.decorations {
        primitives.extend(decorations::decorations(&layout, study, findings, context));
    }
    let background = theme::Palette::of(study.picture.theme).background;
    let description = words::description(study, findings, &layout, context);
    Scene { layout, background, primitives, description }
}

/// What lies over the [`backdrop()`]: eigen-crosses, trajectories, critical points, start and ends, legend and badge.
pub fn overlay(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = crosses(study, findings, layout);
    marks.extend(paths(study, findings, layout, context));
    marks.extend(markers(study, findings, layout, context));
    marks.extend(captions(study, findings, layout, context));
    marks
}

/// The overlay's lowest part: undecided regions, curves of critical points, eigen-crosses.
pub fn crosses(study: &Study, findings: &Findings, layout: &Layout) -> Vec<Primitive> {
    within_plot(layout, points::beneath(layout, &findings.points, &study.picture))
}

/// The overlay's second part: the lines of the trajectories.
pub fn paths(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = context.cloud.as_ref().map_or(Vec::new(), |cloud| cloud::marks(layout, cloud));
    marks.extend(trajectories::lines(layout, study, findings, context));
    within_plot(layout, marks)
}

/// The overlay's third part: the sectors of a selected degenerate point, and the markers of the critical points.
pub fn markers(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = Vec::new();
    let selected = context.selected_point.and_then(|index| findings.points.points.get(index));
    if let Some(point) = selected.filter(|point| study.picture.critical_points && point.kind == Kind::Degenerate) {
        marks.extend(within_plot(layout, sectors::fan(layout, &findings.loss, point.w)));
    }
    marks.extend(points::markers(layout, &findings.points, &study.picture, context));
    marks
}

/// The overlay's highest part: what is looked at in a step, start and ends, legend and badge.
pub fn captions(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    let mut marks = within_plot(layout, step::marks(layout, study, findings, context));
    marks.extend(trajectories::ends(layout, study, findings, context));
    marks.extend(stopping_marks::marks(layout, &context.stops));
    marks.extend(legend::legend(layout, study, findings, context));
    marks
}

/// The number, moved into the bounds. Other than `clamp` it never panics: where the bounds cross, as they do in a part of the
/// window that has no room, the lower one holds.
pub fn within<T: PartialOrd>(value: T, low: T, high: T) -> T {
    let value = if value > high { high } else { value };
    if value < low { low } else { value }
}

/// Lines end at the plot's border; a mark on it may stand out a little.
fn within_plot(layout: &Layout, contents: Vec<Primitive>) -> Vec<Primitive> {
    if contents.is_empty() { contents } else { vec![Primitive::Clipped { rect: layout.plot, contents }] }
}
