//! Where the picture lies in the window.

use crate::scene::Canvas;
use eframe::egui;
use egui::{Rect, Ui};

/// Where the picture lies in the window, and how it is laid out.
#[derive(Clone, Copy, Debug)]
pub struct PicturePlacement {
    /// The whole of it.
    pub rect: Rect,
    /// Its canvas.
    pub canvas: Canvas,
}

impl PicturePlacement {
    /// The place that a ui has left for the picture.
    pub fn available(ui: &Ui) -> PicturePlacement {
        let rect = ui.available_rect_before_wrap();
        let size = [f64::from(rect.width().max(0.0)), f64::from(rect.height().max(0.0))];
        // On a large screen marks and words grow with the picture, so that the last row can read them.
        let scale = (size[1] / 640.0).sqrt().clamp(0.9, 1.4);
        PicturePlacement { rect, canvas: Canvas { size, scale, decorations: false } }
    }

    /// Whether there is no room to draw anything.
    pub fn is_empty(&self) -> bool {
        !(self.rect.width() >= 2.0 && self.rect.height() >= 2.0)
    }
}
