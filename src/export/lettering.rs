//! Letters that the bundled fonts lack, such as Japanese or Devanagari ones.
//!
//! The system's fonts are loaded only if a text has such letters, and only fonts that have one of them are used. A PNG
//! or PDF with such letters may differ on another machine, and its footer says so. An SVG names its fonts and embeds
//! none, so it has the same bytes everywhere.

use crate::scene::{Canvas, PictureContext, Primitive, Scene, picture, text};
use crate::study::{Findings, Study};
use resvg::usvg::fontdb::{Database, FaceInfo, ID, Style};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use ttf_parser::Face;

/// A font of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemFont {
    /// The name of its family.
    pub family: String,
    /// The font file.
    pub bytes: Vec<u8>,
    /// The index of the face in the file.
    pub index: u32,
}

/// The system fonts that a text needs besides the bundled ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lettering {
    /// The letters that the bundled fonts lack.
    pub lacking: BTreeSet<char>,
    /// Fonts of the system that have some of them.
    pub fonts: Vec<SystemFont>,
    /// The letters that no font here has.
    pub nowhere: BTreeSet<char>,
}

impl Lettering {
    /// The fonts that a picture needs.
    pub fn of(scene: &Scene) -> Lettering {
        let mut letters = BTreeSet::new();
        scene.primitives.iter().for_each(|primitive| gather(primitive, &mut letters));
        Lettering::of_letters(letters)
    }

    /// The fonts that some letters need.
    pub fn of_letters(letters: impl IntoIterator<Item = char>) -> Lettering {
        Lettering::with_fonts(letters, system_fonts)
    }

    /// Like [`Lettering::of_letters`], with given fonts instead of the system's. They are loaded only if a letter is
    /// missing.
    fn with_fonts<'a>(letters: impl IntoIterator<Item = char>, fonts: impl FnOnce() -> &'a Database) -> Lettering {
        let lacking: BTreeSet<char> = letters.into_iter().filter(|letter| !text::is_bundled(*letter)).collect();
        if lacking.is_empty() {
            return Lettering::default();
        }
        let (chosen, nowhere) = choose(&lacking, fonts());
        Lettering { lacking, fonts: chosen, nowhere }
    }

    /// The footnote of a PNG or PDF.
    fn footnote(&self) -> Option<String> {
        (!self.fonts.is_empty()).then(|| format!("letters from {}", self.families()))
    }

    /// A note about a picture's file; `None` if the bundled fonts have every letter.
    pub fn note(&self, carries_fonts: bool) -> Option<String> {
        if self.lacking.is_empty() {
            return None;
        }
        let lacking = listed(&self.lacking);
        if !carries_fonts {
            return Some(format!(
                "the bundled fonts lack {lacking}: the SVG embeds no font, so the program that opens it needs a font \
                 with these letters"
            ));
        }
        let mut sentences = Vec::new();
        if !self.fonts.is_empty() {
            sentences.push(format!(
                "the bundled fonts lack {lacking}: drawn with {} of this system, so the file may differ on another \
                 machine",
                self.families()
            ));
        }
        if !self.nowhere.is_empty() {
            let has = if self.fonts.is_empty() { "the bundled fonts lack it, and " } else { "" };
            let nowhere = listed(&self.nowhere);
            sentences.push(format!("{has}no font of this system has {nowhere}: drawn as an empty box or not at all"));
        }
        Some(sentences.join("; "))
    }

    fn families(&self) -> String {
        let mut families: Vec<&str> = self.fonts.iter().map(|font| font.family.as_str()).collect();
        families.dedup();
        families.join(", ")
    }
}

/// A picture whose footer names the system fonts of a PNG or PDF of it.
pub fn lettered(
    study: &Study,
    findings: &Findings,
    canvas: &Canvas,
    context: PictureContext,
    carries_fonts: bool,
) -> (Scene, Lettering) {
    let scene = picture(study, findings, canvas, &context);
    let lettering = Lettering::of(&scene);
    match lettering.footnote().filter(|_| carries_fonts) {
        None => (scene, lettering),
        footnote => (picture(study, findings, canvas, &PictureContext { footnote, ..context }), lettering),
    }
}

/// The first few letters of a set, in words.
fn listed(letters: &BTreeSet<char>) -> String {
    const FEW: usize = 8;
    let shown: Vec<String> = letters.iter().take(FEW).map(char::to_string).collect();
    let more = if letters.len() > FEW { " …" } else { "" };
    format!("{}{more}", shown.join(" "))
}

fn gather(primitive: &Primitive, letters: &mut BTreeSet<char>) {
    match primitive {
        Primitive::Text { runs, .. } => letters.extend(runs.iter().flat_map(|run| run.text.chars())),
        Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => {
            contents.iter().for_each(|inner| gather(inner, letters))
        }
        _ => {}
    }
}

/// The fonts of the system, looked for once.
fn system_fonts() -> &'static Database {
    static FONTS: OnceLock<Database> = OnceLock::new();
    FONTS.get_or_init(|| {
        #[cfg_attr(
            not(feature = "command-line"),
            expect(unused_mut, reason = "a browser shows no fonts of the system")
        )]
        let mut fonts = Database::new();
        #[cfg(feature = "command-line")]
        fonts.load_system_fonts();
        fonts
    })
}

/// A small set of fonts that have the letters, by a greedy choice: always the font with the most remaining letters, and
/// among equals an upright one of regular weight. Also returns the letters that no font has.
fn choose(letters: &BTreeSet<char>, fonts: &Database) -> (Vec<SystemFont>, BTreeSet<char>) {
    let mut known: Vec<(&FaceInfo, BTreeSet<char>)> = fonts
        .faces()
        .map(|face| (face, those_of(face.id, letters, fonts)))
        .filter(|(_, has)| !has.is_empty())
        .collect();
    known.sort_by_key(|(face, _)| {
        let off = face.weight.0.abs_diff(400);
        (face.style != Style::Normal, off, face.monospaced, face.post_script_name.clone(), face.index)
    });
    let mut left = letters.clone();
    let mut chosen = Vec::new();
    while !left.is_empty() {
        let count = |(_, has): &(&FaceInfo, BTreeSet<char>)| has.intersection(&left).count();
        let most = known.iter().map(count).max().unwrap_or(0);
        let Some((face, has)) = known.iter().find(|one| most > 0 && count(one) == most) else { break };
        left = left.difference(has).copied().collect();
        let family = face.families.first().map_or_else(|| face.post_script_name.clone(), |(name, _)| name.clone());
        let data = fonts.with_face_data(face.id, |bytes, index| (bytes.to_vec(), index));
        chosen.extend(data.map(|(bytes, index)| SystemFont { family, bytes, index }));
    }
    (chosen, left)
}

fn those_of(face: ID, letters: &BTreeSet<char>, fonts: &Database) -> BTreeSet<char> {
    let has = fonts.with_face_data(face, |bytes, index| {
        let face = Face::parse(bytes, index).ok()?;
        Some(letters.iter().copied().filter(|letter| face.glyph_index(*letter).is_some()).collect())
    });
    has.flatten().unwrap_or_default()
}

/// The bundled fonts, and those of the system that a picture needs.
pub(super) fn fonts_for(lettering: &Lettering) -> Arc<Database> {
    static BUNDLED: OnceLock<Arc<Database>> = OnceLock::new();
    let bundled = BUNDLED.get_or_init(|| {
        let mut fonts = Database::new();
        for bytes in [text::SANS, text::SANS_BOLD, text::SERIF, text::SERIF_ITALIC] {
            fonts.load_font_data(bytes.to_vec());
        }
        fonts.set_sans_serif_family("DejaVu Sans");
        fonts.set_serif_family("DejaVu Serif");
        Arc::new(fonts)
    });
    if lettering.fonts.is_empty() {
        return bundled.clone();
    }
    let mut fonts = Database::clone(bundled);
    lettering.fonts.iter().for_each(|font| fonts.load_font_data(font.bytes.clone()));
    Arc::new(fonts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font with letters that the fonts of words and headings lack; DejaVu Sans Mono would not be one.
    fn fonts(bytes: &[&[u8]]) -> Database {
        let mut fonts = Database::new();
        bytes.iter().for_each(|bytes| fonts.load_font_data(bytes.to_vec()));
        fonts
    }

    #[test]
    fn no_font_is_looked_for_where_none_is_needed() {
        let letters = "L = w₁³ − w₂² αβγ ∇λ‖ ✓ ἀρχή שלום سلام".chars();
        let lettering = Lettering::with_fonts(letters, || unreachable!("the bundled fonts have these letters"));
        assert_eq!(lettering, Lettering::default());
        assert_eq!((lettering.note(true), lettering.footnote()), (None, None));
    }

    #[test]
    fn what_no_font_has_is_said() {
        let none = Database::new();
        let lettering = Lettering::with_fonts("w1 損失".chars(), || &none);
        assert_eq!(lettering.nowhere, BTreeSet::from(['損', '失']));
        let note = lettering.note(true).unwrap_or_default();
        assert!(note.contains("no font of this system has 失 損"), "{note}");
        assert_eq!(lettering.footnote(), None);
        let note = lettering.note(false).unwrap_or_default();
        assert!(note.contains("the SVG embeds no font"), "{note}");
    }

    /// Of fonts with the same letters, only one is taken: an upright one of regular weight.
    #[test]
    fn fonts_are_few_and_plain() {
        let all = fonts(&[text::SERIF_ITALIC, text::SANS_BOLD, text::SANS]);
        let (chosen, nowhere) = choose(&BTreeSet::from(['a', 'б', '損']), &all);
        assert_eq!(nowhere, BTreeSet::from(['損']));
        assert_eq!(chosen.len(), 1);
        assert_eq!((chosen[0].family.as_str(), chosen[0].bytes.len()), ("DejaVu Sans", text::SANS.len()));
    }

    #[test]
    fn a_borrowed_font_is_named() {
        let font = SystemFont { family: "Noto Sans CJK".to_owned(), bytes: Vec::new(), index: 0 };
        let lettering = Lettering { lacking: ['損'].into(), fonts: vec![font], nowhere: BTreeSet::new() };
        assert_eq!(lettering.footnote().as_deref(), Some("letters from Noto Sans CJK"));
        let note = lettering.note(true).unwrap_or_default();
        assert!(note.contains("lack 損: drawn with Noto Sans CJK of this system"), "{note}");
    }
}
