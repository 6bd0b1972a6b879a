//! The labels of a picture for LaTeX: a `picture` environment that puts each text of a scene at its place over a PDF without text, so
//! that they have the document's own letters. It needs the packages graphicx and xcolor.

use crate::formula::{MathRun, Script};
use crate::scene::{Anchor, Font, Primitive, Scene};
use std::fmt::Write;

/// How such a file begins, by which it is recognised.
pub const BEGINNING: &str = "% Labels for ";

/// The environment for a PDF of this name, whose page has a big point for each pixel of the scene.
pub fn labels(scene: &Scene, file: &str) -> String {
    let [width, height] = scene.layout.canvas.size.map(round);
    let mut out = String::new();
    // Writing to a String cannot fail, so the results are ignored.
    let _ = write!(
        out,
        "{BEGINNING}{file}: \\input this where the picture is to stand. It needs \\usepackage{{graphicx,xcolor}}.\n\
         \\begingroup\n\\setlength{{\\unitlength}}{{1bp}}%\n\\begin{{picture}}({width},{height})%\n\
         \\put(0,0){{\\includegraphics[width={width}bp,height={height}bp]{{{file}}}}}%\n"
    );
    for_each_text(&scene.primitives, &mut |text| {
        let Primitive::Text { at: [x, y], anchor, font, size, runs, colour, .. } = text else { return };
        if !(x.is_finite() && y.is_finite()) {
            return;
        }
        let side = match anchor {
            Anchor::Start => 'l',
            Anchor::Middle => 'c',
            Anchor::End => 'r',
        };
        let (x, y, size, skip) = (round(*x), round(scene.layout.canvas.size[1] - y), round(*size), round(1.2 * size));
        let [r, g, b, _] = colour.0;
        let bold = if *font == Font::SansBold { "\\bfseries" } else { "" };
        let words = latex(runs);
        let _ = writeln!(
            out,
            "\\put({x},{y}){{\\makebox[0pt][{side}]{{\\fontsize{{{size}}}{{{skip}}}\\selectfont{bold}\
             \\textcolor[RGB]{{{r},{g},{b}}}{{{words}}}}}}}%"
        );
    });
    out.push_str("\\end{picture}%\n\\endgroup\n");
    out
}

/// The scene without its texts.
pub fn without_text(scene: &Scene) -> Scene {
    Scene { primitives: marks(&scene.primitives), ..scene.clone() }
}

fn marks(primitives: &[Primitive]) -> Vec<Primitive> {
    let mark = |primitive: &Primitive| match primitive {
        Primitive::Text { .. } => None,
        Primitive::Clipped { rect, contents } => Some(Primitive::Clipped { rect: *rect, contents: marks(contents) }),
        Primitive::Anchored { at, lies, contents } => {
            Some(Primitive::Anchored { at: *at, lies: *lies, contents: marks(contents) })
        }
        other => Some(other.clone()),
    };
    primitives.iter().filter_map(mark).collect()
}

fn for_each_text<'a>(primitives: &'a [Primitive], see: &mut impl FnMut(&'a Primitive)) {
    for primitive in primitives {
        match primitive {
            Primitive::Text { .. } => see(primitive),
            Primitive::Clipped { contents, .. } | Primitive::Anchored { contents, .. } => for_each_text(contents, see),
            _ => {}
        }
    }
}

/// A number with at most two decimals.
fn round(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A part of a line: words, mathematics, or what is lowered or raised.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Words(String),
    Mathematics(String),
    Lowered(String),
    Raised(String),
}

/// A line as LaTeX: names of one letter, signs and what is raised or lowered are mathematics.
fn latex(runs: &[MathRun]) -> String {
    let mut parts: Vec<Part> = Vec::new();
    for run in runs {
        match run.script {
            Script::Normal => run.text.chars().for_each(|c| push(&mut parts, part_of(c, run.italic))),
            Script::Subscript => push(&mut parts, Part::Lowered(script(&run.text))),
            Script::Superscript => push(&mut parts, Part::Raised(script(&run.text))),
        }
    }
    let mut out = String::new();
    let mut is_mathematics = false;
    // What has been lowered and raised since the last letter: TeX takes each once only.
    let mut used = [false; 2];
    for part in parts {
        if is_mathematics == matches!(part, Part::Words(_)) {
            out.push('$');
            is_mathematics = !is_mathematics;
            used = [false; 2];
        }
        match part {
            Part::Words(text) => out.push_str(&text),
            Part::Mathematics(text) => {
                out.push_str(&text);
                used = [false; 2];
            }
            Part::Lowered(text) => add_script(&mut out, '_', &text, &mut used[0]),
            Part::Raised(text) => add_script(&mut out, '^', &text, &mut used[1]),
        }
    }
    if is_mathematics {
        out.push('$');
    }
    out
}

fn add_script(out: &mut String, sign: char, text: &str, is_used: &mut bool) {
    if std::mem::replace(is_used, true) {
        out.push_str("{}");
    }
    let _ = write!(out, "{sign}{{{text}}}");
}

/// Adds a part, or lengthens the last one of its kind.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (Some(Part::Words(text)), Part::Words(more))
        | (Some(Part::Mathematics(text)), Part::Mathematics(more))
        | (Some(Part::Lowered(text)), Part::Lowered(more))
        | (Some(Part::Raised(text)), Part::Raised(more)) => text.push_str(&more),
        (_, part) => parts.push(part),
    }
}

/// What is raised or lowered: numbers and letters, upright where they are a word.
fn script(text: &str) -> String {
    let is_word = text.chars().count() > 1 && text.chars().all(char::is_alphabetic) && text.is_ascii();
    if is_word {
        return format!("\\mathrm{{{text}}}");
    }
    let one = |c: char| match part_of(c, true) {
        Part::Words(text) | Part::Mathematics(text) | Part::Lowered(text) | Part::Raised(text) => text,
    };
    text.chars().map(one).collect()
}

fn part_of(c: char, is_italic: bool) -> Part {
    const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉";
    const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let digit = |digits: &str| digits.chars().position(|digit| digit == c).map(|digit| digit.to_string());
    if let Some(digit) = digit(LOWERED) {
        return Part::Lowered(digit);
    }
    if let Some(digit) = digit(RAISED) {
        return Part::Raised(digit);
    }
    match c {
        '⁻' => return Part::Raised("-".to_owned()),
        'ᵀ' => return Part::Raised("\\mathsf{T}".to_owned()),
        'ᵢ' => return Part::Lowered("i".to_owned()),
        _ => {}
    }
    if let Some((_, sign)) = SIGNS.iter().find(|(known, _)| *known == c) {
        // The blank ends a command before a letter.
        return Part::Mathematics(format!("{sign} "));
    }
    match c {
        '\\' => Part::Words("\\textbackslash{}".to_owned()),
        '~' => Part::Words("\\textasciitilde{}".to_owned()),
        '^' => Part::Words("\\textasciicircum{}".to_owned()),
        '{' | '}' | '$' | '&' | '#' | '%' | '_' => Part::Words(format!("\\{c}")),
        '\u{a0}' => Part::Words("~".to_owned()),
        '–' => Part::Words("--".to_owned()),
        '—' => Part::Words("---".to_owned()),
        '…' => Part::Words("\\ldots{}".to_owned()),
        '“' => Part::Words("``".to_owned()),
        '”' => Part::Words("''".to_owned()),
        '’' => Part::Words("'".to_owned()),
        c if is_italic && c.is_ascii_alphanumeric() => Part::Mathematics(c.to_string()),
        c => Part::Words(c.to_string()),
    }
}

/// Letters and signs that are mathematics in LaTeX.
const SIGNS: [(char, &str); 63] = [
    ('α', "\\alpha"),
    ('β', "\\beta"),
    ('γ', "\\gamma"),
    ('δ', "\\delta"),
    ('ε', "\\varepsilon"),
    ('ζ', "\\zeta"),
    ('η', "\\eta"),
    ('θ', "\\theta"),
    ('κ', "\\kappa"),
    ('λ', "\\lambda"),
    ('μ', "\\mu"),
    ('ν', "\\nu"),
    ('ξ', "\\xi"),
    ('π', "\\pi"),
    ('ρ', "\\rho"),
    ('σ', "\\sigma"),
    ('τ', "\\tau"),
    ('φ', "\\varphi"),
    ('χ', "\\chi"),
    ('ψ', "\\psi"),
    ('ω', "\\omega"),
    ('Γ', "\\Gamma"),
    ('Δ', "\\Delta"),
    ('Θ', "\\Theta"),
    ('Λ', "\\Lambda"),
    ('Σ', "\\Sigma"),
    ('Φ', "\\Phi"),
    ('Ψ', "\\Psi"),
    ('Ω', "\\Omega"),
    ('∇', "\\nabla"),
    ('∂', "\\partial"),
    ('√', "\\surd"),
    ('∞', "\\infty"),
    ('−', "-"),
    ('<', "<"),
    ('>', ">"),
    ('|', "\\vert"),
    ('‖', "\\Vert"),
    ('·', "\\cdot"),
    ('×', "\\times"),
    ('±', "\\pm"),
    ('≤', "\\leq"),
    ('≥', "\\geq"),
    ('≈', "\\approx"),
    ('≠', "\\neq"),
    ('≻', "\\succ"),
    ('≪', "\\ll"),
    ('≫', "\\gg"),
    ('∈', "\\in"),
    ('→', "\\to"),
    ('←', "\\leftarrow"),
    ('↑', "\\uparrow"),
    ('↓', "\\downarrow"),
    ('°', "{}^{\\circ}"),
    ('½', "\\frac{1}{2}"),
    ('✓', "\\surd"),
    ('●', "\\bullet"),
    ('▲', "\\triangle"),
    ('✕', "\\times"),
    ('⬡', "\\diamond"),
    ('∘', "\\circ"),
    ('∼', "\\sim"),
    ('∝', "\\propto"),
];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot build its input has failed")]

    use super::*;
    use crate::landscape::catalogue;
    use crate::scene::{Canvas, PictureContext, picture, text};
    use crate::study::{Study, answer};

    fn run(text: &str, italic: bool, script: Script) -> MathRun {
        MathRun { text: text.to_owned(), italic, script }
    }

    #[test]
    fn lines_are_set_as_latex_sets_them() {
        let (base, low, high) = (Script::Normal, Script::Subscript, Script::Superscript);
        let cubic = [
            run("L", true, base),
            run(" = ", false, base),
            run("w", true, base),
            run("1", false, low),
            run("3", false, high),
            run(" − ", false, base),
            run("w", true, base),
            run("2", false, low),
            run("2", false, high),
        ];
        assert_eq!(latex(&cubic), "$L$ = $w_{1}^{3}$ $- $ $w_{2}^{2}$");
        assert_eq!(latex(&text::plain("98 % at λ₁ ≈ −0.5")), "98 \\% at $\\lambda _{1}$ $\\approx $ $- $0.5");
        // An exponent in two pieces is one; what cannot be stacked stands behind.
        assert_eq!(latex(&[run("w", true, base), run("2", false, high), run("k", true, high)]), "$w^{2k}$");
        let twice = [run("w", true, base), run("1", false, low), run("2", false, high), run("3", false, low)];
        assert_eq!(latex(&twice), "$w_{1}^{2}{}_{3}$");
        assert_eq!(latex(&[run("λ", true, base), run("max", false, low)]), "$\\lambda _{\\mathrm{max}}$");
        assert_eq!(latex(&text::plain("a_b {c} $5 \\x")), "a\\_b \\{c\\} \\$5 \\textbackslash{}x");
    }

    /// Every text of a picture has its label, at its place from the lower left corner, and what is left has no text.
    #[test]
    fn every_text_of_a_picture_has_its_label() {
        let study = Study::of_entry(catalogue::find("himmelblau").unwrap());
        let findings = answer(&study, 16, 16).unwrap();
        let canvas = Canvas { size: [640.0, 480.0], scale: 1.0, decorations: true };
        let scene = picture(&study, &findings, &canvas, &PictureContext::default());
        let mut texts = Vec::new();
        for_each_text(&scene.primitives, &mut |text| texts.push(text.clone()));
        let written = labels(&scene, "himmelblau.pdf");
        let puts: Vec<&str> = written.lines().filter(|line| line.contains("\\makebox")).collect();
        assert!(texts.len() > 20 && puts.len() == texts.len(), "{} and {}", puts.len(), texts.len());
        for (put, text) in puts.iter().zip(&texts) {
            let Primitive::Text { at, .. } = text else { continue };
            let place = put.strip_prefix("\\put(").unwrap().split_once(')').unwrap().0;
            let numbers: Vec<f64> = place.split(',').map(|number| number.parse().unwrap()).collect();
            assert!((numbers[0] - at[0]).abs() < 0.006 && (numbers[1] - (480.0 - at[1])).abs() < 0.006, "{put}");
            let plain = put.replace("\\$", "").replace("\\{", "").replace("\\}", "");
            let count = |c: char| plain.matches(c).count();
            assert!(count('{') == count('}') && count('$') % 2 == 0, "{put}");
        }
        let mut left = 0;
        for_each_text(&without_text(&scene).primitives, &mut |_| left += 1);
        assert_eq!(left, 0);
        assert!(written.starts_with(BEGINNING) && written.contains("\\begin{picture}(640,480)"));
    }
}
