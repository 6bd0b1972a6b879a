//! The names that a formula may use besides those of the language.

/// The names that are known besides those of the language.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// The columns of the data; empty without data.
    pub columns: &'a [String],
    /// The headers of the columns as they stand in the file, as many as columns or none.
    pub headers: &'a [String],
    /// The parameters that were given a value.
    pub parameters: &'a [String],
}

impl Scope<'_> {
    /// Whether x and y are weights: with data, a formula has w1 and w2 only.
    pub fn has_letters(&self) -> bool {
        self.columns.is_empty()
    }

    pub(super) fn is_column(&self, name: &str) -> bool {
        self.columns.iter().any(|known| known == name)
    }

    /// The column with this name up to an underscore before digits: `x_1` is `x1`.
    pub fn column_like(&self, name: &str) -> Option<String> {
        let plain = |name: &str| {
            let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
            let digits = name[stem.len()..].to_owned();
            (stem.strip_suffix('_').unwrap_or(stem).to_owned(), digits)
        };
        let wanted = plain(name);
        if wanted.1.is_empty() {
            return None;
        }
        let mut found = self.columns.iter().filter(|column| plain(column) == wanted);
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    }

    /// The column with this header.
    pub(super) fn column_of_header(&self, header: &str) -> Option<&String> {
        let index = self.headers.iter().position(|known| known == header.trim())?;
        self.columns.get(index)
    }

    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.is_column(name) || self.parameters.iter().any(|known| known == name)
    }
}
