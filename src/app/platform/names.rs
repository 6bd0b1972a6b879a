//! Where what has an accessible name stands on the page, for scripts that drive it. The page's own canvas has no such tree: a
//! browser shows pixels there.

use eframe::egui;
use egui::accesskit::{Node, NodeId};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::prelude::*;

thread_local! {
    static NODES: RefCell<Option<HashMap<NodeId, Node>>> = const { RefCell::new(None) };
    static CONTEXT: RefCell<Option<egui::Context>> = const { RefCell::new(None) };
}

fn wake() {
    CONTEXT.with_borrow(|ctx| ctx.iter().for_each(egui::Context::request_repaint));
}

/// Notes the names that a frame has shown, once somebody has asked for them.
pub struct Names;

impl egui::Plugin for Names {
    fn debug_name(&self) -> &'static str {
        "names"
    }

    fn setup(&mut self, ctx: &egui::Context) {
        CONTEXT.set(Some(ctx.clone()));
    }

    fn output_hook(&mut self, ctx: &egui::Context, output: &mut egui::FullOutput) {
        NODES.with_borrow_mut(|nodes| {
            if nodes.is_some() {
                ctx.enable_accesskit();
            }
            if let (Some(nodes), Some(update)) = (nodes, output.platform_output.accesskit_update.take()) {
                *nodes = update.nodes.into_iter().collect();
            }
        });
    }
}

fn words(node: &Node) -> impl Iterator<Item = &str> {
    [node.label(), node.value()].into_iter().flatten()
}

/// Left, top, right and bottom of what has this accessible name, in points; nothing where there is none, or before the frame after
/// the first question.
#[wasm_bindgen]
pub fn locate(name: &str) -> Option<Vec<f64>> {
    NODES.with_borrow_mut(|nodes| {
        let nodes = nodes.get_or_insert_default();
        let found = nodes.values().find(|node| node.label() == Some(name)).and_then(Node::bounds);
        if found.is_none() {
            wake();
        }
        found.map(|place| vec![place.x0, place.y0, place.x1, place.y1])
    })
}

/// Everything that is said on the page, a line each.
#[wasm_bindgen]
pub fn said() -> String {
    NODES.with_borrow_mut(|nodes| {
        let nodes = nodes.get_or_insert_default();
        wake();
        let mut lines: Vec<&str> = nodes.values().flat_map(words).collect();
        lines.sort_unstable();
        lines.join("\n")
    })
}
