//! The portal by URL: every page whole, wrong input given back, and nothing of anybody else's.
#![expect(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod consent;
mod goals;
mod guarding;
mod histories;
mod homework;
mod intake;
mod measures;
mod messages;
mod own_words;
mod pages;
mod passkeys;
mod people;
mod recovery_codes;
mod releases;
mod retention;

use practice::cases::Case;
use practice::ids::PersonId;
use practice::testing::Fictional;
use web::testing::{Browser, web};

/// The browser of somebody who is signed in.
pub(crate) async fn browser(house: &Fictional, who: PersonId) -> Browser {
    let router = portal::router().with_state(house.practice.clone());
    let token = house.token(who).await;
    Browser::new(router, &web()).signed_in(token.text())
}

/// A couple who have signed everything.
pub(crate) async fn couple(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

/// The value of a field on a page, after a mark that stands before it.
pub(crate) fn value(html: &str, after: &str, name: &str) -> String {
    let (_, rest) = html.split_once(after).unwrap();
    let (_, rest) = rest
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}
