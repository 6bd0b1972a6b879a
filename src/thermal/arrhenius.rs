//! The mean time out of a minimum over 1/T, by both formulas and by runs: straight lines of slope ΔL on a logarithmic
//! axis, where Kramers' law holds.

use super::escape::{SMALL, WIDE, core, ridge_width, strongest, times};
use super::measured::{Chain, Measured, measure_unless};
use super::occupation::masses;
use super::rates::{Exit, exits};
use super::region::region_with_graph;
use crate::landscape::{Loss, View};
use crate::number::Vector;
use crate::number::display::point;
use crate::saddles::SaddleGraph;
use std::sync::Arc;

/// The range of ΔL/T, from the hottest to the coldest.
const HOTTEST: f64 = 1.5;
const COLDEST: f64 = 8.0;
/// Temperatures of a line by formula, and of the ridge formula, which takes an integral over the basin.
const LINE: usize = 40;
const RIDGE: usize = 9;
/// The ΔL/T at which runs are made, their number, and their most steps.
const MEASURED: [f64; 5] = [2.0, 2.5, 3.0, 3.5, 4.0];
const RUNS: usize = 200;
const STEPS: usize = 100_000;

/// The time that was measured at a temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// T.
    pub temperature: f64,
    /// The measured times.
    pub measured: Measured,
}

/// The mean time from a minimum to any other one, over the temperature.
#[derive(Clone, Debug)]
pub struct Arrhenius {
    loss: Loss,
    view: View,
    graph: Arc<SaddleGraph>,
    start: usize,
    targets: Vec<usize>,
    /// Its exits, the lowest first. Their rates are those at a temperature equal to the barrier.
    pub exits: Vec<Exit>,
    /// (T, time) by Kramers' law.
    pub kramers: Vec<[f64; 2]>,
    /// (T, time) by the ridge formula, as far as it is computed.
    pub ridge: Vec<[f64; 2]>,
    ridges: usize,
    /// The measured times, as far as they are known.
    pub measured: Vec<Reading>,
    /// Above this temperature the ridge is too wide for both formulas.
    pub widest: Option<f64>,
    /// η of the runs.
    pub learning_rate: f64,
}

impl Arrhenius {
    /// The times out of the minimum of the graph nearest to `from`, with Kramers' law already computed.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if there is no minimum, no other minimum to escape to, or no exit.
    pub fn new(loss: &Loss, view: &View, graph: &Arc<SaddleGraph>, from: Vector) -> Result<Arrhenius, String> {
        let distances = graph.minima.iter().enumerate().map(|(index, (w, _))| (index, (w - from).norm()));
        let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index);
        let start = nearest.ok_or("there is no minimum to escape from")?;
        let place = graph.minima[start].0;
        let targets: Vec<usize> = (0..graph.minima.len()).filter(|other| *other != start).collect();
        let found = exits(loss, graph, place, 1.0);
        let lowest = found.first().map(|exit| exit.barrier).filter(|barrier| *barrier > 0.0);
        let barrier = lowest.ok_or_else(|| format!("no saddle leads out of the minimum {}", point(place)))?;
        let exits = exits(loss, graph, place, barrier);
        // The width of the ridge goes with √T.
        let width = exits.first().and_then(|exit| ridge_width(loss, graph, exit, 1.0));
        let kramers = temperatures(barrier, LINE).filter_map(|temperature| {
            let time = times(loss, graph, None, start, &targets, temperature).kramers?;
            Some([temperature, time])
        });
        Ok(Arrhenius {
            kramers: kramers.collect(),
            ridge: Vec::new(),
            ridges: 0,
            measured: Vec::new(),
            widest: width.map(|width| (WIDE / width) * (WIDE / width)),
            learning_rate: SMALL / strongest(loss, graph),
            loss: loss.clone(),
            view: *view,
            graph: Arc::clone(graph),
            start,
            targets,
            exits,
        })
    }

    /// The minimum to escape from.
    pub fn from(&self) -> Vector {
        self.graph.minima[self.start].0
    }

    /// The lowest barrier.
    pub fn barrier(&self) -> f64 {
        self.exits.first().map_or(f64::NAN, |exit| exit.barrier)
    }

    /// The mean time by Kramers' law at a temperature.
    pub fn kramers_at(&self, temperature: f64) -> Option<f64> {
        times(&self.loss, &self.graph, None, self.start, &self.targets, temperature).kramers
    }

    /// Adds the time by the ridge formula, or the measured time, at the next temperature; returns true when all are
    /// computed. If `cancel` returns true, unfinished work is discarded.
    pub fn refine_unless(&mut self, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let barrier = self.barrier();
        if let Some(temperature) = temperatures(barrier, RIDGE).nth(self.ridges) {
            let time = self.ridge_at(temperature);
            if !cancel() {
                self.ridges += 1;
                self.ridge.extend(time.map(|time| [temperature, time]));
            }
            return false;
        }
        let Some(ratio) = MEASURED.get(self.measured.len()) else { return true };
        let temperature = barrier / ratio;
        let chain = Chain { learning_rate: self.learning_rate, temperature, steps: STEPS, runs: RUNS, seed: 0 };
        let target = |index: &usize| {
            let w = self.graph.minima[*index].0;
            (w, core(&self.graph, w))
        };
        let targets: Vec<(Vector, f64)> = self.targets.iter().map(target).collect();
        let measured = measure_unless(&self.loss, self.from(), &targets, &chain, cancel);
        if !cancel() {
            self.measured.push(Reading { temperature, measured });
        }
        self.measured.len() == MEASURED.len()
    }

    /// The share that is done.
    pub fn progress(&self) -> f64 {
        (self.ridges + self.measured.len()) as f64 / (RIDGE + MEASURED.len()) as f64
    }

    /// The mean time by the ridge formula, if e^(−L/T) has a finite integral.
    fn ridge_at(&self, temperature: f64) -> Option<f64> {
        let (found, graph) = region_with_graph(&self.loss, &self.view, temperature, false);
        if found.normalisable != Some(true) {
            return None;
        }
        let near = 1e-6 * self.view.width().max(self.view.height());
        let start = graph.minima.iter().position(|(w, _)| (w - self.from()).norm() <= near)?;
        let targets: Vec<usize> = (0..graph.minima.len()).filter(|other| *other != start).collect();
        let masses = masses(&self.loss, &graph, &found.view, temperature)?;
        times(&self.loss, &graph, Some(&masses), start, &targets, temperature).ridge
    }
}

/// `count` temperatures for a barrier, evenly spaced in 1/T.
fn temperatures(barrier: f64, count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |k| barrier / (HOTTEST + (COLDEST - HOTTEST) * k as f64 / (count - 1) as f64))
}
