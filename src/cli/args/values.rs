//! Values as a person types them: numbers, points, views, settings.

use crate::ensemble::Experiment;
use crate::formula::subscript;
use crate::landscape::{View, nodes};
use crate::number::Decimal;
use crate::number::decimal::DecimalError;
use crate::optimizer::{choice, choices};

/// The shortest and longest side of a picture in pixels.
pub const SIDES: [usize; 2] = [64, 10_000];

/// A finite number; a minus sign may be the typographic one, as it is copied from the program's own text.
pub fn number(text: &str) -> Result<f64, String> {
    let plain = text.trim().replace('−', "-");
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(format!("'{}' is not finite", text.trim())),
        Err(_) => Err(format!("'{}' is not a number", text.trim())),
    }
}

fn numbers<const N: usize>(text: &str, wanted: &str) -> Result<[f64; N], String> {
    let values: Vec<f64> = text.split(',').map(number).collect::<Result<_, _>>()?;
    let count = values.len();
    let there = if count == 1 { "there is one number".to_owned() } else { format!("there are {count} numbers") };
    values.try_into().map_err(|_| format!("{wanted} are wanted, and {there}"))
}

pub fn point(text: &str) -> Result<[f64; 2], String> {
    numbers(text, "two numbers W1,W2")
}

/// A point of the weight plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The point.
    pub w: [f64; 2],
    /// Whether a coordinate was written with more digits than a 64-bit number holds.
    is_rounded: bool,
}

impl Place {
    /// What is to be said where the point is not the one that was written.
    pub fn note(&self) -> Option<String> {
        let [x, y] = self.w;
        self.is_rounded.then(|| {
            format!("the point was written with more digits than a 64-bit number holds, and ({x}, {y}) is taken")
        })
    }
}

pub fn place(text: &str) -> Result<Place, String> {
    let is_rounded = |part: &str| {
        let decimal = part.trim().replace('−', "-").parse::<Decimal>();
        decimal.is_ok_and(|decimal| decimal.rational() != Decimal::from(decimal.value()).rational())
    };
    Ok(Place { w: point(text)?, is_rounded: text.split(',').any(is_rounded) })
}

pub fn view(text: &str) -> Result<View, String> {
    let [a, b, c, d] = numbers(text, "four numbers w1 minimum, w1 maximum, w2 minimum, w2 maximum")?;
    View::new(a, b, c, d).map_err(|error| error.to_string())
}

fn assignment(text: &str) -> Result<(&str, &str), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim(), value)),
        _ => Err("it has the form NAME=VALUE".to_owned()),
    }
}

pub fn parameter(text: &str) -> Result<(String, Decimal), String> {
    let (name, value) = assignment(text)?;
    number(value)?;
    // A formula shows λ₁ as it was typed, and knows it as λ1.
    let name: String = name.chars().map(|character| subscript(character).unwrap_or(character)).collect();
    Ok((name, value.parse().map_err(|error: DecimalError| error.to_string())?))
}

pub fn setting(text: &str) -> Result<(String, f64), String> {
    let (key, value) = assignment(text)?;
    // Both spellings are at hand: `--learning-rate` is an option and `learning_rate` a key.
    let key = key.replace('-', "_");
    let value = match value.trim() {
        "true" | "yes" => 1.0,
        "false" | "no" => 0.0,
        other => match choice(&key, other) {
            Some(value) => value,
            None if !choices(&key).is_empty() && number(other).is_err() => {
                return Err(format!("{key} is one of {}, not '{other}'", choices(&key).join(", ")));
            }
            None => number(other)?,
        },
    };
    Ok((key, value))
}

/// The number of a step.
pub fn step(text: &str) -> Result<usize, String> {
    text.trim().parse().map_err(|_| format!("a step is a whole number from 0, not '{}'", text.trim()))
}

/// Values of a setting: `noise=0:6:13` or `batch_size=1,2,4`.
pub fn values(text: &str) -> Result<(String, Vec<f64>), String> {
    let (key, list) = assignment(text)?;
    let values = match list.split(':').collect::<Vec<_>>().as_slice() {
        [low, high, count] => {
            let count = count.trim().parse::<usize>().map_err(|_| format!("'{count}' is no number of values"))?;
            nodes([number(low)?, number(high)?], count.min(Experiment::MAX_VALUES + 1))
        }
        [_] => list.split(',').map(number).collect::<Result<_, _>>()?,
        _ => return Err("values are FROM:TO:COUNT or a list with commas".to_owned()),
    };
    Ok((key.replace('-', "_"), values))
}

pub fn size(text: &str) -> Result<[usize; 2], String> {
    let sides = text
        .split_once(['x', 'X', '×'])
        .and_then(|(width, height)| Some([width.trim().parse::<usize>().ok()?, height.trim().parse::<usize>().ok()?]));
    let sides = sides.ok_or("a size is two whole numbers of pixels: 1280x720")?;
    let [least, most] = SIDES;
    match sides.iter().all(|side| (least..=most).contains(side)) {
        true => Ok(sides),
        false => Err(format!("width and height are {least} to {most} pixels each")),
    }
}

/// A parameter and a range: `c=-1:1`.
pub fn range(text: &str) -> Result<(String, [f64; 2]), String> {
    let wrong = || format!("'{text}' does not have the form NAME=FROM:TO");
    let (name, range) = text.split_once('=').ok_or_else(wrong)?;
    let (from, to) = range.split_once(':').ok_or_else(wrong)?;
    Ok((name.trim().to_owned(), [number(from)?, number(to)?]))
}
