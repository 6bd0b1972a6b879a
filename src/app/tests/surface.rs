//! The picture as a surface: the switch, the camera, and the start point that is dragged on it.

use super::*;
use crate::study::Camera;
use egui::{Key, Modifiers};
use egui_kittest::kittest::NodeT;

/// The window with a surface whose camera stands still.
fn on_surface(name: &str) -> Harness<'static, Window> {
    let mut study = landscape(name).unwrap();
    study.picture.surface.shown = true;
    let mut harness = window(Some(study));
    harness.state_mut().state.preferences.smooth_turns = false;
    harness
}

fn camera(harness: &Harness<'_, Window>) -> Camera {
    study(harness).picture.surface.camera
}

/// Where a point of the weight plane is seen in the window.
fn seen(harness: &Harness<'_, Window>, w: Vector) -> Pos2 {
    let plot = harness.get_by_label("Plot of the loss").rect();
    let [x, y] = harness.state().picture.pixel_from_world(w).unwrap();
    // The plot is all of the canvas but its rim.
    pos2(x as f32, y as f32) + plot.min.to_vec2() - vec2(3.0, 3.0)
}

#[test]
fn the_picture_is_switched_between_map_and_surface() {
    let mut harness = window(landscape("saddle"));
    assert!(harness.state().picture.surface.seen.is_none());
    harness.get_by_label("Surface").click();
    // After half a second the camera has arrived.
    harness.run_steps(45);
    assert!(study(&harness).picture.surface.shown);
    let at = harness.state().picture.surface.seen.as_ref().map(|seen| seen.camera());
    assert_eq!(at, Some(Camera::default()));
    harness.key_press_modifiers(Modifiers::NONE, Key::F10);
    harness.run_steps(45);
    assert!(!study(&harness).picture.surface.shown && harness.state().picture.surface.seen.is_none());
}

/// Whether every image that is drawn is still on the graphics card.
fn has_its_images(harness: &Harness<'_, Window>) -> bool {
    fn images(shape: &egui::Shape, into: &mut Vec<egui::TextureId>) {
        match shape {
            egui::Shape::Vec(shapes) => shapes.iter().for_each(|inner| images(inner, into)),
            egui::Shape::Mesh(mesh) => into.push(mesh.texture_id),
            _ => {}
        }
    }
    let mut drawn = Vec::new();
    harness.output().shapes.iter().for_each(|clipped| images(&clipped.shape, &mut drawn));
    let textures = harness.ctx.tex_manager();
    let textures = textures.read();
    // The picture has an image beside the letters.
    drawn.iter().any(|id| *id != egui::TextureId::default()) && drawn.iter().all(|id| textures.meta(*id).is_some())
}

/// Switched to and fro, and seen from above, map and surface keep their colours.
#[test]
fn map_and_surface_keep_their_colours() {
    for is_smooth in [false, true] {
        let mut harness = window(landscape("himmelblau"));
        harness.state_mut().state.preferences.smooth_turns = is_smooth;
        assert!(has_its_images(&harness));
        for key in [Key::F10, Key::F10, Key::F10, Key::Num1, Key::F10, Key::F10] {
            harness.key_press_modifiers(Modifiers::NONE, key);
            harness.run_steps(45);
            assert!(has_its_images(&harness), "{key:?}, smooth: {is_smooth}");
        }
    }
}

/// How often the field, the points and the basins were computed.
fn versions(harness: &Harness<'_, Window>) -> [u64; 3] {
    let computed = &harness.state().computed;
    [computed.field_version, computed.points_version, computed.basins_version]
}

/// The turn from the map takes its time, and none where it is switched off; meanwhile nothing is computed again.
#[test]
fn the_turn_is_smooth_and_can_be_switched_off() {
    let mut harness = window(landscape("saddle"));
    let computed = versions(&harness);
    harness.key_press_modifiers(Modifiers::NONE, Key::F10);
    harness.run_steps(8);
    let pitch = harness.state().picture.surface.seen.as_ref().map(|seen| seen.camera().pitch).unwrap();
    assert!(pitch > Camera::default().pitch + 5.0 && pitch < 90.0, "{pitch}");
    harness.run_steps(45);
    harness.key_press_modifiers(Modifiers::NONE, Key::F10);
    harness.run_steps(45);
    harness.state_mut().state.preferences.smooth_turns = false;
    harness.key_press_modifiers(Modifiers::NONE, Key::F10);
    harness.run_steps(2);
    let at = harness.state().picture.surface.seen.as_ref().map(|seen| seen.camera());
    assert_eq!(at, Some(Camera::default()));
    assert_eq!(versions(&harness), computed, "a camera computes nothing");
}

#[test]
fn a_drag_turns_the_surface_and_home_turns_it_back() {
    let mut harness = on_surface("himmelblau");
    let computed = versions(&harness);
    let side = harness.get_by_label("Plot of the loss").rect().left_center() + vec2(12.0, 0.0);
    drag(&mut harness, side, side + vec2(50.0, 25.0));
    // 0.4 degrees for each point, but for the first few, which could still have been a click.
    let by = [camera(&harness).yaw - Camera::default().yaw, camera(&harness).pitch - Camera::default().pitch];
    assert!((12.0..=20.0).contains(&by[0]) && (6.0..=10.0).contains(&by[1]), "{by:?}");
    assert_eq!(versions(&harness), computed, "a camera computes nothing");
    press(&mut harness, Modifiers::COMMAND, Key::Z);
    assert_eq!(camera(&harness), Camera::default(), "a drag is one step of undo");
    press(&mut harness, Modifiers::NONE, Key::Plus);
    assert_eq!(camera(&harness).zoom, 1.25);
    press(&mut harness, Modifiers::NONE, Key::Num3);
    assert_eq!(camera(&harness), Camera::ALONG_W2);
    press(&mut harness, Modifiers::NONE, Key::Num1);
    assert_eq!(camera(&harness), Camera::ABOVE);
    press(&mut harness, Modifiers::NONE, Key::Home);
    assert_eq!(camera(&harness), Camera::default());
}

/// The start point that is dragged stays under the pointer.
#[test]
fn the_start_is_dragged_on_the_surface() {
    let mut harness = on_surface("himmelblau");
    let before = start(&harness);
    let from = harness.get_by_label("Start point").rect().center();
    assert!((from - seen(&harness, before)).length() < 1.0, "the start point is where the surface has it");
    let target = Vector::new(1.0, 4.0);
    let to = seen(&harness, target);
    drag(&mut harness, from, to);
    let moved = start(&harness);
    assert!((moved - target).amax() < 0.1, "{moved}");
    assert!((seen(&harness, moved) - to).length() < 1.5);
    assert_eq!(camera(&harness), Camera::default(), "the surface did not turn");
}

#[test]
fn a_marker_is_selected_on_the_surface() {
    let mut harness = on_surface("saddle");
    let at = seen(&harness, Vector::new(0.0, 0.0));
    harness.hover_at(at);
    harness.drag_at(at);
    harness.drop_at(at);
    harness.run();
    assert_eq!(study(&harness).display.selected, Some([0.0, 0.0]));
}

/// What a screen reader is told of the plot says that it is a surface.
#[test]
fn the_plot_says_that_it_is_a_surface() {
    let mut harness = on_surface("saddle");
    harness.run();
    let plot = harness.get_by_label("Plot of the loss");
    let description = plot.accesskit_node().data().description().unwrap_or_default().to_owned();
    assert!(description.contains("surface"), "{description}");
}

/// Export ▸ Film makes the film beside the window, and says where it is; a film that is cancelled leaves nothing.
#[test]
fn a_film_is_exported_and_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["run.gif", "never.gif"].map(|name| folder.path().join(name));
    let answers = paths.iter().cloned().map(Some).collect();
    let mut harness = window_in(landscape("saddle"), None, vec2(1280.0, 720.0), answers);
    for (path, is_cancelled) in paths.iter().zip([false, true]) {
        let film = &mut harness.state_mut().state.film;
        film.is_open = true;
        film.size = [160, 120];
        harness.run_steps(2);
        harness.get_by_label("Export the film").click();
        harness.run_steps(4);
        if is_cancelled {
            harness.get_by_label("Cancel the film").click();
        }
        for _ in 0..2_000 {
            if harness.state().state.film.progress.is_none() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            harness.step();
        }
        let said = harness.state().state.message.clone().unwrap();
        assert!(!said.is_error, "{said:?}");
        assert_eq!(path.exists(), !is_cancelled, "{said:?}");
    }
}
