//! What a command asks for beyond the state.

use super::document::Document;
use super::state::Purpose;
use std::path::PathBuf;

/// What reaches beyond the state.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Asks for a path.
    Ask(Purpose),
    /// A path was given for a purpose.
    Use(Purpose, PathBuf),
    /// A path was given for a purpose, and the file there is to be replaced.
    Replace(Purpose, PathBuf),
    /// Goes on with what another window was working on.
    Recover,
    /// Removes it.
    DiscardRecoverable,
    /// Saves to the study's own path.
    Save,
    /// Opens a document for a purpose.
    Open(Purpose, Document),
    /// Copies the picture.
    CopyPicture,
    /// Ends the film that is being made.
    CancelFilm,
    /// Ends the export of the picture that is being drawn.
    CancelExport,
    /// Copies a link to the study.
    CopyLink,
    /// Stops background work.
    StopSearch,
    /// Stops the ensemble and the experiment.
    StopEnsemble,
    /// Closes the window.
    Close,
}
