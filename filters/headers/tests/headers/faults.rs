//! What an operator reads about a wrong `headers` section: all of it at once.

#[track_caller]
fn check(section: &str, expected: &str) {
    match crate::section::compile(section) {
        Ok(_) => panic!("compiles: {section}"),
        Err(faults) => assert_eq!(faults, expected),
    }
}

#[test]
fn a_section_without_a_profile_is_refused() {
    check(
        "{}",
        "error: headers.profile: is required\n1 fault; policy refused",
    );
}

#[test]
fn a_section_that_is_no_object_is_refused() {
    check(
        r#""api""#,
        "error: headers: expected an object, found the text \"api\"\n1 fault; policy refused",
    );
}

#[test]
fn an_unknown_profile_or_version_names_those_that_are_known() {
    for profile in ["apis", "api@2020-01", "none@2026-07"] {
        check(
            &format!(r#"{{"profile": "{profile}"}}"#),
            &format!(
                "error: headers.profile: there is no profile \"{profile}\"\n  \
                 hint: known: none, api@2026-07, web@2026-07; without a version the latest is taken\n\
                 1 fault; policy refused"
            ),
        );
    }
}

#[test]
fn every_mistake_is_reported_with_its_path() {
    check(
        r#"{
            "profile": 1,
            "mode": "enforced",
            "detail": true,
            "fingerprints": "delete",
            "set": [{"name": "x a", "value": "1"}, {"name": "x-b"}, {"name": "x-c", "value": "", "to": 1}],
            "remove": [":status", 7],
            "request": {"remove": {}, "methods": [], "duplicate_singletons": false, "override_headers": "drop", "cookies": 1},
            "cookies": {"secure": "yes", "http_only": 1, "same_site": "lax", "prefixes": true, "except": [1], "path": "/"},
            "tls_from": "client",
            "coookies": {}
        }"#,
        "error: headers.mode: expected one of `enforce`, `report`, found \"enforced\"\n  \
           hint: did you mean `enforce`?\n\
         error: headers.detail: expected one of `full`, `minimal`, found `true`\n\
         error: headers.profile: expected a text, found the number 1\n\
         error: headers.set[0].name: \"x a\" is not a header field's name\n\
         error: headers.set[1].value: is required\n\
         error: headers.set[2].to: unknown field\n  \
           hint: known here: name, value\n\
         error: headers.set[2].value: expected a non-empty text, found an empty text\n\
         error: headers.remove[0]: \":status\" is not a header field's name\n\
         error: headers.remove[1]: expected a text, found the number 7\n\
         error: headers.fingerprints: expected one of `remove`, `keep`, found \"delete\"\n\
         error: headers.tls_from: expected one of `connection`, `x_forwarded_proto`, found \"client\"\n\
         error: headers.cookies.secure: expected `true` or `false`, found the text \"yes\"\n\
         error: headers.cookies.http_only: expected `true` or `false`, found the number 1\n\
         error: headers.cookies.same_site: expected one of `Lax`, `Strict`, `None`, `keep`, found \"lax\"\n  \
           hint: did you mean `Lax`?\n\
         error: headers.cookies.prefixes: expected one of `enforce`, `keep`, found `true`\n\
         error: headers.cookies.except[0]: expected a text, found the number 1\n\
         error: headers.cookies.path: unknown field\n  \
           hint: known here: except, http_only, prefixes, same_site, secure\n\
         error: headers.request.remove: expected a list, found an object\n\
         error: headers.request.methods: expected at least one element\n\
         error: headers.request.duplicate_singletons: expected one of `deny`, `allow`, found `false`\n\
         error: headers.request.override_headers: expected one of `remove`, `keep`, found \"drop\"\n\
         error: headers.request.cookies: unknown field\n  \
           hint: known here: duplicate_singletons, methods, override_headers, remove\n\
         error: headers.coookies: unknown field\n  \
           hint: did you mean `cookies`?\n\
         23 faults; policy refused",
    );
}

#[test]
fn every_fault_of_meaning_is_reported_with_its_path() {
    check(
        r#"{
            "profile": "api",
            "set": [
                {"name": "Content-Length", "value": "1"},
                {"name": "x-a", "value": "b\r\nset-cookie: c"},
                {"name": "x-b", "value": "\u0000"},
                {"name": "X-A", "value": "c"}
            ],
            "remove": ["x-b", "Transfer-Encoding", "x-c", "X-C"],
            "cookies": {"secure": false, "same_site": "None", "except": ["a=b", "sid", "sid"]},
            "request": {"remove": ["host", "x-d", "x-d"], "methods": ["GET", "trace", "CONNECT", "G T", "GET"]}
        }"#,
        "error: headers.request.methods[3]: \"G T\" is not a method\n\
         error: headers.set[0].name: `content-length` says how the message is carried: only the proxy may change it\n  \
           hint: leave it out\n\
         error: headers.set[1].value: a value has no control characters\n\
         error: headers.set[2].value: a value has no control characters\n\
         error: headers.remove[1]: `transfer-encoding` says how the message is carried: only the proxy may change it\n  \
           hint: leave it out\n\
         error: headers.request.remove[0]: `host` says how the message is carried: only the proxy may change it\n  \
           hint: leave it out\n\
         error: headers.request.methods[1]: `trace` can never be allowed\n\
         error: headers.request.methods[2]: `CONNECT` can never be allowed\n\
         error: headers.request.methods[4]: \"GET\" is in the list twice\n\
         error: headers.set[3].name: `x-a` is set twice\n\
         error: headers.remove[3]: `x-c` is in the list twice\n\
         error: headers.request.remove[2]: `x-d` is in the list twice\n\
         error: headers.remove[0]: `x-b` is both set and removed\n  \
           hint: `set` alone leaves no other value\n\
         error: headers.cookies.secure: browsers drop cookies with `SameSite=None` that are not secure\n  \
           hint: leave `secure` out, or choose another `same_site`\n\
         error: headers.cookies.except[0]: \"a=b\" is not a cookie's name\n\
         error: headers.cookies.except[2]: `sid` is in the list twice\n\
         16 faults; policy refused",
    );
}

#[test]
fn a_section_with_everything_compiles() {
    crate::section::stage(
        r#"{
            "profile": "web@2026-07", "mode": "report", "detail": "minimal",
            "set": [{"name": "X-A", "value": "grün\t"}], "remove": ["Via"], "fingerprints": "keep",
            "cookies": {"secure": true, "http_only": false, "same_site": "Strict", "prefixes": "keep", "except": ["csrf"]},
            "tls_from": "x_forwarded_proto",
            "request": {"remove": ["X_User"], "methods": ["GET", "PROPFIND"],
                        "duplicate_singletons": "allow", "override_headers": "keep"}
        }"#,
    );
}
