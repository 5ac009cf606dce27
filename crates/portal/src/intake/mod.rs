//! Before we begin: the questions that each person answers alone, a part at a time, kept and sent to the clinician.
//!
//! The date of birth comes first; a minor finds words and people to talk to, and nothing is kept (R8). Every question can
//! be left out or kept for the room. Not here: the questions themselves, nor what an answer sets in motion.

mod fields;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use jiff::civil::Date;
use practice::ids::ParticipantId;
use practice::intake::questions::{Raises, questions};
use practice::intake::{IntakeError, IntakePage, MyIntake, PartState};
use practice::places::{LineKind, Locale};
use practice::{AccessError, Practice};
use web::{Answer, Asked, Form, Page, PageError, Portal, Tone, Visit, Wants};
use web::{draft_saved, go, show, show_as};

use crate::views::{Readers, day, words};
use fields::{Field, Kind, filled, typed};

#[derive(Template)]
#[template(path = "intake/list.html")]
struct List {
    page: Page,
    form: Form,
    title: &'static str,
    intro: &'static str,
    parts: Vec<PartView>,
}

/// The intake of one case.
struct PartView {
    readers: Readers,
    informed: bool,
    goes_on: bool,
    born: String,
    /// The name of the field for the date of birth: a page of several cases has one for each.
    field: String,
    begin: String,
    next: String,
    sections: Vec<SectionView>,
}

struct SectionView {
    href: String,
    title: &'static str,
    line: String,
    sent: bool,
}

#[derive(Template)]
#[template(path = "intake/part.html")]
struct Part {
    page: Page,
    form: Form,
    readers: Readers,
    href: String,
    title: &'static str,
    intro: &'static str,
    alone: bool,
    place: String,
    fields: Vec<Field>,
    revision: u32,
    sent: String,
    born: String,
}

#[derive(Template)]
#[template(path = "intake/people.html")]
struct People {
    page: Page,
    title: &'static str,
    lead: String,
    lines: Vec<String>,
    emergency: &'static str,
    on: String,
}

/// `GET /my/intake`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_intakes(&access).await?;
    let mut page = overview(&visit, &found, Form::blank());
    if asked.text("done") == "sent" {
        page.page = page.page.notice(
            Tone::Done,
            "Sent.",
            "You can add to your answers here whenever you like. Those about your safety do not come up again on the page.",
        );
    }
    show(&page)
}

fn overview(visit: &Visit, found: &[MyIntake], form: Form) -> List {
    let name = found.first().map(|one| words(&one.sides.name));
    List {
        page: crate::framed(
            visit,
            "Before we begin",
            "homework",
            &name.unwrap_or_default(),
        ),
        form,
        title: &questions().title,
        intro: &questions().intro,
        parts: found.iter().map(|one| part(visit, one)).collect(),
    }
}

fn part(visit: &Visit, one: &MyIntake) -> PartView {
    let me = one.sides.me;
    let locale = &visit.web().house().locale;
    let sections = one.state.parts.iter().map(|(section, state, at)| {
        let on = at.map(|at| day(visit, at)).unwrap_or_default();
        SectionView {
            href: address(me, &section.id),
            title: &section.title,
            line: match state {
                PartState::NotBegun => String::new(),
                PartState::Begun => "Begun".to_owned(),
                PartState::Sent => format!("Sent on {on}"),
            },
            sent: *state == PartState::Sent,
        }
    });
    PartView {
        readers: Readers::of(&one.sides),
        informed: one.informed,
        goes_on: one.sides.goes_on,
        born: one.born.map(|born| locale.date(born)).unwrap_or_default(),
        field: field_of_birth(me),
        begin: format!("/my/intake/{me}"),
        next: one
            .state
            .next()
            .map(|section| address(me, &section.id))
            .unwrap_or_default(),
        sections: sections.collect(),
    }
}

fn field_of_birth(me: ParticipantId) -> String {
    format!("born-{me}")
}

fn address(me: ParticipantId, section: &str) -> String {
    format!("/my/intake/{me}/{section}")
}

/// `POST /my/intake/{participant}`: the date of birth.
pub(crate) async fn begin(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
    mut form: Form,
) -> Answer {
    let field = field_of_birth(me);
    match form.parsed::<Date>(&field) {
        None => form.refuse(&field, "We need the day, the month and the year."),
        Some(born) => match practice.begin_intake(&access, me, born).await {
            Ok(()) => {
                let first = questions().sections.first().map(|section| &section.id);
                return go(&address(me, first.map_or("", String::as_str)));
            }
            Err(IntakeError::Minor) => return go("/my/intake/younger"),
            Err(IntakeError::BornUnlikely) => {
                form.refuse(&field, "Please look at the year once more.");
            }
            Err(IntakeError::ConsentMissing) => {
                form.refuse(&field, "Read and sign the agreement first.");
            }
            Err(IntakeError::BornFirst) => return Err(PageError::broken("born twice")),
            Err(IntakeError::Access(error)) => return Err(error.into()),
        },
    }
    let found = practice.my_intakes(&access).await?;
    if !found.iter().any(|one| one.sides.me == me) {
        // Whatever was typed: somebody else's intake is not there.
        return Err(PageError::NotFound);
    }
    show_as(form.status(), &overview(&visit, &found, form))
}

/// `GET /my/intake/younger`: for who is not an adult yet; nothing is stored (R8).
pub(crate) async fn younger(
    Portal(_): Portal,
    visit: Visit,
    State(practice): State<Practice>,
) -> Answer {
    let locale = practice.description().await?.locale()?;
    people(
        &visit,
        locale,
        ("Not here, but somewhere", LineKind::Young),
        format!(
            "Therapy here is for people who are {} or older. We have kept nothing of what you typed, and your question \
             still deserves an answer.",
            locale.adult_age()
        ),
        "/my/intake".to_owned(),
    )
}

/// `GET /my/intake/{participant}/{part}/people`: who can be reached at once (R10, R11).
pub(crate) async fn people_now(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((me, section)): Path<(ParticipantId, String)>,
) -> Answer {
    let found = practice.intake_page(&access, me, &section).await?;
    let locale = practice.description().await?.locale()?;
    people(
        &visit,
        locale,
        ("You do not have to wait for us", LineKind::Crisis),
        format!(
            "What you wrote is with {} now. These people answer sooner, and what you tell them does not come back here.",
            Readers::of(&found.sides).care
        ),
        after(me, &section),
    )
}

fn people(
    visit: &Visit,
    locale: Locale,
    about: (&'static str, LineKind),
    lead: String,
    on: String,
) -> Answer {
    show(&People {
        page: crate::framed(visit, "Who can help", "homework", ""),
        title: about.0,
        lead,
        lines: locale
            .lines(about.1)
            .map(practice::places::HelpLine::in_words)
            .collect(),
        emergency: locale.emergency(),
        on,
    })
}

/// Where it goes on after a part was sent.
fn after(me: ParticipantId, section: &str) -> String {
    match questions().section_after(section) {
        Some(next) => address(me, &next.id),
        None => "/my/intake?done=sent".to_owned(),
    }
}

/// `GET /my/intake/{participant}/{part}`.
pub(crate) async fn read(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((me, section)): Path<(ParticipantId, String)>,
) -> Answer {
    let found = practice.intake_page(&access, me, &section).await?;
    if found.born.is_none() || !found.informed || !found.sides.goes_on {
        return go("/my/intake");
    }
    let form = filled(found.section, &found.answers);
    show(&view(&visit, found, form))
}

fn view(visit: &Visit, found: IntakePage, form: Form) -> Part {
    let (section, locale) = (found.section, &visit.web().house().locale);
    Part {
        page: crate::framed(
            visit,
            "Before we begin",
            "homework",
            &words(&found.sides.name),
        ),
        readers: Readers::of(&found.sides),
        href: address(found.sides.me, &section.id),
        title: &section.title,
        intro: &section.intro,
        alone: section.alone,
        place: format!("Part {} of {}", found.number, questions().sections.len()),
        fields: fields::of(section),
        revision: found.revision,
        sent: found.sent_at.map(|at| day(visit, at)).unwrap_or_default(),
        born: found
            .born
            .filter(|_| section.questions.iter().any(|asked| asked.rule.is_some()))
            .map(|born| locale.date(born))
            .unwrap_or_default(),
        form,
    }
}

/// `POST /my/intake/{participant}/{part}`: sends the part, or keeps it for later.
pub(crate) async fn send(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((me, section)): Path<(ParticipantId, String)>,
    mut form: Form,
) -> Answer {
    let known = questions().section(&section).ok_or(PageError::NotFound)?;
    let answers = typed(known, &mut form);
    let seen = form.parsed("revision").unwrap_or(0);
    if !form.is_good() {
        let found = practice.intake_page(&access, me, &section).await?;
        return show_as(form.status(), &view(&visit, found, form));
    }
    let refused = if form.chose("act", "keep") {
        let kept = practice.draft_intake(&access, me, &section, answers, seen);
        match kept.await {
            Ok(_) => return go("/my/intake"),
            Err(refused) => refused,
        }
    } else {
        let sent = practice.send_intake(&access, me, &section, answers, seen);
        match sent.await {
            Ok(sent) => {
                return match sent.raises {
                    Some(Raises::SafetyNow | Raises::PhysicianNow) => {
                        go(&format!("{}/people", address(me, &section)))
                    }
                    Some(Raises::Safety | Raises::Physician) | None => go(&after(me, &section)),
                };
            }
            Err(refused) => refused,
        }
    };
    let (status, lead, text) = match refused {
        IntakeError::Access(AccessError::Stale) => (
            StatusCode::CONFLICT,
            "This was changed while you had it open.",
            "Nothing was overwritten. Your answers are on this page: look at them, then send them again.",
        ),
        IntakeError::ConsentMissing => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nothing can be kept here yet.",
            "Read and sign the agreement first. Your answers are still on this page.",
        ),
        IntakeError::BornFirst | IntakeError::Minor => return go("/my/intake"),
        IntakeError::Access(error) => return Err(error.into()),
        IntakeError::BornUnlikely => return Err(PageError::broken(refused)),
    };
    let found = practice.intake_page(&access, me, &section).await?;
    let mut page = view(&visit, found, form);
    page.page = page.page.notice(Tone::Attention, lead, text);
    show_as(status, &page)
}

/// `POST /my/intake/{participant}/{part}/draft`: what the page keeps by itself.
pub(crate) async fn draft(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((me, section)): Path<(ParticipantId, String)>,
    mut form: Form,
) -> Answer {
    let known = questions().section(&section).ok_or(PageError::NotFound)?;
    let answers = typed(known, &mut form);
    if !form.is_good() {
        return Err(PageError::refused(&form));
    }
    let seen = form.parsed("revision").unwrap_or(0);
    let kept = practice
        .draft_intake(&access, me, &section, answers, seen)
        .await;
    match (kept, visit.wants()) {
        (Ok(revision), Wants::Data) => draft_saved(&visit, practice.now(), revision),
        (Ok(_), Wants::Page) => go(&address(me, &section)),
        (Err(IntakeError::Access(AccessError::Stale)), _) => Err(PageError::Conflict),
        (Err(IntakeError::Access(error)), _) => Err(error.into()),
        (Err(_), _) => Err(PageError::Unreadable),
    }
}
