//! The entry of the catalogue that a study shows, also after a hand has changed it.

use crate::landscape::catalogue::{Entry, catalogue};
use crate::network::catalogue::{NetworkEntry, networks};
use crate::study::{Data, Study};

/// The entry whose moments suit a study: the one that it is named after, the network of the catalogue that it trains otherwise or shows
/// on another plane, or the one whose examples were changed by hand.
pub fn entry_of(study: &Study) -> Option<&'static Entry> {
    if let Some(named) = study.landscape.name.as_deref().and_then(crate::study::entry) {
        return Some(named);
    }
    let data = study.data.as_ref()?;
    let is_over = |usual: &str| Data::standard(usual).is_some_and(|usual| is_of(data, &usual));
    if let Some(recipe) = &study.network {
        let is_same = |entry: &&NetworkEntry| {
            let usual = [entry.activation.as_str(), &entry.loss];
            entry.hidden == recipe.hidden
                && usual == [recipe.activation.name(), recipe.loss.name()]
                && is_over(&entry.data)
        };
        return networks().iter().find(is_same).and_then(|entry| crate::study::entry(&entry.name));
    }
    let is_same = |entry: &&Entry| {
        entry.network.is_none()
            && entry.formula == study.landscape.formula
            && entry.data.as_deref().is_some_and(is_over)
    };
    catalogue().iter().filter(|_| study.grid.is_none()).find(is_same)
}

/// Whether examples are the usual ones, or were changed by hand from them.
fn is_of(data: &Data, usual: &Data) -> bool {
    data.dataset == usual.dataset || has_changed(data, usual)
}

fn has_changed(data: &Data, usual: &Data) -> bool {
    data.dataset.names() == usual.dataset.names() && data.title() == usual.changed_title()
}

/// The entry that a study shows with examples that were changed by hand.
pub fn changed_entry(study: &Study) -> Option<&'static Entry> {
    let data = study.data.as_ref()?;
    let entry = entry_of(study).filter(|_| study.landscape.name.is_none())?;
    let usual = Study::of_entry(entry).data?;
    has_changed(data, &usual).then_some(entry)
}

/// The title of the entry that a study shows, and what a hand has done to it: `Linear regression, changed`.
pub fn title_of(study: &Study) -> Option<String> {
    let changed = changed_entry(study).map(|entry| format!("{}, changed", entry.title));
    changed.or_else(|| entry_of(study).map(|entry| entry.title.clone()))
}
