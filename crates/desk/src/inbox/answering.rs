//! Answering a request: a case with its invitations, or a declining.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::accounts::Invited;
use practice::enquiry::{EnquiryError, Partner};
use practice::ids::{EnquiryId, PersonId};
use practice::people::Channel;
use practice::post::Leaves;
use practice::private::Private;
use web::{Answer, Desk, Form, Page, PageError, Visit, go, show};

use super::{PartnerFields, page_of};
use crate::pages;

/// The most partners that one request brings along.
const MOST: usize = 5;

#[derive(Template)]
#[template(path = "inbox/accepted.html")]
struct Done {
    page: Page,
    case: String,
    cares: bool,
    rows: Vec<Row>,
}

/// Somebody who is invited.
struct Row {
    person: String,
    name: String,
    line: &'static str,
    link: String,
}

/// The fields of as many partners as the form has, at least one.
pub(super) fn fields(form: &Form) -> Vec<PartnerFields> {
    let shown = form.parsed::<usize>("partners").unwrap_or(1);
    (1..=shown.clamp(1, MOST))
        .map(|number| PartnerFields {
            number,
            name: format!("name-{number}"),
            pronouns: format!("pronouns-{number}"),
            mail: format!("mail-{number}"),
        })
        .collect()
}

/// The same page with fields for one more partner; nothing is decided.
pub(super) async fn more(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<EnquiryId>,
    mut form: Form,
) -> Answer {
    let shown = fields(&form).len();
    form.set("partners", (shown + 1).min(MOST).to_string());
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
    let Some(partners) = partners(&mut form) else {
        return page_of(&visit, &practice, &access, id, form).await;
    };
    let others: Vec<String> = partners
        .iter()
        .map(|partner| partner.name.reveal().clone())
        .collect();
    let accepted = match practice.accept_enquiry(&access, id, partners).await {
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
        rows.push(row(*person, name, invited));
    }
    let page = pages::frame(&visit, &practice, &access, ("Request", "inbox")).await?;
    show(&Done {
        page,
        case: accepted.case.to_string(),
        cares: pages::cares(&access),
        rows,
    })
}

/// What became of an invitation, in the words of a row; a link to hand over is shown once.
fn row(person: PersonId, name: String, invited: &Invited) -> Row {
    let (line, link) = match invited {
        Invited::Mailed(Leaves::At(_)) => (
            "The link waits for the time of day at which email is safe for them, and leaves then. It works once, for 14 days.",
            String::new(),
        ),
        Invited::Mailed(Leaves::Now) => (
            "The link is on its way by email. It works once, for 14 days.",
            String::new(),
        ),
        Invited::ByHand(invitation) => (
            "Email is not a safe way for them. Hand this link over yourself; it works once, for 14 days, and is shown only now. They can read that you were shown it.",
            format!("/invitation/{}", invitation.text()),
        ),
        Invited::NotYet => (
            "Email is not a safe way for them. Whoever cares for them hands a link over, from the page of their contact.",
            String::new(),
        ),
    };
    Row {
        person: person.to_string(),
        name,
        line,
        link,
    }
}

/// The partners of a relational case, none of an individual one; `None` when something is missing.
fn partners(form: &mut Form) -> Option<Vec<Partner>> {
    if !form.chose("kind", "relational") {
        return Some(Vec::new());
    }
    let mut partners = Vec::new();
    for fields in fields(form) {
        let is_blank = form.text(&fields.name).is_empty() && form.text(&fields.mail).is_empty();
        if is_blank && fields.number > 1 {
            continue;
        }
        let name = form.need(&fields.name, 200, "Write the name to use.");
        let mail = form.need(
            &fields.mail,
            320,
            "Write an email address that is safe for them.",
        );
        form.within(&fields.pronouns, 100);
        if mail.as_ref().is_some_and(|mail| !looks_like_mail(mail)) {
            form.refuse(
                &fields.mail,
                "This is not an email address: there is one @ in it.",
            );
        }
        if let (Some(name), Some(mail)) = (name, mail) {
            partners.push(Partner {
                name: name.into(),
                pronouns: Private::new(form.text(&fields.pronouns).to_owned()),
                channel: Channel::Mail,
                address: mail.into(),
            });
        }
    }
    form.is_good().then_some(partners)
}

fn looks_like_mail(address: &str) -> bool {
    let plain = !address.contains(char::is_whitespace);
    let halves: Vec<&str> = address.split('@').collect();
    plain && matches!(halves.as_slice(), [name, house] if !name.is_empty() && !house.is_empty())
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
