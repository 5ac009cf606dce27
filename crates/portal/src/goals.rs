//! Goals: set on one's own side or together, put in other words, reached or let go. Nothing measures them (R13).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::cases::Side;
use practice::goals::{Goal, GoalError, GoalPage, GoalState, GoalWords, MyGoals};
use practice::ids::{GoalId, ParticipantId};
use practice::private::Private;
use practice::{AccessError, Practice};
use web::{Answer, Asked, Audience, Form, Page, PageError, Portal, Tone, Visit, go, show, show_as};

use crate::views::{Readers, day, words};

/// The longest goal and the longest value, in characters.
const WORDS: usize = 2_000;
const VALUE: usize = 300;

/// How a goal can stand, in the words of the page.
const STATES: [(&str, &str); 3] = [
    ("open", "It is open"),
    ("reached", "I call it reached"),
    ("let_go", "I let it go"),
];

#[derive(Template)]
#[template(path = "goals/list.html")]
struct List {
    page: Page,
    parts: Vec<PartView>,
    /// Whether there is work with more than one person.
    joint: bool,
}

struct PartView {
    readers: Readers,
    boxes: Vec<BoxView>,
    goes_on: bool,
}

/// One side's goals, and the form for a new one.
struct BoxView {
    /// Whether another goal can be set here.
    writes: bool,
    audience: Audience,
    action: String,
    button: String,
    beside: String,
    /// Begins the names of its fields, which differ from box to box.
    prefix: String,
    form: Form,
    goals: Vec<GoalView>,
}

struct GoalView {
    href: String,
    words: String,
    value: String,
    line: String,
}

#[derive(Template)]
#[template(path = "goals/show.html")]
struct Show {
    page: Page,
    form: Form,
    audience: Audience,
    button: String,
    action: String,
    states: [(&'static str, &'static str); 3],
    set: String,
    earlier: Vec<(String, String, String)>,
    revision: u32,
    goes_on: bool,
}

/// `GET /my/goals`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_goals(&access).await?;
    let mut page = overview(&visit, &found, None);
    if asked.text("done") == "saved" {
        page.page = page.page.notice(Tone::Done, "Saved.", "");
    }
    show(&page)
}

/// The page; `typed` is a form that was refused, with whose side it is.
fn overview(visit: &Visit, found: &[MyGoals], typed: Option<(ParticipantId, Side, Form)>) -> List {
    let name = found.first().map(|one| words(&one.sides.name));
    let mut typed = typed;
    let parts = found.iter().map(|one| {
        let readers = Readers::of(&one.sides);
        let me = one.sides.me;
        let mut boxes = Vec::new();
        for (side, goals) in [(Side::Joint, &one.joint), (Side::Own, &one.own)] {
            let is_here =
                |(whose, of, _): &mut (ParticipantId, Side, Form)| *whose == me && *of == side;
            let form = typed.take_if(is_here).map(|(_, _, form)| form);
            boxes.extend(one_box(visit, &readers, (me, side), goals, form));
        }
        PartView {
            boxes,
            goes_on: one.sides.goes_on,
            readers,
        }
    });
    List {
        joint: found.iter().any(|one| one.sides.policy.is_some()),
        parts: parts.collect(),
        page: crate::framed(visit, "Goals", "homework", &name.unwrap_or_default()),
    }
}

fn one_box(
    visit: &Visit,
    readers: &Readers,
    place: (ParticipantId, Side),
    goals: &[Goal],
    form: Option<Form>,
) -> Option<BoxView> {
    let (me, side) = place;
    let (audience, button, beside) = match side {
        Side::Own => (readers.own.clone(), readers.save_own(), String::new()),
        Side::Joint if !readers.shares && goals.is_empty() => return None,
        Side::Joint => (
            readers.joint.clone()?,
            readers.share(),
            format!("{} will read this.", readers.capital_partners()),
        ),
    };
    Some(BoxView {
        action: format!("/my/goals/{me}/{}", word(side)),
        prefix: format!("{}-{me}", word(side)),
        form: form.unwrap_or_else(Form::blank),
        goals: goals.iter().map(|goal| goal_view(visit, goal)).collect(),
        writes: writes(readers, side),
        audience,
        button,
        beside,
    })
}

/// Whether something can be set on a side: alone always, together with somebody who still takes part.
fn writes(readers: &Readers, side: Side) -> bool {
    side == Side::Own || readers.shares
}

const fn word(side: Side) -> &'static str {
    match side {
        Side::Own => "own",
        Side::Joint => "joint",
    }
}

fn goal_view(visit: &Visit, goal: &Goal) -> GoalView {
    let mut line = match goal.state {
        GoalState::Open => format!("Set on {}", day(visit, goal.set_at)),
        GoalState::Reached => "Reached, by your own word".to_owned(),
        GoalState::LetGo => "Let go".to_owned(),
    };
    if goal.narrower {
        line.push_str(". From before somebody joined, who does not see it");
    }
    GoalView {
        href: format!("/my/goals/{}", goal.id),
        words: words(&goal.said.words),
        value: words(&goal.said.value),
        line,
    }
}

/// `POST /my/goals/{participant}/own`.
pub(crate) async fn set_own(
    access: Portal,
    visit: Visit,
    practice: State<Practice>,
    me: Path<ParticipantId>,
    form: Form,
) -> Answer {
    set(access, visit, practice, (me.0, Side::Own), form).await
}

/// `POST /my/goals/{participant}/joint`.
pub(crate) async fn set_joint(
    access: Portal,
    visit: Visit,
    practice: State<Practice>,
    me: Path<ParticipantId>,
    form: Form,
) -> Answer {
    set(access, visit, practice, (me.0, Side::Joint), form).await
}

async fn set(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    place: (ParticipantId, Side),
    mut form: Form,
) -> Answer {
    let (me, side) = place;
    let prefix = format!("{}-{me}", word(side));
    let (name, value) = (format!("{prefix}-words"), format!("{prefix}-value"));
    let said = said(&mut form, &name, &value);
    let mut notice = None;
    if let Some(said) = said {
        match practice.set_goal(&access, me, side, said).await {
            Ok(_) => return go("/my/goals?done=saved"),
            Err(GoalError::Empty) => form.refuse(&name, "Write what you would like."),
            Err(GoalError::ConsentMissing) => {
                form.refuse(&name, NOT_NOW.1);
                notice = Some(NOT_NOW);
            }
            Err(GoalError::Ended) => return Err(PageError::Conflict),
            Err(GoalError::Access(error)) => return Err(error.into()),
        }
    }
    let found = practice.my_goals(&access).await?;
    let here = found.iter().find(|one| one.sides.me == me);
    let sides = &here.ok_or(PageError::NotFound)?.sides;
    if !sides.goes_on || !writes(&Readers::of(sides), side) {
        // The page has no such form any more, as when the partner has just left: the words come back beside that.
        return Err(PageError::Conflict);
    }
    let status = form.status();
    let mut page = overview(&visit, &found, Some((me, side, form)));
    if let Some((lead, text)) = notice {
        page.page = page.page.notice(Tone::Attention, lead, text);
    }
    show_as(status, &page)
}

/// Whose consent is not in force is not told (R2, R9).
const NOT_NOW: (&str, &str) = (
    "Nothing can be kept here at the moment.",
    "Look at your documents first, or ask your clinician.",
);

/// It was shared among people of whom somebody left and somebody came.
const OVER: (&str, &str) = (
    "This goal stays as it is.",
    "It belongs to a time that is over. You can set it anew for those who take part now.",
);

fn said(form: &mut Form, words: &str, value: &str) -> Option<GoalWords> {
    let said = form.need(words, WORDS, "Write what you would like.");
    form.within(value, VALUE);
    let value = Private::from(form.text(value));
    let said = said.filter(|_| form.is_good())?;
    Some(GoalWords {
        words: Private::new(said),
        value,
    })
}

/// `GET /my/goals/{goal}`.
pub(crate) async fn read(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(goal): Path<GoalId>,
) -> Answer {
    let found = practice.my_goal(&access, goal).await?;
    let said = &found.goal.said;
    let form = Form::filled([
        ("words", said.words.reveal().as_str()),
        ("value", said.value.reveal().as_str()),
        ("state", found.goal.state.word()),
    ]);
    show(&view(&visit, found, form))
}

fn view(visit: &Visit, found: GoalPage, form: Form) -> Show {
    let readers = Readers::of(&found.sides);
    let is_own = found.goal.whose.is_some();
    let (audience, button) = match (is_own, &readers.joint) {
        (false, Some(joint)) if readers.shares => (joint.clone(), readers.share()),
        _ => (readers.own.clone(), readers.save_own()),
    };
    Show {
        page: crate::framed(visit, "Goals", "homework", &words(&found.sides.name)),
        action: format!("/my/goals/{}", found.goal.id),
        states: STATES,
        set: day(visit, found.goal.set_at),
        earlier: found
            .earlier
            .iter()
            .map(|(said, at)| (words(&said.words), words(&said.value), day(visit, *at)))
            .collect(),
        revision: found.goal.revision,
        goes_on: found.sides.goes_on,
        audience,
        button,
        form,
    }
}

/// `POST /my/goals/{goal}`: other words, or how it stands.
pub(crate) async fn change(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(goal): Path<GoalId>,
    mut form: Form,
) -> Answer {
    let said = said(&mut form, "words", "value");
    let state = GoalState::of_word(form.text("state"));
    if state.is_none() {
        form.refuse("state", "Choose one of the three.");
    }
    let mut notice = None;
    let mut status = form.status();
    if let (Some(said), Some(state)) = (said, state) {
        let seen = form.parsed("revision").unwrap_or(0);
        match practice.change_goal(&access, goal, seen, said, state).await {
            Ok(_) => return go("/my/goals?done=saved"),
            Err(GoalError::Access(AccessError::Stale)) => {
                status = StatusCode::CONFLICT;
                notice = Some((
                    "This was changed while you had it open.",
                    "Nothing was overwritten. Your words are in the box, and what was there before stands below it.",
                ));
            }
            Err(GoalError::ConsentMissing) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                notice = Some(NOT_NOW);
            }
            Err(GoalError::Ended) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                notice = Some(OVER);
            }
            Err(GoalError::Access(error)) => return Err(error.into()),
            Err(GoalError::Empty) => form.refuse("words", "Write what you would like."),
        }
    }
    let mut found = practice.my_goal(&access, goal).await?;
    if status == StatusCode::CONFLICT {
        let newest = (found.goal.said.clone(), found.goal.changed_at);
        found.earlier.push(newest);
    }
    let mut page = view(&visit, found, form);
    if let Some((lead, text)) = notice {
        page.page = page.page.notice(Tone::Attention, lead, text);
    }
    show_as(status, &page)
}
