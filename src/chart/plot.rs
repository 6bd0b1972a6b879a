//! Curves and points over two axes.

use crate::formula::{MathRun, Script};
use crate::number::display::short;
use crate::scene::Colour;

/// Curves, points and labelled lines over two axes, in data coordinates; [`super::draw()`] converts them to pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The horizontal and the vertical axis.
    pub axes: [Axis; 2],
    /// The series, the lowest first.
    pub series: Vec<Series>,
    /// Horizontal lines at values that matter.
    pub guides: Vec<Guide>,
    /// A vertical line here; `None` for no line.
    pub cursor: Option<f64>,
    /// Whether the horizontal axis counts the steps of the runs.
    pub counts_steps: bool,
    /// The switch of a logarithmic vertical axis; `None` if the chart has none.
    pub log_switch: Option<LogSwitch>,
    /// The chart in words.
    pub description: String,
}

/// An axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The name of its quantity, set as mathematics.
    pub name: Vec<MathRun>,
    /// How values are spread along it.
    pub scale: Scale,
    /// The ends of the axis, as positions on the scale.
    pub ends: [f64; 2],
    /// Whether only whole numbers are marked.
    pub is_whole: bool,
}

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// The position is the value.
    Linear,
    /// The position is log₁₀(value − above).
    Logarithmic {
        /// The value that lies infinitely far down.
        above: f64,
    },
}

impl Scale {
    /// The position of a value; not finite if it has none.
    pub fn position(self, value: f64) -> f64 {
        match self {
            Scale::Linear => value,
            Scale::Logarithmic { above } => libm::log10(value - above),
        }
    }

    /// The value at a position.
    pub fn value(self, position: f64) -> f64 {
        match self {
            Scale::Linear => position,
            Scale::Logarithmic { above } => above + libm::pow(10.0, position),
        }
    }

    /// Whether equal distances are equal ratios.
    pub fn is_logarithmic(self) -> bool {
        matches!(self, Scale::Logarithmic { .. })
    }
}

/// A curve, or points, with one name and colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name, such as that of a run; empty for lines that legend and pointer ignore.
    pub name: String,
    /// Its colour.
    pub colour: Colour,
    /// Its points, in the order in which a line joins them.
    pub points: Vec<[f64; 2]>,
    /// The width of the line through them at scale 1; 0 for no line.
    pub line: f64,
    /// Lengths of dash and gap of the line at scale 1; `None` for a solid line.
    pub dash: Option<[f64; 2]>,
    /// How the points are marked.
    pub dots: Dots,
    /// A vertical bar for each point, from the lower to the upper end of its interval; empty if there are none.
    pub intervals: Vec<[f64; 2]>,
    /// The index of the point at the cursor.
    pub at_cursor: Option<usize>,
}

impl Series {
    /// A solid line through points.
    pub fn line(name: impl Into<String>, colour: Colour, points: Vec<[f64; 2]>) -> Series {
        Series {
            name: name.into(),
            colour,
            points,
            line: 2.0,
            dash: None,
            dots: Dots::None,
            intervals: Vec::new(),
            at_cursor: None,
        }
    }
}

/// How points are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dots {
    /// No marks.
    None,
    /// Discs.
    Discs,
    /// Circles.
    Circles,
    /// Discs with what follows the first word of the name below them, where all such names have room.
    Named,
}

/// A line across the plot at an important value, with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// The value.
    pub value: f64,
    /// Its label: `2/η = 20`.
    pub label: String,
}

/// Whether an axis is logarithmic, whether it can be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSwitch {
    /// Whether it is.
    pub is_on: bool,
    /// Whether it can be.
    pub is_possible: bool,
    /// A sentence about the meaning of a straight line, or why the axis is linear.
    pub words: String,
}

impl Axis {
    /// The number of the step.
    pub fn steps(last: usize) -> Axis {
        let last = last.max(1) as f64;
        let ends = [-0.01 * last, 1.02 * last];
        Axis { name: upright("step"), scale: Scale::Linear, ends, is_whole: true }
    }

    /// The name without its setting: `λmax`.
    pub fn plain_name(&self) -> String {
        self.name.iter().map(|run| run.text.as_str()).collect()
    }
}

impl Plot {
    /// The read-out of a point of a series: the name, and the value on each axis in a line of its own.
    pub fn reading(&self, series: usize, point: usize) -> Option<String> {
        let series = self.series.get(series)?;
        let values = series.points.get(point)?;
        let lines = self.axes.iter().zip(values).map(|(axis, value)| match axis.is_whole {
            true => format!("{} {}", axis.plain_name(), short(*value)),
            false => format!("{} = {}", axis.name_of_value(), short(*value)),
        });
        Some(std::iter::once(series.name.clone()).chain(lines).collect::<Vec<_>>().join("\n"))
    }
}

impl Axis {
    /// The name of the values. On a logarithmic axis it includes the subtracted offset.
    fn name_of_value(&self) -> String {
        let name = self.plain_name();
        name.split(" − ").next().unwrap_or_default().to_owned()
    }
}

/// Words as the name of an axis.
pub(super) fn upright(text: impl Into<String>) -> Vec<MathRun> {
    vec![MathRun { text: text.into(), italic: false, script: Script::Normal }]
}

/// A letter as the name of an axis.
pub(super) fn italic(text: impl Into<String>) -> Vec<MathRun> {
    vec![MathRun { text: text.into(), italic: true, script: Script::Normal }]
}
