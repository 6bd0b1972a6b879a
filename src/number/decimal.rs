//! Numbers as a person means them: an f64 for points and grids, together with the decimal that it stands for.
//!
//! A number that was typed stands for the decimal that was typed. One that comes from a drag or a computation stands
//! for the shortest decimal that reads back to it. So 0.1 is 1/10 in a formula, as a parameter, in a table of data and
//! as the border of a view: proofs enclose it, and exact algebra takes it as a rational number.

use super::{Constant, Vector};
use num_bigint::BigInt;
use num_traits::{One, Pow, Zero};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A fraction with a positive denominator.
pub type Rational = (BigInt, BigInt);

/// A number with the decimal that it stands for. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Decimal {
    value: f64,
    /// The decimal as written, if it differs from the shortest decimal of `value`.
    written: Option<Arc<str>>,
}

impl From<f64> for Decimal {
    fn from(value: f64) -> Decimal {
        Decimal { value, written: None }
    }
}

/// Whether it stands for the shortest decimal of an f64.
impl PartialEq<f64> for Decimal {
    fn eq(&self, other: &f64) -> bool {
        self.value == *other && self.written.is_none()
    }
}

/// The reason why a text is not a [`Decimal`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a finite decimal number")]
pub struct DecimalError(String);

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Decimal, DecimalError> {
        let plain = text.trim().replace('−', "-");
        let refused = || DecimalError(text.to_owned());
        let value: f64 = plain.parse().map_err(|_| refused())?;
        if !value.is_finite() {
            return Err(refused());
        }
        // A decimal differs from the shortest one only if it has more digits than an f64 distinguishes, or is out of
        // its range.
        if significant_digits(&plain) <= 15 && value != 0.0 && value.is_normal() {
            return Ok(value.into());
        }
        match (rational(&plain), Decimal::from(value).rational()) {
            (Some(a), b) if &a.0 * &b.1 == &b.0 * &a.1 => Ok(value.into()),
            (Some(_), _) => Ok(Decimal { value, written: Some(plain.into()) }),
            // The exponent is out of range: the number stands for the f64 that it rounds to.
            (None, _) => Ok(value.into()),
        }
    }
}

/// How many digits the mantissa of a decimal has, without leading zeros.
fn significant_digits(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    mantissa.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').count()
}

impl Decimal {
    /// The f64 nearest to it.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The decimal as a fraction; 0 for a value that is not finite.
    pub fn rational(&self) -> Rational {
        let shortest = || format!("{:e}", self.value);
        let written = self.written.as_deref().and_then(rational);
        written.or_else(|| rational(&shortest())).unwrap_or_else(|| (BigInt::zero(), BigInt::from(1)))
    }

    /// The decimals that the coordinates of a point stand for, enclosed.
    pub fn coordinates(w: Vector) -> [Constant; 2] {
        [w.x, w.y].map(|x| Decimal::from(x).constant())
    }

    /// The value with an enclosure of the decimal.
    pub fn constant(&self) -> Constant {
        let is_exact = self.written.is_none() && self.value == libm::trunc(self.value) && self.value.abs() < 1e15;
        if is_exact || (self.written.is_none() && is_exact_f64(&format!("{:e}", self.value.abs()))) {
            Constant::exact(self.value)
        } else {
            Constant::rounded(self.value)
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.written {
            Some(text) => f.write_str(text),
            None => write!(f, "{}", self.value),
        }
    }
}

/// Serialized as a number if it is the shortest decimal of its f64, and as a text otherwise.
impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written {
            Some(text) => serializer.serialize_str(text),
            None => serializer.serialize_f64(self.value),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "expected a number, or a decimal in quotes")]
        enum Written {
            Number(f64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(value) => Ok(value.into()),
            Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

/// A column of numbers with the decimals that they stand for. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Decimals {
    values: Arc<[f64]>,
    /// The decimals that are written with more digits than an f64 has, by their place.
    written: Arc<BTreeMap<usize, Decimal>>,
}

impl From<Vec<f64>> for Decimals {
    fn from(values: Vec<f64>) -> Decimals {
        Decimals { values: values.into(), written: Arc::default() }
    }
}

/// The f64 nearest to each.
impl std::ops::Deref for Decimals {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.values
    }
}

impl FromIterator<Decimal> for Decimals {
    fn from_iter<I: IntoIterator<Item = Decimal>>(numbers: I) -> Decimals {
        let mut written = BTreeMap::new();
        let values: Vec<f64> = numbers
            .into_iter()
            .enumerate()
            .map(|(place, number)| {
                let value = number.value;
                if number.written.is_some() {
                    written.insert(place, number);
                }
                value
            })
            .collect();
        Decimals { values: values.into(), written: Arc::new(written) }
    }
}

impl Decimals {
    /// One of them.
    ///
    /// # Panics
    /// Panics if there are not so many.
    pub fn decimal(&self, place: usize) -> Decimal {
        self.written.get(&place).cloned().unwrap_or_else(|| self.values[place].into())
    }

    /// Each of them.
    pub fn decimals(&self) -> impl Iterator<Item = Decimal> + '_ {
        (0..self.values.len()).map(|place| self.decimal(place))
    }

    /// The texts of those that are written with more digits than an f64 tells apart.
    pub fn longer(&self) -> impl Iterator<Item = &str> {
        self.written.values().filter_map(|number| number.written.as_deref())
    }

    /// Whether both are the same, which clones are without a look at their values.
    pub fn is_same(&self, other: &Decimals) -> bool {
        (Arc::ptr_eq(&self.values, &other.values) || self.values == other.values) && self.written == other.written
    }
}

/// A decimal such as −12.5e−3 as a fraction; `None` for other texts, and for exponents beyond ±1100.
pub fn rational(text: &str) -> Option<Rational> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{part}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let exponent = i64::from(exponent) - part.len() as i64;
    if exponent.unsigned_abs() > 1100 {
        return None;
    }
    let power = BigInt::from(10).pow(exponent.unsigned_abs() as u32);
    let digits: BigInt = all.parse().ok()?;
    let digits = if negative { -digits } else { digits };
    Some(if exponent >= 0 { (digits * power, BigInt::from(1)) } else { (digits, power) })
}

/// An f64 as it stands in memory, as numerator and positive denominator.
pub fn binary(value: f64) -> Option<Rational> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let (exponent, digits) = ((bits >> 52 & 0x7ff) as i64, bits & ((1 << 52) - 1));
    let (digits, exponent) = if exponent == 0 { (digits, -1074) } else { (digits | 1 << 52, exponent - 1075) };
    let twos = i64::from(digits.trailing_zeros().min(63));
    let (digits, exponent) = if digits == 0 { (0, 0) } else { (digits >> twos, exponent + twos) };
    let digits = if value < 0.0 { -BigInt::from(digits) } else { BigInt::from(digits) };
    let power = BigInt::one() << exponent.unsigned_abs();
    Some(if exponent >= 0 { (digits * power, BigInt::one()) } else { (digits, power) })
}

/// Whether a decimal number without a sign is exactly an f64: m·10ᵉ with m·5ᵉ an integer below 2⁵³ after cancelling.
pub fn is_exact_f64(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let Ok(exponent) = exponent.parse::<i64>() else { return false };
    if digits.is_empty() {
        return true;
    }
    let mut exponent = exponent.saturating_sub(fraction.len() as i64);
    let Ok(mut m) = digits.parse::<u128>() else { return false };
    while exponent < 0 && m % 5 == 0 {
        // m·10ᵉ = (m/5)·10ᵉ⁺¹/2: a power of two does not matter.
        m /= 5;
        exponent += 1;
    }
    while m % 2 == 0 {
        m /= 2;
    }
    if exponent < 0 {
        return false;
    }
    for _ in 0..exponent {
        m = m.saturating_mul(5);
        if m >= 1 << 53 {
            return false;
        }
    }
    m < 1 << 53
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exact_decimals() {
        for text in ["0", "0.0", "1", "0.5", "0.25", "3.75", "1e22", "1e-0", "2.50", "4.5e1"] {
            assert!(is_exact_f64(text), "{text}");
        }
        for text in ["0.1", "1e23", "2.1", "9007199254740993", "1e-5", "3.3e-2", "1e-999999999999"] {
            assert!(!is_exact_f64(text), "{text}");
        }
    }

    #[test]
    fn a_number_stands_for_its_decimal() {
        let fraction = |n: i64, d: i64| (BigInt::from(n), BigInt::from(d));
        assert_eq!(Decimal::from(0.1).rational(), fraction(1, 10));
        assert_eq!(Decimal::from(-2.5e-3).rational(), fraction(-25, 10_000));
        assert_eq!(Decimal::from(0.1).constant().as_exact(), None);
        assert!(Decimal::from(0.1).constant().enclosure.lo < 0.1);
        assert_eq!(Decimal::from(0.5).constant().as_exact(), Some(0.5));
        assert_eq!(Decimal::from(-3.0).constant().as_exact(), Some(-3.0));
        assert_eq!("0.1".parse::<Decimal>().unwrap(), Decimal::from(0.1));
        assert_eq!("1.000".parse::<Decimal>().unwrap(), Decimal::from(1.0));
    }

    #[test]
    fn a_longer_decimal_keeps_its_digits() {
        // The f64 nearest to 0.1, written out.
        let text = "0.1000000000000000055511151231257827021181583404541015625";
        let long: Decimal = text.parse().unwrap();
        assert_eq!((long.value(), long.to_string().as_str()), (0.1, text));
        assert_ne!(long, Decimal::from(0.1));
        let (n, d) = long.rational();
        assert_eq!(n * BigInt::from(2).pow(55u32), BigInt::from(3_602_879_701_896_397_i64) * d);
        assert_eq!(toml::from_str::<BTreeMap<String, Decimal>>(&format!("a = \"{text}\"")).unwrap()["a"], long);
        assert!("1e999".parse::<Decimal>().is_err() && "one".parse::<Decimal>().is_err());
        assert_eq!("1e-400".parse::<Decimal>().unwrap().value(), 0.0);
        assert_ne!("1e-400".parse::<Decimal>().unwrap().rational().0, BigInt::from(0));
    }

    proptest! {
        /// The enclosure holds the decimal, and the shortest decimal reads back.
        #[test]
        fn enclosures_hold_the_decimal(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let number = Decimal::from(value);
            prop_assert_eq!(format!("{:e}", value).parse::<Decimal>().unwrap(), number.clone());
            let (n, d) = number.rational();
            let enclosure = number.constant().enclosure;
            let [low, high] = [enclosure.lo, enclosure.hi].map(|end| binary(end).unwrap());
            prop_assert!(&low.0 * &d <= &n * &low.1 && &n * &high.1 <= &high.0 * &d);
        }
    }
}
