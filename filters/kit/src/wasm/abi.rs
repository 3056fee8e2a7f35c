//! The host calls of the proxy-wasm ABI 0.2.1, bound directly: the crate's own
//! wrappers panic on any status they don't expect, and leave out the details of
//! a local reply.
#![expect(
    unsafe_code,
    reason = "the one place where the module's memory is handed to the host"
)]

use crate::host::HostError;
use std::ptr::null_mut;

#[link(wasm_import_module = "env")]
unsafe extern "C" {
    fn proxy_log(level: i32, message: *const u8, len: usize) -> u32;
    fn proxy_get_current_time_nanoseconds(time: *mut u64) -> u32;
    fn proxy_set_tick_period_milliseconds(period: u32) -> u32;
    fn proxy_get_buffer_bytes(
        kind: i32,
        start: usize,
        max: usize,
        data: *mut *mut u8,
        len: *mut usize,
    ) -> u32;
    fn proxy_set_buffer_bytes(
        kind: i32,
        start: usize,
        len: usize,
        data: *const u8,
        size: usize,
    ) -> u32;
    fn proxy_get_header_map_pairs(map: i32, data: *mut *mut u8, len: *mut usize) -> u32;
    fn proxy_set_header_map_pairs(map: i32, data: *const u8, len: usize) -> u32;
    fn proxy_replace_header_map_value(
        map: i32,
        name: *const u8,
        name_len: usize,
        value: *const u8,
        value_len: usize,
    ) -> u32;
    fn proxy_add_header_map_value(
        map: i32,
        name: *const u8,
        name_len: usize,
        value: *const u8,
        value_len: usize,
    ) -> u32;
    fn proxy_remove_header_map_value(map: i32, name: *const u8, name_len: usize) -> u32;
    fn proxy_get_property(
        path: *const u8,
        path_len: usize,
        data: *mut *mut u8,
        len: *mut usize,
    ) -> u32;
    fn proxy_set_property(
        path: *const u8,
        path_len: usize,
        value: *const u8,
        value_len: usize,
    ) -> u32;
    fn proxy_get_shared_data(
        key: *const u8,
        key_len: usize,
        data: *mut *mut u8,
        len: *mut usize,
        cas: *mut u32,
    ) -> u32;
    fn proxy_set_shared_data(
        key: *const u8,
        key_len: usize,
        value: *const u8,
        value_len: usize,
        cas: u32,
    ) -> u32;
    fn proxy_continue_stream(direction: i32) -> u32;
    fn proxy_set_effective_context(context: u32) -> u32;
    fn proxy_define_metric(kind: i32, name: *const u8, name_len: usize, id: *mut u32) -> u32;
    fn proxy_increment_metric(id: u32, offset: i64) -> u32;
    fn proxy_record_metric(id: u32, value: u64) -> u32;
    fn proxy_call_foreign_function(
        name: *const u8,
        name_len: usize,
        argument: *const u8,
        argument_len: usize,
        data: *mut *mut u8,
        len: *mut usize,
    ) -> u32;
    fn proxy_send_local_response(
        status: u32,
        details: *const u8,
        details_len: usize,
        body: *const u8,
        body_len: usize,
        headers: *const u8,
        headers_len: usize,
        grpc_status: i32,
    ) -> u32;
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    fn random_get(buffer: *mut u8, len: usize) -> u16;
}

type Outcome<T> = Result<T, HostError>;

pub(super) fn log(level: i32, message: &str) {
    // SAFETY: the host reads the slice during the call. A line that can't be
    // written is lost; nothing else depends on it.
    let _ = unsafe { proxy_log(level, message.as_ptr(), message.len()) };
}

pub(super) fn now() -> Outcome<u64> {
    let mut time = 0;
    // SAFETY: the host writes eight bytes to `time`.
    done(unsafe { proxy_get_current_time_nanoseconds(&raw mut time) }).map(|()| time)
}

pub(super) fn random(bytes: &mut [u8]) {
    // SAFETY: the host writes `len` bytes to the slice. Without them ids are zero.
    let _ = unsafe { random_get(bytes.as_mut_ptr(), bytes.len()) };
}

pub(super) fn set_tick(millis: u32) -> Outcome<()> {
    // SAFETY: no memory is shared.
    done(unsafe { proxy_set_tick_period_milliseconds(millis) })
}

pub(super) fn buffer(kind: i32, len: usize) -> Outcome<Vec<u8>> {
    // SAFETY: `returned` owns what the host allocated in this module.
    returned(|data, size| unsafe { proxy_get_buffer_bytes(kind, 0, len, data, size) })
}

pub(super) fn set_buffer(kind: i32, len: usize, bytes: &[u8]) -> Outcome<()> {
    // SAFETY: the host reads the slice during the call.
    done(unsafe { proxy_set_buffer_bytes(kind, 0, len, bytes.as_ptr(), bytes.len()) })
}

pub(super) fn map(map: i32) -> Outcome<Vec<u8>> {
    // SAFETY: as in `buffer`.
    returned(|data, len| unsafe { proxy_get_header_map_pairs(map, data, len) })
}

pub(super) fn set_map(map: i32, wire: &[u8]) -> Outcome<()> {
    // SAFETY: the host reads the slice during the call.
    done(unsafe { proxy_set_header_map_pairs(map, wire.as_ptr(), wire.len()) })
}

pub(super) fn set_field(map: i32, name: &str, value: &[u8]) -> Outcome<()> {
    // SAFETY: the host reads both slices during the call.
    done(unsafe {
        proxy_replace_header_map_value(map, name.as_ptr(), name.len(), value.as_ptr(), value.len())
    })
}

pub(super) fn add_field(map: i32, name: &str, value: &[u8]) -> Outcome<()> {
    // SAFETY: the host reads both slices during the call.
    done(unsafe {
        proxy_add_header_map_value(map, name.as_ptr(), name.len(), value.as_ptr(), value.len())
    })
}

pub(super) fn remove_field(map: i32, name: &str) -> Outcome<()> {
    // SAFETY: the host reads the slice during the call.
    done(unsafe { proxy_remove_header_map_value(map, name.as_ptr(), name.len()) })
}

pub(super) fn property(path: &[u8]) -> Outcome<Vec<u8>> {
    // SAFETY: as in `buffer`; the host reads the path during the call.
    returned(|data, len| unsafe { proxy_get_property(path.as_ptr(), path.len(), data, len) })
}

pub(super) fn set_property(path: &[u8], value: &[u8]) -> Outcome<()> {
    // SAFETY: the host reads both slices during the call.
    done(unsafe { proxy_set_property(path.as_ptr(), path.len(), value.as_ptr(), value.len()) })
}

pub(super) fn shared(key: &str) -> Outcome<(Vec<u8>, u32)> {
    let mut cas = 0;
    // SAFETY: as in `buffer`; the host writes four bytes to `cas`.
    let value = returned(|data, len| unsafe {
        proxy_get_shared_data(key.as_ptr(), key.len(), data, len, &raw mut cas)
    })?;
    Ok((value, cas))
}

pub(super) fn set_shared(key: &str, value: &[u8], cas: u32) -> Outcome<()> {
    // SAFETY: the host reads both slices during the call.
    done(unsafe {
        proxy_set_shared_data(key.as_ptr(), key.len(), value.as_ptr(), value.len(), cas)
    })
}

pub(super) fn resume(direction: i32) -> Outcome<()> {
    // SAFETY: no memory is shared.
    done(unsafe { proxy_continue_stream(direction) })
}

pub(super) fn set_context(context: u32) -> Outcome<()> {
    // SAFETY: no memory is shared.
    done(unsafe { proxy_set_effective_context(context) })
}

pub(super) fn define_metric(kind: i32, name: &str) -> Outcome<u32> {
    let mut id = 0;
    // SAFETY: the host reads the name and writes four bytes to `id`.
    done(unsafe { proxy_define_metric(kind, name.as_ptr(), name.len(), &raw mut id) }).map(|()| id)
}

pub(super) fn increment(id: u32, by: i64) -> Outcome<()> {
    // SAFETY: no memory is shared.
    done(unsafe { proxy_increment_metric(id, by) })
}

pub(super) fn record(id: u32, value: u64) -> Outcome<()> {
    // SAFETY: no memory is shared.
    done(unsafe { proxy_record_metric(id, value) })
}

pub(super) fn foreign(name: &str, argument: &[u8]) -> Outcome<Vec<u8>> {
    // SAFETY: as in `buffer`; the host reads both slices during the call.
    returned(|data, len| unsafe {
        proxy_call_foreign_function(
            name.as_ptr(),
            name.len(),
            argument.as_ptr(),
            argument.len(),
            data,
            len,
        )
    })
}

pub(super) fn reply(
    status: u32,
    details: &str,
    body: &[u8],
    headers: &[u8],
    grpc_status: i32,
) -> Outcome<()> {
    // SAFETY: the host reads the slices during the call.
    done(unsafe {
        proxy_send_local_response(
            status,
            details.as_ptr(),
            details.len(),
            body.as_ptr(),
            body.len(),
            headers.as_ptr(),
            headers.len(),
            grpc_status,
        )
    })
}

fn done(status: u32) -> Outcome<()> {
    if status == 0 {
        Ok(())
    } else {
        Err(HostError(status))
    }
}

/// Runs a call that returns bytes, and takes them over.
fn returned(call: impl FnOnce(*mut *mut u8, *mut usize) -> u32) -> Outcome<Vec<u8>> {
    let mut data: *mut u8 = null_mut();
    let mut len = 0usize;
    done(call(&raw mut data, &raw mut len))?;
    if data.is_null() || len == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the host took `len` bytes from this module's
    // `proxy_on_memory_allocate`, filled them, and keeps no pointer to them.
    Ok(unsafe { Vec::from_raw_parts(data, len, len) })
}
