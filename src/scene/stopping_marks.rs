//! Where stopping rules would have stopped a run: a flag at the step, with the rule's formula; a false stop has a
//! cross.

use super::theme::{CASING, INK_DARK, INK_LIGHT, NEGATIVE};
use super::{Anchor, Font, Layout, Lies, Primitive, Stroke, clip, text};
use crate::study::Stop;

/// The size of the words at scale 1.
const SIZE: f64 = 12.0;
/// The height of a flag's pole at scale 1.
const POLE: f64 = 22.0;

/// The flags. Those of rules that stop at the same place are stacked.
pub(super) fn marks(layout: &Layout, stops: &[Stop]) -> Vec<Primitive> {
    let scale = layout.scale;
    let mut marks = Vec::new();
    let mut places: Vec<[f64; 2]> = Vec::new();
    for stop in stops {
        let (Some((step, verdict)), Some(w)) = (stop.rule.at, stop.w) else { continue };
        let foot = layout.pixel_from_world(w);
        if !layout.plot.contains(foot) {
            continue;
        }
        let below = places.iter().filter(|place| clip::distance(**place, foot) < 2.0 * SIZE * scale).count();
        places.push(foot);
        let top = [foot[0], foot[1] - (POLE + 1.25 * SIZE * below as f64) * scale];
        let pole = |(width, colour)| {
            let stroke = Stroke { width: width * scale, colour, dash: None };
            Primitive::Polyline { points: vec![foot, top], stroke }
        };
        let mut contents: Vec<Primitive> = [(3.6, CASING), (1.6, INK_LIGHT)].map(pole).into();
        // To the side where there is room.
        let right = foot[0] < 0.5 * (layout.plot.min[0] + layout.plot.max[0]);
        let (anchor, shift) = if right { (Anchor::Start, 4.0) } else { (Anchor::End, -4.0) };
        let (cross, colour) = if stop.is_false() { (" ✕", NEGATIVE) } else { ("", INK_LIGHT) };
        contents.push(Primitive::Text {
            at: [top[0] + shift * scale, top[1] + SIZE * scale],
            anchor,
            font: Font::Sans,
            size: SIZE * scale,
            runs: text::plain(format!("{}: step {step}, {}{cross}", stop.rule.rule.formula(), verdict.words())),
            colour,
            halo: Some((INK_DARK.faded(0.9), 3.0 * scale)),
        });
        marks.push(Primitive::Anchored { at: foot, lies: Lies::Upright, contents });
    }
    marks
}
