//! The pages that are written from tables in the code are current;
//! `UPDATE_DOCS=1 cargo test -p tollgate-tidy` writes them anew.

use tollgate_tidy::{profiles, reasons, root, text};

#[track_caller]
fn check(file: &str, page: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(root().join(file), page).unwrap();
    }
    assert!(
        text(file) == page,
        "{file} is out of date: UPDATE_DOCS=1 cargo test -p tollgate-tidy"
    );
}

#[test]
fn the_page_of_reasons_is_current() {
    check("docs/reasons.md", &reasons::page());
}

#[test]
fn the_page_of_profiles_is_current() {
    check("docs/profiles.md", &profiles::page());
}
