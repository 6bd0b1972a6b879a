//! Basins of attraction: for every start of the view, where a run from it ends.

use super::{Depth, Layer, LayerInput};
use crate::field::colours_of_ends;
use crate::scene::layer::{Key, Swatch};
use crate::scene::placement::rect_of_nodes;
use crate::scene::{Primitive, words};
use crate::study::{BasinMap, Findings, Study};

pub(super) static LAYER: Layer = Layer { parts: &[(Depth::Map, image)], legend, words: sentences, ..Layer::SILENT };

/// The map of basins, when it is shown.
pub(in crate::scene) fn basins<'a>(study: &Study, findings: &'a Findings) -> Option<&'a BasinMap> {
    study.basins_run()?;
    findings.basins.as_ref()?.as_ref().ok()
}

fn image(input: &LayerInput<'_>, marks: &mut Vec<Primitive>) {
    if let Some(basins) = basins(input.study, input.findings)
        && let Some(rect) = rect_of_nodes(&basins.map.view, [basins.map.columns, basins.map.rows], input.layout)
    {
        marks.push(Primitive::Image { rect, raster: basins.raster.clone(), opacity: 1.0 });
    }
}

/// The meaning of the basins' colours and patterns, with the shares of the view.
fn legend(input: &LayerInput<'_>) -> Vec<Key> {
    let (study, findings) = (input.study, input.findings);
    let Some(run) = study.basins_run() else { return Vec::new() };
    let title = |run| format!("Basins of {}", words::run_caption(run));
    let basins = match &findings.basins {
        None => return vec![Key::new(Swatch::Shades, title(run), "being computed")],
        Some(Err(reason)) => return vec![Key::new(Swatch::Shades, title(run), format!("none: {reason}"))],
        Some(Ok(basins)) => basins,
    };
    let mut keys = vec![Key::new(Swatch::Shades, title(basins.map.run()), words::basin_steps(basins))];
    let colours = colours_of_ends(basins.map.attractors());
    for (kind, share) in words::shares_of_kinds(basins) {
        let of_kind = basins.map.attractors().iter().zip(&colours).zip(&basins.shares.ends);
        let shown = of_kind.filter(|((end, _), share)| end.kind == kind && **share > 0.0);
        let shown: Vec<[u8; 3]> = shown.map(|((_, colour), _)| *colour).collect();
        keys.push(Key::new(
            Swatch::Basins(shown.clone()),
            words::counted_kind(shown.len(), kind),
            words::percent(share),
        ));
    }
    for (outcome, name, share) in words::other_shares(basins) {
        keys.push(Key::new(Swatch::Pattern(outcome), name, words::percent(share)));
    }
    keys
}

fn sentences(input: &LayerInput<'_>) -> Vec<String> {
    let Some(basins) = basins(input.study, input.findings) else { return Vec::new() };
    let kinds = words::shares_of_kinds(basins).into_iter().map(|(kind, share)| {
        let ends = basins.map.attractors().iter().zip(&basins.shares.ends);
        let number = ends.filter(|(end, share)| end.kind == kind && **share > 0.0).count();
        format!("{} {}", words::counted_kind(number, kind), words::percent(share))
    });
    let others = words::other_shares(basins).into_iter();
    let others = others.map(|(_, name, share)| format!("{name} {}", words::percent(share)));
    let shares: Vec<String> = kinds.chain(others).collect();
    let computed = if basins.map.progress() < 1.0 { " as far as they are computed" } else { "" };
    vec![
        format!("The map of basins has {} × {} starts.", basins.map.columns, basins.map.rows),
        format!(
            "Colours show where every start ends under {}{computed}: {}.",
            words::run_caption(basins.map.run()),
            shares.join(", ")
        ),
    ]
}
