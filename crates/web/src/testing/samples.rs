//! A sample of every template of this crate, checked in tests and served by `cargo run -p web --example look`.

use askama::Template;
use axum::extract::Path;

use crate::page::{Door, Link, Page, Tone};
use crate::{
    Answer, Audience, Form, PageError, Routes, Visit, assets, draft_saved, exit, get, go, post,
    screen, show, show_as,
};

const PUBLIC: &[Link] = &[
    Link {
        key: "find",
        label: "Find a therapist",
        href: "/find",
        icon: "user",
    },
    Link {
        key: "about",
        label: "What sex therapy is",
        href: "/about",
        icon: "info",
    },
    Link {
        key: "library",
        label: "Reading",
        href: "/library",
        icon: "book",
    },
];

const PORTAL: &[Link] = &[
    Link {
        key: "home",
        label: "Home",
        href: "/my",
        icon: "house",
    },
    Link {
        key: "homework",
        label: "To do",
        href: "/my/homework",
        icon: "list",
    },
    Link {
        key: "messages",
        label: "Messages",
        href: "/my/messages",
        icon: "msg",
    },
    Link {
        key: "documents",
        label: "Documents",
        href: "/my/documents",
        icon: "doc",
    },
    Link {
        key: "receipts",
        label: "Privacy",
        href: "/my/receipts",
        icon: "eye",
    },
];

const DESK: &[Link] = &[
    Link {
        key: "today",
        label: "Today",
        href: "/desk",
        icon: "sun",
    },
    Link {
        key: "calendar",
        label: "Calendar",
        href: "/desk/calendar",
        icon: "cal",
    },
    Link {
        key: "cases",
        label: "Cases",
        href: "/desk/cases",
        icon: "case",
    },
    Link {
        key: "inbox",
        label: "Inbox",
        href: "/desk/inbox",
        icon: "inbox",
    },
    Link {
        key: "library",
        label: "Library",
        href: "/desk/library",
        icon: "book",
    },
    Link {
        key: "settings",
        label: "Practice",
        href: "/desk/practice",
        icon: "gear",
    },
];

type Options = &'static [(&'static str, &'static str)];

#[derive(Template)]
#[template(path = "samples/components.html")]
struct Components {
    page: Page,
    form: Form,
    private: Audience,
    shared: Audience,
    team: Audience,
    sealed: Audience,
    pronouns: Options,
    places: Options,
    did: Options,
    tones: [Tone; 4],
}

#[derive(Template)]
#[template(path = "samples/desk.html")]
struct Desk {
    page: Page,
    own: Audience,
}

#[derive(Template)]
#[template(path = "samples/public.html")]
struct Public {
    page: Page,
}

#[derive(Template)]
#[template(path = "samples/sign-in.html")]
struct SignIn {
    page: Page,
    form: Form,
}

/// The samples at `/look/<name>`, the errors at `/look/error/<status>` and, in the other frames, below
/// `/my` and `/desk`; what they post to answers as in the product.
pub fn router() -> Routes<()> {
    Routes::new()
        .merge(assets::router())
        .route("/look/{name}", get(look))
        .route("/look/error/{status}", get(error).post(error))
        .route("/my/error/{status}", get(error).post(error))
        .route("/desk/error/{status}", get(error).post(error))
        .route("/look/form", post(sent))
        .route("/desk/initials", post(screen::initials))
        .route("/exit", post(leave))
        .route("/my/sample/draft", post(saved))
}

async fn leave(visit: Visit) -> Answer {
    exit::leave(&visit)
}

async fn sent(_form: Form) -> Answer {
    go("/look/components")
}

#[expect(clippy::panic, reason = "the page of a panic is looked at, too")]
async fn error(Path(status): Path<u16>) -> Answer {
    Err(match status {
        401 => PageError::SignInFirst,
        403 => PageError::StaleForm,
        409 => PageError::Conflict,
        413 => PageError::TooLarge,
        422 => PageError::Unreadable,
        429 => PageError::TooMany(600),
        500 => PageError::broken("a sample"),
        501 => panic!("words of a client"),
        502 => PageError::Busy,
        503 => PageError::Locked,
        _ => PageError::NotFound,
    })
}

async fn saved(visit: Visit, _form: Form) -> Answer {
    draft_saved(&visit, visit.web().now(), 4)
}

async fn look(visit: Visit, Path(name): Path<String>) -> Answer {
    let page = |door: Door, title: &str| Page::new(&visit, door, title);
    match name.as_str() {
        "components" => {
            let page = page(Door::Portal, "Home")
                .nav(PORTAL, "homework")
                .signed_in("Noor", "");
            show_as(typed().status(), &components(page.count("homework", 2)))
        }
        "desk" => {
            let page = page(Door::Desk, "Today")
                .nav(DESK, "today")
                .count("inbox", 3);
            let page = page.signed_in("Adaeze Okafor", "PhD, LMFT, CST");
            let page = page.notice(Tone::Done, "Booked.", "Thursday 3 December, 10:00.");
            let (noor, sam) = (page.name("Noor"), page.name("Sam"));
            show(&Desk {
                page,
                own: Audience::one_of(&noor, &[&sam]).because("Told to you alone."),
            })
        }
        "public" => show(&Public {
            page: page(Door::Public, "Home").nav(PUBLIC, "find").published(),
        }),
        "sign-in" => {
            let page = page(Door::Public, "Sign in").notice(Tone::Plain, "", "You are signed out.");
            show(&SignIn {
                page,
                form: Form::blank(),
            })
        }
        _ => Err(PageError::NotFound),
    }
}

fn typed() -> Form {
    let mut form = Form::filled([
        ("name", "Noor"),
        ("phone", "503-555"),
        ("pronouns", "she"),
        ("did", "some"),
        ("tense", "3"),
        (
            "told",
            "\nI was bracing for it to turn into something else. <3",
        ),
    ]);
    form.refuse(
        "phone",
        "That number is three digits short. Leave it empty if you prefer not to be called.",
    );
    form
}

fn components(page: Page) -> Components {
    Components {
        page,
        form: typed(),
        private: Audience::only_you_and("Dr. Okafor")
            .because("Sam cannot see this, and is not told that you wrote it."),
        shared: Audience::shared_with(&["Sam"]).because("Sam and Dr. Okafor will both read this."),
        team: Audience::care_team(),
        sealed: Audience::author_only(),
        pronouns: &[("she", "she/her"), ("he", "he/him"), ("they", "they/them")],
        places: &[("premises", "In the office"), ("video", "By video")],
        did: &[
            ("yes", "Yes"),
            ("some", "Some of it"),
            ("no", "Not this week"),
        ],
        tones: [Tone::Plain, Tone::Done, Tone::Attention, Tone::Danger],
    }
}
