//! Random choices from a seed: splitmix64 (G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number
//! generators, 2014), so that a case is the same on every machine and with every version of every crate.

use super::exact::Rational;

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        let mut random = Random(seed ^ 0x5851_f42d_4c95_7f2d);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from low to high, both included.
    pub fn int(&mut self, low: i64, high: i64) -> i64 {
        let count = (high - low + 1) as u64;
        low + (self.next() % count) as i64
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.int(1, 100) <= percent
    }

    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.int(0, choices.len() as i64 - 1) as usize].clone()
    }

    pub fn sign(&mut self) -> i64 {
        if self.chance(50) { 1 } else { -1 }
    }

    /// A decimal of so many places between −size and size.
    pub fn decimal(&mut self, size: i64, places: i32) -> Rational {
        let most = size * 10i64.pow(places as u32);
        &Rational::int(self.int(-most, most)) * &Rational::ten_to(-places)
    }

    /// A decimal that is not 0.
    pub fn nonzero(&mut self, size: i64, places: i32) -> Rational {
        loop {
            let drawn = self.decimal(size, places);
            if !drawn.is_zero() {
                return drawn;
            }
        }
    }

    /// d·10⁻ᵏ with one or two digits and k between the bounds.
    pub fn small(&mut self, least: i32, most: i32) -> Rational {
        let digits = self.pick(&[1, 2, 3, 5, 12, 25]);
        let places = self.int(i64::from(least), i64::from(most)) as i32;
        let scale = if digits > 9 { 1 } else { 0 };
        &Rational::int(digits) * &Rational::ten_to(-places - scale)
    }
}
