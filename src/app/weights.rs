//! Weights that another program has trained: the window puts them into the network that is open.
//!
//! A file of weights has the sizes of the layers. It says neither activation nor loss nor examples, so these are those of the network
//! that is open, and a sentence says so.

use super::apply::apply;
use super::change::begin_display_anew;
use super::command::Command;
use super::document::Document;
use super::state::State;
use crate::network::{
    GivenWeights, MOST_WEIGHTS_BYTES, NetworkRecipe, PlaneRecipe, TrainingRecipe, fitting_weights, read_weights,
};
use crate::number::display::short;
use crate::study::Study;
use std::path::Path;

/// Opens the network in a document with weights.
///
/// # Errors
/// Returns a sentence with the document's name and the reason; the study is as it was.
pub fn read(state: &mut State, document: &Document, now: f64) -> Result<(), String> {
    let failed = |reason: String| format!("cannot open {}: {reason}", document.name.display());
    if document.bytes.len() as u64 > MOST_WEIGHTS_BYTES {
        return Err(failed(format!("it has more than {MOST_WEIGHTS_BYTES} bytes")));
    }
    let (recipe, value) = recipe_of(&state.study, &document.bytes, &document.name).map_err(failed)?;
    let name = document.title();
    let sizes = sizes(&recipe.hidden.iter().map(usize::to_string).collect::<Vec<_>>());
    let (activation, loss, decay) = (recipe.activation.name(), recipe.loss.name(), recipe.weight_decay);
    let decay = if decay > 0.0 { format!(" and the weight decay {}", short(decay)) } else { String::new() };
    // The recipe was checked: this asks for nothing beyond the state.
    let _ = apply(state, Command::SetNetwork(Box::new(recipe), true), now);
    begin_display_anew(state);
    state.say(format!(
        "Opened the weights of {name}, with hidden layers {sizes}: L = {}. The file says neither activation nor loss nor examples: \
         {activation}, the {loss} loss{decay} and the examples are those of the network that was open.",
        short(value)
    ));
    Ok(())
}

fn sizes(hidden: &[String]) -> String {
    if hidden.is_empty() { "none".to_owned() } else { hidden.join(", ") }
}

/// The study's network with the weights in these bytes, and its loss there.
fn recipe_of(study: &Study, bytes: &[u8], path: &Path) -> Result<(NetworkRecipe, f64), String> {
    let file = read_weights(bytes).map_err(|error| error.to_string())?;
    let Some(layers) = file.sizes.clone().filter(|sizes| sizes.len() > 1) else {
        return Err("it has no layers".to_owned());
    };
    let (Some(open), Some(data)) = (&study.network, &study.data) else {
        return Err(format!(
            "it has the weights of layers {}, and says neither their activation nor the loss nor the examples. Choose a network of the \
             catalogue that has this activation and this loss, give it the examples, and open the file again; or ask {}",
            listed(&layers),
            command(path, "tanh", "squared")
        ));
    };
    let recipe = NetworkRecipe {
        hidden: layers[1..layers.len() - 1].to_vec(),
        weights: Some(GivenWeights::from(file.weights.clone())),
        training: TrainingRecipe { steps: 0, ..open.training.clone() },
        plane: PlaneRecipe { kind: USUAL_PLANE.to_owned(), step: None, seed: 0 },
        // Which examples that training has not seen is not known.
        held_out: None,
        ..open.clone()
    };
    let (loss, _) = recipe.losses(&data.dataset)?;
    let here = loss.architecture.sizes().to_vec();
    let weights = fitting_weights(file, &loss.architecture).map_err(|_| {
        format!(
            "it has layers {}, and over the examples that are open the network has layers {}. Take the examples of this network first \
             (Data), with a loss that has as many outputs; or ask {}",
            listed(&layers),
            listed(&here),
            command(path, open.activation.name(), open.loss.name())
        )
    })?;
    recipe.check(&data.dataset).map_err(|(_, message)| message)?;
    let value = loss.evaluation().value(&weights);
    if !value.is_finite() {
        return Err("L is not finite at these weights".to_owned());
    }
    Ok((recipe, value))
}

/// The plane through weights of which nothing is known but themselves: the directions of greatest and of least curvature.
const USUAL_PLANE: &str = "ends";

fn listed(sizes: &[usize]) -> String {
    sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(",")
}

/// The command that asks about the file without the window.
fn command(path: &Path, activation: &str, loss: &str) -> String {
    let path = path.display().to_string();
    let is_plain = path.chars().all(|c| c.is_alphanumeric() || "./_-".contains(c));
    let quoted = if is_plain { path } else { format!("'{}'", path.replace('\'', "'\\''")) };
    format!(
        "`losscape network spectrum --data DATA.csv --weights {quoted} --activation {activation} --loss {loss}` with the right \
         activation and loss"
    )
}
