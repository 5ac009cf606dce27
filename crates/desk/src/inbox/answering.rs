//! Answering a request: a case with its invitations, or a declining.

use axum::extract::{Path, State};
use practice::Practice;
use practice::accounts::Newcomer;
use practice::enquiry::EnquiryError;
use practice::ids::EnquiryId;
use web::{Answer, Desk, Form, PageError, Visit, go, show};

use super::page_of;
use crate::cases::newcomers::{self, Done};
use crate::pages;

/// A relational case is of two at least.
pub(super) const LEAST: usize = 1;

/// The same page with fields for one more; nothing is decided.
pub(super) async fn more(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<EnquiryId>,
    mut form: Form,
) -> Answer {
    newcomers::one_more(&mut form, LEAST);
    form.set("kind", "relational");
    page_of(&visit, &practice, &access, id, form).await
}

pub(super) async fn accept(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<EnquiryId>,
    mut form: Form,
) -> Answer {
    let Some(coming) = others(&mut form) else {
        return page_of(&visit, &practice, &access, id, form).await;
    };
    let others: Vec<String> = coming.iter().map(|one| one.name.reveal().clone()).collect();
    let accepted = match practice.accept_enquiry(&access, id, coming).await {
        Ok(accepted) => accepted,
        Err(error) => return Err(refused(error)),
    };
    let mut rows = Vec::new();
    for ((person, invited), other) in accepted
        .invitations
        .iter()
        .zip(std::iter::once(None).chain(others.into_iter().map(Some)))
    {
        let name = if let Some(name) = other {
            name
        } else {
            let identity = practice.identity(&access, *person).await?;
            identity.name.reveal().clone()
        };
        rows.push(newcomers::row(*person, name, invited));
    }
    let page = pages::frame(&visit, &practice, &access, ("Request", "inbox")).await?;
    show(&Done {
        page,
        title: "Accepted",
        books: true,
        case: accepted.case.to_string(),
        cares: pages::cares(&access),
        rows,
    })
}

/// Those who come along into a relational case, nobody into an individual one; `None` when something is missing.
fn others(form: &mut Form) -> Option<Vec<Newcomer>> {
    if form.chose("kind", "relational") {
        newcomers::newcomers(form, LEAST)
    } else {
        Some(Vec::new())
    }
}

pub(super) async fn decline(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<EnquiryId>,
    _form: Form,
) -> Answer {
    match practice.decline_enquiry(&access, id).await {
        Ok(()) => go("/desk/inbox?done=declined"),
        Err(error) => Err(refused(error)),
    }
}

fn refused(error: EnquiryError) -> PageError {
    match error {
        EnquiryError::Answered => PageError::Conflict,
        EnquiryError::Access(error) => error.into(),
        EnquiryError::Booking(error) => crate::booking::refused(error),
        EnquiryError::NotAdult
        | EnquiryError::NameMissing
        | EnquiryError::WayMissing
        | EnquiryError::PartnerMissing => PageError::Unreadable,
    }
}
