//! `losscape network rates`.

use super::super::Failure;
use super::super::answers::json;
use super::answers::{DescentAnswer, RatesAnswer, RatesStepAnswer};
use super::args::Rates;
use super::subject::{NetworkSubject, check_steps};
use crate::export::Number;
use crate::network::{AdaptedDescent, RatesByLayer};
use crate::number::display::short;

/// Trains with a rate for each layer, and with one rate.
pub fn rates(arguments: &Rates) -> Result<String, Failure> {
    check_steps(arguments.steps)?;
    if arguments.every == 0 {
        return Err(Failure::Usage("the rates are computed in every step (1) or more seldom".to_owned()));
    }
    let subject = NetworkSubject::of(&arguments.network)?;
    let mut rates = RatesByLayer::new(&subject.start, arguments.steps, arguments.every);
    let mut evaluation = subject.loss.evaluation();
    while !rates.work(&mut evaluation) {}
    let layers = subject.loss.architecture.layers().len();
    if !arguments.json {
        return Ok(shown(&rates, layers));
    }
    json(&RatesAnswer {
        layers,
        every: rates.every,
        by_layer: answer(&rates.by_layer),
        one_rate: answer(&rates.one_rate),
    })
}

fn answer(descent: &AdaptedDescent) -> DescentAnswer {
    let step = |point: &crate::network::RatesPoint| RatesStepAnswer {
        step: point.step,
        loss: point.loss.into(),
        rates: point.rates.iter().copied().map(Number::from).collect(),
    };
    DescentAnswer { steps: descent.points.iter().map(step).collect(), diverged_at: descent.diverged_at }
}

/// Lines of the table.
const LINES: usize = 20;

fn shown(rates: &RatesByLayer, layers: usize) -> String {
    let names: String = (1..=layers).map(|layer| format!(" {:>12}", format!("η{}", subscript(layer)))).collect();
    let mut text = format!("{:>8} {:>14}{names} {:>14} {:>12}\n", "step", "L by layer", "L by one rate", "η");
    let count = rates.by_layer.points.len().max(rates.one_rate.points.len());
    let stride = count.div_ceil(LINES).max(1);
    for index in (0..count).filter(|index| index % stride == 0 || index + 1 == count) {
        let [by_layer, one_rate] = [&rates.by_layer, &rates.one_rate].map(|descent| descent.points.get(index));
        let step = by_layer.or(one_rate).map_or(0, |point| point.step);
        let loss = |point: Option<&crate::network::RatesPoint>| point.map_or(String::new(), |point| short(point.loss));
        let rate = |point: Option<&crate::network::RatesPoint>, layer: usize| {
            point.and_then(|point| point.rates.get(layer)).map_or(String::new(), |rate| short(*rate))
        };
        let own: String = (0..layers).map(|layer| format!(" {:>12}", rate(by_layer, layer))).collect();
        text += format!("{step:>8} {:>14}{own} {:>14} {:>12}", loss(by_layer), loss(one_rate), rate(one_rate, 0))
            .trim_end();
        text.push('\n');
    }
    text += &format!("\n{}\n{}\n", end("a rate for each layer", &rates.by_layer), end("one rate", &rates.one_rate));
    text
}

fn end(name: &str, descent: &AdaptedDescent) -> String {
    match (descent.diverged_at, descent.end()) {
        (Some(step), _) => format!("with {name} the training diverges by step {step}"),
        (None, Some(end)) => format!("with {name} L is {} after {} steps", short(end.loss), end.step),
        (None, None) => String::new(),
    }
}

fn subscript(number: usize) -> String {
    let digits = "₀₁₂₃₄₅₆₇₈₉";
    let digit = |digit: char| digits.chars().nth(digit.to_digit(10).unwrap_or(0) as usize).unwrap_or(digit);
    number.to_string().chars().map(digit).collect()
}
