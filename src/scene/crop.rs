//! Moving a picture, and cropping its page to its contents.

use super::{Primitive, Rect, Scene};

impl Scene {
    /// The picture on a page that ends `margin` pixels above and below its contents; the width stays.
    pub fn cropped(mut self, margin: f64) -> Scene {
        let Some([top, bottom]) = heights(&self.primitives) else { return self };
        let [top, bottom] = [(top - margin).floor(), (bottom + margin).ceil()];
        self.shift(-top);
        self.layout.canvas.size[1] = (bottom - top).max(1.0);
        self
    }

    fn shift(&mut self, down: f64) {
        self.primitives.iter_mut().for_each(|primitive| primitive.shift(down));
        let sides = [Some(&mut self.layout.plot), self.layout.side.as_mut()];
        sides.into_iter().flatten().for_each(|rect| shift(rect, down));
    }
}

fn shift(rect: &mut Rect, down: f64) {
    rect.min[1] += down;
    rect.max[1] += down;
}

impl Primitive {
    /// Moves the mark down by so many pixels.
    fn shift(&mut self, down: f64) {
        match self {
            Primitive::Image { rect, .. } | Primitive::Box { rect, .. } => shift(rect, down),
            Primitive::Polyline { points, .. } | Primitive::Polygon { points, .. } => {
                points.iter_mut().for_each(|point| point[1] += down);
            }
            Primitive::Circle { centre, .. } => centre[1] += down,
            Primitive::Text { at, .. } => at[1] += down,
            Primitive::Anchored { at, contents, .. } => {
                at[1] += down;
                contents.iter_mut().for_each(|inner| inner.shift(down));
            }
            Primitive::Clipped { rect, contents } => {
                shift(rect, down);
                contents.iter_mut().for_each(|inner| inner.shift(down));
            }
        }
    }
}

/// The least and the greatest y at which something is drawn.
fn heights(primitives: &[Primitive]) -> Option<[f64; 2]> {
    let of = |primitive: &Primitive| match primitive {
        Primitive::Anchored { contents, .. } => heights(contents),
        Primitive::Image { rect, .. } | Primitive::Box { rect, .. } | Primitive::Clipped { rect, .. } => {
            Some([rect.min[1], rect.max[1]])
        }
        Primitive::Polyline { points, .. } | Primitive::Polygon { points, .. } => {
            let ys = points.iter().map(|point| point[1]);
            Some([ys.clone().fold(f64::INFINITY, f64::min), ys.fold(f64::NEG_INFINITY, f64::max)])
        }
        Primitive::Circle { centre, radius, .. } => Some([centre[1] - radius, centre[1] + radius]),
        Primitive::Text { at, size, .. } => Some([at[1] - 0.8 * size, at[1] + 0.25 * size]),
    };
    let all = primitives.iter().filter_map(of).filter(|[top, bottom]| top.is_finite() && bottom.is_finite());
    all.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a failed test should say where")]

    use super::*;
    use crate::landscape::View;
    use crate::scene::{Canvas, PictureContext, picture};
    use crate::study::{Study, answer};

    /// A page that is too high ends where the picture ends, and all distances are preserved.
    #[test]
    fn a_page_ends_where_the_picture_ends() {
        let study = Study::of_formula("w1^2 + w2^2", View::new(-1.0, 1.0, -1.0, 1.0).unwrap());
        let findings = answer(&study, 16, 16).unwrap();
        let canvas = Canvas { size: [500.0, 2000.0], scale: 1.0, decorations: true };
        let scene = picture(&study, &findings, &canvas, &PictureContext::default());
        let (plot, [top, bottom]) = (scene.layout.plot, heights(&scene.primitives).unwrap());
        let cropped = scene.cropped(10.0);
        let [width, height] = cropped.layout.canvas.size;
        assert_eq!(width, 500.0);
        assert!((height - (bottom - top + 20.0)).abs() <= 2.0, "{height} for {}", bottom - top);
        let [new_top, new_bottom] = heights(&cropped.primitives).unwrap();
        assert!((new_bottom - new_top - (bottom - top)).abs() < 1e-9);
        assert!(new_top >= 9.0 && new_bottom <= height - 9.0);
        assert!((cropped.layout.plot.min[1] - new_top - (plot.min[1] - top)).abs() < 1e-9);
    }
}
