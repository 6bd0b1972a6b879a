//! The cells that contour lines pass through, found eight at a time.

use crate::number::lanes::{InstructionSet, Work};

/// The bits of a byte that are set.
struct Bits {
    /// Their indices, ascending; entries from `count` on are meaningless.
    places: [u8; 8],
    count: u8,
}

/// The bits of each byte.
static BITS: [Bits; 256] = {
    let mut all = [const { Bits { places: [0; 8], count: 0 } }; 256];
    let mut byte = 0;
    while byte < all.len() {
        let mut bit = 0;
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                all[byte].places[all[byte].count as usize] = bit;
                all[byte].count += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    all
};

/// The cells of a row whose corners do not all reach the same number of levels.
pub(super) struct ActiveCells {
    columns: Vec<u32>,
}

impl ActiveCells {
    /// Room for rows of so many nodes.
    pub fn of_width(width: usize) -> ActiveCells {
        ActiveCells { columns: vec![0; width + 8] }
    }

    /// The columns of these cells, between two neighbouring rows of counts.
    pub fn find(&mut self, counts: [&[u8]; 2]) -> &[u32] {
        let count = InstructionSet::fastest().run(Finding { counts, columns: &mut self.columns });
        &self.columns[..count]
    }
}

/// The vectorised search for them; returns how many there are.
struct Finding<'a> {
    counts: [&'a [u8]; 2],
    columns: &'a mut [u32],
}

impl Work for Finding<'_> {
    type Output = usize;

    #[inline(always)]
    fn run(self) -> usize {
        let Finding { counts: [lower, upper], columns } = self;
        let (mut count, mut column) = (0, 0);
        // Eight cells at a time.
        let [below, beside_below] = [lower, &lower[1..]].map(|row| row.as_chunks::<8>().0);
        let [above, beside_above] = [upper, &upper[1..]].map(|row| row.as_chunks::<8>().0);
        for (((a, b), c), d) in below.iter().zip(beside_below).zip(above).zip(beside_above) {
            let [a, b, c, d] = [a, b, c, d].map(|counts| u64::from_le_bytes(*counts));
            // A byte differs from zero where a cell's corners differ; the lowest byte is the first cell.
            let differences = (a ^ b) | (a ^ c) | (a ^ d);
            // The highest bit of each such byte, gathered in one byte. There is no branch, because a processor cannot
            // predict whether eight cells contain active ones.
            const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
            let marks = (((differences & LOW_BITS) + LOW_BITS) | differences) & !LOW_BITS;
            let byte = ((marks >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as usize;
            let Bits { places, count: more } = &BITS[byte % BITS.len()];
            let mut found = [column as u32; 8];
            for (to, place) in found.iter_mut().zip(places) {
                *to += u32::from(*place);
            }
            columns[count..count + 8].copy_from_slice(&found);
            count += usize::from(*more);
            column += 8;
        }
        for column in column..lower.len() - 1 {
            columns[count] = column as u32;
            count += usize::from([lower[column + 1], upper[column], upper[column + 1]] != [lower[column]; 3]);
        }
        count
    }
}
