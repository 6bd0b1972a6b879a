//! A picture carries its study: everything that is needed to open and redraw it, in the metadata of an SVG, a PNG or a
//! PDF.
//!
//! The carried data are a record in JSON, as base64: in the element `metadata` of an SVG, in a text chunk of a PNG, and
//! in the document's information of a PDF, which is added as an incremental update (ISO 32000-1, 7.5.6). A picture may
//! come from anywhere, so its record is not trusted and is validated like a study file.

use super::page::Page;
use crate::dataset::{open, reason};
use crate::landscape::View;
use crate::landscape::grid::is_npy;
use crate::study::{self, GridChoice, MAX_BYTES, Study, StudyError, crc32};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::io::Read;
use std::path::{Component, Path};

/// The name of the record in each of the formats.
const NAME: &str = "losscape-study";
/// The key of the record in a PDF.
const PDF_KEY: &str = "/LosscapeStudy (";
const SVG_BEGIN: &str = "<metadata id=\"losscape-study\">";
const SVG_END: &str = "</metadata>\n";
/// The greatest length of a record: enough for the longest study in JSON and base64.
const MAX_RECORD: usize = 3 * MAX_BYTES;
/// The most bytes of a picture that are read.
const MAX_PICTURE: usize = 256 << 20;

/// The record that a picture carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carried {
    /// The version of the program that drew it.
    pub program: String,
    /// The page.
    pub page: Page,
    /// Pixels of a PNG for each of the page's.
    pub pixels: f64,
    /// The study's name in the footer; `None` for the name of the landscape.
    pub name: Option<String>,
    /// What the picture shows besides its study, in words. Such a picture cannot be redrawn from the study alone.
    pub beyond: Option<String>,
    /// The key of the chart that is drawn; `None` if it is the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
    /// The steps of the runs that have a page each; empty if there is one page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<usize>,
    /// The study as the text of its file.
    pub study: String,
}

impl Carried {
    /// The study in it.
    ///
    /// # Errors
    /// Returns an error as [`study::from_toml_in`] does, and if the study names a file that is not beside the picture:
    /// a picture may come from anywhere.
    pub fn study(&self, folder: &Path) -> Result<Study, StudyError> {
        let table: toml::Table = toml::from_str(&self.study).unwrap_or_default();
        for section in ["data", "grid"] {
            let file = table.get(section).and_then(|section| section.get("file")).and_then(toml::Value::as_str);
            let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
            if let Some(file) = file.filter(|file| !Path::new(file).components().all(is_plain)) {
                return Err(StudyError::Content {
                    line: None,
                    field: Some(format!("{section}.file")),
                    message: format!("a picture may name a file beside it only, not {file:?}"),
                });
            }
        }
        study::from_toml_in(&self.study, folder)
    }

    fn encoded(&self) -> Option<String> {
        Some(STANDARD.encode(serde_json::to_string(self).ok()?))
    }

    fn decoded(text: &[u8]) -> Result<Carried, String> {
        if text.len() > MAX_RECORD {
            return Err("the study in the picture is too long".to_owned());
        }
        let json = STANDARD.decode(text).map_err(|_| "the study in the picture is damaged".to_owned())?;
        let carried: Carried =
            serde_json::from_slice(&json).map_err(|error| format!("the study in the picture is damaged: {error}"))?;
        // These texts are shown.
        let shown = [Some(&carried.program), carried.name.as_ref(), carried.beyond.as_ref()];
        let is_plain = |text: &String| text.len() <= 500 && !text.chars().any(char::is_control);
        if !shown.into_iter().flatten().all(is_plain) {
            return Err("the study in the picture is damaged: it has control characters".to_owned());
        }
        Ok(carried)
    }
}

/// The format of a picture, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Network Graphics.
    Png,
    /// Portable Document Format.
    Pdf,
}

impl PictureFormat {
    /// The format of these bytes; `None` if they are not a picture.
    pub fn of(bytes: &[u8]) -> Option<PictureFormat> {
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(PictureFormat::Png);
        }
        if bytes.starts_with(b"%PDF-") {
            return Some(PictureFormat::Pdf);
        }
        let beginning = &bytes[..bytes.len().min(1024)];
        find(beginning, b"<svg").map(|_| PictureFormat::Svg)
    }
}

/// The picture with a record in it; unchanged if its format has no place for one.
pub fn carrying(picture: Vec<u8>, carried: &Carried) -> Vec<u8> {
    let with = |text: String| match PictureFormat::of(&picture)? {
        PictureFormat::Svg => svg_with(&picture, &text),
        PictureFormat::Png => png_with(&picture, &text),
        PictureFormat::Pdf => pdf_with(&picture, &text),
    };
    match carried.encoded().and_then(with) {
        Some(bytes) => bytes,
        None => picture,
    }
}

/// The record of a picture, and the picture without it; `None` if it has no record.
///
/// # Errors
/// Returns an error, as a sentence, if there is a record that cannot be read.
pub fn carried(picture: &[u8]) -> Result<Option<(Carried, Vec<u8>)>, String> {
    let found = match PictureFormat::of(picture) {
        Some(PictureFormat::Svg) => svg_record(picture),
        Some(PictureFormat::Png) => png_record(picture),
        Some(PictureFormat::Pdf) => pdf_record(picture),
        None => None,
    };
    found.map(|(text, rest)| Ok((Carried::decoded(text)?, rest))).transpose()
}

/// A study that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The study.
    pub study: Study,
    /// Whether it came from a file that is not a study file, to which it must not be saved: a picture, or a table of
    /// values.
    pub is_elsewhere: bool,
}

/// The study in a file: a study file, a picture that carries one, or the study of a grid of values (see
/// [`crate::landscape::grid`]).
///
/// # Errors
/// Returns an error if the file cannot be read, if a picture carries no study, and as [`study::load`] does.
pub fn opened(path: &Path) -> Result<Opened, StudyError> {
    opened_with(path, None)
}

/// Like [`opened`]; an array of NumPy, which has no coordinates, covers `view`.
///
/// # Errors
/// Returns an error as [`opened`] does.
pub fn opened_with(path: &Path, view: Option<View>) -> Result<Opened, StudyError> {
    let unreadable = |error: std::io::Error| StudyError::Unreadable(reason(&error));
    let file = open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    // A study is short, so more bytes are read only of what is none.
    let mut reader = file.take(MAX_BYTES as u64 + 1);
    reader.read_to_end(&mut bytes).map_err(unreadable)?;
    if PictureFormat::of(&bytes).is_some() || is_grid(&bytes, path) {
        reader.set_limit((MAX_PICTURE - bytes.len()) as u64);
        reader.read_to_end(&mut bytes).map_err(unreadable)?;
    }
    opened_bytes(bytes, path, view)
}

/// The study in a document: its bytes, and its name, which has the folder that the study's files are looked for in.
///
/// # Errors
/// Returns an error as [`opened`] does.
pub fn opened_bytes(bytes: Vec<u8>, name: &Path, view: Option<View>) -> Result<Opened, StudyError> {
    if is_grid(&bytes, name) {
        let grid = GridChoice::of_bytes(bytes, name, view);
        let grid = grid.map_err(|error| StudyError::Unreadable(error.to_string()))?;
        return Ok(Opened { study: Study::of_grid(grid), is_elsewhere: true });
    }
    let folder = name.parent().unwrap_or(Path::new(""));
    match PictureFormat::of(&bytes) {
        None => Ok(Opened { study: study::from_bytes_in(bytes, folder)?, is_elsewhere: false }),
        Some(_) => in_picture(&bytes, folder),
    }
}

/// Whether a file is meant to have values on a grid.
fn is_grid(bytes: &[u8], name: &Path) -> bool {
    is_npy(bytes) || name.extension().is_some_and(|found| found.eq_ignore_ascii_case("csv"))
}

fn in_picture(bytes: &[u8], folder: &Path) -> Result<Opened, StudyError> {
    let found = carried(bytes).map_err(StudyError::Unreadable)?;
    let (carried, _) = found.ok_or_else(|| StudyError::Unreadable(NOTHING.to_owned()))?;
    Ok(Opened { study: carried.study(folder)?, is_elsewhere: true })
}

/// The message for a picture without a study.
pub const NOTHING: &str = "this picture carries no study";

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

fn without(bytes: &[u8], from: usize, to: usize) -> Vec<u8> {
    [&bytes[..from], &bytes[to..]].concat()
}

fn svg_with(svg: &[u8], text: &str) -> Option<Vec<u8>> {
    let place = find(svg, b"<defs>")?;
    let element = format!("{SVG_BEGIN}{text}{SVG_END}");
    Some([&svg[..place], element.as_bytes(), &svg[place..]].concat())
}

fn svg_record(svg: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let from = find(svg, SVG_BEGIN.as_bytes())?;
    let begin = from + SVG_BEGIN.len();
    let end = begin + find(&svg[begin..], SVG_END.trim_end().as_bytes())?;
    let to = end + SVG_END.trim_end().len();
    let to = if svg.get(to) == Some(&b'\n') { to + 1 } else { to };
    Some((svg[begin..end].trim_ascii(), without(svg, from, to)))
}

/// The number of bytes of a PNG before its chunks, and up to the end of the first chunk, which has its size.
const PNG_HEADER: usize = 8;
const PNG_FIRST: usize = 33;

fn png_with(png: &[u8], text: &str) -> Option<Vec<u8>> {
    let (head, rest) = png.split_at_checked(PNG_FIRST)?;
    let data = [b"tEXt".as_slice(), NAME.as_bytes(), b"\0", text.as_bytes()].concat();
    let length = u32::try_from(data.len() - 4).ok()?.to_be_bytes();
    Some([head, &length, &data, &crc32(&data).to_be_bytes(), rest].concat())
}

fn png_record(png: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let mut from = PNG_HEADER;
    loop {
        let length = usize::try_from(u32::from_be_bytes(png.get(from..from + 4)?.try_into().ok()?)).ok()?;
        let to = from.checked_add(length)?.checked_add(12)?;
        let chunk = png.get(from + 4..to - 4)?;
        let record =
            chunk.strip_prefix(b"tEXt").and_then(|text| text.strip_prefix(NAME.as_bytes())?.strip_prefix(b"\0"));
        if let Some(record) = record {
            return Some((record, without(png, from, to)));
        }
        from = to;
    }
}

const PDF_UPDATE: &str = "% The study that this picture shows\n";

fn pdf_with(pdf: &[u8], text: &str) -> Option<Vec<u8>> {
    let trailer = &pdf[find_last(pdf, b"trailer")?..];
    let value = |key: &str| {
        let rest = &trailer[find(trailer, key.as_bytes())? + key.len()..];
        let end = rest.iter().position(|byte| matches!(byte, b'/' | b'>' | b'\n' | b'\r')).unwrap_or(rest.len());
        Some(String::from_utf8_lossy(&rest[..end]).trim().to_owned())
    };
    let size: usize = value("/Size ")?.parse().ok()?;
    let root = value("/Root ")?;
    let previous = {
        let rest = &pdf[find_last(pdf, b"startxref")? + b"startxref".len()..];
        String::from_utf8_lossy(&rest[..find(rest, b"%%EOF")?]).trim().parse::<usize>().ok()?
    };
    let mut update = String::from(if pdf.ends_with(b"\n") { "" } else { "\n" });
    update.push_str(PDF_UPDATE);
    let object = pdf.len() + update.len();
    update.push_str(&format!("{size} 0 obj\n<< {PDF_KEY}{text}) >>\nendobj\n"));
    let table = pdf.len() + update.len();
    update.push_str(&format!("xref\n{size} 1\n{object:010} 00000 n \ntrailer\n"));
    update.push_str(&format!("<< /Size {} /Root {root} /Prev {previous} /Info {size} 0 R >>\n", size + 1));
    update.push_str(&format!("startxref\n{table}\n%%EOF\n"));
    Some([pdf, update.as_bytes()].concat())
}

fn pdf_record(pdf: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let begin = find_last(pdf, PDF_KEY.as_bytes())? + PDF_KEY.len();
    let end = begin + pdf[begin..].iter().position(|byte| *byte == b')')?;
    let from = find_last(&pdf[..begin], PDF_UPDATE.as_bytes());
    // If the file did not end with a line break, the one before the update belongs to the update.
    let rest = from.map_or_else(|| pdf.to_vec(), |from| pdf[..from].trim_ascii_end().to_vec());
    // An update that is not the program's own may show anything, so that it belongs to the picture.
    let text = std::str::from_utf8(&pdf[begin..end]).ok()?;
    let is_own = pdf_with(&rest, text).is_some_and(|own| own.trim_ascii_end() == pdf.trim_ascii_end());
    Some((&pdf[begin..end], if is_own { rest } else { pdf.to_vec() }))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::export::page::Width;
    use crate::landscape::View;
    use crate::scene::PictureContext;
    use crate::study::{answer, to_toml};
    use proptest::prelude::*;
    use resvg::tiny_skia::Pixmap;

    fn record() -> Carried {
        let study = Study::of_formula("w1^2 - w2^2", View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
        Carried {
            program: "0.1.0".to_owned(),
            page: Page { width: Width::COLUMN, examples: false },
            pixels: 1.0,
            name: Some("a \"name\"".to_owned()),
            beyond: None,
            chart: None,
            pages: Vec::new(),
            study: to_toml(&study).unwrap(),
        }
    }

    fn pictures() -> [Vec<u8>; 3] {
        let study = record().study(Path::new("")).unwrap();
        let findings = answer(&study, 16, 16).unwrap();
        let page = Page { width: Width::Pixels([200.0, 150.0]), examples: false };
        let (scene, _) = page.draw(&study, &findings, PictureContext::default(), true);
        [
            crate::export::svg(&scene).into_bytes(),
            crate::export::png(&scene, 1.0).unwrap(),
            crate::export::pdf(&scene).unwrap(),
        ]
    }

    /// The record of a picture can be read, the picture without it is unchanged, and other programs still open the
    /// picture.
    #[test]
    fn a_picture_carries_its_study() {
        for picture in pictures() {
            assert_eq!(carried(&picture), Ok(None));
            let with = carrying(picture.clone(), &record());
            let (found, rest) = carried(&with).unwrap().unwrap();
            assert_eq!(found, record());
            assert_eq!(rest.trim_ascii_end(), picture.trim_ascii_end(), "{:?}", PictureFormat::of(&picture));
            match PictureFormat::of(&with).unwrap() {
                PictureFormat::Png => {
                    let pixels = |bytes: &[u8]| Pixmap::decode_png(bytes).unwrap().data().to_vec();
                    assert_eq!(pixels(&with), pixels(&picture));
                }
                PictureFormat::Svg => {
                    let read = resvg::usvg::Tree::from_data(&with, &resvg::usvg::Options::default());
                    assert!(read.is_ok());
                }
                PictureFormat::Pdf => {
                    // The cross-reference table of the update is at the stated offset, and its entry points to the
                    // object.
                    let text = String::from_utf8_lossy(&with).into_owned();
                    let table: usize =
                        text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
                    assert!(with[table..].starts_with(b"xref\n"));
                    let entry = String::from_utf8_lossy(&with[table..]).lines().nth(2).unwrap()[..10].to_owned();
                    let object = &with[entry.parse::<usize>().unwrap()..];
                    assert!(object.iter().position(|byte| *byte == b'o').is_some() && object[0].is_ascii_digit());
                    assert!(String::from_utf8_lossy(&object[..12]).contains(" 0 obj"));
                }
            }
        }
    }

    #[test]
    fn a_damaged_record_is_an_error_in_words() {
        for picture in pictures() {
            let with = carrying(picture, &record());
            let text = record().encoded().unwrap();
            let place = find(&with, text.as_bytes()).unwrap();
            let mut damaged = with.clone();
            damaged[place..place + 4].copy_from_slice(b"!!!!");
            assert!(carried(&damaged).unwrap_err().contains("damaged"));
            let mut cut = with.clone();
            cut.truncate(place + text.len() / 2);
            assert!(carried(&cut).is_ok_and(|found| found.is_none()) || carried(&cut).is_err());
        }
        let elsewhere = format!("{}\n[data]\nfile = \"/etc/passwd\"\n", record().study);
        let bad = Carried { study: elsewhere, ..record() };
        assert!(bad.study(Path::new("")).unwrap_err().to_string().contains("beside it only"));
        let bad = Carried { program: "1\u{1b}[31m".to_owned(), ..record() };
        let with = carrying(pictures()[0].clone(), &bad);
        assert!(carried(&with).unwrap_err().contains("control characters"));
        // A record is validated like a file: a formula that does not parse is refused with its line.
        let bad = Carried { study: record().study.replace("w1^2 - w2^2", "w1^2 -"), ..record() };
        assert!(bad.study(Path::new("")).unwrap_err().to_string().contains("landscape.formula"));
    }

    proptest! {
        /// Reading any picture ends without a panic.
        #[test]
        fn hostile_pictures_are_survived(
            head in prop::sample::select(vec![&b"\x89PNG\r\n\x1a\n"[..], b"%PDF-1.7\n", b"<svg ><defs>"]),
            bytes in prop::collection::vec(any::<u8>(), 0..400),
            middle in prop::sample::select(vec![
                &b"\xff\xff\xff\xfftEXtlosscape-study\0AAAA"[..],
                b"\0\0\0\x13tEXtlosscape-study\0AAAA0000",
                b"/LosscapeStudy (AAAA) >>",
                b"<metadata id=\"losscape-study\">AAAA</metadata>",
                b"trailer << /Size 99999999999999999999 /Root 1 0 R >> startxref\n-5\n%%EOF",
                b"",
            ]),
        ) {
            let picture = [head, &bytes, middle, &bytes].concat();
            let _ = carried(&picture);
            let _ = carrying(picture, &record());
        }
    }
}
