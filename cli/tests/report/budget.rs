//! What the page says of a budget.

use tollgate::bench::page::page;
use tollgate::bench::result::{Bounded, Fit, Quantity};
use tollgate::bench::statistics::Estimate;

use crate::record;

#[test]
fn a_budget_is_told_first_and_each_bound_has_its_figure_limit_and_outcome() {
    let mut record = record();
    record.budget = vec![
        bounded("p99<2ms", Quantity::P99, 2000.0, Fit::Holds),
        bounded("added<=20us", Quantity::Added, 20.0, Fit::Broken),
        bounded("edited by hand", Quantity::Cpu, 70.0, Fit::Undecided),
        Bounded {
            workload: None,
            ..bounded("memory<0.5GB", Quantity::Memory, 5e8, Fit::Holds)
        },
        Bounded {
            figure: None,
            ..bounded("start<1s", Quantity::Start, 1e6, Fit::Undecided)
        },
    ];
    let page = without_tags(&page(&record));
    let (_, main) = page.split_once("How it was measuredIn short").unwrap();
    let (summary, _) = main.split_once("What differs").unwrap();
    let first = "The budget is not kept: 2 of 5 bounds hold, 1 broken, 2 can't be told. Which.";
    assert!(summary.starts_with(first), "{summary}");
    for row in [
        "p99<2ms|all|get|0.064 ms|0.050 to 0.080|2.00 ms|holds",
        "added<=20us|all|get|64.0 µs|50.0 to 80.0|20.0 µs|broken",
        "edited by hand|all|get|64.0 µs|50.0 to 80.0|70.0 µs|can't be told",
        "memory<0.5GB|all|–|0.000 GB|–|0.500 GB|holds",
        "start<1s|all|get|–|–|1.00 s|can't be told",
    ] {
        assert!(summary.contains(row), "{row}: {summary}");
    }
    for (words, is_said) in [("p99<2ms: in words", false), ("start<1s: in words", true)] {
        assert_eq!(summary.contains(words), is_said, "{words}");
    }
}

#[test]
fn a_budget_that_is_kept_is_said_to_be() {
    let mut record = record();
    record.budget = vec![bounded("p99<2ms", Quantity::P99, 2000.0, Fit::Holds)];
    let text = without_tags(&page(&record));
    assert!(text.contains("The budget is kept: 1 of 1 bounds hold. Which."));
}

/// A bound on what was measured to be 64, give or take.
pub fn bounded(bound: &str, quantity: Quantity, limit: f64, fit: Fit) -> Bounded {
    Bounded {
        bound: bound.to_owned(),
        chain: "all".to_owned(),
        workload: Some("get".to_owned()),
        quantity,
        limit,
        figure: Some(Estimate {
            median: 64.0,
            low: 50.0,
            high: 80.0,
        }),
        fit,
        words: format!("{bound}: in words"),
    }
}

/// The text of a page, with `|` between the cells of a row.
fn without_tags(page: &str) -> String {
    let page = page.replace("</th><td", "|<td").replace("</td><td", "|<td");
    let mut parts = page.split('<');
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        text.push_str(part.split_once('>').map_or("", |(_, text)| text));
    }
    text.replace("&lt;", "<")
}
