//! Letters in the window that the bundled fonts lack: fonts of the system stand in, from when such a letter is first there.

use super::state::State;
use super::theme;
use crate::export::Lettering;
use crate::scene::text;
use eframe::egui;
use std::collections::BTreeSet;

/// The letters for which fonts were looked for.
#[derive(Debug, Default)]
pub struct Letters {
    known: BTreeSet<char>,
}

impl Letters {
    /// Gives egui fonts for letters that have come; the sentence for those that no font has.
    pub fn follow(&mut self, ctx: &egui::Context, state: &State) -> Option<String> {
        let new: BTreeSet<char> = lacking(state).difference(&self.known).copied().collect();
        if new.is_empty() {
            return None;
        }
        self.known.extend(&new);
        let lettering = Lettering::of_letters(self.known.iter().copied());
        theme::install_fonts(ctx, &lettering.fonts);
        let nowhere: Vec<String> = lettering.nowhere.intersection(&new).map(char::to_string).collect();
        (!nowhere.is_empty()).then(|| format!("no font of this system has {}", nowhere.join(" ")))
    }
}

/// The letters of what a person has typed or opened that no bundled font has.
fn lacking(state: &State) -> BTreeSet<char> {
    let study = &state.study;
    let columns = study.data.iter().flat_map(|data| data.dataset.names()).map(String::as_str);
    let title = state.title();
    let texts = [state.formula_text.as_str(), &study.landscape.formula, &title].into_iter().chain(columns);
    texts.flat_map(str::chars).filter(|letter| !text::is_bundled(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::preferences::Preferences;

    fn state(formula: &str) -> State {
        State { formula_text: formula.to_owned(), ..State::new(None, None, Preferences::default()) }
    }

    /// Letters that are lacking are looked for once, while they are typed; others never.
    #[test]
    fn fonts_are_looked_for_when_a_letter_comes() {
        let ctx = egui::Context::default();
        let mut letters = Letters::default();
        assert_eq!(letters.follow(&ctx, &state("θ*w1^2 + ש*w2^2")), None);
        assert!(letters.known.is_empty());
        let said = letters.follow(&ctx, &state("温*w1^2"));
        let has_font = !Lettering::of_letters(['温']).fonts.is_empty();
        assert_eq!(said.is_none(), has_font, "a letter has a font, or that it has none is said: {said:?}");
        assert_eq!(letters.known, BTreeSet::from(['温']));
        assert_eq!(letters.follow(&ctx, &state("温*w1^2 + w2")), None);
    }
}
