//! The first rule that matches a path is that of the documented path that the
//! schema filter takes it for.

use proptest::prelude::*;
use tollgate_kit::template::{Template, TrailingSlash};
use tollgate_schema::route::{PathItem, Router};

proptest! {
    #[test]
    fn the_first_that_matches_is_the_documented_path(
        templates in prop::collection::vec(path(&["a", "ab", "{x}", "{x}.b", "a{x}", "a{x}b", "{x}b"]), 1..12),
        paths in prop::collection::vec(path(&["a", "ab", "b", "aab", "a.b", "ac", "a%2eb", "%61b"]), 1..20),
    ) {
        let mut router = Router::new();
        for template in &templates {
            let template = named(template).into();
            let _ = router.insert(PathItem::new(template, vec![(Box::from("GET"), 0)]));
        }
        let order = router.in_order().into_iter();
        let order: Vec<Template> = order.map(|item| Template::parse(&item.template).unwrap()).collect();
        for path in &paths {
            let matches = |template: &&Template| template.matches(path.as_bytes(), TrailingSlash::Strict).is_some();
            let first = order.iter().find(matches).map(|template| template.text().clone());
            let found = router.find(path.as_bytes()).map(|route| route.item.template.clone());
            prop_assert_eq!(first, found, "{}", path);
        }
    }
}

/// Some of `segments`, with a slash at the end or without.
fn path(segments: &'static [&'static str]) -> impl Strategy<Value = String> {
    let segments = prop::collection::vec(prop::sample::select(segments), 1..4);
    let slash = prop::sample::select(&["", "/"][..]);
    (segments, slash).prop_map(|(segments, slash)| format!("/{}{slash}", segments.join("/")))
}

/// A template in which no name is there twice.
fn named(template: &str) -> String {
    let segments = template.split('/').enumerate();
    let segments = segments.map(|(at, segment)| segment.replace("{x}", &format!("{{x{at}}}")));
    segments.collect::<Vec<_>>().join("/")
}
