//! When the network of saddles is computed, and what it depends on.

use super::{ARRHENIUS_TAB, BARRIERS_TAB, Need, PointsKey, Study, shown_temperature};

/// What the curves from the saddles depend on, beside the critical points.
#[derive(Clone, Debug, PartialEq)]
pub struct SaddlesKey(PointsKey);

impl SaddlesKey {
    /// What the study asks for; `None` when it shows neither the curves, nor the barriers, nor noise as temperature.
    pub fn of(study: &Study) -> Option<SaddlesKey> {
        let is_shown = study.picture.layers.need(Need::Saddles)
            || [BARRIERS_TAB, ARRHENIUS_TAB].iter().any(|tab| study.display.shows(tab))
            || shown_temperature(study).is_some();
        is_shown.then(|| SaddlesKey(PointsKey::of(study)))
    }
}
