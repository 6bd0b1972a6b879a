//! Enclosures of both eigenvalues of an enclosed Hessian, and the kind of the critical point that follows from them.

use crate::curvature::Kind;
use crate::number::{Digits, Eigenpairs, Interval, Matrix, Number, Precise, eigenpairs};

/// λ1 ≤ λ2 with enclosures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spectrum {
    /// The f64 nearest to each eigenvalue, ±∞ beyond the largest f64, with eigenvectors.
    pub(super) eigen: Eigenpairs,
    /// [low, high] of λ1 and of λ2.
    pub(super) enclosures: [[f64; 2]; 2],
    /// Their signs, even if f64 cannot represent the eigenvalue; `None` for a sign that is not certain.
    signs: [Option<i32>; 2],
}

impl Spectrum {
    /// The kind of a critical point with these eigenvalues; `None` if a sign is not certain.
    pub(super) fn kind(&self) -> Option<Kind> {
        Some(match (self.signs[0]?, self.signs[1]?) {
            (1, 1) => Kind::Minimum,
            (-1, -1) => Kind::Maximum,
            (-1, 1) => Kind::Saddle,
            _ => Kind::Degenerate,
        })
    }

    /// Takes signs that are known otherwise.
    pub(super) fn know_signs(&mut self, signs: [i32; 2]) {
        for (i, sign) in signs.into_iter().enumerate() {
            if sign == 0 {
                self.eigen.values[i] = 0.0;
                self.enclosures[i] = [0.0; 2];
            }
            self.signs[i] = Some(sign);
        }
        self.eigen.values = within(self.eigen.values, self.enclosures, self.signs);
    }

    /// The eigenvalues times a factor of one sign.
    pub(super) fn scaled(&self, factor: Interval) -> Spectrum {
        let product = |i: usize| {
            let [low, high] = self.enclosures[i];
            Interval::new(low, high).mul(factor)
        };
        let places = if factor.hi < 0.0 { [1, 0] } else { [0, 1] };
        let products = places.map(product);
        let enclosures = products.map(|x| [x.lo + 0.0, x.hi + 0.0]);
        let values = places.map(|i| self.eigen.values[i] * factor.middle());
        let vectors = places.map(|i| self.eigen.vectors[i]);
        let signs = places.map(|i| self.signs[i].map(|sign| if factor.hi < 0.0 { -sign } else { sign }));
        Spectrum { eigen: Eigenpairs { values: within(values, enclosures, signs), vectors }, enclosures, signs }
    }

    /// Whether each enclosure is so narrow that ten digits are certain.
    pub(super) fn is_narrow(&self) -> bool {
        self.enclosures.iter().all(|[low, high]| high - low <= 1e-10 * low.abs().min(high.abs()))
    }
}

/// The eigenvalues of a Hessian with enclosures of its entries ∂₁₁, ∂₁₂, ∂₂₂, in 64-bit intervals; `None` where an
/// entry or a square leaves their range.
///
/// The eigenvalue of larger magnitude is ½(a + d) ± √(¼(a − d)² + b²) with the sign of a + d, which has no
/// cancellation; the other is the determinant over it.
pub(super) fn in_intervals([a, b, d]: [Interval; 3]) -> Option<Spectrum> {
    let half = Interval::point(0.5);
    let (mean, difference) = (half.mul(a.add(d)), half.mul(a.sub(d)));
    let root = difference.powi(2).add(b.powi(2)).sqrt();
    let determinant = a.mul(d).sub(b.powi(2));
    let [first, second] = if mean.lo > 0.0 {
        let large = mean.add(root);
        [determinant.div(large), large]
    } else if mean.hi < 0.0 {
        let large = mean.sub(root);
        [large, determinant.div(large)]
    } else {
        [mean.sub(root), mean.add(root)]
    };
    let eigen = eigenpairs(&Matrix::new(a.middle(), b.middle(), b.middle(), d.middle()))?;
    let enclosures = [first, second].map(|x| [x.lo, x.hi]);
    let is_finite = enclosures.iter().flatten().all(|end| end.is_finite());
    let signs = enclosures.map(|[low, high]| match () {
        () if low > 0.0 => Some(1),
        () if high < 0.0 => Some(-1),
        () if low == 0.0 && high == 0.0 => Some(0),
        () => None,
    });
    let values = within(eigen.values, enclosures, signs);
    is_finite.then_some(Spectrum { eigen: Eigenpairs { values, ..eigen }, enclosures, signs })
}

/// Like [`in_intervals`], with as many digits as the numbers have, and with `determinant` if its enclosure is narrower
/// than the one from the entries.
pub(super) fn precisely(digits: &Digits, [a, b, d]: [&Precise; 3], determinant: Option<&Precise>) -> Option<Spectrum> {
    let half = |x: &Precise| digits.scaled(x, -1);
    let (mean, difference) = (half(&digits.add(a, d)), half(&digits.sub(a, d)));
    let root = digits.sqrt(&digits.add(&digits.square(&difference), &digits.square(b)))?;
    let own = digits.sub(&digits.mul(a, d), &digits.square(b));
    let determinant = determinant.unwrap_or(&own);
    let zero = digits.sub(&digits.number(1.0)?, &digits.number(1.0)?);
    let share = |large: &Precise| match large.sign() {
        Some(0) => Some(zero.clone()),
        _ => digits.div(determinant, large),
    };
    let [first, second] = match mean.sign() {
        Some(1) => {
            let large = digits.add(&mean, &root);
            [share(&large)?, large]
        }
        Some(-1) => {
            let large = digits.sub(&mean, &root);
            let small = share(&large)?;
            [large, small]
        }
        _ => [digits.sub(&mean, &root), digits.add(&mean, &root)],
    };
    let enclosures = [&first, &second].map(|x| {
        let x = x.to_interval();
        [x.lo, x.hi]
    });
    let signs = [first.sign(), second.sign()];
    let values = within([first.middle(), second.middle()], enclosures, signs);
    Some(Spectrum { eigen: Eigenpairs { values, vectors: vectors([a, b, d])? }, enclosures, signs })
}

/// The numbers, moved into their enclosures. A number that is too small for f64 becomes the smallest number of its
/// sign.
fn within(values: [f64; 2], enclosures: [[f64; 2]; 2], signs: [Option<i32>; 2]) -> [f64; 2] {
    const LEAST: f64 = 5e-324;
    [0, 1].map(|i| {
        let [low, high] = enclosures[i];
        // Adding zero turns −0 into 0.
        let value = if low <= high { values[i].max(low).min(high) + 0.0 } else { values[i] };
        match signs[i] {
            Some(1) if value == 0.0 => LEAST,
            Some(-1) if value == 0.0 => -LEAST,
            _ => value,
        }
    })
}

/// Unit eigenvectors, of the entries scaled by a power of two to the range of f64.
fn vectors(entries: [&Precise; 3]) -> Option<[crate::number::Vector; 2]> {
    let largest = entries.iter().filter_map(|x| x.exponent()).max().unwrap_or(0);
    let [a, b, d] = entries.map(|x| x.scaled_middle(-largest));
    Some(eigenpairs(&Matrix::new(a, b, b, d))?.vectors)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn a_small_eigenvalue_has_its_own_digits() {
        // ((2e18 + 2, 2e18 − 2), (2e18 − 2, 2e18 + 2)) has the eigenvalues 4 and 4e18.
        let digits = Digits::new(256).unwrap();
        let number = |x: &str| digits.fraction(&x.parse::<crate::number::Decimal>().unwrap().rational());
        let (a, b) = (number("2000000000000000002"), number("1999999999999999998"));
        let found = precisely(&digits, [&a, &b, &a], None).unwrap();
        assert_eq!(found.kind(), Some(Kind::Minimum));
        assert_eq!(found.eigen.values, [4.0, 4e18]);
        assert!(found.enclosures[0][0] <= 4.0 && 4.0 <= found.enclosures[0][1] && found.is_narrow());
    }

    #[test]
    fn eigenvalues_beyond_the_largest_number_are_infinite() {
        let digits = Digits::new(256).unwrap();
        let number = |x: &str| digits.fraction(&x.parse::<crate::number::Decimal>().unwrap().rational());
        let large = digits.scaled(&number("1"), 1100);
        let zero = number("0");
        let found = precisely(&digits, [&large, &zero, &number("-2")], None).unwrap();
        assert_eq!(found.eigen.values, [-2.0, f64::INFINITY]);
        assert_eq!((found.enclosures[1], found.kind()), ([f64::MAX, f64::INFINITY], Some(Kind::Saddle)));
        assert_eq!(found.eigen.vectors[1].x, 1.0);
    }

    #[test]
    fn intervals_enclose_both_eigenvalues() {
        let point = |x: f64| Interval::point(x);
        let found = in_intervals([point(3.0), point(1.0), point(3.0)]).unwrap();
        assert!(found.is_narrow() && found.kind() == Some(Kind::Minimum));
        assert!(found.enclosures[0][0] <= 2.0 && 2.0 <= found.enclosures[0][1]);
        assert!(found.enclosures[1][0] <= 4.0 && 4.0 <= found.enclosures[1][1]);
    }
}
