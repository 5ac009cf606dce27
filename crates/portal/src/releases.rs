//! Releases: what the client is asked to let leave the practice, read and answered alone; and asking for one.
//!
//! A page says what would leave, to whom, for what, until when, and whether it is complete; never who else has or has not signed.

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::access::PortalAccess;
use practice::consent::texts::{Block, ConsentText};
use practice::ids::{ParticipantId, ReleaseSignatureId};
use practice::private::Private;
use practice::releases::signers::{Answer as Said, OutOfOrder};
use practice::releases::text::Part;
use practice::releases::{
    AskedOfMe, MyReleases, NewRelease, ReleaseError, ReleasePage, Reply, Wished,
};
use web::{
    Answer, Asked, Audience, Form, Page, PageError, Portal, Routes, Tone, Visit, get, go, post,
    show, show_as, up,
};

use crate::views::{Readers, day, words};

/// The longest name that can be typed as a signature, in characters.
const NAME: usize = 120;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/my/releases", get(list))
        .route("/my/releases/new/{participant}", get(ask).post(send))
        .route("/my/releases/{signature}", get(read).post(sign))
        .route(
            "/my/releases/{signature}/refusal",
            post(refuse).get(up::<1>),
        )
        .route(
            "/my/releases/{signature}/revocation",
            post(revoke).get(up::<1>),
        )
}

#[derive(Template)]
#[template(path = "releases/list.html")]
struct List {
    page: Page,
    parts: Vec<PartView>,
}

struct PartView {
    readers: Readers,
    asks: String,
    asked: Vec<LineView>,
    wished: Vec<LineView>,
}

struct LineView {
    href: String,
    title: String,
    summary: String,
    line: String,
    label: Audience,
    signed: bool,
}

/// Fields: `digest`, `name`.
#[derive(Template)]
#[template(path = "releases/show.html")]
struct Show {
    page: Page,
    form: Form,
    readers: Readers,
    label: Audience,
    text: ConsentText,
    digest: String,
    action: String,
    refusal: String,
    revocation: String,
    answer: &'static str,
    line: String,
    over: bool,
    joint: bool,
    handed: Vec<String>,
}

/// Fields: `side`, `kinds`, `from`, `until_day`, `to`, `way`, `purpose`, `joint_purpose`, `until`, `language`.
#[derive(Template)]
#[template(path = "releases/new.html")]
struct New {
    page: Page,
    form: Form,
    readers: Readers,
    /// Who reads what is said of the shared part; nobody in an individual case.
    signers: Option<Audience>,
    action: String,
    sides: Vec<(&'static str, String)>,
    kinds: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, &'static str)>,
}

/// `GET /my/releases`.
async fn list(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Asked(asked): Asked,
) -> Answer {
    let found = practice.my_releases(&access).await?;
    let name = found.first().map(|one| words(&one.sides.name));
    let page = crate::framed(&visit, "Documents", "consent", &name.unwrap_or_default());
    let page = match asked.text("done") {
        "signed" => page.notice(Tone::Done, "Signed.", "You can take it back at any time."),
        "refused" => page.notice(
            Tone::Done,
            "Nothing is handed out.",
            "Others see only that it is not complete.",
        ),
        "revoked" => page.notice(
            Tone::Done,
            "Taken back.",
            "From this moment on nothing more is handed out on its ground.",
        ),
        "asked_own" => page.notice(
            Tone::Done,
            "Asked for.",
            "It stands here for you to read and sign. Nothing is handed out before that.",
        ),
        "asked_joint" => page.notice(
            Tone::Done,
            "Asked for.",
            "Your clinician looks at it first. What you are to sign stands here then.",
        ),
        "asked_both" => page.notice(
            Tone::Done,
            "Asked for.",
            "What is of your own side stands here for you to read and sign. At what you share your clinician looks first.",
        ),
        _ => page,
    };
    show(&List {
        page,
        parts: found.iter().map(|one| part_view(&visit, one)).collect(),
    })
}

fn part_view(visit: &Visit, one: &MyReleases) -> PartView {
    let readers = Readers::of(&one.sides);
    PartView {
        asks: format!("/my/releases/new/{}", one.sides.me),
        asked: one
            .asked
            .iter()
            .map(|asked| line_view(visit, &readers, asked))
            .collect(),
        wished: one
            .wished
            .iter()
            .map(|wished| wished_view(visit, &readers, wished))
            .collect(),
        readers,
    }
}

fn side(readers: &Readers, part: Part) -> Audience {
    match (part, &readers.joint) {
        (Part::Joint, Some(joint)) => Audience::new(joint.seen, "Of what you share"),
        (Part::Joint | Part::Own, _) => Audience::new(readers.own.seen, "Of your own side"),
    }
}

fn line_view(visit: &Visit, readers: &Readers, one: &AskedOfMe) -> LineView {
    LineView {
        href: format!("/my/releases/{}", one.id),
        title: format!("To {}", words(&one.frame.to)),
        summary: words(&one.frame.purpose),
        line: standing(visit, one),
        label: side(readers, one.part),
        signed: one.answer.is_in_force() && !one.over,
    }
}

fn wished_view(visit: &Visit, readers: &Readers, one: &Wished) -> LineView {
    LineView {
        href: String::new(),
        title: format!("To {}", words(&one.frame.to)),
        summary: words(&one.frame.purpose),
        line: format!(
            "You asked for it on {}. {}",
            day(visit, one.asked_at),
            if one.over {
                "Its last day has passed, and nobody else was asked."
            } else if one.closed {
                "Your clinician has closed it, and nobody else was asked. You can talk about it."
            } else {
                "Your clinician looks at it first."
            }
        ),
        label: side(readers, Part::Own),
        signed: false,
    }
}

/// What the reader themselves answered, and nothing of anybody else.
fn standing(visit: &Visit, one: &AskedOfMe) -> String {
    let on = |micros| day(visit, practice::clock::from_micros(micros));
    let said = match &one.answer {
        Said::Waiting => "Waits for your answer".to_owned(),
        Said::Signed(signed) => format!("You signed it on {}", on(signed.at)),
        Said::Refused { at } => format!("You said no on {}", on(*at)),
        Said::Revoked { at, .. } => format!("You took it back on {}", on(*at)),
    };
    if one.over {
        format!("{said}. It is over")
    } else {
        said
    }
}

/// `GET /my/releases/{signature}`.
async fn read(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseSignatureId>,
) -> Answer {
    let found = practice.my_release(&access, id).await?;
    show(&filled(&visit, found, Form::blank()))
}

fn filled(visit: &Visit, found: ReleasePage, form: Form) -> Show {
    let name = words(&found.sides.name);
    let readers = Readers::of(&found.sides);
    let one = found.asked;
    Show {
        page: crate::framed(visit, "Read and sign", "consent", &name),
        label: side(&readers, one.part),
        action: format!("/my/releases/{}", one.id),
        refusal: format!("/my/releases/{}/refusal", one.id),
        revocation: format!("/my/releases/{}/revocation", one.id),
        answer: match one.answer {
            Said::Waiting => "waiting",
            Said::Signed(_) => "signed",
            Said::Refused { .. } => "refused",
            Said::Revoked { .. } => "revoked",
        },
        line: standing(visit, &one),
        over: one.over,
        joint: one.part == Part::Joint,
        handed: one.handed.iter().map(|at| day(visit, *at)).collect(),
        text: one.text,
        digest: one.digest,
        readers,
        form,
    }
}

/// `POST /my/releases/{signature}`: signs.
async fn sign(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseSignatureId>,
    mut form: Form,
) -> Answer {
    let reply = Reply::Sign {
        digest: form.text("digest").to_owned(),
        name: Private::from(form.text("name")),
    };
    form.within("name", NAME);
    if form.is_good() {
        match practice.answer_release(&access, id, reply).await {
            Ok(()) | Err(ReleaseError::OutOfOrder(OutOfOrder::Signed)) => {
                return go("/my/releases?done=signed");
            }
            Err(ReleaseError::NameMissing) => form.refuse("name", "Type your name to sign."),
            Err(ReleaseError::OtherText) => form.refuse("name", "Please read it once more."),
            Err(ReleaseError::Over) => form.refuse("name", "Its last day has passed."),
            Err(other) => return Err(broken(other)),
        }
    }
    let found = practice.my_release(&access, id).await?;
    show_as(form.status(), &filled(&visit, found, form))
}

/// `POST /my/releases/{signature}/refusal`.
async fn refuse(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseSignatureId>,
    _: Form,
) -> Answer {
    answered(&practice, &access, id, (Reply::Refuse, "refused")).await
}

/// `POST /my/releases/{signature}/revocation`.
async fn revoke(
    Portal(access): Portal,
    State(practice): State<Practice>,
    Path(id): Path<ReleaseSignatureId>,
    _: Form,
) -> Answer {
    answered(&practice, &access, id, (Reply::Revoke, "revoked")).await
}

async fn answered(
    practice: &Practice,
    access: &PortalAccess,
    id: ReleaseSignatureId,
    reply: (Reply, &str),
) -> Answer {
    match practice.answer_release(access, id, reply.0).await {
        Ok(()) => go(&format!("/my/releases?done={}", reply.1)),
        // Pressed twice, or meanwhile answered elsewhere: the page says how it stands.
        Err(ReleaseError::OutOfOrder(_)) => go(&format!("/my/releases/{id}")),
        Err(other) => Err(broken(other)),
    }
}

/// `GET /my/releases/new/{participant}`.
async fn ask(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
) -> Answer {
    let mut form = Form::blank();
    form.set("side", "own");
    asking((&practice, &access), &visit, me, form).await
}

async fn asking(
    who: (&Practice, &PortalAccess),
    visit: &Visit,
    me: ParticipantId,
    form: Form,
) -> Answer {
    let (practice, access) = who;
    let found = practice.my_releases(access).await?;
    let mine = found.iter().find(|one| one.sides.me == me);
    let mine = mine.ok_or(PageError::NotFound)?;
    let readers = Readers::of(&mine.sides);
    let mut sides = vec![("own", "Of my own side".to_owned())];
    if readers.joint.is_some() {
        sides.push((
            "joint",
            format!("Of what I share with {}", readers.partners),
        ));
        sides.push(("both", "Of both".to_owned()));
    }
    let languages = practice.description().await?.spoken();
    let status = form.status();
    let shown = New {
        page: crate::framed(visit, "Documents", "consent", &words(&mine.sides.name)),
        action: format!("/my/releases/new/{me}"),
        sides,
        kinds: web::releases::kinds(),
        languages: languages
            .into_iter()
            .map(|one| (one.tag(), one.own_name()))
            .collect(),
        signers: readers.joint.as_ref().map(|joint| Audience {
            why: format!("{} reads it first", readers.care),
            ..Audience::new(joint.seen, "Everybody who signs")
        }),
        readers,
        form,
    };
    show_as(status, &shown)
}

/// `POST /my/releases/new/{participant}`.
async fn send(
    Portal(access): Portal,
    visit: Visit,
    State(practice): State<Practice>,
    Path(me): Path<ParticipantId>,
    mut form: Form,
) -> Answer {
    if !["own", "joint", "both"].contains(&form.text("side")) {
        form.refuse("side", "Choose of which side.");
    }
    let side = form.text("side").to_owned();
    let read = |form: &mut Form, name| web::releases::purpose(form, name);
    let own = (side != "joint").then(|| read(&mut form, "purpose"));
    let joint = (side != "own").then(|| read(&mut form, "joint_purpose"));
    let purposes = (own.flatten(), joint.flatten());
    if let Some(frame) = web::releases::frame(&mut form, purposes) {
        let new = NewRelease {
            own: (side != "joint").then_some(me),
            joint: side != "own",
            frame,
        };
        match practice.ask_my_release(&access, me, new).await {
            Ok(_) => return go(&format!("/my/releases?done=asked_{side}")),
            Err(ReleaseError::NothingNamed) => {
                form.refuse("kinds", "None of this can be on the side that you chose.");
            }
            Err(ReleaseError::Over) => form.refuse("until", "Choose a day to come."),
            Err(ReleaseError::Enough) => form.refuse(
                "to",
                "Several that you asked for wait already. Talk with your clinician first.",
            ),
            Err(ReleaseError::Unnamed) => form.refuse("to", "Say to whom, how and for what."),
            Err(other) => return Err(broken(other)),
        }
    }
    asking((&practice, &access), &visit, me, form).await
}

fn broken(error: ReleaseError) -> PageError {
    match error {
        ReleaseError::Access(error) => error.into(),
        ReleaseError::Closed | ReleaseError::TakenUp => PageError::Conflict,
        other @ (ReleaseError::NothingNamed
        | ReleaseError::Unnamed
        | ReleaseError::Over
        | ReleaseError::Enough
        | ReleaseError::NameMissing
        | ReleaseError::OtherText
        | ReleaseError::OutOfOrder(_)) => PageError::broken(other),
    }
}
