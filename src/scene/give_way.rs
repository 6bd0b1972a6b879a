//! Labels give way to lines.

use super::{Rect, clip};

/// Room between a label and a line.
const ROOM: f64 = 3.0;

/// The place nearest to the first place of a label at which no line is under it and no other label; without one, the place with the
/// least of lines under it. `None` if there are other labels everywhere.
pub(super) fn place(first: Rect, inside: &Rect, others: &[Rect], lines: &[[[f64; 2]; 2]], scale: f64) -> Option<Rect> {
    let (width, height) = (first.width(), first.height());
    let mut moves: Vec<[f64; 2]> = (-8..=8)
        .flat_map(|row: i32| {
            (-4..=4).map(move |column: i32| [0.5 * width * f64::from(column), 0.6 * height * f64::from(row)])
        })
        .collect();
    moves.sort_by(|a, b| libm::hypot(a[0], a[1]).total_cmp(&libm::hypot(b[0], b[1])));
    let mut best: Option<(f64, Rect)> = None;
    for [x, y] in moves {
        let rect = moved(&first, [x, y]);
        let is_in = inside.contains(rect.min) && inside.contains(rect.max);
        if !is_in || others.iter().any(|other| other.overlaps(&rect)) {
            continue;
        }
        let under = length_under(&rect.grown(ROOM * scale), lines);
        if under == 0.0 {
            return Some(rect);
        }
        if best.is_none_or(|(least, _)| under < least) {
            best = Some((under, rect));
        }
    }
    best.map(|(_, rect)| rect)
}

/// A moved rectangle.
pub(super) fn moved(rect: &Rect, by: [f64; 2]) -> Rect {
    let corner = |corner: [f64; 2]| [corner[0] + by[0], corner[1] + by[1]];
    Rect { min: corner(rect.min), max: corner(rect.max) }
}

/// The length of the lines in a rectangle.
pub(super) fn length_under(rect: &Rect, lines: &[[[f64; 2]; 2]]) -> f64 {
    let length = |[a, b]: &[[f64; 2]; 2]| {
        let is_beside =
            (0..2).any(|axis| a[axis].max(b[axis]) < rect.min[axis] || a[axis].min(b[axis]) > rect.max[axis]);
        if is_beside { None } else { clip::segment(*a, *b, rect).map(|(from, to)| clip::distance(from, to)) }
    };
    lines.iter().filter_map(length).sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    const INSIDE: Rect = Rect { min: [0.0, 0.0], max: [200.0, 100.0] };

    fn label(x: f64, y: f64) -> Rect {
        Rect { min: [x, y], max: [x + 40.0, y + 10.0] }
    }

    #[test]
    fn a_label_goes_to_the_nearest_free_place() {
        assert_eq!(place(label(50.0, 50.0), &INSIDE, &[], &[], 1.0), Some(label(50.0, 50.0)));
        let line = [[[0.0, 55.0], [200.0, 55.0]]];
        let found = place(label(50.0, 50.0), &INSIDE, &[], &line, 1.0).unwrap();
        assert_eq!((found.min[0], length_under(&found.grown(ROOM), &line)), (50.0, 0.0));
        assert!((found.min[1] - 50.0).abs() <= 15.0, "{found:?}");
        // Another label is in the way on one side, and the border on the other.
        let below = [label(50.0, 62.0)];
        let found = place(label(50.0, 50.0), &INSIDE, &below, &line, 1.0).unwrap();
        assert!(found.max[1] + ROOM <= 55.0, "{found:?}");
    }

    #[test]
    fn where_all_is_full_the_least_is_covered() {
        let lines: Vec<[[f64; 2]; 2]> =
            (0..400).map(|k| [[0.0, 0.25 * f64::from(k)], [180.0, 0.25 * f64::from(k)]]).collect();
        let found = place(label(120.0, 50.0), &INSIDE, &[], &lines, 1.0).unwrap();
        assert!(found.max[0] > 180.0, "{found:?}");
        assert_eq!(place(label(0.0, 0.0), &label(0.0, 0.0).grown(1.0), &[label(0.0, 0.0)], &[], 1.0), None);
    }
}
