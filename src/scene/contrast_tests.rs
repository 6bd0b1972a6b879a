//! The path of a run is visible on every colour of every map, for all kinds of colour vision, as colour differences
//! show.
//!
//! CIEDE2000 is that of G. Sharma, W. Wu and E. N. Dalal (Color Research & Application 30, 2005), held against pairs of
//! their table 1. Colour blindness is simulated as by G. M. Machado, M. M. Oliveira and L. A. F. Fernandes (IEEE TVCG
//! 15, 2009), severity 1, in linear light.

use super::theme::{INDEFINITE, NEGATIVE_DEFINITE, POSITIVE_DEFINITE, Palette};
use super::{Colour, layers};
use crate::curvature::Kind;
use crate::field::{ColourMap, basin_colours, colour_table, shaded};
use crate::landscape::View;
use crate::study::{Study, Theme};
use libm::{atan2, cbrt, cos, exp, hypot, pow, sin, sqrt};

pub(crate) type Lab = [f64; 3];
pub(crate) type Matrix3 = [[f64; 3]; 3];

pub(crate) const VISIONS: [(&str, Matrix3); 4] = [
    ("normal vision", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    (
        "deuteranopia",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

fn times(matrix: &Matrix3, vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
}

/// CIELAB (D65) of an opaque sRGB colour, as it is seen with a kind of vision.
pub(crate) fn lab(colour: Colour, vision: &Matrix3) -> Lab {
    const TO_XYZ: Matrix3 =
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];
    let linear = [0, 1, 2].map(|i| {
        let c = f64::from(colour.0[i]) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { pow((c + 0.055) / 1.055, 2.4) }
    });
    let seen = times(vision, linear).map(|x| x.clamp(0.0, 1.0));
    let white = times(&TO_XYZ, [1.0; 3]);
    let xyz = times(&TO_XYZ, seen);
    let f = |t: f64| if t > pow(6.0 / 29.0, 3.0) { cbrt(t) } else { t * pow(29.0 / 6.0, 2.0) / 3.0 + 4.0 / 29.0 };
    let [x, y, z] = [0, 1, 2].map(|i| f(xyz[i] / white[i]));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// CIEDE2000 with all weights 1.
pub(crate) fn difference([l1, a1, b1]: Lab, [l2, a2, b2]: Lab) -> f64 {
    let root = |c: f64| sqrt(pow(c, 7.0) / (pow(c, 7.0) + pow(25.0, 7.0)));
    let g = 0.5 * (1.0 - root(0.5 * (hypot(a1, b1) + hypot(a2, b2))));
    let [a1, a2] = [(1.0 + g) * a1, (1.0 + g) * a2];
    let [c1, c2] = [hypot(a1, b1), hypot(a2, b2)];
    let hue = |a: f64, b: f64| {
        let degrees = atan2(b, a).to_degrees();
        if degrees < 0.0 { degrees + 360.0 } else { degrees }
    };
    let [h1, h2] = [hue(a1, b1), hue(a2, b2)];
    let is_grey = c1 * c2 == 0.0;
    let turn = match h2 - h1 {
        _ if is_grey => 0.0,
        turn if turn > 180.0 => turn - 360.0,
        turn if turn < -180.0 => turn + 360.0,
        turn => turn,
    };
    let of = |degrees: f64| degrees.to_radians();
    let hue_step = 2.0 * sqrt(c1 * c2) * sin(of(0.5 * turn));
    let (l, c) = (0.5 * (l1 + l2), 0.5 * (c1 + c2));
    let h = match h1 + h2 {
        sum if is_grey => sum,
        sum if (h1 - h2).abs() <= 180.0 => 0.5 * sum,
        sum if sum < 360.0 => 0.5 * (sum + 360.0),
        sum => 0.5 * (sum - 360.0),
    };
    let t = 1.0 - 0.17 * cos(of(h - 30.0)) + 0.24 * cos(of(2.0 * h)) + 0.32 * cos(of(3.0 * h + 6.0))
        - 0.20 * cos(of(4.0 * h - 63.0));
    let theta = 30.0 * exp(-pow((h - 275.0) / 25.0, 2.0));
    let from_middle = pow(l - 50.0, 2.0);
    let lightness = (l2 - l1) / (1.0 + 0.015 * from_middle / sqrt(20.0 + from_middle));
    let chroma = (c2 - c1) / (1.0 + 0.045 * c);
    let hue = hue_step / (1.0 + 0.015 * c * t);
    let rotation = -sin(of(2.0 * theta)) * 2.0 * root(c);
    sqrt(lightness * lightness + chroma * chroma + hue * hue + rotation * chroma * hue)
}

/// Pairs 1, 4, 7, 9, 17, 20, 25 and 34 of the table.
#[test]
fn differences_are_those_of_the_published_table() {
    let table: [(Lab, Lab, f64); 8] = [
        ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
        ([50.0, -1.3802, -84.2814], [50.0, 0.0, -82.7485], 1.0000),
        ([50.0, 0.0, 0.0], [50.0, -1.0, 2.0], 2.3669),
        ([50.0, 2.4900, -0.0010], [50.0, -2.4900, 0.0009], 7.1792),
        ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
        ([50.0, 2.5, 0.0], [58.0, 24.0, 15.0], 19.4535),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ];
    for (one, other, published) in table {
        let computed = difference(one, other);
        assert!((computed - published).abs() < 1e-4, "{one:?} {other:?}: {computed}, not {published}");
    }
}

fn opaque([r, g, b]: [u8; 3]) -> Colour {
    Colour([r, g, b, 255])
}

/// Every colour that the heat map of a theme can have, and those of basins and regions.
pub(crate) fn grounds(theme: Theme) -> Vec<(String, Colour)> {
    let mut study = Study::of_formula("w1", View { w1: [-1.0, 1.0], w2: [-1.0, 1.0] });
    study.picture.theme = theme;
    let plot = Palette::of(theme).plot;
    let mut grounds = Vec::new();
    for map in [ColourMap::Viridis, ColourMap::Cividis, ColourMap::Diverging, ColourMap::Grey] {
        for colour in colour_table(map) {
            grounds.push((format!("{map:?}"), opaque(*colour).faded(layers::strength(&study)).over(plot)));
        }
    }
    for kind in [Kind::Minimum, Kind::Saddle, Kind::Maximum, Kind::Degenerate] {
        for colour in basin_colours(kind) {
            grounds.extend((0..8).map(|k| ("basins".to_owned(), opaque(shaded(*colour, f64::from(k) / 7.0)))));
        }
    }
    grounds
        .extend([POSITIVE_DEFINITE, NEGATIVE_DEFINITE, INDEFINITE, plot].map(|colour| ("regions".to_owned(), colour)));
    grounds
}

/// A path is a line in its colour within two casings: one of the three differs from what is under them by 20 at least.
#[test]
fn every_path_is_seen_on_every_colour_of_a_map() {
    for theme in [Theme::Light, Theme::Dark] {
        let palette = Palette::of(theme);
        for (vision, matrix) in &VISIONS {
            for (map, ground) in grounds(theme) {
                let below = lab(ground, matrix);
                let casings = palette.casings.map(|casing| difference(lab(casing.over(ground), matrix), below));
                for run in palette.runs {
                    let best = casings.into_iter().fold(difference(lab(run, matrix), below), f64::max);
                    assert!(best >= 20.0, "{theme:?}, {vision}: {run:?} on {ground:?} of {map} differs by {best:.1}");
                }
            }
        }
    }
}

/// The line itself stands out from the casing that it lies on; and for normal vision from all of the usual map, too.
#[test]
fn every_run_stands_out_from_its_casing_and_from_the_usual_map() {
    for theme in [Theme::Light, Theme::Dark] {
        let palette = Palette::of(theme);
        for run in palette.runs {
            for (vision, matrix) in &VISIONS {
                let found = difference(lab(run, matrix), lab(palette.casings[1], matrix));
                assert!(found >= 20.0, "{theme:?}, {vision}: {run:?} on its casing differs by {found:.1}");
            }
            let normal = &VISIONS[0].1;
            for (map, ground) in grounds(theme).iter().filter(|(map, _)| map == "Viridis") {
                let found = difference(lab(run, normal), lab(*ground, normal));
                assert!(found >= 17.0, "{theme:?}: {run:?} on {ground:?} of {map} differs by {found:.1}");
            }
        }
    }
}

/// The first three runs, which a new study has, can be distinguished with all kinds of colour vision.
#[test]
fn the_first_runs_are_told_apart() {
    for theme in [Theme::Light, Theme::Dark] {
        let runs = Palette::of(theme).runs;
        for (vision, matrix) in &VISIONS {
            for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                let found = difference(lab(runs[one], matrix), lab(runs[other], matrix));
                assert!(found >= 10.0, "{theme:?}, {vision}: runs {one} and {other} differ by {found:.1}");
            }
        }
    }
}

/// The start, the training's path and the curve of the examples at the start are drawn in ink: no run looks as if it were one of them.
#[test]
fn runs_are_told_apart_from_ink() {
    for (theme, least) in [(Theme::Light, 25.0), (Theme::Dark, 20.0)] {
        let palette = Palette::of(theme);
        let normal = &VISIONS[0].1;
        for run in palette.runs {
            let found = difference(lab(run, normal), lab(palette.ink, normal));
            assert!(found >= least, "{theme:?}: {run:?} differs by {found:.1}");
        }
    }
}
