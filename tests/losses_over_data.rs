//! Losses over data: their critical points by theory, and the program's proofs of them.

use losscape::critical::search;
use losscape::curvature::Kind;
use losscape::dataset::Dataset;
use losscape::landscape::catalogue::catalogue;
use losscape::landscape::{Loss, View};
use losscape::number::Vector;
use std::collections::BTreeMap;

fn over(formula: &str, columns: &[(&str, &[f64])]) -> Loss {
    let columns = columns.iter().map(|(name, values)| ((*name).to_owned(), values.to_vec())).collect();
    let data = Dataset::new(columns).unwrap_or_else(|error| panic!("{error}"));
    Loss::with_data(formula, &BTreeMap::new(), &data).unwrap_or_else(|error| panic!("{error}"))
}

const X: [f64; 6] = [-1.5, -1.0, 0.25, 0.5, 1.25, 2.0];
const Y: [f64; 6] = [-2.1, -0.7, 0.3, 0.4, 2.6, 3.2];

fn square_view() -> View {
    View { w1: [-3.0, 3.0], w2: [-3.0, 3.0] }
}

/// The one minimum of least squares is where the normal equations put it: w1 = cov(x, y)/var(x), w2 = ȳ − w1·x̄.
#[test]
fn least_squares_has_one_minimum_and_that_is_proved() {
    let loss = over("(w1*x + w2 - y)^2", &[("x", &X), ("y", &Y)]);
    let n = X.len() as f64;
    let (x, y) = (X.iter().sum::<f64>() / n, Y.iter().sum::<f64>() / n);
    let across: f64 = X.iter().zip(&Y).map(|(a, b)| (a - x) * (b - y)).sum();
    let spread: f64 = X.iter().map(|a| (a - x) * (a - x)).sum();
    let slope = across / spread;
    let found = search(&loss, &square_view());
    assert!(found.complete, "{}", found.claim());
    assert_eq!(found.points.len(), 1);
    let point = &found.points[0];
    assert_eq!(point.kind, Kind::Minimum);
    assert!((point.w.x - slope).abs() <= 1e-14 && (point.w.y - (y - slope * x)).abs() <= 1e-14, "{}", point.w);
}

/// With z = 2x the Hessian is singular, and all (w1, w2) with the same w1 + 2·w2 fit alike: algebra proves the valley.
#[test]
fn collinear_columns_make_a_proved_valley_of_minima() {
    let twice: Vec<f64> = X.iter().map(|x| 2.0 * x).collect();
    let loss = over("(w1*x + w2*z - y)^2", &[("x", &X), ("z", &twice), ("y", &Y)]);
    let found = search(&loss, &square_view());
    assert!(found.accounted && !found.complete, "{}", found.claim());
    assert!(found.points.is_empty() && !found.curves.is_empty());
    let slope = X.iter().zip(&Y).map(|(x, y)| x * y).sum::<f64>() / X.iter().map(|x| x * x).sum::<f64>();
    for curve in &found.curves {
        assert_eq!(curve.kind, Kind::Minimum);
        for w in &curve.polyline {
            assert!((w.x + 2.0 * w.y - slope).abs() <= 1e-9, "{w}");
        }
    }
}

/// Two linear layers (P. Baldi and K. Hornik 1989): a strict saddle at the origin, and otherwise only the curve of
/// global minima w1·w2 = Σxy/Σx².
#[test]
fn two_linear_layers_have_a_saddle_and_a_curve_of_minima() {
    let loss = over("(w2*w1*x - y)^2", &[("x", &X), ("y", &Y)]);
    let found = search(&loss, &square_view());
    assert!(found.accounted, "{}", found.claim());
    let kinds: Vec<Kind> = found.points.iter().map(|point| point.kind).collect();
    assert_eq!(kinds, [Kind::Saddle]);
    assert!(found.points[0].w.norm() == 0.0);
    let product = X.iter().zip(&Y).map(|(x, y)| x * y).sum::<f64>() / X.iter().map(|x| x * x).sum::<f64>();
    assert!(!found.curves.is_empty());
    for w in found.curves.iter().flat_map(|curve| &curve.polyline) {
        // The polyline is a drawing whose ends are cut where a chord meets the border: exact to a pixel.
        let off = (w.x * w.y - product).abs() / w.norm();
        assert!(off <= 1e-3 * square_view().width(), "{off} beside the curve at {w}");
    }
}

/// Logistic regression with weight decay is strictly convex: one minimum, and intervals prove that.
#[test]
fn logistic_regression_with_weight_decay_has_one_proved_minimum() {
    let labels = [-1.0, -1.0, 1.0, -1.0, 1.0, 1.0];
    let loss = over("softplus(-t*(w1*x + w2)) + 0.05*(w1^2 + w2^2)", &[("x", &X), ("t", &labels)]);
    let found = search(&loss, &square_view());
    assert!(found.complete, "{}", found.claim());
    assert_eq!(found.points.iter().map(|point| point.kind).collect::<Vec<_>>(), [Kind::Minimum]);
}

/// Every loss over data of the catalogue is proved to have its listed points and no others in view, but for the neuron
/// with kinks and a flat region, and for a valley and a hyperbola of minima, which are proved as such.
#[test]
fn the_catalogues_losses_over_data_are_proved() {
    let mut proved = 0;
    for entry in catalogue().iter().filter(|entry| entry.data.is_some()) {
        let name = &entry.name;
        let loss = entry.loss().unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(loss.notes().is_empty(), "{name}: {:?}", loss.notes());
        let found = search(&loss, &entry.view);
        for listed in entry.points.iter().filter(|listed| entry.view.contains(Vector::from(listed.w))) {
            let is_it = |w: Vector| (w - Vector::from(listed.w)).norm() <= 1e-12 * (1.0 + w.norm());
            let known = found.points.iter().find(|point| is_it(point.w));
            assert!(known.is_some_and(|point| point.kind == listed.kind), "{name}: {:?}", listed.w);
        }
        match name.as_str() {
            "relu-neuron" => assert!(!found.accounted && found.points.len() == 1, "{}", found.claim()),
            "collinear-regression" => assert!(found.accounted && found.points.is_empty() && found.curves.len() == 1),
            "two-linear-layers" => assert!(found.accounted && found.points.len() == 1 && found.curves.len() == 2),
            _ => assert!(found.complete, "{name}: {}", found.claim()),
        }
        proved += usize::from(found.accounted);
    }
    assert!(proved >= 13, "{proved}");
}

/// The models of the catalogue are recognised, and their residuals make up the loss.
#[test]
fn models_of_the_catalogue_are_known() {
    let over = |loss: &Loss, of: &dyn Fn(f64, f64) -> f64, w: Vector| {
        let model = loss.model().unwrap_or_else(|| panic!("{} has no model", loss.to_unicode()));
        let data = loss.data().unwrap_or_else(|| panic!("a loss over data"));
        let labels = data.column(&model.label).unwrap_or_else(|| panic!("a label"));
        let predictions = model.predictions(w);
        assert_eq!(predictions.len(), data.rows());
        if let [input] = model.inputs.as_slice() {
            assert_eq!(
                model.curve(w, data.column(input).unwrap_or_else(|| panic!("an input"))),
                Some(predictions.clone())
            );
        } else {
            assert_eq!(model.curve(w, &[0.0]), None);
        }
        predictions.iter().zip(labels.iter()).map(|(m, y)| of(*m, *y)).sum::<f64>() / data.rows() as f64
    };
    let mut checked = 0;
    for entry in catalogue().iter().filter(|entry| entry.data.is_some()) {
        let loss = entry.loss().unwrap_or_else(|error| panic!("{}: {error}", entry.name));
        for w in [Vector::from(entry.start), Vector::new(0.3, 0.4)] {
            let squared = |m: f64, y: f64| (m - y) * (m - y);
            let huber = |m: f64, y: f64| 0.25 * ((1.0 + 4.0 * squared(m, y)).sqrt() - 1.0);
            let cross_entropy = |m: f64, y: f64| -(y * libm::log(m) + (1.0 - y) * libm::log(1.0 - m));
            let decay = if entry.name == "logistic-decay" { 0.05 * w.norm_squared() } else { 0.0 };
            let expected = match entry.name.as_str() {
                "robust-regression" => over(&loss, &huber, w),
                name if name.starts_with("logistic") => over(&loss, &cross_entropy, w) + decay,
                _ => over(&loss, &squared, w),
            };
            assert!((loss.value(w) - expected).abs() <= 1e-13 * (1.0 + expected), "{} at {w}", entry.name);
            checked += 1;
        }
    }
    assert!(checked >= 28);
}
