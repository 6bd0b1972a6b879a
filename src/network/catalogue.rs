//! The networks that come with the program: data, in `assets/networks.toml`.

use super::table::network_over;
use super::{Activation, Initial, NetworkLoss, NetworkRecipe, OutputLoss, PlaneRecipe, TrainingRecipe};
use crate::dataset;
use crate::landscape::catalogue::Entry;
use crate::landscape::{ReadyMoment, View};
use crate::optimizer::Schedule;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A network with its training.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkEntry {
    /// The name on the command line.
    pub name: String,
    /// The name for people.
    pub title: String,
    /// The name of the set of examples.
    pub data: String,
    /// Units of the hidden layers.
    pub hidden: Vec<usize>,
    /// The name of the activation.
    pub activation: String,
    /// The name of the loss.
    pub loss: String,
    /// The factor of ½‖w‖².
    #[serde(default)]
    pub weight_decay: f64,
    /// The learning rate of its training.
    pub learning_rate: f64,
    /// The steps of its training.
    pub steps: usize,
    /// The plane that it is shown on.
    pub plane: PlaneRecipe,
    /// The view on it.
    pub view: View,
    /// The start of runs in it.
    pub start: [f64; 2],
    /// One sentence about what it teaches.
    pub teaches: String,
    /// Its source.
    pub source: String,
    /// Topics of which it is a good example, for the search.
    #[serde(default)]
    pub topics: Vec<String>,
    /// What one click shows.
    #[serde(default)]
    pub moments: Vec<ReadyMoment>,
}

/// The networks as entries of the catalogue of landscapes, each on its plane.
pub fn entries() -> &'static [Entry] {
    static ALL: LazyLock<Vec<Entry>> = LazyLock::new(|| networks().iter().map(NetworkEntry::landscape).collect());
    &ALL
}

/// The network with this name.
pub fn network(name: &str) -> Option<&'static NetworkEntry> {
    networks().iter().find(|entry| entry.name == name)
}

/// All of them.
pub fn networks() -> &'static [NetworkEntry] {
    #[derive(Deserialize)]
    struct File {
        network: Vec<NetworkEntry>,
    }
    static ALL: LazyLock<Vec<NetworkEntry>> = LazyLock::new(|| {
        // The file is part of the program, and tests read it, so no user can see this panic.
        let file: File =
            toml::from_str(include_str!("../../assets/networks.toml")).expect("assets/networks.toml has networks");
        file.network
    });
    &ALL
}

impl NetworkEntry {
    fn landscape(&self) -> Entry {
        Entry {
            name: self.name.clone(),
            title: self.title.clone(),
            group: Some("Networks".to_owned()),
            formula: String::new(),
            network: Some(self.name.clone()),
            parameters: BTreeMap::new(),
            data: Some(self.data.clone()),
            view: self.view,
            start: self.start,
            learning_rate: self.learning_rate,
            teaches: self.teaches.clone(),
            source: self.source.clone(),
            points: Vec::new(),
            ranges: BTreeMap::new(),
            topics: self.topics.iter().cloned().chain(["network".to_owned()]).collect(),
            moments: self.moments.clone(),
        }
    }

    /// The recipe of the network, with its training and its plane.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the entry is wrong, which those of the catalogue are not.
    pub fn recipe(&self) -> Result<NetworkRecipe, String> {
        let NetworkLoss { architecture, weight_decay, .. } = self.network()?;
        Ok(NetworkRecipe {
            hidden: self.hidden.clone(),
            activation: architecture.activation(),
            loss: architecture.loss(),
            weight_decay,
            initial: Initial::default(),
            seed: 0,
            weights: None,
            keep_runs_in_plane: false,
            training: TrainingRecipe {
                optimizer: "gradient-descent".to_owned(),
                learning_rate: Some(self.learning_rate),
                batch_size: None,
                steps: self.steps,
                schedule: Schedule::default(),
                settings: BTreeMap::new(),
            },
            plane: self.plane.clone(),
            held_out: None,
        })
    }

    /// The loss of the network, over the examples of its set.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if the entry is wrong, which those of the catalogue are not.
    pub fn network(&self) -> Result<NetworkLoss, String> {
        let found = dataset::find(&self.data).ok_or_else(|| format!("there is no dataset '{}'", self.data))?;
        let activation = Activation::named(&self.activation)
            .ok_or_else(|| format!("there is no activation '{}'", self.activation))?;
        let loss = OutputLoss::named(&self.loss).ok_or_else(|| format!("there is no loss '{}'", self.loss))?;
        let network = network_over(&found.dataset, &self.hidden, activation, loss)?;
        Ok(NetworkLoss { weight_decay: self.weight_decay, ..network })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::initial_weights;

    #[test]
    fn every_network_can_be_evaluated() {
        assert!(networks().len() >= 8);
        for entry in networks() {
            let loss = entry.network().unwrap_or_else(|error| panic!("{}: {error}", entry.name));
            let weights = initial_weights(&loss.architecture, Initial::FanIn, 0);
            let mut gradient = vec![0.0; weights.len()];
            assert!(loss.evaluation().gradient(&weights, &mut gradient).is_finite(), "{}", entry.name);
            assert!(gradient.iter().any(|g| *g != 0.0), "{}", entry.name);
        }
    }
}
