//! The schemas of a document that have identifiers: `$id` begins a resource, whose
//! URI references are relative to and can name; `$anchor` and `$dynamicAnchor` name
//! a place in one (2020-12 core §8.2, §9.1). Draft 4 has `id` for both (core §7.2).
//!
//! Identifiers count only where schemas are, so that what an example or an `enum`
//! has of that name means nothing.

use super::dialect::Dialect;
use super::uri;
use std::collections::BTreeMap;
use tollgate_kit::config::{Setting, member_path};
use tollgate_kit::json::{Kind, Node};

/// All resources of a document; the first is the document itself.
#[derive(Debug)]
pub(super) struct Resources<'a> {
    list: Vec<Resource<'a>>,
    /// By URI; `None` where several have the same.
    by_uri: BTreeMap<String, Option<usize>>,
    are_dynamic: bool,
    dialect: Dialect,
}

#[derive(Debug)]
pub(super) struct Resource<'a> {
    pub(super) root: Setting<'a>,
    uri: String,
    /// Where its text begins and ends.
    start: usize,
    end: usize,
    /// The one that it stands in.
    parent: usize,
    anchors: BTreeMap<String, Anchor<'a>>,
}

/// A named place of a resource.
#[derive(Debug)]
pub(super) struct Anchor<'a> {
    pub(super) place: Setting<'a>,
    pub(super) is_dynamic: bool,
    /// Whether another has the same name.
    is_ambiguous: bool,
}

/// A node that may have identifiers below it.
struct Visit<'a> {
    what: What,
    setting: Setting<'a>,
    /// The resource that it stands in.
    resource: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// An object of `OpenAPI`, or a list.
    Other,
    Schema,
    /// An object or a list of schemas.
    Schemas,
}

// === impl Resources ===

impl<'a> Resources<'a> {
    pub(super) fn of(root: &Setting<'a>, dialect: Dialect) -> Self {
        let mut resources = Self {
            list: Vec::new(),
            by_uri: BTreeMap::new(),
            are_dynamic: false,
            dialect,
        };
        resources.add(root.clone(), String::new(), 0);
        let mut pending = vec![Visit {
            what: What::Other,
            setting: root.clone(),
            resource: 0,
        }];
        while let Some(visit) = pending.pop() {
            let resource = match visit.what {
                What::Schema => resources.identify(&visit.setting, visit.resource),
                What::Other | What::Schemas => visit.resource,
            };
            let before = pending.len();
            children(&visit, resource, &mut pending);
            // In the order of the document, which the search relies on.
            if let Some(children) = pending.get_mut(before..) {
                children.reverse();
            }
        }
        resources
    }

    /// The resource at `index`.
    pub(super) fn get(&self, index: usize) -> Option<&Resource<'a>> {
        self.list.get(index)
    }

    /// The resource with that URI; `Err` where there are several.
    pub(super) fn by_uri(&self, uri: &str) -> Result<Option<usize>, ()> {
        match self.by_uri.get(uri) {
            Some(Some(index)) => Ok(Some(*index)),
            Some(None) => Err(()),
            None => Ok(None),
        }
    }

    /// The innermost resource that a node stands in.
    pub(super) fn around(&self, node: Node<'a>) -> usize {
        let start = address(node);
        let after = self
            .list
            .partition_point(|resource| resource.start <= start);
        let mut index = after.saturating_sub(1);
        // Whatever else begins before the node and ends after it is around this one.
        while let Some(resource) = self.list.get(index).filter(|_| index > 0) {
            if start < resource.end {
                break;
            }
            index = resource.parent;
        }
        index
    }

    /// The resources that a node stands in, from the innermost to those around it;
    /// not the document.
    pub(super) fn outwards(&self, node: Node<'a>) -> impl Iterator<Item = &Resource<'a>> {
        let mut index = match self.list.len() {
            1 => 0,
            _ => self.around(node),
        };
        std::iter::from_fn(move || {
            let resource = self.list.get(index).filter(|_| index > 0)?;
            index = resource.parent;
            Some(resource)
        })
    }

    /// Whether some anchor is dynamic.
    pub(super) const fn are_dynamic(&self) -> bool {
        self.are_dynamic
    }

    /// Takes up the identifiers of a schema; gives the resource that it belongs to.
    fn identify(&mut self, schema: &Setting<'a>, parent: usize) -> usize {
        let text = |name| schema.node.get(name).and_then(Node::as_str);
        match self.dialect {
            Dialect::V30 if schema.node.get("$ref").is_some() => parent,
            Dialect::V30 => self.identified(text("id"), schema, parent),
            Dialect::V31 => {
                let resource = self.identified(text("$id"), schema, parent);
                for (name, is_dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
                    if let Some(name) = text(name) {
                        self.anchor(resource, name, schema, is_dynamic);
                    }
                }
                resource
            }
        }
    }

    fn identified(&mut self, id: Option<&str>, schema: &Setting<'a>, parent: usize) -> usize {
        let Some(id) = id else {
            return parent;
        };
        let (reference, fragment) = id.split_once('#').unwrap_or((id, ""));
        let mut resource = parent;
        if !reference.is_empty() {
            let base = self.get(parent).map_or("", |parent| &parent.uri);
            let uri = uri::resolve(base, reference);
            resource = self.add(schema.clone(), uri, parent);
        }
        if !fragment.is_empty() {
            self.anchor(resource, fragment, schema, false);
        }
        resource
    }

    fn add(&mut self, root: Setting<'a>, uri: String, parent: usize) -> usize {
        let index = self.list.len();
        if !uri.is_empty() {
            let entry = self.by_uri.entry(uri.clone());
            entry
                .and_modify(|known| *known = None)
                .or_insert(Some(index));
        }
        let start = address(root.node);
        self.list.push(Resource {
            start,
            end: start.saturating_add(root.node.source().len()),
            root,
            uri,
            parent,
            anchors: BTreeMap::new(),
        });
        index
    }

    fn anchor(&mut self, resource: usize, name: &str, place: &Setting<'a>, is_dynamic: bool) {
        self.are_dynamic |= is_dynamic;
        let Some(resource) = self.list.get_mut(resource) else {
            return;
        };
        let here = address(place.node);
        let entry = resource.anchors.entry(name.to_owned());
        entry
            .and_modify(|known| {
                known.is_ambiguous |= address(known.place.node) != here;
                known.is_dynamic |= is_dynamic;
            })
            .or_insert_with(|| Anchor {
                place: place.clone(),
                is_dynamic,
                is_ambiguous: false,
            });
    }
}

// === impl Resource ===

impl<'a> Resource<'a> {
    /// The base of what is relative in it.
    pub(super) fn uri(&self) -> &str {
        &self.uri
    }

    /// The place of that name; `Err` where there are several.
    pub(super) fn anchor(&self, name: &str) -> Result<Option<&Anchor<'a>>, ()> {
        match self.anchors.get(name) {
            Some(anchor) if anchor.is_ambiguous => Err(()),
            found => Ok(found),
        }
    }

    /// The names of its dynamic anchors.
    pub(super) fn dynamic_anchors(&self) -> impl Iterator<Item = &str> {
        let dynamic = self.anchors.iter().filter(|(_, anchor)| anchor.is_dynamic);
        dynamic.map(|(name, _)| name.as_str())
    }
}

/// Where a node's text stands in memory: the nodes of a document share one text.
fn address(node: Node<'_>) -> usize {
    node.source().as_ptr().addr()
}

/// What is to be visited inside of `visit`, in order.
fn children<'a>(visit: &Visit<'a>, resource: usize, pending: &mut Vec<Visit<'a>>) {
    let here = &visit.setting;
    let mut push = |what, node: Node<'a>, path: String| {
        if matches!(node.kind(), Kind::Object | Kind::Array) {
            pending.push(Visit {
                what,
                setting: Setting::root(node, &path, here.faults()),
                resource,
            });
        }
    };
    for (name, node) in here.node.as_object().into_iter().flatten() {
        let what = match visit.what {
            What::Schemas => What::Schema,
            What::Schema => match in_schema(name, node.kind()) {
                Some(what) => what,
                None => continue,
            },
            What::Other => match name {
                "schema" => What::Schema,
                "schemas" if here.path.ends_with("components") => What::Schemas,
                "example" | "examples" | "default" => continue,
                _ => What::Other,
            },
        };
        push(what, node, member_path(&here.path, name));
    }
    let inner = match visit.what {
        What::Schemas => What::Schema,
        What::Other | What::Schema => What::Other,
    };
    let elements = here.node.as_array().into_iter().flatten();
    for (at, node) in elements.enumerate() {
        push(inner, node, format!("{}[{at}]", here.path));
    }
}

/// What a keyword holds, if that is schemas.
fn in_schema(name: &str, kind: Kind) -> Option<What> {
    match name {
        "allOf" | "anyOf" | "oneOf" | "prefixItems" | "$defs" | "definitions" | "dependencies"
        | "dependentSchemas" | "patternProperties" | "properties" => Some(What::Schemas),
        "items" if kind == Kind::Array => Some(What::Schemas),
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Some(What::Schema),
        _ => None,
    }
}
