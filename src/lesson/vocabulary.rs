//! What can be asserted of each subject and which options its computation has, with the values that fit.

use super::values::{number, numbers};
use crate::landscape::View;
use toml::{Table, Value};

/// A subject of claims.
pub(super) struct Vocabulary {
    /// Its name in a file.
    pub subject: &'static str,
    /// The quantities that can be asserted of it.
    pub assertions: &'static [(&'static str, Shape)],
    /// The options of its computation.
    pub options: &'static [&'static str],
}

/// The values that fit an assertion.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// A number, or a range.
    Number,
    /// A number that is not negative, or a range.
    Count,
    /// A whole number.
    Whole,
    /// True or false.
    Truth,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any word.
    AnyWord,
    /// The names of runs.
    Names,
    /// A point.
    Point,
    /// Some points.
    Points,
    /// So many numbers or ranges.
    Numbers(usize),
    /// A symmetric matrix.
    Matrix,
    /// A range between 0 and 1.
    Share,
    /// What the quantity belongs to, and its value.
    Of(&'static str, &'static Shape, &'static Shape),
}

use Shape::{AnyWord, Count, Matrix, Names, Number, Numbers, Of, Point, Points, Share, Truth, Whole, Word};

/// The kinds of critical points.
pub(super) const KINDS: &[&str] = &["minimum", "saddle", "maximum", "degenerate"];
/// Where a run can end.
pub(super) const ENDS: &[&str] = &["minimum", "saddle", "maximum", "degenerate", "nowhere"];
/// Why a run can stop.
pub(super) const STOPS: &[&str] = &["converged", "step_limit", "diverged", "singular_hessian", "undefined", "stalled"];
const CURVATURES: &[&str] = &[
    "positive definite",
    "negative definite",
    "indefinite",
    "positive semidefinite",
    "negative semidefinite",
    "zero",
    "undecided",
];
const EXITS: &[&str] = &["tolerance", "negative_curvature", "limit"];

/// All subjects.
pub(super) const SUBJECTS: [Vocabulary; 9] = [
    Vocabulary {
        subject: "at",
        assertions: &[
            ("value", Number),
            ("gradient", Numbers(2)),
            ("gradient_norm", Number),
            ("hessian", Matrix),
            ("eigenvalues", Numbers(2)),
            ("curvature", Word(CURVATURES)),
            ("critical", Truth),
            ("condition_number", Number),
            ("speed_limit", Number),
            ("angle_to", Of("point", &Point, &Number)),
        ],
        options: &[],
    },
    Vocabulary {
        subject: "points",
        assertions: &[
            ("count", Count),
            ("complete", Truth),
            ("accounted", Truth),
            ("curves", Count),
            ("index_sum", Whole),
            ("contains", Point),
            ("nature", AnyWord),
            ("index", Whole),
            ("smallest_eigenvalue", Number),
        ],
        options: &["view"],
    },
    Vocabulary {
        subject: "run",
        assertions: &[
            ("stop", Word(STOPS)),
            ("ends", Word(ENDS)),
            ("end", Numbers(2)),
            ("steps", Count),
            ("loss", Number),
            ("monotone", Truth),
            ("rate_times_sharpness", Number),
            ("rate_times_sharpness_at_start", Number),
            ("sign_changes", Of("of", &Word(&["w1", "w2"]), &Count)),
            ("fewer_steps_than", Names),
            ("same_end_as", AnyWord),
        ],
        options: &[],
    },
    Vocabulary {
        subject: "ensemble",
        assertions: &[
            ("share_near", Of("point", &Point, &Share)),
            ("escaped", Share),
            ("diverged", Count),
            ("variance", Numbers(2)),
        ],
        options: &["seeds", "escape"],
    },
    Vocabulary {
        subject: "basins",
        assertions: &[("attractors", Count), ("share_of", Of("kind", &Word(KINDS), &Share))],
        options: &[],
    },
    Vocabulary {
        subject: "network",
        assertions: &[
            ("parameters", Count),
            ("negative", Count),
            ("lambda_max", Number),
            ("lambda_min_ratio", Number),
            ("largest_layer_ratio", Number),
            ("least_layer_ratio", Number),
            ("lanczos_steps", Count),
            ("copies_without_reorthogonalisation", Count),
            ("cg_exit", Word(EXITS)),
            ("gauss_newton_min_ratio", Number),
        ],
        options: &["at_step", "seed"],
    },
    Vocabulary {
        subject: "saddle",
        assertions: &[
            ("value", Number),
            ("role", Word(&["joins", "loop", "open", "connection"])),
            ("leads_to", Points),
            ("goes_to_infinity", Count),
            ("shortest", Number),
            ("longest", Number),
            ("joins", Points),
            ("barrier", Number),
            ("critical_depth", Number),
        ],
        options: &[],
    },
    Vocabulary {
        subject: "escape_from",
        assertions: &[
            ("exits", Count),
            ("barrier", Number),
            ("kramers", Number),
            ("ridge", Number),
            ("ridge_width", Number),
            ("kramers_over_ridge", Number),
            ("share", Number),
            ("harmonic", Number),
        ],
        options: &["temperature"],
    },
    Vocabulary {
        subject: "vary",
        assertions: &[
            ("events", Count),
            ("accounted", Truth),
            ("kind", Word(&["fold", "pitchfork", "transcritical", "border", "undecided"])),
            ("happens_at", Number),
            ("place", Point),
            ("certified", Truth),
            ("before", Numbers(3)),
            ("after", Numbers(3)),
        ],
        options: &["over", "event"],
    },
];

impl Vocabulary {
    /// Checks that a value can be asserted of the subject.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if it cannot.
    pub fn check_assertion(&self, key: &str, value: &Value) -> Result<(), String> {
        let found = self.assertions.iter().find(|(name, _)| *name == key);
        let Some((_, shape)) = found else {
            let possible: Vec<&str> =
                self.assertions.iter().map(|(name, _)| *name).chain(self.options.iter().copied()).collect();
            let possible = possible.join(", ");
            return Err(format!("'{key}' cannot be asserted of {}; possible are {possible}", self.subject));
        };
        if !is_finite(value) {
            return Err(format!("'{key}' has a number that is not finite"));
        }
        match shape.fits(value) {
            true => Ok(()),
            false => Err(format!("'{key}' is {}", shape.words())),
        }
    }
}

impl Shape {
    fn fits(&self, value: &Value) -> bool {
        match self {
            Number => is_number_or_range(value),
            Count => match number(value) {
                Some(count) => count >= 0.0,
                None => is_number_or_range(value),
            },
            Whole => value.is_integer(),
            Truth => value.is_bool(),
            Word(words) => value.as_str().is_some_and(|word| words.contains(&word)),
            AnyWord => value.as_str().is_some_and(|word| !word.is_empty()),
            Names => value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_str)),
            Point => is_point(value),
            Points => value.as_array().is_some_and(|all| all.iter().all(is_point)),
            Numbers(count) => {
                value.as_array().is_some_and(|all| all.len() == *count && all.iter().all(is_number_or_range))
            }
            Matrix => {
                value.as_array().is_some_and(|rows| rows.len() == 2 && rows.iter().all(|row| Numbers(2).fits(row)))
            }
            Share => range(value).is_some_and(|[low, high]| 0.0 <= low && low <= high && high <= 1.0),
            Of(of, which, is) => value.as_table().is_some_and(|table| {
                table.len() == 2
                    && table.get(*of).is_some_and(|value| which.fits(value))
                    && table.get("is").is_some_and(|value| is.fits(value))
            }),
        }
    }

    fn words(&self) -> String {
        match self {
            Number => "a number, or a range [low, high]".to_owned(),
            Count => "a number that is not negative, or a range [low, high]".to_owned(),
            Whole => "a whole number".to_owned(),
            Truth => "true or false".to_owned(),
            Word(words) => format!("one of “{}”", words.join("”, “")),
            AnyWord => "a word in quotation marks".to_owned(),
            Names => "a list of names: [\"momentum\", \"adam\"]".to_owned(),
            Point => "a point of two numbers: [1, 0]".to_owned(),
            Points => "a list of points: [[1, 0], [-1, 0]]".to_owned(),
            Numbers(count) => format!("{count} numbers in brackets, or ranges [low, high] in their places"),
            Matrix => "a matrix: [[2, 0], [0, 1]]".to_owned(),
            Share => "a range between 0 and 1, such as [0.3, 0.4]".to_owned(),
            Of(of, which, is) => {
                format!("{{ {of} = …, is = … }}, where '{of}' is {} and 'is' is {}", which.words(), is.words())
            }
        }
    }
}

/// Checks the value of an option.
///
/// # Errors
/// Returns an error, as a sentence, if it does not fit.
pub(super) fn check_option(key: &str, value: &Value) -> Result<(), String> {
    const MOST_SEEDS: i64 = 10_000;
    let is_positive = || number(value).is_some_and(|number| number > 0.0 && number.is_finite());
    let (fits, words) = match key {
        "seeds" => (value.as_integer().is_some_and(|seeds| (1..=MOST_SEEDS).contains(&seeds)), "1 to 10000 seeds"),
        "escape" => (is_positive(), "a distance: a positive number"),
        "temperature" => (is_positive(), "a positive number"),
        "view" => (view(value).is_some(), "four finite numbers: [-2, 2, -2, 2]"),
        "over" => (range(value).is_some_and(|[low, high]| low < high), "two numbers: over = [0, 1]"),
        "event" => (value.as_integer().is_some_and(|event| event >= 1), "a whole number from 1"),
        _ => (value.as_integer().is_some_and(|whole| whole >= 0), "a whole number from 0"),
    };
    if fits { Ok(()) } else { Err(format!("'{key}' is {words}")) }
}

/// The view in an option.
pub(super) fn view(value: &Value) -> Option<View> {
    View::try_from(<[f64; 4]>::try_from(numbers(value)?).ok()?).ok()
}

/// The options of a table, without those that the subject does not have.
pub(super) fn take_options(vocabulary: &Vocabulary, fields: &mut Table) -> Result<Table, String> {
    let mut options = Table::new();
    for option in vocabulary.options {
        if let Some(value) = fields.remove(*option) {
            check_option(option, &value)?;
            options.insert((*option).to_owned(), value);
        }
    }
    Ok(options)
}

/// Two finite numbers.
fn range(value: &Value) -> Option<[f64; 2]> {
    let pair = <[f64; 2]>::try_from(numbers(value)?).ok()?;
    pair.iter().all(|end| end.is_finite()).then_some(pair)
}

fn is_number_or_range(value: &Value) -> bool {
    number(value).is_some() || range(value).is_some_and(|[low, high]| low <= high)
}

fn is_point(value: &Value) -> bool {
    range(value).is_some()
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_finite(),
        Value::Array(values) => values.iter().all(is_finite),
        Value::Table(table) => table.values().all(is_finite),
        _ => true,
    }
}
