//! The colours on the surface: the images of the map on the background of the plot.

use super::super::{Colour, Primitive, Rect};
use super::relief::Relief;
use crate::field::Raster;
use crate::scene::within;

/// Colours over the plot, from its upper left corner.
#[derive(Clone, Debug)]
pub struct Texture {
    /// Texels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue, opacity; transparent in holes.
    pub texels: Vec<[u8; 4]>,
}

/// The colours where the surface is cut off: the background, and the hatching on it with its spacing in pixels.
pub struct CutFace {
    /// The ground.
    pub ground: Colour,
    /// The lines.
    pub line: Colour,
    /// Pixels between two lines.
    pub spacing: f64,
}

impl Texture {
    /// The images among the marks of a map, over its background, with `per_pixel` texels for each pixel of the map.
    pub fn new(marks: &[Primitive], relief: &Relief, ground: Colour, cut: &CutFace, per_pixel: f64) -> Texture {
        let plot = relief.plot;
        let side = |length: f64| ((length * per_pixel).ceil() as usize).clamp(1, 4096);
        let (width, height) = (side(plot.width()), side(plot.height()));
        let mut images = Vec::new();
        marks.iter().for_each(|mark| gather(mark, &mut images));
        let is_cut = relief.cuts.iter().any(Option::is_some);
        let mut texels = Vec::with_capacity(width * height);
        for row in 0..height {
            let y = plot.min[1] + (row as f64 + 0.5) / height as f64 * plot.height();
            for column in 0..width {
                let x = plot.min[0] + (column as f64 + 0.5) / width as f64 * plot.width();
                texels.push(if !relief.is_defined([x, y]) {
                    [0; 4]
                } else if is_cut && relief.is_cut([x, y]) {
                    cut.colour([x, y]).0
                } else {
                    images.iter().fold(ground, |below, image| image.over(below, [x, y])).0
                });
            }
        }
        Texture { width, height, texels }
    }
}

impl Texture {
    /// The texture with half as many texels along each side: each is the mean of four, but where there is a hole.
    pub fn halved(&self) -> Texture {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mean = |column: usize, row: usize| {
            let mut sum = [0u32; 4];
            for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                let (x, y) = ((2 * column + i).min(self.width - 1), (2 * row + j).min(self.height - 1));
                let texel = self.texels[y * self.width + x];
                if texel[3] > 0 {
                    (0..3).for_each(|channel| sum[channel] += u32::from(texel[channel]));
                    sum[3] += 1;
                }
            }
            // What is half a hole is one.
            if sum[3] < 2 {
                return [0; 4];
            }
            let channel = |channel: usize| ((sum[channel] + sum[3] / 2) / sum[3]) as u8;
            [channel(0), channel(1), channel(2), 255]
        };
        let texels = (0..width * height).map(|k| mean(k % width, k / width)).collect();
        Texture { width, height, texels }
    }
}

impl CutFace {
    /// Lines at 45°, as the cut faces of a technical drawing have.
    fn colour(&self, [x, y]: [f64; 2]) -> Colour {
        let across = (x + y).rem_euclid(self.spacing * std::f64::consts::SQRT_2) / std::f64::consts::SQRT_2;
        // A line a pixel and a half wide, with soft edges.
        let ink = (1.25 - (across - 1.25).abs()).clamp(0.0, 1.0);
        self.line.faded(ink).over(self.ground)
    }
}

/// An image of the map.
struct Image<'a> {
    rect: &'a Rect,
    raster: &'a Raster,
    opacity: f64,
}

fn gather<'a>(mark: &'a Primitive, images: &mut Vec<Image<'a>>) {
    match mark {
        Primitive::Image { rect, raster, opacity } if raster.rgba.len() >= 4 => {
            images.push(Image { rect, raster, opacity: *opacity });
        }
        Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => {
            contents.iter().for_each(|inner| gather(inner, images));
        }
        _ => {}
    }
}

impl Image<'_> {
    /// The image over a colour at a pixel of the map.
    fn over(&self, below: Colour, [x, y]: [f64; 2]) -> Colour {
        let Raster { width, height, rgba } = self.raster;
        let place = |at: f64, low: f64, length: f64, count: usize| {
            let place = within((at - low) / length * count as f64 - 0.5, 0.0, (count - 1) as f64);
            let index = (place as usize).min(count.saturating_sub(2));
            (index, (index + 1).min(count - 1), place - index as f64)
        };
        let (left, right, across) = place(x, self.rect.min[0], self.rect.width(), *width);
        let (top, bottom, down) = place(y, self.rect.min[1], self.rect.height(), *height);
        let mut sum = [0.0; 4];
        for (row, weight) in [(top, 1.0 - down), (bottom, down)] {
            for (column, share) in [(left, 1.0 - across), (right, across)] {
                let at = 4 * (row * width + column);
                let opacity = weight * share * f64::from(rgba[at + 3]);
                for channel in 0..3 {
                    sum[channel] += opacity * f64::from(rgba[at + channel]);
                }
                sum[3] += opacity;
            }
        }
        if sum[3] < 0.5 {
            return below;
        }
        let share = (self.opacity * sum[3] / 255.0).clamp(0.0, 1.0);
        let mixed = |channel: usize| {
            (share * sum[channel] / sum[3] + (1.0 - share) * f64::from(below.0[channel])).round() as u8
        };
        Colour([mixed(0), mixed(1), mixed(2), 255])
    }
}
