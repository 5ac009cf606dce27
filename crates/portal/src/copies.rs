//! A copy of one's own record: asked for, made in the background, fetched by nobody else, for a week (R15).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Json};
use practice::Practice;
use practice::access::PortalAccess;
use practice::copies::what::{Kind, Kinds};
use practice::copies::{CopyError, CopyLine, CopyState, MyCopies, sentence};
use practice::ids::{CopyId, ParticipantId};
use practice::language::Language;
use serde_json::json;
use web::{
    Answer, Asked, Audience, Form, Page, PageError, Portal, Routes, Seen, Tone, Visit, fresh, get,
    go, post, show, up,
};

use crate::views::{Readers, day, words};

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/my/copies", get(list))
        .route("/my/copies/of/{participant}", post(ask).get(up::<2>))
        .route("/my/copies/{copy}/state", get(state))
        .route("/my/copies/{copy}/files/{number}", get(file))
}

/// Fields: `alone`, `language`.
#[derive(Template)]
#[template(path = "copies/list.html")]
struct List {
    page: Page,
    form: Form,
    parts: Vec<PartView>,
    languages: Vec<(&'static str, &'static str)>,
    sentence: &'static str,
}

struct PartView {
    readers: Readers,
    /// Who can open the copy: fewer than can read what it is made of.
    opens: Audience,
    asks: String,
    with_joint: bool,
    under_way: bool,
    copies: Vec<CopyView>,
}

struct CopyView {
    asked: String,
    line: String,
    /// Where it is asked how far it is; empty when it is not under way.
    state: String,
    done: u32,
    total: u32,
    files: Vec<FileView>,
}

struct FileView {
    href: String,
    what: &'static str,
    size: String,
}

/// `GET /my/copies`.
async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_copies(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Documents", "consent", &name.unwrap_or_default());
    let page = match asked.text("done") {
        "asked" => page.notice(
            Tone::Done,
            "It is being made.",
            "You can leave this page and come back.",
        ),
        "under_way" => page.notice(
            Tone::Attention,
            "One is being made already.",
            "It stands below.",
        ),
        "over" => page.notice(
            Tone::Attention,
            "It cannot be fetched any more.",
            "You can ask for a new one at any time.",
        ),
        _ => page,
    };
    let languages = practice.description().await?.spoken();
    let first = languages.first().copied().unwrap_or_default();
    show(&List {
        page,
        form: Form::filled([("language", first.tag())]),
        parts: found.iter().map(|one| part_view(&visit, one)).collect(),
        languages: languages
            .into_iter()
            .map(|one| (one.tag(), one.own_name()))
            .collect(),
        sentence: sentence::closing(Language::English),
    })
}

fn part_view(visit: &Visit, one: &MyCopies) -> PartView {
    PartView {
        readers: Readers::of(&one.sides),
        opens: Audience::new(Seen::Private, "Only you")
            .because("Nobody of the practice can open your copy."),
        asks: format!("/my/copies/of/{}", one.sides.me),
        with_joint: one.with_joint,
        under_way: one.copies.iter().any(|copy| copy.state.is_under_way()),
        copies: one
            .copies
            .iter()
            .map(|copy| copy_view(visit, copy))
            .collect(),
    }
}

fn copy_view(visit: &Visit, copy: &CopyLine) -> CopyView {
    let until = copy.until.map(|at| day(visit, at)).unwrap_or_default();
    let (line, files) = match copy.state {
        CopyState::Waiting | CopyState::Making => ("It is being made".to_owned(), Vec::new()),
        CopyState::Ready => (
            format!("Ready. You can fetch it until {until}"),
            files_of(copy),
        ),
        CopyState::Stopped => ("It was not made".to_owned(), Vec::new()),
        CopyState::Failed => (
            "It could not be made. You can ask for it again".to_owned(),
            Vec::new(),
        ),
        CopyState::Gone => ("Its week is over".to_owned(), Vec::new()),
    };
    CopyView {
        asked: format!("Asked for on {}", day(visit, copy.asked_at)),
        line,
        state: if copy.state.is_under_way() {
            format!("/my/copies/{}/state", copy.id)
        } else {
            String::new()
        },
        done: copy.steps.0,
        total: copy.steps.1,
        files,
    }
}

fn files_of(copy: &CopyLine) -> Vec<FileView> {
    let files = copy.files.iter().enumerate();
    files
        .map(|(number, file)| FileView {
            href: format!("/my/copies/{}/files/{number}", copy.id),
            what: if file.kind == "application/pdf" {
                "To read (PDF)"
            } else {
                "To take with you (ZIP)"
            },
            size: size(file.bytes),
        })
        .collect()
}

/// "312 KB".
fn size(bytes: usize) -> String {
    format!("{} KB", bytes.div_ceil(1_000))
}

/// `POST /my/copies/of/{participant}`.
async fn ask(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
    form: Form,
) -> Answer {
    // What was answered alone is in it only when they say so: somebody may be made to show the file (R11).
    let kinds = Kind::ALL.into_iter();
    let kinds: Kinds = kinds
        .filter(|kind| *kind != Kind::Alone || form.ticked("alone"))
        .collect();
    let language = Language::of_tag(form.text("language")).unwrap_or_default();
    match practice.ask_my_copy(&access, me, (kinds, language)).await {
        Ok(_) => go("/my/copies?done=asked"),
        Err(CopyError::UnderWay) => go("/my/copies?done=under_way"),
        Err(other) => Err(broken(other)),
    }
}

/// `GET /my/copies/{copy}/state`: how far it is, for the page's module.
async fn state(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(id): Path<CopyId>,
) -> Answer {
    let (done, total, state) = practice.my_copy_state(&access, id).await?;
    let under_way = state.is_under_way();
    Ok(Json(json!({ "done": done, "total": total, "under_way": under_way })).into_response())
}

/// `GET /my/copies/{copy}/files/{number}`: for its person, who proved themselves again.
async fn file(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path((id, number)): Path<(CopyId, usize)>,
) -> Answer {
    // First that it is theirs: who asks for another's is not to learn that it is there.
    practice.my_copy_state(&access, id).await?;
    let proved = fresh::<PortalAccess>(&practice, &access)?;
    let handed = match practice.my_copy_file(&proved, id, number).await {
        Ok(handed) => handed,
        Err(CopyError::NotReady) => return go("/my/copies?done=over"),
        Err(other) => return Err(broken(other)),
    };
    let kind = (header::CONTENT_TYPE, handed.line.kind.clone());
    let name = format!("attachment; filename=\"{}\"", handed.line.name);
    let name = (header::CONTENT_DISPOSITION, name);
    Ok(([kind], [name], handed.bytes).into_response())
}

fn broken(error: CopyError) -> PageError {
    match error {
        CopyError::Access(error) => error.into(),
        CopyError::UnderWay | CopyError::NotAllowed | CopyError::NotReady => PageError::Conflict,
    }
}
