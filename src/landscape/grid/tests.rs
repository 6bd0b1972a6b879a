#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::landscape::nodes;

fn sampled(w1: Vec<f64>, w2: Vec<f64>, f: impl Fn(f64, f64) -> f64) -> GridValues {
    let values = w2.iter().flat_map(|y| w1.iter().map(|x| f(*x, *y)).collect::<Vec<_>>()).collect();
    GridValues::new(w1, w2, values).unwrap()
}

fn table(rows: &[(f64, f64, f64)]) -> String {
    rows.iter().fold("w1,w2,L\n".to_owned(), |text, (x, y, value)| text + &format!("{x},{y},{value}\n"))
}

fn read(text: &str) -> Result<GridValues, GridError> {
    GridValues::from_bytes(text.as_bytes().to_vec(), None)
}

/// A product of cubics is its own bicubic spline, with all derivatives, on nodes that are not evenly spaced.
#[test]
fn a_bicubic_polynomial_is_its_own_interpolant() {
    let f = |x: f64, y: f64| (x * x * x - 2.0 * x + 1.0) * (0.5 * y * y * y + y * y - 3.0);
    let spline = Interpolant::new(
        sampled(vec![-2.0, -1.5, -0.2, 0.3, 1.0, 2.0], vec![-1.0, -0.4, 0.5, 0.9, 2.0], f),
        "p".to_owned(),
    );
    for (x, y) in [(-2.0, -1.0), (2.0, 2.0), (-0.2, 0.5), (0.111, 1.7), (-1.9, -0.9), (1.5, 0.0)] {
        let (p, dp, ddp) = (x * x * x - 2.0 * x + 1.0, 3.0 * x * x - 2.0, 6.0 * x);
        let (q, dq, ddq) = (0.5 * y * y * y + y * y - 3.0, 1.5 * y * y + 2.0 * y, 3.0 * y + 2.0);
        let jet = spline.jet(Vector::new(x, y));
        let found =
            [jet.value, jet.gradient.x, jet.gradient.y, jet.hessian[(0, 0)], jet.hessian[(0, 1)], jet.hessian[(1, 1)]];
        let expected = [p * q, dp * q, p * dq, ddp * q, dp * dq, p * ddq];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-11, "at ({x}, {y}): {found} and {expected}");
        }
    }
}

/// Second derivatives do not jump at the lines of the grid, and the value at a node is the value that was given.
#[test]
fn the_interpolant_is_twice_continuously_differentiable() {
    let f = |x: f64, y: f64| libm::sin(3.0 * x) * libm::exp(y) + if x > 0.0 { x * x * y } else { 0.0 };
    let grid = sampled(nodes([-1.0, 1.0], 9), nodes([-1.0, 1.0], 7), f);
    let spline = Interpolant::new(grid.clone(), "s".to_owned());
    for (row, y) in grid.w2.iter().enumerate() {
        for (column, x) in grid.w1.iter().enumerate() {
            let value = spline.value(Vector::new(*x, *y));
            assert!((value - grid.values[row * 9 + column]).abs() < 1e-14);
        }
    }
    for node in &grid.w1[1..8] {
        for y in [-0.9, 0.123, 0.77] {
            let [left, right] = [-1e-12, 1e-12].map(|off| spline.jet(Vector::new(node + off, y)));
            assert!((left.hessian - right.hessian).amax() < 1e-8, "at w1 = {node}");
            assert!((left.gradient - right.gradient).amax() < 1e-9);
        }
    }
    assert!(spline.value(Vector::new(1.001, 0.0)).is_nan() && spline.value(Vector::new(0.0, f64::NAN)).is_nan());
}

/// On a smooth function the error falls with the fourth power of the distance of nodes.
#[test]
fn the_error_is_of_fourth_order() {
    let f = |x: f64, y: f64| libm::exp(-x * x) * libm::cos(2.0 * y);
    let error = |count: usize| {
        let spline = Interpolant::new(sampled(nodes([-1.0, 1.0], count), nodes([-1.0, 1.0], count), f), String::new());
        let at = nodes([-0.97, 0.93], 23);
        at.iter()
            .flat_map(|x| at.iter().map(|y| (spline.value(Vector::new(*x, *y)) - f(*x, *y)).abs()))
            .fold(0.0, f64::max)
    };
    let ratio = error(11) / error(21);
    assert!((8.0..40.0).contains(&ratio), "{ratio}");
}

#[test]
fn a_table_may_have_its_rows_and_columns_in_any_order() {
    let mut rows = Vec::new();
    for y in 0..4 {
        for x in 0..5 {
            rows.push((f64::from(x), 0.5 * f64::from(y), f64::from(10 * y + x)));
        }
    }
    let in_order = read(&table(&rows)).unwrap();
    assert_eq!((in_order.w1.len(), in_order.w2.len(), in_order.values[7]), (5, 4, 12.0));
    rows.reverse();
    assert_eq!(read(&table(&rows)), Ok(in_order.clone()));
    let turned = rows.iter().fold("L,w2,w1\n".to_owned(), |text, (x, y, value)| text + &format!("{value},{y},{x}\n"));
    assert_eq!(read(&turned), Ok(in_order));
}

#[test]
fn what_is_no_grid_is_refused_in_words() {
    let grid = |skip: usize| {
        let all = (0..16).filter(|k| *k != skip).map(|k| (f64::from(k as u8 % 4), f64::from(k as u8 / 4), 1.0));
        table(&all.collect::<Vec<_>>())
    };
    let whole = grid(99);
    assert!(read(&whole).is_ok());
    let scattered: Vec<_> = (0..30).map(|k| (f64::from(k), f64::from(k * k), 0.0)).collect();
    for (text, words) in [
        (
            grid(6),
            "the grid has holes: 4 values of w1 and 4 of w2 make 16 nodes, and 15 have a value; one without is at (2, 1)",
        ),
        (
            table(&scattered),
            "do not form a rectangular grid: 30 rows of the table have 30 different values of w1 and 30 of w2",
        ),
        (whole.replace("2,1,1\n", "2,1,nan\n"), "L at (2, 1) is missing or not finite"),
        (whole.replace("2,1,1\n", "2,1,\n"), "L at (2, 1) is missing or not finite"),
        (whole.clone() + "3,3,1\n", "(3, 3) is in the table twice"),
        (whole.replace("w1,w2,L", "a,b,c"), "the columns w1, w2 and L, and this one has a, b, c"),
        (table(&[(0.0, 0.0, 1.0), (1.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 1.0, 1.0)]), "2 values of w1"),
    ] {
        let refused = read(&text).unwrap_err().to_string();
        assert!(refused.contains(words), "{refused:?} does not say {words:?}");
    }
}

/// An array as NumPy writes it.
fn npy(descr: &str, shape: &str, fortran: bool, body: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    [b"\x93NUMPY\x01\x00", &(header.len() as u16).to_le_bytes()[..], header.as_bytes(), body].concat()
}

#[test]
fn arrays_of_numpy_are_read_with_a_view() {
    let view = View { w1: [-1.0, 1.0], w2: [0.0, 3.0] };
    let values: Vec<f64> = (0..20).map(f64::from).collect();
    let bytes = |values: &[f64]| values.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>();
    let read = |bytes: Vec<u8>| GridValues::from_bytes(bytes, Some(view));
    // Four rows of five columns.
    let grid = read(npy("<f8", "(4, 5)", false, &bytes(&values))).unwrap();
    assert_eq!((grid.w1.clone(), grid.w2.clone()), (vec![-1.0, -0.5, 0.0, 0.5, 1.0], vec![0.0, 1.0, 2.0, 3.0]));
    assert_eq!(grid.values, values);
    let by_columns: Vec<f64> = (0..5).flat_map(|j| (0..4).map(move |i| f64::from(5 * i + j))).collect();
    assert_eq!(read(npy("<f8", "(4, 5)", true, &bytes(&by_columns))), Ok(grid.clone()));
    let short: Vec<u8> = values.iter().flat_map(|x| (*x as f32).to_be_bytes()).collect();
    assert_eq!(read(npy(">f4", "(4, 5)", false, &short)), Ok(grid));
    for (bytes, words) in [
        (npy("<f8", "(20,)", false, &bytes(&values)), "an array of two dimensions, and this one has 1"),
        (npy("<i8", "(4, 5)", false, &bytes(&values)), "numbers of the kind '<i8'"),
        (npy("<f8", "(4, 6)", false, &bytes(&values)), "cut off"),
        (npy("<f8", "(2, 10)", false, &bytes(&values)), "2 values of w2"),
        (npy("<f8", "(4000000000, 4000000000)", false, &[]), "too large"),
        (b"\x93NUMPY\x01".to_vec(), "cut off"),
    ] {
        let refused = read(bytes).unwrap_err().to_string();
        assert!(refused.contains(words), "{refused:?} does not say {words:?}");
    }
    let without = GridValues::from_bytes(npy("<f8", "(4, 5)", false, &bytes(&values)), None).unwrap_err();
    assert!(without.to_string().contains("--covers"));
}
