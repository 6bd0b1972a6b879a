//! The whole field of awkward grids.

#![expect(clippy::disallowed_methods, reason = "what is compared here is not the last digit")]

use super::*;

fn grid(columns: usize, rows: usize, f: impl Fn(f64, f64) -> f64) -> Grid {
    let view = View::new(-2.0, 2.0, -1.0, 3.0).expect("a view");
    let mut grid = Grid { view, columns, rows, values: Vec::new() };
    let [w1, w2] = grid.axes();
    grid.values = w2.iter().flat_map(|&y| w1.iter().map(move |&x| (x, y))).map(|(x, y)| f(x, y)).collect();
    grid
}

#[test]
fn the_axes_end_at_the_view_s_bounds() {
    let [w1, w2] = grid(5, 2, |_, _| 0.0).axes();
    assert_eq!(w1, [-2.0, -1.0, 0.0, 1.0, 2.0]);
    assert_eq!(w2, [-1.0, 3.0]);
}

#[test]
fn every_grid_has_a_field() {
    let functions: [fn(f64, f64) -> f64; 10] = [
        |_, _| f64::NAN,
        |_, _| f64::INFINITY,
        |_, _| f64::NEG_INFINITY,
        |_, _| 7.0,
        |x, y| 1e308 * (x + y),
        |x, y| if x < y { f64::MIN } else { f64::MAX },
        |x, y| 1.0 / (x * y),
        |x, _| x.ln(),
        |x, y| if x + y > 0.3 { f64::NAN } else { x * x - y },
        |x, _| if x > 0.0 { 5e-324 } else { 0.0 },
    ];
    let scales = [ColourScale::Automatic, ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised];
    let maps = [ColourMap::Viridis, ColourMap::Cividis, ColourMap::Diverging, ColourMap::Grey];
    for f in functions {
        for (columns, rows) in [(2, 2), (3, 2), (2, 9), (17, 16), (120, 90), (1, 1), (1, 5), (0, 0)] {
            for colour_scale in scales {
                for colour_map in maps {
                    let grid = grid(columns, rows, f);
                    let options = FieldOptions { colour_map, colour_scale, levels: Levels::About(20) };
                    let field = Field::of_grid(grid, &options);
                    assert_eq!(field.raster.rgba.len(), 4 * columns * rows);
                    assert_ne!(field.colour_scale, ColourScale::Automatic);
                    let finite = field.grid.values.iter().filter(|value| value.is_finite()).count();
                    assert_eq!(field.range.is_some(), finite > 0);
                    if columns > 1 && rows > 1 {
                        assert_eq!(field.undefined.is_empty(), finite == columns * rows);
                    }
                    let opaque = field.raster.rgba.as_chunks::<4>().0.iter().filter(|pixel| pixel[3] == 255).count();
                    assert_eq!(opaque, finite);
                    for w in field.contours.iter().flat_map(|line| &line.points).chain(field.undefined.iter().flatten())
                    {
                        assert!(field.grid.view.contains(*w), "{w:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn lines_are_where_the_colours_change() {
    // Level by level, the pixels on either side of a line differ: L − level has both signs around each vertex.
    let field = Field::of_grid(
        grid(65, 65, |x, y| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)),
        &FieldOptions {
            colour_map: ColourMap::Viridis,
            colour_scale: ColourScale::Automatic,
            levels: Levels::About(20),
        },
    );
    assert_eq!(field.colour_scale, ColourScale::Equalised);
    assert_eq!(field.levels.len(), 20);
    assert!(field.levels.iter().all(|level| field.contours.iter().any(|line| line.level == *level)));
}
