//! The whole picture in words.

use super::layer::LayerInput;
use super::words::{from_to, landscape_title, loss_range, mean_over, parameter_values};
use super::{layers, surface};

/// The whole picture in words.
pub(super) fn description(input: &LayerInput<'_>) -> String {
    let LayerInput { study, findings, layout, .. } = *input;
    let view = &layout.view;
    let (formula, parameters) = (findings.loss.to_unicode(), findings.loss.parameter_names());
    let mut sentences = vec![match landscape_title(study) {
        Some(title) => format!("{title}: L = {formula}."),
        None => format!("L = {formula}."),
    }];
    sentences.extend(mean_over(study, &findings.loss).map(|mean| format!("It is the {mean}.")));
    if !parameters.is_empty() {
        sentences.push(format!("Parameters: {}.", parameter_values(study, parameters)));
    }
    sentences.push(format!("View: w₁ {}, w₂ {}.", from_to(view.w1), from_to(view.w2)));
    match loss_range(findings) {
        Some(range) => sentences.push(format!("L ranges {}.", from_to(range))),
        None => sentences.push("L has no finite value in view.".to_owned()),
    }
    sentences.extend(surface::words(study, findings));
    sentences.extend(layers::words(input));
    sentences.join(" ")
}
