//! Weights from files: a text with one number a line, or safetensors as PyTorch users save them.

use super::Architecture;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use std::cmp::Ordering;

/// The reason why a file has no weights of a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// It is not a text of numbers.
    #[error("line {line}: '{text}' is no number")]
    NotANumber {
        /// The line, from 1.
        line: usize,
        /// The text.
        text: String,
    },
    /// A number is not finite.
    #[error("number {0} is not finite")]
    NotFinite(usize),
    /// There are more or fewer than the network has.
    #[error("the file has {found} numbers, and the network has {expected} weights")]
    Count {
        /// Numbers in the file.
        found: usize,
        /// Weights of the network.
        expected: usize,
    },
    /// It is not a valid file of safetensors.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// It has tensors other than linear layers.
    #[error("{0}")]
    Layers(String),
}

/// Weights with the sizes of the layers, if the file says them.
#[derive(Clone, Debug, PartialEq)]
pub struct FileWeights {
    /// Inputs, hidden layers, outputs; `None` from a text.
    pub sizes: Option<Vec<usize>>,
    /// The weights in the order of [`super`].
    pub weights: Vec<f64>,
}

/// The weights in a file: safetensors if it begins like such a file, otherwise numbers separated by line breaks, commas
/// or blanks.
///
/// # Errors
/// Returns an error if the file is damaged, or if it has anything other than numbers or linear layers.
pub fn read_weights(bytes: &[u8]) -> Result<FileWeights, WeightsError> {
    // The header of safetensors is JSON behind its length in eight bytes.
    if bytes.get(8) == Some(&b'{') {
        return tensors(bytes);
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| WeightsError::Damaged("it is neither text nor safetensors".to_owned()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut weights = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words = line.split([',', ' ', '\t', ';']).map(str::trim).filter(|word| !word.is_empty());
        for word in words {
            let number: f64 = word
                .parse()
                .map_err(|_| WeightsError::NotANumber { line: index + 1, text: word.chars().take(40).collect() })?;
            weights.push(number);
        }
    }
    check_finite(&weights)?;
    Ok(FileWeights { sizes: None, weights })
}

/// The weights from a file, if they fit a network.
///
/// # Errors
/// Returns an error if their number or the sizes of the layers differ.
pub fn fitting_weights(file: FileWeights, architecture: &Architecture) -> Result<Vec<f64>, WeightsError> {
    if let Some(sizes) = &file.sizes
        && sizes != architecture.sizes()
    {
        let listed = |sizes: &[usize]| sizes.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
        let (found, wanted) = (listed(sizes), listed(architecture.sizes()));
        return Err(WeightsError::Layers(format!("the file has layers {found}, and the network has {wanted}")));
    }
    let (found, expected) = (file.weights.len(), architecture.parameters());
    if found != expected {
        return Err(WeightsError::Count { found, expected });
    }
    Ok(file.weights)
}

fn check_finite(weights: &[f64]) -> Result<(), WeightsError> {
    match weights.iter().position(|number| !number.is_finite()) {
        Some(place) => Err(WeightsError::NotFinite(place + 1)),
        None => Ok(()),
    }
}

/// Linear layers in the order of their names, where runs of digits are compared as numbers: `0.weight`, `2.weight`,
/// `10.weight`.
fn tensors(bytes: &[u8]) -> Result<FileWeights, WeightsError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| WeightsError::Damaged(error.to_string()))?;
    let mut layers: Vec<String> = Vec::new();
    for name in file.names() {
        match name.rsplit_once('.') {
            Some((layer, "weight")) => layers.push(layer.to_owned()),
            Some((_, "bias")) => {}
            _ => return Err(WeightsError::Layers(format!("'{name}' is neither weight nor bias of a linear layer"))),
        }
    }
    layers.sort_by(|a, b| natural(a, b));
    let (mut sizes, mut weights) = (Vec::new(), Vec::new());
    for layer in &layers {
        let tensor = |part: &str| {
            let name = format!("{layer}.{part}");
            file.tensor(&name).map_err(|_| WeightsError::Layers(format!("there is no '{name}'")))
        };
        let (weight, bias) = (tensor("weight")?, tensor("bias")?);
        let &[outputs, inputs] = weight.shape() else {
            return Err(WeightsError::Layers(format!("'{layer}.weight' is no matrix")));
        };
        if bias.shape() != [outputs] {
            return Err(WeightsError::Layers(format!("'{layer}.bias' does not have {outputs} numbers")));
        }
        if sizes.last().is_some_and(|last| *last != inputs) {
            let before = sizes.last().copied().unwrap_or_default();
            return Err(WeightsError::Layers(format!(
                "the layer '{layer}' reads {inputs} units, and the layer before it has {before}"
            )));
        }
        if sizes.is_empty() {
            sizes.push(inputs);
        }
        sizes.push(outputs);
        weights.extend(numbers(&weight, layer)?);
        weights.extend(numbers(&bias, layer)?);
    }
    check_finite(&weights)?;
    Ok(FileWeights { sizes: Some(sizes), weights })
}

fn numbers(tensor: &TensorView<'_>, layer: &str) -> Result<Vec<f64>, WeightsError> {
    let data = tensor.data();
    match tensor.dtype() {
        Dtype::F64 => Ok(data.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()),
        Dtype::F32 => Ok(data.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()),
        other => {
            Err(WeightsError::Layers(format!("the layer '{layer}' has numbers of type {other:?}, not F32 or F64")))
        }
    }
}

/// The order of names in which runs of digits are compared as numbers.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| -> Vec<(String, Option<u64>)> {
        let mut parts: Vec<String> = Vec::new();
        for character in text.chars() {
            let continues = parts
                .last()
                .and_then(|part| part.chars().last())
                .is_some_and(|last| last.is_ascii_digit() == character.is_ascii_digit());
            match parts.last_mut() {
                Some(part) if continues => part.push(character),
                _ => parts.push(character.to_string()),
            }
        }
        parts.into_iter().map(|part| (part.clone(), part.parse().ok())).collect()
    };
    let (a, b) = (parts(a), parts(b));
    for ((a, number_a), (b, number_b)) in a.iter().zip(&b) {
        let order = match (number_a, number_b) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => a.cmp(b),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Activation, OutputLoss};
    use safetensors::serialize;
    use std::collections::HashMap;

    fn file(tensors: &[(&str, Vec<usize>, Vec<f32>)]) -> Vec<u8> {
        let bytes: Vec<Vec<u8>> =
            tensors.iter().map(|(_, _, numbers)| numbers.iter().flat_map(|x| x.to_le_bytes()).collect()).collect();
        let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
            ((*name).to_owned(), TensorView::new(Dtype::F32, shape.clone(), bytes).expect("a tensor"))
        });
        serialize(views.collect::<HashMap<_, _>>(), None).expect("a file")
    }

    #[test]
    fn layers_are_read_in_their_order() {
        let bytes = file(&[
            ("net.10.weight", vec![1, 2], vec![5.0, 6.0]),
            ("net.10.bias", vec![1], vec![7.0]),
            ("net.2.weight", vec![2, 1], vec![1.0, 2.0]),
            ("net.2.bias", vec![2], vec![3.0, 4.0]),
        ]);
        let found = read_weights(&bytes).expect("weights");
        assert_eq!(found.sizes, Some(vec![1, 2, 1]));
        assert_eq!(found.weights, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
    }

    #[test]
    fn text_is_read_and_bad_files_are_refused() {
        assert_eq!(read_weights(b"1\n-2.5e-3\n3").expect("numbers").weights, [1.0, -2.5e-3, 3.0]);
        assert_eq!(read_weights(b"1, 2\n3").expect("numbers").weights, [1.0, 2.0, 3.0]);
        for bad in [&b"1\ntwo"[..], b"NaN", b"1\ninf", b"\xff\xfe\x00", b"\x08\0\0\0\0\0\0\0{\"a\":1}"] {
            assert!(read_weights(bad).is_err(), "{bad:?}");
        }
        let bad = [
            file(&[("a.weight", vec![2, 1], vec![1.0, 2.0])]),
            file(&[("a.weight", vec![2], vec![1.0, 2.0]), ("a.bias", vec![2], vec![1.0, 2.0])]),
            file(&[("norm.running_mean", vec![2], vec![1.0, 2.0])]),
        ];
        for bytes in bad {
            assert!(matches!(read_weights(&bytes), Err(WeightsError::Layers(_))));
        }
        let architecture = Architecture::new(vec![1, 1], Activation::Tanh, OutputLoss::Squared).expect("a network");
        let few = FileWeights { sizes: None, weights: vec![1.0] };
        assert_eq!(fitting_weights(few, &architecture), Err(WeightsError::Count { found: 1, expected: 2 }));
        let other = FileWeights { sizes: Some(vec![2, 1]), weights: vec![1.0; 3] };
        assert!(matches!(fitting_weights(other, &architecture), Err(WeightsError::Layers(_))));
    }
}
