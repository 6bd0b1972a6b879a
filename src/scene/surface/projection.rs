//! From the floor of the surface to the screen and back.
//!
//! The plane is the map in its pixels: x to the right, y upwards, from the plot's middle; z is a height in the same
//! pixels. The floor is turned by the camera's yaw and tilted by its pitch. Straight from above a point of the plane is
//! where the map has it.
//!
//! In perspective, the steeper the camera looks down, the farther away it is; looking straight down it is infinitely
//! far away. So the surface becomes the map in perspective, too.

use super::super::layout::TICK_SIZE;
use super::super::{Font, Layout, Rect, text};
use crate::study::Camera;

/// The distance of the camera from the centre in perspective, in radii of the scene, when it looks horizontally.
const DISTANCE: f64 = 3.2;
/// Within this many degrees from straight above, the area of the surface changes from that of the map to a larger one.
const MAP_LIKE: f64 = 30.0;

/// A place on the screen, and how near to the eye it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Its pixels.
    pub at: [f64; 2],
    /// Greater for points nearer to the eye; linear on the screen along straight lines of space.
    pub nearness: f64,
}

impl Spot {
    /// The place at a share of the straight way to another one.
    #[inline]
    pub fn towards(&self, other: &Spot, share: f64) -> Spot {
        let between = |from: f64, to: f64| from + share * (to - from);
        Spot {
            at: [between(self.at[0], other.at[0]), between(self.at[1], other.at[1])],
            nearness: between(self.nearness, other.nearness),
        }
    }
}

/// How space is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    yaw: [f64; 2],
    pitch: [f64; 2],
    /// The height that is turned about.
    middle: f64,
    /// One over the distance of the eye; 0 without perspective.
    closeness: f64,
    scale: f64,
    origin: [f64; 2],
    /// How much larger than fitting the scene is seen.
    pub zoom: f64,
}

/// Half of the floor's sides, and the lowest and greatest height of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// Half of its width and depth.
    pub half: [f64; 2],
    /// From the floor to the highest point.
    pub heights: [f64; 2],
}

impl Extent {
    /// The corners of the box around everything.
    pub fn corners(&self) -> [[f64; 3]; 8] {
        let ([a, b], [low, high]) = (self.half, self.heights);
        [
            [-a, -b, low],
            [a, -b, low],
            [a, b, low],
            [-a, b, low],
            [-a, -b, high],
            [a, -b, high],
            [a, b, high],
            [-a, b, high],
        ]
    }
}

impl Projection {
    /// The projection that fits the scene into the area of a layout.
    pub fn new(camera: &Camera, layout: &Layout, extent: &Extent) -> Projection {
        let camera = camera.within_bounds();
        let [yaw, pitch] = [camera.yaw, camera.pitch].map(turn);
        let radius =
            libm::hypot(libm::hypot(extent.half[0], extent.half[1]), 0.5 * (extent.heights[1] - extent.heights[0]));
        let closeness = if camera.perspective { pitch[1] / (DISTANCE * radius) } else { 0.0 };
        let middle = 0.5 * (extent.heights[0] + extent.heights[1]);
        let mut projection =
            Projection { yaw, pitch, middle, closeness, scale: 1.0, origin: [0.0; 2], zoom: camera.zoom };
        let corners = extent.corners().map(|corner| projection.spot(corner).at);
        let ends = |axis: usize| {
            let along = corners.iter().map(|corner| corner[axis]);
            [along.clone().fold(f64::INFINITY, f64::min), along.fold(f64::NEG_INFINITY, f64::max)]
        };
        let (across, down) = (ends(0), ends(1));
        let room = room(layout, camera.pitch);
        let fit = (room.width() / (across[1] - across[0])).min(room.height() / (down[1] - down[0]));
        projection.scale = fit * camera.zoom;
        let centred = |axis: usize, [low, high]: [f64; 2]| {
            0.5 * (room.min[axis] + room.max[axis]) - projection.scale * 0.5 * (low + high)
        };
        projection.origin = [centred(0, across), centred(1, down)];
        projection
    }

    /// The projection of a point of space.
    #[inline]
    pub fn spot(&self, point: [f64; 3]) -> Spot {
        let [right, up, near] = self.turned(point);
        let larger = 1.0 / (1.0 - near * self.closeness);
        let at = [self.origin[0] + self.scale * larger * right, self.origin[1] - self.scale * larger * up];
        Spot { at, nearness: near * larger }
    }

    /// A vector of space in the coordinates of the eye: to the right, upwards and towards the eye.
    #[inline]
    pub fn direction(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let ([sin_yaw, cos_yaw], [sin, cos]) = (self.yaw, self.pitch);
        let (across, away) = (x * cos_yaw - y * sin_yaw, x * sin_yaw + y * cos_yaw);
        [across, away * sin + z * cos, z * sin - away * cos]
    }

    /// How far a point of space is towards the eye: the parameter of its point on its [`Projection::ray`].
    pub fn depth(&self, point: [f64; 3]) -> f64 {
        self.turned(point)[2]
    }

    #[inline]
    fn turned(&self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        self.direction([x, y, z - self.middle])
    }

    /// The ray of points that are projected to a pixel: one point, and the displacement for each unit towards the eye.
    pub fn ray(&self, pixel: [f64; 2]) -> [[f64; 3]; 2] {
        let right = (pixel[0] - self.origin[0]) / self.scale;
        let up = (self.origin[1] - pixel[1]) / self.scale;
        // A point at distance d towards the eye is magnified by 1 / (1 − d·closeness).
        let ([x, y, z], way) = (
            self.turned_back([right, up, 0.0]),
            self.turned_back([-right * self.closeness, -up * self.closeness, 1.0]),
        );
        [[x, y, z + self.middle], way]
    }

    fn turned_back(&self, [right, up, near]: [f64; 3]) -> [f64; 3] {
        let ([sin_yaw, cos_yaw], [sin, cos]) = (self.yaw, self.pitch);
        let (away, z) = (up * sin - near * cos, up * cos + near * sin);
        [right * cos_yaw + away * sin_yaw, away * cos_yaw - right * sin_yaw, z]
    }
}

/// Sine and cosine of an angle in degrees; exact at right angles.
fn turn(degrees: f64) -> [f64; 2] {
    match degrees {
        0.0 => [0.0, 1.0],
        90.0 => [1.0, 0.0],
        -90.0 => [-1.0, 0.0],
        _ => [libm::sin(degrees.to_radians()), libm::cos(degrees.to_radians())],
    }
}

/// The area for the surface: from above that of the map, otherwise also the free area beside it.
fn room(layout: &Layout, pitch: f64) -> Rect {
    let (plot, scale) = (layout.plot, layout.scale);
    let share = ((90.0 - pitch) / MAP_LIKE).clamp(0.0, 1.0);
    let share = share * share * (3.0 - 2.0 * share);
    let right = match layout.side {
        _ if layout.colour_bar => plot.max[0],
        Some(side) if !layout.is_side_below => side.min[0] - 20.0 * scale,
        _ => layout.canvas.size[0] - 30.0 * scale,
    };
    // Labels of the axes stand around what is drawn. `right` keeps a distance of 20 from what is beside the surface.
    let label = 26.0 * scale;
    let ticks = layout.ticks_w1().into_iter().chain(layout.ticks_w2());
    let widest = ticks.map(|tick| text::plain_width(Font::Sans, TICK_SIZE * scale, &tick.label)).fold(0.0, f64::max);
    let [beside_left, beside_right] =
        [(widest + 18.0 * scale).max(40.0 * scale + label), (widest - 4.0 * scale).max(label)];
    let wide = Rect {
        min: [beside_left.min(plot.min[0]), plot.min[1] + 0.3 * label],
        max: [(right - beside_right).max(plot.min[0] + 1.0), plot.max[1] - 0.9 * label],
    };
    let between = |from: f64, to: f64| from + share * (to - from);
    Rect {
        min: [between(plot.min[0], wide.min[0]), between(plot.min[1], wide.min[1])],
        max: [between(plot.max[0], wide.max[0]), between(plot.max[1], wide.max[1].max(wide.min[1] + 1.0))],
    }
}
