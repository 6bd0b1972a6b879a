//! The networks of studies: trained once, and kept for the next question.
//!
//! A study holds the recipe and no weights. The last few trainings and planes are kept here, because the same one is
//! asked for again and again; equal recipes give equal bits, so that it makes no difference whether one was kept.

use super::Study;
use crate::dataset::Dataset;
use crate::landscape::catalogue::{Entry, catalogue};
use crate::network::catalogue::entries as network_entries;
use crate::network::{Going, NetworkPlane, NetworkRecipe, Trained};
use std::sync::{Arc, Mutex, PoisonError};

/// The catalogue: formulas, and then planes of networks.
pub fn entries() -> impl Iterator<Item = &'static Entry> + Clone {
    catalogue().iter().chain(network_entries())
}

/// The entry with this name.
pub fn entry(name: &str) -> Option<&'static Entry> {
    entries().find(|entry| entry.name == name)
}

/// What a network depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkKey {
    recipe: NetworkRecipe,
    dataset: Dataset,
}

impl NetworkKey {
    /// What the study asks for; `None` where it is about no network, or has no examples.
    pub fn of(study: &Study) -> Option<NetworkKey> {
        let recipe = study.network.as_ref()?.as_computed();
        Some(NetworkKey { recipe, dataset: study.data.as_ref()?.dataset.clone() })
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
        // What was asked for last is forgotten last.
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

/// The plane that the key asks for, if it was made before.
pub fn known_plane(key: &NetworkKey) -> Option<Arc<NetworkPlane>> {
    PLANES.known(key)
}

/// The plane that the key asks for. `going` is asked now and then how far the work is, and stops it by saying no.
///
/// # Errors
/// Returns a sentence if the network cannot be trained, there is no such plane, or the work was stopped.
pub fn plane_for(key: &NetworkKey, going: Going<'_>) -> Result<Arc<NetworkPlane>, String> {
    if let Some(known) = known_plane(key) {
        return Ok(known);
    }
    let of_training = NetworkKey { recipe: key.recipe.as_trained(), dataset: key.dataset.clone() };
    let trained = match TRAINED.known(&of_training) {
        Some(known) => known,
        None => {
            let trained = Arc::new(key.recipe.train(&key.dataset, going)?);
            TRAINED.keep(of_training, Arc::clone(&trained));
            trained
        }
    };
    let plane = Arc::new(key.recipe.plane_through(trained)?);
    PLANES.keep(key.clone(), Arc::clone(&plane));
    Ok(plane)
}

/// The plane of the study's network; `None` where it is about none.
///
/// # Errors
/// As [`plane_for`].
pub fn plane_of_study(study: &Study) -> Option<Result<Arc<NetworkPlane>, String>> {
    study.network.as_ref()?;
    let key = NetworkKey::of(study).ok_or_else(|| NO_EXAMPLES.to_owned());
    Some(key.and_then(|key| plane_for(&key, &mut |_| true)))
}

/// What is said of a network without examples.
pub const NO_EXAMPLES: &str = "a network needs examples: a table whose last column is the label";
