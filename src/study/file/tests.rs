#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::super::check::MAX_RUNS;
use super::super::magnitude::MAX_MAGNITUDE;
use super::*;
use crate::curvature::Quantity;
use crate::field::{ColourMap, ColourScale};
use crate::landscape::View;
use crate::optimizer::tests::added;
use crate::optimizer::{OPTIMIZERS, Run, Schedule};
use crate::study::layers::{self, tests::ADDED};
use crate::study::{Camera, Clock, Follow, LAYERS, Ordinate, PictureOptions, ShownLayers, SurfaceOptions, Theme, Vary};
use proptest::prelude::*;

fn cubic() -> Study {
    Study::of_formula("w1^3 - w2^2", View::new(-2.0, 2.0, -2.0, 2.0).unwrap())
}

/// A small study by hand, as a student might write it.
const BY_HAND: &str = "version = 1
view = [-2, 2, -1.5, 1.5]
start = [1, 1]

[landscape]
formula = \"k*w1^2 - w2^2\"

[landscape.parameters]
k = 3

[[runs]]
optimizer = \"gradient-descent\"

[runs.settings]
learning_rate = 0.05

[[runs]]
optimizer = \"newton\"
steps = 20

[picture]
theme = \"light\"
";

/// The message for the text with one of its pieces replaced.
fn refused(from: &str, to: &str) -> String {
    assert!(BY_HAND.contains(from), "{from} is not in the text");
    from_toml(&BY_HAND.replacen(from, to, 1)).unwrap_err().to_string()
}

/// All parts of the message are in it.
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in {message:?}");
    }
}

#[test]
fn a_study_by_hand_is_read() {
    let study = from_toml(BY_HAND).unwrap();
    assert_eq!(study.landscape.parameters["k"], 3.0);
    assert_eq!(study.start, [1.0, 1.0]);
    assert_eq!(study.runs[1].steps, 20);
    assert_eq!(study.picture, PictureOptions { theme: Theme::Light, ..PictureOptions::default() });
    // What an editor on another system adds changes nothing.
    assert_eq!(from_bytes(format!("\u{feff}{}", BY_HAND.replace('\n', "\r\n")).into_bytes()), Ok(study));
}

/// Each header taken away: the field that is then out of place is named, and the header under which it belongs.
#[test]
fn a_missing_header_is_asked_for() {
    says(&refused("[landscape]\n", ""), &["line 5", "formula", "[landscape]"]);
    says(&refused("[picture]\n", ""), &["line 21", "theme", "[picture]"]);
    // [runs.settings] is then the first table of the runs, and TOML refuses the header of the second run.
    says(&refused("[[runs]]\noptimizer = \"gradient", "optimizer = \"gradient"), &["line 16", "[[runs]] missing"]);
    // Under the settings of the run before, and so one of them.
    let message = refused("[[runs]]\noptimizer = \"newton", "optimizer = \"newton");
    says(&message, &["line 17", "runs[1].settings.optimizer", "newton"]);
}

#[test]
fn a_wrong_field_is_named_with_its_line() {
    says(&refused("1, 1]", "1, nan]"), &["line 3", "start[2]", "NaN"]);
    says(&refused("1, 1]", "1e308, 1]"), &["line 3", "start[1]", "1e308"]);
    says(&refused("1, 1]", "-inf, 1]"), &["line 3", "start[1]", "-inf"]);
    says(&refused("1, 1]", "1, 1, 1]"), &["line 3", "start", "2 numbers"]);
    says(&refused("1, 1]", "1]"), &["line 3", "start", "2 numbers"]);
    says(&refused("1, 1]", "1, \"1\"]"), &["line 3", "start", "string"]);
    says(&refused("-2, 2, -1.5, 1.5", "2, 2, -1.5, 1.5"), &["line 2", "view", "w1", "empty"]);
    says(&refused("-2, 2, -1.5, 1.5", "-2, 2, 1.5, -1.5"), &["line 2", "view", "w2", "empty"]);
    says(&refused("-2, 2, -1.5, 1.5", "-2, nan, -1.5, 1.5"), &["line 2", "view", "finite"]);
    says(&refused("-2, 2, -1.5, 1.5", "-1e308, 1e308, -1.5, 1.5"), &["line 2", "view", "1e300"]);
    says(&refused("k = 3", "k = inf"), &["line 9", "landscape.parameters.k", "inf"]);
    says(&refused("\"newton\"", "\"nweton\""), &["line 18", "runs[2].optimizer", "nweton", "newton"]);
    says(&refused("0.05", "-1"), &["line 15", "runs[1].settings.learning_rate", "-1"]);
    says(&refused("0.05", "nan"), &["line 15", "runs[1].settings.learning_rate"]);
    says(&refused("learning_rate", "lerning_rate"), &["line 15", "runs[1].settings.lerning_rate", "learning_rate"]);
    says(&refused("steps = 20", "steps = 2000000000"), &["line 19", "runs[2].steps", "1000000"]);
    says(&refused("steps = 20", "steps = -1"), &["line 19", "runs[2].steps"]);
    says(&refused("steps = 20", "stpes = 20"), &["line 19", "stpes", "steps"]);
    says(&refused("steps = 20", "gradient_tolerance = nan"), &["line 19", "runs[2].gradient_tolerance"]);
    says(&refused("\"light\"", "\"pink\""), &["line 22", "picture.theme", "pink", "light"]);
    says(&refused("theme = \"light\"", "contour_levels = 1000"), &["line 22", "picture.contour_levels", "60"]);
    says(&refused("theme = \"light\"", "heat_map_opacity = nan"), &["line 22", "picture.heat_map_opacity"]);
    says(&refused("view =", "veiw ="), &["veiw", "view"]);
    says(&refused("start = [1, 1]\n", ""), &["missing", "start"]);
}

/// Whatever field is missing is the one that is named.
#[test]
fn a_missing_field_is_named_and_no_other() {
    let [start, view] = ["start = [1, 1]\n", "view = [-2, 2, -1.5, 1.5]\n"];
    let optimizers = ["optimizer = \"gradient-descent\"\n", "optimizer = \"newton\"\n"];
    let runs = &BY_HAND[BY_HAND.find("[[runs]]").unwrap()..BY_HAND.find("[picture]").unwrap()];
    let picture = &BY_HAND[BY_HAND.find("[picture]").unwrap()..];
    let landscape = &BY_HAND[BY_HAND.find("[landscape]").unwrap()..BY_HAND.find("[[runs]]").unwrap()];
    for (piece, message) in [
        ("version = 1\n", "version: missing, so this is no study file"),
        (view, "view: missing: a study needs this field"),
        (start, "start: missing: a study needs this field"),
        ("formula = \"k*w1^2 - w2^2\"\n", "line 5: landscape.formula: missing: a study needs this field"),
        (landscape, "landscape: missing: a study needs this field"),
        (runs, "runs: missing: a study needs this field"),
        (picture, "picture: missing: a study needs this field"),
        (optimizers[0], "runs[1].optimizer: missing: a study needs this field"),
        (optimizers[1], "runs[2].optimizer: missing: a study needs this field"),
    ] {
        let message_of = refused(piece, "");
        assert!(message_of.ends_with(message), "{piece:?}: {message_of}");
    }
    // A field in the wrong table is named as it stands.
    says(
        &from_toml(&BY_HAND.replace(start, "").replace("k = 3", "k = 3\nstart = [1, 1]")).unwrap_err().to_string(),
        &["start"],
    );
}

/// Choices are words in the file, and schedules are text.
#[test]
fn choices_and_schedules_are_words() {
    let sgd = "optimizer = \"sgd\"\nschedule = \"1/t:20\"\n\n[runs.settings]\nnoise_from = \"matched\"\n";
    let text = BY_HAND.replace("optimizer = \"newton\"\nsteps = 20\n", sgd);
    let study = from_toml(&text).unwrap();
    assert_eq!(study.runs[1].settings["noise_from"], 2.0);
    assert_eq!(study.runs[1].schedule, Schedule::OverTime { tau: 20.0 });
    let written = to_toml(&study).unwrap();
    assert!(written.contains("noise_from = \"matched\"") && written.contains("schedule = \"1/t:20\""), "{written}");
    assert_eq!(from_toml(&written), Ok(study));
    let refused = |from: &str, to: &str| from_toml(&text.replace(from, to)).unwrap_err().to_string();
    says(&refused("\"matched\"", "\"mtached\""), &["line 22", "mtached", "noise_from"]);
    says(&refused("\"1/t:20\"", "\"1/t:0\""), &["line 19", "runs[2].schedule", "0.001"]);
    says(&refused("sgd", "newton"), &["runs[2]", "newton has no"]);
}

#[test]
fn a_wrong_formula_is_refused_with_its_column() {
    let text = BY_HAND.replace("k*w1^2 - w2^2", "k*w1^2 - * w2^2");
    let error = from_toml(&text).unwrap_err();
    says(&error.to_string(), &["line 6", "landscape.formula", "column 10"]);
    assert!(matches!(&error, StudyError::Formula { formula, error, .. }
        if formula == "k*w1^2 - * w2^2" && error.column == 10));
}

/// An optimizer that is only listed is known to study files, with its settings and their ranges.
#[test]
fn an_added_optimizer_is_in_the_study_file() {
    let with = |settings: &str| {
        let text = format!(
            "{}\n[runs.settings]\n{settings}\n",
            BY_HAND.replace("\"newton\"", &format!("\"{}\"", added::NAME))
        );
        let (before, picture) = (text.find("[picture]").unwrap(), "[picture]\ntheme = \"light\"\n");
        from_toml(&(text.replace(picture, "") + &text[before..before + picture.len()]))
    };
    let study = with("length = 0.5").unwrap();
    assert_eq!((study.runs[1].optimizer.as_str(), study.runs[1].setting("length")), (added::NAME, Some(0.5)));
    assert_eq!(from_toml(&to_toml(&study).unwrap()), Ok(study));
    says(&with("length = 99").unwrap_err().to_string(), &["runs[2].settings.length", "between 0.001 and 10"]);
    says(&with("height = 1").unwrap_err().to_string(), &["runs[2].settings.height", "it has length"]);
}

/// A count is whole, and a file that says otherwise is refused with its line.
#[test]
fn whole_settings_are_whole() {
    let with = |value: &str| {
        let run = format!("\"lbfgs\"\n\n[runs.settings]\nmemory = {value}\n\n[[runs]]\noptimizer = \"newton\"");
        from_toml(&BY_HAND.replace("\"newton\"", &run))
    };
    assert_eq!(with("3").unwrap().runs[1].setting("memory"), Some(3.0));
    says(&with("2.5").unwrap_err().to_string(), &["line 21", "runs[2].settings.memory", "whole number"]);
}

#[test]
fn what_is_no_study_says_so() {
    let message = |text: &str| from_toml(text).unwrap_err().to_string();
    says(&message(""), &["version", "no study"]);
    says(&message("w1,w2,loss\n1,2,3\n"), &["line 1", "no study"]);
    says(&message("[package]\nname = \"losscape\"\n"), &["version", "no study"]);
    says(&message("{\"version\": 1}"), &["line 1"]);
    says(&message("version = \"one\"\n"), &["line 1", "version"]);
    says(&message("version = 0\n"), &["line 1", "version"]);
    says(&message("version = -3\n"), &["line 1", "version"]);
    let newer = BY_HAND.replace("version = 1", "version = 7\nfrom_the_future = true");
    assert_eq!(from_toml(&newer), Err(StudyError::Newer(7)));
    says(&message(&newer), &["newer", "7"]);
    says(&from_bytes(b"version = 1\n# caf\xe9\n".to_vec()).unwrap_err().to_string(), &["line 2", "UTF-8"]);
    assert_eq!(from_bytes(vec![b'#'; MAX_BYTES + 1]), Err(StudyError::TooLarge));
    assert_eq!(from_toml(&" ".repeat(MAX_BYTES + 1)), Err(StudyError::TooLarge));
    // Nested as deep as the size allows: refused, no stack overflow.
    says(&message(&format!("version = {}", "[".repeat(MAX_BYTES - 100))), &["line 1"]);
}

#[test]
fn too_many_runs_are_refused() {
    let mut study = cubic();
    study.runs = vec![Run::new("newton"); MAX_RUNS + 1];
    let unchecked = toml::to_string(&study).unwrap();
    says(&from_toml(&unchecked).unwrap_err().to_string(), &["runs", "101", "100"]);
    study.runs.pop();
    assert_eq!(from_toml(&to_toml(&study).unwrap()), Ok(study));
}

/// A file that is cut off anywhere is refused, or the rest is a study; nothing panics.
#[test]
fn a_truncated_file_is_an_error_or_a_study() {
    let text = to_toml(&cubic()).unwrap();
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        if let Ok(study) = from_toml(&text[..end]) {
            assert!(to_toml(&study).is_ok(), "cut at {end}");
        }
    }
    says(&from_toml(&text[..text.len() / 2]).unwrap_err().to_string(), &["line"]);
}

#[test]
fn what_could_not_be_opened_is_not_saved() {
    type Spoil = fn(&mut Study);
    let spoilt: [(&str, Spoil); 6] = [
        ("landscape.formula", |study| study.landscape.formula = "w1 +".to_owned()),
        ("start[1]", |study| study.start[0] = f64::NAN),
        ("view", |study| study.view.w1 = [1.0, 1.0]),
        ("runs[1].optimizer", |study| study.runs[0].optimizer = String::new()),
        ("runs[2].seed", |study| study.runs[1].seed = u64::MAX),
        ("version", |study| study.version = 2),
    ];
    for (field, spoil) in spoilt {
        let mut study = cubic();
        spoil(&mut study);
        says(&to_toml(&study).unwrap_err().to_string(), &[field]);
    }
}

/// A title that belongs to another formula would be a false statement in a picture.
#[test]
fn a_name_is_kept_only_with_its_formula() {
    let mut study = cubic();
    study.landscape.name = Some("himmelblau".to_owned());
    assert_eq!(from_toml(&to_toml(&study).unwrap()).unwrap().landscape.name, None);
    for entry in crate::study::entries() {
        let study = Study::of_entry(entry);
        assert_eq!(from_toml(&to_toml(&study).unwrap()), Ok(study));
    }
}

#[test]
fn a_missing_file_is_unreadable() {
    says(&load(Path::new("/nowhere/study.toml")).unwrap_err().to_string(), &["no such file"]);
    assert!(matches!(load(Path::new("/")), Err(StudyError::Unreadable(_))));
}

/// Any number that a study may hold, the awkward ones among them.
fn coordinate() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>().prop_filter("in range", |x| x.is_finite() && x.abs() <= MAX_MAGNITUDE),
        prop::sample::select(vec![0.0, -0.0, 5e-324, f64::MIN_POSITIVE, 0.1, 1.0 / 3.0, 1e300, -1e300, 1e16 + 2.0]),
    ]
}

prop_compose! {
    fn any_run()(
        optimizer in prop::sample::select(OPTIMIZERS.iter().map(|optimizer| optimizer.name()).collect::<Vec<_>>()),
        shown: bool,
        colour in 0usize..=999,
        share in 0.0..=1.0f64,
        seed in 0..=i64::MAX as u64,
        steps in 0..=Run::MAX_STEPS,
        gradient_tolerance in coordinate().prop_map(f64::abs),
        require_positive_definite: bool,
        tau in 1e-3..1e9f64,
        name in prop::option::of("[a-z ²η\"]{0,20}[a-z]"),
        start in prop::option::of([coordinate(), coordinate()]),
    ) -> Run {
        let settings = crate::optimizer::find(optimizer).unwrap().settings().iter();
        let settings = settings.map(|setting| {
            let [least, greatest] = setting.range;
            let value = (least + share * (greatest - least)).clamp(least, greatest);
            (setting.key.to_owned(), if setting.whole { value.round() } else { value })
        });
        let settings: std::collections::BTreeMap<String, f64> = settings.collect();
        let has_rate = crate::optimizer::find(optimizer).unwrap().settings().iter().any(|s| s.key.starts_with("learning_rate"));
        let schedule = match seed % 4 {
            _ if !has_rate => Schedule::Constant,
            0 => Schedule::OverTime { tau },
            1 => Schedule::Cosine,
            2 => Schedule::Steps { every: steps + 1, factor: share.max(0.1) },
            _ => Schedule::Constant,
        };
        Run {
            shown, colour, settings, seed, steps, gradient_tolerance, require_positive_definite, schedule, name, start,
            ..Run::new(optimizer)
        }
    }
}

/// A study without a surface does not mention one, and one with a surface names only values that differ from the
/// defaults.
#[test]
fn a_surface_is_written_where_there_is_one() {
    let mut study = cubic();
    let keys = ["surface", "camera", "perspective", "floor"];
    let text = to_toml(&study).unwrap();
    assert!(keys.iter().all(|key| !text.contains(key)), "{text}");
    study.picture.surface.shown = true;
    study.picture.surface.camera = Camera { yaw: -60.0, perspective: true, ..Camera::default() };
    let text = to_toml(&study).unwrap();
    for line in ["surface = true", "camera_yaw = -60.0", "perspective = true"] {
        assert!(text.contains(line), "{text}");
    }
    assert!(!text.contains("camera_pitch") && !text.contains("floor"), "{text}");
    assert_eq!(from_toml(&text).unwrap(), study);
    for wrong in ["camera_pitch = 100", "camera_zoom = 0", "camera_yaw = 300", "camera_pitch = nan"] {
        let text = text.replace("surface = true", wrong);
        assert!(from_toml(&text).is_err(), "{wrong}");
    }
}

prop_compose! {
    fn any_surface()(
        [shown, perspective, floor] in any::<[bool; 3]>(),
        yaw in -180.0..=180.0f64,
        pitch in 5.0..=90.0f64,
        zoom in 0.25..=8.0f64,
        height in prop::sample::select(vec![ColourScale::Automatic, ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised]),
    ) -> SurfaceOptions {
        SurfaceOptions { shown, camera: Camera { yaw, pitch, zoom, perspective }, height, floor }
    }
}

prop_compose! {
    fn any_picture()(
        layers in prop::collection::vec(any::<bool>(), LAYERS.len()),
        [equal_axes, projector] in any::<[bool; 2]>(),
        surface in any_surface(),
        heat_map_of in prop::sample::select(Quantity::ALL.to_vec()),
        light: bool,
        heat_map_opacity in 0.0..=1.0f64,
        contour_opacity in 0.0..=1.0f64,
        contour_levels in 2usize..=60,
        levels in prop::collection::btree_set(-1_000_000i32..1_000_000, 0..8),
        colour_map in prop::sample::select(vec![ColourMap::Viridis, ColourMap::Cividis, ColourMap::Diverging, ColourMap::Grey]),
        colour_scale in prop::sample::select(vec![ColourScale::Automatic, ColourScale::Linear, ColourScale::Logarithmic, ColourScale::Equalised]),
    ) -> PictureOptions {
        let mut shown = ShownLayers::default();
        LAYERS.iter().zip(layers).for_each(|(layer, on)| shown.set(layer, on));
        PictureOptions {
            theme: if light { Theme::Light } else { Theme::Dark },
            layers: shown, heat_map_of, heat_map_opacity, colour_map, colour_scale, contour_opacity, contour_levels,
            levels: levels.into_iter().map(|level| 1e-3 * f64::from(level)).collect(),
            basins_of: None, equal_axes, projector, surface,
        }
    }
}

prop_compose! {
    fn any_display()(
        at in prop::option::of(0..1_000_000usize),
        gradients: bool,
        selected in prop::option::of([coordinate(), coordinate()]),
        tabs in prop::sample::subsequence(vec!["loss", "local", "run", "seeds"], 1..=2),
        run in 1..=MAX_RUNS,
        logarithmic: bool,
    ) -> Display {
        let clock = if gradients { Clock::Gradients } else { Clock::Steps };
        let tabs = tabs.into_iter().map(str::to_owned).collect();
        let range = selected.map(|[x, y]: [f64; 2]| [x.min(y), x.max(y)]).filter(|[low, high]| low < high);
        let follow = range.map(|range| Follow { parameter: "k".to_owned(), range, ordinate: Ordinate::ALL[run % 4] });
        Display { at, clock, selected, tabs, run, logarithmic, follow }
    }
}

prop_compose! {
    fn any_ensemble()(
        runs in 1..=1000usize,
        spread in 0.0..1e6f64,
        radius in 1e-6..1e6f64,
        vary in prop::sample::select(vec![None, Some(Vary::Noise), Some(Vary::BatchSize)]),
        range in prop::option::of((0.0..1.0f64).prop_map(|low| [low, low + 1.0])),
    ) -> EnsembleOptions {
        EnsembleOptions { runs, spread, radius, vary, range }
    }
}

/// A study that was saved before there were displays and ensembles opens with the usual ones, and those are not
/// written.
#[test]
fn what_is_usual_is_not_written() {
    let study = from_toml(BY_HAND).unwrap();
    assert_eq!((&study.display, &study.ensemble), (&Display::default(), &EnsembleOptions::default()));
    let text = to_toml(&study).unwrap();
    for word in ["[display]", "[ensemble]", "name ="] {
        assert!(!text.contains(word), "{word} is in {text}");
    }
    assert_eq!(text.matches("start = [").count(), 1, "only the common start is written: {text}");
}

/// What is shown beside the picture, and runs with a name and a start of their own, as a person writes them.
#[test]
fn a_display_by_hand_is_read() {
    let text = BY_HAND.replace("steps = 20\n", "steps = 20\nname = \"from the left\"\nstart = [-1, 0.5]\n")
        + "\n[ensemble]\nruns = 50\nvary = \"batch_size\"\n\n[display]\nat = 7\nclock = \"gradients\"\n\
           selected = [0, 0]\ntabs = [\"seeds\", \"loss\"]\nrun = 2\n\
           follow = { parameter = \"k\", range = [-1, 4], ordinate = \"smallest_eigenvalue\" }\n";
    let study = from_toml(&text).unwrap();
    assert_eq!(study.runs[1].name.as_deref(), Some("from the left"));
    assert_eq!([study.start_of(&study.runs[0]), study.start_of(&study.runs[1])], [[1.0, 1.0], [-1.0, 0.5]]);
    assert_eq!(study.ensemble, EnsembleOptions { runs: 50, vary: Some(Vary::BatchSize), ..EnsembleOptions::default() });
    let display = Display {
        at: Some(7),
        clock: Clock::Gradients,
        selected: Some([0.0, 0.0]),
        tabs: vec!["seeds".to_owned(), "loss".to_owned()],
        run: 2,
        logarithmic: true,
        follow: Some(Follow { parameter: "k".to_owned(), range: [-1.0, 4.0], ordinate: Ordinate::SmallestEigenvalue }),
    };
    assert_eq!(study.display, display);
    for (from, to, field) in [
        ("at = 7", "at = -7", "display.at"),
        ("at = 7", "at = 9000000000000", "display.at"),
        ("[0, 0]", "[0, nan]", "display.selected[2]"),
        ("[0, 0]", "[0, 0, 0]", "display.selected"),
        ("[\"seeds\", \"loss\"]", "[]", "display.tabs"),
        ("[\"seeds\", \"loss\"]", "[\"a\", \"b\", \"c\"]", "display.tabs"),
        ("\"seeds\"", "\"../seeds\"", "display.tabs"),
        ("run = 2", "run = 0", "display.run"),
        ("[-1, 4]", "[4, -1]", "display.follow.range"),
        ("[-1, 4]", "[-1, 4, 5]", "display.follow.range"),
        ("smallest_eigenvalue", "slope", "display.follow.ordinate"),
        ("runs = 50", "runs = 0", "ensemble.runs"),
        ("runs = 50", "spread = -1", "ensemble.spread"),
        ("runs = 50", "radius = 0", "ensemble.radius"),
        ("runs = 50", "range = [2, 1]", "ensemble.range"),
        ("batch_size", "batchsize", "vary"),
        ("[-1, 0.5]", "[-1, inf]", "runs[2].start[2]"),
        ("[-1, 0.5]", "[-1, 0.5, 3]", "runs[2].start"),
        ("from the left", "  ", "runs[2].name"),
        ("from the left", "two\\nlines", "runs[2].name"),
    ] {
        assert!(text.contains(from), "{from}");
        says(&from_toml(&text.replacen(from, to, 1)).unwrap_err().to_string(), &["line ", field]);
    }
}

/// Every layer has a field; layers that were added later are in a file only if they differ from their default, so that
/// older programs can open it. A file without such a field means the same as before.
#[test]
fn layers_are_fields_of_the_picture() {
    let old = from_toml(BY_HAND).unwrap();
    assert!(!old.picture.shows(&layers::DESCENT_ARROWS));
    let text = to_toml(&old).unwrap();
    assert!(text.contains("heat_map = ") && !text.contains("descent_arrows") && !text.contains(ADDED.key), "{text}");
    let mut study = old.clone();
    study.picture.show(&ADDED, true);
    study.picture.show(&layers::HEAT_MAP, !old.picture.shows(&layers::HEAT_MAP));
    let text = to_toml(&study).unwrap();
    assert!(text.contains("border = true"), "{text}");
    assert_eq!(from_toml(&text).unwrap(), study);
    let error = from_toml(&text.replace("border = true", "bordr = true")).unwrap_err().to_string();
    assert!(error.contains("picture.bordr: unknown field `bordr`") && error.contains("`border`"), "{error}");
    let error = from_toml(&text.replace("border = true", "border = 3")).unwrap_err().to_string();
    assert!(error.contains("picture.border") && error.contains("true or false"), "{error}");
}

/// Levels of one's own are finite, ascend and are not too many; a study without them has none.
#[test]
fn levels_of_ones_own_are_checked() {
    let with = |levels: &str| BY_HAND.replace("theme = \"light\"", &format!("levels = {levels}"));
    assert_eq!(from_toml(BY_HAND).unwrap().picture.levels, [0.0; 0]);
    assert_eq!(from_toml(&with("[-1, 0.5, 2]")).unwrap().picture.levels, [-1.0, 0.5, 2.0]);
    let many = format!("{:?}", (0..201).map(f64::from).collect::<Vec<f64>>());
    for (levels, words) in [
        ("[1, 1]", "twice"),
        ("[2, 1]", "ascend"),
        ("[nan]", "finite"),
        ("[inf]", "finite"),
        (&many, "more than the 200"),
    ] {
        says(&from_toml(&with(levels)).unwrap_err().to_string(), &["line 22", "picture.levels", words]);
    }
}

/// The basins' run is named by its number from 1, and must be there.
#[test]
fn basins_name_a_run_of_the_study() {
    let with = |number: &str| BY_HAND.replace("theme = \"light\"", &format!("basins_of = {number}"));
    let study = from_toml(&with("2")).unwrap();
    assert_eq!(study.basins_run().unwrap().optimizer, "newton");
    for number in ["0", "3", "99"] {
        let message = from_toml(&with(number)).unwrap_err().to_string();
        says(&message, &["line 22", "picture.basins_of", "1 to 2"]);
    }
    assert!(from_toml(&with("-1")).is_err());
    assert_eq!(from_toml(BY_HAND).unwrap().picture.basins_of, None);
}

proptest! {
    /// Equal to the last bit, −0 and subnormal numbers among them.
    #[test]
    fn a_study_reads_back_as_it_was_written(
        corner in [coordinate(), coordinate()],
        size in [1e-3..1e6f64, 1e-3..1e6f64],
        start in [coordinate(), coordinate()],
        k in coordinate(),
        runs in prop::collection::vec(any_run(), 0..6),
        picture in any_picture(),
        display in any_display(),
        ensemble in any_ensemble(),
        spaces in "[ \t\u{a0}]{0,5}",
    ) {
        let [a, c] = corner;
        let view = View::new(a, a + size[0] * a.abs().max(1.0), c, c + size[1] * c.abs().max(1.0));
        prop_assume!(view.is_ok());
        let mut study = Study::of_formula(&format!("k*w1^2 -{spaces}w2²"), view.unwrap());
        study.landscape.parameters.insert("k".to_owned(), k.into());
        study.start = start;
        study.runs = runs;
        study.picture = picture;
        (study.display, study.ensemble) = (display, ensemble);
        let shows = study.picture.shows(&layers::LEGEND);
        study.picture.basins_of = study.runs.len().checked_sub(1).filter(|_| shows).map(|last| last + 1);
        let text = to_toml(&study).unwrap();
        let back = from_toml(&text).unwrap();
        prop_assert_eq!(&back, &study);
        prop_assert_eq!(back.start.map(f64::to_bits), start.map(f64::to_bits));
        prop_assert_eq!(to_toml(&back).unwrap(), text);
    }

    /// Damage of any kind gives a message, never a panic.
    #[test]
    fn damage_gives_an_error_or_a_study(at in 0..BY_HAND.len(), length in 0usize..20, junk in "\\PC{0,12}") {
        let mut text = BY_HAND.to_owned();
        text.replace_range(at..(at + length).min(BY_HAND.len()), &junk);
        if let Err(error) = from_toml(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn random_bytes_are_an_error(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(from_bytes(bytes).is_err());
    }
}
