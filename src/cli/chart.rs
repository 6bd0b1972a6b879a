//! `losscape render --chart`: a chart as a figure of its own.

use super::Failure;
use super::drawing::{Drawing, Encoded, Format};
use crate::chart::{Chart, Subject, figure};
use crate::export::Lettering;
use crate::study::{Study, answer};

/// Nodes along each side of the heat map, of which a chart shows nothing.
const NODES: usize = 16;

/// The study with the chart in its tab: what a chart shows is computed only where its tab is open.
pub(super) fn showing(study: &Study, chart: &dyn Chart) -> Study {
    let mut study = study.clone();
    study.display.tabs = vec![chart.info().key.to_owned()];
    study
}

/// The figure of a chart on the page of a drawing.
pub(super) fn drawn(study: &Study, chart: &dyn Chart, drawing: &Drawing) -> Result<Encoded, Failure> {
    let key = chart.info().key;
    let study = showing(study, chart);
    let findings = answer(&study, NODES, NODES).map_err(|error| Failure::Failed(error.to_string()))?;
    let subject = Subject { study: &study, findings: &findings, pointed: None };
    let failed = |reason: String| Failure::Failed(format!("cannot draw the chart '{key}': {reason}"));
    let scene = figure(chart, &subject, &drawing.page.chart_canvas()).map_err(failed)?;
    let bytes = drawing.bytes(&scene).map_err(failed)?;
    Ok(Encoded { bytes, note: Lettering::of(&scene).note(drawing.format != Format::Svg) })
}
