//! Runs a case on the in-memory host: natively, or through the built modules.

use crate::case::{self, Case, Certificate, Fields, KeyAnswer, cut};
use crate::native::Native;
use crate::observe::{Arrival, FILTERS, Observation};
use crate::policy;
use crate::scene::Scene;
use crate::tokens::Keys;
use serde_json::{Map, Value};
use std::cell::Cell;
use std::path::Path;
use std::time::Duration;
use tollgate_bundle::SECTIONS;
use tollgate_emulator::{
    Answer, Chain, Exchange, Headers, Host, HostCall, Installed, LogLevel, Module, Plugin,
    Properties, Request, Script, Status, Upstream, Vm, Which,
};
use tollgate_kit::host::Digest;

/// How the filters are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A module for each.
    Separate,
    /// The bundle, three root ids in one machine.
    Bundle,
    /// The three in one filter.
    All,
}

/// Who runs the filters.
#[derive(Debug, Clone, Copy)]
pub enum Executor<'m> {
    /// The machine as native code.
    Native,
    /// The modules in this folder, under wasmtime.
    Emulator(&'m Path),
}

/// Runs a case; an error where it cannot even begin.
pub fn run(
    case: &Case,
    keys: &Keys,
    executor: Executor<'_>,
    layout: Layout,
) -> Result<Observation, String> {
    let host = Host::new();
    host.set_time(case.now.saturating_mul(1_000_000_000));
    host.set_verifier(|hash, spki, signature, text| {
        let digest = match hash {
            "sha256" => Digest::Sha256,
            "sha384" => Digest::Sha384,
            "sha512" => Digest::Sha512,
            other => return Err(format!("{other} is not supported.")),
        };
        tollgate_jwt::oracle::verify(digest, spki, signature, text)
            .map_err(|error| error.to_string())
    });
    for (cluster, answers) in &case.jwks {
        serve(&host, cluster, answers, keys)?;
    }
    let policy = policy::of(case, keys)?;
    let filters = install(&host, case, &policy, executor, layout)?;
    let chain = Chain::new(&host, filters, BUFFER_LIMIT);
    // A second in which keys are fetched, then the requests.
    host.advance(Duration::from_secs(1));
    let scene = Scene::new(case, keys, case.now, OWN_CERTIFICATE)?;
    let set_time = |earlier: u64| {
        host.set_time(
            case.now
                .saturating_sub(earlier)
                .saturating_mul(1_000_000_000),
        );
    };
    for earlier in &case.before {
        set_time(earlier.seconds);
        let asked = &earlier.request;
        let exchange = send(&host, &chain, &request(asked, &scene), &answer(case, asked));
        earlier.check(&observe(&host, &exchange))?;
    }
    set_time(0);
    let before = host.counters();
    for name in &case.failing {
        let call = HostCall::named(name).ok_or_else(|| format!("there is no host call {name}"))?;
        host.fail(call, Which::Nth(1), Status::InternalFailure);
    }
    let asked = &case.request;
    let exchange = send(&host, &chain, &request(asked, &scene), &answer(case, asked));
    let mut seen = observe(&host, &exchange);
    for (name, count) in before {
        if let Some(now) = seen.counters.get_mut(&name) {
            *now -= count;
        }
    }
    Ok(seen)
}

fn send(host: &Host, chain: &Chain, request: &Request, upstream: &Upstream) -> Exchange {
    let exchange = chain.run(request, upstream);
    for _ in 0..20 {
        if !exchange.is_hanging() {
            break;
        }
        host.advance(Duration::from_millis(100));
    }
    exchange
}

fn install(
    host: &Host,
    case: &Case,
    policy: &Map<String, Value>,
    executor: Executor<'_>,
    layout: Layout,
) -> Result<Vec<Installed>, String> {
    let plugin = |root_id: &str, configuration: &Value| Plugin {
        root_id: root_id.to_owned(),
        name: root_id.to_owned(),
        configuration: configuration.to_string().into_bytes(),
        allow_on_headers_stop_iteration: case.hold_flag,
    };
    let plugins: Vec<Plugin> = match layout {
        Layout::All => vec![plugin("all", &Value::Object(policy.clone()))],
        Layout::Separate | Layout::Bundle => SECTIONS
            .iter()
            .filter_map(|section| {
                policy
                    .get(section.name)
                    .map(|value| plugin(section.name, value))
            })
            .collect(),
    };
    let modules = match executor {
        Executor::Native => {
            return plugins
                .into_iter()
                .map(|plugin| native(host, plugin))
                .collect();
        }
        Executor::Emulator(modules) => modules,
    };
    let machine = |file: &str, plugins: &[Plugin]| {
        let module = Module::load(modules.join(file)).map_err(|error| error.to_string())?;
        Vm::start(host, &module, file, plugins)
            .map_err(|error| format!("{error}: {:?}", host.log()))
    };
    match layout {
        Layout::Separate => {
            let one = |plugin: Plugin| {
                Ok(machine(&format!("tollgate_{}.wasm", plugin.root_id), &[plugin])?.filter(0))
            };
            plugins.into_iter().map(one).collect()
        }
        Layout::Bundle | Layout::All => {
            let vm = machine("tollgate.wasm", &plugins)?;
            Ok((0..plugins.len()).map(|at| vm.filter(at)).collect())
        }
    }
}

fn native(host: &Host, plugin: Plugin) -> Result<Installed, String> {
    let shape = tollgate_bundle::shape(&plugin.root_id).ok_or("no such root_id")?;
    let configuration = plugin.configuration.clone();
    host.install("native", plugin, |root| {
        Native::start(root, &configuration, shape)
    })
}

fn serve(host: &Host, cluster: &str, answers: &[KeyAnswer], keys: &Keys) -> Result<(), String> {
    let mut scripted = Vec::new();
    for answer in answers {
        let made = if answer.refused {
            Answer::refused()
        } else {
            let (status, body) = answer.content(keys)?;
            Answer::new(status, body)
        };
        scripted.push(made.after(Duration::from_millis(answer.delay_ms)));
    }
    let next = Cell::new(0);
    host.cluster(cluster, move |_| {
        let at = next
            .replace(next.get() + 1)
            .min(scripted.len().saturating_sub(1));
        scripted.get(at).cloned().unwrap_or_else(Answer::refused)
    });
    Ok(())
}

fn request(asked: &case::Request, scene: &Scene) -> Request {
    let place = |value: &[u8]| scene.place(value);
    let scheme = if asked.tls { "https" } else { "http" };
    let mut headers = Headers::new();
    for (name, value) in [
        (":method", asked.method.as_bytes()),
        (":path", &place(&asked.path.bytes())),
        (":scheme", scheme.as_bytes()),
        (":authority", asked.authority.as_bytes()),
    ] {
        headers.push(name, value);
    }
    push(&mut headers, &asked.headers, &place);
    let chunks = match &asked.body {
        Some(body) => {
            let body = body.bytes();
            if asked.trailers.is_none() && asked.chunks.is_none() {
                headers.push("content-length", body.len().to_string());
            }
            cut(&body, asked.chunks.as_ref())
        }
        None => Vec::new(),
    };
    let mut trailers = None;
    if let Some(fields) = &asked.trailers {
        let mut map = Headers::new();
        push(&mut map, fields, &place);
        trailers = Some(map);
    }
    let properties = match (asked.tls, asked.certificate) {
        (false, _) => Properties::plaintext(),
        (true, None) => Properties::tls(),
        (true, Some(Certificate::Own)) => mutual_tls(OWN_CERTIFICATE),
        (true, Some(Certificate::Other)) => mutual_tls(OTHER_CERTIFICATE),
    };
    let message = Script {
        headers,
        chunks,
        trailers,
        ..Script::default()
    };
    Request {
        message,
        properties,
    }
}

fn mutual_tls(certificate: [u8; 32]) -> Properties {
    let digits = certificate.map(|byte| format!("{byte:02x}"));
    Properties::mutual_tls(&digits.concat())
}

fn push(headers: &mut Headers, fields: &Fields, place: &impl Fn(&[u8]) -> Vec<u8>) {
    for (name, value) in fields {
        headers.push(name.to_ascii_lowercase(), place(&value.bytes()));
    }
}

fn answer(case: &Case, request: &case::Request) -> Upstream {
    let asked = &case.upstream;
    let mut upstream = Upstream::new(asked.status);
    let verbatim = |value: &[u8]| value.to_vec();
    match &asked.headers {
        Some(fields) => push(&mut upstream.message.headers, fields, &verbatim),
        None => upstream
            .message
            .headers
            .push("content-type", "application/json"),
    }
    let bodiless = matches!(asked.status, 204 | 304) || request.method == "HEAD";
    if !bodiless {
        upstream.message.chunks = cut(&asked.content(), asked.chunks.as_ref());
    }
    if let Some(fields) = &asked.trailers {
        let mut map = Headers::new();
        push(&mut map, fields, &verbatim);
        upstream.message.trailers = Some(map);
    }
    upstream
}

fn observe(host: &Host, exchange: &Exchange) -> Observation {
    let mut seen = Observation {
        accidents: exchange.violations(),
        counters: host.counters(),
        ..Observation::default()
    };
    if let Some(response) = exchange.response() {
        seen.status = Some(response.status);
        seen.headers = pairs(&response.headers);
        seen.body = response.body;
    }
    let upstream = exchange.upstream();
    if let Some(headers) = &upstream.headers {
        seen.upstream = Some(Arrival {
            method: headers.text(":method").unwrap_or_default(),
            path: headers.text(":path").unwrap_or_default(),
            headers: pairs(headers),
            body: upstream.body,
            trailers: upstream.trailers.as_ref().map(pairs).unwrap_or_default(),
            complete: upstream.complete,
        });
    }
    for (name, value) in exchange.filter_state() {
        if let Some(name) = name.strip_prefix("wasm.tollgate.") {
            let place = match FILTERS.contains(&name) {
                true => &mut seen.marks,
                false => &mut seen.state,
            };
            place.insert(
                name.to_owned(),
                String::from_utf8_lossy(&value).into_owned(),
            );
        }
    }
    let errors = host
        .log()
        .into_iter()
        .filter(|line| line.level >= LogLevel::Error);
    seen.accidents
        .extend(errors.map(|line| format!("log: {}", line.text)));
    if exchange.is_hanging() {
        seen.accidents.push("the client still waits".into());
    }
    seen
}

fn pairs(headers: &Headers) -> crate::observe::Fields {
    headers
        .iter()
        .map(|(name, value)| (String::from_utf8_lossy(name).into_owned(), value.to_vec()))
        .collect()
}

/// As `tollgate render` sets it for a limit of 1 MiB.
const BUFFER_LIMIT: usize = 2 * 1024 * 1024;
/// What stands for the SHA-256 of the two certificates.
const OWN_CERTIFICATE: [u8; 32] = [0xa5; 32];
const OTHER_CERTIFICATE: [u8; 32] = [0x5a; 32];
