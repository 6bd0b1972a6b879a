//! What the command line finds by itself.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::command::Arguments;
use super::{Failure, answer};
use crate::optimizer::tests::added;
use crate::study::LAYERS;
use crate::study::layers::tests::ADDED;
use clap::Parser;
use serde_json::Value;

fn answered(arguments: &str) -> Result<String, Failure> {
    let parsed = Arguments::try_parse_from(arguments.split_whitespace()).unwrap();
    answer(parsed.command.unwrap())
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&answered(arguments).unwrap()).unwrap()
}

/// An optimizer that is only listed is offered with its settings, and runs.
#[test]
fn an_added_optimizer_is_on_the_command_line() {
    let list = json("losscape optimizers --json");
    let found = list.as_array().unwrap().iter().find(|optimizer| optimizer["name"] == added::NAME).unwrap();
    assert_eq!((&found["settings"][0]["key"], &found["settings"][0]["default"]), (&"length".into(), &0.25.into()));
    let text = answered("losscape optimizers").unwrap();
    assert!(text.contains(&format!("{}: Fixed length", added::NAME)) && text.contains("length=0.25"));
    let arguments = format!("losscape trace --formula w1 --optimizer {} --start 1,2 --steps 4", added::NAME);
    let path = json(&format!("{arguments} --set length=0.5 --json"));
    assert_eq!(path["steps"][4]["w"], serde_json::json!([-1.0, 2.0]));
    assert_eq!(path["steps"][4]["evaluations"]["gradients"], 4);
    let refused = answered(&format!("{arguments} --set length=99")).unwrap_err();
    assert!(matches!(&refused, Failure::Usage(message) if message.contains("between 0.001 and 10")), "{refused:?}");
}

/// A name that is not listed is refused, and the list is what it is told.
#[test]
fn names_of_optimizers_are_the_listed_ones() {
    let refused = Arguments::try_parse_from(["losscape", "trace", "cubic", "--optimizer", "fixed"]).err().unwrap();
    assert!(refused.to_string().contains(added::NAME));
}

/// A layer that is only listed can be shown and hidden, with its key in either spelling; others are refused with the list.
#[test]
fn an_added_layer_is_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.svg");
    let drawn = |more: &str| {
        answered(&format!("losscape render --formula w1^2 --size 300x200 -o {} {more}", file.display())).unwrap();
        std::fs::read_to_string(&file).unwrap()
    };
    assert!(!drawn("").contains("A border surrounds the view."));
    assert!(drawn("--show border --hide heat-map").contains("A border surrounds the view."));
    assert!(!drawn("--hide heat_map").contains("<image"));
    let refused = Arguments::try_parse_from(["losscape", "render", "cubic", "-o", "a.svg", "--show", "bordr"]);
    let refused = refused.err().unwrap().to_string();
    assert!(LAYERS.iter().all(|layer| refused.contains(layer.key)), "{refused}");
}

/// The documentation's list has every layer, as the table has it.
#[test]
fn every_layer_is_documented() {
    let list = include_str!("../../docs/layers.md");
    for layer in LAYERS.iter().filter(|layer| ***layer != ADDED) {
        let shown = if layer.is_usual { "yes" } else { "no" };
        let row = format!("| `{}` | {} | {} | {shown} |", layer.key, layer.title, layer.tooltip);
        assert!(list.contains(&row), "{row}");
    }
}

/// A picture that was drawn here is what its study gives; one with a changed pixel or a changed study is not, one without a study
/// says so. Each format; and the picture can be drawn again from itself.
#[test]
fn pictures_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    for extension in ["svg", "png", "pdf"] {
        let file = folder.path().join(format!("a.{extension}"));
        let shown = file.display();
        let saddle = "losscape render saddle --view -2,2,-2,2 --width 60mm --theme light";
        answered(&format!("{saddle} -o {shown}")).unwrap();
        assert_eq!(json(&format!("losscape check {shown} --json"))["verdict"], "same", "{extension}");
        let again = folder.path().join(format!("b.{extension}"));
        answered(&format!("losscape render {shown} --width 60mm -o {}", again.display())).unwrap();
        assert_eq!(json(&format!("losscape check {} --json", again.display()))["verdict"], "same", "{extension}");
        // A study that gives another picture, in the picture of the first.
        let bytes = std::fs::read(&file).unwrap();
        for (forged, name) in forgeries(&bytes) {
            std::fs::write(&file, forged).unwrap();
            let verdict = answered(&format!("losscape check {shown}"));
            assert!(verdict.is_err(), "{extension}: {name}");
        }
        let (record, rest) = crate::export::carried(&bytes).unwrap().unwrap();
        let other = crate::export::Carried { study: record.study.replace("start = [", "start = [1"), ..record };
        assert_ne!(other.study, crate::export::carried(&bytes).unwrap().unwrap().0.study);
        std::fs::write(&file, crate::export::carrying(rest, &other)).unwrap();
        let refused = answered(&format!("losscape check {shown}")).unwrap_err();
        assert!(
            matches!(&refused, Failure::Answered(text) if text.contains("is not what its study gives")),
            "{refused:?}"
        );
        answered(&format!("{saddle} --no-study -o {shown}")).unwrap();
        let refused = answered(&format!("losscape check {shown}")).unwrap_err();
        assert!(matches!(&refused, Failure::Failed(text) if text.contains("carries no study")), "{refused:?}");
    }
}

/// Charts and documents of several pages carry their study, too, and are drawn again from it. Another chart, another step and a step
/// that no run takes are told apart.
#[test]
fn charts_and_pages_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let verdict = |path: &std::path::Path| {
        let text = match answered(&format!("losscape check {} --json", path.display())) {
            Ok(text) | Err(Failure::Answered(text)) => text,
            Err(refused) => panic!("{refused:?}"),
        };
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    let forged = |path: &std::path::Path, change: &dyn Fn(&mut crate::export::Carried)| {
        let (mut record, rest) = crate::export::carried(&std::fs::read(path).unwrap()).unwrap().unwrap();
        change(&mut record);
        let other = path.with_file_name(format!("forged-{}", path.file_name().unwrap().to_string_lossy()));
        std::fs::write(&other, crate::export::carrying(rest, &record)).unwrap();
        verdict(&other)
    };
    for name in ["chart.svg", "chart.png", "chart.pdf"] {
        let path = file(name);
        answered(&format!("losscape render saddle --chart loss --theme light -o {}", path.display())).unwrap();
        assert_eq!(verdict(&path), "same", "{name}");
        let opened = crate::export::opened(&path).unwrap();
        assert!(opened.is_elsewhere && opened.study.display.tabs == ["loss"], "{name}");
        assert_eq!(forged(&path, &|record| record.chart = Some("sharpness".to_owned())), "different", "{name}");
        assert_eq!(forged(&path, &|record| record.chart = Some("no-such-chart".to_owned())), "unknown", "{name}");
        assert_eq!(forged(&path, &|record| record.chart = None), "different", "{name}");
        answered(&format!("losscape render saddle --chart loss --no-study --force -o {}", path.display())).unwrap();
        assert!(crate::export::carried(&std::fs::read(&path).unwrap()).unwrap().is_none(), "{name}");
    }
    let path = file("talk.pdf");
    answered(&format!("losscape render saddle --pages 0,1,5 -o {}", path.display())).unwrap();
    assert_eq!(verdict(&path), "same");
    assert_eq!(forged(&path, &|record| record.pages = vec![0, 1, 4]), "different");
    assert_eq!(forged(&path, &|record| record.pages = vec![0, 1]), "different");
    assert_eq!(forged(&path, &|record| record.pages = vec![1_000_000]), "unknown");
    assert_eq!(forged(&path, &|record| record.pages = vec![0; 100_000]), "unknown");
}

/// Pictures that a viewer shows differently, or that are longer than those of the program.
fn forgeries(picture: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let text = String::from_utf8_lossy(picture);
    let mut forged = Vec::new();
    if picture.starts_with(b"%PDF") {
        forged.push(([picture, b"\n7 0 obj\n<< >>\nendobj\n"].concat(), "an update behind it"));
        let place = picture.windows(11).position(|window| window == b"  /Contents").unwrap() + 12;
        let mut changed = picture.to_vec();
        changed[place] = if changed[place] == b'8' { b'7' } else { b'8' };
        forged.push((changed, "another reference"));
    } else if text.starts_with("<svg") || text.starts_with("<?xml") {
        forged.push((text.replacen("</svg>", "<rect width=\"9\" height=\"9\"/></svg>", 1).into_bytes(), "a rectangle"));
    } else {
        forged.push(([picture, b"more"].concat(), "bytes behind it"));
        let control = [&8u32.to_be_bytes()[..], b"acTL", &1u32.to_be_bytes(), &0u32.to_be_bytes(), &[0; 4]].concat();
        forged.push(([&picture[..33], &control, &picture[33..]].concat(), "an animation"));
    }
    forged
}

/// A page in millimetres is that wide in each format and ends where the picture ends; the examples are on it where they are asked for.
#[test]
fn pages_have_the_width_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let render = |more: &str| answered(&format!("losscape render linear-regression --no-study {more}")).unwrap();
    render(&format!("--width 85mm -o {}", path("a.svg").display()));
    let svg = std::fs::read_to_string(path("a.svg")).unwrap();
    assert!(svg.contains("width=\"85mm\"") && svg.contains("viewBox=\"0 0 240.94 "), "{}", &svg[..300]);
    render(&format!("--width column -o {}", path("a.png").display()));
    let png = resvg::tiny_skia::Pixmap::load_png(path("a.png")).unwrap();
    assert_eq!(png.width(), 1004);
    assert!(png.height() < 1900, "{}", png.height());
    render(&format!("--width slide -o {}", path("b.png").display()));
    let png = resvg::tiny_skia::Pixmap::load_png(path("b.png")).unwrap();
    assert_eq!((png.width(), png.height()), (1280, 720));
    let circles = |svg: &str| svg.matches("<circle").count();
    render(&format!("--width text -o {}", path("c.svg").display()));
    render(&format!("--width text --examples -o {}", path("d.svg").display()));
    let [without, with] = ["c.svg", "d.svg"].map(|name| std::fs::read_to_string(path(name)).unwrap());
    // The set has seventeen examples.
    assert!(circles(&with) >= circles(&without) + 10, "{} and {}", circles(&with), circles(&without));
}

/// `losscape open` opens the window on the study that a picture carries; the picture is no file that the study is saved to.
#[test]
fn a_picture_opens_the_window_on_its_study() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.pdf");
    answered(&format!("losscape render himmelblau --start 1,-2 --size 200x150 -o {}", file.display())).unwrap();
    let run = |words: &[&std::ffi::OsStr]| super::run(words.iter().map(|word| word.to_os_string()), &|| None);
    for words in [&["losscape", "open"][..], &["losscape"]] {
        let words: Vec<&std::ffi::OsStr> = words.iter().map(std::ffi::OsStr::new).chain([file.as_os_str()]).collect();
        let super::Outcome::Window(opening) = run(&words) else { panic!("no window") };
        let study = opening.study.unwrap();
        assert_eq!((study.landscape.name.as_deref(), study.start), (Some("himmelblau"), [1.0, -2.0]));
        assert_eq!(opening.path, None);
    }
}

/// A formula in the place of a name is refused with the option for it, and no list of all names stands before that.
#[test]
fn a_formula_in_place_of_a_name_is_told_where_it_belongs() {
    for formula in ["w1+1/w1", "w1^2", "w1^2+1/w2^2"] {
        let refused = Arguments::try_parse_from(["losscape", "points", formula]).err().unwrap().to_string();
        assert!(refused.contains("--formula TEXT") && !refused.contains("himmelblau"), "{refused}");
    }
}

/// A claim that is proved names the numbers that it is about; four digits of them would be others.
#[test]
fn headlines_have_all_digits() {
    let text =
        answered("losscape points --formula (w1*w2-a)^2 --param a=4.0001 --view=0,3.141592653589793,-1,1").unwrap();
    assert!(text.contains("a = 4.0001 on [0, 3.141592653589793] × [−1, 1]"), "{text}");
}
