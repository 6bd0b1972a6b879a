//! Passes through a network: forward, backward, and both along a direction in weight space (Pearlmutter's R-operator,
//! "Fast exact multiplication by the Hessian", Neural Computation 6, 1994).

use super::activation::Values;
use super::kernels::{Multiply, MultiplyAdd, Outer, Product, RowSums};
use super::{Layer, NetworkLoss};
use crate::krylov::dot;
use crate::number::lanes::{CHUNK, InstructionSet};

/// The intermediate results of a layer at the current weights: a row of examples for each of its units.
#[derive(Clone, Debug, Default)]
struct Buffers {
    /// Before the activation.
    z: Vec<f64>,
    /// After it.
    a: Vec<f64>,
    /// The activation's first derivative.
    slope: Vec<f64>,
    /// Its second derivative.
    bend: Vec<f64>,
    /// ∂L/∂a.
    back: Vec<f64>,
    /// ∂L/∂z.
    delta: Vec<f64>,
    /// The changes of z, a and ∂L/∂z along a direction.
    moved_z: Vec<f64>,
    moved_a: Vec<f64>,
    moved_delta: Vec<f64>,
    /// The change of ∂L/∂a.
    moved_back: Vec<f64>,
}

impl Buffers {
    /// Room for a gradient.
    fn make_room_for_gradient(&mut self) {
        let Buffers { z, slope, bend, back, delta, .. } = self;
        [slope, bend, back, delta].into_iter().for_each(|buffer| buffer.resize(z.len(), 0.0));
    }

    /// Room for a product.
    fn make_room_for_product(&mut self) {
        let Buffers { z, moved_z, moved_a, moved_delta, moved_back, .. } = self;
        [moved_z, moved_a, moved_delta, moved_back].into_iter().for_each(|buffer| buffer.resize(z.len(), 0.0));
    }
}

/// How much is known at the present weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Nothing,
    Gradient,
}

/// Evaluates the loss of a network at one vector of weights after the other, in reused buffers.
#[derive(Clone, Debug)]
pub struct Evaluation<'a> {
    loss: &'a NetworkLoss,
    layers: Vec<Layer>,
    buffers: Vec<Buffers>,
    weights: Vec<f64>,
    each: Vec<f64>,
    known: Known,
    set: InstructionSet,
}

/// The buffers of a finished evaluation, to be reused for another one of the same loss.
#[derive(Clone, Debug)]
pub(super) struct Resting {
    layers: Vec<Layer>,
    buffers: Vec<Buffers>,
    weights: Vec<f64>,
    each: Vec<f64>,
    set: InstructionSet,
}

impl Resting {
    /// Resumes with the loss for which the buffers were made.
    pub(super) fn resume(self, loss: &NetworkLoss) -> Evaluation<'_> {
        let Resting { layers, buffers, weights, each, set } = self;
        Evaluation { loss, layers, buffers, weights, each, known: Known::Nothing, set }
    }
}

impl<'a> Evaluation<'a> {
    /// Lets go of the loss.
    pub(super) fn rest(self) -> Resting {
        let Evaluation { loss: _, layers, buffers, weights, each, known: _, set } = self;
        Resting { layers, buffers, weights, each, set }
    }

    pub(super) fn new(loss: &'a NetworkLoss) -> Evaluation<'a> {
        Evaluation::with_instructions(loss, InstructionSet::fastest())
    }

    /// An evaluation with these instructions; the bits are the same for all.
    pub fn with_instructions(loss: &'a NetworkLoss, set: InstructionSet) -> Evaluation<'a> {
        let layers = loss.architecture.layers();
        let stride = loss.examples.stride();
        let buffers = layers.iter().map(|layer| {
            let room = || vec![0.0; (layer.outputs * stride).next_multiple_of(CHUNK)];
            // Buffers that only gradients and products need are allocated on first use.
            Buffers { z: room(), a: room(), ..Buffers::default() }
        });
        let buffers = buffers.collect();
        Evaluation { loss, layers, buffers, weights: Vec::new(), each: vec![0.0; stride], known: Known::Nothing, set }
    }

    /// The loss that is evaluated.
    pub fn loss(&self) -> &'a NetworkLoss {
        self.loss
    }

    /// L(w). Results of an earlier gradient are discarded.
    ///
    /// # Panics
    /// Panics if the number of weights is not that of the network.
    pub fn value(&mut self, weights: &[f64]) -> f64 {
        self.known = Known::Nothing;
        self.forward(weights, false);
        self.value_of_outputs(weights)
    }

    /// L(w), and its gradient in `gradient`. Products are then those at w.
    ///
    /// # Panics
    /// Panics if the length of `weights` or `gradient` is not the number of the network's weights.
    pub fn gradient(&mut self, weights: &[f64], gradient: &mut [f64]) -> f64 {
        self.weights.clear();
        self.weights.extend_from_slice(weights);
        self.buffers.iter_mut().for_each(Buffers::make_room_for_gradient);
        self.forward(weights, true);
        let value = self.value_of_outputs(weights);
        self.backward(weights, gradient);
        let decay = self.loss.weight_decay;
        if decay != 0.0 {
            gradient.iter_mut().zip(weights).for_each(|(gradient, w)| *gradient += decay * w);
        }
        self.known = Known::Gradient;
        value
    }

    /// The outputs of the network at the weights that were evaluated last: a row for each output, with
    /// [`super::Examples::stride`] numbers.
    pub fn outputs(&self) -> &[f64] {
        self.buffers.last().map_or(&[], |last| &last.z)
    }

    /// The smallest magnitude of the input of a hidden unit, over all units and examples: a ReLU has a kink at 0.
    pub fn distance_from_kink(&self) -> f64 {
        let (stride, count) = (self.loss.examples.stride(), self.loss.examples.count());
        let hidden = self.buffers.split_last().map_or(&[][..], |(_, hidden)| hidden);
        let rows = hidden.iter().zip(&self.layers).flat_map(|(buffers, layer)| {
            (0..layer.outputs).map(|unit| &buffers.z[unit * stride..unit * stride + count])
        });
        rows.flatten().fold(f64::INFINITY, |least, z| least.min(z.abs()))
    }

    fn value_of_outputs(&mut self, weights: &[f64]) -> f64 {
        let Some(last) = self.buffers.last() else { return f64::NAN };
        let outputs = &last.z[..self.loss.architecture.outputs() * self.loss.examples.stride()];
        let value = self.loss.architecture.loss().value(outputs, &self.loss.examples, &mut self.each);
        if self.loss.weight_decay == 0.0 {
            return value;
        }
        value + 0.5 * self.loss.weight_decay * dot(weights, weights)
    }

    fn forward(&mut self, weights: &[f64], with_derivatives: bool) {
        assert_eq!(weights.len(), self.loss.parameters(), "one number for each weight");
        let stride = self.loss.examples.stride();
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, from) = self.buffers.split_at_mut(index);
            let input = before.last().map_or(self.loss.examples.inputs(), |before| &before.a);
            let Buffers { z, a, slope, bend, .. } = &mut from[0];
            self.set.run(Product {
                weights: &weights[layer.weights.clone()],
                row_step: layer.inputs,
                step: 1,
                bias: Some(&weights[layer.bias.clone()]),
                input,
                inner: layer.inputs,
                out: z,
                rows: layer.outputs,
                stride,
                adds: false,
            });
            if index == last {
                continue;
            }
            let activation = self.loss.architecture.activation();
            if with_derivatives {
                activation.derivatives(self.set, z, Values { value: a, slope, bend });
            } else {
                activation.values(self.set, z, a);
            }
        }
    }

    fn backward(&mut self, weights: &[f64], gradient: &mut [f64]) {
        assert_eq!(gradient.len(), weights.len(), "one number for each weight");
        let (stride, outputs) = (self.loss.examples.stride(), self.loss.architecture.outputs());
        let last = self.layers.len() - 1;
        let Buffers { z, delta, .. } = &mut self.buffers[last];
        let loss = self.loss.architecture.loss();
        loss.gradient(&z[..outputs * stride], &self.loss.examples, &mut delta[..outputs * stride]);
        for index in (0..=last).rev() {
            let layer = &self.layers[index];
            let (before, from) = self.buffers.split_at_mut(index);
            let delta = &from[0].delta;
            let input = before.last().map_or(self.loss.examples.inputs(), |before| &before.a);
            let (of_weights, of_bias) = parts(gradient, layer);
            self.set.run(Outer {
                left: delta,
                rows: layer.outputs,
                right: input,
                columns: layer.inputs,
                stride,
                out: of_weights,
                adds: false,
            });
            self.set.run(RowSums { rows: delta, stride, out: of_bias });
            if let Some(before) = before.last_mut() {
                self.set.run(transposed(
                    &weights[layer.weights.clone()],
                    layer,
                    delta,
                    &mut before.back,
                    stride,
                    false,
                ));
                self.set.run(Multiply { a: &before.back, b: &before.slope, out: &mut before.delta });
            }
        }
    }

    /// H·v at the weights at which [`Evaluation::gradient`] was called last.
    ///
    /// # Panics
    /// Panics if the gradient was not evaluated, or if a length is not the number of weights.
    pub fn hessian_product(&mut self, v: &[f64], product: &mut [f64]) {
        self.product_along(v, product, false);
    }

    /// G·v at the same weights, for the Gauss–Newton matrix G = Jᵀ·B·J with the Jacobian J of the outputs and the
    /// second derivatives B of the loss by them: second derivatives of the network are left out.
    ///
    /// # Panics
    /// Panics as [`Evaluation::hessian_product`] does.
    pub fn gauss_newton_product(&mut self, v: &[f64], product: &mut [f64]) {
        self.product_along(v, product, true);
    }

    fn product_along(&mut self, v: &[f64], product: &mut [f64], is_gauss_newton: bool) {
        assert_eq!(self.known, Known::Gradient, "products need the gradient first");
        assert_eq!((v.len(), product.len()), (self.weights.len(), self.weights.len()), "one number for each weight");
        self.buffers.iter_mut().for_each(Buffers::make_room_for_product);
        self.forward_along(v);
        self.backward_along(v, product, is_gauss_newton);
        let decay = self.loss.weight_decay;
        if decay != 0.0 {
            product.iter_mut().zip(v).for_each(|(product, v)| *product += decay * v);
        }
    }

    /// The changes of z and a along v.
    fn forward_along(&mut self, v: &[f64]) {
        let stride = self.loss.examples.stride();
        let last = self.layers.len() - 1;
        for (index, layer) in self.layers.iter().enumerate() {
            let (before, from) = self.buffers.split_at_mut(index);
            let input = before.last().map_or(self.loss.examples.inputs(), |before| &before.a);
            let Buffers { slope, moved_z, moved_a, .. } = &mut from[0];
            self.set.run(Product {
                weights: &v[layer.weights.clone()],
                row_step: layer.inputs,
                step: 1,
                bias: Some(&v[layer.bias.clone()]),
                input,
                inner: layer.inputs,
                out: moved_z,
                rows: layer.outputs,
                stride,
                adds: false,
            });
            if let Some(before) = before.last() {
                self.set.run(Product {
                    weights: &self.weights[layer.weights.clone()],
                    row_step: layer.inputs,
                    step: 1,
                    bias: None,
                    input: &before.moved_a,
                    inner: layer.inputs,
                    out: moved_z,
                    rows: layer.outputs,
                    stride,
                    adds: true,
                });
            }
            if index < last {
                self.set.run(Multiply { a: slope, b: moved_z, out: moved_a });
            }
        }
    }

    /// The change of the gradient along v.
    fn backward_along(&mut self, v: &[f64], product: &mut [f64], is_gauss_newton: bool) {
        let (stride, outputs) = (self.loss.examples.stride(), self.loss.architecture.outputs());
        let last = self.layers.len() - 1;
        let Buffers { z, moved_z, moved_delta, .. } = &mut self.buffers[last];
        let rows = outputs * stride;
        let loss = self.loss.architecture.loss();
        loss.curvature_product(&z[..rows], &self.loss.examples, &moved_z[..rows], &mut moved_delta[..rows]);
        for index in (0..=last).rev() {
            let layer = &self.layers[index];
            let (before, from) = self.buffers.split_at_mut(index);
            let Buffers { delta, moved_delta, .. } = &from[0];
            let input = before.last().map_or(self.loss.examples.inputs(), |before| &before.a);
            let (of_weights, of_bias) = parts(product, layer);
            self.set.run(RowSums { rows: moved_delta, stride, out: of_bias });
            let mut outer = |left: &[f64], right: &[f64], adds: bool| {
                let (rows, columns) = (layer.outputs, layer.inputs);
                self.set.run(Outer { left, rows, right, columns, stride, out: &mut *of_weights, adds });
            };
            outer(moved_delta, input, false);
            let Some(before) = before.last_mut() else { continue };
            if !is_gauss_newton {
                outer(delta, &before.moved_a, true);
            }
            let own = &self.weights[layer.weights.clone()];
            self.set.run(transposed(own, layer, moved_delta, &mut before.moved_back, stride, false));
            if is_gauss_newton {
                self.set.run(Multiply { a: &before.moved_back, b: &before.slope, out: &mut before.moved_delta });
                continue;
            }
            let along = &v[layer.weights.clone()];
            self.set.run(transposed(along, layer, delta, &mut before.moved_back, stride, true));
            self.set.run(MultiplyAdd {
                a: &before.moved_back,
                b: &before.slope,
                others: [&before.back, &before.bend, &before.moved_z],
                out: &mut before.moved_delta,
            });
        }
    }
}

/// The parts of a vector over all weights that belong to W and to b of a layer.
fn parts<'v>(vector: &'v mut [f64], layer: &Layer) -> (&'v mut [f64], &'v mut [f64]) {
    vector[layer.range()].split_at_mut(layer.weights.len())
}

/// Wᵀ·rows.
fn transposed<'v>(
    weights: &'v [f64],
    layer: &Layer,
    input: &'v [f64],
    out: &'v mut [f64],
    stride: usize,
    adds: bool,
) -> Product<'v> {
    let (inner, rows) = (layer.outputs, layer.inputs);
    Product { weights, row_step: 1, step: layer.inputs, bias: None, input, inner, out, rows, stride, adds }
}
