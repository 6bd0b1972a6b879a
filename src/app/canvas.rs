//! The picture in the window: laid out in layers, painted, and kept until something changes.
//!
//! What a hand does over it is in [`super::interaction`].

use super::compute::Computed;
use super::gesture::{Gesture, paint_focus};
use super::paint::{self, Textures};
use super::placement::PicturePlacement;
use super::state::State;
use super::surface::{Asked, SurfaceCache};
use crate::number::Vector;
use crate::scene::theme::Palette;
use crate::scene::{self, CardSpots, Layout, PictureContext, Primitive};
use crate::study::{Camera, Findings, PictureOptions, Study};
use eframe::egui;
use egui::epaint::ClippedShape;
use egui::{Ui, Vec2};

/// The picture as it was last painted, layer by layer, and what a gesture over it remembers.
#[derive(Default)]
pub struct PictureCache {
    backdrop: Layer<BackdropKey>,
    crosses: Layer<PointsKey>,
    paths: Layer<OverlayKey>,
    markers: Layer<PointsKey>,
    captions: Layer<OverlayKey>,
    hover: Layer<HoverKey>,
    /// The picture as a surface.
    pub surface: SurfaceCache,
    /// The picture in words.
    pub description: String,
    textures: Textures,
    glyphs: GlyphWatch,
    /// Where legend and badge lie over the plot.
    pub spots: Option<CardSpots>,
    /// Where they lie in the other one of window and presentation.
    other_spots: Option<CardSpots>,
    /// What they were placed for: a formula, and whether it is presented.
    spots_for: Option<(String, bool)>,
    /// Where legend and badge are on the canvas when they lie over the plot.
    pub cards: [Option<scene::Rect>; 2],
    /// What a gesture over the picture remembers.
    pub gesture: Gesture,
}

impl PictureCache {
    /// Everything that is drawn, in its order.
    pub fn primitives(&self) -> impl Iterator<Item = &Primitive> {
        let map =
            [&self.backdrop.primitives, &self.crosses.primitives, &self.paths.primitives, &self.markers.primitives];
        let is_map = self.surface.seen.is_none();
        let below = map
            .into_iter()
            .filter(move |_| is_map)
            .chain([&self.surface.primitives].into_iter().filter(move |_| !is_map));
        below.chain([&self.captions.primitives, &self.hover.primitives]).flatten()
    }

    /// Where a point of the weight plane is seen on the canvas; `None` in a hole of a surface, and before the first frame.
    pub fn pixel_from_world(&self, w: Vector) -> Option<[f64; 2]> {
        match &self.surface.seen {
            Some(seen) => seen.pixel_from_world(w),
            None => self.layout().map(|layout| layout.pixel_from_world(w)),
        }
    }

    /// Marks of the map as the picture has them: lifted where it is a surface.
    pub fn lifted(&self, marks: Vec<Primitive>) -> Vec<Primitive> {
        match &self.surface.seen {
            Some(seen) => seen.lifted(&marks),
            None => marks,
        }
    }

    /// Legend and badge find their places anew over another landscape, unless a hand has placed them; window and
    /// presentation each have their own.
    fn places_for(&mut self, study: &Study, findings: &Findings) {
        // A network that is trained is another landscape than one that is not.
        let network = findings.network().map(|plane| format!("{} {:?}", plane.architecture(), study.landscape.name));
        let wanted = (network.unwrap_or(study.landscape.formula.clone()), study.picture.projector);
        let Some((formula, is_presented)) = self.spots_for.replace(wanted.clone()) else { return };
        if formula != wanted.0 {
            let by_hand = |spots: &CardSpots| spots.placed.contains(&true);
            (self.spots, self.other_spots) = (self.spots.filter(by_hand), self.other_spots.filter(by_hand));
        }
        if is_presented != wanted.1 {
            std::mem::swap(&mut self.spots, &mut self.other_spots);
        }
    }

    /// Where the plot lies on the canvas; `None` before the first frame.
    pub fn layout(&self) -> Option<Layout> {
        self.captions.key.as_ref().map(|key| key.screen.layout)
    }
}

/// A part of the picture that is drawn again as it is until its key changes.
struct Layer<K> {
    key: Option<K>,
    primitives: Vec<Primitive>,
    shapes: Vec<ClippedShape>,
}

impl<K> Default for Layer<K> {
    fn default() -> Self {
        Layer { key: None, primitives: Vec::new(), shapes: Vec::new() }
    }
}

impl<K: PartialEq> Layer<K> {
    /// Lays out and shapes the layer again when its key has changed; whether it did.
    fn update(&mut self, key: K, lay_out: impl FnOnce() -> (Vec<Primitive>, Vec<ClippedShape>)) -> bool {
        if self.key.as_ref() == Some(&key) {
            return false;
        }
        (self.primitives, self.shapes) = lay_out();
        self.key = Some(key);
        true
    }

    fn paint(&self, ui: &Ui) {
        for shape in &self.shapes {
            ui.painter().with_clip_rect(shape.clip_rect).add(shape.shape.clone());
        }
    }
}

/// Where on the screen a layer was laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Screen {
    layout: Layout,
    origin: Vec2,
    pixels_per_point: f32,
    /// The glyphs that text was laid out with: text that is kept points to where they were.
    glyphs: Glyphs,
}

/// How glyphs are drawn, which depends on the theme, and how often all of them have been drawn anew.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Glyphs {
    options: egui::epaint::text::TextOptions,
    clearings: u32,
}

/// Notices when glyphs are drawn anew.
#[derive(Default)]
struct GlyphWatch {
    fill: f32,
    clearings: u32,
}

impl GlyphWatch {
    fn glyphs(&mut self, ctx: &egui::Context) -> Glyphs {
        let (options, fill) = ctx.fonts(|fonts| (*fonts.options(), fonts.font_atlas_fill_ratio()));
        // What is drawn only becomes more, until all of it is thrown away because there is too much.
        self.clearings += u32::from(fill < self.fill);
        self.fill = fill;
        Glyphs { options, clearings: self.clearings }
    }
}

#[derive(Clone, Debug, PartialEq)]
struct BackdropKey {
    screen: Screen,
    field_version: u64,
    basins_version: u64,
    picture: PictureOptions,
}

#[derive(Clone, Debug, PartialEq)]
struct PointsKey {
    screen: Screen,
    points_version: u64,
    saddles_version: u64,
    picture: PictureOptions,
    selected: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
struct OverlayKey {
    screen: Screen,
    version: u64,
    picture: PictureOptions,
    context: PictureContext,
}

#[derive(Clone, Debug, PartialEq)]
struct HoverKey {
    screen: Screen,
    version: u64,
    at: Option<[f64; 2]>,
    /// From where a surface is seen.
    camera: Option<Camera>,
}

/// The study as it is drawn in the window.
pub fn drawn(state: &State) -> Study {
    Study { picture: state.picture_options(), ..state.study.clone() }
}

/// What is selected, and the moment of the runs that is shown.
pub fn context(state: &State, computed: &Computed) -> PictureContext {
    PictureContext::of(&state.study, &computed.findings, computed.moments.clone())
}

/// Paints the picture of what is known now.
pub fn paint(ui: &Ui, place: &PicturePlacement, state: &State, computed: &Computed, cache: &mut PictureCache) {
    if place.is_empty() {
        return;
    }
    let ctx = ui.ctx();
    let mut study = drawn(state);
    let wanted = study.picture.surface;
    cache.places_for(&study, &computed.findings);
    cache.surface.place_camera(ui, &mut study.picture, state.preferences.smooth_turns);
    let findings = &computed.findings;
    let layout = Layout::new(&study, &place.canvas);
    let glyphs = cache.glyphs.glyphs(ctx);
    let screen = Screen { layout, origin: place.rect.min.to_vec2(), pixels_per_point: ctx.pixels_per_point(), glyphs };
    let PictureCache {
        backdrop,
        crosses,
        paths,
        markers,
        captions,
        hover,
        surface,
        textures,
        spots,
        cards,
        description,
        gesture,
        ..
    } = cache;
    let mut context = PictureContext {
        spots: *spots,
        pending_claim: computed.pending_claim(ui.input(|input| input.time)),
        cards_elsewhere: state.has_cards_elsewhere(),
        ..context(state, computed)
    };
    let asked = Asked {
        study: &study,
        findings,
        layout: &layout,
        context: &PictureContext { spots: None, pending_claim: None, ..context.clone() },
        versions: [computed.version, computed.field_version, computed.basins_version],
        place: place.rect,
        glyphs: glyphs.clearings,
    };
    let turns = surface.is_moving(ui);
    let turned = surface.update(ui, &asked, textures);
    let seen = surface.seen.as_ref();
    let mut shapes = |primitives: &[Primitive], once: bool| {
        let shapes = paint::shapes(ctx, textures, primitives, screen.origin, place.rect);
        if once { shapes } else { paint::tessellated(ctx, shapes) }
    };

    let mut renewed = turned;
    let mut moving = false;
    if seen.is_some() {
        // Its images are forgotten while the map is not drawn, so it is shaped anew when it comes back.
        backdrop.key = None;
    }
    if seen.is_none() {
        let key = BackdropKey {
            screen,
            field_version: computed.field_version,
            basins_version: computed.basins_version,
            picture: study.picture.clone(),
        };
        renewed = backdrop.update(key, || {
            let primitives = scene::backdrop(&study, findings, &layout);
            // While the view moves it is laid out for one frame only: to keep a mesh of it would cost more than it saves.
            let once = ui.input(|input| input.pointer.any_down());
            let shapes = shapes(&primitives, once);
            (primitives, shapes)
        });
        moving = ui.input(|input| input.pointer.any_down()) && renewed;
    }

    // Hundreds of critical points are shaped once, and not again while a start point is dragged.
    let key = PointsKey {
        screen,
        points_version: computed.points_version,
        saddles_version: computed.saddles_version,
        picture: study.picture.clone(),
        selected: context.selected_point,
    };
    if seen.is_none() {
        crosses.update(key.clone(), || {
            let primitives = scene::crosses(&study, findings, &layout);
            let shapes = shapes(&primitives, moving);
            (primitives, shapes)
        });
        markers.update(key, || {
            let primitives = scene::markers(&study, findings, &layout, &context);
            let shapes = shapes(&primitives, moving);
            (primitives, shapes)
        });
    }
    // Words are not laid out again while the camera moves.
    if seen.is_some() {
        study.picture.surface.camera = if turns { Camera::default() } else { wanted.camera };
    }
    let mut key =
        OverlayKey { screen, version: computed.version, picture: study.picture.clone(), context: context.clone() };
    // Cards give way when a path comes to lie under them, and only then.
    if captions.key.as_ref() != Some(&key) {
        context.spots = Some(scene::card_spots(&study, findings, &layout, &context, *spots));
        key.context.spots = context.spots;
        // In the frame in which a presentation begins or ends the panels leave the room of the other one.
        if state.was_presenting == state.presenting {
            *spots = context.spots;
        }
        *cards = scene::cards(&study, findings, &layout, &context);
    }
    if seen.is_none() {
        paths.update(key.clone(), || {
            let primitives = scene::paths(&study, findings, &layout, &context);
            let shapes = shapes(&primitives, true);
            (primitives, shapes)
        });
    }
    captions.update(key, || {
        let primitives = match seen {
            Some(_) => scene::surface::captions(&study, findings, &layout, &context),
            None => scene::captions(&study, findings, &layout, &context),
        };
        *description = scene::description(&study, findings, &layout, &context);
        let shapes = shapes(&primitives, true);
        (primitives, shapes)
    });

    // Over a critical point its own cross is there already.
    let at = state.pointed.place().map(|w| [w.x, w.y]);
    let camera = seen.map(super::surface::Seen::camera);
    hover.update(HoverKey { screen, version: computed.version, at, camera }, || {
        let Some([x, y]) = at else {
            return (Vec::new(), Vec::new());
        };
        let w = Vector::new(x, y);
        let jet = findings.loss.jet(w);
        let mut primitives = Vec::new();
        if let Some(covariance) = findings.loss.gradient_covariance(w) {
            let measure = scene::Measure::of(&layout, &findings.points);
            primitives = scene::noise(&layout, w, &jet.hessian, &covariance, &measure);
        }
        if computed.point_at(w).is_none() {
            primitives.extend(scene::hover(&layout, w, &jet, &findings.points));
        }
        let primitives = match seen {
            Some(seen) => seen.lifted(&primitives),
            None => primitives,
        };
        let shapes = shapes(&primitives, true);
        (primitives, shapes)
    });
    if renewed {
        textures.sweep();
    }

    let background = Palette::of(study.picture.theme).background;
    ui.painter().rect_filled(place.rect, 0.0, super::theme::colour(background));
    if seen.is_some() {
        surface.paint(ui);
    } else {
        backdrop.paint(ui);
        crosses.paint(ui);
        paths.paint(ui);
        markers.paint(ui);
    }
    captions.paint(ui);
    hover.paint(ui);
    paint_focus(ui, gesture, &layout, place, seen);
    // With what this picture has added.
    cache.glyphs.glyphs(ctx);
}
