//! What the two ends of a chain do: the request as it arrives, and what the
//! upstream answers.

use std::collections::VecDeque;

use crate::host::{Headers, Properties};

/// Whether a piece of a message is its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// More follows.
    More,
    /// Nothing follows.
    Last,
}

impl End {
    pub(crate) fn is_last(self) -> bool {
        self == Self::Last
    }

    fn when(last: bool) -> Self {
        if last { Self::Last } else { Self::More }
    }
}

/// How the end of a body without trailers arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// By itself, after the last chunk: HTTP/1, and usually HTTP/2.
    #[default]
    Apart,
    /// With the last chunk: HTTP/2, where the last frame has bytes.
    WithLastChunk,
}

/// One piece of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Headers(Headers, End),
    Chunk(Vec<u8>, End),
    Trailers(Headers),
}

/// A message in pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The headers, pseudo-headers included.
    pub headers: Headers,
    /// The body, cut as it arrives. No chunk at all is no body.
    pub chunks: Vec<Vec<u8>>,
    /// The trailers.
    pub trailers: Option<Headers>,
    /// How the end of the body arrives.
    pub ending: Ending,
}

impl Script {
    pub(crate) fn pieces(&self) -> VecDeque<Piece> {
        let bodiless = self.chunks.is_empty() && self.trailers.is_none();
        let mut pieces =
            VecDeque::from([Piece::Headers(self.headers.clone(), End::when(bodiless))]);
        let ends_with_chunk = self.trailers.is_none() && self.ending == Ending::WithLastChunk;
        for (at, chunk) in self.chunks.iter().enumerate() {
            let last = ends_with_chunk && at + 1 == self.chunks.len();
            pieces.push_back(Piece::Chunk(chunk.clone(), End::when(last)));
        }
        match &self.trailers {
            Some(trailers) => pieces.push_back(Piece::Trailers(trailers.clone())),
            None if !bodiless && !ends_with_chunk => {
                pieces.push_back(Piece::Chunk(Vec::new(), End::Last))
            }
            None => {}
        }
        pieces
    }
}

macro_rules! message_builders {
    () => {
        /// The same with one more header.
        pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
            self.message.headers.push(name, value);
            self
        }

        /// The same with one more chunk of body.
        pub fn chunk(mut self, bytes: impl AsRef<[u8]>) -> Self {
            self.message.chunks.push(bytes.as_ref().to_vec());
            self
        }

        /// The same with these trailers.
        pub fn trailers(mut self, trailers: impl Into<Headers>) -> Self {
            self.message.trailers = Some(trailers.into());
            self
        }

        /// The same with another way of ending.
        pub fn ending(mut self, ending: Ending) -> Self {
            self.message.ending = ending;
            self
        }
    };
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// What is sent.
    pub message: Script,
    /// What is known of its connection.
    pub properties: Properties,
}

impl Request {
    /// A request without a body to `localhost`, in plaintext.
    pub fn new(method: &str, path: &str) -> Self {
        let headers = [
            (":method", method),
            (":path", path),
            (":scheme", "http"),
            (":authority", "localhost"),
        ];
        Self {
            message: Script {
                headers: headers.into(),
                ..Script::default()
            },
            properties: Properties::default(),
        }
    }

    /// The same on another connection.
    pub fn properties(mut self, properties: Properties) -> Self {
        self.properties = properties;
        self
    }

    message_builders!();
}

/// An upstream: what it answers, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// What it answers.
    pub message: Script,
    /// When it answers.
    pub answers: Answers,
}

/// When an upstream answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// When it has the whole request.
    #[default]
    AfterRequest,
    /// As soon as it has the headers.
    AfterHeaders,
    /// Never.
    Never,
    /// It refuses the connection: the proxy answers 503.
    Refuses,
}

impl Upstream {
    /// An upstream that answers a status without a body.
    pub fn new(status: u16) -> Self {
        let headers = Headers::from([(":status", status.to_string())]);
        Self {
            message: Script {
                headers,
                ..Script::default()
            },
            answers: Answers::default(),
        }
    }

    /// The same, answering at another time.
    pub fn answers(self, answers: Answers) -> Self {
        Self { answers, ..self }
    }

    message_builders!();
}
