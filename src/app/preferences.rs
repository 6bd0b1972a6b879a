//! What the window remembers from one start to the next: theme, panels, text size, recent files.
//!
//! They are a TOML file in the system's place for configuration. A damaged one never prevents a start: it is kept as
//! `preferences.toml.bak`, or under the next name that is free, the defaults are used, and the window says so. One that can neither be read
//! nor kept is left alone.

use crate::study::Theme;
use serde::{Deserialize, Serialize, Serializer};
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
    /// Whether the lessons have been found: the line that says that they are there is then not shown any more.
    pub has_seen_lessons: bool,
    /// Whether the camera of a surface takes half a second from one place to another.
    pub smooth_turns: bool,
    /// The size of everything relative to the system's, 0.5 to 4.
    pub text_size: f32,
    /// Where links to studies lead; `None` is [`DEFAULT_BASE`](crate::study::DEFAULT_BASE).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_base: Option<String>,
    /// The files that were used last, the latest first.
    #[serde(serialize_with = "names_that_are_text")]
    pub recent_files: Vec<PathBuf>,
}

/// TOML has no others: a file whose name is no text is forgotten when the window closes.
fn names_that_are_text<S: Serializer>(files: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(files.iter().filter_map(|file| file.to_str()))
}

/// Preferences from a file.
#[derive(Debug)]
pub struct Loaded {
    /// The preferences.
    pub preferences: Preferences,
    /// A sentence, when something was wrong with the file.
    pub complaint: Option<String>,
    /// Whether nothing is lost when they are saved there again.
    pub may_be_replaced: bool,
}

impl Default for Loaded {
    fn default() -> Self {
        Loaded { preferences: Preferences::default(), complaint: None, may_be_replaced: true }
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences {
            theme: Theme::Dark,
            left_panel: true,
            right_panel: true,
            examples_panel: true,
            logarithmic_loss: true,
            has_seen_lessons: false,
            smooth_turns: true,
            text_size: 1.0,
            link_base: None,
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

    /// The preferences in a text.
    ///
    /// # Errors
    /// Returns a reason if they cannot be read.
    pub fn parse(text: &str) -> Result<Preferences, String> {
        let reason = |error: toml::de::Error| error.message().lines().next().unwrap_or("not TOML").to_owned();
        toml::from_str::<Preferences>(text).map(Preferences::sane).map_err(reason)
    }

    /// The preferences in the content of a file; the defaults where there is none, or something is wrong with it. A damaged file is
    /// renamed by `set_aside`, which returns its new name.
    pub fn of_content(
        path: &Path,
        content: Result<Option<Vec<u8>>, String>,
        set_aside: impl FnOnce(&Path) -> Result<PathBuf, String>,
    ) -> Loaded {
        let bytes = match content {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Loaded::default(),
            Err(reason) => {
                let message = format!("Cannot read the preferences in {}: {reason}.", path.display());
                let complaint = Some(format!("{message} Defaults are used, and not remembered."));
                return Loaded { complaint, may_be_replaced: false, ..Loaded::default() };
            }
        };
        let text = String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned());
        let parsed = text.and_then(|text| Preferences::parse(&text));
        match parsed {
            Ok(preferences) => Loaded { preferences, ..Loaded::default() },
            Err(reason) => {
                let (kept, may_be_replaced) = match set_aside(path) {
                    Ok(backup) => (format!("It is kept as {}. Using defaults.", backup.display()), true),
                    Err(reason) => {
                        (format!("It cannot be renamed ({reason}). Defaults are used, and not remembered."), false)
                    }
                };
                let complaint = Some(format!("The preferences file {} is damaged ({reason}). {kept}", path.display()));
                Loaded { complaint, may_be_replaced, ..Loaded::default() }
            }
        }
    }

    /// The text that is kept.
    ///
    /// # Errors
    /// Returns a sentence if there is none.
    pub fn text(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| format!("cannot write the preferences: {error}"))
    }

    /// Puts a file in front of the recent ones.
    pub fn remember_file(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.recent_files.retain(|recent| *recent != path);
        self.recent_files.insert(0, path);
        self.recent_files.truncate(Self::RECENT);
    }

    /// The same within their limits.
    pub fn sane(mut self) -> Preferences {
        if !self.text_size.is_finite() {
            self.text_size = 1.0;
        }
        self.text_size = self.text_size.clamp(0.5, 4.0);
        self.recent_files.truncate(Self::RECENT);
        self
    }
}
