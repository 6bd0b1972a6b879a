//! The picture's primitives as egui's shapes.
//!
//! The window draws exactly the list that SVG, PNG and PDF are written from. Shapes are made once for a picture and
//! drawn again as they are until it changes; an image becomes a texture once.

use super::simplify::simplify;
use super::theme;
use crate::field::Raster;
use crate::scene::{Primitive, Rect, Stroke, text};
use eframe::egui;
use egui::emath::TSTransform;
use egui::epaint::{CircleShape, ClippedShape, Mesh, PathShape, PathStroke, RectShape, TextShape, Vertex, WHITE_UV};
use egui::{
    Color32, ColorImage, CornerRadius, FontId, Pos2, Shape, StrokeKind, TextureHandle, TextureOptions, Vec2, pos2, vec2,
};
use std::sync::Arc;

/// How far a line may be from where it should be, in pixels, without a visible difference.
const UNSEEN: f32 = 0.1;

/// Images that are on the graphics card, by the raster they were made of.
#[derive(Default)]
pub struct Textures {
    kept: Vec<(Arc<Raster>, TextureHandle, bool)>,
}

impl Textures {
    /// Forgets the images that were not asked for since the last call.
    pub fn sweep(&mut self) {
        self.kept.retain(|(_, _, used)| *used);
        for (_, _, used) in &mut self.kept {
            *used = false;
        }
    }

    fn of(&mut self, ctx: &egui::Context, raster: &Arc<Raster>) -> Option<TextureHandle> {
        if raster.width == 0 || raster.height == 0 || raster.rgba.len() != 4 * raster.width * raster.height {
            return None;
        }
        if let Some((_, texture, used)) = self.kept.iter_mut().find(|(known, ..)| Arc::ptr_eq(known, raster)) {
            *used = true;
            return Some(texture.clone());
        }
        let image = fitting(raster, ctx.input(|input| input.max_texture_side));
        // A raster of the same size replaces one that is not drawn any more: no allocation while a view is dragged.
        let reusable = |texture: &TextureHandle, used: bool| !used && texture.size() == image.size;
        if let Some(entry) = self.kept.iter_mut().find(|(_, texture, used)| reusable(texture, *used)) {
            entry.0 = Arc::clone(raster);
            entry.1.set(image, TextureOptions::LINEAR);
            entry.2 = true;
            return Some(entry.1.clone());
        }
        let texture = ctx.load_texture("picture", image, TextureOptions::LINEAR);
        self.kept.push((Arc::clone(raster), texture.clone(), true));
        Some(texture)
    }
}

/// The image, with every second pixel (or third, …) where it has more along a side than the graphics card takes.
fn fitting(raster: &Raster, most: usize) -> ColorImage {
    let step = raster.width.max(raster.height).div_ceil(most.max(1));
    if step <= 1 {
        return ColorImage::from_rgba_unmultiplied([raster.width, raster.height], &raster.rgba);
    }
    let rows = raster.rgba.chunks_exact(4 * raster.width).step_by(step);
    let rgba: Vec<u8> = rows.flat_map(|row| row.chunks_exact(4).step_by(step).flatten().copied()).collect();
    ColorImage::from_rgba_unmultiplied([raster.width.div_ceil(step), raster.height.div_ceil(step)], &rgba)
}

/// Shapes for the primitives, moved by `origin` and clipped to `clip`.
pub fn shapes(
    ctx: &egui::Context,
    textures: &mut Textures,
    primitives: &[Primitive],
    origin: Vec2,
    clip: egui::Rect,
) -> Vec<ClippedShape> {
    let mut painter = Painter { ctx, textures, origin, shapes: Vec::with_capacity(primitives.len()) };
    painter.add_all(primitives, clip);
    painter.shapes
}

/// The same, everything but text and images tessellated once and for all into one mesh for each stretch: what is drawn
/// many times without a change is not tessellated many times.
pub fn tessellated(ctx: &egui::Context, shapes: Vec<ClippedShape>) -> Vec<ClippedShape> {
    let is_path = |shape: &Shape| match shape {
        Shape::Path(_) | Shape::LineSegment { .. } => true,
        Shape::Mesh(mesh) => mesh.texture_id == egui::TextureId::default(),
        _ => false,
    };
    let shapes = shapes.into_iter().flat_map(|shape| match shape.shape {
        Shape::Circle(circle) => paths_of(circle, shape.clip_rect),
        _ => vec![shape],
    });
    let mut kept = Vec::new();
    let mut paths = Vec::new();
    let flush = |paths: &mut Vec<ClippedShape>, kept: &mut Vec<ClippedShape>| {
        if paths.is_empty() {
            return;
        }
        kept.extend(meshes(ctx, std::mem::take(paths)));
    };
    for shape in shapes {
        if is_path(&shape.shape) {
            paths.push(shape);
        } else {
            flush(&mut paths, &mut kept);
            kept.push(shape);
        }
    }
    flush(&mut paths, &mut kept);
    kept
}

/// So many shapes are tessellated together: a mesh that grows beyond what was expected is copied as a whole.
const TOGETHER: usize = 64;

/// A mesh with more vertices takes noticeably long to copy.
const LARGE: usize = 10_000;

/// One mesh for each stretch of shapes with the same clip.
fn meshes(ctx: &egui::Context, shapes: Vec<ClippedShape>) -> Vec<ClippedShape> {
    let mut shapes = shapes.into_iter();
    let mut pieces: Vec<(egui::Rect, Vec<Mesh>)> = Vec::new();
    while shapes.len() > 0 {
        let some = shapes.by_ref().take(TOGETHER).collect();
        for primitive in ctx.tessellate(some, ctx.pixels_per_point()) {
            let egui::epaint::Primitive::Mesh(mesh) = primitive.primitive else { continue };
            match pieces.last_mut().filter(|(clip, _)| *clip == primitive.clip_rect) {
                Some((_, pieces)) => pieces.push(mesh),
                None => pieces.push((primitive.clip_rect, vec![mesh])),
            }
        }
    }
    let whole = |(clip, pieces): (egui::Rect, Vec<Mesh>)| {
        let mut mesh = Mesh::default();
        mesh.vertices.reserve_exact(pieces.iter().map(|piece| piece.vertices.len()).sum());
        mesh.indices.reserve_exact(pieces.iter().map(|piece| piece.indices.len()).sum());
        pieces.into_iter().for_each(|piece| mesh.append_ref(&piece));
        // In each frame egui adds what follows under the same clip to the mesh, whose copy then has to move as a whole. This one stays
        // alone: its clip is larger by what no pixel shows.
        let clip = if mesh.vertices.len() > LARGE { clip.expand(1e-3) } else { clip };
        ClippedShape::new(clip, Shape::Mesh(Arc::new(mesh)))
    };
    pieces.into_iter().map(whole).collect()
}

/// A circle as paths: egui takes small discs from the texture of its glyphs, which may change under a mesh that is kept.
fn paths_of(shape: CircleShape, clip: egui::Rect) -> Vec<ClippedShape> {
    let CircleShape { center, radius, fill, stroke } = shape;
    let mut corners: Vec<Pos2> =
        circle([0.0; 2], f64::from(radius)).iter().map(|[x, y]| center + vec2(*x as f32, *y as f32)).collect();
    corners.pop();
    vec![ClippedShape::new(clip, Shape::Path(PathShape::convex_polygon(corners, fill, stroke)))]
}

struct Painter<'a> {
    ctx: &'a egui::Context,
    textures: &'a mut Textures,
    origin: Vec2,
    shapes: Vec<ClippedShape>,
}

impl Painter<'_> {
    fn add_all(&mut self, primitives: &[Primitive], clip: egui::Rect) {
        for primitive in primitives {
            self.add(primitive, clip);
        }
    }

    fn place(&self, [x, y]: [f64; 2]) -> Pos2 {
        pos2(x as f32, y as f32) + self.origin
    }

    fn rect(&self, rect: &Rect) -> egui::Rect {
        egui::Rect::from_min_max(self.place(rect.min), self.place(rect.max))
    }

    fn push(&mut self, clip: egui::Rect, shape: Shape) {
        self.shapes.push(ClippedShape::new(clip, shape));
    }

    fn add(&mut self, primitive: &Primitive, clip: egui::Rect) {
        match primitive {
            Primitive::Image { rect, raster, opacity } => {
                if let Some(texture) = self.textures.of(self.ctx, raster) {
                    let whole = egui::Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
                    let tint = Color32::WHITE.gamma_multiply((*opacity as f32).clamp(0.0, 1.0));
                    self.push(clip, Shape::image(texture.id(), self.rect(rect), whole, tint));
                }
            }
            Primitive::Polyline { points, stroke } => self.polyline(points, stroke, clip),
            Primitive::Polygon { points, fill, stroke } => {
                let corners: Vec<Pos2> = points.iter().map(|point| self.place(*point)).collect();
                self.polygon(corners, theme::colour(*fill), clip);
                if let Some(stroke) = stroke
                    && let Some(first) = points.first()
                {
                    let mut outline = points.clone();
                    outline.push(*first);
                    self.polyline(&outline, stroke, clip);
                }
            }
            Primitive::Circle { centre, radius, fill, stroke } => {
                let solid = stroke.filter(|stroke| stroke.dash.is_none());
                let shape = CircleShape {
                    center: self.place(*centre),
                    radius: *radius as f32,
                    fill: fill.map_or(Color32::TRANSPARENT, theme::colour),
                    stroke: solid.map_or(egui::Stroke::NONE, |stroke| stroke_of(&stroke)),
                };
                self.push(clip, Shape::Circle(shape));
                if let Some(dashed) = stroke.filter(|stroke| stroke.dash.is_some()) {
                    self.polyline(&circle(*centre, *radius), &dashed, clip);
                }
            }
            Primitive::Box { rect, radius, fill, stroke } => {
                let corner_radius = CornerRadius::same(radius.clamp(0.0, 255.0).round() as u8);
                let outline = stroke.map_or(egui::Stroke::NONE, |stroke| stroke_of(&stroke));
                let rect = self.rect(rect);
                let shape = RectShape::new(rect, corner_radius, theme::colour(*fill), outline, StrokeKind::Middle);
                self.push(clip, Shape::Rect(shape));
            }
            Primitive::Text { at, anchor, font, size, runs, colour, halo } => {
                for span in text::spans(*at, *anchor, *font, *size, runs) {
                    if let Some((halo, width)) = halo {
                        self.halo(&span, theme::colour(*halo), *width as f32, clip);
                    }
                }
                for span in text::spans(*at, *anchor, *font, *size, runs) {
                    let shape = self.span(&span, theme::colour(*colour));
                    self.push(clip, shape);
                }
            }
            Primitive::Anchored { contents, .. } => self.add_all(contents, clip),
            Primitive::Clipped { rect, contents } => {
                let clip = clip.intersect(self.rect(rect));
                if clip.is_positive() {
                    self.add_all(contents, clip);
                }
            }
        }
    }

    fn polyline(&mut self, points: &[[f64; 2]], stroke: &Stroke, clip: egui::Rect) {
        if points.len() < 2 || stroke.width <= 0.0 || stroke.colour.0[3] == 0 {
            return;
        }
        let mut places: Vec<Pos2> = points.iter().map(|point| self.place(*point)).collect();
        simplify(&mut places, UNSEEN / self.ctx.pixels_per_point());
        let closed = places.len() > 2 && places.first() == places.last();
        match stroke.dash {
            Some([dash, gap]) if dash > 0.0 && gap > 0.0 => {
                let dashes = Shape::dashed_line(&places, stroke_of(stroke), dash as f32, gap as f32);
                self.shapes.extend(dashes.into_iter().map(|shape| ClippedShape::new(clip, shape)));
            }
            _ => {
                let path = if closed {
                    places.pop();
                    PathShape::closed_line(places, PathStroke::from(stroke_of(stroke)))
                } else {
                    PathShape::line(places, PathStroke::from(stroke_of(stroke)))
                };
                self.push(clip, Shape::Path(path));
            }
        }
    }

    fn polygon(&mut self, mut corners: Vec<Pos2>, fill: Color32, clip: egui::Rect) {
        corners.dedup();
        if corners.first() == corners.last() {
            corners.pop();
        }
        if corners.len() < 3 || fill.a() == 0 {
            return;
        }
        if is_convex(&corners) {
            self.push(clip, Shape::Path(PathShape::convex_polygon(corners, fill, egui::Stroke::NONE)));
            return;
        }
        let indices = triangles(&corners);
        let vertices = corners.iter().map(|&pos| Vertex { pos, uv: WHITE_UV, color: fill }).collect();
        let mesh = Mesh { indices, vertices, ..Mesh::default() };
        self.push(clip, Shape::Mesh(Arc::new(mesh)));
    }

    fn halo(&mut self, span: &text::Span<'_>, colour: Color32, width: f32, clip: egui::Rect) {
        // Twelve copies around the text are, at the few pixels of a halo, not told from an outline.
        for i in 0..12 {
            let angle = f32::from(i as u8) * std::f32::consts::TAU / 12.0;
            let mut shape = self.span(span, colour);
            shape.transform(TSTransform::from_translation(0.5 * width * vec2(angle.cos(), angle.sin())));
            self.push(clip, shape);
        }
    }

    fn span(&self, span: &text::Span<'_>, colour: Color32) -> Shape {
        let font = FontId::new(span.size as f32, theme::family(span.font));
        let text = span.text.to_owned();
        let galley = self.ctx.fonts_mut(|fonts| fonts.layout_no_wrap(text, font, Color32::PLACEHOLDER));
        let baseline = galley.rows.first().and_then(|row| row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y));
        let at = self.place(span.at) - vec2(0.0, baseline.unwrap_or(0.0));
        Shape::Text(TextShape::new(at, galley, colour))
    }
}

fn stroke_of(stroke: &Stroke) -> egui::Stroke {
    egui::Stroke::new(stroke.width as f32, theme::colour(stroke.colour))
}

fn circle([x, y]: [f64; 2], radius: f64) -> Vec<[f64; 2]> {
    let corner = |i: usize| {
        let angle = std::f64::consts::TAU * i as f64 / 48.0;
        [x + radius * libm::cos(angle), y + radius * libm::sin(angle)]
    };
    (0..=48).map(|i| corner(i % 48)).collect()
}

fn cross(a: Pos2, b: Pos2, c: Pos2) -> f32 {
    let (u, v) = (b - a, c - b);
    u.x * v.y - u.y * v.x
}

fn is_convex(corners: &[Pos2]) -> bool {
    let n = corners.len();
    let turns = (0..n).map(|i| cross(corners[i], corners[(i + 1) % n], corners[(i + 2) % n]));
    let (mut left, mut right) = (false, false);
    for turn in turns {
        left |= turn > 0.0;
        right |= turn < 0.0;
    }
    // A star turns one way only, too; it winds around more than once.
    let winding: f32 = (0..n)
        .map(|i| {
            let (u, v) = (corners[(i + 1) % n] - corners[i], corners[(i + 2) % n] - corners[(i + 1) % n]);
            (u.x * v.y - u.y * v.x).atan2(u.dot(v))
        })
        .sum();
    !(left && right) && winding.abs() < 1.5 * std::f32::consts::TAU
}

/// Triangles of a simple polygon by cutting ears (Meisters 1975); indices into its corners.
fn triangles(corners: &[Pos2]) -> Vec<u32> {
    let n = corners.len();
    let area: f32 = (0..n).map(|i| corners[i].x * corners[(i + 1) % n].y - corners[(i + 1) % n].x * corners[i].y).sum();
    let mut rest: Vec<usize> = if area >= 0.0 { (0..n).collect() } else { (0..n).rev().collect() };
    let mut indices = Vec::with_capacity(3 * n);
    while rest.len() > 3 {
        let m = rest.len();
        let ear = (0..m).find(|&i| {
            let [a, b, c] = [rest[(i + m - 1) % m], rest[i], rest[(i + 1) % m]].map(|k| corners[k]);
            let inside = |p: Pos2| cross(a, b, p) >= 0.0 && cross(b, c, p) >= 0.0 && cross(c, a, p) >= 0.0;
            let others = (0..m).filter(|&k| k != i && k != (i + 1) % m && k != (i + m - 1) % m);
            cross(a, b, c) > 0.0 && !others.map(|k| corners[rest[k]]).any(inside)
        });
        // A polygon that is not simple may have no ear left: any corner will do to come to an end.
        let i = ear.unwrap_or(0);
        indices.extend([rest[(i + m - 1) % m], rest[i], rest[(i + 1) % m]].map(|k| k as u32));
        rest.remove(i);
    }
    indices.extend(rest.iter().map(|&k| k as u32));
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(corners: &[Pos2], indices: &[u32]) -> f32 {
        let at = |i: usize| corners[indices[i] as usize];
        (0..indices.len() / 3).map(|t| 0.5 * cross(at(3 * t), at(3 * t + 1), at(3 * t + 2))).sum::<f32>().abs()
    }

    /// An L of three unit squares has the area 3, whichever way around its corners are given.
    #[test]
    fn an_l_is_cut_into_triangles_of_its_area() {
        let mut corners =
            vec![pos2(0.0, 0.0), pos2(2.0, 0.0), pos2(2.0, 1.0), pos2(1.0, 1.0), pos2(1.0, 2.0), pos2(0.0, 2.0)];
        for _ in 0..2 {
            assert!(!is_convex(&corners));
            assert!((area(&corners, &triangles(&corners)) - 3.0).abs() < 1e-6);
            corners.reverse();
        }
    }

    /// A lying cross with arms 2 wide and 6 long covers 6·2 + 2·2·2 = 20.
    #[test]
    fn a_cross_is_cut_into_triangles_of_its_area() {
        let half = [
            (-3.0, -1.0),
            (-1.0, -1.0),
            (-1.0, -3.0),
            (1.0, -3.0),
            (1.0, -1.0),
            (3.0, -1.0),
            (3.0, 1.0),
            (1.0, 1.0),
            (1.0, 3.0),
            (-1.0, 3.0),
            (-1.0, 1.0),
            (-3.0, 1.0),
        ];
        let corners: Vec<Pos2> = half.iter().map(|&(x, y)| pos2(x, y)).collect();
        assert!((area(&corners, &triangles(&corners)) - 20.0).abs() < 1e-5);
    }

    #[test]
    fn a_star_is_not_convex_and_a_square_is() {
        let corner = |i: usize, step: f32| {
            let angle = std::f32::consts::TAU * i as f32 * step / 5.0;
            pos2(angle.cos(), angle.sin())
        };
        let star: Vec<Pos2> = (0..5).map(|i| corner(i, 2.0)).collect();
        let pentagon: Vec<Pos2> = (0..5).map(|i| corner(i, 1.0)).collect();
        assert!(!is_convex(&star));
        assert!(is_convex(&pentagon));
    }
}
