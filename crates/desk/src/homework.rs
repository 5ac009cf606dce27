//! Homework of a case: giving it, from the library or in one's own words, to everybody or to one; what came back.
//!
//! Each button names those who get it: what is for one participant is not shown to the others (R2).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::cases::Case;
use practice::homework::{
    CareHomework, CaseHomework, For, Happened, HomeworkError, NewAssignment, Told, What,
};
use practice::ids::{AssignmentId, CaseId, ParticipantId, SessionId};
use practice::library;
use practice::notes::Route;
use practice::private::Private;
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Tone, Visit, get, go, post, show,
    show_as, up,
};

use crate::library::{Shelf, shelves};
use crate::pages;
use crate::together;
use crate::views::{
    Badge, Called, Wall, called, case_words, listed, own_name, shared_label, side_label,
};

/// The longest title, remark and text, in characters.
const TITLE: usize = 200;
const REMARK: usize = 1_000;
const TEXT: usize = 10_000;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/cases/{case}/homework", get(list).post(give))
        .route("/desk/cases/{case}/homework/new", get(new))
        .route(
            "/desk/cases/{case}/homework/{assignment}/end",
            post(end).get(up::<2>),
        )
}

#[derive(Template)]
#[template(path = "homework/list.html")]
struct List {
    page: Page,
    case: String,
    kind: &'static str,
    people: Vec<Called>,
    given: Vec<GivenView>,
    gives: bool,
    together: String,
}

struct GivenView {
    title: String,
    line: String,
    remark: String,
    label: Audience,
    open: bool,
    ends: bool,
    end: String,
    back: Vec<(String, Badge)>,
    said: Vec<SaidView>,
}

/// What came back; one participant's own is folded, so that nobody beside the screen reads it.
struct SaidView {
    name: String,
    when: String,
    label: Audience,
    folded: bool,
    lines: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "homework/new.html")]
struct New {
    page: Page,
    form: Form,
    action: String,
    back: String,
    kind: &'static str,
    people: Vec<Called>,
    session: String,
    missing: String,
    screening: String,
    buttons: Vec<ButtonView>,
    shelves: Vec<Shelf>,
}

/// A button that gives, with those who get it.
pub(crate) struct ButtonView {
    pub(crate) audience: Audience,
    pub(crate) words: String,
    pub(crate) value: String,
    pub(crate) small: String,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.case_homework(&access, case).await?;
    let page = pages::frame(&visit, &practice, &access, ("Homework", "cases")).await?;
    let page = pages::done(page, &asked);
    let wall = Wall::of(&visit, &practice);
    let people = called(&seen.people);
    let given = seen.homework.iter();
    show(&List {
        given: given
            .map(|one| given_view(&page, &wall, (&seen, &people), one))
            .collect(),
        case: case.to_string(),
        kind: case_words(&seen.case),
        gives: seen.case.open && !seen.only_read,
        together: together::href(&seen.case),
        people,
        page,
    })
}

fn given_view(
    page: &Page,
    wall: &Wall<'_>,
    of: (&CareHomework, &[Called]),
    one: &CaseHomework,
) -> GivenView {
    let (seen, people) = of;
    let assignment = &one.assignment;
    let on = |at: jiff::Timestamp| wall.day(practice::clock::micros(at));
    let route = match (assignment.joint, assignment.participants.first()) {
        (false, Some(only)) => Route::Own(*only),
        _ => Route::Chart,
    };
    let said = one.reflections.iter().map(|back| {
        let route = if back.shared {
            Route::Chart
        } else {
            Route::Own(back.participant)
        };
        SaidView {
            name: own_name(&seen.case, people, back.participant),
            when: on(back.given_at),
            label: shared_label(page, &seen.case, people, route),
            folded: !back.shared && people.len() > 1,
            lines: lines(&assignment.task.prompts, &back.told),
        }
    });
    GivenView {
        title: assignment.task.title.reveal().clone(),
        line: format!("Given on {}", on(assignment.given_at)),
        remark: assignment.task.remark.reveal().clone(),
        label: shared_label(page, &seen.case, people, route),
        open: assignment.open,
        ends: assignment.open && !seen.only_read,
        end: format!(
            "/desk/cases/{}/homework/{}/end",
            seen.case.id, assignment.id
        ),
        back: one
            .back
            .iter()
            .map(|(id, is_in)| (own_name(&seen.case, people, *id), Badge::back(*is_in)))
            .collect(),
        said: said.collect(),
    }
}

/// What somebody told, each part under what was asked.
fn lines(prompts: &[String], told: &Told) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if let Some(happened) = told.happened {
        let words = match happened {
            Happened::Yes => "Yes",
            Happened::Some => "Some of it",
            Happened::NotThisWeek => "Not this week",
        };
        lines.push(("Did it happen?".to_owned(), words.to_owned()));
    }
    if let Some(tense) = told.tense {
        let words = format!("{tense}, between 0 at ease and 10 braced");
        lines.push(("How tense did your body feel?".to_owned(), words));
    }
    for (prompt, answer) in prompts.iter().zip(&told.answers) {
        lines.push((prompt.clone(), answer.reveal().clone()));
    }
    lines.push((String::new(), told.words.reveal().clone()));
    lines.retain(|(_, words)| !words.trim().is_empty());
    lines
}

async fn new(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.case_homework(&access, case).await?;
    if !seen.case.open || seen.only_read {
        return Err(PageError::NotFound);
    }
    let page = pages::frame(&visit, &practice, &access, ("Homework", "cases")).await?;
    let session = asked.parsed::<SessionId>("session");
    let form = Form::filled([(
        "session",
        session.map_or(String::new(), |id| id.to_string()),
    )]);
    show(&new_view(page, &seen, form))
}

fn new_view(page: Page, seen: &CareHomework, form: Form) -> New {
    let people = called(&seen.people);
    let session = form.text("session").to_owned();
    let parts = seen.case.participants.iter().zip(&people);
    let without: Vec<Called> = parts
        .zip(&seen.informed)
        .filter(|((part, _), informed)| part.until.is_none() && !**informed)
        .map(|((_, called), _)| called.clone())
        .collect();
    let case = seen.case.id;
    New {
        action: format!("/desk/cases/{case}/homework"),
        back: if session.is_empty() {
            format!("/desk/cases/{case}/homework")
        } else {
            format!("/desk/sessions/{session}")
        },
        kind: case_words(&seen.case),
        missing: listed(&page, &without),
        buttons: buttons(&page, &seen.case, &people),
        screening: screening(&seen.case),
        shelves: shelves(),
        session,
        people,
        form,
        page,
    }
}

/// Giving from the session's page: a title of the library, and a button for everybody and for each.
pub(crate) struct Giving {
    pub(crate) action: String,
    pub(crate) more: String,
    pub(crate) titles: Vec<(String, &'static str)>,
    pub(crate) buttons: Vec<ButtonView>,
    /// Where the screening is settled that joint homework waits for; nothing where none waits (R11).
    pub(crate) screening: String,
}

impl Giving {
    pub(crate) fn of(page: &Page, case: &Case, people: &[Called], session: SessionId) -> Self {
        let all = library::library().assignments().iter();
        Self {
            action: format!("/desk/cases/{}/homework", case.id),
            more: format!("/desk/cases/{}/homework/new?session={session}", case.id),
            titles: all
                .map(|one| (one.id.to_string(), one.title.as_str()))
                .collect(),
            buttons: buttons(page, case, people),
            screening: screening(case),
        }
    }

    /// The same without the buttons for others than one, whose names are closed on the page.
    pub(crate) fn only(mut self, only: Option<ParticipantId>) -> Self {
        if let Some(only) = only {
            self.buttons
                .retain(|button| button.value == only.to_string());
        }
        self
    }
}

fn screening(case: &Case) -> String {
    if case.joint_waits() {
        format!("/desk/cases/{}/safety", case.id)
    } else {
        String::new()
    }
}

/// A button for all who take part, and one for each of them.
fn buttons(page: &Page, case: &Case, people: &[Called]) -> Vec<ButtonView> {
    let parts = case.participants.iter().zip(people);
    let staying: Vec<_> = parts.filter(|(part, _)| part.until.is_none()).collect();
    let named = |but: Option<ParticipantId>| {
        let some = staying.iter().filter(|(part, _)| Some(part.id) != but);
        let some: Vec<Called> = some.map(|(_, called)| (*called).clone()).collect();
        listed(page, &some)
    };
    let all = ButtonView {
        audience: shared_label(page, case, people, Route::Chart),
        words: format!("Give to {}", named(None)),
        value: "everybody".to_owned(),
        small: String::new(),
    };
    // Joint homework waits for the screening, and the page says so (R11).
    let mut buttons = if case.joint_waits() {
        Vec::new()
    } else {
        vec![all]
    };
    if staying.len() > 1 {
        buttons.extend(staying.iter().map(|(part, called)| ButtonView {
            audience: side_label(page, case, people, Route::Own(part.id)),
            words: format!("Give to {} only", page.name(&called.name)),
            value: part.id.to_string(),
            small: format!("Not shown to {}", named(Some(part.id))),
        }));
    }
    buttons
}

async fn give(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let asked = read(&mut form, case);
    let mut status = form.status();
    let mut notice = None;
    if let Some(new) = asked {
        let session = new.session;
        match practice.give_homework(&access, new).await {
            Ok(_) => {
                return match session {
                    Some(session) => go(&format!("/desk/sessions/{session}?done=given")),
                    None => go(&format!("/desk/cases/{case}/homework?done=given")),
                };
            }
            Err(HomeworkError::ConsentMissing) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                notice = Some((
                    "Consent first.",
                    "Nothing was given: the informed consent of everybody who would get it is not in force.",
                ));
            }
            Err(HomeworkError::JointWaits) => {
                status = StatusCode::CONFLICT;
                notice = Some((
                    "Joint homework waits.",
                    "Nothing was given: it waits in every case until the screening of each person is settled. Give it to one of them alone, or settle the screening on the case first.",
                ));
            }
            Err(HomeworkError::NotInLibrary) => {
                form.refuse("what", "Choose something from the library.");
            }
            Err(HomeworkError::Empty) => {
                form.refuse("title", "Give it a name and say what to try.");
            }
            Err(HomeworkError::Access(error)) => return Err(error.into()),
            Err(other @ (HomeworkError::Ended | HomeworkError::Shared)) => {
                return Err(PageError::broken(other));
            }
        }
        if !form.is_good() {
            status = form.status();
        }
    }
    let seen = practice.case_homework(&access, case).await?;
    let mut page = pages::frame(&visit, &practice, &access, ("Homework", "cases")).await?;
    if let Some((lead, text)) = notice {
        page = page.notice(Tone::Attention, lead, text);
    }
    show_as(status, &new_view(page, &seen, form))
}

fn read(form: &mut Form, case: CaseId) -> Option<NewAssignment> {
    form.within("remark", REMARK);
    form.within("title", TITLE);
    form.within("text", TEXT);
    let whom = match form.text("for") {
        "everybody" => Some(For::Everybody),
        id => id.parse().ok().map(For::One),
    };
    if whom.is_none() {
        form.refuse("what", "Choose for whom it is, with one of the buttons.");
    }
    let what = match form.text("what") {
        "" => {
            form.refuse(
                "what",
                "Choose something from the library, or write it yourself.",
            );
            None
        }
        "own" => Some(What::OwnText {
            title: Private::from(form.text("title")),
            text: Private::from(form.text("text")),
        }),
        id => Some(What::Library(library::AssignmentId::new(id))),
    };
    let remark = Private::from(form.text("remark"));
    let session = form.parsed("session");
    let (whom, what) = (whom?, what?);
    form.is_good().then_some(NewAssignment {
        case,
        session,
        what,
        remark,
        whom,
    })
}

async fn end(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path((case, assignment)): Path<(CaseId, AssignmentId)>,
    _form: Form,
) -> Answer {
    match practice.end_homework(&access, assignment).await {
        Ok(()) | Err(HomeworkError::Ended) => {
            go(&format!("/desk/cases/{case}/homework?done=ended"))
        }
        Err(HomeworkError::Access(error)) => Err(error.into()),
        Err(other) => Err(PageError::broken(other)),
    }
}
