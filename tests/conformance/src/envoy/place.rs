//! Where cases run: a listener with the filters of a policy, and what stands
//! behind it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tollgate::policy::Policy;
use tollgate::render::envoy::{self as render, Ambiguity, HoldFlag, Options, Protocol, Tls};
use tollgate_rig::{
    Answer, Authority, Client, Http, Identity, KeyAnswer, KeyServer, Port, SERVER_NAME, Upstream,
};

use crate::case::{self, Case, Certificate};
use crate::observe;
use crate::policy;
use crate::run::Layout;
use crate::tokens::Keys;

/// What all places have in common.
pub struct Site {
    layout: Layout,
    modules: PathBuf,
    /// Answers whatever passes.
    pub upstream: Upstream,
    authority: Authority,
    identity: Identity,
    own: Identity,
    other: Identity,
    logs: TempDir,
}

/// A listener, and what stands behind it.
pub struct Place {
    /// The name of the listener and its statistics.
    pub name: String,
    port: Port,
    /// The file of its access log.
    pub log: PathBuf,
    /// Its configuration.
    pub listener: Value,
    /// The clusters that it alone uses.
    pub clusters: Vec<Value>,
    /// Whether the listener is there only while its case runs.
    pub comes_and_goes: bool,
    key_servers: Vec<KeyServer>,
    are_prompt: bool,
}

/// The name of a case's place; cases with one name share it.
pub fn name(file: &str, case: &Case) -> String {
    let base = match case.jwks.is_empty() {
        true => case.policy.trim_end_matches(".yaml"),
        false => file,
    };
    let plain = |letter: char| match letter.is_ascii_alphanumeric() {
        true => letter.to_ascii_lowercase(),
        false => '_',
    };
    let mut name: String = base.chars().map(plain).collect();
    if case.request.tls {
        name.push_str("_tls");
    }
    if protocol(case) == Protocol::Http2 {
        name.push_str("_h2");
    }
    if !case.hold_flag {
        name.push_str("_unheld");
    }
    name
}

/// Envoy carries trailers over HTTP/2 only, unless it is told otherwise.
fn protocol(case: &Case) -> Protocol {
    match (&case.request.trailers, &case.upstream.trailers) {
        (None, None) => Protocol::Http1,
        _ => Protocol::Http2,
    }
}

// === impl Site ===

impl Site {
    /// An upstream, and certificates.
    pub fn new(layout: Layout, modules: &Path) -> Result<Self, String> {
        let authority = Authority::new();
        Ok(Self {
            layout,
            modules: modules
                .canonicalize()
                .map_err(|error| format!("{}: {error}", modules.display()))?,
            upstream: Upstream::start(),
            identity: authority.issue(&[SERVER_NAME]),
            own: authority.issue(&["own.test"]),
            other: authority.issue(&["other.test"]),
            authority,
            logs: TempDir::with_prefix("tollgate-cases.").map_err(|error| error.to_string())?,
        })
    }

    /// A bootstrap without listeners and clusters.
    pub fn frame(&self) -> Value {
        render::frame(&self.options("frame", self.upstream.address()))
    }

    /// The SHA-256 of the client's own certificate.
    pub fn certificate(&self) -> [u8; 32] {
        Sha256::digest(self.own.certificate_der()).into()
    }

    /// The client that sends a request.
    pub fn client(&self, place: &Place, request: &case::Request) -> Client {
        let http = match request.http {
            2 => Http::Two,
            _ => Http::One,
        };
        let client = Client::new(place.port.address(), http).with_deadline(CLIENT_DEADLINE);
        let certificate = request.certificate.map(|certificate| match certificate {
            Certificate::Own => &self.own,
            Certificate::Other => &self.other,
        });
        match request.tls {
            true => client.over_tls(&self.authority, certificate),
            false => client,
        }
    }

    fn tls(&self) -> Tls {
        Tls {
            certificate: self.identity.certificate_file().to_owned(),
            key: self.identity.key_file().to_owned(),
            client_ca: Some(self.authority.file().to_owned()),
        }
    }

    fn options(&self, name: &str, listen: std::net::SocketAddr) -> Options {
        Options {
            name: name.to_owned(),
            layout: match self.layout {
                Layout::Separate => render::Layout::Separate,
                Layout::Bundle => render::Layout::Bundle,
                Layout::All => render::Layout::All,
            },
            // The cases say what the filters do, not what Envoy spares them.
            ambiguity: Ambiguity::Filters,
            trusted_ca: self.authority.file().to_owned(),
            access_log: Some(self.logs.path().join(format!("{name}.log"))),
            ..Options::new(listen, self.upstream.address().into(), self.modules.clone())
        }
    }
}

/// Longer than any case takes.
const CLIENT_DEADLINE: Duration = Duration::from_secs(5);

// === impl Place ===

impl Place {
    /// Compiles and renders the policy of a case; an error where it is refused.
    pub fn build(name: &str, case: &Case, keys: &Keys, site: &Site) -> Result<Self, String> {
        let port = Port::free().map_err(|error| error.to_string())?;
        let mut document = policy::of(case, keys)?;
        let renamed = rename_clusters(&mut document, name);
        let policy = Policy::from_text(&Value::Object(document).to_string(), Path::new(""))
            .map_err(|report| format!("the policy is refused:\n{report}"))?;
        let key_servers = key_servers(&policy, &renamed, case, keys, &site.authority)?;

        let mut options = site.options(name, port.address());
        options.upstream_protocol = protocol(case);
        options.tls = case.request.tls.then(|| site.tls());
        options.hold_flag = match case.hold_flag {
            true => HoldFlag::Set,
            false => HoldFlag::Unset,
        };
        options.cluster_addresses = key_servers
            .iter()
            .map(|(cluster, server)| (cluster.clone(), server.address()))
            .collect();
        // A provider that the case doesn't serve has no cluster, as in the emulator.
        let is_there = |cluster: &Value| {
            let name = cluster["name"].as_str().unwrap_or_default();
            !renamed.contains_key(name) || options.cluster_addresses.contains_key(name)
        };
        let mut clusters = render::clusters(&policy, &options);
        clusters.retain(is_there);
        Ok(Self {
            name: name.to_owned(),
            listener: with_state(render::listener(&policy, &options)),
            clusters,
            log: options.access_log.unwrap_or_default(),
            port,
            comes_and_goes: !case.jwks.is_empty(),
            are_prompt: case.jwks.values().flatten().all(is_prompt),
            key_servers: key_servers.into_values().collect(),
        })
    }

    /// The statistic that counts what was sent to its upstream.
    pub fn upstream_count(&self) -> String {
        format!("cluster.{}_upstream.upstream_rq_total", self.name)
    }

    /// Gives the filters time to fetch keys, `at_most` where servers are slow.
    pub fn wait_for_keys(&self, at_most: Duration) {
        let begin = Instant::now();
        for server in &self.key_servers {
            server.wait(at_most.saturating_sub(begin.elapsed()), 1);
        }
        if !self.are_prompt {
            std::thread::sleep(at_most.saturating_sub(begin.elapsed()));
        }
    }
}

/// Has the access log tell what filter state has of a token, which is nobody's
/// business elsewhere.
fn with_state(mut listener: Value) -> Value {
    if let Some(format) = listener.pointer_mut(LOG_FORMAT) {
        for name in observe::STATE {
            let state = format!("%FILTER_STATE(wasm.tollgate.{name}:PLAIN)%");
            format[format!("state_{name}")] = state.into();
        }
    }
    listener
}

const LOG_FORMAT: &str =
    "/filter_chains/0/filters/0/typed_config/access_log/0/typed_config/log_format/json_format";

fn is_prompt(answer: &case::KeyAnswer) -> bool {
    answer.delay_ms == 0 && !answer.refused
}

/// Gives every cluster of a key set a name of its own; the new names with the old.
fn rename_clusters(policy: &mut Map<String, Value>, place: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let providers = policy
        .get_mut("jwt")
        .and_then(|section| section.get_mut("providers")?.as_array_mut());
    for provider in providers.into_iter().flatten() {
        if let Some(cluster) = provider.pointer_mut("/jwks/remote/cluster")
            && let Some(old) = cluster.as_str().map(str::to_owned)
        {
            let new = format!("{place}_{old}");
            *cluster = new.clone().into();
            names.insert(new, old);
        }
    }
    names
}

/// The servers that the case scripts, by the names of their clusters.
fn key_servers(
    policy: &Policy,
    renamed: &BTreeMap<String, String>,
    case: &Case,
    keys: &Keys,
    authority: &Authority,
) -> Result<BTreeMap<String, KeyServer>, String> {
    let mut servers = BTreeMap::new();
    for remote in policy.remotes() {
        let old = renamed.get(&remote.cluster);
        let Some(answers) = old.and_then(|old| case.jwks.get(old)) else {
            continue;
        };
        let host = remote.authority.split(':').next().unwrap_or_default();
        let identity = (remote.scheme == "https").then(|| authority.issue(&[host]));
        let answers = answers.iter().map(|answer| key_answer(answer, keys));
        let answers = answers.collect::<Result<_, String>>()?;
        let server = KeyServer::start(answers, identity.as_ref());
        servers.insert(remote.cluster.clone(), server);
    }
    Ok(servers)
}

fn key_answer(answer: &case::KeyAnswer, keys: &Keys) -> Result<KeyAnswer, String> {
    if answer.refused {
        return Ok(KeyAnswer::Refuses);
    }
    let (status, body) = answer.content(keys)?;
    let delay = Duration::from_millis(answer.delay_ms);
    Ok(KeyAnswer::Says(Answer::json(status, body).after(delay)))
}
