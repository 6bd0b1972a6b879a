//! What the command line finds by itself.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use super::args::Arguments;
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
