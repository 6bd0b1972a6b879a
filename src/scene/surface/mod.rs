//! The picture as a surface: a second projection of the same layers.
//!
//! The layers draw the map in pixels of the plane. Their marks are then lifted: images become the colours of the
//! surface, lines follow it, and marks about a point are placed on it. So every new layer lies on the surface, too.
//!
//! The data are separated by what they depend on, so that turning the camera recomputes as little as possible:
//! [`Ground`] changes with the landscape and the view, [`Plane`] with everything that is drawn, and [`Surface`] is both
//! as a camera sees them.

mod frame;
mod lift;
mod mesh;
mod pick;
mod projection;
mod relief;
mod sheet;
mod texture;
#[cfg(test)]
mod tests;

pub use frame::height_words;
pub use projection::{Projection, Spot};

use super::layer::{Depth, LayerInput};
use super::layers::anchored;
use super::theme::Palette;
use super::{Layout, PictureContext, Primitive, Rect, Stroke, give_way, within};
use crate::field::{ColourMap, Scale};
use crate::number::Vector;
use crate::number::display::short;
use crate::study::{Camera, Findings, PictureOptions, Study, layers};
use frame::Frame;
use lift::{Fineness, Level, Lift};
use mesh::Mesh;
use projection::Extent;
use relief::Relief;
use sheet::Sheet;
use std::sync::Arc;
use texture::{CutFace, Texture};

/// How far the floor lies below the surface, as a share of its height.
const FLOOR: f64 = 0.42;
/// How strong the shadow of a run is, and how wide.
const SHADOW: f64 = 0.6;
const SHADOW_WIDTH: f64 = 1.6;
/// How strong contour lines on the floor are, as a share of those on the surface.
const FLOOR_LINES: f64 = 0.55;

/// How fine a surface is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    /// Pixels between two nodes of the surface.
    pub pitch: f64,
    /// Pixels of the image for each of the canvas's.
    pub pixels: f64,
    /// How many pixels across are computed for each pixel of the image.
    pub across: usize,
    /// Whether the camera moves: then every second node is used, and lines are followed in longer steps.
    pub is_moving: bool,
}

impl Detail {
    /// The detail of print and films.
    pub fn still(pixels: f64) -> Detail {
        Detail { pitch: 2.5, pixels, across: 2, is_moving: false }
    }

    /// The detail of a window with `pixels` screen pixels for each pixel of the canvas. While the camera moves, the image has half as
    /// many pixels along each side as the screen.
    pub fn window(pixels: f64, is_moving: bool) -> Detail {
        let pitch = 4.0;
        match is_moving {
            true => Detail { pitch, pixels: 0.5 * pixels, across: 1, is_moving },
            false => Detail { pitch, pixels, across: 2, is_moving },
        }
    }
}

/// The part that changes only with the landscape and the view.
#[derive(Clone, Debug)]
pub struct Ground {
    relief: Relief,
    texture: Texture,
    /// Its edges, around it and its holes and where it is cut off, in pixels of the map.
    edges: Vec<Vec<[f64; 2]>>,
}

impl Ground {
    /// The surface of a study over the plot of a layout.
    pub fn new(study: &Study, findings: &Findings, layout: &Layout, detail: &Detail) -> Ground {
        let palette = Palette::of(study.picture.theme);
        let input = LayerInput { study, findings, layout, context: &PictureContext::default() };
        let map = anchored(&input, Depth::Map..=Depth::Map);
        let relief = Relief::new(study, &findings.loss, &findings.field.grid, layout, detail.pitch);
        let cut = CutFace { ground: palette.plot, line: palette.hatch.over(palette.plot), spacing: 7.0 * layout.scale };
        let per_pixel = (detail.pixels * detail.across as f64).min(2.0);
        let texture = Texture::new(&map, &relief, palette.plot, &cut, per_pixel);
        let levels: Vec<f64> = relief.cuts.into_iter().flatten().collect();
        let cuts = findings.field.grid.contours(&levels).into_iter().map(|line| line.points);
        let border = layout.view;
        let corner = |i: usize, j: usize| Vector::new(border.w1[i], border.w2[j]);
        let border = vec![corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1), corner(0, 0)];
        let edges = cuts.chain(findings.field.undefined.iter().cloned()).chain([border]);
        let pixels = |line: Vec<Vector>| line.into_iter().map(|w| layout.pixel_from_world(w));
        let edges = edges.flat_map(|line| super::clip::line(pixels(line), &layout.plot)).collect();
        Ground { relief, texture, edges }
    }
}

/// What is used again for another camera.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The ground.
    pub ground: Arc<Ground>,
    /// The marks; `None` if they change.
    pub plane: Option<Arc<Plane>>,
}

impl PartialEq for Prepared {
    fn eq(&self, other: &Prepared) -> bool {
        let place = |plane: &Option<Arc<Plane>>| plane.as_ref().map(Arc::as_ptr);
        Arc::ptr_eq(&self.ground, &other.ground) && place(&self.plane) == place(&other.plane)
    }
}

/// The marks of the layers on the plane, by where they are placed.
#[derive(Clone, Debug, Default)]
pub struct Plane {
    /// Hatching of the map.
    map: Vec<Primitive>,
    /// Contour lines for the floor.
    floor: Vec<Primitive>,
    /// Everything else, from the contour lines on.
    lines: Vec<Primitive>,
    /// Curves of critical points and eigenvectors.
    directions: Vec<Primitive>,
    /// The lines of the runs.
    paths: Vec<Primitive>,
    /// The marks over the runs.
    marks: Vec<Primitive>,
    sheet: Option<Arc<Sheet>>,
    /// The least value of L that is known in view.
    least: Option<f64>,
}

impl Plane {
    /// The marks of a study's layers.
    pub fn new(
        study: &Study,
        findings: &Findings,
        layout: &Layout,
        context: &PictureContext,
        ground: &Ground,
    ) -> Plane {
        let input = LayerInput { study, findings, layout, context };
        let mut with_lines = study.clone();
        with_lines.picture.show(&layers::CONTOURS, true);
        let floor = match study.picture.surface.floor {
            true => anchored(&LayerInput { study: &with_lines, ..input }, Depth::Lines..=Depth::Lines),
            false => Vec::new(),
        };
        let selected = context.selected_point.and_then(|index| findings.points.points.get(index));
        let sheet = selected.and_then(|point| Sheet::new(point, &ground.relief, layout)).map(Arc::new);
        Plane {
            map: anchored(&input, Depth::Map..=Depth::Map),
            floor,
            lines: anchored(&input, Depth::Lines..=Depth::OverLines),
            directions: anchored(&input, Depth::Directions..=Depth::Directions),
            paths: anchored(&input, Depth::Paths..=Depth::Paths),
            marks: anchored(&input, Depth::UnderMarkers..=Depth::Steps),
            sheet,
            least: super::words::loss_range(findings).map(|range| range[0]),
        }
    }
}

/// A surface as a camera sees it.
pub struct Surface<'a> {
    layout: &'a Layout,
    ground: &'a Ground,
    palette: &'static Palette,
    extent: Extent,
    projection: Projection,
    has_floor: bool,
}

impl<'a> Surface<'a> {
    /// The surface of a study as a camera sees it.
    pub fn new(picture: &PictureOptions, layout: &'a Layout, ground: &'a Ground, camera: &Camera) -> Surface<'a> {
        let has_floor = picture.surface.floor;
        let highest = ground.relief.highest;
        let lowest = if has_floor { -FLOOR * highest } else { 0.0 };
        let half = [0.5 * layout.plot.width(), 0.5 * layout.plot.height()];
        let extent = Extent { half, heights: [lowest, highest] };
        let projection = Projection::new(camera, layout, &extent);
        let palette = Palette::of(picture.theme);
        Surface { layout, ground, palette, extent, projection, has_floor }
    }

    /// The point of the surface over a point of the weight plane, in pixels; `None` in holes and beyond the view.
    pub fn pixel_from_world(&self, w: Vector) -> Option<[f64; 2]> {
        let lift = self.lift(Level::Surface, None);
        Some(self.projection.spot(lift.space(self.layout.pixel_from_world(w))?).at)
    }

    /// The point of the weight plane whose surface point is visible at a pixel; `None` outside the surface.
    pub fn world_from_pixel(&self, pixel: [f64; 2]) -> Option<Vector> {
        pick::pick(&self.ground.relief, &self.projection, pixel).map(|at| self.layout.world_from_pixel(at))
    }

    /// The lifted marks, without hiding any.
    pub fn lifted(&self, marks: &[Primitive]) -> Vec<Primitive> {
        let mut lifted = Vec::new();
        self.lift(Level::Surface, None).add_all(marks, &mut lifted);
        super::layers::flat(lifted)
    }

    fn lift<'b>(&'b self, level: Level, mesh: Option<&'b Mesh>) -> Lift<'b> {
        Lift { relief: &self.ground.relief, projection: &self.projection, mesh, level, fineness: &lift::STILL }
    }

    /// The part of the canvas that the surface covers.
    fn area(&self) -> Rect {
        let canvas = self.layout.canvas.size;
        let corners = self.extent.corners().map(|corner| self.projection.spot(corner).at);
        let end = |axis: usize, sign: f64| {
            let reach = corners.iter().map(|corner| sign * corner[axis]).fold(f64::NEG_INFINITY, f64::max);
            within(sign * (reach + 1.0), 0.0, canvas[axis])
        };
        Rect { min: [end(0, -1.0).floor(), end(1, -1.0).floor()], max: [end(0, 1.0).ceil(), end(1, 1.0).ceil()] }
    }

    /// Everything on and around the surface, without the captions.
    pub fn primitives(&self, plane: &Plane, detail: &Detail) -> Vec<Primitive> {
        let mut marks = Vec::new();
        let frame = Frame {
            layout: self.layout,
            relief: &self.ground.relief,
            projection: &self.projection,
            extent: &self.extent,
            palette: self.palette,
            least: plane.least,
        };
        frame.behind(&mut marks);
        self.floor(plane, detail, &mut marks);
        let mut mesh = Mesh::new(self.area(), detail.pixels * detail.across as f64);
        let stride = if detail.is_moving { 2 } else { 1 };
        mesh.paint(&self.ground.relief, &self.ground.texture, &self.projection, stride);
        if let Some(sheet) = &plane.sheet {
            sheet.paint(&mut mesh, &self.projection, self.palette);
        }
        marks.push(mesh.image(detail.across));
        let fineness = if detail.is_moving { &lift::MOVING } else { &lift::STILL };
        let lift = Lift { fineness, ..self.lift(Level::Surface, Some(&mesh)) };
        lift.add_all(&plane.map, &mut marks);
        lift.add_all(&plane.lines, &mut marks);
        self.edges(&mesh, fineness, &mut marks);
        if let Some(sheet) = &plane.sheet {
            sheet.lines(&lift, self.layout.scale, &mut marks);
        }
        lift.add_all(&plane.directions, &mut marks);
        let mut paths = Vec::new();
        lift.add_all(&plane.paths, &mut paths);
        let mut above = Vec::new();
        lift.add_all(&plane.marks, &mut above);
        self.give_way(&paths, &mut above);
        marks.extend(paths);
        marks.extend(above);
        frame.axes(&mut marks);
        super::layers::flat(marks)
    }

    /// Moves labels off the runs: on the surface, lines pass elsewhere than on the map.
    fn give_way(&self, paths: &[Primitive], marks: &mut [Primitive]) {
        let lines: Vec<[[f64; 2]; 2]> =
            lines_of(paths).iter().flat_map(|(points, _)| points.windows(2).map(|pair| [pair[0], pair[1]])).collect();
        let inside = Rect { min: [0.0; 2], max: self.layout.canvas.size };
        let mut taken: Vec<Rect> = Vec::new();
        for mark in marks.iter_mut().filter(|mark| matches!(mark, Primitive::Text { .. })) {
            let rect = frame::extent(mark);
            if let Some(place) = give_way::place(rect, &inside, &taken, &lines, self.layout.scale)
                && let Primitive::Text { at, .. } = mark
            {
                *at = [0, 1].map(|axis: usize| at[axis] + place.min[axis] - rect.min[axis]);
                taken.push(place);
            }
        }
    }

    /// The marks on the floor: contour lines, the hatching of holes, and the shadows of the runs.
    fn floor(&self, plane: &Plane, detail: &Detail, marks: &mut Vec<Primitive>) {
        let height = self.extent.heights[0];
        self.lift(Level::Holes(height), None).add_all(&plane.map, marks);
        if !self.has_floor {
            return;
        }
        let fineness = if detail.is_moving { &lift::MOVING } else { &lift::STILL };
        let lift = Lift { fineness, ..self.lift(Level::Floor(height), None) };
        let mut add = |points: &[[f64; 2]], stroke: Stroke| {
            marks.extend(lift.line(points).into_iter().map(|points| Primitive::Polyline { points, stroke }));
        };
        for (points, stroke) in lines_of(&plane.floor) {
            add(points, Stroke { colour: stroke.colour.faded(FLOOR_LINES), ..stroke });
        }
        // The casings of a run have no shadow of their own.
        let casings = self.palette.casings;
        for (points, stroke) in
            lines_of(&plane.paths).into_iter().filter(|(_, stroke)| !casings.contains(&stroke.colour))
        {
            let width = stroke.width.min(SHADOW_WIDTH * self.layout.scale);
            add(points, Stroke { width, colour: stroke.colour.faded(SHADOW), ..stroke });
        }
    }

    /// The edges of the surface, its holes and its cuts.
    fn edges(&self, mesh: &Mesh, fineness: &'static Fineness, marks: &mut Vec<Primitive>) {
        let lift = Lift { fineness, ..self.lift(Level::Edges, Some(mesh)) };
        let stroke = Stroke { width: 1.3 * self.layout.scale, colour: self.palette.axis, dash: None };
        for edge in &self.ground.edges {
            marks.extend(lift.line(edge).into_iter().map(|points| Primitive::Polyline { points, stroke }));
        }
    }
}

/// The lines among the marks, with their strokes.
fn lines_of(marks: &[Primitive]) -> Vec<(&[[f64; 2]], Stroke)> {
    let mut lines = Vec::new();
    for mark in marks {
        match mark {
            Primitive::Polyline { points, stroke } => lines.push((points.as_slice(), *stroke)),
            Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => {
                lines.extend(lines_of(contents))
            }
            _ => {}
        }
    }
    lines
}

/// Whether the picture is drawn as a surface. From straight above it is drawn as the map.
pub fn is_shown(study: &Study) -> bool {
    study.picture.surface.is_seen()
}

/// The words over a surface: legend and badge.
pub fn captions(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    super::layers::draw(&LayerInput { study, findings, layout, context }, Depth::Captions..=Depth::Captions)
}

/// The words about a surface.
pub(super) fn words(study: &Study, findings: &Findings) -> Option<String> {
    if !is_shown(study) {
        return None;
    }
    let surface = &study.picture.surface;
    let Camera { yaw, pitch, perspective, .. } = surface.camera;
    let kind = Scale::new(&findings.field.grid.values, surface.height, ColourMap::Viridis).map(|scale| scale.kind());
    let height = kind.and_then(height_words).map_or(String::new(), |words| format!(", {words}"));
    let seen = if perspective { " in perspective" } else { "" };
    Some(format!(
        "The picture is a surface with L as its height{height}, turned by {} degrees and seen{seen} from {} degrees above its floor.",
        short(yaw),
        short(pitch)
    ))
}

/// The picture as a surface, without the decorations of an export.
pub(super) fn marks(study: &Study, findings: &Findings, layout: &Layout, context: &PictureContext) -> Vec<Primitive> {
    let [width, height] = layout.canvas.size;
    let detail = Detail::still(context.surface_pixels.unwrap_or((1800.0 / width.max(height)).clamp(1.0, 4.0)));
    let ground = match &context.prepared {
        Some(prepared) => Arc::clone(&prepared.ground),
        None => Ground::new(study, findings, layout, &detail).into(),
    };
    let plane = match context.prepared.as_ref().and_then(|prepared| prepared.plane.clone()) {
        Some(plane) => plane,
        None => Plane::new(study, findings, layout, context, &ground).into(),
    };
    let surface = Surface::new(&study.picture, layout, &ground, &study.picture.surface.camera);
    let mut marks = surface.primitives(&plane, &detail);
    if layout.canvas.decorations && study.picture.surface.camera.zoom > 1.0 {
        marks = vec![Primitive::Clipped { rect: window(layout), contents: marks }];
    }
    marks.extend(captions(study, findings, layout, context));
    marks
}

/// The part of a page that belongs to a surface: a larger one is cut off there, so that it does not run over what is written around it.
fn window(layout: &Layout) -> Rect {
    let (plot, scale, [width, height]) = (&layout.plot, layout.scale, layout.canvas.size);
    let right = match layout.side {
        _ if layout.colour_bar => plot.max[0] + 10.0 * scale,
        Some(side) if !layout.is_side_below => side.min[0] - 8.0 * scale,
        _ => width,
    };
    Rect { min: [0.0, plot.min[1] - 4.0 * scale], max: [right, (plot.max[1] + 32.0 * scale).min(height)] }
}
