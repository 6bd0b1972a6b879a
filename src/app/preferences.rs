//! What the window remembers from one start to the next: theme, panels, text size, recent files.
//!
//! They are a TOML file in the system's place for configuration. A damaged one never prevents a start: it is kept as
//! `preferences.toml.bak`, the defaults are used, and the window says so.

use crate::export::write_whole;
use crate::study::Theme;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The theme of a new study.
    pub theme: Theme,
    /// Whether the left panel is shown.
    pub left_panel: bool,
    /// Whether the right panel is shown.
    pub right_panel: bool,
    /// Whether the examples of a loss over data are shown.
    pub examples_panel: bool,
    /// Whether losses are shown on a logarithmic axis.
    pub logarithmic_loss: bool,
    /// The size of everything relative to the system's, 0.5 to 4.
    pub text_size: f32,
    /// The files that were used last, the latest first.
    pub recent_files: Vec<PathBuf>,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            theme: Theme::Dark,
            left_panel: true,
            right_panel: true,
            examples_panel: true,
            logarithmic_loss: true,
            text_size: 1.0,
            recent_files: Vec::new(),
        }
    }
}

impl Preferences {
    /// As many recent files are kept.
    const RECENT: usize = 8;

    /// The file they are kept in; `None` on a system without a place for configuration.
    pub fn default_path() -> Option<PathBuf> {
        directories::ProjectDirs::from("", "", "losscape").map(|dirs| dirs.config_dir().join("preferences.toml"))
    }

    /// The preferences in a file, and a sentence when something was wrong with it.
    pub fn load(path: &Path) -> (Preferences, Option<String>) {
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (Preferences::default(), None),
            Err(error) => {
                let message = format!("Cannot read the preferences in {}: {error}. Using defaults.", path.display());
                return (Preferences::default(), Some(message));
            }
        };
        match toml::from_str::<Preferences>(&text) {
            Ok(preferences) => (preferences.sane(), None),
            Err(error) => {
                let backup = path.with_extension("toml.bak");
                let kept = match std::fs::rename(path, &backup) {
                    Ok(()) => format!("It is kept as {}.", backup.display()),
                    Err(error) => format!("It could not be kept as {}: {error}.", backup.display()),
                };
                let reason = error.message().lines().next().unwrap_or("not TOML").to_owned();
                let message =
                    format!("The preferences file {} is damaged ({reason}). {kept} Using defaults.", path.display());
                (Preferences::default(), Some(message))
            }
        }
    }

    /// Writes the preferences whole.
    ///
    /// # Errors
    /// A sentence with the file and the reason.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        }
        let text = toml::to_string_pretty(self).map_err(|error| format!("cannot write the preferences: {error}"))?;
        write_whole(path, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Puts a file in front of the recent ones.
    pub fn remember_file(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.recent_files.retain(|recent| *recent != path);
        self.recent_files.insert(0, path);
        self.recent_files.truncate(Self::RECENT);
    }

    fn sane(mut self) -> Preferences {
        if !self.text_size.is_finite() {
            self.text_size = 1.0;
        }
        self.text_size = self.text_size.clamp(0.5, 4.0);
        self.recent_files.truncate(Self::RECENT);
        self
    }
}
