//! Every colour of the window and the picture, for light and dark.
//!
//! Text colours reach a contrast of 4.5 : 1 (WCAG 2.1, AA) against their background; a test computes the ratios. The
//! colours of runs are light in the dark theme and dark in the light theme, and the heat map lies between them and the
//! background. `scene/contrast_tests.rs` measures that a run or its casing stands out from every colour of a map, for
//! every common kind of colour vision.

use super::Colour;
use crate::study::Theme;

/// The colours of a theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub background: Colour,
    /// Side panels and bars.
    pub panel: Colour,
    /// Fields and cards that stand out from a panel.
    pub raised: Colour,
    /// Under a pointer or a selection.
    pub hovered: Colour,
    /// Hairlines between parts.
    pub separator: Colour,
    /// Words and numbers.
    pub text: Colour,
    /// Words of less weight.
    pub muted: Colour,
    /// Interactive elements: links, sliders, check marks.
    pub accent: Colour,
    /// On the accent colour.
    pub on_accent: Colour,
    /// Proved, done.
    pub good: Colour,
    /// Needs attention.
    pub warning: Colour,
    /// Errors.
    pub error: Colour,
    /// A positive eigenvalue, as text.
    pub positive_text: Colour,
    /// A negative eigenvalue, as text.
    pub negative_text: Colour,
    /// Inside the plot where nothing is painted.
    pub plot: Colour,
    /// The plot's frame and its ticks.
    pub axis: Colour,
    /// Hatching of undefined parts.
    pub hatch: Colour,
    /// Contour lines without a heat map under them.
    pub bare_contour: Colour,
    /// Cards over the picture: legend and badge.
    pub card: Colour,
    /// Their outline.
    pub card_outline: Colour,
    /// The colours of runs, in their fixed order.
    pub runs: [Colour; 7],
    /// Marks over the map that belong to no run.
    pub ink: Colour,
    /// The casings around the line of a run, from outside. One of them stands out from any background.
    pub casings: [Colour; 2],
}

const fn rgb(hex: u32) -> Colour {
    rgba(hex, 255)
}

const fn rgba(hex: u32, opacity: u8) -> Colour {
    Colour([(hex >> 16) as u8, (hex >> 8) as u8, hex as u8, opacity])
}

const DARK: Palette = Palette {
    background: rgb(0x1b1b1f),
    panel: rgb(0x232328),
    raised: rgb(0x2d2d34),
    hovered: rgb(0x3a3a43),
    separator: rgb(0x3b3b43),
    text: rgb(0xf1f1f4),
    muted: rgb(0xa9a9b4),
    accent: rgb(0x7cc4ff),
    on_accent: rgb(0x10202e),
    good: rgb(0x7fd8a2),
    warning: rgb(0xf2c25c),
    error: rgb(0xff8f85),
    positive_text: rgb(0x7fd0ff),
    negative_text: rgb(0xffa36b),
    plot: rgb(0x26262c),
    axis: rgb(0x8d8d98),
    hatch: rgba(0xa9a9b4, 95),
    bare_contour: rgb(0xc9c9d2),
    card: rgba(0x17171b, 242),
    card_outline: rgba(0xffffff, 40),
    runs: [
        rgb(0xffa033), // orange
        rgb(0x5ab8ff), // sky blue
        rgb(0xa9f7d2), // mint
        rgb(0xfff25a), // yellow
        rgb(0x9a70ff), // violet
        rgb(0xff5f55), // coral
        rgb(0xffb9ec), // pink
    ],
    ink: rgb(0xffffff),
    casings: [rgba(0xffffff, 150), rgb(0x101014)],
};

const LIGHT: Palette = Palette {
    background: rgb(0xfcfcfd),
    panel: rgb(0xf1f1f4),
    raised: rgb(0xffffff),
    hovered: rgb(0xe2e2e8),
    separator: rgb(0xd3d3da),
    text: rgb(0x1a1a1e),
    muted: rgb(0x595963),
    accent: rgb(0x0a62ab),
    on_accent: rgb(0xffffff),
    good: rgb(0x1c6b3c),
    warning: rgb(0x7d5200),
    error: rgb(0xb3261e),
    positive_text: rgb(0x0a62ab),
    negative_text: rgb(0xa8440b),
    plot: rgb(0xf3f3f6),
    axis: rgb(0x6b6b76),
    hatch: rgba(0x595963, 95),
    bare_contour: rgb(0x4a4a55),
    card: rgba(0xffffff, 244),
    card_outline: rgba(0x000000, 46),
    runs: [
        rgb(0xc25500), // orange
        rgb(0x0063b8), // blue
        rgb(0x006b4d), // green
        rgb(0x7c7c32), // olive
        rgb(0x3f12a0), // violet
        rgb(0x8e0a1c), // red
        rgb(0xa81f8a), // magenta
    ],
    ink: rgb(0x101014),
    casings: [rgba(0x101014, 150), rgb(0xffffff)],
};

impl Palette {
    /// The colours of a theme.
    pub const fn of(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// The colour of a run; the list begins anew after its last colour.
    pub const fn run(&self, index: usize) -> Colour {
        self.runs[index % self.runs.len()]
    }
}

/// Light parts of marks over the map.
pub const INK_LIGHT: Colour = rgb(0xffffff);
/// Dark parts of marks over the map, and the casings of lines.
pub const INK_DARK: Colour = rgb(0x101014);
/// Between the two, as a background on which both are visible.
pub const INK_GREY: Colour = rgb(0x77777f);
/// The casing of arrows and markers: dark, so that light colours stand out from it.
pub const CASING: Colour = rgba(0x101014, 205);
/// Arms of positive eigenvalues.
pub const POSITIVE: Colour = rgb(0x7fd0ff);
/// Noise: neither the sign of a curvature nor a run.
pub const NOISE: Colour = rgb(0xff7ac6);
/// Arms of negative eigenvalues.
pub const NEGATIVE: Colour = rgb(0xffa36b);
/// Arms of eigenvalues that are zero.
pub const ZERO: Colour = rgb(0xe6e6ea);
/// Regions where the Hessian is positive definite.
pub const POSITIVE_DEFINITE: Colour = rgb(0x1f78c8);
/// Regions where it is indefinite.
pub const INDEFINITE: Colour = rgb(0x8c8c94);
/// Regions where it is negative definite.
pub const NEGATIVE_DEFINITE: Colour = rgb(0xe0701a);
/// The inside of a minimum's marker: a faint positive colour.
pub const MINIMUM: Colour = rgb(0xdff2ff);
/// The inside of a maximum's marker: a faint negative colour.
pub const MAXIMUM: Colour = rgb(0xffe9db);
/// Contour lines over a map in the dark theme, and the lines under them in the light theme.
pub const CONTOUR_LIGHT: Colour = rgb(0xffffff);
/// Contour lines over a map in the light theme, and the lines under them in the dark theme.
pub const CONTOUR_DARK: Colour = rgb(0x101014);

impl Colour {
    /// The same colour, its opacity multiplied by 0 to 1.
    pub fn faded(self, opacity: f64) -> Colour {
        let [r, g, b, a] = self.0;
        let opacity = if opacity.is_finite() { opacity.clamp(0.0, 1.0) } else { 1.0 };
        Colour([r, g, b, (f64::from(a) * opacity).round() as u8])
    }

    /// This colour over an opaque one.
    pub fn over(self, below: Colour) -> Colour {
        let share = f64::from(self.0[3]) / 255.0;
        let mix = |i: usize| (share * f64::from(self.0[i]) + (1.0 - share) * f64::from(below.0[i])).round() as u8;
        Colour([mix(0), mix(1), mix(2), 255])
    }

    /// The relative luminance of an opaque colour, 0 to 1 (WCAG 2.1).
    pub fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let x = f64::from(value) / 255.0;
            if x <= 0.04045 { x / 12.92 } else { libm::pow((x + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(self.0[0]) + 0.7152 * linear(self.0[1]) + 0.0722 * linear(self.0[2])
    }

    /// The contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1).
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of black and white is 21, that of #767676 on white is the classic 4.54 (WebAIM's checker).
    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((rgb(0).contrast(rgb(0xffffff)) - 21.0).abs() < 1e-9);
        assert!((rgb(0x767676).contrast(rgb(0xffffff)) - 4.54).abs() < 0.005);
    }

    #[test]
    fn text_passes_aa_in_both_themes() {
        for theme in [Theme::Light, Theme::Dark] {
            let p = Palette::of(theme);
            let grounds = [p.background, p.panel, p.raised, p.card.over(p.plot)];
            let words = [p.text, p.muted, p.good, p.warning, p.error, p.accent, p.positive_text, p.negative_text];
            for (i, word) in words.iter().enumerate() {
                for (j, ground) in grounds.iter().enumerate() {
                    let ratio = word.contrast(*ground);
                    assert!(ratio >= 4.5, "{theme:?}: text {i} on ground {j} has {ratio:.2}");
                }
            }
            assert!(p.text.contrast(p.hovered) >= 4.5 && p.on_accent.contrast(p.accent) >= 4.5);
        }
    }

    /// A card is translucent: its text must be legible over the brightest and the darkest map.
    #[test]
    fn cards_are_legible_over_every_map() {
        for theme in [Theme::Light, Theme::Dark] {
            let p = Palette::of(theme);
            for below in [rgb(0x000000), rgb(0xffffff), rgb(0x440154), rgb(0xfde725)] {
                for word in [p.text, p.muted] {
                    assert!(word.contrast(p.card.over(below)) >= 4.5, "{theme:?} over {below:?}");
                }
            }
        }
    }

    /// Marks (not text) need 3 : 1 (WCAG 2.1, 1.4.11): each run's colour against the casing around it.
    #[test]
    fn runs_stand_out_from_their_casing() {
        for theme in [Theme::Light, Theme::Dark] {
            let palette = Palette::of(theme);
            for colour in palette.runs {
                // On the casing, on the cards of runs and on charts.
                for ground in [palette.casings[1], palette.panel, palette.raised] {
                    assert!(colour.contrast(ground) >= 3.0, "{theme:?}: {colour:?} on {ground:?}");
                }
            }
        }
        for colour in [POSITIVE, NEGATIVE, ZERO] {
            assert!(colour.contrast(INK_DARK) >= 3.0, "{colour:?}");
        }
    }
}
