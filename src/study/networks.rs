//! The networks of studies, with a cache of trainings.
//!
//! A study holds the recipe, and no weights but those that another program has trained. The last few trainings and planes are cached here, because the same one is
//! needed repeatedly. Equal recipes give equal bits, so the cache does not change results.

use super::{LAYER_RATES_TAB, LAYERS_TAB, PRUNE_TAB, RESIDUALS_TAB, SHARPNESS_TAB, SPECTRUM_TAB, Study, TRAINING_TAB};
use crate::dataset::Dataset;
use crate::landscape::Loss;
use crate::landscape::catalogue::{Entry, catalogue};
use crate::network::catalogue::entries as network_entries;
use crate::network::{Analysis, Going, NetworkPlane, NetworkRecipe, Part, Trained, plane_kind};
use std::sync::{Arc, Mutex, PoisonError};

/// The catalogue: formulas, and then planes of networks.
pub fn entries() -> impl Iterator<Item = &'static Entry> + Clone {
    catalogue().iter().chain(network_entries())
}

/// The entry with this name.
pub fn entry(name: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.name == name)
}

/// The parts of a study on which a network depends.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkKey {
    recipe: NetworkRecipe,
    dataset: Dataset,
}

impl NetworkKey {
    /// The key of the study's network; `None` if it has no network, or no examples.
    pub fn of(study: &Study) -> Option<NetworkKey> {
        let recipe = study.network.as_ref()?.as_computed();
        Some(NetworkKey { recipe, dataset: study.data.as_ref()?.dataset.clone() })
    }
}

/// The parts of a study on which the analysis of a network depends.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisKey {
    network: NetworkKey,
    parts: Vec<Part>,
}

impl AnalysisKey {
    /// The key of the study's analysis; `None` if it has no network, or shows no chart of one.
    pub fn of(study: &Study) -> Option<AnalysisKey> {
        let network = NetworkKey::of(study)?;
        let tabs = [
            (SHARPNESS_TAB, Part::Sharpness),
            (TRAINING_TAB, Part::Sharpness),
            (SPECTRUM_TAB, Part::Spectrum),
            (RESIDUALS_TAB, Part::Spectrum),
            (LAYERS_TAB, Part::Layers),
            (PRUNE_TAB, Part::Pruning),
            (LAYER_RATES_TAB, Part::Rates),
        ];
        let mut parts: Vec<Part> =
            tabs.into_iter().filter(|(tab, _)| study.display.shows(tab)).map(|(_, part)| part).collect();
        parts.dedup();
        (!parts.is_empty()).then_some(AnalysisKey { network, parts })
    }

    /// The analysis, not begun.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the loss is not a plane of a network.
    pub fn begin(&self, loss: &Loss) -> Result<Analysis, String> {
        let plane: &NetworkPlane = loss.function().ok_or("the network is still being trained")?;
        Ok(Analysis::new(Arc::clone(plane.trained()), plane.plane().centre.clone(), self.parts.clone()))
    }
}

/// The last few answers to equal questions.
struct Kept<Key, Answer>(Mutex<Vec<(Key, Arc<Answer>)>>);

impl<Key: PartialEq, Answer> Kept<Key, Answer> {
    const MOST: usize = 4;

    const fn new() -> Self {
        Kept(Mutex::new(Vec::new()))
    }

    fn known(&self, key: &Key) -> Option<Arc<Answer>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == key)?;
        // The least recently used entry is dropped first.
        let found = kept.remove(place);
        kept.push(found);
        kept.last().map(|(_, answer)| Arc::clone(answer))
    }

    fn keep(&self, key: Key, answer: Arc<Answer>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        if kept.len() >= Self::MOST {
            kept.remove(0);
        }
        kept.push((key, answer));
    }
}

static TRAINED: Kept<NetworkKey, Trained> = Kept::new();
static PLANES: Kept<NetworkKey, NetworkPlane> = Kept::new();

/// The plane of the key, if it is in the cache.
pub fn known_plane(key: &NetworkKey) -> Option<Arc<NetworkPlane>> {
    PLANES.known(key)
}

/// The plane of the key. `going` is called now and then with the progress, and stops the work by returning false.
///
/// # Errors
/// Returns an error, as a sentence, if the network cannot be trained, if there is no such plane, or if the work was
/// stopped.
pub fn plane_for(key: &NetworkKey, going: Going<'_>) -> Result<Arc<NetworkPlane>, String> {
    if let Some(known) = known_plane(key) {
        return Ok(known);
    }
    // The trainings that the plane needs take about as long as that of the network.
    let trainings = plane_kind(&key.recipe.plane.kind).map_or(0, |kind| kind.trainings()) as f64;
    let of_training = NetworkKey { recipe: key.recipe.as_trained(), dataset: key.dataset.clone() };
    let trained = match TRAINED.known(&of_training) {
        Some(known) => known,
        None => {
            let trained = Arc::new(key.recipe.train(&key.dataset, &mut |share| going(share / (1.0 + trainings)))?);
            TRAINED.keep(of_training, Arc::clone(&trained));
            trained
        }
    };
    let plane =
        Arc::new(key.recipe.plane_through(trained, &mut |share| going((1.0 + trainings * share) / (1.0 + trainings)))?);
    PLANES.keep(key.clone(), Arc::clone(&plane));
    Ok(plane)
}

/// The plane of the study's network; `None` if it has none.
///
/// # Errors
/// Returns an error as [`plane_for`] does.
pub fn plane_of_study(study: &Study) -> Option<Result<Arc<NetworkPlane>, String>> {
    study.network.as_ref()?;
    let key = NetworkKey::of(study).ok_or_else(|| NO_EXAMPLES.to_owned());
    Some(key.and_then(|key| plane_for(&key, &mut |_| true)))
}

/// The message for a network without examples.
pub const NO_EXAMPLES: &str = "a network needs examples: a table whose last column is the label";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

    use super::*;
    use crate::network::{HeldOut, PlaneRecipe, Training, dense, eigenvalues};
    use crate::number::Vector;
    use crate::optimizer::{Run, StopReason};
    use crate::study::{RUN_SHARPNESS_TAB, answer, from_toml, loss_of, to_toml, trajectories_of};

    /// Exclusive or: 13 weights and 4 examples, on the plane of its path.
    fn xor() -> Study {
        Study::of_entry(entry("xor").unwrap())
    }

    fn on(kind: &str, step: Option<usize>, seed: u64) -> Study {
        let mut study = xor();
        study.network.as_mut().unwrap().plane = PlaneRecipe { kind: kind.to_owned(), step, seed };
        study
    }

    fn plane(study: &Study) -> Arc<NetworkPlane> {
        plane_of_study(study).unwrap().unwrap()
    }

    fn descent(study: &mut Study, rate: f64, steps: usize) {
        study.runs = vec![Run { steps, gradient_tolerance: 0.0, ..Run::new("gradient-descent") }];
        study.runs[0].settings.insert("learning_rate".to_owned(), rate);
    }

    #[test]
    fn names_in_the_catalogue_differ_and_every_network_is_a_study_that_reads_back() {
        let names: Vec<&String> = entries().map(|entry| &entry.name).collect();
        for (index, name) in names.iter().enumerate() {
            assert!(!names[..index].contains(name), "{name} twice");
        }
        assert!(network_entries().len() >= 8);
        for entry in network_entries() {
            let study = Study::of_entry(entry);
            assert!(study.network.is_some() && study.data.is_some(), "{}", entry.name);
            assert_eq!(from_toml(&to_toml(&study).unwrap()), Ok(study), "{}", entry.name);
        }
    }

    /// Dᵀ∇L and DᵀHD are the differences of L and of Dᵀ∇L, and every question has the same bits.
    #[test]
    fn derivatives_in_the_plane_are_those_of_the_values() {
        for kind in ["path", "eigen", "ends", "random"] {
            let loss = loss_of(&on(kind, Some(100), 3)).unwrap();
            for at in [[0.0, 0.0], [0.3, -0.2], [-0.5, 0.4]] {
                let (w, h) = (Vector::from(at), 1e-5);
                let jet = loss.jet(w);
                assert_eq!(jet.value.to_bits(), loss.value(w).to_bits());
                assert_eq!(loss.value_and_gradient(w), (jet.value, jet.gradient));
                for axis in 0..2 {
                    let mut step = Vector::zeros();
                    step[axis] = h;
                    let slope = (loss.value(w + step) - loss.value(w - step)) / (2.0 * h);
                    assert!((slope - jet.gradient[axis]).abs() < 1e-8, "{kind} {at:?}: {slope} and {}", jet.gradient);
                    let [after, before] = [w + step, w - step].map(|w| loss.value_and_gradient(w).1);
                    let column = (after - before) / (2.0 * h);
                    assert!((column - jet.hessian.column(axis)).amax() < 1e-7, "{kind} {at:?}");
                }
            }
        }
    }

    /// Gradient descent has no memory: from the weights after 300 steps it goes on as the training does.
    #[test]
    fn a_run_in_all_weights_goes_on_as_the_training_does() {
        let mut study = on("path", Some(300), 0);
        let rate = study.network.as_ref().unwrap().training.learning_rate.unwrap();
        study.start = [0.0, 0.0];
        descent(&mut study, rate, 50);
        let (plane, loss) = (plane(&study), loss_of(&study).unwrap());
        let trajectory = trajectories_of(&study, &loss).remove(0).unwrap().unwrap();
        let shadow = trajectory.shadow.as_ref().unwrap();
        assert_eq!((trajectory.stop, trajectory.len()), (StopReason::StepLimit, 50));
        assert_eq!(shadow.kept[0].weights, plane.trained().weights_at(300).unwrap());
        assert_eq!(shadow.weights_at(50).unwrap().weights, plane.trained().weights_at(350).unwrap());
        let every = plane.path()[1].step;
        let expected: Vec<_> = plane.path().iter().filter(|point| (300..=350).contains(&point.step)).collect();
        assert!(expected.len() > 5);
        for point in expected {
            let step = &trajectory.steps[point.step - 300];
            assert_eq!(step.loss.to_bits(), point.loss.to_bits(), "step {}, every {every}", point.step);
            assert_eq!([step.w.x, step.w.y], point.at);
            assert_eq!(shadow.distances[point.step - 300], point.distance);
            assert_eq!(shadow.below[point.step - 300], loss.value(step.w));
        }
        assert!(shadow.distances[0] < 1e-12, "it starts in the plane");
        // For a projected run there is no statement about critical points of the plane.
        let findings = answer(&study, 8, 8).unwrap();
        let end = crate::study::ends(&findings.loss, &trajectory, &findings.points);
        assert_eq!((end.kind, end.beside), (None, None));
    }

    #[test]
    fn runs_that_stay_in_the_plane_see_what_is_drawn_and_may_use_two_by_two_rules() {
        let mut study = xor();
        study.runs = vec![Run::new("newton")];
        let loss = loss_of(&study).unwrap();
        let refused = trajectories_of(&study, &loss).remove(0).unwrap().unwrap_err();
        assert!(refused.contains("is for two weights") && refused.contains("stay in the plane"), "{refused}");
        study.network.as_mut().unwrap().keep_runs_in_plane = true;
        let trajectory = trajectories_of(&study, &loss).remove(0).unwrap().unwrap();
        assert!(trajectory.shadow.is_none());
        assert!(trajectory.steps.iter().all(|step| step.loss == loss.value(step.w)));
    }

    /// A minimum of a plane is not a minimum of the network: the gradient orthogonal to the plane is not 0.
    #[test]
    fn critical_points_are_of_the_plane_with_what_is_known_beyond() {
        let study = on("random", Some(50), 2);
        let findings = answer(&study, 16, 16).unwrap();
        assert!(findings.points.claim().contains("of this plane, not of the network"), "{}", findings.points.claim());
        let plane = plane(&study);
        assert!(!findings.points.points.is_empty());
        for point in &findings.points.points {
            let beyond = point.beyond.unwrap();
            assert!(findings.loss.jet(point.w).gradient.norm() < 1e-8);
            assert!(beyond.outside > 1e-4 && beyond.weights == 13, "{beyond:?}");
            assert!((beyond.outside - beyond.gradient_norm).abs() < 1e-7 * beyond.gradient_norm);
            let weights = plane.plane().at([point.w.x, point.w.y]);
            let mut evaluation = plane.trained().loss.evaluation();
            evaluation.gradient(&weights, &mut [0.0; 13]);
            let values = eigenvalues(&dense(&mut crate::network::Hessian::new(&mut evaluation)));
            assert_eq!(beyond.negative, Some(values.iter().filter(|value| **value < -1e-9).count()));
        }
    }

    /// The twin is the same function; the third point is the beginning of the training.
    #[test]
    fn a_permuted_twin_has_the_same_loss_and_spectrum() {
        let study = on("twin", None, 1);
        let (plane, loss) = (plane(&study), loss_of(&study).unwrap());
        let [here, twin] = [[0.0, 0.0], [1.0, 0.0]].map(|at| plane.plane().at(at));
        assert_ne!(here, twin);
        let [a, b] = [Vector::zeros(), Vector::new(1.0, 0.0)].map(|w| loss.value(w));
        assert!((a - b).abs() < 1e-14, "{a} and {b}");
        let spectrum = |weights: &[f64]| {
            let mut evaluation = plane.trained().loss.evaluation();
            evaluation.gradient(weights, &mut [0.0; 13]);
            eigenvalues(&dense(&mut crate::network::Hessian::new(&mut evaluation)))
        };
        let (first, second) = (spectrum(&here), spectrum(&twin));
        assert!(first.iter().zip(&second).all(|(a, b)| (a - b).abs() < 1e-12 * first[12]), "{first:?} {second:?}");
        assert!((plane.plane().at([0.0, 1.0]).iter().zip(plane.trained().start())).all(|(a, b)| (a - b).abs() < 1e-14));
    }

    /// The corners of a plane through three trainings are their ends.
    #[test]
    fn three_points_are_the_ends_of_three_trainings() {
        let study = on("points", None, 0);
        let (plane, loss) = (plane(&study), loss_of(&study).unwrap());
        for (at, seed) in [([1.0, 0.0], 1), ([0.0, 1.0], 2)] {
            let mut other = xor();
            other.network.as_mut().unwrap().seed = seed;
            let trained = super::plane_of_study(&other).unwrap().unwrap();
            let end = trained.trained().path().last().unwrap().weights.clone();
            assert!(plane.plane().at(at).iter().zip(&end).all(|(a, b)| (a - b).abs() < 1e-13));
            let value = trained.trained().loss.evaluation().value(&end);
            assert!((loss.value(Vector::from(at)) - value).abs() < 1e-12);
        }
    }

    /// A quadratic Bézier curve with one trained control point joins two trainings at hardly more than the loss of the
    /// higher end, where L rises on the straight line (measured in 12 of 12 pairs, at most 1.13 times the higher end).
    #[test]
    fn a_curve_joins_two_trainings_and_lies_in_its_plane() {
        let study = Study::of_entry(entry("connected").unwrap());
        let (plane, loss) = (plane(&study), loss_of(&study).unwrap());
        let connection = plane.connection().unwrap();
        let mut other = study.clone();
        let network = other.network.as_mut().unwrap();
        (network.seed, network.plane) = (1, PlaneRecipe { kind: "path".to_owned(), step: None, seed: 0 });
        let end = super::plane_of_study(&other).unwrap().unwrap().trained().path().last().unwrap().weights.clone();
        assert!(plane.plane().at([1.0, 0.0]).iter().zip(&end).all(|(a, b)| (a - b).abs() < 1e-12));
        let [across, upward] = &plane.plane().axes;
        let [length, height, product] =
            [(across, across), (upward, upward), (across, upward)].map(|(a, b)| crate::krylov::dot(a, b));
        assert!((length - height).abs() < 1e-9 * length && product.abs() < 1e-9 * length, "a plane without distortion");
        for point in &connection.curve {
            assert!((point.loss - loss.value(Vector::from(point.at))).abs() <= 1e-12 * point.loss);
        }
        let higher_end = connection.ends().into_iter().fold(0.0, f64::max);
        let [curve, straight] = [connection.highest(), connection.highest_straight()].map(|point| point.unwrap().loss);
        assert!(curve <= 1.13 * higher_end, "{curve} and {higher_end}");
        assert!(straight > 2.0 * higher_end, "{straight} and {higher_end}");
    }

    /// Without hidden layers L has one minimum, which every training reaches: there is no line between two.
    #[test]
    fn two_trainings_that_end_at_the_same_weights_have_no_curve() {
        let mut study = Study::of_entry(entry("linear").unwrap());
        let network = study.network.as_mut().unwrap();
        network.hidden.clear();
        network.plane = PlaneRecipe { kind: "bend".to_owned(), step: None, seed: 0 };
        let refused = super::plane_of_study(&study).unwrap().unwrap_err();
        assert!(refused.contains("the same weights"), "{refused}");
    }

    /// λmax along a run is that of the dense Hessian at its weights, whether it moves in all weights or in the plane.
    #[test]
    fn the_sharpness_of_a_run_is_that_of_its_weights() {
        let mut study = on("path", Some(100), 0);
        descent(&mut study, 0.1, 30);
        (study.start, study.display.tabs) = ([0.1, 0.1], vec![RUN_SHARPNESS_TAB.to_owned()]);
        for keeps in [false, true] {
            study.network.as_mut().unwrap().keep_runs_in_plane = keeps;
            let findings = answer(&study, 8, 8).unwrap();
            let trajectory = findings.trajectories[0].as_ref().unwrap().as_ref().unwrap();
            let sharpness = findings.run_sharpness.as_ref().unwrap().as_ref().unwrap();
            let points = &sharpness.courses[0].as_ref().unwrap().points;
            assert_eq!(points.iter().map(|(step, _)| *step).collect::<Vec<_>>(), (0..=30).collect::<Vec<_>>());
            let plane = findings.network().unwrap();
            let loss = &plane.trained().loss;
            let mut run = Training::new(
                loss,
                crate::network::Recipe { run: study.runs[0].clone(), batch_size: None },
                plane.plane().at(study.start),
            )
            .unwrap();
            for (step, lambda_max) in points {
                let at = trajectory.steps[*step].w;
                let weights = if keeps { plane.plane().at([at.x, at.y]) } else { run.weights().to_vec() };
                let mut evaluation = loss.evaluation();
                evaluation.gradient(&weights, &mut [0.0; 13]);
                let values = eigenvalues(&dense(&mut crate::network::Hessian::new(&mut evaluation)));
                assert!((lambda_max - values[12]).abs() < 1e-4 * values[12], "{step}: {lambda_max} and {}", values[12]);
                run.step().unwrap();
            }
        }
    }

    #[test]
    fn what_is_held_out_is_no_part_of_the_training() {
        let mut study = Study::of_entry(entry("circles").unwrap());
        let network = study.network.as_mut().unwrap();
        (network.training.steps, network.held_out) = (3, Some(HeldOut { share: 0.25, seed: 5 }));
        let rows = study.data.as_ref().unwrap().dataset.rows();
        let plane = plane(&study);
        let (trained, held_out) = (&plane.trained().loss, plane.trained().held_out.as_ref().unwrap());
        let held = (0.25 * rows as f64).round() as usize;
        assert_eq!((trained.examples.count(), held_out.examples.count()), (rows - held, held));
        // Together they are all examples: the weighted mean of the losses is the loss over all.
        let all = study.network.as_ref().unwrap();
        let whole = NetworkRecipe { held_out: None, ..all.clone() };
        let (whole, _) = whole.losses(&study.data.as_ref().unwrap().dataset).unwrap();
        let w = plane.trained().start();
        let mean = (trained.evaluation().value(w) * (rows - held) as f64
            + held_out.evaluation().value(w) * held as f64)
            / rows as f64;
        assert!((mean - whole.evaluation().value(w)).abs() < 1e-12);
        for share in [0.0, 1.0, f64::NAN, 1e-9] {
            study.network.as_mut().unwrap().held_out = Some(HeldOut { share, seed: 0 });
            let refused = to_toml(&study).unwrap_err().to_string();
            assert!(refused.contains("held out"), "{refused}");
        }
    }

    #[test]
    fn what_cannot_be_made_is_said_with_its_field() {
        let text = to_toml(&xor()).unwrap();
        for (from, to, parts) in [
            ("kind = \"path\"", "kind = \"cube\"", ["network.plane.kind", "there is no plane 'cube'; there are path"]),
            ("kind = \"path\"", "kind = \"path\"\nstep = 5000", ["network.plane.step", "beyond the 1000 steps"]),
            ("hidden = [3]", "hidden = [0]", ["network", "every layer of a network has at least one unit"]),
            ("hidden = [3]", "hidden = [3000]", ["network", "at most 5000 are possible"]),
            ("activation = \"tanh\"", "activation = \"swish\"", ["network.activation", "swish"]),
            ("loss = \"squared\"", "loss = \"softmax\"", ["network", "is no class"]),
            ("steps = 1000", "steps = 100000000", ["network.training.steps", "at most 1000000 steps"]),
            (
                "optimizer = \"gradient-descent\"\nlearning_rate = 0.1",
                "optimizer = \"newton\"",
                ["network.training", "two weights"],
            ),
            ("learning_rate = 0.1\nsteps", "learning_rate = -1.0\nsteps", ["network.training", "learning_rate"]),
            ("learning_rate = 0.1\nsteps", "learning_rate = 0.1\nbatch_size = 0\nsteps", ["batch_size", "one example"]),
        ] {
            assert!(text.contains(from), "{from} is not in {text}");
            let refused = from_toml(&text.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(parts.iter().all(|part| refused.contains(part)), "{to}: {refused}");
        }
        let without = text.replace("[data]\nname = \"xor\"\n", "");
        assert!(from_toml(&without).unwrap_err().to_string().contains("a network needs examples"));
        let both = text.replace("[landscape]\n", "[landscape]\nformula = \"w1^2\"\n");
        assert!(from_toml(&both).unwrap_err().to_string().contains("not about several"));
        // A diverging training is an error and not a panic.
        let mut wild = xor();
        let network = wild.network.as_mut().unwrap();
        // Each step multiplies the weights by about 1 − 100.
        (network.weight_decay, network.training.learning_rate) = (1.0, Some(100.0));
        let refused = loss_of(&wild).unwrap_err().to_string();
        assert!(refused.contains("training diverges"), "{refused}");
    }

    /// A training is the same whether its plane was cached or not, and whether it was stopped before.
    #[test]
    fn a_training_can_be_stopped_and_made_again() {
        let mut study = xor();
        study.network.as_mut().unwrap().seed = 77;
        let key = NetworkKey::of(&study).unwrap();
        let stopped = plane_for(&key, &mut |share| share < 0.5).unwrap_err();
        assert!(stopped.contains("stopped") && known_plane(&key).is_none());
        let plane = plane_for(&key, &mut |_| true).unwrap();
        assert!(Arc::ptr_eq(&plane, &known_plane(&key).unwrap()));
        let (loss, plan) = (plane.trained().loss.clone(), plane.trained().plan().clone());
        let mut training = Training::new(&loss, plan.recipe, plane.trained().start().to_vec()).unwrap();
        // It may converge before.
        while training.steps() < 1000 && training.step().is_ok() {}
        assert_eq!(training.weights(), plane.trained().path().last().unwrap().weights);
        let same: Loss = loss_of(&study).unwrap();
        assert_eq!(same.value(Vector::zeros()), loss.evaluation().value(training.weights()));
    }
}
