//! A module's memory, and how values cross it: pointers with lengths into the
//! host, allocations by the module itself out of it.

use wasmtime::{Caller, Error, Extern, Memory};

use super::Data;
use crate::host::{Guest, Headers, Status};

/// Why a host call doesn't succeed: with a status, or with a trap.
pub(super) enum Failure {
    Status(Status),
    Trap(Error),
}

impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Status(status)
    }
}

pub(super) type Outcome = Result<(), Failure>;

/// A host call under way: who calls, and its memory.
pub(super) struct Call<'a> {
    caller: Caller<'a, Data>,
    memory: Memory,
}

impl<'a> Call<'a> {
    pub(super) fn new(mut caller: Caller<'a, Data>) -> Result<Self, Error> {
        match caller.get_export("memory") {
            Some(Extern::Memory(memory)) => Ok(Self { caller, memory }),
            _ => Err(Error::msg("the module exports no memory")),
        }
    }

    /// The host calls in the name of the context that is called, or of the one
    /// the module speaks for.
    pub(super) fn guest(&self) -> Guest {
        let data = self.caller.data();
        Guest::new(&data.host, data.effective.unwrap_or(data.current))
    }

    pub(super) fn speak_for(&mut self, context: crate::ContextId) {
        self.caller.data_mut().effective = Some(context);
    }

    /// A copy of the bytes at a pointer.
    pub(super) fn bytes(&self, (pointer, length): (u32, u32)) -> Result<Vec<u8>, Status> {
        let memory = self.memory.data(&self.caller);
        let bytes = memory
            .get(pointer as usize..)
            .and_then(|rest| rest.get(..length as usize));
        bytes.map(<[u8]>::to_vec).ok_or(Status::InvalidMemoryAccess)
    }

    pub(super) fn text(&self, pointer: (u32, u32)) -> Result<String, Status> {
        String::from_utf8(self.bytes(pointer)?).map_err(|_| Status::BadArgument)
    }

    /// Fields as the ABI writes them. What isn't well-formed is no field at all.
    pub(super) fn fields(&self, pointer: (u32, u32)) -> Result<Headers, Status> {
        Ok(parse_fields(&self.bytes(pointer)?).unwrap_or_default())
    }

    pub(super) fn write(&mut self, pointer: u32, bytes: &[u8]) -> Result<(), Status> {
        let memory = self.memory.data_mut(&mut self.caller);
        let place = memory
            .get_mut(pointer as usize..)
            .and_then(|rest| rest.get_mut(..bytes.len()));
        place
            .ok_or(Status::InvalidMemoryAccess)?
            .copy_from_slice(bytes);
        Ok(())
    }

    pub(super) fn write_u32(&mut self, pointer: u32, value: u32) -> Result<(), Status> {
        self.write(pointer, &value.to_le_bytes())
    }

    pub(super) fn write_u64(&mut self, pointer: u32, value: u64) -> Result<(), Status> {
        self.write(pointer, &value.to_le_bytes())
    }

    /// Hands bytes over in memory that the module allocates; none are a null pointer.
    pub(super) fn give(&mut self, bytes: &[u8], pointer: u32, length: u32) -> Outcome {
        let at = if bytes.is_empty() {
            0
        } else {
            self.allocate(bytes.len())?
        };
        self.write(at, bytes)?;
        self.write_u32(pointer, at)?;
        self.write_u32(length, bytes.len() as u32)?;
        Ok(())
    }

    pub(super) fn give_fields(&mut self, fields: &Headers, pointer: u32, length: u32) -> Outcome {
        let bytes = if fields.is_empty() {
            Vec::new()
        } else {
            written_fields(fields)
        };
        self.give(&bytes, pointer, length)
    }

    fn allocate(&mut self, length: usize) -> Result<u32, Failure> {
        let allocator = ["malloc", "proxy_on_memory_allocate"]
            .iter()
            .find_map(|name| self.caller.get_export(name));
        let allocator = allocator
            .and_then(Extern::into_func)
            .ok_or(Status::InvalidMemoryAccess)?;
        let allocator = allocator
            .typed::<u32, u32>(&self.caller)
            .map_err(Failure::Trap)?;
        let at = allocator
            .call(&mut self.caller, length as u32)
            .map_err(Failure::Trap)?;
        if at == 0 {
            Err(Failure::Status(Status::InvalidMemoryAccess))
        } else {
            Ok(at)
        }
    }
}

fn written_fields(fields: &Headers) -> Vec<u8> {
    let mut bytes = (fields.len() as u32).to_le_bytes().to_vec();
    for (name, value) in fields.iter() {
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
    }
    for part in fields.iter().flat_map(|(name, value)| [name, value]) {
        bytes.extend_from_slice(part);
        bytes.push(0);
    }
    bytes
}

/// Envoy: `PairsUtil::toPairs`, with its limits of 1024 fields and 1 MiB.
fn parse_fields(bytes: &[u8]) -> Option<Headers> {
    let word = |at: usize| {
        let bytes = bytes.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let count = word(0)?;
    if count > 1024 || bytes.len() > 1 << 20 {
        return None;
    }
    let mut at = 4 + count * 8;
    let mut part = |length: usize| {
        let part = bytes.get(at..at + length)?;
        let ends = bytes.get(at + length) == Some(&0);
        at += length + 1;
        ends.then_some(part)
    };
    let mut fields = Headers::new();
    for field in 0..count {
        let name = part(word(4 + field * 8)?)?;
        let value = part(word(8 + field * 8)?)?;
        fields.push(name, value);
    }
    (at == bytes.len()).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_survive_the_way_through_memory() {
        let fields = Headers::from([("a", &b"1"[..]), ("b", &[0xff, 0]), ("a", b"")]);
        assert_eq!(parse_fields(&written_fields(&fields)), Some(fields));
    }

    #[test]
    fn fields_that_are_cut_off_are_none() {
        let bytes = written_fields(&Headers::from([("name", "value")]));
        for length in 0..bytes.len() {
            assert_eq!(parse_fields(&bytes[..length]), None, "{length} bytes");
        }
    }
}
