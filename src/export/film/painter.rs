//! The pixels of frames that have much in common: the marks with which two frames both begin or end are drawn once.

use super::Pixels;
use crate::export::render::pixels;
use crate::scene::{Colour, Primitive, Scene};
use resvg::tiny_skia::{ColorU8, Pixmap, PixmapPaint, Transform};

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
            add(&mut frame, end);
        }
        self.last.clone_from(marks);
        let size = [frame.width() as usize, frame.height() as usize];
        // A frame is opaque, so premultiplied colours equal the colours.
        let rgb = frame.data().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
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

/// Draws marks over a frame. An image with the resolution of the frame is copied without encoding, unlike in an SVG.
fn draw(frame: &mut Pixmap, scene: &Scene, marks: &[Primitive]) -> Result<(), String> {
    let mut rest = marks;
    while !rest.is_empty() {
        let image = rest.iter().enumerate().find_map(|(index, mark)| Some((index, placed(mark)?)));
        let until = image.as_ref().map_or(rest.len(), |(index, _)| *index);
        if until > 0 {
            add(frame, &pixels(&part(scene, &rest[..until], Colour([0; 4])), 1.0)?);
        }
        if let Some((_, (image, [x, y]))) = image {
            frame.draw_pixmap(x, y, image.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
        }
        rest = &rest[(until + 1).min(rest.len())..];
    }
    Ok(())
}

/// An image with the resolution of the frame, and its position.
fn placed(mark: &Primitive) -> Option<(Pixmap, [i32; 2])> {
    let Primitive::Image { rect, raster, opacity } = mark else { return None };
    let is_whole = |x: f64| x == x.round() && x.abs() < 1e6;
    let is_as_large = rect.width() == raster.width as f64 && rect.height() == raster.height as f64;
    if *opacity != 1.0 || !is_as_large || !rect.min.iter().all(|x| is_whole(*x)) {
        return None;
    }
    let mut image = Pixmap::new(raster.width as u32, raster.height as u32)?;
    for (pixel, rgba) in image.pixels_mut().iter_mut().zip(raster.rgba.as_chunks::<4>().0) {
        *pixel = ColorU8::from_rgba(rgba[0], rgba[1], rgba[2], rgba[3]).premultiply();
    }
    Some((image, rect.min.map(|x| x as i32)))
}

fn add(below: &mut Pixmap, above: &Pixmap) {
    below.draw_pixmap(0, 0, above.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
}
