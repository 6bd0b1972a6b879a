//! The surface as pixels with a depth (a z-buffer).
//!
//! Light comes from the upper left of the eye for every rotation of the surface, and changes a colour by at most a just
//! noticeable difference ([`LIGHT`]).

use super::super::{Primitive, Rect};
use super::projection::Projection;
use super::relief::Relief;
use super::texture::Texture;
use crate::field::Raster;
use std::sync::Arc;

/// How much light and shade change red, green and blue, out of 255.
pub const LIGHT: f32 = 2.4;
/// The direction of the light: to the right, upwards and towards the eye; of length 1.
const FROM: [f64; 3] = [-0.48, 0.6, 0.64];
/// A face whose normal has this scalar product with the light has the colour of the map.
const EVEN: f64 = 0.55;

/// Pixels, each with what is nearest.
pub struct Mesh {
    /// The part of the canvas that has pixels.
    pub area: Rect,
    width: usize,
    height: usize,
    /// Pixels for each of the canvas's.
    per_pixel: f64,
    colours: Vec<[u8; 4]>,
    nearness: Vec<f32>,
    /// The farthest of each pixel and its neighbours, if many places are asked for.
    farthest: Vec<f32>,
}

/// A corner of a triangle: its place among the pixels, its nearness, its texel and its light.
#[derive(Clone, Copy, Default)]
struct Corner {
    at: [f32; 2],
    nearness: f32,
    texel: [f32; 2],
    light: f32,
}

/// The paint of a triangle.
#[derive(Clone, Copy)]
enum Paint<'a> {
    /// The colours of the map.
    Texture(&'a Texture),
    /// A translucent colour, painted over existing pixels.
    Sheet([u8; 4]),
}

impl Mesh {
    /// An empty mesh with `per_pixel` pixels for each pixel of the canvas.
    pub fn new(area: Rect, per_pixel: f64) -> Mesh {
        let side = |length: f64| (length * per_pixel).ceil().clamp(1.0, 16_384.0) as usize;
        let (width, height) = (side(area.width()), side(area.height()));
        let count = width * height;
        Mesh {
            area,
            width,
            height,
            per_pixel,
            colours: vec![[0; 4]; count],
            nearness: vec![f32::NEG_INFINITY; count],
            farthest: Vec::new(),
        }
    }

    /// Paints the surface with the nodes in every `stride`th row and column, and the last ones.
    pub fn paint(&mut self, relief: &Relief, texture: &Texture, projection: &Projection, stride: usize) {
        let picked =
            |count: usize| -> Vec<usize> { (0..count - 1).step_by(stride.max(1)).chain([count - 1]).collect() };
        let [columns, rows] = relief.nodes.map(picked);
        let corners = self.corners(relief, texture, projection, [&columns, &rows]);
        for row in 0..rows.len() - 1 {
            for column in 0..columns.len() - 1 {
                let corner = |i: usize, j: usize| {
                    let node = rows[row + j] * relief.nodes[0] + columns[column + i];
                    (node, &corners[(row + j) * columns.len() + column + i])
                };
                let [low, right, left, high] = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)];
                for triangle in [[low, right, high], [low, high, left]] {
                    if !relief.is_torn_between(triangle.map(|(node, _)| node)) {
                        self.triangle(triangle.map(|(_, corner)| corner), Paint::Texture(texture));
                    }
                }
            }
        }
    }

    /// Paints a translucent sheet where it is not hidden. Each cell has four corners, and `lift` moves the sheet
    /// towards the eye.
    pub fn paint_sheet(
        &mut self,
        points: &[Option<[f64; 3]>],
        columns: usize,
        colour: [u8; 4],
        projection: &Projection,
        lift: f64,
    ) {
        let corner = |point: &Option<[f64; 3]>| {
            let spot = projection.spot((*point)?);
            let at = self.pixel(spot.at);
            Some(Corner { at, nearness: (spot.nearness + lift) as f32, ..Corner::default() })
        };
        let corners: Vec<Option<Corner>> = points.iter().map(corner).collect();
        let rows = points.len() / columns.max(1);
        // Only the front part of the sheet is painted at each pixel.
        let mut fresh = Mesh::new(self.area, self.per_pixel);
        for row in 0..rows.saturating_sub(1) {
            for column in 0..columns - 1 {
                let at = |i: usize, j: usize| corners[(row + j) * columns + column + i].as_ref();
                let (Some(low), Some(right), Some(left), Some(high)) = (at(0, 0), at(1, 0), at(0, 1), at(1, 1)) else {
                    continue;
                };
                fresh.triangle([low, right, high], Paint::Sheet(colour));
                fresh.triangle([low, high, left], Paint::Sheet(colour));
            }
        }
        for k in 0..fresh.colours.len() {
            if fresh.nearness[k] > self.nearness[k] && fresh.nearness[k] > f32::NEG_INFINITY {
                self.colours[k] = over(fresh.colours[k], self.colours[k]);
            }
        }
    }

    #[inline]
    fn pixel(&self, at: [f64; 2]) -> [f32; 2] {
        [0, 1].map(|axis: usize| ((at[axis] - self.area.min[axis]) * self.per_pixel) as f32)
    }

    fn corners(
        &self,
        relief: &Relief,
        texture: &Texture,
        projection: &Projection,
        [picked_columns, picked_rows]: [&[usize]; 2],
    ) -> Vec<Corner> {
        let [columns, rows] = relief.nodes;
        let middle = [0, 1].map(|axis: usize| 0.5 * (relief.plot.min[axis] + relief.plot.max[axis]));
        let steps = [relief.plot.width() / (columns - 1) as f64, relief.plot.height() / (rows - 1) as f64];
        // Light is linear in the surface's normal: what a step to the right, a step upwards and the vertical add to it.
        let lights = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(|axis| {
            let seen = projection.direction(axis);
            (FROM[0] * seen[0] + FROM[1] * seen[1] + FROM[2] * seen[2], seen[2])
        });
        let mut corners = Vec::with_capacity(picked_columns.len() * picked_rows.len());
        for &row in picked_rows {
            for &column in picked_columns {
                let height = f64::from(relief.heights[row * columns + column]);
                let at = relief.node_at([column, row]);
                let spot = projection.spot([at[0] - middle[0], middle[1] - at[1], height]);
                let difference = |axis: usize, index: usize, stride: usize, count: usize| {
                    let k = row * columns + column;
                    let before = if index > 0 { k - stride } else { k };
                    let after = if index + 1 < count { k + stride } else { k };
                    let span = if before == k || after == k { 1.0 } else { 2.0 };
                    let slope = f64::from(relief.heights[after] - relief.heights[before]) / (span * steps[axis]);
                    if slope.is_nan() { 0.0 } else { slope }
                };
                let slope = [difference(0, column, 1, columns), difference(1, row, columns, rows)];
                let along =
                    |of: fn(&(f64, f64)) -> f64| of(&lights[2]) - slope[0] * of(&lights[0]) - slope[1] * of(&lights[1]);
                let length = (1.0 + slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
                let facing = if along(|light| light.1) < 0.0 { -1.0 } else { 1.0 };
                let light = (facing * along(|light| light.0) / length - EVEN) / (1.0 - EVEN);
                corners.push(Corner {
                    at: self.pixel(spot.at),
                    nearness: if height.is_nan() { f32::NAN } else { spot.nearness as f32 },
                    texel: [
                        column as f32 / (columns - 1) as f32 * texture.width as f32,
                        (1.0 - row as f32 / (rows - 1) as f32) * texture.height as f32,
                    ],
                    light: LIGHT * light.clamp(-1.0, 1.0) as f32,
                });
            }
        }
        corners
    }

    fn triangle(&mut self, [a, b, c]: [&Corner; 3], paint: Paint<'_>) {
        let to = |other: &Corner| [other.at[0] - a.at[0], other.at[1] - a.at[1]];
        let ([bx, by], [cx, cy]) = (to(b), to(c));
        let area = bx * cy - by * cx;
        // A corner without a height has no nearness.
        if area == 0.0 || !(area + a.nearness + b.nearness + c.nearness).is_finite() {
            return;
        }
        let ends = |axis: usize, count: usize| {
            let low = a.at[axis].min(b.at[axis]).min(c.at[axis]);
            let high = a.at[axis].max(b.at[axis]).max(c.at[axis]);
            // Pixels have their middles at halves.
            let first = (low - 0.5).ceil().max(0.0);
            let last = (high - 0.5).floor().min(count as f32 - 1.0);
            (first <= last).then_some([first as usize, last as usize])
        };
        let (Some([left, right]), Some([top, bottom])) = (ends(0, self.width), ends(1, self.height)) else { return };
        // Shares of b and c at a pixel, and how they change to the right and downwards.
        let (share_b, share_c) = ([cy / area, -cx / area], [-by / area, bx / area]);
        let linear = |of: fn(&Corner) -> f32| {
            let (from, to_b, to_c) = (of(a), of(b) - of(a), of(c) - of(a));
            [from, to_b * share_b[0] + to_c * share_c[0], to_b * share_b[1] + to_c * share_c[1]]
        };
        let nearness = linear(|corner| corner.nearness);
        let (u, v) = (linear(|corner| corner.texel[0]), linear(|corner| corner.texel[1]));
        let light = linear(|corner| corner.light);
        for row in top..=bottom {
            let y = row as f32 + 0.5 - a.at[1];
            let x = left as f32 + 0.5 - a.at[0];
            let (mut s, mut t) = (share_b[0] * x + share_b[1] * y, share_c[0] * x + share_c[1] * y);
            for column in left..=right {
                if s >= -1e-5 && t >= -1e-5 && s + t <= 1.0 + 1e-5 {
                    let x = column as f32 + 0.5 - a.at[0];
                    let at = |plane: [f32; 3]| plane[0] + plane[1] * x + plane[2] * y;
                    let k = row * self.width + column;
                    let near = at(nearness);
                    if near > self.nearness[k] {
                        let colour = match paint {
                            Paint::Sheet(colour) => colour,
                            Paint::Texture(texture) => texture.lit(at(u), at(v), at(light)),
                        };
                        if colour[3] > 0 {
                            self.nearness[k] = near;
                            self.colours[k] = colour;
                        }
                    }
                }
                s += share_b[0];
                t += share_c[0];
            }
        }
    }

    /// Whether a point of a line at a place of the canvas is in front of everything painted, up to `margin`. At an outline a line
    /// that is hidden by less than its own width is drawn, so that it does not fray.
    #[inline]
    pub fn shows_line(&self, at: [f64; 2], nearness: f64, margin: f64) -> bool {
        let limit = (nearness + margin) as f32;
        // Steep parts change within a pixel, so the farthest of the neighbours decides.
        let reach = (self.per_pixel.round() as usize).max(1);
        let Some([column, row]) = self.place(at) else { return true };
        if let Some(farthest) = self.farthest.get(row * self.width + column) {
            return *farthest <= limit;
        }
        self.nearness[row * self.width + column] <= limit
            || self.around([column, row], reach).any(|nearness| nearness <= limit)
    }

    /// Whether the surface is painted all around a place of the canvas, so that nothing behind it is seen.
    #[inline]
    pub fn covers(&self, at: [f64; 2]) -> bool {
        self.place(at).is_some_and(|[column, row]| match self.farthest.get(row * self.width + column) {
            Some(farthest) => *farthest > f32::NEG_INFINITY,
            None => self.around([column, row], 1).all(|nearness| nearness > f32::NEG_INFINITY),
        })
    }

    /// Finds the farthest of the neighbours of all pixels at once. Nothing may be painted afterwards that hides lines.
    pub fn find_farthest(&mut self) {
        let width = self.width;
        let mut across = self.nearness.clone();
        for (to, from) in across.chunks_exact_mut(width).zip(self.nearness.chunks_exact(width)) {
            for ((to, left), right) in
                to[1..].iter_mut().zip(from).zip(from[1..].iter().skip(1).chain([&f32::INFINITY]))
            {
                *to = to.min(*left).min(*right);
            }
            if let [first, ..] = to {
                *first = first.min(from.get(1).copied().unwrap_or(f32::INFINITY));
            }
        }
        self.farthest.clone_from(&across);
        let last = self.height - 1;
        for (row, to) in self.farthest.chunks_exact_mut(width).enumerate() {
            for beside in [row.saturating_sub(1), (row + 1).min(last)] {
                let from = &across[beside * width..][..width];
                to.iter_mut().zip(from).for_each(|(to, from)| *to = to.min(*from));
            }
        }
    }

    /// The pixel at a place; `None` beside the pixels.
    #[inline]
    fn place(&self, at: [f64; 2]) -> Option<[usize; 2]> {
        let [x, y] = self.pixel(at);
        (x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32).then_some([x as usize, y as usize])
    }

    /// The nearness of the pixels around one.
    fn around(&self, [column, row]: [usize; 2], reach: usize) -> impl Iterator<Item = f32> {
        let ends = |index: usize, count: usize| index.saturating_sub(reach)..(index + reach + 1).min(count);
        let columns = ends(column, self.width);
        ends(row, self.height).flat_map(move |row| &self.nearness[row * self.width..][columns.clone()]).copied()
    }

    /// The pixels as an image of the canvas, each averaged from `across` × `across` pixels.
    pub fn image(&self, across: usize) -> Primitive {
        let across = across.max(1);
        let (width, height) = (self.width.div_ceil(across), self.height.div_ceil(across));
        let rgba =
            if across == 1 { self.colours.as_flattened().to_vec() } else { self.averaged(across, width, height) };
        let pixel = across as f64 / self.per_pixel;
        let max = [self.area.min[0] + width as f64 * pixel, self.area.min[1] + height as f64 * pixel];
        let raster = Arc::new(Raster { width, height, rgba });
        Primitive::Image { rect: Rect { min: self.area.min, max }, raster, opacity: 1.0 }
    }

    fn averaged(&self, across: usize, width: usize, height: usize) -> Vec<u8> {
        let mut rgba = Vec::with_capacity(width * height);
        for row in 0..height {
            let below = ((row + 1) * across).min(self.height);
            for column in 0..width {
                let (left, right) = (column * across, ((column + 1) * across).min(self.width));
                let rows = (row * across..below).map(|y| &self.colours[y * self.width..][left..right]);
                // With a constant number there is no division.
                rgba.push(if across == 2 { mean(rows, 4) } else { mean(rows, (across * across) as u32) });
            }
        }
        rgba.into_flattened()
    }
}

/// The mean of some of `whole` pixels, of which the others are empty.
#[inline(always)]
fn mean<'a>(rows: impl Iterator<Item = &'a [[u8; 4]]>, whole: u32) -> [u8; 4] {
    let mut sum = [0u32; 4];
    for [red, green, blue, opacity] in rows.flatten().map(|colour| colour.map(u32::from)) {
        sum[0] += red * opacity;
        sum[1] += green * opacity;
        sum[2] += blue * opacity;
        sum[3] += opacity;
    }
    let [red, green, blue, opacity] = sum;
    // Most pixels are whole or empty, and need no division by what is there.
    if opacity == 0 {
        return [0; 4];
    }
    if opacity == 255 * whole {
        let mean = |channel: u32| ((channel / 255 + whole / 2) / whole) as u8;
        return [mean(red), mean(green), mean(blue), 255];
    }
    let mean = |channel: u32| ((channel + opacity / 2) / opacity) as u8;
    [mean(red), mean(green), mean(blue), ((opacity + whole / 2) / whole) as u8]
}

impl Texture {
    /// The colour of a texel in a light.
    #[inline]
    fn lit(&self, u: f32, v: f32, light: f32) -> [u8; 4] {
        let (column, row) = ((u.max(0.0) as usize).min(self.width - 1), (v.max(0.0) as usize).min(self.height - 1));
        lit(self.texels[row * self.width + column], light)
    }
}

/// A colour in a light of −[`LIGHT`] to [`LIGHT`].
#[inline]
pub fn lit([red, green, blue, opacity]: [u8; 4], light: f32) -> [u8; 4] {
    let light = (light + 512.5) as i32 - 512;
    let lit = |channel: u8| (i32::from(channel) + light).clamp(0, 255) as u8;
    [lit(red), lit(green), lit(blue), opacity]
}

/// A translucent colour over another.
fn over(above: [u8; 4], below: [u8; 4]) -> [u8; 4] {
    let (share, under) = (f32::from(above[3]) / 255.0, f32::from(below[3]) / 255.0);
    let opacity = share + (1.0 - share) * under;
    let mix = |k: usize| {
        ((share * f32::from(above[k]) + (1.0 - share) * under * f32::from(below[k])) / opacity.max(1e-6)).round() as u8
    };
    [mix(0), mix(1), mix(2), (255.0 * opacity).round() as u8]
}
