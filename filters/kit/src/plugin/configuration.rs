//! A plugin's configuration: JSON, or a `google.protobuf.Struct`; one section of
//! the policy file, or all of it.

use super::Section;
use crate::config::Setting;
use crate::faults::Faults;
use crate::json::{DuplicateKeys, Limits, OwnedDocument};
use crate::protobuf;
use crate::stage::Stage;

pub(super) fn read(configuration: &[u8], faults: &Faults) -> Option<OwnedDocument> {
    if configuration.iter().all(u8::is_ascii_whitespace) {
        faults.add(
            "",
            "the configuration is empty; a filter without a policy decides nothing",
        );
        return None;
    }
    let refused = match OwnedDocument::parse(configuration.to_vec(), &LIMITS) {
        Ok(document) => return Some(document),
        Err(refused) => refused,
    };
    // A `Struct` arrives as protobuf; its bytes begin with the tag of field 1.
    let json = protobuf::struct_to_json(configuration);
    if let Some(document) =
        json.and_then(|json| OwnedDocument::parse(json.into_bytes(), &LIMITS).ok())
    {
        return Some(document);
    }
    faults.add_with_hint(
        "",
        format!("the configuration is not JSON: {refused}"),
        "give it as google.protobuf.StringValue holding JSON, as `tollgate render` does",
    );
    None
}

pub(super) fn file(setting: Setting<'_>, sections: &[Section]) -> Option<Vec<Box<dyn Stage>>> {
    let mut members = setting.object()?;
    if let Some(version) = members.required("version")
        && version.node.as_number().and_then(|number| number.as_u64()) != Some(1)
    {
        let _: Option<()> = version.expected("1, the only version there is");
    }
    if let Some(unresolved) = members.optional("rules_from_openapi") {
        unresolved.fault_with_hint(
            "a filter takes the rules themselves, in `jwt.rules`",
            "give it what `tollgate render` writes: there they stand",
        );
    }
    let mut stages = Vec::new();
    let mut named = false;
    for section in sections {
        if let Some(setting) = members.optional(section.name) {
            named = true;
            stages.extend((section.compile)(setting));
        }
    }
    if !named {
        members.fault("there is no section; expected `jwt`, `schema` or `headers`");
    }
    members.finish();
    Some(stages)
}

const LIMITS: Limits = Limits {
    depth: 256,
    keys: 4_000_000,
    string: 16 * 1024 * 1024,
    number_digits: 1000,
    exponent: 100_000,
    duplicate_keys: DuplicateKeys::Deny,
};
