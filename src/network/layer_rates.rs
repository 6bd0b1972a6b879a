//! Gradient descent with a learning rate for each layer, beside gradient descent with one learning rate.
//!
//! With m layers, and λₗ the largest eigenvalue of the own block of layer l in the Hessian H, layer l takes the rate
//! ηₗ = 1/(m·λₗ). Let D be the diagonal matrix of the rates. If H is positive semidefinite, then by Cauchy and Schwarz
//! vᵀD^½HD^½v = ‖Σₗ √ηₗ·H^½vₗ‖² ≤ m·Σₗ ηₗ·vₗᵀHvₗ ≤ ‖v‖², where vₗ is the part of v in layer l: λmax(D^½HD^½) ≤ 1, and
//! gradient descent is stable up to 2. Rates of 1/λₗ have only the bound m, which is no guarantee beyond two layers.

use super::{Evaluation, Hessian, Layer, NetworkLoss, extreme_eigenvalues};
use crate::krylov::{FromFn, SymmetricOperator};

/// The rates are computed anew after so many steps, unless other numbers are asked for.
pub const RATES_EVERY: usize = 20;
/// Steps of Lanczos for an eigenvalue, and the relative residual that is enough.
const LANCZOS: usize = 60;
const TOLERANCE: f64 = 1e-4;

/// A step at which the rates were computed, or the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct RatesPoint {
    /// Steps so far.
    pub step: usize,
    /// L.
    pub loss: f64,
    /// The rates from here on: one for each layer, or one for all; none at the end.
    pub rates: Vec<f64>,
}

/// A gradient descent whose rates follow the curvature.
#[derive(Clone, Debug, PartialEq)]
pub struct AdaptedDescent {
    /// Whether each layer has its own rate.
    pub is_by_layer: bool,
    /// L and the rates along the way.
    pub points: Vec<RatesPoint>,
    /// The step at which L or a weight was not finite.
    pub diverged_at: Option<usize>,
    weights: Vec<f64>,
    done: usize,
    is_over: bool,
}

/// Two gradient descents from the same weights: one with the rate 1/(m·λₗ) for each of the m layers, and one with the
/// rate 1/λmax for all weights.
#[derive(Clone, Debug, PartialEq)]
pub struct RatesByLayer {
    /// The descent with a rate for each layer.
    pub by_layer: AdaptedDescent,
    /// The descent with one rate.
    pub one_rate: AdaptedDescent,
    /// The rates are computed anew after so many steps.
    pub every: usize,
    /// Steps of each descent.
    pub steps: usize,
}

/// The rates 1/(m·λₗ) of the m layers. A layer without positive curvature takes 1/(m·λmax). `None` if λmax is not
/// positive.
pub fn layer_rates(hessian: &mut impl SymmetricOperator, layers: &[Layer]) -> Option<Vec<f64>> {
    let largest = largest_of(hessian).filter(|largest| *largest > 0.0)?;
    let rate = |layer: &Layer| {
        let own = largest_of(&mut block(hessian, layer)).filter(|own| *own > 1e-12 * largest);
        1.0 / (layers.len() as f64 * own.unwrap_or(largest))
    };
    Some(layers.iter().map(rate).collect())
}

/// The rate 1/λmax; `None` if λmax is not positive.
pub fn one_rate(hessian: &mut impl SymmetricOperator) -> Option<f64> {
    largest_of(hessian).filter(|largest| *largest > 0.0).map(|largest| 1.0 / largest)
}

fn largest_of(operator: &mut impl SymmetricOperator) -> Option<f64> {
    let [_, (largest, _)] = extreme_eigenvalues(operator, LANCZOS, TOLERANCE);
    largest.is_finite().then_some(largest)
}

/// The own block of a layer: a product with the vector that is 0 in all other layers.
fn block<'a>(hessian: &'a mut impl SymmetricOperator, layer: &Layer) -> impl SymmetricOperator + 'a {
    let (range, n) = (layer.range(), hessian.dimension());
    let (mut whole, mut found) = (vec![0.0; n], vec![0.0; n]);
    FromFn::new(range.len(), move |v: &[f64], product: &mut [f64]| {
        whole[range.clone()].copy_from_slice(v);
        hessian.apply(&whole, &mut found);
        product.copy_from_slice(&found[range.clone()]);
    })
}

impl AdaptedDescent {
    fn new(is_by_layer: bool, weights: Vec<f64>) -> AdaptedDescent {
        AdaptedDescent { is_by_layer, points: Vec::new(), diverged_at: None, weights, done: 0, is_over: false }
    }

    /// The weights.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The last point.
    pub fn end(&self) -> Option<&RatesPoint> {
        self.points.last()
    }

    /// Computes the rates, and makes as many steps with them, up to the last one.
    fn advance(&mut self, evaluation: &mut Evaluation<'_>, every: usize, last: usize) {
        let layers = evaluation.loss().architecture.layers();
        let mut gradient = vec![0.0; self.weights.len()];
        let loss = evaluation.gradient(&self.weights, &mut gradient);
        let is_finite = loss.is_finite() && gradient.iter().all(|g| g.is_finite());
        let rates = (is_finite && self.done < last).then(|| self.rates(evaluation, &layers)).flatten();
        self.points.push(RatesPoint { step: self.done, loss, rates: rates.clone().unwrap_or_default() });
        self.diverged_at = (!is_finite).then_some(self.done);
        let Some(rates) = rates else {
            self.is_over = true;
            return;
        };
        let until = last.min(self.done + every);
        loop {
            self.step(&gradient, &rates, &layers);
            if self.done == until {
                return;
            }
            if !evaluation.gradient(&self.weights, &mut gradient).is_finite() {
                // The next advance notes that the descent diverges.
                return;
            }
        }
    }

    fn rates(&self, evaluation: &mut Evaluation<'_>, layers: &[Layer]) -> Option<Vec<f64>> {
        let mut hessian = Hessian::new(evaluation);
        if self.is_by_layer { layer_rates(&mut hessian, layers) } else { one_rate(&mut hessian).map(|rate| vec![rate]) }
    }

    fn step(&mut self, gradient: &[f64], rates: &[f64], layers: &[Layer]) {
        for (index, layer) in layers.iter().enumerate() {
            let rate = rates[if self.is_by_layer { index } else { 0 }];
            let range = layer.range();
            let components = gradient[range.clone()].iter();
            self.weights[range].iter_mut().zip(components).for_each(|(w, g)| *w -= rate * g);
        }
        self.done += 1;
    }
}

impl RatesByLayer {
    /// The most steps that charts show.
    const MOST_STEPS: usize = 2_000;
    /// The greatest product steps × weights × examples for them: about half a minute.
    const MOST_WORK: f64 = 2e9;

    /// The two descents, not begun.
    pub fn new(weights: &[f64], steps: usize, every: usize) -> RatesByLayer {
        let descent = |is_by_layer: bool| AdaptedDescent::new(is_by_layer, weights.to_vec());
        RatesByLayer { by_layer: descent(true), one_rate: descent(false), every: every.max(1), steps }
    }

    /// The steps that a chart shows of a training of so many steps: fewer for a large network.
    pub fn shown_steps(loss: &NetworkLoss, steps: usize) -> usize {
        let of_step = (loss.parameters() * loss.examples.count()).max(1) as f64;
        let affordable = (RatesByLayer::MOST_WORK / of_step) as usize;
        steps.min(RatesByLayer::MOST_STEPS).min(affordable.max(RATES_EVERY))
    }

    /// Makes the next steps of both, up to the next moment at which the rates are computed. Returns true when both are
    /// over.
    pub fn work(&mut self, evaluation: &mut Evaluation<'_>) -> bool {
        for descent in [&mut self.by_layer, &mut self.one_rate] {
            if !descent.is_over {
                descent.advance(evaluation, self.every, self.steps);
            }
        }
        self.is_over()
    }

    /// Whether both are over.
    pub fn is_over(&self) -> bool {
        self.by_layer.is_over && self.one_rate.is_over
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let done = |descent: &AdaptedDescent| if descent.is_over { self.steps } else { descent.done };
        (done(&self.by_layer) + done(&self.one_rate)) as f64 / (2 * self.steps).max(1) as f64
    }
}
