//! The stationary covariance of SGD on linear regression, exactly.
//!
//! If the loss lᵢ of each example is quadratic, with gradient gᵢ(w) = gᵢ(w*) + Hᵢ(w − w*), minibatches of B examples
//! drawn with replacement give a linear recursion with random coefficients. Its stationary covariance Σ about the
//! minimum w* solves Σ = (I − ηH)Σ(I − ηH) + η²/B·(C + mean of HᵢΣHᵢ − HΣH), where C is the covariance of gᵢ(w*). (S.
//! Mandt, M. Hoffman and D. Blei, Stochastic Gradient Descent as Approximate Bayesian Inference, 2017, derive it for
//! constant noise, that is, without the terms of HᵢΣHᵢ.) A temperature ηS/(2B) exists only if C = S·I.

use crate::landscape::Loss;
use crate::number::{Matrix, Vector};
use crate::optimizer::{Run, Schedule};

/// The law of SGD in the long run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stationary {
    /// The minimum, which is its mean.
    pub minimum: Vector,
    /// Its covariance.
    pub covariance: Matrix,
    /// ηC₁₁/(2B) and ηC₂₂/(2B): the temperature along each weight as if the noise were isotropic. A temperature exists
    /// only if it is.
    pub temperatures: [f64; 2],
}

/// The values of `noise_from` and `sampling`.
const MINIBATCH: f64 = 1.0;
const REPLACEMENT: f64 = 1.0;

/// The stationary covariance of a run; `None` if the run is not SGD with minibatches drawn with replacement and a
/// constant rate, if the loss is not a linear regression, or if the rate is too large for a stationary covariance to
/// exist.
pub fn stationary(loss: &Loss, run: &Run) -> Option<Stationary> {
    let is_meant = run.optimizer == "sgd"
        && run.setting("noise_from") == Some(MINIBATCH)
        && run.setting("sampling") == Some(REPLACEMENT)
        && run.schedule == Schedule::Constant
        && loss.is_quadratic();
    let (rate, batch) = (run.setting("learning_rate")?, run.setting("batch_size")?);
    let rows = u32::try_from(loss.examples()).ok().filter(|rows| is_meant && *rows > 0)?;
    let jet = loss.jet(Vector::zeros());
    let minimum = -(jet.hessian.try_inverse()? * jet.gradient);
    // Gradients are affine in w, so the difference of two values gives a column of the Hessian exactly.
    let gradient = |w: Vector, row: u32| loss.minibatch_gradient(w, &[row]);
    let mut noise = Matrix::zeros();
    let mut hessians = Vec::with_capacity(rows as usize);
    for row in 0..rows {
        let here = gradient(minimum, row)?;
        noise += here * here.transpose() / f64::from(rows);
        let column = |axis: usize| Some(gradient(minimum + Vector::ith(axis, 1.0), row)? - here);
        hessians.push(Matrix::from_columns(&[column(0)?, column(1)?]));
    }
    let hessian = jet.hessian;
    let step = Matrix::identity() - rate * hessian;
    // The map of Σ without its constant term, for symmetric Σ = a·E₁₁ + b·(E₁₂ + E₂₁) + c·E₂₂.
    let moved = |sigma: &Matrix| -> Matrix {
        let mean = hessians.iter().map(|own| own * sigma * own).sum::<Matrix>() / f64::from(rows);
        step * sigma * step + rate * rate / batch * (mean - hessian * sigma * hessian)
    };
    let symmetric = |entries: [f64; 3]| Matrix::new(entries[0], entries[1], entries[1], entries[2]);
    let entries = |matrix: &Matrix| [matrix[(0, 0)], matrix[(0, 1)], matrix[(1, 1)]];
    let mut system = nalgebra::Matrix3::zeros();
    for (column, unit) in [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].into_iter().enumerate() {
        let image = entries(&moved(&symmetric(unit)));
        for row in 0..3 {
            system[(row, column)] = unit[row] - image[row];
        }
    }
    let constant = nalgebra::Vector3::from(entries(&(rate * rate / batch * noise)));
    let solution = system.lu().solve(&constant)?;
    let covariance = symmetric([solution[0], solution[1], solution[2]]);
    let is_covariance = covariance[(0, 0)] >= 0.0 && covariance.determinant() >= 0.0;
    let temperatures = [0, 1].map(|axis| 0.5 * rate / batch * noise[(axis, axis)]);
    is_covariance.then_some(Stationary { minimum, covariance, temperatures })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::ensemble::{Plan, Scatter, ensemble};
    use crate::landscape::catalogue;
    use serde_json::Value;

    fn matrix(value: &Value) -> Matrix {
        let entry = |row: usize, column: usize| value[row][column].as_f64().unwrap();
        Matrix::new(entry(0, 0), entry(0, 1), entry(1, 0), entry(1, 1))
    }

    fn sgd(rate: f64, batch: f64) -> Run {
        let mut run = Run::new("sgd");
        for (key, value) in
            [("learning_rate", rate), ("batch_size", batch), ("noise_from", MINIBATCH), ("sampling", REPLACEMENT)]
        {
            run.settings.insert(key.to_owned(), value);
        }
        run
    }

    #[test]
    fn the_covariance_is_that_of_the_reference() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/physics/sgd_covariance.json");
        let reference: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let loss = catalogue::find("linear-regression").unwrap().loss().unwrap();
        for row in reference["rows"].as_array().unwrap() {
            assert_eq!(row["data"], "noisy-line");
            let (rate, batch) = (row["eta"].as_f64().unwrap(), row["B"].as_f64().unwrap());
            let found = stationary(&loss, &sgd(rate, batch)).unwrap();
            assert!((found.covariance - matrix(&row["covariance"])).amax() < 1e-12, "{row}: {found:?}");
            for axis in 0..2 {
                let [minimum, temperature] = ["minimum", "directional_temperatures"].map(|key| row[key][axis].as_f64());
                assert!((found.minimum[axis] - minimum.unwrap()).abs() < 1e-12);
                assert!((found.temperatures[axis] - temperature.unwrap()).abs() < 1e-14);
            }
        }
    }

    /// 1,000 runs of 400 steps: the relative standard error of a variance is √(2/1000) = 4.5 %.
    #[test]
    fn runs_have_the_covariance() {
        let loss = catalogue::find("linear-regression").unwrap().loss().unwrap();
        let run = Run { steps: 400, seed: 7, ..sgd(0.05, 2.0) };
        let exact = stationary(&loss, &run).unwrap();
        let plan = Plan { runs: 1_000, scatter: Scatter::None };
        let (mean, covariance) = ensemble(&loss, exact.minimum, &run, plan, None).unwrap().cloud();
        assert!((mean - exact.minimum).amax() < 0.01, "{mean}");
        for axis in 0..2 {
            let ratio = covariance[(axis, axis)] / exact.covariance[(axis, axis)];
            assert!((ratio - 1.0).abs() < 0.18, "{ratio}");
        }
    }

    #[test]
    fn others_have_none() {
        let loss = catalogue::find("linear-regression").unwrap().loss().unwrap();
        let epochs = Run { settings: [("sampling".to_owned(), 0.0)].into(), ..sgd(0.02, 1.0) };
        assert_eq!(stationary(&loss, &epochs), None);
        assert_eq!(stationary(&loss, &Run::new("gradient-descent")), None);
        // Beyond the rate at which variances grow.
        assert_eq!(stationary(&loss, &sgd(0.9, 1.0)), None);
        let logistic = catalogue::find("logistic-regression").unwrap().loss().unwrap();
        assert_eq!(stationary(&logistic, &sgd(0.02, 1.0)), None);
    }
}
