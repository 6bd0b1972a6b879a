//! Every claim of an answer against the truth. A claim that is not made is no fault.

use super::answer::{Answer, Cluster, Curve, Point};
use super::exact::{Range, Rational, eigenvalues};
use super::truth::{Case, TruePoint};
use losscape::critical::Extremum;
use losscape::curvature::Kind;

/// A false claim: its sort, and what was said of what.
pub struct Fault {
    pub sort: &'static str,
    pub what: String,
}

/// What was decided, for the statistics.
#[derive(Default, Clone)]
pub struct Decided {
    pub everything: bool,
    /// Degenerate points that are listed, and those of them with an index or a nature.
    pub degenerate: usize,
    pub described: usize,
}

struct Checker<'a> {
    case: &'a Case,
    answer: &'a Answer,
    faults: Vec<Fault>,
}

pub fn check(case: &Case, answer: &Answer) -> (Vec<Fault>, Decided) {
    let mut checker = Checker { case, answer, faults: Vec::new() };
    checker.coherence();
    let matched = checker.points();
    checker.nothing_is_missing(&matched);
    checker.curves();
    for cluster in &answer.clusters {
        checker.cluster(cluster);
    }
    checker.audit();
    let degenerate = answer.points.iter().filter(|point| point.kind == Kind::Degenerate);
    let decided = Decided {
        everything: answer.accounted,
        degenerate: degenerate.clone().count(),
        described: degenerate.filter(|point| point.index.is_some() || point.contains.is_some()).count(),
    };
    (checker.faults, decided)
}

impl Checker<'_> {
    fn fault(&mut self, sort: &'static str, what: String) {
        self.faults.push(Fault { sort, what });
    }

    fn coherence(&mut self) {
        let answer = self.answer;
        if answer.complete && !answer.accounted {
            self.fault("claims contradict", "complete, but not accounted".to_owned());
        }
        if answer.accounted && !answer.unresolved.is_empty() {
            self.fault("claims contradict", "accounted, but regions are unresolved".to_owned());
        }
        if answer.complete && !answer.curves.is_empty() {
            self.fault("claims contradict", "complete, but there are curves".to_owned());
        }
        if answer.accounted && answer.points.iter().any(|point| !point.certified) {
            self.fault("claims contradict", "accounted, but a point is a candidate".to_owned());
        }
    }

    /// Checks each listed point; the true points that each is taken for.
    fn points(&mut self) -> Vec<Vec<usize>> {
        let mut matched = Vec::new();
        let mut taken: Vec<usize> = Vec::new();
        for point in &self.answer.points {
            let mut candidates = self.meant_by(point);
            self.point(point, &candidates);
            if candidates.is_empty() && point.certified {
                // It is no second fault that the point which it should have been is missing.
                candidates.extend(
                    self.nearest(point).filter(|(_, away)| *away < 1e-2 * self.case.size()).map(|(index, _)| index),
                );
            }
            if let ([one], true) = (candidates.as_slice(), point.certified) {
                if taken.contains(one) {
                    self.fault("the same point twice", shown(point));
                }
                taken.push(*one);
            }
            matched.push(candidates);
        }
        matched
    }

    /// The true points that a listed one may stand for.
    fn meant_by(&self, point: &Point) -> Vec<usize> {
        let truth = &self.case.truth.points;
        let holds = |known: &TruePoint| match (&point.enclosure, point.certified) {
            (Some(enclosure), _) => (0..2).all(|i| may_hold(enclosure[i], &known.w[i])),
            (None, certified) => (0..2).all(|i| {
                let size = point.w[i].abs().max(self.case.size() * 1e-3);
                let tolerance = if certified { 16.0 * f64::EPSILON * size } else { 1e-6 * size.max(self.case.size()) };
                distance(point.w[i], &known.w[i]) <= tolerance
            }),
        };
        (0..truth.len()).filter(|&index| holds(&truth[index])).collect()
    }

    fn point(&mut self, point: &Point, candidates: &[usize]) {
        let case = self.case;
        self.enclosure(point);
        if !point.w.iter().all(|w| w.is_finite()) {
            return self.fault("a point that is not finite", shown(point));
        }
        if candidates.is_empty() {
            let on_curve = case.truth.curves.iter().any(|curve| (curve.distance)(point.w) <= 1e-6 * case.size());
            match (point.certified, on_curve) {
                (true, true) => self.fault("certified as isolated, but on a curve", shown(point)),
                (true, false) if !case.truth.more_points => {
                    let near = self.nearest(point).is_some_and(|(_, away)| away < 1e-2 * case.size());
                    let sort = match near {
                        true => "certified point in the wrong place",
                        false => "certified point that does not exist",
                    };
                    self.fault(sort, format!("{}{}", shown(point), self.nearest_in_words(point)));
                }
                (false, false) if !case.truth.more_points && !self.marks_a_cluster(point) => {
                    let what = format!("{}{}", shown(point), self.nearest_in_words(point));
                    self.fault("candidate where no point is", what);
                }
                _ => {}
            }
            return;
        }
        if point.certified && candidates.len() > 1 {
            self.fault("certified as the only point of an enclosure with several", shown(point));
        }
        // A statement about a point must be true of one point, whichever it is.
        let known: Vec<&TruePoint> = candidates.iter().map(|&index| &case.truth.points[index]).collect();
        // A candidate is placed by search, and may be outside by what it is off.
        let place = [0, 1].map(|i| known[0].w[i].middle().to_f64());
        let near = !point.certified && covers(&case.view, place, 1e-6 * case.size());
        if !near && known.iter().all(|known| case.in_view(&known.w) == Some(false)) {
            let sort = if point.certified { "certified point outside the view" } else { "candidate outside the view" };
            self.fault(sort, format!("{}, truly {}", shown(point), shown_place(known[0])));
        }
        let right_kind = |known: &TruePoint| {
            known.kind == point.kind || (!point.certified && candidates.len() > 1 && point.kind == Kind::Degenerate)
        };
        let best = known.iter().find(|known| right_kind(known) && contradiction(point, known).is_none());
        match best {
            Some(best) => self.numbers(point, best),
            None => {
                let reason = match known.iter().find(|known| right_kind(known)) {
                    Some(known) => contradiction(point, known),
                    None => None,
                };
                let sort = match (reason, point.certified) {
                    (Some(sort), _) => sort,
                    (None, true) => "wrong kind of a certified point",
                    (None, false) => "wrong kind of a candidate",
                };
                let truth = known.iter().map(|known| shown_truth(known)).collect::<Vec<_>>().join(" or ");
                self.fault(sort, format!("{}, truly {truth}", shown(point)));
            }
        }
    }

    /// Whether a candidate of which nothing is said stands in an undecided region with a true point.
    fn marks_a_cluster(&self, point: &Point) -> bool {
        let margin = 1e-6 * self.case.size();
        let is_silent = point.index.is_none() && point.nature.is_none() && point.contains.is_none();
        let places = self.case.truth.points.iter().map(|known| [0, 1].map(|i| known.w[i].middle().to_f64()));
        let places: Vec<[f64; 2]> = places.collect();
        let holds_both = |region: &[f64; 4]| {
            covers(region, point.w, margin) && places.iter().any(|place| covers(region, *place, margin))
        };
        let clusters = self.answer.clusters.iter().map(|cluster| {
            let [[a, b], [c, d]] = cluster.enclosure;
            [a, b, c, d]
        });
        is_silent && self.answer.unresolved.iter().copied().chain(clusters).any(|region| holds_both(&region))
    }

    fn enclosure(&mut self, point: &Point) {
        if self.answer.has_enclosures && point.certified && point.enclosure.is_none() {
            self.fault("certified without an enclosure", shown(point));
        }
        if let Some(enclosure) = &point.enclosure
            && !(0..2).all(|i| enclosure[i][0] <= point.w[i] && point.w[i] <= enclosure[i][1])
        {
            self.fault("w is outside its enclosure", format!("{}: {enclosure:?}", shown(point)));
        }
    }

    /// Value, eigenvalues and eigenvectors of a point that stands for a known one.
    fn numbers(&mut self, point: &Point, known: &TruePoint) {
        if let Some(value) = &known.value {
            self.value(point, value);
        }
        if !point.certified {
            return;
        }
        let [low, high] = point.eigenvalues;
        let agrees = match point.kind {
            Kind::Minimum => !(low <= 0.0 || high <= 0.0),
            Kind::Maximum => !(low >= 0.0 || high >= 0.0),
            Kind::Saddle => !(low >= 0.0 || high <= 0.0),
            Kind::Degenerate => !(low.abs() > 0.0 && high.abs() > 0.0),
        };
        if !agrees {
            self.fault("signs of eigenvalues contradict the kind", shown(point));
        }
        if low > high {
            self.fault("eigenvalues do not ascend", shown(point));
        }
        let Some(hessian) = &known.hessian else { return };
        let truth = eigenvalues(hessian);
        if self.answer.has_enclosures && point.eigenvalue_enclosures.is_none() {
            self.fault("certified without eigenvalue enclosures", shown(point));
        }
        for i in 0..2 {
            let said = point.eigenvalues[i];
            let true_value = truth[i].middle().to_f64();
            match &point.eigenvalue_enclosures {
                Some(enclosures) => {
                    if !may_hold(enclosures[i], &truth[i]) {
                        let what = format!("{}: {:?}, truly {true_value:e}", shown(point), enclosures[i]);
                        self.fault("an eigenvalue is outside its enclosure", what);
                    }
                    if said < enclosures[i][0] || said > enclosures[i][1] {
                        let what = format!("{}: {:?}", shown(point), enclosures[i]);
                        self.fault("the eigenvalue that is shown is outside its enclosure", what);
                    }
                }
                None => {
                    let slack = 1e-6 * true_value.abs();
                    if distance(said, &truth[i]) > slack && !(said.is_nan() && true_value.is_infinite()) {
                        let what = format!("{}, truly {true_value:e}", shown(point));
                        self.fault("wrong eigenvalue of a certified point", what);
                    }
                }
            }
        }
        self.eigenvectors(point, hessian, &truth);
    }

    fn value(&mut self, point: &Point, value: &Range) {
        let (_, rounding) = self.case.formula.rounded(point.w);
        let truth = value.middle().to_f64();
        // An L that is nothing beside its terms is shown as 0.
        // Where the bound of the rounding overflows, the value has to be right by itself.
        let rounding = if rounding.is_nan() { 0.0 } else { rounding };
        // Within a wide enclosure L varies by half the curvature times the square of its width.
        let width = point.enclosure.map_or(0.0, |sides| sides.iter().map(|[low, high]| high - low).fold(0.0, f64::max));
        let curvature = point.eigenvalues.iter().map(|value| value.abs()).fold(0.0, f64::max);
        let varies = if curvature.is_finite() { 0.5 * curvature * width * width } else { 0.0 };
        let allowed = 8.0 * rounding + 1e-9 * truth.abs() + 1e-40 + varies;
        let off = distance(point.value, value);
        if truth.is_finite() && truth.abs() < 1e307 && off > allowed {
            // A candidate is placed by search, and so is its value.
            let sort = if point.certified { "wrong value of a certified point" } else { "wrong value of a candidate" };
            let near = (point.value - truth).abs() <= 1e-6 * truth.abs().max(1.0);
            if point.certified || !near {
                self.fault(sort, format!("{}: {:e}, truly {truth:e}", shown(point), point.value));
            }
        }
    }

    fn eigenvectors(&mut self, point: &Point, hessian: &[Range; 3], truth: &[Range; 2]) {
        let [a, b, d] = [0, 1, 2].map(|k| hessian[k].middle().to_f64());
        let size = a.abs().max(b.abs()).max(d.abs());
        if !(size.is_finite() && size > 1e-290) {
            return;
        }
        for (i, [x, y]) in point.eigenvectors.into_iter().enumerate() {
            let value = truth[i].middle().to_f64() / size;
            let residual = libm::hypot((a / size - value) * x + b / size * y, b / size * x + (d / size - value) * y);
            let unit = (libm::hypot(x, y) - 1.0).abs() < 1e-9;
            if !(unit && residual < 1e-6) {
                self.fault("wrong eigenvector of a certified point", format!("{}: ({x}, {y})", shown(point)));
            }
        }
    }

    /// What is claimed to be everything is everything; what is not claimed is covered by a region.
    fn nothing_is_missing(&mut self, matched: &[Vec<usize>]) {
        let (case, answer) = (self.case, self.answer);
        for (index, known) in case.truth.points.iter().enumerate() {
            if case.in_view(&known.w) != Some(true) || matched.iter().any(|meant| meant.contains(&index)) {
                continue;
            }
            let place = [0, 1].map(|i| known.w[i].middle().to_f64());
            let covered = answer.unresolved.iter().any(|region| covers(region, place, 1e-9 * case.size()));
            let clustered =
                answer.clusters.iter().any(|cluster| (0..2).all(|i| may_hold(cluster.enclosure[i], &known.w[i])));
            let sort = match (answer.complete, answer.accounted) {
                (true, _) => "complete, but a point is missing",
                (_, true) => "accounted, but a point is missing",
                _ if covered || clustered || !answer.finished => continue,
                _ => "a point is neither listed nor covered by an unresolved region",
            };
            self.fault(sort, shown_truth(known));
        }
        let in_view = |w: &[f64; 2]| covers(&case.view, *w, -1e-9 * case.size());
        if answer.complete && case.truth.curves.iter().any(|curve| curve.samples.iter().any(in_view)) {
            self.fault("complete, but there is a curve", String::new());
        }
        if let (true, Some(kink)) = (answer.accounted, case.truth.kinks.iter().find(|kink| in_view(kink))) {
            self.fault("everything, but L has a kink", format!("{kink:?}"));
        }
    }

    fn curves(&mut self) {
        let (case, answer) = (self.case, self.answer);
        let truth = &case.truth.curves;
        let mut drawn: Vec<Vec<&Curve>> = truth.iter().map(|_| Vec::new()).collect();
        for curve in &answer.curves {
            // The curve that most of its points are nearest to.
            let middle = curve.polyline[curve.polyline.len() / 2];
            let nearest =
                (0..truth.len()).min_by(|a, b| (truth[*a].distance)(middle).total_cmp(&(truth[*b].distance)(middle)));
            let Some(nearest) = nearest else {
                self.fault("a curve where none is", format!("through {middle:?}"));
                continue;
            };
            // It is a drawing, whose ends are cut off straight at the border; but it may not lie on a neighbour.
            let drawn_at = 1e-4 * case.size();
            let last = curve.polyline.len() - 1;
            let allowed = |place: usize| match place == 0 || place == last {
                true => drawn_at,
                false => drawn_at.min(0.2 * truth[nearest].gap),
            };
            let mut places = curve.polyline.iter().enumerate();
            let off = places.find(|(place, w)| (truth[nearest].distance)(**w) > allowed(*place));
            if let Some((_, w)) = off {
                let away = (truth[nearest].distance)(*w);
                self.fault("a curve that leaves the critical set", format!("at {w:?}, {away:e} away"));
                continue;
            }
            drawn[nearest].push(curve);
            let wrong = truth[nearest].kind != curve.kind && (curve.certified || curve.kind != Kind::Degenerate);
            if wrong {
                let sort = if curve.certified { "wrong kind of a certified curve" } else { "wrong kind of a curve" };
                self.fault(sort, format!("{:?} through {middle:?}, truly {:?}", curve.kind, truth[nearest].kind));
            }
        }
        for (place, known) in truth.iter().enumerate() {
            let inside: Vec<[f64; 2]> =
                known.samples.iter().copied().filter(|w| covers(&case.view, *w, -1e-6 * case.size())).collect();
            let near = |w: &[f64; 2]| {
                let reach = 0.03 * case.size();
                drawn[place]
                    .iter()
                    .any(|curve| curve.polyline.iter().any(|p| libm::hypot(p[0] - w[0], p[1] - w[1]) < reach))
            };
            let missing = inside.iter().find(|w| !near(w));
            match (missing, answer.accounted) {
                (Some(w), true) => {
                    self.fault("everything, but a curve is missing", format!("{:?} at {w:?}", known.kind))
                }
                (Some(_), false) if answer.finished => {
                    let margin = 0.01 * case.size();
                    let lost = inside
                        .iter()
                        .find(|w| !near(w) && !answer.unresolved.iter().any(|region| covers(region, **w, margin)));
                    if let Some(w) = lost {
                        let sort = "a curve is neither drawn nor covered by an unresolved region";
                        self.fault(sort, format!("{:?} at {w:?}", known.kind));
                    }
                }
                (None, true)
                    if inside.len() == known.samples.len()
                        && known.pieces.is_some_and(|pieces| pieces != drawn[place].len()) =>
                {
                    let what = format!("{} for {:?} near {:?}", drawn[place].len(), known.pieces, inside[0]);
                    self.fault("everything, but the number of curves is wrong", what);
                }
                _ => {}
            }
        }
    }

    fn cluster(&mut self, cluster: &Cluster) {
        let truth = &self.case.truth;
        let here: Vec<&TruePoint> =
            truth.points.iter().filter(|known| (0..2).all(|i| may_hold(cluster.enclosure[i], &known.w[i]))).collect();
        let surely = here.iter().all(|known| (0..2).all(|i| surely_holds(cluster.enclosure[i], &known.w[i])));
        let [[a, b], [c, d]] = cluster.enclosure;
        let curve = truth.curves.iter().any(|curve| curve.samples.iter().any(|w| covers(&[a, b, c, d], *w, 0.0)));
        if !surely || curve || truth.more_points {
            return;
        }
        let sum: i32 = here.iter().map(|known| known.index).sum();
        if cluster.index.is_some_and(|index| index != sum) {
            self.fault(
                "wrong index of a cluster",
                format!("{:?}: {:?}, truly {sum}", cluster.enclosure, cluster.index),
            );
        }
        let holds = |wanted: Extremum| here.iter().any(|known| known.extremum == Some(wanted));
        if cluster.contains.is_some_and(|wanted| !holds(wanted)) {
            let what = format!("{:?}: {:?}", cluster.enclosure, cluster.contains);
            self.fault("a cluster does not contain what it is said to", what);
        }
    }

    fn audit(&mut self) {
        let (case, truth) = (self.case, &self.case.truth);
        let Some(audit) = &self.answer.audit else { return };
        if let Some(sum) = audit.index_sum {
            // A point without an index of its own is in the sum by the cluster around it.
            let holds = |cluster: &Cluster, w: [f64; 2]| {
                (0..2).all(|i| cluster.enclosure[i][0] <= w[i] && w[i] <= cluster.enclosure[i][1])
            };
            let mut open = self.answer.points.iter().filter(|point| point.index.is_none());
            let is_covered = open.all(|point| self.answer.clusters.iter().any(|cluster| holds(cluster, point.w)));
            let of_points: i32 = self.answer.points.iter().filter_map(|point| point.index).sum();
            let of_clusters: Option<i32> = self.answer.clusters.iter().map(|cluster| cluster.index).sum();
            let listed = of_clusters.filter(|_| is_covered).map(|index| index + of_points);
            if listed != Some(sum) {
                self.fault("the audit's sum of indices", format!("{sum}, listed {listed:?}"));
            }
        }
        // Points on the border are neither inside nor outside of a walk along it.
        let [a, b, c, d] = case.view.map(Rational::shortest);
        let on_border = |known: &TruePoint| {
            let touches = |range: &Range, bound: &Rational| range.low <= *bound && *bound <= range.high;
            [&a, &b].iter().any(|bound| touches(&known.w[0], bound))
                || [&c, &d].iter().any(|bound| touches(&known.w[1], bound))
        };
        let simple = truth.curves.is_empty() && truth.kinks.is_empty() && !truth.more_points && !truth.has_pole;
        if !audit.proved || !simple || truth.points.iter().any(on_border) {
            return;
        }
        let inside = truth.points.iter().filter(|known| case.in_view(&known.w) == Some(true));
        let sum: i32 = inside.map(|known| known.index).sum();
        if sum != audit.turns {
            self.fault("wrong proved turns of the audit", format!("{}, truly {sum}", audit.turns));
        }
    }

    /// The true point that is nearest, and how far away it is.
    fn nearest(&self, point: &Point) -> Option<(usize, f64)> {
        let far = |known: &TruePoint| {
            let [x, y] = [0, 1].map(|i| distance(point.w[i], &known.w[i]));
            libm::hypot(x, y)
        };
        let all = self.case.truth.points.iter().enumerate().map(|(index, known)| (index, far(known)));
        all.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn nearest_in_words(&self, point: &Point) -> String {
        self.nearest(point).map_or("; there is none".to_owned(), |(index, away)| {
            format!("; the nearest is {away:e} away: {}", shown_truth(&self.case.truth.points[index]))
        })
    }
}

/// Why what is said of a point is not true of the known one.
fn contradiction(point: &Point, known: &TruePoint) -> Option<&'static str> {
    if point.index.is_some_and(|index| index != known.index) {
        return Some("wrong index");
    }
    if point.contains.is_some_and(|contains| known.extremum != Some(contains)) {
        return Some("the point is not what it is said to contain");
    }
    let true_nature = match (known.extremum, known.index) {
        (Some(Extremum::Minimum), _) => Some("minimum-like".to_owned()),
        (Some(Extremum::Maximum), _) => Some("maximum-like".to_owned()),
        (None, 0) => Some("neither".to_owned()),
        (None, -1) => Some("saddle-like".to_owned()),
        (None, -2) => Some("monkey".to_owned()),
        (None, index) if index < -2 => Some(format!("saddle with {} valleys", 1 - index)),
        _ => None,
    };
    let wrong = point.nature.is_some() && point.nature != true_nature && known.kind == Kind::Degenerate;
    wrong.then_some("wrong nature")
}

/// Whether bounds of f64 may hold a number, read in binary or as decimals.
fn may_hold([low, high]: [f64; 2], range: &Range) -> bool {
    let least = |x: f64| Rational::shortest(x).min(Rational::binary(x));
    let most = |x: f64| Rational::shortest(x).max(Rational::binary(x));
    !(low.is_nan() || high.is_nan())
        && (low == f64::NEG_INFINITY || (low.is_finite() && range.high >= least(low)))
        && (high == f64::INFINITY || (high.is_finite() && range.low <= most(high)))
}

/// Whether they hold it for certain, away from both ends.
fn surely_holds([low, high]: [f64; 2], range: &Range) -> bool {
    let most = |x: f64| Rational::shortest(x).max(Rational::binary(x));
    let least = |x: f64| Rational::shortest(x).min(Rational::binary(x));
    low.is_finite() && high.is_finite() && range.low > most(low) && range.high < least(high)
}

/// How far an f64, read in binary, is from a number.
fn distance(x: f64, range: &Range) -> f64 {
    if !x.is_finite() {
        return f64::INFINITY;
    }
    let x = Rational::binary(x);
    if x < range.low {
        (&range.low - &x).to_f64()
    } else if x > range.high {
        (&x - &range.high).to_f64()
    } else {
        0.0
    }
}

fn covers([a, b, c, d]: &[f64; 4], [x, y]: [f64; 2], margin: f64) -> bool {
    a - margin <= x && x <= b + margin && c - margin <= y && y <= d + margin
}

fn shown(point: &Point) -> String {
    let evidence = if point.certified { "certified" } else { "candidate" };
    let Point { w: [x, y], kind, eigenvalues: [low, high], index, nature, contains, .. } = point;
    let index = index.map_or("null".to_owned(), |index| index.to_string());
    let nature = nature.clone().unwrap_or_else(|| "null".to_owned());
    format!("{evidence} {kind:?} ({x:?}, {y:?}), λ = {low:e}, {high:e}, index {index}, {nature}, contains {contains:?}")
}

fn shown_place(known: &TruePoint) -> String {
    let [x, y] = [0, 1].map(|i| known.w[i].middle());
    let place =
        |x: &Rational| x.decimal_text().filter(|text| text.len() < 40).unwrap_or_else(|| format!("{:?}", x.to_f64()));
    format!("({}, {})", place(&x), place(&y))
}

fn shown_truth(known: &TruePoint) -> String {
    let TruePoint { kind, index, extremum, .. } = known;
    format!("{kind:?} {}, index {index}, extremum {extremum:?}", shown_place(known))
}
