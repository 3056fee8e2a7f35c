//! The cores: decisions as the stream machine asks for them, and the JSON reader below them.

#[path = "../../../../cli/src/bench/workload/body.rs"]
mod body;
mod headers;
mod json;
mod judge;
mod jwt;
mod material;
mod schema;

/// Something whose instructions are counted.
#[derive(Debug)]
pub struct Core {
    /// As the table and the baseline have it.
    pub name: &'static str,
    /// How often it is run when it is counted.
    pub rounds: usize,
    prepare: fn() -> Round,
}

/// Does it once, and checks what comes of it.
pub type Round = Box<dyn FnMut()>;

/// All of them, by filter.
pub const CORES: &[Core] = &[
    core("json: 1 KB", 50, || json::parse(1)),
    core("json: 16 KB", 20, || json::parse(16)),
    core("json: 256 KB", 4, || json::parse(256)),
    core("schema: get", 100, schema::get),
    core("schema: 1 KB", 50, || schema::order(1)),
    core("schema: 16 KB", 20, || schema::order(16)),
    core("schema: 256 KB", 4, || schema::order(256)),
    core("schema: 16 KB, wrong", 20, schema::bad_order),
    core("schema: parameters", 100, schema::parameters),
    core("schema: one path of 600", 100, schema::path),
    core("schema: form", 50, schema::form),
    core("schema: form in parts", 50, schema::parts),
    core("schema: prose", 50, schema::prose),
    core("schema: prose with `and`", 50, schema::joined_prose),
    core("schema: near SQL", 50, schema::near_sql),
    core("schema: markup", 50, schema::markup),
    core("jwt: token seen before", 100, jwt::seen),
    core("jwt: new token", jwt::NEW, jwt::new),
    core("jwt: new token, Ed25519", jwt::NEW, jwt::new_ed25519),
    core("jwt: expired", 100, jwt::expired),
    core("jwt: no scope", 100, jwt::no_scope),
    core("headers: request", 100, headers::request),
    core("headers: response", 100, headers::response),
];

const fn core(name: &'static str, rounds: usize, prepare: fn() -> Round) -> Core {
    Core {
        name,
        rounds,
        prepare,
    }
}

// === impl Core ===

impl Core {
    /// All that isn't counted.
    #[must_use]
    pub fn prepare(&self) -> Round {
        (self.prepare)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_core_comes_to_what_it_should_in_every_round() {
        for core in CORES {
            let mut round = core.prepare();
            (0..3).for_each(|_| round());
        }
    }

    #[test]
    fn no_two_cores_have_one_name() {
        let mut names: Vec<_> = CORES.iter().map(|core| core.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CORES.len());
    }
}
