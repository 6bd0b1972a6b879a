//! A claim holds only if it is true and known to be: claims whose truth follows from the formula, and files that are no
//! lessons.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::Verdict::{Fails, Holds, Undecided};
use super::*;

/// The verdicts on claims about a step with some fields.
fn verdicts(step: &str, claims: &[&str]) -> Vec<Verdict> {
    let claims: String = claims.iter().map(|claim| format!("[[step.claim]]\nsays = \"x\"\n{claim}\n")).collect();
    let lesson = from_toml(&format!("title = \"t\"\n[[step]]\ntitle = \"s\"\n{step}\n{claims}")).unwrap();
    evaluate_lesson(&lesson)[0].claims.iter().map(|claim| claim.verdict).collect()
}

/// The reason why a step with these fields and lines after them is refused.
fn refusal(step: &str) -> String {
    from_toml(&format!("title = \"t\"\n[[step]]\ntitle = \"s\"\n{step}\n")).unwrap_err().to_string()
}

/// Every point of w2 = exp(w1) is a minimum of the first loss, which no proof accounts for. The bowl has one critical point, the ring's
/// minima are the unit circle, and every point of a constant is critical.
#[test]
fn points_are_counted_only_if_they_are_known_to_be_all() {
    let open = "formula = \"(exp(w1)-w2)^2*(2+atan2(w1,3))\"";
    let all = |what: &str| format!("points = \"all\"\n{what}");
    let asked =
        ["count = 0", "count = 1", "curves = 0", "curves = 1", "index_sum = 0", "nature = \"neither\"", "index = 1"];
    let claims: Vec<String> = asked.iter().map(|what| all(what)).collect();
    let claims: Vec<&str> = claims.iter().map(String::as_str).collect();
    assert_eq!(verdicts(open, &claims), vec![Undecided; asked.len()]);
    assert_ne!(verdicts(open, &["points = \"all\"\ncontains = [0, 1]"]), [Fails]);
    let bowl = "formula = \"w1^2+w2^2\"";
    let claims = [
        "points = \"minimum\"\ncount = 1\nindex = 1\ncontains = [0, 0]\nsmallest_eigenvalue = 2",
        "points = \"all\"\ncount = 2",
        "points = \"saddle\"\ncount = [1, 3]",
        "points = \"all\"\ncontains = [0.001, 0]",
    ];
    assert_eq!(verdicts(bowl, &claims), [Holds, Fails, Fails, Fails]);
    let ring = "formula = \"(w1^2+w2^2-1)^2\"";
    let claims = [
        "points = \"all\"\ncontains = [0.6, 0.8]",
        "points = \"minimum\"\ncontains = [0.6, 0.8]",
        "points = \"maximum\"\ncontains = [0.6, 0.8]",
        "points = \"all\"\ncontains = [0.5, 0.8]",
    ];
    assert_eq!(verdicts(ring, &claims), [Holds, Holds, Fails, Fails]);
    assert_eq!(
        verdicts("formula = \"3\"", &["points = \"all\"\ncount = 0", "points = \"all\"\ncontains = [1, 0]"]),
        [Fails, Holds]
    );
}

/// v = (1 − η)²v + η²σ² has the solution η/(2 − η) = 0.0526 for η = 0.1 and σ = 1.
#[test]
fn a_variance_is_known_up_to_its_error() {
    let step = "formula = \"0.5*(w1^2+w2^2)\"\nrun.sgd = { optimizer = \"sgd\", start = [0, 0], learning_rate = 0.1, steps = 200, set = { noise = 1 } }";
    let of = |seeds: usize, variance: &str| format!("ensemble = \"sgd\"\nseeds = {seeds}\nvariance = {variance}");
    let claims = [
        of(4000, "[0.0526, 0.0526]"),
        of(4000, "[[0.043, 0.065], [0.043, 0.065]]"),
        of(4000, "[[0.0526, 0.065], [0.043, 0.065]]"),
        of(4000, "[0.07, 0.07]"),
        of(4000, "[1e6, 1e6]"),
        of(200, "[0.045, 0.045]"),
        of(200, "[0.0526, 0.0526]"),
        of(200, "[1e6, 1e6]"),
    ];
    let claims: Vec<&str> = claims.iter().map(String::as_str).collect();
    let expected = [Holds, Holds, Undecided, Fails, Fails, Undecided, Undecided, Fails];
    assert_eq!(verdicts(step, &claims), expected);
    let few = format!("{step}\n[[step.claim]]\nsays = \"x\"\n{}", of(1, "[7, 9]"));
    assert!(refusal(&few).contains("100 seeds"));
}

/// The basin of the minimum (1, 0) of w1³/3 − w1 + w2²/2 is w1 > −1: 3.003/4.003 = 0.75019 of the view.
#[test]
fn a_share_of_a_view_is_known_up_to_its_error() {
    let step = "formula = \"w1^3/3-w1+w2^2/2\"\nview = [-2, 2.003, -2, 2]\nrun.gd = { optimizer = \"gradient-descent\", learning_rate = 0.05, steps = 2000 }";
    let of = |kind: &str, is: &str| format!("basins = \"gd\"\nshare_of = {{ kind = \"{kind}\", is = {is} }}");
    let claims = [
        of("minimum", "[0.7499, 0.7501]"),
        of("minimum", "[0.73, 0.77]"),
        of("minimum", "[0.5, 0.7]"),
        of("saddle", "[0, 0.02]"),
    ];
    let claims: Vec<&str> = claims.iter().map(String::as_str).collect();
    assert_eq!(verdicts(step, &claims), [Undecided, Holds, Fails, Holds]);
    for (kind, is) in [("minimum", "0.75"), ("minimun", "[0, 1]"), ("minimum", "[0.8, 0.7]"), ("minimum", "[0, 2]")] {
        assert!(
            refusal(&format!("{step}\n[[step.claim]]\nsays = \"x\"\n{}", of(kind, is))).contains("share_of"),
            "{kind} {is}"
        );
    }
}

/// L = 10⁻⁷(w1² + 2w2²) has the value 3·10⁻⁷, the gradient (2, 4)·10⁻⁷ and the eigenvalues 2·10⁻⁷ and 4·10⁻⁷ at (1, 1). 0.3 − 0.1 − 0.2
/// is 0, although f64 has −2.8·10⁻¹⁷ for it.
#[test]
fn small_numbers_are_compared_with_small_numbers() {
    let step = "formula = \"1e-7*(w1^2+2*w2^2)\"\nrun.gd = { optimizer = \"gradient-descent\", start = [1, 1], learning_rate = 1, steps = 0 }";
    let right = [
        "at = [1, 1]\nvalue = 3e-7\ngradient = [2e-7, 4e-7]\nhessian = [[2e-7, 0], [0, 4e-7]]\neigenvalues = [2e-7, 4e-7]",
        "at = [0, 0]\nvalue = 0\ngradient = [0, 0]\ngradient_norm = 0",
        "points = \"minimum\"\nsmallest_eigenvalue = 2e-7",
        "run = \"gd\"\nloss = 3e-7",
    ];
    assert_eq!(verdicts(step, &right), [Holds; 4]);
    let wrong = [
        "at = [1, 1]\nvalue = 5e-7",
        "at = [1, 1]\nvalue = 0",
        "at = [1, 1]\ngradient = [0, 0]",
        "at = [1, 1]\ngradient_norm = 0",
        "at = [1, 1]\nhessian = [[0, 0], [0, 0]]",
        "at = [1, 1]\neigenvalues = [1e-8, 9e-7]",
        "points = \"minimum\"\nsmallest_eigenvalue = -5e-7",
        "points = \"minimum\"\nsmallest_eigenvalue = 0",
        "run = \"gd\"\nloss = 0",
        "run = \"gd\"\nloss = 4e-7",
    ];
    assert_eq!(verdicts(step, &wrong), [Fails; 10]);
    let zero = ["at = [1, 0]\nvalue = 0\ngradient = [0, 0]\neigenvalues = [0, 2]"];
    assert_eq!(verdicts("formula = \"0.3*w1-0.1*w1-0.2*w1+w2^2\"", &zero), [Holds]);
    // In a view of a thousandth a ten-thousandth is far.
    let small = "formula = \"w1^2+w2^2\"\nview = [-5e-4, 5e-4, -5e-4, 5e-4]\nrun.gd = { optimizer = \"gradient-descent\", start = [1e-4, 0], learning_rate = 0.1, steps = 0 }";
    assert_eq!(verdicts(small, &["run = \"gd\"\nend = [1e-4, 0]", "run = \"gd\"\nend = [0.00005, 0]"]), [Holds, Fails]);
}

/// With η/(1 + k/τ) the learning rate after 50 steps is a sixth of η for τ = 10; λ is 1.
#[test]
fn a_falling_rate_counts_as_what_it_is() {
    let step = "formula = \"0.5*(w1^2+w2^2)\"\nrun.gd = { optimizer = \"gradient-descent\", start = [1, 1.5], learning_rate = 0.5, schedule = \"1/t:10\", steps = 50 }";
    let claims = [
        "run = \"gd\"\nsteps = 50\nrate_times_sharpness = 0.08333333333",
        "run = \"gd\"\nrate_times_sharpness = 0.5",
        "run = \"gd\"\nrate_times_sharpness_at_start = 0.5",
    ];
    assert_eq!(verdicts(step, &claims), [Holds, Fails, Holds]);
}

#[test]
fn a_condition_number_has_no_sign() {
    let claims = ["at = [1, 1]\ncondition_number = 2", "at = [1, 1]\ncondition_number = -0.5"];
    assert_eq!(verdicts("formula = \"w1^2-2*w2^2\"", &claims), [Holds, Fails]);
    assert_eq!(verdicts("formula = \"2*w1^2+w2^2\"", &claims), [Holds, Fails]);
}

const RUNS: &str = "landscape = \"bowl\"\nrun.gd = { optimizer = \"gradient-descent\", learning_rate = 0.1, steps = 50 }\nrun.sgd = { optimizer = \"sgd\", learning_rate = 0.1, steps = 50, set = { noise = 1 } }";

#[test]
fn what_does_not_fit_is_refused() {
    for (claim, part) in [
        ("run = \"gd\"\nat_step = 3\nloss = [0, 1]", "'at_step' cannot be asserted of run"),
        ("run = \"gd\"\nevent = -9\nsteps = 50", "'event' cannot be asserted of run"),
        ("at = [0, 0]\ntemperature = 3\nvalue = 0", "'temperature' cannot be asserted of at"),
        ("ensemble = \"sgd\"\nescape = nan\nescaped = [0, 1]", "'escape' is a distance"),
        ("ensemble = \"sgd\"\nescape = -1\nescaped = [0, 1]", "'escape' is a distance"),
        ("ensemble = \"sgd\"\nescaped = [0, 1]", "escape is missing"),
        ("ensemble = \"sgd\"\nseeds = 2.5\ndiverged = 0", "seeds"),
        ("network = \"edge\"\nat_step = 2.5\nparameters = 321", "'at_step' is a whole number"),
        ("network = \"edge\"\nat_step = \"last\"\nparameters = 321", "'at_step' is a whole number"),
        ("network = \"edge\"\nat_step = -5\nparameters = 321", "'at_step' is a whole number"),
        ("network = \"edge\"\nat_step = 99999999\nparameters = 321", "the training of 'edge' has"),
        ("at = [nan, 0]\nvalue = 3", "not finite"),
        ("at = [0, inf]\nvalue = 3", "not finite"),
        ("saddle = [0, inf]\nrole = \"joins\"", "not finite"),
        ("at = [0, 0]\nvalue = \"abc\"", "'value' is a number"),
        ("at = [0, 0]\nvalue = [1, 2, 3]", "'value' is a number"),
        ("at = [0, 0]\nvalue = [1, -1]", "'value' is a number"),
        ("at = [0, 0]\ngradient = [0]", "2 numbers"),
        ("at = [0, 0]\nangle_to = { point = [1], is = 3 }", "'angle_to' is"),
        ("at = [0, 0]\ncurvature = \"convex\"", "positive definite"),
        ("points = \"all\"\nview = [1, 0, 0, 1]\ncount = 1", "'view' is four"),
        ("points = \"all\"\nview = [nan, 0, 0, 1]\ncount = 1", "'view' is four"),
        ("points = \"all\"\ncount = -1", "'count' is a number"),
        ("run = \"gd\"\nfewer_steps_than = \"sgd\"", "a list of names"),
        ("run = \"gd\"\nfewer_steps_than = []", "a list of names"),
        ("run = \"gd\"\nends = \"mimimum\"", "'ends' is one of"),
        ("run = \"gd\"\nstop = 3", "'stop' is one of"),
    ] {
        let error = refusal(&format!("{RUNS}\n[[step.claim]]\nsays = \"x\"\n{claim}"));
        assert!(error.contains(part), "{claim}: {error}");
    }
    for (step, part) in [
        (format!("{RUNS}\n[[step.claim]]\nsays = \" \"\nat = [0, 0]\nvalue = 0"), "a claim says a sentence"),
        (
            format!("{RUNS}\n[step.task]\nask = \"?\"\nclaim = []\nsolution = {{}}"),
            "an exercise has one claim at least",
        ),
        ("landscape = \"spirals\"".to_owned(), "'spirals' is a network"),
        ("formula = \"w1\"\nrun.gd = { optimizer = \"gradient-descent\", start = [nan, 0] }".to_owned(), "not finite"),
        ("formula = \"w1\"\nrun.gd = { optimizer = \"gradient-descent\", start = [0, inf] }".to_owned(), "not finite"),
    ] {
        let error = refusal(&step);
        assert!(error.contains(part), "{step}: {error}");
    }
    // A long line is not repeated.
    assert!(refusal(&format!("highlight = {}", "[".repeat(100_000))).len() < 2000);
}

#[test]
fn questions_have_answers_that_can_be_given() {
    for (question, part) in [
        ("choices = [\"a\", \"b\"]\nanswer = { run = \"gd\", of = \"ends\" }", "'a' is never the answer"),
        ("choices = [\"minimum\"]\nanswer = { run = \"gd\", of = \"ends\" }", "two choices"),
        ("choices = [\"minimum\", \"saddle\"]\nanswer = { run = \"gd\", of = \"steps\" }", "ends, stop"),
        ("number = { run = \"gd\", of = \"beauty\" }", "steps, loss"),
        ("number = { run = \"gd\", of = \"ends\" }", "steps, loss"),
        ("number = { run = \"gd\" }", "steps, loss"),
        ("number = { points = \"mimimum\", of = \"count\" }", "no points of the kind 'mimimum'"),
        ("number = { points = \"all\", of = \"contains\" }", "count, curves"),
        ("mark = { points = \"all\" }", "that of a run"),
        ("mark = { run = \"gd\", of = \"steps\" }", "is one of end"),
    ] {
        let error = refusal(&format!("{RUNS}\n[step.predict]\nask = \"?\"\n{question}"));
        assert!(error.contains(part), "{question}: {error}");
    }
    let faults = |question: &str| {
        let text = format!("title = \"t\"\n[[step]]\ntitle = \"s\"\n{RUNS}\n[step.predict]\nask = \"?\"\n{question}");
        let result = evaluate_lesson(&from_toml(&text).unwrap()).remove(0);
        assert_eq!(result.question.is_none(), result.holds());
        result.question
    };
    // Fifty steps with a factor of 0.9 do not suffice to converge.
    assert!(
        faults("choices = [\"converged\", \"diverged\"]\nanswer = { run = \"gd\", of = \"stop\" }")
            .unwrap()
            .contains("step_limit")
    );
    assert_eq!(faults("choices = [\"converged\", \"step_limit\"]\nanswer = { run = \"gd\", of = \"stop\" }"), None);
    assert_eq!(faults("number = { run = \"gd\", of = \"steps\" }"), None);
}

/// A lesson is refused at once if its runs, ensembles and maps would take long.
#[test]
fn the_work_of_a_lesson_is_bounded() {
    let long = "landscape = \"bowl\"\nrun.a = { optimizer = \"sgd\", learning_rate = 0.01, steps = 1000000, set = { noise = 1 } }";
    let ensemble = "says = \"x\"\nensemble = \"a\"\nseeds = 10000\ndiverged = 0\n";
    for step in [
        format!("{long}\n[[step.claim]]\n{ensemble}"),
        format!("{long}\n[step.task]\nask = \"?\"\nsolution = {{}}\n[[step.task.claim]]\n{ensemble}"),
        format!("{long}\n[[step.claim]]\nsays = \"x\"\nbasins = \"a\"\nattractors = 1"),
    ] {
        assert!(refusal(&step).contains("steps of runs"), "{step}");
    }
    // Four hundred and fifty million steps are few enough, and twice as many are too many.
    let half = |title: &str| {
        format!(
            "[[step]]\ntitle = \"{title}\"\nlandscape = \"bowl\"\nrun.a = {{ optimizer = \"sgd\", steps = 45000 }}\n[[step.claim]]\n{ensemble}"
        )
    };
    assert!(from_toml(&format!("title = \"t\"\n{}", half("a"))).is_ok());
    let both = from_toml(&format!("title = \"t\"\n{}{}", half("a"), half("b"))).unwrap_err().to_string();
    assert!(both.contains("step 2 (b)") && both.contains("steps of runs"), "{both}");
    let runs: String = (0..150)
        .map(|index| format!("run.r{index} = {{ optimizer = \"gradient-descent\", steps = 1000000 }}\n"))
        .collect();
    assert!(refusal(&format!("landscape = \"bowl\"\n{runs}")).contains("the runs have 150000000 steps"));
    let claims = format!("[[step.task.claim]]\n{}", "says = \"x\"\nat = [0, 0]\nvalue = 0\n").repeat(201);
    assert!(
        refusal(&format!("landscape = \"bowl\"\n[step.task]\nask = \"?\"\nsolution = {{}}\n{claims}"))
            .contains("200 claims")
    );
}
