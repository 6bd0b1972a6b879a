//! Tests of what people type: names without spaces, indexes, LaTeX, functions without parentheses, look-alike letters.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::*;

/// Each text is understood as the mathematics beside it.
fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        match Formula::parse(text) {
            Ok(formula) => assert_eq!(&formula.to_unicode(), expected, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

/// Each text is refused at the column, with a message that has the parts.
fn check_refused(table: &[(&str, usize, &[&str])]) {
    for (text, column, parts) in table {
        match Formula::parse(text) {
            Ok(formula) => panic!("{text} is read as {}", formula.to_unicode()),
            Err(error) => {
                assert_eq!(error.column, *column, "{text}: {error}");
                for part in *parts {
                    assert!(error.message.contains(part), "{text}: {error} lacks {part:?}");
                }
            }
        }
    }
}

fn notes(text: &str) -> String {
    Formula::parse(text).unwrap().notes().join("; ")
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn glued_names_are_products() {
    check(&[
        ("2πx", "2·π·w₁"),
        ("cos(2πx)", "cos(2·π·w₁)"),
        ("kx^2", "k·w₁²"),
        ("ax^2+by^2", "a·w₁² + b·w₂²"),
        ("xy", "w₁·w₂"),
        ("xye^(-x^2-y^2)", "w₁·w₂·exp(−w₁² − w₂²)"),
        ("w1e^w2", "w₁·exp(w₂)"),
        ("w1w2", "w₁·w₂"),
        ("axy", "a·w₁·w₂"),
        ("kw1w2", "k·w₁·w₂"),
        ("αx+βy", "α·w₁ + β·w₂"),
        ("kπx", "k·π·w₁"),
        ("2pix", "2·π·w₁"),
        ("πr^2x", "π·r²·w₁"),
        ("xsin(y)", "w₁·sin(w₂)"),
        ("kexp(-x)", "k·exp(−w₁)"),
        ("sinx + cosy", "sin(w₁) + cos(w₂)"),
        ("2xy²", "2·w₁·w₂²"),
        ("kXY", "k·w₁·w₂"),
        ("k_x*x^2+k_y*y^2", "k_x·w₁² + k_y·w₂²"),
        ("(x-\\mu_x)^2+(y-\\mu_y)^2", "(w₁ − μ_x)² + (w₂ − μ_y)²"),
        ("σ_min*x+k_max y", "σ_min·w₁ + k_max·w₂"),
        ("λ_2x+λ_2_x y", "λ_2·w₁ + λ_2_x·w₂"),
        ("π\u{fe0e}x", "π·w₁"),
        ("3e^x", "3·exp(w₁)"),
        ("5w1^2w2", "5·w₁²·w₂"),
    ]);
}

#[test]
fn other_names_stay_whole() {
    check(&[
        ("key*x", "key·w₁"),
        ("ab*x + y", "ab·w₁ + w₂"),
        ("alpha*x", "alpha·w₁"),
        ("rate2*x", "rate₂·w₁"),
        ("k1*x", "k₁·w₁"),
        ("k_1*x", "k_1·w₁"),
        ("theta x", "theta·w₁"),
        ("xyz", "xyz"),
        ("E*x", "E·w₁"),
        ("e*x", "e·w₁"),
        ("lambda1*w1", "lambda₁·w₁"),
        ("w3*w1", "w₃·w₁"),
    ]);
    let given = owned(&["kx", "E", "x1"]);
    let read =
        |text: &str| Formula::parse_in(text, &Scope { parameters: &given, ..Scope::default() }).unwrap().to_unicode();
    assert_eq!(read("kx^2 + ax"), "kx² + a·w₁");
    assert_eq!(read("E^x"), "E^w₁");
    assert_eq!(read("(x-x1)^2"), "(w₁ − x₁)²");
}

#[test]
fn columns_win_over_weights_and_products() {
    let columns = owned(&["x1", "x2", "xy", "x"]);
    let given = Scope { columns: &columns, ..Scope::default() };
    let glued = Formula::parse_in("(w_1x_1+w_2x_2-xy)^2", &given).unwrap();
    assert_eq!(glued.to_unicode(), "(w₁·x₁ + w₂·x₂ − xy)²");
    let read =
        |text: &str| Formula::parse_in(text, &Scope { columns: &columns, ..Scope::default() }).unwrap().to_unicode();
    assert_eq!(read("w1*x1 + w2*x2 - xy"), "w₁·x₁ + w₂·x₂ − xy");
    assert_eq!(read("w1x"), "w₁·x");
    let error = Formula::parse_in("w1*y", &Scope { columns: &columns, ..Scope::default() }).unwrap_err();
    assert!(error.message.contains("no column"), "{error}");
}

#[test]
fn indexes_are_weights() {
    check(&[
        ("w_1^2 + w_2^2", "w₁² + w₂²"),
        ("x_1^2 + x_2", "w₁² + w₂"),
        ("x₁² + x₂²", "w₁² + w₂²"),
        ("x1x2", "w₁·w₂"),
        ("w[1]^2 + w[2]", "w₁² + w₂"),
        ("x[1]*x[2]", "w₁·w₂"),
        ("w[0]^2 - w[1]", "w₁² − w₂"),
        ("x[0]**2 + x[1]**2", "w₁² + w₂²"),
        ("100*(x[1]-x[0]^2)^2+(1-x[0])^2", "100·(w₂ − w₁²)² + (1 − w₁)²"),
        ("x(1)^2 + x(2)^2", "w₁² + w₂²"),
        ("w(1)*w(2)", "w₁·w₂"),
        ("X^2 + Y", "w₁² + w₂"),
        ("W1 + W2", "w₁ + w₂"),
        ("𝑤₁ + 𝑤₂", "w₁ + w₂"),
        ("w_{1}^{2} + w_{2}", "w₁² + w₂"),
        ("x{1}^2+x{2}^2", "w₁² + w₂²"),
        ("X (1)**2 + X (2)**2", "w₁² + w₂²"),
        ("λ₁x₁²+λ₂x₂²", "λ₁·w₁² + λ₂·w₂²"),
        ("a_1x^2+a_2y^2", "a_1·w₁² + a_2·w₂²"),
        ("w0^2 + w1^2", "w₁² + w₂²"),
        ("x0^2 + x1^2", "w₁² + w₂²"),
        ("(x-x0)^2+(y-y0)^2", "(w₁ − x₀)² + (w₂ − y₀)²"),
        ("(x1-x0)^2 + x2^2", "(w₁ − x₀)² + w₂²"),
        ("x_0x_1", "w₁·w₂"),
        ("x0*x1 + x0x1", "w₁·w₂ + w₁·w₂"),
        ("w_{1}w_{2}", "w₁·w₂"),
    ]);
    assert!(notes("w0^2 + w1^2").contains("counted from 0"));
    assert!(notes("w1*x + w2 - y").contains("x and y are read as the weights"));
    check_refused(&[
        ("w[0] + w[1] + w[2]", 15, &["no third"]),
        ("w[3] + w[1]", 1, &["two weights"]),
        ("w[1.5]", 1, &["whole number"]),
        ("x[1][2]", 1, &["one index"]),
        ("a[1]*x", 1, &["a1"]),
        ("x(1) + x", 1, &["index or a product"]),
        ("x(1) + y", 1, &["index or a product"]),
        ("y(2) + x", 1, &["y*2"]),
        ("(x-x1)^2+(y-y1)^2", 4, &["x1 and x2"]),
        ("w1*x1 + w2*x2", 4, &["x1 and x2"]),
    ]);
}

#[test]
fn mathematics_is_read_as_it_is_written() {
    check(&[
        ("|x|", "|w₁|"),
        ("|x|^2 + |y-1|", "|w₁|² + |w₂ − 1|"),
        ("2|x||y|", "2·|w₁|·|w₂|"),
        ("||x|-1|", "||w₁| − 1|"),
        ("|x*|y||", "|w₁·|w₂||"),
        ("sin^2(x)", "sin(w₁)²"),
        ("sin²x", "sin(w₁)²"),
        ("sin^2 x + cos^2 y", "sin(w₁)² + cos(w₂)²"),
        ("ln x", "ln(w₁)"),
        ("sin w1", "sin(w₁)"),
        ("sin x^2", "sin(w₁²)"),
        ("sin x cos y", "sin(w₁)·cos(w₂)"),
        ("sin x * cos y", "sin(w₁)·cos(w₂)"),
        ("exp x", "exp(w₁)"),
        ("arctan(x) + arcsin(y) + arccos(y) + tg(x)", "atan(w₁) + asin(w₂) + acos(w₂) + tan(w₁)"),
        ("x**2", "w₁²"),
        ("x.^2 .* y", "w₁²·w₂"),
        ("np.sin(x) + Math.exp(y)", "sin(w₁) + exp(w₂)"),
        ("Math.E*x + Math.PI*y + np.e", "e·w₁ + π·w₂ + e"),
        ("½x", "1/2·w₁"),
        ("x^½", "w₁^(1/2)"),
        ("√(x)", "√w₁"),
        ("√(x²) + ∛y", "√(w₁²) + cbrt(w₂)"),
        ("eˣ", "exp(w₁)"),
        ("e⁻ˣ", "exp(−w₁)"),
        ("xⁿ", "w₁^n"),
        ("E^x", "exp(w₁)"),
        ("Pi*x + PI*y", "π·w₁ + π·w₂"),
        ("xˆ2 ‐ y", "w₁² − w₂"),
        ("x² – y²", "w₁² − w₂²"),
        ("⌊x⌋", "floor(w₁)"),
        ("1/2x^2", "1/2·w₁²"),
        ("-1/2x^2", "−1/2·w₁²"),
        ("3*1/2x", "3·1/2·w₁"),
        ("x⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁸", "w₁⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁸"),
        ("PI()*x + pi*y", "π·w₁ + π·w₂"),
        ("x^2y", "w₁²·w₂"),
        ("log_2(x) + log_10 y", "log2(w₁) + log10(w₂)"),
    ]);
}

#[test]
fn latex_is_read() {
    check(&[
        (r"\frac{w_1^2}{2}", "w₁²/2"),
        (r"\frac{1}{2}x^2", "1/2·w₁²"),
        (r"\frac12 x", "1/2·w₁"),
        (r"\sin(x) \cdot \cos{y}", "sin(w₁)·cos(w₂)"),
        (r"\left(w_1 + w_2\right)^{2}", "(w₁ + w₂)²"),
        (r"\sqrt{x^2+1}", "√(w₁² + 1)"),
        (r"\sqrt[3]{x}", "cbrt(w₁)"),
        (r"e^{-x^2}", "exp(−w₁²)"),
        (r"\mathrm{e}^{x}", "exp(w₁)"),
        (r"\pi \theta_1 x", "π·θ_1·w₁"),
        (r"\alpha x", "α·w₁"),
        (r"\log_2 x", "log2(w₁)"),
        (r"\left|x\right|", "|w₁|"),
        (r"\left|x\left|y-1\right|-1\right|", "|w₁·|w₂ − 1| − 1|"),
        (r"\frac xy + \sqrt x + \frac{1}2x", "w₁/w₂ + √w₁ + 1/2·w₁"),
        (r"\mathbf{w}_1^2 + {\rm e}^{y}", "w₁² + exp(w₂)"),
        (r"$x^2 + y^2$", "w₁² + w₂²"),
        (r"\operatorname{sign}(x)", "sign(w₁)"),
        (r"20 + x^2 - 10\cos(2\pi x)", "20 + w₁² − 10·cos(2·π·w₁)"),
    ]);
    check_refused(&[
        (r"\sum x", 1, &["\\sum"]),
        (r"\frac + x", 7, &["braces"]),
        (r"w_1^{(2)}", 4, &["index or a power"]),
        (r"\sqrt[5]{x}", 6, &["power"]),
        (r"2\frac12x", 2, &["two numbers"]),
        (r"2\frac{1}{2}x^2", 2, &["two numbers"]),
        (r"x\", 2, &["command"]),
    ]);
}

#[test]
fn functions_of_several_arguments_and_reciprocals() {
    check(&[
        ("atan2(y, x)", "atan2(w₂, w₁)"),
        ("sign(x) + floor(y) + ceil(y)", "sign(w₁) + floor(w₂) + ceil(w₂)"),
        ("sec(x) + csc(y)", "1/cos(w₁) + 1/sin(w₂)"),
        ("sech(x) + coth(y)", "1/cosh(w₁) + 1/tanh(w₂)"),
        ("log1p(x) + expm1(y)", "ln(1 + w₁) + exp(w₂) − 1"),
        ("exp2(x) + np.maximum(0, 1-y)", "2^w₁ + max(0, 1 − w₂)"),
        ("cot(x+y)", "cos(w₁ + w₂)/sin(w₁ + w₂)"),
        ("log(x, 3)", "ln(w₁)/ln(3)"),
        ("pow(x, y)", "w₁^w₂"),
        ("pow(2, x)", "2^w₁"),
        ("max(x, y, 1)", "max(max(w₁, w₂), 1)"),
        ("min(x, y)^2", "min(w₁, w₂)²"),
    ]);
}

#[test]
fn what_is_unclear_is_refused_with_its_readings() {
    check_refused(&[
        ("1 000*x", 3, &["two numbers"]),
        ("2 ½", 3, &["two numbers"]),
        ("x 2", 3, &["* for a product", "^"]),
        ("3e.5", 2, &["integer"]),
        ("1_000*x", 2, &["without `_`"]),
        ("0x10", 1, &["hexadecimal"]),
        ("sin 2x", 1, &["sin(2*x)", "sin(2)*x"]),
        ("cos 2πx", 1, &["cos(2*π*x)"]),
        ("sin 2*x", 1, &["sin(2*…)", "sin(2)*…"]),
        ("sin x/2", 1, &["sin(x/…)"]),
        ("√x²", 1, &["√(…)"]),
        ("√2x", 1, &["√(…)"]),
        ("1/2m*x", 2, &["/(2*m)"]),
        ("1/x²y", 2, &["/(x²*y)"]),
        ("1/x(x+1)", 2, &["/(x*(x+1))"]),
        ("x/2sin(y)", 2, &["/(2*sin(y))"]),
        ("x\ny", 3, &["operator between its lines"]),
        ("1.5 e-3*x", 5, &["without spaces"]),
        ("1.0d-3*x", 4, &["with e"]),
        ("asinh(x)", 1, &["no function"]),
        ("kasinh(x)", 1, &["no function"]),
        ("x^{2}_{1}", 6, &["index behind its letter"]),
        ("erf (x)", 1, &["no function"]),
        ("y ~ w1*x + w2", 3, &["the loss itself"]),
        ("x³√y", 2, &["the order of the root"]),
        ("sin ½x", 1, &["it is unclear how far sin reaches"]),
        ("cos ½(x+y)", 1, &["it is unclear how far cos reaches"]),
        ("√½x", 1, &["√(…)"]),
        ("e^½x²", 2, &["how far the exponent reaches"]),
        ("e^-½x²", 2, &["how far the exponent reaches"]),
        ("2^½x", 2, &["how far the exponent reaches"]),
        ("e^-0.5(x^2+y^2)", 2, &["how far the exponent reaches", "^(-0.5*(x^2+y^2))"]),
        ("e^-½(x²+y²)", 2, &["how far the exponent reaches"]),
        ("e^-(1/2)(x^2+y^2)", 2, &["how far the exponent reaches"]),
        ("e^-2|x|", 2, &["how far the exponent reaches"]),
        ("e^-2sin(x)", 2, &["how far the exponent reaches"]),
        ("e^-½√x", 2, &["how far the exponent reaches"]),
        ("arcsinh(x)", 1, &["write ln(x + sqrt(x^2 + 1))"]),
        ("clip(x,0,1)", 1, &["write min(max(x, low), high)"]),
        ("x ½", 3, &["* for a product"]),
        ("f(x+1)", 1, &["function or a product", "f*(…)"]),
        (r"\sigma(w_1 + w_2)", 1, &["function or a product"]),
        ("Sin x", 1, &["did you mean sin?"]),
        ("LOG x", 1, &["did you mean log?"]),
        ("1/sin x cos y", 2, &["it is unclear how far the `/` reaches"]),
        ("100/2x", 4, &["it is unclear how far the `/` reaches", "/(2*x)"]),
        ("x \\ y", 3, &["is no operator"]),
        ("a^xb^y", 3, &["how far the exponent reaches", "^x*b", "^(xb)"]),
        ("2^xk", 3, &["how far the exponent reaches", "^(x*k)"]),
        ("1.0f*x^2", 4, &["a suffix in C", "1.0*f"]),
        ("0.5F + x", 4, &["a suffix in C"]),
        ("sen(x)", 1, &["write sin(x)"]),
        ("expit(x)", 1, &["write sigmoid(x)"]),
        ("exp10(x)", 1, &["write 10^x"]),
        ("xπ2", 1, &["`xπ2` is unclear", "2π or π^2"]),
        ("sin(π2x)", 5, &["unclear"]),
        ("π₂", 1, &["unclear"]),
        ("x+σ_π", 3, &["another letter for an index"]),
        ("SQRT 2", 1, &["did you mean sqrt?"]),
        ("w_{1}х", 6, &["Cyrillic"]),
        ("a_{12}·w1·w_{1}х", 16, &["Cyrillic"]),
        ("sum(x)", 1, &["the mean already"]),
        ("w1[0]", 1, &["has no index"]),
        ("cos2πx", 1, &["cos(2πx)"]),
        ("1'000*x", 2, &["without `'`"]),
        ("x//y", 2, &["floor(x/y)"]),
        ("`w1` + x", 1, &["without backquotes"]),
        ("3 e5*x", 3, &["without spaces"]),
        ("return x**2", 1, &["without `return`"]),
        ("Sin (x)", 1, &["did you mean sin?"]),
        ("log_3(x)", 1, &["log(…, 3)"]),
        ("Sin[x]", 1, &["sin(…)"]),
        ("f(x)", 1, &["function or a product"]),
        ("ex", 1, &["e*x"]),
        ("xey", 1, &["x*e*y"]),
        ("⌊x⌉", 3, &["`⌋`"]),
        ("|x|(y-1)|-1|", 1, &["how these bars are paired"]),
        ("`x`", 1, &["without backquotes"]),
        ("sin x y", 1, &["sin(x*y)", "sin(x)*y"]),
        ("ln xy", 1, &["ln(x*y)", "ln(x)*y"]),
        ("sin2x", 1, &["sin(2x)"]),
        ("sqrt2*x", 1, &["sqrt(2)"]),
        ("log2x", 1, &["log(2x)", "log2(x)"]),
        ("e^2x", 2, &["^(2*x)"]),
        ("2^3x", 2, &["^(3*x)"]),
        ("e^xy", 2, &["^(x*y)"]),
        ("1/xy", 2, &["/(x*y)"]),
        ("x/2y", 2, &["/(2*y)"]),
        ("1/2πx", 2, &["/(2*π"]),
        ("|x|y|x|", 1, &["how these bars are paired"]),
        ("sin^-1(x)", 1, &["arcsin", "1/sin"]),
        ("sin⁻¹(x)", 1, &["arcsin", "1/sin"]),
        ("atanx", 1, &["atan x", "a*tan x"]),
        ("х^2", 1, &["Cyrillic", "`x`"]),
        ("x + у", 5, &["Cyrillic", "`y`"]),
        ("ԝ1^2", 1, &["Cyrillic", "`w`"]),
        ("Χ^2", 1, &["Greek", "`X`"]),
        ("pow2(x)", 1, &["did you mean pow?"]),
        ("Sin(x)", 1, &["did you mean sin?"]),
        ("sec2(x)", 1, &["did you mean sec?"]),
        ("sinn(x)", 1, &["did you mean sin?"]),
        ("pow(x)", 6, &["two arguments"]),
        ("pow(x, y, 2)", 9, &["at most 2"]),
        ("(x]", 3, &["`)` for the `(`"]),
    ]);
    check(&[("масса*x", "масса·w₁"), ("λx", "λ·w₁")]);
}

#[test]
fn weights_that_do_not_occur_are_said() {
    assert!(notes("x^2").contains("does not contain w2"));
    assert!(notes("y^2").contains("does not contain w1"));
    assert!(notes("3").contains("neither"));
    assert_eq!(notes("xy"), "");
}

#[test]
fn jumps_have_no_derivative() {
    use crate::number::Vector;
    let jet = |text: &str, w: [f64; 2]| Formula::parse(text).unwrap().tape(&[]).jet(Vector::new(w[0], w[1]));
    let floor = jet("floor(w1) + w2^2", [1.5, 1.0]);
    assert_eq!((floor.value, floor.gradient), (2.0, Vector::new(0.0, 2.0)));
    assert!(jet("floor(w1)", [1.0, 0.0]).gradient.x.is_nan());
    assert!(jet("ceil(w1)", [-2.0, 0.0]).gradient.x.is_nan());
    assert_eq!(jet("ceil(w1)", [0.25, 0.0]).value, 1.0);
    assert!(jet("sign(w1)", [0.0, 0.0]).gradient.x.is_nan());
    // The angle is π on the negative half-axis, where it jumps.
    let angle = jet("atan2(w2, w1)", [-1.0, 0.0]);
    assert_eq!(angle.value, std::f64::consts::PI);
    assert!(angle.gradient.y.is_nan());
    assert!(jet("atan2(w2, w1)", [0.0, 0.0]).value.is_nan());
    let angle = jet("atan2(w2, w1)", [-3.0, -4.0]);
    assert!((angle.value - libm::atan2(-4.0, -3.0)).abs() < 1e-15);
    assert!((angle.gradient - Vector::new(4.0 / 25.0, -3.0 / 25.0)).amax() < 1e-16);
}

#[test]
fn angles_are_enclosed() {
    use crate::number::{Interval, Number};
    let interval = |lo: f64, hi: f64| Interval { lo, hi, partial: false };
    for (y, x) in [
        (interval(1.0, 2.0), interval(-1.0, 1.0)),
        (interval(-2.0, -1.0), interval(-3.0, 0.5)),
        (interval(-1.0, 1.0), interval(0.25, 2.0)),
        (interval(-1.0, 1.0), interval(-0.25, 2.0)),
        (interval(0.0, 1.0), interval(-2.0, -1.0)),
    ] {
        let angle = y.atan2(x);
        for i in 0..=20 {
            for j in 0..=20 {
                let at = |side: Interval, k: i32| side.lo + (side.hi - side.lo) * f64::from(k) / 20.0;
                let expected = libm::atan2(at(y, i), at(x, j));
                assert!(angle.contains(expected), "{y:?} {x:?}: {expected} in {angle:?}");
            }
        }
    }
}
