//! Tests of the formula language and of the derivatives, against an independent derivation and known answers.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::*;
use crate::number::{Binary, Interval, Vector};

fn jet(text: &str, w: [f64; 2]) -> Jet {
    Formula::parse(text).unwrap().tape(&[]).jet(Vector::new(w[0], w[1]))
}

/// The text, as mathematics; the printer shows what was understood.
fn check_understood(table: &[(&str, &str)]) {
    for (text, expected) in table {
        match Formula::parse(text) {
            Ok(formula) => assert_eq!(&formula.to_unicode(), expected, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

/// Products to be read have no dot if they have only one reading.
#[test]
fn products_are_set_without_a_dot() {
    for (text, set) in [
        ("20+w1^2-10*cos(2*pi*w1)", "20 + w₁² − 10 cos(2π w₁)"),
        ("2*w1*w2", "2w₁ w₂"),
        ("k/2*w1^2", "k/2·w₁²"),
        ("3*(w1+1)", "3(w₁ + 1)"),
        ("w1*(w2+1)", "w₁·(w₂ + 1)"),
        ("w1*2", "w₁·2"),
        ("2*exp(w1)", "2 exp(w₁)"),
        ("2*e*w1", "2 e w₁"),
        ("abs(w1)*w2", "|w₁|·w₂"),
        ("w1^k*w2", "w₁^k·w₂"),
        ("w1^2*w2^2", "w₁² w₂²"),
    ] {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(mathematics::unicode(&formula.to_math()), set, "{text}");
    }
    let names = ["x", "y"].map(str::to_owned);
    let scope = Scope { columns: &names, ..Scope::default() };
    for (text, set) in [("(w1*x+w2-y)^2", "(w₁ xᵢ + w₂ − yᵢ)²"), ("w1*x-y", "(w₁ xᵢ − yᵢ)")] {
        let formula = Formula::parse_in(text, &scope).unwrap();
        let set_text: String = formula
            .to_example_math()
            .iter()
            .map(|run| match (run.script, run.text.as_str()) {
                (Script::Subscript, "i") => "ᵢ".to_owned(),
                (Script::Subscript, digit) => digit.replace('1', "₁").replace('2', "₂"),
                (Script::Superscript, digit) => digit.replace('2', "²"),
                (Script::Normal, text) => text.to_owned(),
            })
            .collect();
        assert_eq!(set_text, set);
    }
}

#[test]
fn the_language_is_understood() {
    check_understood(&[
        ("w1^3-w2^2", "w₁³ − w₂²"),
        ("w₁³ − w₂²", "w₁³ − w₂²"),
        ("x^3 - y^2", "w₁³ − w₂²"),
        ("2w1", "2·w₁"),
        ("3(w1+1)", "3·(w₁ + 1)"),
        ("w1 w2", "w₁·w₂"),
        ("w1w2", "w₁·w₂"),
        ("xy", "w₁·w₂"),
        ("(w1)(w2)", "w₁·w₂"),
        ("-w1^2", "−w₁²"),
        ("2^3^w1", "2^(3^w₁)"),
        ("2*-w1", "2·(−w₁)"),
        ("2^-w1", "2^(−w₁)"),
        ("w1²·w2", "w₁²·w₂"),
        ("w1⁻¹", "w₁⁻¹"),
        ("√w1 + √(w1+1)", "√w₁ + √(w₁ + 1)"),
        ("π×w1÷2", "π·w₁/2"),
        ("abs(w1) + max(w1, w2, 0)", "|w₁| + max(max(w₁, w₂), 0)"),
        ("log(w1) - log10(w2)", "ln(w₁) − log10(w₂)"),
        ("w1-(w2-1)", "w₁ − (w₂ − 1)"),
        ("w1/(2*w2)", "w₁/(2·w₂)"),
        ("(w1+w2)^2", "(w₁ + w₂)²"),
        ("(w1*w2)^2", "(w₁·w₂)²"),
        ("sin(w1)^2", "sin(w₁)²"),
        ("1e-3 w1 + 2.5e10", "1e−3·w₁ + 2.5e10"),
        ("e^w1 + e", "exp(w₁) + e"),
        ("k/2*w1^2 + w2^2/2", "k/2·w₁² + w₂²/2"),
        ("lambda1*w1", "lambda₁·w₁"),
    ]);
}

#[test]
fn errors_point_at_their_column() {
    for (text, column, part) in [
        ("", 1, "expected"),
        ("   ", 1, "expected"),
        ("w1 +", 5, "the end"),
        ("w1 + * w2", 6, "`*`"),
        ("(w1 + 2", 8, "`)`"),
        ("w1 + 2)", 7, "closes nothing"),
        ("sine(w1)", 1, "did you mean sin?"),
        ("sin + w1", 5, "parentheses"),
        ("max(w1)", 7, "two arguments"),
        ("w1 $ w2", 4, "`$`"),
        ("1.2.3", 4, "decimal point"),
        ("0,5*w1", 2, "decimals are written with a point"),
        ("|w1", 4, "`|` for the `|` in column 1"),
        ("L = w1", 3, "without"),
        ("1e999", 1, "too large"),
        ("w1\u{0}", 3, "U+0000"),
    ] {
        let error = Formula::parse(text).map(|f| f.to_unicode()).unwrap_err();
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
}

#[test]
fn no_size_of_text_exhausts_anything() {
    let nested = format!("{}w1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(Formula::parse(&nested).unwrap_err().message.contains("at most"));
    let deep = format!("{}w1{}", "(".repeat(4_000), ")".repeat(4_000));
    assert!(Formula::parse(&deep).unwrap_err().message.contains("nested too deeply"));
    assert!(Formula::parse(&"1+".repeat(500_000)).unwrap_err().message.contains("10000"));
    assert!(Formula::parse(&"-".repeat(9_000)).is_err());
    let long_sum = format!("w1{}", "+w2".repeat(3_000));
    assert_eq!(jet_of(&long_sum, [1.0, 1.0]).value, 3001.0);
    let long_product = format!("w1{}", "*w2".repeat(3_000));
    assert_eq!(jet_of(&long_product, [1.0, 1.0]).hessian[(0, 1)], 3000.0);
    let nested_sines = format!("{}w1{}", "sin(".repeat(95), ")".repeat(95));
    assert!(jet_of(&nested_sines, [1.0, 1.0]).hessian[(0, 0)].is_finite());
    let powers = format!("w1{}", "^1.5".repeat(90));
    assert!(jet_of(&powers, [1.0, 1.0]).gradient.x > 1.0);
}

fn jet_of(text: &str, w: [f64; 2]) -> Jet {
    jet(text, w)
}

#[test]
fn derivatives_are_shown_simplified() {
    for (text, gradient, hessian) in [
        ("w1^3-w2^2", ["3·w₁²", "−2·w₂"], ["6·w₁", "0", "−2"]),
        ("k/2*w1^2 + w2^2/2", ["k·w₁", "w₂"], ["k", "0", "1"]),
        ("(1 - w1*w2)^2/2", ["−w₂·(1 − w₁·w₂)", "−w₁·(1 − w₁·w₂)"], ["w₂²", "2·w₁·w₂ − 1", "w₁²"]),
        ("exp(w1) + w2", ["exp(w₁)", "1"], ["exp(w₁)", "0", "0"]),
        (
            "sin(w1)*cos(w2)",
            ["cos(w₁)·cos(w₂)", "−sin(w₁)·sin(w₂)"],
            ["−sin(w₁)·cos(w₂)", "−cos(w₁)·sin(w₂)", "−sin(w₁)·cos(w₂)"],
        ),
        ("log(w1)+sqrt(w2)", ["1/w₁", "0.5/√w₂"], ["−1/w₁²", "0", "−0.25/(w₂·√w₂)"]),
    ] {
        let formula = Formula::parse(text).unwrap();
        assert_eq!(formula.gradient_text(), gradient, "{text}");
        assert_eq!(formula.hessian_text(), hessian, "{text}");
    }
}

#[test]
fn the_default_landscape() {
    let at = jet("w1^3-w2^2", [1.0, 0.0]);
    assert_eq!((at.value, at.gradient), (1.0, Vector::new(3.0, 0.0)));
    assert_eq!(at.hessian, crate::number::Matrix::new(6.0, 0.0, 0.0, -2.0));
}

#[test]
fn undefined_losses_have_no_derivatives() {
    let at = jet("log(w1)", [-1.0, 0.0]);
    assert!(at.value.is_nan() && at.gradient.x.is_nan() && at.hessian[(0, 0)].is_nan());
    // x^3/x simplifies in the derivative, but L itself is undefined at 0.
    assert!(jet("w1^3/w1", [0.0, 0.0]).gradient.x.is_nan());
    // A kink: the mean of both slopes, and no Hessian.
    let kink = jet("abs(w1) + w2^2", [0.0, 1.0]);
    assert_eq!(kink.gradient, Vector::new(0.0, 2.0));
    assert!(kink.hessian[(0, 0)].is_nan());
    assert_eq!(jet("max(w1, 2*w1)", [0.0, 0.0]).gradient.x, 1.5);
    assert!(!jet("0*log(w1)", [-1.0, 0.0]).value.is_finite(), "0·ln(w₁) is undefined where ln is");
}

#[test]
fn decimals_are_enclosed() {
    let tape = Formula::parse("0.1*w1 + w2^2 + pi").unwrap().tape(&[]);
    let value = tape.value([Interval::point(3.0), Interval::point(2.0)]);
    assert!(value.lo < value.hi && value.contains(0.1 * 3.0 + 4.0 + std::f64::consts::PI));
    let exact = Formula::parse("0.5*w1").unwrap().tape(&[]).value([Interval::point(0.0), Interval::point(0.0)]);
    assert_eq!((exact.lo, exact.hi), (0.0, 0.0));
}

#[test]
fn parameters_are_bound() {
    let formula = Formula::parse("k*w1^2 + lam*w2^2").unwrap();
    assert_eq!(formula.parameters(), ["k", "lam"]);
    let at = formula.tape(&[3.0, -2.0].map(Into::into)).jet(Vector::new(1.0, 1.0));
    assert_eq!((at.value, at.gradient), (1.0, Vector::new(6.0, -4.0)));
    assert_eq!(formula.tape(&[]).value([1.0, 1.0]), 2.0, "a parameter is 1 until it is set");
}

#[test]
fn the_grid_agrees_with_points() {
    for text in [
        "w1^3-w2^2",
        "3",
        "w1",
        "w2",
        "w1*w2",
        "sin(w1)",
        "cos(w2)^3",
        "20+w1^2-10*cos(2*pi*w1)+w2^2-10*cos(2*pi*w2)",
        "3*(1-w1)^2*exp(-w1^2-(w2+1)^2)-10*(w1/5-w1^3-w2^5)*exp(-w1^2-w2^2)-exp(-(w1+1)^2-w2^2)/3",
        "log(w1)*sqrt(w2)+w1^w2",
        "max(w1,w2)-abs(w1-w2)/(1+w1^2*w2^2)",
    ] {
        let tape = Formula::parse(text).unwrap().tape(&[]);
        let xs = crate::landscape::nodes([-3.0, 3.0], 301);
        let ys = crate::landscape::nodes([-2.0, 2.5], 17);
        let mut grid = Vec::new();
        tape.grid(&xs, &ys, &mut grid);
        let largest = grid.iter().filter(|v| v.is_finite()).fold(0.0f64, |m, v| m.max(v.abs()));
        for (row, y) in ys.iter().enumerate() {
            for (column, x) in xs.iter().enumerate() {
                let (got, expected) = (grid[row * xs.len() + column], tape.value([*x, *y]));
                let same = got == expected || (got.is_nan() && expected.is_nan());
                assert!(
                    same || (got - expected).abs() <= 1e-14 * largest,
                    "{text} at ({x}, {y}): {got} and {expected}"
                );
            }
        }
    }
}

mod random {
    //! Random expressions: derivatives against num-dual, text against the parser.

    use super::super::*;
    use crate::number::Vector;
    use num_dual::{DualNum, HyperDual64};
    use proptest::prelude::*;

    type Dual = HyperDual64;

    /// An expression as text, and the same for dual numbers.
    #[derive(Clone, Debug)]
    enum Tree {
        W1,
        W2,
        Number(f64),
        Unary(&'static str, Box<Tree>),
        Power(Box<Tree>, i32),
        Binary(char, Box<Tree>, Box<Tree>),
    }

    impl Tree {
        fn text(&self) -> String {
            match self {
                Tree::W1 => "w1".to_owned(),
                Tree::W2 => "w2".to_owned(),
                Tree::Number(value) => format!("{value}"),
                Tree::Unary("neg", a) => format!("(-{})", a.text()),
                Tree::Unary(name, a) => format!("{name}({})", a.text()),
                Tree::Power(a, n) => format!("(({})^{n})", a.text()),
                Tree::Binary(op, a, b) => format!("({} {op} {})", a.text(), b.text()),
            }
        }

        fn dual(&self, w: &[Dual; 2]) -> Dual {
            match self {
                Tree::W1 => w[0],
                Tree::W2 => w[1],
                Tree::Number(value) => Dual::from_re(*value),
                Tree::Power(a, n) => a.dual(w).powi(*n),
                Tree::Unary(name, a) => {
                    let mut a = a.dual(w);
                    // At the borders of their domains these turn a rounding error into any error.
                    let near_border = match *name {
                        "asin" | "acos" => a.re.abs() > 0.999,
                        "sqrt" | "cbrt" | "log" | "log2" | "log10" => a.re.abs() < 1e-3,
                        // For large arguments num-dual's quotients of exponentials cancel, and our value is more
                        // accurate.
                        "tanh" | "sigmoid" | "softplus" => a.re.abs() > 15.0,
                        _ => false,
                    };
                    if near_border {
                        a.re = f64::NAN;
                    }
                    match *name {
                        "neg" => -a,
                        "sin" => a.sin(),
                        "cos" => a.cos(),
                        "tan" => a.tan(),
                        "exp" => a.exp(),
                        "log" => a.ln(),
                        "log2" => a.log2(),
                        "log10" => a.log10(),
                        "sqrt" => a.sqrt(),
                        "cbrt" => a.cbrt(),
                        "asin" => a.asin(),
                        "acos" => a.acos(),
                        "atan" => a.atan(),
                        "sinh" => a.sinh(),
                        "cosh" => a.cosh(),
                        "tanh" => a.tanh(),
                        // Functions that num-dual lacks, from their definitions.
                        "sigmoid" => ((-a).exp() + 1.0).recip(),
                        "softplus" => (a.exp() + 1.0).ln(),
                        "abs" => {
                            if a.re < 0.0 {
                                -a
                            } else {
                                a
                            }
                        }
                        "relu" => {
                            if a.re < 0.0 {
                                a * 0.0
                            } else {
                                a
                            }
                        }
                        other => unreachable!("{other}"),
                    }
                }
                Tree::Binary(op, a, b) => {
                    let (a, b) = (a.dual(w), b.dual(w));
                    match op {
                        '+' => a + b,
                        '-' => a - b,
                        '*' => a * b,
                        '/' => a / b,
                        _ => (a.ln() * b).exp(),
                    }
                }
            }
        }
    }

    const FUNCTIONS: &[&str] = &[
        "neg", "sin", "cos", "tan", "exp", "log", "log2", "log10", "sqrt", "cbrt", "asin", "acos", "atan", "sinh",
        "cosh", "tanh", "sigmoid", "softplus", "abs", "relu",
    ];

    fn tree() -> impl Strategy<Value = Tree> {
        let leaf = prop_oneof![
            3 => Just(Tree::W1),
            3 => Just(Tree::W2),
            2 => (-40..40i32).prop_map(|n| Tree::Number(f64::from(n) / 8.0)),
        ];
        leaf.prop_recursive(5, 40, 2, |inner| {
            prop_oneof![
                3 => (proptest::sample::select(FUNCTIONS), inner.clone()).prop_map(|(name, a)| Tree::Unary(name, Box::new(a))),
                2 => (inner.clone(), -3..6i32).prop_map(|(a, n)| Tree::Power(Box::new(a), n)),
                6 => (proptest::sample::select(&['+', '-', '*', '/', '^'][..]), inner.clone(), inner)
                    .prop_map(|(op, a, b)| Tree::Binary(op, Box::new(a), Box::new(b))),
            ]
        })
    }

    /// L, ∇L and H from one hyper-dual number for each entry of the Hessian.
    fn hyper_dual(tree: &Tree, w1: f64, w2: f64) -> (f64, Vector, crate::number::Matrix) {
        let one = |i: usize, k: usize| f64::from(u8::from(i == k));
        let entry = |i: usize, j: usize| {
            tree.dual(&[Dual::new(w1, one(i, 0), one(j, 0), 0.0), Dual::new(w2, one(i, 1), one(j, 1), 0.0)])
        };
        let (d11, d12, d22) = (entry(0, 0), entry(0, 1), entry(1, 1));
        let gradient = Vector::new(d12.eps1, d12.eps2);
        (d12.re, gradient, crate::number::Matrix::new(d11.eps1eps2, d12.eps1eps2, d12.eps1eps2, d22.eps1eps2))
    }

    /// Equal up to rounding; the width of the enclosure at a point bounds the rounding errors.
    fn agree(got: f64, expected: f64, scale: f64, enclosure: crate::number::Interval) -> bool {
        (got - expected).abs() <= 1e-9 * scale.max(1e-3) + 64.0 * enclosure.width().max(0.0)
    }

    proptest! {
        #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::with_cases(3000) })]

        /// Symbolic derivatives equal those of hyper-dual numbers wherever both are well conditioned.
        #[test]
        fn derivatives_agree_with_dual_numbers(tree in tree(), w1 in -2.0..2.0f64, w2 in -2.0..2.0f64) {
            let formula = Formula::parse(&tree.text()).unwrap();
            let tape = formula.tape(&[]);
            let jet = tape.jet(Vector::new(w1, w2));
            let (dual_value, dual_gradient, dual_hessian) = hyper_dual(&tree, w1, w2);
            let finite = |x: f64| x.is_finite() && x.abs() < 1e8;
            prop_assume!(finite(dual_value) && dual_gradient.iter().all(|x| finite(*x)) && dual_hessian.iter().all(|x| finite(*x)));
            // A negative base with a constant exponent has a value here, but not as exp(b ln a).
            prop_assume!(finite(jet.value) && jet.hessian.iter().all(|x| finite(*x)));
            // Where a nearby point has a very different Hessian, both are dominated by rounding.
            let near = tape.jet(Vector::new(w1 * (1.0 + 1e-9), w2 * (1.0 - 1e-9)));
            let scale = 1.0 + jet.value.abs() + jet.gradient.norm() + jet.hessian.norm();
            prop_assume!((near.hessian - jet.hessian).norm() <= 1e-5 * scale && (near.gradient - jet.gradient).norm() <= 1e-5 * scale);
            let enclosed = tape.jet_of([w1, w2].map(crate::number::Interval::point));
            // (1/0)⁰ is 1 in floating-point numbers, and undefined.
            prop_assume!(!enclosed.value.is_empty() && !enclosed.value.partial);
            prop_assert!(agree(jet.value, dual_value, scale, enclosed.value), "{}: L {} and {dual_value}", tree.text(), jet.value);
            for i in 0..2 {
                prop_assert!(agree(jet.gradient[i], dual_gradient[i], scale, enclosed.gradient[i]), "{}: ∂{i} {} and {}", tree.text(), jet.gradient[i], dual_gradient[i]);
                for j in 0..2 {
                    prop_assert!(agree(jet.hessian[(i, j)], dual_hessian[(i, j)], scale, enclosed.hessian[i + j]),
                        "{} at ({w1}, {w2}): ∂{i}{j} {} and {}", tree.text(), jet.hessian[(i, j)], dual_hessian[(i, j)]);
                }
            }
        }

        /// The short instructions for single points have the bits of the tape, for every output.
        #[test]
        fn short_instructions_have_the_bits_of_the_tape(tree in tree(), w1 in -2.0..2.0f64, w2 in -2.0..2.0f64) {
            let tape = Formula::parse(&tree.text()).unwrap().tape(&[]);
            let (w, plain) = (Vector::new(w1, w2), tape.jet_of([w1, w2]));
            let Some(code) = tape.code() else {
                let is_long = |(_, operation)| matches!(operation, crate::formula::instructions::Operation::Power(_, n) if i16::try_from(n).is_err());
                prop_assert!(tape.instructions().slots() > 256 || tape.instructions().numbered().any(is_long));
                return Ok(());
            };
            let bits = |numbers: &[f64]| numbers.iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<_>>();
            let ([d1, d2], [d11, d12, d22]) = (plain.gradient, plain.hessian);
            let expected = [plain.value, d1, d2, d11, d12, d22];
            // Reused slots give the same results as new ones.
            let mut slots = code.slots();
            prop_assert_eq!(bits(&code.jet(w, &mut slots)), bits(&expected), "{}", tree.text());
            prop_assert_eq!(bits(&code.value_and_gradient(w, &mut slots)), bits(&expected[..3]), "{}", tree.text());
            prop_assert_eq!(bits(&[code.value(w, &mut slots)]), bits(&expected[..1]), "{}", tree.text());
        }

        /// Evaluated over intervals, L, ∇L and H enclose their values at every point.
        #[test]
        fn intervals_enclose_values_and_derivatives(tree in tree(), a in -2.0..2.0f64, b in -2.0..2.0f64, width in 0.0..0.5f64, s in 0.0..1.0f64, t in 0.0..1.0f64) {
            use crate::number::Interval;
            let tape = Formula::parse(&tree.text()).unwrap().tape(&[]);
            let w = Vector::new((a + s * width).min(a + width), (b + t * width).min(b + width));
            let jet = tape.jet(w);
            let boxed = tape.jet_of([Interval::new(a, a + width), Interval::new(b, b + width)]);
            let holds = |enclosure: Interval, value: f64| !value.is_finite() || enclosure.partial || enclosure.contains(value);
            prop_assert!(holds(boxed.value, jet.value), "{}: {:?} at {w:?}: {}", tree.text(), boxed.value, jet.value);
            for i in 0..2 {
                prop_assert!(holds(boxed.gradient[i], jet.gradient[i]), "{}: ∂{i} {:?} at {w:?}: {}", tree.text(), boxed.gradient[i], jet.gradient[i]);
            }
            for (k, (i, j)) in [(0, 0), (0, 1), (1, 1)].into_iter().enumerate() {
                prop_assert!(holds(boxed.hessian[k], jet.hessian[(i, j)]), "{}: ∂{i}{j} {:?} at {w:?}: {}", tree.text(), boxed.hessian[k], jet.hessian[(i, j)]);
            }
        }

        /// What is shown for a formula is understood as the same formula.
        #[test]
        fn shown_formulas_can_be_typed_again(tree in tree(), w1 in -2.0..2.0f64, w2 in -2.0..2.0f64) {
            let formula = Formula::parse(&tree.text()).unwrap();
            let shown = formula.to_unicode();
            // |…| is shown for abs(…), and only the latter is typed.
            prop_assume!(!shown.contains('|'));
            let again = Formula::parse(&shown).map_err(|e| TestCaseError::fail(format!("{shown}: {e}")))?;
            // The order of multiplications may differ, and with it the rounding, but both enclose the same value.
            let w = [w1, w2].map(crate::number::Interval::point);
            let (a, b) = (formula.tape(&[]).value(w), again.tape(&[]).value(w));
            let decided = !(a.partial || b.partial || a.is_empty() || b.is_empty());
            prop_assert!(!decided || !a.intersect(b).is_empty(), "{} shown as {shown}: {a:?} and {b:?}", tree.text());
        }

        #[test]
        fn random_text_never_panics(text in ".{0,200}") {
            let _ = Formula::parse(&text);
        }

        #[test]
        fn random_tokens_never_panic(tokens in proptest::collection::vec(proptest::sample::select(&[
            "w1", "w2", "x", "k", "(", ")", "+", "-", "*", "/", "^", ",", "sin", "sin(", "max(", "1", "0", "1e5", ".", "²", "⁻", "√", "e", "π",
            "abs(", "log(", "1e400", "_", " ", "w₁", "^-", "1e-300", "0.1",
        ][..]), 0..60)) {
            if let Ok(formula) = Formula::parse(&tokens.concat()) {
                let _ = (formula.to_unicode(), formula.gradient_text(), formula.hessian_text());
                let _ = formula.tape(&[]).jet(Vector::new(0.0, 1.0));
                let mut grid = Vec::new();
                formula.tape(&[]).grid(&[0.0, 1.0, 2.0], &[-1.0, 0.0], &mut grid);
            }
        }
    }
}

/// n·xⁿ⁻¹ and n·(n − 1)·xⁿ⁻² by whole numbers of any length.
#[test]
fn derivatives_of_powers_are_within_four_units_of_the_last_place() {
    use crate::number::power_tests::{bases, units_off_power};
    for n in [2i32, 3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 31, 50, 100, 333, 1024].into_iter().flat_map(|n| [n, -n]) {
        let tape = Formula::parse(&format!("w1^({n})")).unwrap().tape(&[]);
        for x in bases(n.abs() + 2, 100) {
            let jet = tape.jet(Vector::new(x, 0.0));
            let (first, second) = (i64::from(n), i64::from(n) * i64::from(n - 1));
            for (got, exponent, factor) in
                [(jet.value, n, 1), (jet.gradient.x, n - 1, first), (jet.hessian[(0, 0)], n - 2, second)]
            {
                let off = units_off_power(got, x, exponent, factor);
                assert!(off <= 4.0, "{factor}·{x:e}^{exponent} is {off} units off");
            }
        }
    }
}

/// Values and derivatives that fit an f64 although a square or an exponential in between overflows.
#[test]
fn recognised_forms_lose_no_values() {
    let half = 0.5f64.sqrt();
    for (text, w, value, gradient, hessian) in [
        (
            "sqrt(w1^2+w2^2)",
            [1e200, 1e200],
            1e200 * 2f64.sqrt(),
            [half, half],
            [0.5 * half * 1e-200, 0.5 * half * 1e-200],
        ),
        ("(w1*w1+w2^2)^0.5", [3e-200, 4e-200], 5e-200, [0.6, 0.8], [0.128e200, 0.072e200]),
        ("sqrt(w1^2+w2^2)", [1.0, 1e-20], 1.0, [1.0, 1e-20], [1e-40, 1.0]),
        ("(w1^2+w2^2)^(-0.5)", [3e200, 4e200], 2e-201, [0.0, 0.0], [0.0, 0.0]),
        ("sqrt(1+4*w1^2)+w2", [1e200, 0.0], 2e200, [2.0, 1.0], [0.0, 0.0]),
        ("sqrt(w1^4+w2^2)", [1e100, 0.0], 1e200, [2e100, 0.0], [2.0, 1e-200]),
        ("sqrt(w1^2)+w2", [-1e200, 0.0], 1e200, [-1.0, 1.0], [0.0, 0.0]),
        ("log(1+exp(w1))+w2", [800.0, 0.0], 800.0, [1.0, 1.0], [0.0, 0.0]),
        ("log(exp(w1)+1)", [-700.0, 0.0], libm::exp(-700.0), [libm::exp(-700.0), 0.0], [libm::exp(-700.0), 0.0]),
        ("log(1+exp(w1))+w2^2/2", [40.0, 0.0], 40.0, [1.0, 0.0], [libm::exp(-40.0), 1.0]),
        ("1/(1+exp(-w1))", [-700.0, 0.0], libm::exp(-700.0), [libm::exp(-700.0), 0.0], [libm::exp(-700.0), 0.0]),
        ("3/(1+exp(w1))", [800.0, 0.0], 0.0, [0.0, 0.0], [0.0, 0.0]),
        ("exp(w1)/(1+exp(w1))", [800.0, 0.0], 1.0, [0.0, 0.0], [0.0, 0.0]),
        ("tanh(w1)+w2^2/2", [20.0, 0.0], 1.0, [4.0 * libm::exp(-40.0), 0.0], [-8.0 * libm::exp(-40.0), 1.0]),
    ] {
        let at = jet(text, w);
        let got = [at.value, at.gradient.x, at.gradient.y, at.hessian[(0, 0)], at.hessian[(1, 1)]];
        let expected = [value, gradient[0], gradient[1], hessian[0], hessian[1]];
        for (got, expected) in got.into_iter().zip(expected) {
            let close = (got - expected).abs() <= 4e-15 * expected.abs();
            let small = expected == 0.0 && got.abs() < 1e-200;
            assert!(close || small, "{text} at {w:?}: {got:e} and not {expected:e} in {at:?}");
        }
        let enclosed = Formula::parse(text).unwrap().tape(&[]).jet_of(w.map(Interval::point));
        assert!(enclosed.value.contains(value) || value == 800.0, "{text} in {:?}", enclosed.value);
    }
}

#[test]
fn recognised_forms_are_shown_as_typed() {
    check_understood(&[
        ("sqrt(w1^2+w2^2)", "√(w₁² + w₂²)"),
        ("log(1+exp(w1))", "ln(1 + exp(w₁))"),
        ("1/(1+exp(-w1))", "1/(1 + exp(−w₁))"),
    ]);
    for (text, gradient) in [
        ("sqrt(w1^2+w2^2)", ["w₁/√(w₁² + w₂²)", "w₂/√(w₁² + w₂²)"]),
        ("sqrt(4+w1^2)", ["w₁/√(4 + w₁²)", "0"]),
        ("tanh(w1)", ["1/cosh(w₁)²", "0"]),
        ("sqrt(w1^2+w2^2)*sqrt(w1^2+w2^2)", ["2·w₁", "2·w₂"]),
    ] {
        assert_eq!(Formula::parse(text).unwrap().gradient_text(), gradient, "{text}");
    }
}

/// Half powers are made of roots and products, with the values of the power function, its edges and its domain.
#[test]
fn half_powers() {
    for halves in [-5, -3, -1, 3, 5] {
        let exponent = 0.5 * f64::from(halves);
        let tape = Formula::parse(&format!("w1^({exponent})")).expect("a formula").tape(&[]);
        let awkward = [0.0, -0.0, 1.0, f64::INFINITY, 5e-324, 1e-308, 1e-123, 1e123, 1e300, f64::MAX, -1.0, f64::NAN];
        for x in (1..2000).map(|k| 0.013 * f64::from(k)).chain(awkward) {
            let (got, expected) = (tape.value([x, 0.0]), Binary::Pow.apply(x, exponent));
            let off = (got - expected).abs() / (f64::EPSILON * expected.abs()).max(f64::MIN_POSITIVE);
            let near = got.is_sign_negative() == expected.is_sign_negative() && (got == expected || off <= 2.0);
            assert!(near || (got.is_nan() && expected.is_nan()), "{x}^{exponent}: {got}, {expected}");
        }
        // x^p·p/x and x^p·p(p − 1)/x² at 2.
        let jet = tape.jet(Vector::new(2.0, 0.0));
        let power = libm::pow(2.0, exponent);
        assert!((jet.gradient.x - 0.5 * exponent * power).abs() < 1e-14);
        assert!((jet.hessian[(0, 0)] - 0.25 * exponent * (exponent - 1.0) * power).abs() < 1e-14);
        let enclosure = tape.value([Interval::new(2.0, 3.0), Interval::point(0.0)]);
        assert!(!enclosure.partial && enclosure.contains(power) && enclosure.contains(libm::pow(3.0, exponent)));
        assert!(enclosure.width() <= (libm::pow(3.0, exponent) - power).abs() + 1e-13);
        assert!(tape.value([Interval::new(-1.0, 3.0), Interval::point(0.0)]).partial);
    }
}
