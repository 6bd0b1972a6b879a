//! What a person opens.

use crate::lesson;
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

/// A document: a name and bytes.
///
/// On a system with files the name is a path, to which the study can be saved again. In a browser it is the name of a file
/// that was chosen or dropped.
#[derive(Clone, PartialEq)]
pub struct Document {
    /// The name.
    pub name: PathBuf,
    /// What the document consists of.
    pub bytes: Vec<u8>,
}

impl Document {
    /// The name without folders.
    pub fn title(&self) -> String {
        self.name.file_name().unwrap_or(self.name.as_os_str()).to_string_lossy().into_owned()
    }

    /// Whether it is meant to be a lesson, that is, has steps.
    pub fn is_lesson(&self) -> bool {
        lesson::is_lesson_text(&self.bytes)
    }

    /// Whether it is meant to have weights of a network.
    pub fn has_weights(&self) -> bool {
        has_ending(&self.name, &["safetensors"])
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.name.display(), self.bytes.len())
    }
}

/// Whether a name has one of these endings, in small or in large letters.
pub fn has_ending(name: &Path, endings: &[&str]) -> bool {
    let ending = name.extension().map(OsStr::to_ascii_lowercase);
    ending.is_some_and(|ending| endings.iter().any(|known| ending == *known))
}
