//! The demo's own pages: who there is to be, entering as one of them, and the mail that was kept instead of sent.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Json, Response};
use practice::Practice;
use practice::access::SignedIn;
use practice::ids::PostId;
use practice::post::{Mailer, Outgoing};
use web::cookies::{self, Name};
use web::{Answer, Form, FreeForm, Page, PageError, Routes, Visit, get, go, post, proving, show};

use super::marker::{Marker, Someone};
use super::people;

/// What the pages know.
struct Known {
    everybody: Vec<Someone>,
    proof: String,
    mailer: Arc<Mailer>,
}

impl Known {
    /// That the demo made this practice: a file put into another's folder opens no door.
    fn is_of(&self, practice: &Practice) -> Result<(), PageError> {
        if practice.demo_proof()? == self.proof {
            Ok(())
        } else {
            Err(PageError::NotFound)
        }
    }
}

type Shared = Extension<Arc<Known>>;

/// `/demo` and what is below it.
pub(crate) fn router(marker: &Marker, mailer: Arc<Mailer>) -> Routes<Practice> {
    let everybody = people::demo().map(|demo| marker.everybody(&demo));
    let known = Arc::new(Known {
        everybody: everybody.unwrap_or_default(),
        proof: marker.proof.clone(),
        mailer,
    });
    Routes::new()
        .route("/demo", get(list))
        .route("/demo.json", get(as_json))
        .route("/demo/enter", post(enter))
        .route(proving::DEMO, post(prove))
        .route("/demo/outbox", get(outbox))
        .route("/demo/outbox/{id}", get(letter))
        .layer(Extension(known))
        .layer(from_fn(this_machine))
}

/// A name that leads here by somebody else's DNS is not this machine.
async fn this_machine(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host
        }
    });
    if matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        next.run(request).await
    } else {
        PageError::NotFound.into_response()
    }
}

/// People of one role.
struct Group<'a> {
    heading: &'static str,
    people: Vec<&'a Someone>,
}

#[derive(Template)]
#[template(path = "demo/list.html")]
struct ListPage<'a> {
    page: Page,
    groups: Vec<Group<'a>>,
}

const GROUPS: [(&str, &[&str]); 4] = [
    ("Clients", &["client"]),
    ("Clinicians", &["clinician", "associate", "supervisor"]),
    ("The office", &["front_desk", "biller"]),
    ("The owner", &["owner"]),
];

async fn list(visit: Visit, Extension(known): Shared) -> Answer {
    let groups = GROUPS.iter().map(|(heading, roles)| Group {
        heading,
        people: known
            .everybody
            .iter()
            .filter(|one| roles.contains(&one.role))
            .collect(),
    });
    show(&ListPage {
        page: public::framed(&visit, "Demonstration", ""),
        groups: groups.collect(),
    })
}

async fn as_json(Extension(known): Shared) -> Json<Vec<Someone>> {
    Json(known.everybody.clone())
}

async fn enter(
    State(practice): State<Practice>,
    visit: Visit,
    Extension(known): Shared,
    FreeForm(form): FreeForm,
) -> Answer {
    let slug = form.text("person");
    let one = known.everybody.iter().find(|one| one.slug == slug);
    let one = one.ok_or(PageError::NotFound)?;
    known.is_of(&practice)?;
    if let Some(token) = visit.sign_in() {
        practice.sign_out(token).await?;
    }
    let token = practice.enter_demo(one.person).await;
    let token = token.map_err(PageError::broken)?;
    let mut response = go(if one.door == "my" { "/my" } else { "/desk" })?;
    cookies::set(visit.web(), &mut response, Name::SignIn, token.text());
    Ok(response)
}

/// Goes on to a dangerous act as if who is signed in had proved themselves: nobody knows the passwords of invented people.
async fn prove(
    State(practice): State<Practice>,
    Extension(known): Shared,
    visit: Visit,
    form: Form,
) -> Answer {
    let who = web::signed_in(&visit, &practice).await?;
    known.is_of(&practice)?;
    let on = proving::go_on(&form)?;
    match who {
        SignedIn::Desk(access) => practice.prove_again_in_demo(&access).await?,
        SignedIn::Portal(access) => practice.prove_again_in_demo(&access).await?,
    }
    Ok(on)
}

/// A letter as the page shows it.
struct Kept {
    id: PostId,
    to: String,
    subject: String,
    at: String,
    /// The text's lines, and whether a line is a link.
    lines: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "demo/outbox.html")]
struct OutboxPage {
    page: Page,
    letters: Vec<Kept>,
}

#[derive(Template)]
#[template(path = "demo/letter.html")]
struct LetterPage {
    page: Page,
    letter: Kept,
}

async fn outbox(
    State(practice): State<Practice>,
    visit: Visit,
    Extension(known): Shared,
) -> Answer {
    let letters = practice.outbox(&known.mailer).await?;
    show(&OutboxPage {
        letters: letters.iter().map(|letter| kept(&visit, letter)).collect(),
        page: public::framed(&visit, "Outbox", ""),
    })
}

async fn letter(
    State(practice): State<Practice>,
    visit: Visit,
    Extension(known): Shared,
    Path(id): Path<String>,
) -> Answer {
    let letters = practice.outbox(&known.mailer).await?;
    let letter = letters.iter().find(|letter| letter.id.to_string() == id);
    let letter = letter.ok_or(PageError::NotFound)?;
    show(&LetterPage {
        letter: kept(&visit, letter),
        page: public::framed(&visit, "Outbox", ""),
    })
}

fn kept(visit: &Visit, letter: &Outgoing) -> Kept {
    let locale = &visit.web().house().locale;
    let at = locale.here(letter.at);
    let today = locale.here(visit.web().now()).date();
    let lines = letter.text.reveal().lines();
    Kept {
        id: letter.id,
        to: letter.to.reveal().clone(),
        subject: letter.subject.clone(),
        at: locale.moment(&at, today),
        lines: lines
            .map(|line| (line.to_owned(), line.starts_with("http")))
            .collect(),
    }
}
