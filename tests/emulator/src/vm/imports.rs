//! The host calls of the ABI 0.2.1, linked to a [`Guest`](crate::Guest): pointers
//! become values, results are written back, failures become status numbers.

use std::time::Duration;

use wasmtime::{Caller, Error, Linker};

use super::Data;
use super::memory::{Call, Failure, Outcome};
use crate::host::{
    BufferType, ContextId, Headers, LocalReply, LogLevel, MapType, MetricType, Status, Way,
};

/// Links host calls: `name(arguments…) => |call| body`, where the body gives an [`Outcome`].
macro_rules! host_calls {
    ($linker:expr; $($name:literal ($($argument:ident: $type:ty),*) => |$call:ident| $body:expr;)*) => {
        $($linker.func_wrap("env", $name, |caller: Caller<'_, Data>, $($argument: $type),*| -> Result<u32, Error> {
            let $call = &mut Call::new(caller)?;
            status((|| -> Outcome { $body })())
        })?;)*
    };
}

fn status(outcome: Outcome) -> Result<u32, Error> {
    match outcome {
        Ok(()) => Ok(0),
        Err(Failure::Status(status)) => Ok(status.code()),
        Err(Failure::Trap(trap)) => Err(trap),
    }
}

pub(super) fn link(linker: &mut Linker<Data>) -> Result<(), Error> {
    link_process(linker)?;
    link_streams(linker)?;
    link_maps(linker)?;
    link_calls(linker)?;
    link_metrics(linker)
}

fn link_process(linker: &mut Linker<Data>) -> Result<(), Error> {
    host_calls! { linker;
        "proxy_log"(level: u32, text: u32, length: u32) => |call| {
            let level = LogLevel::from_code(level).ok_or(Status::BadArgument)?;
            Ok(call.guest().log(level, &call.bytes((text, length))?)?)
        };
        "proxy_get_log_level"(to: u32) => |call| {
            let level = call.guest().log_level()?;
            Ok(call.write_u32(to, level as u32)?)
        };
        "proxy_get_current_time_nanoseconds"(to: u32) => |call| {
            let time = call.guest().time()?;
            Ok(call.write_u64(to, time)?)
        };
        "proxy_set_tick_period_milliseconds"(period: u32) => |call| {
            Ok(call.guest().set_tick_period(Duration::from_millis(period.into()))?)
        };
        "proxy_set_effective_context"(context: u32) => |call| {
            let other = call.guest().effective(ContextId(context))?;
            call.speak_for(other.context());
            Ok(())
        };
        "proxy_done"() => |call| Ok(call.guest().done()?);
        "proxy_get_shared_data"(key: u32, key_length: u32, to: u32, length: u32, cas: u32) => |call| {
            let (value, number) = call.guest().shared_data(&call.bytes((key, key_length))?)?;
            call.give(&value, to, length)?;
            Ok(call.write_u32(cas, number)?)
        };
        "proxy_set_shared_data"(key: u32, key_length: u32, value: u32, length: u32, cas: u32) => |call| {
            let (key, value) = (call.bytes((key, key_length))?, call.bytes((value, length))?);
            Ok(call.guest().set_shared_data(&key, &value, cas)?)
        };
        "proxy_call_foreign_function"(
            name: u32, name_length: u32, argument: u32, argument_length: u32, to: u32, length: u32
        ) => |call| {
            let (name, argument) = (call.bytes((name, name_length))?, call.bytes((argument, argument_length))?);
            let answer = call.guest().call_foreign_function(&name, &argument)?;
            if to == 0 { Ok(()) } else { call.give(&answer, to, length) }
        };
    }
    Ok(())
}

fn link_streams(linker: &mut Linker<Data>) -> Result<(), Error> {
    host_calls! { linker;
        "proxy_continue_stream"(stream: u32) => |call| Ok(call.guest().continue_stream(way(stream)?)?);
        "proxy_close_stream"(stream: u32) => |call| {
            way(stream)?;
            Ok(call.guest().close_stream()?)
        };
        "proxy_send_local_response"(
            code: u32, details: u32, details_length: u32, body: u32, body_length: u32,
            headers: u32, headers_length: u32, grpc_status: i32
        ) => |call| {
            let details = call.bytes((details, details_length))?;
            let reply = LocalReply {
                status: code,
                details: String::from_utf8_lossy(&details).into_owned(),
                body: call.bytes((body, body_length))?,
                headers: call.fields((headers, headers_length))?,
                grpc_status,
            };
            Ok(call.guest().send_local_response(reply)?)
        };
        "proxy_get_property"(path: u32, path_length: u32, to: u32, length: u32) => |call| {
            let value = call.guest().property(&call.bytes((path, path_length))?)?;
            call.give(&value, to, length)
        };
        "proxy_set_property"(path: u32, path_length: u32, value: u32, length: u32) => |call| {
            let (path, value) = (call.bytes((path, path_length))?, call.bytes((value, length))?);
            Ok(call.guest().set_property(&path, &value)?)
        };
        "proxy_get_buffer_bytes"(buffer: u32, start: u32, max: u32, to: u32, length: u32) => |call| {
            let bytes = call.guest().buffer(buffer_type(buffer)?, start as usize, max as usize)?;
            call.give(&bytes, to, length)
        };
        "proxy_get_buffer_status"(buffer: u32, length: u32, flags: u32) => |call| {
            let size = call.guest().buffer_size(buffer_type(buffer)?)?;
            call.write_u32(length, size as u32)?;
            Ok(call.write_u32(flags, 0)?)
        };
        "proxy_set_buffer_bytes"(buffer: u32, start: u32, max: u32, bytes: u32, length: u32) => |call| {
            let bytes = call.bytes((bytes, length))?;
            Ok(call.guest().set_buffer(buffer_type(buffer)?, start as usize, max as usize, &bytes)?)
        };
    }
    Ok(())
}

fn link_maps(linker: &mut Linker<Data>) -> Result<(), Error> {
    host_calls! { linker;
        "proxy_get_header_map_pairs"(map: u32, to: u32, length: u32) => |call| {
            let fields = call.guest().map(map_type(map)?)?;
            call.give_fields(&fields, to, length)
        };
        "proxy_set_header_map_pairs"(map: u32, fields: u32, length: u32) => |call| {
            Ok(call.guest().set_map(map_type(map)?, &call.fields((fields, length))?)?)
        };
        "proxy_get_header_map_size"(map: u32, to: u32) => |call| {
            let size = call.guest().map_size(map_type(map)?)?;
            Ok(call.write_u32(to, size)?)
        };
        "proxy_get_header_map_value"(map: u32, name: u32, name_length: u32, to: u32, length: u32) => |call| {
            let value = call.guest().map_value(map_type(map)?, &call.bytes((name, name_length))?)?;
            call.give(&value, to, length)
        };
        "proxy_add_header_map_value"(map: u32, name: u32, name_length: u32, value: u32, length: u32) => |call| {
            let (name, value) = (call.bytes((name, name_length))?, call.bytes((value, length))?);
            Ok(call.guest().add_map_value(map_type(map)?, &name, &value)?)
        };
        "proxy_replace_header_map_value"(map: u32, name: u32, name_length: u32, value: u32, length: u32) => |call| {
            let (name, value) = (call.bytes((name, name_length))?, call.bytes((value, length))?);
            Ok(call.guest().replace_map_value(map_type(map)?, &name, &value)?)
        };
        "proxy_remove_header_map_value"(map: u32, name: u32, name_length: u32) => |call| {
            Ok(call.guest().remove_map_value(map_type(map)?, &call.bytes((name, name_length))?)?)
        };
    }
    Ok(())
}

fn link_calls(linker: &mut Linker<Data>) -> Result<(), Error> {
    host_calls! { linker;
        "proxy_http_call"(
            cluster: u32, cluster_length: u32, headers: u32, headers_length: u32, body: u32, body_length: u32,
            trailers: u32, trailers_length: u32, timeout: u32, to: u32
        ) => |call| {
            let cluster = call.text((cluster, cluster_length))?;
            let headers: Headers = call.fields((headers, headers_length))?;
            let (body, trailers) = (call.bytes((body, body_length))?, call.fields((trailers, trailers_length))?);
            let timeout = Duration::from_millis(timeout.into());
            call.write_u32(to, 0)?;
            let token = call.guest().http_call(&cluster, &headers, &body, &trailers, timeout)?;
            Ok(call.write_u32(to, token)?)
        };
        "proxy_get_status"(code: u32, to: u32, length: u32) => |call| {
            let (number, text) = call.guest().status()?;
            call.write_u32(code, number)?;
            call.give(text.as_bytes(), to, length)
        };
    }
    Ok(())
}

fn link_metrics(linker: &mut Linker<Data>) -> Result<(), Error> {
    host_calls! { linker;
        "proxy_define_metric"(kind: u32, name: u32, length: u32, to: u32) => |call| {
            let kind = MetricType::from_code(kind).ok_or(Status::BadArgument)?;
            let id = call.guest().define_metric(kind, &call.text((name, length))?)?;
            Ok(call.write_u32(to, id)?)
        };
        "proxy_get_metric"(id: u32, to: u32) => |call| {
            let value = call.guest().metric(id)?;
            Ok(call.write_u64(to, value)?)
        };
        "proxy_record_metric"(id: u32, value: u64) => |call| Ok(call.guest().record_metric(id, value)?);
        "proxy_increment_metric"(id: u32, by: i64) => |call| Ok(call.guest().increment_metric(id, by)?);
    }
    Ok(())
}

fn map_type(code: u32) -> Result<MapType, Status> {
    MapType::from_code(code).ok_or(Status::BadArgument)
}

fn buffer_type(code: u32) -> Result<BufferType, Status> {
    BufferType::from_code(code).ok_or(Status::BadArgument)
}

/// Streams 2 and 3 are those of TCP filters.
fn way(stream: u32) -> Result<Way, Status> {
    match stream {
        0 => Ok(Way::Request),
        1 => Ok(Way::Response),
        2 | 3 => Err(Status::Unimplemented),
        _ => Err(Status::BadArgument),
    }
}
