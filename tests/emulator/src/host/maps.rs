//! Header and trailer maps. A map that the filter can't reach in its phase
//! answers `BadArgument` to everything but "all fields", which is then empty.

use super::{
    ContextId, Guest, Headers, Host, HostCall, HostResult, Part, Status, Stream, View, Way, WayView,
};

/// The maps of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum MapType {
    /// Request headers.
    RequestHeaders = 0,
    /// Request trailers.
    RequestTrailers = 1,
    /// Response headers.
    ResponseHeaders = 2,
    /// Response trailers.
    ResponseTrailers = 3,
    /// Of gRPC calls out, which aren't emulated: never there.
    GrpcInitialMetadata = 4,
    /// Of gRPC calls out, which aren't emulated: never there.
    GrpcTrailingMetadata = 5,
    /// Headers of the answer to a call out.
    CallHeaders = 6,
    /// Trailers of the answer to a call out.
    CallTrailers = 7,
}

impl MapType {
    /// The map of the ABI's number.
    pub fn from_code(code: u32) -> Option<Self> {
        use MapType::*;
        let all = [
            RequestHeaders,
            RequestTrailers,
            ResponseHeaders,
            ResponseTrailers,
            GrpcInitialMetadata,
            GrpcTrailingMetadata,
            CallHeaders,
            CallTrailers,
        ];
        all.get(code as usize).copied()
    }

    fn way(self) -> Option<Way> {
        match self {
            Self::RequestHeaders | Self::RequestTrailers => Some(Way::Request),
            Self::ResponseHeaders | Self::ResponseTrailers => Some(Way::Response),
            Self::GrpcInitialMetadata
            | Self::GrpcTrailingMetadata
            | Self::CallHeaders
            | Self::CallTrailers => None,
        }
    }

    fn part(self) -> Part {
        match self {
            Self::RequestHeaders => Part::Request,
            Self::ResponseHeaders => Part::Response,
            _ => Part::Other,
        }
    }
}

impl Guest {
    /// `proxy_get_header_map_pairs`.
    pub fn map(&self, map: MapType) -> HostResult<Headers> {
        self.host().enter(HostCall::GetMap)?;
        Ok(self
            .host()
            .read_map(self.context(), map)
            .unwrap_or_default())
    }

    /// `proxy_get_header_map_value`: the first value under `name`.
    pub fn map_value(&self, map: MapType, name: &[u8]) -> HostResult<Vec<u8>> {
        self.host().enter(HostCall::GetMapValue)?;
        let logging = self
            .host()
            .with_view(self.context(), |view, _| view.logging)
            .unwrap_or(false);
        let absent = if logging {
            Status::NotFound
        } else {
            Status::BadArgument
        };
        let fields = self.host().read_map(self.context(), map).ok_or(absent)?;
        fields.get(name).map(<[u8]>::to_vec).ok_or(Status::NotFound)
    }

    /// `proxy_get_header_map_size`: names and values in bytes.
    pub fn map_size(&self, map: MapType) -> HostResult<u32> {
        self.edit(HostCall::GetMapSize, map, |fields, _| {
            fields.byte_size() as u32
        })
    }

    /// `proxy_set_header_map_pairs`.
    pub fn set_map(&self, map: MapType, fields: &Headers) -> HostResult<()> {
        self.edit(HostCall::SetMap, map, |into, part| {
            *into = fields.received(part)
        })
    }

    /// `proxy_add_header_map_value`.
    pub fn add_map_value(&self, map: MapType, name: &[u8], value: &[u8]) -> HostResult<()> {
        self.edit(HostCall::AddMapValue, map, |fields, part| {
            fields.add(part, name, value)
        })
    }

    /// `proxy_replace_header_map_value`.
    pub fn replace_map_value(&self, map: MapType, name: &[u8], value: &[u8]) -> HostResult<()> {
        self.edit(HostCall::ReplaceMapValue, map, |fields, _| {
            fields.set(name, value)
        })
    }

    /// `proxy_remove_header_map_value`.
    pub fn remove_map_value(&self, map: MapType, name: &[u8]) -> HostResult<()> {
        self.edit(HostCall::RemoveMapValue, map, |fields, _| {
            fields.remove(name)
        })
    }

    fn edit<T>(
        &self,
        call: HostCall,
        map: MapType,
        f: impl FnOnce(&mut Headers, Part) -> T,
    ) -> HostResult<T> {
        self.host().enter(call)?;
        let edit = |view: &mut View, stream: &mut Stream| {
            writable(view, stream, map).map(|fields| f(fields, map.part()))
        };
        self.host()
            .with_view(self.context(), edit)
            .flatten()
            .ok_or(Status::BadArgument)
    }
}

impl Host {
    fn read_map(&self, context: ContextId, map: MapType) -> Option<Headers> {
        match map {
            MapType::CallHeaders => self
                .with_root(context, |root| {
                    root.answer.as_ref().map(|a| a.headers.clone())
                })
                .flatten(),
            MapType::CallTrailers => self
                .with_root(context, |root| {
                    root.answer.as_ref().map(|a| a.trailers.clone())
                })
                .flatten(),
            _ => self
                .with_view(context, |view, stream| readable(view, stream, map).cloned())
                .flatten(),
        }
    }
}

fn readable<'a>(view: &View, stream: &'a Stream, map: MapType) -> Option<&'a Headers> {
    let log = view.logging;
    match map {
        MapType::RequestHeaders if view.request.headers || log => stream.request.headers.as_ref(),
        MapType::RequestTrailers if view.request.trailers && !log => {
            stream.request.trailers.as_ref()
        }
        MapType::ResponseHeaders if view.response.headers || log => {
            stream.response.headers.as_ref()
        }
        MapType::ResponseTrailers if view.response.trailers || log => {
            stream.response.trailers.as_ref()
        }
        _ => None,
    }
}

fn writable<'a>(view: &mut View, stream: &'a mut Stream, map: MapType) -> Option<&'a mut Headers> {
    let way = map.way()?;
    let end_of_stream = view.end_of_stream;
    let reach = match way {
        Way::Request => &mut view.request,
        Way::Response => &mut view.response,
    };
    let message = stream.message(way);
    match map {
        MapType::RequestHeaders | MapType::ResponseHeaders if reach.headers => {
            message.headers.as_mut()
        }
        MapType::RequestTrailers | MapType::ResponseTrailers => {
            if may_add_trailers(reach, end_of_stream) && message.trailers.is_none() {
                message.trailers = Some(Headers::new());
                reach.trailers = true;
            }
            if reach.trailers {
                message.trailers.as_mut()
            } else {
                None
            }
        }
        _ => None,
    }
}

/// Whoever touches trailers in the last body callback makes them.
fn may_add_trailers(reach: &WayView, end_of_stream: bool) -> bool {
    !reach.trailers && end_of_stream && reach.body.is_some()
}
