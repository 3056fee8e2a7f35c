//! Orders of a wanted size, as the benchmark's OpenAPI document has them.

use serde_json::{Value, json};

/// An order of about `bytes`, never less than one item.
#[must_use]
pub fn order(bytes: usize) -> String {
    let item_size = item(0).to_string().len() + 1;
    let around = order_of(Vec::new()).to_string().len();
    let items = (bytes.saturating_sub(around) / item_size).max(1);
    order_of((0..items).map(item).collect()).to_string()
}

/// The same with one number that is too large, in the last item.
#[must_use]
pub fn bad_order(bytes: usize) -> String {
    let order = order(bytes);
    match order.rsplit_once("\"quantity\":7") {
        Some((before, after)) => format!("{before}\"quantity\":700{after}"),
        None => order,
    }
}

fn order_of(items: Vec<Value>) -> Value {
    json!({
        "customer": {
            "id": "8a6e0804-2bd0-4672-b79d-d97027f9071a",
            "email": "alice@example.com",
            "note": "Please ring the bell: the door’s on the left.",
        },
        "currency": "EUR",
        "placed_at": "2026-07-01T09:30:00Z",
        "items": items,
    })
}

/// All of one length, so that a size can be met.
fn item(at: usize) -> Value {
    let (sku, price) = (100_000 + at % 900_000, 10.25 + (at % 89) as f64);
    json!({
        "sku": format!("ORD-{sku}"),
        "quantity": 7,
        "price": price,
        "title": "Kettle, 1.7 l, stainless steel, with a cordless base, silver",
        "gift": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_nearly_the_size_that_was_asked_for() {
        for wanted in [1 << 10, 16 << 10, 256 << 10] {
            let size = order(wanted).len();
            assert!(
                (wanted * 9 / 10..=wanted).contains(&size),
                "{wanted}: {size}"
            );
        }
    }

    #[test]
    fn a_bad_order_differs_in_one_number() {
        assert_eq!(bad_order(1024).len(), order(1024).len() + 2);
    }
}
