//! Dialects: which JSON Schema a document means, and what a `$schema` of its own
//! changes about that.

use super::compiler::Compiler;
use super::vocabulary;
use tollgate_kit::config::Setting;
use tollgate_kit::json::Node;

/// Which JSON Schema a document means by its schema objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAPI 3.0's own.
    V30,
    /// 2020-12, as OpenAPI 3.1 has it.
    V31,
}

impl<'a> Compiler<'a> {
    /// Warns of a `$schema` or `jsonSchemaDialect` other than the document's, or one
    /// whose meta-schema the document has. 3.0 knows neither, so that it is no more
    /// than an annotation there.
    pub fn expect_dialect(&self, setting: &Setting<'_>) {
        let text = setting.node.as_str().unwrap_or_default();
        let uri = text.trim_end_matches('#');
        match self.dialect {
            Dialect::V31 if !DIALECTS.contains(&uri) => self.expect_meta_schema(uri, setting),
            Dialect::V30 if uri != DRAFT_4 => setting.warn(
                "OpenAPI 3.0 has a dialect of its own, which is enforced",
                "leave it out, or make the document one of OpenAPI 3.1",
            ),
            Dialect::V30 | Dialect::V31 => {}
        }
    }

    fn expect_meta_schema(&self, uri: &str, setting: &Setting<'_>) {
        match self.meta_schema(uri).map(vocabulary::validates) {
            None => setting.warn(
                "keywords are enforced as OpenAPI 3.1 has them; those of others are not enforced",
                "use the dialect of OpenAPI 3.1 or JSON Schema 2020-12",
            ),
            Some(Err(unknown)) => {
                setting.fault(format!("its meta-schema requires {unknown:?}, which is not enforced"));
            }
            Some(Ok(false)) => setting.warn(
                "its meta-schema lacks the vocabulary of validation: `type` and the like are not enforced",
                "leave `$schema` out",
            ),
            Some(Ok(true)) => {}
        }
    }

    fn meta_schema(&self, uri: &str) -> Option<Node<'a>> {
        let index = self.resources.by_uri(uri).ok()??;
        Some(self.resources.get(index)?.root.node)
    }

    /// Whether the keywords of validation count in a schema: its resource's
    /// `$schema`, or that of the one around it, says so.
    pub(super) fn validates(&self, schema: Node<'a>) -> bool {
        let meta_schema = self
            .resources
            .outwards(schema)
            .find_map(|resource| resource.root.node.get("$schema"))
            .and_then(Node::as_str)
            .filter(|uri| !DIALECTS.contains(uri))
            .and_then(|uri| self.meta_schema(uri));
        meta_schema.is_none_or(|node| vocabulary::validates(node).unwrap_or(true))
    }
}

/// What 3.0's dialect is made from.
const DRAFT_4: &str = "http://json-schema.org/draft-04/schema";
const DIALECTS: &[&str] = &[
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://json-schema.org/draft/2020-12/schema",
];
