//! The picture as a surface in the window: the camera's way from one place to another, and what is kept between frames.

use super::paint::{self, Textures};
use crate::number::Vector;
use crate::scene::surface::{Detail, Ground, Plane, Surface, is_shown};
use crate::scene::{Layout, PictureContext, Primitive};
use crate::study::{Camera, Findings, PictureOptions, Study, SurfaceOptions};
use eframe::egui;
use egui::epaint::ClippedShape;
use egui::{Rect, Ui, Vec2};
use std::sync::Arc;

/// Seconds that the camera takes from one place to another.
const SECONDS: f64 = 0.5;

/// What is kept of a surface between frames.
#[derive(Default)]
pub struct SurfaceCache {
    motion: Motion,
    ground: Option<(GroundKey, Arc<Ground>)>,
    plane: Option<(PlaneKey, Plane)>,
    frame: Option<FrameKey>,
    /// What is drawn on and around the surface.
    pub primitives: Vec<Primitive>,
    shapes: Vec<ClippedShape>,
    /// The surface that is seen; `None` while the map is.
    pub seen: Option<Seen>,
}

/// The camera on its way.
#[derive(Default)]
struct Motion {
    /// Where it goes, or went: to the map, or to a place over a surface. `None` before the first picture.
    target: Option<Option<Camera>>,
    /// From where, and since when.
    way: Option<(Camera, f64)>,
    /// Where it is.
    at: Option<Camera>,
}

impl Motion {
    /// Where the camera is now: on its way to what the study asks for, unless a hand leads it.
    fn at(&mut self, wanted: &SurfaceOptions, now: f64, jumps: bool) -> Option<Camera> {
        let target = wanted.shown.then_some(wanted.camera);
        if self.target != Some(target) {
            // The first picture of a window does not move, and neither does what a hand leads.
            let is_still = jumps || self.target.is_none();
            self.way = (!is_still).then_some((self.at.unwrap_or(Camera::ABOVE), now));
            self.target = Some(target);
        }
        let to = target.unwrap_or(Camera::ABOVE);
        self.at = match self.way {
            Some((from, since)) if now - since < SECONDS => {
                let share = ((now - since) / SECONDS).clamp(0.0, 1.0);
                Some(from.towards(to, share * share * (3.0 - 2.0 * share)))
            }
            _ => {
                self.way = None;
                target
            }
        };
        self.at
    }

    fn is_moving(&self) -> bool {
        self.way.is_some()
    }
}

/// The surface as it was last drawn: where its points are on the screen.
#[derive(Clone)]
pub struct Seen {
    layout: Layout,
    ground: Arc<Ground>,
    picture: PictureOptions,
}

impl Seen {
    fn surface(&self) -> Surface<'_> {
        Surface::new(&self.picture, &self.layout, &self.ground, &self.picture.surface.camera)
    }

    /// From where it is seen.
    pub fn camera(&self) -> Camera {
        self.picture.surface.camera
    }

    /// The point of the canvas at which a point of the weight plane is seen on the surface.
    pub fn pixel_from_world(&self, w: Vector) -> Option<[f64; 2]> {
        self.surface().pixel_from_world(w)
    }

    /// The point of the weight plane that is seen at a point of the canvas; `None` beside the surface.
    pub fn world_from_pixel(&self, pixel: [f64; 2]) -> Option<Vector> {
        self.surface().world_from_pixel(pixel)
    }

    /// The marks of a map, lifted onto the surface.
    pub fn lifted(&self, marks: &[Primitive]) -> Vec<Primitive> {
        self.surface().lifted(marks)
    }
}

#[derive(Clone, PartialEq)]
struct GroundKey {
    layout: Layout,
    picture: PictureOptions,
    versions: [u64; 2],
    pixels: f64,
}

#[derive(Clone, PartialEq)]
struct PlaneKey {
    ground: GroundKey,
    context: PictureContext,
    version: u64,
}

#[derive(Clone, PartialEq)]
struct FrameKey {
    plane: PlaneKey,
    camera: Camera,
    is_moving: bool,
    origin: Vec2,
    glyphs: u32,
}

/// What a frame of the surface is drawn from.
pub struct Asked<'a> {
    /// The study, with the camera where it is now.
    pub study: &'a Study,
    /// What is known of it.
    pub findings: &'a Findings,
    /// The map's layout.
    pub layout: &'a Layout,
    /// What is selected, and the moment of the runs.
    pub context: &'a PictureContext,
    /// The versions of all findings, of the field and of the basins.
    pub versions: [u64; 3],
    /// Where the canvas is in the window.
    pub place: Rect,
    /// How often glyphs have been drawn anew.
    pub glyphs: u32,
}

impl SurfaceCache {
    /// Puts the camera where it is at this moment, and has the window drawn again while it moves.
    pub fn place_camera(&mut self, ui: &Ui, picture: &mut PictureOptions, is_smooth: bool) {
        let (now, leads) = ui.input(|input| {
            let scrolls = input.smooth_scroll_delta() != Vec2::ZERO || input.zoom_delta() != 1.0;
            (input.time, input.pointer.any_down() || scrolls)
        });
        let at = self.motion.at(&picture.surface, now, leads || !is_smooth);
        picture.surface.shown = at.is_some();
        picture.surface.camera = at.unwrap_or(picture.surface.camera);
        if self.motion.is_moving() {
            ui.ctx().request_repaint();
        }
    }

    /// Whether the camera moves, by itself or led by a hand.
    pub fn is_moving(&self, ui: &Ui) -> bool {
        self.motion.is_moving() || ui.input(|input| input.pointer.any_down())
    }

    /// Brings what is drawn up to date; whether it changed.
    pub fn update(&mut self, ui: &Ui, asked: &Asked<'_>, textures: &mut Textures) -> bool {
        let Asked { study, findings, layout, context, versions, place, glyphs } = *asked;
        if !is_shown(study) {
            // Its images are forgotten while the map is drawn.
            (self.seen, self.frame) = (None, None);
            return false;
        }
        let is_moving = self.is_moving(ui);
        let pixels = f64::from(ui.ctx().pixels_per_point());
        // Turning it changes nothing of the surface itself.
        let camera = study.picture.surface.camera;
        let mut picture = study.picture.clone();
        picture.surface.camera = Camera::default();
        let key = GroundKey { layout: *layout, picture, versions: [versions[1], versions[2]], pixels };
        let ground = match &self.ground {
            Some((known, ground)) if *known == key => Arc::clone(ground),
            _ => Arc::new(Ground::new(study, findings, layout, &Detail::window(pixels, false))),
        };
        self.ground = Some((key.clone(), Arc::clone(&ground)));
        let key = PlaneKey { ground: key, context: context.clone(), version: versions[0] };
        if self.plane.as_ref().is_none_or(|(known, _)| *known != key) {
            self.plane = Some((key.clone(), Plane::new(study, findings, layout, context, &ground)));
        }
        self.seen = Some(Seen { layout: *layout, ground: Arc::clone(&ground), picture: study.picture.clone() });
        let key = FrameKey { plane: key, camera, is_moving, origin: place.min.to_vec2(), glyphs };
        if self.frame.as_ref() == Some(&key) {
            return false;
        }
        let Some((_, plane)) = &self.plane else { return false };
        let surface = Surface::new(&study.picture, layout, &ground, &camera);
        self.primitives = surface.primitives(plane, &Detail::window(pixels, is_moving));
        self.shapes = paint::shapes(ui.ctx(), textures, &self.primitives, place.min.to_vec2(), place);
        self.frame = Some(key);
        true
    }

    /// Paints it.
    pub fn paint(&self, ui: &Ui) {
        for shape in &self.shapes {
            ui.painter().with_clip_rect(shape.clip_rect).add(shape.shape.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(shown: bool, camera: Camera) -> SurfaceOptions {
        SurfaceOptions { shown, camera, ..SurfaceOptions::default() }
    }

    /// The turn from the map begins straight above, is half way after a quarter of a second, and ends after half a second; the turn
    /// back ends with the map.
    #[test]
    fn the_camera_takes_half_a_second() {
        let mut motion = Motion::default();
        let camera = Camera { yaw: 40.0, pitch: 30.0, zoom: 1.0, perspective: false };
        assert_eq!(motion.at(&options(false, camera), 0.0, false), None);
        assert_eq!(motion.at(&options(true, camera), 1.0, false).map(|at| at.pitch), Some(90.0));
        assert_eq!(motion.at(&options(true, camera), 1.25, false).map(|at| (at.yaw, at.pitch)), Some((20.0, 60.0)));
        assert_eq!(motion.at(&options(true, camera), 1.5, false), Some(camera));
        assert!(!motion.is_moving());
        assert_eq!(motion.at(&options(false, camera), 2.0, false), Some(camera));
        assert_eq!(motion.at(&options(false, camera), 2.5, false), None);
    }

    #[test]
    fn what_a_hand_leads_does_not_lag() {
        let mut motion = Motion::default();
        let camera = Camera::default();
        assert_eq!(motion.at(&options(true, camera), 0.0, true), Some(camera));
        let turned = camera.turned(50.0, 0.0);
        assert_eq!(motion.at(&options(true, turned), 0.1, true), Some(turned));
    }
}
