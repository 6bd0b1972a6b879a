//! The pixels of frames that have much in common: what two frames begin and end with is drawn once.

use super::Pixels;
use crate::export::render::pixels;
use crate::scene::{Colour, Primitive, Scene};
use resvg::tiny_skia::{Pixmap, PixmapPaint, Transform};

/// Draws frames.
#[derive(Default)]
pub struct Painter {
    /// The marks of the last frame.
    last: Vec<Primitive>,
    /// What the last frames began with, and its pixels.
    beginning: Option<(Vec<Primitive>, Pixmap)>,
    /// What they ended with, over nothing.
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
            Some((_, beginning)) => {
                let mut frame = beginning.clone();
                if !middle.is_empty() {
                    add(&mut frame, &pixels(&part(scene, middle, Colour([0; 4])), 1.0)?);
                }
                frame
            }
            None => pixels(&part(scene, middle, scene.background), 1.0)?,
        };
        if let Some((_, end)) = &self.end {
            add(&mut frame, end);
        }
        self.last.clone_from(marks);
        let size = [frame.width() as usize, frame.height() as usize];
        // A frame is opaque, and so its colours are not multiplied by anything.
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

fn add(below: &mut Pixmap, above: &Pixmap) {
    below.draw_pixmap(0, 0, above.as_ref(), &PixmapPaint::default(), Transform::identity(), None);
}
