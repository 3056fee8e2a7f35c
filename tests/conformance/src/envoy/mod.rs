//! Runs cases in a real Envoy, on configuration that `tollgate render envoy`
//! writes.
//!
//! One process serves all cases of a layout, because compiling the modules takes
//! longer than everything else. Cases that differ only in what is sent share a
//! listener. A case that scripts key servers has one of its own, which is there
//! only while it runs: its keys are fetched for it alone, and from its first
//! second on.

mod exchange;
mod place;
mod sight;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tollgate_rig::{Envoy, Listeners, Refused};

use self::place::{Place, Site};
use self::sight::Sight;
use crate::case::{self, Case};
use crate::observe::Observation;
use crate::run::Layout;
use crate::scene::Scene;
use crate::tokens::Keys;

/// An Envoy with a place for every case. Cases run in it one after another.
pub struct Gateway {
    envoy: Envoy,
    site: Site,
    places: BTreeMap<String, Place>,
    /// The place of a case, or why it has none.
    seats: BTreeMap<String, Result<String, String>>,
    listeners: Mutex<Listeners>,
}

/// As in the emulator: keys are fetched for so long before the request comes.
const FIRST_SECOND: Duration = Duration::from_secs(1);
/// How often a request is sent that isn't answered in the second of its tokens.
const TRIES: u32 = 3;

impl Gateway {
    /// Starts Envoy with the modules in `modules`.
    ///
    /// # Errors
    /// Where Envoy doesn't start.
    pub fn start(
        cases: &[(String, Case)],
        keys: &Keys,
        layout: Layout,
        modules: &Path,
    ) -> Result<Self, String> {
        let site = Site::new(layout, modules)?;
        let mut places: BTreeMap<String, Place> = BTreeMap::new();
        let mut seats = BTreeMap::new();
        for (file, case) in cases {
            let name = place::name(file, case);
            let seat = match places.contains_key(&name) {
                true => Ok(name),
                false => Place::build(&name, case, keys, &site).map(|place| {
                    places.insert(name.clone(), place);
                    name
                }),
            };
            seats.insert(file.clone(), seat);
        }
        let listeners = Listeners::new();
        let standing = places.values().filter(|place| !place.comes_and_goes);
        let mut bootstrap = site.frame();
        bootstrap["dynamic_resources"] = listeners.source();
        bootstrap["static_resources"] = json!({
            "listeners": standing.map(|place| &place.listener).collect::<Vec<_>>(),
            "clusters": places.values().flat_map(|place| &place.clusters).collect::<Vec<_>>(),
        });
        let envoy = Envoy::start(&bootstrap, 1).map_err(|error| error.to_string())?;
        Ok(Self {
            envoy,
            site,
            places,
            seats,
            listeners: Mutex::new(listeners),
        })
    }

    /// Runs a case; an error where it cannot even begin.
    ///
    /// # Errors
    /// Where its policy is refused, or its request cannot be sent at all.
    pub fn run(&self, file: &str, case: &Case, keys: &Keys) -> Result<Observation, String> {
        let seat = self.seats.get(file).ok_or("the case is not planned")?;
        let place = self.places.get(seat.as_ref()?).ok_or("there is no place")?;
        if !place.comes_and_goes {
            return self.look(place, case, keys);
        }
        let begin = Instant::now();
        self.let_stand(std::slice::from_ref(&place.listener))
            .map_err(|refused| format!("{refused}\n{}", self.envoy.log()))?;
        place.wait_for_keys(FIRST_SECOND.saturating_sub(begin.elapsed()));
        let seen = self.look(place, case, keys);
        self.let_stand(&[]).map_err(|refused| refused.to_string())?;
        seen
    }

    fn look(&self, place: &Place, case: &Case, keys: &Keys) -> Result<Observation, String> {
        let upstream = &self.site.upstream;
        let mut tries = TRIES;
        loop {
            upstream.answer(exchange::answer(case));
            let now = exchange::now(case);
            let scene = Scene::new(case, keys, now, self.site.certificate())?;
            for earlier in &case.before {
                let (seen, _) = self.send(place, &earlier.request, &scene)?;
                earlier.check(&seen)?;
            }
            let (seen, second) = self.send(place, &case.request, &scene)?;
            let is_late = !case.tokens.is_empty() && second != now;
            tries -= 1;
            // Keys that come late take what they take, and are fetched once.
            if !is_late || place.comes_and_goes || tries == 0 {
                return Ok(seen);
            }
        }
    }

    /// Sends one request; what came of it, and in which second.
    fn send(
        &self,
        place: &Place,
        asked: &case::Request,
        scene: &Scene,
    ) -> Result<(Observation, u64), String> {
        let upstream = &self.site.upstream;
        upstream.take();
        let sight = Sight::open(&self.envoy, upstream, place)?;
        let request = exchange::request(asked, scene);
        let response = self.site.client(place, asked).send(&request);
        let second = exchange::second();
        Ok((sight.close(response)?, second))
    }

    fn let_stand(&self, listeners: &[serde_json::Value]) -> Result<(), Refused> {
        let mut file = self
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.envoy.update(&mut file, listeners)
    }
}
