//! The key of the network of saddles: when it is computed, and on what it depends.

use super::{ARRHENIUS_TAB, BARRIERS_TAB, Need, PointsKey, Study, shown_temperature};

/// The parts of a study on which the curves from the saddles depend.
#[derive(Clone, Debug, PartialEq)]
pub struct SaddlesKey(PointsKey);

impl SaddlesKey {
    /// The key; `None` if the study shows neither the curves, nor the barriers, nor noise as temperature.
    pub fn of(study: &Study) -> Option<SaddlesKey> {
        let is_shown = study.picture.layers.need(Need::Saddles)
            || [BARRIERS_TAB, ARRHENIUS_TAB].iter().any(|tab| study.display.shows(tab))
            || shown_temperature(study).is_some();
        is_shown.then(|| SaddlesKey(PointsKey::of(study)))
    }
}
