//! The runs: their lines, their evaluations in a step, their starts and ends, and where stopping rules would have
//! stopped them; and an ensemble under them.

use super::{Depth, Layer, LayerInput};
use crate::number::Vector;
use crate::number::display::point;
use crate::scene::theme::Palette;
use crate::scene::{Primitive, cloud, step, stopping_marks, trajectories, within_plot, words};

pub(super) static LAYER: Layer =
    Layer { parts: &[(Depth::Paths, paths), (Depth::Steps, steps)], words: sentences, ..Layer::SILENT };

fn paths(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let LayerInput { study, findings, layout, context } = *input;
    let palette = Palette::of(study.picture.theme);
    let mut lines = context.cloud.as_ref().map_or(Vec::new(), |cloud| cloud::marks(layout, cloud, palette));
    lines.extend(trajectories::lines(layout, study, findings, context));
    marks.extend(within_plot(layout, lines));
}

fn steps(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let LayerInput { study, findings, layout, context } = *input;
    marks.extend(within_plot(layout, step::marks(layout, study, findings, context)));
    marks.extend(trajectories::ends(layout, study, findings, context));
    marks.extend(stopping_marks::marks(layout, &context.stops));
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let [w1, w2] = input.study.start;
    let mut sentences = vec![format!("Runs start at {}.", point(Vector::new(w1, w2)))];
    for (index, run) in input.study.runs.iter().enumerate() {
        if let Some(ending) = words::run_ending(input.findings, index) {
            sentences.push(format!("{}: {}.", words::run_caption(run), ending.replace('→', "ends at")));
        }
    }
    sentences
}
