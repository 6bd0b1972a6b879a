//! The share of e^(−L/T)/Z in each basin of gradient flow.
//!
//! The plane is sampled on lines of constant w2. Their distance is half of the narrowest minimum's width √(T/λmax). The
//! stable curves of the saddles, which bound the basins, divide each line into parts. Each part is integrated by
//! Gauss–Legendre quadrature, and belongs to the minimum to which gradient flow leads from the point of its greatest
//! density. The lines are summed with equal weights, which for a smooth density that decays to 0 is exact up to
//! e^(−2π²σ²/h²) (L. N. Trefethen and J. A. C. Weideman, 2014).

use super::paths::pieces;
use super::region::{Region, region_with_graph};
use crate::landscape::{Loss, Sampler, View};
use crate::number::{Vector, eigenpairs};
use crate::pause::pause;
use crate::saddles::{End, SaddleGraph};

/// The share of one minimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The minimum.
    pub w: Vector,
    /// The share of its basin; `None` if e^(−L/T) has no finite integral.
    pub share: Option<f64>,
    /// The share with L quadratic at each minimum: ∝ e^(−L/T)/√det H.
    pub harmonic: Option<f64>,
    /// −½ ln det H: how wide the minimum is.
    pub entropy: Option<f64>,
}

/// The occupation of all minima.
#[derive(Clone, Debug, PartialEq)]
pub struct Occupation {
    /// Whether e^(−L/T) has a finite integral, by samples; `None` if they do not decide.
    pub normalisable: Option<bool>,
    /// The minima, ascending by value.
    pub minima: Vec<Share>,
    /// The share from which gradient flow leads to no minimum: out of the view, or to an uncertain end.
    pub elsewhere: Option<f64>,
    /// ln ∫e^(−L/T).
    pub log_z: Option<f64>,
    /// The largest change of a share if every other line is left out: in practice an upper bound of the error.
    pub error: Option<f64>,
    /// The region of integration.
    pub region: View,
    /// Remarks, a sentence each.
    pub notes: Vec<String>,
}

/// Masses of the basins, relative to the density at the lowest minimum.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Masses {
    /// ∫e^(−(L − lowest)/T) over the basin of each minimum of the graph.
    pub basins: Vec<f64>,
    /// The integral over points that lead to no minimum.
    pub elsewhere: f64,
    /// The value at the lowest minimum.
    pub lowest: f64,
    /// The largest change of a share if every other line is left out.
    pub error: f64,
}

/// The most lines, and the most points of a line.
const MOST_LINES: usize = 4_000;
/// The number of lines in a width √(T/λ) of the narrowest minimum.
const LINES_PER_WIDTH: f64 = 2.0;
/// Widths to a panel of the rule.
const WIDTHS_PER_PANEL: f64 = 2.5;
/// Parts of each piece of a stable curve.
const PARTS: usize = 8;
/// Nodes and weights of the Gauss–Legendre rule with eight points on [−1, 1]: the positive half.
const RULE: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_27),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// The occupation of the minima of the plane, or of the view alone if `limited` is set.
pub fn occupation(loss: &Loss, view: &View, temperature: f64, limited: bool) -> Occupation {
    let (Region { view: region, normalisable }, graph) = region_with_graph(loss, view, temperature, limited);
    let masses = (normalisable == Some(true)).then(|| masses(loss, &graph, &region, temperature)).flatten();
    answer(loss, &graph, region, temperature, normalisable, masses, limited)
}

fn answer(
    loss: &Loss,
    graph: &SaddleGraph,
    region: View,
    temperature: f64,
    normalisable: Option<bool>,
    masses: Option<Masses>,
    limited: bool,
) -> Occupation {
    let mut notes = graph.notes.clone();
    if limited {
        notes.push("shares are of the view only".to_owned());
    } else {
        notes.push(match normalisable {
            Some(true) => "that e^(−L/T) has a finite integral is found by samples, not proved".to_owned(),
            Some(false) => {
                "e^(−L/T) cannot be normalised: its integral over the plane is infinite, so that no share is defined"
                    .to_owned()
            }
            None => "samples do not decide whether e^(−L/T) can be normalised".to_owned(),
        });
    }
    if normalisable == Some(true) && masses.is_none() && graph.minima.is_empty() {
        notes.push("no isolated minimum is known, so there are no basins to count".to_owned());
    } else if normalisable == Some(true) && masses.is_none() {
        notes.push(
            "the quadrature would need too many points: the minima are narrow or the region is wide at this temperature; \
             harmonic shares are exact as T → 0"
                .to_owned(),
        );
    }
    let total = masses.as_ref().map(|masses| masses.basins.iter().sum::<f64>() + masses.elsewhere);
    let harmonic = harmonic_shares(loss, graph, temperature);
    let minima = graph.minima.iter().enumerate().map(|(index, (w, _))| Share {
        w: *w,
        share: masses.as_ref().zip(total).map(|(masses, total)| masses.basins[index] / total),
        harmonic: harmonic.as_ref().filter(|_| normalisable == Some(true)).map(|shares| shares[index]),
        entropy: log_determinant(loss, *w).map(|logarithm| -0.5 * logarithm),
    });
    Occupation {
        normalisable,
        minima: minima.collect(),
        elsewhere: masses.as_ref().zip(total).map(|(masses, total)| masses.elsewhere / total),
        log_z: masses.as_ref().zip(total).map(|(masses, total)| libm::log(total) - masses.lowest / temperature),
        error: masses.as_ref().map(|masses| masses.error),
        region,
        notes,
    }
}

/// ln det H where H is positive definite.
pub(super) fn log_determinant(loss: &Loss, w: Vector) -> Option<f64> {
    let [low, high] = eigenpairs(&loss.jet(w).hessian)?.values;
    (low > 0.0).then(|| libm::log(low) + libm::log(high))
}

/// The shares of the graph's minima with L quadratic at each: ∝ e^(−L/T)/√det H. `None` if one is degenerate.
pub fn harmonic_shares(loss: &Loss, graph: &SaddleGraph, temperature: f64) -> Option<Vec<f64>> {
    let lowest = graph.minima.first()?.1;
    let weight = |&(w, value): &(Vector, f64)| {
        Some(libm::exp(-(value - lowest) / temperature - 0.5 * log_determinant(loss, w)?))
    };
    let weights: Vec<f64> = graph.minima.iter().map(weight).collect::<Option<_>>()?;
    let total: f64 = weights.iter().sum();
    Some(weights.into_iter().map(|weight| weight / total).collect())
}

/// The masses of the basins in a region; `None` if there is no minimum, or if the minima are too narrow for a region of
/// this size.
pub(super) fn masses(loss: &Loss, graph: &SaddleGraph, region: &View, temperature: f64) -> Option<Masses> {
    let lowest = graph.minima.first()?.1;
    let width = narrowest(loss, graph, lowest, temperature)?.min(region.width().min(region.height()) / 100.0);
    let lines = (LINES_PER_WIDTH * region.height() / width).ceil() as usize;
    // An even number, so that every other line is a quadrature rule, too.
    let lines = lines + lines % 2;
    if lines > MOST_LINES || region.width() / width > MOST_LINES as f64 {
        return None;
    }
    let mut sum = Summation {
        loss,
        graph,
        region,
        sampler: loss.sampler(0..1),
        temperature,
        lowest,
        panel: WIDTHS_PER_PANEL * width,
        owners: Vec::new(),
        of_curves: Vec::new(),
        all: vec![0.0; graph.minima.len() + 1],
        half: vec![0.0; graph.minima.len() + 1],
    };
    let spacing = region.height() / lines as f64;
    let crossings = crossings(loss, graph, region, lines);
    for (line, crossings) in crossings.into_iter().enumerate() {
        sum.add(region.w2[0] + (line as f64 + 0.5) * spacing, crossings, line % 2 == 0);
    }
    let total: f64 = sum.all.iter().sum();
    let change = sum.all.iter().zip(&sum.half).map(|(all, half)| (all - 2.0 * half).abs() / total).fold(0.0, f64::max);
    let elsewhere = sum.all.pop()? * spacing;
    let basins = sum.all.iter().map(|mass| mass * spacing).collect();
    Some(Masses { basins, elsewhere, lowest, error: change })
}

/// √(T/λmax) of the narrowest minimum with a significant density.
fn narrowest(loss: &Loss, graph: &SaddleGraph, lowest: f64, temperature: f64) -> Option<f64> {
    let counts = |value: f64| libm::exp(-(value - lowest) / temperature) > 1e-12;
    let minima = graph.minima.iter().filter(|(_, value)| counts(*value));
    let strongest = minima.filter_map(|(w, _)| Some(eigenpairs(&loss.jet(*w).hessian)?.values[1])).fold(0.0, f64::max);
    Some((temperature / strongest).sqrt()).filter(|width| *width > 0.0)
}

/// The crossings of each line with the stable curves: w1 and the number of the curve, ascending.
fn crossings(loss: &Loss, graph: &SaddleGraph, region: &View, lines: usize) -> Vec<Vec<(f64, usize)>> {
    let mut evaluator = loss.evaluator();
    let spacing = region.height() / lines as f64;
    let mut found = vec![Vec::new(); lines];
    let curves = graph.saddles.iter().flat_map(|saddle| &saddle.stable).enumerate();
    for (number, curve) in curves {
        for piece in pieces(&mut evaluator, &curve.polyline) {
            for part in 0..PARTS {
                let [a, b] = [part, part + 1].map(|k| piece.at(k as f64 / PARTS as f64));
                let place = |w: Vector| (w.y - region.w2[0]) / spacing - 0.5;
                let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
                // Each line from the lower end on, up to but not at the upper end.
                let first = place(low).ceil().max(0.0);
                let mut line = first;
                while line < place(high) && line < lines as f64 {
                    let y = region.w2[0] + (line + 0.5) * spacing;
                    let x = low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y));
                    if region.w1[0] < x && x < region.w1[1] {
                        found[line as usize].push((x, number));
                    }
                    line += 1.0;
                }
            }
        }
    }
    for line in &mut found {
        line.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    found
}

/// The sum over the lines.
struct Summation<'a> {
    loss: &'a Loss,
    graph: &'a SaddleGraph,
    region: &'a View,
    sampler: Sampler<'a>,
    temperature: f64,
    lowest: f64,
    panel: f64,
    /// The minimum to which each part of the last line belongs; the number of minima stands for none.
    owners: Vec<usize>,
    /// The curves that the last line crossed, in order.
    of_curves: Vec<usize>,
    all: Vec<f64>,
    half: Vec<f64>,
}

impl Summation<'_> {
    fn add(&mut self, y: f64, crossings: Vec<(f64, usize)>, is_even: bool) {
        let curves: Vec<usize> = crossings.iter().map(|(_, curve)| *curve).collect();
        let mut bounds = vec![self.region.w1[0]];
        bounds.extend(crossings.iter().map(|(x, _)| *x));
        bounds.push(self.region.w1[1]);
        // Parts between the same curves as on the last line belong to the same minima.
        let is_known = curves == self.of_curves && !self.owners.is_empty();
        let mut owners = Vec::with_capacity(bounds.len() - 1);
        for (part, bounds) in bounds.windows(2).enumerate() {
            let (mass, densest) = self.integrate(y, bounds[0], bounds[1]);
            let owner = if is_known { self.owners[part] } else { self.owner(Vector::new(densest, y)) };
            owners.push(owner);
            self.all[owner] += mass;
            if is_even {
                self.half[owner] += mass;
            }
        }
        (self.owners, self.of_curves) = (owners, curves);
    }

    /// ∫e^(−(L − lowest)/T) dw1 over a part of a line, and the point where the integrand is greatest.
    fn integrate(&mut self, y: f64, from: f64, to: f64) -> (f64, f64) {
        pause();
        let panels = ((to - from) / self.panel).ceil().max(1.0) as usize;
        let half = 0.5 * (to - from) / panels as f64;
        let mut places = Vec::with_capacity(8 * panels);
        for panel in 0..panels {
            let middle = from + half * (2 * panel + 1) as f64;
            places.extend(RULE.iter().flat_map(|(node, _)| [middle - half * node, middle + half * node]));
        }
        let mut planes = [Vec::new()];
        self.sampler.fill(&places, &vec![y; places.len()], &mut planes);
        let (mut sum, mut densest, mut greatest) = (0.0, 0.5 * (from + to), 0.0);
        for (k, (place, value)) in places.iter().zip(&planes[0]).enumerate() {
            let density = libm::exp(-(value - self.lowest) / self.temperature);
            // Where L is undefined there is no mass.
            if density.is_nan() {
                continue;
            }
            sum += RULE[k / 2 % RULE.len()].1 * density;
            if density > greatest {
                (densest, greatest) = (*place, density);
            }
        }
        (half * sum, densest)
    }

    fn owner(&self, w: Vector) -> usize {
        let none = self.graph.minima.len();
        match self.graph.descent(self.loss, w) {
            End::Point(end) => self.graph.minima.iter().position(|minimum| minimum.0 == end).unwrap_or(none),
            _ => none,
        }
    }
}
