//! Colour tables, and images of a grid in their colours.
//!
//! Viridis (S. van der Walt & N. Smith, 2015), cividis (J. R. Nuñez, C. R. Anderton & R. S. Renslow, PLoS ONE 13(7),
//! 2018) and ColorBrewer's red–blue (C. Brewer) come from the crate colorous (Apache-2.0), a port of
//! d3-scale-chromatic. Their lightness is monotone (red–blue's on either side of white), and none of them asks an eye
//! to tell red from green.

use super::quantise::Quantiser;
use super::{ColourMap, Grid, Raster, Scale};
use crate::number::lanes::{InstructionSet, are_within};
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
pub(super) fn raster(grid: &Grid, scale: Option<&Scale>, map: ColourMap) -> Raster {
    let mut rgba = vec![0; 4 * grid.values.len()];
    if let (Some(scale), true) = (scale, grid.columns > 0) {
        let quantiser = Quantiser::new(&scale.boundaries());
        let table = colour_table(map).map(|[red, green, blue]| [red, green, blue, u8::MAX]);
        let (pixels, _) = rgba.as_chunks_mut::<4>();
        let mut counts = vec![0; grid.columns];
        for (pixels, values) in pixels.chunks_mut(grid.columns).zip(grid.values.chunks(grid.columns).rev()) {
            quantiser.count_all(values, &mut counts);
            let is_finite = are_within(InstructionSet::fastest(), values, f64::MAX);
            for (k, pixel) in pixels.iter_mut().enumerate() {
                if is_finite || values[k].is_finite() {
                    *pixel = table[usize::from(counts[k])];
                }
            }
        }
    }
    Raster { width: grid.columns, height: grid.rows, rgba }
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
    fn nothing_to_colour() {
        let view = View::new(0.0, 1.0, 0.0, 1.0).expect("a view");
        for map in MAPS {
            let grid = Grid { view, columns: 2, rows: 2, values: vec![f64::NAN; 4] };
            assert!(Scale::new(&grid.values, ColourScale::Automatic, map).is_none());
            assert_eq!(raster(&grid, None, map).rgba, [0; 16]);
        }
    }
}
