//! The settings of optimizers, and those that several optimizers share.
//!
//! A setting is declared once, in the file of its optimizer: the run's card in the window, `--set key=value` on the
//! command line and the study file all find its name, range and default there.

use crate::number::display::short;

/// A number that a person can set on an optimizer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// The key in study files and on the command line (`--set key=value`).
    pub key: &'static str,
    /// The symbol or word in the window: `η`, `σ`.
    pub symbol: &'static str,
    /// The name in words: `learning rate`.
    pub title: &'static str,
    /// The textbook default.
    pub default: f64,
    /// The least and largest value that are accepted.
    pub range: [f64; 2],
    /// Whether a slider for it is logarithmic.
    pub logarithmic: bool,
    /// Whether only whole numbers are accepted.
    pub whole: bool,
    /// Words for the values 0, 1, 2, … of a choice; empty if the setting is a number.
    pub choices: &'static [&'static str],
    /// Whether legends and titles name it even if it has its default.
    pub always_named: bool,
    /// One sentence of mathematics.
    pub tooltip: &'static str,
}

impl Setting {
    /// The defaults for the declaration of a setting: any number on a linear slider from 0 to 1.
    pub(super) const PLAIN: Setting = Setting {
        key: "",
        symbol: "",
        title: "",
        default: 0.0,
        range: [0.0, 1.0],
        logarithmic: false,
        whole: false,
        choices: &[],
        always_named: false,
        tooltip: "",
    };

    /// The value as a person reads it: the word of a choice, or the number.
    pub fn shown(&self, value: f64) -> String {
        let word = self.choices.get(value as usize).filter(|_| value >= 0.0);
        word.map_or_else(|| short(value), |word| (*word).to_owned())
    }

    /// Checks that the setting can have this value.
    ///
    /// # Errors
    /// Returns an error, as text to be put after the setting's name, if it cannot.
    pub fn accepts(&self, value: f64) -> Result<(), String> {
        let [least, largest] = self.range;
        if !(least <= value && value <= largest) {
            return Err(format!("must lie between {least} and {largest}, not {value}"));
        }
        if self.whole && value.fract() != 0.0 {
            return Err(format!("is a whole number, not {value}"));
        }
        Ok(())
    }
}

/// The learning rate of the methods whose step is the gradient times it.
pub(super) const LEARNING_RATE: Setting = Setting {
    key: "learning_rate",
    always_named: true,
    symbol: "η",
    title: "learning rate",
    default: 0.1,
    range: [1e-7, 100.0],
    logarithmic: true,
    tooltip: "The factor η on the gradient in each step; where H is positive definite, gradient descent is stable below 2/λmax.",
    ..Setting::PLAIN
};

/// The learning rate of the methods that divide the gradient by its own size.
pub(super) const SCALED_LEARNING_RATE: Setting = Setting {
    tooltip: "The factor η on the scaled gradient, in which little is left of the gradient's size.",
    ..LEARNING_RATE
};

/// The momentum of heavy ball and Nesterov.
pub(super) const MOMENTUM: Setting = Setting {
    key: "momentum",
    symbol: "β",
    title: "momentum",
    default: 0.9,
    tooltip: "The share β of the velocity that is kept from step to step; 0 is gradient descent.",
    ..Setting::PLAIN
};

/// How slowly Adam's mean gradient forgets.
pub(super) const BETA1: Setting = Setting {
    key: "beta1",
    symbol: "β₁",
    title: "decay of the mean gradient",
    default: 0.9,
    range: [0.0, 0.999_999],
    tooltip: "The share β₁ of the running mean of the gradient that is kept in each step.",
    ..Setting::PLAIN
};

/// The decay rate of the running mean of the squared gradient.
pub(super) const BETA2: Setting = Setting {
    key: "beta2",
    symbol: "β₂",
    title: "decay of the mean square",
    default: 0.999,
    range: [0.0, 0.999_999],
    tooltip: "The share β₂ of the running mean of the squared gradient that is kept in each step.",
    ..Setting::PLAIN
};

/// The constant that keeps the scaled methods from dividing by zero.
pub(super) const EPSILON: Setting = Setting {
    key: "epsilon",
    symbol: "ε",
    title: "epsilon",
    default: 1e-8,
    range: [1e-16, 1.0],
    logarithmic: true,
    tooltip: "Added to the root by which the gradient is divided, so that nothing is divided by zero; a gradient that is not \
              large beside ε makes shorter steps.",
    ..Setting::PLAIN
};

/// The share of the predicted decrease that a line search requires (Armijo's condition).
pub(super) const SUFFICIENT_DECREASE: Setting = Setting {
    key: "c1",
    symbol: "c₁",
    title: "sufficient decrease",
    default: 1e-4,
    range: [1e-12, 0.5],
    logarithmic: true,
    tooltip: "A step of length t along p is accepted only if L falls by at least c₁·t·|∇Lᵀp|, the share c₁ of what \
              the slope promises.",
    ..Setting::PLAIN
};

/// How much flatter the slope must become along a line search (the strong Wolfe condition).
pub(super) const CURVATURE_CONDITION: Setting = Setting {
    key: "c2",
    symbol: "c₂",
    title: "curvature condition",
    default: 0.9,
    range: [1e-3, 0.999],
    tooltip: "A step along p is accepted only if the slope along p has fallen to the share c₂ in magnitude; \
              it must be larger than c₁.",
    ..Setting::PLAIN
};
