//! Recording a consent that was given elsewhere: who, which document, on which day, where (R9). The client reads all of it
//! beside what they signed here, and can take it back.

use askama::Template;
use axum::extract::{Path, State};
use jiff::civil::Date;
use practice::Practice;
use practice::access::DeskAccess;
use practice::consent::{CareConsents, ConsentError};
use practice::ids::{CaseId, ParticipantId};
use practice::notes::Route;
use practice::private::Private;
use web::{Answer, Audience, Desk, Form, Page, PageError, Routes, Visit, get, go, show, show_as};

use crate::intake;
use crate::pages;
use crate::views::{Wall, called, case_words, own_name, side_label};

/// The longest name of a place, in characters.
const PLACE: usize = 200;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route(
        "/desk/cases/{case}/consents/{participant}",
        get(read).post(record),
    )
}

#[derive(Template)]
#[template(path = "consent/record.html")]
struct Show {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    name: String,
    label: Audience,
    action: String,
    back: String,
    documents: Vec<(String, String)>,
    signed: Vec<String>,
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
) -> Answer {
    let seen = practice.consents_of(&access, case, participant).await?;
    show(&view(&visit, &practice, &access, (&seen, Form::blank())).await?)
}

async fn view(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    (seen, form): (&CareConsents, Form),
) -> Result<Show, PageError> {
    let page = pages::frame(visit, practice, access, ("Consents", "cases")).await?;
    let wall = Wall::of(visit, practice);
    let people = called(&seen.people);
    let (case, who) = (&seen.case, seen.who.id);
    Ok(Show {
        kind: case_words(case),
        name: own_name(case, &people, who),
        label: side_label(&page, case, &people, Route::Own(who)),
        action: format!("/desk/cases/{}/consents/{who}", case.id),
        back: format!("/desk/cases/{}/intake/{who}", case.id),
        documents: seen
            .states
            .waiting()
            .map(|one| (one.text.id.clone(), one.text.title.clone()))
            .collect(),
        signed: seen
            .signed
            .iter()
            .map(|one| intake::signed(&wall, one))
            .collect(),
        case: case.id.to_string(),
        form,
        page,
    })
}

async fn record(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, participant)): Path<(CaseId, ParticipantId)>,
    mut form: Form,
) -> Answer {
    // The case in the address is the participant's; for anybody else there is neither.
    let seen = practice.consents_of(&access, case, participant).await?;
    if let Some((document, day, place)) = typed(&mut form) {
        let given = (day, Private::new(place));
        let recorded = practice.record_consent(&access, participant, document, given);
        match recorded.await {
            Ok(_) | Err(ConsentError::Signed) => {
                return go(&format!(
                    "/desk/cases/{case}/intake/{participant}?done=recorded"
                ));
            }
            Err(refusal) => told(&mut form, refusal)?,
        }
    }
    let status = form.status();
    let page = view(&visit, &practice, &access, (&seen, form)).await?;
    show_as(status, &page)
}

fn typed(form: &mut Form) -> Option<(String, Date, String)> {
    let document = form.need("document", PLACE, "Choose the document.");
    let day = form.parsed::<Date>("day");
    if day.is_none() {
        form.refuse("day", "Give the day on which it was signed.");
    }
    let place = form.need("place", PLACE, "Say where it was given.");
    if !form.ticked("seen") {
        form.refuse("seen", "Record it only when you have seen it.");
    }
    form.is_good()
        .then(|| Some((document?, day?, place?)))
        .flatten()
}

/// Beside the field, why it was not recorded.
fn told(form: &mut Form, refusal: ConsentError) -> Result<(), PageError> {
    match refusal {
        ConsentError::DayToCome => form.refuse("day", "That day has not come yet."),
        ConsentError::Withdrawn => form.refuse(
            "day",
            "It was taken back on that day or later. Only a later signature gives it again.",
        ),
        ConsentError::PlaceMissing => form.refuse("place", "Say where it was given."),
        ConsentError::Access(error) => return Err(error.into()),
        other @ (ConsentError::NameMissing
        | ConsentError::OtherText
        | ConsentError::Signed
        | ConsentError::NotInForce) => return Err(PageError::broken(other)),
    }
    Ok(())
}
