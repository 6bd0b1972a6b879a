//! The path of the training that a network's plane goes through.

use super::{Depth, Layer, LayerInput};
use crate::number::Vector;
use crate::number::display::short;
use crate::scene::layer::{Key, Swatch};
use crate::scene::shadows::{self, ShadowPoint};
use crate::scene::theme::Palette;
use crate::scene::{Primitive, within_plot};

pub(super) static LAYER: Layer =
    Layer { parts: &[(Depth::Directions, path)], legend: key, words: sentences, ..Layer::SILENT };

fn key(input: &LayerInput<'_>) -> Vec<Key> {
    let of_plane = |_| Key::new(Swatch::Training, "training", "rings: distance from the plane");
    input.findings.network().map(of_plane).into_iter().collect()
}

fn path(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    let LayerInput { study, findings, layout, .. } = *input;
    let Some(plane) = findings.network() else { return };
    let palette = Palette::of(study.picture.theme);
    let unit = plane.unit();
    let point = |point: &crate::network::PathPoint| ShadowPoint {
        pixel: layout.pixel_from_world(Vector::from(point.at)),
        distance: point.distance / unit,
        misleads: point.misleads(),
    };
    let points: Vec<ShadowPoint> = plane.path().iter().map(point).collect();
    let mut lines = Vec::new();
    shadows::draw(layout, &points, palette.text, palette, &mut lines);
    marks.extend(within_plot(layout, lines));
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let Some(plane) = input.findings.network() else { return Vec::new() };
    let misleading = plane.path().iter().filter(|point| point.misleads()).count();
    let mut sentences = vec![plane.kind().summary().to_owned()];
    if let Some(last) = plane.path().last() {
        sentences.push(format!(
            "The training ends after {} steps at L = {}. At {misleading} of {} points of its path L differs from L drawn under it \
             by more than a tenth.",
            last.step,
            short(last.loss),
            plane.path().len()
        ));
    }
    sentences
}
