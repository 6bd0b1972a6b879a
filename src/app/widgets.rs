//! Small parts that several panels share: headings, mathematics, and a slider that can also be typed into.

use super::theme;
use crate::formula::MathRun;
use crate::number::display::{minus, short};
use crate::scene::text::{self, Span};
use crate::scene::theme::Palette;
use crate::scene::{Anchor, Font};
use crate::study::Theme;
use eframe::egui;
use egui::accesskit::Role;
use egui::{
    Color32, DragValue, FontId, Key, Modifiers, PointerButton, Response, RichText, Sense, Slider, Ui, WidgetInfo, pos2,
    vec2,
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
    let shortened = text::shortened_runs(runs, Font::Sans, f64::from(size), available);
    let width = text::width(Font::Sans, f64::from(size), &shortened) as f32;
    let height = (1.5 * size).max(ui.spacing().interact_size.y);
    let (rect, response) = ui.allocate_exact_size(vec2(width.ceil(), height), Sense::hover());
    let baseline = rect.center().y + 0.34 * size;
    let at = [f64::from(rect.left()), f64::from(baseline)];
    for span in text::spans(at, Anchor::Start, Font::Sans, f64::from(size), &shortened) {
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
    let label = |ui: &mut Ui| ui.add(egui::Label::new(text).truncate());
    ui.allocate_ui_with_layout(vec2(width, height), layout, label).inner
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
}

/// The width of a field with a number, so that no layout jumps when the number gets longer.
pub const NUMBER_WIDTH: f32 = 62.0;

impl Number<'_> {
    /// Shows symbol, slider and field in one line; the new value when there is one.
    pub fn show(&self, ui: &mut Ui) -> Option<f64> {
        ui.horizontal(|ui| {
            let symbol = RichText::new(self.symbol).family(theme::serif_italic()).size(14.0);
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, ui.spacing().interact_size.y), Sense::hover());
            ui.put(rect, egui::Label::new(symbol).halign(egui::Align::LEFT));
            let spare = NUMBER_WIDTH + ui.spacing().item_spacing.x;
            ui.spacing_mut().slider_width = (ui.available_width() - spare).max(40.0);
            let dragged = self.slider(ui);
            let typed = field(ui, &format!("{}, typed", self.name), self.tooltip, self.value, self.range);
            dragged.or(typed)
        })
        .inner
    }

    fn slider(&self, ui: &mut Ui) -> Option<f64> {
        let mut value = self.value;
        let [low, high] = self.slider;
        let mut slider = Slider::new(&mut value, low..=high)
            .logarithmic(self.logarithmic)
            .clamping(egui::SliderClamping::Never)
            .show_value(false);
        if self.logarithmic && low > 0.0 {
            slider = slider.smallest_positive(low);
        }
        let response = ui.add(slider).accessible_name(self.name);
        let twice = response.hovered() && ui.input(|input| input.pointer.button_double_clicked(PointerButton::Primary));
        let response = response.on_hover_text(format!("{} Double click: {}.", self.tooltip, short(self.reset)));
        if twice {
            return Some(self.reset);
        }
        (response.changed() && value != self.value && value.is_finite()).then(|| {
            let digits = if self.logarithmic { rounded(value, 3) } else { round_on(value, high - low) };
            digits.clamp(self.range[0], self.range[1])
        })
    }
}

/// A field of fixed width for a number that is typed or dragged; the new value when there is one.
pub fn field(ui: &mut Ui, name: &str, tooltip: &str, value: f64, range: [f64; 2]) -> Option<f64> {
    let mut new = value;
    let speed = if value == 0.0 { 0.01 } else { 0.01 * value.abs() };
    let drag_value = DragValue::new(&mut new)
        .speed(speed)
        .range(range[0]..=range[1])
        .clamp_existing_to_range(false)
        .custom_formatter(|value, _| short(value))
        .custom_parser(parse_number)
        .update_while_editing(false)
        .clip_text(true)
        .min_size(vec2(NUMBER_WIDTH, ui.spacing().interact_size.y));
    let size = vec2(NUMBER_WIDTH, ui.spacing().interact_size.y);
    let response = ui.add_sized(size, drag_value).accessible_name(name).on_hover_text(tooltip);
    // The field shows four digits: a value that reads the same was not changed by looking at it.
    (new != value && new.is_finite() && (response.dragged() || short(new) != short(value)))
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
        .min_size(vec2(NUMBER_WIDTH, ui.spacing().interact_size.y));
    let size = vec2(NUMBER_WIDTH, ui.spacing().interact_size.y);
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

/// A button of a bar: without a frame until the pointer is over it.
pub fn bar_button(ui: &mut Ui, text: &str, name: &str, tooltip: &str) -> Response {
    let button = egui::Button::new(RichText::new(text)).frame_when_inactive(false);
    ui.add(button).accessible_name(name).on_hover_text(tooltip)
}

/// Whether a key with modifiers is pressed; it is then used up.
pub fn shortcut(ui: &Ui, modifiers: Modifiers, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(modifiers, key))
}

/// A number with a real minus sign in a fixed count of decimals, for tables.
pub fn signed(text: &str) -> String {
    minus(text)
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

    #[test]
    fn a_slider_gives_numbers_that_can_be_said() {
        assert_eq!(rounded(0.012_345, 3), 0.0123);
        assert_eq!(round_on(1.234_567, 10.0), 1.23);
        assert_eq!(round_on(-1e-9, 10.0).to_bits(), 0.0f64.to_bits());
    }
}
