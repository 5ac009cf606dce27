//! Every address that the program answers, written down as it is made.
//!
//! A door makes its addresses with [`Routes`], [`get`] and [`post`], and nothing else may make one: clippy refuses axum's
//! own routers anywhere but here. What is listed is therefore what is answered, and `hostile/` asks all of it, in every
//! role.
//!
//! Not here: what an address answers to whom. That is the door's, and `hostile/expected/routes.txt` says it.

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, Route};
use tower::{Layer, Service};

/// Addresses and what answers there.
pub struct Routes<S> {
    router: Router<S>,
    listed: Vec<Listed>,
}

/// One address, as `/my/goals/{id}`, and the methods that it takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// With the names of its changing parts in braces.
    pub path: String,
    /// In capitals; whatever takes GET takes HEAD.
    pub methods: Vec<&'static str>,
}

/// What answers at one address, by method.
pub struct Acts<S> {
    router: MethodRouter<S, Infallible>,
    methods: Vec<&'static str>,
}

/// Answers GET, and HEAD likewise.
pub fn get<H, T, S>(handler: H) -> Acts<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Acts::none().get(handler)
}

/// Answers POST.
pub fn post<H, T, S>(handler: H) -> Acts<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Acts::none().post(handler)
}

impl<S: Clone + Send + Sync + 'static> Acts<S> {
    fn none() -> Self {
        Self {
            router: MethodRouter::new(),
            methods: Vec::new(),
        }
    }

    /// Answers GET, too, and HEAD likewise.
    #[must_use]
    pub fn get<H: Handler<T, S>, T: 'static>(mut self, handler: H) -> Self {
        self.methods.push("GET");
        self.router = self.router.get(handler);
        self
    }

    /// Answers POST, too.
    #[must_use]
    pub fn post<H: Handler<T, S>, T: 'static>(mut self, handler: H) -> Self {
        self.methods.push("POST");
        self.router = self.router.post(handler);
        self
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where addresses are made, because they are listed here"
)]
impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No address yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            router: Router::new(),
            listed: Vec::new(),
        }
    }

    /// Adds an address.
    #[must_use]
    pub fn route(mut self, path: &str, acts: Acts<S>) -> Self {
        self.router = self.router.route(path, acts.router);
        self.listed.push(Listed {
            path: path.to_owned(),
            methods: acts.methods,
        });
        self
    }

    /// Adds all addresses of others.
    #[must_use]
    pub fn merge(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.listed.extend(others.listed);
        self
    }

    /// Puts something around all addresses so far.
    #[must_use]
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.router = self.router.layer(layer);
        self
    }

    /// The same addresses, with what `around` puts around them.
    #[must_use]
    pub fn within<T>(self, around: impl FnOnce(Router<S>) -> Router<T>) -> Routes<T> {
        Routes {
            router: around(self.router),
            listed: self.listed,
        }
    }

    /// The same addresses, with what their handlers share.
    #[must_use]
    pub fn with_state<T: Clone + Send + Sync + 'static>(self, state: S) -> Routes<T> {
        self.within(|router| router.with_state(state))
    }

    /// Every address, in order.
    #[must_use]
    pub fn listed(&self) -> Vec<Listed> {
        let mut listed = self.listed.clone();
        listed.sort();
        listed
    }

    /// What answers.
    pub fn into_router(self) -> Router<S> {
        self.router
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_listed_with_its_methods() {
        let answer = async || "here";
        let routes: Routes<()> = Routes::new()
            .route("/my/goals/{id}", get(answer).post(answer))
            .merge(
                Routes::new()
                    .route("/exit", post(answer))
                    .layer(axum::Extension(1)),
            )
            .within(|router| router.fallback(answer));
        let listed = routes.listed();
        let lines: Vec<String> = listed
            .iter()
            .map(|one| format!("{} {}", one.methods.join(","), one.path))
            .collect();
        assert_eq!(lines, ["POST /exit", "GET,POST /my/goals/{id}"]);
    }
}
