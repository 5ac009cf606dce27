//! Releases of a case: what may leave, to whom, for what, until when; who has signed and who has not; the documents that were made,
//! what was left out of each and why, and handing one out.

pub(crate) mod documents;

use askama::Template;
use axum::extract::{Path, State};
use practice::clock::micros;
use practice::consent::texts::{Block, ConsentText};
use practice::ids::{CaseId, ParticipantId, ReleaseId};
use practice::language::Language;
use practice::notes::Route;
use practice::releases::signers::Answer as Said;
use practice::releases::text::Part;
use practice::releases::{
    CareRelease, CareReleases, NewRelease, ReleaseError, ReleaseState, Standing,
};
use practice::{AccessError, Practice};
use web::{
    Answer, Asked, Audience, Desk, Form, Page, PageError, Routes, Visit, get, go, post, show,
    show_as, up,
};

use self::documents::{DocumentView, document};
use crate::pages;
use crate::views::{Badge, Called, Wall, called, case_words, own_name, short_label, side_label};

pub(crate) fn routes() -> Routes<Practice> {
    let one = "/desk/releases/{release}";
    Routes::new()
        .route("/desk/cases/{case}/releases", get(list).post(ask))
        .route(one, get(read))
        .route(&format!("{one}/taking-up"), post(take_up).get(up::<1>))
        .route(&format!("{one}/closing"), post(close).get(up::<1>))
        .route(
            &format!("{one}/documents"),
            post(documents::make).get(up::<1>),
        )
        .route(
            &format!("{one}/documents/{{copy}}"),
            post(documents::hand_out).get(up::<2>),
        )
}

/// Fields: `side`, `kinds`, `from`, `until_day`, `to`, `way`, `purpose`, `joint_purpose`, `until`, `language`.
#[derive(Template)]
#[template(path = "releases/list.html")]
struct List {
    page: Page,
    form: Form,
    case: String,
    kind: &'static str,
    acts: bool,
    releases: Vec<RowView>,
    sides: Vec<(String, String)>,
    kinds: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, &'static str)>,
}

struct RowView {
    href: String,
    to: String,
    purpose: String,
    badge: Badge,
    labels: Vec<Audience>,
}

#[derive(Template)]
#[template(path = "releases/show.html")]
struct Show {
    page: Page,
    case: String,
    kind: &'static str,
    action: String,
    to: String,
    way: String,
    purpose: String,
    joint_purpose: Option<String>,
    until: String,
    days: String,
    what: String,
    asked: String,
    badge: Badge,
    state: ReleaseState,
    acts: bool,
    can_make: bool,
    parts: Vec<PartView>,
    /// Who will read what when it is taken up; nothing when it was.
    wished: Option<(String, ConsentText)>,
    documents: Vec<DocumentView>,
}

impl Show {
    /// Whether it may allow something.
    fn open(&self) -> bool {
        self.state != ReleaseState::Closed
    }
}

struct PartView {
    title: &'static str,
    label: Audience,
    complete: bool,
    signers: Vec<(String, Badge)>,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.releases_of(&access, case).await?;
    let page = pages::frame(&visit, &practice, &access, ("Releases", "cases")).await?;
    let page = pages::done(page, &asked);
    listed(&practice, (page, seen, Form::blank())).await
}

async fn listed(practice: &Practice, of: (Page, CareReleases, Form)) -> Answer {
    let (page, seen, form) = of;
    let people = called(&seen.people);
    let case = &seen.case;
    let languages = practice.description().await?.spoken();
    let status = form.status();
    let shown = List {
        case: case.id.to_string(),
        kind: case_words(case),
        acts: !seen.only_read,
        releases: seen
            .releases
            .iter()
            .map(|one| row(&page, &seen, &people, one))
            .collect(),
        sides: sides(&page, &seen, &people),
        kinds: web::releases::kinds(),
        languages: languages
            .into_iter()
            .map(|one| (one.tag(), one.own_name()))
            .collect(),
        form,
        page,
    };
    show_as(status, &shown)
}

/// Of which sides a release can be: each participant's own, the joint one, or one with the joint one.
fn sides(page: &Page, seen: &CareReleases, people: &[Called]) -> Vec<(String, String)> {
    let there = seen.case.participants.iter().zip(people);
    let there: Vec<_> = there.filter(|(who, _)| who.destroyed.is_none()).collect();
    let mut all: Vec<(String, String)> = there
        .iter()
        .map(|(who, called)| {
            let words = format!("{}’s own side", page.name(&called.name));
            (who.id.to_string(), words)
        })
        .collect();
    if seen.case.joint.is_some() {
        all.push(("joint".to_owned(), "The shared record".to_owned()));
        all.extend(there.iter().map(|(who, called)| {
            let name = page.name(&called.name);
            let words = format!("{name}’s own side, and the shared record");
            (format!("{} joint", who.id), words)
        }));
    }
    all
}

fn row(page: &Page, seen: &CareReleases, people: &[Called], one: &CareRelease) -> RowView {
    RowView {
        href: format!("/desk/releases/{}", one.id),
        to: one.frame.to.reveal().clone(),
        purpose: one.frame.purpose.reveal().clone(),
        badge: badge(one),
        labels: one
            .standing
            .iter()
            .map(|part| short_label(page, &seen.case, people, route(part.part, one)))
            .collect(),
    }
}

fn route(part: Part, one: &CareRelease) -> Route {
    match (part, one.own) {
        (Part::Own, Some(id)) => Route::Own(id),
        (Part::Own, None) | (Part::Joint, _) => Route::Chart,
    }
}

fn badge(one: &CareRelease) -> Badge {
    if one.over {
        return Badge::new("Its last day has passed", "", "wait");
    }
    let complete = one.standing.iter().filter(|part| part.complete).count();
    match one.state {
        ReleaseState::Closed => Badge::new("Closed", "", "x"),
        ReleaseState::Asked => Badge::new("Waits for you", "badge--attn", "wait"),
        ReleaseState::Open if complete == one.standing.len() => {
            Badge::new("Complete", "badge--ok", "check")
        }
        ReleaseState::Open if complete > 0 => Badge::new("In part", "badge--attn", "wait"),
        ReleaseState::Open => Badge::new("Not complete", "badge--attn", "wait"),
    }
}

/// The own side and whether the joint one, of a form's word.
fn side(word: &str) -> Option<(Option<ParticipantId>, bool)> {
    match word.split_once(' ') {
        None if word == "joint" => Some((None, true)),
        None => word.parse().ok().map(|id| (Some(id), false)),
        Some((id, "joint")) => id.parse().ok().map(|id| (Some(id), true)),
        Some(_) => None,
    }
}

async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(case): Path<CaseId>,
    mut form: Form,
) -> Answer {
    let seen = practice.releases_of(&access, case).await?;
    let of = side(form.text("side"));
    if of.is_none() {
        form.refuse("side", "Choose of which side.");
    }
    let own = web::releases::purpose(&mut form, "purpose");
    // Where nothing else is said of the shared part, it is for the same.
    let is_other = !form.text("joint_purpose").trim().is_empty();
    let joint = is_other.then(|| web::releases::purpose(&mut form, "joint_purpose"));
    let frame = web::releases::frame(&mut form, (own, joint.flatten()));
    if let Some(((own, joint), frame)) = of.zip(frame) {
        let new = NewRelease { own, joint, frame };
        match practice.ask_release(&access, case, new).await {
            Ok(id) => return go(&format!("/desk/releases/{id}?done=release_asked")),
            Err(ReleaseError::NothingNamed) => {
                form.refuse("kinds", "None of this can be on the side that you chose.");
            }
            Err(ReleaseError::Over) => form.refuse("until", "Choose a day to come."),
            Err(ReleaseError::Unnamed) => form.refuse("to", "Say to whom, how and for what."),
            Err(other) => return Err(broken(other)),
        }
    }
    let page = pages::frame(&visit, &practice, &access, ("Releases", "cases")).await?;
    listed(&practice, (page, seen, form)).await
}

async fn read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<ReleaseId>,
    Asked(asked): Asked,
) -> Answer {
    let seen = practice.release(&access, id).await?;
    let page = pages::frame(&visit, &practice, &access, ("Release", "cases")).await?;
    let page = pages::done(page, &asked);
    let one = seen.releases.first().ok_or(PageError::NotFound)?;
    let house = practice.description().await?.name;
    let wall = Wall::of(&visit, &practice);
    show(&view(page, (&wall, &house), &seen, one))
}

/// Everybody who is asked when a wish is taken up, and exactly what they will read.
fn wished(
    page: &Page,
    house: &str,
    of: (&CareReleases, &[Called]),
    one: &CareRelease,
) -> Option<(String, ConsentText)> {
    let (seen, people) = of;
    let joint = one.standing.iter().find(|part| part.part == Part::Joint);
    let needed = joint.filter(|_| one.state == ReleaseState::Asked)?;
    let names: Vec<String> = needed
        .needed
        .iter()
        .map(|(id, _)| page.name(&own_name(&seen.case, people, *id)))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Some((web::listed(&names), one.frame.text(Part::Joint, house)?))
}

fn view(
    page: Page,
    (wall, house): (&Wall<'_>, &str),
    seen: &CareReleases,
    one: &CareRelease,
) -> Show {
    let people = called(&seen.people);
    let frame = &one.frame;
    let kinds: Vec<&str> = frame
        .kinds
        .iter()
        .map(|kind| kind.plain(Language::English))
        .collect();
    let open = one.state == ReleaseState::Open && !one.over;
    let name = |id: ParticipantId| page.name(&own_name(&seen.case, &people, id));
    let documents = one.copies.iter().map(|copy| {
        let href = format!("/desk/releases/{}/documents/{}", one.id, copy.id);
        document(wall, copy, href, name)
    });
    Show {
        case: seen.case.id.to_string(),
        kind: case_words(&seen.case),
        action: format!("/desk/releases/{}", one.id),
        to: frame.to.reveal().clone(),
        way: frame.way.reveal().clone(),
        purpose: frame.purpose.reveal().clone(),
        joint_purpose: frame
            .joint_purpose
            .as_ref()
            .map(|said| said.reveal().clone()),
        until: wall.locale.date(frame.until),
        days: format!(
            "{} to {}",
            wall.locale.date(frame.days.from()),
            wall.locale.date(frame.days.until())
        ),
        what: web::listed(&kinds),
        asked: format!(
            "{} on {}",
            if one.by_client {
                "The client asked for it"
            } else {
                "You asked for it"
            },
            wall.day(micros(one.asked_at))
        ),
        badge: badge(one),
        state: one.state,
        acts: !seen.only_read,
        can_make: open && one.standing.iter().any(|part| part.complete),
        parts: one
            .standing
            .iter()
            .map(|part| part_view(&page, wall, (seen, &people), (one, part)))
            .collect(),
        wished: wished(&page, house, (seen, &people), one),
        documents: documents.collect(),
        page,
    }
}

fn part_view(
    page: &Page,
    wall: &Wall<'_>,
    of: (&CareReleases, &[Called]),
    what: (&CareRelease, &Standing),
) -> PartView {
    let ((seen, people), (one, part)) = (of, what);
    PartView {
        title: match part.part {
            Part::Own => "Of an own side",
            Part::Joint => "Of the shared record",
        },
        label: side_label(page, &seen.case, people, route(part.part, one)),
        complete: part.complete,
        signers: part
            .needed
            .iter()
            .map(|(id, answer)| {
                let name = own_name(&seen.case, people, *id);
                let never = || match one.state {
                    ReleaseState::Asked => Badge::new("Not asked yet", "", "wait"),
                    ReleaseState::Open | ReleaseState::Closed => {
                        Badge::new("Was not asked: begin anew", "badge--attn", "wait")
                    }
                };
                let said = answer.as_ref();
                (
                    name,
                    said.map_or_else(never, |answer| answered(wall, answer)),
                )
            })
            .collect(),
    }
}

fn answered(wall: &Wall<'_>, answer: &Said) -> Badge {
    match answer {
        Said::Waiting => Badge::new("Has not answered", "", "wait"),
        Said::Signed(signed) => Badge::new(
            format!("Signed on {}", wall.day(signed.at)),
            "badge--ok",
            "check",
        ),
        Said::Refused { at } => Badge::new(
            format!("Said no on {}", wall.day(*at)),
            "badge--danger",
            "x",
        ),
        Said::Revoked { at, .. } => Badge::new(
            format!("Took it back on {}", wall.day(*at)),
            "badge--danger",
            "x",
        ),
    }
}

async fn take_up(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseId>,
    _: Form,
) -> Answer {
    acted(
        practice.take_up_release(&access, id).await,
        id,
        "release_asked",
    )
}

async fn close(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseId>,
    _: Form,
) -> Answer {
    acted(
        practice.close_release(&access, id).await,
        id,
        "release_closed",
    )
}

fn acted(done: Result<(), ReleaseError>, id: ReleaseId, word: &str) -> Answer {
    match done {
        Ok(()) => go(&format!("/desk/releases/{id}?done={word}")),
        // Somebody did it already: the page says so.
        Err(ReleaseError::TakenUp | ReleaseError::Closed) => go(&format!("/desk/releases/{id}")),
        Err(other) => Err(broken(other)),
    }
}

fn broken(error: ReleaseError) -> PageError {
    match error {
        ReleaseError::Access(AccessError::Stale) | ReleaseError::Closed | ReleaseError::TakenUp => {
            PageError::Conflict
        }
        ReleaseError::Access(error) => error.into(),
        other @ (ReleaseError::NothingNamed
        | ReleaseError::Unnamed
        | ReleaseError::Over
        | ReleaseError::Enough
        | ReleaseError::NameMissing
        | ReleaseError::OtherText
        | ReleaseError::OutOfOrder(_)) => PageError::broken(other),
    }
}
