//! `losscape occupation` and `losscape escape`: noise as temperature.

use super::answers::{Pair, noted};
use super::args::{LandscapeArguments, number, point, view};
use super::subject::Subject;
use super::{Failure, text};
use crate::export::Number;
use crate::landscape::View;
use crate::number::Vector;
use crate::number::display::{point as place, short};
use crate::thermal::{Chain, Escape, Measured, Occupation, escape as escape_of, measure, occupation as occupation_of};
use serde::Serialize;

/// `losscape occupation`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape occupation himmelblau --temperature 5
  losscape occupation --formula '(w1^2-1)^2 + 0.3*w1 + w2^2/2' --temperature 0.2 --json")]
pub struct OccupationArguments {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The temperature T of the density e^(-L/T)
    #[arg(long, value_name = "T", value_parser = positive, allow_hyphen_values = true)]
    pub temperature: f64,
    /// Only this part of the plane; without it the region grows until what lies outside is negligible
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

/// `losscape escape`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  losscape escape --formula '(w1^2-1)^2 + w2^2/2' --from -1,0 --temperature 0.3
  losscape escape --formula '(w1^2-1)^2 + w2^2/2' --from -1,0 --temperature 0.3 --runs 500 --steps 100000 --json")]
pub struct EscapeArguments {
    #[command(flatten)]
    pub landscape: LandscapeArguments,
    /// The minimum to escape from, or a point near it
    #[arg(long, value_name = "W1,W2", value_parser = point, allow_hyphen_values = true)]
    pub from: [f64; 2],
    /// A minimum to arrive at, or a point near it (repeat for several); without it any other minimum counts
    #[arg(long, value_name = "W1,W2", value_parser = point, allow_hyphen_values = true)]
    pub to: Vec<[f64; 2]>,
    /// The temperature T
    #[arg(long, value_name = "T", value_parser = positive, allow_hyphen_values = true)]
    pub temperature: f64,
    /// Measure the time by so many runs of w - eta*grad L + sqrt(2*eta*T)*xi; without it only the formulas answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub runs: Option<u32>,
    /// The most steps of a run
    #[arg(long, value_name = "N", default_value_t = 100_000, requires = "runs")]
    pub steps: usize,
    /// The learning rate eta of the runs; the default is 0.05 over the largest eigenvalue at a minimum
    #[arg(long, value_name = "ETA", value_parser = positive, allow_hyphen_values = true, requires = "runs")]
    pub learning_rate: Option<f64>,
    /// The radius around a minimum within which a run has arrived; the default is three tenths of the way to the nearest saddle
    #[arg(long, value_name = "R", value_parser = positive, allow_hyphen_values = true, requires = "runs")]
    pub radius: Option<f64>,
    /// The seed of the first run; the next runs have the next
    #[arg(long, value_name = "S", default_value_t = 0, requires = "runs")]
    pub seed: u64,
    /// Only this part of the plane; without it the region grows until what lies outside is negligible
    #[arg(long, value_name = "A,B,C,D", value_parser = view, allow_hyphen_values = true)]
    pub view: Option<View>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
}

fn positive(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value > 0.0 { Ok(value) } else { Err(format!("a positive number is wanted, not {value}")) }
}

/// The shares of e^(−L/T).
pub fn occupation(arguments: &OccupationArguments) -> Result<String, Failure> {
    let subject = Subject::of(&arguments.landscape)?;
    let view = subject.view(arguments.view);
    let found = occupation_of(&subject.loss, &view, arguments.temperature, arguments.view.is_some());
    match arguments.json {
        true => {
            let notes = subject.notes().into_iter().chain(found.notes.iter().cloned()).collect();
            noted(&subject.loss, &OccupationAnswer::from(&found), notes)
        }
        false => Ok(occupation_text(&subject, &found)),
    }
}

/// The answer in JSON.
#[derive(Serialize)]
struct OccupationAnswer {
    /// Whether e^(−L/T) has a finite integral, as far as samples tell; null where they do not decide.
    normalisable: Option<bool>,
    minima: Vec<ShareAnswer>,
    /// The share of what leads to no minimum.
    elsewhere: Option<Number>,
    /// ln ∫e^(−L/T).
    log_z: Option<Number>,
    /// How much a share changes when every other line of the quadrature is left out.
    error: Option<Number>,
    region: View,
}

#[derive(Serialize)]
struct ShareAnswer {
    w: Pair,
    share: Option<Number>,
    /// ∝ e^(−L/T)/√det H.
    harmonic: Option<Number>,
    /// −½ ln det H.
    entropy: Option<Number>,
}

impl From<&Occupation> for OccupationAnswer {
    fn from(found: &Occupation) -> OccupationAnswer {
        let share = |share: &crate::thermal::Share| ShareAnswer {
            w: Number::pair(share.w),
            share: share.share.map(Number::from),
            harmonic: share.harmonic.map(Number::from),
            entropy: share.entropy.map(Number::from),
        };
        OccupationAnswer {
            normalisable: found.normalisable,
            minima: found.minima.iter().map(share).collect(),
            elsewhere: found.elsewhere.map(Number::from),
            log_z: found.log_z.map(Number::from),
            error: found.error.map(Number::from),
            region: found.region,
        }
    }
}

fn occupation_text(subject: &Subject, found: &Occupation) -> String {
    let mut rows = vec![text::row(["minimum", "share", "harmonic", "entropy"])];
    let percent =
        |share: Option<f64>| share.map_or("not defined".to_owned(), |share| format!("{} %", short(100.0 * share)));
    for share in &found.minima {
        let entropy = share.entropy.map_or("not defined".to_owned(), short);
        rows.push(text::row([&place(share.w), &percent(share.share), &percent(share.harmonic), &entropy]));
    }
    format!("{}\n\n{}{}", text::formula(subject), text::table(&rows), noted_lines(&found.notes))
}

fn noted_lines(notes: &[String]) -> String {
    notes.iter().map(|note| format!("note: {note}\n")).collect()
}

/// The ways out of a minimum, and how long they take.
pub fn escape(arguments: &EscapeArguments) -> Result<String, Failure> {
    let subject = Subject::of(&arguments.landscape)?;
    let view = subject.view(arguments.view);
    let (loss, temperature) = (&subject.loss, arguments.temperature);
    let to: Vec<Vector> = arguments.to.iter().map(|w| Vector::from(*w)).collect();
    let found = escape_of(loss, &view, arguments.from.into(), &to, temperature, arguments.view.is_some())
        .map_err(Failure::Failed)?;
    let measured = arguments.runs.map(|runs| {
        let learning_rate = arguments.learning_rate.unwrap_or(found.learning_rate);
        let chain =
            Chain { learning_rate, temperature, steps: arguments.steps, runs: runs as usize, seed: arguments.seed };
        let radii = found.radii.iter().map(|radius| arguments.radius.unwrap_or(*radius));
        let targets: Vec<(Vector, f64)> = found.targets.iter().copied().zip(radii).collect();
        (measure(loss, found.from, &targets, &chain), chain)
    });
    match arguments.json {
        true => {
            let notes = subject.notes().into_iter().chain(found.notes.iter().cloned()).collect();
            noted(loss, &EscapeAnswer::new(&found, measured), notes)
        }
        false => Ok(escape_text(&subject, &found, measured)),
    }
}

/// The answer in JSON. Times are in units of t = ηk.
#[derive(Serialize)]
struct EscapeAnswer {
    from: Pair,
    exits: Vec<ExitAnswer>,
    /// The mean time to another minimum by Kramers' law, asymptotic for T → 0.
    kramers: Option<Number>,
    /// The same by the ridge formula, an approximation.
    ridge: Option<Number>,
    /// Of the lowest exit; above 0.75 both formulas fail.
    ridge_width: Option<Number>,
    /// Null unless runs were asked for.
    measured: Option<MeasuredAnswer>,
    targets: Vec<Pair>,
}

#[derive(Serialize)]
struct ExitAnswer {
    /// The minimum on the other side; null where that is none.
    to: Option<Pair>,
    saddle: Pair,
    barrier: Number,
    /// By Kramers' law; null where a Hessian is singular.
    rate: Option<Number>,
}

#[derive(Serialize)]
struct MeasuredAnswer {
    arrived: usize,
    censored: usize,
    /// Runs that came to where numbers overflow or L is undefined.
    lost: usize,
    mean: Option<Number>,
    /// 95 %, for an exponential law.
    interval: Option<Pair>,
    learning_rate: Number,
}

impl EscapeAnswer {
    fn new(found: &Escape, measured: Option<(Measured, Chain)>) -> EscapeAnswer {
        let exit = |exit: &crate::thermal::Exit| ExitAnswer {
            to: exit.to.map(Number::pair),
            saddle: Number::pair(exit.saddle),
            barrier: exit.barrier.into(),
            rate: exit.rate.map(Number::from),
        };
        EscapeAnswer {
            from: Number::pair(found.from),
            exits: found.exits.iter().map(exit).collect(),
            kramers: found.kramers.map(Number::from),
            ridge: found.ridge.map(Number::from),
            ridge_width: found.ridge_width.map(Number::from),
            measured: measured.map(|(measured, chain)| MeasuredAnswer {
                arrived: measured.arrived,
                censored: measured.censored,
                lost: measured.lost,
                mean: measured.mean.map(Number::from),
                interval: measured.interval.map(|interval| interval.map(Number::from)),
                learning_rate: chain.learning_rate.into(),
            }),
            targets: found.targets.iter().copied().map(Number::pair).collect(),
        }
    }
}

fn escape_text(subject: &Subject, found: &Escape, measured: Option<(Measured, Chain)>) -> String {
    let mut rows = vec![text::row(["over the saddle", "to", "barrier", "rate (Kramers)"])];
    for exit in &found.exits {
        let to = exit.to.map_or("infinity, or not certain".to_owned(), place);
        let rate = exit.rate.map_or("not defined".to_owned(), short);
        rows.push(text::row([&place(exit.saddle), &to, &short(exit.barrier), &rate]));
    }
    let exits = if found.exits.is_empty() { "no exits\n".to_owned() } else { text::table(&rows) };
    let time = |time: Option<f64>| time.map_or("not known".to_owned(), short);
    let mut answer = format!(
        "{}\n\nfrom {}\n{}\nmean time to another minimum\n  Kramers' law (T → 0):  {}\n  ridge formula (approximation):  {}\n",
        text::formula(subject),
        place(found.from),
        exits,
        time(found.kramers),
        time(found.ridge),
    );
    if let Some((Measured { arrived, censored, lost, mean, interval }, chain)) = measured {
        let range = interval.map_or(String::new(), |[low, high]| format!(" ({} to {}, 95 %)", short(low), short(high)));
        answer += &format!(
            "  measured with η = {}:  {}{range}; {arrived} runs arrived, {censored} did not in {} steps, {lost} were lost\n",
            short(chain.learning_rate),
            time(mean),
            chain.steps,
        );
    }
    answer + &noted_lines(&found.notes)
}
