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
mod track;
#[cfg(test)]
mod hidden_tests;
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
use lift::{Fineness, Followed, Level, Lift};
use mesh::Mesh;
use projection::Extent;
use relief::Relief;
use sheet::Sheet;
use std::sync::{Arc, OnceLock};
use texture::{CutFace, Texture};
use track::followed;

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
    /// Whether the camera moves: then every second node is used.
    pub is_moving: bool,
    /// Whether lines are followed over the surface once for many cameras, with fewer vertices.
    pub has_tracks: bool,
}

impl Detail {
    /// The detail of print.
    pub fn still(pixels: f64) -> Detail {
        Detail { pitch: 2.5, pixels, across: 2, is_moving: false, has_tracks: false }
    }

    /// The detail of a film's frames.
    pub fn frame(pixels: f64) -> Detail {
        Detail { has_tracks: true, ..Detail::still(pixels) }
    }

    /// The detail of a window with `pixels` screen pixels for each pixel of the canvas. While the camera moves, the image has half as
    /// many pixels along each side as the screen.
    pub fn window(pixels: f64, is_moving: bool) -> Detail {
        let (pixels, across) = if is_moving { (0.5 * pixels, 1) } else { (pixels, 2) };
        Detail { pitch: 4.0, pixels, across, is_moving, has_tracks: is_moving }
    }
}

/// The part that changes only with the landscape and the view.
#[derive(Clone, Debug)]
pub struct Ground {
    relief: Relief,
    texture: Texture,
    /// The same with a quarter of its texels along each side.
    coarse_texture: OnceLock<Texture>,
    /// Its edges, around it and its holes and where it is cut off.
    edges: Vec<Primitive>,
    /// The border of the view.
    border: Vec<Primitive>,
    /// Hatching of the map.
    map: Vec<Primitive>,
    /// Contour lines for the floor.
    floor: Vec<Primitive>,
    /// Contour lines and what is on them.
    lines: Vec<Primitive>,
    /// Followed for frames that stay, and for those while the camera moves.
    tracks: [OnceLock<GroundTracks>; 2],
}

/// The lines of a [`Ground`], followed once.
#[derive(Clone, Debug)]
struct GroundTracks {
    holes: Vec<Followed>,
    floor: Vec<Followed>,
    lines: Vec<Followed>,
    edges: Vec<Followed>,
}

/// The lines of a [`Plane`], followed once.
#[derive(Clone, Debug)]
struct PlaneTracks {
    shadows: Vec<Followed>,
    directions: Vec<Followed>,
    paths: Vec<Followed>,
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
        let stroke = Stroke { width: 1.3 * layout.scale, colour: palette.axis, dash: None };
        let drawn = |line: Vec<Vector>| {
            let pixels = line.into_iter().map(|w| layout.pixel_from_world(w));
            super::clip::line(pixels, &layout.plot)
                .into_iter()
                .map(move |points| Primitive::Polyline { points, stroke })
        };
        let edges = cuts.chain(findings.field.undefined.iter().cloned()).flat_map(drawn).collect();
        let border = drawn(border).collect();
        let lines = anchored(&input, Depth::Lines..=Depth::OverLines);
        let floor = floor_lines(&input);
        let tracks = [OnceLock::new(), OnceLock::new()];
        Ground { relief, texture, coarse_texture: OnceLock::new(), edges, border, map, floor, lines, tracks }
    }

    fn coarse_texture(&self) -> &Texture {
        self.coarse_texture.get_or_init(|| self.texture.halved().halved())
    }
}

/// The contour lines on the floor, which may be shown without those on the surface.
fn floor_lines(input: &LayerInput<'_>) -> Vec<Primitive> {
    if !input.study.picture.surface.floor {
        return Vec::new();
    }
    let mut with_lines = input.study.clone();
    with_lines.picture.show(&layers::CONTOURS, true);
    let marks = anchored(&LayerInput { study: &with_lines, ..*input }, Depth::Lines..=Depth::Lines);
    // Under a line on a map there is a wider one of the opposite colour; the floor has no map.
    let upper = super::layers::contour_strokes(&with_lines, input.layout.scale).pop();
    let faded = |(points, stroke): (&[[f64; 2]], Stroke)| Primitive::Polyline {
        points: points.to_vec(),
        stroke: Stroke { colour: stroke.colour.faded(FLOOR_LINES), ..stroke },
    };
    lines_of(&marks).into_iter().filter(|(_, stroke)| Some(*stroke) == upper).map(faded).collect()
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

/// The marks of the layers over the contour lines, by where they are placed.
#[derive(Clone, Debug, Default)]
pub struct Plane {
    /// Curves of critical points and eigenvectors.
    directions: Vec<Primitive>,
    /// The lines of the runs.
    paths: Vec<Primitive>,
    /// The shadows of the runs.
    shadows: Vec<Primitive>,
    /// The marks over the runs.
    marks: Vec<Primitive>,
    tracks: [OnceLock<PlaneTracks>; 2],
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
        let paths = anchored(&input, Depth::Paths..=Depth::Paths);
        let selected = context.selected_point.and_then(|index| findings.points.points.get(index));
        let sheet = selected.and_then(|point| Sheet::new(point, &ground.relief, layout)).map(Arc::new);
        Plane {
            directions: anchored(&input, Depth::Directions..=Depth::Directions),
            shadows: shadows(&paths, study, layout),
            paths,
            marks: anchored(&input, Depth::UnderMarkers..=Depth::Steps),
            tracks: [OnceLock::new(), OnceLock::new()],
            sheet,
            least: super::words::loss_range(findings).map(|range| range[0]),
        }
    }
}

/// The shadows of runs on the floor.
fn shadows(paths: &[Primitive], study: &Study, layout: &Layout) -> Vec<Primitive> {
    if !study.picture.surface.floor {
        return Vec::new();
    }
    // The casings of a run have no shadow of their own.
    let casings = Palette::of(study.picture.theme).casings;
    let lines = lines_of(paths).into_iter().filter(|(_, stroke)| !casings.contains(&stroke.colour));
    let shadow = |(points, stroke): (&[[f64; 2]], Stroke)| {
        let width = stroke.width.min(SHADOW_WIDTH * layout.scale);
        let stroke = Stroke { width, colour: stroke.colour.faded(SHADOW), ..stroke };
        Primitive::Polyline { points: points.to_vec(), stroke }
    };
    lines.map(shadow).collect()
}

/// A surface as a camera sees it.
pub struct Surface<'a> {
    layout: &'a Layout,
    ground: &'a Ground,
    palette: &'static Palette,
    extent: Extent,
    projection: Projection,
}

impl<'a> Surface<'a> {
    /// The surface of a study as a camera sees it.
    pub fn new(picture: &PictureOptions, layout: &'a Layout, ground: &'a Ground, camera: &Camera) -> Surface<'a> {
        let highest = ground.relief.highest;
        let lowest = if picture.surface.floor { -FLOOR * highest } else { 0.0 };
        let half = [0.5 * layout.plot.width(), 0.5 * layout.plot.height()];
        let extent = Extent { half, heights: [lowest, highest] };
        let projection = Projection::new(camera, layout, &extent);
        let palette = Palette::of(picture.theme);
        Surface { layout, ground, palette, extent, projection }
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
        let mut mesh = Mesh::new(self.area(), detail.pixels * detail.across as f64);
        let stride = if detail.is_moving { 2 } else { 1 };
        let texture = if detail.is_moving { self.ground.coarse_texture() } else { &self.ground.texture };
        mesh.paint(&self.ground.relief, texture, &self.projection, stride);
        if detail.is_moving {
            mesh.find_farthest();
        }
        self.floor(plane, detail, &mesh, &mut marks);
        if let Some(sheet) = &plane.sheet {
            sheet.paint(&mut mesh, &self.projection, self.palette);
        }
        marks.push(mesh.image(detail.across));
        let fineness = if detail.is_moving { &lift::MOVING } else { &lift::STILL };
        let lift = Lift { fineness, ..self.lift(Level::Surface, Some(&mesh)) };
        let edges = Lift { level: Level::Edges, ..lift };
        let ground = self.ground;
        if detail.has_tracks {
            let tracks = self.ground_tracks(fineness);
            lift.add_upper(&tracks.lines, &mut marks);
            edges.add_followed(&tracks.edges, &mut marks);
        } else {
            lift.add_all(&ground.map, &mut marks);
            lift.add_all(&ground.lines, &mut marks);
            edges.add_all(&ground.edges, &mut marks);
            lift.add_all(&ground.border, &mut marks);
        }
        if let Some(sheet) = &plane.sheet {
            sheet.lines(&lift, self.layout.scale, &mut marks);
        }
        let mut paths = Vec::new();
        if detail.has_tracks {
            let tracks = self.plane_tracks(plane, fineness);
            lift.add_followed(&tracks.directions, &mut marks);
            lift.add_followed(&tracks.paths, &mut paths);
        } else {
            lift.add_all(&plane.directions, &mut marks);
            lift.add_all(&plane.paths, &mut paths);
        }
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
    fn floor(&self, plane: &Plane, detail: &Detail, mesh: &Mesh, marks: &mut Vec<Primitive>) {
        let height = self.extent.heights[0];
        let fineness = if detail.is_moving { &lift::MOVING } else { &lift::STILL };
        if detail.has_tracks {
            let (ground, tracks) = (self.ground_tracks(fineness), self.plane_tracks(plane, fineness));
            let lift = Lift { fineness, ..self.lift(Level::Floor(height), Some(mesh)) };
            Lift { level: Level::Holes(height), ..lift }.add_followed(&ground.holes, marks);
            lift.add_followed(&ground.floor, marks);
            lift.add_followed(&tracks.shadows, marks);
        } else {
            self.lift(Level::Holes(height), None).add_all(&self.ground.map, marks);
            let lift = self.lift(Level::Floor(height), None);
            lift.add_all(&self.ground.floor, marks);
            lift.add_all(&plane.shadows, marks);
        }
    }

    fn ground_tracks(&self, fineness: &Fineness) -> &GroundTracks {
        let ground = self.ground;
        ground.tracks[usize::from(fineness.is_moving)].get_or_init(|| {
            let height = self.extent.heights[0];
            let on = |level: Level, marks: &[Primitive]| followed(&self.lift(level, None), marks, fineness.tolerance);
            let both = |first: Vec<Followed>, second: Vec<Followed>| first.into_iter().chain(second).collect();
            GroundTracks {
                holes: on(Level::Holes(height), &ground.map),
                floor: on(Level::Floor(height), &ground.floor),
                lines: both(on(Level::Surface, &ground.map), on(Level::Surface, &ground.lines)),
                edges: both(on(Level::Edges, &ground.edges), on(Level::Surface, &ground.border)),
            }
        })
    }

    fn plane_tracks<'b>(&self, plane: &'b Plane, fineness: &Fineness) -> &'b PlaneTracks {
        plane.tracks[usize::from(fineness.is_moving)].get_or_init(|| {
            let on = |level: Level, marks: &[Primitive]| followed(&self.lift(level, None), marks, fineness.tolerance);
            PlaneTracks {
                shadows: on(Level::Floor(self.extent.heights[0]), &plane.shadows),
                directions: on(Level::Surface, &plane.directions),
                paths: on(Level::Surface, &plane.paths),
            }
        })
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
    let pixels = context.surface_pixels.unwrap_or((1800.0 / width.max(height)).clamp(1.0, 4.0));
    let detail = if context.is_frame { Detail::frame(pixels) } else { Detail::still(pixels) };
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
