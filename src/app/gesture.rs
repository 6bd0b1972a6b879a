//! The start points that can be dragged, and where things lie under the pointer.

use super::command::Command;
use super::compute::Computed;
use super::placement::PicturePlacement;
use super::rounding::{round_step, tidy};
use super::state::{Pointed, State};
use super::surface::Seen;
use crate::landscape::View;
use crate::number::Vector;
use crate::scene::Layout;
use crate::study::layers::CRITICAL_POINTS;
use crate::study::run_name;
use eframe::egui;
use egui::{Pos2, Rect, Response, Ui, Vec2, pos2};

/// A marker answers a click at most this far from its centre, in points.
const MARKER_REACH: f64 = 13.0;
/// The pointer's read-out snaps to round coordinates at most this far away, in points.
const SNAP_REACH: f64 = 4.0;
/// What a gesture over the picture remembers from frame to frame.
#[derive(Clone, Debug, Default)]
pub struct Gesture {
    /// From the start point's centre to where it was grabbed.
    pub grab: Vec2,
    /// A drag that the plot received belongs to this start point.
    pub plot_drags: Option<Handle>,
    /// Where the start was before the last click put it elsewhere.
    pub start_before_click: Option<[f64; 2]>,
    /// Where the start point is while it has the focus.
    pub focused_start: Option<Pos2>,
    /// Whether the plot has the focus.
    pub plot_has_focus: bool,
    /// From a card's left upper corner to where it was grabbed.
    pub card_grab: Vec2,
}

/// Whether a drag goes on, or ends in this frame: the pointer may have moved in the frame in which it is let go, too.
pub fn drags(response: &Response) -> bool {
    response.dragged() || response.drag_stopped()
}

/// How far a drag has come since the last frame.
pub fn drag_delta(response: &Response) -> Vec2 {
    if drags(response) { response.ctx.input(|input| input.pointer.delta()) } else { Vec2::ZERO }
}

/// A start point that can be dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    /// The one that runs share.
    Common,
    /// The own one of the run with this index.
    Run(usize),
}

impl Handle {
    /// All that are shown; the last one takes the pointer first.
    pub fn all(state: &State) -> Vec<Handle> {
        let runs = state.study.runs.iter().enumerate();
        let own = runs.filter(|(_, run)| run.shown && run.start.is_some()).map(|(index, _)| Handle::Run(index));
        own.chain([Handle::Common]).collect()
    }

    /// Where it is.
    pub fn place(self, state: &State) -> Vector {
        let own = match self {
            Handle::Common => None,
            Handle::Run(index) => state.study.runs.get(index).and_then(|run| run.start),
        };
        Vector::from(own.unwrap_or(state.study.start))
    }

    /// Its name for people.
    pub fn name(self, state: &State) -> String {
        match self {
            Handle::Common => "Start point".to_owned(),
            Handle::Run(index) => format!("Start of {}", run_name(&state.study.runs, index)),
        }
    }

    /// The command that moves it.
    pub fn moved_to(self, w: Vector) -> Command {
        match self {
            Handle::Common => Command::MoveStart(w),
            Handle::Run(index) => Command::SetRunStart(index, Some(w)),
        }
    }

    /// What is pointed at where the pointer is over it.
    pub fn pointed(self) -> Pointed {
        match self {
            Handle::Common => Pointed::Start,
            Handle::Run(index) => Pointed::RunStart(index),
        }
    }
}

/// The layout in the window's coordinates, and the surface, where one is seen.
pub struct PlotInWindow {
    /// How the picture is laid out on its canvas.
    pub layout: Layout,
    /// Where the canvas is.
    pub place: Rect,
    /// The surface, where one is seen.
    pub seen: Option<Seen>,
}

impl PlotInWindow {
    /// The upper left corner of the canvas.
    pub fn origin(&self) -> Vec2 {
        self.place.min.to_vec2()
    }

    /// The part of the window that answers the hand: the plot of a map, and all of the canvas of a surface.
    pub fn plot(&self) -> Rect {
        let corner = |[x, y]: [f64; 2]| pos2(x as f32, y as f32) + self.origin();
        match self.seen {
            Some(_) => self.place.shrink(3.0),
            None => Rect::from_min_max(corner(self.layout.plot.min), corner(self.layout.plot.max)),
        }
    }

    /// A place of the window on the canvas.
    pub fn on_canvas(&self, pos: Pos2) -> [f64; 2] {
        let pos = pos - self.origin();
        [f64::from(pos.x), f64::from(pos.y)]
    }

    /// The point of the weight plane under the pointer; `None` beside a surface.
    pub fn world(&self, pos: Pos2) -> Option<Vector> {
        let pixel = self.on_canvas(pos);
        match &self.seen {
            Some(seen) => seen.world_from_pixel(pixel),
            None => Some(self.layout.world_from_pixel(pixel)),
        }
    }

    /// Where a point of the weight plane is seen; beside the picture where a surface has a hole.
    pub fn screen(&self, w: Vector) -> Pos2 {
        let pixel = match &self.seen {
            Some(seen) => seen.pixel_from_world(w).unwrap_or([self.layout.plot.min[0], self.layout.plot.max[1]]),
            None => self.layout.pixel_from_world(w),
        };
        pos2(pixel[0] as f32, pixel[1] as f32) + self.origin()
    }

    /// World units of a point on the screen, along w1 and w2.
    pub fn unit(&self) -> [f64; 2] {
        let layout = &self.layout;
        [layout.view.width() / layout.plot.width(), layout.view.height() / layout.plot.height()]
    }

    /// The place that is meant by the pointer: with as many digits as the screen resolves, and a round number where
    /// one is as near as a hand can point.
    pub fn pointed(&self, pos: Pos2) -> Option<Vector> {
        let w = self.world(pos)?;
        let [unit1, unit2] = self.unit();
        let snap = |x: f64, unit: f64| {
            let step = round_step(48.0 * unit);
            let nearest = (x / step).round() * step;
            if (x - nearest).abs() <= SNAP_REACH * unit { tidy(nearest, unit) } else { tidy(x, unit) }
        };
        Some(Vector::new(snap(w.x, unit1), snap(w.y, unit2)))
    }

    /// The critical point whose marker is under the pointer.
    pub fn marker_at(&self, pos: Pos2, state: &State, computed: &Computed) -> Option<Vector> {
        if !state.study.picture.shows(&CRITICAL_POINTS) {
            return None;
        }
        let distance = |w: &Vector| f64::from((self.screen(*w) - pos).length());
        let markers = computed.findings.points.points.iter().map(|point| point.w);
        markers.min_by(|a, b| distance(a).total_cmp(&distance(b))).filter(|w| distance(w) <= MARKER_REACH)
    }

    /// The view after a drag.
    pub fn panned(&self, view: View, by: Vec2) -> View {
        let [unit1, unit2] = self.unit();
        let (dx, dy) = (f64::from(by.x) * unit1, f64::from(by.y) * unit2);
        View::new(view.w1[0] - dx, view.w1[1] - dx, view.w2[0] + dy, view.w2[1] + dy).unwrap_or(view)
    }
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
        let plot = PlotInWindow { layout: *layout, place: place.rect, seen: seen.cloned() };
        ui.painter().rect_stroke(plot.plot(), 0.0, stroke, egui::StrokeKind::Outside);
    }
}
