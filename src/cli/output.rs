//! The file that `-o` names, and what it may replace: a file of the format that is written, so that a script can run twice, and
//! anything else only with `--force`. What the command reads is never replaced.

use super::Failure;
use crate::export::{self, FileFormat, Present, is_same_file};
use crate::study::Study;
use std::path::{Path, PathBuf};

/// A file to be written.
pub struct Output<'a> {
    /// Its path.
    pub path: &'a Path,
    /// What is written.
    pub format: FileFormat,
    /// Whether a file of another kind may be replaced.
    pub force: bool,
}

impl Output<'_> {
    /// Whether it may be written by a command that reads these files. Asked before any work, so that a mistake is known at once.
    ///
    /// # Errors
    /// Returns an error if it is one of the files that are read, or would replace a file of another kind.
    pub fn check(&self, inputs: &[PathBuf]) -> Result<(), Failure> {
        let path = self.path.display();
        if let Some(input) = inputs.iter().find(|input| is_same_file(input, self.path)) {
            let is_by_name = std::path::absolute(self.path).is_ok_and(|path| path == *input) || self.path == input;
            let which = if is_by_name { "it is".to_owned() } else { format!("it is {},", input.display()) };
            return Err(Failure::Failed(format!("cannot write {path}: {which} what this command reads")));
        }
        match Present::at(self.path, Some(self.format)) {
            Present::Nothing => Ok(()),
            Present::Format(format) if format == self.format => Ok(()),
            _ if self.force => Ok(()),
            there => Err(Failure::Failed(format!(
                "cannot write {path}: there is {} already, and not {}; --force replaces it",
                there.words(),
                self.format.words()
            ))),
        }
    }

    /// Writes it whole.
    ///
    /// # Errors
    /// Returns an error if the system refuses.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        export::write_whole(self.path, bytes).map_err(|error| Failure::Failed(error.to_string()))
    }
}

/// The files that a study was read from: its own, and that of its examples.
pub fn inputs(path: Option<&Path>, study: &Study) -> Vec<PathBuf> {
    let examples = study.data.as_ref().and_then(|data| data.origin.clone());
    path.map(Path::to_owned).into_iter().chain(examples).collect()
}
