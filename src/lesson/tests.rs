//! Every claim of the lessons holds, and none does when a number in it is altered.
#![expect(clippy::unwrap_used, reason = "a failed test should say where")]

use super::claims::Subject;
use super::*;
use crate::landscape::View;
use crate::number::Vector;
use crate::optimizer::Run;
use rayon::prelude::*;
use toml::Value;

#[test]
fn every_claim_holds() {
    let failed: Vec<String> = lessons()
        .par_iter()
        .flat_map_iter(|(name, lesson)| {
            let results = evaluate_lesson(lesson);
            let wrong = results.into_iter().filter(|step| !step.holds());
            wrong.map(move |step| {
                let claims = step.claims.iter().filter(|claim| claim.verdict != Verdict::Holds);
                format!("{name}, {}: {:?} {:?}", step.title, claims.collect::<Vec<_>>(), step.task)
            })
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_course_is_whole() {
    assert_eq!(lessons().len(), 10);
    let claims: usize = lessons().iter().flat_map(|(_, lesson)| &lesson.steps).map(|step| step.claims.len()).sum();
    assert!(claims >= 100, "{claims}");
    for (name, lesson) in lessons() {
        assert!((3..=8).contains(&lesson.steps.len()), "{name}");
        assert!(lesson.steps.iter().any(|step| step.predict.is_some()), "{name} asks no question");
        assert!(lesson.steps.iter().all(|step| !step.text.is_empty()), "{name}: a step says nothing");
    }
    for (name, lesson) in lessons() {
        assert!(lesson.steps.iter().any(|step| step.task.is_some()), "{name} has no exercise");
    }
    let is_physics = |claim: &&Claim| {
        matches!(claim.subject, Subject::Saddle(_) | Subject::EscapeFrom(_) | Subject::Vary(_) | Subject::Network(_))
    };
    let steps = lessons().iter().flat_map(|(_, lesson)| &lesson.steps);
    assert!(steps.flat_map(|step| &step.claims).filter(is_physics).count() >= 20);
}

/// The values in which one number differs, by so much that a claim about them must not hold: whole numbers by 1, others
/// by a thousandth or ten times the tolerance, ranges by their width to both sides.
fn altered(key: &str, value: &Value) -> Vec<Value> {
    match value {
        Value::Integer(whole) => vec![Value::Integer(whole + 1), Value::Integer(whole - 1)],
        Value::Float(number) => {
            let by = match key {
                "end" | "leads_to" | "joins" | "place" => (1e-3 * number.abs()).max(1e-3),
                _ if *number == 0.0 => 1e-5,
                _ => 1e-3 * number.abs(),
            };
            vec![Value::Float(number + by), Value::Float(number - by)]
        }
        Value::Boolean(truth) => vec![Value::Boolean(!truth)],
        Value::Array(values) => altered_array(key, values),
        Value::Table(table) => {
            let Some(is) = table.get("is") else { return Vec::new() };
            let changed = |is: Value| {
                let mut table = table.clone();
                table.insert("is".to_owned(), is);
                Value::Table(table)
            };
            altered(key, is).into_iter().map(changed).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an array is a range, and not a vector.
fn is_range(key: &str) -> bool {
    !matches!(
        key,
        "end"
            | "gradient"
            | "eigenvalues"
            | "hessian"
            | "contains"
            | "variance"
            | "fewer_steps_than"
            | "leads_to"
            | "joins"
            | "place"
    )
}

fn altered_array(key: &str, values: &[Value]) -> Vec<Value> {
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    if is_range(key)
        && let [low, high] = values
        && let (Some(low), Some(high)) = (number(low), number(high))
    {
        let width = (high - low) * (1.0 + 1e-6);
        return [width, -width].map(|by| Value::Array(vec![Value::Float(low + by), Value::Float(high + by)])).to_vec();
    }
    if key == "fewer_steps_than" {
        return Vec::new();
    }
    let mut all = Vec::new();
    for (index, value) in values.iter().enumerate() {
        // A variance is known to four standard errors only.
        let changes = match (key, value) {
            ("variance", Value::Float(number)) => vec![Value::Float(number * 1.3), Value::Float(number * 0.7)],
            ("contains" | "leads_to" | "joins" | "place", Value::Integer(whole)) => {
                vec![Value::Float(*whole as f64 + 1e-3)]
            }
            _ => altered(if key == "eigenvalues" { "range" } else { key }, value),
        };
        for change in changes {
            let mut changed = values.to_vec();
            changed[index] = change;
            all.push(Value::Array(changed));
        }
    }
    all
}

#[test]
fn no_altered_claim_holds() {
    let survivors: Vec<String> = lessons()
        .par_iter()
        .flat_map(|(name, lesson)| lesson.steps.par_iter().map(move |step| (name, step)))
        .flat_map_iter(|(name, step)| {
            let mut claims = Vec::new();
            for claim in &step.claims {
                for (index, (key, value)) in claim.assertions.iter().enumerate() {
                    for changed in altered(key, value) {
                        let mut altered = claim.clone();
                        altered.assertions = vec![(claim.assertions[index].0.clone(), changed)];
                        claims.push(altered);
                    }
                }
            }
            let count = claims.len();
            let changed = Step { claims, task: None, ..step.clone() };
            let results = evaluate_lesson(&Lesson { steps: vec![changed.clone()], ..lessons()[0].1.clone() });
            assert_eq!(results[0].claims.len(), count);
            let held =
                results[0].claims.iter().zip(changed.claims).filter(|(result, _)| result.verdict == Verdict::Holds);
            held.map(move |(result, claim)| {
                format!("{name}, {}: {:?} {:?}", result.says, claim.assertions, result.found)
            })
            .collect::<Vec<_>>()
        })
        .collect();
    assert!(survivors.is_empty(), "{}", survivors.join("\n"));
}

/// The steps about networks show them, with a start in view, and no claim of theirs is about the plane.
#[test]
fn a_step_shows_a_network() {
    let (_, products) = lessons().iter().find(|(name, _)| *name == "products").unwrap();
    let steps: Vec<&Step> = products.steps.iter().filter(|step| step.network.is_some()).collect();
    assert_eq!(steps.len(), 2);
    for step in steps {
        let study = step.study().unwrap();
        let (network, shown) = (study.network.as_ref().unwrap(), step.network.as_ref().unwrap());
        assert_eq!((network.training.steps, network.plane.kind.as_str()), (shown.steps, shown.plane.as_str()));
        assert!(study.view.contains(Vector::from(study.start)) && study.runs.is_empty() && study.data.is_some());
    }
}

#[test]
fn bad_lessons_are_refused_with_a_reason() {
    let step = "title = \"t\"\n[[step]]\ntitle = \"s\"\nlandscape = \"bowl\"\n";
    let run = "run.gd = { optimizer = \"gradient-descent\" }\n";
    let claim = "[[step.claim]]\nsays = \"x\"\n";
    let network = |name: &str, steps: usize, plane: &str| {
        format!(
            "title = \"t\"\n[[step]]\ntitle = \"s\"\nnetwork = {{ name = \"{name}\", steps = {steps}, plane = \"{plane}\" }}\n"
        )
    };
    let edge = network("edge", 10, "ends");
    for (text, part) in [
        (&*network("brain", 10, "ends"), "no network 'brain'"),
        (&network("edge", 0, "ends"), "1 to 2000 steps"),
        (&network("edge", 10, "flat"), "no plane 'flat'"),
        (&format!("{edge}landscape = \"bowl\"\n"), "no landscape, formula"),
        (&format!("{edge}{run}"), "or runs"),
        (&format!("{edge}{claim}at = [0, 0]\nvalue = 0\n"), "about networks only"),
        (
            &format!("{edge}[step.predict]\nask = \"?\"\nnumber = {{ points = \"all\", of = \"count\" }}\n"),
            "no question",
        ),
        ("", "missing field"),
        ("title = \"t\"\nstep = []", "1 to 60 steps"),
        ("title = \"t\"\n[[step]]\ntitle = \"s\"\n", "a landscape, a formula or a network"),
        ("title = \"t\"\n[[step]]\ntitle = \"s\"\nlandscape = \"nowhere\"\n", "no landscape 'nowhere'"),
        ("title = \"t\"\n[[step]]\ntitle = \"s\"\nformula = \"w1 +\"\n", "column"),
        (&format!("{step}colour = 1\n"), "unknown field"),
        (&format!("{step}{claim}at = [0, 0]\n"), "nothing is asserted"),
        (&format!("{step}{claim}value = 1\n"), "one subject"),
        (&format!("{step}{claim}at = [0, 0]\nrun = \"gd\"\nvalue = 1\n"), "several"),
        (&format!("{step}{claim}at = [0, 0]\nbeauty = 1\n"), "cannot be asserted"),
        (&format!("{step}{claim}at = [0, 0]\nvalue = nan\n"), "not finite"),
        (&format!("{step}{claim}at = [0]\nvalue = 1\n"), "two numbers"),
        (&format!("{step}{claim}run = \"gd\"\nsteps = 1\n"), "no run 'gd'"),
        (&format!("{step}{run}{claim}ensemble = \"gd\"\nseeds = 1000000000\ndiverged = 0\n"), "seeds"),
        (&format!("{step}run.a = {{ optimizer = \"magic\" }}\n"), "no optimizer 'magic'"),
        (&format!("{step}{claim}network = \"brain\"\nparameters = 1\n"), "no network 'brain'"),
        (&format!("{step}{run}[step.predict]\nask = \"?\"\n"), "asks for a mark"),
        (&format!("{step}{claim}vary = \"k\"\nover = [0, 1]\nevents = 1\n"), "no parameter 'k'"),
        (&format!("{step}{claim}escape_from = [0, 0]\nexits = 1\n"), "temperature"),
        (&format!("{step}{claim}saddle = [0]\nrole = \"joins\"\n"), "two numbers"),
        (&format!("{step}text = \"See [this](nowhere).\"\n"), "links to 'nowhere'"),
        (&format!("{step}highlight = [[0, inf]]\n"), "finite places"),
        (&format!("{step}network = \"moons\"\n"), "expected a network: a table with name, steps and plane"),
        (&format!("{step}network = {{ name = \"moons\", plane = \"random\" }}\n"), "missing field `steps`"),
        (&format!("{step}network = {{ name = \"moons\", steps = -1, plane = \"random\" }}\n"), "a whole number from 0"),
        (&format!("{step}run.a = \"newton\"\n"), "expected a run: a table with an optimizer"),
    ] {
        let error = from_toml(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert!(from_toml(TEMPLATE).is_ok());
    for (_, text) in TEXTS {
        for cut in (0..text.len()).step_by(97).filter(|cut| text.is_char_boundary(*cut)) {
            // A lesson that is cut off is refused, or has fewer steps: it never panics.
            let _ = from_toml(&text[..cut]);
        }
    }
}

#[test]
fn a_claim_without_proof_is_undecided() {
    let text = "title = \"t\"\n[[step]]\ntitle = \"s\"\nformula = \"(exp(w1)-w2)^2*(2+atan2(w1,3))\"\n[[step.claim]]\nsays = \"All is known.\"\npoints = \"all\"\naccounted = true\n";
    let lesson = from_toml(text).unwrap();
    assert!(matches!(lesson.steps[0].claims[0].subject, Subject::Points(_)));
    assert_eq!(evaluate_lesson(&lesson)[0].claims[0].verdict, Verdict::Undecided);
}

#[test]
fn a_step_shown_as_a_study_has_the_same_runs() {
    for (name, lesson) in lessons() {
        for step in &lesson.steps {
            let (own, shown) = (Situation::of_step(step), Situation::of_study(&step.study().unwrap(), step));
            assert_eq!((own.view, own.usual_view), (shown.view, shown.usual_view), "{name}, {}", step.title);
            assert_eq!(own.loss.unwrap().to_unicode(), shown.loss.unwrap().to_unicode(), "{name}, {}", step.title);
            for (run, spec) in own.runs {
                let (own, start) = spec.unwrap();
                let (shown, from) = shown.runs[&run].clone().unwrap();
                let bare = Run { colour: own.colour, name: None, start: None, ..shown };
                assert_eq!((bare, from), (own, start), "{name}, {}, {run}", step.title);
            }
        }
    }
}

/// Marks on the double well: near the end 2 points, in its basin 1, in the other 0.
#[test]
fn marks_are_scored_by_distance_and_basin() {
    let loss = crate::landscape::Loss::new("(w1^2-1)^2+w2^2/2", &std::collections::BTreeMap::new()).unwrap();
    let view = View { w1: [-2.0, 2.0], w2: [-2.0, 2.0] };
    let points = crate::critical::search(&loss, &view);
    let predict = lessons()[0].1.steps[1].predict.as_ref().unwrap();
    let marks = [[1.1, 0.1], [0.3, 1.5], [-0.3, 1.5], [-1.0, 0.0]].map(Vector::from);
    assert_eq!(predict.scores(&marks, Vector::new(1.0, 0.0), &view, &loss, &points), [2, 1, 0, 0]);
    assert!(predict.scores(&[], Vector::new(1.0, 0.0), &view, &loss, &points).is_empty());
}

#[test]
fn guesses_are_compared_with_answers() {
    let view = View { w1: [-2.0, 2.0], w2: [-1.0, 1.0] };
    let step = &lessons()[0].1.steps[1];
    let predict = step.predict.as_ref().unwrap();
    let number = |guess| predict.is_right(Guess::Number(guess), &Answer::Number(-200.0), &view);
    // A tenth of 200 is 20, and a twentieth of the longer side 0.2.
    assert_eq!([-181.0, -179.0, -219.0, -221.0, 200.0].map(number), [true, false, true, false, false]);
    let mark = |x| predict.is_right(Guess::Mark(Vector::new(x, 0.0)), &Answer::Place(Vector::new(1.0, 0.0)), &view);
    assert_eq!([0.81, 0.79, 1.19, 1.21].map(mark), [true, false, true, false]);
    // The run in the ravine converges to its minimum.
    let answer = predict.answer(&mut StepEvaluation::new(Situation::of_step(step))).unwrap();
    assert!(predict.is_right(Guess::Mark(Vector::zeros()), &answer, &view), "{answer:?}");
}

/// A claim whose subject is missing says what it expects all the same.
#[test]
fn what_is_expected_is_told_of_a_missing_subject() {
    let text = "title = \"t\"\n[[step]]\ntitle = \"s\"\nlandscape = \"bowl\"\n[[step.claim]]\nsays = \"There is a saddle.\"\n\
                saddle = [1, 0]\nrole = \"joins\"\nvalue = 0.5\n";
    let result = &evaluate_lesson(&from_toml(text).unwrap())[0].claims[0];
    assert_eq!(result.verdict, Verdict::Fails);
    assert!(result.found.contains_key("error"), "{:?}", result.found);
    let expected = serde_json::json!({ "role": "joins", "value": 0.5 });
    assert_eq!(serde_json::Value::Object(result.expected.clone()), expected);
}

/// A step shows the layers that it names, and the others as a new study does.
#[test]
fn a_step_names_layers_as_a_study_file_does() {
    use crate::study::{LAYERS, ShownLayers, layers};
    let (_, kinds) = &lessons()[2];
    let step = kinds.steps.iter().find(|step| step.title == "Where a saddle leads").unwrap();
    let shown = step.study().unwrap().picture.layers;
    for layer in LAYERS {
        let usual = ShownLayers::default().has(layer);
        assert_eq!(shown.has(layer), usual || layer.key == layers::SEPARATRICES.key, "{}", layer.key);
    }
    let step = "title = \"t\"\n[[step]]\ntitle = \"s\"\nlandscape = \"bowl\"\n";
    let hidden = from_toml(&format!("{step}picture = {{ heat_map = false }}\n")).unwrap();
    assert!(!hidden.steps[0].study().unwrap().picture.shows(&layers::HEAT_MAP));
    for (picture, part) in
        [("{ halo = true }", "no layer 'halo'; there are heat_map,"), ("{ heat_map = 1 }", "true or false")]
    {
        let error = from_toml(&format!("{step}picture = {picture}\n")).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

/// What a question asks for is neither in the study nor in the findings that are shown while it is open.
#[test]
fn a_question_withholds_what_would_tell() {
    use crate::study::{SEEDS_TAB, answer_for, layers};
    let (_, kinds) = &lessons()[2];
    let withheld = kinds.steps[0].predict.as_ref().unwrap().withholds();
    assert_eq!(withheld, Withheld::Points, "it asks for the number of minima");
    let mut study = kinds.steps[0].study().unwrap();
    study.display.tabs = vec!["barriers".to_owned(), "loss".to_owned()];
    study.picture.basins_of = Some(1);
    let (mut findings, _) = answer_for(&study, [64, 64]).unwrap();
    assert_eq!(findings.points.points.len(), 9);
    withheld.take_from(&mut study);
    assert_eq!((study.display.tabs.as_slice(), study.picture.basins_of), (&["loss".to_owned()][..], None));
    assert!(!study.picture.shows(&layers::CRITICAL_POINTS) && study.picture.shows(&layers::CONTOURS));
    assert_eq!(withheld.take_from_findings(&mut findings).as_deref(), Some(NO_CLAIM));
    assert!(findings.points.points.is_empty() && findings.points.curves.is_empty());
    // A question about a run leaves the critical points, and takes what many runs do.
    let withheld = lessons()[0].1.steps[1].predict.as_ref().unwrap().withholds();
    assert_eq!(withheld, Withheld::Runs);
    assert!(withheld.hides_tab(SEEDS_TAB) && !withheld.hides_tab("barriers") && !withheld.hides_tab("loss"));
}

/// What is kept of another evaluation is what is computed anew: after one run was changed, each claim has the same verdict and numbers.
#[test]
fn what_is_kept_is_what_would_be_computed() {
    for (name, lesson) in lessons().iter().take(7) {
        for step in &lesson.steps {
            let before = step.study().unwrap();
            let quick = |claim: &&Claim| matches!(claim.subject, Subject::At(_) | Subject::Run(_));
            let claims: Vec<&Claim> = step.claims.iter().filter(quick).collect();
            let evaluate = |place: &mut StepEvaluation| -> Vec<ClaimResult> {
                claims.iter().map(|claim| evaluate_claim(claim, place)).collect()
            };
            let mut known = StepEvaluation::new(Situation::of_study(&before, step));
            evaluate(&mut known);
            let mut study = before.clone();
            if let Some(run) = study.runs.first_mut() {
                run.steps = 3;
            }
            let [mut anew, mut kept] = [(); 2].map(|()| StepEvaluation::new(Situation::of_study(&study, step)));
            kept.keep(&known);
            assert_eq!(evaluate(&mut kept), evaluate(&mut anew), "{name}, {}", step.title);
        }
    }
}
