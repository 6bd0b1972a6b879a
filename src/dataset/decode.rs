//! The bytes of a file → text. A file is UTF-8, UTF-16 with a byte order mark, or Windows-1252, of which Latin-1 is a
//! part. A file that is not text is refused, and the error says what it is.

use super::DatasetError;

/// The characters of Windows-1252 for the bytes 0x80 to 0x9f (Unicode's table CP1252). Bytes that it does not assign
/// keep their code.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The first bytes of other kinds of file, and the name of each kind.
const OTHER_FILES: [(&[u8], &str); 8] = [
    (b"PK\x03\x04", "a spreadsheet or another archive (.xlsx, .ods, .zip)"),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls)"),
    (b"\x1f\x8b", "a compressed file (.gz)"),
    (b"BZh", "a compressed file (.bz2)"),
    (b"PAR1", "a Parquet file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "a database"),
    (b"%PDF", "a PDF file"),
];

/// The text, and a sentence if its encoding was guessed.
///
/// # Errors
/// Returns an error if the bytes are not text, or if the encoding cannot be determined.
pub(super) fn text_of(bytes: Vec<u8>) -> Result<(String, Option<String>), DatasetError> {
    if let Some((_, kind)) = OTHER_FILES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(DatasetError::OtherFile(kind));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return utf_16(rest, u16::from_le_bytes).map(|text| (text, None));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return utf_16(rest, u16::from_be_bytes).map(|text| (text, None));
    }
    if looks_like_utf_16(&bytes) {
        return Err(DatasetError::Utf16);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok((text, None)),
        Err(error) => {
            let bytes = error.into_bytes();
            let note = "the file is not UTF-8 text and is read as Windows-1252 (Latin-1)".to_owned();
            Ok((bytes.iter().copied().map(windows_1252).collect(), Some(note)))
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        other => char::from(other),
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, DatasetError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let decoded: Result<String, _> = char::decode_utf16(pairs.iter().copied().map(unit)).collect();
    match decoded {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err(DatasetError::BrokenUtf16),
    }
}

/// Whether every second byte is nearly always 0 and the others nearly never are, as in Latin text in UTF-16.
fn looks_like_utf_16(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(4_000)];
    let zeros = [0, 1].map(|first| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count());
    let half = sample.len() / 2;
    half > 0 && zeros.iter().any(|count| 10 * count >= 9 * half) && zeros.iter().any(|count| 10 * count <= half)
}

/// Checks that the text has no control character that cannot occur in a table, such as NUL.
///
/// # Errors
/// Returns an error with the character's line.
pub(super) fn check(text: &str) -> Result<(), DatasetError> {
    let is_wrong = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || byte == 0x7f;
    let Some(place) = text.bytes().position(is_wrong) else { return Ok(()) };
    let line = 1 + line_ends(&text.as_bytes()[..place]);
    Err(DatasetError::NotText { line, code: text.as_bytes()[place] })
}

/// How many lines end in the text: each with LF, CR or CR LF.
pub(super) fn line_ends(text: &[u8]) -> u64 {
    let after = |place: usize| text.get(place + 1).copied();
    let ends = |(place, byte): (usize, &u8)| *byte == b'\n' || (*byte == b'\r' && after(place) != Some(b'\n'));
    text.iter().enumerate().filter(|byte| ends(*byte)).count() as u64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;

    #[test]
    fn encodings_are_known() {
        let utf_16 = |text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
            mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        let text = "größe,𝑤\n1,2\n";
        let (le, be) = (utf_16(text, b"\xff\xfe", u16::to_le_bytes), utf_16(text, b"\xfe\xff", u16::to_be_bytes));
        for bytes in [text.as_bytes().to_vec(), le, be] {
            assert_eq!(text_of(bytes), Ok((text.to_owned(), None)));
        }
        let (decoded, note) = text_of(b"gr\xf6\xdfe,\x80 \x93x\x94\n".to_vec()).unwrap();
        assert_eq!(decoded, "größe,€ “x”\n");
        assert!(note.unwrap().contains("Windows-1252"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let without_mark: Vec<u8> = "x,y\r\n1,2\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text_of(without_mark), Err(DatasetError::Utf16));
        assert_eq!(text_of(b"\xff\xfe\x00".to_vec()), Err(DatasetError::BrokenUtf16));
        assert_eq!(text_of(b"\xff\xfe\x00\xd8a\x00".to_vec()), Err(DatasetError::BrokenUtf16));
        assert!(
            matches!(text_of(b"PK\x03\x04rest".to_vec()), Err(DatasetError::OtherFile(kind)) if kind.contains("xlsx"))
        );
        assert_eq!(check("x,y\r\n1,2\r\n3,\0\n"), Err(DatasetError::NotText { line: 3, code: 0 }));
        assert_eq!(check("x\r1\r2\u{1}"), Err(DatasetError::NotText { line: 3, code: 1 }));
        assert_eq!(check("x\t\r\n\u{c}é"), Ok(()));
        assert!(text_of(Vec::new()).is_ok());
    }
}
