//! The filters in a real Envoy.
//!
//! It needs `$ENVOY` and the modules (`$TOLLGATE_MODULES`, else `dist`); without
//! them everything is skipped, and counted as skipped.

#[path = "gateway/body_only.rs"]
mod body_only;
#[path = "gateway/buffers.rs"]
mod buffers;
#[path = "gateway/bytes.rs"]
mod bytes;
#[path = "gateway/configuration.rs"]
mod configuration;
#[path = "gateway/connections.rs"]
mod connections;
#[path = "gateway/grpc.rs"]
mod grpc;
#[path = "gateway/health.rs"]
mod health;
#[path = "gateway/holding.rs"]
mod holding;
#[path = "gateway/keys.rs"]
mod keys;
#[path = "gateway/local_answers.rs"]
mod local_answers;
#[path = "gateway/local_replies.rs"]
mod local_replies;
#[path = "gateway/marks.rs"]
mod marks;
#[path = "gateway/paths.rs"]
mod paths;
#[path = "gateway/policies.rs"]
mod policies;
#[path = "gateway/profiles.rs"]
mod profiles;
#[path = "gateway/proofs.rs"]
mod proofs;
#[path = "gateway/replacing.rs"]
mod replacing;
#[path = "gateway/reporting.rs"]
mod reporting;
#[path = "gateway/rotating.rs"]
mod rotating;
#[path = "gateway/telemetry.rs"]
mod telemetry;
#[path = "gateway/unflagged.rs"]
mod unflagged;
#[path = "gateway/upgrades.rs"]
mod upgrades;
#[path = "gateway/waiting.rs"]
mod waiting;

use std::process::ExitCode;

fn main() -> ExitCode {
    tollgate_gateway::harness::run(&[
        holding::TOPIC,
        unflagged::TOPIC,
        body_only::TOPIC,
        replacing::TOPIC,
        waiting::TOPIC,
        keys::TOPIC,
        rotating::TOPIC,
        proofs::TOPIC,
        policies::TOPIC,
        marks::TOPIC,
        bytes::TOPIC,
        connections::TOPIC,
        local_replies::TOPIC,
        profiles::TOPIC,
        buffers::TOPIC,
        grpc::TOPIC,
        upgrades::TOPIC,
        local_answers::TOPIC,
        configuration::TOPIC,
        paths::TOPIC,
        reporting::TOPIC,
        telemetry::TOPIC,
        health::TOPIC,
    ])
}
