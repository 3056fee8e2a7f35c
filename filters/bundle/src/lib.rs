//! The filters behind one module, told apart by `root_id`: `jwt`, `schema`,
//! `headers`, or `all` for all in one filter, which takes the whole policy file
//! as its configuration. No logic of its own.

use tollgate_kit::plugin::{Section, Shape};

/// The sections of a policy file, in the order in which requests pass them:
/// `headers` first, so that it also hardens the replies of the others.
pub const SECTIONS: &[Section] = &[
    tollgate_headers::SECTION,
    tollgate_jwt::SECTION,
    tollgate_schema::SECTION,
];

/// What a `root_id` runs.
#[must_use]
pub fn shape(root_id: &str) -> Option<Shape> {
    if root_id == "all" {
        return Some(Shape::File(SECTIONS));
    }
    SECTIONS
        .iter()
        .find(|section| section.name == root_id)
        .copied()
        .map(Shape::Section)
}

#[cfg(all(target_arch = "wasm32", feature = "module"))]
tollgate_kit::export!(shape);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_and_all_of_them_have_a_root_id() {
        for root_id in ["headers", "jwt", "schema"] {
            assert!(
                matches!(shape(root_id), Some(Shape::Section(section)) if section.name == root_id)
            );
        }
        assert!(
            matches!(shape("all"), Some(Shape::File(sections)) if sections.len() == SECTIONS.len())
        );
        assert!(shape("jwts").is_none());
    }
}
