//! The addresses that the program answers at: taken by itself, or handed over by the process before a lock or by a service
//! manager (systemd's sockets), and then known by their address.

use std::io;
use std::net::{SocketAddr, TcpListener};

use listenfd::ListenFd;

use crate::failure::Failure;
use crate::settings::Settings;

/// The listeners of the addresses that are set.
pub(super) struct Ground {
    pub(super) doors: TcpListener,
    pub(super) desk: Option<TcpListener>,
    pub(super) metrics: Option<TcpListener>,
    pub(super) redirect: Option<TcpListener>,
}

impl Ground {
    /// Takes them.
    ///
    /// # Errors
    /// [`Failure::Refused`] naming the address that cannot be had.
    pub(super) fn take(settings: &Settings, handed: ListenFd) -> Result<Self, Failure> {
        let mut handed = Handed::read(handed)?;
        let ground = Self {
            doors: handed.or_bind(settings.listen)?,
            desk: handed.some_or_bind(settings.desk_listen)?,
            metrics: handed.some_or_bind(settings.metrics)?,
            redirect: handed.some_or_bind(settings.redirect_listen)?,
        };
        handed.warn_of_the_rest();
        Ok(ground)
    }

    /// A second hold on each, in the same order.
    ///
    /// # Errors
    /// When too many files are open.
    pub(super) fn held(&self) -> io::Result<Vec<TcpListener>> {
        let others = [&self.desk, &self.metrics, &self.redirect];
        std::iter::once(&self.doors)
            .chain(others.into_iter().flatten())
            .map(TcpListener::try_clone)
            .collect()
    }
}

/// What was handed over and is not taken yet.
struct Handed(Vec<TcpListener>);

impl Handed {
    fn read(mut from: ListenFd) -> Result<Self, Failure> {
        let mut all = Vec::with_capacity(from.len());
        for at in 0..from.len() {
            let listener = from.take_tcp_listener(at);
            let listener = listener.map_err(|error| {
                Failure::refused(format!(
                    "a listener that was handed over cannot be used: {error}"
                ))
            })?;
            all.extend(listener);
        }
        Ok(Self(all))
    }

    fn some_or_bind(
        &mut self,
        address: Option<SocketAddr>,
    ) -> Result<Option<TcpListener>, Failure> {
        address.map(|address| self.or_bind(address)).transpose()
    }

    /// The listener at this address, which is handed over or taken. Port 0 is any of the same machine.
    fn or_bind(&mut self, address: SocketAddr) -> Result<TcpListener, Failure> {
        let refused =
            |error: io::Error| Failure::refused(format!("cannot listen on {address}: {error}"));
        let fits = |listener: &TcpListener| {
            listener
                .local_addr()
                .is_ok_and(|at| at == address || (address.port() == 0 && at.ip() == address.ip()))
        };
        let listener = match self.0.iter().position(fits) {
            Some(at) => self.0.remove(at),
            None => TcpListener::bind(address).map_err(refused)?,
        };
        listener.set_nonblocking(true).map_err(refused)?;
        Ok(listener)
    }

    fn warn_of_the_rest(&self) {
        for listener in &self.0 {
            let address = listener.local_addr().map(|at| at.to_string());
            let address = address.unwrap_or_default();
            tracing::warn!(
                address,
                "handed over, and no setting names it: nobody answers there"
            );
        }
    }
}
