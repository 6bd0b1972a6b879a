//! Learning-rate schedules: the learning rate of each step, as a share of the run's.
//!
//! With η the run's learning rate, k = 0, 1, … the number of the step and K the run's largest number of steps:
//!
//! | schedule | ηₖ | source |
//! |---|---|---|
//! | `constant` | η | |
//! | `1/t:τ` | η/(1 + k/τ) | H. Robbins and S. Monro, 1951: Σηₖ diverges and Σηₖ² does not |
//! | `cosine` | η·(1 + cos(πk/K))/2 | I. Loshchilov and F. Hutter, SGDR, 2017, without restarts |
//! | `steps:s:γ` | η·γ^⌊k/s⌋ | A. Krizhevsky, I. Sutskever and G. E. Hinton, 2012 |

use crate::number::Unary;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the learning rate falls in the course of a run. As text: `constant`, `1/t:50`, `cosine`, `steps:50:0.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Schedule {
    /// The learning rate is constant.
    #[default]
    Constant,
    /// Half of it after τ steps, a third after 2τ.
    OverTime {
        /// τ, in steps.
        tau: f64,
    },
    /// Along half a cosine to 0 at the run's step limit.
    Cosine,
    /// Times a factor, now and again.
    Steps {
        /// After so many steps, and again after as many.
        every: usize,
        /// γ.
        factor: f64,
    },
}

impl Schedule {
    /// `1/t` without more.
    pub const USUAL_TAU: f64 = 50.0;
    /// The meaning of `steps` without numbers: how many steps, and which factor.
    pub const USUAL_STEPS: (usize, f64) = (50, 0.5);

    /// Whether the learning rate is the same in all steps.
    pub fn is_constant(&self) -> bool {
        *self == Schedule::Constant
    }

    /// ηₖ/η for step k, from 0, of a run of at most `limit` steps: 1 at first, then from 1 down to 0.
    pub fn share(&self, k: usize, limit: usize) -> f64 {
        match *self {
            Schedule::Constant => 1.0,
            Schedule::OverTime { tau } => 1.0 / (1.0 + k as f64 / tau),
            Schedule::Cosine => 0.5 * (1.0 + Unary::Cos.apply(std::f64::consts::PI * (k as f64 / limit.max(1) as f64))),
            Schedule::Steps { every, factor } => libm::pow(factor, (k / every.max(1)) as f64),
        }
    }

    /// Checks that its numbers are in their ranges.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if a number is out of range.
    pub fn check(&self) -> Result<(), String> {
        match *self {
            Schedule::OverTime { tau } if !(1e-3..=1e9).contains(&tau) => {
                Err(format!("the τ of a schedule 1/t is 0.001 to 1e9 steps, not {tau}"))
            }
            Schedule::Steps { every: 0, .. } => Err("a schedule of steps falls every 1 step or more, not 0".to_owned()),
            Schedule::Steps { factor, .. } if !(factor > 0.0 && factor <= 1.0) => {
                Err(format!("the factor of a schedule of steps is above 0 and at most 1, not {factor}"))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Schedule::Constant => write!(f, "constant"),
            Schedule::OverTime { tau } => write!(f, "1/t:{tau}"),
            Schedule::Cosine => write!(f, "cosine"),
            Schedule::Steps { every, factor } => write!(f, "steps:{every}:{factor}"),
        }
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Schedule, String> {
        let wrong = || {
            format!(
                "'{text}' is no schedule: constant, 1/t:TAU, cosine and steps:EVERY:FACTOR are, such as 1/t:50 and \
                 steps:50:0.5"
            )
        };
        let mut parts = text.trim().split(':');
        let (kind, numbers) = (parts.next().unwrap_or_default(), parts.collect::<Vec<_>>());
        let (every, factor) = Schedule::USUAL_STEPS;
        let schedule = match (kind, numbers.as_slice()) {
            ("constant", []) => Schedule::Constant,
            ("cosine", []) => Schedule::Cosine,
            ("1/t", []) => Schedule::OverTime { tau: Schedule::USUAL_TAU },
            ("1/t", [tau]) => Schedule::OverTime { tau: tau.parse().map_err(|_| wrong())? },
            ("steps", []) => Schedule::Steps { every, factor },
            ("steps", [every]) => Schedule::Steps { every: every.parse().map_err(|_| wrong())?, factor },
            ("steps", [every, factor]) => Schedule::Steps {
                every: every.parse().map_err(|_| wrong())?,
                factor: factor.parse().map_err(|_| wrong())?,
            },
            _ => return Err(wrong()),
        };
        schedule.check().map(|()| schedule)
    }
}

impl TryFrom<String> for Schedule {
    type Error = String;

    fn try_from(text: String) -> Result<Schedule, String> {
        text.parse()
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> String {
        schedule.to_string()
    }
}
