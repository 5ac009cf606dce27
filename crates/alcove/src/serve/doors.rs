//! Which address answers with what.

use std::net::TcpListener;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use practice::Practice;
use practice::post::Mailer;
use tokio::task::JoinSet;
use web::{Routes, Web, doorway};

use super::app::{self, Which};
use super::end::End;
use super::ground::Ground;
use super::listen::{Answering, listen};
use crate::demo;
use crate::failure::Failure;
use crate::log;
use crate::settings::Settings;
use crate::tls::Tls;

/// What stands at the addresses of the settings.
pub(super) struct Doors {
    first: Answering,
    desk: Answering,
    redirect: Routes<()>,
    web: Web,
}

impl Doors {
    /// Wires them; with TLS of the program's own, its certificate is shown from now on.
    ///
    /// # Errors
    /// [`Failure::Refused`] when the certificate is none.
    pub(super) fn new(
        settings: &Settings,
        (practice, web): (&Practice, &Web),
        demo: Option<(demo::Marker, Arc<Mailer>)>,
    ) -> Result<Self, Failure> {
        let tls = settings.tls.clone().map(Tls::begin).transpose()?;
        let which = if settings.desk_listen.is_some() {
            Which::WithoutDesk
        } else {
            Which::All
        };
        let answering = |app: Routes<()>| Answering {
            app: app.into_router(),
            tls: tls.clone(),
        };
        let address = settings.address.clone();
        Ok(Self {
            first: answering(app::app(practice, web, which, demo)),
            desk: answering(app::app(practice, web, Which::DeskOnly, None)),
            redirect: app::redirect(address.map_or_else(String::new, |one| one.origin), web),
            web: web.clone(),
        })
    }

    /// Begins to answer.
    ///
    /// # Errors
    /// When a listener cannot be used.
    pub(super) fn open(
        self,
        ground: Ground,
        counters: Option<PrometheusHandle>,
        tasks: &mut JoinSet<()>,
        end: &End,
    ) -> Result<(), Failure> {
        let plain = |app: Routes<()>| Answering {
            app: app.into_router(),
            tls: None,
        };
        let mut answer = |listener: TcpListener, answering| {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tasks.spawn(listen(listener, answering, end.also()));
            Ok::<_, Failure>(())
        };
        answer(ground.doors, self.first)?;
        if let Some(desk) = ground.desk {
            answer(desk, self.desk)?;
        }
        if let Some(redirect) = ground.redirect {
            answer(redirect, plain(self.redirect))?;
        }
        if let (Some(metrics), Some(handle)) = (ground.metrics, counters) {
            let page = doorway(log::metrics_page(handle.clone()), &self.web);
            answer(metrics, plain(page))?;
            let mut end = end.also();
            tasks.spawn(async move {
                tokio::select! {
                    () = log::upkeep(handle) => {}
                    _ = end.changed() => {}
                }
            });
        }
        Ok(())
    }
}
