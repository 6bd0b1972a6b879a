//! Files: SVG, PNG and PDF of a scene, CSV and JSON of trajectories; written whole or not at all.

use crate::scene::Scene;
use std::path::{Path, PathBuf};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {reason}", path.display())]
pub struct ExportError {
    /// Which file.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
}

/// The scene as an SVG document; the same bytes on every machine.
pub fn svg(scene: &Scene) -> String {
    let _ = scene;
    unimplemented!()
}

/// The scene as a PNG file, `factor` (1 to 4) pixels for each of the scene's.
///
/// # Errors
/// A sentence, when the picture is too large to be drawn.
pub fn png(scene: &Scene, factor: f64) -> Result<Vec<u8>, String> {
    let _ = (scene, factor);
    unimplemented!()
}

/// The scene as a PDF file, text as text.
///
/// # Errors
/// A sentence, when the document cannot be made.
pub fn pdf(scene: &Scene) -> Result<Vec<u8>, String> {
    let _ = scene;
    unimplemented!()
}

/// Writes a file whole or not at all: to a temporary file beside it that is then renamed.
///
/// # Errors
/// When a step fails; what was there before is still there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let _ = (path, bytes);
    unimplemented!()
}
