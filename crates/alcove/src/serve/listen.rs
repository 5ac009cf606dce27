//! Accepting connections: a bound on how many, a bound on how slowly a handshake or a request may come, and an end in order.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::end::Told;
use crate::tls;

/// Connections at a time, those that shake hands among them; more wait in the system's queue.
const MOST: u32 = 1_024;
/// How long a handshake of TLS may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long the head of a request may take; also how long a connection may idle.
const HEAD: Duration = Duration::from_secs(30);
/// How long requests have to end when the program ends.
const GRACE: Duration = Duration::from_secs(10);
/// How long somebody who has only just come has to say what they want, when the program ends.
const JUST_COME: Duration = Duration::from_secs(1);

/// What an address answers with, and whether it speaks TLS.
#[derive(Clone)]
pub(super) struct Answering {
    pub(super) app: Router,
    pub(super) tls: Option<TlsAcceptor>,
}

/// Tells when the program ends.
type Ending = watch::Receiver<Told>;

/// Answers at a listener until it is told to end, then lets open requests end.
pub(super) async fn listen(listener: TcpListener, answering: Answering, mut end: Ending) {
    let room = Arc::new(Semaphore::new(MOST as usize));
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            _ = end.wait_for(|told| *told != Told::Nothing) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (answering, end) = (answering.clone(), end.clone());
                tokio::spawn(async move {
                    answer(stream, peer, answering, end).await;
                    drop(permit);
                });
            }
            Err(error) => {
                // Too many open files, usually: waiting lets some of them close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
    drop(listener);
    // All places are free again when every connection has ended.
    let ended = tokio::time::timeout(GRACE, room.acquire_many(MOST)).await;
    if ended.is_err() {
        tracing::warn!("requests were still open when the program ended");
    }
}

async fn answer(stream: TcpStream, peer: SocketAddr, answering: Answering, end: Ending) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::trace!(%error, "a connection keeps its delay");
    }
    let Some(tls) = answering.tls else {
        return serve(stream, peer, answering.app, end).await;
    };
    match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) if tls::is_proof(stream.get_ref().1.alpn_protocol()) => {}
        Ok(Ok(stream)) => serve(stream, peer, answering.app, end).await,
        Ok(Err(error)) => tracing::trace!(%error, "a handshake failed"),
        Err(_) => tracing::trace!("a handshake took too long"),
    }
}

async fn serve<S>(stream: S, peer: SocketAddr, app: Router, mut end: Ending)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (begin, mut begun) = watch::channel(false);
    let service = service_fn(move |request: Request<Incoming>| {
        begin.send_replace(true);
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        app.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let told = async {
        drop(end.wait_for(|told| *told != Told::Nothing).await);
        // Told before its first request, a connection would be let go with the request on its way.
        drop(tokio::time::timeout(JUST_COME, begun.wait_for(|begun| *begun)).await);
    };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%error, "a connection ended early");
    }
}
