#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::*;
use crate::landscape::{LandscapeError, Loss};
use crate::number::{Interval, Vector};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

fn random(seed: u64, rows: usize) -> Dataset {
    let mut bits = ChaCha8Rng::seed_from_u64(seed);
    let mut column = || (0..rows).map(|_| (bits.next_u64() >> 11) as f64 / 2f64.powi(52) - 1.0).collect::<Vec<f64>>();
    Dataset::new(vec![("x".to_owned(), column()), ("y".to_owned(), column())]).unwrap()
}

fn over(formula: &str, data: &Dataset) -> Loss {
    Loss::with_data(formula, &BTreeMap::new(), data).unwrap()
}

/// Hessian of (1/n) Σ (w1·xᵢ + w2 − yᵢ)²: (2/n)·XᵀX with the rows (xᵢ, 1) of X.
#[test]
fn the_hessian_of_linear_regression_is_two_over_n_times_x_transposed_x() {
    for (seed, rows) in [(1, 1), (2, 2), (3, 47), (4, 48), (5, 300), (6, 10_007)] {
        let data = random(seed, rows);
        let loss = over("(w1*x + w2 - y)^2", &data);
        let n = rows as f64;
        let x = data.column("x").unwrap();
        let (sum, squares) = (x.iter().sum::<f64>(), x.iter().map(|x| x * x).sum::<f64>());
        for w in [Vector::zeros(), Vector::new(0.3, -7.0), Vector::new(100.0, 1e3)] {
            let hessian = loss.jet(w).hessian;
            for (entry, expected) in
                [(hessian[(0, 0)], squares), (hessian[(0, 1)], sum), (hessian[(1, 0)], sum), (hessian[(1, 1)], n)]
            {
                let expected = 2.0 * expected / n;
                assert!((entry - expected).abs() <= 1e-13 * 2.0, "{rows} rows at {w}: {entry} and {expected}");
            }
        }
    }
}

/// Lanes of examples, single examples, lanes of points and intervals are four ways to the same mean.
#[test]
fn all_ways_to_the_mean_agree() {
    for formula in ["(w2*tanh(w1*x) - y)^2 + 0.01*(w1^2 + w2^2)", "log(1 + exp(-y*(w1*x + w2)))", "relu(w1*x+w2)*y+w1"]
    {
        for rows in [1, 7, 47, 48, 64, 65, 500] {
            let data = random(rows as u64, rows);
            let loss = over(formula, &data);
            let enclosures = loss.enclosures().unwrap();
            let (xs, ys) = ([-1.3, 0.2, 0.7], [-0.4, 1.1]);
            let (mut grid, mut at) = (Vec::new(), 0);
            loss.grid(&xs, &ys, &mut grid);
            for y in ys {
                for x in xs {
                    let one_by_one = enclosures.jet_of([x, y]);
                    let in_lanes = loss.jet(Vector::new(x, y));
                    assert_eq!(one_by_one.value.to_bits(), in_lanes.value.to_bits(), "{formula}, {rows} rows");
                    assert_eq!(one_by_one.gradient, [in_lanes.gradient.x, in_lanes.gradient.y]);
                    assert_eq!(one_by_one.hessian[1], in_lanes.hessian[(0, 1)]);
                    assert_eq!(loss.value(Vector::new(x, y)), in_lanes.value);
                    assert!((grid[at] - in_lanes.value).abs() <= 1e-14 * (1.0 + in_lanes.value.abs()));
                    let box_of = |c: f64| Interval::new(c - 1e-3, c + 1e-3);
                    let enclosure = enclosures.jet_of([box_of(x), box_of(y)]);
                    assert!(enclosure.value.contains(in_lanes.value));
                    assert!(enclosure.gradient[0].contains(in_lanes.gradient.x));
                    assert!(enclosure.gradient[1].contains(in_lanes.gradient.y));
                    at += 1;
                }
            }
        }
    }
}

/// The minibatches of an epoch have every example once, so that the mean of their gradients is the full one; the
/// covariance is that of its definition.
#[test]
fn minibatch_gradients_have_the_full_mean_and_the_covariance_of_examples() {
    for rows in [12, 600] {
        let data = random(9, rows);
        let loss = over("(sin(w1*x + w2) - y)^2", &data);
        let w = Vector::new(0.7, -0.3);
        let full = loss.jet(w).gradient;
        let order: Vec<u32> = (0..rows as u32).map(|row| row * 7 % rows as u32).collect();
        for size in [1, 3, 4, 12, rows / 4, rows] {
            let batches: Vec<Vector> =
                order.chunks(size).map(|batch| loss.minibatch_gradient(w, batch).unwrap()).collect();
            let mean = batches.iter().sum::<Vector>() / batches.len() as f64;
            assert!((mean - full).norm() <= 1e-14, "{rows} rows by {size}: {mean} and {full}");
        }
        let covariance = loss.gradient_covariance(w).unwrap();
        let each: Vec<Vector> = (0..rows as u32).map(|row| loss.minibatch_gradient(w, &[row]).unwrap()).collect();
        let expected = each.iter().map(|g| (g - full) * (g - full).transpose()).sum::<crate::number::Matrix>();
        assert!((covariance - expected / rows as f64).norm() <= 1e-14);
    }
}

#[test]
fn columns_win_over_weights_and_are_said_to_be_missing() {
    let data = random(1, 5);
    // y·x is a mean of products and no product of weights.
    let value = over("x*y + 0*w1", &data).value(Vector::new(3.0, 4.0));
    let (x, y) = (data.column("x").unwrap(), data.column("y").unwrap());
    let expected = x.iter().zip(y.iter()).map(|(x, y)| x * y).sum::<f64>() / 5.0;
    assert!((value - expected).abs() <= 1e-15);
    let alone = Dataset::new(vec![("t".to_owned(), vec![1.0, 2.0])]).unwrap();
    let none = BTreeMap::new();
    let missing = Loss::with_data("(w1*x - t)^2", &none, &alone).unwrap_err();
    assert!(missing.to_string().contains("column 5: `x` is no column of the data, which have t"), "{missing}");
    assert_eq!(Loss::with_data("w1^2", &none, &alone).unwrap_err(), LandscapeError::NoColumn("t".to_owned()));
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    for (text, message) in [
        ("", "there are no columns: write their names in the first line, such as x,y"),
        (" \n\t\r\n ", "there are no columns"),
        ("# only a comment\n# and another\n", "there are no columns"),
        ("x,y\n", "there are column names (x, y) and no examples below them"),
        ("x,y\n,\n", "there are column names (x, y) and no examples below them"),
        ("x,y\n1\n", "line 2 has 1 cell instead of 2"),
        ("x,y\n1,2\n\n1,2,3\n", "line 4 has 3 cells instead of 2"),
        ("x\n1,2\n", "line 2 has 2 cells instead of 1"),
        ("x,y\n1,\"2\n", "line 2, column 2: a quotation mark opens here"),
        ("x,y\na,b\n", "no column has only numbers: line 2, column 1: 'a' is not a finite number; leave it empty"),
        ("x,y\nNA,\n", "no column has only numbers: column 1: it has no numbers"),
        ("x,y\n1,2\n3,\0\n", "line 3: the file is no text"),
        ("sep=;;\nx;y\n1;2\n", "line 1: ';;' is not a separator"),
    ] {
        let error = Dataset::from_csv(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text:?}: {error}");
    }
    for name in ["w1", "sin", "1x", "a b", "", "x²"] {
        let error = Dataset::new(vec![("t".to_owned(), vec![1.0]), (name.to_owned(), vec![2.0])]).unwrap_err();
        assert!(matches!(error, DatasetError::Name { column: 2, .. }), "{name}: {error}");
    }
    for value in [f64::NAN, f64::INFINITY] {
        let error = Dataset::new(vec![("t".to_owned(), vec![1.0, value])]).unwrap_err();
        assert!(matches!(error, DatasetError::Value { line: 3, column: 1, .. }), "{error}");
    }
    let long = "x\n".to_owned() + &"1\n".repeat(MAX_ROWS + 1);
    assert_eq!(Dataset::from_csv(&long), Err(DatasetError::TooMany));
    let one = Dataset::from_csv("x, y\n 1.5, −2 \n").unwrap();
    assert_eq!((one.rows(), one.column("y").unwrap()[0]), (1, -2.0));
    let data = random(3, 50);
    assert_eq!(Dataset::from_csv(&data.to_csv()), Ok(data));
}

/// A file beyond the limit is refused by its size; a file that is not text and a missing file are refused, too.
#[test]
fn files_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    assert_eq!(Dataset::read(&path).unwrap_err().to_string(), "no such file or directory");
    std::fs::write(&path, b"x,y\n1,2\n\x01,3\n").unwrap();
    assert_eq!(Dataset::read(&path), Err(DatasetError::NotText { line: 3, code: 1 }));
    // A file with a hole takes no room.
    std::fs::File::create(&path).unwrap().set_len(MAX_BYTES as u64 + 1).unwrap();
    assert_eq!(Dataset::read(&path), Err(DatasetError::TooLarge));
    std::fs::write(&path, "x,y\n1,2\n").unwrap();
    assert_eq!(Dataset::read(&path).unwrap().rows(), 1);
}

#[test]
fn checksums_tell_names_and_values_apart() {
    let of = |csv: &str| Dataset::from_csv(csv).unwrap().checksum();
    let texts =
        ["x,y\n1,2\n", "x,z\n1,2\n", "x,y\n2,1\n", "y,x\n1,2\n", "x,y\n1,2\n1,2\n", "x,y\n1,2.0000000000000004\n"];
    let sums: std::collections::BTreeSet<String> = texts.iter().map(|csv| of(csv)).collect();
    assert_eq!(sums.len(), texts.len());
    assert_eq!(of("x,y\n1,2\n"), of("x , y\n\n1.0,2e0\n"));
    // The published test vector of the 64-bit FNV-1a of the byte 'a', and of our separator after it.
    let expected = (0xaf63_dc4c_8601_ec8c_u64).wrapping_mul(0x0000_0100_0000_01b3);
    let expected =
        [0u8; 8].iter().fold(expected, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    assert_eq!(of("a\n0\n"), format!("{expected:016x}"));
}

#[test]
fn standard_sets_are_what_they_say() {
    let names: Vec<&str> = standard().iter().map(|known| known.name).collect();
    assert!(names.iter().all(|name| find(name).is_some()) && find("none").is_none());
    assert!(standard().iter().all(|known| known.dataset.notes().is_empty() && known.dataset.others().is_empty()));
    let column = |name: &str, column: &str| find(name).unwrap().dataset.column(column).unwrap().clone();
    let (x, y) = (column("line", "x"), column("line", "y"));
    assert!(x.iter().zip(y.iter()).all(|(x, y)| 1.5 * x - 0.5 == *y));
    assert!(column("collinear", "x").iter().zip(column("collinear", "z").iter()).all(|(x, z)| 2.0 * x == *z));
    for (name, f) in [
        ("tanh-samples", (|x: f64| libm::tanh(1.5 * x - 0.5)) as fn(f64) -> f64),
        ("bump-samples", |x| libm::exp(-x * x)),
        ("sine-samples", |x| libm::sin(1.5 * x + 0.5)),
    ] {
        let (x, y) = (column(name, "x"), column(name, "y"));
        assert!(x.iter().zip(y.iter()).all(|(x, y)| (f(*x) - y).abs() <= 0.5e-6 + 1e-15), "{name}");
    }
    for (name, separated) in [("separable", true), ("two-classes", false)] {
        let (x, y) = (column(name, "x"), column(name, "y"));
        assert!(y.iter().all(|label| *label == 0.0 || *label == 1.0));
        assert_eq!(x.iter().zip(y.iter()).all(|(x, y)| (*x > 0.0) == (*y == 1.0)), separated, "{name}");
    }
}

#[test]
fn notes_say_what_the_data_lack() {
    let notes = |csv: &str| over("(w1*x + w2 - y)^2", &Dataset::from_csv(csv).unwrap()).notes();
    assert!(notes("x,y\n1,2\n2,3\n").is_empty());
    assert_eq!(notes("x,y,t,u\n1,2,0,0\n2,3,0,0\n"), ["the formula does not use the data's columns t, u"]);
    assert_eq!(notes("x,y\n1,2\n1,3\n"), ["the data's column x is 1 in every example"]);
    assert_eq!(notes("x,y\n1,2\n"), ["the data have one example only"]);
}

#[test]
fn tabs_separate_columns_too() {
    let dataset = Dataset::from_csv("x\ty\n0\t1\n2\t-3.5\n").unwrap();
    assert_eq!(
        (&dataset.column("x").unwrap()[..], &dataset.column("y").unwrap()[..]),
        (&[0.0, 2.0][..], &[1.0, -3.5][..])
    );
    let text = Dataset::from_csv("x\ty\n0\tmany\n").unwrap();
    assert_eq!((text.names(), text.others()[0].name.as_str()), (&["x".to_owned()][..], "y"));
    let error = Loss::with_data("(w1*x - y)^2", &BTreeMap::new(), &text).unwrap_err().to_string();
    assert!(error.starts_with("column 9: the column y is no column of numbers: line 2, column 2: 'many'"), "{error}");
}
