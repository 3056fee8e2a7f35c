//! The validator against the `jsonschema` crate: on any schema of the keywords
//! that both have and any instance, the same verdict, and violations of the same
//! keywords in the same places.

use crate::filter::{self, Filter, Sent};
use crate::schemas::{instance, schemas};
use jsonschema::error::{ValidationError, ValidationErrorKind};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeSet;
use tollgate_kit::problem::MAX_ERRORS;
use tollgate_kit::verdict::Denial;

#[test]
fn schemas_mean_what_another_validator_says_in_both_dialects() {
    let config = ProptestConfig {
        cases: filter::cases(2000),
        max_global_rejects: 1_000_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let (judged, refused) = (Cell::new(0), Cell::new(0));
    proptest!(config, |(schemas in schemas(), instances in vec(instance(), 8))| {
        let Some(filter) = schemas.filter("3.1.0") else {
            return Err(TestCaseError::reject("a schema that applies itself"));
        };
        let opinion = schemas.opinion();
        for text in &instances {
            if let Some(denial) = same_verdict(&filter, &opinion, text)? {
                same_places(&denial, &opinion, text)?;
                refused.set(refused.get() + 1);
            }
            judged.set(judged.get() + 1);
        }
        // In 3.0 the schemas are others, and so may be what they blame.
        if let Some(filter) = schemas.in_30().and_then(|schemas| schemas.filter("3.0.3")) {
            for text in &instances {
                same_verdict(&filter, &opinion, text)?;
            }
        }
    });
    println!(
        "second opinion: {} instances judged, {} of them refused",
        judged.get(),
        refused.get()
    );
}

fn same_verdict(
    filter: &Filter,
    opinion: &jsonschema::Validator,
    text: &str,
) -> Result<Option<Box<Denial>>, TestCaseError> {
    let instance: Value = serde_json::from_str(text).unwrap();
    let valid = opinion.is_valid(&instance);
    let judged = filter.request(&Sent::post("/", text));
    prop_assert_eq!(judged.is_ok(), valid, "{}: {:?}", text, judged);
    let Err(denial) = judged else {
        return Ok(None);
    };
    prop_assert_eq!(denial.reason.slug, "schema_body", "{}", text);
    prop_assert!(!denial.errors.is_empty(), "{text}: refused without a word");
    Ok(Some(denial))
}

fn same_places(denial: &Denial, opinion: &jsonschema::Validator, text: &str) -> TestCaseResult {
    let places = filter::places(denial).into_iter();
    let found: BTreeSet<_> = places
        // The crate has one word for too few and too many.
        .map(|(place, keyword)| match keyword {
            "minContains" | "maxContains" => (place, "contains".to_owned()),
            _ => (place, keyword.to_owned()),
        })
        .collect();
    let expected = expected(opinion, &serde_json::from_str(text).unwrap());
    let count = expected.len();
    let expected: BTreeSet<_> = expected.into_iter().collect();
    let unevaluated = Unevaluated::of(&expected);
    // The filter stops at so many, before it takes out those that are the same.
    let all = count < MAX_ERRORS && unevaluated.0.is_empty();
    prop_assert!(
        unevaluated.has_all(&found),
        "{text}: {found:?}, expected {expected:?}"
    );
    let (found, expected) = (unevaluated.others(found), unevaluated.others(expected));
    prop_assert!(
        found == expected || (!all && found.is_subset(&expected)),
        "{text}: {found:?}, expected {expected:?}"
    );
    Ok(())
}

/// The values of which the crate says that some part is unevaluated, but not which,
/// and says it also of parts that a schema is applied to which then refuses them.
/// The filter names each part, or what its schema finds in it, and says nothing of
/// those for which a reason is given already.
struct Unevaluated(BTreeSet<String>);

type Found = BTreeSet<(String, String)>;

impl Unevaluated {
    fn of(expected: &Found) -> Self {
        let blamed = expected
            .iter()
            .filter(|(_, keyword)| is_unevaluated(keyword));
        Self(blamed.map(|(place, _)| place.clone()).collect())
    }

    /// Whether all that the filter calls unevaluated is inside of such a value.
    fn has_all(&self, found: &Found) -> bool {
        let mut blamed = found.iter().filter(|(_, keyword)| is_unevaluated(keyword));
        blamed.all(|(place, _)| self.is_around(place))
    }

    /// What is found outside of their parts.
    fn others(&self, found: Found) -> Found {
        let found = found.into_iter();
        found
            .filter(|(place, keyword)| !is_unevaluated(keyword) && !self.is_around(place))
            .collect()
    }

    fn is_around(&self, place: &str) -> bool {
        let mut ends = place.match_indices('/').map(|(at, _)| place.split_at(at).0);
        ends.any(|value| self.0.contains(value))
    }
}

fn is_unevaluated(keyword: &str) -> bool {
    keyword.starts_with("unevaluated")
}

/// What the crate finds, by place and keyword, as the filter words it: members
/// that aren't documented each by itself, and of a value of a wrong type nothing
/// else.
fn expected(opinion: &jsonschema::Validator, instance: &Value) -> Vec<(String, String)> {
    let errors: Vec<_> = opinion.iter_errors(instance).collect();
    let told = errors
        .iter()
        .filter(|error| !errors.iter().any(|typed| covers(typed, error)));
    told.flat_map(|error| worded(error, instance)).collect()
}

/// Whether `typed` says that a value is of a wrong type, and `other` is about the
/// same value and schema.
fn covers(typed: &ValidationError<'_>, other: &ValidationError<'_>) -> bool {
    let Some(schema) = typed.evaluation_path().as_str().strip_suffix("/type") else {
        return false;
    };
    let below = |path: &str, top: &str| {
        let rest = path.strip_prefix(top);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    typed.evaluation_path() != other.evaluation_path()
        && below(other.evaluation_path().as_str(), schema)
        && below(
            other.instance_path().as_str(),
            typed.instance_path().as_str(),
        )
}

fn worded(error: &ValidationError<'_>, instance: &Value) -> Vec<(String, String)> {
    let place = error.instance_path().as_str();
    let value = instance.pointer(place).unwrap();
    let named = |names: Vec<&String>, keyword: &str| {
        let names = names.into_iter();
        let names = names.map(|name| name.replace('~', "~0").replace('/', "~1"));
        names
            .map(|name| (format!("{place}/{name}"), keyword.to_owned()))
            .collect()
    };
    let members = |names| named(names, "additionalProperties");
    let keyword = error.kind().keyword();
    let path = error.evaluation_path().as_str();
    if let ValidationErrorKind::PropertyNames { error } = error.kind() {
        let name = error.instance();
        return named(vec![&name.as_str().unwrap().to_owned()], "propertyNames");
    }
    if keyword == "falseSchema" && path.ends_with("/propertyNames") {
        return named(value.as_object().unwrap().keys().collect(), "propertyNames");
    }
    if keyword == "required" && path.contains("/dependentRequired") {
        return vec![(place.to_owned(), "dependentRequired".to_owned())];
    }
    if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
        return members(unexpected.iter().collect());
    }
    // Where that stands alone the crate blames the object.
    let of_members = error
        .evaluation_path()
        .as_str()
        .ends_with("/additionalProperties");
    if keyword == "falseSchema" && of_members {
        return members(value.as_object().unwrap().keys().collect());
    }
    // With `additionalProperties: false` the crate takes a member that `properties`
    // doesn't have for missing, though it is there.
    if let ValidationErrorKind::Required { property } = error.kind()
        && value.get(property.as_str().unwrap()).is_some()
    {
        return Vec::new();
    }
    vec![(place.to_owned(), keyword.replace("falseSchema", "type"))]
}
