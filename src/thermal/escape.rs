//! The escape from a minimum: its exits, and the mean time to another minimum by both formulas.

use super::occupation::{Masses, masses};
use super::rates::{Exit, exits, hitting_time};
use super::region::region_with_graph;
use super::ridge;
use crate::landscape::{Loss, View};
use crate::number::{Vector, eigenpairs};
use crate::saddles::SaddleGraph;

/// The exits of a minimum, and the mean times by the formulas.
#[derive(Clone, Debug, PartialEq)]
pub struct Escape {
    /// The minimum.
    pub from: Vector,
    /// Its exits, the lowest first.
    pub exits: Vec<Exit>,
    /// The mean time to a target by Kramers' law.
    pub kramers: Option<f64>,
    /// The mean time by the ridge formula, an approximation.
    pub ridge: Option<f64>,
    /// √(T/λ₊) over the distance from the lowest exit to the nearer minimum: above three quarters both formulas fail.
    pub ridge_width: Option<f64>,
    /// The minima where a run has arrived.
    pub targets: Vec<Vector>,
    /// For each target the radius of the disc that counts as its core.
    pub radii: Vec<f64>,
    /// A learning rate that is small for all minima: 0.05/λmax.
    pub learning_rate: f64,
    /// Remarks, a sentence each.
    pub notes: Vec<String>,
}

/// The core of a minimum reaches this share of the way to the nearest saddle or other minimum.
const CORE: f64 = 0.3;
/// A product ηλmax of the steps of a measurement.
pub(super) const SMALL: f64 = 0.05;
/// Above this ridge width both formulas fail.
pub const WIDE: f64 = 0.75;

/// The escape from the minimum nearest to `from` to any of the minima nearest to `to`, or to any other minimum if `to`
/// is empty. The examined region is the view and everything that e^(−L/T) reaches, or the view alone if `limited` is
/// set.
///
/// # Errors
/// Returns an error, as a sentence, if no minimum is near `from` or a target.
pub fn escape(
    loss: &Loss,
    view: &View,
    from: Vector,
    to: &[Vector],
    temperature: f64,
    limited: bool,
) -> Result<Escape, String> {
    let (found, graph) = region_with_graph(loss, view, temperature, limited);
    let place = |w: Vector| minimum_near(&graph, view, w);
    let start = place(from)?;
    let mut targets: Vec<usize> = to.iter().map(|w| place(*w)).collect::<Result<_, _>>()?;
    if targets.is_empty() {
        targets = (0..graph.minima.len()).filter(|other| *other != start).collect();
    }
    if targets.contains(&start) {
        return Err("the minimum to escape from is also a target".to_owned());
    }
    let masses = if found.normalisable == Some(true) { masses(loss, &graph, &found.view, temperature) } else { None };
    let times = times(loss, &graph, masses.as_ref(), start, &targets, temperature);
    let place = |index: usize| graph.minima[index].0;
    let exits = exits(loss, &graph, place(start), temperature);
    let ridge_width = exits.first().and_then(|exit| ridge_width(loss, &graph, exit, temperature));
    let radii = targets.iter().map(|target| core(&graph, place(*target))).collect();
    Ok(Escape {
        from: place(start),
        notes: notes(&graph, &exits, ridge_width, found.normalisable),
        kramers: times.kramers,
        ridge: times.ridge,
        ridge_width,
        radii,
        learning_rate: SMALL / strongest(loss, &graph),
        targets: targets.iter().map(|target| place(*target)).collect(),
        exits,
    })
}

/// Mean times to a target by both formulas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Times {
    pub kramers: Option<f64>,
    pub ridge: Option<f64>,
}

/// The mean times from a minimum of the graph to the targets, given by their indices; without masses there is no time
/// by the ridge formula.
pub(super) fn times(
    loss: &Loss,
    graph: &SaddleGraph,
    masses: Option<&Masses>,
    start: usize,
    targets: &[usize],
    temperature: f64,
) -> Times {
    let mut network = Network::default();
    for (a, (w, value)) in graph.minima.iter().enumerate() {
        let mass = masses
            .map(|masses| masses.basins[a] * libm::exp((value - masses.lowest) / temperature))
            .filter(|mass| mass.is_finite() && *mass > 0.0);
        for exit in exits(loss, graph, *w, temperature) {
            let ridge =
                mass.and_then(|mass| ridge::rate(loss, &graph.saddles[exit.index], mass, exit.barrier, temperature));
            network.add(graph, a, &exit, ridge);
        }
    }
    let states = graph.minima.len() + 1;
    // A run that goes to infinity counts as having escaped.
    let absorbing: Vec<usize> = targets.iter().copied().chain([graph.minima.len()]).collect();
    let time = |rates: &Option<Vec<(usize, usize, f64)>>| hitting_time(states, rates.as_ref()?, start, &absorbing);
    Times { kramers: time(&network.kramers), ridge: time(&network.ridge) }
}

/// The relative width of the ridge at an exit: see [`ridge::width`].
pub(super) fn ridge_width(loss: &Loss, graph: &SaddleGraph, exit: &Exit, temperature: f64) -> Option<f64> {
    let saddle = &graph.saddles[exit.index];
    ridge::width(saddle, eigenpairs(&loss.jet(saddle.w).hessian)?.values[1], temperature)
}

/// The jumps between minima with their rates by both formulas; `None` for a formula if one jump has no rate.
struct Network {
    kramers: Option<Vec<(usize, usize, f64)>>,
    ridge: Option<Vec<(usize, usize, f64)>>,
}

impl Default for Network {
    fn default() -> Network {
        Network { kramers: Some(Vec::new()), ridge: Some(Vec::new()) }
    }
}

impl Network {
    fn add(&mut self, graph: &SaddleGraph, from: usize, exit: &Exit, ridge: Option<f64>) {
        let known = |w: Vector| graph.minima.iter().position(|minimum| minimum.0 == w);
        let to = exit.to.and_then(known).unwrap_or(graph.minima.len());
        for (rates, rate) in [(&mut self.kramers, exit.rate), (&mut self.ridge, ridge)] {
            match (rates.as_mut(), rate) {
                (Some(list), Some(rate)) => list.push((from, to, rate)),
                _ => *rates = None,
            }
        }
    }
}

/// The minimum that is nearest, within a twentieth of the view's larger side.
fn minimum_near(graph: &SaddleGraph, view: &View, w: Vector) -> Result<usize, String> {
    let within = 0.05 * view.width().max(view.height());
    let distances = graph.minima.iter().enumerate().map(|(index, minimum)| (index, (minimum.0 - w).norm()));
    let nearest = distances.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, distance)| *distance <= within);
    let at = crate::number::display::point(w);
    nearest.map(|(index, _)| index).ok_or(format!("no minimum is known near {at}"))
}

/// The radius of a minimum's core.
pub(super) fn core(graph: &SaddleGraph, w: Vector) -> f64 {
    let others = graph.minima.iter().map(|minimum| minimum.0).chain(graph.saddles.iter().map(|saddle| saddle.w));
    CORE * others.filter(|other| *other != w).map(|other| (other - w).norm()).fold(f64::INFINITY, f64::min)
}

/// The largest eigenvalue at a minimum.
pub(super) fn strongest(loss: &Loss, graph: &SaddleGraph) -> f64 {
    let values = graph.minima.iter().filter_map(|(w, _)| eigenpairs(&loss.jet(*w).hessian));
    values.map(|eigen| eigen.values[1]).fold(f64::MIN_POSITIVE, f64::max)
}

fn notes(graph: &SaddleGraph, exits: &[Exit], width: Option<f64>, normalisable: Option<bool>) -> Vec<String> {
    let mut notes = graph.notes.clone();
    if exits.is_empty() {
        notes.push("no saddle is known to lead out of this minimum, so that neither formula gives a time".to_owned());
        return notes;
    }
    notes.push(
        "Kramers' law holds as T → 0: at temperatures that can be simulated its times are usually 5 to 33 % too \
        short; the ridge \
         formula is an approximation"
            .to_owned(),
    );
    if width.is_some_and(|width| width > WIDE) {
        notes.push(
            "the ridge is too wide for both formulas at this temperature: they give times that are several times too \
             short"
                .to_owned(),
        );
    }
    if normalisable != Some(true) {
        notes.push("e^(−L/T) has no known finite integral, so the ridge formula gives no time".to_owned());
    }
    if exits.iter().any(|exit| exit.to.is_none()) {
        notes.push(
            "an exit leads to infinity or to an uncertain end; the formulas count it as an escape, and measured runs that take it count as lost".to_owned(),
        );
    }
    notes
}
