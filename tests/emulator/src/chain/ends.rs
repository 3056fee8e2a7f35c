//! The two ends of a chain: the router, which gives the request to the upstream
//! and its answer back, and the client.

use super::script::Piece;
use super::{Answers, Manager, Released, ResponseView};
use crate::host::{Headers, Part, Slot, Way};

// === To the upstream ===

impl Manager {
    pub(super) fn upstream_headers(&self, end_stream: bool) {
        let headers = self
            .message(Way::Request, |request| request.headers.clone())
            .unwrap_or_default();
        if let Err(fault) = sendable(&headers) {
            let details = format!(
                "filter_removed_required_request_headers{{{}}}",
                fault.replace(' ', "_")
            );
            return self.own_reply(503, &details, &fault);
        }
        self.release(Released::Headers);
        {
            let upstream = &mut *self.upstream.borrow_mut();
            upstream.view.headers = Some(headers);
            upstream.is_due = upstream.answers != Answers::AfterRequest;
        }
        if end_stream {
            self.upstream_end();
        }
    }

    pub(super) fn upstream_data(&self, bytes: &[u8], end_stream: bool) {
        if !bytes.is_empty() {
            self.release(Released::Body(bytes.len()));
            self.upstream
                .borrow_mut()
                .view
                .body
                .extend_from_slice(bytes);
        }
        if end_stream {
            self.upstream_end();
        }
    }

    pub(super) fn upstream_trailers(&self) {
        if self.upstream.borrow().view.headers.is_none() {
            return;
        }
        let trailers = self.message(Way::Request, |request| request.trailers.clone());
        self.release(Released::Trailers);
        self.upstream.borrow_mut().view.trailers = trailers;
        self.upstream_end();
    }

    fn upstream_end(&self) {
        let (headers, length) = {
            let upstream = &mut *self.upstream.borrow_mut();
            upstream.view.complete = true;
            upstream.is_due = true;
            (upstream.view.headers.clone(), upstream.view.body.len())
        };
        self.check_length("request", &headers.unwrap_or_default(), length);
    }

    /// Gives the next piece of the upstream's answer to the filters.
    pub(super) fn answer_next(&self) -> bool {
        if self.response.borrow().slowed_down {
            return false;
        }
        let piece = {
            let upstream = &mut *self.upstream.borrow_mut();
            match upstream.answers {
                _ if !upstream.is_due => return false,
                Answers::Never => return false,
                Answers::Refuses if std::mem::take(&mut upstream.pending).is_empty() => {
                    return false;
                }
                Answers::Refuses => None,
                Answers::AfterRequest | Answers::AfterHeaders => match upstream.pending.pop_front()
                {
                    Some(piece) => Some(piece),
                    None => return false,
                },
            }
        };
        if self.upstream.borrow().pending.is_empty() {
            let now = self.host.time();
            self.with_stream(|stream| stream.backend_latency = Some(now - stream.started));
        }
        match piece {
            None => self.own_reply(503, REFUSED_DETAILS, REFUSED),
            Some(Piece::Headers(headers, end)) => self.answer_headers(&headers, end.is_last()),
            Some(Piece::Chunk(bytes, end)) => {
                self.message(Way::Response, |response| response.chunk = bytes);
                self.pass_data(Way::Response, None, Slot::Chunk, end.is_last());
            }
            Some(Piece::Trailers(trailers)) => {
                self.message(Way::Response, |response| response.trailers = Some(trailers));
                self.pass_trailers(Way::Response, None);
            }
        }
        true
    }

    fn answer_headers(&self, headers: &Headers, end_stream: bool) {
        let replied = self.message(Way::Response, |response| response.headers.is_some());
        if replied {
            return self.upstream.borrow_mut().pending.clear();
        }
        let is_head = self.flow.borrow().is_head;
        if is_head {
            self.upstream.borrow_mut().pending.clear();
        }
        self.with_stream(|stream| {
            stream.details = Some("via_upstream".to_owned());
            stream.begin_response(headers.received(Part::Response));
        });
        self.pass_headers(Way::Response, None, end_stream || is_head);
    }
}

const REFUSED: &str = "upstream connect error or disconnect/reset before headers. \
                       reset reason: remote connection failure";
const REFUSED_DETAILS: &str = "upstream_reset_before_response_started{remote_connection_failure}";

/// Envoy: `HeaderUtility::checkRequiredRequestHeaders`.
fn sendable(headers: &Headers) -> Result<(), String> {
    let method = headers
        .get(":method")
        .ok_or("missing required header: :method")?;
    let needed = if method == b"CONNECT" {
        ":authority"
    } else {
        ":path"
    };
    if headers.get(needed).is_none() {
        return Err(format!("missing required header: {needed}"));
    }
    for (name, value) in headers.iter() {
        let text = String::from_utf8_lossy(name);
        if !name.iter().all(|byte| byte.is_ascii_graphic()) || name.is_empty() {
            return Err(format!("invalid header name: {text}"));
        }
        if value
            .iter()
            .any(|&byte| (byte < b' ' && byte != b'\t') || byte == 0x7f)
        {
            return Err(format!("invalid header value for: {text}"));
        }
    }
    Ok(())
}

// === To the client ===

impl Manager {
    pub(super) fn client_headers(&self, end_stream: bool) {
        let headers = self
            .message(Way::Response, |response| response.headers.clone())
            .unwrap_or_default();
        let Some(status) = headers
            .text(":status")
            .and_then(|status| status.parse().ok())
        else {
            let details =
                "filter_removed_required_response_headers{missing_required_header:_:status}";
            return self.own_reply(502, details, "missing required header: :status");
        };
        self.with_stream(|stream| stream.code = Some(status));
        *self.client.borrow_mut() = Some(ResponseView {
            status,
            headers,
            ..ResponseView::default()
        });
        if end_stream {
            self.client_end();
        }
    }

    pub(super) fn client_data(&self, bytes: &[u8], end_stream: bool) {
        if let Some(view) = &mut *self.client.borrow_mut() {
            view.body.extend_from_slice(bytes);
        }
        if end_stream {
            self.client_end();
        }
    }

    pub(super) fn client_trailers(&self) {
        let trailers = self.message(Way::Response, |response| response.trailers.clone());
        if let Some(view) = &mut *self.client.borrow_mut() {
            view.trailers = trailers;
        }
        self.client_end();
    }

    pub(super) fn client_end(&self) {
        let view = {
            let client = &mut *self.client.borrow_mut();
            let view = client.get_or_insert_default();
            view.complete = true;
            view.clone()
        };
        self.flow.borrow_mut().finished = true;
        let bodiless = self.flow.borrow().is_head || matches!(view.status, 204 | 304);
        if !bodiless {
            self.check_length("response", &view.headers, view.body.len());
        }
    }

    /// Resets the stream: what the client has of a response is all it gets.
    pub(super) fn break_off(&self) {
        self.flow.borrow_mut().finished = true;
        if let Some(view) = &mut *self.client.borrow_mut() {
            view.reset = !view.complete;
        }
    }

    /// On the wire a body of another length than announced breaks the connection.
    fn check_length(&self, message: &str, headers: &Headers, length: usize) {
        let announced = headers
            .text("content-length")
            .and_then(|text| text.parse::<usize>().ok());
        if let Some(announced) = announced.filter(|announced| *announced != length) {
            self.violation(format!(
                "the {message} has {length} bytes of body, but content-length {announced}"
            ));
        }
    }
}
