//! What a network computes, in the pane of the examples: curves over one input, regions of two.

use super::Panel;
use crate::app::theme;
use crate::app::widgets::palette;
use crate::chart::{FunctionPlace, function_places};
use crate::network::{NetworkPlane, Regions, class_of_label, outputs};
use crate::scene::theme::Palette;
use eframe::egui;
use egui::{Color32, ColorImage, TextureHandle, TextureOptions, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotBounds, PlotImage, PlotPoint, PlotPoints, PlotUi, Points};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Points along a curve.
const CURVE: usize = 161;
/// Cells along each side of the regions.
const SIDE: usize = 64;

/// What is drawn under the examples.
pub enum NetworkFunction {
    /// A curve for each place.
    Curves(Vec<(FunctionPlace, Vec<[f64; 2]>)>),
    /// The regions at one place, and the classes of the examples.
    Regions {
        /// The regions as an image.
        texture: TextureHandle,
        /// The part of the plot that it covers.
        bounds: PlotBounds,
        /// The class of each example.
        classes: Vec<usize>,
    },
}

/// The places of the network's function; empty if there is no trained network.
fn places(panel: &Panel<'_>) -> Vec<FunctionPlace> {
    let plane = panel.computed.findings.network();
    plane.map(|plane| function_places(&panel.subject(), plane)).unwrap_or_default()
}

/// The place of the regions: the pointer, or else the run of the details, or the training.
fn place_of_regions(panel: &Panel<'_>) -> Option<FunctionPlace> {
    places(panel).into_iter().rev().max_by_key(|place| place.rank)
}

/// What the pane shows, in a sentence.
pub fn sentence(panel: &Panel<'_>) -> String {
    let Some(plane) = panel.computed.findings.network() else { return "The network is being trained.".to_owned() };
    match plane.trained().loss.architecture.inputs() {
        1 => "Curves: at the centre of the plane, at the start (dotted), of the runs, and at the pointer (dashed)."
            .to_owned(),
        2 => {
            let place = place_of_regions(panel).map_or(String::new(), |place| place.name);
            format!("Regions of the network: {place}.")
        }
        inputs => format!("A function of {inputs} inputs has no picture."),
    }
}

impl NetworkFunction {
    /// What the study's network computes within the bounds of a plot; `None` if it has no picture.
    pub fn of(ui: &Ui, panel: &Panel<'_>, bounds: &PlotBounds) -> Option<NetworkFunction> {
        panel.state.study.network.as_ref()?;
        let plane = panel.computed.findings.network()?;
        match plane.trained().loss.architecture.inputs() {
            1 => Some(NetworkFunction::Curves(curves(panel, plane, bounds))),
            2 => regions(ui, panel, plane, bounds),
            _ => None,
        }
    }

    /// Draws it.
    pub fn draw(&self, plot: &mut PlotUi<'_>) {
        match self {
            NetworkFunction::Curves(curves) => {
                for (place, points) in curves {
                    let points = points.iter().map(|[x, y]| PlotPoint::new(*x, *y)).collect();
                    let line =
                        Line::new(place.name.clone(), PlotPoints::Owned(points)).color(theme::colour(place.colour));
                    let style = match place.dash {
                        None => LineStyle::Solid,
                        Some([dash, _]) if dash < 3.0 => LineStyle::dotted_dense(),
                        Some(_) => LineStyle::dashed_dense(),
                    };
                    plot.line(line.width(2.0).style(style).allow_hover(false));
                }
            }
            NetworkFunction::Regions { texture, bounds, .. } => {
                let size = vec2(bounds.width() as f32, bounds.height() as f32);
                let centre = bounds.center();
                let image = PlotImage::new("regions", texture.id(), centre, size);
                plot.image(image.allow_hover(false));
            }
        }
    }

    /// Draws the examples in the colours of their classes; returns false if they have none.
    pub fn draw_examples(&self, colours: &Palette, plot: &mut PlotUi<'_>, places: &[[f64; 2]], radius: f32) -> bool {
        let NetworkFunction::Regions { classes, .. } = self else { return false };
        let most = classes.iter().copied().max().unwrap_or(0);
        for class in 0..=most {
            let own: Vec<[f64; 2]> =
                places.iter().zip(classes).filter(|(_, known)| **known == class).map(|(place, _)| *place).collect();
            let colour = theme::colour(class_colour(colours, class));
            for (radius, colour) in [(radius + 1.0, theme::colour(colours.plot)), (radius, colour)] {
                plot.points(Points::new("examples", own.clone()).radius(radius).color(colour).allow_hover(false));
            }
        }
        true
    }
}

fn class_colour(palette: &Palette, class: usize) -> crate::scene::Colour {
    palette.runs[class % palette.runs.len()]
}

fn curves(panel: &Panel<'_>, plane: &NetworkPlane, bounds: &PlotBounds) -> Vec<(FunctionPlace, Vec<[f64; 2]>)> {
    let (low, high) = (bounds.min()[0], bounds.max()[0]);
    let inputs: Vec<Vec<f64>> = (0..CURVE).map(|k| vec![low + (high - low) * k as f64 / (CURVE - 1) as f64]).collect();
    let curve = |place: FunctionPlace| {
        let values = outputs(&plane.trained().loss, &place.weights, &inputs);
        let points = inputs.iter().zip(values).map(|(x, y)| [x[0], y[0]]).filter(|point| point[1].is_finite());
        let points = points.collect();
        (place, points)
    };
    places(panel).into_iter().map(curve).collect()
}

fn regions(ui: &Ui, panel: &Panel<'_>, plane: &NetworkPlane, bounds: &PlotBounds) -> Option<NetworkFunction> {
    let place = place_of_regions(panel)?;
    let dataset = &panel.state.study.data.as_ref()?.dataset;
    let loss = &plane.trained().loss;
    let labels: Vec<f64> = dataset.columns().last()?.iter().copied().collect();
    let kind = loss.architecture.loss();
    let classes = labels.iter().map(|label| class_of_label(*label, kind, &labels)).collect();
    let ([left, bottom], [right, top]) = (bounds.min(), bounds.max());
    let colours = palette(ui);
    let mut hasher = DefaultHasher::new();
    let numbers = place.weights.iter().chain([&left, &right, &bottom, &top]);
    numbers.for_each(|number| number.to_bits().hash(&mut hasher));
    colours.plot.0.hash(&mut hasher);
    let key = hasher.finish();
    let id = egui::Id::unique("regions of the network");
    let kept = ui.data(|data| data.get_temp::<(u64, TextureHandle)>(id)).filter(|(known, _)| *known == key);
    let texture = kept.map_or_else(
        || {
            let regions = Regions::new(loss, &place.weights, &labels, [[left, right], [bottom, top]], SIDE);
            let texture = ui.ctx().load_texture("regions", image(&regions, colours), TextureOptions::NEAREST);
            ui.data_mut(|data| data.insert_temp(id, (key, texture.clone())));
            texture
        },
        |(_, texture)| texture,
    );
    Some(NetworkFunction::Regions { texture, bounds: *bounds, classes })
}

/// The regions as an image, its first row at the top.
fn image(regions: &Regions, palette: &Palette) -> ColorImage {
    let mut image = ColorImage::filled([regions.side; 2], Color32::TRANSPARENT);
    for (index, (class, confidence)) in regions.cells.iter().enumerate() {
        let (row, column) = (regions.side - 1 - index / regions.side, index % regions.side);
        let colour = class_colour(palette, *class).faded(0.15 + 0.4 * confidence).over(palette.plot);
        image.pixels[row * regions.side + column] = theme::colour(colour);
    }
    image
}
