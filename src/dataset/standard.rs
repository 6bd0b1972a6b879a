//! The sets of examples that come with the program: `assets/datasets`, whose README says how each was made.

use super::Dataset;
use std::sync::LazyLock;

/// A set of examples that comes with the program.
#[derive(Clone, Debug)]
pub struct Standard {
    /// The name on the command line and in study files: `noisy-line`.
    pub name: &'static str,
    /// The name in the window.
    pub title: &'static str,
    /// One sentence about it.
    pub description: &'static str,
    /// The examples.
    pub dataset: Dataset,
    /// Whether it is made for networks: no formula of two weights fits it.
    pub is_for_networks: bool,
}

/// Name, title, description and CSV.
type Text = [&'static str; 4];

/// Sets for landscapes.
const TEXTS: [Text; 9] = [
    [
        "line",
        "A line",
        "y = 1.5·x − 0.5 exactly: a line fits every example.",
        include_str!("../../assets/datasets/line.csv"),
    ],
    [
        "noisy-line",
        "A noisy line",
        "y = 1.5·x − 0.5 with Gaussian noise of standard deviation 0.5.",
        include_str!("../../assets/datasets/noisy-line.csv"),
    ],
    [
        "outlier",
        "A line with an outlier",
        "y = 0.5·x + 0.25 with little noise, and one example far off.",
        include_str!("../../assets/datasets/outlier.csv"),
    ],
    [
        "collinear",
        "Collinear columns",
        "z = 2·x: both columns say the same, so XᵀX is singular.",
        include_str!("../../assets/datasets/collinear.csv"),
    ],
    [
        "two-classes",
        "Two classes",
        "Classes 0 and 1 that overlap on the axis x.",
        include_str!("../../assets/datasets/two-classes.csv"),
    ],
    [
        "separable",
        "Separable classes",
        "Classes 0 and 1 that x = 0 separates.",
        include_str!("../../assets/datasets/separable.csv"),
    ],
    [
        "tanh-samples",
        "Samples of tanh",
        "y = tanh(1.5·x − 0.5), to six decimals.",
        include_str!("../../assets/datasets/tanh-samples.csv"),
    ],
    [
        "bump-samples",
        "Samples of a bump",
        "y = exp(−x²), to six decimals.",
        include_str!("../../assets/datasets/bump-samples.csv"),
    ],
    [
        "sine-samples",
        "Samples of a sine",
        "y = sin(1.5·x + 0.5), to six decimals.",
        include_str!("../../assets/datasets/sine-samples.csv"),
    ],
];

/// Sets for networks.
const NETWORK_TEXTS: [Text; 7] = [
    [
        "chebyshev-5",
        "Chebyshev polynomial",
        "T₅(x) = 16·x⁵ − 20·x³ + 5·x at 20 points, for networks.",
        include_str!("../../assets/datasets/chebyshev-5.csv"),
    ],
    [
        "noisy-sine",
        "Noisy sine",
        "y = sin(πx) with noise of standard deviation 0.1, for networks.",
        include_str!("../../assets/datasets/noisy-sine.csv"),
    ],
    [
        "two-moons",
        "Two moons",
        "Classes 0 and 1 on two interlocking half circles, for networks.",
        include_str!("../../assets/datasets/two-moons.csv"),
    ],
    [
        "circles",
        "Circles",
        "Classes 0 and 1 on two circles with one centre, for networks.",
        include_str!("../../assets/datasets/circles.csv"),
    ],
    [
        "xor",
        "Exclusive or",
        "y = 1 where the signs of x1 and x2 differ, else −1: no line separates them. For networks.",
        include_str!("../../assets/datasets/xor.csv"),
    ],
    [
        "spirals",
        "Two spirals",
        "Labels −1 and 1 on two spirals of one turn, for networks.",
        include_str!("../../assets/datasets/spirals.csv"),
    ],
    [
        "three-spirals",
        "Three spirals",
        "Classes 0, 1 and 2 on three spirals, for networks.",
        include_str!("../../assets/datasets/three-spirals.csv"),
    ],
];

/// All of them, simple ones first, and last those for networks.
pub fn standard() -> &'static [Standard] {
    static ALL: LazyLock<Vec<Standard>> = LazyLock::new(|| {
        let read = |([name, title, description, csv], is_for_networks): (Text, bool)| {
            // The files are part of the program, and tests read all of them, so no user can see this panic.
            let dataset = Dataset::from_csv(csv).expect("assets/datasets has datasets");
            Standard { name, title, description, dataset, is_for_networks }
        };
        let all = TEXTS.map(|text| (text, false)).into_iter().chain(NETWORK_TEXTS.map(|text| (text, true)));
        all.map(read).collect()
    });
    &ALL
}

/// The one with this name.
pub fn find(name: &str) -> Option<&'static Standard> {
    standard().iter().find(|known| known.name == name)
}
