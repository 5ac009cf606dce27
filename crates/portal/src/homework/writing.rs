//! The two boxes: what is sent from them, what they keep by themselves, and the words again when something is refused.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::access::PortalAccess;
use practice::homework::{Happened, HomeworkError, HomeworkPage, Told};
use practice::ids::AssignmentId;
use practice::private::Private;
use practice::{AccessError, Practice};
use web::{Answer, Form, PageError, Portal, Tone, Visit, Wants, draft_saved, go, show_as};

use super::{filled, view};
use crate::views::words;

/// The longest text of one field, in characters.
const TEXT: usize = 20_000;
/// More prompts than any assignment has.
const MOST_PROMPTS: usize = 12;

/// The box for the clinician alone, as it was typed.
fn told(form: &mut Form) -> Told {
    let mut answers = Vec::new();
    for at in 0..MOST_PROMPTS {
        let name = format!("answer-{at}");
        if form.ticked(&name) {
            form.within(&name, TEXT);
            answers.push(Private::from(form.raw(&name)));
        }
    }
    form.within("told", TEXT);
    Told {
        happened: Happened::of_word(form.text("happened")),
        tense: form.parsed::<u8>("tense").filter(|tense| *tense <= 10),
        answers,
        words: Private::from(form.raw("told")),
    }
}

fn revision(form: &Form) -> u32 {
    form.parsed("revision").unwrap_or(0)
}

/// `POST /my/homework/{assignment}/own`: gives to the clinician alone, or keeps a draft.
pub(crate) async fn give(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    mut form: Form,
) -> Answer {
    let told = told(&mut form);
    let here = format!("/my/homework/{id}");
    if form.is_good() {
        let seen = revision(&form);
        let (kept, done) = if form.chose("act", "keep") {
            let kept = practice.draft_reflection(&access, id, told, seen);
            (kept.await, "kept")
        } else {
            (
                practice.give_reflection(&access, id, told, seen).await,
                "own",
            )
        };
        match kept {
            Ok(_) => return go(&format!("{here}?done={done}")),
            Err(HomeworkError::Empty) => {
                form.refuse("told", "Write something, or leave this page.");
            }
            Err(refused) => return again(&practice, (access, visit, id), form, refused).await,
        }
    }
    let found = practice.homework_page(&access, id).await?;
    let form = beside(form, &found);
    show_as(form.status(), &view(&visit, found, form))
}

/// `POST /my/homework/{assignment}/own/draft`: what the page keeps by itself.
pub(crate) async fn draft(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    mut form: Form,
) -> Answer {
    let told = told(&mut form);
    if !form.is_good() {
        return Err(PageError::refused(&form));
    }
    let kept = practice
        .draft_reflection(&access, id, told, revision(&form))
        .await
        .map_err(plain)?;
    saved(&practice, &visit, id, kept)
}

/// `POST /my/homework/{assignment}/shared/draft`: the same for the shared box, which only its writer reads until then.
pub(crate) async fn draft_shared(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    mut form: Form,
) -> Answer {
    if !form.within("shared", TEXT) {
        return Err(PageError::refused(&form));
    }
    let typed = Private::from(form.raw("shared"));
    let kept = practice
        .draft_shared(&access, id, typed, revision(&form))
        .await
        .map_err(plain)?;
    saved(&practice, &visit, id, kept)
}

fn saved(practice: &Practice, visit: &Visit, id: AssignmentId, revision: u32) -> Answer {
    match visit.wants() {
        Wants::Data => draft_saved(visit, practice.now(), revision),
        Wants::Page => go(&format!("/my/homework/{id}?done=kept")),
    }
}

/// `POST /my/homework/{assignment}/shared`: keeps the words and shows them once more before they are shared.
pub(crate) async fn look(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    mut form: Form,
) -> Answer {
    form.need(
        "shared",
        TEXT,
        "There is nothing to share yet. Leaving it empty is fine.",
    );
    if form.is_good() {
        let typed = Private::from(form.raw("shared"));
        let kept = practice.draft_shared(&access, id, typed, revision(&form));
        match kept.await {
            Ok(_) => return go(&format!("/my/homework/{id}/share")),
            Err(refused) => return again(&practice, (access, visit, id), form, refused).await,
        }
    }
    let found = practice.homework_page(&access, id).await?;
    let form = beside(form, &found);
    show_as(form.status(), &view(&visit, found, form))
}

/// `POST /my/homework/{assignment}/share`: shares exactly what was shown.
pub(crate) async fn share(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    form: Form,
) -> Answer {
    let shown = Private::from(form.raw("shared"));
    let shared = practice.share_reflection(&access, id, shown, revision(&form));
    match shared.await {
        Ok(_) => go(&format!("/my/homework/{id}?done=shared")),
        Err(refused) => again(&practice, (access, visit, id), form, refused).await,
    }
}

/// `POST /my/homework/{assignment}/take-back`.
pub(crate) async fn take_back(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<AssignmentId>,
    form: Form,
) -> Answer {
    match practice
        .take_back_reflection(&access, id, revision(&form))
        .await
    {
        Ok(_) => go(&format!("/my/homework/{id}?done=back")),
        Err(refused) => again(&practice, (access, visit, id), form, refused).await,
    }
}

/// The fields of the box that was not sent, as they are stored.
fn beside(mut form: Form, found: &HomeworkPage) -> Form {
    let stored = filled(found);
    let own = ["happened", "tense", "told"].map(str::to_owned);
    let answers = (0..MOST_PROMPTS).map(|at| format!("answer-{at}"));
    let of_own = own.into_iter().chain(answers);
    let of_joint = std::iter::once("shared".to_owned());
    let (sent_own, sent_joint) = (form.ticked("told"), form.ticked("shared"));
    let missing = of_own
        .filter(|_| !sent_own)
        .chain(of_joint.filter(|_| !sent_joint));
    for name in missing {
        if stored.ticked(&name) {
            form.set(&name, stored.raw(&name));
        }
    }
    form
}

/// The page with the typed words again, after something was refused.
async fn again(
    practice: &Practice,
    at: (PortalAccess, Visit, AssignmentId),
    form: Form,
    refused: HomeworkError,
) -> Answer {
    let (access, visit, id) = at;
    let (status, lead, text) = match refused {
        HomeworkError::Access(AccessError::Stale) | HomeworkError::Shared => (
            StatusCode::CONFLICT,
            "This was changed while you had it open.",
            "Nothing was overwritten. Your words are in the box, and what is stored stands beside it.",
        ),
        HomeworkError::ConsentMissing => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "Nothing can be kept here at the moment.",
            "Look at your documents first, or ask your clinician. Your words are still in the box.",
        ),
        HomeworkError::Ended => (
            StatusCode::CONFLICT,
            "This has ended.",
            "It can be read, and nothing new is kept here. Your words are still in the box.",
        ),
        HomeworkError::Empty => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "There is nothing in it yet.",
            "Write something, or leave this page.",
        ),
        HomeworkError::Access(error) => return Err(error.into()),
        HomeworkError::NotInLibrary | HomeworkError::JointWaits => {
            return Err(PageError::broken(refused));
        }
    };
    let found = practice.homework_page(&access, id).await?;
    let stored = &found.own.told;
    let stored: Vec<String> = stored
        .answers
        .iter()
        .chain(std::iter::once(&stored.words))
        .map(words)
        .filter(|words| !words.trim().is_empty())
        .collect();
    let form = beside(form, &found);
    let mut page = view(&visit, found, form);
    page.own.stored = stored;
    page.page = page.page.notice(Tone::Attention, lead, text);
    show_as(status, &page)
}

/// The same for a module of ours, which keeps the words on the page by itself.
fn plain(refused: HomeworkError) -> PageError {
    match refused {
        HomeworkError::Access(AccessError::Stale)
        | HomeworkError::Shared
        | HomeworkError::Ended => PageError::Conflict,
        HomeworkError::ConsentMissing | HomeworkError::Empty => PageError::Unreadable,
        HomeworkError::Access(error) => error.into(),
        HomeworkError::NotInLibrary | HomeworkError::JointWaits => PageError::broken(refused),
    }
}
