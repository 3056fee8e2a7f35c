//! Whether the gateway's ports are free, before Envoy starts.
//!
//! Envoy listens with `SO_REUSEPORT`: a port that another Envoy has is no error
//! to it, and the two share the connections. So a port is free here only if
//! nobody answers on it and it can be bound without that option.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use tokio::net::TcpSocket;

use super::promise::reachable;

/// The addresses that Envoy is to listen on.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// The gateway.
    pub listen: SocketAddr,
    /// Envoy's admin interface.
    pub admin: SocketAddr,
}

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The gateway's listener.
    Listener,
    /// Envoy's admin interface.
    Admin,
}

/// What is wrong with one address.
#[derive(Debug)]
pub enum Trouble {
    /// Another process has it.
    Taken,
    /// It can't be bound.
    Unusable(io::Error),
}

/// Every address that can't be had.
#[derive(Debug)]
pub struct PortErrors(Vec<(Purpose, SocketAddr, Trouble)>);

/// Long enough for a process on this machine to accept.
const PATIENCE: Duration = Duration::from_millis(500);

// === impl Addresses ===

impl Addresses {
    /// Keeps the listener's port from other processes until Envoy has it: bound in the way that
    /// Envoy binds it, and never listening.
    ///
    /// # Errors
    /// Where it was taken meanwhile.
    pub fn keep(&self) -> io::Result<TcpSocket> {
        let socket = match self.listen {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.set_reuseport(true)?;
        socket.bind(self.listen)?;
        Ok(socket)
    }

    /// Finds both addresses free; port 0 becomes a free one.
    ///
    /// # Errors
    /// Names each address that isn't.
    pub fn claim(listen: SocketAddr, admin: SocketAddr) -> Result<Self, PortErrors> {
        let listener = probe(listen);
        // Two free ports are the same one only where both flags name it.
        let admin_is_listener = listen == admin && listen.port() != 0;
        let admin_probe = if admin_is_listener {
            Err(Trouble::Taken)
        } else {
            probe(admin)
        };
        match (listener, admin_probe) {
            (Ok(listen), Ok(admin)) => Ok(Self {
                listen: listen.address,
                admin: admin.address,
            }),
            (listener, admin_probe) => Err(PortErrors(
                [
                    (Purpose::Listener, listen, listener.err()),
                    (Purpose::Admin, admin, admin_probe.err()),
                ]
                .into_iter()
                .filter_map(|(purpose, address, trouble)| Some((purpose, address, trouble?)))
                .collect(),
            )),
        }
    }
}

/// An address that stays bound until both are found, so that two free ports differ.
struct Held {
    address: SocketAddr,
    _socket: TcpListener,
}

fn probe(address: SocketAddr) -> Result<Held, Trouble> {
    let answers = || TcpStream::connect_timeout(&reachable(address), PATIENCE).is_ok();
    if address.port() != 0 && answers() {
        return Err(Trouble::Taken);
    }
    let socket = TcpListener::bind(address).map_err(Trouble::from)?;
    let address = socket.local_addr().map_err(Trouble::Unusable)?;
    Ok(Held {
        address,
        _socket: socket,
    })
}

// === impl Purpose ===

impl Purpose {
    fn flag(self) -> &'static str {
        match self {
            Self::Listener => "--listen",
            Self::Admin => "--admin",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Listener => "listener",
            Self::Admin => "admin",
        })
    }
}

// === impl Trouble ===

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::Taken,
            _ => Self::Unusable(error),
        }
    }
}

// === impl PortErrors ===

impl fmt::Display for PortErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (purpose, address, trouble)) in self.0.iter().enumerate() {
            if at > 0 {
                writeln!(f)?;
            }
            match trouble {
                Trouble::Taken => write!(f, "the {purpose} port `{address}` is taken")?,
                Trouble::Unusable(error) => {
                    write!(f, "the {purpose} port `{address}` can't be bound: {error}")?;
                }
            }
            let free = SocketAddr::new(address.ip(), 0);
            let flag = purpose.flag();
            write!(
                f,
                "\n  hint: choose another with `{flag} ADDRESS:PORT`, or a free one with `{flag} {free}`"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for PortErrors {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound() -> (TcpListener, SocketAddr) {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        (socket, address)
    }

    fn any() -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], 0))
    }

    #[test]
    fn port_zero_becomes_two_free_ports() {
        let addresses = Addresses::claim(any(), any()).unwrap();
        assert_ne!(addresses.listen.port(), 0);
        assert_ne!(addresses.listen, addresses.admin);
    }

    #[tokio::test]
    async fn a_port_that_is_kept_can_be_bound_as_envoy_does_and_not_otherwise() {
        let addresses = Addresses::claim(any(), any()).unwrap();
        let _kept = addresses.keep().unwrap();
        assert!(TcpListener::bind(addresses.listen).is_err());
        let envoy = TcpSocket::new_v4().unwrap();
        envoy.set_reuseaddr(true).unwrap();
        envoy.set_reuseport(true).unwrap();
        envoy.bind(addresses.listen).unwrap();
        let _listening = envoy.listen(16).unwrap();
        assert!(TcpStream::connect(addresses.listen).is_ok());
    }

    #[test]
    fn every_taken_port_is_named_with_its_flag() {
        let (_listener, listen) = bound();
        let (_admin, admin) = bound();
        let message = Addresses::claim(listen, admin).unwrap_err().to_string();
        assert_eq!(
            message,
            format!(
                "the listener port `{listen}` is taken\n  \
                 hint: choose another with `--listen ADDRESS:PORT`, or a free one with `--listen 127.0.0.1:0`\n\
                 the admin port `{admin}` is taken\n  \
                 hint: choose another with `--admin ADDRESS:PORT`, or a free one with `--admin 127.0.0.1:0`"
            )
        );
    }

    #[test]
    fn one_address_for_both_is_taken_by_the_listener() {
        let (socket, address) = bound();
        drop(socket);
        let message = Addresses::claim(address, address).unwrap_err().to_string();
        assert!(message.starts_with(&format!("the admin port `{address}` is taken")));
    }
}
