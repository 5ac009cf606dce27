//! Where somebody is signed in, as the account pages of the portal and of the desk show it.

use practice::accounts::MySignIn;

use crate::Visit;

/// A line of the list.
#[derive(Clone, Debug)]
pub struct SignInLine {
    /// For the address of its end.
    pub id: String,
    /// When it began, in words.
    pub begun: String,
    /// When it was last used, in words.
    pub seen: String,
    /// Whether it is this browser's.
    pub is_this: bool,
}

impl SignInLine {
    /// The line of a sign-in.
    #[must_use]
    pub fn of(visit: &Visit, found: &MySignIn) -> Self {
        let locale = &visit.web().house().locale;
        let today = locale.here(visit.web().now()).date();
        let words = |at| locale.moment(&locale.here(at), today);
        Self {
            id: found.id.to_string(),
            begun: words(found.begun),
            seen: words(found.seen),
            is_this: found.is_this,
        }
    }
}
