//! What a hand can do with the picture.
//!
//! A start point is dragged, or nudged by the arrow keys while it has the focus. A click on a critical point's
//! marker selects it, a click elsewhere puts the start there. The wheel zooms at the pointer, a drag of the background
//! pans, a double click or the Home key shows the whole again. This file turns input into commands; it changes
//! nothing itself.

use super::camera::{CAMERA, PLACES, camera_at, seen_from};
use super::canvas::{PictureCache, drawn};
use super::command::Command;
use super::compute::Computed;
use super::gesture::{Gesture, Handle, PlotInWindow, drag_delta, drags};
use super::lessons::LessonCommand;
use super::placement::PicturePlacement;
use super::rounding::{round_step, tidy};
use super::state::{Pointed, State};
use super::theme::FINGER;
use crate::landscape::View;
use crate::lesson::Guess;
use crate::number::Vector;
use crate::number::display::point;
use crate::scene::{Layout, spot_at, within};
use crate::study::Camera;
use eframe::egui;
use egui::accesskit::Role;
use egui::{CursorIcon, EventFilter, Key, Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

/// How much one press of + or − zooms.
const ZOOM_STEP: f64 = 1.25;

/// Turns what the hand does over the picture into commands.
pub fn interact(
    ui: &mut Ui,
    place: &PicturePlacement,
    state: &State,
    computed: &Computed,
    cache: &mut PictureCache,
    commands: &mut Vec<Command>,
) {
    if place.is_empty() {
        return;
    }
    let layout = Layout::new(&drawn(state), &place.canvas);
    let hand = PlotInWindow { layout, place: place.rect, seen: cache.surface.seen.clone() };
    let plot = ui.interact(hand.plot(), egui::Id::unique("plot"), Sense::click_and_drag());
    describe_plot(&plot, &cache.description);
    move_cards(ui, &hand, cache);
    // The start point comes after the plot: it lies above it and takes the pointer first.
    let gesture = &mut cache.gesture;
    let handles = Handle::all(state);
    let starts: Vec<(Handle, Response)> = handles
        .iter()
        .map(|handle| (*handle, start_point(ui, &hand, *handle, state, &plot, gesture, commands)))
        .collect();
    gesture.plot_has_focus = plot.has_focus();
    let focused = starts.iter().find(|(_, start)| start.has_focus());
    gesture.focused_start = focused.map(|(_, start)| start.rect.center());
    // With no focus anywhere, the common start point is what arrow keys are for.
    if ui.memory(|memory| memory.focused().is_none()) {
        nudge(ui, &hand, Handle::Common, state, commands);
    }
    let Some((_, start)) = starts.last() else { return };

    // Over a start point the hand means the start point: the read-out falls back to it.
    let under = starts.iter().rev().find(|(_, start)| start.hovered() || start.dragged()).map(|(handle, _)| *handle);
    let on_start = gesture.plot_drags.or(under);
    let over = plot.hover_pos().filter(|_| !plot.dragged() && on_start.is_none());
    let pointed = match (over, on_start) {
        (Some(pos), _) => hand.pointed(pos).map_or(Pointed::Nowhere, Pointed::At),
        (None, Some(handle)) => handle.pointed(),
        (None, None) => Pointed::Nowhere,
    };
    if pointed != state.pointed {
        commands.push(Command::PointAt(pointed));
    }

    if start.clicked() && !start.double_clicked() {
        gesture.start_before_click = None;
    }
    // The first of the two clicks put the start under the pointer, and the second falls on it.
    if plot.double_clicked() || start.double_clicked() {
        // Nobody meant the start to move.
        if let Some([x, y]) = gesture.start_before_click.take() {
            commands.push(Command::MoveStart(Vector::new(x, y)));
        }
        commands.push(home(state));
    } else if plot.clicked()
        && let Some(pos) = plot.interact_pointer_pos()
    {
        match hand.marker_at(pos, state, computed) {
            _ if state.lessons.asks_for_mark() => {
                let mark = hand.pointed(pos).map(Guess::Mark);
                commands.extend(mark.map(|mark| Command::Lesson(LessonCommand::Guess(mark))));
            }
            Some(w) => {
                plot.request_focus();
                commands.push(Command::Select(Some(w)));
            }
            None if hand.pointed(pos).is_none() => commands.push(Command::Select(None)),
            None => {
                // What was put there by hand is what the arrow keys then nudge.
                start.request_focus();
                gesture.start_before_click = Some(state.study.start);
                commands.push(Command::Select(None));
                commands.extend(hand.pointed(pos).map(Command::MoveStart));
            }
        }
    }

    if state.study.picture.surface.shown {
        let over = plot.hover_pos().or_else(|| starts.iter().find_map(|(_, start)| start.hover_pos())).is_some();
        turn(ui, &plot, over, gesture, state, commands);
    } else {
        move_view(ui, &hand, &plot, &starts, gesture, state, commands);
    }
    if plot.dragged() {
        ui.set_cursor_icon(CursorIcon::Grabbing);
    } else if over.is_some_and(|pos| hand.marker_at(pos, state, computed).is_some()) {
        ui.set_cursor_icon(CursorIcon::PointingHand);
    } else if plot.hovered() {
        ui.set_cursor_icon(CursorIcon::Crosshair);
    }
}

/// Degrees for each point of a drag, and for each press of an arrow key.
const DEGREES: [f64; 2] = [0.4, 5.0];

/// Turns and zooms the surface.
fn turn(ui: &Ui, plot: &Response, over: bool, gesture: &Gesture, state: &State, commands: &mut Vec<Command>) {
    let before = state.study.picture.surface.camera;
    let mut camera = before;
    if drags(plot) && gesture.plot_drags.is_none() {
        let by = drag_delta(plot);
        camera = camera.turned(DEGREES[0] * f64::from(by.x), DEGREES[0] * f64::from(by.y));
    }
    if over {
        let (scrolled, pinched) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        let factor = f64::from(pinched) * libm::exp(f64::from(scrolled) / 240.0);
        if (factor - 1.0).abs() > 1e-9 {
            camera = camera.zoomed(factor);
        }
    }
    if plot.has_focus() {
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(plot.id, filter));
        let [right, up] = arrows(ui);
        camera = camera.turned(DEGREES[1] * right, DEGREES[1] * up);
    }
    if camera != before {
        commands.push(Command::SetPicture(seen_from(&state.study.picture, camera), CAMERA));
    }
}

/// Where the picture is as at first: the whole of the view, or the usual place of the camera.
fn home(state: &State) -> Command {
    match state.study.picture.surface.shown {
        true => Command::SetPicture(seen_from(&state.study.picture, Camera::default()), CAMERA),
        false => Command::GoHome,
    }
}

/// Pans and zooms the map.
fn move_view(
    ui: &Ui,
    hand: &PlotInWindow,
    plot: &Response,
    starts: &[(Handle, Response)],
    gesture: &Gesture,
    state: &State,
    commands: &mut Vec<Command>,
) {
    let mut view = state.study.view;
    let fingers = ui.input(|input| input.multi_touch()).filter(|fingers| hand.plot().contains(fingers.center_pos));
    if let Some(fingers) = fingers {
        // Two fingers take along what is between them, and spread it.
        let between = hand.layout.world_from_pixel(hand.on_canvas(fingers.center_pos - fingers.translation_delta));
        view = zoomed(hand.panned(view, fingers.translation_delta), between, f64::from(fingers.zoom_delta));
    } else if gesture.plot_drags.is_none() && drag_delta(plot) != Vec2::ZERO {
        view = hand.panned(view, drag_delta(plot));
    }
    let hovered = plot.hover_pos().or_else(|| starts.iter().find_map(|(_, start)| start.hover_pos()));
    if let Some(pos) = hovered.filter(|_| fingers.is_none()) {
        let (scrolled, pinched) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
        let factor = f64::from(pinched) * libm::exp(f64::from(scrolled) / 240.0);
        if (factor - 1.0).abs() > 1e-9 {
            view = zoomed(view, hand.layout.world_from_pixel(hand.on_canvas(pos)), factor);
        }
    }
    if plot.has_focus() {
        view = keyboard_pan(ui, plot, hand, view);
    }
    if view != state.study.view {
        commands.push(Command::SetView(view));
    }
}

/// Lets a hand move legend and badge where they lie over the plot; a double click gives them back their own place.
fn move_cards(ui: &mut Ui, hand: &PlotInWindow, cache: &mut PictureCache) {
    let Some(mut spots) = cache.spots else { return };
    for (index, name) in ["Legend of the picture", "Claim about critical points"].into_iter().enumerate() {
        let Some(card) = cache.cards[index] else { continue };
        let corner = |[x, y]: [f64; 2]| pos2(x as f32, y as f32) + hand.origin();
        let rect = Rect::from_min_max(corner(card.min), corner(card.max));
        let response = ui.interact(rect, egui::Id::unique(name), Sense::click_and_drag());
        if response.drag_started() {
            let press = ui.input(|input| input.pointer.press_origin());
            cache.gesture.card_grab = press.map_or(Vec2::ZERO, |press| press - rect.min);
        }
        if response.double_clicked() {
            cache.spots = None;
            return;
        }
        if drags(&response)
            && let Some(pos) = response.interact_pointer_pos()
        {
            let at = pos - cache.gesture.card_grab - hand.origin();
            let spot = spot_at(&hand.layout, &card, [f64::from(at.x), f64::from(at.y)]);
            spots.placed[index] = true;
            *(if index == 0 { &mut spots.legend } else { &mut spots.badge }) = spot;
            cache.spots = Some(spots);
        }
        if response.hovered() || response.dragged() {
            ui.set_cursor_icon(if response.dragged() { CursorIcon::Grabbing } else { CursorIcon::Grab });
        }
    }
}

/// Zooms the view by a factor (2: twice as close) about a point that stays where it is.
pub fn zoomed(view: View, about: Vector, factor: f64) -> View {
    let to = |edge: f64, fixed: f64| fixed + (edge - fixed) / factor;
    View::new(to(view.w1[0], about.x), to(view.w1[1], about.x), to(view.w2[0], about.y), to(view.w2[1], about.y))
        .unwrap_or(view)
}

/// The commands of the keys that act on the picture whatever has the focus: Home, + and −, and the places of the camera.
pub fn keyboard(ui: &Ui, state: &State, computed: &Computed, commands: &mut Vec<Command>) {
    let pressed = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
    let shifted = |key| ui.input_mut(|input| input.consume_key(egui::Modifiers::SHIFT, key));
    if pressed(Key::Home) {
        commands.push(home(state));
    }
    let mut factor = 1.0;
    if pressed(Key::Plus) || pressed(Key::Equals) || shifted(Key::Plus) || shifted(Key::Equals) {
        factor *= ZOOM_STEP;
    }
    if pressed(Key::Minus) {
        factor /= ZOOM_STEP;
    }
    let (picture, view) = (&state.study.picture, state.study.view);
    let mut see_from = |camera: Camera| commands.push(Command::SetPicture(seen_from(picture, camera), CAMERA));
    if !picture.surface.shown {
        if factor != 1.0 {
            commands.push(Command::SetView(zoomed(view, view.centre(), factor)));
        }
        return;
    }
    if factor != 1.0 {
        see_from(picture.surface.camera.zoomed(factor));
    }
    for (place, key) in [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().enumerate().take(PLACES.len()) {
        if let Some(camera) = camera_at(place, &state.study, &computed.findings).filter(|_| pressed(key)) {
            see_from(camera);
        }
    }
}

fn describe_plot(plot: &Response, description: &str) {
    plot.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Plot of the loss"));
    plot.ctx.accesskit_node_builder(plot.id, |node| node.set_description(description));
}

/// Where the start point answers the hand. One outside the view can still be reached: at the border next to it.
fn start_rect(hand: &PlotInWindow, w: Vector, fingers: bool) -> Rect {
    let seen = hand.screen(w);
    let centre = if seen.x.is_finite() && seen.y.is_finite() { seen } else { hand.plot().center() };
    let plot = hand.plot();
    let inside = pos2(within(centre.x, plot.left(), plot.right()), within(centre.y, plot.top(), plot.bottom()));
    Rect::from_center_size(inside, Vec2::splat(if fingers { FINGER } else { 26.0 }))
}

fn start_point(
    ui: &Ui,
    hand: &PlotInWindow,
    handle: Handle,
    state: &State,
    plot: &Response,
    gesture: &mut Gesture,
    commands: &mut Vec<Command>,
) -> Response {
    let w = handle.place(state);
    let rect = start_rect(hand, w, ui.input(|input| input.has_touch_screen()));
    let id = match handle {
        Handle::Common => egui::Id::unique("start point"),
        Handle::Run(index) => egui::Id::unique(("start of run", index)),
    };
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, handle.name(state)));
    let value = point(w);
    let what = match handle {
        Handle::Common => "The start of all runs without a start of their own.",
        Handle::Run(_) => "Where this run starts.",
    };
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(value);
        node.set_description(format!("{what} Drag it, or move it with the arrow keys; Shift for finer steps."));
    });
    if response.clicked() || response.drag_started() {
        response.request_focus();
    }
    let press = ui.input(|input| input.pointer.press_origin());
    // A hand that is quicker than the frames has pressed on the start point and is already beside it when the press is
    // seen: then it seems to drag the plot.
    if plot.drag_started() && press.is_some_and(|press| rect.contains(press)) {
        gesture.plot_drags = Some(handle);
    } else if !drags(plot) {
        gesture.plot_drags = None;
    }
    let is_dragged_by_plot = gesture.plot_drags == Some(handle);
    if response.drag_started() || (plot.drag_started() && is_dragged_by_plot) {
        gesture.grab = press.map_or(Vec2::ZERO, |press| press - rect.center());
    }
    let dragging = if is_dragged_by_plot { plot } else { &response };
    if drags(dragging)
        && let Some(pos) = dragging.interact_pointer_pos()
    {
        let [unit1, unit2] = hand.unit();
        let w = hand.world(pos - gesture.grab).map(|w| Vector::new(tidy(w.x, unit1), tidy(w.y, unit2)));
        commands.extend(w.map(|w| handle.moved_to(w)));
    }
    if response.has_focus() {
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        nudge(ui, hand, handle, state, commands);
    }
    if response.hovered() || dragging.dragged() {
        ui.set_cursor_icon(if dragging.dragged() { CursorIcon::Grabbing } else { CursorIcon::Grab });
    }
    response
}

fn nudge(ui: &Ui, hand: &PlotInWindow, handle: Handle, state: &State, commands: &mut Vec<Command>) {
    let w = handle.place(state);
    let [right, up] = arrows(ui);
    if right == 0.0 && up == 0.0 {
        return;
    }
    let finer = if ui.input(|input| input.modifiers.shift) { 0.1 } else { 1.0 };
    let [unit1, unit2] = hand.unit();
    let moved = |x: f64, direction: f64, unit: f64| {
        let step = finer * round_step(6.0 * unit);
        if direction == 0.0 { x } else { tidy(x + direction * step, 1e-3 * step) }
    };
    commands.push(handle.moved_to(Vector::new(moved(w.x, right, unit1), moved(w.y, up, unit2))));
}

fn keyboard_pan(ui: &Ui, plot: &Response, hand: &PlotInWindow, view: View) -> View {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(plot.id, filter));
    let [right, up] = arrows(ui);
    if right == 0.0 && up == 0.0 { view } else { hand.panned(view, vec2(-48.0 * right as f32, 48.0 * up as f32)) }
}

/// How often the arrow keys were pressed, to the right and upwards.
fn arrows(ui: &Ui) -> [f64; 2] {
    let count = |key| ui.input(|input| input.num_presses(key)) as f64;
    [count(Key::ArrowRight) - count(Key::ArrowLeft), count(Key::ArrowUp) - count(Key::ArrowDown)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Zooming in and out about a point gives the view back, and the point keeps its relative place.
    #[test]
    fn a_zoom_keeps_its_point() {
        let view = View { w1: [-2.0, 2.0], w2: [-1.0, 3.0] };
        let about = Vector::new(1.0, 0.0);
        let near = zoomed(view, about, 2.0);
        assert_eq!(near, View { w1: [-0.5, 1.5], w2: [-0.5, 1.5] });
        assert_eq!(zoomed(near, about, 0.5), view);
    }

    #[test]
    fn a_zoom_too_deep_stays() {
        let view = View { w1: [1.0, 1.0 + 1e-11], w2: [1.0, 1.0 + 1e-11] };
        assert_eq!(zoomed(view, Vector::new(1.0, 1.0), 100.0), view);
    }
}
