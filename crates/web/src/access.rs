//! Who stands at a door: turns the sign-in cookie into the access that `practice` asks for.
//!
//! A handler of the portal takes [`Portal`], one of the desk takes [`Desk`], as its first argument, so that nothing
//! else is looked at before. Who is not signed in is sent to the sign-in page and back (a module of ours gets 401);
//! who is signed in for another door finds nothing there. Not here: what a sign-in is worth (`practice::accounts`).

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use practice::access::{DeskAccess, PortalAccess, ProvesAgain, SignedIn};
use practice::{AccessError, Practice};

use crate::errors::PageError;
use crate::visit::Visit;

/// A client at the portal.
#[derive(Debug, Clone)]
pub struct Portal(pub PortalAccess);

/// Staff at the desk.
#[derive(Debug, Clone)]
pub struct Desk(pub DeskAccess);

/// The same access for a dangerous act. Who did not prove themselves within ten minutes is asked to, and the form that was sent
/// goes on afterwards ([`crate::proving`]). Called once it is known that the act exists for them: else they would learn so.
///
/// # Errors
/// [`PageError::ProveFirst`].
pub fn fresh<A: ProvesAgain>(practice: &Practice, access: &A) -> Result<A::Fresh, PageError> {
    practice.fresh(access).ok_or(PageError::ProveFirst)
}

/// Who is signed in, at whichever door; for the pages of the public door that send people on.
///
/// # Errors
/// [`PageError::SignInFirst`] when nobody is, [`PageError::Locked`] while the server is locked.
pub async fn signed_in(visit: &Visit, practice: &Practice) -> Result<SignedIn, PageError> {
    let token = visit.sign_in().ok_or(PageError::SignInFirst)?;
    Ok(practice.signed_in(token).await?)
}

async fn at_the_door<S>(parts: &mut Parts, state: &S) -> Result<SignedIn, PageError>
where
    S: Send + Sync,
    Practice: FromRef<S>,
{
    let visit = Visit::from_request_parts(parts, state).await?;
    signed_in(&visit, &Practice::from_ref(state)).await
}

impl<S> FromRequestParts<S> for Portal
where
    S: Send + Sync,
    Practice: FromRef<S>,
{
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        match at_the_door(parts, state).await? {
            SignedIn::Portal(access) => Ok(Self(access)),
            SignedIn::Desk(_) => Err(PageError::NotFound),
        }
    }
}

impl<S> FromRequestParts<S> for Desk
where
    S: Send + Sync,
    Practice: FromRef<S>,
{
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        match at_the_door(parts, state).await? {
            SignedIn::Desk(access) => Ok(Self(access)),
            SignedIn::Portal(_) => Err(PageError::NotFound),
        }
    }
}

impl From<AccessError> for PageError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::NotThere => Self::NotFound,
            AccessError::NotSignedIn => Self::SignInFirst,
            AccessError::Locked => Self::Locked,
            AccessError::Stale | AccessError::Frozen => Self::Conflict,
            AccessError::Busy => Self::Busy,
            AccessError::ProveAgain => Self::ProveFirst,
            AccessError::Braked { seconds } => Self::Braked(seconds),
            // Whoever writes what needs consent tells it on its own page; here nobody did.
            AccessError::ConsentMissing => Self::Broken(error.to_string()),
            AccessError::Fault(cause) => Self::Broken(cause),
        }
    }
}
