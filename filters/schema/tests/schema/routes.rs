//! The tree of paths against the kit's templates, one by one: a path is found where
//! some template matches it, with what that template captures.

use crate::filter;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use tollgate_kit::path::{Semicolon, Target, percent_decode};
use tollgate_kit::template::{Template, TrailingSlash};
use tollgate_schema::route::{PathItem, Router};

fn template() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => select(&["a", "b", "é", ":", ".", "a%3Ab", "%20"][..]).prop_map(str::to_owned),
        3 => Just("{}".to_owned()),
    ];
    let segment = vec(part, 1..4).prop_map(|parts| parts.concat());
    (vec(segment, 1..4), any::<bool>()).prop_map(|(segments, slash)| {
        let mut template = format!("/{}{}", segments.join("/"), if slash { "/" } else { "" });
        for at in 0.. {
            match template.contains("{}") {
                true => template = template.replacen("{}", &format!("{{p{at}}}"), 1),
                false => break,
            }
        }
        template
    })
}

fn path() -> impl Strategy<Value = String> {
    let all = &[
        "a", "b", "é", "%C3%A9", ":", "%3A", "%3a", ".", "%61", "%20", "%253A",
    ][..];
    let segment = vec(select(all), 1..5).prop_map(|parts| parts.concat());
    (vec(segment, 1..4), any::<bool>()).prop_map(|(segments, slash)| {
        format!("/{}{}", segments.join("/"), if slash { "/" } else { "" })
    })
}

fn captures(template: &Template, path: &[u8]) -> Option<Vec<String>> {
    let captures = template.matches(path, TrailingSlash::Strict)?;
    Some(captures.into_iter().map(|(_, value)| value).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: filter::cases(2000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_path_is_found_where_a_template_matches(
        templates in btree_set(template(), 1..8),
        paths in vec(path(), 16),
    ) {
        let mut router = Router::new();
        let mut known = Vec::new();
        for template in templates.iter().filter_map(|text| Template::parse(text).ok()) {
            let methods = vec![(Box::from("GET"), 0)];
            let item = PathItem::new(template.text().clone(), methods);
            let ambiguous = known.iter().any(|other: &Template| other.same_shape(&template));
            prop_assert_eq!(router.insert(item).is_err(), ambiguous, "{:?}", template.text());
            if !ambiguous {
                known.push(template);
            }
        }
        for path in &paths {
            let Ok(target) = Target::parse(Some(path.as_bytes()), Semicolon::Deny) else {
                continue;
            };
            let Some(route) = router.find(target.path()) else {
                let missed = known.iter().find(|template| captures(template, target.path()).is_some());
                prop_assert!(missed.is_none(), "{path} is {:?}", missed.map(Template::text));
                continue;
            };
            let found = known.iter().find(|template| template.text() == &route.item.template);
            let values = route.captures.iter();
            let values: Vec<_> = values.map(|raw| String::from_utf8(percent_decode(raw)).unwrap()).collect();
            prop_assert_eq!(captures(found.unwrap(), target.path()), Some(values), "{}", path);
        }
    }
}
