//! Links to landscapes of the catalogue in the text of a lesson: `[Himmelblau's function](himmelblau)`.

/// A link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The words.
    pub words: &'a str,
    /// The name of the landscape.
    pub landscape: &'a str,
}

/// The first link of a text, with the text before it and the text after it.
fn first(text: &str) -> Option<(&str, Link<'_>, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('[')?;
        let inside = &text[open + 1..];
        let link = inside.find("](").and_then(|end| {
            let (words, target) = (&inside[..end], &inside[end + 2..]);
            let close = target.find(')').filter(|_| !words.is_empty() && !words.contains('['))?;
            Some((words, &target[..close], &target[close + 1..]))
        });
        match link {
            Some((words, landscape, after)) => return Some((&text[..open], Link { words, landscape }, after)),
            // A bracket that is none of a link.
            None => from = open + 1,
        }
    }
}

/// The links of a text.
pub fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, link, after)) = first(rest) {
        found.push(link);
        rest = after;
    }
    found
}

/// The text with each link replaced by its words.
pub fn without_links(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, link, after)) = first(rest) {
        plain.push_str(before);
        plain.push_str(link.words);
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_from_other_brackets() {
        let text = "On [the double well](double-well) and [[a, b], [c, d]], see [Ackley](ackley).";
        let found: Vec<(&str, &str)> = links(text).iter().map(|link| (link.words, link.landscape)).collect();
        assert_eq!(found, [("the double well", "double-well"), ("Ackley", "ackley")]);
        assert_eq!(without_links(text), "On the double well and [[a, b], [c, d]], see Ackley.");
        for plain in ["", "[", "[](x)", "[a]", "[a](b", "H = [[4, −1], [−1, 1]]", "η ∈ [0, 1) (half open)"] {
            assert_eq!((links(plain).len(), without_links(plain).as_str()), (0, plain), "{plain}");
        }
    }
}
