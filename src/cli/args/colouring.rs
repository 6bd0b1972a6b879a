//! The arguments of a picture's colours and contour levels, as a person types them.

use super::values::number;
use crate::field::{ColourMap, ColourScale};
use crate::study::{CONTOUR_LEVELS, levels_of};

/// What `--scale` says: how values are spread over the colours, or the pixels of a PNG.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScaleArgument {
    /// How values are spread over the colours.
    Colours(ColourScale),
    /// Pixels of a PNG for each of the size's.
    Pixels(f64),
}

/// What `--levels` says.
#[derive(Clone, Debug, PartialEq)]
pub enum LevelsArgument {
    /// About so many.
    Count(usize),
    /// These, ascending.
    Own(Vec<f64>),
}

/// The colours of a heat map.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum ColourMapArgument {
    /// From violet to yellow
    Viridis,
    /// Alike for all kinds of colour vision
    Cividis,
    /// Blue over white to red
    Diverging,
    /// Black to white
    #[value(alias = "gray")]
    Grey,
}

impl From<ColourMapArgument> for ColourMap {
    fn from(map: ColourMapArgument) -> ColourMap {
        match map {
            ColourMapArgument::Viridis => ColourMap::Viridis,
            ColourMapArgument::Cividis => ColourMap::Cividis,
            ColourMapArgument::Diverging => ColourMap::Diverging,
            ColourMapArgument::Grey => ColourMap::Grey,
        }
    }
}

/// A scale of colours by its name, or the pixels of a PNG as a number.
pub fn scale(text: &str) -> Result<ScaleArgument, String> {
    let named = match text.trim() {
        "automatic" => Some(ColourScale::Automatic),
        "linear" => Some(ColourScale::Linear),
        "log" | "logarithmic" => Some(ColourScale::Logarithmic),
        "rank" | "equalised" => Some(ColourScale::Equalised),
        _ => None,
    };
    if let Some(scale) = named {
        return Ok(ScaleArgument::Colours(scale));
    }
    match number(text) {
        Ok(value) if (1.0..=4.0).contains(&value) => Ok(ScaleArgument::Pixels(value)),
        Ok(_) => Err("as the pixels of a PNG a scale is 1 to 4".to_owned()),
        Err(_) => Err("a scale of colours is automatic, linear, log or rank, and one of pixels 1 to 4".to_owned()),
    }
}

/// Levels with commas, or a count.
pub fn levels(text: &str) -> Result<LevelsArgument, String> {
    if text.trim().is_empty() {
        return Err("give levels, such as 0.1,1,2, or about how many".to_owned());
    }
    if !text.contains(',') {
        let [least, most] = CONTOUR_LEVELS;
        let count = text.trim().parse::<usize>().ok().filter(|count| (least..=most).contains(count));
        let single = "a single level has a comma behind it: 5,";
        return count.map(LevelsArgument::Count).ok_or(format!("a number of levels is {least} to {most}; {single}"));
    }
    levels_of(text).map(LevelsArgument::Own)
}
