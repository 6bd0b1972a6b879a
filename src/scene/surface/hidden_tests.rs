//! What hills hide, and what is drawn while the camera moves.
#![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

use super::tests::{Case, distance, of_catalogue, unclipped};
use super::*;
use crate::field::ColourScale;

fn twenty_cameras() -> impl Iterator<Item = Camera> {
    (0u32..20).map(|k| Camera {
        yaw: -180.0 + 37.0 * f64::from(k),
        pitch: 8.0 + 70.0 * f64::from(7 * k % 20) / 19.0,
        zoom: 1.0 + 0.2 * f64::from(k % 3),
        perspective: k % 2 == 1,
    })
}

/// The places of the marks about points, in their order.
fn places(marks: &[Primitive]) -> Vec<[f64; 2]> {
    let place = |mark: &Primitive| match mark {
        Primitive::Circle { centre, .. } => Some(*centre),
        Primitive::Polygon { points, .. } => points.first().copied(),
        _ => None,
    };
    marks.iter().filter_map(place).collect()
}

/// The 441 critical points of Rastrigin's function are drawn where no hill hides them, and while the camera moves the same
/// marks are drawn as at rest. What hides a point is computed from L itself: the surface is above the line from the point to
/// the eye at one place, and below it at another.
#[test]
fn hills_hide_marks_also_while_the_camera_moves() {
    let case = Case::new(of_catalogue("rastrigin"));
    let plane = case.plane(&PictureContext::default());
    let relief = &case.ground.relief;
    let scale = relief.scale.as_ref().unwrap();
    let height = |pixel: [f64; 2]| {
        let w = case.layout.world_from_pixel(pixel);
        relief.highest * scale.position(case.findings.loss.value(w)).clamp(0.0, 1.0)
    };
    let plot = case.layout.plot;
    let middle = [0.5 * (plot.min[0] + plot.max[0]), 0.5 * (plot.min[1] + plot.max[1])];
    let (mut seen, mut hidden) = (0, 0);
    for camera in twenty_cameras() {
        let surface = case.surface(camera);
        let [moving, at_rest] =
            [true, false].map(|moves| places(&unclipped(surface.primitives(&plane, &Detail::window(1.0, moves)))));
        assert_eq!(moving, at_rest, "{camera:?}");
        let mesh = Mesh::new(surface.area(), 1.0);
        let lift = surface.lift(Level::Surface, Some(&mesh));
        for point in &case.findings.points.points {
            let pixel = case.layout.pixel_from_world(point.w);
            let Some(space) = lift.space(pixel) else { continue };
            let [start, way] = surface.projection.ray(surface.projection.spot(space).at);
            let depth = surface.projection.depth(space);
            // By how much the surface is above the line of sight, at least and at most, from so many pixels before the point on.
            let above = |from: u32| {
                let along = (2 * from..3000).map(|k| {
                    let t = depth + 0.5 * f64::from(k);
                    [0, 1, 2].map(|axis: usize| start[axis] + t * way[axis])
                });
                let along =
                    along.take_while(|[x, y, z]| *z < relief.highest && plot.contains([middle[0] + x, middle[1] - y]));
                let over = along.map(|[x, y, z]| height([middle[0] + x, middle[1] - y]) - z);
                over.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], over| [low.min(over), high.max(over)])
            };
            let is_drawn = lift.seen_mark(pixel).is_some();
            // The heights between nodes are up to 4 pixels beside L, and what is nearer than a cell hides nothing.
            let [[low, high], [_, highest]] = [above(14), above(6)];
            if low < -9.0 && high > 9.0 {
                assert!(!is_drawn, "{:?} is hidden under {camera:?}", point.w);
                hidden += 1;
            } else if highest < -4.5 {
                assert!(is_drawn, "{:?} is seen under {camera:?}", point.w);
                seen += 1;
            }
        }
    }
    assert!(seen > 500 && hidden > 500, "{seen} and {hidden}");
}

/// Nothing is moved by drawing a surface coarser: at twenty camera angles the start is where the point of the surface is,
/// and the pointer there meets the start to within a pixel. The coarse image is where the surface is, too.
#[test]
fn a_coarse_surface_is_in_the_same_place() {
    let mut rosenbrock = of_catalogue("rosenbrock");
    rosenbrock.picture.surface.height = ColourScale::Logarithmic;
    let detail = Detail::window(1.0, true);
    for study in [of_catalogue("cubic"), of_catalogue("peaks"), rosenbrock] {
        let mut case = Case::new(study);
        let plot = case.layout.plot;
        let (mut seen, mut painted, mut behind) = (0, 0, 0);
        for (k, camera) in twenty_cameras().enumerate() {
            let share = |step: f64| (0.5 + step * k as f64) % 1.0;
            let on_map = [plot.min[0] + share(0.618) * plot.width(), plot.min[1] + share(0.414) * plot.height()];
            let w = case.layout.world_from_pixel(on_map);
            case.study.start = [w.x, w.y];
            let surface = case.surface(camera);
            let pixel = surface.pixel_from_world(w).unwrap();
            let picked = case.layout.pixel_from_world(surface.world_from_pixel(pixel).unwrap());
            if distance(picked, on_map) > 1.0 {
                // Another part of the surface is before it.
                continue;
            }
            seen += 1;
            let plane = case.plane(&PictureContext::default());
            let places = places(&unclipped(surface.primitives(&plane, &detail)));
            assert!(places.iter().any(|place| distance(*place, pixel) < 1e-6), "{w} under {camera:?}");
            let mut mesh = Mesh::new(surface.area(), detail.pixels);
            mesh.paint(&case.ground.relief, &case.ground.texture, &surface.projection, 2);
            let lift = surface.lift(Level::Surface, Some(&mesh));
            let nearness = surface.projection.spot(lift.space(on_map).unwrap()).nearness;
            // Beside an outline another part of the coarse surface may be before it, and on a steep slope the surface is much farther
            // away a pixel beside it.
            behind += usize::from(!mesh.shows_line(pixel, nearness, 4.0));
            painted += usize::from(!mesh.shows_line(pixel, nearness - 16.0, 0.0));
        }
        assert!(seen >= 10 && 2 * painted >= seen, "{seen} are seen, and {painted} are painted");
        assert!(4 * behind <= seen, "{behind} of {seen} are behind their surface");
    }
}
