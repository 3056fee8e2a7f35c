//! Header and trailer fields: names and values as bytes, in order, with Envoy's
//! rules for what happens when a name comes twice.

/// Header or trailer fields in order. Names are lower case; values are bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(Vec<u8>, Vec<u8>)>);

/// Which message part a field belongs to: Envoy joins other names in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Request headers.
    Request,
    /// Response headers.
    Response,
    /// Trailers, and the fields of calls out.
    Other,
}

impl Headers {
    /// No fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.iter().map(|(name, value)| (&name[..], &value[..]))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sum of the lengths of names and values.
    pub fn byte_size(&self) -> usize {
        self.iter()
            .map(|(name, value)| name.len() + value.len())
            .sum()
    }

    /// The first value under `name`.
    pub fn get(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.0
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name.as_ref()))
            .map(|(_, value)| &value[..])
    }

    /// The first value under `name` as text, for messages and comparisons.
    pub fn text(&self, name: impl AsRef<[u8]>) -> Option<String> {
        self.get(name)
            .map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// All values under `name`, in order.
    pub fn all(&self, name: impl AsRef<[u8]>) -> Vec<&[u8]> {
        let name = name.as_ref();
        self.iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }

    /// All values under `name`, joined with commas.
    pub fn joined(&self, name: impl AsRef<[u8]>) -> Option<Vec<u8>> {
        let values = self.all(name);
        if values.is_empty() {
            None
        } else {
            Some(values.join(&b","[..]))
        }
    }

    /// Puts a field at the end; a pseudo-header goes behind the other pseudo-headers.
    pub fn push(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let name = name.as_ref().to_ascii_lowercase();
        let field = (name, value.as_ref().to_vec());
        if field.0.starts_with(b":") {
            let at = self
                .0
                .iter()
                .take_while(|(name, _)| name.starts_with(b":"))
                .count();
            self.0.insert(at, field);
        } else {
            self.0.push(field);
        }
    }

    /// Puts a field in as Envoy's header map does: a second one of a name that
    /// Envoy keeps in one place is joined to the first with a comma.
    pub fn add(&mut self, part: Part, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let name = part.name(name.as_ref().to_ascii_lowercase());
        if part.joins(&name)
            && let Some((_, first)) = self.0.iter_mut().find(|(n, _)| *n == name)
        {
            if !first.is_empty() && !value.as_ref().is_empty() {
                first.push(b',');
            }
            first.extend_from_slice(value.as_ref());
            return;
        }
        self.push(name, value);
    }

    /// Replaces every field of that name with one.
    pub fn set(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        self.remove(name.as_ref());
        self.push(name, value);
    }

    /// Removes every field of that name.
    pub fn remove(&mut self, name: impl AsRef<[u8]>) {
        self.0
            .retain(|(n, _)| !n.eq_ignore_ascii_case(name.as_ref()));
    }

    /// The fields as a filter sees them after Envoy's codec has read them.
    pub fn received(&self, part: Part) -> Self {
        let mut fields = Self::new();
        for (name, value) in self.iter() {
            fields.add(part, name, value);
        }
        fields
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::new();
        for (name, value) in fields {
            headers.push(name, value);
        }
        headers
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const LEN: usize> From<[(N, V); LEN]> for Headers {
    fn from(fields: [(N, V); LEN]) -> Self {
        fields.into_iter().collect()
    }
}

impl Part {
    /// HTTP/1's `host` is `:authority` to filters.
    fn name(self, name: Vec<u8>) -> Vec<u8> {
        if self == Part::Request && name == b"host" {
            b":authority".to_vec()
        } else {
            name
        }
    }

    /// Whether a second field of this name is joined to the first (seen in 1.40.0).
    fn joins(self, name: &[u8]) -> bool {
        let Ok(name) = std::str::from_utf8(name) else {
            return false;
        };
        match self {
            Part::Request => name.starts_with(':') || JOINED_IN_REQUESTS.contains(&name),
            Part::Response => name.starts_with(':') || JOINED_IN_RESPONSES.contains(&name),
            Part::Other => false,
        }
    }
}

const JOINED_IN_REQUESTS: &[&str] = &[
    "accept",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "grpc-timeout",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "origin",
    "pragma",
    "referer",
    "user-agent",
    "via",
    "x-envoy-original-path",
    "x-request-id",
];

const JOINED_IN_RESPONSES: &[&str] = &[
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-max-age",
    "age",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "expires",
    "grpc-message",
    "grpc-status",
    "last-modified",
    "location",
    "server",
    "vary",
    "via",
    "x-request-id",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envoy_joins_a_second_authorization_but_not_a_second_cookie() {
        let sent = Headers::from([
            ("host", "a"),
            ("authorization", "x"),
            ("cookie", "1"),
            ("cookie", "2"),
            ("Authorization", "y"),
        ]);
        let seen = sent.received(Part::Request);
        assert_eq!(
            seen,
            Headers::from([
                (":authority", "a"),
                ("authorization", "x,y"),
                ("cookie", "1"),
                ("cookie", "2")
            ])
        );
    }

    #[test]
    fn a_value_need_not_be_text() {
        let mut fields = Headers::new();
        fields.push("X-V", [b'a', 0xff]);
        assert_eq!(fields.get("x-v"), Some(&[b'a', 0xff][..]));
        fields.set("x-v", "b");
        assert_eq!(fields.all("X-v"), [b"b"]);
        fields.remove("x-V");
        assert!(fields.is_empty());
    }
}
