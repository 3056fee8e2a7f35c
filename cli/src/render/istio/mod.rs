//! Istio manifests: the filters of a policy as `WasmPlugin` or as `EnvoyFilter`,
//! and beside either an `EnvoyFilter` with what guards them.

mod envoy_filter;
mod wasm_plugin;

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::policy::{Hold, Policy, Report};

/// How the filters are attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// `EnvoyFilter`: heads can be held, so nothing reaches the upstream undecided
    EnvoyFilter,
    /// `WasmPlugin`: bodies can be held, heads cannot
    WasmPlugin,
}

/// Where the filters run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Context {
    /// A gateway
    Gateway,
    /// A sidecar, for what comes in
    Sidecar,
}

/// What manifests are made of besides the policy.
#[derive(Debug, Clone)]
pub struct Options {
    /// Names the manifests, and goes into `vm_id`.
    pub name: String,
    /// Their namespace.
    pub namespace: String,
    /// Labels of the workloads.
    pub selector: Vec<(String, String)>,
    /// How the filters are attached.
    pub form: Form,
    /// Where they run.
    pub context: Context,
    /// The URL of the module of all filters, for `WasmPlugin`.
    pub url: String,
    /// The folder of the modules in the proxy's container, for `EnvoyFilter`.
    pub modules: PathBuf,
}

/// Every manifest, in the order in which they are to be applied.
///
/// # Errors
/// Where the policy asks for what the form cannot do.
pub fn manifests(policy: &Policy, options: &Options) -> Result<Vec<Value>, Report> {
    match options.form {
        Form::EnvoyFilter => Ok(vec![
            envoy_filter::guards(policy, options),
            envoy_filter::filters(policy, options),
        ]),
        Form::WasmPlugin => {
            let policy = policy.with_hold(Hold::Body)?;
            let mut manifests = vec![envoy_filter::guards(&policy, options)];
            manifests.extend(wasm_plugin::plugins(&policy, options));
            Ok(manifests)
        }
    }
}

impl Options {
    fn metadata(&self, part: &str) -> Value {
        json!({ "name": format!("{}-{part}", self.name), "namespace": self.namespace })
    }

    fn labels(&self) -> Value {
        let labels = self.selector.iter();
        labels
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}
