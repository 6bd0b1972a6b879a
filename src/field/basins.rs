//! The image of a map of basins.
//!
//! The hue shows at which critical point a start ends: minima are blue, green and violet, saddles sand and stone
//! colours, maxima red, degenerate points pink, in the order in which the map lists them. The lightness shows the
//! number of steps on a logarithmic scale: light for few, dark for many. Starts that end at no critical point have a
//! pattern. Like those of a heat map, the colours are the same in both themes. Neighbouring colours of a family also
//! differ in lightness, so that colour-blind people can distinguish them.

use super::Raster;
use crate::basins::{Attractor, Basins, Cell, Outcome};
use crate::curvature::Kind;

/// The colours of a kind of end, in their order; they repeat if there are more ends.
pub fn basin_colours(kind: Kind) -> &'static [[u8; 3]] {
    match kind {
        Kind::Minimum => &[
            [0x2f, 0x74, 0xc8],
            [0x1f, 0xa5, 0x97],
            [0xb4, 0x9a, 0xe6],
            [0x86, 0xb8, 0x3c],
            [0x5f, 0xc3, 0xe4],
            [0x2b, 0x6e, 0x58],
            [0x6a, 0x4f, 0xb8],
        ],
        Kind::Saddle => &[[0xcd, 0xb8, 0x73], [0x8f, 0x7a, 0x5c], [0xec, 0xe5, 0xcf], [0x5f, 0x66, 0x55]],
        Kind::Maximum => &[[0xd9, 0x57, 0x3a], [0xa8, 0x3a, 0x4e], [0xf0, 0x9a, 0x72]],
        Kind::Degenerate => &[[0xd4, 0x8f, 0xc0], [0x9a, 0x52, 0x88], [0xf0, 0xc4, 0xe2]],
    }
}

/// The colour of each of a map's ends.
pub fn colours_of_ends(ends: &[Attractor]) -> Vec<[u8; 3]> {
    let colour = |(index, end): (usize, &Attractor)| {
        let before = ends[..index].iter().filter(|other| other.kind == end.kind).count();
        let colours = basin_colours(end.kind);
        colours[before % colours.len()]
    };
    ends.iter().enumerate().map(colour).collect()
}

/// The lightest and darkest shade: shares of white and of black in it.
const SHADES: [f64; 2] = [0.32, 0.52];

/// A colour shaded: 0 is the lightest, 1 the darkest.
pub fn shaded(colour: [u8; 3], darkness: f64) -> [u8; 3] {
    let darkness = darkness.clamp(0.0, 1.0);
    let shift = -SHADES[0] + darkness * (SHADES[0] + SHADES[1]);
    let toward = |from: u8, to: f64, share: f64| ((1.0 - share) * f64::from(from) + share * to).round() as u8;
    colour.map(|byte| if shift < 0.0 { toward(byte, 255.0, -shift) } else { toward(byte, 0.0, shift) })
}

/// The mapping from numbers of steps to shades: the fewest and the most steps with a shade of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepScale {
    /// Starts with this many steps or fewer have the lightest shade.
    pub fewest: u32,
    /// After so many or more the darkest.
    pub most: u32,
}

impl StepScale {
    /// The scale of a map: from the steps of its coarsest starts, so that it does not change while the map is refined;
    /// the slowest twentieth shares the darkest shade.
    pub fn of(map: &Basins) -> StepScale {
        let arrived = map.coarse_cells().filter(|cell| matches!(cell.outcome, Outcome::At(_)));
        let mut steps: Vec<u32> = arrived.map(|cell| cell.steps).collect();
        steps.sort_unstable();
        let at = |share: usize| steps.get(steps.len() * share / 100).copied().unwrap_or(0);
        StepScale { fewest: at(1), most: at(95) }
    }

    fn darkness(self, steps: u32) -> f64 {
        let height = |steps: u32| libm::log(1.0 + f64::from(steps));
        let range = height(self.most) - height(self.fewest);
        if range > 0.0 { (height(steps) - height(self.fewest)) / range } else { 0.4 }
    }
}

/// The pattern of starts that end at no critical point, by columns and rows of the image; it repeats every 8.
pub fn pattern(outcome: Outcome, column: usize, row: usize) -> [u8; 4] {
    let (x, y) = (column % 8, row % 8);
    let stripe = |at: usize| at % 8 < 3;
    let [light, grey, dark] = [[0xee, 0xee, 0xf2, 255], [0x8a, 0x8a, 0x92, 255], [0x26, 0x26, 0x2c, 255]];
    match outcome {
        // Dots on a light ground.
        Outcome::Cycle => {
            let is_dot = |x: usize, y: usize| (2..5).contains(&x) && (2..5).contains(&y);
            if is_dot(x, y) || is_dot((x + 4) % 8, (y + 4) % 8) { dark } else { light }
        }
        // Rising stripes on a dark ground.
        Outcome::Diverged => {
            if stripe(x + y) {
                grey
            } else {
                dark
            }
        }
        // Falling stripes on a light ground.
        Outcome::FalseStop => {
            if stripe(x + 8 - y) {
                grey
            } else {
                light
            }
        }
        // A net.
        Outcome::Broken => {
            if x < 2 || y < 2 {
                light
            } else {
                dark
            }
        }
        Outcome::Unfinished => grey,
        Outcome::Pending | Outcome::At(_) => [0; 4],
    }
}

/// The image, with a pixel for each start, and the greatest w2 on top. A start that is not computed yet has the colour
/// of a coarser neighbour.
pub fn basin_raster(map: &Basins) -> Raster {
    let colours = colours_of_ends(map.attractors());
    let scale = StepScale::of(map);
    // Shades are few, steps are many.
    let tones: Vec<f64> = (0..=scale.most).map(|steps| scale.darkness(steps)).collect();
    let darkness = |steps: u32| tones.get(steps as usize).copied().unwrap_or(1.0);
    let mut rgba = Vec::with_capacity(4 * map.cells.len());
    for row in (0..map.rows).rev() {
        for column in 0..map.columns {
            let Cell { outcome, steps } = map.shown(column, row);
            rgba.extend(match outcome {
                Outcome::At(index) => {
                    let [red, green, blue] = shaded(colours[index as usize], darkness(steps));
                    [red, green, blue, 255]
                }
                other => pattern(other, column, row),
            });
        }
    }
    Raster { width: map.columns, height: map.rows, rgba }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::basins::basins;
    use crate::critical::search;
    use crate::landscape::{Loss, View};
    use crate::optimizer::Run;
    use std::collections::BTreeMap;

    fn oklab(colour: [u8; 3], sees: &[[f64; 3]; 3]) -> [f64; 3] {
        let linear = colour.map(|byte| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { libm::pow((c + 0.055) / 1.055, 2.4) }
        });
        let times = |m: &[[f64; 3]; 3], v: [f64; 3]| m.map(|row| (0..3).map(|k| row[k] * v[k]).sum::<f64>());
        let seen = times(sees, linear).map(|x| x.clamp(0.0, 1.0));
        // B. Ottosson, A perceptual color space for image processing, 2020.
        const LMS: [[f64; 3]; 3] = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ];
        const LAB: [[f64; 3]; 3] = [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ];
        times(&LAB, times(&LMS, seen).map(libm::cbrt))
    }

    /// The first four minima, four saddles, the first maximum and the first degenerate point can be distinguished, also
    /// with deuteranopia (the matrix of G. M. Machado, M. M. Oliveira & L. A. F. Fernandes, A physiologically-based
    /// model for simulation of color vision deficiency, 2009). A difference of 0.02 in Oklab is just noticeable.
    #[test]
    fn colours_of_ends_are_told_apart() {
        const EVERYBODY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        const DEUTERANOPIA: [[f64; 3]; 3] =
            [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];
        let shown = [(Kind::Minimum, 4), (Kind::Saddle, 4), (Kind::Maximum, 1), (Kind::Degenerate, 1)];
        let colours: Vec<[u8; 3]> =
            shown.iter().flat_map(|&(kind, count)| &basin_colours(kind)[..count]).copied().collect();
        for (sees, least) in [(EVERYBODY, 0.07), (DEUTERANOPIA, 0.06)] {
            for (i, a) in colours.iter().enumerate() {
                for b in &colours[..i] {
                    let (p, q) = (oklab(*a, &sees), oklab(*b, &sees));
                    let distance = (0..3).map(|k| (p[k] - q[k]) * (p[k] - q[k])).sum::<f64>().sqrt();
                    assert!(distance >= least, "{a:02x?} and {b:02x?}: {distance:.3}");
                }
            }
        }
    }

    /// Two minima on either side of the axis w1 = 0, each nearest to its own starts: the image has their colours in the
    /// right halves, light near the ends and darker away from them.
    #[test]
    fn the_image_shows_ends_and_steps() {
        let loss = Loss::new("(w1^2 - 1)^2 + w2^2", &BTreeMap::new()).unwrap();
        let view = View::new(-1.5, 1.5, -1.0, 1.0).unwrap();
        let mut run = Run::new("gradient-descent");
        run.set("learning_rate", 0.05).unwrap();
        let map = basins(&loss, &view, [30, 20], &run, &search(&loss, &view)).unwrap();
        let image = basin_raster(&map);
        assert_eq!([image.width, image.height, image.rgba.len()], [30, 20, 4 * 600]);
        let colours = colours_of_ends(map.attractors());
        let scale = StepScale::of(&map);
        assert!(scale.fewest < scale.most);
        for (place, pixel) in image.rgba.as_chunks::<4>().0.iter().enumerate() {
            let cell = map.cells[(19 - place / 30) * 30 + place % 30];
            let Outcome::At(index) = cell.outcome else { panic!("{cell:?}") };
            let end = &map.attractors()[index as usize];
            assert_eq!(end.w.x < 0.0, place % 30 < 15);
            let [red, green, blue] = shaded(colours[index as usize], scale.darkness(cell.steps));
            assert_eq!(*pixel, [red, green, blue, 255]);
        }
        let luminance = |colour: [u8; 3]| colour.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        assert!(luminance(shaded(colours[0], 0.0)) > luminance(shaded(colours[0], 1.0)) + 200);
    }

    /// Whatever ends at no critical point has a pattern of its own.
    #[test]
    fn patterns_differ() {
        let outcomes = [
            Outcome::Cycle,
            Outcome::Diverged,
            Outcome::FalseStop,
            Outcome::Broken,
            Outcome::Unfinished,
            Outcome::Pending,
        ];
        let images = outcomes.map(|outcome| (0..64).map(|k| pattern(outcome, k % 8, k / 8)).collect::<Vec<_>>());
        for (index, image) in images.iter().enumerate() {
            assert!(images[..index].iter().all(|other| other != image), "{:?}", outcomes[index]);
        }
    }
}
