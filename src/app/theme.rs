//! How the window looks: the picture's colours and fonts for egui's widgets.

use crate::export::SystemFont;
use crate::scene::text;
use crate::scene::theme::Palette;
use crate::scene::{Colour, Font};
use crate::study::Theme;
use eframe::egui;
use egui::epaint::Shadow;
use egui::style::{HandleShape, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Visuals, vec2,
};
use std::sync::Arc;

/// The size of words in panels, in points.
pub const BODY: f32 = 13.0;

/// The largest side of the texture that glyphs are drawn into: 16 MB.
///
/// egui throws glyphs away only when their texture is nearly full, and makes it as large as the graphics card takes: 16,384 pixels a
/// side are 1 GB in memory and as much on the card. All glyphs of one size of text need less than a third of this one at ten pixels a
/// point, and a fiftieth at one.
pub const GLYPH_TEXTURE_SIDE: usize = 2048;

/// egui's colour for one of the picture's.
pub fn colour(colour: Colour) -> Color32 {
    let [r, g, b, a] = colour.0;
    Color32::from_rgba_unmultiplied(r, g, b, a)
}

/// egui's family for one of the picture's fonts.
pub fn family(font: Font) -> FontFamily {
    match font {
        Font::Sans => FontFamily::Proportional,
        Font::SansBold => bold(),
        Font::SerifItalic => serif_italic(),
        Font::Serif => serif(),
    }
}

/// The family of headings.
pub fn bold() -> FontFamily {
    FontFamily::Name("bold".into())
}

/// The family of numerals and functions in mathematics.
pub fn serif() -> FontFamily {
    FontFamily::Name("serif".into())
}

/// The family of names in mathematics.
pub fn serif_italic() -> FontFamily {
    FontFamily::Name("serif-italic".into())
}

/// Gives egui the bundled fonts, in place of its own, and fonts of the system for letters that these lack.
pub fn install_fonts(ctx: &egui::Context, others: &[SystemFont]) {
    let mut fonts = FontDefinitions::empty();
    let families = [
        (FontFamily::Proportional, "sans", text::SANS),
        (bold(), "sans-bold", text::SANS_BOLD),
        (serif(), "serif", text::SERIF),
        (serif_italic(), "serif-italic", text::SERIF_ITALIC),
        (FontFamily::Monospace, "mono", text::MONO),
    ];
    for (family, name, bytes) in families {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        // What a font lacks comes from the one that has every sign we use.
        fonts.families.insert(family, vec![name.to_owned(), "sans".to_owned()]);
    }
    for (number, SystemFont { family, bytes, index }) in others.iter().enumerate() {
        let name = format!("{family} {number}");
        let data = FontData { index: *index, ..FontData::from_owned(bytes.clone()) };
        fonts.font_data.insert(name.clone(), Arc::new(data));
        fonts.families.values_mut().for_each(|family| family.push(name.clone()));
    }
    ctx.set_fonts(fonts);
}

/// Sets sizes, spacing and colours for a theme. Cheap enough to be called whenever the theme changes.
pub fn apply(ctx: &egui::Context, theme: Theme) {
    ctx.set_theme(match theme {
        Theme::Light => egui::Theme::Light,
        Theme::Dark => egui::Theme::Dark,
    });
    let visuals = visuals(theme);
    ctx.global_style_mut(|style| {
        style.visuals = visuals;
        style.text_styles = [
            (TextStyle::Small, FontId::new(11.0, FontFamily::Proportional)),
            (TextStyle::Body, FontId::new(BODY, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(BODY, FontFamily::Proportional)),
            (TextStyle::Heading, FontId::new(14.0, bold())),
            (TextStyle::Monospace, FontId::new(12.5, FontFamily::Monospace)),
        ]
        .into();
        style.spacing.item_spacing = vec2(8.0, 5.0);
        style.spacing.button_padding = vec2(8.0, 4.0);
        style.spacing.interact_size = vec2(28.0, 22.0);
        style.spacing.slider_rail_height = 3.0;
        style.spacing.icon_width = 15.0;
        style.spacing.icon_width_inner = 9.0;
        style.spacing.icon_spacing = 6.0;
        style.spacing.combo_height = 420.0;
        style.spacing.menu_margin = Margin::same(6);
        style.spacing.tooltip_width = 340.0;
        style.spacing.scroll = egui::style::ScrollStyle::thin();
        style.interaction.selectable_labels = false;
        style.interaction.tooltip_delay = 0.6;
        // Nothing slides or fades: an old laptop has better things to do, and so has the eye.
        style.animation_time = 0.0;
        style.scroll_animation = egui::style::ScrollAnimation::none();
        style.visuals.text_cursor.blink = false;
    });
}

/// Makes what can be pressed large enough for fingers.
pub fn for_fingers(ctx: &egui::Context) {
    if is_large(&ctx.global_style().spacing) {
        return;
    }
    ctx.global_style_mut(|style| {
        style.spacing.interact_size = egui::Vec2::splat(FINGER);
        style.spacing.button_padding = vec2(10.0, 8.0);
        style.spacing.icon_width = 24.0;
        style.spacing.icon_width_inner = 14.0;
        style.spacing.slider_rail_height = 6.0;
    });
}

/// Whether what can be pressed is large enough for fingers.
pub fn is_for_fingers(ui: &egui::Ui) -> bool {
    is_large(ui.spacing())
}

fn is_large(spacing: &egui::Spacing) -> bool {
    spacing.interact_size.x >= FINGER
}

/// The size of something that can be pressed: of its own, or large enough for a finger.
pub fn touchable(ui: &egui::Ui, size: egui::Vec2) -> egui::Vec2 {
    if is_for_fingers(ui) { size.max(egui::Vec2::splat(FINGER)) } else { size }
}

/// The least side of what a finger can press, in points.
pub const FINGER: f32 = 40.0;

fn visuals(theme: Theme) -> Visuals {
    let palette = Palette::of(theme);
    let panel = colour(palette.panel);
    let raised = colour(palette.raised);
    let hovered = colour(palette.hovered);
    let text = colour(palette.text);
    let accent = colour(palette.accent);
    let hairline = Stroke::new(1.0, colour(palette.separator));
    let corner_radius = CornerRadius::same(5);
    let widget = |fill: Color32, weak: Color32, outline: Stroke| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: weak,
        bg_stroke: outline,
        corner_radius,
        fg_stroke: Stroke::new(1.4, text),
        expansion: 0.0,
    };
    let shadow = Shadow { offset: [0, 4], blur: 14, spread: 0, color: Color32::from_black_alpha(70) };
    let base = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    Visuals {
        widgets: Widgets {
            noninteractive: widget(panel, panel, hairline),
            inactive: widget(colour(palette.separator), raised, hairline),
            hovered: widget(hovered, hovered, Stroke::new(1.0, colour(palette.axis))),
            active: widget(hovered, hovered, Stroke::new(1.5, accent)),
            open: widget(raised, raised, Stroke::new(1.0, accent)),
        },
        selection: egui::style::Selection {
            bg_fill: accent.gamma_multiply(if theme == Theme::Dark { 0.32 } else { 0.22 }),
            stroke: Stroke::new(1.2, accent),
        },
        weak_text_color: Some(colour(palette.muted)),
        hyperlink_color: accent,
        faint_bg_color: raised,
        extreme_bg_color: raised,
        text_edit_bg_color: Some(raised),
        code_bg_color: raised,
        warn_fg_color: colour(palette.warning),
        error_fg_color: colour(palette.error),
        window_corner_radius: CornerRadius::same(8),
        window_fill: panel,
        window_stroke: hairline,
        window_shadow: shadow,
        popup_shadow: shadow,
        menu_corner_radius: CornerRadius::same(6),
        panel_fill: panel,
        slider_trailing_fill: true,
        handle_shape: HandleShape::Circle,
        button_frame: true,
        striped: false,
        ..base
    }
}
