//! The functions of hidden units, with two derivatives.

use crate::number::lanes::{CHUNK, InstructionSet, Kernel, NONE, Pair, Work, apply, apply_pair};
use crate::number::{Unary, normal};
use serde::{Deserialize, Serialize};

/// The activation function of the hidden units of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// tanh z.
    Tanh,
    /// max(z, 0); the derivative at 0 is 0.
    Relu,
    /// ln(1 + eᶻ).
    Softplus,
    /// 1/(1 + e⁻ᶻ).
    Sigmoid,
    /// z·Φ(z) with the normal distribution function Φ (Hendrycks & Gimpel 2016), exact and not approximated by tanh.
    Gelu,
    /// z.
    Linear,
}

/// Values and derivatives of an activation at many numbers; all slices are equally long, a multiple of [`CHUNK`].
pub struct Values<'a> {
    /// a(z).
    pub value: &'a mut [f64],
    /// a′(z).
    pub slope: &'a mut [f64],
    /// a″(z).
    pub bend: &'a mut [f64],
}

impl Activation {
    /// All of them, with their names.
    pub const ALL: [(Activation, &'static str); 6] = [
        (Activation::Tanh, "tanh"),
        (Activation::Relu, "relu"),
        (Activation::Softplus, "softplus"),
        (Activation::Sigmoid, "sigmoid"),
        (Activation::Gelu, "gelu"),
        (Activation::Linear, "linear"),
    ];

    /// The name on the command line and in files.
    pub fn name(self) -> &'static str {
        Activation::ALL.iter().find(|(activation, _)| *activation == self).map_or("", |(_, name)| name)
    }

    /// The activation with this name.
    pub fn named(name: &str) -> Option<Activation> {
        Activation::ALL.iter().find(|(_, known)| *known == name).map(|(activation, _)| *activation)
    }

    /// a(z) at each number.
    pub fn values(self, set: InstructionSet, z: &[f64], value: &mut [f64]) {
        let op = match self {
            Activation::Tanh => Unary::Tanh,
            Activation::Relu => Unary::Relu,
            Activation::Softplus => Unary::Softplus,
            Activation::Sigmoid => Unary::Sigmoid,
            Activation::Linear => return value.copy_from_slice(z),
            Activation::Gelu => return set.run(Gelu { z, value }),
        };
        function(set, op, z, value);
    }

    /// a, a′ and a″ at each number.
    pub fn derivatives(self, set: InstructionSet, z: &[f64], to: Values<'_>) {
        let Values { value, slope, bend } = to;
        match self {
            Activation::Tanh => {
                let pieces = z.as_chunks::<CHUNK>().0.iter();
                let (values, slopes) = (value.as_chunks_mut::<CHUNK>().0, slope.as_chunks_mut::<CHUNK>().0);
                for ((z, value), slope) in pieces.zip(values).zip(slopes) {
                    apply_pair(set, Pair::TanhAndDerivative, z, [value, slope]);
                }
                combine(value, slope, bend, |a, s| -2.0 * a * s);
            }
            Activation::Relu => {
                self.values(set, z, value);
                slope.iter_mut().zip(z).for_each(|(slope, z)| *slope = f64::from(u8::from(*z > 0.0)));
                bend.fill(0.0);
            }
            Activation::Sigmoid => {
                // σ(−z) and not 1 − σ(z), which loses every digit where σ is near 1.
                bend.iter_mut().zip(z).for_each(|(bend, z)| *bend = -z);
                function_in_place(set, Unary::Sigmoid, bend);
                function(set, Unary::Sigmoid, z, value);
                for ((bend, slope), value) in bend.iter_mut().zip(slope).zip(value) {
                    *slope = *value * *bend;
                    *bend = *slope * (*bend - *value);
                }
            }
            Activation::Softplus => {
                self.values(set, z, value);
                function(set, Unary::Sigmoid, z, slope);
                bend.iter_mut().zip(z).for_each(|(bend, z)| *bend = -z);
                function_in_place(set, Unary::Sigmoid, bend);
                bend.iter_mut().zip(slope).for_each(|(bend, slope)| *bend *= *slope);
            }
            Activation::Gelu => set.run(GeluDerivatives { z, to: Values { value, slope, bend } }),
            Activation::Linear => {
                value.copy_from_slice(z);
                slope.fill(1.0);
                bend.fill(0.0);
            }
        }
    }
}

fn combine(a: &[f64], b: &[f64], out: &mut [f64], f: impl Fn(f64, f64) -> f64) {
    for ((out, a), b) in out.iter_mut().zip(a).zip(b) {
        *out = f(*a, *b);
    }
}

fn function(set: InstructionSet, op: Unary, z: &[f64], out: &mut [f64]) {
    let (z, out) = (z.as_chunks::<CHUNK>().0, out.as_chunks_mut::<CHUNK>().0);
    // An operand with a single chunk would be read for all lanes.
    for (z, out) in z.iter().zip(out) {
        apply(set, Kernel::Unary(op), std::slice::from_ref(z), NONE, NONE, NONE, std::slice::from_mut(out));
    }
}

fn function_in_place(set: InstructionSet, op: Unary, values: &mut [f64]) {
    for piece in values.as_chunks_mut::<CHUNK>().0 {
        let z = *piece;
        apply(set, Kernel::Unary(op), &[z], NONE, NONE, NONE, std::slice::from_mut(piece));
    }
}

/// GELU's values.
struct Gelu<'a> {
    z: &'a [f64],
    value: &'a mut [f64],
}

impl Work for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (value, &z) in self.value.iter_mut().zip(self.z) {
            let [distribution, _] = normal(z);
            *value = z * distribution;
        }
    }
}

/// GELU's values and derivatives.
struct GeluDerivatives<'a> {
    z: &'a [f64],
    to: Values<'a>,
}

impl Work for GeluDerivatives<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Values { value, slope, bend } = self.to;
        let count = self.z.len();
        let (value, slope, bend) = (&mut value[..count], &mut slope[..count], &mut bend[..count]);
        for index in 0..count {
            let z = self.z[index];
            let [distribution, density] = normal(z);
            value[index] = z * distribution;
            slope[index] = distribution + z * density;
            bend[index] = density * (2.0 - z * z);
        }
    }
}
