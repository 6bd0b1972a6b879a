//! What a hand can do with the picture.
//!
//! A start point is dragged, or nudged by the arrow keys while it has the focus. A click on a critical point's
//! marker selects it, a click elsewhere puts the start there. The wheel zooms at the pointer, a drag of the background
//! pans, a double click or the Home key shows the whole again. This file turns input into commands; it changes
//! nothing itself.

use super::canvas::{PictureCache, PicturePlacement, drawn};
use super::command::Command;
use super::compute::Computed;
use super::lessons::LessonCommand;
use super::panels::surface::{CAMERA, PLACES, camera_at, seen_from};
use super::state::{Pointed, State};
use super::surface::Seen;
use super::theme::FINGER;
use crate::landscape::View;
use crate::lesson::Guess;
use crate::number::Vector;
use crate::number::display::point;
use crate::scene::{Layout, spot_at, within};
use crate::study::layers::CRITICAL_POINTS;
use crate::study::{Camera, run_name};
use eframe::egui;
use egui::accesskit::Role;
use egui::{CursorIcon, EventFilter, Key, Pos2, Rect, Response, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

/// A marker answers a click at most this far from its centre, in points.
const MARKER_REACH: f64 = 13.0;
/// The pointer's read-out snaps to round coordinates at most this far away, in points.
const SNAP_REACH: f64 = 4.0;
/// How much one press of + or − zooms.
const ZOOM_STEP: f64 = 1.25;

/// What a gesture over the picture remembers from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct Gesture {
    /// From the start point's centre to where it was grabbed.
    grab: Vec2,
    /// A drag that the plot received belongs to this start point.
    plot_drags: Option<Handle>,
    /// Where the start was before the last click put it elsewhere.
    start_before_click: Option<[f64; 2]>,
    /// Where the start point is while it has the focus.
    focused_start: Option<Pos2>,
    plot_has_focus: bool,
    /// From a card's left upper corner to where it was grabbed.
    card_grab: Vec2,
}

/// A start point that can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handle {
    /// The one that runs share.
    Common,
    /// The own one of the run with this index.
    Run(usize),
}

impl Handle {
    /// All that are shown; the last one takes the pointer first.
    fn all(state: &State) -> Vec<Handle> {
        let runs = state.study.runs.iter().enumerate();
        let own = runs.filter(|(_, run)| run.shown && run.start.is_some()).map(|(index, _)| Handle::Run(index));
        own.chain([Handle::Common]).collect()
    }

    fn place(self, state: &State) -> Vector {
        let own = match self {
            Handle::Common => None,
            Handle::Run(index) => state.study.runs.get(index).and_then(|run| run.start),
        };
        Vector::from(own.unwrap_or(state.study.start))
    }

    fn name(self, state: &State) -> String {
        match self {
            Handle::Common => "Start point".to_owned(),
            Handle::Run(index) => format!("Start of {}", run_name(&state.study.runs, index)),
        }
    }

    fn moved_to(self, w: Vector) -> Command {
        match self {
            Handle::Common => Command::MoveStart(w),
            Handle::Run(index) => Command::SetRunStart(index, Some(w)),
        }
    }

    fn pointed(self) -> Pointed {
        match self {
            Handle::Common => Pointed::Start,
            Handle::Run(index) => Pointed::RunStart(index),
        }
    }
}

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
    let hand = Hand { layout, place: place.rect, seen: cache.surface.seen.clone() };
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
    if plot.dragged() && gesture.plot_drags.is_none() {
        let by = plot.drag_delta();
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
    hand: &Hand,
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
    } else if plot.dragged() && gesture.plot_drags.is_none() && plot.drag_delta() != Vec2::ZERO {
        view = hand.panned(view, plot.drag_delta());
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
fn move_cards(ui: &mut Ui, hand: &Hand, cache: &mut PictureCache) {
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
        if response.dragged()
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

/// The layout in the window's coordinates, and the surface, where one is seen.
struct Hand {
    layout: Layout,
    /// Where the canvas is.
    place: Rect,
    seen: Option<Seen>,
}

impl Hand {
    fn origin(&self) -> Vec2 {
        self.place.min.to_vec2()
    }

    /// The part of the window that answers the hand: the plot of a map, and all of the canvas of a surface.
    fn plot(&self) -> Rect {
        let corner = |[x, y]: [f64; 2]| pos2(x as f32, y as f32) + self.origin();
        match self.seen {
            Some(_) => self.place.shrink(3.0),
            None => Rect::from_min_max(corner(self.layout.plot.min), corner(self.layout.plot.max)),
        }
    }

    fn on_canvas(&self, pos: Pos2) -> [f64; 2] {
        let pos = pos - self.origin();
        [f64::from(pos.x), f64::from(pos.y)]
    }

    /// The point of the weight plane under the pointer; `None` beside a surface.
    fn world(&self, pos: Pos2) -> Option<Vector> {
        let pixel = self.on_canvas(pos);
        match &self.seen {
            Some(seen) => seen.world_from_pixel(pixel),
            None => Some(self.layout.world_from_pixel(pixel)),
        }
    }

    /// Where a point of the weight plane is seen; beside the picture where a surface has a hole.
    fn screen(&self, w: Vector) -> Pos2 {
        let pixel = match &self.seen {
            Some(seen) => seen.pixel_from_world(w).unwrap_or([self.layout.plot.min[0], self.layout.plot.max[1]]),
            None => self.layout.pixel_from_world(w),
        };
        pos2(pixel[0] as f32, pixel[1] as f32) + self.origin()
    }

    /// World units of a point on the screen, along w1 and w2.
    fn unit(&self) -> [f64; 2] {
        let layout = &self.layout;
        [layout.view.width() / layout.plot.width(), layout.view.height() / layout.plot.height()]
    }

    /// The place that is meant by the pointer: with as many digits as the screen resolves, and a round number where
    /// one is as near as a hand can point.
    fn pointed(&self, pos: Pos2) -> Option<Vector> {
        let w = self.world(pos)?;
        let [unit1, unit2] = self.unit();
        let snap = |x: f64, unit: f64| {
            let step = round_step(48.0 * unit);
            let nearest = (x / step).round() * step;
            if (x - nearest).abs() <= SNAP_REACH * unit { tidy(nearest, unit) } else { tidy(x, unit) }
        };
        Some(Vector::new(snap(w.x, unit1), snap(w.y, unit2)))
    }

    fn marker_at(&self, pos: Pos2, state: &State, computed: &Computed) -> Option<Vector> {
        if !state.study.picture.shows(&CRITICAL_POINTS) {
            return None;
        }
        let distance = |w: &Vector| f64::from((self.screen(*w) - pos).length());
        let markers = computed.findings.points.points.iter().map(|point| point.w);
        markers.min_by(|a, b| distance(a).total_cmp(&distance(b))).filter(|w| distance(w) <= MARKER_REACH)
    }

    fn panned(&self, view: View, by: Vec2) -> View {
        let [unit1, unit2] = self.unit();
        let (dx, dy) = (f64::from(by.x) * unit1, f64::from(by.y) * unit2);
        View::new(view.w1[0] - dx, view.w1[1] - dx, view.w2[0] + dy, view.w2[1] + dy).unwrap_or(view)
    }
}

fn describe_plot(plot: &Response, description: &str) {
    plot.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, "Plot of the loss"));
    plot.ctx.accesskit_node_builder(plot.id, |node| node.set_description(description));
}

/// Where the start point answers the hand. One outside the view can still be reached: at the border next to it.
fn start_rect(hand: &Hand, w: Vector, fingers: bool) -> Rect {
    let seen = hand.screen(w);
    let centre = if seen.x.is_finite() && seen.y.is_finite() { seen } else { hand.plot().center() };
    let plot = hand.plot();
    let inside = pos2(within(centre.x, plot.left(), plot.right()), within(centre.y, plot.top(), plot.bottom()));
    Rect::from_center_size(inside, Vec2::splat(if fingers { FINGER } else { 26.0 }))
}

fn start_point(
    ui: &Ui,
    hand: &Hand,
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
        Handle::Common => "Where the runs start that have no start of their own.",
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
    } else if !plot.dragged() {
        gesture.plot_drags = None;
    }
    let is_dragged_by_plot = gesture.plot_drags == Some(handle);
    if response.drag_started() || (plot.drag_started() && is_dragged_by_plot) {
        gesture.grab = press.map_or(Vec2::ZERO, |press| press - rect.center());
    }
    let dragging = if is_dragged_by_plot { plot } else { &response };
    if dragging.dragged()
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

/// Shows which part of the picture has the focus of the keyboard.
pub fn paint_focus(ui: &Ui, gesture: &Gesture, layout: &Layout, place: &PicturePlacement, seen: Option<&Seen>) {
    let stroke = egui::Stroke::new(2.0, ui.visuals().selection.stroke.color);
    if let Some(centre) = gesture.focused_start {
        // While it is dragged the hand knows where it is.
        if !ui.input(|input| input.pointer.any_down()) {
            ui.painter().circle_stroke(centre, 15.0, stroke);
        }
    } else if gesture.plot_has_focus {
        let hand = Hand { layout: *layout, place: place.rect, seen: seen.cloned() };
        ui.painter().rect_stroke(hand.plot(), 0.0, stroke, egui::StrokeKind::Outside);
    }
}

fn nudge(ui: &Ui, hand: &Hand, handle: Handle, state: &State, commands: &mut Vec<Command>) {
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

fn keyboard_pan(ui: &Ui, plot: &Response, hand: &Hand, view: View) -> View {
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

/// The number 1, 2 or 5 times a power of ten that is nearest to `about` from above.
fn round_step(about: f64) -> f64 {
    if !(about.is_finite() && about > 0.0) {
        return 1.0;
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(about)));
    [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| *step >= 0.999 * about).unwrap_or(about)
}

/// The number with no more digits than a screen can tell apart whose points are `unit` wide.
pub fn tidy(x: f64, unit: f64) -> f64 {
    if !(x.is_finite() && unit.is_finite() && unit > 0.0) {
        return x;
    }
    let exponent = libm::floor(libm::log10(unit)) as i32;
    if (-12..=0).contains(&exponent) {
        // A decimal fraction is nearest to its f64 when it is divided, not multiplied.
        let power = libm::pow(10.0, f64::from(-exponent));
        let rounded = (x * power).round() / power;
        if rounded == 0.0 { 0.0 } else { rounded }
    } else if (1..=12).contains(&exponent) {
        let power = libm::pow(10.0, f64::from(exponent));
        (x / power).round() * power
    } else {
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1, 2, 5 are the digits of round steps.
    #[test]
    fn steps_are_round() {
        for (about, step) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (0.033, 0.05), (70.0, 100.0), (4.9e-5, 5e-5)] {
            assert!((round_step(about) / step - 1.0).abs() < 1e-12, "{about}: {}", round_step(about));
        }
    }

    #[test]
    fn a_place_has_the_digits_of_the_screen() {
        assert_eq!(tidy(0.123_456_789, 0.0067), 0.123);
        assert_eq!(tidy(0.1 + 0.2, 1e-6), 0.3);
        assert_eq!(tidy(-1e-9, 0.0067).to_bits(), 0.0f64.to_bits());
        assert_eq!(tidy(123_456.0, 250.0), 123_500.0);
        assert_eq!(tidy(1e300, 1e298), 1e300);
    }

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
