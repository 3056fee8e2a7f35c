//! Bytes as a case writes them, and how a body is cut.

use serde::Deserialize;

/// Text, or bytes written another way.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Bytes {
    /// As it stands.
    Text(String),
    /// Hexadecimal digits.
    Hex {
        /// The digits.
        hex: String,
    },
    /// A text many times.
    Repeat {
        /// What is repeated.
        repeat: String,
        /// How often.
        times: usize,
        /// What stands before.
        #[serde(default)]
        prefix: String,
        /// What stands behind.
        #[serde(default)]
        suffix: String,
    },
}

/// How a body is cut.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Chunks {
    /// Lengths of the pieces; the rest is the last.
    Lengths(Vec<usize>),
    /// Pieces of one length.
    Each {
        /// That length.
        each: usize,
    },
}

impl Bytes {
    /// The bytes.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Hex { hex } => from_hex(hex),
            Self::Repeat {
                repeat,
                times,
                prefix,
                suffix,
            } => format!("{prefix}{}{suffix}", repeat.repeat(*times)).into_bytes(),
        }
    }
}

/// The bytes that pairs of hexadecimal digits stand for.
pub fn from_hex(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// A body in its pieces.
pub fn cut(body: &[u8], chunks: Option<&Chunks>) -> Vec<Vec<u8>> {
    match chunks {
        None => vec![body.to_vec()],
        Some(Chunks::Each { each }) => body.chunks(*each).map(<[u8]>::to_vec).collect(),
        Some(Chunks::Lengths(lengths)) => {
            let mut rest = body;
            let mut pieces = Vec::new();
            for length in lengths {
                let (piece, after) = rest.split_at((*length).min(rest.len()));
                pieces.push(piece.to_vec());
                rest = after;
            }
            if !rest.is_empty() {
                pieces.push(rest.to_vec());
            }
            pieces
        }
    }
}
