//! The window under a hand that does anything: thousands of clicks, drags, keys, turns of the wheel, typed texts, sizes of text
//! and of the window, at random with a fixed seed. Whatever panics fails the test.
//!
//! With `LOSSCAPE_RANDOM_ACTIONS=100000` and `LOSSCAPE_RANDOM_SEED=7` it goes on for longer, and otherwise.

use super::*;
use egui::{Event, Key, Modifiers, MouseWheelSource, PointerButton, Vec2};
use egui_kittest::kittest::NodeT;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::Path;

/// Numbers at random.
struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count as u64) as usize
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn share(&mut self) -> f32 {
        (self.0.next_u32() >> 8) as f32 / 16_777_216.0
    }

    fn chance(&mut self, share: f32) -> bool {
        self.share() < share
    }
}

/// What is typed: parts of formulas, numbers, and what belongs into neither.
const TEXTS: [&str; 24] = [
    "w1^2 + w2^2",
    "w1",
    "k*",
    "(",
    ")",
    "^",
    "1e308",
    "-1e-308",
    "0",
    "−3,5",
    "nan",
    "∞",
    "π",
    "sin(w1)*w2",
    "x",
    "(w1*x + w2 - y)^2",
    "\n",
    "x,y\n1,2\n3,4\n",
    "a\tb\n1\t2\n",
    "🦀",
    "e\u{301}\u{202e}",
    "w₁³ − w₂²",
    "abs(w1)+abs(w2)",
    " ",
];

const KEYS: [Key; 40] = [
    Key::Enter,
    Key::Escape,
    Key::Tab,
    Key::Backspace,
    Key::Delete,
    Key::Space,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Home,
    Key::End,
    Key::PageUp,
    Key::PageDown,
    Key::Plus,
    Key::Minus,
    Key::Equals,
    Key::Num0,
    Key::OpenBracket,
    Key::CloseBracket,
    Key::Questionmark,
    Key::F1,
    Key::F5,
    Key::F6,
    Key::F7,
    Key::F8,
    Key::F9,
    Key::A,
    Key::C,
    Key::E,
    Key::J,
    Key::K,
    Key::L,
    Key::O,
    Key::S,
    Key::V,
    Key::X,
    Key::Y,
    Key::Z,
    Key::Slash,
];

const MODIFIERS: [Modifiers; 6] = [
    Modifiers::NONE,
    Modifiers::NONE,
    Modifiers::SHIFT,
    Modifiers::COMMAND,
    Modifiers::ALT,
    Modifiers { shift: true, ..Modifiers::COMMAND },
];

const SIDES: [f32; 10] = [1.0, 2.0, 17.0, 60.0, 120.0, 333.0, 480.0, 720.0, 1280.0, 2500.0];

struct Hand {
    harness: Harness<'static, Window>,
    dice: Dice,
    size: Vec2,
    folder: PathBuf,
}

impl Hand {
    fn new(seed: u64, folder: &Path) -> Hand {
        let mut answers = Dice(ChaCha8Rng::seed_from_u64(seed ^ 1));
        let theirs = folder.to_owned();
        let ask = move |_: &crate::app::files::Request| match answers.below(4) {
            0 => Reply::Now(None),
            1 => Reply::Nowhere,
            _ => Reply::Now(Some(theirs.join(["a.toml", "b.csv", "c.pdf", "d"][answers.below(4)]))),
        };
        let size = vec2(1280.0, 720.0);
        let recovery = folder.join("recovery");
        let path = Some(folder.join("a.toml"));
        let builder =
            Harness::builder().with_size(size).with_max_steps(2).with_step_dt(1.0 / 30.0).allow_missing_glyphs();
        let harness = builder.build_eframe(move |context| {
            let surroundings = Surroundings {
                // As in the real window: what takes long is cancelled by what comes next.
                worker: Worker::threaded(|| {}),
                ask: Box::new(ask),
                preferences_file: None,
                recovery_folder: Some(recovery),
                quality: Quality { moving: 24, still: 32, budget_ms: 1e9 },
            };
            let state = State::new(landscape("linear-regression"), path, Preferences::default());
            Window::new(&context.egui_ctx, state, surroundings).unwrap()
        });
        Hand { harness, dice: Dice(ChaCha8Rng::seed_from_u64(seed)), size, folder: folder.to_owned() }
    }

    /// Anywhere in the window, and a little outside; often on something that has a name.
    fn place(&mut self) -> Pos2 {
        if self.dice.chance(0.6) {
            let nodes = self.harness.root().children_recursive();
            let placed = nodes.filter(|node| node.accesskit_node().bounding_box().is_some());
            let rects: Vec<egui::Rect> = placed.map(|node| node.rect()).collect();
            if !rects.is_empty() {
                let rect = rects[self.dice.below(rects.len())];
                let place = rect.lerp_inside(vec2(self.dice.share(), self.dice.share()));
                if place.is_finite() {
                    return place;
                }
            }
        }
        let scale = self.size / self.harness.ctx.zoom_factor();
        pos2((1.1 * self.dice.share() - 0.05) * scale.x, (1.1 * self.dice.share() - 0.05) * scale.y)
    }

    fn button(&self, pos: Pos2, button: PointerButton, pressed: bool) {
        self.harness.event(Event::PointerButton { pos, button, pressed, modifiers: Modifiers::NONE });
    }

    fn act(&mut self) {
        match self.dice.below(20) {
            0..=6 => self.click(),
            7..=8 => self.drag(),
            9..=12 => {
                let (modifiers, key) = (self.dice.of(&MODIFIERS), self.dice.of(&KEYS));
                self.harness.key_press_modifiers(modifiers, key);
            }
            13..=14 => self.harness.event(Event::Text(self.dice.of(&TEXTS).to_owned())),
            15 => self.wheel(),
            16 => {
                self.size = vec2(self.dice.of(&SIDES), self.dice.of(&SIDES));
                self.harness.set_size(self.size);
            }
            17 => {
                let keys = [Key::Plus, Key::Minus, Key::Num0];
                self.harness.key_press_modifiers(Modifiers::COMMAND, self.dice.of(&keys));
            }
            18 => self.formula(),
            _ => self.rare(),
        }
        self.harness.step();
        self.stay_in_the_folder();
    }

    fn click(&mut self) {
        let pos = self.place();
        let button = if self.dice.chance(0.9) { PointerButton::Primary } else { PointerButton::Secondary };
        self.harness.hover_at(pos);
        for _ in 0..=self.dice.below(2) {
            self.button(pos, button, true);
            self.button(pos, button, false);
        }
    }

    fn drag(&mut self) {
        let (from, to) = (self.place(), self.place());
        self.harness.hover_at(from);
        self.button(from, PointerButton::Primary, true);
        for part in 1..=3 {
            self.harness.hover_at(from + (to - from) * (part as f32 / 3.0));
        }
        if self.dice.chance(0.9) {
            self.button(to, PointerButton::Primary, false);
        }
    }

    fn wheel(&mut self) {
        let pos = self.place();
        self.harness.hover_at(pos);
        let delta = vec2(0.0, (self.dice.share() - 0.5) * 1200.0);
        let modifiers = self.dice.of(&[Modifiers::NONE, Modifiers::COMMAND]);
        let (unit, source) = (egui::MouseWheelUnit::Point, MouseWheelSource::Wheel);
        self.harness.event(Event::MouseWheel { unit, delta, phase: egui::TouchPhase::Move, source, modifiers });
    }

    /// Ctrl L, Ctrl A, a text and what ends in an error under the formula.
    fn formula(&mut self) {
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        if self.dice.chance(0.7) {
            self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        }
        self.harness.event(Event::Text(self.dice.of(&TEXTS).to_owned()));
        self.harness.key_press(self.dice.of(&[Key::Backspace, Key::Enter, Key::ArrowLeft]));
    }

    fn rare(&mut self) {
        match self.dice.below(6) {
            0 => {
                let root = self.harness.input_mut().viewports.get_mut(&egui::ViewportId::ROOT).unwrap();
                root.events.push(egui::ViewportEvent::Close);
            }
            1 => {
                let name = self.dice.of(&["a.toml", "b.csv", "none.toml", "c.pdf", "recovery"]);
                let file = super::files::Dropped(self.folder.join(name));
                self.harness.input_mut().dropped_files.push(std::sync::Arc::new(file));
            }
            2 => {
                let entries = catalogue::catalogue();
                let name = entries[self.dice.below(entries.len())].name.clone();
                let command = crate::app::command::Command::ChooseLandscape(name);
                crate::app::apply::apply(&mut self.harness.state_mut().state, command, 0.0);
            }
            3 => self.harness.event(Event::Paste(self.dice.of(&TEXTS).to_owned())),
            4 => self.harness.remove_cursor(),
            _ => self.harness.event(Event::WindowFocused(self.dice.chance(0.5))),
        }
    }

    /// A path that is typed at random is none that the machine needs.
    fn stay_in_the_folder(&mut self) {
        let folder = self.folder.clone();
        if let Some(prompt) = &mut self.harness.state_mut().state.prompt
            && !folder.join(&prompt.text).starts_with(&folder)
        {
            prompt.text = "typed".to_owned();
        }
        if let Some(prompt) = &mut self.harness.state_mut().state.prompt {
            prompt.folder = folder;
        }
    }
}

#[test]
fn no_hand_can_break_the_window() {
    let number = |name: &str, usual: u64| {
        std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
    };
    let (actions, seed) = (number("LOSSCAPE_RANDOM_ACTIONS", 2_000), number("LOSSCAPE_RANDOM_SEED", 16));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("b.csv"), "x,y\n1,2\n3,4.5\n-1,0\n").unwrap();
    let mut hand = Hand::new(seed, folder.path());
    for action in 0..actions {
        if actions > 10_000 && action % 1_000 == 0 {
            println!("{action}");
        }
        hand.act();
    }
}

/// The death that four keystrokes were enough for: an error in a formula field that has no room.
#[test]
fn an_error_in_a_narrow_window_is_shown() {
    let mut harness = window(None);
    for side in SIDES {
        harness.set_size(vec2(side, 300.0));
        harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.event(Event::Text("(".to_owned()));
        harness.step();
        harness.key_press(Key::Backspace);
        harness.step();
        assert!(harness.state().state.formula_error.is_some(), "an empty formula is an error");
    }
}

/// `clamp` panics where its bounds cross. In the window and in the picture it is for bounds that are constants.
#[test]
fn no_bounds_of_a_clamp_can_cross() {
    fn check(folder: &Path, wrong: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name() != Some("tests".as_ref()) {
                    check(&path, wrong);
                }
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let program = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
            for (place, _) in program.match_indices(".clamp(") {
                let bounds = program[place + ".clamp(".len()..].split([')', '\n']).next().unwrap();
                let is_constant = |bound: &str| {
                    let bound = bound.trim().trim_start_matches('-');
                    let is_name =
                        |part: &str| part.chars().all(|c| c.is_ascii_uppercase() || "_0123456789.".contains(c));
                    let is_number = bound.replace('_', "").parse::<f64>().is_ok();
                    !bound.is_empty() && (is_number || bound.rsplit("::").next().is_some_and(is_name) || is_name(bound))
                };
                if bounds.split(',').count() != 2 || !bounds.split(',').all(|bound| bound.split('*').all(is_constant)) {
                    wrong.push(format!("{}: .clamp({bounds})", path.display()));
                }
            }
        }
    }
    let mut wrong = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for layer in ["app", "scene"] {
        check(&source.join(layer), &mut wrong);
    }
    assert!(wrong.is_empty(), "use `scene::within` for these:\n{}", wrong.join("\n"));
}
