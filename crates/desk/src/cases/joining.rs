//! Somebody joins a case of several, and another case for people whom the clinician knows: from a case of one into one of
//! several and back, or once more after one was closed.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::DeskAccess;
use practice::accounts::LetIn;
use practice::cases::{After, Beginning, CaseKind, CaseOverview, Joiner, JoiningError};
use practice::error::AccessError;
use practice::ids::{CaseId, PersonId};
use practice::people::Named;
use web::{Answer, Desk, Form, Page, PageError, Visit, show as page_shown, show_as};

use super::separating::may_part;
use crate::cases::newcomers::{self, Done, NewcomerFields};
use crate::pages;
use crate::views::{Called, called, case_words, listed};

/// Why a case of several is not closed beside another that begins.
const SEVERAL: &str = "Work of several ends on a page of its own, so that each is told and nothing is left open. The link is below.";

/// Fields: `who` (a client of theirs, or nothing for somebody new), those of a newcomer, `sure`.
#[derive(Template)]
#[template(path = "cases/join.html")]
struct Join {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    others: String,
    known: Vec<(String, String)>,
    new: Vec<NewcomerFields>,
}

/// Fields: `with-ID` of each participant, `who` (another client of theirs), those of newcomers, `close`.
#[derive(Template)]
#[template(path = "cases/begin.html")]
struct Begin {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    /// Those of the case: the name of the field, and theirs.
    people: Vec<(String, String)>,
    known: Vec<(String, String)>,
    new: Vec<NewcomerFields>,
    /// Whether the case can be closed with it.
    closes: bool,
    /// Whether the case goes on and is of several: then it ends on a page of its own.
    parts: bool,
}

/// Whether who asks can add somebody: it is their case of several, and it goes on.
pub(super) fn may_join(access: &DeskAccess, seen: &CaseOverview) -> bool {
    let several = seen.case.kind == CaseKind::Relational;
    seen.case.open && several && access.person() == Some(seen.case.clinician)
}

/// Whether who asks can begin another case from this one.
pub(super) fn may_begin(access: &DeskAccess, seen: &CaseOverview) -> bool {
    access.person() == Some(seen.case.clinician) && !seen.only_read
}

pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
) -> Answer {
    join_page(&visit, &practice, &access, (case, Form::blank())).await
}

async fn join_page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (CaseId, Form),
) -> Answer {
    let (case, form) = of;
    let seen = practice.case_overview(access, case).await?;
    if !may_join(access, &seen) {
        return Err(PageError::NotFound);
    }
    let known = practice.who_could_join(access, case).await?;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let staying = seen.people.iter();
    let staying = staying.filter(|person| person.participant.until.is_none());
    let others = called(staying.map(|person| &person.named));
    show_as(
        form.status(),
        &Join {
            case: case.to_string(),
            kind: case_words(&seen.case),
            others: listed(&page, &others),
            known: choices(&page, "Somebody who is new here", &known),
            new: newcomers::fields(&form, 1),
            form,
            page,
        },
    )
}

/// Clients to choose from, after the words for nobody of them.
fn choices(page: &Page, nobody: &str, known: &[Named]) -> Vec<(String, String)> {
    let known = known.iter();
    let known = known.map(|one| (one.id.to_string(), page.name(&Called::of(one).name)));
    std::iter::once((String::new(), nobody.to_owned()))
        .chain(known)
        .collect()
}

pub(super) async fn join(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let joiner = match form.parsed::<PersonId>("who") {
        Some(person) => Some(Joiner::Known(person)),
        None => newcomers::newcomers(&mut form, 1)
            .and_then(|new| new.into_iter().next().map(Joiner::New)),
    };
    if !form.ticked("sure") {
        form.refuse(
            "sure",
            "Add somebody only when everybody in it knows and agrees.",
        );
    }
    let (Some(joiner), true) = (joiner, form.is_good()) else {
        return join_page(&visit, &practice, &access, (case, form)).await;
    };
    let joined = practice
        .join_case(&access, case, joiner)
        .await
        .map_err(refused)?;
    let rows = rows(&practice, &access, &[(joined.person, joined.let_in)]).await?;
    done(&visit, &practice, &access, ("Added", case, rows)).await
}

pub(super) async fn propose(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
) -> Answer {
    begin_page(&visit, &practice, &access, (case, Form::blank())).await
}

async fn begin_page(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (CaseId, Form),
) -> Answer {
    let (case, form) = of;
    let seen = practice.case_overview(access, case).await?;
    if !may_begin(access, &seen) {
        return Err(PageError::NotFound);
    }
    let known = practice.who_could_join(access, case).await?;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let people = seen.people.iter();
    let people = people.filter(|person| person.participant.destroyed.is_none());
    let people = people.map(|person| {
        let name = Called::of(&person.named).name;
        (field(person.participant.person), page.name(&name))
    });
    show_as(
        form.status(),
        &Begin {
            case: case.to_string(),
            kind: case_words(&seen.case),
            people: people.collect(),
            known: choices(&page, "Nobody else whom I know", &known),
            new: newcomers::fields(&form, 0),
            closes: seen.case.open && seen.case.kind == CaseKind::Individual,
            parts: may_part(access, &seen),
            form,
            page,
        },
    )
}

fn field(person: PersonId) -> String {
    format!("with-{person}")
}

pub(super) async fn begin(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    if form.chose("more", "yes") {
        newcomers::one_more(&mut form, 0);
        return begin_page(&visit, &practice, &access, (case, form)).await;
    }
    let seen = practice.case_overview(&access, case).await?;
    let parts = seen.case.participants.iter().map(|who| who.person);
    let mut people: Vec<PersonId> = parts.filter(|one| form.ticked(&field(*one))).collect();
    people.extend(form.parsed::<PersonId>("who"));
    let new = newcomers::newcomers(&mut form, 0);
    if people.is_empty() && new.as_ref().is_some_and(Vec::is_empty) {
        form.refuse("who", "Say who takes part.");
    }
    let (Some(new), true) = (new, form.is_good()) else {
        return begin_page(&visit, &practice, &access, (case, form)).await;
    };
    let after = if form.ticked("close") {
        After::Closes
    } else {
        After::Stays
    };
    let beginning = Beginning {
        from: case,
        people,
        new,
        after,
    };
    let begun = match practice.begin_case(&access, beginning).await {
        Err(JoiningError::Several) => {
            form.refuse("close", SEVERAL);
            return begin_page(&visit, &practice, &access, (case, form)).await;
        }
        begun => begun.map_err(refused)?,
    };
    let rows = rows(&practice, &access, &begun.people).await?;
    done(&visit, &practice, &access, ("Begun", begun.case, rows)).await
}

/// Everybody who is let in, by name.
async fn rows(
    practice: &Practice,
    access: &DeskAccess,
    people: &[(PersonId, LetIn)],
) -> Result<Vec<newcomers::Row>, PageError> {
    let mut names: HashMap<PersonId, String> = HashMap::new();
    for (person, _) in people {
        let identity = practice.identity(access, *person).await?;
        names.insert(*person, identity.name.reveal().clone());
    }
    let rows = people.iter().map(|(person, how)| {
        let name = names.remove(person).unwrap_or_default();
        newcomers::let_in(*person, name, how)
    });
    Ok(rows.collect())
}

async fn done(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (&'static str, CaseId, Vec<newcomers::Row>),
) -> Answer {
    let (title, case, rows) = of;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    page_shown(&Done {
        page,
        title,
        case: case.to_string(),
        cares: true,
        books: false,
        rows,
    })
}

fn refused(error: JoiningError) -> PageError {
    match error {
        JoiningError::Ended | JoiningError::TookPart | JoiningError::Access(AccessError::Stale) => {
            PageError::Conflict
        }
        JoiningError::NameMissing
        | JoiningError::WayMissing
        | JoiningError::Nobody
        | JoiningError::Several => PageError::Unreadable,
        JoiningError::Access(error) => error.into(),
    }
}
