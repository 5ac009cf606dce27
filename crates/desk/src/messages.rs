//! Messages: a clinician's threads with those in their care, of all cases and of one; filing a copy to the chart. The pages carry
//! files; only the readers' browsers open them.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use practice::Practice;
use practice::access::DeskAccess;
use practice::cases::Case;
use practice::clock::micros;
use practice::ids::{AttachmentId, CaseId, MessageId, ThreadId};
use practice::messages::{Copied, DeskThread, Filed, FilingError, With};
use practice::notes::Route;
use practice::private::Private;
use web::messages::{Allowances, FiledView, Piece, RowView, ThreadView};
use web::{
    Answer, Asked, Desk, Form, Page, PageError, Routes, Visit, get, post, show as page_shown, up,
};

use crate::pages;
use crate::together;
use crate::views::{Called, Wall, called, case_words, short_label, side_of};

pub(crate) fn routes() -> Routes<Practice> {
    let one = "/desk/messages/{thread}";
    let of_case = "/desk/cases/{case}/messages";
    let piece = Routes::new()
        .route(
            &format!("{one}/attachments/{{attachment}}/{{number}}"),
            get(self::piece).post(keep_piece),
        )
        .layer(web::messages::piece_limit());
    Routes::new()
        .route("/desk/messages", get(list))
        .route(one, get(show).post(write))
        .route(&format!("{one}/read"), post(have_read).get(up::<1>))
        .route(
            &format!("{one}/filing/{{message}}"),
            post(file).get(up::<2>),
        )
        .route(of_case, get(list_of_case))
        .route(&format!("{of_case}/new/{{side}}"), get(ask).post(begin))
        .merge(piece)
        .layer(Extension(Arc::new(Allowances::default())))
}

#[derive(Template)]
#[template(path = "messages/list.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
}

/// A thread among those of all cases.
struct Row {
    href: String,
    people: Vec<Called>,
    alone: bool,
    when: String,
    unread: bool,
}

#[derive(Template)]
#[template(path = "messages/case.html")]
struct OfCase {
    page: Page,
    case: String,
    kind: &'static str,
    people: Vec<Called>,
    /// With whom a new one can begin, and where.
    begins: Vec<(String, String)>,
    together: String,
    rows: Vec<RowView>,
    filed: Vec<FiledView>,
}

#[derive(Template)]
#[template(path = "messages/show.html")]
struct Show {
    page: Page,
    heading: &'static str,
    case: String,
    view: ThreadView,
}

/// Who reads threads cares for somebody; for anybody else there is nothing here.
fn cares(access: &DeskAccess) -> Result<(), PageError> {
    if pages::cares(access) {
        Ok(())
    } else {
        Err(PageError::NotFound)
    }
}

async fn list(Desk(access): Desk, State(practice): State<Practice>, visit: Visit) -> Answer {
    cares(&access)?;
    let found = practice.desk_threads(&access).await?;
    let wall = Wall::of(&visit, &practice);
    let page = pages::frame(&visit, &practice, &access, ("Messages", "inbox")).await?;
    let row = |one: &DeskThread| Row {
        href: format!("/desk/messages/{}", one.id),
        people: called(&one.people),
        alone: one.alone,
        when: wall.moment(micros(one.newest)),
        unread: one.unread,
    };
    page_shown(&List {
        rows: found.iter().map(row).collect(),
        page,
    })
}

async fn list_of_case(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(id): Path<CaseId>,
) -> Answer {
    cares(&access)?;
    let me = access.person().ok_or(PageError::SignInFirst)?;
    let (case, people, threads, filed) = practice.threads_of_case(&access, id).await?;
    let page = pages::frame(&visit, &practice, &access, ("Case", "cases")).await?;
    let people = called(&people);
    page_shown(&OfCase {
        case: case.id.to_string(),
        kind: case_words(&case),
        together: together::href(&case),
        begins: begins(&page, &case, &people, me),
        rows: threads
            .iter()
            .map(|one| RowView::of(&visit, &page, me, one))
            .collect(),
        filed: filed
            .iter()
            .map(|one| filed_view(&visit, &page, (&case, &people), one))
            .collect(),
        people,
        page,
    })
}

/// A copy in the record, with who reads the side on which it stands.
pub(crate) fn filed_view(
    visit: &Visit,
    page: &Page,
    (case, people): (&Case, &[Called]),
    one: &Filed,
) -> FiledView {
    let label = short_label(page, case, people, one.route);
    FiledView::of(visit, page, one, label)
}

/// With each who takes part alone, and with all of several; only for the case's clinician.
fn begins(
    page: &Page,
    case: &Case,
    people: &[Called],
    me: practice::ids::PersonId,
) -> Vec<(String, String)> {
    if !case.open || case.clinician != me {
        return Vec::new();
    }
    let new = format!("/desk/cases/{}/messages/new", case.id);
    let there = case.participants.iter().zip(people);
    let there: Vec<_> = there.filter(|(who, _)| who.until.is_none()).collect();
    let alone = if there.len() > 1 { " alone" } else { "" };
    let mut found: Vec<(String, String)> = there
        .iter()
        .map(|(who, called)| {
            let name = page.name(&called.name);
            (format!("{name}{alone}"), format!("{new}/{}", who.id))
        })
        .collect();
    if case.joint.is_some() && there.len() > 1 {
        let names: Vec<String> = there.iter().map(|(_, one)| page.name(&one.name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        found.push((web::listed(&names), format!("{new}/chart")));
    }
    found
}

async fn show(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(thread): Path<ThreadId>,
    Asked(asked): Asked,
) -> Answer {
    cares(&access)?;
    let found = practice
        .thread(&access, thread, web::messages::part(&asked))
        .await?;
    let page = pages::frame(&visit, &practice, &access, ("Messages", "inbox")).await?;
    page_shown(&Show {
        heading: "A thread",
        case: found.case.to_string(),
        view: ThreadView::of(&visit, &page, &found),
        page,
    })
}

async fn write(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(thread): Path<ThreadId>,
    form: Form,
) -> Answer {
    cares(&access)?;
    web::messages::write(&practice, &access, (&allowances, thread), &form).await
}

async fn have_read(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(thread): Path<ThreadId>,
    form: Form,
) -> Answer {
    cares(&access)?;
    web::messages::have_read(&practice, &access, thread, &form).await
}

/// The side on which a new thread would stand.
fn with(case: CaseId, side: &str) -> Result<With, PageError> {
    match side_of(side).ok_or(PageError::NotFound)? {
        Route::Chart => Ok(With::All(case)),
        Route::Own(id) => Ok(With::One(id)),
    }
}

async fn ask(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((case, side)): Path<(CaseId, String)>,
) -> Answer {
    cares(&access)?;
    let found = practice.new_thread(&access, with(case, &side)?).await?;
    let page = pages::frame(&visit, &practice, &access, ("Messages", "cases")).await?;
    page_shown(&Show {
        heading: "A new thread",
        case: found.case.to_string(),
        view: ThreadView::new(&visit, &page, &found, visit.path().to_owned()),
        page,
    })
}

async fn begin(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path((case, side)): Path<(CaseId, String)>,
    form: Form,
) -> Answer {
    cares(&access)?;
    web::messages::begin(&practice, &access, (&allowances, with(case, &side)?), &form).await
}

/// Files a copy to the record. Field: `text`, the one time that it comes here.
async fn file(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path((thread, message)): Path<(ThreadId, MessageId)>,
    form: Form,
) -> Answer {
    cares(&access)?;
    let copied = Copied {
        text: Private::from(form.raw("text")),
    };
    match practice
        .file_message(&access, thread, message, copied)
        .await
    {
        Ok(()) => Ok(axum::Json(serde_json::json!({ "filed": true })).into_response()),
        Err(FilingError::ConsentMissing | FilingError::Empty) => Err(PageError::Unreadable),
        Err(FilingError::Filed) => Err(PageError::Conflict),
        Err(FilingError::Access(error)) => Err(error.into()),
    }
}

async fn piece(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(which): Path<(ThreadId, AttachmentId, u32)>,
) -> Answer {
    cares(&access)?;
    web::messages::piece(&practice, &access, which).await
}

async fn keep_piece(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Extension(allowances): Extension<Arc<Allowances>>,
    Path(which): Path<(ThreadId, AttachmentId, u32)>,
    piece: Piece,
) -> Answer {
    cares(&access)?;
    web::messages::keep_piece(&practice, &access, (&allowances, which), piece).await
}
