//! Pictures as `losscape render` writes them: levels, scales, colours, resolution, labels and letters.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use base64::Engine;
use resvg::tiny_skia::Pixmap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn rendered(arguments: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_losscape"));
    command.arg("render").args(arguments).arg("-o").arg(file).output().unwrap()
}

/// What standard error says of a picture that is written.
fn drawn(arguments: &[&str], file: &Path) -> String {
    let output = rendered(arguments, file);
    let notes = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {notes}");
    assert!(output.stdout.is_empty());
    notes
}

/// The SVG of a picture.
fn svg(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.svg");
    drawn(arguments, &file);
    std::fs::read_to_string(file).unwrap()
}

/// The pixels of a PNG.
fn png(arguments: &[&str]) -> Pixmap {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.png");
    drawn(arguments, &file);
    Pixmap::decode_png(&std::fs::read(file).unwrap()).unwrap()
}

/// The numbers of attributes `x`, `y`, `width` and `height`.
fn rectangle(element: &str) -> [f64; 4] {
    ["x", "y", "width", "height"].map(|name| {
        let (_, rest) = element.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    })
}

/// The plot's rectangle: the contents of the picture are clipped to it.
fn plot(svg: &str) -> [f64; 4] {
    rectangle(svg.split("<clipPath").nth(1).unwrap())
}

/// The texts with their left ends.
fn texts(svg: &str) -> Vec<([f64; 2], String)> {
    let elements = svg.split("<text ").skip(1);
    let plain = elements.filter(|element| element.starts_with("x="));
    plain
        .map(|element| {
            let place = |name: &str| -> f64 {
                let (_, rest) = element.split_once(&format!("{name}=\"")).unwrap();
                rest.split('"').next().unwrap().parse().unwrap()
            };
            let words = element.split_once('>').unwrap().1.split('<').next().unwrap();
            ([place("x"), place("y")], words.to_owned())
        })
        .collect()
}

/// The image that fills the plot.
fn heat_map(svg: &str) -> Pixmap {
    let (_, rest) = svg.split_once("data:image/png;base64,").unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(rest.split('"').next().unwrap()).unwrap();
    Pixmap::decode_png(&bytes).unwrap()
}

const BOWL: [&str; 4] = ["--formula", "w1^2 + w2^2", "--view", "-2,2,-2,2"];

fn bowl(more: &[&str]) -> String {
    svg(&[&BOWL, more].concat())
}

/// The squares of the distances from the origin at which contour lines of the bowl lie: their levels.
fn levels_of_the_bowl(svg: &str) -> Vec<f64> {
    let [left, top, width, height] = plot(svg);
    let level = |pair: &str| {
        let (x, y) = pair.split_once(' ').unwrap();
        let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
        let w = [4.0 * (x - left) / width - 2.0, 2.0 - 4.0 * (y - top) / height];
        w[0] * w[0] + w[1] * w[1]
    };
    // Contour lines are long; what else is drawn has few corners.
    let lines = svg.split("<path d=\"M").skip(1).map(|rest| rest.split('"').next().unwrap().trim_end_matches('Z'));
    let long = lines.map(|line| line.split('L').map(level).collect::<Vec<f64>>()).filter(|line| line.len() > 40);
    let mut levels = Vec::new();
    for line in long {
        let mean = line.iter().sum::<f64>() / line.len() as f64;
        assert!(line.iter().all(|level| (level - mean).abs() < 0.03), "one line has one level: {line:?}");
        levels.push(mean);
    }
    // The marker of the minimum is a small circle, too.
    levels.retain(|level| *level > 0.02);
    levels.sort_by(f64::total_cmp);
    levels.dedup_by(|a, b| (*a - *b).abs() < 0.03);
    levels
}

#[test]
fn levels_of_ones_own_are_drawn_and_said() {
    for (asked, levels, said) in [
        ("0.5,1,2", &[0.5, 1.0, 2.0][..], "Contours are at L = 0.5, 1, 2."),
        ("2,0.5", &[0.5, 2.0], "Contours are at L = 0.5, 2."),
        ("3,", &[3.0], "Contours are at L = 3."),
    ] {
        let picture = bowl(&["--levels", asked]);
        let found = levels_of_the_bowl(&picture);
        assert_eq!(found.len(), levels.len(), "{found:?}");
        assert!(found.iter().zip(levels).all(|(found, level)| (found - level).abs() < 0.01), "{found:?}");
        assert!(picture.contains(said), "{said}");
    }
    // A count is about a count.
    assert!((20..=45).contains(&levels_of_the_bowl(&bowl(&["--levels", "30"])).len()));
    // L of a bowl on [−2, 2]² is 8 at most.
    let folder = tempfile::tempdir().unwrap();
    let notes = drawn(&[&BOWL[..], &["--levels", "-1,1,100"]].concat(), &folder.path().join("a.svg"));
    assert!(notes.contains("no contour of L = −1, 100 is drawn"), "{notes}");
}

#[test]
fn levels_that_make_no_sense_are_refused() {
    let many: Vec<String> = (0..201).map(|level| level.to_string()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.svg");
    for (levels, words) in [
        (",5", "missing before a comma"),
        ("1,1", "twice"),
        ("", "give levels"),
        ("nan", "2 to 60"),
        ("nan,", "finite"),
        ("1,inf", "finite"),
        ("5", ""),
        ("1", "a single level has a comma behind it"),
        ("100", "2 to 60"),
        ("many", "2 to 60"),
        (&many.join(","), "more than the 200"),
    ] {
        let output = rendered(&[&BOWL[..], &["--levels", levels]].concat(), &file);
        let message = String::from_utf8(output.stderr).unwrap();
        if words.is_empty() {
            assert!(output.status.success(), "{levels}: {message}");
            std::fs::remove_file(&file).unwrap();
            continue;
        }
        assert_eq!(output.status.code(), Some(2), "{levels}");
        assert!(message.contains(words) && !file.exists(), "{levels}: {message}");
    }
}

#[test]
fn a_study_has_levels_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let study = "version = 1\nview = [-2, 2, -2, 2]\nstart = [1, 1]\nruns = []\n[landscape]\nformula = \"w1^2 + w2^2\"\n[picture]\n";
    let path = folder.path().join("study.toml");
    let levels = |picture: &str, more: &[&str]| {
        std::fs::write(&path, format!("{study}{picture}")).unwrap();
        levels_of_the_bowl(&svg(&[&[path.to_str().unwrap()], more].concat())).len()
    };
    assert_eq!(levels("levels = [1, 2.5]", &[]), 2);
    assert_eq!(levels("levels = [1, 2.5]", &["--levels", "1,2,3"]), 3);
    assert!(levels("levels = [1, 2.5]", &["--levels", "20"]) > 10);
    assert!(levels("", &[]) > 10, "studies without levels open as before");
}

#[test]
fn scales_and_colours_are_those_that_are_asked_for() {
    for (scale, said) in [("linear", "linear in L"), ("log", "logarithmic in L − min L"), ("rank", "by rank of L")] {
        assert!(bowl(&["--scale", scale]).contains(&format!("colours {said}")), "{scale}");
    }
    // The lowest and highest colour of grey are black and white; the bowl's lowest value is in the middle.
    let grey = heat_map(&bowl(&["--colour-map", "grey", "--size", "600x600"]));
    let [middle, corner] = [[grey.width() / 2, grey.height() / 2], [0, 0]].map(|[x, y]| grey.pixel(x, y).unwrap());
    assert!(middle.red() <= 2 && corner.red() >= 253, "{middle:?} {corner:?}");
    // As a number a scale is that of a PNG's pixels, alone or beside a scale of colours.
    let size = |more: &[&str]| {
        let picture = png(&[&BOWL[..], &["--size", "200x150"], more].concat());
        [picture.width(), picture.height()]
    };
    assert_eq!(size(&["--scale", "2"]), [400, 300]);
    assert_eq!(size(&["--scale", "log", "--scale", "3"]), [600, 450]);
    assert_eq!(size(&["--scale", "log"]), [200, 150]);
}

/// Between poles on both sides all colours share the plane: none of sixteen has a quarter of it.
#[test]
fn poles_on_both_sides_leave_colours_to_the_rest() {
    for (formula, view) in [
        ("1/w1 + 1/w2 + w1*w2", "-2,2,-2,2"),
        ("w1*w2 + 1/w1 + 8/w2", "-5,5,-5,5"),
        ("tan(w1) + tan(w2)", "-2,2,-2,2"),
        ("0.07*w1*w2 + 10/w2 + 30/w1", "-20,20,-20,20"),
    ] {
        let image = heat_map(&svg(&["--formula", formula, "--view", view, "--colour-map", "grey"]));
        let mut counts = [0usize; 16];
        image
            .pixels()
            .iter()
            .filter(|pixel| pixel.alpha() == 255)
            .for_each(|pixel| counts[usize::from(pixel.red() / 16)] += 1);
        let all: usize = counts.iter().sum();
        assert!(counts.iter().all(|count| 4 * count < all && 40 * count > all), "{formula}: {counts:?} of {all}");
    }
}

#[test]
fn a_heat_map_has_the_pixels_of_its_plot() {
    for quantity in ["loss", "lambda-min", "condition-number"] {
        let picture = svg(&["himmelblau", "--size", "1700x1500", "--heat-map", quantity]);
        let ([_, _, width, height], image) = (plot(&picture), heat_map(&picture));
        assert!(width > 1000.0, "the plot is large: {width}");
        assert_eq!([f64::from(image.width()), f64::from(image.height())], [width, height]);
        let said = format!("The heat map has {} × {} samples.", image.width(), image.height());
        assert!(picture.contains(&said), "{said}");
    }
}

#[test]
fn a_map_of_basins_is_as_fine_as_is_said() {
    let picture = svg(&["saddle", "--basins", "gradient-descent", "--size", "900x800"]);
    let (_, rest) = picture.split_once("The map of basins has ").unwrap();
    let size: Vec<u32> = rest.split(" starts").next().unwrap().split(" × ").map(|side| side.parse().unwrap()).collect();
    let [_, _, width, height] = plot(&picture);
    assert_eq!(size, [width as u32, height as u32]);
    // The first image is the heat map, under the basins.
    let last = picture.rsplit("data:image/png;base64,").map(|data| data.split('"').next().unwrap());
    let sizes: Vec<[u32; 2]> = last
        .filter_map(|data| base64::engine::general_purpose::STANDARD.decode(data).ok())
        .filter_map(|bytes| Pixmap::decode_png(&bytes).ok())
        .map(|image| [image.width(), image.height()])
        .collect();
    assert!(sizes.contains(&[size[0], size[1]]), "{sizes:?}");
}

/// The labels beside the colour bar: texts to the right of the plot that are numbers.
fn bar_labels(svg: &str) -> Vec<String> {
    let [left, top, width, height] = plot(svg);
    let is_beside =
        |[x, y]: [f64; 2]| (left + width..left + width + 60.0).contains(&x) && y > top && y <= top + height + 6.0;
    texts(svg).into_iter().filter(|(at, _)| is_beside(*at)).map(|(_, words)| words).collect()
}

#[test]
fn labels_of_a_colour_bar_differ() {
    let number = |label: &String| label.trim_start_matches('+').replace('−', "-").parse::<f64>();
    for (formula, view) in [
        ("10000 + w1^2 + w2^2", "1,2.5,0,1.2"),
        ("-1.031 + w1*w2", "0,0.01,0,0.01"),
        ("-1.031 + 1e-9*(w1^2 - w2^2)", "-2,2,-2,2"),
        ("1e300*w1 + 1e300*w2", "1,1.0001,1,1.0001"),
        ("w1^3 - w2^2", "-2,2,-2,2"),
    ] {
        let picture = svg(&["--formula", formula, "--view", view]);
        let labels = bar_labels(&picture);
        assert!(labels.len() >= 3, "{formula}: {labels:?}");
        let mut values: Vec<f64> = labels.iter().map(|label| number(label).unwrap_or(f64::NAN)).collect();
        values.sort_by(f64::total_cmp);
        assert!(values.windows(2).all(|pair| pair[0] < pair[1]), "{formula}: {labels:?}");
        let has_offset = texts(&picture).iter().any(|(_, words)| words.starts_with("add "));
        assert_eq!(has_offset, labels.iter().any(|label| label.starts_with('+')), "{formula}: {labels:?}");
    }
    let whole = bar_labels(&svg(&["--formula", "10000 + w1^2 + w2^2", "--view", "1,2.5,0,1.2"]));
    assert!(whole.contains(&"10003".to_owned()), "{whole:?}");
}

/// Letters that the bundled fonts lack are drawn with the system's or not at all, and either is said; an SVG carries no font and
/// has the same bytes with any.
#[test]
fn letters_of_other_scripts_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let asked = ["--formula", "温度*w1^2 + w2^2", "--size", "300x200"];
    for name in ["a.png", "a.pdf"] {
        let notes = drawn(&asked, &path(name));
        let (borrowed, nowhere) =
            (notes.contains("of this system, so the file"), notes.contains("no font of this system has"));
        assert!(notes.contains("the bundled fonts lack") && (borrowed || nowhere), "{notes}");
    }
    let notes = drawn(&asked, &path("a.svg"));
    assert!(notes.contains("the SVG embeds no font"), "{notes}");
    drawn(&asked, &path("b.svg"));
    assert_eq!(std::fs::read(path("a.svg")).unwrap(), std::fs::read(path("b.svg")).unwrap());
    assert!(std::fs::read_to_string(path("a.svg")).unwrap().contains("温度"));
    // Greek, Hebrew and Arabic letters are bundled: nothing is to be said.
    let notes = drawn(&["--formula", "θ*w1^2 + w2^2", "--param", "θ=1", "--size", "300x200"], &path("c.png"));
    assert_eq!(notes, "");
}
