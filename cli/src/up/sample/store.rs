//! What the sample API knows: a few orders and two users, in memory.
//!
//! Orders that are added push out the oldest added one, so that a long run
//! doesn't grow.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An order, as the document's `Order`.
#[derive(Debug, Clone, Serialize)]
pub struct Order {
    /// `ord_` and eight digits or letters.
    pub id: String,
    /// What is ordered.
    pub item: String,
    /// How many.
    pub quantity: u32,
    /// Where it stands.
    pub status: Status,
    /// The price of all of it.
    pub total_cents: u64,
    /// When it has to be there.
    pub deliver_by: Option<String>,
    /// What the customer adds.
    pub note: Option<String>,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Placed.
    Open,
    /// Paid for.
    Paid,
    /// On its way.
    Shipped,
}

/// What a customer sends, as the document's `NewOrder`.
#[derive(Debug, Deserialize)]
pub struct NewOrder {
    item: String,
    quantity: u32,
    deliver_by: Option<String>,
    note: Option<String>,
}

/// A user, as the document's `Profile`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Profile {
    name: String,
    email: String,
    newsletter: bool,
    birthday: Option<String>,
}

/// All of it.
pub struct Store {
    orders: Vec<Order>,
    profiles: BTreeMap<String, Profile>,
    placed: u32,
}

const UNIT_CENTS: u64 = 1250;
const SEEDS: usize = 3;
const MOST_ORDERS: usize = 100;

// === impl Status ===

impl Status {
    /// Reads the text of a query.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "open" => Some(Self::Open),
            "paid" => Some(Self::Paid),
            "shipped" => Some(Self::Shipped),
            _ => None,
        }
    }
}

// === impl Store ===

impl Store {
    /// Three orders and two users.
    #[must_use]
    pub fn new() -> Self {
        let mut store = Self {
            orders: Vec::new(),
            profiles: BTreeMap::new(),
            placed: 0,
        };
        store.seed("espresso-machine", 1, Status::Shipped);
        store.seed("coffee-filter", 4, Status::Paid);
        store.seed("coffee-beans", 2, Status::Open);
        store.profiles.insert("alice".to_owned(), alice());
        store.profiles.insert("bob".to_owned(), bob());
        store
    }

    /// The orders in this state, the oldest first.
    pub fn orders(&self, status: Option<Status>) -> impl Iterator<Item = &Order> {
        self.orders
            .iter()
            .filter(move |order| status.is_none_or(|wanted| order.status == wanted))
    }

    /// One order.
    #[must_use]
    pub fn order(&self, id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.id == id)
    }

    /// Adds an order.
    pub fn place(&mut self, new: NewOrder) -> Order {
        if self.orders.len() >= MOST_ORDERS {
            self.orders.remove(SEEDS);
        }
        self.placed = self.placed.wrapping_add(1);
        let order = Order {
            id: format!("ord_{:08}", self.placed % 100_000_000),
            total_cents: UNIT_CENTS * u64::from(new.quantity),
            item: new.item,
            quantity: new.quantity,
            status: Status::Open,
            deliver_by: new.deliver_by,
            note: new.note,
        };
        self.orders.push(order.clone());
        order
    }

    /// One user.
    #[must_use]
    pub fn profile(&self, user: &str) -> Option<&Profile> {
        self.profiles.get(user)
    }

    /// Replaces what is known of a user; `None` where there is none of that name.
    pub fn replace_profile(&mut self, user: &str, profile: Profile) -> Option<&Profile> {
        let known = self.profiles.get_mut(user)?;
        *known = profile;
        Some(known)
    }

    fn seed(&mut self, item: &str, quantity: u32, status: Status) {
        let order = self.place(NewOrder {
            item: item.to_owned(),
            quantity,
            deliver_by: Some("2030-01-31T12:00:00Z".to_owned()),
            note: None,
        });
        if let Some(seeded) = self.orders.iter_mut().find(|seeded| seeded.id == order.id) {
            seeded.status = status;
        }
    }
}

fn alice() -> Profile {
    Profile {
        name: "Alice Example".to_owned(),
        email: "alice@example.com".to_owned(),
        newsletter: true,
        birthday: Some("1990-04-01".to_owned()),
    }
}

fn bob() -> Profile {
    Profile {
        name: "Bob Example".to_owned(),
        email: "bob@example.com".to_owned(),
        newsletter: false,
        birthday: None,
    }
}
