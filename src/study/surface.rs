//! The picture as a surface: whether it is shown, the scale of its height, and the camera.

use super::check::{Fault, fault};
use crate::field::ColourScale;

/// The range of the pitch in degrees: the camera is above the surface.
pub const PITCHES: [f64; 2] = [5.0, 90.0];
/// The range of the zoom.
pub const ZOOMS: [f64; 2] = [0.25, 8.0];

/// The camera of the surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The rotation of the floor about the vertical in degrees, anticlockwise as seen from above, −180 to 180.
    pub yaw: f64,
    /// The elevation of the camera above the floor in degrees: 90 looks straight down.
    pub pitch: f64,
    /// The magnification; at 1 the whole surface is visible.
    pub zoom: f64,
    /// Whether what is nearer is larger.
    pub perspective: bool,
}

impl Default for Camera {
    fn default() -> Camera {
        Camera { yaw: 30.0, pitch: 38.0, zoom: 1.0, perspective: false }
    }
}

impl Camera {
    /// Straight from above: the surface is the map.
    pub const ABOVE: Camera = Camera { yaw: 0.0, pitch: 90.0, zoom: 1.0, perspective: false };
    /// Along w1, with w2 to the right.
    pub const ALONG_W1: Camera = Camera { yaw: -90.0, pitch: 12.0, zoom: 1.0, perspective: false };
    /// Along w2, with w1 to the right.
    pub const ALONG_W2: Camera = Camera { yaw: 0.0, pitch: 12.0, zoom: 1.0, perspective: false };

    /// The camera with its angles and zoom within their bounds, and the yaw from −180 up to 180 degrees.
    pub fn within_bounds(self) -> Camera {
        let or = |value: f64, usual: f64| if value.is_finite() { value } else { usual };
        let usual = Camera::default();
        let turns = libm::floor((or(self.yaw, usual.yaw) + 180.0) / 360.0);
        Camera {
            yaw: or(self.yaw, usual.yaw) - 360.0 * turns,
            pitch: or(self.pitch, usual.pitch).clamp(PITCHES[0], PITCHES[1]),
            zoom: or(self.zoom, usual.zoom).clamp(ZOOMS[0], ZOOMS[1]),
            ..self
        }
    }

    /// Turned by degrees.
    pub fn turned(self, yaw: f64, pitch: f64) -> Camera {
        Camera { yaw: self.yaw + yaw, pitch: self.pitch + pitch, ..self }.within_bounds()
    }

    /// Drawn larger by a factor.
    pub fn zoomed(self, factor: f64) -> Camera {
        Camera { zoom: self.zoom * factor, ..self }.within_bounds()
    }

    /// The camera at a fraction of the way from this one (0) to another (1), the shorter way round.
    pub fn towards(self, other: Camera, share: f64) -> Camera {
        let way = Camera { yaw: other.yaw - self.yaw, ..other }.within_bounds().yaw;
        let between = |from: f64, to: f64| from + share * (to - from);
        Camera {
            yaw: self.yaw + share * way,
            pitch: between(self.pitch, other.pitch),
            zoom: between(self.zoom, other.zoom),
            perspective: other.perspective,
        }
        .within_bounds()
    }

    /// The first value that is out of its bounds.
    fn fault(&self) -> Option<Fault> {
        let bounded = [
            ("camera_yaw", self.yaw, [-180.0, 180.0]),
            ("camera_pitch", self.pitch, PITCHES),
            ("camera_zoom", self.zoom, ZOOMS),
        ];
        let (key, value, [low, high]) =
            bounded.into_iter().find(|(_, value, [low, high])| !(*low..=*high).contains(value))?;
        Some(fault(&["picture", key], format!("{value} is not within {low} to {high}")))
    }
}

/// The picture as a surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurfaceOptions {
    /// Whether the picture is the surface and not the map.
    pub shown: bool,
    /// The camera.
    pub camera: Camera,
    /// The scale of L as a height; automatic uses the scale that the colours of L would have.
    pub height: ColourScale,
    /// Whether there is a floor under the surface with the contour lines and the shadows of the runs.
    pub floor: bool,
}

impl SurfaceOptions {
    /// Whether the picture is drawn as a surface. From straight above it is drawn as the map.
    pub fn is_seen(&self) -> bool {
        let Camera { yaw, pitch, zoom, .. } = self.camera;
        self.shown && !(yaw == 0.0 && pitch == 90.0 && zoom == 1.0)
    }
}

impl Default for SurfaceOptions {
    fn default() -> SurfaceOptions {
        SurfaceOptions { shown: false, camera: Camera::default(), height: ColourScale::Automatic, floor: true }
    }
}

impl SurfaceOptions {
    /// Whether every number in it can be drawn.
    pub(super) fn check(&self) -> Result<(), Fault> {
        self.camera.fault().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_keep_to_their_bounds() {
        let camera = Camera { yaw: 270.0, pitch: 120.0, zoom: f64::NAN, perspective: true }.within_bounds();
        assert_eq!(camera, Camera { yaw: -90.0, pitch: 90.0, zoom: 1.0, perspective: true });
        assert_eq!(Camera::default().turned(-330.0, -90.0).yaw, 60.0);
        assert_eq!(Camera::default().turned(0.0, -90.0).pitch, PITCHES[0]);
        assert_eq!(Camera::default().zoomed(1e9).zoom, ZOOMS[1]);
    }

    /// From 170° to −170° the shorter way leads over 180°.
    #[test]
    fn the_camera_moves_the_shorter_way() {
        let from = Camera { yaw: 170.0, ..Camera::default() };
        let to = Camera { yaw: -170.0, pitch: 60.0, ..Camera::default() };
        assert_eq!(from.towards(to, 0.25).yaw, 175.0);
        assert_eq!(from.towards(to, 0.75).yaw, -175.0);
        assert_eq!(from.towards(to, 0.5).pitch, 49.0);
        assert_eq!(from.towards(to, 1.0), to);
    }
}
