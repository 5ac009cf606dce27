//! "Initials only on this screen": a switch of the desk that holds for this browser's window.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::cookies::{self, Name};
use crate::form::Form;
use crate::show::{Answer, go, local};
use crate::visit::{Visit, Wants};

/// The answer to `POST /desk/initials`, with the form fields `show` and `back`.
///
/// # Errors
/// None; the result is what handlers return.
pub async fn initials(visit: Visit, form: Form) -> Answer {
    let mut response: Response = match visit.wants() {
        Wants::Data => StatusCode::NO_CONTENT.into_response(),
        Wants::Page => go(local(form.raw("back")).unwrap_or("/desk"))?,
    };
    if form.chose("show", "initials") {
        cookies::set(visit.web(), &mut response, Name::Initials, "1");
    } else {
        cookies::clear(visit.web(), &mut response, Name::Initials);
    }
    Ok(response)
}
