//! The camera of a surface: the places from which it may be seen.

use crate::number::Vector;
use crate::study::{Camera, Findings, PictureOptions, Study};

/// The name of the part of the picture that a camera's change is, for undo.
pub const CAMERA: &str = "camera";

/// The places from which the surface may be seen, with their keys.
pub const PLACES: [(&str, &str, &str); 4] = [
    ("Above", "1", "From straight above: the map."),
    ("Along w₁", "2", "Along w₁, with w₂ to the right."),
    ("Along w₂", "3", "Along w₂, with w₁ to the right."),
    ("Along v₁", "4", "Along the first eigenvector of the selected critical point, or of the first one."),
];

/// The camera of a place.
pub fn camera_at(place: usize, study: &Study, findings: &Findings) -> Option<Camera> {
    match place {
        0 => Some(Camera::ABOVE),
        1 => Some(Camera::ALONG_W1),
        2 => Some(Camera::ALONG_W2),
        _ => {
            let points = &findings.points.points;
            let point = findings.selected_point(study).and_then(|index| points.get(index)).or(points.first())?;
            Some(along(point.eigen.vectors[0]))
        }
    }
}

/// The camera that looks along a direction of the weight plane.
fn along(direction: Vector) -> Camera {
    // Turned so that the direction leads away from the eye.
    let yaw = 90.0 - libm::atan2(direction.y, direction.x).to_degrees();
    Camera { yaw, ..Camera::ALONG_W2 }.within_bounds()
}

/// The picture with a camera of its own.
pub fn seen_from(picture: &PictureOptions, camera: Camera) -> PictureOptions {
    let mut picture = picture.clone();
    let perspective = picture.surface.camera.perspective;
    picture.surface.camera = Camera { perspective, ..camera };
    picture
}

/// The picture as the other of map and surface.
pub fn switched(picture: &PictureOptions) -> PictureOptions {
    let mut picture = picture.clone();
    picture.surface.shown = !picture.surface.shown;
    picture
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Along w1 the camera's yaw is 90° less than along w2, and a direction's sign is its own.
    #[test]
    fn a_direction_leads_away_from_the_eye() {
        assert_eq!(along(Vector::new(0.0, 1.0)).yaw, Camera::ALONG_W2.yaw);
        assert_eq!(along(Vector::new(1.0, 0.0)).yaw, 90.0);
        assert_eq!(along(Vector::new(-1.0, 0.0)).yaw, Camera::ALONG_W1.yaw);
    }
}
