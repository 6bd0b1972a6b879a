//! Whether the open boxes of a proof multiply as they do along a curve of critical points.

/// How the number of open boxes changes from round to round. In a round each box is examined once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Growth {
    /// How many boxes of this round are still to be examined.
    pub left: usize,
    rounds: u32,
    /// The open boxes two rounds ago, and how often in a row two rounds have multiplied them.
    count: usize,
    pub doublings: u32,
}

impl Growth {
    /// Begins a round. Returns whether the open boxes multiply as they do along a curve of critical points. Along one,
    /// two rounds halve both sides of the boxes and double their number; around points their number stays.
    pub fn next_round(&mut self, count: usize) -> bool {
        self.rounds += 1;
        if self.rounds % 2 == 1 {
            return false;
        }
        let grows = count >= 4096 && count as f64 > 1.4 * self.count as f64;
        self.doublings = if grows { self.doublings + 1 } else { 0 };
        self.count = count;
        self.doublings >= 3
    }
}
