//! The command line as a process: what a script sees.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs the program without a display; the arguments are separated by spaces.
fn run(arguments: &str) -> Output {
    run_with(&arguments.split_whitespace().collect::<Vec<_>>())
}

fn run_with(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The answer of a command that must succeed.
fn answer(arguments: &str) -> String {
    checked(arguments, &run(arguments))
}

fn checked(arguments: &str, output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{arguments}: {}", text(&output.stderr));
    // Many formulas here have one weight only, which is noted.
    let is_expected = |line: &str| line.starts_with("note: the formula does not contain w");
    assert!(text(&output.stderr).lines().all(is_expected), "{arguments}: {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&answer(arguments)).unwrap()
}

/// The message of a command that must fail with this exit status and print nothing.
fn refused(arguments: &str, status: i32) -> String {
    refused_with(&arguments.split_whitespace().collect::<Vec<_>>(), status)
}

fn refused_with(arguments: &[&str], status: i32) -> String {
    let output = run_with(arguments);
    let message = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {message}");
    assert!(output.stdout.is_empty(), "{arguments:?}: {}", text(&output.stdout));
    assert!(!message.trim().is_empty(), "{arguments:?} fails without a word");
    message
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn has_fields(value: &Value, wanted: &[&str]) {
    for field in wanted {
        assert!(keys(value).contains(field), "{field} is not in {value}");
    }
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

/// The study of the tests: the cubic from (1, 1), written by hand.
const STUDY: &str = "version = 1
view = [-2, 2, -2, 2]
start = [1, 1]
[landscape]
formula = \"w1^3 - w2^2\"
[[runs]]
optimizer = \"gradient-descent\"
settings = { learning_rate = 0.05 }
[[runs]]
optimizer = \"newton\"
colour = 2
[picture]
";

/// A folder with the study in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

// At (1, 0): L = 1, ∇L = (3 w1², −2 w2) = (3, 0), H = diag(6 w1, −2) = diag(6, −2).
#[test]
fn probe_tells_indefinite_from_saddle() {
    for landscape in [vec!["cubic"], vec!["--formula", "w1^3 - w2^2"]] {
        let mut arguments = vec!["probe"];
        arguments.extend(landscape);
        arguments.extend(["--at", "1,0", "--json"]);
        let found: Value = serde_json::from_str(&checked("probe", &run_with(&arguments))).unwrap();
        let wanted = serde_json::json!({
            "w": [1.0, 0.0], "value": 1.0, "gradient": [3.0, 0.0], "hessian": [[6.0, 0.0], [0.0, -2.0]],
            "eigenvalues": [-2.0, 6.0], "eigenvectors": [[0.0, 1.0], [1.0, 0.0]], "curvature": "indefinite",
            "speed_limit": 2.0 / 6.0, "critical": false,
        });
        // Fields may be added.
        for (field, value) in wanted.as_object().unwrap() {
            assert_eq!(&found[field], value, "{field}");
        }
        assert_eq!(found["notes"], serde_json::json!([]));
    }
    let origin = json("probe cubic --at 0,0 --json");
    assert_eq!(origin["curvature"], "negative semidefinite");
    assert_eq!(origin["critical"], true);
    assert_eq!(origin["speed_limit"], Value::Null);
}

#[test]
fn every_definiteness_has_its_words() {
    for (formula, words) in [
        ("w1^2+w2^2", "positive definite"),
        ("-w1^2-w2^2", "negative definite"),
        ("w1^2-w2^2", "indefinite"),
        ("w1^2", "positive semidefinite"),
        ("-w1^2", "negative semidefinite"),
        ("w1+w2", "zero"),
    ] {
        assert_eq!(json(&format!("probe --formula {formula} --at 0,0 --json"))["curvature"], words, "{formula}");
    }
}

#[test]
fn numbers_read_back_to_the_same_bits() {
    for w1 in [0.1f64, 1.0 / 3.0, 5e-324, 1.7976931348623157e308, 123456789.12345679, -1e-7] {
        let found = json(&format!("probe --formula w1 --at {w1:e},0 --json"));
        assert_eq!(found["w"][0].as_f64().unwrap().to_bits(), w1.to_bits(), "{w1}");
        assert_eq!(found["value"].as_f64().unwrap().to_bits(), w1.to_bits(), "{w1}");
    }
}

#[test]
fn what_is_no_number_is_null_and_minus_zero_is_zero() {
    let undefined = json("probe --formula log(w1) --at -1,0 --json");
    assert_eq!(undefined["value"], Value::Null);
    assert_eq!(undefined["gradient"], serde_json::json!([null, null]));
    assert_eq!(undefined["curvature"], Value::Null);
    let infinite = json("probe --formula 1/w1^2 --at 0,0 --json");
    assert_eq!(infinite["value"], Value::Null);
    assert!(!answer("probe --formula -w1 --at -0,0 --json").contains("-0.0"));
}

#[test]
fn negative_numbers_need_no_equals_sign() {
    assert_eq!(numbers(&json("probe --formula -w1+k --param k=-3 --at -1,-2 --json")["w"]), [-1.0, -2.0]);
    assert_eq!(json("probe --formula -w1+k --param k=-3 --at -1,-2 --json")["value"], -2.0);
    let found = json("points --formula w1^2+w2^2 --view -2,1,-2,1 --json");
    assert_eq!(numbers(&found["points"][0]["w"]), [0.0, 0.0]);
    let path = json("trace --formula w1^2+w2^2 --optimizer newton --start -1,2 --json");
    assert_eq!(numbers(&path["steps"][0]["w"]), [-1.0, 2.0]);
}

#[test]
fn points_have_the_fields_of_the_contract() {
    let found = json("points himmelblau --json");
    has_fields(&found, &["points", "complete", "unresolved", "curves", "accounted", "method", "reasons", "audit"]);
    let points = found["points"].as_array().unwrap();
    let fields = ["w", "value", "eigenvalues", "eigenvectors", "kind", "nature", "index", "contains", "certified"];
    points.iter().for_each(|point| has_fields(point, &fields));
    // Himmelblau's function has four minima, four saddles and one maximum.
    let count = |kind: &str| points.iter().filter(|point| point["kind"] == kind).count();
    assert_eq!([count("minimum"), count("saddle"), count("maximum"), points.len()], [4, 4, 1, 9]);
    // The indices of a function that grows in every direction add up to 1.
    assert_eq!(points.iter().map(|point| point["index"].as_i64().unwrap()).sum::<i64>(), 1);
}

#[test]
fn the_cubic_has_one_degenerate_point() {
    let found = json("points cubic --json");
    let points = found["points"].as_array().unwrap();
    assert_eq!(points.len(), 1);
    assert_eq!(points[0]["kind"], "degenerate");
    assert_eq!(points[0]["index"], 0);
    assert_eq!(numbers(&points[0]["eigenvalues"]), [-2.0, 0.0]);
}

#[test]
fn any_budget_gives_a_sound_answer() {
    for budget in [0, 1, 10, 100] {
        let found = json(&format!("points himmelblau --budget {budget} --json"));
        let points = found["points"].as_array().unwrap();
        assert!(points.len() <= 9);
        for point in points {
            let [a, b] = numbers(&point["w"])[..] else { panic!("a point has two weights") };
            let gradient = [
                4.0 * a * (a * a + b - 11.0) + 2.0 * (a + b * b - 7.0),
                2.0 * (a * a + b - 11.0) + 4.0 * b * (a + b * b - 7.0),
            ];
            assert!(gradient.iter().all(|slope| slope.abs() < 1e-9), "{point} is not critical: {gradient:?}");
        }
    }
}

#[test]
fn newton_reaches_the_saddle_in_one_step() {
    let path = json("trace --formula w1^2-w2^2 --optimizer newton --start 1,2 --json");
    has_fields(&path, &["steps", "stop", "end"]);
    let steps = path["steps"].as_array().unwrap();
    for (index, step) in steps.iter().enumerate() {
        has_fields(step, &["step", "w", "loss", "gradient_norm", "lambda_min", "lambda_max"]);
        assert_eq!(step["step"], index);
    }
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0]["loss"], -3.0);
    assert_eq!(steps[0]["gradient_norm"].as_f64().unwrap(), 20f64.sqrt());
    assert_eq!(steps[0]["lambda_min"], -2.0);
    assert_eq!(steps[0]["lambda_max"], 2.0);
    assert_eq!(numbers(&steps[1]["w"]), [0.0, 0.0]);
    assert_eq!(path["stop"], "converged");
    assert_eq!(path["end"], serde_json::json!({"w": [0.0, 0.0], "kind": "saddle"}));
}

#[test]
fn every_way_to_stop_has_its_word() {
    let stop = |arguments: &str| json(&format!("trace {arguments} --json"))["stop"].as_str().unwrap().to_owned();
    let descend = "--optimizer gradient-descent --start 1,1";
    assert_eq!(stop(&format!("--formula w1^2+w2^2 {descend} --learning-rate 0.25")), "converged");
    assert_eq!(stop(&format!("--formula w1^2+w2^2 {descend} --learning-rate 0.25 --steps 3")), "step_limit");
    // 1 − ηλ = −3: each step triples the distance.
    assert_eq!(stop(&format!("--formula w1^2+w2^2 {descend} --learning-rate 2 --steps 5000")), "diverged");
    assert_eq!(stop("--formula w1^2 --optimizer newton --start 1,1"), "singular_hessian");
    assert_eq!(stop("--formula log(w1)+w2^2 --optimizer newton --start -1,1"), "undefined");
}

/// Near a degenerate point the Hessian at the end looks like that of a minimum; the search recognises the degenerate
/// point.
#[test]
fn the_end_of_a_run_at_a_degenerate_point_is_degenerate() {
    let path = json(
        "trace --formula w1^4+w2^4 --optimizer gradient-descent --start 1,1 --learning-rate 0.05 --steps 1000000 --set gradient_tolerance=1e-6 --json",
    );
    assert_eq!(path["stop"], "converged");
    assert_eq!(path["end"]["kind"], "degenerate");
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let noisy = |seed: u64| {
        answer(&format!("trace --formula w1^2+w2^2 --optimizer sgd --set noise=0.5 --start 1,1 --seed {seed} --json"))
    };
    assert_eq!(noisy(7), noisy(7));
    assert_ne!(noisy(7), noisy(8));
}

#[test]
fn the_csv_has_a_row_a_step_and_reads_back() {
    let arguments =
        "trace --formula w1^2+3w2^2 --optimizer gradient-descent --start 1,0.1 --learning-rate 0.1 --steps 5";
    let table = answer(&format!("{arguments} --csv"));
    let path = json(&format!("{arguments} --json"));
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, ["step", "w1", "w2", "loss", "gradient_norm", "lambda_min", "lambda_max"]);
    let rows: Vec<Vec<f64>> =
        reader.records().map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 6);
    for (row, step) in rows.iter().zip(path["steps"].as_array().unwrap()) {
        assert_eq!(row[1..3], numbers(&step["w"]));
        assert_eq!(row[3], step["loss"].as_f64().unwrap());
    }
}

#[test]
fn a_trace_is_written_to_a_file_in_the_format_of_its_name() {
    let folder = folder();
    let path = folder.path().join("path.json");
    let arguments = ["trace", "--formula", "w1^2+w2^2", "--optimizer", "newton", "-o"];
    let mut to_json = arguments.to_vec();
    to_json.push(path.to_str().unwrap());
    assert_eq!(checked("trace", &run_with(&to_json)), "");
    let found: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(found["stop"], "converged");
    let path = folder.path().join("path.csv");
    let mut to_csv = arguments.to_vec();
    to_csv.push(path.to_str().unwrap());
    checked("trace", &run_with(&to_csv));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("step,w1,w2,"));
}

#[test]
fn the_catalogue_and_the_optimizers_are_listed() {
    let landscapes = json("landscapes --json");
    let landscapes = landscapes.as_array().unwrap();
    assert!(landscapes.len() >= 30);
    assert_eq!(landscapes[0]["name"], "cubic");
    for entry in landscapes {
        has_fields(
            entry,
            &["name", "title", "formula", "view", "start", "learning_rate", "teaches", "source", "points"],
        );
        assert_eq!(numbers(&entry["view"]).len(), 4);
    }
    let optimizers = json("optimizers --json");
    let optimizers = optimizers.as_array().unwrap();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    for optimizer in optimizers {
        let name = optimizer["name"].as_str().unwrap();
        assert!(readme.contains(&format!("`{name}`")), "{name} is not in the README");
    }
    for name in
        ["gradient-descent", "sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw", "newton", "bfgs"]
    {
        let found = optimizers.iter().find(|optimizer| optimizer["name"] == name);
        for setting in found.unwrap()["settings"].as_array().unwrap() {
            has_fields(setting, &["key", "symbol", "title", "default", "range", "description"]);
        }
    }
    let text = answer("landscapes");
    for entry in landscapes {
        assert!(text.contains(entry["name"].as_str().unwrap()));
    }
    assert!(answer("optimizers").contains("learning_rate"));
}

/// Without `--json` there are words and real minus signs.
#[test]
fn people_get_text() {
    let probe = answer("probe cubic --at 1,0");
    for part in ["w₁³ − w₂²", "(3, 0)", "indefinite", "−2", "0.3333", "no"] {
        assert!(probe.contains(part), "{part} is not in {probe}");
    }
    let points = answer("points cubic");
    for part in ["1 critical point", "degenerate", "(0, 0)"] {
        assert!(points.contains(part), "{part} is not in {points}");
    }
    let path = answer("trace --formula w1^2-w2^2 --optimizer newton --start 1,2");
    assert!(path.contains("→ saddle (0, 0), 1 step"), "{path}");
}

#[test]
fn a_wrong_formula_is_shown_with_its_column() {
    let message = refused_with(&["probe", "--formula", "w1^2 + * w2", "--at", "0,0"], 2);
    assert!(message.contains("column 8"), "{message}");
    let lines: Vec<&str> = message.lines().collect();
    let shown = lines.iter().position(|line| line.contains("w1^2 + * w2")).unwrap();
    let star = lines[shown].chars().position(|character| character == '*').unwrap();
    assert_eq!(lines[shown + 1].chars().position(|character| character == '^'), Some(star), "{message}");
    // The mark counts characters, not bytes, and a long formula is shown in part.
    let long = format!("w₁² + {}* w₂", "1 + ".repeat(200));
    let message = refused_with(&["points", "--formula", &long], 2);
    let lines: Vec<&str> = message.lines().collect();
    let mark = lines.iter().position(|line| line.trim() == "^").unwrap();
    let column = lines[mark].chars().position(|character| character == '^').unwrap();
    assert_eq!(lines[mark - 1].chars().nth(column), Some('*'), "{message}");
    assert!(lines[mark - 1].chars().count() < 120);
}

#[test]
fn bad_usage_has_exit_status_2() {
    for arguments in [
        "nonsense",
        "probe",
        "probe cubic",
        "probe --at 0,0",
        "probe cubic --formula w1 --at 0,0",
        "probe cubic --at 0",
        "probe cubic --at 0,0,0",
        "probe cubic --at 0,x",
        "probe cubic --at 0,nan",
        "probe cubic --at 0,inf",
        "probe cubic --at 0,1e999",
        "probe cubc --at 0,0",
        "probe cubic --param k=1 --at 0,0",
        "probe --formula k*w1 --param k --at 0,0",
        "probe --formula k*w1 --param k=one --at 0,0",
        "probe --formula k*w1 --param k=nan --at 0,0",
        "points cubic --view 0,1,0",
        "points cubic --view 1,1,0,1",
        "points cubic --view 0,1,1,0",
        "points cubic --view 0,1,0,nan",
        "points cubic --view=-1e308,1e308,0,1",
        "points cubic --budget -1",
        "trace cubic",
        "trace cubic --optimizer nweton",
        "trace cubic --optimizer newton --json --csv",
        "trace cubic --optimizer newton --steps -1",
        "trace cubic --optimizer newton --steps 100000000",
        "trace cubic --optimizer gradient-descent --learning-rate 0",
        "trace cubic --optimizer gradient-descent --learning-rate -1",
        "trace cubic --optimizer gradient-descent --set noise=1",
        "trace cubic --optimizer sgd --set noise=-1",
        "trace cubic --optimizer sgd --set noise",
        "render cubic",
        "render -o picture.svg",
        "render cubic -o picture.gif",
        "render cubic -o picture",
        "render cubic -o picture.svg --size 0x0",
        "render cubic -o picture.svg --size 100",
        "render cubic -o picture.svg --size -5x10",
        "render cubic -o picture.png --scale 9",
        "render cubic -o picture.svg --theme pink",
        "render cubic -o picture.svg --heat-map beauty",
        "completions tcsh-and-more",
    ] {
        refused(arguments, 2);
    }
    assert!(refused("probe himelblau --at 0,0", 2).contains("himmelblau"));
    assert!(refused("trace cubic --optimizer nweton", 2).contains("newton"));
    assert!(!Path::new("picture.svg").exists() && !Path::new("picture").exists());
}

/// Gradient descent with small steps divides (w1² − 1)² + w2² by w1 = 0, whose starts lead to the saddle; of nine columns
/// four lie on each side.
#[test]
fn basins_have_the_fields_of_the_contract() {
    let arguments = "basins --formula (w1^2-1)^2+w2^2 --optimizer gradient-descent --learning-rate 0.05 --size 9";
    let found = json(&format!("{arguments} --view -1.5,1.5,-1,1 --json"));
    has_fields(&found, &["ends", "diverged", "unfinished", "cycles", "false_stops", "broken"]);
    let ends = found["ends"].as_array().unwrap();
    let shares: Vec<f64> = ends.iter().map(|end| end["share"].as_f64().unwrap()).collect();
    assert_eq!(shares, [4.0 / 9.0, 4.0 / 9.0, 1.0 / 9.0]);
    assert_eq!(ends[2]["kind"], "saddle");
    assert!(answer(arguments).contains("%"));
    let folder = folder();
    let out = folder.path().join("basins.csv");
    answer(&format!("{arguments} --view -1.5,1.5,-1,1 -o {}", out.display()));
    let table = std::fs::read_to_string(&out).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!((lines[0], lines.len()), ("w1,w2,end,end_w1,end_w2,steps", 82));
    assert!(lines[1].starts_with("-1.5,-1.0,minimum,-1.0"), "{}", lines[1]);
    for wrong in ["--size 0", "--size 5000", "-o basins.gif", "--set noise=1"] {
        refused(&format!("{arguments} {wrong}"), 2);
    }
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in [
        "probe",
        "points",
        "trace",
        "basins",
        "ensemble",
        "render",
        "film",
        "landscapes",
        "datasets",
        "optimizers",
        "completions",
    ] {
        let help = answer(&format!("{command} --help"));
        assert!(help.contains(&format!("  losscape {command}")), "{command} has no example: {help}");
    }
    let help = answer("--help");
    assert!(help.contains("losscape render"), "{help}");
    assert_eq!(answer("--version"), format!("losscape {}\n", env!("CARGO_PKG_VERSION")));
}

/// The examples of the help and of the README work as they stand.
#[test]
fn the_examples_work() {
    let folder = folder();
    std::fs::write(folder.path().join("lecture.toml"), STUDY).unwrap();
    std::fs::write(folder.path().join("points.csv"), "x,y\n0,1\n1,3\n2,4\n").unwrap();
    std::fs::write(folder.path().join("d.csv"), "x1,x2,y\n0,1,1\n1,3,0\n2,4,-1\n").unwrap();
    // A network with the layers 2, 8, 8, 1 has 105 weights.
    std::fs::write(folder.path().join("w.txt"), "0.125\n".repeat(105)).unwrap();
    std::fs::write(folder.path().join("v.txt"), "1\n".repeat(105)).unwrap();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut examples: Vec<String> =
        readme.lines().filter(|line| line.starts_with("losscape ")).map(str::to_owned).collect();
    assert!(examples.len() > 5, "the README has lost its examples");
    for command in ["probe", "points", "trace", "basins", "ensemble", "render", "landscapes", "datasets", "optimizers"]
    {
        let help = answer(&format!("{command} --help"));
        let (_, listed) = help.split_once("Examples:\n").unwrap();
        // A line that was wrapped to the terminal's width goes on without the indented word `losscape`.
        let listed = listed.replace("\n  losscape", "\0losscape").replace('\n', " ");
        examples.extend(listed.split('\0').map(|example| example.trim().to_owned()));
    }
    for example in examples {
        let words = shell_words(&example);
        let output = Command::new(env!("CARGO_BIN_EXE_losscape"))
            .args(&words[1..])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{example}: {}", text(&output.stderr));
    }
}

/// Splits at spaces outside single quotes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, part) in line.split('\'').enumerate() {
        for (position, piece) in part.split(' ').enumerate() {
            if index % 2 == 1 {
                let spaced = if position > 0 { " " } else { "" };
                words.last_mut().unwrap().push_str(&format!("{spaced}{piece}"));
            } else {
                if position > 0 {
                    words.push(String::new());
                }
                words.last_mut().unwrap().push_str(piece);
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn there_are_completions_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = answer(&format!("completions {shell}"));
        assert!(script.contains("render") && script.contains("losscape"), "{shell}");
    }
    assert!(answer("completions bash").contains("himmelblau"));
}

#[test]
fn without_a_display_a_sentence_names_render() {
    let message = refused("", 1);
    assert!(message.contains("losscape render"), "{message}");
    assert_eq!(message.trim().lines().count(), 1, "{message}");
}

#[test]
fn a_study_that_cannot_be_opened_is_named_and_left_alone() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let write = |name: &str, bytes: &[u8]| std::fs::write(path(name), bytes).unwrap();
    write("newer.toml", STUDY.replace("version = 1", "version = 99").as_bytes());
    write("truncated.toml", &STUDY.as_bytes()[..STUDY.len() / 2]);
    write("nan.toml", STUDY.replace("[1, 1]", "[1, nan]").as_bytes());
    write("huge-start.toml", STUDY.replace("[1, 1]", "[1, 1e308]").as_bytes());
    write("flat.toml", STUDY.replace("-2, 2, -2, 2", "-2, 2, 1, 1").as_bytes());
    write("formula.toml", STUDY.replace("w1^3", "w1^^3").as_bytes());
    write("binary.toml", b"\xff\xfe\x00\x01");
    write("table.csv", b"a,b,c\n1,2,3\n");
    write("row.csv", b"w1,w2,loss\n1,2,3\n");
    write("long.toml", &vec![b'#'; 2_000_000]);
    std::fs::create_dir(path("folder.toml")).unwrap();
    for (name, part) in [
        ("newer.toml", "newer version"),
        ("truncated.toml", "line"),
        ("nan.toml", "start[2]"),
        ("huge-start.toml", "start[2]"),
        ("flat.toml", "view"),
        ("formula.toml", "column 4"),
        ("binary.toml", "UTF-8"),
        ("table.csv", "a landscape is a table with the columns w1, w2 and L"),
        ("row.csv", "a grid has 4 to 4096"),
        ("long.toml", "larger"),
        ("folder.toml", "directory"),
        ("missing.toml", "no such file"),
    ] {
        let before = std::fs::read(path(name)).ok();
        for arguments in [vec![path(name)], vec!["render".to_owned(), path(name), "-o".to_owned(), path("out.svg")]] {
            let message = refused_with(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), 1);
            assert!(message.contains(name) && message.contains(part), "{arguments:?}: {message}");
        }
        assert_eq!(std::fs::read(path(name)).ok(), before);
        assert!(!Path::new(&path("out.svg")).exists());
    }
}

#[test]
fn a_study_is_drawn_in_every_format() {
    let folder = folder();
    let study = folder.path().join("study.toml");
    for (extension, start) in [("svg", &b"<"[..]), ("png", &b"\x89PNG\r\n"[..]), ("pdf", &b"%PDF-"[..])] {
        let out = folder.path().join(format!("picture.{extension}"));
        let arguments = ["render", study.to_str().unwrap(), "-o", out.to_str().unwrap()];
        assert_eq!(checked("render", &run_with(&arguments)), "");
        let bytes = std::fs::read(&out).unwrap();
        assert!(bytes.starts_with(start), "{extension}");
        assert!(bytes.len() > 5_000, "{extension} has only {} bytes", bytes.len());
    }
    // Nothing but what was asked for is left in the folder.
    assert_eq!(names(folder.path()), ["picture.pdf", "picture.png", "picture.svg", "study.toml"]);
}

/// Newton's basins on Himmelblau's function as picture and table, from both commands that draw.
#[test]
fn basins_are_drawn_in_every_format() {
    let folder = folder();
    for (extension, start) in [("svg", &b"<"[..]), ("png", &b"\x89PNG\r\n"[..]), ("pdf", &b"%PDF-"[..])] {
        let out = folder.path().join(format!("basins.{extension}"));
        let run = "himmelblau --optimizer newton --size 60 --view -6,6,-6,6";
        assert_eq!(answer(&format!("basins {run} --theme light -o {}", out.display())), "");
        let bytes = std::fs::read(&out).unwrap();
        assert!(bytes.starts_with(start) && bytes.len() > 5_000, "{extension}: {} bytes", bytes.len());
    }
    let svg = std::fs::read_to_string(folder.path().join("basins.svg")).unwrap();
    for said in ["Basins of Newton", "4 minima", "4 saddles", "1 maximum"] {
        assert!(svg.contains(said), "{said}");
    }
    // For a run that the study does not have, with its default settings; and for one that leaves the view.
    let out = folder.path().join("rendered.svg");
    answer(&format!("render himmelblau --basins momentum -o {}", out.display()));
    let rendered = std::fs::read_to_string(&out).unwrap();
    assert!(rendered.contains("Basins of Momentum"));
    answer(&format!("render cubic --basins gradient-descent -o {}", out.display()));
    assert!(std::fs::read_to_string(&out).unwrap().contains("divergence"));
}

#[test]
fn a_png_has_the_size_times_the_scale() {
    let folder = folder();
    let out = folder.path().join("picture.png");
    let arguments = format!("render cubic --size 640x360 --scale 2 -o {}", out.display());
    answer(&arguments);
    let bytes = std::fs::read(&out).unwrap();
    // The width and height stand in the header chunk, big end first.
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!([number(16), number(20)], [1280, 720]);
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let folder = folder();
    for landscape in ["cubic", "himmelblau", "rastrigin"] {
        let drawn = |name: &str| {
            let out = folder.path().join(name);
            answer(&format!("render {landscape} -o {}", out.display()));
            std::fs::read(out).unwrap()
        };
        assert!(drawn("one.svg") == drawn("two.svg"), "{landscape}");
    }
}

#[test]
fn themes_views_and_starts_change_the_picture() {
    let folder = folder();
    let drawn = |arguments: &str| {
        let out = folder.path().join("picture.svg");
        answer(&format!("render cubic {arguments} -o {}", out.display()));
        std::fs::read_to_string(out).unwrap()
    };
    let usual = drawn("");
    for arguments in ["--theme light", "--view -3,3,-3,3", "--start -1,0.5", "--size 900x700"] {
        assert_ne!(drawn(arguments), usual, "{arguments}");
    }
    for quantity in ["gradient-norm", "lambda-min", "lambda-max", "condition-number", "speed-limit", "determinant"] {
        assert_ne!(drawn(&format!("--heat-map {quantity}")), usual, "{quantity}");
    }
    assert_eq!(drawn("--heat-map loss"), usual);
    // On the cubic H is diag(6·w1, −2): negative definite on the left of w1 = 0, indefinite on the right of it.
    let regions = drawn("--sign-regions");
    assert!(regions.contains("positive definite on 0 % of the view, indefinite on 50 %, negative definite on 50 %"));
    // A catalogue's landscape is drawn dark, as the window shows it at first.
    assert_eq!(drawn("--theme dark"), usual);
}

#[test]
fn a_path_that_cannot_be_written_is_named() {
    let folder = folder();
    let target = folder.path().join("nowhere").join("picture.svg");
    let message = refused(&format!("render cubic -o {}", target.display()), 1);
    assert!(message.contains("nowhere"), "{message}");
    // A folder stands where the file is to go.
    let taken = folder.path().join("taken.svg");
    std::fs::create_dir(&taken).unwrap();
    let message = refused(&format!("render cubic -o {}", taken.display()), 1);
    assert!(message.contains("taken.svg"), "{message}");
    let message = refused("trace --formula w1^2+w2^2 --optimizer newton -o /dev/null/path.csv", 1);
    assert!(message.contains("/dev/null/path.csv"), "{message}");
    assert_eq!(names(folder.path()), ["study.toml", "taken.svg"]);
}

#[test]
fn a_failed_command_leaves_the_old_file() {
    let folder = folder();
    let out = folder.path().join("picture.svg");
    std::fs::write(&out, "precious").unwrap();
    refused_with(&["render", "--formula", "w1 +", "-o", out.to_str().unwrap()], 2);
    refused(&format!("render cubic --size 0x0 -o {}", out.display()), 2);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "precious");
    refused(&format!("render cubic -o {}", out.display()), 1);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "precious");
    answer(&format!("render cubic --force -o {}", out.display()));
    assert_ne!(std::fs::read_to_string(&out).unwrap(), "precious");
}

/// `losscape points … | head -1`: the reader closes the pipe, and there is no error.
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_losscape"))
        .args(["trace", "--formula", "w1^2+w2^2", "--optimizer", "gradient-descent", "--learning-rate", "0.0001"])
        .args(["--steps", "100000", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

/// A formula as hostile as the arguments of a process allow is an answer or a message within seconds.
#[test]
fn hostile_formulas_are_refused_in_words() {
    let deep = format!("{}w1{}", "(".repeat(10_000), ")".repeat(10_000));
    let long = "w1+".repeat(30_000) + "w1";
    for formula in [deep.as_str(), &long, "", " ", "\u{7}", "(((("] {
        let output = run_with(&["probe", "--formula", formula, "--at", "0.5,0.5"]);
        assert_eq!(output.status.code(), Some(2), "{formula:.20}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains("formula"), "{formula:.20}: {}", text(&output.stderr));
    }
    for formula in ["w1^w1^w1^w1^w1^w1", "𝕨₁"] {
        let output = run_with(&["probe", "--formula", formula, "--at", "0.5,0.5"]);
        assert_eq!(output.status.code(), Some(0), "{formula}: {}", text(&output.stderr));
    }
}

/// A film is written whole, its format follows from the extension, and the message names what is missing.
#[test]
fn films_are_written() {
    let folder = folder();
    let film = |arguments: &str| {
        let words = shell_words(&format!("film saddle --size 160x120 --seconds 0.3 {arguments}"));
        Command::new(env!("CARGO_BIN_EXE_losscape"))
            .args(words)
            .current_dir(folder.path())
            .env("PATH", "")
            .output()
            .unwrap()
    };
    let works = |arguments: &str| {
        let output = film(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {}", text(&output.stderr));
    };
    works("-o run.gif");
    works("--turn -o turn.apng");
    works("--sweep learning_rate=0.01..0.2 --hold 0 -o frame-%03d.png");
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert!(read("run.gif").starts_with(b"GIF89a") && read("turn.apng").starts_with(b"\x89PNG"));
    // 0.3 seconds at 20 frames a second.
    assert!(folder.path().join("frame-006.png").exists() && !folder.path().join("frame-007.png").exists());
    for (arguments, code, said) in [
        ("-o run.mp4", 1, "ffmpeg, which is not installed"),
        ("-o run.avi", 2, ".gif, .apng"),
        ("-o run.png", 2, "frame-%04d.png"),
        ("--sweep b=0..1 -o sweep.gif", 1, "no parameter 'b'"),
        ("--fps 100 -o run.gif", 2, "frames a second"),
    ] {
        let output = film(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments}");
        assert!(text(&output.stderr).contains(said), "{arguments}: {}", text(&output.stderr));
    }
}

/// Pages for steps: numbered files, or one PDF with as many pages; a step that no run takes is refused.
#[test]
fn a_run_has_a_page_a_step() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let render = |arguments: &[&str]| {
        let usual = ["render", "cubic", "--size", "320x240"];
        run_with(&[usual.as_slice(), arguments].concat())
    };
    checked("pages", &render(&["--pages", "0,1,3", "-o", &path("page-%02d.svg")]));
    let page = |number: usize| std::fs::read_to_string(path(&format!("page-{number:02}.svg"))).unwrap();
    for (number, step) in [(1, "step 0"), (2, "step 1"), (3, "step 3")] {
        assert!(page(number).contains(&format!("cubic · {step}")), "page {number} says its step");
    }
    assert!(page(1) != page(2) && !folder.path().join("page-04.svg").exists());
    checked("step", &render(&["--at-step", "3", "-o", &path("step.svg")]));
    assert_eq!(std::fs::read_to_string(path("step.svg")).unwrap(), page(3));
    checked("document", &render(&["--pages", "0,1,3", "-o", &path("talk.pdf")]));
    let document = std::fs::read(path("talk.pdf")).unwrap();
    let count = |word: &[u8]| document.windows(word.len()).filter(|window| *window == word).count();
    assert_eq!(count(b"/Type /Page\n"), 3);
    assert!(count(b"/Count 3") == 1);
    for wrong in [["--pages", "0,100000", "-o", "talk.pdf"], ["--pages", "0,1", "-o", "page.svg"]] {
        assert_ne!(render(&wrong).status.code(), Some(0), "{wrong:?}");
    }
}
