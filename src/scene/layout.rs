//! Where the plot lies on the canvas, and the transform between world and pixels.

use super::Rect;
use crate::landscape::View;
use crate::number::Vector;

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Canvas {
    /// Width and height in pixels.
    pub size: [f64; 2],
    /// Text and marks are this much larger than at 1280 × 720.
    pub scale: f64,
    /// Whether title, legend, badge and footer are drawn (exports), or the window shows some of them itself.
    pub furniture: bool,
}

/// Where the plot lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The canvas.
    pub canvas: Canvas,
    /// The plot's rectangle, inside the axes.
    pub plot: Rect,
    /// The view that fills it.
    pub view: View,
}

impl Layout {
    /// Pixels of a point of the weight plane.
    pub fn pixel_from_world(&self, w: Vector) -> [f64; 2] {
        let x = (w.x - self.view.w1[0]) / self.view.width();
        let y = (w.y - self.view.w2[0]) / self.view.height();
        [self.plot.min[0] + x * self.plot.width(), self.plot.max[1] - y * self.plot.height()]
    }

    /// The point of the weight plane under a pixel.
    pub fn world_from_pixel(&self, pixel: [f64; 2]) -> Vector {
        let x = (pixel[0] - self.plot.min[0]) / self.plot.width();
        let y = (self.plot.max[1] - pixel[1]) / self.plot.height();
        Vector::new(self.view.w1[0] + x * self.view.width(), self.view.w2[0] + y * self.view.height())
    }
}
