//! Compares what an executor saw with what the case says.

use crate::case::{Arrived, ArrivedRequest, Case, Earlier, Field, Outcome, from_hex};
use crate::observe::{Arrival, Fields, Observation, values};

/// Every way in which they differ.
pub fn differences(case: &Case, seen: &Observation) -> Vec<String> {
    let mut found = seen.accidents.clone();
    let expect = &case.expect;
    if seen.status != Some(expect.status) {
        found.push(format!(
            "status {:?}, expected {}",
            seen.status, expect.status
        ));
    }
    fields("response", &expect.headers, &seen.headers, &mut found);
    if let Some(body) = &expect.body
        && body.bytes() != seen.body
    {
        found.push(format!("body {:?}", String::from_utf8_lossy(&seen.body)));
    }
    problem(case, seen, &mut found);
    decision(case, seen, &mut found);
    upstream(case, seen, &mut found);
    found
}

impl Earlier {
    /// What comes before must end as the case says, or the rest tells nothing.
    pub fn check(&self, seen: &Observation) -> Result<(), String> {
        match seen.status == Some(self.status) {
            true => Ok(()),
            false => Err(format!(
                "a request before got {:?}, expected {}: {}",
                seen.status,
                self.status,
                String::from_utf8_lossy(&seen.body)
            )),
        }
    }
}

fn decision(case: &Case, seen: &Observation, found: &mut Vec<String>) {
    let expect = &case.expect;
    if expect.outcome == Outcome::Allow {
        for (filter, mark) in &seen.marks {
            if mark != "allow" {
                found.push(format!(
                    "the mark of {filter} is `{mark}`, expected `allow`"
                ));
            }
        }
    } else {
        let Some(reason) = &expect.reason else {
            found.push("the case names no reason".into());
            return;
        };
        let filter = expect
            .filter
            .as_deref()
            .unwrap_or(reason.split('_').next().unwrap_or(""));
        let word = if expect.outcome == Outcome::Deny {
            "deny"
        } else {
            "report"
        };
        let mark = seen.marks.get(filter).map_or("none", String::as_str);
        if mark != format!("{word} {reason}") {
            found.push(format!(
                "the mark of {filter} is `{mark}`, expected `{word} {reason}`"
            ));
        }
        counter(
            &format!("tollgate.decisions.{word}.{reason}"),
            1,
            seen,
            found,
        );
    }
    for (name, value) in &expect.state {
        let state = seen.state.get(name);
        if state != value.as_ref() {
            found.push(format!("the state {name} is {state:?}, expected {value:?}"));
        }
    }
    for (name, count) in &expect.counters {
        counter(name, *count, seen, found);
    }
}

fn counter(name: &str, expected: u64, seen: &Observation, found: &mut Vec<String>) {
    let count = seen.counters.get(name).copied().unwrap_or(0);
    if count != expected {
        found.push(format!(
            "the counter {name} is {count}, expected {expected}"
        ));
    }
}

fn problem(case: &Case, seen: &Observation, found: &mut Vec<String>) {
    let content = values(&seen.headers, "content-type");
    let is_problem = content == [b"application/problem+json"];
    let expect = &case.expect;
    if expect.outcome == Outcome::Deny && is_problem {
        let slug = expect.reason.as_deref().unwrap_or("");
        match serde_json::from_slice::<serde_json::Value>(&seen.body) {
            Ok(problem) => {
                let kind = format!("urn:tollgate:problem:{slug}");
                if problem["type"] != kind.as_str() || problem["status"] != expect.status {
                    found.push(format!("the problem is {problem}"));
                }
                for (name, value) in &expect.problem {
                    // A member that is `null` in the case must not be there.
                    if problem.get(name).unwrap_or(&serde_json::Value::Null) != value {
                        found.push(format!(
                            "problem.{name} is {:?}, expected {value}",
                            problem.get(name)
                        ));
                    }
                }
            }
            Err(error) if case.request.method == "HEAD" && seen.body.is_empty() => drop(error),
            Err(error) => found.push(format!("the problem is no JSON: {error}")),
        }
    } else if !expect.problem.is_empty() {
        found.push(format!(
            "no problem document: {:?}",
            String::from_utf8_lossy(&seen.body)
        ));
    }
}

fn upstream(case: &Case, seen: &Observation, found: &mut Vec<String>) {
    match (&case.expect.upstream, &seen.upstream) {
        (None, _) | (Some(Arrived::Nothing(_)), None) => {}
        (Some(Arrived::Nothing(_)), Some(arrival)) => {
            found.push(format!(
                "the upstream saw {} {}",
                arrival.method, arrival.path
            ));
        }
        (Some(Arrived::Request(_)), None) => found.push("the upstream saw nothing".into()),
        (Some(Arrived::Request(expected)), Some(arrival)) => arrived(expected, arrival, found),
    }
}

fn arrived(expected: &ArrivedRequest, arrival: &Arrival, found: &mut Vec<String>) {
    if let Some(method) = &expected.method
        && *method != arrival.method
    {
        found.push(format!("the upstream saw the method {}", arrival.method));
    }
    if let Some(path) = &expected.path
        && *path != arrival.path
    {
        found.push(format!(
            "the upstream saw the path {}, expected {path}",
            arrival.path
        ));
    }
    fields("upstream", &expected.headers, &arrival.headers, found);
    fields(
        "upstream trailers",
        &expected.trailers,
        &arrival.trailers,
        found,
    );
    if let Some(body) = &expected.body
        && body.bytes() != arrival.body
    {
        found.push(format!(
            "the upstream saw the body {:?}",
            String::from_utf8_lossy(&arrival.body)
        ));
    }
    if !arrival.complete {
        found.push("the request did not arrive whole".into());
    }
}

fn fields(
    place: &str,
    expected: &std::collections::BTreeMap<String, Field>,
    seen: &Fields,
    found: &mut Vec<String>,
) {
    for (name, field) in expected {
        let values = values(seen, name);
        let fits = match field {
            Field::Absent(()) => values.is_empty(),
            Field::One(text) => values.len() == 1 && matches(text, values[0]),
            Field::Exact { hex } => values == [from_hex(hex)],
            Field::Many(texts) => {
                texts.len() == values.len()
                    && texts
                        .iter()
                        .zip(&values)
                        .all(|(text, value)| matches(text, value))
            }
        };
        if !fits {
            let shown: Vec<_> = values
                .iter()
                .map(|value| value.escape_ascii().to_string())
                .collect();
            found.push(format!("{place}: {name} is {shown:?}, expected {field:?}"));
        }
    }
}

fn matches(expected: &str, value: &[u8]) -> bool {
    match expected.strip_suffix('*') {
        Some(prefix) => value.starts_with(prefix.as_bytes()),
        None => value == expected.as_bytes(),
    }
}
