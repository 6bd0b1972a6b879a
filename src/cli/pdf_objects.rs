//! The objects of a PDF as the program writes it, in an order that does not depend on their numbers: the order in which
//! they are reached from the document. Fonts and other resources are written in another order, and so with other
//! numbers, each time.

use std::collections::BTreeMap;

/// What a PDF shows; equal for two files that differ in the numbers of their objects only. `None` if the file is not
/// as the program writes it: one table of objects, to which everything belongs.
pub(super) fn shown(pdf: &[u8]) -> Option<Vec<Vec<u8>>> {
    let objects = objects(pdf)?;
    let trailer = &pdf[find_last(pdf, b"trailer")?..];
    let mut numbering = Numbering::default();
    let mut shown = vec![numbering.renumbered(strip_size(trailer)?)];
    let mut done = 0;
    while done < numbering.order.len() {
        let body = objects.get(&numbering.order[done])?;
        let dictionary = body.windows(6).position(|window| window == b"stream").unwrap_or(body.len());
        let mut object = numbering.renumbered(&sorted(&body[..dictionary]));
        object.extend(&body[dictionary..]);
        shown.push(object);
        done += 1;
    }
    // An object that nothing refers to does no harm, but the program writes none.
    (shown.len() == objects.len() + 1).then_some(shown)
}

/// The objects by their numbers, without `N 0 obj`.
fn objects(pdf: &[u8]) -> Option<BTreeMap<usize, &[u8]>> {
    let start = &pdf[find_last(pdf, b"startxref")? + b"startxref".len()..];
    let start = std::str::from_utf8(start).ok()?;
    let (offset, rest) = start.split_once("%%EOF")?;
    if !rest.trim().is_empty() {
        return None;
    }
    let table_from: usize = offset.trim().parse().ok()?;
    let table = pdf.get(table_from..find_last(pdf, b"trailer")?)?;
    let mut lines = std::str::from_utf8(table).ok()?.lines();
    if lines.next()?.trim() != "xref" {
        return None;
    }
    let count: usize = lines.next()?.trim().strip_prefix("0 ")?.parse().ok()?;
    let mut offsets: Vec<(usize, usize)> = Vec::new();
    for (number, line) in lines.enumerate() {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            [offset, "00000", "n"] => offsets.push((offset.parse().ok()?, number)),
            [_, _, "f"] => {}
            _ => return None,
        }
        if number >= count {
            return None;
        }
    }
    offsets.sort_unstable();
    let mut objects = BTreeMap::new();
    for (place, (from, number)) in offsets.iter().enumerate() {
        let to = offsets.get(place + 1).map_or(table_from, |(next, _)| *next);
        let head = format!("{number} 0 obj");
        objects.insert(*number, pdf.get(*from..to)?.strip_prefix(head.as_bytes())?);
    }
    let header = pdf.get(..offsets.first()?.0)?;
    let is_header = header.starts_with(b"%PDF-") && find_last(header, b"obj").is_none();
    is_header.then_some(objects)
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// The trailer's dictionary.
fn strip_size(trailer: &[u8]) -> Option<&[u8]> {
    let end = trailer.windows(9).position(|window| window == b"startxref")?;
    let dictionary = &trailer[..end];
    // A file that was changed later refers to its earlier table.
    (!dictionary.windows(5).any(|window| window == b"/Prev")).then_some(dictionary)
}

/// An object with its runs of lines of references, which have names, sorted.
fn sorted(object: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut references = 0;
    for line in object.split(|byte| *byte == b'\n') {
        lines.push(line);
        if line.ends_with(b" 0 R") {
            lines[references..].sort_unstable();
        } else {
            references = lines.len();
        }
    }
    lines.join(&b'\n')
}

/// New numbers of objects, by the order in which references to them are read.
#[derive(Default)]
struct Numbering {
    new: BTreeMap<usize, usize>,
    order: Vec<usize>,
}

impl Numbering {
    /// A text with `#k` in place of each reference `N 0 R`.
    fn renumbered(&mut self, text: &[u8]) -> Vec<u8> {
        let mut result = Vec::with_capacity(text.len());
        let mut from = 0;
        while from < text.len() {
            let begins = text[from].is_ascii_digit() && (from == 0 || !text[from - 1].is_ascii_alphanumeric());
            let digits = text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = std::str::from_utf8(&text[from..from + digits]).ok().and_then(|digits| digits.parse().ok());
            match number.filter(|_| begins && text[from + digits..].starts_with(b" 0 R")) {
                Some(number) => {
                    let order = &mut self.order;
                    let new = *self.new.entry(number).or_insert_with(|| {
                        order.push(number);
                        order.len()
                    });
                    result.extend(format!("#{new}").bytes());
                    from += digits + b" 0 R".len();
                }
                None => {
                    let step = if begins { digits } else { 1 };
                    result.extend(&text[from..from + step]);
                    from += step;
                }
            }
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with two pictures a and b, whose objects have these numbers.
    fn page(numbers: [usize; 4], shown: [usize; 2]) -> Vec<u8> {
        let [root, content, a, b] = numbers;
        let mut objects = [
            (root, format!("\n<<\n  /Kids [{content} 0 R]\n>>\nendobj\n")),
            (
                content,
                format!(
                    "\n<<\n  /x0 {} 0 R\n  /x1 {} 0 R\n>>\nstream\nq 1 0 RG Q\nendstream\nendobj\n",
                    shown[0], shown[1]
                ),
            ),
            (a, "\n<<\n  /Length 3\n>>\nstream\nred\nendstream\nendobj\n".to_owned()),
            (b, "\n<<\n  /Length 4\n>>\nstream\nblue\nendstream\nendobj\n".to_owned()),
        ];
        objects.sort();
        let mut pdf = "%PDF-1.7\n".to_owned();
        let mut table = "0000000000 65535 f\r\n".to_owned();
        for (number, body) in &objects {
            table += &format!("{:010} 00000 n\r\n", pdf.len());
            pdf += &format!("{number} 0 obj{body}");
        }
        let start = pdf.len();
        pdf += &format!("xref\n0 5\n{table}trailer\n<<\n  /Size 5\n  /Root {root} 0 R\n>>\nstartxref\n{start}\n%%EOF");
        pdf.into_bytes()
    }

    #[test]
    fn other_numbers_show_the_same_and_other_references_do_not() {
        let usual = shown(&page([1, 2, 3, 4], [3, 4])).expect("a file");
        assert_eq!(usual.len(), 5);
        assert_eq!(shown(&page([4, 1, 2, 3], [2, 3])), Some(usual.clone()));
        assert_ne!(shown(&page([1, 2, 3, 4], [4, 3])), Some(usual.clone()), "the pictures are exchanged");
        assert_eq!(shown(&page([1, 2, 3, 4], [3, 3])), None, "one of them is not shown");
        let update = [&page([1, 2, 3, 4], [3, 4])[..], b"\n5 0 obj\n<< >>\nendobj\n"].concat();
        assert_eq!(shown(&update), None, "something follows");
        for cut in 0..usual.len() {
            assert_eq!(shown(&page([1, 2, 3, 4], [3, 4])[..cut * 20]), None);
        }
    }
}
