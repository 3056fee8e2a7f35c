//! The cookies that a client keeps of the `Set-Cookie` lines in an answer to
//! `GET /`. RFC 6265 §5.2 and §5.3; name prefixes as in RFC 6265bis §4.1.3, but
//! `__Host-` without a path is kept, and expired ones are, as the Observatory
//! does. A `Domain` that is a public suffix is not known for one.

/// What the test looks at in a cookie.
#[derive(Debug, PartialEq, Eq)]
pub struct Cookie {
    /// The name.
    pub name: String,
    /// `None` is the host alone.
    domain: Option<String>,
    /// Below which it is sent.
    path: String,
    /// Whether it goes over `https` only.
    pub secure: bool,
    /// Whether scripts can't read it.
    pub http_only: bool,
    /// `None` where it is absent or unknown.
    pub same_site: Option<SameSite>,
}

/// A known value of `SameSite`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Sent from nowhere else.
    Strict,
    /// Sent from elsewhere by links.
    Lax,
    /// Sent from anywhere.
    None,
}

/// The jar after some lines from a host.
pub fn filled(lines: &[String], host: &str) -> Vec<Cookie> {
    let mut jar: Vec<Cookie> = Vec::new();
    for cookie in lines.iter().filter_map(|line| read(line)) {
        if cookie.is_accepted_from(host) {
            jar.retain(|kept| !cookie.replaces(kept, host));
            jar.push(cookie);
        }
    }
    jar
}

/// Whether a line has a `SameSite` without a known value.
pub fn has_invalid_same_site(line: &str) -> bool {
    pairs(line).any(|(name, value)| {
        let value = value.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("samesite") && same_site(value.trim()).is_none()
    })
}

fn read(line: &str) -> Option<Cookie> {
    let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
    let (name, _) = pair.split_once('=')?;
    let mut cookie = Cookie {
        name: Some(name.trim())
            .filter(|name| !name.is_empty())?
            .to_owned(),
        domain: None,
        path: "/".to_owned(),
        secure: false,
        http_only: false,
        same_site: None,
    };
    for (name, value) in pairs(attributes) {
        cookie.set(&name.to_ascii_lowercase(), value);
    }
    Some(cookie)
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(';').map(|attribute| {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        (name.trim(), value.trim())
    })
}

fn same_site(value: &str) -> Option<SameSite> {
    match value.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

// === impl Cookie ===

impl Cookie {
    fn set(&mut self, attribute: &str, value: &str) {
        match attribute {
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => self.same_site = same_site(value),
            "path" if value.starts_with('/') => value.clone_into(&mut self.path),
            "path" => "/".clone_into(&mut self.path),
            "domain" => {
                let domain = value.strip_prefix('.').unwrap_or(value);
                if !domain.is_empty() {
                    self.domain = Some(domain.to_ascii_lowercase());
                }
            }
            _ => {}
        }
    }

    fn is_accepted_from(&self, host: &str) -> bool {
        let below = host.strip_suffix(self.domain.as_deref().unwrap_or(host));
        let fits = below.is_some_and(|below| below.is_empty() || below.ends_with('.'));
        fits && self.keeps_its_prefix()
    }

    fn keeps_its_prefix(&self) -> bool {
        if self.name.starts_with("__Host-") {
            self.secure && self.domain.is_none() && self.path == "/"
        } else {
            self.secure || !self.name.starts_with("__Secure-")
        }
    }

    fn replaces(&self, kept: &Self, host: &str) -> bool {
        let domain = |of: &Self| of.domain.clone().unwrap_or_else(|| host.to_owned());
        (&self.name, &self.path) == (&kept.name, &kept.path) && domain(self) == domain(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let jar = filled(&lines, "shop.example").into_iter();
        jar.map(|cookie| cookie.name).collect()
    }

    #[test]
    fn cookies_of_other_hosts_are_not_kept() {
        let lines = [
            "a=1; Domain=.Shop.example",
            "b=1; Domain=other.example",
            "c=1; Domain=op.example",
        ];
        assert_eq!(names(&lines), ["a"]);
    }

    #[test]
    fn a_prefix_that_is_not_kept_loses_the_cookie() {
        let lines = [
            "__Secure-a=1; Secure",
            "__Secure-b=1",
            "__Host-c=1; Secure; Path=/",
            "__Host-d=1; Secure; Path=/d",
            "__Host-e=1; Secure; Path=/; Domain=shop.example",
        ];
        assert_eq!(names(&lines), ["__Secure-a", "__Host-c"]);
    }

    #[test]
    fn the_last_of_a_name_domain_and_path_stands() {
        let lines = [
            "a=1",
            "a=1; Path=/b",
            "b=1",
            "a=2; Path=/; Domain=shop.example",
            "=1",
            "nothing",
        ];
        assert_eq!(names(&lines), ["a", "b", "a"]);
    }
}
