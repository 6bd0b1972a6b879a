//! `losscape network` as a process, against forty-digit references.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

const MOONS: &str = include_str!("data/network/tanh-mse-moons.json");
const SPIRALS: &str = include_str!("data/network/relu-ce-spirals.json");

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).arg("network").args(arguments).output().unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

/// A network in files, as anybody would bring it.
struct Files {
    folder: tempfile::TempDir,
    reference: Value,
    arguments: Vec<String>,
}

impl Files {
    fn of(text: &str) -> Files {
        let reference: Value = serde_json::from_str(text).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let rows = reference["x"].as_array().unwrap().iter().zip(reference["y"].as_array().unwrap());
        let row = |(x, y): (&Value, &Value)| {
            let label = if y.is_array() { numbers(y) } else { vec![y.as_f64().unwrap()] };
            [numbers(x), label].concat().iter().map(f64::to_string).collect::<Vec<_>>().join(",")
        };
        let rows: Vec<String> = rows.map(row).collect();
        let columns = rows[0].split(',').count();
        let header = (0..columns).map(|k| format!("c{k}")).collect::<Vec<_>>().join(",");
        let data = folder.path().join("data.csv");
        std::fs::write(&data, format!("{header}\n{}\n", rows.join("\n"))).unwrap();
        let loss = match reference["loss"].as_str().unwrap() {
            "mse" => "squared",
            "bce" => "logistic",
            _ => "softmax",
        };
        let sizes = numbers(&reference["sizes"]).iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        let activation = reference["activation"].as_str().unwrap();
        let arguments =
            ["--data", data.to_str().unwrap(), "--sizes", &sizes, "--activation", activation, "--loss", loss];
        let arguments = arguments.map(str::to_owned).to_vec();
        Files { folder, reference, arguments }
    }

    /// Writes a vector of the reference, one number a line.
    fn vector(&self, name: &str, values: &Value) -> String {
        let path = self.folder.path().join(name);
        let lines: Vec<String> = numbers(values).iter().map(f64::to_string).collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn json(&self, command: &str, more: &[&str]) -> Value {
        let own: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        json(&[&[command], &own[..], more].concat())
    }
}

fn check_close(got: &Value, expected: &Value, tolerance: f64) {
    let all = |value: &Value| if value.is_array() { numbers(value) } else { vec![value.as_f64().unwrap()] };
    let (got, expected) = (all(got), all(expected));
    assert_eq!(got.len(), expected.len());
    let scale = expected.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    for (got, expected) in got.iter().zip(&expected) {
        assert!((got - expected).abs() <= tolerance * scale, "{got} and {expected}");
    }
}

#[test]
fn any_network_can_be_asked() {
    for text in [MOONS, SPIRALS] {
        let files = Files::of(text);
        let weights = files.vector("w.txt", &files.reference["weights"]);
        let product = &files.reference["hvp"][0];
        let vector = files.vector("v.txt", &product["v"]);
        let found = files.json("probe", &["--weights", &weights, "--vector", &vector]);
        check_close(&found["parameters"], &files.reference["weights"], 0.0);
        check_close(&found["value"], &files.reference["value"], 1e-12);
        check_close(&found["gradient"], &files.reference["gradient"], 1e-11);
        check_close(&found["hessian_product"], &product["hv"], 1e-12);
        check_close(&found["gauss_newton_product"], &product["gauss_newton_v"], 1e-12);

        let found = files.json("spectrum", &["--weights", &weights]);
        check_close(&found["eigenvalues"], &files.reference["hessian"]["eigenvalues"], 1e-12);
        let lanczos = &files.reference["lanczos"];
        let start = files.vector("start.txt", &lanczos["start"]);
        let iteration = ["--weights", &weights, "--vector", &start, "--steps", "20"];
        let found = files.json("spectrum", &[&iteration[..], &["--method", "lanczos"]].concat());
        check_close(&found["steps"][19]["values"], &lanczos["ritz"]["20"]["values"], 1e-11);
        assert_eq!(found["copies_of_lambda_max"], 1);
        let found = files.json("spectrum", &[&iteration[..], &["--method", "power"]].concat());
        let quotients: Vec<&Value> = found["steps"].as_array().unwrap().iter().map(|step| &step["values"][0]).collect();
        check_close(&serde_json::json!(quotients), &files.reference["power_iteration"]["rayleigh_quotients"], 1e-12);

        let damped = &files.reference["cg_damped"];
        let found = files.json("newton", &["--weights", &weights, "--damping", &damped["damping"].to_string()]);
        assert_eq!(found["exit"], "tolerance");
        check_close(&found["loss_after"], &damped["value_after_the_full_step"], 1e-10);
        let start = files.vector("begin.txt", &files.reference["start"]);
        let found = files.json("newton", &["--weights", &start]);
        assert_eq!(found["exit"], "negative_curvature");
        assert_eq!(found["products"].as_array().unwrap().len() as u64, files.reference["cg_undamped"]["products"]);
        check_close(&found["step"], &files.reference["cg_undamped"]["step"], 1e-10);

        let descent = &files.reference["gradient_descent"];
        let rate = descent["learning_rate"].to_string();
        let found = files.json("train", &["--weights", &start, "--learning-rate", &rate, "--steps", "50"]);
        let losses: Vec<&Value> = found["steps"].as_array().unwrap().iter().map(|step| &step["loss"]).collect();
        check_close(&serde_json::json!(losses), &descent["losses"], 1e-12);

        let slice = &files.reference["slice"];
        let raw = [0, 1].map(|index| files.vector(&format!("r{index}.txt"), &slice["raw"][index]));
        let plane = format!("directions:{},{}", raw[0], raw[1]);
        let point = &slice["points"][0];
        let at = numbers(&point["at"]).iter().map(f64::to_string).collect::<Vec<_>>().join(",");
        let found = files.json("slice", &["--weights", &weights, "--plane", &plane, "--grid", "3", "--probe", &at]);
        check_close(&found["probes"][0]["value"], &point["value"], 1e-11);
        check_close(&found["probes"][0]["gradient"], &point["gradient"], 1e-11);

        let pruning = &files.reference["pruning"];
        let damping = pruning["damping"].to_string();
        let found = files.json("prune", &["--weights", &weights, "--by", "obs", "--damping", &damping]);
        for (weight, expected) in found["weights"].as_array().unwrap().iter().zip(numbers(&pruning["obs"])) {
            let predicted = weight["predicted"].as_f64().unwrap();
            assert!((predicted - expected).abs() <= 1e-10 * expected.abs() + 1e-15);
        }
    }
}

/// Paths are chaotic after the first crossing of 2/η, and have the reference's numbers before it.
#[test]
fn training_meets_the_edge_of_stability() {
    let reference: Value = serde_json::from_str(include_str!("data/network/edge-of-stability.json")).unwrap();
    let files = Files::of(&reference.to_string());
    let run = reference["runs"].as_array().unwrap().iter().find(|run| run["learning_rate"] == 0.2).unwrap();
    let start = files.vector("start.txt", &reference["starts"][run["seed"].to_string()]);
    let steps = run["steps"].to_string();
    let found = files
        .json("train", &["--weights", &start, "--learning-rate", "0.2", "--steps", &steps, "--sharpness-every", "1"]);
    assert_eq!(found["limit"], 10.0);
    let crossing = run.as_object().unwrap().iter().find(|(key, _)| key.starts_with("first_step_with")).unwrap().1;
    let first = found["first_above_limit"].as_i64().unwrap();
    assert!((first - crossing.as_i64().unwrap()).abs() <= 1, "{first} and {crossing}");
    let ratio = found["late"]["mean_ratio"].as_f64().unwrap();
    assert!((0.95..=1.25).contains(&ratio), "{ratio}");
}

#[test]
fn the_catalogue_is_listed_and_trained() {
    let list = json(&["list"]);
    assert!(list.as_array().unwrap().len() >= 8);
    let found = json(&["train", "xor", "--steps", "50", "--seed", "3"]);
    assert_eq!(found["sizes"], serde_json::json!([2, 3, 1]));
    assert_eq!(found, json(&["train", "xor", "--steps", "50", "--seed", "3"]), "the same seed, the same numbers");
    let losses: Vec<f64> =
        found["steps"].as_array().unwrap().iter().map(|step| step["loss"].as_f64().unwrap()).collect();
    assert!(losses[50] < losses[0]);
}

/// H = G + R with G ⪰ 0, and the block of every layer of a ReLU network is ⪰ 0 where H is indefinite.
#[test]
fn only_the_interaction_of_layers_is_indefinite_with_relu() {
    for seed in ["0", "1", "2"] {
        let found = json(&["spectrum", "three-spirals", "--at-step", "0", "--seed", seed]);
        let largest = found["lambda_max"].as_f64().unwrap();
        assert!(found["lambda_min"].as_f64().unwrap() < -1e-3 * largest);
        for layer in found["layers"].as_array().unwrap() {
            assert!(layer["lambda_min"].as_f64().unwrap() > -1e-12 * largest);
        }
    }
}

#[test]
fn bad_input_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| -> String {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let data = file("d.csv", b"x,y\n1,2\n3,4\n");
    let classes = file("c.csv", b"x,y\n1,0\n3,7\n");
    let texts = file("t.csv", b"x,y\n1,red\n3,blue\n");
    let nan = file("nan.txt", b"1\nNaN\n");
    let words = file("words.txt", b"one two");
    let few = file("few.txt", b"1\n");
    // One example: every gradient has the direction (x, 1), so that the path is straight.
    let (line, fit, huge) = (file("l.csv", b"x,y\n2,1\n"), file("fit.txt", b"3\n1\n"), file("h.txt", b"1e200\n1\n"));
    for (arguments, part) in [
        (vec!["train", "nonsense"], "there is no network"),
        (vec!["train", "--data", &data, "--sizes", "1"], "number of its inputs"),
        (vec!["train", "--data", &data, "--sizes", "1,0,1"], "at least one unit"),
        (vec!["train", "--data", &data, "--sizes", "1,1000,1000,1"], "at most 5000"),
        (vec!["train", "--data", &data, "--sizes", "3,1"], "3 inputs"),
        (vec!["train", "--data", &classes, "--sizes", "1,2", "--loss", "softmax"], "no class"),
        (vec!["train", "--data", &classes, "--sizes", "1,1", "--loss", "logistic"], "no class"),
        (vec!["train", "--data", &data, "--sizes", "1,2", "--loss", "logistic"], "one output"),
        (vec!["train", "--data", &texts, "--sizes", "1,1"], "no column of numbers"),
        (vec!["probe", "--data", &data, "--sizes", "1,1", "--weights", &nan], "not finite"),
        (vec!["probe", "--data", &data, "--sizes", "1,1", "--weights", &words], "no number"),
        (vec!["probe", "--data", &data, "--sizes", "1,1", "--weights", &few], "1 numbers"),
        (vec!["train", "xor", "--learning-rate", "-1"], "must lie between"),
        (vec!["train", "xor", "--batch-size", "0"], "at least"),
        (vec!["slice", "xor", "--plane", "cube"], "no plane"),
        (vec!["slice", "xor", "--plane", "random:x"], "no whole number"),
        (vec!["prune", "xor", "--until", "0.5"], "above 1"),
        (vec!["prune", "xor", "--damping", "-1"], "0 or more"),
        (vec!["slice", "xor", "--plane", "bend", "--at-step", "0"], "not trained"),
        (vec!["slice", "--data", &line, "--sizes", "1,1", "--weights", &fit, "--at-step", "20"], "straight line"),
        (vec!["slice", "--data", &data, "--sizes", "1,1", "--weights", &huge, "--plane", "random"], "not finite"),
        (vec!["train", "--data", &data, "--sizes", "1,99999999999,99999999999,1"], "too many weights to count"),
        (vec!["spectrum", "xor", "--steps", "0"], "steps"),
    ] {
        let output = run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}: {said}");
        assert!(said.contains(part), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

#[test]
fn weights_are_saved_and_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.csv");
    let path = path.to_str().unwrap();
    let trained = json(&["train", "xor", "--steps", "30", "--save-weights", path]);
    assert!(Path::new(path).exists());
    let found = json(&["probe", "xor", "--weights", path]);
    assert_eq!(found["value"], trained["end"]["loss"]);
    // It is replaced when the command runs again, and a file of another kind is not.
    assert!(run(&["train", "xor", "--steps", "1", "--save-weights", path]).status.success());
    std::fs::write(path, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    assert!(!run(&["train", "xor", "--steps", "1", "--save-weights", path]).status.success());
}

/// Rules that work in any dimension train networks: a line search never goes uphill, curvature needs fewer steps than
/// the gradient alone, and rules that solve 2 × 2 systems are not offered.
#[test]
fn optimizers_of_any_length_train() {
    let losses = |optimizer: &str, more: &[&str]| {
        let mut arguments = vec!["train", "xor", "--seed", "1", "--steps", "40", "--optimizer", optimizer];
        arguments.extend(more);
        let found = json(&arguments);
        found["steps"].as_array().unwrap().iter().map(|step| step["loss"].as_f64().unwrap()).collect::<Vec<_>>()
    };
    let plain = losses("gradient-descent", &[]);
    for optimizer in ["lbfgs", "newton-cg", "bfgs", "gradient-descent-wolfe"] {
        let found = losses(optimizer, &[]);
        assert!(found.windows(2).all(|pair| pair[1] <= pair[0]), "{optimizer} never goes uphill");
        assert!(found.last() < plain.last(), "{optimizer}: {:?} and {:?}", found.last(), plain.last());
    }
    let with_momentum = losses("momentum", &["--set", "momentum=0"]);
    assert_eq!(with_momentum, plain, "without momentum it is gradient descent");
    assert_ne!(losses("sgd", &["--set", "noise=0.1"]), plain);
    assert_ne!(losses("gradient-descent", &["--schedule", "cosine"]), plain);
    for (arguments, words) in [
        (vec!["train", "xor", "--optimizer", "newton"], "newton"),
        (vec!["train", "xor", "--optimizer", "lbfgs", "--batch-size", "2"], "minibatches"),
        (vec!["train", "xor", "--set", "colour=1"], "has no setting"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(words), "{arguments:?}");
    }
}

fn losscape(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).output().unwrap()
}

fn answer(arguments: &[&str]) -> Value {
    let output = losscape(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A network's plane can be named like any other landscape of the catalogue.
#[test]
fn a_plane_of_a_network_is_a_landscape() {
    let found = answer(&["points", "xor", "--json"]);
    assert_eq!(found["complete"], false);
    let points = found["points"].as_array().unwrap();
    assert!(!points.is_empty());
    for point in points {
        let network = &point["network"];
        assert_eq!((network["weights"].as_u64(), point["certified"].as_bool()), (Some(13), Some(false)));
        assert!(network["negative"].is_u64() && network["lambda_max"].is_f64());
        assert!(network["gradient_norm"].as_f64() >= network["gradient_norm_outside"].as_f64());
    }
    let trace = ["trace", "xor", "--optimizer", "momentum", "--steps", "20", "--json"];
    assert_eq!(answer(&trace)["steps"].as_array().unwrap().len(), 21);
    // Minibatches of a run are drawn from the network's examples; all of them are the full batch.
    let run_of = |optimizer: &[&str]| {
        let rate = ["--learning-rate", "0.1", "--steps", "20", "--json"];
        answer(&[&["trace", "xor", "--optimizer"], optimizer, &rate].concat())["end"]["w"].clone()
    };
    check_close(&run_of(&["sgd", "--batch-size", "4"]), &run_of(&["gradient-descent"]), 1e-12);
    let refused = losscape(&["trace", "xor", "--optimizer", "sgd", "--batch-size", "9"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("more than the 4 examples"));
    // Runs of two weights have no examples, and SGD has Gaussian noise there.
    for command in [["ensemble", "--seeds", "3"], ["basins", "--size", "8"]] {
        let few = ["xor", "--optimizer", "sgd", "--steps", "10", "--json"];
        answer(&[&command[..], &few].concat());
    }
    let refused = losscape(&["trace", "xor", "--optimizer", "newton"]);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && message.contains("two weights"), "{message}");
    let words = String::from_utf8(losscape(&["points", "xor"]).stdout).unwrap();
    assert!(words.contains("of this plane, not of the network") && words.contains("out of the plane"), "{words}");
}

/// A batch of all examples is full batch, so that its row is that of a training without minibatches.
#[test]
fn batch_sizes_are_varied() {
    let arguments = ["ensemble", "xor", "--optimizer", "gradient-descent", "--steps", "60", "--seeds", "3"];
    let found = answer(&[&arguments[..], &["--vary", "batch-size=1,4", "--json"]].concat());
    let rows = found["rows"].as_array().unwrap();
    assert_eq!((found["key"].as_str(), found["runs"].as_u64(), rows.len()), (Some("batch_size"), Some(3), 2));
    let ends: Vec<f64> = (0..3)
        .map(|seed| {
            let seed = seed.to_string();
            let trained = json(&["train", "xor", "--steps", "60", "--seed", &seed]);
            trained["end"]["lambda_max"].as_f64().unwrap()
        })
        .collect();
    let mean = ends.iter().sum::<f64>() / 3.0;
    let found = rows[1]["lambda_max"]["mean"].as_f64().unwrap();
    assert!((found - mean).abs() < 1e-6 * mean, "{found} and {mean}");
    for (values, words) in [("batch-size=0", "whole number from 1 to 4"), ("batch-size=5", "whole number from 1 to 4")]
    {
        let refused = losscape(&[&arguments[..], &["--vary", values]].concat());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(words));
    }
    let refused = losscape(&["ensemble", "cubic", "--optimizer", "sgd", "--vary", "noise=1,2"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--escape"));
}

/// A training from given weights begins there for every seed, and SGD on a batch of all examples is gradient descent:
/// both end where the training on all examples ends.
#[test]
fn batch_sizes_are_varied_from_given_weights() {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("given.toml");
    let weights: Vec<String> = (1..=25).map(|k| (f64::from(k * 7 % 11 - 5) / 4.0).to_string()).collect();
    let text = format!(
        "version = 1\nstart = [0, 0]\nview = [-1, 1, -1, 1]\n[landscape]\n[data]\nname = \"two-moons\"\n[network]\nhidden = \
         [6]\nactivation = \"tanh\"\nloss = \"logistic\"\nweights = [{}]\n[network.training]\noptimizer = \
         \"gradient-descent\"\nlearning_rate = 0.1\nsteps = 5\n[network.plane]\nkind = \"ends\"\n[[runs]]\noptimizer = \"gradient-descent\"\n[picture]\n",
        weights.join(", ")
    );
    std::fs::write(&study, text).unwrap();
    let study = study.to_str().unwrap();
    let trained = json(&["train", study, "--steps", "5", "--learning-rate", "0.1"]);
    let examples = trained["examples"].as_u64().unwrap_or(100).to_string();
    for optimizer in ["gradient-descent", "sgd"] {
        let size = format!("batch-size={examples}");
        let found = answer(&[
            "ensemble",
            study,
            "--optimizer",
            optimizer,
            "--learning-rate",
            "0.1",
            "--steps",
            "5",
            "--seeds",
            "2",
            "--vary",
            &size,
            "--json",
        ]);
        let row = &found["rows"][0];
        check_close(&row["loss"]["mean"], &trained["end"]["loss"], 1e-12);
        check_close(&row["lambda_max"]["mean"], &trained["end"]["lambda_max"], 1e-5);
    }
}

/// Power iteration tends to the eigenvalue of the largest magnitude, which is not called λmax where it is the least.
#[test]
fn a_negative_quotient_is_not_the_largest_eigenvalue() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // L = (v(u·x + a) + b − y)² with x = 1 and y = 3 at u = a = v = b = 0: the Hessian has the eigenvalues ±6√2, 2 and
    // 0, so that the quotient stays where the part of the start along ±6√2 has it, on either side of 0.
    let (data, weights) = (file("a.csv", "x,y\n1,3\n"), file("a.w", "0\n0\n0\n0\n"));
    let network = ["--data", &data, "--sizes", "1,1,1", "--activation", "linear", "--loss", "squared"];
    let asked = |seed: usize| {
        let more = ["--weights", &weights, "--method", "power", "--steps", "40", "--seed", &seed.to_string()];
        json(&[&["spectrum"][..], &network, &more].concat())
    };
    let mut signs = [0, 0];
    for seed in 0..12 {
        let power = asked(seed);
        let last = power["steps"].as_array().unwrap().last().unwrap()["values"][0].as_f64().unwrap();
        assert!(last.abs() <= 72_f64.sqrt() + 1e-9);
        assert_eq!(power["lambda_max"].as_f64(), (last >= 0.0).then_some(last), "seed {seed}");
        signs[usize::from(last >= 0.0)] += 1;
    }
    assert!(signs[0] > 0 && signs[1] > 0, "{signs:?}");
}

/// What was computed elsewhere is asked in place of a name, and is called an interpolant.
#[test]
fn a_grid_of_values_is_a_landscape() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let node = |k: usize| (0.5 * (k % 7) as f64 - 1.5, 0.5 * (k / 7) as f64 - 1.5);
    let row = |k: usize| {
        let (x, y) = node(k);
        format!("{x},{y},{}\n", x * x - 3.0 * y * y + 0.5 * x * y)
    };
    let whole = file("plane.csv", "w1,w2,L\n".to_owned() + &(0..49).map(row).collect::<String>());
    let found = answer(&["points", &whole, "--json"]);
    let [point] = found["points"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((point["kind"].as_str(), point["certified"].as_bool()), (Some("saddle"), Some(false)));
    assert!(numbers(&point["w"]).iter().all(|w| w.abs() < 1e-9));
    assert!(found["formula"].as_str().unwrap().contains("interpolant of plane.csv"));
    let at = answer(&["probe", &whole, "--at", "0.3,0.2", "--json"]);
    assert!((at["value"].as_f64().unwrap() - (0.09 - 0.12 + 0.03)).abs() < 1e-12);
    let holes = file("holes.csv", "w1,w2,L\n".to_owned() + &(0..48).map(row).collect::<String>());
    let refused = losscape(&["points", &holes]);
    let message = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && message.contains("the grid has holes"), "{message}");
}

/// What is held out is in every step of a training, and both parts together are all examples.
#[test]
fn examples_are_held_out_of_a_training() {
    let found = json(&["train", "circles", "--steps", "2", "--held-out", "0.25", "--held-out-seed", "3"]);
    let whole = json(&["train", "circles", "--steps", "2"]);
    let first = &found["steps"][0];
    let (kept, held) = (first["loss"].as_f64().unwrap(), first["held_out_loss"].as_f64().unwrap());
    let rows = answer(&["datasets", "--json"]).as_array().unwrap().iter().find(|set| set["name"] == "circles").unwrap()
        ["rows"]
        .as_f64()
        .unwrap();
    let out = (0.25 * rows).round();
    let mean = (kept * (rows - out) + held * out) / rows;
    let expected = whole["steps"][0]["loss"].as_f64().unwrap();
    assert!((mean - expected).abs() < 1e-12, "{mean} and {expected}");
    assert!(whole["steps"][0].get("held_out_loss").is_none());
    let refused = run(&["train", "circles", "--held-out", "1.5"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("held out"));
}

/// The network of a study, here of a link, is that of its recipe: the weights, the loss and the training.
#[test]
fn studies_are_networks() {
    let link = Command::new(env!("CARGO_BIN_EXE_losscape")).args(["link", "moons"]).output().unwrap();
    let link = String::from_utf8(link.stdout).unwrap().trim().to_owned();
    let few = ["--steps", "7", "--sharpness-every", "7"];
    assert_eq!(json(&[&["train", &link][..], &few].concat()), json(&[&["train", "moons"][..], &few].concat()));
    let step = ["--at-step", "3"];
    let probed = |name: &str| json(&[&["probe", name][..], &step].concat());
    assert_eq!(probed(&link), probed("moons"));
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("a.toml");
    std::fs::write(&study, "formula = \"w1^2\"\n").unwrap();
    let refused = run(&["train", study.to_str().unwrap()]);
    assert!(!refused.status.success());
    assert_eq!(refused.stdout, b"");
}

/// What the arguments do not say is that of the named network, also where they say the sizes.
#[test]
fn a_named_network_keeps_its_loss() {
    let found = json(&["train", "circles", "--sizes", "2,8,8,1", "--steps", "0"]);
    let usual = json(&["train", "circles", "--steps", "0"]);
    assert_eq!(found, usual);
    assert_eq!(found["loss"], "logistic");
}

/// SGD on minibatches has the noise of the minibatches and no other.
#[test]
fn sgd_on_minibatches_is_gradient_descent_on_minibatches() {
    let train = |optimizer: &str| {
        json(&[
            "train",
            "moons",
            "--optimizer",
            optimizer,
            "--batch-size",
            "8",
            "--steps",
            "20",
            "--learning-rate",
            "0.1",
        ])
    };
    assert_eq!(train("sgd"), train("gradient-descent"));
}

/// A training that ends early says at which step, and why.
#[test]
fn a_training_that_ends_early_says_so() {
    let words = |arguments: &[&str]| String::from_utf8(run(&[&["train", "xor"], arguments].concat()).stdout).unwrap();
    let diverging = ["--learning-rate", "50", "--steps", "4000"];
    let steps = json(&[&["train", "xor"][..], &diverging].concat())["steps"].as_array().unwrap().len();
    assert!(steps < 4000, "this rate is beyond every limit");
    assert!(words(&diverging).ends_with(&format!("the training diverges at step {}\n", steps - 1)));
    assert!(!words(&["--steps", "5"]).contains("the training"));
}

/// The heavy ball is stable up to (2 + 2β)/η, and a rule without such a limit has none.
#[test]
fn the_limit_is_that_of_the_rule() {
    let limit =
        |arguments: &[&str]| json(&[&["train", "xor", "--steps", "2"][..], arguments].concat())["limit"].clone();
    let heavy = ["--optimizer", "momentum", "--set", "momentum=0.5", "--learning-rate", "0.1"];
    assert!((limit(&heavy).as_f64().unwrap() - 30.0).abs() < 1e-12);
    assert_eq!(limit(&["--optimizer", "lbfgs"]), Value::Null);
    assert_eq!(limit(&["--schedule", "cosine"]), Value::Null);
}

/// Nothing is said of curvature where L or its gradient is not finite, and numbers that are none are refused.
#[test]
fn what_is_not_finite_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, weights) = (folder.path().join("d.csv"), folder.path().join("w.txt"));
    std::fs::write(&data, "x,y\n1,2\n-3,1\n").unwrap();
    std::fs::write(&weights, "1e200\n".repeat(4)).unwrap();
    let (data, weights) = (data.to_str().unwrap(), weights.to_str().unwrap());
    let network = ["--data", data, "--sizes", "1,1,1", "--activation", "linear", "--weights", weights];
    for command in ["newton", "spectrum", "prune"] {
        let refused = run(&[&[command][..], &network].concat());
        assert!(!refused.status.success(), "{command}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("not finite"), "{command}");
    }
    for arguments in [
        &["prune", "xor", "--by", "obs", "--damping", "nan"][..],
        &["newton", "xor", "--tolerance", "nan"],
        &["newton", "xor", "--tolerance=-1"],
        &["train", "xor", "--batch-size", "5"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// The rates by layer are 1/(m·λₗ) of the blocks that `spectrum` shows.
#[test]
fn layers_have_rates_of_their_own() {
    let found = json(&["rates", "xor", "--steps", "50", "--every", "20"]);
    let blocks = json(&["spectrum", "xor", "--at-step", "0"]);
    let layers = blocks["layers"].as_array().unwrap();
    assert_eq!(found["layers"], 2);
    let steps = found["by_layer"]["steps"].as_array().unwrap();
    let at: Vec<u64> = steps.iter().map(|step| step["step"].as_u64().unwrap()).collect();
    assert_eq!(at, [0, 20, 40, 50]);
    for (rate, layer) in numbers(&steps[0]["rates"]).iter().zip(layers) {
        let expected = 1.0 / (2.0 * layer["lambda_max"].as_f64().unwrap());
        assert!((rate - expected).abs() < 1e-3 * expected, "{rate} and {expected}");
    }
    let one = found["one_rate"]["steps"][0]["rates"][0].as_f64().unwrap();
    let expected = 1.0 / blocks["lambda_max"].as_f64().unwrap();
    assert!((one - expected).abs() < 1e-3 * expected, "{one} and {expected}");
    assert_eq!((&found["by_layer"]["diverged_at"], &steps[3]["rates"]), (&Value::Null, &serde_json::json!([])));
    let refused = run(&["rates", "xor", "--every", "0"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("in every step (1) or more seldom"));
}

/// The curve begins and ends where the trainings do, and its highest point is the greatest of its values.
#[test]
fn a_curve_between_two_trainings_is_told() {
    let found = json(&["slice", "xor", "--at-step", "200", "--plane", "bend:1", "--grid", "3"]);
    let curve = &found["curve"];
    let points = curve["points"].as_array().unwrap();
    assert_eq!((numbers(&points[0]["at"]), numbers(&points[64]["at"])), (vec![0.0, 0.0], vec![1.0, 0.0]));
    let losses: Vec<f64> = points.iter().map(|point| point["loss"].as_f64().unwrap()).collect();
    assert_eq!(numbers(&curve["ends"]), [losses[0], losses[64]]);
    assert_eq!(curve["highest"]["loss"], losses.iter().copied().fold(0.0, f64::max));
    let [across, height] = [0, 1].map(|index| curve["control"][index].as_f64().unwrap());
    let middle = numbers(&points[32]["at"]);
    assert!((middle[0] - (0.5 * across + 0.25)).abs() < 1e-14 && (middle[1] - 0.5 * height).abs() < 1e-14);
    let end = &json(&["train", "xor", "--steps", "200", "--sharpness-every", "200"])["end"]["loss"];
    assert!((losses[0] - end.as_f64().unwrap()).abs() < 1e-14);
    assert!(json(&["slice", "xor", "--at-step", "9", "--plane", "random:1", "--grid", "3"]).get("curve").is_none());
}

/// A network and a plane from PyTorch, as the documents' scripts write them (`tests/data/pytorch`): the same loss,
/// gradient and values as PyTorch's.
#[test]
fn files_from_pytorch_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pytorch");
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let expected: Value = serde_json::from_str(&std::fs::read_to_string(file("expected.json")).unwrap()).unwrap();
    let (data, weights) = (file("data.csv"), file("model.safetensors"));
    let network = ["--data", &data, "--weights", &weights, "--activation", "tanh", "--loss", "logistic"];
    let found = json(&[&["probe"], &network[..]].concat());
    check_close(&found["value"], &expected["loss"], 1e-14);
    check_close(&found["gradient"], &expected["gradient"], 1e-13);
    let (table, array) = (file("plane.csv"), file("plane.npy"));
    let along = |k: usize| -1.0 + 0.2 * k as f64;
    for [i, j] in [[0, 0], [2, 7], [5, 5], [10, 3]] {
        let at = format!("{:.6},{:.6}", along(j), along(i));
        for source in [&[table.as_str()][..], &[array.as_str(), "--covers", "-1,1,-1,1"]] {
            let found = answer(&[&["probe"], source, &["--at", &at, "--json"]].concat());
            check_close(&found["value"], &expected["plane"][i][j], 1e-6);
        }
    }
}
