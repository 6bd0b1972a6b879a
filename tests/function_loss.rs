//! A loss without a formula is answered, drawn, mapped and used for runs; only proofs are not possible.
//!
//! The loss is Himmelblau's function, (w1² + w2 − 11)² + (w1 + w2² − 7)², with derivatives written by hand.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use losscape::critical::{Evidence, is_critical, search};
use losscape::export::svg;
use losscape::landscape::{Jet, Loss, LossFunction, View};
use losscape::number::{Matrix, Vector};
use losscape::optimizer::{OPTIMIZERS, Run, trace};
use losscape::scene::{Canvas, PictureContext, picture};
use losscape::study::{Reading, Study, answer_over};
use losscape::{basins, curvature::Kind, ensemble};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug)]
struct Himmelblau;

impl LossFunction for Himmelblau {
    fn title(&self) -> String {
        "Himmelblau's function by hand".to_owned()
    }

    fn jet(&self, w: Vector) -> Jet {
        let (x, y) = (w.x, w.y);
        let (a, b) = (x * x + y - 11.0, x + y * y - 7.0);
        Jet {
            value: a * a + b * b,
            gradient: Vector::new(4.0 * a * x + 2.0 * b, 2.0 * a + 4.0 * b * y),
            hessian: Matrix::new(
                4.0 * a + 8.0 * x * x + 2.0,
                4.0 * (x + y),
                4.0 * (x + y),
                2.0 + 4.0 * b + 8.0 * y * y,
            ),
        }
    }

    fn operations(&self) -> usize {
        30
    }
}

fn by_hand() -> Loss {
    Loss::from_function(Arc::new(Himmelblau))
}

fn by_formula() -> Loss {
    Loss::new("(w1^2+w2-11)^2+(w1+w2^2-7)^2", &BTreeMap::new()).unwrap()
}

fn view() -> View {
    View::new(-6.0, 6.0, -6.0, 6.0).unwrap()
}

/// D. M. Himmelblau, Applied Nonlinear Programming, 1972: four minima; with the saddles and the maximum there are nine.
#[test]
fn critical_points_are_candidates_at_the_right_places() {
    let found = search(&by_hand(), &view());
    let proved = search(&by_formula(), &view());
    assert!(proved.complete && proved.points.len() == 9);
    assert_eq!(found.points.len(), 9);
    assert!(!found.complete && !found.accounted);
    for point in &proved.points {
        let candidate = found.points.iter().find(|candidate| (candidate.w - point.w).amax() < 1e-9).unwrap();
        assert_eq!((candidate.kind, candidate.evidence), (point.kind, Evidence::Candidate));
        assert_eq!((candidate.index, candidate.enclosure, candidate.eigenvalue_enclosures), (None, None, None));
    }
    assert_eq!(found.claim(), "9 critical points found by search, not proved complete");
    assert_eq!(is_critical(&by_hand(), Vector::new(3.0, 2.0)).answer(), None, "nothing is proved without enclosures");
    let reading = Reading::at(&by_hand(), Vector::new(3.0, 2.0));
    assert_eq!((reading.critical, reading.jet.value), (None, 0.0));
}

#[test]
fn it_is_drawn() {
    let study = Study::of_formula("(w1^2+w2-11)^2+(w1+w2^2-7)^2", view());
    let canvas = Canvas { size: [960.0, 720.0], scale: 1.0, decorations: true };
    let [hand, formula] = [by_hand(), by_formula()].map(|loss| answer_over(&study, loss, 160, 160));
    assert_eq!(hand.field.contours.len(), formula.field.contours.len(), "the same contour lines");
    let drawn = svg(&picture(&study, &hand, &canvas, &PictureContext::default()));
    assert!(drawn.contains("Himmelblau's function by hand"));
    assert!(drawn.contains("found by search, not proved complete"));
}

/// The two losses round differently, and so the paths of a few steps are compared, before chaos separates them.
#[test]
fn every_optimizer_runs_over_it() {
    let start = Vector::new(2.0, 1.0);
    for optimizer in OPTIMIZERS {
        let run = Run { steps: 8, ..Run::new(optimizer.name()) };
        let (hand, formula) = (trace(&by_hand(), start, &run), trace(&by_formula(), start, &run));
        let (hand, formula) = match (hand, formula) {
            (Ok(hand), Ok(formula)) => (hand, formula),
            (hand, formula) => panic!("{}: {:?} and {:?}", optimizer.name(), hand.err(), formula.err()),
        };
        assert_eq!(hand.steps.len(), formula.steps.len(), "{}", optimizer.name());
        for (a, b) in hand.steps.iter().zip(&formula.steps) {
            let near = 1e-6 * (1.0 + b.w.amax());
            assert!((a.w - b.w).amax() < near, "{}: {} and {}", optimizer.name(), a.w, b.w);
        }
    }
}

#[test]
fn its_basins_are_mapped_and_its_runs_are_counted() {
    for name in ["newton", "gradient-descent", "bfgs", "gradient-flow"] {
        let run = Run::new(name);
        let [hand, formula] = [by_hand(), by_formula()].map(|loss| {
            let points = search(&loss, &view());
            basins::basins(&loss, &view(), [48, 48], &run, &points).unwrap()
        });
        let minima =
            |map: &basins::Basins| map.attractors().iter().filter(|attractor| attractor.kind == Kind::Minimum).count();
        assert_eq!((minima(&hand), minima(&formula)), (4, 4), "{name}");
        let (shares, expected) = (hand.shares(), formula.shares());
        for (attractor, share) in formula.attractors().iter().zip(&expected.ends) {
            let is_same = |other: &basins::Attractor| (other.w - attractor.w).amax() < 1e-6;
            let place = hand.attractors().iter().position(is_same);
            let found = place.map_or(0.0, |place| shares.ends[place]);
            assert!((found - share).abs() < 0.02, "{name}: {found} and {share} of {}", attractor.w);
        }
    }
    let run = Run { steps: 50, ..Run::new("gradient-descent") };
    let plan = ensemble::Plan { runs: 40, scatter: ensemble::Scatter::Gaussian(0.5) };
    let start = Vector::new(2.5, 1.5);
    let ensemble = ensemble::ensemble(&by_hand(), start, &run, plan, None).unwrap();
    assert_eq!(ensemble.members().len(), 40);
}
