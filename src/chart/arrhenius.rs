//! The mean time out of a minimum over 1/T: Kramers' law, the ridge formula, and runs, on a logarithmic axis.

use super::plot::{italic, upright};
use super::{Axis, Chart, ChartInfo, Content, Dots, Plot, Scale, Series, Subject};
use crate::formula::MathRun;
use crate::number::display::{point, short};
use crate::scene::theme::Palette;
use crate::study::{ARRHENIUS_TAB, temperature_of};
use crate::thermal::Arrhenius;

/// Times of escape over 1/T.
pub struct ArrheniusChart;

impl Chart for ArrheniusChart {
    fn info(&self) -> ChartInfo {
        ChartInfo {
            key: ARRHENIUS_TAB,
            tab: "TIMES",
            title: "Times of escape",
            action: "Show the times of escape",
            tooltip: "How long Langevin dynamics takes out of a minimum, the selected one or the one nearest to the \
            start, to any \
                      other: by Kramers' law, by the ridge formula, and measured by runs with an interval of 95 %. A \
                      straight \
                      line has the slope of the barrier (Arrhenius).",
        }
    }

    fn suits(&self, subject: &Subject<'_>) -> bool {
        super::barriers::BarriersChart.suits(subject)
    }

    fn content<'a>(&self, subject: &Subject<'a>) -> Content<'a> {
        match &subject.findings.arrhenius {
            None => Content::Nothing("The times are being computed.".to_owned()),
            Some(Err(reason)) => Content::Nothing(format!("There are no times: {reason}.")),
            Some(Ok(times)) if times.kramers.is_empty() => {
                Content::Nothing("A minimum or a saddle is degenerate: Kramers' law gives no time.".to_owned())
            }
            Some(Ok(times)) => Content::Plot(Box::new(plot(subject, times))),
        }
    }
}

fn plot(subject: &Subject<'_>, times: &Arrhenius) -> Plot {
    let palette = Palette::of(subject.study.picture.theme);
    let over = |points: &[[f64; 2]]| points.iter().map(|[temperature, time]| [1.0 / temperature, *time]).collect();
    let kramers = Series::line("Kramers' law", palette.accent, over(&times.kramers));
    let ridge = Series { dash: Some([6.0, 4.0]), ..Series::line("ridge formula", palette.warning, over(&times.ridge)) };
    let readings = times.measured.iter().filter_map(|reading| {
        let (mean, interval) = (reading.measured.mean?, reading.measured.interval?);
        Some(([1.0 / reading.temperature, mean], interval))
    });
    let (points, intervals): (Vec<[f64; 2]>, Vec<[f64; 2]>) = readings.unzip();
    let measured = Series { dots: Dots::Discs, line: 0.0, intervals, ..Series::line("measured", palette.text, points) };
    let run = subject.study.runs.get(subject.study.display.run_index());
    let series = vec![kramers, ridge, measured];
    let values = |axis: usize| {
        let bars = series.iter().flat_map(|series| &series.intervals).flatten().copied().filter(move |_| axis == 1);
        series.iter().flat_map(move |series| series.points.iter().map(move |point| point[axis])).chain(bars)
    };
    let ends = |axis: usize| {
        let finite = values(axis).filter(|value| value.is_finite() && *value > 0.0);
        finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)])
    };
    let ([from, to], [least, most]) = (ends(0), ends(1).map(libm::log10));
    let cursor = run.and_then(temperature_of).map(|temperature| 1.0 / temperature);
    Plot {
        axes: [
            Axis { name: one_over_t(), scale: Scale::Linear, ends: [from, to], is_whole: false },
            Axis {
                name: upright("mean time"),
                scale: Scale::Logarithmic { above: 0.0 },
                ends: [least - 0.15, most + 0.15],
                is_whole: false,
            },
        ],
        series,
        guides: Vec::new(),
        cursor: cursor.filter(|cursor| (from..=to).contains(cursor)),
        counts_steps: false,
        log_switch: None,
        description: description(times),
    }
}

fn one_over_t() -> Vec<MathRun> {
    [upright("1/"), italic("T")].concat()
}

fn description(times: &Arrhenius) -> String {
    let mut sentences =
        vec![format!("From the minimum {}; the lowest barrier is {}.", point(times.from()), short(times.barrier()))];
    sentences.extend(times.measured.iter().filter_map(|reading| {
        let (mean, [low, high]) = (reading.measured.mean?, reading.measured.interval?);
        let kramers = times.kramers_at(reading.temperature)?;
        let temperature = short(reading.temperature);
        let [mean, low, high, kramers] = [mean, low, high, kramers].map(short);
        Some(format!("T = {temperature}: measured {mean} ({low} to {high}), Kramers {kramers}."))
    }));
    sentences.extend(caution(times));
    sentences.join(" ")
}

/// Sentences about the limits of the formulas.
pub fn caution(times: &Arrhenius) -> Vec<String> {
    let mut sentences = vec![
        "Kramers' law holds as T → 0: at temperatures that can be simulated its times are usually 5 to 33 % too \
        short. The ridge \
         formula is an approximation."
            .to_owned(),
    ];
    sentences.extend(times.widest.map(|widest| {
        format!(
            "Above T = {} both formulas fail: √(T/λ₊) exceeds three quarters of the way from the saddle to the \
             minimum.",
            short(widest)
        )
    }));
    sentences
}
