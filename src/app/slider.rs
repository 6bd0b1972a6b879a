//! A slider that can also be typed into: with named ticks that it snaps to, red beyond a limit, finer near it, moved by arrow
//! keys and reset by a double click.

use super::gesture::drags;
use super::theme;
use super::widgets::{field, number_width, palette, rounded};
use crate::number::display::short;
use crate::scene::within;
use eframe::egui;
use egui::accesskit::{Action, ActionData};
use egui::emath::Rangef;
use egui::{
    Align2, Event, EventFilter, FontId, Id, Key, Rect, Response, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
};

/// A number with a slider.
pub struct Number<'a> {
    /// The accessible name of the slider; the field beside it is called the same with ", typed".
    pub name: &'a str,
    /// The symbol before the slider.
    pub symbol: &'a str,
    /// One sentence of mathematics.
    pub tooltip: &'a str,
    /// The present value.
    pub value: f64,
    /// Where a double click returns to.
    pub reset: f64,
    /// What the slider reaches.
    pub slider: [f64; 2],
    /// What may be typed.
    pub range: [f64; 2],
    /// Whether the slider is logarithmic.
    pub logarithmic: bool,
    /// Values on the slider that matter.
    pub ticks: &'a [Mark],
    /// Whether the ticks have their names above the slider always, and not only under the pointer.
    pub names_ticks: bool,
}

/// A value on a slider that matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The value.
    pub value: f64,
    /// Its name on the slider: `2/λmax`.
    pub name: &'static str,
    /// What it is, for the tooltip: `2/λmax = 0.02 where the run ends`.
    pub words: String,
    /// Whether the slider is red from here on.
    pub is_limit: bool,
    /// Whether it is drawn less strongly.
    pub is_minor: bool,
}

impl Number<'_> {
    /// Shows symbol, slider and field in one line; the new value when there is one.
    pub fn show(&self, ui: &mut Ui) -> Option<f64> {
        let shown = ui.horizontal(|ui| {
            let size = 1.08 * egui::TextStyle::Body.resolve(ui.style()).size;
            let symbol = RichText::new(self.symbol).family(theme::serif_italic()).size(size);
            let (rect, _) = ui.allocate_exact_size(vec2(1.3 * size, ui.spacing().interact_size.y), Sense::hover());
            ui.put(rect, egui::Label::new(symbol).halign(egui::Align::LEFT));
            let dragged = self.slider(ui);
            if self.is_beyond_limit() {
                ui.visuals_mut().override_text_color = Some(theme::colour(palette(ui).error));
            }
            let typed = field(ui, &format!("{}, typed", self.name), self.tooltip, self.value, self.range);
            dragged.or(typed)
        });
        shown.inner
    }

    fn limit(&self) -> Option<f64> {
        self.ticks.iter().find(|tick| tick.is_limit).map(|tick| tick.value)
    }

    fn is_beyond_limit(&self) -> bool {
        self.limit().is_some_and(|limit| self.value > limit)
    }

    fn slider(&self, ui: &mut Ui) -> Option<f64> {
        let width = (ui.available_width() - number_width(ui) - ui.spacing().item_spacing.x).max(40.0);
        let [low, high] = self.slider;
        let logarithmic = self.logarithmic && low > 0.0;
        let focus = self.limit().filter(|limit| logarithmic && high / low >= WIDE && low < *limit && *limit < high);
        let scale = SliderScale { low, high, logarithmic, focus };
        let mut tooltip = format!("{} Double click: {}.", self.tooltip, short(self.reset));
        for tick in self.ticks {
            tooltip.push_str(&format!("\n{}", tick.words));
        }
        let moved = slider(ui, self, &tooltip, scale, width)?;
        Some(within(moved, self.range[0], self.range[1]))
    }
}

/// A slider over at least this ratio is finer near its limit.
const WIDE: f64 = 1e4;
/// The width of the part that is finer, in decades on either side.
const FINE_DECADES: f64 = 0.3;
/// How many decades' length the finer part has in addition, on either side.
const FINE_LENGTH: f64 = 1.5;

/// How a slider's positions and values belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliderScale {
    /// The value at the left end.
    pub low: f64,
    /// The value at the right end.
    pub high: f64,
    /// Whether equal distances are equal ratios.
    pub logarithmic: bool,
    /// A value near which a logarithmic slider is finer.
    pub focus: Option<f64>,
}

impl SliderScale {
    /// The length of the slider up to a value, in decades, where those near the focus are longer.
    fn length(&self, value: f64) -> f64 {
        let decades = libm::log10(value);
        let focus =
            self.focus.map_or(0.0, |focus| FINE_LENGTH * libm::tanh((decades - libm::log10(focus)) / FINE_DECADES));
        decades + focus
    }

    /// Where a value stands, from 0 at the left to 1 at the right.
    pub fn position(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            let [low, at, high] = [self.low, value.max(self.low), self.high].map(|value| self.length(value));
            (at - low) / (high - low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The value at a position from 0 to 1, with the digits that a hand can set.
    pub fn value(&self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        if self.logarithmic {
            let value = match self.focus {
                None => self.low * libm::pow(self.high / self.low, position),
                Some(_) => self.bisected(position),
            };
            within(rounded(value, 3), self.low, self.high)
        } else {
            let value = round_on(self.low + position * (self.high - self.low), self.high - self.low);
            within(value, self.low, self.high)
        }
    }

    /// The value at a position of a scale that is not even.
    fn bisected(&self, position: f64) -> f64 {
        let [mut low, mut high] = [self.low, self.high].map(libm::log10);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if self.position(libm::pow(10.0, middle)) < position { low = middle } else { high = middle }
        }
        libm::pow(10.0, 0.5 * (low + high))
    }

    /// The value so many steps further on; it always moves. A step is 2 % of the value where the slider is logarithmic, else a
    /// hundredth of its length.
    fn stepped(&self, value: f64, steps: f64) -> f64 {
        if self.logarithmic {
            return within(rounded(value * libm::pow(1.02, steps), 4), self.low, self.high);
        }
        let moved = self.value(self.position(value) + 0.01 * steps);
        if moved == value { self.value(self.position(value) + 0.02 * steps) } else { moved }
    }
}

/// A slider that is dragged, clicked, moved by arrow keys and reset by a double click; the new value when there is
/// one.
fn slider(ui: &mut Ui, number: &Number<'_>, tooltip: &str, scale: SliderScale, width: f32) -> Option<f64> {
    let &Number { name, value, reset, .. } = number;
    let height = ui.spacing().interact_size.y;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click_and_drag());
    let radius = 0.3 * height;
    let rail = rect.x_range().shrink(radius);
    let scale = held(ui, &response, scale);
    let mut new = None;
    if let Some(pos) = response.interact_pointer_pos()
        && (drags(&response) || response.clicked())
    {
        let snapped = snapped(number.ticks, &scale, rail, pos.x);
        new = Some(snapped.unwrap_or_else(|| scale.value(f64::from((pos.x - rail.min) / rail.span().max(1.0)))));
    }
    if response.dragged() || response.clicked() {
        response.request_focus();
    }
    let steps = keyboard_steps(ui, &response);
    if steps != 0.0 {
        new = Some(scale.stepped(value, steps));
    }
    let requested = ui.input(|input| {
        let requests = input.accesskit_action_requests(response.id, Action::SetValue);
        requests
            .filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) => Some(value),
                _ => None,
            })
            .last()
    });
    new = requested.or(new);
    if response.double_clicked() {
        new = Some(reset);
    }
    let shown = new.unwrap_or(value);
    response.widget_info(|| WidgetInfo::slider(true, shown, name));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_min_numeric_value(scale.low);
        node.set_max_numeric_value(scale.high);
        for action in [Action::SetValue, Action::Increment, Action::Decrement] {
            node.add_action(action);
        }
    });
    paint_slider(ui, &response, rail, radius, scale, shown, number);
    // A tooltip would cover what changes under the hand.
    if !drags(&response) {
        response.on_hover_text(tooltip);
    }
    new.filter(|new| *new != value && new.is_finite())
}

/// The scale of a slider that is being dragged stays as it was when the drag began: limits move with the run.
fn held(ui: &Ui, response: &Response, scale: SliderScale) -> SliderScale {
    let id: Id = response.id.with("scale");
    if !drags(response) {
        ui.data_mut(|data| data.insert_temp(id, scale));
        return scale;
    }
    ui.data(|data| data.get_temp(id)).unwrap_or(scale)
}

/// The thumb snaps to a tick at most this far from the pointer, in points.
const SNAP: f32 = 2.0;

/// The tick that is meant by a pointer at x; `None` beside all of them.
fn snapped(ticks: &[Mark], scale: &SliderScale, rail: Rangef, x: f32) -> Option<f64> {
    let is_in_reach = |tick: &&Mark| scale.low <= tick.value && tick.value <= scale.high;
    let distance = |tick: &Mark| (rail.min + scale.position(tick.value) as f32 * rail.span() - x).abs();
    let nearest = ticks.iter().filter(is_in_reach).min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(nearest) <= SNAP).then_some(nearest.value)
}

/// How far the arrow keys (with Shift: a tenth) and a screen reader want to go, in steps.
fn keyboard_steps(ui: &Ui, response: &Response) -> f64 {
    let count = |action| ui.input(|input| input.num_accesskit_action_requests(response.id, action)) as f64;
    let asked = 5.0 * (count(Action::Increment) - count(Action::Decrement));
    if !response.has_focus() {
        return asked;
    }
    let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    // Each press has its own modifiers: in a long frame Shift may be released before the frame ends.
    let of_press = |event: &Event| match event {
        Event::Key { key: key @ (Key::ArrowRight | Key::ArrowLeft), pressed: true, modifiers, .. } => {
            let way = if *key == Key::ArrowRight { 1.0 } else { -1.0 };
            way * if modifiers.shift { 0.1 } else { 1.0 }
        }
        _ => 0.0,
    };
    asked + ui.input(|input| input.events.iter().map(of_press).sum::<f64>())
}

fn paint_slider(
    ui: &Ui,
    response: &Response,
    rail: Rangef,
    radius: f32,
    scale: SliderScale,
    value: f64,
    number: &Number<'_>,
) {
    let ticks = number.ticks;
    let position = scale.position(value) as f32;
    let colours = palette(ui);
    let accent = theme::colour(colours.accent);
    let y = response.rect.center().y;
    let x = rail.min + position * rail.span();
    let bar = |from: f32, to: f32| Rect::from_min_max(pos2(from, y - 1.5), pos2(to, y + 1.5));
    let painter = ui.painter();
    painter.rect_filled(bar(rail.min - radius, rail.max + radius), 1.5, theme::colour(colours.separator));
    painter.rect_filled(bar(rail.min - radius, x), 1.5, accent);
    let place = |value: f64| rail.min + scale.position(value) as f32 * rail.span();
    let in_reach = |tick: &&Mark| scale.low <= tick.value && tick.value <= scale.high;
    if let Some(limit) = ticks.iter().find(|tick| tick.is_limit).filter(|limit| limit.value < scale.high) {
        painter.rect_filled(bar(place(limit.value), rail.max + radius), 1.5, theme::colour(colours.error));
    }
    for tick in ticks.iter().filter(in_reach) {
        let (half, colour) = match (tick.is_limit, tick.is_minor) {
            (true, _) => (radius + 3.0, colours.error),
            (false, false) => (radius + 1.0, colours.text),
            (false, true) => (radius - 2.0, colours.muted),
        };
        let stroke = Stroke::new(if tick.is_minor { 1.0 } else { 1.6 }, theme::colour(colour));
        painter.vline(place(tick.value), Rangef::new(y - half, y + half), stroke);
    }
    let active = response.dragged() || response.has_focus();
    let grown = if active || response.hovered() { radius + 1.0 } else { radius };
    let edge = if active { Stroke::new(2.0, accent) } else { Stroke::new(1.0, theme::colour(colours.panel)) };
    let is_beyond = number.limit().is_some_and(|limit| value > limit);
    let thumb = theme::colour(if is_beyond { colours.error } else { colours.text });
    painter.circle(pos2(x, y), grown, thumb, edge);
    if number.names_ticks || response.hovered() || response.dragged() {
        let in_reach: Vec<&Mark> = ticks.iter().filter(in_reach).collect();
        name_ticks(ui, &in_reach, y - radius - 1.0, rail, place);
    }
}

/// The names of the ticks above the slider, for a tooltip is below. A name that would touch its neighbour gives way to it; the limit's stays.
fn name_ticks(ui: &Ui, ticks: &[&Mark], bottom: f32, rail: Rangef, place: impl Fn(f64) -> f32) {
    let colours = palette(ui);
    let font = FontId::proportional(0.78 * egui::TextStyle::Body.resolve(ui.style()).size);
    // A name reaches above the line of its slider, over what is there.
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, ui.scope_id().with("names")));
    let painter = painter.with_clip_rect(ui.clip_rect());
    let mut taken: Vec<Rangef> = Vec::new();
    let mut ordered: Vec<&&Mark> = ticks.iter().filter(|tick| !tick.is_minor || tick.is_limit).collect();
    ordered.sort_by_key(|tick| !tick.is_limit);
    for tick in ordered {
        let colour = theme::colour(if tick.is_limit { colours.error } else { colours.text });
        let galley = painter.layout_no_wrap(tick.name.to_owned(), font.clone(), colour);
        let half = 0.5 * galley.size().x;
        let middle = within(place(tick.value), rail.min + half - 8.0, rail.max - half + 8.0);
        let reach = Rangef::new(middle - half - 3.0, middle + half + 3.0);
        if taken.iter().any(|other| other.min < reach.max && reach.min < other.max) {
            continue;
        }
        taken.push(reach);
        let rect = Align2::CENTER_BOTTOM.anchor_size(pos2(middle, bottom), galley.size());
        painter.rect_filled(rect.expand2(vec2(2.0, 0.0)), 2.0, theme::colour(colours.panel));
        painter.galley(rect.min, galley, colour);
    }
}

/// The number with the digits that a slider over a range of this width resolves.
pub fn round_on(value: f64, width: f64) -> f64 {
    let places = (3.0 - libm::floor(libm::log10(width))).clamp(0.0, 15.0) as usize;
    let rounded: f64 = format!("{value:.places$}").parse().unwrap_or(value);
    if rounded == 0.0 { 0.0 } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a logarithmic slider the middle is the geometric mean, on a linear one the arithmetic.
    #[test]
    fn positions_and_values_belong_together() {
        let log = SliderScale { low: 1e-4, high: 1.0, logarithmic: true, focus: None };
        assert_eq!(log.value(0.5), 0.01);
        assert!((log.position(0.01) - 0.5).abs() < 1e-12);
        let line = SliderScale { low: -5.0, high: 5.0, logarithmic: false, focus: None };
        assert_eq!(line.value(0.5).to_bits(), 0.0f64.to_bits());
        assert_eq!([line.value(-1.0), line.value(2.0)], [-5.0, 5.0]);
        for scale in [log, line] {
            for value in [scale.low, scale.value(0.3), scale.high] {
                assert_eq!(scale.value(scale.position(value)), value);
            }
            assert!(scale.stepped(scale.value(0.3), 1.0) > scale.value(0.3));
            assert!(scale.stepped(scale.value(0.3), -0.2) < scale.value(0.3));
        }
        assert_eq!([log.stepped(0.5, 1.0), log.stepped(0.5, 0.1)], [0.51, 0.501]);
    }

    /// Near its focus a decade has several times the length that it has on an even scale, and positions still ascend.
    #[test]
    fn a_wide_slider_is_finer_near_its_limit() {
        let even = SliderScale { low: 1e-4, high: 10.0, logarithmic: true, focus: None };
        let finer = SliderScale { focus: Some(0.02), ..even };
        let length = |scale: &SliderScale| scale.position(0.021) - scale.position(0.019);
        assert!(length(&finer) > 3.0 * length(&even));
        assert_eq!([finer.position(1e-4), finer.position(10.0)], [0.0, 1.0]);
        for k in 0..100 {
            let position = 0.01 * f64::from(k);
            assert!(finer.value(position) <= finer.value(position + 0.01));
            assert!((finer.position(finer.value(position)) - position).abs() < 0.02, "{position}");
        }
    }

    #[test]
    fn a_thumb_snaps_to_ticks_within_two_points() {
        let scale = SliderScale { low: 0.01, high: 1.0, logarithmic: true, focus: None };
        let mark = |value: f64| Mark { value, name: "2/λmax", words: String::new(), is_limit: true, is_minor: false };
        let (ticks, rail) = ([mark(0.1), mark(5.0)], Rangef::new(100.0, 200.0));
        for (x, snaps) in [(150.0, true), (148.1, true), (151.9, true), (152.5, false), (147.0, false), (200.0, false)]
        {
            assert_eq!(snapped(&ticks, &scale, rail, x).is_some(), snaps, "{x}");
        }
    }

    #[test]
    fn a_slider_gives_numbers_that_can_be_said() {
        assert_eq!(rounded(0.012_345, 3), 0.0123);
        assert_eq!(round_on(1.234_567, 10.0), 1.23);
        assert_eq!(round_on(-1e-9, 10.0).to_bits(), 0.0f64.to_bits());
    }
}
