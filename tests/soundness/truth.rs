//! What is known of a function's critical set, by construction.

use super::exact::{Range, Rational};
use super::formula::Formula;
use losscape::critical::Extremum;
use losscape::curvature::Kind;

/// An isolated critical point.
#[derive(Clone, Debug)]
pub struct TruePoint {
    pub w: [Range; 2],
    pub kind: Kind,
    /// The Poincaré–Hopf index of ∇L.
    pub index: i32,
    /// Whether L has a strict local extremum there.
    pub extremum: Option<Extremum>,
    /// L there, where it is known.
    pub value: Option<Range>,
    /// ∂₁₁, ∂₁₂, ∂₂₂ there, where they are known.
    pub hessian: Option<[Range; 3]>,
}

/// A curve of critical points.
pub struct TrueCurve {
    /// What L is across it: [`Kind::Degenerate`] where it passes through its value.
    pub kind: Kind,
    /// How far a point is from it, to first order.
    pub distance: Box<dyn Fn([f64; 2]) -> f64>,
    /// Points along it; those outside the view do not count.
    pub samples: Vec<[f64; 2]>,
    /// How many connected pieces it has, where that is known.
    pub pieces: Option<usize>,
    /// How far away the nearest other curve or point is.
    pub gap: f64,
}

/// All of a function's critical set.
#[derive(Default)]
pub struct Truth {
    /// All isolated critical points in and near the view.
    pub points: Vec<TruePoint>,
    pub curves: Vec<TrueCurve>,
    /// Whether there are isolated points that are not in the list.
    pub more_points: bool,
    /// Whether L is undefined somewhere in view, so that ∇L may turn around nothing.
    pub has_pole: bool,
    /// Where in view ∇L does not exist: a point of each kink.
    pub kinks: Vec<[f64; 2]>,
}

/// A question with its answer.
pub struct Case {
    pub family: &'static str,
    /// The formula as it is typed.
    pub text: String,
    /// The same function, with data and parameters in place, for the rounding error of its values.
    pub formula: Formula,
    pub parameters: Vec<(String, String)>,
    /// A CSV file.
    pub data: Option<String>,
    /// Its bounds stand for their shortest decimals.
    pub view: [f64; 4],
    pub truth: Truth,
    /// Whether L is a polynomial or a quotient of polynomials.
    pub is_rational: bool,
    /// The most boxes of the proof.
    pub budget: usize,
}

impl Case {
    /// Whether the closed view holds the point, where that is certain.
    pub fn in_view(&self, w: &[Range; 2]) -> Option<bool> {
        let mut within = Some(true);
        for (axis, range) in w.iter().enumerate() {
            let [low, high] = [0, 1].map(|end| Rational::shortest(self.view[2 * axis + end]));
            if range.high < low || range.low > high {
                return Some(false);
            }
            if range.low < low || range.high > high {
                within = None;
            }
        }
        within
    }

    /// The command that asks the same question.
    pub fn command(&self) -> String {
        let [a, b, c, d] = self.view;
        let parameters: String =
            self.parameters.iter().map(|(name, value)| format!(" --param {name}={value}")).collect();
        let data = if self.data.is_some() { " --data d.csv" } else { "" };
        let file =
            self.data.as_ref().map_or(String::new(), |csv| format!("printf '{}' > d.csv; ", csv.replace('\n', "\\n")));
        format!(
            "{file}losscape points --formula '{}'{parameters}{data} --view={a:?},{b:?},{c:?},{d:?} --budget {} --json",
            self.text, self.budget
        )
    }

    /// The length of the view's longer side.
    pub fn size(&self) -> f64 {
        (self.view[1] - self.view[0]).max(self.view[3] - self.view[2])
    }
}
