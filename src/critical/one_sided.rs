//! Numbers along a ray: f(w + t·d) = f(w) + t·f'(w; d) + o(t) for t → 0 from above.
//!
//! One-sided derivatives also exist at kinks, where there is no gradient. If f'(w; d) + f'(w; −d) is not 0, f has no
//! derivative at w; and if f'(w; d) is not 0, w is not a critical point. Values are exact if the arithmetic is exact,
//! so that |u| is recognised to be at its kink. All other values are enclosed.

use crate::number::{Constant, Interval, Number};

/// The value at a point, and the one-sided derivative along a ray from it.
#[derive(Clone, Copy, Debug)]
pub(super) struct OneSided {
    pub(super) value: Constant,
    pub(super) slope: Interval,
}

/// 0 as an interval.
const ZERO: Interval = Interval { lo: 0.0, hi: 0.0, partial: false };

fn number(value: f64) -> Interval {
    Interval::point(value)
}

impl OneSided {
    /// A function of this number with derivative `outer` at its value. If the number does not change along the ray, the
    /// function does not change either.
    fn chain(self, value: Constant, outer: impl FnOnce(Interval) -> Interval) -> OneSided {
        let is_fixed = self.slope.lo == 0.0 && self.slope.hi == 0.0;
        let slope = if is_fixed { self.slope } else { outer(self.value.enclosure).mul(self.slope) };
        OneSided { value, slope }
    }

    /// The sign of the value: `None` where it is not known.
    fn known_sign(self) -> Option<i32> {
        let Interval { lo, hi, .. } = self.value.enclosure;
        match (lo, hi) {
            _ if lo > 0.0 => Some(1),
            _ if hi < 0.0 => Some(-1),
            (0.0, 0.0) => Some(0),
            _ => None,
        }
    }

    /// `above` if this number is positive, `below` if it is negative, and `at_kink` if it is 0.
    fn choose(self, above: Interval, below: Interval, at_kink: Interval) -> Interval {
        match self.known_sign() {
            Some(1) => above,
            Some(-1) => below,
            Some(_) => at_kink,
            None => above.hull(below),
        }
    }
}

fn reciprocal(x: Interval) -> Interval {
    number(1.0).div(x)
}

/// 1 − x².
fn one_less_square(x: Interval) -> Interval {
    number(1.0).sub(x.powi(2))
}

impl Number for OneSided {
    const ENCLOSES: bool = true;

    fn constant(constant: &Constant) -> OneSided {
        OneSided { value: *constant, slope: ZERO }
    }

    fn powi(self, exponent: i32) -> OneSided {
        let outer = |x: Interval| match exponent {
            0 => ZERO,
            n => number(f64::from(n)).mul(x.powi(n.saturating_sub(1))),
        };
        self.chain(self.value.powi(exponent), outer)
    }

    fn neg(self) -> OneSided {
        OneSided { value: self.value.neg(), slope: self.slope.neg() }
    }

    fn abs(self) -> OneSided {
        let slope = self.choose(self.slope, self.slope.neg(), self.slope.abs());
        OneSided { value: self.value.abs(), slope }
    }

    // Functions that jump have a slope only away from their jumps.

    fn sign(self) -> OneSided {
        self.chain(self.value.sign(), Number::kink)
    }

    fn step(self) -> OneSided {
        self.chain(self.value.step(), Number::kink)
    }

    fn kink(self) -> OneSided {
        self.chain(self.value.kink(), Number::kink)
    }

    fn floor(self) -> OneSided {
        self.chain(self.value.floor(), |x| x.sub(x.floor()).kink())
    }

    fn ceil(self) -> OneSided {
        self.chain(self.value.ceil(), |x| x.ceil().sub(x).kink())
    }

    fn sqrt(self) -> OneSided {
        self.chain(self.value.sqrt(), |x| number(0.5).div(x.sqrt()))
    }

    fn cbrt(self) -> OneSided {
        self.chain(self.value.cbrt(), |x| reciprocal(number(3.0).mul(x.cbrt().powi(2))))
    }

    fn exp(self) -> OneSided {
        self.chain(self.value.exp(), Number::exp)
    }

    fn ln(self) -> OneSided {
        self.chain(self.value.ln(), reciprocal)
    }

    fn log2(self) -> OneSided {
        self.chain(self.value.log2(), |x| reciprocal(x.mul(number(2.0).ln())))
    }

    fn log10(self) -> OneSided {
        self.chain(self.value.log10(), |x| reciprocal(x.mul(number(10.0).ln())))
    }

    fn sin(self) -> OneSided {
        self.chain(self.value.sin(), Number::cos)
    }

    fn cos(self) -> OneSided {
        self.chain(self.value.cos(), |x| x.sin().neg())
    }

    fn tan(self) -> OneSided {
        self.chain(self.value.tan(), |x| number(1.0).add(x.tan().powi(2)))
    }

    fn asin(self) -> OneSided {
        self.chain(self.value.asin(), |x| reciprocal(one_less_square(x).sqrt()))
    }

    fn acos(self) -> OneSided {
        self.chain(self.value.acos(), |x| reciprocal(one_less_square(x).sqrt()).neg())
    }

    fn atan(self) -> OneSided {
        self.chain(self.value.atan(), |x| reciprocal(number(1.0).add(x.powi(2))))
    }

    fn sinh(self) -> OneSided {
        self.chain(self.value.sinh(), Number::cosh)
    }

    fn cosh(self) -> OneSided {
        self.chain(self.value.cosh(), Number::sinh)
    }

    fn tanh(self) -> OneSided {
        self.chain(self.value.tanh(), Number::sech_squared)
    }

    fn sech_squared(self) -> OneSided {
        self.chain(self.value.sech_squared(), |x| number(-2.0).mul(x.tanh()).mul(x.sech_squared()))
    }

    fn sigmoid(self) -> OneSided {
        self.chain(self.value.sigmoid(), |x| x.sigmoid().mul(x.neg().sigmoid()))
    }

    fn softplus(self) -> OneSided {
        self.chain(self.value.softplus(), Number::sigmoid)
    }

    fn relu(self) -> OneSided {
        let slope = self.choose(self.slope, ZERO, self.slope.relu());
        OneSided { value: self.value.relu(), slope }
    }

    fn add(self, other: OneSided) -> OneSided {
        OneSided { value: self.value.add(other.value), slope: self.slope.add(other.slope) }
    }

    fn sub(self, other: OneSided) -> OneSided {
        OneSided { value: self.value.sub(other.value), slope: self.slope.sub(other.slope) }
    }

    fn mul(self, other: OneSided) -> OneSided {
        let (a, b) = (self.value.enclosure, other.value.enclosure);
        OneSided { value: self.value.mul(other.value), slope: self.slope.mul(b).add(a.mul(other.slope)) }
    }

    fn div(self, other: OneSided) -> OneSided {
        let value = self.value.div(other.value);
        let change = self.slope.sub(value.enclosure.mul(other.slope));
        OneSided { value, slope: change.div(other.value.enclosure) }
    }

    fn pow(self, other: OneSided) -> OneSided {
        let (a, b) = (self.value.enclosure, other.value.enclosure);
        let value = self.value.pow(other.value);
        let along_base = self.chain(value, |a| b.mul(a.pow(b.sub(number(1.0)))));
        let along_exponent = other.chain(value, |_| value.enclosure.mul(a.ln()));
        OneSided { value, slope: along_base.slope.add(along_exponent.slope) }
    }

    fn hypot(self, other: OneSided) -> OneSided {
        let value = self.value.hypot(other.value);
        let (a, b) = (self.value.enclosure, other.value.enclosure);
        let slope = if (self.known_sign(), other.known_sign()) == (Some(0), Some(0)) {
            self.slope.hypot(other.slope)
        } else {
            let share = |x: Interval| x.div(value.enclosure);
            share(a).mul(self.slope).add(share(b).mul(other.slope))
        };
        OneSided { value, slope }
    }

    fn atan2(self, other: OneSided) -> OneSided {
        let (a, b) = (self.value.enclosure, other.value.enclosure);
        // 0 away from the half-line on which the angle jumps.
        let jump = a.abs().max(b).kink();
        let change = b.mul(self.slope).sub(a.mul(other.slope));
        let slope = change.div(a.powi(2).add(b.powi(2))).add(jump);
        OneSided { value: self.value.atan2(other.value), slope }
    }

    fn min(self, other: OneSided) -> OneSided {
        let slope = self.sub(other).choose(other.slope, self.slope, self.slope.min(other.slope));
        OneSided { value: self.value.min(other.value), slope }
    }

    fn max(self, other: OneSided) -> OneSided {
        let slope = self.sub(other).choose(self.slope, other.slope, self.slope.max(other.slope));
        OneSided { value: self.value.max(other.value), slope }
    }
}
