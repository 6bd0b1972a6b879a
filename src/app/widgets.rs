//! Small parts that several panels share: headings, mathematics, and a slider that can also be typed into.

use super::theme::{self, FINGER};
use crate::formula::MathRun;
use crate::number::display::fitting;
use crate::scene::text::{self, Span};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Font};
use crate::study::Theme;
use eframe::egui;
use egui::accesskit::Role;
use egui::{
    Color32, DragValue, FontId, Key, Modifiers, Rect, Response, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2,
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

/// The width of a field with a number, so that no layout jumps when the number gets longer.
pub const NUMBER_WIDTH: f32 = 62.0;

/// [`NUMBER_WIDTH`] at the text size that a ui has.
pub(super) fn number_width(ui: &Ui) -> f32 {
    NUMBER_WIDTH * egui::TextStyle::Button.resolve(ui.style()).size / theme::BODY
}

/// The space at either end of a field with a number.
const FIELD_PADDING: f32 = 2.0;

/// A number as a field of [`NUMBER_WIDTH`] has room for it.
fn in_field(value: f64) -> String {
    in_width(value, NUMBER_WIDTH)
}

/// A number as a field of this width has room for it, at the usual text size.
pub fn in_width(value: f64, width: f32) -> String {
    let room = f64::from(width - 2.0 * FIELD_PADDING);
    fitting(value, 4, |text| text::plain_width(Font::Sans, f64::from(theme::BODY), text) <= room)
}

/// Adds a field with a number, which keeps to its size.
pub fn fixed(ui: &mut Ui, size: egui::Vec2, number: DragValue<'_>) -> Response {
    ui.scope(|ui| {
        ui.spacing_mut().button_padding.x = FIELD_PADDING;
        ui.add_sized(size, number)
    })
    .inner
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
    let response = fixed(ui, size, drag_value).accessible_name(name).on_hover_text(tooltip);
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
    fixed(ui, size, drag_value).accessible_name(name).on_hover_text(tooltip);
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
    // Where fingers press, the sign alone would be too narrow.
    let side = ui.spacing().interact_size.x;
    let least = if side >= FINGER { side } else { 0.0 };
    let button = egui::Button::new(RichText::new(text)).frame_when_inactive(false).min_size(egui::Vec2::splat(least));
    ui.add(button).accessible_name(name).on_hover_text(tooltip)
}

/// Whether a key with modifiers is pressed; it is then used up.
pub fn shortcut(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No number is wider than its field: not the longest, nor the ones that a slider gives.
    #[test]
    fn numbers_keep_to_their_field() {
        let digits = (0..400).map(|k| 1e-5 * libm::pow(1.07, f64::from(k)) * 1.234_567);
        for value in digits.flat_map(|value| [value, -value]).chain([0.02128, -0.02128, 1.234_567e-123, 1e300]) {
            let text = in_field(value);
            let width = text::plain_width(Font::Sans, f64::from(theme::BODY), &text);
            assert!(width <= f64::from(NUMBER_WIDTH - 2.0 * FIELD_PADDING), "{text} is {width} wide");
        }
        assert_eq!([0.02128, 0.5, 1000.0].map(in_field), ["0.02128", "0.5", "1000"]);
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value) in [("−0.5", -0.5), ("0,25", 0.25), (" 1e-3 ", 1e-3), ("π", std::f64::consts::PI)] {
            assert_eq!(parse_number(text), Some(value), "{text}");
        }
        for text in ["", "∞", "nan", "inf", "1e999", "one"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
