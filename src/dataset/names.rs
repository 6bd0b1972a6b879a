//! The names of a table's columns in a formula.

use crate::formula::column_name;
use std::collections::{HashMap, HashSet};

/// A name for each header, all different. A header that a formula can name as it stands keeps its name; a header
/// without a letter or digit becomes `column_` and its place, from 1; a name that would occur again gets `_2`, `_3`, ….
pub(super) fn names_of<H: AsRef<str>>(headers: &[H]) -> Vec<String> {
    let wanted: Vec<String> =
        headers.iter().enumerate().map(|(index, header)| wanted(header.as_ref(), index)).collect();
    let mut names: Vec<Option<String>> = vec![None; headers.len()];
    let mut taken: HashSet<String> = HashSet::new();
    let mut next: HashMap<String, usize> = HashMap::new();
    for is_literal in [true, false] {
        for (index, header) in headers.iter().enumerate() {
            let wanted = &wanted[index];
            if names[index].is_some() || (is_literal && (wanted != header.as_ref().trim() || taken.contains(wanted))) {
                continue;
            }
            let mut name = wanted.clone();
            while !taken.insert(name.clone()) {
                let number = next.entry(wanted.clone()).or_insert(2);
                name = format!("{wanted}_{number}");
                *number += 1;
            }
            names[index] = Some(name);
        }
    }
    names.into_iter().flatten().collect()
}

fn wanted(header: &str, index: usize) -> String {
    let name = column_name(header);
    if name.is_empty() { format!("column_{}", index + 1) } else { name }
}

/// Names for a sentence: all if they are few, otherwise the first ones.
pub(crate) fn listed<S: AsRef<str>>(names: impl ExactSizeIterator<Item = S>) -> String {
    const MOST: usize = 12;
    let count = names.len();
    let shown = if count > MOST + 1 { MOST } else { count };
    let mut text = names.take(shown).map(|name| name.as_ref().to_owned()).collect::<Vec<_>>().join(", ");
    if shown < count {
        text += &format!(" and {} more", count - shown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_all_different() {
        for (headers, names) in [
            (&["x", "y"][..], &["x", "y"][..]),
            (&["x", "x", "x"], &["x", "x_2", "x_3"]),
            (&["x", "x", "x_2"], &["x", "x_3", "x_2"]),
            (&["a b", "a-b", "a_b"], &["a_b_2", "a_b_3", "a_b"]),
            (&["", "x", ""], &["column_1", "x", "column_3"]),
            (&["", "column_1"], &["column_1_2", "column_1"]),
            (&["2nd", "2nd"], &["_2nd", "_2nd_2"]),
            (&["w1", "w2"], &["w1_", "w2_"]),
        ] {
            assert_eq!(names_of(headers), names, "{headers:?}");
        }
        let many = vec!["x"; 100_000];
        let names: HashSet<String> = names_of(&many).into_iter().collect();
        assert_eq!(names.len(), many.len());
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(["a", "b"].iter()), "a, b");
        let many: Vec<String> = (0..100).map(|k| k.to_string()).collect();
        assert_eq!(listed(many.iter()), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 88 more");
    }
}
