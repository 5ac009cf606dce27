//! Articles by URL, as anybody finds them: what is published, how it is told to programs, and what is not there.
#![expect(clippy::unwrap_used, reason = "tests")]

use axum::http::{StatusCode, header};
use practice::articles::{Article, Draft, Reviewer, SeenArticle, Then};
use practice::testing::{Fictional, once, premises};
use web::testing::{Browser, Seen, web};

fn visitor(house: &Fictional) -> Browser {
    Browser::new(public::router().with_state(house.practice.clone()), &web())
}

fn draft(title: &str, text: &str) -> Draft {
    Draft {
        slug: String::new(),
        article: Article {
            title: title.to_owned(),
            summary: "A summary & <more>.".to_owned(),
            text: text.to_owned(),
            reviewer: Some(Reviewer {
                name: "Dr. Adaeze Okafor".to_owned(),
                title: "PhD, LMFT".to_owned(),
            }),
            reviewed: Some("2026-11-01".parse().unwrap()),
            next_review: Some("2027-11-01".parse().unwrap()),
            ..Article::default()
        },
    }
}

async fn published(house: &Fictional, title: &str, text: &str) -> String {
    let owner = house.desk(house.owner).await;
    let begun = house
        .practice
        .begin_article(&owner, draft(title, text), Then::Publish);
    begun.await.unwrap()
}

fn kind(seen: &Seen) -> &str {
    seen.headers
        .get(header::CONTENT_TYPE)
        .unwrap()
        .to_str()
        .unwrap()
}

#[tokio::test]
async fn an_article_says_who_reviewed_it_when_and_until_when_to_people_and_to_programs() {
    once(async |house: Fictional| {
        published(&house, "When it hurts", "## Today\n\nStop. [Read](/myths).").await;
        published(&house, "Another", "Words.").await;
        let page = visitor(&house).get("/articles/when-it-hurts").await;
        assert_eq!(page.status, StatusCode::OK);
        let words = page.words();
        for said in [
            "Reviewed by Dr. Adaeze Okafor , PhD, LMFT , on 1 November 2026 . To be read again by 1 November 2027",
            "A summary &#38; &#60;more&#62;.",
            "Another",
        ] {
            assert!(words.contains(said), "{said}: {words}");
        }
        for told in [
            "itemtype=\"https://schema.org/Article\"",
            "itemprop=\"headline\">When it hurts</h1>",
            "itemprop=\"reviewedBy\"",
            "<time itemprop=\"lastReviewed\" datetime=\"2026-11-01\">",
            "<h2>Today</h2><p>Stop. <a href=\"/myths\">Read</a>.</p>",
            "<title>Article · Alcove</title>",
        ] {
            assert!(page.html.contains(told), "{told}");
        }
        assert!(!page.html.contains("noindex") && !page.html.contains("ld+json"));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_longer_in_date_and_what_nobody_reviewed_says_so() {
    once(async |house: Fictional| {
        published(&house, "When it hurts", "Stop.").await;
        house
            .practice
            .begin_articles(&house.desk(house.owner).await, None)
            .await
            .unwrap();
        let mut browser = Browser::of(&house.practice, public::router());
        let page = browser.get("/articles/after-a-baby").await;
        assert!(
            page.words()
                .contains("Nobody at this practice has reviewed it yet")
        );
        assert!(!page.html.contains("reviewedBy") && !page.words().contains("That day has come"));
        house.clock.pass_minutes(366 * 24 * 60);
        let page = browser.get("/articles/when-it-hurts").await;
        assert!(page.words().contains("That day has come"));
    })
    .await;
}

#[tokio::test]
async fn a_draft_a_withdrawn_article_and_one_that_never_was_are_one_answer() {
    once(async |house: Fictional| {
        let owner = house.desk(house.owner).await;
        let practice = &house.practice;
        practice
            .begin_article(&owner, draft("A draft", "Mine."), Then::Keep)
            .await
            .unwrap();
        let slug = published(&house, "Gone", "Words.").await;
        let seen = SeenArticle { slug, revision: 1 };
        practice.withdraw_article(&owner, seen).await.unwrap();
        let mut browser = visitor(&house);
        let never = browser.get("/articles/never-was").await;
        assert_eq!(never.status, StatusCode::NOT_FOUND);
        for path in [
            "/articles/a-draft",
            "/articles/gone",
            "/articles/new",
            "/articles/%00",
        ] {
            let none = browser.get(path).await;
            assert_eq!(
                (none.status, none.words()),
                (never.status, never.words()),
                "{path}"
            );
        }
        for path in ["/articles", "/articles/feed.atom", "/sitemap.xml", "/"] {
            let page = browser.get(path).await;
            assert!(
                !page.html.contains("a-draft") && !page.html.contains("/gone"),
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_feed_and_the_map_name_whole_addresses_also_while_locked() {
    once(async |house: Fictional| {
        premises(&house).await;
        published(&house, "When it hurts \u{1}", "Stop.").await;
        house.practice.lock();
        let mut browser = visitor(&house);
        let feed = browser.get("/articles/feed.atom").await;
        assert_eq!(kind(&feed), "application/atom+xml; charset=utf-8");
        assert!(feed.html.starts_with("<?xml"));
        for said in [
            "<title>When it hurts </title>",
            "/articles/when-it-hurts\"/>",
            "<summary>A summary &#38; &#60;more&#62;.</summary>",
            "<updated>2026-11-19T14:00:00Z</updated>",
        ] {
            assert!(feed.html.contains(said), "{said}: {}", feed.html);
        }
        assert!(feed.html.contains("href=\"http://"));
        let map = browser.get("/sitemap.xml").await;
        assert_eq!(kind(&map), "application/xml; charset=utf-8");
        let robots = browser.get("/robots.txt").await;
        assert_eq!(kind(&robots), "text/plain; charset=utf-8");
        assert!(robots.html.contains("Sitemap: http://"));
        let places = map.html.split("<loc>").skip(1);
        let places: Vec<&str> = places.filter_map(|rest| rest.split('<').next()).collect();
        assert!(places.len() > 10 && places.iter().any(|one| one.ends_with("/clinicians/okafor")));
        for place in places {
            let (_, path) = place.split_once("://").unwrap().1.split_once('/').unwrap();
            let page = browser.get(&format!("/{path}")).await;
            assert_eq!(page.status, StatusCode::OK, "{place}");
            assert!(!page.html.contains("noindex"), "{place}");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_that_was_typed_runs() {
    once(async |house: Fictional| {
        let text =
            "<script>alert(1)</script>\n\n[a](javascript:alert(1)) <img src=x onerror=alert(1)>";
        published(&house, "A <b>title</b>", text).await;
        let page = visitor(&house).get("/articles/a-b-title-b").await;
        assert_eq!(page.status, StatusCode::OK);
        for never in ["<script>", "<img src=x", "href=\"javascript", "<b>title"] {
            assert!(!page.html.contains(never), "{never}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_myths_have_a_page_of_their_own_and_the_first_page_leads_there() {
    once(async |house: Fictional| {
        let mut browser = visitor(&house);
        let page = browser.get("/myths").await;
        assert!(page.html.matches("class=\"stack-1 myth\"").count() >= 20);
        assert!(page.html.contains("<title>Often heard · Alcove</title>"));
        assert!(browser.get("/").await.html.contains("href=\"/myths#M01\""));
    })
    .await;
}
