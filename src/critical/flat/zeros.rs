//! All zeros of a function of one variable, or of its derivative, in an interval, each with its order: proved.
//!
//! Boxes are bisected until the function, or its slope, is not 0 on them. A zero that is not simple stays in ever
//! smaller boxes. It is recognised if it is rational or a rational multiple of π: exact Taylor arithmetic shows that
//! the first m coefficients at c are 0, and an enclosure of f⁽ᵐ⁾ around c that excludes 0 shows that the order is m and
//! that no other zero is near, for f(t) = (t − c)ᵐ·f⁽ᵐ⁾(ξ)/m! with a ξ between t and c.

use crate::formula::normal::{Atoms, Factor, Sum};
use crate::formula::series::{Intervals, WhereDefined, series, simplest};
use crate::formula::taylor::{Arithmetic, ClosedForms};
use crate::number::{ClosedForm, Decimal, Digits, Interval, Number, Precise};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero as _};

/// Binary digits of zeros that have no closed form.
pub(super) const BITS: usize = 256;
/// Zeros are placed to this relative precision, in binary digits.
const PLACED: i32 = 180;
/// The most boxes that are examined.
const MAX_BOXES: usize = 12_000;
/// More zeros are given up: where they accumulate, boxes would go on.
const MOST_ZEROS: usize = 1_000;
/// Nor more guesses at zeros that are not simple.
const MAX_GUESSES: usize = 2_000;
/// Zeros of a higher order are not recognised.
const MAX_ORDER: usize = 12;

/// A zero of a function.
#[derive(Clone, Debug)]
pub(super) struct Zero {
    /// The zero as a + b·π, if it is known to have this form.
    pub closed: Option<ClosedForm>,
    /// The zero with many digits.
    pub place: Precise,
    /// How many derivatives vanish there, counting the function itself.
    pub order: usize,
    /// The sign of the first derivative that does not vanish.
    pub sign: i32,
}

impl Zero {
    /// The zero in 64-bit intervals.
    pub fn interval(&self) -> Interval {
        self.place.to_interval()
    }

    /// Whether both may be the same number.
    pub fn touches(&self, other: &Zero) -> bool {
        let (a, b) = (self.interval(), other.interval());
        a.lo <= b.hi && b.lo <= a.hi
    }

    /// Whether it lies in a closed side of a view; `None` if that is not certain.
    pub fn is_within(&self, side: [f64; 2], digits: &Digits) -> Option<bool> {
        let beyond = |end: f64| {
            let end = Decimal::from(end).rational();
            let exact = self.closed.as_ref().map(|x| x.add(&ClosedForm::fraction(&end).neg()));
            exact
                .and_then(|difference| difference.sign())
                .or_else(|| digits.sub(&self.place, &digits.fraction(&end)).sign())
        };
        Some(beyond(side[0])? >= 0 && beyond(side[1])? <= 0)
    }
}

/// A function of one variable, or its derivative, plus products.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function<'a> {
    /// The atoms of the normal form.
    pub atoms: &'a Atoms,
    /// The function.
    pub sum: &'a Sum,
    /// 0, or 1 for its derivative.
    pub derivative: usize,
    /// (p, q) for each product p·q′ that is added.
    pub products: &'a [(Sum, Sum)],
}

impl<'a> Function<'a> {
    /// A function, or its derivative (1).
    pub fn new(atoms: &'a Atoms, sum: &'a Sum, derivative: usize) -> Function<'a> {
        Function { atoms, sum, derivative, products: &[] }
    }

    /// Its Taylor coefficients at a number or over a set.
    pub fn series<A: Arithmetic>(&self, numbers: &mut A, at: &A::Number, order: usize) -> Option<Vec<A::Number>> {
        let mut total = self.derived(self.sum, self.derivative, numbers, at, order)?;
        for (p, q) in self.products {
            let (p, slope) = (self.derived(p, 0, numbers, at, order)?, self.derived(q, 1, numbers, at, order)?);
            for (k, c) in total.iter_mut().enumerate() {
                for i in 0..=k {
                    let product = numbers.mul(&p[i], &slope[k - i]);
                    *c = numbers.add(c, &product);
                }
            }
        }
        Some(total)
    }

    fn derived<A: Arithmetic>(
        &self,
        sum: &Sum,
        derivative: usize,
        numbers: &mut A,
        at: &A::Number,
        order: usize,
    ) -> Option<Vec<A::Number>> {
        let whole = series(self.atoms, sum, at, order + derivative, numbers)?;
        if derivative == 0 {
            return Some(whole);
        }
        let scaled = whole.iter().enumerate().skip(1).map(|(k, c)| {
            let factor = numbers.fraction(&((k as i64).into(), 1.into()));
            numbers.mul(&factor, c)
        });
        Some(scaled.collect())
    }

    /// The sign at a number, if 64-bit intervals or many digits decide it.
    pub fn sign_at(&self, x: f64, intervals: &mut Intervals, digits: &mut Digits) -> Option<i32> {
        let near = self.series(intervals, &Interval::point(x), 0).and_then(|c| intervals.sign(&c[0]));
        near.or_else(|| {
            let x = digits.number(x)?;
            self.series(digits, &x, 0)?[0].sign()
        })
    }

    /// All zeros in an interval, ascending; some may lie a little outside of it. `None` where a part of the interval
    /// stays undecided.
    pub fn zeros(&self, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
        (super::numerator::zeros(self, range, cancel))
            .or_else(|| self.isolated(range, cancel))
            .or_else(|| super::powers::zeros(self, range, cancel))
            .or_else(|| super::tangents::zeros(self, range, cancel))
            .or_else(|| super::factors::zeros(self, range, cancel))
    }

    fn isolated(&self, range: Interval, cancel: &dyn Fn() -> bool) -> Option<Vec<Zero>> {
        let mut search = Isolation {
            function: *self,
            range,
            intervals: Intervals::default(),
            digits: Digits::new(BITS)?,
            arguments: self.affine_arguments(),
            guesses: 0,
            found: Vec::new(),
        };
        search.run(cancel)?;
        let mut found = search.found;
        found.sort_by(|(_, a), (_, b)| a.interval().lo.total_cmp(&b.interval().lo));
        // Overlapping intervals could hold the same zero twice.
        if found.windows(2).any(|pair| pair[0].1.interval().hi >= pair[1].1.interval().lo) {
            return None;
        }
        Some(found.into_iter().map(|(_, zero)| zero).collect())
    }
}

/// A search for all zeros.
struct Isolation<'a> {
    function: Function<'a>,
    range: Interval,
    intervals: Intervals,
    digits: Digits,
    /// (a, b) for each argument a + b·t of a function. A multiple of π as argument may give a zero.
    arguments: Vec<[BigRational; 2]>,
    guesses: usize,
    /// The zeros, each with an interval in which it is the only one.
    found: Vec<(Interval, Zero)>,
}

fn excludes_zero(x: &Interval) -> bool {
    x.lo > 0.0 || x.hi < 0.0
}

impl Isolation<'_> {
    fn run(&mut self, cancel: &dyn Fn() -> bool) -> Option<()> {
        let mut open = vec![self.range];
        let mut boxes = 0;
        while let Some(piece) = open.pop() {
            boxes += 1;
            if boxes > MAX_BOXES || self.found.len() > MOST_ZEROS || cancel() {
                return None;
            }
            let rest = self.without_known(piece);
            let [single] = rest[..] else {
                open.extend(rest);
                continue;
            };
            if self.is_free(single) {
                continue;
            }
            if let Some(found) = self.simple(single) {
                self.found.extend(found);
                continue;
            }
            if let Some(found) = self.recognised(single) {
                self.found.push(found);
                open.push(single);
                continue;
            }
            let middle = self.division(single);
            if single.width() < 1e-9 * self.range.width() || middle <= single.lo || middle >= single.hi {
                return None;
            }
            open.extend([Interval::new(single.lo, middle), Interval::new(middle, single.hi)]);
        }
        Some(())
    }

    /// The parts that no interval around a known zero covers.
    fn without_known(&self, piece: Interval) -> Vec<Interval> {
        let mut rest = vec![piece];
        for (known, _) in &self.found {
            rest = rest
                .into_iter()
                .flat_map(|piece| {
                    if known.hi < piece.lo || piece.hi < known.lo {
                        return vec![piece];
                    }
                    let below = (piece.lo < known.lo).then(|| Interval::new(piece.lo, known.lo));
                    let above = (known.hi < piece.hi).then(|| Interval::new(known.hi, piece.hi));
                    below.into_iter().chain(above).collect()
                })
                .collect();
        }
        rest
    }

    /// Where a piece is divided: not in the middle, which is often a zero. Where the function may be undefined, at the
    /// simplest fraction, which is often the end of the domain.
    fn division(&mut self, piece: Interval) -> f64 {
        let usual = piece.lo + 0.487 * (piece.hi - piece.lo);
        if self.function.series(&mut self.intervals, &piece, 0).is_some() {
            return usual;
        }
        let ends = [piece.lo, piece.hi].map(BigRational::from_float);
        let [Some(low), Some(high)] = ends else { return usual };
        let end = simplest(&low, &high).to_f64().unwrap_or(usual);
        if piece.lo < end && end < piece.hi { end } else { usual }
    }

    /// Whether the function is not 0 on the piece.
    fn is_free(&mut self, piece: Interval) -> bool {
        let Some(c) = self.function.series(&mut self.intervals, &piece, 1) else {
            let mut numbers = WhereDefined::default();
            let found = self.function.series(&mut numbers, &piece, 0);
            return found.is_some_and(|c| numbers.is_nowhere || excludes_zero(&c[0]));
        };
        if excludes_zero(&c[0]) {
            return true;
        }
        let middle = Interval::point(piece.middle());
        let at_middle = self.function.series(&mut self.intervals, &middle, 0);
        at_middle.is_some_and(|at| excludes_zero(&at[0].add(c[1].mul(piece.sub(middle)))))
    }

    /// The zero of a piece, or of a slightly larger one, on which the slope is not 0; `Some(None)` if there is none.
    fn simple(&mut self, piece: Interval) -> Option<Option<(Interval, Zero)>> {
        let margin = 0.25 * (piece.hi - piece.lo);
        for piece in [piece, Interval::new(piece.lo - margin, piece.hi + margin)] {
            let c = self.function.series(&mut self.intervals, &piece, 1)?;
            if !excludes_zero(&c[1]) {
                return None;
            }
            let mut sign = |x: f64| self.function.sign_at(x, &mut self.intervals, &mut self.digits);
            match (sign(piece.lo), sign(piece.hi)) {
                (Some(a), Some(b)) if a * b > 0 => return Some(None),
                (Some(a), Some(b)) if a * b < 0 => {
                    let (closed, place) = self.placed(piece)?;
                    return Some(Some((piece, Zero { closed, place, order: 1, sign: b })));
                }
                _ => {}
            }
        }
        None
    }

    /// A simple zero with many digits (interval Newton method), and in closed form where it has one.
    fn placed(&mut self, piece: Interval) -> Option<(Option<ClosedForm>, Precise)> {
        let mut place = self.digits.interval(piece)?;
        for _ in 0..16 {
            let centre = self.digits.centre(&place);
            let radius = self.digits.sub(&place, &centre);
            let is_placed = match (radius.exponent(), centre.exponent()) {
                (None, _) => true,
                (Some(width), size) => width < size.unwrap_or(-400).max(-400) - PLACED,
            };
            if is_placed {
                break;
            }
            let slope = self.function.series(&mut self.digits, &place, 1)?.pop()?;
            let value = self.function.series(&mut self.digits, &centre, 0)?.pop()?;
            let step = self.digits.div(&value, &slope)?;
            place = self.digits.sub(&centre, &step);
        }
        let tight = place.to_interval();
        if tight.hi - tight.lo > 1e-12 * piece.width().max(tight.hi.abs()) {
            return None;
        }
        // The enclosed zero is the only one in the piece.
        let around = Interval::new(tight.lo.next_down(), tight.hi.next_up());
        for (number, _) in self.candidates(around) {
            let at = self.function.series(&mut ClosedForms, &number, 0);
            let exact = exactly(&number, &mut self.digits)?;
            let inside = exact.to_interval();
            if at.is_some_and(|c| c[0].is_zero()) && piece.lo <= inside.lo && inside.hi <= piece.hi {
                return Some((Some(number), exact));
            }
        }
        Some((None, place))
    }

    /// A zero in closed form in the piece, with an interval around it that has no other.
    fn recognised(&mut self, piece: Interval) -> Option<(Interval, Zero)> {
        if piece.width() > 0.13 * self.range.width() {
            return None;
        }
        for (number, interval) in self.candidates(piece) {
            self.guesses += 1;
            if self.guesses > MAX_GUESSES {
                return None;
            }
            let Some(c) = self.function.series(&mut ClosedForms, &number, MAX_ORDER) else { continue };
            let Some(order) = c.iter().position(|c| !c.is_zero()).filter(|order| *order > 0) else { continue };
            let mut radius = 8.0 * piece.width();
            while radius > 1e-9 * self.range.width() {
                let around = Interval::new(interval.lo - radius, interval.hi + radius);
                let steep = self.function.series(&mut self.intervals, &around, order).and_then(|mut c| c.pop());
                if let Some(steep) = steep.filter(excludes_zero) {
                    let sign = if steep.lo > 0.0 { 1 } else { -1 };
                    let place = exactly(&number, &mut self.digits)?;
                    return Some((around, Zero { closed: Some(number), place, order, sign }));
                }
                radius *= 0.25;
            }
        }
        None
    }
}

/// A closed form with many digits.
pub(super) fn exactly(number: &ClosedForm, digits: &mut Digits) -> Option<Precise> {
    let ClosedForm::Known { rational, multiple } = number else { return None };
    let fraction = |digits: &Digits, x: &BigRational| digits.fraction(&(x.numer().clone(), x.denom().clone()));
    let (rational, share) = (fraction(digits, rational), fraction(digits, multiple));
    if multiple.is_zero() {
        return Some(rational);
    }
    let pi = digits.pi();
    let product = digits.mul(&share, &pi);
    Some(digits.add(&rational, &product))
}

impl Function<'_> {
    /// The arguments a + b·t, b ≠ 0, of all functions in it, each once, and t itself.
    fn affine_arguments(&self) -> Vec<[BigRational; 2]> {
        let mut reached = vec![false; self.atoms.len()];
        let parts = self.products.iter().flat_map(|(p, q)| [p, q]);
        std::iter::once(self.sum).chain(parts).for_each(|sum| self.atoms.reach(sum, &mut reached));
        let mut found = vec![[BigRational::zero(), BigRational::one()]];
        for place in (0..self.atoms.len()).filter(|place| reached[*place]) {
            let Some(pair) = self.atoms.get(place).argument().and_then(affine) else { continue };
            if !found.contains(&pair) && found.len() < 6 {
                found.push(pair);
            }
        }
        found
    }
}

/// a and b of a + b·t with b ≠ 0.
pub(super) fn affine(sum: &Sum) -> Option<[BigRational; 2]> {
    let (mut constant, mut slope) = (BigRational::zero(), BigRational::zero());
    for (monomial, c) in &sum.terms {
        match monomial[..] {
            [] => constant = c.clone(),
            [(Factor::Weight(_), 1)] => slope = c.clone(),
            _ => return None,
        }
    }
    (!slope.is_zero()).then_some([constant, slope])
}

/// Fractions with longer denominators are not tried.
const MOST_BITS: u64 = 40;
/// Nor multiples of π with a larger denominator.
const LARGEST_DENOMINATOR: i64 = 24;

impl Isolation<'_> {
    /// The simplest fraction in an interval and, for each argument, the simplest multiple of π that it takes there, if
    /// these are simple enough; with enclosures. Quotients by π are computed in f64, so a candidate may lie a little
    /// outside.
    fn candidates(&mut self, piece: Interval) -> Vec<(ClosedForm, Interval)> {
        let ends = [piece.lo, piece.hi].map(BigRational::from_float);
        let [Some(low), Some(high)] = ends else { return Vec::new() };
        let mut guesses = Vec::new();
        let rational = simplest(&low, &high);
        if rational.denom().bits() <= MOST_BITS {
            guesses.push(ClosedForm::fraction(&(rational.numer().clone(), rational.denom().clone())));
        }
        for [a, b] in &self.arguments {
            let over_pi = |x: &BigRational| {
                let value = (a + b * x).to_f64().unwrap_or(f64::NAN);
                BigRational::from_float(value / std::f64::consts::PI)
            };
            let (Some(first), Some(second)) = (over_pi(&low), over_pi(&high)) else { continue };
            let share = if first < second { simplest(&first, &second) } else { simplest(&second, &first) };
            if share.is_zero() || share.denom() > &BigInt::from(LARGEST_DENOMINATOR) {
                continue;
            }
            let fraction = |x: &BigRational| ClosedForm::fraction(&(x.numer().clone(), x.denom().clone()));
            let multiple = fraction(&share).mul(&ClosedForm::multiple_of_pi(1, 1));
            guesses.push(multiple.add(&fraction(a).neg()).mul(&fraction(&b.recip())));
        }
        let enclosed = |number: ClosedForm| {
            let interval = exactly(&number, &mut self.digits)?.to_interval();
            Some((number, interval))
        };
        guesses.into_iter().filter_map(enclosed).collect()
    }
}
