//! Bodies and configurations. A body that isn't there is an empty buffer to a
//! reader, and can't be written.

use super::{
    ContextId, Guest, Host, HostCall, HostResult, Message, Slot, Status, Stream, View, Way, WayView,
};

/// The buffers of the ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum BufferType {
    /// The body of the request.
    RequestBody = 0,
    /// The body of the response.
    ResponseBody = 1,
    /// Of TCP filters: always empty.
    DownstreamData = 2,
    /// Of TCP filters: always empty.
    UpstreamData = 3,
    /// The body of the answer to a call out.
    CallBody = 4,
    /// Of gRPC calls out: always empty.
    GrpcMessage = 5,
    /// The configuration of the virtual machine: empty.
    VmConfiguration = 6,
    /// The configuration of the plugin, in `on_configure` only.
    PluginConfiguration = 7,
    /// The arguments of a foreign function: always empty.
    CallData = 8,
}

impl BufferType {
    /// The buffer of the ABI's number.
    pub fn from_code(code: u32) -> Option<Self> {
        use BufferType::*;
        let all = [
            RequestBody,
            ResponseBody,
            DownstreamData,
            UpstreamData,
            CallBody,
            GrpcMessage,
            VmConfiguration,
            PluginConfiguration,
            CallData,
        ];
        all.get(code as usize).copied()
    }

    fn way(self) -> Option<Way> {
        match self {
            Self::RequestBody => Some(Way::Request),
            Self::ResponseBody => Some(Way::Response),
            _ => None,
        }
    }
}

impl Guest {
    /// `proxy_get_buffer_bytes`: at most `length` bytes from `start` on.
    pub fn buffer(&self, buffer: BufferType, start: usize, length: usize) -> HostResult<Vec<u8>> {
        self.host().enter(HostCall::GetBuffer)?;
        let bytes = self.host().read_buffer(self.context(), buffer)?;
        let end = start.saturating_add(length).min(bytes.len());
        Ok(bytes.get(start..end).unwrap_or_default().to_vec())
    }

    /// `proxy_get_buffer_status`: the length.
    pub fn buffer_size(&self, buffer: BufferType) -> HostResult<usize> {
        self.host().enter(HostCall::GetBufferStatus)?;
        Ok(self.host().read_buffer(self.context(), buffer)?.len())
    }

    /// `proxy_set_buffer_bytes`: puts bytes in place of the first `length`
    /// (`start` is 0) or behind all (`start` at or past the end).
    pub fn set_buffer(
        &self,
        buffer: BufferType,
        start: usize,
        length: usize,
        bytes: &[u8],
    ) -> HostResult<()> {
        self.host().enter(HostCall::SetBuffer)?;
        let way = buffer.way().ok_or(Status::BadArgument)?;
        let write = |view: &mut View, stream: &mut Stream| {
            let slot = reach(view, way).body_slot().ok_or(Status::BadArgument)?;
            splice(stream.message(way), slot, start, length, bytes)
        };
        self.host()
            .with_view(self.context(), write)
            .unwrap_or(Err(Status::BadArgument))
    }
}

impl Host {
    fn read_buffer(&self, context: ContextId, buffer: BufferType) -> HostResult<Vec<u8>> {
        match buffer {
            BufferType::PluginConfiguration => self
                .with_root(context, |root| {
                    root.configuring.then(|| root.plugin.configuration.clone())
                })
                .flatten()
                .ok_or(Status::NotFound),
            BufferType::CallBody => self
                .with_root(context, |root| {
                    root.answer.as_ref().map(|answer| answer.body.clone())
                })
                .flatten()
                .ok_or(Status::NotFound),
            _ => Ok(buffer
                .way()
                .map(|way| self.read_body(context, way))
                .unwrap_or_default()),
        }
    }

    fn read_body(&self, context: ContextId, way: Way) -> Vec<u8> {
        let read = |view: &mut View, stream: &mut Stream| {
            let slot = reach(view, way).body_slot()?;
            Some(stream.message(way).body(slot).to_vec())
        };
        self.with_view(context, read).flatten().unwrap_or_default()
    }
}

fn reach(view: &View, way: Way) -> &WayView {
    match way {
        Way::Request => &view.request,
        Way::Response => &view.response,
    }
}

fn splice(
    message: &mut Message,
    slot: Slot,
    start: usize,
    length: usize,
    bytes: &[u8],
) -> HostResult<()> {
    let body = message.body_mut(slot);
    if start == 0 {
        body.splice(..length.min(body.len()), bytes.iter().copied());
    } else if start >= body.len() {
        body.extend_from_slice(bytes);
    } else {
        return Err(Status::BadArgument);
    }
    Ok(())
}
