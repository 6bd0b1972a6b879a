//! What the charts against the step have in common.

use crate::app::compute::Computed;
use crate::app::theme;
use crate::app::widgets::palette;
use crate::number::display::short;
use crate::optimizer::Trajectory;
use eframe::egui;
use egui::Ui;
use egui_plot::{AxisHints, GridMark, Plot, PlotPoint};

/// A curve is drawn with at most this many points: more than there are pixels.
const MOST_POINTS: usize = 600;

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

/// A chart that stays where it is: whole steps to the right.
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
        .x_grid_spacer(|input| marks(input.bounds, 4.0, 1.0))
        .custom_x_axes(vec![horizontal_axis(|value, _| whole(value))])
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

/// The points of a curve, whose height at a step is given by its number: every step while there are few, else the least and greatest of each group of steps, so
/// that no peak is lost.
pub fn curve(trajectory: &Trajectory, last: usize, height: impl Fn(usize) -> f64) -> Vec<PlotPoint> {
    // One step further than is shown, so that a curve leaves the chart instead of ending in it.
    let count = trajectory.steps.len().min(last + 2);
    let point = |index: usize| {
        let y = height(index);
        (y.is_finite() && y.abs() < 1e290).then(|| PlotPoint::new(index as f64, y))
    };
    if count <= MOST_POINTS {
        return (0..count).filter_map(point).collect();
    }
    let group = count.div_ceil(MOST_POINTS / 2);
    let mut points = Vec::with_capacity(MOST_POINTS + 2);
    for begin in (0..count).step_by(group) {
        let members = (begin..(begin + group).min(count)).filter_map(point);
        let (mut least, mut greatest): (Option<PlotPoint>, Option<PlotPoint>) = (None, None);
        for member in members {
            if least.is_none_or(|least| member.y < least.y) {
                least = Some(member);
            }
            if greatest.is_none_or(|greatest| member.y > greatest.y) {
                greatest = Some(member);
            }
        }
        let mut pair: Vec<PlotPoint> = least.into_iter().chain(greatest).collect();
        pair.sort_by(|a, b| a.x.total_cmp(&b.x));
        pair.dedup_by(|a, b| a.x == b.x);
        points.extend(pair);
    }
    points
}

/// The number of a whole step; nothing between steps.
pub fn whole(value: f64) -> String {
    if (value - value.round()).abs() < 1e-6 { format!("{}", value.round()) } else { String::new() }
}

/// 10 to a whole power as people write it; nothing between whole powers.
pub fn power_of_ten(exponent: f64) -> String {
    let whole = exponent.round();
    if (exponent - whole).abs() > 1e-6 {
        return String::new();
    }
    if (-2.0..=3.0).contains(&whole) {
        return short(libm::pow(10.0, whole));
    }
    let raised = |digit: char| match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32(0x2070 + digit as u32 - '0' as u32).unwrap_or(digit),
    };
    let exponent: String = format!("{whole}").chars().map(raised).collect();
    format!("10{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_set_as_powers() {
        for (exponent, text) in [(0.0, "1"), (3.0, "1000"), (-2.0, "0.01"), (-12.0, "10⁻¹²"), (4.0, "10⁴"), (0.5, "")]
        {
            assert_eq!(power_of_ten(exponent), text);
        }
    }
}
