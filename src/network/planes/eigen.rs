//! Planes along eigenvectors of the Hessian at the centre.

use super::{Axes, Place, PlaneKind};
use crate::krylov::{FromFn, Lanczos, dot, uniform};
use crate::network::Going;
use crate::network::{Evaluation, Hessian, MAX_DENSE, dense, eigenpairs};

/// The two largest eigenvalues.
pub struct TopTwo;

impl PlaneKind for TopTwo {
    fn name(&self) -> &'static str {
        "eigen"
    }

    fn title(&self) -> &'static str {
        "plane of the two sharpest directions"
    }

    fn summary(&self) -> &'static str {
        "Through the weights along the eigenvectors of the two largest eigenvalues of the Hessian there: the directions that \
         limit the learning rate."
    }

    fn axes(&self, place: &Place<'_>, _going: Going<'_>) -> Result<Axes, String> {
        Ok(Axes::of(eigenvectors(place, false)))
    }
}

/// The largest and the least eigenvalue.
pub struct Ends;

impl PlaneKind for Ends {
    fn name(&self) -> &'static str {
        "ends"
    }

    fn title(&self) -> &'static str {
        "plane of the sharpest and the most negative direction"
    }

    fn summary(&self) -> &'static str {
        "Through the weights along the eigenvectors of the largest and the least eigenvalue of the Hessian there: where the \
         least is negative, the plane shows a saddle that random planes miss."
    }

    fn axes(&self, place: &Place<'_>, _going: Going<'_>) -> Result<Axes, String> {
        Ok(Axes::of(eigenvectors(place, true)))
    }
}

/// Steps of Lanczos if the Hessian is too large to be computed as a whole.
const STEPS: usize = 120;

/// The eigenvectors of the two largest eigenvalues, or of the largest and the least.
fn eigenvectors(place: &Place<'_>, ends: bool) -> [Vec<f64>; 2] {
    let n = place.centre.len();
    let mut evaluation = place.loss.evaluation();
    let mut gradient = vec![0.0; n];
    evaluation.gradient(place.centre, &mut gradient);
    if n <= MAX_DENSE {
        let (_, vectors) = eigenpairs(dense(&mut Hessian::new(&mut evaluation)));
        let column = |index: usize| vectors.column(index).iter().copied().collect();
        return [column(n - 1), column(if ends { 0 } else { n.saturating_sub(2) })];
    }
    let start = uniform(n, 0);
    let first = ritz_vector(&mut evaluation, &start, true, None);
    let second = if ends {
        ritz_vector(&mut evaluation, &start, false, None)
    } else {
        let part = dot(&first, &start);
        let rest: Vec<f64> = start.iter().zip(&first).map(|(s, f)| s - part * f).collect();
        ritz_vector(&mut evaluation, &rest, true, Some(&first))
    };
    [first, second]
}

/// The Ritz vector of the largest or the smallest Ritz value, orthogonal to a known direction.
fn ritz_vector(evaluation: &mut Evaluation<'_>, start: &[f64], largest: bool, without: Option<&[f64]>) -> Vec<f64> {
    let deflated = FromFn::new(start.len(), |v: &[f64], product: &mut [f64]| {
        evaluation.hessian_product(v, product);
        if let Some(known) = without {
            let part = dot(known, product);
            product.iter_mut().zip(known).for_each(|(p, k)| *p -= part * k);
        }
    });
    let mut lanczos = Lanczos::new(deflated, start, true);
    for _ in 0..STEPS {
        if !lanczos.step() {
            break;
        }
    }
    lanczos.ritz_vector(largest)
}
