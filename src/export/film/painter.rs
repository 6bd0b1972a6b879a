//! The pixels of frames that have much in common: the marks with which two frames both begin or end are drawn once.

use super::{Pixels, lines};
use crate::export::render::{draw_over, pixels};
use crate::field::Raster;
use crate::scene::{Colour, Primitive, Scene};
use resvg::tiny_skia::Pixmap;

/// Draws frames.
#[derive(Default)]
pub struct Painter {
    /// The marks of the last frame.
    last: Vec<Primitive>,
    /// The common first marks of the last frames, and their pixels.
    beginning: Option<(Vec<Primitive>, Pixmap)>,
    /// The common last marks of the frames, over nothing.
    end: Option<(Vec<Primitive>, Pixmap)>,
}

impl Painter {
    /// The pixels of a scene.
    pub fn paint(&mut self, scene: &Scene) -> Result<Pixels, String> {
        let marks = &scene.primitives;
        let is_known = |known: &Option<(Vec<Primitive>, Pixmap)>, at_end: bool| {
            known.as_ref().is_some_and(
                |(known, _)| {
                    if at_end { marks.ends_with(known) } else { marks.starts_with(known) }
                },
            )
        };
        if !is_known(&self.beginning, false) {
            let same = marks.iter().zip(&self.last).take_while(|(a, b)| a == b).count();
            self.beginning = drawn(scene, &marks[..same], scene.background)?;
        }
        let rest = &marks[self.beginning.as_ref().map_or(0, |(known, _)| known.len())..];
        let is_end = self.end.as_ref().is_some_and(|(known, _)| rest.ends_with(known));
        if !is_end {
            let same = rest.iter().rev().zip(self.last.iter().rev()).take_while(|(a, b)| a == b).count();
            self.end = drawn(scene, &rest[rest.len() - same..], Colour([0; 4]))?;
        }
        let middle = &rest[..rest.len() - self.end.as_ref().map_or(0, |(known, _)| known.len())];
        let mut frame = match &self.beginning {
            Some((_, beginning)) => beginning.clone(),
            None => pixels(&part(scene, &[], scene.background), 1.0)?,
        };
        draw(&mut frame, scene, middle)?;
        if let Some((_, end)) = &self.end {
            let pixels = frame.data_mut().as_chunks_mut::<4>().0;
            pixels.iter_mut().zip(end.data().as_chunks::<4>().0).for_each(|(below, above)| lay(below, *above));
        }
        self.last.clone_from(marks);
        let size = [frame.width() as usize, frame.height() as usize];
        // A frame is opaque, so premultiplied colours equal the colours.
        let mut rgb = vec![0; 3 * size[0] * size[1]];
        for (to, [red, green, blue, _]) in rgb.as_chunks_mut::<3>().0.iter_mut().zip(frame.data().as_chunks::<4>().0) {
            *to = [*red, *green, *blue];
        }
        Ok(Pixels { size, rgb })
    }
}

fn part(scene: &Scene, marks: &[Primitive], background: Colour) -> Scene {
    Scene { primitives: marks.to_vec(), background, description: String::new(), layout: scene.layout }
}

fn drawn(scene: &Scene, marks: &[Primitive], background: Colour) -> Result<Option<(Vec<Primitive>, Pixmap)>, String> {
    if marks.is_empty() {
        return Ok(None);
    }
    Ok(Some((marks.to_vec(), pixels(&part(scene, marks, background), 1.0)?)))
}

/// From so many lines on they are drawn without SVG.
const MANY_LINES: usize = 8;

/// Draws marks over a frame. An image with the resolution of the frame is copied, and many lines in a row are drawn,
/// without SVG in between.
fn draw(frame: &mut Pixmap, scene: &Scene, marks: &[Primitive]) -> Result<(), String> {
    // The marks that wait for an SVG.
    let mut waiting = 0..0;
    let mut groups =
        marks.chunk_by(|a, b| lines::is_line(a) == lines::is_line(b) && placed(a).is_none() && placed(b).is_none());
    loop {
        let group = groups.next();
        let is_direct = group.is_none_or(is_drawn_here);
        if is_direct && !waiting.is_empty() {
            draw_over(&part(scene, &marks[waiting.clone()], Colour([0; 4])), frame)?;
        }
        let Some(group) = group else { return Ok(()) };
        let end = waiting.end + group.len();
        if !is_direct {
            waiting.end = end;
            continue;
        }
        waiting = end..end;
        match group.first().and_then(placed) {
            Some((raster, at)) => copy(frame, raster, at),
            None => group.iter().for_each(|mark| lines::draw(frame, mark)),
        }
    }
}

/// Whether a group of marks needs no SVG: an image alone, or many lines.
fn is_drawn_here(group: &[Primitive]) -> bool {
    match group {
        [mark] => placed(mark).is_some(),
        marks => marks.len() >= MANY_LINES && lines::is_line(&marks[0]),
    }
}

/// An image with the resolution of the frame, and its position.
fn placed(mark: &Primitive) -> Option<(&Raster, [i64; 2])> {
    let Primitive::Image { rect, raster, opacity } = mark else { return None };
    let is_whole = |x: f64| x == x.round() && x.abs() < 1e6;
    let is_as_large = rect.width() == raster.width as f64 && rect.height() == raster.height as f64;
    if *opacity != 1.0 || !is_as_large || !rect.min.iter().all(|x| is_whole(*x)) {
        return None;
    }
    Some((raster, rect.min.map(|x| x as i64)))
}

/// Lays an image over a frame, with its upper left pixel at a place that may be outside.
fn copy(frame: &mut Pixmap, raster: &Raster, [x, y]: [i64; 2]) {
    let [width, height] = [frame.width(), frame.height()].map(i64::from);
    // From and to which column and row the image is inside.
    let inside = |at: i64, length: usize, side: i64| {
        let from = (-at).clamp(0, length as i64);
        from as usize..(side - at).clamp(from, length as i64) as usize
    };
    let (columns, rows) = (inside(x, raster.width, width), inside(y, raster.height, height));
    let (image, pixels) = (raster.rgba.as_chunks::<4>().0, frame.data_mut().as_chunks_mut::<4>().0);
    for row in rows {
        let from = &image[row * raster.width..][columns.clone()];
        let start = (row as i64 + y) * width + columns.start as i64 + x;
        for (below, above) in pixels[start as usize..].iter_mut().zip(from) {
            let [red, green, blue, alpha] = *above;
            lay(below, [share(red, alpha), share(green, alpha), share(blue, alpha), alpha]);
        }
    }
}

/// Lays a pixel over another; both have colours that are multiplied by their opacity.
fn lay(below: &mut [u8; 4], above: [u8; 4]) {
    match above[3] {
        0 => {}
        255 => *below = above,
        alpha => {
            for (below, above) in below.iter_mut().zip(above) {
                *below = above.saturating_add(share(*below, 255 - alpha));
            }
        }
    }
}

/// A share of a channel, out of 255.
fn share(channel: u8, of: u8) -> u8 {
    // At most 255.
    ((u32::from(channel) * u32::from(of) + 127) / 255) as u8
}
