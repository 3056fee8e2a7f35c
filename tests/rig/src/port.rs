//! Ports that nobody else gets.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use socket2::{Domain, Socket, Type};

/// A free loopback port, kept for as long as this lives.
///
/// Envoy binds its listeners with `SO_REUSEPORT`. A socket that is bound with it
/// too and never listens takes no connection from Envoy, and the system gives
/// the port to nobody who asks for any free one.
#[derive(Debug)]
pub struct Port {
    address: SocketAddr,
    _socket: Socket,
}

// === impl Port ===

impl Port {
    /// Finds a free one.
    ///
    /// # Errors
    /// Where the system has none.
    pub fn free() -> io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
        socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
        let address = socket
            .local_addr()?
            .as_socket()
            .ok_or_else(|| io::Error::other("the socket has no address"))?;
        Ok(Self {
            address,
            _socket: socket,
        })
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Listens on it; to be called from within the runtime.
    pub(crate) fn listen(&self) -> io::Result<tokio::net::TcpListener> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_reuse_address(true)?;
        socket.set_reuse_port(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&self.address.into())?;
        socket.listen(1024)?;
        tokio::net::TcpListener::from_std(socket.into())
    }
}
