//! Paths: normalised once is normalised, whatever came.

use proptest::prelude::*;
use tollgate_kit::path::{Semicolon, Target, host};

/// What paths are made of, and much of what they should not be.
fn piece() -> impl Strategy<Value = String> {
    proptest::sample::select(vec![
        "/", "//", "a", "B", "..", ".", "%2e", "%2E", "%32", "%65", "%25", "%2", "%46", "%66",
        "%7e", "%20", "%3B", "%c3%a9", "\u{e9}", ";x=1", "?", "%", "2e", "2f", "5c", "%41", "~",
        ":", "@", "+",
    ])
    .prop_map(str::to_owned)
}

fn whole(target: &Target) -> Vec<u8> {
    let mut text = target.path().to_vec();
    if let Some(query) = target.query() {
        text.push(b'?');
        text.extend_from_slice(query);
    }
    text
}

proptest! {
    #[test]
    fn a_normalised_path_is_its_own_normal_form(pieces in proptest::collection::vec(piece(), 0..12)) {
        let raw = format!("/{}", pieces.concat());
        for semicolon in [Semicolon::Deny, Semicolon::Allow] {
            let Ok(target) = Target::parse(Some(raw.as_bytes()), semicolon) else {
                continue;
            };
            let once = whole(&target);
            let again = Target::parse(Some(&once), semicolon);
            prop_assert!(again.is_ok(), "{} became {}", raw, String::from_utf8_lossy(&once));
            prop_assert_eq!(whole(&again.unwrap()), once);
        }
    }

    #[test]
    fn any_bytes_are_a_path_and_a_host_or_a_fault(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = Target::parse(Some(&bytes), Semicolon::Deny);
        if let Ok(name) = host(Some(&bytes)) {
            prop_assert_eq!(host(Some(name.as_bytes())), Ok(name));
        }
    }
}
