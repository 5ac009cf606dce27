//! Documents: read, signed alone, withdrawn; what was signed stays readable in exactly its words.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use practice::Practice;
use practice::consent::texts::{Block, ConsentText};
use practice::consent::{
    ConsentError, ConsentPage, Document, Given, MyConsents, Signed, Signing, Standing,
};
use practice::ids::{ConsentId, ParticipantId};
use practice::language::Language;
use practice::private::Private;
use web::{Answer, Asked, Form, Page, PageError, Portal, Tone, Visit, go, show, show_as};

use crate::views::{Readers, day, words};

/// The longest name that can be typed as a signature, in characters.
const NAME: usize = 120;

#[derive(Template)]
#[template(path = "consent/list.html")]
struct List {
    page: Page,
    parts: Vec<PartView>,
    goes_on: bool,
    has_record: bool,
}

struct PartView {
    readers: Readers,
    documents: Vec<DocumentView>,
}

struct DocumentView {
    href: String,
    title: String,
    summary: String,
    line: String,
    signed: bool,
}

#[derive(Template)]
#[template(path = "consent/show.html")]
struct Show {
    page: Page,
    form: Form,
    readers: Readers,
    text: ConsentText,
    digest: String,
    action: String,
    standing: Standing,
    in_force: String,
    signed: Vec<SignedView>,
    goes_on: bool,
    /// The languages: their tag, their name, whether it is the one that was asked for; and that one's tag.
    languages: Vec<(&'static str, &'static str, bool)>,
    language: &'static str,
    /// The name of the language that was asked for, when the text is not there in it.
    fell_back: &'static str,
}

struct SignedView {
    href: String,
    line: String,
}

#[derive(Template)]
#[template(path = "consent/signed.html")]
struct SignedPage {
    page: Page,
    text: ConsentText,
    line: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "consent/withdraw.html")]
struct Withdraw {
    page: Page,
    readers: Readers,
    title: String,
    action: String,
    back: String,
    needed: bool,
}

/// `GET /my/consents`.
pub(crate) async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_consents(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Documents", "consent", &name.unwrap_or_default());
    let page = match asked.text("done") {
        "signed" => page.notice(Tone::Done, "Signed.", "A copy stays here for you to read."),
        "withdrawn" => page.notice(
            Tone::Done,
            "Withdrawn.",
            "It is not in force any more. Your clinician can see that.",
        ),
        _ => page,
    };
    let parts: Vec<PartView> = found
        .iter()
        .map(|one| PartView {
            readers: Readers::of(&one.sides),
            documents: asked_of(one)
                .map(|document| view(&visit, one, document))
                .collect(),
        })
        .filter(|part| !part.documents.is_empty())
        .collect();
    let goes_on = found.iter().filter(|one| one.sides.goes_on);
    let mut all = goes_on.clone().flat_map(asked_of);
    show(&List {
        goes_on: goes_on.count() > 0 && all.all(|document| document.standing.is_in_force()),
        has_record: !found.is_empty(),
        page,
        parts,
    })
}

/// The documents of a part: of one that is over those that were signed, because nothing is asked there any more.
fn asked_of(one: &MyConsents) -> impl Iterator<Item = &Document> {
    one.documents.iter().filter(|document| {
        let unsigned = matches!(document.standing, Standing::Missing);
        one.sides.goes_on || !unsigned
    })
}

fn view(visit: &Visit, one: &MyConsents, document: &Document) -> DocumentView {
    DocumentView {
        href: address(one.sides.me, &document.text.id),
        title: document.text.title.clone(),
        summary: document.text.summary.clone(),
        line: match document.standing {
            Standing::InForce(at) => format!("In force since {}", day(visit, at)),
            Standing::Older { .. } if one.sides.goes_on => {
                "A new version waits to be read".to_owned()
            }
            Standing::Older { .. } => "Signed in an earlier version".to_owned(),
            Standing::Withdrawn(at) => format!("Withdrawn by you on {}", day(visit, at)),
            Standing::Missing => "Waits to be read and signed".to_owned(),
        },
        signed: document.standing.is_in_force(),
    }
}

fn address(me: ParticipantId, document: &str) -> String {
    format!("/my/consents/{me}/{document}")
}

/// `GET /my/consents/{participant}/{document}`.
pub(crate) async fn read(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((participant, document)): Path<(ParticipantId, String)>,
    Asked(asked): Asked,
) -> Answer {
    let language = Language::of_tag(asked.text("language"));
    let found = practice
        .consent_page(&access, participant, document, language)
        .await?;
    show(&filled(&visit, found, Form::blank()))
}

fn filled(visit: &Visit, found: ConsentPage, form: Form) -> Show {
    let name = words(&found.sides.name);
    Show {
        page: crate::framed(visit, "Read and sign", "consent", &name),
        readers: Readers::of(&found.sides),
        action: address(found.sides.me, &found.text.id),
        in_force: in_force(visit, &found),
        signed: found
            .signed
            .iter()
            .map(|one| SignedView {
                href: format!("/my/consents/signed/{}", one.id),
                line: signed_line(visit, one),
            })
            .collect(),
        goes_on: found.sides.goes_on,
        languages: found
            .languages
            .iter()
            .map(|one| (one.tag(), one.own_name(), *one == found.language))
            .collect(),
        language: found.language.tag(),
        fell_back: if found.fell_back() {
            found.language.own_name()
        } else {
            ""
        },
        standing: found.standing,
        text: found.text,
        digest: found.digest,
        form,
    }
}

/// "You signed this on Thursday 19 November"; one that was given elsewhere was not signed here.
fn in_force(visit: &Visit, found: &ConsentPage) -> String {
    let Standing::InForce(at) = found.standing else {
        return String::new();
    };
    let mut signed = found.signed.iter().filter(|one| one.withdrawn.is_none());
    let given = signed.find(|one| one.at == at).map(|one| &one.given);
    match given {
        Some(Given::Elsewhere { day: on, .. }) => format!(
            "You agreed elsewhere on {}",
            visit.web().house().locale.date(*on)
        ),
        Some(Given::Here) | None => format!("You signed this on {}", day(visit, at)),
    }
}

fn signed_line(visit: &Visit, one: &Signed) -> String {
    let how = match &one.given {
        Given::Here => format!(
            "Version {}, signed as {} on {}",
            one.version,
            one.name.reveal(),
            day(visit, one.at)
        ),
        Given::Elsewhere { day: on, place, .. } => format!(
            "Version {}, given elsewhere on {} ({}), and recorded here for you on {}",
            one.version,
            visit.web().house().locale.date(*on),
            place.reveal(),
            day(visit, one.at)
        ),
    };
    match one.withdrawn {
        Some(at) => format!("{how}. Withdrawn on {}", day(visit, at)),
        None => how,
    }
}

/// `POST /my/consents/{participant}/{document}`: signs.
pub(crate) async fn sign(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((participant, document)): Path<(ParticipantId, String)>,
    mut form: Form,
) -> Answer {
    let name = form.need("name", NAME, "Type your name to sign.");
    let language = Language::of_tag(form.text("language"));
    let refused = match name {
        None => None,
        Some(name) => {
            let signing = Signing {
                digest: form.text("digest").to_owned(),
                name: Private::new(name),
                language,
            };
            let signed = practice
                .sign_consent(&access, participant, document.clone(), signing)
                .await;
            match signed {
                Ok(_) | Err(ConsentError::Signed) => return go("/my/consents?done=signed"),
                Err(refusal) => Some(refusal),
            }
        }
    };
    let found = practice
        .consent_page(&access, participant, document, language)
        .await?;
    match refused {
        Some(ConsentError::OtherText) => {
            let mut page = filled(&visit, found, form);
            page.page = page.page.notice(
                Tone::Attention,
                "The text has changed since you opened it.",
                "Nothing was signed. Please read it once more.",
            );
            show_as(StatusCode::CONFLICT, &page)
        }
        Some(ConsentError::NameMissing) => {
            form.refuse("name", "Type your name to sign.");
            show_as(form.status(), &filled(&visit, found, form))
        }
        Some(other) => Err(broken(other)),
        None => show_as(form.status(), &filled(&visit, found, form)),
    }
}

/// `GET /my/consents/signed/{consent}`.
pub(crate) async fn signed(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(consent): Path<ConsentId>,
) -> Answer {
    let found = practice.signed_text(&access, consent).await?;
    show(&SignedPage {
        page: crate::framed(&visit, "Signed", "consent", ""),
        line: signed_line(&visit, &found.signed),
        digest: found.signed.digest,
        text: found.text,
    })
}

/// `GET /my/consents/{participant}/{document}/withdraw`.
pub(crate) async fn ask_to_withdraw(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path((participant, document)): Path<(ParticipantId, String)>,
) -> Answer {
    let found = practice
        .consent_page(&access, participant, document, None)
        .await?;
    if matches!(found.standing, Standing::Missing | Standing::Withdrawn(_)) {
        return Err(PageError::NotFound);
    }
    let back = address(found.sides.me, &found.text.id);
    show(&Withdraw {
        page: crate::framed(&visit, "Withdraw", "consent", &words(&found.sides.name)),
        readers: Readers::of(&found.sides),
        needed: found.text.id == practice::consent::records::INFORMED,
        title: found.text.title,
        action: format!("{back}/withdraw"),
        back,
    })
}

/// `POST /my/consents/{participant}/{document}/withdraw`.
pub(crate) async fn withdraw(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path((participant, document)): Path<(ParticipantId, String)>,
    _form: Form,
) -> Answer {
    let withdrawn = practice
        .withdraw_consent(&access, participant, document)
        .await;
    match withdrawn {
        Ok(()) | Err(ConsentError::NotInForce) => go("/my/consents?done=withdrawn"),
        Err(other) => Err(broken(other)),
    }
}

fn broken(error: ConsentError) -> PageError {
    if let ConsentError::Access(error) = error {
        return error.into();
    }
    PageError::broken(error)
}
