//! What all gates have in common.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use tollgate::policy::Policy;
use tollgate::render::envoy::{self as render, Options};
use tollgate_rig::{
    Answer, Authority, Identity, KeyAnswer, KeyServer, Port, SERVER_NAME, Upstream,
};

use crate::form::Form;
use crate::gate::{Gate, Place};
use crate::house::House;
use crate::token;

/// Modules, certificates, the identity provider, and a folder for access logs.
pub struct Site {
    modules: PathBuf,
    /// Who vouches for the gates.
    pub authority: Arc<Authority>,
    identity: Identity,
    /// The identity provider behind the cluster `idp`.
    pub house: House,
    /// Behind the cluster `idp_tls`, with a certificate for its name.
    named: KeyServer,
    /// Behind the cluster `idp_other`, with a certificate for another name.
    other: KeyServer,
    logs: TempDir,
}

// === impl Site ===

impl Site {
    /// The modules: `$TOLLGATE_MODULES`, else `dist`.
    pub fn modules() -> PathBuf {
        match std::env::var_os("TOLLGATE_MODULES").filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist")),
        }
    }

    /// With the modules of [`Site::modules`].
    ///
    /// # Panics
    /// Where they aren't there.
    pub fn new() -> Self {
        let authority = Arc::new(Authority::new());
        let set = Answer::json(200, token::key_set(&["ec"]).to_string());
        let over_tls = |name| {
            let identity = authority.issue(&[name]);
            KeyServer::start(vec![KeyAnswer::Says(set.clone())], Some(&identity))
        };
        Self {
            modules: Self::modules().canonicalize().unwrap(),
            identity: authority.issue(&[SERVER_NAME]),
            named: over_tls("idp.test"),
            other: over_tls("other.test"),
            authority,
            house: House::open(),
            logs: TempDir::with_prefix("tollgate-gateway.").unwrap(),
        }
    }

    /// A gate of `topic` that keeps `policy`.
    pub fn gate(&self, topic: &'static str, form: Form, policy: &Policy) -> Gate {
        self.gate_with(topic, form, policy, |_| {})
    }

    /// The same with some options changed.
    ///
    /// # Panics
    /// Where the system has no free port.
    pub fn gate_with(
        &self,
        topic: &'static str,
        form: Form,
        policy: &Policy,
        change: impl FnOnce(&mut Options),
    ) -> Gate {
        let (port, upstream) = (Port::free().unwrap(), Upstream::start());
        let name = format!("{topic}_{form}");
        let log = self.logs.path().join(format!("{name}.log"));
        let mut options = Options {
            name: name.clone(),
            layout: form.layout,
            hold_flag: form.flag,
            trusted_ca: self.authority.file().to_owned(),
            access_log: Some(log.clone()),
            ..Options::new(
                port.address(),
                upstream.address().into(),
                self.modules.clone(),
            )
        };
        let providers = [
            ("idp", self.house.address()),
            ("idp_tls", self.named.address()),
            ("idp_other", self.other.address()),
        ];
        let providers = providers.map(|(name, address)| (name.to_owned(), address));
        options.cluster_addresses.extend(providers);
        change(&mut options);
        Gate {
            listener: render::listener(policy, &options),
            clusters: render::clusters(policy, &options),
            authority: options.tls.is_some().then(|| Arc::clone(&self.authority)),
            place: Place::default(),
            name,
            topic,
            form,
            upstream,
            port,
            log,
        }
    }

    /// TLS for a gate.
    pub fn tls(&self) -> render::Tls {
        render::Tls {
            certificate: self.identity.certificate_file().to_owned(),
            key: self.identity.key_file().to_owned(),
            client_ca: None,
        }
    }

    /// A file in the folder of the logs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.logs.path().join(name)
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}
