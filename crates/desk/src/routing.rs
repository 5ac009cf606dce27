//! Where things go: the control beside each thing of a case, the question before it moves with exactly what moves and who
//! reads it then, and what was corrected.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::access::{DeskAccess, Purpose};
use practice::cases::Case;
use practice::clock::micros;
use practice::ids::{CaseId, ParticipantId, SessionId};
use practice::notes::{NoteBlock, Route};
use practice::routing::{Asked as Confirmed, Correction, Direction, Routing, RoutingError, Thing};
use practice::sessions::Workspace;
use practice::{AccessError, Practice};
use web::{
    Answer, Asked, Audience, Desk, Form, Goes, Page, Routes, Tone, Visit, get, go, local, show_as,
};

use crate::pages;
use crate::sessions::card::goes;
use crate::views::{Called, Wall, called, side_label, side_of, side_word};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new().route("/desk/cases/{case}/routing", get(ask).post(route))
}

/// The control beside a thing: where it is, and a form that asks before anything moves.
pub(crate) struct Moves {
    pub(crate) action: String,
    pub(crate) what: &'static str,
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) back: String,
    pub(crate) sides: Vec<Goes>,
}

/// The words of a thing in an address: what it is, its id, and for a block its side.
fn words_of(thing: Thing) -> (&'static str, String, String) {
    let none = String::new;
    match thing {
        Thing::Goal(id) => ("goal", id.to_string(), none()),
        Thing::Assignment(id) => ("homework", id.to_string(), none()),
        Thing::Measure(id) => ("measure", id.to_string(), none()),
        Thing::Message(id) => ("message", id.to_string(), none()),
        Thing::Block(session, from, block) => (block.word(), session.to_string(), side_word(from)),
    }
}

fn thing_of(form: &Form) -> Option<Thing> {
    match form.text("what") {
        "goal" => form.parsed("id").map(Thing::Goal),
        "homework" => form.parsed("id").map(Thing::Assignment),
        "measure" => form.parsed("id").map(Thing::Measure),
        "message" => form.parsed("id").map(Thing::Message),
        block => {
            let block = NoteBlock::of_word(block)?;
            let from = side_of(form.text("from"))?;
            let session = form.parsed::<SessionId>("id")?;
            Some(Thing::Block(session, from, block))
        }
    }
}

/// Where it is asked whether blocks of a note move, one after the other; nothing where there is none.
pub(crate) fn asking(
    case: CaseId,
    (session, from): (SessionId, Route),
    blocks: &[(NoteBlock, Route)],
    back: &str,
) -> Option<String> {
    let ((block, to), rest) = blocks.split_first()?;
    let (what, id, from) = words_of(Thing::Block(session, from, *block));
    let to = side_word(*to);
    let rest: Vec<String> = rest.iter().map(word_of).collect();
    let rest = rest.join(",");
    Some(format!(
        "/desk/cases/{case}/routing?what={what}&id={id}&from={from}&to={to}&then={back}&rest={rest}"
    ))
}

/// A block that is asked for later, and where it goes: "did.chart".
fn word_of((block, to): &(NoteBlock, Route)) -> String {
    format!("{}.{}", block.word(), side_word(*to))
}

/// The blocks that are asked for after this one.
fn rest_of(form: &Form) -> Vec<(NoteBlock, Route)> {
    let words = form.text("rest").split(',');
    let rest = words.filter_map(|word| {
        let (block, to) = word.split_once('.')?;
        Some((NoteBlock::of_word(block)?, side_of(to)?))
    });
    rest.collect()
}

/// What makes the control for the things of one case.
pub(crate) struct Mover<'a> {
    case: &'a Case,
    people: &'a [Called],
    back: String,
    works: bool,
    /// The one whose own side alone is open, on the page of their session.
    only: Option<ParticipantId>,
}

impl<'a> Mover<'a> {
    /// For the workspace of a session.
    pub(crate) fn of(seen: &'a Workspace, people: &'a [Called]) -> Self {
        Self {
            case: &seen.case,
            people,
            back: format!("/desk/sessions/{}", seen.session.id),
            works: !seen.only_read && seen.case.open,
            only: seen.only,
        }
    }

    /// For a page of a case.
    pub(crate) fn at(case: &'a Case, people: &'a [Called], back: String, works: bool) -> Self {
        Self {
            case,
            people,
            back,
            works: works && case.open,
            only: None,
        }
    }

    /// The control of one thing that stands on `route`; `only` is whose it is, where it goes to nobody else's own side.
    pub(crate) fn moves(
        &self,
        page: &Page,
        thing: Thing,
        route: Route,
        only: Option<ParticipantId>,
    ) -> Option<Moves> {
        self.case.joint.filter(|_| self.works)?;
        let only = only.or(self.only).or(match (thing, route) {
            (Thing::Message(_), Route::Own(id)) => Some(id),
            (
                Thing::Goal(_)
                | Thing::Assignment(_)
                | Thing::Measure(_)
                | Thing::Message(_)
                | Thing::Block(..),
                Route::Own(_) | Route::Chart,
            ) => None,
        });
        let own = self.case.staying().map(|who| who.id);
        let own = own.filter(|id| only.is_none_or(|only| only == *id));
        let sides: Vec<Route> = std::iter::once(Route::Chart)
            .chain(own.map(Route::Own))
            .collect();
        let (what, id, from) = words_of(thing);
        Some(Moves {
            action: format!("/desk/cases/{}/routing", self.case.id),
            what,
            id,
            from,
            back: self.back.clone(),
            sides: goes(page, (self.case, self.people), &sides, Some(route)),
        })
    }
}

/// Something that was corrected, as the clinician reads it.
pub(crate) struct CorrectionLine {
    pub(crate) line: String,
    pub(crate) label: Audience,
    pub(crate) stood: Vec<(String, String)>,
}

/// What was corrected, each with the side that it left.
pub(crate) fn corrections(
    page: &Page,
    wall: &Wall<'_>,
    (case, people): (&Case, &[Called]),
    all: &[Correction],
) -> Vec<CorrectionLine> {
    let lines = all.iter().map(|one| CorrectionLine {
        line: format!(
            "{}{} was corrected by {}, {}, {}",
            one.kind.plain(),
            one.block
                .map_or(String::new(), |block| format!(" (“{}”)", block.plain())),
            one.by,
            wall.short_day(micros(one.at)),
            wall.clock(micros(one.at)),
        ),
        label: side_label(page, case, people, case.route(one.side)),
        stood: one
            .stood
            .iter()
            .map(|(what, words)| (what.clone(), words.reveal().clone()))
            .collect(),
    });
    lines.collect()
}

#[derive(Template)]
#[template(path = "routing/ask.html")]
struct Ask {
    page: Page,
    form: Form,
    action: String,
    back: String,
    title: String,
    people: Vec<Called>,
    exact: Vec<(String, String)>,
    from: Audience,
    to: Audience,
    wider: bool,
    /// Who reads it from then on: "Noor, Sam and you".
    readers: String,
    /// Whose word it needs; empty where none is asked for.
    agreement: String,
    stays: bool,
    digest: String,
    hidden: [(&'static str, String); 6],
}

/// `GET /desk/cases/{case}/routing?what=…&id=…&from=…&to=…&then=…`
async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    practice.case(&access, case, Purpose::Care).await?;
    let page = pages::frame(&visit, &practice, &access, ("Where it goes", "cases")).await?;
    asked_again(&practice, &access, page, (case, asked)).await
}

/// The question; a form that was refused comes back in it.
async fn asked_again(
    practice: &Practice,
    access: &DeskAccess,
    page: Page,
    (case, form): (CaseId, Form),
) -> Answer {
    let (Some(thing), Some(to)) = (thing_of(&form), side_of(form.text("to"))) else {
        return go(&back_of(&form, case));
    };
    match practice.routing(access, case, thing, to).await {
        Ok(found) => {
            let status = form.status();
            show_as(status, &view(page, &found, thing, form))
        }
        Err(RoutingError::Access(error)) => Err(error.into()),
        Err(RoutingError::NoSuchSide | RoutingError::Empty) => {
            let back = back_of(&form, case);
            // It is where it was asked to go, or cannot go there: nothing to ask.
            go(&format!("{back}{}done=unmoved", joins(&back)))
        }
        Err(error) => cannot(page, (case, form), &error),
    }
}

fn joins(address: &str) -> char {
    if address.contains('?') { '&' } else { '?' }
}

/// Where it goes on after this question: to the next one, or back to where all of them were asked for.
fn back_of(form: &Form, case: CaseId) -> String {
    let then = then_of(form, case);
    let place = form
        .parsed::<SessionId>("id")
        .zip(side_of(form.text("from")));
    let next = place.and_then(|place| asking(case, place, &rest_of(form), &then));
    next.unwrap_or(then)
}

fn then_of(form: &Form, case: CaseId) -> String {
    let back = local(form.text("then")).filter(|back| back.starts_with("/desk/"));
    back.map_or_else(|| format!("/desk/cases/{case}"), str::to_owned)
}

/// Why it does not move, in plain words.
fn told(error: &RoutingError) -> &'static str {
    match error {
        RoutingError::ConsentMissing => {
            "The informed consent of everybody who would read it is not in force."
        }
        RoutingError::JointWaits => {
            "Joint homework waits in every case until the screening of each person is settled."
        }
        RoutingError::Answered => {
            "Somebody has answered it already. End it, and give it anew to whom it is for."
        }
        RoutingError::NotAgreed => {
            "These are a client’s own words. They move only with that client’s yes."
        }
        RoutingError::OtherText => "It was changed since you read it. Here is what would move now.",
        RoutingError::NotYours => {
            "Somebody else is writing the note there. Only they can change it."
        }
        RoutingError::NoSuchSide => "It cannot go there.",
        RoutingError::Empty => "There is nothing in it.",
        RoutingError::Access(_) => "It is not there any more.",
    }
}

#[derive(Template)]
#[template(path = "routing/cannot.html")]
struct Cannot {
    page: Page,
    back: String,
    why: &'static str,
}

fn cannot(page: Page, (case, form): (CaseId, Form), error: &RoutingError) -> Answer {
    let view = Cannot {
        back: back_of(&form, case),
        why: told(error),
        page,
    };
    show_as(StatusCode::CONFLICT, &view)
}

fn view(page: Page, found: &Routing, thing: Thing, form: Form) -> Ask {
    let people = called(&found.people);
    let name = |id: &ParticipantId| page.name(&crate::views::own_name(&found.case, &people, *id));
    let mut readers: Vec<String> = found.readers.iter().map(name).collect();
    readers.push("those who care for them".to_owned());
    let readers: Vec<&str> = readers.iter().map(String::as_str).collect();
    let (what, id, from) = words_of(thing);
    let agreeing: Vec<String> = found.agreeing.iter().map(name).collect();
    let agreeing: Vec<&str> = agreeing.iter().map(String::as_str).collect();
    Ask {
        action: format!("/desk/cases/{}/routing", found.case.id),
        back: back_of(&form, found.case.id),
        title: found.kind.plain().to_owned(),
        exact: found
            .exact
            .iter()
            .map(|(what, words)| (what.clone(), words.reveal().clone()))
            .collect(),
        from: side_label(&page, &found.case, &people, found.from),
        to: side_label(&page, &found.case, &people, found.to),
        wider: found.direction == Direction::Wider,
        readers: web::listed(&readers),
        agreement: web::listed(&agreeing),
        stays: found.stays,
        digest: found.digest.clone(),
        hidden: [
            ("what", what.to_owned()),
            ("id", id),
            ("from", from),
            ("to", side_word(found.to)),
            ("then", then_of(&form, found.case.id)),
            ("rest", form.text("rest").to_owned()),
        ],
        form,
        people,
        page,
    }
}

/// `POST /desk/cases/{case}/routing`
async fn route(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    practice.case(&access, case, Purpose::Care).await?;
    let (Some(thing), Some(to)) = (thing_of(&form), side_of(form.text("to"))) else {
        return go(&back_of(&form, case));
    };
    let confirmed = Confirmed {
        digest: form.text("digest").to_owned(),
        agreed: form.ticked("agreed"),
    };
    let moved = practice.route(&access, case, thing, to, confirmed).await;
    let error = match moved {
        Ok(()) => {
            let back = back_of(&form, case);
            return go(&format!("{back}{}done=moved", joins(&back)));
        }
        Err(RoutingError::Access(AccessError::Stale)) => RoutingError::OtherText,
        Err(RoutingError::Access(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let page = pages::frame(&visit, &practice, &access, ("Where it goes", "cases")).await?;
    if matches!(error, RoutingError::NotAgreed) {
        form.refuse("agreed", told(&error));
        return asked_again(&practice, &access, page, (case, form)).await;
    }
    if matches!(error, RoutingError::OtherText) {
        let page = page.notice(Tone::Attention, "Not moved yet.", told(&error));
        form.refuse("digest", told(&error));
        return asked_again(&practice, &access, page, (case, form)).await;
    }
    cannot(page, (case, form), &error)
}
