//! Statistics: the labels of tollgate's metrics, which have none by themselves.

use serde_json::{Value, json};

/// `tollgate_decisions{outcome="deny",reason="jwt_expired"}`, and a label for
/// the provider. Envoy matches the name with its prefix `wasmcustom.`; the
/// first group is cut out, the second is the value.
#[must_use]
pub fn config() -> Value {
    json!({
        "stats_tags": [
            {
                "tag_name": "outcome",
                "regex": r"^(?:wasmcustom\.)?tollgate\.decisions(\.(allow|deny|report))\.\w+$",
            },
            {
                "tag_name": "reason",
                "regex": r"^(?:wasmcustom\.)?tollgate\.decisions\.(?:allow|deny|report)(\.(\w+))$",
            },
            {
                "tag_name": "direction",
                "regex": r"^(?:wasmcustom\.)?tollgate\.(?:unjudged|bytes)(\.(request|response))\.\w+$",
            },
            {
                "tag_name": "kind",
                "regex": r"^(?:wasmcustom\.)?tollgate\.unjudged\.(?:request|response)(\.(\w+))$",
            },
            {
                "tag_name": "filter",
                "regex": r"^(?:wasmcustom\.)?tollgate\.bytes\.(?:request|response)(\.(\w+))$",
            },
            {
                "tag_name": "provider",
                "regex": r"^(?:wasmcustom\.)?tollgate\.jwt(\.(\w+))\.\w+$",
            },
        ],
        // Powers of four, from a line of text to the largest body.
        "histogram_bucket_settings": [{
            "match": { "prefix": "wasmcustom.tollgate.bytes" },
            "buckets": [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216],
        }],
    })
}
