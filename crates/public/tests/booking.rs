//! The booking of a first talk, by URL.
#![expect(clippy::unwrap_used, reason = "tests")]

use axum::http::StatusCode;
use practice::testing::{Fictional, once, premises, secret};
use web::testing::{Browser, web};

fn visitor(house: &Fictional) -> Browser {
    Browser::new(public::router().with_state(house.practice.clone()), &web())
}

/// The value of the first opening on a page.
fn opening(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"opening\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

fn form<'a>(opening: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("opening", opening),
        ("place", "video"),
        ("name", "Noor"),
        ("way", "email"),
        ("address", "noor@example.org"),
        ("told", "a line of hers"),
        ("adult", "on"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    fields
}

#[tokio::test]
async fn every_public_page_is_there_also_while_locked() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        let paths = [
            "/",
            "/clinicians",
            "/clinicians/okafor",
            "/book",
            "/book/younger",
            "/sex-therapy",
            "/what-to-expect",
            "/fees",
            "/privacy",
            "/raise-a-concern",
        ];
        for path in paths {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(
            browser.get("/clinicians/nobody").await.status,
            StatusCode::NOT_FOUND
        );
        house.practice.lock();
        for path in paths {
            assert_eq!(
                browser.get(path).await.status,
                StatusCode::OK,
                "{path} while locked"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn while_locked_nothing_is_asked_and_what_was_typed_before_comes_back() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        let opening = opening(&browser.get("/book").await.html);
        house.practice.lock();
        let refused = browser.post("/book", &form(&opening, &[])).await;
        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
        let said = "Booking is not possible at the moment. Call us, or come back later.";
        assert!(refused.words().contains(said), "{}", refused.words());
        for typed in ["noor@example.org", "a line of hers"] {
            assert!(refused.html.contains(typed), "{typed}");
        }
        let chosen = format!("value=\"{opening}\" checked");
        assert!(refused.html.contains(&chosen), "{}", refused.html);
        let page = browser.get("/book").await;
        assert!(page.words().contains(said), "{}", page.words());
        assert!(!page.html.contains("action=\"/book\""), "no form");
        house.practice.unlock(&secret()).await.unwrap();
        assert!(browser.get("/book").await.html.contains("action=\"/book\""));
    })
    .await;
}

#[tokio::test]
async fn r7_an_opening_is_booked_once_and_what_was_typed_comes_back() {
    once(async |house: Fictional| {
        premises(&house).await;
        let (mut noor, mut sam) = (visitor(&house), visitor(&house));
        let opening = opening(&noor.get("/book").await.html);
        sam.get("/book").await;
        let booked = noor.post("/book", &form(&opening, &[])).await;
        assert_eq!(booked.status, StatusCode::OK, "{}", booked.html);
        assert!(booked.html.contains("Noor"));
        let late = sam.post("/book", &form(&opening, &[("name", "Sam")])).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.html.contains("Sam") && late.html.contains("a line of hers"));
        assert!(
            !late.html.contains(&opening),
            "what is taken is not offered"
        );
    })
    .await;
}

/// The values of all openings on a page.
fn openings(html: &str) -> Vec<String> {
    let parts = html.split("name=\"opening\" value=\"").skip(1);
    parts
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn the_time_that_was_chosen_comes_back_however_far_ahead_it_is() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        let next = openings(&browser.get("/book").await.html);
        let all = openings(&browser.get("/book?clinician=okafor").await.html);
        let last = all.last().unwrap();
        assert!(!next.contains(last), "the next few do not hold the last");
        let refused = browser.post("/book", &form(last, &[("name", "")])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let chosen = format!("value=\"{last}\" checked");
        assert!(refused.html.contains(&chosen), "{}", refused.html);
    })
    .await;
}

#[tokio::test]
async fn the_next_few_openings_are_of_several_days() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        let day = |value: &String| {
            let at: i64 = value.rsplit_once('.').unwrap().1.parse().unwrap();
            // Days of the practice's zone, eight hours behind.
            (at / 3_600_000_000 - 8) / 24
        };
        let all = openings(&browser.get("/book?clinician=okafor").await.html);
        let of_the_first = all.iter().filter(|one| day(one) == day(&all[0])).count();
        assert!(of_the_first > 6, "the first day alone would fill the list");
        let next = openings(&browser.get("/book").await.html);
        assert_eq!(next.len(), 6);
        let of_the_first = next.iter().filter(|one| day(one) == day(&all[0])).count();
        assert_eq!(of_the_first, 3, "{next:?}");
    })
    .await;
}

#[tokio::test]
async fn one_place_books_so_many_first_talks_and_what_was_typed_comes_back() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        for _ in 0..20 {
            let opening = opening(&browser.get("/book").await.html);
            let booked = browser.post("/book", &form(&opening, &[])).await;
            assert_eq!(booked.status, StatusCode::OK, "{}", booked.html);
        }
        let opening = opening(&browser.get("/book").await.html);
        let many = browser.post("/book", &form(&opening, &[])).await;
        assert_eq!(many.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(many.html.contains("a line of hers"));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_opening_leaves_not_even_a_key() {
    once(async |house: Fictional| {
        premises(&house).await;
        let keys = async || {
            let sql = "SELECT COUNT(*) FROM keyring";
            let count = house.keyring.read(move |tx| tx.required(sql, &[])?.int(0));
            count.await.unwrap()
        };
        let before = keys().await;
        let mut browser = visitor(&house);
        browser.get("/book").await;
        let refused = browser.post("/book", &form("okafor.1", &[])).await;
        assert!(refused.status.is_client_error(), "{}", refused.status);
        assert_eq!(keys().await, before);
    })
    .await;
}

#[tokio::test]
async fn r8_without_being_an_adult_nothing_is_booked() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        let opening = opening(&browser.get("/book").await.html);
        let refused = browser
            .post("/book", &form(&opening, &[("adult", "")]))
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("a line of hers"));
        let people = house
            .store
            .read(|tx| tx.query("SELECT id FROM enquiries", &[]))
            .await
            .unwrap();
        assert!(people.is_empty());
    })
    .await;
}

#[tokio::test]
async fn bad_input_says_what_is_wrong_and_is_never_a_fault() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut browser = visitor(&house);
        browser.get("/book").await;
        let long = "x".repeat(5_000);
        for (field, value) in [
            ("opening", "okafor.99999999999999999999"),
            ("opening", "'; DROP TABLE people; --"),
            ("address", "no mail"),
            ("name", " "),
            ("name", long.as_str()),
            ("place", "moon"),
            ("way", "pigeon"),
            ("told", long.as_str()),
        ] {
            let refused = browser
                .post("/book", &form("okafor.1", &[(field, value)]))
                .await;
            assert!(
                refused.status.is_client_error(),
                "{field}: {}",
                refused.status
            );
        }
        let chosen = browser
            .post("/start", &[("on", "pain"), ("on", "\u{0}"), ("else", "x")])
            .await;
        assert_eq!(chosen.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn r12_a_visitor_says_at_which_times_of_day_the_one_way_is_safe() {
    once(async |house: Fictional| {
        premises(&house).await;
        let mut noor = visitor(&house);
        let opening = opening(&noor.get("/book").await.html);
        let half = form(&opening, &[("from", "16:00")]);
        let refused = noor.post("/book", &half).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.words().contains("Give both, two times of day"));
        let both = form(&opening, &[("from", "16:00"), ("until", "18:00")]);
        let booked = noor.post("/book", &both).await;
        assert!(booked.words().contains("at a time that you called safe"));
        let mailer = practice::post::Mailer::kept("https://alder.example");
        let round = house.practice.send_post(&mailer).await.unwrap();
        assert_eq!(round.kept, 0, "it is two by the clock of the practice");
        house.clock.pass_minutes(2 * 60);
        let round = house.practice.send_post(&mailer).await.unwrap();
        assert_eq!(round.kept, 1);
    })
    .await;
}
