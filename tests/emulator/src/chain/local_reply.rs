//! Answers of the proxy's own: where in the chain they enter, and what Envoy
//! makes of them for HEAD and gRPC.

use super::{Manager, ResponseView};
use crate::host::{Headers, LocalReply, Slot, Way};

impl Manager {
    /// Answers instead of the upstream. In the request phase the answer passes the
    /// response callbacks, in the response phase none; once headers have left, the
    /// stream is broken off.
    pub(crate) fn local_reply(&self, reply: LocalReply) {
        if self.flow.borrow().finished {
            return;
        }
        let in_request = self.request.borrow().calling;
        if in_request {
            self.request.borrow_mut().aborted = true;
        } else if self.response.borrow().calling {
            self.response.borrow_mut().aborted = true;
        }
        self.with_stream(|stream| {
            stream.details = Some(reply.details.clone());
            stream.code = u16::try_from(reply.status).ok();
        });
        let response_began = self.message(Way::Response, |response| response.headers.is_some());
        if self.client.borrow().is_some() {
            self.break_off();
        } else if response_began {
            self.send_directly(&reply);
        } else if in_request {
            self.flow.borrow_mut().prepared.get_or_insert(reply);
        } else {
            self.send_through_chain(&reply);
        }
    }

    /// Sends the reply that a request callback has prepared, now that it has returned.
    pub(super) fn send_prepared(&self) {
        if self.request.borrow().calling {
            return;
        }
        let prepared = self.flow.borrow_mut().prepared.take();
        if let Some(reply) = prepared {
            self.send_through_chain(&reply);
        }
    }

    /// Envoy: 413 for a request, 500 for a response that a filter holds back.
    pub(super) fn refuse_as_too_large(&self, way: Way) {
        let (status, details, text) = match way {
            Way::Request => (413, "request_payload_too_large", "Payload Too Large"),
            Way::Response => (500, "response_payload_too_large", "Internal Server Error"),
        };
        self.own_reply(status, details, text);
    }

    /// A reply of the proxy itself.
    pub(super) fn own_reply(&self, status: u32, details: &str, text: &str) {
        let (details, body) = (details.to_owned(), text.as_bytes().to_vec());
        self.local_reply(LocalReply {
            status,
            details,
            body,
            headers: Headers::new(),
            grpc_status: -1,
        });
    }

    fn send_through_chain(&self, reply: &LocalReply) {
        let (headers, body) = self.shape(reply);
        let has_body = !body.is_empty();
        self.with_stream(|stream| stream.begin_response(headers));
        self.pass_headers(Way::Response, None, !has_body);
        if has_body {
            self.message(Way::Response, |response| response.chunk = body);
            self.pass_data(Way::Response, None, Slot::Chunk, true);
        }
    }

    fn send_directly(&self, reply: &LocalReply) {
        let (headers, body) = self.shape(reply);
        self.message(Way::Response, |response| {
            response.headers = Some(headers.clone())
        });
        let status = u16::try_from(reply.status).unwrap_or_default();
        let status = if self.flow.borrow().is_grpc {
            200
        } else {
            status
        };
        self.with_stream(|stream| stream.code = Some(status));
        *self.client.borrow_mut() = Some(ResponseView {
            status,
            headers,
            body,
            ..ResponseView::default()
        });
        self.client_end();
    }

    /// Headers and body as Envoy sends them. No body means no content type; to gRPC
    /// the body is a message and the status is 200; to HEAD there is no body.
    fn shape(&self, reply: &LocalReply) -> (Headers, Vec<u8>) {
        let (is_grpc, is_head) = (self.flow.borrow().is_grpc, self.flow.borrow().is_head);
        let mut headers = Headers::from([(":status", reply.status.to_string())]);
        for (name, value) in reply.headers.iter() {
            headers.add(crate::host::Part::Response, name, value);
        }
        headers.remove("content-length");
        if is_grpc {
            shape_for_grpc(&mut headers, reply, is_head);
            return (headers, Vec::new());
        }
        if reply.body.is_empty() {
            headers.remove("content-type");
            return (headers, Vec::new());
        }
        headers.set("content-length", reply.body.len().to_string());
        if headers.get("content-type").is_none() {
            headers.push("content-type", "text/plain");
        }
        (
            headers,
            if is_head {
                Vec::new()
            } else {
                reply.body.clone()
            },
        )
    }
}

fn shape_for_grpc(headers: &mut Headers, reply: &LocalReply, is_head: bool) {
    headers.set(":status", "200");
    headers.set("content-type", "application/grpc");
    if headers.get("grpc-status").is_none() {
        let given = (0..=16)
            .contains(&reply.grpc_status)
            .then_some(reply.grpc_status);
        headers.push(
            "grpc-status",
            given
                .unwrap_or_else(|| grpc_status(reply.status))
                .to_string(),
        );
    }
    if !reply.body.is_empty() && !is_head {
        headers.set("grpc-message", percent_encoded(&reply.body));
    }
}

/// Envoy: `Grpc::Utility::httpToGrpcStatus`.
fn grpc_status(http: u32) -> i32 {
    match http {
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 | 502 | 503 | 504 => 14,
        _ => 2,
    }
}

/// Envoy: `PercentEncoding::encode` for `grpc-message`.
fn percent_encoded(message: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::new();
    for &byte in message {
        if matches!(byte, b' '..=b'}') && byte != b'%' {
            encoded.push(byte);
        } else {
            encoded.extend(format!("%{byte:02X}").into_bytes());
        }
    }
    encoded
}
