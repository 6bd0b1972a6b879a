//! Small parts that several panels share: headings, mathematics, and a slider that can also be typed into.

use super::theme;
use crate::formula::MathRun;
use crate::number::display::{fitting, short};
use crate::scene::text::{self, Span};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Font, within};
use crate::study::Theme;
use eframe::egui;
use egui::accesskit::Role;
use egui::accesskit::{Action, ActionData};
use egui::emath::Rangef;
use egui::{
    Color32, DragValue, EventFilter, FontId, Key, Modifiers, Rect, Response, RichText, Sense, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};

/// The colours of the theme that a ui has.
pub fn palette(ui: &Ui) -> &'static Palette {
    Palette::of(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
}

/// The heading of a part of a panel: small, bold, spaced capitals.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    let colour = theme::colour(palette(ui).muted);
    let text = RichText::new(text.to_uppercase()).family(theme::bold()).size(10.5).extra_letter_spacing(1.0);
    ui.label(text.color(colour))
}

/// Words of less weight.
pub fn muted(text: impl Into<String>) -> RichText {
    RichText::new(text).weak()
}

/// Words with more weight.
pub fn strong(text: impl Into<String>) -> RichText {
    RichText::new(text).family(theme::bold())
}

/// A number in full, to be read back: what goes to the clipboard.
pub fn full(value: f64) -> String {
    format!("{value}")
}

/// Mathematics on one line, set as the picture sets it; cut with … where it does not fit.
pub fn math(ui: &mut Ui, runs: &[MathRun], size: f32, colour: Color32, spoken: &str) -> Response {
    let available = f64::from(ui.available_width());
    let shortened = text::shortened_runs(runs, Font::Serif, f64::from(size), available);
    let width = text::width(Font::Serif, f64::from(size), &shortened) as f32;
    let height = (1.5 * size).max(ui.spacing().interact_size.y);
    let (rect, response) = ui.allocate_exact_size(vec2(width.ceil(), height), Sense::hover());
    let baseline = rect.center().y + 0.34 * size;
    let at = [f64::from(rect.left()), f64::from(baseline)];
    for span in text::spans(at, Anchor::Start, Font::Serif, f64::from(size), &shortened) {
        paint_span(ui, &span, colour);
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
    response
}

fn paint_span(ui: &Ui, span: &Span<'_>, colour: Color32) {
    let font = FontId::new(span.size as f32, theme::family(span.font));
    let galley = ui.painter().layout_no_wrap(span.text.to_owned(), font, colour);
    let baseline = galley.rows.first().and_then(|row| row.glyphs.first().map(|glyph| row.pos.y + glyph.pos.y));
    let at = pos2(span.at[0] as f32, span.at[1] as f32 - baseline.unwrap_or(0.0));
    ui.painter().galley(at, galley, colour);
}

/// Text that is cut with … where it would be wider than `width`; the whole is shown under the pointer.
pub fn fitted(ui: &mut Ui, text: RichText, width: f32) -> Response {
    let height = ui.spacing().interact_size.y;
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let label = |ui: &mut Ui| {
        ui.set_min_width(width);
        ui.add(egui::Label::new(text).truncate())
    };
    ui.allocate_ui_with_layout(vec2(width, height), layout, label).inner
}

/// The name of a line in a panel, in a column of fixed width.
pub fn name(ui: &mut Ui, text: &str, width: f32, height: f32) -> Response {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let inner = ui.allocate_ui_with_layout(vec2(width, height), layout, |ui| {
        ui.set_min_size(vec2(width, height));
        ui.label(muted(text))
    });
    inner.inner
}

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
}

/// A value on a slider that matters.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The value.
    pub value: f64,
    /// What it is, for the tooltip: `2/λmax = 0.02 where the run ends`.
    pub words: String,
    /// Whether the slider is red from here on.
    pub is_limit: bool,
    /// Whether it is drawn less strongly.
    pub is_minor: bool,
}

/// The width of a field with a number, so that no layout jumps when the number gets longer.
pub const NUMBER_WIDTH: f32 = 62.0;

/// [`NUMBER_WIDTH`] at the text size that a ui has.
fn number_width(ui: &Ui) -> f32 {
    NUMBER_WIDTH * egui::TextStyle::Button.resolve(ui.style()).size / theme::BODY
}

impl Number<'_> {
    /// Shows symbol, slider and field in one line; the new value when there is one.
    pub fn show(&self, ui: &mut Ui) -> Option<f64> {
        ui.horizontal(|ui| {
            let size = 1.08 * egui::TextStyle::Body.resolve(ui.style()).size;
            let symbol = RichText::new(self.symbol).family(theme::serif_italic()).size(size);
            let (rect, _) = ui.allocate_exact_size(vec2(1.3 * size, ui.spacing().interact_size.y), Sense::hover());
            ui.put(rect, egui::Label::new(symbol).halign(egui::Align::LEFT));
            let dragged = self.slider(ui);
            let typed = field(ui, &format!("{}, typed", self.name), self.tooltip, self.value, self.range);
            dragged.or(typed)
        })
        .inner
    }

    fn slider(&self, ui: &mut Ui) -> Option<f64> {
        let width = (ui.available_width() - number_width(ui) - ui.spacing().item_spacing.x).max(40.0);
        let [low, high] = self.slider;
        let scale = SliderScale { low, high, logarithmic: self.logarithmic && low > 0.0 };
        let mut tooltip = format!("{} Double click: {}.", self.tooltip, short(self.reset));
        for tick in self.ticks {
            tooltip.push_str(&format!("\n{}", tick.words));
        }
        let moved = slider(ui, self, &tooltip, scale, width)?;
        Some(within(moved, self.range[0], self.range[1]))
    }
}

/// How a slider's positions and values belong together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliderScale {
    /// The value at the left end.
    pub low: f64,
    /// The value at the right end.
    pub high: f64,
    /// Whether equal distances are equal ratios.
    pub logarithmic: bool,
}

impl SliderScale {
    /// Where a value stands, from 0 at the left to 1 at the right.
    pub fn position(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            libm::log(value.max(self.low) / self.low) / libm::log(self.high / self.low)
        } else {
            (value - self.low) / (self.high - self.low)
        };
        if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The value at a position from 0 to 1, with the digits that a hand can set.
    pub fn value(&self, position: f64) -> f64 {
        let position = position.clamp(0.0, 1.0);
        if self.logarithmic {
            let value = self.low * libm::pow(self.high / self.low, position);
            within(rounded(value, 3), self.low, self.high)
        } else {
            let value = round_on(self.low + position * (self.high - self.low), self.high - self.low);
            within(value, self.low, self.high)
        }
    }

    /// The value so many hundredths of the slider's length further on; it always moves.
    fn stepped(&self, value: f64, steps: f64) -> f64 {
        let moved = self.value(self.position(value) + 0.01 * steps);
        if moved == value { self.value(self.position(value) + 0.02 * steps) } else { moved }
    }
}

/// A slider that is dragged, clicked, moved by arrow keys and reset by a double click; the new value when there is
/// one.
fn slider(ui: &mut Ui, number: &Number<'_>, tooltip: &str, scale: SliderScale, width: f32) -> Option<f64> {
    let &Number { name, value, reset, ticks, .. } = number;
    let height = ui.spacing().interact_size.y;
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click_and_drag());
    let radius = 0.3 * height;
    let rail = rect.x_range().shrink(radius);
    let mut new = None;
    if let Some(pos) = response.interact_pointer_pos()
        && (response.dragged() || response.clicked())
    {
        new = Some(scale.value(f64::from((pos.x - rail.min) / rail.span().max(1.0))));
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
    paint_slider(ui, &response, rail, radius, scale, shown, ticks);
    response.on_hover_text(tooltip);
    new.filter(|new| *new != value && new.is_finite())
}

/// How far the arrow keys (with Shift: a tenth) and a screen reader want to go, in hundredths of the slider.
fn keyboard_steps(ui: &Ui, response: &Response) -> f64 {
    let count = |action| ui.input(|input| input.num_accesskit_action_requests(response.id, action)) as f64;
    let asked = 5.0 * (count(Action::Increment) - count(Action::Decrement));
    if !response.has_focus() {
        return asked;
    }
    let arrows = EventFilter { horizontal_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    ui.input(|input| {
        let presses = input.num_presses(Key::ArrowRight) as f64 - input.num_presses(Key::ArrowLeft) as f64;
        asked + presses * if input.modifiers.shift { 0.2 } else { 1.0 }
    })
}

fn paint_slider(
    ui: &Ui,
    response: &Response,
    rail: Rangef,
    radius: f32,
    scale: SliderScale,
    value: f64,
    ticks: &[Mark],
) {
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
    painter.circle(pos2(x, y), grown, theme::colour(colours.text), edge);
}

/// A number as a field of [`NUMBER_WIDTH`] has room for it: seven characters beside a point.
fn in_field(value: f64) -> String {
    fitting(value, 4, |text| text.chars().filter(|c| *c != '.').count() <= 7)
}

/// A field of fixed width for a number that is typed or dragged; the new value when there is one.
pub fn field(ui: &mut Ui, name: &str, tooltip: &str, value: f64, range: [f64; 2]) -> Option<f64> {
    let mut new = value;
    let speed = if value == 0.0 { 0.01 } else { 0.01 * value.abs() };
    let drag_value = DragValue::new(&mut new)
        .speed(speed)
        .range(range[0]..=range[1])
        .clamp_existing_to_range(false)
        .custom_formatter(|value, _| in_field(value))
        .custom_parser(parse_number)
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(number_width(ui), ui.spacing().interact_size.y));
    let size = vec2(number_width(ui), ui.spacing().interact_size.y);
    let response = ui.add_sized(size, drag_value).accessible_name(name).on_hover_text(tooltip);
    // The field shows few digits: a value that reads the same was not changed by looking at it.
    (new != value && new.is_finite() && (response.dragged() || in_field(new) != in_field(value)))
        .then(|| if response.dragged() { rounded(new, 3) } else { new })
}

/// A field of fixed width for a whole number; the new value when there is one.
pub fn whole(ui: &mut Ui, name: &str, tooltip: &str, value: u64, range: [u64; 2]) -> Option<u64> {
    let mut new = value;
    let drag_value = DragValue::new(&mut new)
        .speed(1.0)
        .range(range[0]..=range[1])
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(number_width(ui), ui.spacing().interact_size.y));
    let size = vec2(number_width(ui), ui.spacing().interact_size.y);
    ui.add_sized(size, drag_value).accessible_name(name).on_hover_text(tooltip);
    (new != value).then_some(new)
}

/// A number as people write it: with a real minus sign, a comma for the point, or π.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-").replace(',', ".");
    let value = match text.as_str() {
        "π" | "pi" => std::f64::consts::PI,
        "∞" | "-∞" => return None,
        other => other.parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// The number with so many significant digits.
pub fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits.max(1) - 1).parse().unwrap_or(value)
}

/// The number with the digits that a slider over a range of this width resolves.
fn round_on(value: f64, width: f64) -> f64 {
    let places = (3.0 - libm::floor(libm::log10(width))).clamp(0.0, 15.0) as usize;
    let rounded: f64 = format!("{value:.places$}").parse().unwrap_or(value);
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// The text with a capital first letter.
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A switch with words beside it, filled with the accent colour while it is on.
pub fn checkbox(ui: &mut Ui, on: &mut bool, text: &str, name: &str) -> Response {
    let side = 14.0;
    let gap = 7.0;
    let font = egui::TextStyle::Button.resolve(ui.style());
    let font = FontId::new(0.95 * font.size, font.family);
    let colours = palette(ui);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, theme::colour(colours.text));
    let size = vec2(side + gap + galley.size().x, ui.spacing().interact_size.y);
    let (rect, mut response) = ui.allocate_exact_size(size, Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), *on, name));
    let square = Rect::from_center_size(pos2(rect.left() + 0.5 * side, rect.center().y), vec2(side, side));
    let marked = response.hovered() || response.has_focus();
    let edge = if marked { colours.accent } else { colours.axis };
    let fill = if *on { colours.accent } else { colours.raised };
    let stroke = Stroke::new(if response.has_focus() { 2.0 } else { 1.0 }, theme::colour(edge));
    let painter = ui.painter();
    painter.rect(square, 3.0, theme::colour(fill), stroke, egui::StrokeKind::Inside);
    if response.has_focus() {
        painter.rect_stroke(square.expand(2.0), 4.0, stroke, egui::StrokeKind::Inside);
    }
    if *on {
        let at = |x: f32, y: f32| square.min + vec2(x, y) * side;
        let tick = vec![at(0.22, 0.52), at(0.42, 0.72), at(0.78, 0.28)];
        painter.add(egui::Shape::line(tick, Stroke::new(1.8, theme::colour(colours.on_accent))));
    }
    let at = pos2(square.right() + gap, rect.center().y - 0.5 * galley.size().y);
    painter.galley(at, galley, theme::colour(colours.text));
    response
}

/// A button of a bar: without a frame until the pointer is over it.
pub fn bar_button(ui: &mut Ui, text: &str, name: &str, tooltip: &str) -> Response {
    let button = egui::Button::new(RichText::new(text)).frame_when_inactive(false);
    ui.add(button).accessible_name(name).on_hover_text(tooltip)
}

/// Whether a key with modifiers is pressed; it is then used up.
pub fn shortcut(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [("−0.5", -0.5), ("0,25", 0.25), (" 1e-3 ", 1e-3), ("π", std::f64::consts::PI)] {
            assert_eq!(parse_number(text), Some(value), "{text}");
        }
        for text in ["", "∞", "nan", "inf", "1e999", "one"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    /// On a logarithmic slider the middle is the geometric mean, on a linear one the arithmetic.
    #[test]
    fn positions_and_values_belong_together() {
        let log = SliderScale { low: 1e-4, high: 1.0, logarithmic: true };
        assert_eq!(log.value(0.5), 0.01);
        assert!((log.position(0.01) - 0.5).abs() < 1e-12);
        let line = SliderScale { low: -5.0, high: 5.0, logarithmic: false };
        assert_eq!(line.value(0.5).to_bits(), 0.0f64.to_bits());
        assert_eq!([line.value(-1.0), line.value(2.0)], [-5.0, 5.0]);
        for scale in [log, line] {
            for value in [scale.low, scale.value(0.3), scale.high] {
                assert_eq!(scale.value(scale.position(value)), value);
            }
            assert!(scale.stepped(scale.value(0.3), 1.0) > scale.value(0.3));
            assert!(scale.stepped(scale.value(0.3), -0.2) < scale.value(0.3));
        }
    }

    #[test]
    fn a_slider_gives_numbers_that_can_be_said() {
        assert_eq!(rounded(0.012_345, 3), 0.0123);
        assert_eq!(round_on(1.234_567, 10.0), 1.23);
        assert_eq!(round_on(-1e-9, 10.0).to_bits(), 0.0f64.to_bits());
    }
}
