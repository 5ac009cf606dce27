//! Messages: threads with the clinician, alone or together with a partner. The pages carry files; only the readers' browsers
//! open them.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::PortalAccess;
use practice::ids::{AttachmentId, ParticipantId, ThreadId};
use practice::messages::{MyThreads, With};
use practice::notes::Route;
use web::messages::{Allowances, FiledView, Piece, RowView, ThreadView};
use web::{Answer, Asked, Form, Page, PageError, Portal, Visit, show as page_shown};

use crate::views::{PolicyView, Readers, words};

#[derive(Template)]
#[template(path = "messages/list.html")]
struct List {
    page: Page,
    parts: Vec<PartView>,
}

/// The threads beside one case.
struct PartView {
    policy: Option<PolicyView>,
    care: String,
    own: String,
    /// With whom, and where; nothing in an individual case.
    joint: Option<(String, String)>,
    goes_on: bool,
    threads: Vec<RowView>,
    filed: Vec<FiledView>,
}

#[derive(Template)]
#[template(path = "messages/show.html")]
struct Show {
    page: Page,
    heading: String,
    view: ThreadView,
}

/// `GET /my/messages`
pub(crate) async fn list(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
) -> Answer {
    let found = practice.my_threads(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Messages", "messages", &name.unwrap_or_default());
    let parts = found.iter().map(|one| part(&visit, &page, one));
    page_shown(&List {
        parts: parts.collect(),
        page,
    })
}

fn part(visit: &Visit, page: &Page, one: &MyThreads) -> PartView {
    let readers = Readers::of(&one.sides);
    let begins = format!("/my/messages/new/{}", one.sides.me);
    let rows = one.threads.iter();
    PartView {
        own: format!("{begins}/own"),
        joint: readers.shares.then(|| {
            let with = format!("{} and {}", readers.partners, readers.care);
            (with, format!("{begins}/joint"))
        }),
        goes_on: one.sides.goes_on,
        threads: rows
            .map(|thread| RowView::of(visit, page, one.me, thread))
            .collect(),
        filed: one
            .filed
            .iter()
            .map(|copy| {
                let joint = readers.joint.clone().filter(|_| copy.route == Route::Chart);
                let label = joint.unwrap_or_else(|| readers.own.clone());
                FiledView::of(visit, page, copy, label)
            })
            .collect(),
        policy: readers.policy,
        care: readers.care,
    }
}

/// The frame of a page with a thread; the name is only for the corner.
async fn framed(
    practice: &Practice,
    access: &PortalAccess,
    visit: &Visit,
) -> Result<Page, PageError> {
    let mine = practice.my_account(access).await;
    let name = words(&mine.map_err(PageError::broken)?.name);
    Ok(crate::framed(visit, "Messages", "messages", &name))
}

/// `GET /my/messages/{thread}`
pub(crate) async fn show(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    Path(thread): Path<ThreadId>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice
        .thread(&access, thread, web::messages::part(&asked))
        .await?;
    let page = framed(&practice, &access, &visit).await?;
    page_shown(&Show {
        heading: "A thread".to_owned(),
        view: ThreadView::of(&visit, &page, &found),
        page,
    })
}

/// `POST /my/messages/{thread}`; fields `message`, `file`, `attachment`.
pub(crate) async fn write(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(thread): Path<ThreadId>,
    form: Form,
) -> Answer {
    web::messages::write(&practice, &access, (&allowances, thread), &form).await
}

/// `POST /my/messages/{thread}/read`; field `message`.
pub(crate) async fn have_read(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(thread): Path<ThreadId>,
    form: Form,
) -> Answer {
    web::messages::have_read(&practice, &access, thread, &form).await
}

/// Between the clinician and the client alone.
const fn own(participant: ParticipantId) -> With {
    With::One(participant)
}

/// Together with everybody in the client's case.
async fn joint(
    practice: &Practice,
    access: &PortalAccess,
    participant: ParticipantId,
) -> Result<With, PageError> {
    let case = practice.case_of_mine(access, participant).await?;
    Ok(With::All(case))
}

async fn ask(practice: &Practice, access: &PortalAccess, visit: &Visit, with: With) -> Answer {
    let found = practice.new_thread(access, with).await?;
    let page = framed(practice, access, visit).await?;
    page_shown(&Show {
        heading: "A new thread".to_owned(),
        view: ThreadView::new(visit, &page, &found, visit.path().to_owned()),
        page,
    })
}

/// `GET /my/messages/new/{participant}/own`
pub(crate) async fn ask_own(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    Path(participant): Path<ParticipantId>,
) -> Answer {
    ask(&practice, &access, &visit, own(participant)).await
}

/// `GET /my/messages/new/{participant}/joint`
pub(crate) async fn ask_joint(
    Portal(access): Portal,
    State(practice): State<Practice>,
    visit: Visit,
    Path(participant): Path<ParticipantId>,
) -> Answer {
    let with = joint(&practice, &access, participant).await?;
    ask(&practice, &access, &visit, with).await
}

/// `POST /my/messages/new/{participant}/own`; fields `thread`, `about`, and those of a message.
pub(crate) async fn begin_own(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(participant): Path<ParticipantId>,
    form: Form,
) -> Answer {
    web::messages::begin(&practice, &access, (&allowances, own(participant)), &form).await
}

/// `POST /my/messages/new/{participant}/joint`; the same fields.
pub(crate) async fn begin_joint(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(participant): Path<ParticipantId>,
    form: Form,
) -> Answer {
    let with = joint(&practice, &access, participant).await?;
    web::messages::begin(&practice, &access, (&allowances, with), &form).await
}

/// `GET /my/messages/{thread}/attachments/{attachment}/{number}`
pub(crate) async fn piece(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(which): Path<(ThreadId, AttachmentId, u32)>,
) -> Answer {
    web::messages::piece(&practice, &access, which).await
}

/// `POST /my/messages/{thread}/attachments/{attachment}/{number}`; the bytes of the piece.
pub(crate) async fn keep_piece(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(which): Path<(ThreadId, AttachmentId, u32)>,
    piece: Piece,
) -> Answer {
    web::messages::keep_piece(&practice, &access, (&allowances, which), piece).await
}
