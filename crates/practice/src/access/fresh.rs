//! Accesses with which a dangerous act may be done. A function that is dangerous asks for one in the place of [`Access`], so that
//! a door which does not ask for a new proof does not compile. Not here: what a proof is worth (`accounts::proving_again`).

use super::{Access, DeskAccess, JobAccess, PortalAccess, Who, closed};

/// An access with which a dangerous act may be done: exports, work on keys, break glass, changes of who works here and in
/// which role.
pub trait Fresh: Access {}

/// That somebody proved themselves again. Only `Practice::fresh` has one.
#[derive(Debug)]
pub struct Proof(());

impl Proof {
    pub(crate) const fn given() -> Self {
        Self(())
    }
}

/// Who is signed in, at a door at which they can prove themselves again.
pub trait ProvesAgain: Access + Clone + Sized {
    /// The same access once they did.
    type Fresh: Fresh;

    /// The same access, for who holds a proof.
    #[doc(hidden)]
    fn proved(self, proof: Proof) -> Self::Fresh;
}

/// Staff at the desk who proved themselves again a moment ago.
#[derive(Clone, Debug)]
pub struct FreshAccess(DeskAccess);

impl FreshAccess {
    /// The same for what is not dangerous, such as the page that follows.
    #[must_use]
    pub const fn desk(&self) -> &DeskAccess {
        &self.0
    }
}

impl ProvesAgain for DeskAccess {
    type Fresh = FreshAccess;

    fn proved(self, _: Proof) -> FreshAccess {
        FreshAccess(self)
    }
}

impl closed::Access for FreshAccess {}

impl Access for FreshAccess {
    fn who(&self) -> &Who {
        self.0.who()
    }
}

impl Fresh for FreshAccess {}

/// A client at the portal who proved themselves again a moment ago.
#[derive(Clone, Debug)]
pub struct FreshPortalAccess(PortalAccess);

impl ProvesAgain for PortalAccess {
    type Fresh = FreshPortalAccess;

    fn proved(self, _: Proof) -> FreshPortalAccess {
        FreshPortalAccess(self)
    }
}

impl closed::Access for FreshPortalAccess {}

impl Access for FreshPortalAccess {
    fn who(&self) -> &Who {
        self.0.who()
    }
}

impl Fresh for FreshPortalAccess {}

/// The command line stands on the machine itself, where nobody can be asked anything that they could not change.
impl Fresh for JobAccess {}
