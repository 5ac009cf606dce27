//! Every page of this door, rendered from a sample and checked; in tests only. With `ALCOVE_SAMPLES=<folder>` the
//! pages are also written there, to be looked at.

use askama::Template;
use web::testing::{check, visit};
use web::{Form, Tone as NoticeTone, Visit};

use crate::accounts::ways_back::{Choose, HaveAsked, Help, WayOver};
use crate::accounts::{Code, Enrol, Invited, Over, SignIn};
use crate::articles::{Articles, OneArticle, Reading, Reviewed};
use crate::booking::{Booked, Closed, Done, Minor, Offered, Offering};
use crate::home::{Chosen, Home, Start};
use crate::library::{MythsAndFacts, SexTherapy};
use crate::pages::{Fees, Privacy, RaiseAConcern, WhatToExpect};
use crate::people::{Clinician, Clinicians, Profile};
use crate::views::*;

fn at() -> Visit {
    visit("/")
}

fn facts() -> PracticeFacts {
    PracticeFacts {
        name: "Alder House".into(),
        lead: "Alder House is a small practice of licensed therapists with specialist training in sexuality. We see \
               people on their own and with partners, in New Haven and by video across Connecticut."
            .into(),
        address: "41 Alder Street, New Haven, Connecticut".into(),
        phone: "203-555-0142".into(),
        email: "hello@alder-house.example".into(),
        place_name: "Connecticut".into(),
        emergency: "911".into(),
        ethics_contact: "Priya Raman, who is on nobody’s care team".into(),
        adult_age: 18,
        session_minutes: 60,
        consultation_minutes: 15,
        cancellation_hours: 24,
        retention_years: 7,
    }
}

fn opening(id: &str, day: &str, time: &str) -> OpeningView {
    OpeningView {
        id: id.into(),
        day: day.into(),
        time: time.into(),
    }
}

fn adaeze() -> ClinicianCard {
    ClinicianCard {
        slug: "adaeze-okafor".into(),
        name: "Adaeze Okafor".into(),
        letters: "PhD, LMFT, CST".into(),
        pronouns: "she/her".into(),
        places: "Office and video".into(),
        line: "Desire that differs, pain, life after birth and through menopause. Couples and individuals.".into(),
        languages: "English, Igbo".into(),
        approaches: "Relationship counseling, mindfulness".into(),
        tone: Tone::of(1),
        verified: vec![
            VerifiedLine {
                lead: "License verified".into(),
                rest: "Connecticut LMFT 002-0418, checked 3 Nov".into(),
            },
            VerifiedLine { lead: "AASECT certified sex therapist".into(), rest: "through Aug 2028".into() },
        ],
        supervisor: None,
        why: None,
        openings: vec![opening("o1", "Thu 19 Nov", "12:15"), opening("o2", "Mon 23 Nov", "16:30")],
        more_openings: true,
    }
}

fn ren() -> ClinicianCard {
    ClinicianCard {
        slug: "ren-castellano".into(),
        name: "Ren Castellano".into(),
        letters: "LMFTA".into(),
        pronouns: "they/them".into(),
        line: "First questions, coming out, closeness with a disability.".into(),
        tone: Tone::of(3),
        supervisor: Some("Joy Baptiste".into()),
        openings: Vec::new(),
        more_openings: false,
        ..adaeze()
    }
}

fn days(prefix: &str) -> Vec<DayOfOpenings> {
    vec![DayOfOpenings {
        day: "Thursday 19 November".into(),
        openings: vec![
            opening(&format!("{prefix}1"), "Thu 19 Nov", "12:15"),
            opening(&format!("{prefix}2"), "Thu 19 Nov", "12:30"),
        ],
    }]
}

fn article_cards() -> Vec<ArticleCard> {
    let card = |slug: &str, title: &str| ArticleCard {
        slug: slug.into(),
        title: title.into(),
        summary: "What to do today, and who can help.".into(),
        lang: "en",
        reviewed: "Reviewed 1 November 2026".into(),
    };
    vec![
        card(
            "when-it-hurts",
            "Pain is a message, not something to push through",
        ),
        card("different-wishes", "When you want sex at different times"),
        card("finding-the-words", "How to begin to talk about it"),
    ]
}

fn reviewed() -> Reviewed {
    Reviewed {
        by: "Adaeze Okafor".into(),
        title: "PhD, LMFT, CST".into(),
        on: ("1 November 2026".into(), "2026-11-01".into()),
        again: "1 November 2027".into(),
        is_due: true,
    }
}

fn article(reviewed: Reviewed) -> OneArticle {
    let text = include_str!("../../practice/content/articles/when-it-hurts.md");
    let mut cards = article_cards();
    let card = cards.remove(0);
    let prose = practice::articles::Prose::read(text);
    let reading = Reading {
        text: web::prose(&prose),
        minutes: prose.minutes(),
        reviewed,
        published: ("2026-11-01T09:00:00Z".into(), "2026-11-02T09:00:00Z".into()),
        beside: cards,
    };
    OneArticle::new(&at(), card, reading)
}

fn profile() -> Profile {
    Profile {
        about: vec!["Most people arrive with an apology; few need one.".into()],
        credentials: vec![CredentialLine {
            title: "Licensed Marital and Family Therapist".into(),
            issuer: "Connecticut Department of Public Health".into(),
            number: "002-0418".into(),
            place: "Connecticut".into(),
            until: "21 August 2028".into(),
            checked: "3 November 2026".into(),
            lookup: Some("elicense.ct.gov".into()),
        }],
        concerns: vec!["Sex hurts, during or afterwards".into()],
        days: days("p"),
    }
}

fn offers() -> Vec<Offer> {
    vec![
        Offer {
            clinician: "Adaeze Okafor".into(),
            letters: "PhD, LMFT, CST".into(),
            places: "Office and video".into(),
            days: days("a"),
            more: Some("/book?clinician=adaeze".into()),
        },
        Offer {
            clinician: "Theo Lindqvist".into(),
            letters: "PsyD".into(),
            places: "Office and video".into(),
            days: days("t"),
            more: None,
        },
    ]
}

fn booked() -> Booked {
    Booked {
        name: "R.".into(),
        weekday: "Thursday".into(),
        day_of_month: "19".into(),
        month: "November".into(),
        time: "12:15 to 12:30".into(),
        clinician: "Adaeze Okafor".into(),
        place: "by video".into(),
        reach: "We sent one email to the address that you gave.".into(),
        cancel: Some("/book/change".into()),
    }
}

fn chosen() -> Chosen {
    Chosen::of(&Form::filled([
        ("on", "pain"),
        ("on", "talking"),
        ("on", "health"),
    ]))
}

fn typed() -> Form {
    let mut form = Form::filled([
        ("opening", "a2"),
        ("name", "R."),
        ("way", "email"),
        ("address", "r@"),
        ("told", "Talking about it is hard. <3"),
        ("coming", "alone"),
        ("place", "video"),
    ]);
    form.refuse("address", "That address ends too soon.");
    form.refuse("adult", "Please tick this, or leave the page.");
    form
}

type Rendered = Vec<(&'static str, String)>;

fn shown(page: &impl Template) -> String {
    page.render().unwrap()
}

fn pages() -> Rendered {
    [
        first_pages(),
        pages_of_words(),
        pages_of_people(),
        pages_of_booking(),
        pages_of_accounts(),
        pages_of_ways_back(),
    ]
    .concat()
}

fn first_pages() -> Rendered {
    let with_reason = ClinicianCard {
        why: Some("works every week with what you chose: pain, or fear of pain.".into()),
        ..adaeze()
    };
    let three = vec![adaeze(), adaeze(), ren()];
    let found = vec![with_reason, ren()];
    vec![
        (
            "home",
            shown(&Home::new(&at(), facts(), three, article_cards())),
        ),
        (
            "home-bare",
            shown(&Home::new(&at(), facts(), Vec::new(), Vec::new())),
        ),
        ("start", shown(&Start::new(&at(), facts(), chosen(), found))),
        (
            "start-bare",
            shown(&Start::new(&at(), facts(), Chosen::default(), Vec::new())),
        ),
    ]
}

fn pages_of_words() -> Rendered {
    let boards = vec![BoardLine {
        name: "Connecticut Department of Public Health".into(),
        about: "For every clinician here.".into(),
        address: Some("elicense.ct.gov".into()),
    }];
    let line = |title: &str, amount: String, note: &str| FeeLine {
        title: title.into(),
        amount,
        note: note.into(),
    };
    let fees = vec![
        line("First talk", "Free".into(), "No record is opened."),
        line("Session", web::money(19_000, "USD"), ""),
    ];
    let lines = vec!["Somebody (call 800-555-0100)".to_owned()];
    vec![
        ("sex-therapy", shown(&SexTherapy::new(&at()))),
        ("myths", shown(&MythsAndFacts::new(&at()))),
        ("articles", shown(&Articles::new(&at(), article_cards()))),
        ("articles-none", shown(&Articles::new(&at(), Vec::new()))),
        ("article", shown(&article(reviewed()))),
        (
            "article-unreviewed",
            shown(&article(Reviewed {
                by: String::new(),
                ..reviewed()
            })),
        ),
        ("what-to-expect", shown(&WhatToExpect::new(&at(), facts()))),
        (
            "fees",
            shown(&Fees::new(&at(), facts(), fees, "$95.00 or $130.00".into())),
        ),
        ("privacy", shown(&Privacy::new(&at(), facts()))),
        (
            "raise-a-concern",
            shown(&RaiseAConcern::new(&at(), facts(), boards, lines)),
        ),
    ]
}

fn pages_of_people() -> Rendered {
    let three = vec![adaeze(), adaeze(), ren()];
    let list = Clinicians::new(&at(), facts(), Form::blank(), &["Igbo".into()], three);
    vec![
        ("clinicians", shown(&list)),
        (
            "clinician",
            shown(&Clinician::new(&at(), facts(), adaeze(), profile())),
        ),
        (
            "clinician-bare",
            shown(&Clinician::new(&at(), facts(), ren(), Profile::default())),
        ),
    ]
}

fn pages_of_accounts() -> Rendered {
    let page = || web::Page::new(&at(), web::Door::Public, "Sign in");
    let refused = |field: &str| {
        let mut form = Form::filled([("name", "noor")]);
        form.refuse(field, "This does not go together.");
        form
    };
    let sign_in = |form: Form| {
        shown(&SignIn {
            page: page(),
            form,
            phone: "203-555-0142".into(),
        })
    };
    let code = Code {
        page: page(),
        form: refused("code"),
        half: "AAAA".into(),
    };
    let enrol = Enrol {
        page: page(),
        form: refused("password"),
        half: "AAAA".into(),
        secret: "JBSW Y3DP EHPK 3PXP".into(),
        address: "otpauth://totp/Alcove?secret=JBSWY3DPEHPK3PXP&issuer=Alcove".into(),
    };
    let invited = Invited {
        page: page(),
        form: refused("name"),
        idle_minutes: 30,
    };
    let over = Over {
        page: page(),
        days: 14,
        phone: String::new(),
    };
    vec![
        ("sign-in", sign_in(Form::blank())),
        ("sign-in-refused", sign_in(refused("password"))),
        ("sign-in-code", shown(&code)),
        ("sign-in-enrol", shown(&enrol)),
        ("invitation", shown(&invited)),
        ("invitation-over", shown(&over)),
    ]
}

fn pages_of_ways_back() -> Rendered {
    let page = || web::Page::new(&at(), web::Door::Public, "Sign in");
    let help = |form: Form| {
        shown(&Help {
            page: page(),
            form,
            phone: "203-555-0142".into(),
        })
    };
    let choose = |form: Form, asks_code: bool| {
        shown(&Choose {
            page: page(),
            form,
            asks_code,
        })
    };
    let mut refused = Form::blank();
    refused.refuse("password", "Choose at least 12 characters.");
    refused.refuse("code", "Type the code that the app shows now.");
    let mut nameless = Form::blank();
    nameless.refuse("name", "Type the name with which you sign in.");
    let asked = HaveAsked {
        page: page(),
        phone: String::new(),
    };
    vec![
        ("help", help(Form::blank())),
        ("help-refused", help(nameless)),
        ("help-asked", shown(&asked)),
        ("new-password", choose(Form::blank(), false)),
        ("new-password-refused", choose(refused, true)),
        ("new-password-over", shown(&WayOver { page: page() })),
    ]
}

fn pages_of_booking() -> Rendered {
    let new = |form, offers, offered| Offering::new(&at(), facts(), form, offers, offered);
    let taken = ("That time is not available.", "Please choose another.");
    let refused =
        new(typed(), offers(), Offered::Everyone).notice(NoticeTone::Attention, taken.0, taken.1);
    let lines = vec!["Somebody (call 800-555-0100)".to_owned()];
    vec![
        ("book", shown(&new(Form::blank(), offers(), Offered::One))),
        ("book-refused", shown(&refused)),
        (
            "book-none",
            shown(&new(Form::blank(), Vec::new(), Offered::Everyone)),
        ),
        ("booked", shown(&Done::new(&at(), facts(), booked()))),
        ("book-closed", shown(&Closed::new(&at(), facts()))),
        ("minor", shown(&Minor::new(&at(), facts(), lines))),
    ]
}

#[test]
fn every_page_is_whole() {
    for (name, html) in pages() {
        assert_eq!(check(&html), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn titles_name_nobody_and_nothing() {
    for (name, html) in pages() {
        let title = html
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .unwrap();
        for word in ["sex", "therap", "Okafor", "pain", "couple"] {
            let found = title.to_lowercase().contains(&word.to_lowercase());
            assert!(!found, "{name}: {title}");
        }
    }
}

#[test]
fn what_was_chosen_is_in_no_address() {
    let (_, html) = pages()
        .into_iter()
        .find(|(name, _)| *name == "start")
        .unwrap();
    for address in html
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(
            !address.contains("pain") && !address.contains("talking"),
            "{address}"
        );
    }
    assert!(html.contains("noindex"));
}

#[test]
fn what_was_typed_comes_back() {
    let (_, html) = pages()
        .into_iter()
        .find(|(name, _)| *name == "book-refused")
        .unwrap();
    assert!(html.contains("Talking about it is hard. &#60;3"));
    assert!(html.contains("That address ends too soon."));
    assert!(html.contains("value=\"a2\" checked"));
}

#[test]
fn r13_no_page_measures_or_promises_too_much() {
    for (name, html) in pages() {
        let text = html.to_lowercase();
        for word in [
            "streak",
            "performance",
            "frigid",
            "impoten",
            "dysfunction",
            "100%",
            "anonymous",
            "guarantee",
        ] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
}

#[test]
fn pages_to_look_at() {
    let Some(folder) = option_env!("ALCOVE_SAMPLES") else {
        return;
    };
    let folder = std::path::Path::new(folder);
    std::fs::create_dir_all(folder).unwrap();
    for (name, html) in pages() {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
}
