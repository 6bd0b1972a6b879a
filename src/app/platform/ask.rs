//! Asking for a file.

use crate::app::state::Purpose;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

/// A path that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What for.
    pub purpose: Purpose,
    /// A name to begin with.
    pub file_name: String,
    /// A folder to begin in.
    pub folder: Option<PathBuf>,
}

/// The answer to a request.
pub enum Reply {
    /// This path, or none.
    Now(Option<PathBuf>),
    /// A dialog is open; its answer comes here.
    Later(Receiver<Option<PathBuf>>),
    /// There is no dialog: the window asks itself.
    Nowhere,
}

/// A way of asking for a path.
pub type Ask = Box<dyn FnMut(&Request) -> Reply>;

/// The extensions of files with tables.
pub const TABLES: [&str; 6] = ["csv", "tsv", "tab", "txt", "dat", "data"];
