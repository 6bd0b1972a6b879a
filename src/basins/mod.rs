//! Where runs end: the critical point that a single run reaches, and maps of the critical point that each start of a
//! view reaches.
//!
//! A map of basins has a start for each pixel. It stores the number of steps, and the critical point in whose basin of
//! attraction the start lies, or that the run goes in a cycle, diverges, stops where no critical point is found, breaks
//! off or is not finished. It is computed coarse first: the nodes of a grid of an 8th of the resolution or less, then
//! those between them, and so on. [`Basins::refine`] computes some more starts, so that callers can show progress,
//! cancel, and limit the time. The answer depends neither on the slices nor on the number of threads.

mod approach;
mod attractors;
mod curves;
mod destinations;
mod ends;
mod run_end;
mod flow;
mod lanes;
mod nearby;
mod refinement_order;
mod runs;
#[cfg(test)]
mod tests;

pub use attractors::{Attractor, Origin};
pub(crate) use curves::curve_beside;
pub use destinations::{Arrival, Destinations};
pub use ends::{End, ends};

use crate::critical::CriticalPoints;
use crate::curvature::Kind;
use crate::landscape::{Loss, View, nodes};
use crate::number::Vector;
use crate::optimizer::{Dynamics, Prepared, Run, trace};
use attractors::{Attractors, EndsAt};
use destinations::outcome;
use rayon::prelude::*;
use refinement_order::RefinementOrder;
use run_end::{RunEnd, RunEndKind};
use runs::run_ends;
use std::ops::Range;

/// The outcome of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not computed yet.
    Pending,
    /// The run ends at the attractor with this index.
    At(u32),
    /// The run is in a cycle. Cycles are looked for from the 32nd step on; with a lower step limit the run counts as
    /// unfinished.
    Cycle,
    /// The run leaves every range.
    Diverged,
    /// The gradient is small at the end of the run, but no critical point is found there.
    FalseStop,
    /// The next step of the run does not exist, or L is undefined at its point.
    Broken,
    /// The run has used up its steps, or stays at a point that is not critical.
    Unfinished,
}

/// A start of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its outcome.
    pub outcome: Outcome,
    /// After how many steps.
    pub steps: u32,
}

/// A run that has reached a critical point that is not on the list.
struct NewEnd {
    /// The start's place in the order.
    place: usize,
    how: RunEndKind,
    w: Vector,
    kind: Kind,
}

/// A map of basins, as far as it is computed.
#[derive(Clone, Debug)]
pub struct Basins {
    loss: Loss,
    run: Run,
    is_random: bool,
    /// Whether runs go in lanes: see [`run_ends`].
    is_in_lanes: bool,
    /// The view.
    pub view: View,
    /// Starts along w1; the outermost lie on the view's border.
    pub columns: usize,
    /// Starts along w2.
    pub rows: usize,
    /// `rows × columns` starts, row by row from the least w2.
    pub cells: Vec<Cell>,
    attractors: Attractors,
    axes: [Vec<f64>; 2],
    /// In which order the starts are computed.
    order: RefinementOrder,
    /// How many of `order` are known.
    done: usize,
}

/// How many starts are computed together, with runs in lanes and otherwise: few enough that a call soon returns, and
/// enough for all cores.
const CHUNK: [usize; 2] = [131_072, 65_536];
/// The least and most starts in a batch of one core. The larger the batch, the less time goes into preparing blocks and
/// into the few long runs at its end.
const STRETCH: [usize; 2] = [1024, 32_768];

impl Basins {
    /// The largest side of a map.
    pub const MAX_SIDE: usize = 4096;

    /// A map that has not begun. `points` are the known critical points in the view or beyond.
    ///
    /// # Errors
    /// Returns an error, as a sentence, if [`Prepared::new`] does or if the size is 0.
    pub fn new(
        loss: &Loss,
        view: &View,
        [columns, rows]: [usize; 2],
        run: &Run,
        points: &CriticalPoints,
    ) -> Result<Basins, String> {
        let optimizer = run.check()?;
        if !(1..=Basins::MAX_SIDE).contains(&columns) || !(1..=Basins::MAX_SIDE).contains(&rows) {
            return Err(format!("a map of basins has 1 to {} starts a side", Basins::MAX_SIDE));
        }
        Ok(Basins {
            loss: loss.clone(),
            run: run.clone(),
            is_random: optimizer.is_random(),
            is_in_lanes: Prepared::new(loss, run)?.step_formula().is_some(),
            view: *view,
            columns,
            rows,
            cells: vec![Cell { outcome: Outcome::Pending, steps: 0 }; columns * rows],
            attractors: Attractors::new(points),
            axes: [nodes(view.w1, columns), nodes(view.w2, rows)],
            order: RefinementOrder::new(columns, rows),
            done: 0,
        })
    }

    /// Works on for at least `budget` starts; returns true when nothing is left to do.
    pub fn refine(&mut self, budget: usize) -> bool {
        self.refine_unless(budget, &|| false)
    }

    /// Like [`Basins::refine`]; `cancel` is called in each round of steps and stops the work if it returns true.
    pub fn refine_unless(&mut self, budget: usize, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        let goal = self.done.saturating_add(budget.max(1)).min(self.order.len());
        while self.done < goal && !cancel() {
            // No chunk spans two levels, so that the coarsest image is complete as early as possible.
            let end = self.order.end_of_level(self.done).min(self.done + self.chunk());
            if !self.compute(end, cancel) {
                break;
            }
        }
        self.done == self.order.len()
    }

    /// The number of starts that are computed at once: fewer if a run may have more steps, or if a step takes longer.
    fn chunk(&self) -> usize {
        let per_step = 1 + self.loss.examples() / 16;
        let most = CHUNK[usize::from(!self.is_in_lanes)];
        (most * 200 / self.run.steps.max(1).saturating_mul(per_step)).clamp(256, most)
    }

    /// Computes the starts up to `end` of the order, on all cores; returns false if the work was cancelled and
    /// discarded.
    fn compute(&mut self, end: usize, cancel: &(dyn Fn() -> bool + Sync)) -> bool {
        // The run was checked when the map was made.
        let Ok(prepared) = Prepared::new(&self.loss, &self.run) else { return false };
        self.attractors.measure(&self.loss, true);
        let stretch = |places: Range<usize>| {
            // Not collected from an iterator: numbers that are written one by one and then read in pairs stall the
            // processor.
            let mut starts = Vec::with_capacity(places.len());
            for [column, row] in self.order.starts(places.clone()) {
                starts.push(self.start_at(column, row));
            }
            let run_ends = run_ends(&self.loss, &prepared, &starts, self.is_random, cancel)?;
            let mut new = Vec::new();
            let cell = |(place, (start, run_end)): (usize, (&Vector, RunEnd))| {
                let outcome = match self.attractors.place(&self.loss, *start, &run_end) {
                    EndsAt::Known(attractor) if !self.stays_at(attractor, *start) => outcome(run_end.how, None),
                    EndsAt::Known(attractor) => outcome(run_end.how, Some(attractor)),
                    EndsAt::Nowhere => outcome(run_end.how, None),
                    EndsAt::New(w, kind) => {
                        new.push(NewEnd { place, how: run_end.how, w, kind });
                        Outcome::Pending
                    }
                };
                Cell { outcome, steps: run_end.steps }
            };
            let cells: Vec<Cell> = places.zip(starts.iter().zip(run_ends)).map(cell).collect();
            Some((cells, new))
        };
        // Two for each core, because they take different times.
        let count = 2 * rayon::current_num_threads();
        let length = (end - self.done).div_ceil(count).clamp(STRETCH[0], STRETCH[1]);
        let stretches: Vec<Range<usize>> =
            (self.done..end).step_by(length).map(|start| start..(start + length).min(end)).collect();
        let found: Option<Vec<_>> = stretches.par_iter().cloned().map(stretch).collect();
        let Some(found) = found else { return false };
        // One after the other, so that points that runs have found have the same numbers on every machine.
        for (places, (mut cells, new)) in stretches.into_iter().zip(found) {
            for NewEnd { place, how, w, kind } in new {
                let attractor = self.attractors.enter(&self.loss, w, kind);
                cells[place - places.start].outcome = outcome(how, Some(attractor));
            }
            for ([column, row], cell) in self.order.starts(places).zip(cells) {
                self.cells[row * self.columns + column] = cell;
            }
        }
        // Measured now and not at the next call, so that the known attractors do not depend on the slices.
        self.attractors.measure(&self.loss, true);
        self.done = end;
        true
    }

    /// Whether the run from a start that ended at an attractor stays there. Near a saddle or a maximum a run may only
    /// pass by, unless its rule converges to every stationary point, as Newton's method does. These few runs are
    /// followed alone.
    fn stays_at(&self, attractor: usize, start: Vector) -> bool {
        let Attractor { kind, is_proved, .. } = self.attractors.list()[attractor];
        let comes_to_all = matches!(self.run.dynamics(), Some(Dynamics::NewtonShare { .. }));
        if comes_to_all || !is_proved || !matches!(kind, Kind::Saddle | Kind::Maximum) {
            return true;
        }
        let end = trace(&self.loss, start, &self.run).map(|path| ends(&self.loss, &path, &CriticalPoints::default()));
        end.is_ok_and(|end| end.kind.is_some())
    }

    /// Whether runs are computed in lanes, which takes a fraction of the time.
    pub fn is_in_lanes(&self) -> bool {
        self.is_in_lanes
    }

    /// The share of the starts that is known, 0 to 1.
    pub fn progress(&self) -> f64 {
        self.done as f64 / self.order.len() as f64
    }

    /// The run whose basins these are.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// All attractors: first those known from the beginning, then those that runs have found.
    pub fn attractors(&self) -> &[Attractor] {
        self.attractors.list()
    }

    /// The starts of the coarsest image; nothing before it is complete.
    pub fn coarse_cells(&self) -> impl Iterator<Item = Cell> {
        let coarse = self.order.end_of_level(0);
        let known = if self.done < coarse { 0 } else { coarse };
        self.order.starts(0..known).map(|[column, row]| self.cells[row * self.columns + column])
    }

    /// The cell that is shown at the start nearest to a point of the view; `None` for a point outside.
    pub fn nearest(&self, w: Vector) -> Option<Cell> {
        let place = |w: f64, [low, high]: [f64; 2], count: usize| {
            let share = (w - low) / (high - low);
            (0.0..=1.0).contains(&share).then(|| (share * (count - 1) as f64).round() as usize)
        };
        let column = place(w.x, self.view.w1, self.columns)?;
        Some(self.shown(column, place(w.y, self.view.w2, self.rows)?))
    }

    /// The start at a column and row.
    pub fn start_at(&self, column: usize, row: usize) -> Vector {
        Vector::new(self.axes[0][column], self.axes[1][row])
    }

    /// The cell to be shown at a column and row: that of the start, or of the nearest known coarser start to the lower
    /// left; [`Outcome::Pending`] before the first level is there.
    pub fn shown(&self, column: usize, row: usize) -> Cell {
        let own = self.cells[row * self.columns + column];
        if own.outcome != Outcome::Pending {
            return own;
        }
        let coarser = self.order.strides().map(|stride| {
            let (column, row) = (column / stride * stride, row / stride * stride);
            self.cells[row * self.columns + column]
        });
        coarser.into_iter().find(|cell| cell.outcome != Outcome::Pending).unwrap_or(own)
    }

    /// How the starts that are known are shared out.
    pub fn shares(&self) -> Shares {
        let mut counts = Shares { ends: vec![0.0; self.attractors.list().len()], ..Shares::default() };
        let known = self.done.max(1) as f64;
        for cell in &self.cells {
            let share = match cell.outcome {
                Outcome::Pending => continue,
                Outcome::At(index) => &mut counts.ends[index as usize],
                Outcome::Cycle => &mut counts.cycles,
                Outcome::Diverged => &mut counts.diverged,
                Outcome::FalseStop => &mut counts.false_stops,
                Outcome::Broken => &mut counts.broken,
                Outcome::Unfinished => &mut counts.unfinished,
            };
            *share += 1.0;
        }
        let share = |count: f64| count / known;
        Shares {
            ends: counts.ends.iter().copied().map(share).collect(),
            cycles: share(counts.cycles),
            diverged: share(counts.diverged),
            false_stops: share(counts.false_stops),
            broken: share(counts.broken),
            unfinished: share(counts.unfinished),
        }
    }
}

/// Shares of the starts, 0 to 1; their sum is 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shares {
    /// The share of each attractor.
    pub ends: Vec<f64>,
    /// The share of runs in a cycle.
    pub cycles: f64,
    /// The share of runs that diverge.
    pub diverged: f64,
    /// The share of runs that stop where no critical point is found.
    pub false_stops: f64,
    /// The share of runs that break off.
    pub broken: f64,
    /// The share of runs that are not finished.
    pub unfinished: f64,
}

/// The whole map in one call.
///
/// # Errors
/// Returns an error as [`Basins::new`] does.
pub fn basins(
    loss: &Loss,
    view: &View,
    size: [usize; 2],
    run: &Run,
    points: &CriticalPoints,
) -> Result<Basins, String> {
    let mut basins = Basins::new(loss, view, size, run, points)?;
    while !basins.refine(usize::MAX) {}
    Ok(basins)
}
