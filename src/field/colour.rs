//! Colour tables, and images of a grid in their colours.
//!
//! Viridis (S. van der Walt & N. Smith, 2015), cividis (J. R. Nuñez, C. R. Anderton & R. S. Renslow, PLoS ONE
//! 13(7), 2018) and ColorBrewer's red–blue (C. Brewer) come from the crate colorous (Apache-2.0), a port of
//! d3-scale-chromatic. Their lightness is monotone (red–blue's on either side of white), and none of them requires
//! distinguishing red from green.

use super::quantise::{Quantiser, STEPS};
use super::{ColourMap, Grid, Raster, Scale};
use crate::number::lanes::{InstructionSet, Work, are_within};
use std::sync::OnceLock;

/// 256 colours (red, green, blue) of a map, for colour bars and legends.
pub fn colour_table(map: ColourMap) -> &'static [[u8; 3]; 256] {
    static TABLES: OnceLock<[[[u8; 3]; 256]; 4]> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let of_gradient =
            |gradient: colorous::Gradient| std::array::from_fn(|k| gradient.eval_rational(k, 256).as_array());
        let mut blue_to_red: [[u8; 3]; 256] = of_gradient(colorous::RED_BLUE);
        blue_to_red.reverse();
        let grey = std::array::from_fn(|k| [k as u8; 3]);
        [of_gradient(colorous::VIRIDIS), of_gradient(colorous::CIVIDIS), blue_to_red, grey]
    });
    match map {
        ColourMap::Viridis => &tables[0],
        ColourMap::Cividis => &tables[1],
        ColourMap::Diverging => &tables[2],
        ColourMap::Grey => &tables[3],
    }
}

/// The grid as an image: node (i, j) is pixel (i, rows − 1 − j). Undefined and infinite values are transparent.
///
/// On a linear scale a value within a few rounding errors of a boundary between two colours may have either colour.
pub(super) fn raster(grid: &Grid, scale: Option<&Scale>, map: ColourMap) -> Raster {
    let mut pixels = Vec::with_capacity(grid.values.len());
    match scale {
        Some(scale) if grid.columns > 0 => {
            let painter = Painter::new(scale, map);
            let mut counts = vec![0; grid.columns];
            for values in grid.values.chunks(grid.columns).rev() {
                painter.paint(values, &mut pixels, &mut counts);
            }
        }
        _ => pixels.resize(grid.values.len(), CLEAR),
    }
    Raster { width: grid.columns, height: grid.rows, rgba: pixels.into_flattened() }
}

/// Red, green, blue, alpha.
type Pixel = [u8; 4];

const CLEAR: Pixel = [0; 4];

/// The colours of a scale, ready to be found.
enum Painter {
    /// 256 equal steps from the low end on.
    Even { low: f64, steps_per_unit: f64, colours: [Pixel; 256] },
    /// Steps of any length.
    Uneven(Uneven),
}

/// The colours between boundaries of a scale.
struct Uneven {
    quantiser: Quantiser,
    colours: [Pixel; 256],
    /// An entry for each step of the quantiser; `None` if a step has more than one boundary in it.
    steps: Option<Box<[Step; STEPS]>>,
}

/// The colour of the values below a boundary, and the colour of the others.
#[derive(Clone, Copy)]
struct Step {
    boundary: f64,
    colours: [Pixel; 2],
}

impl Painter {
    fn new(scale: &Scale, map: ColourMap) -> Painter {
        let colours = colour_table(map).map(|[red, green, blue]| [red, green, blue, u8::MAX]);
        match scale.linear_ends() {
            // If the difference overflows or the ends are almost equal, values are compared with boundaries instead.
            Some([low, high]) if (1e-300..1e300).contains(&(high - low)) => {
                Painter::Even { low, steps_per_unit: 256.0 / (high - low), colours }
            }
            _ => Painter::Uneven(Uneven::new(&scale.boundaries(), colours)),
        }
    }

    /// Adds the pixels of a row; `counts` is a buffer of the same length.
    fn paint(&self, values: &[f64], pixels: &mut Vec<Pixel>, counts: &mut [u8]) {
        let set = InstructionSet::fastest();
        let start = pixels.len();
        let are_finite = match self {
            Painter::Even { low, steps_per_unit, colours } => {
                set.run(Even { low: *low, steps_per_unit: *steps_per_unit, colours, values, pixels })
            }
            Painter::Uneven(uneven) => uneven.paint(set, values, pixels, counts),
        };
        if !are_finite {
            let undefined = pixels[start..].iter_mut().zip(values).filter(|(_, value)| !value.is_finite());
            undefined.for_each(|(pixel, _)| *pixel = CLEAR);
        }
    }
}

impl Uneven {
    fn new(boundaries: &[f64], colours: [Pixel; 256]) -> Uneven {
        let quantiser = Quantiser::new(boundaries);
        let colour = |count: usize| colours[count.min(255)];
        let step = |(below, boundary): (u8, f64)| {
            let below = usize::from(below);
            Step { boundary, colours: [colour(below), colour(below + 1)] }
        };
        let steps = quantiser.steps().and_then(|steps| steps.map(step).collect::<Vec<Step>>().try_into().ok());
        Uneven { quantiser, colours, steps }
    }

    /// Adds the pixels of a row, and returns whether all values are finite.
    fn paint(&self, set: InstructionSet, values: &[f64], pixels: &mut Vec<Pixel>, counts: &mut [u8]) -> bool {
        match &self.steps {
            Some(steps) => set.run(Stepping { quantiser: &self.quantiser, steps, values, pixels }),
            None => {
                self.quantiser.count_all(values, counts);
                pixels.extend(counts.iter().map(|count| self.colours[usize::from(*count)]));
                are_within(set, values, f64::MAX)
            }
        }
    }
}

/// How many pixels are painted together: first their bins by vector instructions, then their colours.
const TOGETHER: usize = 64;

/// Paints groups of [`TOGETHER`] pixels and the rest; returns whether all values are finite.
///
/// A group is painted in a buffer and then appended to the image, so that the image is written once and need not be
/// cleared.
#[inline(always)]
fn together(values: &[f64], pixels: &mut Vec<Pixel>, mut paint: impl FnMut(&[f64], &mut [Pixel])) -> bool {
    let mut group = [CLEAR; TOGETHER];
    let mut are_finite = 1;
    let (groups, rest) = values.as_chunks::<TOGETHER>();
    for values in groups {
        paint(values, &mut group);
        // No early exit, which would keep the loop from being vectorised.
        for value in values {
            are_finite &= u64::from(value.abs() < f64::INFINITY);
        }
        pixels.extend_from_slice(&group);
    }
    paint(rest, &mut group[..rest.len()]);
    pixels.extend_from_slice(&group[..rest.len()]);
    are_finite == 1 && rest.iter().all(|value| value.is_finite())
}

/// Evenly stepped colours of a row.
struct Even<'a> {
    low: f64,
    steps_per_unit: f64,
    colours: &'a [Pixel; 256],
    values: &'a [f64],
    pixels: &'a mut Vec<Pixel>,
}

impl Work for Even<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Even { low, steps_per_unit, colours, values, pixels } = self;
        let mut places = [0; TOGETHER];
        together(values, pixels, |values, pixels| {
            for (place, value) in places.iter_mut().zip(values) {
                let steps = (value - low) * steps_per_unit;
                // Written so that each is one instruction; the first takes NaN to 0.
                let steps = if steps > 0.0 { steps } else { 0.0 };
                let steps = if steps < 255.999_999_9 { steps } else { 255.999_999_9 };
                // Of 256 + a number in [0, 256) the first eight bits after the leading one are its whole part.
                *place = ((steps + 256.0).to_bits() >> 44) as usize % 256;
            }
            for (pixel, place) in pixels.iter_mut().zip(places) {
                *pixel = colours[place % 256];
            }
        })
    }
}

/// Painting a row with uneven steps, if no step of the quantiser has more than one boundary in it.
struct Stepping<'a> {
    quantiser: &'a Quantiser,
    steps: &'a [Step; STEPS],
    values: &'a [f64],
    pixels: &'a mut Vec<Pixel>,
}

impl Work for Stepping<'_> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let mut places = [0; TOGETHER];
        together(self.values, self.pixels, |values, pixels| {
            self.quantiser.steps_of(values, &mut places);
            for ((value, pixel), place) in values.iter().zip(pixels).zip(places) {
                let Step { boundary, colours } = &self.steps[place % STEPS];
                *pixel = colours[usize::from(*boundary <= *value)];
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "what is compared here is not the last digit")]

    use super::*;
    use crate::field::ColourScale;
    use crate::landscape::View;

    const MAPS: [ColourMap; 4] = [ColourMap::Viridis, ColourMap::Cividis, ColourMap::Diverging, ColourMap::Grey];

    /// CIE 1976 L* of an sRGB colour (IEC 61966-2-1, D65).
    fn lightness(colour: [u8; 3]) -> f64 {
        let linear = colour.map(|byte| {
            let c = f64::from(byte) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
        if y > (6.0f64 / 29.0).powi(3) { 116.0 * y.cbrt() - 16.0 } else { y * (29.0f64 / 3.0).powi(3) }
    }

    #[test]
    fn lightness_is_monotone() {
        // A step of one in a byte is up to 0.4 in L*: bytes are rounded.
        let rises = |colours: &[[u8; 3]]| {
            colours.windows(2).all(|pair| lightness(pair[1]) > lightness(pair[0]) - 0.4)
                && colours.windows(9).all(|nine| lightness(nine[8]) > lightness(nine[0]))
        };
        for map in [ColourMap::Viridis, ColourMap::Cividis, ColourMap::Grey] {
            assert!(rises(colour_table(map)), "{map:?}");
        }
        let mut diverging = *colour_table(ColourMap::Diverging);
        assert!(rises(&diverging[8..124]), "from blue to white");
        diverging.reverse();
        assert!(rises(&diverging[8..124]), "from red to white");
    }

    #[test]
    fn ends_of_the_tables() {
        // matplotlib's viridis begins with (0.267004, 0.004874, 0.329415) and ends with (0.993248, 0.906157, 0.143936).
        let viridis = colour_table(ColourMap::Viridis);
        assert_eq!([viridis[0], viridis[255]], [[68, 1, 84], [253, 231, 37]]);
        let [blue, red] = [colour_table(ColourMap::Diverging)[20], colour_table(ColourMap::Diverging)[235]];
        assert!(blue[2] > blue[0] && red[0] > red[2]);
        let white = colour_table(ColourMap::Diverging)[128];
        assert!(white.iter().all(|&byte| byte > 235));
    }

    #[test]
    fn the_greatest_w2_is_on_top_and_undefined_values_are_transparent() {
        let view = View::new(0.0, 1.0, 0.0, 1.0).expect("a view");
        let values = vec![0.0, 1.0, 2.0, f64::NAN, f64::INFINITY, 3.0];
        let grid = Grid { view, columns: 2, rows: 3, values };
        let scale = Scale::new(&grid.values, ColourScale::Linear, ColourMap::Grey).expect("a scale");
        let image = raster(&grid, Some(&scale), ColourMap::Grey);
        let grey = |level: u8| [level, level, level, 255];
        let clear = [0; 4];
        assert_eq!(image.rgba.as_chunks::<4>().0, [clear, grey(255), grey(170), clear, grey(0), grey(85)]);
    }

    #[test]
    fn each_pixel_has_the_colour_of_its_value() {
        // Smooth values beside wild ones, undefined ones and those on the boundaries themselves.
        let view = View::new(0.0, 1.0, 0.0, 1.0).expect("a view");
        let mut values: Vec<f64> = (0..300).map(|k| 1e-3 * f64::from(k * k) - 20.0).collect();
        values.extend((0..300).map(|k: i32| (f64::from(k) * 0.731).fract() * 70.0 - 20.0));
        values.extend([f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 5e-324]);
        for kind in [ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised] {
            let scale = Scale::new(&values, kind, ColourMap::Cividis).expect("a scale");
            let boundaries = scale.boundaries();
            let near = |boundary: &f64| [boundary.next_down(), *boundary, boundary.next_up()];
            let values: Vec<f64> = values.iter().copied().chain(boundaries.iter().flat_map(near)).collect();
            let grid = Grid { view, columns: values.len(), rows: 1, values };
            let image = raster(&grid, Some(&scale), ColourMap::Cividis);
            for (&value, pixel) in grid.values.iter().zip(image.rgba.as_chunks().0) {
                let coloured = |value: f64| {
                    let count = boundaries.iter().filter(|boundary| **boundary <= value).count();
                    let [red, green, blue] = colour_table(ColourMap::Cividis)[count];
                    [red, green, blue, 255]
                };
                // A value this near to a boundary of a linear scale may be on either side by rounding.
                let rounding = if kind == ColourScale::Linear { 8.0 * f64::EPSILON * scale.range[1] } else { 0.0 };
                let either = [coloured(value - rounding), coloured(value + rounding)];
                let expected = if value.is_finite() { either } else { [[0; 4]; 2] };
                assert!(expected.contains(pixel), "{pixel:?} for {value} on {kind:?}, expected {expected:?}");
            }
        }
    }

    #[test]
    fn nothing_to_colour() {
        let view = View::new(0.0, 1.0, 0.0, 1.0).expect("a view");
        for map in MAPS {
            let grid = Grid { view, columns: 2, rows: 2, values: vec![f64::NAN; 4] };
            assert!(Scale::new(&grid.values, ColourScale::Automatic, map).is_none());
            assert_eq!(raster(&grid, None, map).rgba, [0; 16]);
        }
    }
}
