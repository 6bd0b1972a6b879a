//! The commands of LaTeX that a formula can have.

/// The meaning of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// White space, or nothing.
    Space,
    /// The size of the delimiter that follows.
    Delimiter,
    /// An operator or a delimiter.
    Symbol(char),
    /// A fraction.
    Fraction,
    /// A root.
    Root,
    /// A command for upright letters: a name in braces follows.
    Upright,
    /// A name: a Greek letter or a function.
    Name(&'static str),
}

/// What the command of this name, without its backslash, stands for; `None` for a command that the formula language
/// does not have.
pub fn meaning(command: &str) -> Option<Meaning> {
    Some(match command {
        "quad" | "qquad" | "thinspace" | "displaystyle" | "textstyle" | "nolimits" | "rm" => Meaning::Space,
        "left" | "right" | "big" | "Big" | "bigg" | "Bigg" | "bigl" | "bigr" | "Bigl" | "Bigr" | "biggl" | "biggr" => {
            Meaning::Delimiter
        }
        "cdot" | "times" | "ast" => Meaning::Symbol('*'),
        "div" => Meaning::Symbol('/'),
        "vert" | "lvert" | "rvert" | "mid" => Meaning::Symbol('|'),
        "lbrace" => Meaning::Symbol('{'),
        "rbrace" => Meaning::Symbol('}'),
        "lbrack" => Meaning::Symbol('['),
        "rbrack" => Meaning::Symbol(']'),
        "lfloor" => Meaning::Symbol('⌊'),
        "rfloor" => Meaning::Symbol('⌋'),
        "lceil" => Meaning::Symbol('⌈'),
        "rceil" => Meaning::Symbol('⌉'),
        "frac" | "tfrac" | "dfrac" | "cfrac" => Meaning::Fraction,
        "sqrt" => Meaning::Root,
        "mathrm" | "operatorname" | "text" | "mathit" | "textrm" | "mathsf" | "mathbf" | "boldsymbol" | "bm" => {
            Meaning::Upright
        }
        _ => Meaning::Name(NAMES.iter().find(|(name, _)| *name == command).map(|(_, meant)| *meant)?),
    })
}

/// Greek letters and functions, by their commands.
const NAMES: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("varepsilon", "ε"),
    ("zeta", "ζ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("vartheta", "θ"),
    ("iota", "ι"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("nu", "ν"),
    ("xi", "ξ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("upsilon", "υ"),
    ("phi", "φ"),
    ("varphi", "φ"),
    ("chi", "χ"),
    ("psi", "ψ"),
    ("omega", "ω"),
    ("Gamma", "Γ"),
    ("Delta", "Δ"),
    ("Theta", "Θ"),
    ("Lambda", "Λ"),
    ("Sigma", "Σ"),
    ("Phi", "Φ"),
    ("Psi", "Ψ"),
    ("Omega", "Ω"),
    ("ell", "l"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("cot", "cot"),
    ("sec", "sec"),
    ("csc", "csc"),
    ("arcsin", "arcsin"),
    ("arccos", "arccos"),
    ("arctan", "arctan"),
    ("sinh", "sinh"),
    ("cosh", "cosh"),
    ("tanh", "tanh"),
    ("exp", "exp"),
    ("ln", "ln"),
    ("log", "log"),
    ("min", "min"),
    ("max", "max"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_their_meaning() {
        assert_eq!(meaning("varphi"), Some(Meaning::Name("φ")));
        assert_eq!(meaning("dfrac"), Some(Meaning::Fraction));
        assert_eq!(meaning("rfloor"), Some(Meaning::Symbol('⌋')));
        assert_eq!(meaning("sum"), None);
    }
}
