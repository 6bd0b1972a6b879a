//! The mean loss over examples as a function of the network's outputs, with its derivatives by the outputs.

use super::kernels::sum;
use super::{Examples, OutputLoss};
use crate::number::Number;

impl OutputLoss {
    /// The mean loss over the examples, where `outputs` has a row for each output. `each` is a buffer with one number
    /// for each example.
    pub fn value(self, outputs: &[f64], examples: &Examples, each: &mut [f64]) -> f64 {
        let (stride, count) = (examples.stride(), examples.count());
        let rows = outputs.len() / stride;
        for (e, each) in each.iter_mut().enumerate().take(count) {
            let output = |row: usize| outputs[row * stride + e];
            let label = |row: usize| examples.targets()[row * stride + e];
            *each = match self {
                OutputLoss::Squared => (0..rows).map(|row| (output(row) - label(row)).powi(2)).sum(),
                // softplus(f) − y·f without cancellation: softplus(−f) for y = 1.
                OutputLoss::Logistic if label(0) == 1.0 => Number::softplus(-output(0)),
                OutputLoss::Logistic => Number::softplus(output(0)),
                OutputLoss::Softmax => {
                    let likeliest = likeliest(rows, output);
                    let above = |row: usize| output(row) - output(likeliest);
                    let others: f64 =
                        (0..rows).filter(|row| *row != likeliest).map(|row| Number::exp(above(row))).sum();
                    let of_class: f64 = (0..rows).map(|row| label(row) * above(row)).sum();
                    libm::log1p(others) - of_class
                }
            };
        }
        each[count..].fill(0.0);
        sum(each) / count as f64
    }

    /// The derivatives of the mean loss by the outputs; 0 in the padding.
    pub fn gradient(self, outputs: &[f64], examples: &Examples, gradient: &mut [f64]) {
        let (stride, count) = (examples.stride(), examples.count());
        let rows = outputs.len() / stride;
        let share = 1.0 / count as f64;
        gradient.fill(0.0);
        for e in 0..count {
            let at = |row: usize| row * stride + e;
            match self {
                OutputLoss::Squared => {
                    (0..rows).for_each(|row| {
                        gradient[at(row)] = 2.0 * (outputs[at(row)] - examples.targets()[at(row)]) * share;
                    });
                }
                OutputLoss::Logistic => {
                    // σ(f) − y without cancellation: −σ(−f) for y = 1.
                    let (f, y) = (outputs[e], examples.targets()[e]);
                    let residual = if y == 1.0 { -Number::sigmoid(-f) } else { Number::sigmoid(f) - y };
                    gradient[e] = residual * share;
                }
                OutputLoss::Softmax => {
                    // p − y without cancellation: minus the sum of the other probabilities for y = 1.
                    let total = exponentials(outputs, gradient, rows, at);
                    let class = (0..rows).find(|row| examples.targets()[at(*row)] == 1.0);
                    (0..rows).for_each(|row| gradient[at(row)] *= share / total);
                    if let Some(class) = class {
                        gradient[at(class)] = 0.0;
                        gradient[at(class)] = -(0..rows).map(|row| gradient[at(row)]).sum::<f64>();
                    }
                }
            }
        }
    }

    /// B·v for the second derivatives B of the mean loss by the outputs, example by example; 0 in the padding.
    pub fn curvature_product(self, outputs: &[f64], examples: &Examples, v: &[f64], product: &mut [f64]) {
        let (stride, count) = (examples.stride(), examples.count());
        let rows = outputs.len() / stride;
        let share = 1.0 / count as f64;
        product.fill(0.0);
        for e in 0..count {
            let at = |row: usize| row * stride + e;
            match self {
                OutputLoss::Squared => (0..rows).for_each(|row| product[at(row)] = 2.0 * v[at(row)] * share),
                OutputLoss::Logistic => {
                    product[e] = Number::sigmoid(outputs[e]) * Number::sigmoid(-outputs[e]) * v[e] * share;
                }
                OutputLoss::Softmax => {
                    // p·(v − mean of v), relative to v of the likeliest class, so that nothing cancels.
                    let likeliest = likeliest(rows, |row| outputs[at(row)]);
                    let above = |row: usize| v[at(row)] - v[at(likeliest)];
                    let total = exponentials(outputs, product, rows, at);
                    let mean: f64 = (0..rows).map(|row| product[at(row)] / total * above(row)).sum();
                    (0..rows).for_each(|row| product[at(row)] = product[at(row)] / total * (above(row) - mean) * share);
                }
            }
        }
    }
}

/// The row with the greatest output.
fn likeliest(rows: usize, output: impl Fn(usize) -> f64) -> usize {
    (1..rows).fold(0, |best, row| if output(row) > output(best) { row } else { best })
}

/// e^(f − max f) of one example's outputs, and their sum.
fn exponentials(outputs: &[f64], to: &mut [f64], rows: usize, at: impl Fn(usize) -> usize) -> f64 {
    let largest = outputs[at(likeliest(rows, |row| outputs[at(row)]))];
    let mut total = 0.0;
    for row in 0..rows {
        to[at(row)] = Number::exp(outputs[at(row)] - largest);
        total += to[at(row)];
    }
    total
}
