//! A layer of the picture: its marks, their depth, and its words.

use super::{Layout, PictureContext, Primitive};
use crate::basins::Outcome;
use crate::curvature::Definiteness;
use crate::saddles::Sense;
use crate::study::layers::LayerSwitch;
use crate::study::{Findings, Study};

/// The input of a layer.
pub(super) struct LayerInput<'a> {
    pub study: &'a Study,
    pub findings: &'a Findings,
    pub layout: &'a Layout,
    pub context: &'a PictureContext,
}

/// The depth of marks in the picture, from the lowest. Layers of the same depth are drawn in the order of [`LAYERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Colours and hatching.
    Map,
    /// Contour lines.
    Lines,
    /// Marks on contour lines that change only with the landscape and the view.
    OverLines,
    /// Curves of critical points and eigenvectors.
    Directions,
    /// Trajectories.
    Paths,
    /// Marks under the markers.
    UnderMarkers,
    /// Markers of critical points.
    Markers,
    /// The evaluations of a run in its step, the start, and the ends.
    Steps,
    /// Words over everything.
    Captions,
}

/// Adds a layer's marks.
pub(super) type Draw = fn(&LayerInput<'_>, &mut Vec<Primitive>);

/// A layer of the picture.
pub(super) struct Layer {
    /// Its switch; a layer without one is always shown.
    pub switch: Option<&'static LayerSwitch>,
    /// Its marks, with their depths.
    pub parts: &'static [(Depth, Draw)],
    /// Its entries in the legend.
    pub legend: fn(&LayerInput<'_>) -> Vec<Key>,
    /// What it adds to the text summary, in sentences.
    pub words: fn(&LayerInput<'_>) -> Vec<String>,
}

impl Layer {
    /// A layer that is always shown and says nothing.
    pub const SILENT: Layer = Layer { switch: None, parts: &[], legend: |_| Vec::new(), words: |_| Vec::new() };

    pub fn is_shown(&self, study: &Study) -> bool {
        self.switch.is_none_or(|switch| study.picture.shows(switch))
    }
}

/// The symbol before a line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Swatch {
    /// A run's line, by its colour.
    Run(usize),
    /// The thin line of a reference curve, by its colour.
    Curve(usize),
    /// The colours of the heat map.
    Colours,
    /// A contour line.
    Contour,
    /// The hatching where the heat map has no value.
    WithoutValue,
    /// A pair of eigenvectors.
    Cross,
    /// An arrow of −∇L.
    DescentArrow,
    /// A curve of steepest descent or ascent from a saddle.
    Separatrix(Sense),
    /// The path of a training, beside its plane.
    Training,
    /// A curve between two ends that a search found, and the straight line.
    Connection,
    /// A sign region.
    Region(Definiteness),
    /// The line det H = 0.
    ZeroLine,
    /// A basin's shades, from few steps to many.
    Shades,
    /// The colours of some basins.
    Basins(Vec<[u8; 3]>),
    /// The pattern of what ends at no critical point.
    Pattern(Outcome),
}

/// The meaning of a colour, a pattern or a line of the map.
pub(super) struct Key {
    pub swatch: Swatch,
    pub name: String,
    pub more: String,
}

impl Key {
    /// A key with the meaning of its swatch and an explanation.
    pub fn new(swatch: Swatch, name: impl Into<String>, more: impl Into<String>) -> Key {
        Key { swatch, name: name.into(), more: more.into() }
    }
}
