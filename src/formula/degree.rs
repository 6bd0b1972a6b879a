//! The degree of a loss that is written as a polynomial.

use super::instructions::{Instructions, Operation};
use crate::number::Binary;

impl Instructions {
    /// A bound of the degree of L as a polynomial in w1 and w2; `None` where L is not written as one.
    ///
    /// The bound follows from the operations as written: terms that cancel count. A loss that has a degree is defined
    /// everywhere, and the mean over examples has the degree of one example.
    pub(super) fn degree(&self) -> Option<u32> {
        let [count, ..] = self.ends();
        let first = self.first_column() + self.columns();
        let mut degrees: Vec<Option<u32>> = vec![Some(0); first + count];
        degrees[..2].fill(Some(1));
        for (slot, operation) in self.numbered().take(count) {
            degrees[slot] = degree_of(operation, |operand| degrees[operand as usize]);
        }
        degrees.get(self.output_slots()[0] as usize).copied().flatten()
    }
}

fn degree_of(operation: Operation, of: impl Fn(u32) -> Option<u32>) -> Option<u32> {
    let is_constant = |operand: u32| of(operand) == Some(0);
    match operation {
        Operation::Power(a, n) if n >= 0 => of(a)?.checked_mul(n.unsigned_abs()),
        Operation::Binary(Binary::Add | Binary::Sub, a, b) => Some(of(a)?.max(of(b)?)),
        Operation::Binary(Binary::Mul, a, b) => of(a)?.checked_add(of(b)?),
        Operation::Binary(Binary::Div, a, b) if is_constant(b) => of(a),
        Operation::Unary(crate::number::Unary::Neg, a) => of(a),
        // Any function of constants is a constant.
        _ => operation.operands().all(is_constant).then_some(0),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::super::Formula;

    #[test]
    fn degrees_of_formulas() {
        for (text, degree) in [
            ("3", Some(0)),
            ("w1", Some(1)),
            ("sqrt(2)*w1/pi - sin(1)", Some(1)),
            ("(w1+2*w2-7)^2/3 + (2*w1+w2-5)^2", Some(2)),
            ("-w1*w2", Some(2)),
            ("w1^3 - w2^2", Some(3)),
            ("(w1^2 + w2 - 11)^2", Some(4)),
            ("exp(w1)", None),
            ("w1/w2", None),
            ("1/w1", None),
            ("abs(w1) + w2^2", None),
            ("w1^2.5", None),
            ("sqrt(w1)*0.5 + w2^2", None),
            ("max(w1, w2)", None),
        ] {
            assert_eq!(Formula::parse(text).unwrap().tape(&[]).degree(), degree, "{text}");
        }
    }
}
