//! A separation: first what would happen for each person, then it is asked once more, then it is done.

use askama::Template;
use axum::extract::{Path, State};
use jiff::civil::Date;
use practice::Practice;
use practice::access::DeskAccess;
use practice::accounts::Colleague;
use practice::cases::{
    CaseKind, CaseOverview, CasePerson, Onward, Parting, Separation, SeparationError,
    SeparationPreview,
};
use practice::error::AccessError;
use practice::ids::{CaseId, ParticipantId, PersonId};
use practice::notes::Route;
use practice::private::Private;
use web::{Answer, Audience, Desk, Form, Page, PageError, Visit, go, show, show_as};

use crate::pages;
use crate::views::{Called, Wall, called, case_words, side_label, staff_name};

/// The longest remark, in characters.
const REMARK: usize = 2_000;

/// Fields: `day`, and for each who takes part `onward-ID`, `clinician-ID`, `remark-ID`.
#[derive(Template)]
#[template(path = "cases/separation.html")]
struct Ask {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    earliest: String,
    people: Vec<PersonFields>,
    choices: Vec<(&'static str, &'static str)>,
    clinicians: Vec<(String, String)>,
    /// The sessions whose note is to be signed before.
    unfinished: Vec<String>,
}

struct PersonFields {
    name: String,
    label: Audience,
    onward: String,
    clinician: String,
    remark: String,
}

/// The same fields once more, hidden, and `sure`.
#[derive(Template)]
#[template(path = "cases/separation_preview.html")]
struct Preview {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    day: String,
    is_past: bool,
    /// Joint sessions of which nothing is written: when each was, and where it is.
    unwritten: Vec<(String, String)>,
    people: Vec<PersonPreview>,
    hidden: Vec<(String, String)>,
}

/// What happens for one person.
struct PersonPreview {
    name: String,
    onward: String,
    reads: String,
    remark: String,
    label: Audience,
    sessions: Vec<String>,
    homework: Vec<String>,
}

/// Whether who asks can part the case: it is theirs, of several, and goes on.
pub(super) fn may_part(access: &DeskAccess, seen: &CaseOverview) -> bool {
    let several = seen.case.kind == CaseKind::Relational;
    seen.case.open && several && access.person() == Some(seen.case.clinician)
}

pub(super) async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
) -> Answer {
    let seen = match practice.separation(&access, case).await {
        Err(SeparationError::Ended) => return Err(PageError::NotFound),
        seen => seen.map_err(refused)?,
    };
    let mut form = Form::blank();
    form.set("day", seen.today.to_string());
    asked(&visit, &practice, &access, (seen, form)).await
}

async fn asked(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (SeparationPreview, Form),
) -> Answer {
    let (seen, form) = of;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let wall = Wall::of(visit, practice);
    let people = names(&seen);
    let fields = staying(&seen).map(|(person, called)| {
        let id = person.participant.id;
        PersonFields {
            name: called.name.clone(),
            label: side_label(&page, &seen.case, &people, Route::Own(id)),
            onward: format!("onward-{id}"),
            clinician: format!("clinician-{id}"),
            remark: format!("remark-{id}"),
        }
    });
    let fields = fields.collect();
    show_as(
        form.status(),
        &Ask {
            case: seen.case.id.to_string(),
            kind: case_words(&seen.case),
            earliest: wall.locale.date(seen.earliest),
            people: fields,
            choices: vec![
                ("here", "With me, in a case of their own"),
                ("other", "With somebody else of the practice"),
                ("nowhere", "Not here"),
            ],
            clinicians: clinicians(practice, access).await?,
            unfinished: seen
                .unfinished
                .iter()
                .map(|session| format!("/desk/sessions/{session}"))
                .collect(),
            form,
            page,
        },
    )
}

/// The other clinicians, after the words for none.
async fn clinicians(
    practice: &Practice,
    access: &DeskAccess,
) -> Result<Vec<(String, String)>, AccessError> {
    let others = practice.clinicians().await?.into_iter();
    let others = others.filter(|one| Some(one.id) != access.person());
    let others = others.map(|one| (one.id.to_string(), one.page.name));
    Ok(std::iter::once((String::new(), "Choose a name".to_owned()))
        .chain(others)
        .collect())
}

fn names(seen: &SeparationPreview) -> Vec<Called> {
    called(seen.people.iter().map(|person| &person.named))
}

/// Those who take part now, each by name.
fn staying(seen: &SeparationPreview) -> impl Iterator<Item = (&CasePerson, Called)> {
    let staying = seen.people.iter();
    let staying = staying.filter(|person| person.participant.until.is_none());
    staying.map(|person| (person, Called::of(&person.named)))
}

/// Shows what would happen, and does it when that was read and is meant.
pub(super) async fn part(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let seen = practice.separation(&access, case).await.map_err(refused)?;
    let Some(separation) = separation(&mut form, &seen) else {
        return asked(&visit, &practice, &access, (seen, form)).await;
    };
    let acts = form.chose("step", "act");
    if acts && !form.ticked("sure") {
        form.refuse("sure", "Part it only when you have read it and are sure.");
    }
    if !acts || !form.is_good() {
        return previewed(&visit, &practice, &access, (seen, form, separation)).await;
    }
    match practice.separate(&access, case, separation).await {
        Ok(()) => go(&format!("/desk/cases/{case}?done=parted")),
        Err(error) => Err(refused(error)),
    }
}

fn separation(form: &mut Form, seen: &SeparationPreview) -> Option<Separation> {
    let day = form.parsed::<Date>("day");
    if !day.is_some_and(|day| seen.earliest <= day && day <= seen.today) {
        form.refuse(
            "day",
            "Choose today, or a day since the last time together.",
        );
    }
    if !seen.unfinished.is_empty() {
        form.refuse("day", "Sign the notes of joint sessions first.");
    }
    let mut people = Vec::new();
    for (person, _) in staying(seen) {
        people.extend(parting(form, person.participant.id));
    }
    form.is_good().then_some(())?;
    Some(Separation { day: day?, people })
}

fn parting(form: &mut Form, id: ParticipantId) -> Option<Parting> {
    let (word, clinician) = (format!("onward-{id}"), format!("clinician-{id}"));
    let remark = format!("remark-{id}");
    form.within(&remark, REMARK);
    let onward = match form.text(&word) {
        "here" => Some(Onward::Here),
        "nowhere" => Some(Onward::Nowhere),
        "other" => {
            let other = form.parsed::<PersonId>(&clinician);
            if other.is_none() {
                form.refuse(&clinician, "Say with whom.");
            }
            other.map(Onward::With)
        }
        _ => {
            form.refuse(&word, "Say where their care goes on.");
            None
        }
    };
    Some(Parting {
        participant: id,
        onward: onward?,
        remark: Private::new(form.text(&remark).to_owned()),
    })
}

async fn previewed(
    visit: &Visit,
    practice: &Practice,
    access: &DeskAccess,
    of: (SeparationPreview, Form, Separation),
) -> Answer {
    let (seen, form, separation) = of;
    let page = pages::frame(visit, practice, access, ("Case", "cases")).await?;
    let (wall, staff) = (Wall::of(visit, practice), practice.colleagues().await?);
    let people = names(&seen);
    let shown = staying(&seen).map(|(person, called)| {
        let id = person.participant.id;
        let one = separation.people.iter().find(|one| one.participant == id);
        PersonPreview {
            name: called.name,
            onward: one.map_or(String::new(), |one| onward_words(one.onward, &staff)),
            reads: reads(&seen, id),
            remark: one.map_or(String::new(), |one| one.remark.reveal().clone()),
            label: side_label(&page, &seen.case, &people, Route::Own(id)),
            sessions: sessions(&wall, &seen, person),
            homework: homework(&seen, id),
        }
    });
    let shown = shown.collect();
    let mut hidden = vec![("day".to_owned(), separation.day.to_string())];
    for one in &separation.people {
        for word in ["onward", "clinician", "remark"] {
            let name = format!("{word}-{}", one.participant);
            hidden.push((name.clone(), form.raw(&name).to_owned()));
        }
    }
    let view = Preview {
        case: seen.case.id.to_string(),
        kind: case_words(&seen.case),
        day: wall.locale.date(separation.day),
        is_past: separation.day < seen.today,
        unwritten: seen
            .unwritten
            .iter()
            .map(|session| {
                let href = format!("/desk/sessions/{}", session.id);
                (wall.moment(session.starts_at), href)
            })
            .collect(),
        people: shown,
        hidden,
        form,
        page,
    };
    if view.form.is_good() {
        show(&view)
    } else {
        show_as(view.form.status(), &view)
    }
}

/// Where somebody's care goes on, as the clinician reads it.
pub(super) fn onward_words(onward: Onward, staff: &[Colleague]) -> String {
    match onward {
        Onward::Here => "With you, in a case of their own that begins empty. What they want to take along goes by their release.".to_owned(),
        Onward::With(other) => format!(
            "With {}, who gets their name and ways of contact and nothing else. What they want to take along goes by their release.",
            staff_name(staff, other)
        ),
        Onward::Nowhere => "Not here.".to_owned(),
    }
}

/// What they signed about what is told alone. The policies that come with the program say nothing against reading; what the
/// practice's own words say, the program does not know.
fn reads(seen: &SeparationPreview, id: ParticipantId) -> String {
    let mut policies = seen.policies.iter();
    let signed = policies.find(|one| one.participant == id);
    let Some(signed) = signed.and_then(|one| one.text.as_ref()) else {
        return "They have signed nothing that ends their reading.".to_owned();
    };
    let what = format!(
        "They signed \u{201c}{}\u{201d}, version {}.",
        signed.title, signed.version
    );
    if signed.ships {
        format!("{what} It does not end their reading.")
    } else {
        format!(
            "{what} These are your practice’s own words: read in them whether they say anything else."
        )
    }
}

fn sessions(wall: &Wall<'_>, seen: &SeparationPreview, person: &CasePerson) -> Vec<String> {
    let theirs = seen.coming.iter();
    let theirs = theirs.filter(|session| session.people.contains(&person.participant.person));
    theirs
        .map(|session| wall.moment(session.starts_at))
        .collect()
}

fn homework(seen: &SeparationPreview, id: ParticipantId) -> Vec<String> {
    let theirs = seen.homework.iter();
    let theirs = theirs.filter(|one| one.whose.contains(&id));
    let words = theirs.map(|one| {
        let side = if one.joint { "shared" } else { "their own" };
        format!("{}, {side}", one.title.reveal())
    });
    words.collect()
}

fn refused(error: SeparationError) -> PageError {
    match error {
        SeparationError::Ended | SeparationError::Unfinished => PageError::Conflict,
        SeparationError::NotEverybody | SeparationError::Access(AccessError::Stale) => {
            PageError::Conflict
        }
        SeparationError::Day | SeparationError::NoClinician => PageError::Unreadable,
        SeparationError::Access(error) => error.into(),
    }
}
