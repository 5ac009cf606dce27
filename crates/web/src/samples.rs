//! Every template of this crate, rendered from a sample and checked; in tests only. With
//! `ALCOVE_SAMPLES=<folder>` the pages are also written there, to be looked at.

use askama::Template;
use insta::assert_snapshot;

use crate::testing::{check, page, steady};
use crate::{Audience, Door, Form, Link, Page, Tone};

const NAV: &[Link] = &[
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

#[derive(Template)]
#[template(path = "samples/components.html")]
struct Components {
    page: Page,
    form: Form,
    private: Audience,
    shared: Audience,
    team: Audience,
    sealed: Audience,
    pronouns: Vec<(&'static str, &'static str)>,
    places: [(&'static str, &'static str); 2],
    did: [(&'static str, &'static str); 3],
    tones: [Tone; 4],
}

fn components() -> String {
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
    let page = page(Door::Portal, "Home")
        .nav(NAV, "homework")
        .signed_in("Noor", "")
        .count("homework", 2);
    let sample = Components {
        page,
        form,
        private: Audience::only_you_and("Dr. Okafor")
            .because("Sam cannot see this, and is not told that you wrote it."),
        shared: Audience::shared_with(&["Sam"]).because("Sam and Dr. Okafor will both read this."),
        team: Audience::care_team(),
        sealed: Audience::author_only(),
        pronouns: vec![("she", "she/her"), ("he", "he/him"), ("they", "they/them")],
        places: [("premises", "In the office"), ("video", "By video")],
        did: [
            ("yes", "Yes"),
            ("some", "Some of it"),
            ("no", "Not this week"),
        ],
        tones: [Tone::Plain, Tone::Done, Tone::Attention, Tone::Danger],
    };
    sample.render().unwrap()
}

#[test]
fn components_are_whole() {
    let html = components();
    assert_eq!(check(&html), Vec::<String>::new());
    assert_snapshot!(steady(&html));
}
