//! One request as the doors see it: whose form tokens it may use, from where it came, what it wants back.
//!
//! Not here: who the person is. The doors ask `practice` with the token of [`Visit::sign_in`].

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::{HeaderMap, Method, Request, header, request::Parts};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cookies::{self, Name};
use crate::csrf;
use crate::errors::PageError;
use crate::house::Web;
use crate::page::Door;

/// What the browser wants back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// A page to look at.
    Page,
    /// A small answer to a module of ours.
    Data,
}

/// One request; cheap to clone. A handler takes it as an argument.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

struct Inner {
    web: Web,
    method: Method,
    path: String,
    address: String,
    host: String,
    peer: IpAddr,
    wants: Wants,
    sign_in: Option<String>,
    visitor: Option<String>,
    fresh_visitor: OnceLock<String>,
    initials_only: bool,
    device: Option<String>,
    shared: bool,
}

impl Visit {
    pub(crate) fn of<B>(web: &Web, request: &Request<B>) -> Self {
        let headers = request.headers();
        let direct = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let direct = direct.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
        Self(Arc::new(Inner {
            web: web.clone(),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            address: request
                .uri()
                .path_and_query()
                .map_or("/", |both| both.as_str())
                .to_owned(),
            host: host(headers),
            peer: web.settings().trusted.true_peer(direct, headers),
            wants: wants(headers),
            sign_in: cookies::read(web, headers, Name::SignIn),
            visitor: cookies::read(web, headers, Name::Visitor),
            fresh_visitor: OnceLock::new(),
            initials_only: cookies::read(web, headers, Name::Initials).is_some(),
            device: cookies::read(web, headers, Name::Device),
            shared: cookies::read(web, headers, Name::Shared).is_some(),
        }))
    }

    /// What the doors are wired with.
    #[must_use]
    pub fn web(&self) -> &Web {
        &self.0.web
    }

    /// The request's method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The request's path, without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The request's path with its query, to come back to.
    #[must_use]
    pub(crate) fn address(&self) -> &str {
        &self.0.address
    }

    /// Where the practice's pages are, as `https://alcove.example.org`: for what must name whole addresses, such as a feed.
    #[must_use]
    pub fn origin(&self) -> String {
        let scheme = if self.0.web.https() { "https" } else { "http" };
        let ours = self.0.web.settings().origin.clone();
        ours.unwrap_or_else(|| format!("{scheme}://{}", self.0.host))
    }

    /// The door of the path.
    #[must_use]
    pub fn door(&self) -> Door {
        Door::of(&self.0.path)
    }

    /// The true address of the browser, for the rate limit and nothing else.
    #[must_use]
    pub fn peer(&self) -> IpAddr {
        self.0.peer
    }

    /// What the browser wants back.
    #[must_use]
    pub fn wants(&self) -> Wants {
        self.0.wants
    }

    /// The token of the sign-in cookie, not yet checked.
    #[must_use]
    pub fn sign_in(&self) -> Option<&str> {
        self.0.sign_in.as_deref()
    }

    /// What this browser shows of having signed in before, not yet checked; empty for nothing.
    #[must_use]
    pub fn device(&self) -> &str {
        self.0.device.as_deref().unwrap_or("")
    }

    /// Whether who signed in with this browser said that somebody else may see it.
    #[must_use]
    pub fn shares_device(&self) -> bool {
        self.0.shared
    }

    /// Whether this screen shows initials only.
    #[must_use]
    pub fn initials_only(&self) -> bool {
        self.0.initials_only
    }

    /// A token for a form on the page that is being made.
    #[must_use]
    pub fn csrf(&self) -> String {
        let binding = self.binding().unwrap_or_else(|| {
            self.0
                .fresh_visitor
                .get_or_init(|| URL_SAFE_NO_PAD.encode(self.0.web.random::<16>()))
        });
        csrf::token(&self.0.web, binding)
    }

    /// Whether the token of a form that came in is this visitor's or this sign-in's.
    #[must_use]
    pub fn csrf_fits(&self, token: &str) -> bool {
        self.binding()
            .is_some_and(|binding| csrf::fits(&self.0.web, binding, token))
    }

    /// What tells this browser from others: its sign-in, or what a visitor's forms are bound to. A form that came in with its
    /// token has one.
    #[must_use]
    pub fn browser(&self) -> &str {
        self.binding().unwrap_or("")
    }

    fn binding(&self) -> Option<&str> {
        self.0.sign_in.as_deref().or(self.0.visitor.as_deref())
    }

    /// Hands the visitor the cookie that a form of this page needs, if one was made.
    pub(crate) fn leave_cookie(&self, response: &mut Response) {
        if let Some(fresh) = self.0.fresh_visitor.get() {
            cookies::set(&self.0.web, response, Name::Visitor, fresh);
        }
    }
}

/// The name by which the browser asked, if it can be one.
fn host(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    host.filter(|host| !host.is_empty() && host.bytes().all(fits))
        .unwrap_or("localhost")
        .to_owned()
}

fn wants(headers: &HeaderMap) -> Wants {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let empty = headers
        .get("sec-fetch-dest")
        .is_some_and(|dest| dest == "empty");
    if empty || accept.starts_with("application/json") {
        Wants::Data
    } else {
        Wants::Page
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| PageError::broken("no doorway"))
    }
}
