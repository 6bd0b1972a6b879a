//! The place below the table of critical points: one or two open tabs. A tab is a chart, the details of a run, or the ensemble;
//! each can be shown large, beside the picture or in its place. The headings take one line: a menu at its end has those for which it
//! has no room.

use super::{CORNER, Panel, branches, chart_view, corner, ensemble, run_details, times};
use crate::app::command::Command;
use crate::app::state::{Export, Figure, Large};
use crate::app::theme;
use crate::app::widgets::{bar_button, muted, palette, strong};
use crate::chart::{self, Chart};
use crate::export::WRITES_PDF;
use crate::study::{ARRHENIUS_TAB, BRANCHES_TAB, FIRST_TAB, RUN_TAB, SEEDS_TAB};
use eframe::egui;
use egui::accesskit::Role;
use egui::{Align, Layout, Rect, RichText, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};

/// What a tab shows.
#[derive(Clone, Copy)]
enum Tab {
    Chart(&'static dyn Chart),
    Run,
    Seeds,
}

impl Tab {
    /// The tabs that suit what is explored.
    fn offered(panel: &Panel<'_>) -> Vec<Tab> {
        let subject = panel.subject();
        let suited = chart::CHARTS.iter().copied().filter(|chart| chart.suits(&subject)).map(Tab::Chart);
        let mut tabs: Vec<Tab> = suited.collect();
        // Every landscape has these, so that they have their place beside the first one.
        tabs.splice(tabs.len().min(1)..tabs.len().min(1), [Tab::Run, Tab::Seeds]);
        tabs
    }

    fn find(key: &str) -> Option<Tab> {
        match key {
            RUN_TAB => Some(Tab::Run),
            SEEDS_TAB => Some(Tab::Seeds),
            key => chart::find(key).map(Tab::Chart),
        }
    }

    /// The tab with this key, or the first one.
    fn of(key: &str) -> Tab {
        Tab::find(key).or_else(|| Tab::find(FIRST_TAB)).unwrap_or(Tab::Run)
    }

    fn key(self) -> &'static str {
        match self {
            Tab::Chart(chart) => chart.info().key,
            Tab::Run => RUN_TAB,
            Tab::Seeds => SEEDS_TAB,
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Tab::Chart(chart) => chart.info().tab,
            Tab::Run => "RUN",
            Tab::Seeds => "SEEDS",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Tab::Chart(chart) => chart.info().title,
            Tab::Run => "One run in detail",
            Tab::Seeds => "Many runs, with other seeds or other starts",
        }
    }

    fn action(self) -> &'static str {
        match self {
            Tab::Chart(chart) => chart.info().action,
            Tab::Run => "Show the run",
            Tab::Seeds => "Show the ensemble",
        }
    }

    fn tooltip(self) -> &'static str {
        match self {
            Tab::Chart(chart) => chart.info().tooltip,
            Tab::Run => "One run: the factors that theory predicts beside the measured ones, and stopping rules.",
            Tab::Seeds => {
                "Many runs of one optimizer, with other seeds or other starts: their paths, the mean path, and where \
                they \
                 end."
            }
        }
    }
}

/// A tab is at least so high below its headings: where there is less room, the panel scrolls.
pub const LEAST: f32 = 110.0;
/// The height of the line of headings.
pub const HEADINGS: f32 = 22.0;

/// Shows the open tabs in a height.
pub fn show(ui: &mut Ui, panel: &mut Panel<'_>, height: f32) {
    let offered = Tab::offered(panel);
    // A tab that does not suit this landscape waits until one comes that it suits.
    let is_kept = panel.computed.is_searching();
    let suited = |key: &String| {
        let known = offered.iter().copied().find(|tab| tab.key() == key);
        known.or_else(|| Tab::find(key).filter(|_| is_kept)).unwrap_or(Tab::of(FIRST_TAB))
    };
    let mut open: Vec<Tab> = panel.state.study.display.tabs.iter().map(suited).collect();
    open.dedup_by_key(|tab| tab.key());
    let each = height / open.len().max(1) as f32;
    for (slot, tab) in open.iter().enumerate() {
        ui.push_id(("tab", slot), |ui| {
            let top = ui.cursor().top();
            let line = vec2(ui.available_width(), HEADINGS - ui.spacing().item_spacing.y);
            ui.allocate_ui_with_layout(line, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(line);
                headings(ui, panel, slot, *tab);
            });
            let used = ui.cursor().top() - top;
            contents(ui, panel, *tab, (each - used).max(LEAST), Some(slot));
        });
    }
}

/// Shows a tab large: a line with its title and what can be done with it, and below it the tab.
pub fn large(ui: &mut Ui, panel: &mut Panel<'_>, large: &Large) {
    let tab = Tab::of(&large.tab);
    let title = || egui::Label::new(strong(tab.title()));
    let is_beside_buttons = ui.horizontal(|ui| {
        // The buttons take their places first, and the title has what they leave.
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if bar_button(ui, "✕", "Close the large chart", "Closes it (Esc).").clicked() {
                panel.emit(Command::ShowLarge(None));
            }
            let (text, name, tooltip) = match large.is_beside {
                true => ("Alone", "Show the chart alone", "Shows it in place of the picture."),
                false => ("Beside the picture", "Show the chart beside the picture", "Shows the picture, too."),
            };
            if bar_button(ui, text, name, tooltip).clicked() {
                panel.emit(Command::ShowLarge(Some(Large { is_beside: !large.is_beside, ..large.clone() })));
            }
            if let Tab::Chart(chart) = tab {
                export(ui, panel, chart);
            }
            let fits = width_of(ui, strong(tab.title())) <= ui.available_width();
            if fits {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(title()));
            }
            fits
        })
        .inner
    });
    if !is_beside_buttons.inner {
        ui.add(title().wrap());
    }
    ui.add_space(4.0);
    let height = ui.available_height() - 6.0;
    contents(ui, panel, tab, height.max(60.0), None);
}

/// Shows a tab in a presentation, with its title above it, in a height.
pub fn presented(ui: &mut Ui, panel: &mut Panel<'_>, large: &Large, height: f32) {
    let tab = Tab::of(&large.tab);
    let top = ui.cursor().top();
    ui.add(egui::Label::new(strong(tab.title()).size(16.0)).wrap());
    ui.add_space(4.0);
    let used = ui.cursor().top() - top;
    contents(ui, panel, tab, (height - used).max(LEAST), None);
}

fn export(ui: &mut Ui, panel: &mut Panel<'_>, chart: &'static dyn Chart) {
    let button = egui::Button::new("Export ▾").frame_when_inactive(false);
    let menu = egui::containers::menu::MenuButton::from_button(button);
    let (response, _) = menu.ui(ui, |ui| {
        for (figure, text) in
            [(Figure::Pdf, "Chart as PDF…"), (Figure::Svg, "Chart as SVG…"), (Figure::Png, "Chart as PNG…")]
        {
            if figure == Figure::Pdf && !WRITES_PDF {
                super::no_pdf(ui, text);
            } else if ui.button(text).clicked() {
                panel.emit(Command::Export(Export::Chart(chart.info().key, figure)));
            }
        }
    });
    response.accessible_name("Export the chart").on_hover_text("Writes the chart to a file, as a figure of its own.");
}

fn contents(ui: &mut Ui, panel: &mut Panel<'_>, tab: Tab, height: f32, slot: Option<usize>) {
    let place = ui.available_rect_before_wrap();
    let withheld = panel.state.lessons.withholds().filter(|withheld| withheld.hides_tab(tab.key()));
    match tab {
        _ if let Some(withheld) = withheld => {
            let size = vec2(ui.available_width() - 2.0 * corner(ui) - 6.0, height);
            ui.allocate_ui_with_layout(size, Layout::top_down(Align::Min), |ui| {
                ui.set_min_height(height);
                ui.add(egui::Label::new(muted(withheld.words()).size(12.0)).wrap());
            });
        }
        Tab::Chart(chart) => {
            let scale = if slot.is_some() { 1.0 } else { 1.25 };
            match chart.info().key {
                BRANCHES_TAB => branches::show(ui, panel, chart, height, scale),
                ARRHENIUS_TAB => times::show(ui, panel, chart, height, scale),
                _ if slot.is_none() => chart_view::show_described(ui, panel, chart, height, scale),
                _ => chart_view::show(ui, panel, chart, height, scale),
            }
        }
        Tab::Run => run_details::show(ui, panel, height),
        Tab::Seeds => ensemble::show(ui, panel, height),
    }
    if let Some(slot) = slot {
        let right = place.right() - if matches!(tab, Tab::Chart(_)) { 0.0 } else { 2.0 };
        corner_buttons(ui, panel, tab, slot, pos2(right, place.top() + 0.5 * corner(ui)));
    }
}

/// The buttons in the upper right corner: large, and a second tab.
fn corner_buttons(ui: &Ui, panel: &mut Panel<'_>, tab: Tab, slot: usize, place: egui::Pos2) {
    let side = corner(ui);
    let square = |k: f32| Rect::from_center_size(place - vec2((k + 0.5) * side, 0.0), vec2(side, side));
    let name = if slot == 0 { "Show large" } else { "Show the second large" };
    let tooltip = "Shows it large, beside the picture or in its place.";
    if corner_button(ui, square(0.0), name, tooltip, Sign::Large) {
        panel.emit(Command::ShowLarge(Some(Large { tab: tab.key().to_owned(), is_beside: true })));
    }
    let has_second = panel.state.study.display.tabs.len() > 1;
    let (name, tooltip, sign) = match has_second {
        false => ("Open a second tab", "Opens a second chart below this one.", Sign::Two),
        true => ("Close the second tab", "Closes the second chart.", Sign::One),
    };
    if slot == 0 && corner_button(ui, square(1.0), name, tooltip, sign) {
        panel.emit(Command::ShowSecondTab(!has_second));
    }
}

/// What a button in the corner shows.
#[derive(Clone, Copy)]
enum Sign {
    Large,
    Two,
    One,
}

fn corner_button(ui: &Ui, rect: Rect, name: &str, tooltip: &str, sign: Sign) -> bool {
    let response = ui.interact(rect, ui.scope_id().with(name), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let colours = palette(ui);
    let is_marked = response.hovered() || response.has_focus();
    // A plate, for a drawing may lie under it.
    let plate = if is_marked { colours.hovered } else { colours.panel };
    let plate_rect = Rect::from_center_size(rect.center(), vec2(CORNER, CORNER));
    ui.painter().rect_filled(plate_rect, 4.0, theme::colour(plate));
    let colour = theme::colour(if is_marked { colours.text } else { colours.muted });
    let stroke = egui::Stroke::new(1.3, colour);
    let centre = rect.center();
    let line = |from: [f32; 2], to: [f32; 2]| {
        egui::Shape::line_segment([centre + vec2(from[0], from[1]), centre + vec2(to[0], to[1])], stroke)
    };
    let square = |top: f32, height: f32| {
        let rect = Rect::from_min_size(centre + vec2(-5.0, top), vec2(10.0, height));
        egui::Shape::rect_stroke(rect, 1.0, stroke, egui::StrokeKind::Inside)
    };
    ui.painter().extend(match sign {
        Sign::Large => vec![
            line([-4.5, 4.5], [4.5, -4.5]),
            line([4.5, -4.5], [0.5, -4.5]),
            line([4.5, -4.5], [4.5, -0.5]),
            line([-4.5, 4.5], [-0.5, 4.5]),
            line([-4.5, 4.5], [-4.5, 0.5]),
        ],
        Sign::Two => vec![square(-5.0, 4.5), square(0.5, 4.5)],
        Sign::One => vec![square(-5.0, 10.0)],
    });
    response.on_hover_text(tooltip).clicked()
}

/// The distance of two headings.
const GAP: f32 = 11.0;

/// The headings of the tabs, of which one is chosen: as many as the line has room for, and a menu of the others, which shows the
/// chosen one if it is among them. Which is chosen moves none of them.
fn headings(ui: &mut Ui, panel: &mut Panel<'_>, slot: usize, chosen: Tab) {
    ui.spacing_mut().item_spacing = vec2(GAP, 0.0);
    let tabs = Tab::offered(panel);
    let shown = fitting(ui, &tabs);
    for tab in &tabs[..shown] {
        let is_chosen = chosen.key() == tab.key();
        let button = egui::Button::new(heading(ui, tab.heading(), is_chosen)).frame(false);
        let button = ui.add(button.min_size(theme::touchable(ui, Vec2::ZERO)));
        let name = named(*tab, slot);
        button.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &name));
        if is_chosen {
            underline(ui, button.rect);
        }
        if button.on_hover_text(tab.tooltip()).clicked() {
            panel.emit(Command::ShowTab(slot, tab.key().to_owned()));
        }
    }
    others(ui, panel, slot, &tabs[shown..], chosen);
}

/// The menu of the tabs for which the line has no room.
fn others(ui: &mut Ui, panel: &mut Panel<'_>, slot: usize, tabs: &[Tab], chosen: Tab) {
    if tabs.is_empty() {
        return;
    }
    let is_here = tabs.iter().any(|tab| tab.key() == chosen.key());
    let text = format!("{} ▾", if is_here { chosen.heading() } else { MORE });
    let button = egui::Button::new(heading(ui, &text, is_here)).frame(false);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        for tab in tabs {
            let is_chosen = chosen.key() == tab.key();
            let item = ui.add(egui::Button::selectable(is_chosen, format!("{}  ·  {}", tab.heading(), tab.title())));
            let name = named(*tab, slot);
            item.widget_info(|| WidgetInfo::selected(Role::Button, true, is_chosen, &name));
            if item.on_hover_text(tab.tooltip()).clicked() {
                panel.emit(Command::ShowTab(slot, tab.key().to_owned()));
            }
        }
    });
    if is_here {
        underline(ui, response.rect);
    }
    let name = if slot == 0 { "More charts" } else { "More charts below" };
    let tooltip = if is_here { chosen.tooltip() } else { "The charts for which this line has no room." };
    response.accessible_name(name).on_hover_text(tooltip);
}

/// The heading of the menu of tabs.
const MORE: &str = "MORE";

/// The accessible name of a tab's heading.
fn named(tab: Tab, slot: usize) -> String {
    if slot == 0 { tab.action().to_owned() } else { format!("{} below", tab.action()) }
}

fn heading(ui: &Ui, text: &str, is_chosen: bool) -> RichText {
    let colours = palette(ui);
    let colour = theme::colour(if is_chosen { colours.text } else { colours.muted });
    RichText::new(text).family(theme::bold()).size(10.5).extra_letter_spacing(0.6).color(colour)
}

fn underline(ui: &Ui, heading: Rect) {
    let line = egui::Stroke::new(1.5, theme::colour(palette(ui).accent));
    ui.painter().hline(heading.x_range(), heading.bottom() - 1.0, line);
}

/// The width of a text in one line.
fn width_of(ui: &Ui, text: RichText) -> f32 {
    let text = egui::WidgetText::from(text);
    text.into_galley(ui, Some(egui::TextWrapMode::Extend), f32::INFINITY, egui::TextStyle::Button).size().x
}

/// How many of the headings the line has room for. If it is not all of them, the menu has room for any of the others.
fn fitting(ui: &Ui, tabs: &[Tab]) -> usize {
    let least = theme::touchable(ui, Vec2::ZERO).x;
    let width = |text: &str| width_of(ui, heading(ui, text, false)).max(least);
    let (room, widths): (f32, Vec<f32>) = (ui.available_width(), tabs.iter().map(|tab| width(tab.heading())).collect());
    let taken = |count: usize| widths[..count].iter().map(|width| width + GAP).sum::<f32>();
    if taken(tabs.len()) - GAP <= room {
        return tabs.len();
    }
    let of_menu = |text: &str| width(&format!("{text} ▾"));
    let fits = |count: &usize| {
        let menu = tabs[*count..].iter().map(|tab| of_menu(tab.heading())).fold(of_menu(MORE), f32::max);
        taken(*count) + menu <= room
    };
    (0..tabs.len()).rev().find(fits).unwrap_or(0)
}
