//! Losses over data on the command line, as a process.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_losscape")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The answer, and what was noted beside it.
fn answered(arguments: &[&str]) -> (String, String) {
    let output = run(arguments);
    let [out, error] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {error}");
    (out, error)
}

fn json(arguments: &[&str]) -> Value {
    let (out, error) = answered(arguments);
    assert_eq!(error, "", "{arguments:?}");
    serde_json::from_str(&out).unwrap()
}

fn refused(arguments: &[&str]) -> (i32, String) {
    let output = run(arguments);
    assert!(output.stdout.is_empty(), "{arguments:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

const REGRESSION: &str = "(w1*x + w2 - y)^2";

/// At (1, 0) on the examples (1, 2) and (3, 4): residuals −1 and −1, so L = 1, ∇L = (−4, −2), H = 2·[5 2; 2 1]; the
/// examples' gradients are (−2, −2) and (−6, −2), of covariance [4 0; 0 0].
#[test]
fn probe_is_the_mean_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    std::fs::write(&path, "x,y\n1,2\n3,4\n").unwrap();
    let path = path.to_str().unwrap();
    let found = json(&["probe", "--formula", REGRESSION, "--data", path, "--at", "1,0", "--json"]);
    assert_eq!(found["value"], 1.0);
    assert_eq!(found["gradient"], serde_json::json!([-4.0, -2.0]));
    assert_eq!(found["hessian"], serde_json::json!([[10.0, 4.0], [4.0, 2.0]]));
    assert_eq!(found["gradient_covariance"], serde_json::json!([[4.0, 0.0], [0.0, 0.0]]));
    let (text, note) = answered(&["probe", "--formula", "(w1 - y)^2", "--data", path, "--at", "1,0"]);
    assert!(text.contains("over the 2 examples of points.csv"), "{text}");
    assert_eq!(
        note,
        "note: the formula does not contain w2: L does not change with it\nnote: the formula does not use the data's column x\n"
    );
    assert!(json(&["probe", "cubic", "--at", "1,0", "--json"]).get("gradient_covariance").is_none());
}

#[test]
fn bad_data_are_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("points.csv");
    let file = path.to_str().unwrap();
    for (text, status, message) in [
        ("", 1, "there are no columns"),
        ("x,y\n", 1, "no examples below them"),
        ("x,y\n1,2\n1,two\n", 2, "line 3, column 2: 'two' is not a finite number"),
        ("x,y\n1,NA\nNA,2\n", 2, "no example has a value in each of the columns x, y"),
        ("x,y\n1,2\n1\n", 1, "line 3 has 1 cell instead of 2"),
        ("x,t\n1,2\n", 2, "`y` is no column of the data, which have x, t"),
    ] {
        std::fs::write(&path, text).unwrap();
        let (found, said) = refused(&["probe", "--formula", REGRESSION, "--data", file, "--at", "1,0"]);
        assert!(found == status && said.contains(message), "{text:?}: {found} {said}");
    }
    let (status, said) = refused(&["probe", "--formula", "w1^2", "--data", "line", "--at", "1,0"]);
    assert!(status == 2 && said.contains("the formula names no column of the data, which have x, y"), "{said}");
    let (status, said) = refused(&["probe", "--formula", REGRESSION, "--data", "lnie", "--at", "1,0"]);
    assert!(status == 2 && said.contains("losscape datasets"), "{said}");
    let (status, said) = refused(&["probe", "--formula", REGRESSION, "--data", "none.csv", "--at", "1,0"]);
    assert!(status == 1 && said.contains("none.csv: no such file"), "{said}");
}

#[test]
fn datasets_are_listed() {
    let list = json(&["datasets", "--json"]);
    let line = list.as_array().unwrap().iter().find(|known| known["name"] == "line").unwrap();
    assert_eq!((&line["rows"], &line["columns"]), (&17.into(), &serde_json::json!(["x", "y"])));
    assert!(answered(&["datasets"]).0.contains("noisy-line"));
}

#[test]
fn a_study_with_data_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("picture.svg");
    let out = picture.to_str().unwrap();
    answered(&["render", "--formula", REGRESSION, "--data", "noisy-line", "-o", out, "--size", "300x200"]);
    assert!(std::fs::read_to_string(&picture).unwrap().contains("<svg"));
}

fn trace_end(arguments: &[&str]) -> Value {
    let steps = json(arguments)["steps"].clone();
    steps.as_array().unwrap().last().unwrap()["w"].clone()
}

/// Minibatches from the command line: with B = n it is gradient descent, a seed gives the same path, another another.
#[test]
fn trace_draws_minibatches() {
    let with = |optimizer: &str, more: &[&str]| {
        let common = ["trace", "linear-regression", "--steps", "25", "--json", "--optimizer", optimizer];
        trace_end(&[&common[..], more].concat())
    };
    assert_eq!(with("sgd", &["--batch-size", "17"]), with("gradient-descent", &[]));
    let four = with("sgd", &["--batch-size", "4", "--seed", "3"]);
    assert_eq!(four, with("sgd", &["--set", "noise_from=minibatch", "--set", "batch_size=4", "--seed", "3"]));
    assert_ne!(four, with("sgd", &["--batch-size", "4", "--seed", "4"]));
    assert_ne!(four, with("sgd", &["--batch-size", "4", "--seed", "3", "--set", "sampling=replacement"]));
    assert_ne!(four, with("sgd", &["--batch-size", "4", "--seed", "3", "--set", "noise_from=matched"]));
    assert_ne!(four, with("sgd", &["--batch-size", "4", "--seed", "3", "--schedule", "cosine"]));
    let (status, said) = refused(&["trace", "cubic", "--optimizer", "sgd", "--batch-size", "4"]);
    assert!(status == 2 && said.contains("minibatches are drawn from examples, and this loss has no data"), "{said}");
    let (status, said) = refused(&["trace", "linear-regression", "--optimizer", "sgd", "--batch-size", "18"]);
    assert!(status == 2 && said.contains("more than the 17 examples"), "{said}");
    let (status, said) = refused(&["trace", "cubic", "--optimizer", "newton", "--schedule", "cosine"]);
    assert!(status == 2 && said.contains("no learning rate"), "{said}");
    let (status, said) = refused(&["trace", "cubic", "--optimizer", "sgd", "--schedule", "linear"]);
    assert!(status == 2 && said.contains("steps:50:0.5"), "{said}");
}

/// The exact covariance (solved by other means in the reference of SGD's covariance) is beside that of the runs.
#[test]
fn the_law_of_sgd_on_linear_regression_is_beside_the_runs() {
    let start = "1.4762745098039214,-0.48588235294117643";
    let common = ["ensemble", "linear-regression", "--optimizer", "sgd", "--start", start, "--steps", "300"];
    let sgd = ["--learning-rate", "0.02", "--batch-size", "4", "--seeds", "400", "--set", "sampling=replacement"];
    let arguments = [&common[..], &sgd].concat();
    let found = json(&[&arguments[..], &["--json"]].concat());
    let exact = [[0.0009771073518862103, 0.0004525258326496146], [0.0004525258326496146, 0.0008303043459214741]];
    for (row, entries) in exact.iter().enumerate() {
        for (column, exact) in entries.iter().enumerate() {
            let of = |what: &Value| what["covariance"][row][column].as_f64().unwrap();
            assert!((of(&found["stationary"]) / exact - 1.0).abs() < 1e-9, "{found}");
            // 400 runs: the standard error of a variance is 7 %.
            assert!((of(&found) / exact - 1.0).abs() < 0.3, "{found}");
        }
    }
    assert!(answered(&arguments).0.contains("covariance in the long run, exact: [["));
    // Reshuffled epochs have another law.
    assert!(json(&[&common[..], &["--batch-size", "4", "--seeds", "9", "--json"]].concat())["stationary"].is_null());
    let (status, said) = refused(&[&common[..], &["--seeds", "9", "--set", "sampling=sideways"]].concat());
    assert!(status == 2 && said.contains("sampling is one of") && said.contains("replacement"), "{said}");
}

const ESCAPE: [&str; 11] =
    ["ensemble", "sharp-flat", "--optimizer", "sgd", "--start", "1,0", "--steps", "1500", "--seeds", "40", "--escape"];

/// The counts are those of the members, and member k is `trace --seed S+k`.
#[test]
fn ensembles_have_the_fields_of_the_contract() {
    let arguments = [&ESCAPE[..], &["0.5", "--set", "noise=5", "--seed", "7"]].concat();
    let found = json(&[&arguments[..], &["--json"]].concat());
    let counted: u64 = found["ends"].as_array().unwrap().iter().map(|end| end["count"].as_u64().unwrap()).sum();
    let others = ["diverged", "unfinished", "false_stops", "broken"].map(|key| found[key].as_u64().unwrap());
    assert_eq!((found["runs"].as_u64().unwrap(), counted + others.iter().sum::<u64>()), (40, 40));
    let csv = answered(&[&arguments[..], &["--csv"]].concat()).0;
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0][..6].join(" ")), (41, "run seed start_w1 start_w2 w1 w2".to_owned()));
    let column = |name: &str| rows[0].iter().position(|known| *known == name).unwrap();
    let far = |row: &&Vec<&str>| row[column("farthest")].parse::<f64>().unwrap() > 0.5;
    assert_eq!(found["escaped"]["ever"]["count"].as_u64().unwrap() as usize, rows[1..].iter().filter(far).count());
    let alone = ["trace", "sharp-flat", "--optimizer", "sgd", "--start", "1,0", "--steps", "1500", "--set", "noise=5"];
    let end = trace_end(&[&alone[..], &["--seed", "19", "--json"]].concat());
    let member = &rows[1 + 12];
    assert_eq!(member[1], "19");
    assert_eq!([member[4], member[5]].map(|w| w.parse::<f64>().unwrap()), [0, 1].map(|k| end[k].as_f64().unwrap()));
    let text = answered(&arguments).0;
    assert!(text.contains("40 runs from (1, 0), seeds 7 to 46") && text.contains("farther than 0.5"), "{text}");
}

/// More noise, more escapes; none without.
#[test]
fn a_setting_is_varied() {
    let arguments = [&ESCAPE[..], &["0.5", "--vary", "noise=0:8:3"]].concat();
    let found = json(&[&arguments[..], &["--json"]].concat());
    let rows = found["rows"].as_array().unwrap();
    let values: Vec<f64> = rows.iter().map(|row| row["value"].as_f64().unwrap()).collect();
    assert_eq!((values, &found["key"], &found["runs"]), (vec![0.0, 4.0, 8.0], &"noise".into(), &40.into()));
    let ever: Vec<u64> = rows.iter().map(|row| row["ever"]["count"].as_u64().unwrap()).collect();
    assert!(ever[0] == 0 && ever[2] == 40, "{ever:?}");
    assert!(answered(&arguments).0.contains("40 of 40"));
    let csv = answered(&[&arguments[..], &["--csv"]].concat()).0;
    assert!(
        csv.starts_with("noise,runs,ever,ever_share,ever_low,ever_high,at_end,") && csv.lines().count() == 4,
        "{csv}"
    );
    let batches = json(&[
        "ensemble",
        "linear-regression",
        "--optimizer",
        "sgd",
        "--seeds",
        "20",
        "--escape",
        "1",
        "--vary",
        "batch_size=1,17",
        "--json",
    ]);
    assert_eq!(batches["rows"].as_array().unwrap().len(), 2);
    for (wrong, message) in [
        ("noise=1:2", "FROM:TO:COUNT"),
        ("nose=1,2", "no setting 'nose'"),
        ("noise=-1,2", "between 0 and 100"),
        ("noise=a", "not a number"),
    ] {
        let (status, said) = refused(&[&ESCAPE[..], &["0.5", "--vary", wrong]].concat());
        assert!(status == 2 && said.contains(message), "{wrong}: {said}");
    }
}

#[test]
fn starts_are_scattered() {
    let found = json(&[
        "ensemble",
        "--formula",
        "(w1^2 - 1)^2 + w2^2",
        "--optimizer",
        "gradient-descent",
        "--learning-rate",
        "0.1",
        "--start",
        "0,0.5",
        "--seeds",
        "60",
        "--spread",
        "0.5",
        "--spread-shape",
        "uniform",
        "--json",
    ]);
    let ends = found["ends"].as_array().unwrap();
    assert_eq!(ends.len(), 2, "{found}");
    for end in ends {
        assert_eq!((end["kind"].as_str(), end["w"][0].as_f64().unwrap().abs()), (Some("minimum"), 1.0));
    }
}

fn sentences(answer: &Value) -> String {
    let notes = answer["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap());
    notes.collect::<Vec<_>>().join("; ")
}

/// Years and salaries as a spreadsheet in Germany writes them: the least squares are at w1 = cov(x, y)/var(x),
/// w2 = ȳ − w1·x̄, far from the origin, and the view is fitted to them.
#[test]
fn a_spreadsheets_table_is_read_and_its_minimum_is_in_view() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salaries.csv");
    let (x, y) = ([1.1, 2.0, 3.2, 4.5, 6.8, 10.5], [39_343.0, 43_525.0, 64_445.0, 61_111.0, 91_738.0, 121_872.0]);
    let lines = x.iter().zip(&y).map(|(x, y)| format!("Müller;{x};{y}\r\n").replace('.', ","));
    let text = "Name;Years of work;Salary\r\n".to_owned() + &lines.collect::<String>() + "Meier;;50000\r\n";
    std::fs::write(&path, "\u{feff}".to_owned() + &text).unwrap();
    let path = path.to_str().unwrap();
    let formula = "(w1*`Years of work` + w2 - Salary)^2";
    let (out, error) = answered(&["points", "--formula", formula, "--data", path, "--json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let n = x.len() as f64;
    let [mean_x, mean_y] = [x, y].map(|values| values.iter().sum::<f64>() / n);
    let covariance: f64 = x.iter().zip(&y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let slope = covariance / x.iter().map(|x| (x - mean_x) * (x - mean_x)).sum::<f64>();
    let point = &found["points"][0];
    let [w1, w2] = [0, 1].map(|axis| point["w"][axis].as_f64().unwrap());
    assert!((w1 - slope).abs() <= 1e-9 * slope && (w2 - (mean_y - slope * mean_x)).abs() <= 1e-8 * w2, "{point}");
    assert_eq!(
        (&found["complete"], &point["kind"], &point["certified"]),
        (&true.into(), &"minimum".into(), &true.into())
    );
    let said = sentences(&found);
    for part in [
        "separated by semicolons, and the numbers have a decimal comma",
        "Years_of_work is the column 'Years of work'",
        "the column Name (line 2: 'Müller') holds text and is left out",
        "1 of 7 examples is left out, because a value is missing in Years_of_work (line 8)",
        "was fitted to the minimum near (",
    ] {
        assert!(said.contains(part) && error.contains(part), "{part}: {said}");
    }
    // A view that is given stays, and says nothing.
    let (out, error) = answered(&["points", "--formula", formula, "--data", path, "--view", "-1,1,-1,1", "--json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert!(found["points"].as_array().unwrap().is_empty() && !error.contains("fitted"), "{error}");
    let (status, said) = refused(&["points", "--formula", "(w1 - Name)^2 + w2*Salary", "--data", path]);
    assert!(status == 2 && said.contains("line 2, column 1: 'Müller' is not a finite number"), "{said}");
    let picture = folder.path().join("picture.svg");
    answered(&["render", "--formula", formula, "--data", path, "-o", picture.to_str().unwrap(), "--size", "300x200"]);
    assert!(std::fs::read_to_string(&picture).unwrap().contains("<svg"));
}

#[test]
fn every_answer_has_notes() {
    let common = ["--formula", "(w1*x - 2)^2 + w2^2", "--data", "line"];
    let run = ["--optimizer", "gradient-descent", "--steps", "5"];
    let few = ["--size", "8"];
    let seeds = ["--seeds", "3"];
    let vary = ["--seeds", "3", "--escape", "1", "--vary", "learning_rate=0.01,0.1"];
    for arguments in [
        [&["probe", "--at", "1,1"][..], &common, &["--json"]].concat(),
        [&["points"][..], &common, &["--json"]].concat(),
        [&["trace"][..], &common, &run, &["--json"]].concat(),
        [&["basins"][..], &common, &run, &few, &["--json"]].concat(),
        [&["ensemble"][..], &common, &run, &seeds, &["--json"]].concat(),
        [&["ensemble"][..], &common, &run, &vary, &["--json"]].concat(),
    ] {
        let (out, error) = answered(&arguments);
        let found: Value = serde_json::from_str(&out).unwrap();
        assert!(sentences(&found).contains("the formula does not use the data's column y"), "{arguments:?}: {found}");
        assert!(error.contains("the formula does not use the data's column y"), "{error}");
    }
    assert_eq!(json(&["probe", "cubic", "--at", "1,0", "--json"])["notes"], serde_json::json!([]));
}
