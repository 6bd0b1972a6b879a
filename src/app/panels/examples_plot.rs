//! The axes of the plot of the examples, and the runs that have a curve in it.

use crate::app::compute::Computed;
use crate::app::theme;
use crate::app::widgets::palette;
use crate::optimizer::Trajectory;
use eframe::egui;
use egui::Ui;
use egui_plot::{AxisHints, GridMark, Plot};

/// The runs that are shown and could run, by their index.
pub fn shown(computed: &Computed) -> Vec<(usize, &Trajectory)> {
    let trajectories = computed.findings.trajectories.iter().enumerate();
    trajectories.filter_map(|(index, trajectory)| Some((index, trajectory.as_ref()?.as_ref().ok()?))).collect()
}

/// The marks are few already: none is to be faded or left out.
const ALWAYS: egui::Rangef = egui::Rangef { min: 1.0, max: 2.0 };

/// Small muted letters for what is inside.
pub fn scope<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let muted = theme::colour(palette(ui).muted);
    ui.scope(|ui| {
        ui.visuals_mut().widgets.noninteractive.fg_stroke.color = muted;
        ui.style_mut().override_font_id = Some(egui::FontId::proportional(10.5));
        contents(ui)
    })
    .inner
}

/// A plot that stays where it is.
pub fn plot<'a>(ui: &Ui, id: &str, height: f32) -> Plot<'a> {
    Plot::new(id)
        .height(height.max(60.0))
        .width(ui.available_width())
        .allow_drag(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .show_background(false)
        .show_crosshair(false)
        .grid_color(theme::colour(palette(ui).separator))
        .grid_fade(0.0)
        .grid_spacing(ALWAYS)
}

/// A horizontal axis with these labels, of a value and the distance of marks.
pub fn horizontal_axis<'a>(label: impl Fn(f64, f64) -> String + 'a) -> AxisHints<'a> {
    AxisHints::new_x().formatter(move |mark, _| label(mark.value, mark.step_size)).label_spacing(ALWAYS)
}

/// A vertical axis with these labels, as wide on every chart.
pub fn vertical_axis<'a>(label: impl Fn(f64, f64) -> String + 'a) -> AxisHints<'a> {
    AxisHints::new_y()
        .formatter(move |mark, _| label(mark.value, mark.step_size))
        .label_spacing(ALWAYS)
        .min_thickness(38.0)
}

/// Round marks on an axis: about as many as `count`, no closer than `finest` (0: any).
pub fn marks((low, high): (f64, f64), count: f64, finest: f64) -> Vec<GridMark> {
    let about = (high - low) / count;
    if !(about.is_finite() && about > 0.0) {
        return Vec::new();
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(about)));
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| *step >= about);
    let step = step.unwrap_or(10.0 * power).max(finest);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last.min(first + 20)).map(|i| GridMark { value: i as f64 * step, step_size: step }).collect()
}
