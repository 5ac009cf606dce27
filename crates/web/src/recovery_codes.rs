//! Recovery codes at the edge: the line on the first page after one was used, and their section of the account pages of both doors.
//!
//! Not here: what a code is worth (`practice::accounts`), signing in with one (the public door).

use jiff::Timestamp;
use practice::access::Access;
use practice::accounts::MyRecoveryCodes;
use practice::{AccessError, Practice};

use crate::page::{Page, Tone};
use crate::visit::Visit;

/// What the account page says of one's recovery codes.
#[derive(Clone, Debug)]
pub struct CodesLine {
    /// How many are left, in words: "9 are left".
    pub left: String,
    /// When they were made, in words.
    pub made: String,
    /// When one was last used, in words; empty when none was.
    pub used: String,
}

impl CodesLine {
    fn of(visit: &Visit, found: &MyRecoveryCodes) -> Self {
        let locale = &visit.web().house().locale;
        let today = locale.here(visit.web().now()).date();
        let words = |at: Timestamp| locale.moment(&locale.here(at), today);
        Self {
            left: left(found.left),
            made: words(found.made),
            used: found.used.map(words).unwrap_or_default(),
        }
    }
}

fn left(count: usize) -> String {
    match count {
        0 => "None is left".to_owned(),
        1 => "1 is left".to_owned(),
        many => format!("{many} are left"),
    }
}

/// What there is of the recovery codes of who is signed in.
///
/// # Errors
/// Nobody is signed in.
pub fn line(
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
) -> Result<Option<CodesLine>, AccessError> {
    let found = practice.my_recovery_codes(access)?;
    Ok(found.map(|found| CodesLine::of(visit, &found)))
}

/// The first page, which says so for a while when a recovery code was used: whoever did not use it reads of it here.
///
/// # Errors
/// Nobody is signed in.
pub fn told(
    page: Page,
    practice: &Practice,
    access: &impl Access,
    visit: &Visit,
) -> Result<Page, AccessError> {
    let Some(found) = practice.recovery_code_used(access)? else {
        return Ok(page);
    };
    let locale = &visit.web().house().locale;
    let today = locale.here(visit.web().now()).date();
    let used = locale.moment(&locale.here(found.at), today);
    let lead = format!("A recovery code was used, {used}.");
    let text = match found.left {
        Some(count) => format!(
            "{}. If it was not you, change your password under “Your account”, take away the passkeys that are not yours, and make new \
             codes. This stays here for thirty days, whatever is changed.",
            left(count)
        ),
        None => "There are none any more. If it was not you, change your password under “Your account”, take away the passkeys that \
                 are not yours, and tell the practice. This stays here for thirty days, whatever is changed."
            .to_owned(),
    };
    Ok(page.notice(Tone::Attention, lead, text))
}
