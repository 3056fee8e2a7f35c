//! Every table of reasons, and the page that is written from them.

use std::fmt::Write as _;
use tollgate_kit::reason::{Challenge, Reason, grpc_status};

/// The tables, in the order of the chain.
#[must_use]
pub fn tables() -> [(&'static str, &'static [&'static Reason]); 4] {
    [
        ("kit", tollgate_kit::reason::ALL),
        ("headers", tollgate_headers::reason::ALL),
        ("jwt", tollgate_jwt::reason::ALL),
        ("schema", tollgate_schema::reason::ALL),
    ]
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Reason> {
    tables()
        .into_iter()
        .flat_map(|(_, table)| table.iter().copied())
}

/// `docs/reasons.md`.
#[must_use]
pub fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (filter, table) in tables() {
        let _ = write!(page, "\n## {filter}\n\n{HEAD}");
        for reason in table {
            row(reason, &mut page);
        }
    }
    page
}

fn row(reason: &Reason, page: &mut String) {
    let statuses: Vec<String> = reason.statuses.iter().map(ToString::to_string).collect();
    let challenge = match reason.challenge {
        Challenge::None => "",
        Challenge::Bare => "scheme only",
        Challenge::InvalidRequest | Challenge::InvalidToken | Challenge::InsufficientScope => {
            reason.challenge.error_code().unwrap_or_default()
        }
    };
    let _ = writeln!(
        page,
        "| `{}` | {} | {} | {} | {challenge} | {} | {} |",
        reason.slug,
        statuses.join(", "),
        grpc_status(reason.status()),
        reason.title,
        reason.meaning.trim().replace('|', "\\|"),
        reason.source,
    );
}

const INTRODUCTION: &str = "\
# Reasons

Every decision that isn't a plain allow has one reason. It is the end of the problem's `type`
(`urn:tollgate:problem:jwt_expired`), the `reason` of the log line, the end of the counter
(`tollgate.decisions.deny.jwt_expired`, or `report` in report mode), what stands in the filter's mark
(`wasm.tollgate.jwt`: `deny jwt_expired`), and `%RESPONSE_CODE_DETAILS%` (`tollgate_jwt_expired`).

`status` is that of the reply, `gRPC` the status of a gRPC reply, `challenge` what `WWW-Authenticate` says
(RFC 6750 §3). This page is written from the tables in the code: `UPDATE_DOCS=1 cargo test -p tollgate-tidy`.
";

const HEAD: &str = "\
| reason | status | gRPC | title | challenge | when | rests on |
| --- | --- | --- | --- | --- | --- | --- |
";
