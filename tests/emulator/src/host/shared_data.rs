//! Shared data: one store for all workers, apart for each `vm_id`, with a
//! compare-and-swap number that counts writes over the whole process.

use std::collections::BTreeMap;

use super::{Guest, Host, HostCall, HostResult, Status};

#[derive(Default)]
pub(super) struct SharedData {
    values: BTreeMap<(String, Vec<u8>), (Vec<u8>, u32)>,
    writes: u32,
}

impl SharedData {
    fn write(&mut self, key: (String, Vec<u8>), value: Vec<u8>, cas: u32) -> HostResult<()> {
        let stands = self.values.get(&key).map(|(_, cas)| *cas);
        if cas != 0 && stands.is_some_and(|stands| stands != cas) {
            return Err(Status::CasMismatch);
        }
        self.writes += 1;
        self.values.insert(key, (value, self.writes));
        Ok(())
    }
}

impl Guest {
    /// `proxy_get_shared_data`: the value and its number, which is never 0.
    pub fn shared_data(&self, key: &[u8]) -> HostResult<(Vec<u8>, u32)> {
        self.host().enter(HostCall::GetSharedData)?;
        let key = self.shared_key(key);
        self.host()
            .state()
            .shared_data
            .values
            .get(&key)
            .cloned()
            .ok_or(Status::NotFound)
    }

    /// `proxy_set_shared_data`. A number of 0 writes in any case; any other must be
    /// the one that stands, where there is a value.
    pub fn set_shared_data(&self, key: &[u8], value: &[u8], cas: u32) -> HostResult<()> {
        self.host().enter(HostCall::SetSharedData)?;
        let key = self.shared_key(key);
        self.host()
            .state()
            .shared_data
            .write(key, value.to_vec(), cas)
    }

    fn shared_key(&self, key: &[u8]) -> (String, Vec<u8>) {
        let vm_id = self
            .host()
            .with_root(self.context(), |root| root.vm_id.clone());
        (vm_id.unwrap_or_default(), key.to_vec())
    }
}

impl Host {
    /// A shared value as it stands.
    pub fn shared_value(&self, vm_id: &str, key: &[u8]) -> Option<Vec<u8>> {
        let key = (vm_id.to_owned(), key.to_vec());
        self.state()
            .shared_data
            .values
            .get(&key)
            .map(|(value, _)| value.clone())
    }

    /// Writes a shared value, as another worker would.
    pub fn set_shared_value(&self, vm_id: &str, key: &[u8], value: &[u8]) {
        let key = (vm_id.to_owned(), key.to_vec());
        let written = self.state().shared_data.write(key, value.to_vec(), 0);
        debug_assert_eq!(written, Ok(()), "0 matches every number");
    }
}
