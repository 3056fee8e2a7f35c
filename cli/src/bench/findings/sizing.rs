//! What a cost comes to in processors, in words that one can plan with.

use crate::bench::result::{Cell, Sizing};

/// Processors of the machine that is planned with, and its requests per second.
const CORES: f64 = 4.0;
const RATE: f64 = 2000.0;

/// What the cost of `cell` comes to.
#[must_use]
pub fn of(cell: &Cell) -> Sizing {
    // A microsecond for each of 1,000 requests in a second is a thousandth of a processor.
    let cores = cell.cost.times(1e-3);
    let busy = cores.median * RATE / 1000.0;
    Sizing {
        chain: cell.chain.clone(),
        workload: cell.workload.clone(),
        cores_per_thousand: cores,
        share_of_four: busy / CORES,
        words: words(cores.median, busy),
    }
}

fn words(cores: f64, busy: f64) -> String {
    let each = format!("{cores:.3} vCPU per 1,000 requests per second");
    match busy > CORES {
        false => format!(
            "{each}; 2,000 per second keep {busy:.2} of 4 vCPU busy ({:.1} %)",
            busy / CORES * 100.0
        ),
        true => {
            format!("{each}; 2,000 per second are more than 4 vCPU can do: they take {busy:.2}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::statistics::Estimate;

    fn sizing(cost: f64) -> Sizing {
        of(&Cell {
            chain: "all".to_owned(),
            workload: "get".to_owned(),
            statuses: vec![200],
            requests: 1,
            cost: Estimate::exactly(cost),
            added: None,
            throughput: Estimate::exactly(1.0),
            threads: Vec::new(),
            samples: Vec::new(),
        })
    }

    #[test]
    fn a_cost_is_told_in_processors() {
        let sizing = sizing(150.0);
        assert_eq!(sizing.cores_per_thousand.median, 0.15);
        assert_eq!(sizing.share_of_four, 0.075);
        assert_eq!(
            sizing.words,
            "0.150 vCPU per 1,000 requests per second; 2,000 per second keep 0.30 of 4 vCPU busy (7.5 %)"
        );
    }

    #[test]
    fn what_four_processors_cannot_do_is_said() {
        assert_eq!(
            sizing(2500.0).words,
            "2.500 vCPU per 1,000 requests per second; 2,000 per second are more than 4 vCPU can do: they take 5.00"
        );
    }
}
