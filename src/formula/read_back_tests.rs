//! Properties of formulas and their texts: every printed formula can be typed back, and letters without spaces are a
//! product.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::*;
use proptest::prelude::*;

/// A random formula of the whole language, as text.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just("w1".to_owned()),
        4 => Just("w2".to_owned()),
        1 => Just("k".to_owned()),
        1 => Just("rate2".to_owned()),
        1 => Just("k_1".to_owned()),
        1 => Just("pi".to_owned()),
        1 => Just("e".to_owned()),
        3 => (1..400i32).prop_map(|n| (f64::from(n) / 8.0).to_string()),
        1 => (1..9i32, -12..12i32).prop_map(|(n, e)| format!("{n}.5e{e}")),
    ];
    const UNARY: &[&str] = &[
        "sin", "cos", "tan", "exp", "log", "log2", "log10", "sqrt", "cbrt", "asin", "acos", "atan", "sinh", "cosh",
        "tanh", "sigmoid", "softplus", "abs", "relu", "sign", "step", "floor", "ceil", "sec", "csc", "cot", "-",
    ];
    leaf.prop_recursive(5, 40, 2, |inner| {
        prop_oneof![
            3 => (proptest::sample::select(UNARY), inner.clone()).prop_map(|(name, a)| format!("({name}({a}))")),
            2 => (inner.clone(), -3..6i32).prop_map(|(a, n)| format!("(({a})^({n}))")),
            6 => (proptest::sample::select(&['+', '-', '*', '/', '^'][..]), inner.clone(), inner.clone())
                .prop_map(|(op, a, b)| format!("({a} {op} {b})")),
            1 => (proptest::sample::select(&["min", "max", "atan2", "pow", "log", "hypot"][..]), inner.clone(), inner)
                .prop_map(|(name, a, b)| format!("{name}({a}, {b})")),
        ]
    })
}

/// Whether two formulas have the same values, to rounding, at some points.
fn check_same(first: &Formula, second: &Formula, text: &str) {
    for w in [[0.3, 0.7], [-1.25, 2.5], [1.0, -0.5], [0.0, 0.0], [2.0, 3.0]] {
        let [a, b] = [first, second].map(|formula| formula.tape(&[2.0, 3.0, 0.5].map(Into::into)).value(w));
        let is_same = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        // Rounding decides on which side of a jump or of the border of a domain a value lies.
        let has_jump =
            ["floor", "ceil", "sign", "step", "/", "^", "log", "sqrt", "tan", "cot", "sec", "csc", "as", "ac"]
                .iter()
                .any(|name| text.contains(name));
        assert!(is_same || has_jump, "{text} at {w:?}: {a} and {b}");
    }
}

proptest! {
    #[test]
    fn what_is_printed_can_be_typed_back(text in formula()) {
        let given: Vec<String> = ["k", "rate2", "k_1"].map(str::to_owned).to_vec();
        let formula = Formula::parse(&text).unwrap();
        let printed = formula.to_unicode();
        let again = Formula::parse_in(&printed, &Scope { parameters: &given, ..Scope::default() })
            .unwrap_or_else(|error| panic!("{text} is printed as {printed}: {error}"));
        prop_assert_eq!(&again.to_unicode(), &printed, "{}", text);
        let sorted = |formula: &Formula| {
            let mut names = formula.parameters().to_vec();
            names.sort();
            names
        };
        prop_assert_eq!(sorted(&again), sorted(&formula));
        if again.parameters() == formula.parameters() {
            check_same(&formula, &again, &text);
        }
    }

    /// A formula set to be read, with products without a dot, can be typed back, too.
    #[test]
    fn what_is_set_can_be_typed_back(text in formula()) {
        let given: Vec<String> = ["k", "rate2", "k_1"].map(str::to_owned).to_vec();
        let formula = Formula::parse(&text).unwrap();
        let set = mathematics::unicode(&formula.to_math());
        let again = Formula::parse_in(&set, &Scope { parameters: &given, ..Scope::default() })
            .unwrap_or_else(|error| panic!("{text} is set as {set}: {error}"));
        if again.parameters() == formula.parameters() {
            check_same(&formula, &again, &text);
        }
    }

    #[test]
    fn derivatives_can_be_typed_back(text in formula()) {
        let formula = Formula::parse(&text).unwrap();
        for printed in formula.gradient_text().iter().chain(&formula.hessian_text()) {
            if printed != "too long to be shown" {
                prop_assert!(Formula::parse(printed).is_ok(), "{} of {}: {:?}", printed, text, Formula::parse(printed).err());
            }
        }
    }

    /// Letters and weights without spaces are their product, whatever stands around them.
    #[test]
    fn glued_weights_are_products(
        letter in proptest::option::of("[a-dg-jl-vz]"),
        weights in proptest::collection::vec(proptest::sample::select(&["w1", "w2"][..]), 1..6),
        power in 1..5u32,
    ) {
        let letter: Vec<&str> = letter.as_deref().into_iter().collect();
        let parts: Vec<&str> = letter.iter().copied().chain(weights).collect();
        let glued = Formula::parse(&format!("2{}^{power} + 1", parts.concat())).unwrap();
        let apart = Formula::parse(&format!("2*{}^{power} + 1", parts.join("*"))).unwrap();
        prop_assert_eq!(glued.expression(), apart.expression());
    }

    /// The same formula with its weights written in other ways.
    #[test]
    fn every_way_to_write_weights_is_the_same(text in formula(), way in 0..9usize) {
        let [first, second] = [
            ["w_1", "w_2"], ["w₁", "w₂"], ["w[1]", "w[2]"], ["w[0]", "w[1]"], ["x", "y"], ["X", "Y"], ["x_{1}", "x_{2}"],
            ["x(1)", "x(2)"], ["𝑤₁", "𝑤₂"],
        ][way];
        let written = text.replace("w1", "\u{1}").replace("w2", "\u{2}").replace('\u{1}', first).replace('\u{2}', second);
        let has_zero_only = way == 3 && !text.contains("w1");
        prop_assume!(!has_zero_only);
        let (plain, other) = (Formula::parse(&text).unwrap(), Formula::parse(&written).unwrap());
        prop_assert_eq!(plain.expression(), other.expression(), "{}", written);
    }

    #[test]
    fn no_text_panics(tokens in proptest::collection::vec(proptest::sample::select(&[
        "w1", "x", "y", "k", "e", "E", "π", "sin", "log", "max", "|", "(", ")", "[", "]", "{", "}", "1", "2", "½", "²",
        "ˣ", "⁻", "^", "*", "/", "-", "+", ",", "\\frac", "\\sqrt", "\\left", "_", "{1}", ".", "`", " ", "х", "⌊", "$",
    ][..]), 0..24)) {
        let text = tokens.concat();
        if let Ok(formula) = Formula::parse(&text) {
            let printed = formula.to_unicode();
            prop_assert!(Formula::parse_in(&printed, &Scope { parameters: formula.parameters(), ..Scope::default() }).is_ok(), "{} {}", text, printed);
        }
    }
}
