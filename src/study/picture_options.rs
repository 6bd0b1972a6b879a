//! What is drawn and how, and the corresponding table of a study file.

use super::layers::{LAYERS, LayerSwitch, ShownLayers};
use super::{Camera, PictureOptions, SurfaceOptions, Theme};
use crate::curvature::Quantity;
use crate::field::{ColourMap, ColourScale};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

impl Default for PictureOptions {
    fn default() -> Self {
        PictureOptions {
            theme: Theme::Dark,
            layers: ShownLayers::default(),
            heat_map_of: Quantity::Loss,
            heat_map_opacity: 1.0,
            colour_map: ColourMap::Viridis,
            colour_scale: ColourScale::Automatic,
            contour_opacity: 0.6,
            contour_levels: 20,
            levels: Vec::new(),
            basins_of: None,
            equal_axes: true,
            projector: false,
            surface: SurfaceOptions::default(),
        }
    }
}

impl PictureOptions {
    /// Whether a layer is shown.
    pub fn shows(&self, layer: &LayerSwitch) -> bool {
        self.layers.has(layer)
    }

    /// Shows or hides a layer.
    pub fn show(&mut self, layer: &LayerSwitch, shown: bool) {
        self.layers.set(layer, shown);
    }
}

/// The keys that are not layers.
const OPTIONS: [&str; 18] = [
    "theme",
    "heat_map_of",
    "heat_map_opacity",
    "colour_map",
    "colour_scale",
    "contour_opacity",
    "contour_levels",
    "levels",
    "basins_of",
    "equal_axes",
    "projector",
    "surface",
    "camera_yaw",
    "camera_pitch",
    "camera_zoom",
    "perspective",
    "surface_height",
    "floor",
];

impl Serialize for PictureOptions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Without `..`, so that a new option is not forgotten.
        let PictureOptions {
            theme,
            layers,
            heat_map_of,
            heat_map_opacity,
            colour_map,
            colour_scale,
            contour_opacity,
            contour_levels,
            levels,
            basins_of,
            equal_axes,
            projector,
            surface,
        } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("theme", theme)?;
        for (key, shown) in layers.written() {
            map.serialize_entry(key, &shown)?;
        }
        map.serialize_entry("heat_map_of", heat_map_of)?;
        map.serialize_entry("heat_map_opacity", heat_map_opacity)?;
        map.serialize_entry("colour_map", colour_map)?;
        map.serialize_entry("colour_scale", colour_scale)?;
        map.serialize_entry("contour_opacity", contour_opacity)?;
        map.serialize_entry("contour_levels", contour_levels)?;
        if !levels.is_empty() {
            map.serialize_entry("levels", levels)?;
        }
        if let Some(number) = basins_of {
            map.serialize_entry("basins_of", number)?;
        }
        map.serialize_entry("equal_axes", equal_axes)?;
        map.serialize_entry("projector", projector)?;
        write_surface(surface, &mut map)?;
        map.end()
    }
}

/// Writes only values that differ from the defaults, so that older programs can open every study without a surface.
fn write_surface<M: SerializeMap>(surface: &SurfaceOptions, map: &mut M) -> Result<(), M::Error> {
    // Without `..`, so that a new option is not forgotten.
    let SurfaceOptions { shown, camera, height, floor } = surface;
    let Camera { yaw, pitch, zoom, perspective } = camera;
    let usual = SurfaceOptions::default();
    if *shown {
        map.serialize_entry("surface", shown)?;
    }
    let number = |map: &mut M, key: &'static str, value: f64, usual: f64| {
        if value == usual { Ok(()) } else { map.serialize_entry(key, &value) }
    };
    number(map, "camera_yaw", *yaw, usual.camera.yaw)?;
    number(map, "camera_pitch", *pitch, usual.camera.pitch)?;
    number(map, "camera_zoom", *zoom, usual.camera.zoom)?;
    if *perspective {
        map.serialize_entry("perspective", perspective)?;
    }
    if *height != usual.height {
        map.serialize_entry("surface_height", height)?;
    }
    if !*floor {
        map.serialize_entry("floor", floor)?;
    }
    Ok(())
}

impl<'de> Deserialize<'de> for PictureOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OptionsVisitor)
    }
}

/// A key that an option or a layer has.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        let layers = LAYERS.iter().map(|layer| layer.key);
        if OPTIONS.into_iter().chain(layers.clone()).any(|known| known == key) {
            return Ok(Key(key));
        }
        let known: Vec<String> = OPTIONS.into_iter().chain(layers).map(|known| format!("`{known}`")).collect();
        Err(D::Error::custom(format!("unknown field `{key}`, expected one of {}", known.join(", "))))
    }
}

struct OptionsVisitor;

impl<'de> Visitor<'de> for OptionsVisitor {
    type Value = PictureOptions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of what is drawn")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<PictureOptions, M::Error> {
        let mut options = PictureOptions::default();
        while let Some(Key(key)) = map.next_key()? {
            match key.as_str() {
                "theme" => options.theme = map.next_value()?,
                "heat_map_of" => options.heat_map_of = map.next_value()?,
                "heat_map_opacity" => options.heat_map_opacity = map.next_value()?,
                "colour_map" => options.colour_map = map.next_value()?,
                "colour_scale" => options.colour_scale = map.next_value()?,
                "contour_opacity" => options.contour_opacity = map.next_value()?,
                "contour_levels" => options.contour_levels = map.next_value()?,
                "levels" => options.levels = map.next_value()?,
                "basins_of" => options.basins_of = map.next_value()?,
                "equal_axes" => options.equal_axes = map.next_value()?,
                "projector" => options.projector = map.next_value()?,
                "surface" => options.surface.shown = map.next_value()?,
                "camera_yaw" => options.surface.camera.yaw = map.next_value()?,
                "camera_pitch" => options.surface.camera.pitch = map.next_value()?,
                "camera_zoom" => options.surface.camera.zoom = map.next_value()?,
                "perspective" => options.surface.camera.perspective = map.next_value()?,
                "surface_height" => options.surface.height = map.next_value()?,
                "floor" => options.surface.floor = map.next_value()?,
                layer => options.layers.read(layer, &mut map)?,
            }
        }
        Ok(options)
    }
}
