//! Latency at a fixed rate, on the scale of HDR histograms.

use maud::{Markup, html};

use super::Section;
use super::chart::{Axis, Dot, Lines, Scale, Series, Title, tip};
use super::number::{figure, interval, text, whole};
use super::table::{Column, table};
use crate::bench::result::{Latency, Record, Workload};

pub fn section(record: &Record) -> Option<Section> {
    let measured: Vec<(&Workload, Vec<&Latency>)> = record
        .workloads
        .iter()
        .map(|workload| {
            let all = record.latency.iter();
            let of_it = all.filter(|one| one.workload == workload.name);
            (workload, of_it.collect::<Vec<_>>())
        })
        .filter(|(_, of_it)| !of_it.is_empty())
        .collect();
    if measured.is_empty() {
        return None;
    }
    let body = html! {
        p {
            "From the moment at which a request was due until its answer: that one is late counts for those behind it. Each \
             step to the right leaves a tenth of the requests. Lines: all rounds together. Marks: the median over the \
             rounds, with its 95 % interval."
        }
        @for (workload, of_it) in &measured { (one(workload, of_it)) }
    };
    Some(Section {
        id: "latency",
        title: "Latency by percentile",
        body,
    })
}

fn one(workload: &Workload, of_it: &[&Latency]) -> Markup {
    let rate = of_it.first().map_or(0, |one| one.rate);
    html! {
        article {
            h3 { (workload.name) " at " (text(f64::from(rate), 0)) " requests per second" }
            (chart(workload, of_it))
            (figures(workload, of_it))
        }
    }
}

fn chart(workload: &Workload, of_it: &[&Latency]) -> Markup {
    // Of so many requests, one alone is beyond so many nines.
    let most = of_it.iter().map(|one| one.requests).max().unwrap_or(0);
    let x = Scale::Nines {
        end: (most as f64).log10().clamp(3.0, 8.0),
    };
    let curves = of_it
        .iter()
        .flat_map(|one| &one.curve)
        .map(|point| point.micros as f64);
    let percentiles = || of_it.iter().flat_map(|one| &one.percentiles);
    let medians = percentiles().flat_map(|one| [one.micros.low, one.micros.high]);
    let y = Scale::log(curves.chain(medians), 1.0);
    Lines {
        title: Title {
            id: format!("latency-{}", workload.name),
            title: format!("Latency by percentile: {}", workload.title),
            description: "A line for each chain: microseconds until the answer, by the share of requests that took no longer.".to_owned(),
        },
        x: Axis {
            unit: "share of requests that took no longer".to_owned(),
            ticks: x.ticks(),
        },
        y: Axis {
            unit: "µs until the answer, logarithmic".to_owned(),
            ticks: y.ticks(),
        },
        series: of_it.iter().map(|one| series(one, x, y)).collect(),
    }
    .draw()
}

fn series(one: &Latency, x: Scale, y: Scale) -> Series {
    let curve = one.curve.iter();
    let dots = one.percentiles.iter().map(|percentile| {
        let micros = &percentile.micros;
        Dot {
            at: [x.at(percentile.percentile), y.at(micros.median)],
            interval: Some([y.at(micros.low), y.at(micros.high)]),
            tip: tip(
                &format!("{} p{}", one.chain, percentile.percentile),
                micros,
                "µs",
            ),
        }
    });
    Series {
        name: one.chain.clone(),
        line: curve
            .map(|point| [x.at(point.percentile), y.at(point.micros as f64)])
            .collect(),
        dots: dots.collect(),
    }
}

fn figures(workload: &Workload, of_it: &[&Latency]) -> Markup {
    let columns = [
        Column::Words("chain"),
        Column::Words("percentile"),
        Column::Figures("µs"),
        Column::Figures("95 % interval"),
        Column::Figures("longest µs"),
        Column::Figures("answered/s"),
        Column::Figures("requests"),
    ];
    let mut rows = Vec::new();
    for one in of_it {
        for (at, percentile) in one.percentiles.iter().enumerate() {
            // What is of all of them stands once.
            let once = |markup: Markup| {
                if at == 0 {
                    markup
                } else {
                    html! {}
                }
            };
            rows.push(vec![
                html! { (one.chain) },
                html! { "p" (percentile.percentile) },
                figure(percentile.micros.median, 0),
                interval(&percentile.micros, 0),
                once(whole(one.longest)),
                once(figure(one.achieved, 0)),
                once(whole(one.requests)),
            ]);
        }
    }
    table(&format!("Latency: {}", workload.name), &columns, &rows)
}
