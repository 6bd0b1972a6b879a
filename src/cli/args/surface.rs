//! The arguments of the picture as a surface.

use super::colouring::{ScaleArgument, scale};
use super::values::number;
use crate::field::ColourScale;
use crate::study::{Camera, PITCHES, Study, ZOOMS};

/// How the surface is drawn.
#[derive(Clone, clap::Args)]
pub struct SurfaceArguments {
    /// Draw the picture as a surface: L as a height, with everything that lies on the map lying on it
    #[arg(long)]
    pub surface: bool,
    /// Draw it as a surface seen from here: by how many degrees the floor is turned, how many degrees the camera stands above
    /// it (5 to 90; 0,90 is the map), and how much larger it is drawn (0.25 to 8)
    #[arg(long, value_name = "YAW,PITCH[,ZOOM]", value_parser = camera, allow_hyphen_values = true)]
    pub camera: Option<CameraArgument>,
    /// Draw it as a surface on which what is nearer is larger
    #[arg(long)]
    pub perspective: bool,
    /// Draw it as a surface with heights that are automatic, linear, log or rank; automatic is as the colours of L would be
    #[arg(long, value_name = "SCALE", value_parser = height)]
    pub height: Option<ColourScale>,
    /// Draw it as a surface without the floor that has the contour lines and the shadows of the runs
    #[arg(long)]
    pub no_floor: bool,
}

/// Angles in degrees and the zoom, if it is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraArgument {
    yaw: f64,
    pitch: f64,
    zoom: Option<f64>,
}

impl SurfaceArguments {
    /// Whether the picture is asked for as a surface.
    fn are_given(&self) -> bool {
        self.surface || self.camera.is_some() || self.perspective || self.height.is_some() || self.no_floor
    }

    /// Changes the study as the arguments ask.
    pub fn apply(&self, study: &mut Study) {
        let surface = &mut study.picture.surface;
        surface.shown |= self.are_given();
        if let Some(CameraArgument { yaw, pitch, zoom }) = self.camera {
            let zoom = zoom.unwrap_or(surface.camera.zoom);
            surface.camera = Camera { yaw, pitch, zoom, ..surface.camera };
        }
        surface.camera.perspective |= self.perspective;
        surface.height = self.height.unwrap_or(surface.height);
        surface.floor &= !self.no_floor;
    }
}

fn camera(text: &str) -> Result<CameraArgument, String> {
    let numbers: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    let (yaw, pitch, zoom) = match numbers[..] {
        [yaw, pitch] => (yaw, pitch, None),
        [yaw, pitch, zoom] => (yaw, pitch, Some(zoom)),
        _ => return Err("a camera is two angles in degrees, and a zoom if you like: 30,38 or 30,38,1.5".to_owned()),
    };
    let [[lowest, highest], [least, most]] = [PITCHES, ZOOMS];
    if !(lowest..=highest).contains(&pitch) {
        return Err(format!("the camera stands {lowest} to {highest} degrees above the floor, not {pitch}"));
    }
    if zoom.is_some_and(|zoom| !(least..=most).contains(&zoom)) {
        return Err(format!("a zoom is {least} to {most}"));
    }
    let turned = Camera { yaw, pitch, ..Camera::default() }.within_bounds();
    Ok(CameraArgument { yaw: turned.yaw, pitch, zoom })
}

fn height(text: &str) -> Result<ColourScale, String> {
    match scale(text) {
        Ok(ScaleArgument::Colours(scale)) => Ok(scale),
        _ => Err("heights are automatic, linear, log or rank".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_two_angles_and_a_zoom() {
        assert_eq!(camera("30,38"), Ok(CameraArgument { yaw: 30.0, pitch: 38.0, zoom: None }));
        assert_eq!(camera("-400, 90, 2"), Ok(CameraArgument { yaw: -40.0, pitch: 90.0, zoom: Some(2.0) }));
        for wrong in ["", "30", "30,4", "30,91", "30,40,9", "a,b", "1,20,3,4", "nan,30"] {
            assert!(camera(wrong).is_err(), "{wrong}");
        }
    }
}
