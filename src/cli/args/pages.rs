//! The pages that a person asks for.

/// The most pages.
pub const MOST_PAGES: usize = 2_000;

/// Which steps have a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PagesArgument {
    /// Every one.
    All,
    /// These.
    Steps(Vec<usize>),
}

/// Steps with commas, or `all`.
pub fn pages(text: &str) -> Result<PagesArgument, String> {
    if text.trim() == "all" {
        return Ok(PagesArgument::All);
    }
    let step = |step: &str| {
        step.trim()
            .parse::<usize>()
            .map_err(|_| format!("'{step}' is no step; pages are all, or steps such as 0,1,5,20"))
    };
    let steps: Vec<usize> = text.split(',').map(step).collect::<Result<_, _>>()?;
    if steps.len() > MOST_PAGES {
        Err(format!("there are at most {MOST_PAGES} pages"))
    } else {
        Ok(PagesArgument::Steps(steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_steps() {
        assert_eq!(pages("all"), Ok(PagesArgument::All));
        assert_eq!(pages("0, 1,20"), Ok(PagesArgument::Steps(vec![0, 1, 20])));
        for wrong in ["", "a", "1,,2", "-1", "1.5"] {
            assert!(pages(wrong).is_err(), "{wrong}");
        }
    }
}
