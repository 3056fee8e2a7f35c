//! Whether a budget is kept.

use tollgate::bench::budget::hold::Held;
use tollgate::bench::budget::judge::judge;
use tollgate::bench::budget::parse::parse;
use tollgate::bench::result::{Bounded, Fit, Record};

use crate::made::{Run, record};

/// What becomes of `bounds` for `all`, as a run with those chains would hold them.
fn judged(bounds: &str, record: &Record) -> Vec<Bounded> {
    let held = parse(bounds).unwrap().0.into_iter().map(|bound| Held {
        chain: "all".to_owned(),
        workload: (!bound.quantity.is_of_chain()).then(|| "get".to_owned()),
        bound,
    });
    judge(&held.collect::<Vec<_>>(), record)
}

fn fits(bounds: &str, record: &Record) -> Vec<Fit> {
    judged(bounds, record)
        .iter()
        .map(|bound| bound.fit)
        .collect()
}

#[test]
fn bounds_above_every_interval_hold() {
    let bounds = "p50<400us,p90<1ms,p99<2ms,p99.9<3ms,cpu<60us,added<25us,memory<121MB,start<2s";
    let mut record = record(&Run::default());
    assert_eq!(fits(bounds, &record), [Fit::Holds; 8]);
    record.budget = judged(bounds, &record);
    assert!(record.fits());
}

#[test]
fn bounds_below_every_interval_are_broken() {
    let bounds =
        "p50<200us,p90<0.5ms,p99<900us,p99.9<1ms,cpu<40us,added<15us,memory<119MB,start<1s";
    let mut record = record(&Run::default());
    assert_eq!(fits(bounds, &record), [Fit::Broken; 8]);
    record.budget = judged("p99<2ms,cpu<40us", &record);
    assert!(!record.fits(), "one that is broken is enough");
}

#[test]
fn a_bound_within_the_interval_can_not_be_told_and_is_not_kept() {
    let mut record = record(&Run::default());
    let added = record.cell("all", "get").unwrap().added.unwrap();
    let bounds = format!("added<{}us", added.median);
    record.budget = judged(&bounds, &record);
    assert_eq!(record.budget[0].fit, Fit::Undecided);
    assert!(!record.fits());
}

#[test]
fn with_few_rounds_only_what_is_measured_once_is_told() {
    let record = record(&Run {
        rounds: 3,
        ..Run::default()
    });
    let fits = fits("p99<1s,cpu<1s,added<1s,memory<1GB,start<10s", &record);
    let undecided = Fit::Undecided;
    assert_eq!(
        fits,
        [undecided, undecided, undecided, Fit::Holds, Fit::Holds]
    );
}

#[test]
fn the_limit_itself_is_within_only_where_the_bound_says_so() {
    let record = record(&Run::default());
    assert_eq!(
        fits("memory<120MB,memory<=120MB", &record),
        [Fit::Broken, Fit::Holds]
    );
}

#[test]
fn what_was_not_measured_after_all_is_not_kept() {
    let mut record = record(&Run::default());
    record.cells.clear();
    record.latency.clear();
    record.memory.clear();
    record.start.clear();
    let fits = fits("p99<1s,cpu<1s,added<1s,memory<1GB,start<10s", &record);
    assert_eq!(fits, [Fit::Undecided; 5]);
}

#[test]
fn units_are_those_that_are_written() {
    let record = record(&Run::default());
    for bounds in [
        "start<1201ms",
        "start < 1.201 s",
        "start<1201000us",
        "start<1201000µs",
    ] {
        assert_eq!(fits(bounds, &record), [Fit::Holds], "{bounds}");
    }
    assert_eq!(
        fits("memory<0.12GB,memory<115MiB", &record),
        [Fit::Broken, Fit::Holds]
    );
}

#[test]
fn the_words_say_figure_limit_and_doubt() {
    let mut record = record(&Run::default());
    let cell = &mut record.cells[1];
    (cell.cost.median, cell.cost.low, cell.cost.high) = (50.04, 49.2, 51.0);
    let words = |bounds| judged(bounds, &record).remove(0).words;
    assert_eq!(
        words("cpu<60us"),
        "`all`, get: cpu 50 µs [49.2, 51] is under 60 µs"
    );
    assert_eq!(
        words("cpu<=0.04ms"),
        "`all`, get: cpu 0.05 ms [0.049, 0.051] is not at most 0.04 ms"
    );
    assert_eq!(
        words("cpu<50us"),
        "`all`, get: cpu 50 µs [49.2, 51], and whether that is under 50 µs can't be told from noise"
    );
    assert_eq!(words("memory<1GB"), "`all`: memory 0.12 GB is under 1 GB");
}
