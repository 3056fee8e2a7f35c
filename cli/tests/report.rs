//! The page of a recorded run: all of it is there, nothing is fetched, and no figure
//! or name breaks it.

#[path = "report/budget.rs"]
mod budget;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use tollgate::bench::destination::Destination;
use tollgate::bench::page::page;
use tollgate::bench::result::{Fit, Quantity, Record, read};
use tollgate::bench::statistics::Estimate;

use crate::budget::bounded;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/record.json")
}

fn record() -> Record {
    read(&sample()).unwrap()
}

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tollgate"))
        .arg("bench")
        .args(arguments)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn every_chain_workload_and_warning_is_on_the_page() {
    let (record, page) = (record(), page(&record()));
    for chain in &record.chains {
        assert!(page.contains(&format!(">{}<", chain.name)), "{chain:?}");
        assert!(page.contains(&chain.title), "{chain:?}");
    }
    for workload in &record.workloads {
        assert!(page.contains(&workload.name), "{workload:?}");
        assert!(page.contains(&escaped(&workload.title)), "{workload:?}");
    }
    assert!(!record.warnings.is_empty());
    let text = page.replace("<code>", "`").replace("</code>", "`");
    for line in record.warnings.iter().flat_map(|one| one.message.lines()) {
        assert!(text.contains(&escaped(line.trim())), "{line}");
    }
}

#[test]
fn every_figure_is_on_the_page_as_it_was_recorded() {
    let mut record = record();
    record.budget = vec![bounded("cpu<70us", Quantity::Cpu, 70.0, Fit::Undecided)];
    let page = page(&record);
    let mut estimates: Vec<Estimate> = Vec::new();
    for cell in &record.cells {
        estimates.push(cell.cost);
        estimates.extend(cell.added);
    }
    let verdicts = record.verdicts.iter();
    estimates.extend(
        verdicts
            .flat_map(|one| [Some(one.difference), one.ratio])
            .flatten(),
    );
    estimates.extend(record.budget.iter().filter_map(|one| one.figure));
    estimates.extend(record.sizing.iter().map(|one| one.cores_per_thousand));
    let latencies = record.latency.iter();
    estimates.extend(latencies.flat_map(|one| one.percentiles.iter().map(|one| one.micros)));
    let ends = estimates
        .iter()
        .flat_map(|one| [one.low, one.median, one.high]);
    let starts = record.start.iter();
    let starts = starts.flat_map(|one| [one.wall_millis, one.cpu_millis]);
    let throughputs = record.cells.iter().map(|cell| cell.throughput.median);
    let wholes = record
        .memory
        .iter()
        .flat_map(|one| {
            [Some(one.started), one.loaded]
                .into_iter()
                .flatten()
                .chain(one.vms.iter().flatten().copied())
        })
        .chain(record.modules.iter().map(|module| module.bytes))
        .chain(
            record
                .latency
                .iter()
                .flat_map(|one| [one.longest, one.requests]),
        );
    let figures: Vec<String> = ends
        .chain(starts)
        .chain(throughputs)
        .map(|figure| figure.to_string())
        .chain(wholes.map(|figure| figure.to_string()))
        .collect();
    assert!(figures.len() > 200);
    for figure in figures {
        assert!(page.contains(&format!("value=\"{figure}\"")), "{figure}");
    }
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let page = page(&record());
    for sign in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "@import",
        "url(",
        "http:",
        "https:",
        " src=",
        " onload=",
        " onclick=",
        " onerror=",
    ] {
        assert!(!page.contains(sign), "{sign}");
    }
    for link in page.split("href=\"").skip(1) {
        let target = link.split('"').next().unwrap();
        let id = target.strip_prefix('#').unwrap();
        assert!(page.contains(&format!("id=\"{id}\"")), "{target}");
    }
}

#[test]
fn every_chart_has_a_name_and_every_table_a_caption() {
    let page = page(&record());
    let charts: Vec<&str> = page.split("<svg class=\"chart\"").skip(1).collect();
    // Cost of three workloads, refusals, others; sizes; latency; two numbers of workers.
    assert_eq!(charts.len(), 9);
    let mut names: Vec<&str> = Vec::new();
    for chart in charts {
        assert!(
            chart.starts_with(" role=\"img\" aria-labelledby=\""),
            "{chart}"
        );
        let (_, name) = chart.split_once("-name\">").unwrap();
        names.push(name.split('<').next().unwrap());
    }
    names.dedup();
    assert!(names.iter().all(|name| !name.is_empty()));
    assert_eq!(names.len(), 9, "{names:?}");
    let tables = page.matches("<table>").count();
    assert!(tables > 10);
    assert_eq!(page.matches("<table><caption>").count(), tables);
}

#[test]
fn names_are_text_whatever_they_hold() {
    let evil = "<script>alert(1)</script>\"'&";
    let mut record = record();
    record.chains[1].name = evil.to_owned();
    record.chains[1].title = evil.to_owned();
    record.workloads[0].name = evil.to_owned();
    record.workloads[1].title = evil.to_owned();
    for cell in &mut record.cells {
        cell.chain = evil.to_owned();
        cell.threads[0].name = evil.to_owned();
    }
    record.latency[0].chain = evil.to_owned();
    record.memory[0].chain = evil.to_owned();
    record.verdicts[0].left.chain = evil.to_owned();
    record.modules[0].file = evil.to_owned();
    record.budget = vec![bounded(evil, Quantity::Cpu, 70.0, Fit::Broken)];
    record.budget[0].chain = evil.to_owned();
    record.budget[0].workload = Some(evil.to_owned());
    record.warnings[0].message = evil.to_owned();
    record.settings.policy = Some(evil.to_owned());
    record.machine.cpu = evil.to_owned();
    record.versions.envoy = evil.to_owned();
    record.started = evil.to_owned();
    let page = page(&record);
    assert!(!page.contains("<script"));
    assert!(!page.contains("alert(1)</script>\""));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;"));
}

#[test]
fn what_was_not_measured_has_no_section() {
    let mut record = record();
    record.latency.clear();
    record.memory.clear();
    record.verdicts.clear();
    record.warnings.clear();
    let page = self::page(&record);
    for id in ["budget", "latency", "memory", "verdicts"] {
        assert!(!page.contains(&format!("\"{id}\"")), "{id}");
        assert!(!page.contains(&format!("\"#{id}\"")), "{id}");
    }
    assert!(!page.contains("role=\"note\""));
    assert!(page.contains("id=\"cost\""));
    record.cells.clear();
    record.sizing.clear();
    let page = self::page(&record);
    assert!(!page.contains("class=\"chart\""));
    assert!(page.contains("id=\"run\""));
}

#[test]
fn odd_figures_are_shown_as_none() {
    let mut record = record();
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0];
    for (at, cell) in record.cells.iter_mut().enumerate() {
        cell.cost = Estimate::exactly(odd[at % odd.len()]);
        cell.added = cell
            .added
            .map(|_| Estimate::exactly(odd[(at + 1) % odd.len()]));
        cell.throughput = Estimate::exactly(odd[(at + 2) % odd.len()]);
    }
    for latency in &mut record.latency {
        latency.requests = 0;
        latency.curve.iter_mut().for_each(|point| point.micros = 0);
        latency.percentiles[0].micros = Estimate::exactly(f64::NAN);
    }
    record.latency[1].curve.clear();
    for memory in &mut record.memory {
        memory.started = 0;
        memory.vms = Some(vec![u64::MAX, u64::MAX]);
    }
    record.verdicts[0].difference = Estimate::exactly(f64::INFINITY);
    record.budget = vec![bounded("cpu<70us", Quantity::Cpu, f64::NAN, Fit::Broken)];
    record.budget[0].figure = Some(Estimate::exactly(f64::INFINITY));
    record
        .sizing
        .iter_mut()
        .for_each(|sizing| sizing.share_of_four = f64::NAN);
    let page = self::page(&record);
    for sign in ["NaN", "\"inf", "\"-inf", ">inf", "inf%", "\"-0\""] {
        assert!(!page.contains(sign), "{sign}");
    }
    for attribute in [" x=", " x1=", " x2=", " cx=", " width="] {
        for rest in page.split(attribute).skip(1) {
            let value = rest
                .trim_start_matches('"')
                .split(['"', '%'])
                .next()
                .unwrap();
            let value: f64 = value
                .parse()
                .unwrap_or_else(|_| panic!("{attribute}{value}"));
            assert!((0.0..=100.0).contains(&value), "{attribute}{value}");
        }
    }
}

#[test]
fn the_page_of_a_recorded_run_is_written_and_said() {
    let folder = TempDir::new().unwrap();
    let html = folder.path().join("page.html");
    let output = bench(&[
        "report",
        sample().to_str().unwrap(),
        "--html",
        html.to_str().unwrap(),
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(output.stdout, b"");
    assert_eq!(stderr(&output), format!("wrote {}\n", html.display()));
    assert_eq!(std::fs::read_to_string(&html).unwrap(), page(&record()));
}

#[test]
fn a_record_of_another_format_is_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("record.json");
    let file = file.to_str().unwrap();
    let html = folder.path().join("page.html");
    let html = html.to_str().unwrap();
    let cases = [
        (
            "{\"format\": 2, \"chains\": 7}",
            format!(
                "error: {file}: a record of format 2, and this program reads 1\n  hint: use the tollgate that made it, or measure anew\n"
            ),
        ),
        (
            "{}",
            format!(
                "error: {file}: not what `tollgate bench --format json` prints: missing field `format` at line 1 column 2\n"
            ),
        ),
        (
            "{\"format\": 1}",
            format!(
                "error: {file}: not what `tollgate bench --format json` prints: missing field `started` at line 1 column 13\n"
            ),
        ),
    ];
    for (text, said) in cases {
        std::fs::write(file, text).unwrap();
        let output = bench(&["report", file, "--html", html]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stderr(&output), said);
    }
    std::fs::remove_file(file).unwrap();
    let output = bench(&["report", file, "--html", html]);
    assert_eq!(
        stderr(&output),
        format!("error: {file}: No such file or directory (os error 2)\n")
    );
    assert!(!Path::new(html).exists());
}

#[test]
fn a_page_that_can_not_be_written_is_found_out_before_anything_is_measured() {
    let folder = TempDir::new().unwrap();
    let nowhere = folder.path().join("missing/page.html");
    let nowhere = nowhere.to_str().unwrap();
    let here = folder.path().to_str().unwrap();
    let cases = [
        (
            nowhere,
            format!("error: {nowhere} can't be written: No such file or directory"),
        ),
        (
            here,
            format!("error: {here} can't be written: it is there, and is no file"),
        ),
    ];
    for (html, said) in cases {
        // Measuring would fail too, for want of an Envoy.
        let output = bench(&["--quick", "--envoy=/nowhere/envoy", "--html", html]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).starts_with(&said), "{}", stderr(&output));
    }
}

#[test]
fn an_older_page_stays_until_there_is_a_new_one() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("page.html");
    std::fs::write(&file, "older").unwrap();
    let left = || std::fs::read_dir(folder.path()).unwrap().count();
    drop(Destination::open(&file).unwrap());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "older");
    assert_eq!(left(), 1);
    Destination::open(&file).unwrap().write("newer").unwrap();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "newer");
    assert_eq!(left(), 1);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
