//! What was computed at a few hundred points, kept for the next time that it is asked for.

use crate::number::Vector;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// So many points are kept at least, and at most twice as many.
const KEPT: usize = 512;

/// Answers at points, the ones that were asked for last. A point is known by the bits of its coordinates.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<Generations<T>>);

/// Answers that were asked for since the last change of generations, and those of the generation before.
#[derive(Debug)]
struct Generations<T> {
    young: BTreeMap<[u64; 2], T>,
    old: BTreeMap<[u64; 2], T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(Mutex::new(Generations { young: BTreeMap::new(), old: BTreeMap::new() }))
    }
}

impl<T: Clone> Kept<T> {
    /// The answer at w: as it was computed before, or else from `compute`.
    pub fn at(&self, w: Vector, compute: impl FnOnce() -> T) -> T {
        let place = [w.x.to_bits(), w.y.to_bits()];
        if let Some(known) = self.generations(|generations| generations.get(place)) {
            return known;
        }
        // Others may ask meanwhile.
        let answer = compute();
        self.generations(|generations| generations.put(place, answer.clone()));
        answer
    }

    fn generations<R>(&self, act: impl FnOnce(&mut Generations<T>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<T: Clone> Generations<T> {
    fn get(&mut self, place: [u64; 2]) -> Option<T> {
        if let Some(known) = self.young.get(&place) {
            return Some(known.clone());
        }
        let known = self.old.remove(&place)?;
        self.put(place, known.clone());
        Some(known)
    }

    fn put(&mut self, place: [u64; 2], answer: T) {
        if self.young.len() >= KEPT {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(place, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// 40 points that are asked for again and again are computed once, however many others pass by; and no more than twice
    /// [`KEPT`] answers are kept.
    #[test]
    fn what_is_asked_for_in_each_frame_stays() {
        let kept = Kept::default();
        let computed = Cell::new(0);
        let ask = |x: usize, y: usize| {
            let compute = || {
                computed.set(computed.get() + 1);
                1000 * x + y
            };
            assert_eq!(kept.at(Vector::new(x as f64, y as f64), compute), 1000 * x + y);
        };
        for frame in 0..2000 {
            (0..40).for_each(|point| ask(point, 0));
            (0..4).for_each(|run| ask(frame, 1 + run));
        }
        assert_eq!(computed.get(), 40 + 4 * 2000);
        let count = kept.generations(|generations| generations.young.len() + generations.old.len());
        assert!(count <= 2 * KEPT, "{count}");
    }

    /// 0 and −0 are two points, because formulas may tell them apart.
    #[test]
    fn a_point_is_known_by_its_bits() {
        let kept = Kept::default();
        assert_eq!(kept.at(Vector::new(0.0, 1.0), || 1), 1);
        assert_eq!(kept.at(Vector::new(-0.0, 1.0), || 2), 2);
        assert_eq!(kept.at(Vector::new(0.0, 1.0), || 3), 1);
    }
}
