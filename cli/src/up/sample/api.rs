//! The sample API: orders and user profiles, as `openapi.yaml` documents them.
//!
//! It behaves as services in the field do, and that is what the filters are for:
//! it checks neither tokens nor ranges, tells what it is built with, and one of
//! its routes (`…/invoice`) answers other than documented.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, SERVER};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::store::{Status, Store};
use crate::up::server::Handler;

/// The API and what it knows.
pub struct Api {
    store: Mutex<Store>,
}

const MOST_LISTED: usize = 20;

// === impl Api ===

impl Api {
    /// The API as it is at its start.
    #[must_use]
    pub fn new() -> Self {
        Self {
            store: Mutex::new(Store::new()),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn route(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let path: Vec<&str> = request.uri().path().split('/').skip(1).collect();
        // hyper leaves the body of an answer to HEAD out by itself.
        let method = match request.method() {
            &Method::HEAD => &Method::GET,
            method => method,
        };
        match (method, path.as_slice()) {
            (&Method::GET, ["healthz"]) => json_response(StatusCode::OK, &json!({"status": "ok"})),
            (&Method::GET, ["api", "v1", "orders"]) => self.orders(request.uri().query()),
            (&Method::POST, ["api", "v1", "orders"]) => self.place(request.body()),
            (&Method::GET, ["api", "v1", "orders", id]) => found(self.store().order(id)),
            (&Method::GET, ["api", "v1", "orders", id, "invoice"]) => self.invoice(id),
            (&Method::GET, ["api", "v1", "user", id, "profile"]) => found(self.store().profile(id)),
            (&Method::PUT, ["api", "v1", "user", id, "profile"]) => {
                self.replace_profile(id, request.body())
            }
            _ => failure(StatusCode::NOT_FOUND, "there is nothing here"),
        }
    }

    fn orders(&self, query: Option<&str>) -> Response<Bytes> {
        let value = |name| {
            query
                .unwrap_or_default()
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .find_map(|(key, value)| (key == name).then_some(value))
        };
        let limit = value("limit").and_then(|text| text.parse().ok());
        let status = value("status").and_then(Status::parse);
        let store = self.store();
        let orders: Vec<_> = store
            .orders(status)
            .take(limit.unwrap_or(MOST_LISTED))
            .collect();
        json_response(StatusCode::OK, &json!({ "orders": orders }))
    }

    fn place(&self, body: &Bytes) -> Response<Bytes> {
        with_json(body, |new| {
            json_response(StatusCode::CREATED, &self.store().place(new))
        })
    }

    /// Breaks the document: the total is a text, and a member that nobody
    /// outside should see slips out.
    fn invoice(&self, id: &str) -> Response<Bytes> {
        let invoice = self.store().order(id).map(|order| {
            json!({
                "number": "INV-000042",
                "order_id": order.id,
                "total_cents": order.total_cents.to_string(),
                "debug_query": "SELECT * FROM invoices",
            })
        });
        found(invoice.as_ref())
    }

    fn replace_profile(&self, user: &str, body: &Bytes) -> Response<Bytes> {
        with_json(body, |profile| {
            found(self.store().replace_profile(user, profile))
        })
    }
}

impl Default for Api {
    fn default() -> Self {
        Self::new()
    }
}

impl Handler for Api {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let mut response = self.route(request);
        let headers = response.headers_mut();
        headers.insert(SERVER, HeaderValue::from_static("sample-api/1.4.2"));
        headers.insert(
            HeaderName::from_static("x-powered-by"),
            HeaderValue::from_static("Express"),
        );
        response
    }
}

fn with_json<T: DeserializeOwned>(
    body: &Bytes,
    then: impl FnOnce(T) -> Response<Bytes>,
) -> Response<Bytes> {
    match serde_json::from_slice(body) {
        Ok(value) => then(value),
        Err(_) => failure(StatusCode::BAD_REQUEST, "the body is not what is expected"),
    }
}

fn found<T: Serialize>(value: Option<&T>) -> Response<Bytes> {
    match value {
        Some(value) => json_response(StatusCode::OK, value),
        None => failure(StatusCode::NOT_FOUND, "there is nothing of that name"),
    }
}

fn failure(status: StatusCode, message: &str) -> Response<Bytes> {
    let body: Value = json!({ "message": message });
    json_response(status, &body)
}

fn json_response<T: Serialize>(status: StatusCode, value: &T) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    match serde_json::to_vec(value) {
        Ok(body) => {
            *response.status_mut() = status;
            *response.body_mut() = Bytes::from(body);
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
        }
        Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    response
}
