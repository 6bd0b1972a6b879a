//! Sharing divisions and powers.

use super::program::{BOTH, Id, Node, Program};
use super::ranges::Ranges;
use crate::number::{Binary, Unary};

/// The program with fewer divisions and powers for each point, if possible, and the new place of each node.
///
/// A node that divides several times is inverted once, and its inverse is multiplied with. Of several powers of one
/// base whose exponents differ by integers only the highest is computed; the others are that power divided by the base.
/// Derivatives of quotients and powers have many of both.
pub fn with_shared_reciprocals(program: Program, ranges: &Ranges) -> (Program, Vec<Id>) {
    let sharing = Sharing::new(&program, ranges);
    if !sharing.is_worthwhile() {
        let same = (0..program.nodes.len() as u32).map(Id).collect();
        return (program, same);
    }
    sharing.rewritten()
}

/// How a node that divides is inverted.
#[derive(Clone, Copy)]
enum Inverse {
    /// By a division.
    Division,
    /// By multiplying the inverses of its factors.
    Product(Id, Id),
}

struct Sharing<'a> {
    program: &'a Program,
    /// How to invert each node that divides more than once, or that lowers a power.
    inverses: Vec<Option<Inverse>>,
    /// For each power that is not the highest of its base: a higher power, and how often to divide it by the base.
    powers: Vec<Option<(Id, u32)>>,
}

impl<'a> Sharing<'a> {
    fn new(program: &'a Program, ranges: &Ranges) -> Sharing<'a> {
        let count = program.nodes.len();
        let mut sharing = Sharing { program, inverses: vec![None; count], powers: vec![None; count] };
        // Nodes of one weight are computed only once for each column or row.
        let is_used = program.used();
        let used = (0..count).filter(|&index| is_used[index] && program.depends[index] == BOTH);
        let used: Vec<Id> = used.map(|index| Id(index as u32)).collect();
        // If L has a kink where two quotients are equal, they have to stay equal to the last bit.
        let has_jump =
            |id: &Id| matches!(program.nodes[id.index()], Node::Unary(Unary::Kink | Unary::Sign | Unary::Step, _));
        if used.iter().any(has_jump) {
            return sharing;
        }
        let mut uses = vec![0; count];
        for &id in &used {
            if let Some((base, exponent)) = sharing.power(id).filter(|(base, _)| ranges.are_invertible(*base)) {
                let higher = used.iter().copied().filter_map(|other| {
                    let (its_base, its_exponent) = sharing.power(other)?;
                    let more = its_exponent - exponent;
                    let is_higher = its_base == base && (1.0..=MOST_DIVISIONS).contains(&more) && more.fract() == 0.0;
                    (is_higher && ranges.are_invertible(other)).then_some((other, more as u32))
                });
                sharing.powers[id.index()] = higher.max_by_key(|(_, more)| *more);
                if sharing.powers[id.index()].is_some() {
                    // A power takes longer than a division.
                    uses[base.index()] += 2;
                }
            }
            if let Node::Binary(Binary::Div, _, divisor) = program.nodes[id.index()] {
                uses[divisor.index()] += 1;
            }
        }
        for index in 0..count {
            let id = Id(index as u32);
            if uses[index] == 0 || program.depends[index] != BOTH || !ranges.are_invertible(id) {
                continue;
            }
            sharing.inverses[index] = Some(Inverse::Division);
            if let Node::Binary(Binary::Mul, a, b) = program.nodes[index]
                && [a, b].iter().all(|factor| sharing.inverses[factor.index()].is_some())
            {
                sharing.inverses[index] = Some(Inverse::Product(a, b));
                uses[a.index()] += 1;
                uses[b.index()] += 1;
            }
        }
        for (inverse, uses) in sharing.inverses.iter_mut().zip(uses) {
            if matches!(inverse, Some(Inverse::Division)) && uses < 2 {
                *inverse = None;
            }
        }
        sharing
    }

    fn is_worthwhile(&self) -> bool {
        self.inverses.iter().any(Option::is_some)
    }

    /// Base and exponent of a power with a constant exponent.
    fn power(&self, id: Id) -> Option<(Id, f64)> {
        let Node::Binary(Binary::Pow, base, exponent) = self.program.nodes[id.index()] else { return None };
        match self.program.nodes[exponent.index()] {
            Node::Constant(exponent) => Some((base, exponent)),
            _ => None,
        }
    }

    fn rewritten(&self) -> (Program, Vec<Id>) {
        let mut rewriter = Rewriter {
            sharing: self,
            program: Program::default(),
            places: vec![None; self.program.nodes.len()],
            inverses: vec![None; self.program.nodes.len()],
        };
        let places: Vec<Id> = (0..self.program.nodes.len() as u32).map(|index| rewriter.place(Id(index))).collect();
        let mut program = rewriter.program;
        program.outputs = self.program.outputs.iter().map(|id| places[id.index()]).collect();
        (program, places)
    }
}

/// The most divisions by the base that may replace a power.
const MOST_DIVISIONS: f64 = 4.0;

struct Rewriter<'a> {
    sharing: &'a Sharing<'a>,
    program: Program,
    places: Vec<Option<Id>>,
    inverses: Vec<Option<Id>>,
}

impl Rewriter<'_> {
    /// The new place of a node; its operands, which come before it, have theirs.
    fn place(&mut self, id: Id) -> Id {
        if let Some(place) = self.places[id.index()] {
            return place;
        }
        let place = match self.sharing.program.nodes[id.index()] {
            Node::Binary(Binary::Pow, base, _) if self.sharing.powers[id.index()].is_some() => {
                let (other, divisions) = self.sharing.powers[id.index()].unwrap_or((id, 0));
                let (mut power, inverse) = (self.place(other), self.inverse(base));
                for _ in 0..divisions {
                    power = self.program.binary(Binary::Mul, power, inverse);
                }
                power
            }
            Node::Binary(Binary::Div, a, b) if self.sharing.inverses[b.index()].is_some() => {
                let (a, inverse) = (self.place(a), self.inverse(b));
                if self.program.nodes[a.index()] == Node::Constant(1.0) {
                    inverse
                } else {
                    self.program.binary(Binary::Mul, a, inverse)
                }
            }
            Node::Unary(op, a) => {
                let a = self.place(a);
                self.program.unary(op, a)
            }
            Node::Binary(op, a, b) => {
                let (a, b) = (self.place(a), self.place(b));
                self.program.binary(op, a, b)
            }
            leaf => self.program.insert(leaf),
        };
        self.places[id.index()] = Some(place);
        place
    }

    fn inverse(&mut self, id: Id) -> Id {
        if let Some(inverse) = self.inverses[id.index()] {
            return inverse;
        }
        let inverse = match self.sharing.inverses[id.index()] {
            Some(Inverse::Product(a, b)) => {
                let (a, b) = (self.inverse(a), self.inverse(b));
                self.program.binary(Binary::Mul, a, b)
            }
            _ => {
                let (one, divisor) = (self.program.constant(1.0), self.place(id));
                self.program.binary(Binary::Div, one, divisor)
            }
        };
        self.inverses[id.index()] = Some(inverse);
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::Formula;
    use crate::formula::block::regroup::Regrouped;
    use crate::landscape::nodes;

    /// How many divisions and how many powers of both weights are left in L, ∇L and H.
    fn left(formula: &str) -> [usize; 2] {
        let regrouped = regrouped(formula);
        let axis = nodes([-1.0, 1.0], 11);
        let ranges = Ranges::new(&regrouped.program, [&axis, &axis]);
        count(&regrouped.with_shared_reciprocals(&ranges).program)
    }

    /// How many there are without sharing.
    fn strict(formula: &str) -> [usize; 2] {
        count(&regrouped(formula).program)
    }

    fn regrouped(formula: &str) -> Regrouped {
        let tape = Formula::parse(formula).expect("a formula").tape(&[]);
        Regrouped::new(tape.instructions(), tape.instructions().output_slots())
    }

    fn count(program: &Program) -> [usize; 2] {
        let used = program.used();
        let on_both = |index: &usize| used[*index] && program.depends[*index] == BOTH;
        [Binary::Div, Binary::Pow].map(|wanted| {
            let is_wanted = |index: &usize| matches!(program.nodes[*index], Node::Binary(op, ..) if op == wanted);
            (0..program.nodes.len()).filter(on_both).filter(is_wanted).count()
        })
    }

    #[test]
    fn what_divides_often_does_so_once() {
        assert_eq!(left("1/(2+w1*w2)"), [1, 0]);
        assert_eq!(left("(w1^2+w2)^2/(1+exp(w1*w2))"), [1, 0]);
        assert_eq!(left("w1/(3+w1*w2)+w2/(4-w1*w2)"), [2, 0]);
    }

    #[test]
    fn of_powers_of_the_same_only_the_highest_is_computed() {
        assert_eq!(left("(3+w1*w2)^1.7"), [1, 1]);
        assert_eq!(left("(3+w1*w2)^1.7+(4+w1-w2)^0.3"), [2, 2]);
        assert_eq!(left("(3+w1*w2)^1.5"), [1, 0]);
        // The higher power leaves the range of normal numbers.
        assert_eq!(left("exp(-(20*w1-w2)^2)^3.7+exp(-(20*w1-w2)^2)^0.7")[1], 6);
    }

    #[test]
    fn what_may_be_zero_is_divided_by() {
        let [divisions, _] = left("1/(w1*w2)^2+w1/(w1*w2-w2)");
        assert!(divisions > 2, "{divisions}");
        assert_eq!(left("abs((3+w1*w2+w1)/(3+w1*w2+w2)-1)"), strict("abs((3+w1*w2+w1)/(3+w1*w2+w2)-1)"));
        let [_, powers] = left("(w1^2+w2^2)^0.7");
        assert_eq!(powers, 3);
    }
}
