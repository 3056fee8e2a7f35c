//! The few functions of WASI that modules call: output goes to the log, the
//! clock is the host's, there are no arguments and no environment.

use wasmtime::{Caller, Error, Linker};

use super::Data;
use super::memory::Call;
use crate::host::{LogLevel, Status};

const SUCCESS: u32 = 0;
const BAD_FILE: u32 = 8;
const BAD_ADDRESS: u32 = 21;
const INVALID: u32 = 28;
const NOT_SUPPORTED: u32 = 58;

const MODULES: [&str; 2] = ["wasi_snapshot_preview1", "wasi_unstable"];

pub(super) fn link(linker: &mut Linker<Data>) -> Result<(), Error> {
    for module in MODULES {
        linker.func_wrap(module, "args_get", |_: u32, _: u32| SUCCESS)?;
        linker.func_wrap(module, "args_sizes_get", no_entries)?;
        linker.func_wrap(module, "environ_get", |_: u32, _: u32| SUCCESS)?;
        linker.func_wrap(module, "environ_sizes_get", no_entries)?;
        linker.func_wrap(module, "clock_time_get", clock_time)?;
        linker.func_wrap(module, "fd_write", fd_write)?;
        linker.func_wrap(module, "random_get", random)?;
        linker.func_wrap(module, "sched_yield", || SUCCESS)?;
        linker.func_wrap(module, "proc_exit", |code: u32| -> Result<(), Error> {
            Err(Error::msg(format!("proc_exit({code})")))
        })?;
    }
    Ok(())
}

fn no_entries(caller: Caller<'_, Data>, count: u32, size: u32) -> Result<u32, Error> {
    let mut call = Call::new(caller)?;
    Ok(errno(
        call.write_u32(count, 0)
            .and_then(|()| call.write_u32(size, 0)),
    ))
}

fn clock_time(
    caller: Caller<'_, Data>,
    clock: u32,
    _precision: u64,
    to: u32,
) -> Result<u32, Error> {
    let mut call = Call::new(caller)?;
    let host = call.guest().host().clone();
    let time = match clock {
        0 => host.time(),
        1 => host.elapsed().as_nanos() as u64,
        _ => return Ok(NOT_SUPPORTED),
    };
    Ok(errno(call.write_u64(to, time)))
}

fn fd_write(
    caller: Caller<'_, Data>,
    file: u32,
    vectors: u32,
    count: u32,
    written: u32,
) -> Result<u32, Error> {
    let level = match file {
        1 => LogLevel::Info,
        2 => LogLevel::Error,
        _ => return Ok(BAD_FILE),
    };
    let mut call = Call::new(caller)?;
    let Ok(bytes) = gather(&call, vectors, count) else {
        return Ok(BAD_ADDRESS);
    };
    if !bytes.is_empty() {
        call.guest()
            .host()
            .write_log(level, bytes.strip_suffix(b"\n").unwrap_or(&bytes));
    }
    Ok(errno(call.write_u32(written, bytes.len() as u32)))
}

fn gather(call: &Call<'_>, vectors: u32, count: u32) -> Result<Vec<u8>, Status> {
    let mut gathered = Vec::new();
    let word = |bytes: &[u8], at: usize| {
        u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
    };
    for vector in call
        .bytes((vectors, count.saturating_mul(8)))?
        .chunks_exact(8)
    {
        gathered.extend(call.bytes((word(vector, 0), word(vector, 4)))?);
    }
    Ok(gathered)
}

fn random(caller: Caller<'_, Data>, to: u32, length: u32) -> Result<u32, Error> {
    if length > 64 * 1024 {
        return Ok(INVALID);
    }
    let mut call = Call::new(caller)?;
    let bytes = call.guest().host().random_bytes(length as usize);
    Ok(errno(call.write(to, &bytes)))
}

fn errno(result: Result<(), Status>) -> u32 {
    if result.is_ok() { SUCCESS } else { BAD_ADDRESS }
}
