//! The tools below the decision, each against its definition.

use super::super::prime::{Prime, primes};
use super::super::resultant::Pair;
use super::super::roots::{Root, count_between, isolate};
use super::super::univariate::{Polynomial, gcd, product, pseudo_remainder, quotient, square_free_parts};
use super::*;
use num_traits::{Signed, Zero};
use proptest::prelude::*;

fn polynomial(coefficients: &[i64]) -> Polynomial {
    super::super::univariate::trimmed(coefficients.iter().map(|c| BigInt::from(*c)).collect())
}

fn never() -> bool {
    false
}

fn residue(prime: &Prime, a: u128) -> u64 {
    prime.small((a % u128::from(prime.p)) as u64)
}

/// The largest primes below 2⁶²: 2⁶² − 57, − 87, − 117 (sequence A014234 of OEIS and its neighbours).
#[test]
fn primes_are_prime() {
    let found: Vec<u64> = primes().take(40).map(|p| p.p).collect();
    assert_eq!((1u64 << 62) - found[0], 57);
    for p in &found {
        assert!((3..100_000).step_by(2).all(|d| p % d != 0), "{p}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn residues_calculate(a in any::<u64>(), b in any::<u64>()) {
        let prime = primes().nth(1).unwrap();
        let p = u128::from(prime.p);
        let (a, b) = (u128::from(a) % p, u128::from(b) % p);
        let (ra, rb) = (residue(&prime, a), residue(&prime, b));
        prop_assert_eq!(u128::from(prime.integer(prime.mul(ra, rb))), a * b % p);
        prop_assert_eq!(u128::from(prime.integer(prime.add(ra, rb))), (a + b) % p);
        prop_assert_eq!(u128::from(prime.integer(prime.sub(ra, rb))), (a + p - b) % p);
        prop_assert_eq!(prime.of(&-BigInt::from(a)), prime.sub(0, ra));
        if a != 0 {
            prop_assert_eq!(prime.integer(prime.mul(ra, prime.inverse(ra))), 1);
        }
    }

    #[test]
    fn interpolation_gives_back_the_polynomial(a in prop::collection::vec(-50i64..50, 1..8), skip in 1u64..4) {
        let prime = primes().next().unwrap();
        let a = prime.polynomial(&polynomial(&a));
        let nodes: Vec<u64> = (1..10).map(|i| i * skip + 3).collect();
        let values: Vec<u64> = nodes.iter().map(|x| prime.at(&a, prime.small(*x))).collect();
        prop_assert_eq!(prime.interpolate(&nodes, &values), a);
    }

    #[test]
    fn gcd_is_common_and_greatest(
        a in prop::collection::vec(-9i64..9, 1..5),
        b in prop::collection::vec(-9i64..9, 1..5),
        c in prop::collection::vec(-9i64..9, 1..5),
    ) {
        let [a, b, c] = [a, b, c].map(|x| polynomial(&x));
        prop_assume!(!a.is_empty() && !b.is_empty() && !c.is_empty());
        let (f, g) = (product(&a, &c), product(&b, &c));
        let common = gcd(&f, &g);
        // c divides it, it divides both, and what remains is coprime.
        prop_assert!(quotient(&common, &super::super::univariate::primitive(&c)).is_some());
        let [f, g] = [f, g].map(|x| quotient(&super::super::univariate::primitive(&x), &common).unwrap());
        prop_assert_eq!(gcd(&f, &g).len(), 1);
    }

    #[test]
    fn remainders_are_remainders(a in prop::collection::vec(-99i64..99, 0..8), m in prop::collection::vec(-9i64..9, 2..5)) {
        let (a, m) = (polynomial(&a), polynomial(&m));
        prop_assume!(m.len() > 1);
        let (rest, multiplier) = pseudo_remainder(&a, &m);
        prop_assert!(rest.len() < m.len() && !multiplier.is_zero());
        // multiplier·a − rest is a multiple of m over ℚ, so that clearing denominators makes it one over ℤ.
        let scale = m.last().unwrap().abs().pow(10);
        let difference = super::super::univariate::combination(&(&multiplier * &scale), &a, &-&scale, &rest);
        prop_assert!(quotient(&difference, &m).is_some());
    }

    /// Products of (q·x − p)ᵐ: the roots p/q, in order, each with its multiplicity.
    #[test]
    fn rational_roots_are_isolated(roots in prop::collection::btree_map((-60i64..60, 1i64..9), 1usize..4, 1..6)) {
        let mut expected: Vec<(f64, usize)> = Vec::new();
        let mut a = polynomial(&[1]);
        for ((p, q), multiplicity) in &roots {
            if num_integer::Integer::gcd(p, q) != 1 {
                continue;
            }
            (0..*multiplicity).for_each(|_| a = product(&a, &polynomial(&[-p, *q])));
            expected.push((*p as f64 / *q as f64, *multiplicity));
        }
        let mut found = Vec::new();
        for (multiplicity, part) in square_free_parts(&a) {
            for mut root in isolate(&part, &never).unwrap() {
                root.refine(&part, -80);
                found.push((middle(&root), multiplicity));
            }
        }
        expected.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        prop_assert_eq!(expected.len(), found.len());
        for (a, b) in expected.iter().zip(&found) {
            prop_assert!((a.0 - b.0).abs() < 1e-15 * (1.0 + a.0.abs()) && a.1 == b.1);
        }
    }
}

fn middle(root: &Root) -> f64 {
    let p = 100;
    root.fixed(p).middle(p)
}

/// x² − 2 and Mignotte's x⁷ − 2·(100·x − 1)², with two roots near 0.01 closer than 2·100^(−9/2) (Mignotte, 1982).
#[test]
fn close_roots_are_told_apart() {
    let a = polynomial(&[-2, 0, 1]);
    let mut roots = isolate(&a, &never).unwrap();
    roots.iter_mut().for_each(|root| root.refine(&a, -200));
    assert_eq!(roots.iter().map(middle).collect::<Vec<_>>(), [-2f64.sqrt(), 2f64.sqrt()]);
    let mignotte = polynomial(&[-2, 400, -20_000, 0, 0, 0, 0, 1]);
    let mut roots = isolate(&mignotte, &never).unwrap();
    assert_eq!(roots.len(), 3);
    roots.iter_mut().for_each(|root| root.refine(&mignotte, -100));
    let gap = middle(&roots[1]) - middle(&roots[0]);
    assert!(gap > 0.0 && gap < 2.0 * libm::pow(100.0, -4.5), "{gap}");
    let [zero, one] = [BigInt::zero(), BigInt::one()];
    assert_eq!(count_between(&mignotte, (&zero, &one), (&one, &one), &never).unwrap(), 2);
    assert_eq!(count_between(&mignotte, (&one, &BigInt::from(100)), (&one, &one), &never).unwrap(), 1);
}

/// The resultant of p(w1) and q(w2) vanishes at the sums a + s·b of their roots.
#[test]
fn the_projection_has_the_sums_of_roots() {
    let formula = |text: &str| {
        Bivariate::from_expression(Formula::parse(text).unwrap().expression(), &[], 9, &|| false).unwrap().0
    };
    let (f, g) = (formula("(w1-1)^2*(w1+2)"), formula("(w2-3)*(w2+1)"));
    let pair = Pair::new(&f, &g, 5).unwrap();
    let found = super::super::univariate::primitive(&pair.lift(&never).unwrap().resultant);
    // a = 1 twice and −2, b = 3 and −1: u = 16 twice, 13, −4 twice, −7
    let sums = [16i64, 16, 13, -4, -4, -7];
    let expected = sums.iter().fold(polynomial(&[1]), |a, sum| product(&a, &polynomial(&[-sum, 1])));
    assert_eq!(found, expected);
}
