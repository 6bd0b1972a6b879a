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

/// The longest file of weights.
pub const MOST_WEIGHTS_BYTES: u64 = 16 << 20;

/// Weights with the sizes of the layers, if the file says them.
#[derive(Clone, Debug, PartialEq)]
pub struct FileWeights {
    /// Inputs, hidden layers, outputs; `None` from a text.
    pub sizes: Option<Vec<usize>>,
    /// The weights in the order of [`super`].
    pub weights: Vec<f64>,
    /// The names of the layers in their order, if the file says them.
    pub names: Vec<String>,
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
    Ok(FileWeights { sizes: None, weights, names: Vec::new() })
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
        // The tensors of a single layer have no name in front.
        let (layer, part) = name.rsplit_once('.').unwrap_or(("", name));
        let other = if part == "weight" { "bias" } else { "weight" };
        match part {
            "weight" => layers.push(layer.to_owned()),
            "bias" if file.tensor(&named(layer, other)).is_ok() => {}
            "bias" => {
                return Err(WeightsError::Layers(format!("there is no '{}' beside '{name}'", named(layer, other))));
            }
            _ => return Err(WeightsError::Layers(format!("'{name}' is neither weight nor bias of a linear layer"))),
        }
    }
    if layers.is_empty() {
        return Err(WeightsError::Layers("the file has no linear layer".to_owned()));
    }
    layers.sort_by(|a, b| natural(a, b));
    let (mut sizes, mut weights) = (Vec::new(), Vec::new());
    for layer in &layers {
        let tensor = |part: &str| {
            let name = named(layer, part);
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
                "the layer '{layer}' reads {inputs} units, and the layer before it has {before}; in the order of their \
                 names the layers are {}",
                layers.join(", ")
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
    Ok(FileWeights { sizes: Some(sizes), weights, names: layers })
}

/// The name of a tensor of a layer.
fn named(layer: &str, part: &str) -> String {
    if layer.is_empty() { part.to_owned() } else { format!("{layer}.{part}") }
}

fn numbers(tensor: &TensorView<'_>, layer: &str) -> Result<Vec<f64>, WeightsError> {
    let data = tensor.data();
    match tensor.dtype() {
        Dtype::F64 => Ok(data.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()),
        Dtype::F32 => Ok(data.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()),
        Dtype::F16 => Ok(data.as_chunks::<2>().0.iter().map(|bytes| from_half(u16::from_le_bytes(*bytes))).collect()),
        Dtype::BF16 => Ok(data.as_chunks::<2>().0.iter().map(|bytes| from_brain(u16::from_le_bytes(*bytes))).collect()),
        other => Err(WeightsError::Layers(format!(
            "the layer '{layer}' has numbers of type {other:?}, not F16, BF16, F32 or F64"
        ))),
    }
}

/// The value of a half-precision number (binary16 of IEEE 754), exactly: every such number is a double.
fn from_half(bits: u16) -> f64 {
    let magnitude = f64::from(bits & 0x3ff);
    // 2^(e − 25), of which the number is a multiple.
    let unit = |exponent: u16| f64::from_bits((1023 - 25 + u64::from(exponent)) << 52);
    let value = match bits >> 10 & 0x1f {
        0 => magnitude * unit(1),
        31 if magnitude == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        exponent => (1024.0 + magnitude) * unit(exponent),
    };
    if bits >> 15 == 1 { -value } else { value }
}

/// The value of a bfloat16 number, exactly: it is the upper half of a number of single precision.
fn from_brain(bits: u16) -> f64 {
    f64::from(f32::from_bits(u32::from(bits) << 16))
}

/// The order of names in which runs of digits are compared as numbers. Names that differ in leading zeros only have an
/// order, too.
fn natural(a: &str, b: &str) -> Ordering {
    let key = |text: &str| -> Vec<(usize, String)> {
        let mut parts: Vec<(bool, String)> = Vec::new();
        for character in text.chars() {
            let is_digit = character.is_ascii_digit();
            match parts.last_mut() {
                Some((last, part)) if *last == is_digit => part.push(character),
                _ => parts.push((is_digit, character.to_string())),
            }
        }
        // A longer number is larger. What is no number has the length 0, and comes first.
        let comparable = |(is_number, part): (bool, String)| match is_number {
            true => {
                let digits = part.trim_start_matches('0').to_owned();
                (digits.len() + 1, digits)
            }
            false => (0, part),
        };
        parts.into_iter().map(comparable).collect()
    };
    key(a).cmp(&key(b)).then_with(|| a.cmp(b))
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
        assert_eq!(found.names, ["net.2", "net.10"]);
        let single = file(&[("weight", vec![1, 2], vec![5.0, 6.0]), ("bias", vec![1], vec![7.0])]);
        let found = read_weights(&single).expect("weights");
        assert_eq!((found.sizes, found.weights), (Some(vec![2, 1]), vec![5.0, 6.0, 7.0]));
    }

    /// A file of one layer with two inputs and one output, byte by byte: the length of the header, the header, the numbers.
    fn narrow(kind: &str, numbers: [u16; 3]) -> Vec<u8> {
        let tensor = |name: &str, shape: &str, from: usize, to: usize| {
            format!("\"{name}\":{{\"dtype\":\"{kind}\",\"shape\":{shape},\"data_offsets\":[{from},{to}]}}")
        };
        let header = format!("{{{},{}}}", tensor("a.weight", "[1,2]", 0, 4), tensor("a.bias", "[1]", 4, 6));
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        numbers.iter().for_each(|number| bytes.extend(number.to_le_bytes()));
        bytes
    }

    /// The values are those of the definitions: (−1)^s·2^(e − 15)·(1 + m/1024) with five bits of e and ten of m for half
    /// precision, (−1)^s·2^(e − 127)·(1 + m/128) with eight and seven for bfloat16; with e = 0 the 1 is a 0, and e counts as 1.
    #[test]
    fn narrow_numbers_are_widened_exactly() {
        let power = |exponent: i32| 2.0f64.powi(exponent);
        let found = |kind, numbers| read_weights(&narrow(kind, numbers)).expect("weights").weights;
        assert_eq!(found("F16", [0x3c00, 0xc000, 0x7bff]), [1.0, -2.0, 65504.0]);
        assert_eq!(found("F16", [0x0001, 0x83ff, 0x0400]), [power(-24), -1023.0 * power(-24), power(-14)]);
        assert_eq!(found("F16", [0x3555, 0x0000, 0x8000]), [1365.0 / 4096.0, 0.0, -0.0]);
        assert_eq!(found("BF16", [0x3f80, 0xc049, 0x7f7f]), [1.0, -3.140625, 255.0 * power(120)]);
        assert_eq!(found("BF16", [0x0080, 0x0001, 0x807f]), [power(-126), power(-133), -127.0 * power(-133)]);
        assert!(found("F16", [0, 0, 0x8000])[2].is_sign_negative());
        for (kind, number) in [("F16", 0x7c00), ("F16", 0xfc01), ("BF16", 0x7f80), ("BF16", 0x7fc0)] {
            assert_eq!(read_weights(&narrow(kind, [0, number, 0])), Err(WeightsError::NotFinite(2)), "{kind}");
        }
        assert!(matches!(read_weights(&narrow("I16", [0; 3])), Err(WeightsError::Layers(_))));
    }

    #[test]
    fn the_order_of_names_is_an_order() {
        let huge = "18446744073709551616";
        let names =
            ["l2", "l10", &format!("l{huge}"), "l", "l01", "l1", "l001", "a.3.b", "a.12.b", "a.b", "7", "007", ""];
        for a in names {
            for b in names {
                assert_eq!(natural(a, b), natural(b, a).reverse());
                assert_eq!(natural(a, b) == Ordering::Equal, a == b, "{a} {b}");
                for c in names {
                    let ascends = natural(a, b) != Ordering::Greater && natural(b, c) != Ordering::Greater;
                    assert!(!ascends || natural(a, c) != Ordering::Greater, "{a} {b} {c}");
                }
            }
        }
        assert_eq!(natural("l2", "l10"), Ordering::Less);
        assert_eq!(natural("l10", &format!("l{huge}")), Ordering::Less);
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
            file(&[("a.bias", vec![2], vec![1.0, 2.0])]),
            file(&[]),
        ];
        for bytes in bad {
            assert!(matches!(read_weights(&bytes), Err(WeightsError::Layers(_))));
        }
        let architecture = Architecture::new(vec![1, 1], Activation::Tanh, OutputLoss::Squared).expect("a network");
        let few = FileWeights { sizes: None, weights: vec![1.0], names: Vec::new() };
        assert_eq!(fitting_weights(few, &architecture), Err(WeightsError::Count { found: 1, expected: 2 }));
        let other = FileWeights { sizes: Some(vec![2, 1]), weights: vec![1.0; 3], names: Vec::new() };
        assert!(matches!(fitting_weights(other, &architecture), Err(WeightsError::Layers(_))));
    }
}
