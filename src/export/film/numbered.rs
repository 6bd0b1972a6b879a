//! Numbered files: all of them are written, or none.

use super::apng::encoded;
use super::{Film, Progress, ended, failed};
use crate::export::write::{ExportError, words};
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A path with a place for a number, such as `frame-%04d.png`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    folder: PathBuf,
    before: String,
    digits: usize,
    after: String,
}

impl Numbered {
    /// The pattern in the name of a path; `None` where it has none.
    pub fn of(path: &Path) -> Option<Numbered> {
        let name = path.file_name()?.to_str()?;
        let (before, rest) = name.split_once('%')?;
        let (digits, after) = rest.split_once('d')?;
        let is_width = digits.is_empty() || (digits.starts_with('0') && digits.len() <= 3);
        let digits = if digits.is_empty() { 1 } else { digits.parse::<usize>().ok().filter(|_| is_width)? };
        if digits > 12 || after.contains('%') {
            return None;
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Some(Numbered { folder, before: before.to_owned(), digits, after: after.to_owned() })
    }

    fn name(&self, number: usize) -> String {
        let Numbered { before, digits, after, .. } = self;
        format!("{before}{number:0digits$}{after}")
    }

    /// The path with a number.
    pub fn path(&self, number: usize) -> PathBuf {
        self.folder.join(self.name(number))
    }

    /// Writes files with the numbers from 1 on, as many as `next` makes: all of them or none.
    ///
    /// # Errors
    /// Returns an error if a file cannot be written. Existing files are then unchanged.
    pub fn write(&self, next: &mut dyn FnMut(usize) -> Option<io::Result<Vec<u8>>>) -> Result<(), ExportError> {
        let wrong = |number: usize, reason: String| ExportError { path: self.path(number), reason };
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { &self.folder };
        if !folder.is_dir() {
            return Err(wrong(1, format!("there is no folder {}", folder.display())));
        }
        // Until all are made they are in one file without a name, which nobody has to remove if the process is killed.
        let mut all = tempfile::tempfile_in(folder).map_err(|error| wrong(1, words(&error)))?;
        let mut lengths: Vec<usize> = Vec::new();
        while let Some(bytes) = next(lengths.len()) {
            let number = lengths.len() + 1;
            let written = bytes.and_then(|bytes| all.write_all(&bytes).map(|()| bytes.len()));
            lengths.push(written.map_err(|error| wrong(number, words(&error)))?);
        }
        let count = lengths.len();
        let made = tempfile::Builder::new().prefix(".losscape-").suffix(".part").tempdir_in(folder);
        let made = made.map_err(|error| wrong(1, words(&error)))?;
        all.rewind().map_err(|error| wrong(1, words(&error)))?;
        for (number, length) in (1..).zip(lengths) {
            let mut bytes = vec![0; length];
            let written =
                all.read_exact(&mut bytes).and_then(|()| fs::write(made.path().join(self.name(number)), bytes));
            written.map_err(|error| wrong(number, words(&error)))?;
        }
        // All temporary files are written and only have to be renamed. Reasons for a failure are checked first.
        if let Some(number) = (1..=count).find(|number| self.path(*number).is_dir()) {
            return Err(wrong(number, "it is a folder".to_owned()));
        }
        for number in 1..=count {
            let renamed = fs::rename(made.path().join(self.name(number)), self.path(number));
            renamed.map_err(|error| wrong(number, words(&error)))?;
        }
        Ok(())
    }
}

/// Writes the frames of a film as PNG files.
pub fn write_frames(film: &mut Film, path: &Path, progress: Progress<'_>) -> Result<(), ExportError> {
    let numbered = Numbered::of(path).ok_or_else(|| ExportError {
        path: path.to_owned(),
        reason: "the name of a frame has a place for its number: frame-%04d.png".to_owned(),
    })?;
    let frames = film.frames();
    // The ends are held by repeating their frames.
    let mut shown: Vec<usize> = Vec::new();
    for frame in 0..frames {
        shown.extend(std::iter::repeat_n(frame, film.times(frame)));
    }
    let mut last: Option<(usize, Vec<u8>)> = None;
    numbered.write(&mut |index| {
        let frame = *shown.get(index)?;
        if let Some((known, bytes)) = &last
            && *known == frame
        {
            return Some(Ok(bytes.clone()));
        }
        let bytes = film.pixels(frame).map_err(failed).and_then(|pixels| encoded(&pixels));
        if !progress(frame + 1, frames) {
            return Some(Err(ended()));
        }
        last = bytes.as_ref().ok().map(|bytes| (frame, bytes.clone()));
        Some(bytes)
    })
}
