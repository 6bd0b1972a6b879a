//! The switches of the picture's layers: their names in study files, in the window and on the command line, and the
//! findings that they need.
//!
//! A study does not depend on the picture that is drawn of it, so this table has nothing about drawing. `scene::layers`
//! has one file for each layer, with its marks, its entry in the legend and its words.

use serde::de::MapAccess;

/// The findings that a layer needs besides the samples of L, the critical points and the trajectories.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing more.
    Nothing,
    /// The sign regions of the Hessian.
    SignRegions,
    /// The gradient on a coarse grid.
    Gradients,
    /// The curves of steepest descent and ascent from the saddles.
    Saddles,
}

impl Need {
    /// The needs that are computed on the grid.
    pub const OF_FIELD: [Need; 2] = [Need::SignRegions, Need::Gradients];
}

/// A layer that can be switched on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerSwitch {
    /// Its name in study files and on the command line: `heat_map`.
    pub key: &'static str,
    /// Its title.
    pub title: &'static str,
    /// A sentence about it.
    pub tooltip: &'static str,
    /// Whether it is shown by default: in a new study, and in a file that does not name it.
    pub is_usual: bool,
    /// Whether a file names it only if it differs from its default. This is true for layers that were added after the
    /// first format, so that older programs can open every study that does not use them.
    pub is_optional: bool,
    /// The findings that it needs.
    pub need: Need,
}

impl LayerSwitch {
    /// A layer that is shown by default and needs no further findings.
    const USUAL: LayerSwitch =
        LayerSwitch { key: "", title: "", tooltip: "", is_usual: true, is_optional: false, need: Need::Nothing };
}

/// L, or another quantity, as colours.
pub const HEAT_MAP: LayerSwitch = LayerSwitch {
    key: "heat_map",
    title: "Heat map",
    tooltip: "L, or the quantity chosen below, as colours.",
    ..LayerSwitch::USUAL
};

/// Lines on which L is constant.
pub const CONTOURS: LayerSwitch = LayerSwitch {
    key: "contours",
    title: "Contours",
    tooltip: "Lines on which L is constant; ∇L is perpendicular to them.",
    ..LayerSwitch::USUAL
};

/// Where ∇L = 0.
pub const CRITICAL_POINTS: LayerSwitch = LayerSwitch {
    key: "critical_points",
    title: "Critical points",
    tooltip: "Where ∇L = 0: ● minimum, ▲ maximum, ✕ saddle, ⬡ degenerate.",
    ..LayerSwitch::USUAL
};

/// The Hessian's eigenvectors at critical points.
pub const EIGEN_DIRECTIONS: LayerSwitch = LayerSwitch {
    key: "eigen_directions",
    title: "Eigenvectors",
    tooltip: "The Hessian's eigenvectors at each critical point; heads point the way gradient descent goes.",
    ..LayerSwitch::USUAL
};

/// Values on contour lines.
pub const CONTOUR_LABELS: LayerSwitch = LayerSwitch {
    key: "contour_labels",
    title: "Level labels",
    tooltip: "The value of L on the contour lines.",
    is_usual: false,
    ..LayerSwitch::USUAL
};

/// λ₁ and λ₂ beside the eigenvectors.
pub const EIGEN_LABELS: LayerSwitch = LayerSwitch {
    key: "eigen_labels",
    title: "λ labels",
    tooltip: "The eigenvalues λ₁ ≤ λ₂ beside their directions.",
    is_usual: false,
    ..LayerSwitch::USUAL
};

/// Legend and badge.
pub const LEGEND: LayerSwitch = LayerSwitch {
    key: "legend",
    title: "Legend",
    tooltip: "Which run is which, how it ended, and the claim about critical points.",
    ..LayerSwitch::USUAL
};

/// Arrows of −∇L.
pub const DESCENT_ARROWS: LayerSwitch = LayerSwitch {
    key: "descent_arrows",
    title: "Arrows of −∇L",
    tooltip: "The direction of steepest descent on a coarse grid; an arrow's length grows with log‖∇L‖.",
    is_usual: false,
    is_optional: true,
    need: Need::Gradients,
};

/// The curves from and into saddles.
pub const SEPARATRICES: LayerSwitch = LayerSwitch {
    key: "separatrices",
    title: "Separatrices",
    tooltip: "The curves of steepest descent and ascent from each saddle; those of ascent bound the basins of \
              gradient flow.",
    is_usual: false,
    is_optional: true,
    need: Need::Saddles,
};

/// The signs of the Hessian's eigenvalues.
pub const SIGN_REGIONS: LayerSwitch = LayerSwitch {
    key: "sign_regions",
    title: "Signs of H",
    tooltip: "Where H is positive definite, indefinite and negative definite, and the line det H = 0 between.",
    is_usual: false,
    is_optional: false,
    need: Need::SignRegions,
};

/// All layers with a switch, in the order in which they are offered.
pub static LAYERS: &[&LayerSwitch] = &[
    &HEAT_MAP,
    &CONTOURS,
    &CRITICAL_POINTS,
    &EIGEN_DIRECTIONS,
    &CONTOUR_LABELS,
    &EIGEN_LABELS,
    &LEGEND,
    &DESCENT_ARROWS,
    &SEPARATRICES,
    &SIGN_REGIONS,
    #[cfg(test)]
    &tests::ADDED,
];

/// The layer with a key. `-` is accepted for `_`, as in other names of the command line.
pub fn layer(key: &str) -> Option<&'static LayerSwitch> {
    LAYERS.iter().copied().find(|layer| layer.key == key.replace('-', "_"))
}

/// The layers that are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLayers {
    /// In the order of [`LAYERS`].
    shown: Vec<bool>,
}

impl Default for ShownLayers {
    fn default() -> Self {
        ShownLayers { shown: LAYERS.iter().map(|layer| layer.is_usual).collect() }
    }
}

impl ShownLayers {
    /// Whether a layer is shown.
    pub fn has(&self, layer: &LayerSwitch) -> bool {
        self.iter().any(|(known, shown)| known.key == layer.key && shown)
    }

    /// Shows or hides a layer.
    pub fn set(&mut self, layer: &LayerSwitch, shown: bool) {
        for (known, is_shown) in LAYERS.iter().zip(&mut self.shown) {
            if known.key == layer.key {
                *is_shown = shown;
            }
        }
    }

    /// Whether a layer is shown that needs this.
    pub fn need(&self, need: Need) -> bool {
        self.iter().any(|(layer, shown)| shown && layer.need == need)
    }

    /// Each layer, and whether it is shown.
    pub fn iter(&self) -> impl Iterator<Item = (&'static LayerSwitch, bool)> + '_ {
        LAYERS.iter().copied().zip(self.shown.iter().copied())
    }

    /// The layers that a file names, with their values.
    pub(super) fn written(&self) -> impl Iterator<Item = (&'static str, bool)> + '_ {
        let is_named = |(layer, shown): &(&LayerSwitch, bool)| !layer.is_optional || *shown != layer.is_usual;
        self.iter().filter(is_named).map(|(layer, shown)| (layer.key, shown))
    }

    /// Reads the value of the layer with this key from a file.
    ///
    /// # Errors
    /// Returns the reader's error if the value is neither true nor false.
    pub(super) fn read<'de, M: MapAccess<'de>>(&mut self, key: &str, map: &mut M) -> Result<(), M::Error> {
        let shown: bool = map.next_value()?;
        LAYERS.iter().filter(|layer| layer.key == key).for_each(|layer| self.set(layer, shown));
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A layer that only the tests have; `scene::layers` draws it.
    pub const ADDED: LayerSwitch = LayerSwitch {
        key: "border",
        title: "Border",
        tooltip: "A line around what is looked at.",
        is_usual: false,
        is_optional: true,
        need: Need::Nothing,
    };

    #[test]
    fn keys_are_found_in_both_spellings_and_are_different() {
        assert_eq!(layer("heat_map"), Some(&HEAT_MAP));
        assert_eq!(layer("heat-map"), Some(&HEAT_MAP));
        assert_eq!(layer("heat"), None);
        for (index, one) in LAYERS.iter().enumerate() {
            assert!(LAYERS.iter().skip(index + 1).all(|other| other.key != one.key), "{}", one.key);
        }
    }

    #[test]
    fn a_layer_is_needed_only_while_it_is_shown() {
        let mut shown = ShownLayers::default();
        assert!(!shown.need(Need::SignRegions) && shown.has(&CONTOURS));
        shown.set(&SIGN_REGIONS, true);
        assert!(shown.need(Need::SignRegions) && !shown.need(Need::Gradients));
        shown.set(&SIGN_REGIONS, false);
        assert_eq!(shown, ShownLayers::default());
    }
}
