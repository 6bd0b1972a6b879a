//! Inspects the file at the target path of an export, to decide whether it may be replaced without asking.

use crate::dataset::descriptor;
use crate::study::load;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// The format of what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// A picture as SVG.
    Svg,
    /// A picture as PNG.
    Png,
    /// A picture as PDF.
    Pdf,
    /// A table as CSV.
    Csv,
    /// An answer in JSON.
    Json,
    /// An answer as text, as it stands on a terminal.
    Text,
    /// A study.
    Study,
    /// Weights of a network, one number a line.
    Weights,
    /// A lesson.
    Lesson,
    /// A film as GIF.
    Gif,
    /// A film as MP4.
    Mp4,
    /// A film as WebM.
    WebM,
}

impl FileFormat {
    const ALL: [FileFormat; 12] = [
        FileFormat::Svg,
        FileFormat::Png,
        FileFormat::Pdf,
        FileFormat::Study,
        FileFormat::Json,
        FileFormat::Csv,
        FileFormat::Text,
        FileFormat::Weights,
        FileFormat::Lesson,
        FileFormat::Gif,
        FileFormat::Mp4,
        FileFormat::WebM,
    ];

    /// The name of this format.
    pub fn words(self) -> &'static str {
        match self {
            FileFormat::Svg => "an SVG picture",
            FileFormat::Png => "a PNG picture",
            FileFormat::Pdf => "a PDF document",
            FileFormat::Csv => "a CSV table",
            FileFormat::Json => "JSON",
            FileFormat::Text => "an answer of Losscape",
            FileFormat::Study => "a study",
            FileFormat::Weights => "weights of a network",
            FileFormat::Lesson => "a lesson",
            FileFormat::Gif => "a GIF film",
            FileFormat::Mp4 => "an MP4 film",
            FileFormat::WebM => "a WebM film",
        }
    }

    /// Whether the content of a file has this format, regardless of its name.
    fn is_of(self, path: &Path) -> bool {
        match self {
            FileFormat::Png => beginning(path, 8) == b"\x89PNG\r\n\x1a\n",
            FileFormat::Pdf => beginning(path, 5) == b"%PDF-",
            FileFormat::Svg => is_svg(&String::from_utf8_lossy(&beginning(path, 4096))),
            FileFormat::Study => load(path).is_ok(),
            FileFormat::Json => is_json(path),
            FileFormat::Csv => is_csv(path),
            FileFormat::Text => beginning(path, 4) == b"L = ",
            FileFormat::Weights => is_weights(path),
            FileFormat::Lesson => is_lesson(path),
            FileFormat::Gif => beginning(path, 4) == b"GIF8",
            FileFormat::Mp4 => beginning(path, 8).ends_with(b"ftyp"),
            FileFormat::WebM => beginning(path, 4) == b"\x1aE\xdf\xa3",
        }
    }
}

/// The kind of file at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Present {
    /// Nothing would be lost: there is no file, an empty file, or a device.
    Nothing,
    /// A file of this format.
    Format(FileFormat),
    /// A file of another kind.
    Other,
}

impl Present {
    /// The kind of the file at a path, by its content. The expected format is tested first.
    pub fn at(path: &Path, expected: Option<FileFormat>) -> Present {
        match fs::metadata(path) {
            // A descriptor that the shell has redirected is appended to.
            _ if descriptor(path).is_some() => Present::Nothing,
            Ok(metadata) if metadata.is_file() && metadata.len() > 0 => {
                let known = expected.into_iter().chain(FileFormat::ALL).find(|format| format.is_of(path));
                known.map_or(Present::Other, Present::Format)
            }
            // A path that cannot be written, such as a folder, is refused when writing.
            _ => Present::Nothing,
        }
    }

    /// The kind in words.
    pub fn words(self) -> &'static str {
        match self {
            Present::Nothing => "nothing",
            Present::Format(format) => format.words(),
            Present::Other => "a file of another kind",
        }
    }
}

/// The first bytes of a file, at most `count`; empty if it cannot be read.
fn beginning(path: &Path, count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(count).read_to_end(&mut bytes));
    if read.is_ok() { bytes } else { Vec::new() }
}

/// Whether the root of an XML document is `svg`; a declaration, comments and a document type may precede it.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    for _ in 0..16 {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            rest.find('>').map(|at| at + 1)
        } else {
            break;
        };
        let Some(end) = end else { return false };
        rest = rest[end..].trim_start();
    }
    rest.strip_prefix("<svg").is_some_and(|rest| rest.starts_with(|next: char| next.is_whitespace() || next == '>'))
}

/// Whether the whole file is a single object or array of JSON.
fn is_json(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let starts = String::from_utf8_lossy(&beginning(path, 256)).trim_start().starts_with(['{', '[']);
    starts && serde_json::from_reader::<_, serde::de::IgnoredAny>(BufReader::new(file)).is_ok()
}

/// Whether the whole file is a lesson.
fn is_lesson(path: &Path) -> bool {
    let text = String::from_utf8(beginning(path, 1 << 20)).unwrap_or_default();
    crate::lesson::from_toml(&text).is_ok()
}

/// Whether the file has two lines or more, and every one is a number.
fn is_weights(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut count = 0;
    let is_number = |line: std::io::Result<String>| {
        count += 1;
        line.is_ok_and(|line| line.trim().parse::<f64>().is_ok())
    };
    BufReader::new(file).lines().all(is_number) && count >= 2
}

/// Whether the whole file is a table of at least two columns: a row of names, and rows with the same number of fields,
/// at least one of which is a number.
fn is_csv(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let mut reader = csv::Reader::from_reader(BufReader::new(file));
    let is_name = |field: &str| !field.is_empty() && field.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c));
    let named = reader.headers().is_ok_and(|names| names.len() >= 2 && names.iter().all(is_name));
    let is_row = |row: &csv::StringRecord| row.iter().any(|field| field.trim().parse::<f64>().is_ok());
    named && reader.records().all(|row| row.is_ok_and(|row| is_row(&row)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;

    fn present(content: &[u8], expected: Option<FileFormat>) -> Present {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, content).unwrap();
        Present::at(&path, expected)
    }

    #[test]
    fn formats_are_recognised_by_content() {
        let study = crate::study::to_toml(&crate::study::Study::of_formula(
            "w1^2",
            crate::landscape::View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] },
        ));
        let study = study.unwrap();
        let known: &[(&[u8], FileFormat)] = &[
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", FileFormat::Svg),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- a > b -->\n<!DOCTYPE svg>\n<svg>", FileFormat::Svg),
            (b"\x89PNG\r\n\x1a\n\0\0", FileFormat::Png),
            (b"%PDF-1.7\n", FileFormat::Pdf),
            (b"step,w1,w2\n0,1.5,NaN\n1,inf,-2e-300\n", FileFormat::Csv),
            (b"w1,end,end_w1\n-1.0,cycle,\n", FileFormat::Csv),
            (b"{\"steps\":[]}\n", FileFormat::Json),
            (b"  [1, 2]", FileFormat::Json),
            (study.as_bytes(), FileFormat::Study),
            ("L = w₁²\nNewton\n".as_bytes(), FileFormat::Text),
        ];
        for (content, format) in known {
            for expected in FileFormat::ALL {
                let text = String::from_utf8_lossy(content);
                assert_eq!(present(content, Some(expected)), Present::Format(*format), "{text}, for {expected:?}");
            }
            assert_eq!(present(content, None), Present::Format(*format));
        }
    }

    #[test]
    fn everything_else_is_of_another_kind() {
        let others: &[&[u8]] = &[
            b"precious",
            b"Dear Anna,\nyours,\n",
            b"Dear Anna, dear Otto,\nthe results, at last:\n",
            b"a\n1\n2\n",
            b"x,y\n1,2\n1,2,3\n",
            b"x,y\nsome,words\n",
            b"{\"steps\":[",
            b"{} and more",
            b"17",
            b"<html><svg></svg></html>",
            b"<svgx>",
            b"<!-- never closed <svg>",
            b"\xff\xfe\x00",
            b"version = 1\n",
            b"\n",
        ];
        for content in others {
            for expected in FileFormat::ALL {
                let text = String::from_utf8_lossy(content);
                assert_eq!(present(content, Some(expected)), Present::Other, "{text}, for {expected:?}");
            }
        }
        assert_eq!(present(b"", None), Present::Nothing);
        assert_eq!(Present::at(Path::new("/dev/null"), None), Present::Nothing);
        assert_eq!(Present::at(Path::new("/no/such/file"), None), Present::Nothing);
    }
}
