//! What programs that search are told of this site: where its published pages are, and which are nobody's but their owners'.

use askama::Template;
use axum::extract::State;
use practice::Practice;
use web::{Answer, Visit, show_for_programs};

/// Published pages whose addresses never change.
const PAGES: [&str; 9] = [
    "/",
    "/clinicians",
    "/sex-therapy",
    "/what-to-expect",
    "/articles",
    "/myths",
    "/fees",
    "/raise-a-concern",
    "/privacy",
];

/// Every published page (sitemaps.org, version 0.9).
#[derive(Template)]
#[template(path = "pages/sitemap.xml", escape = "html")]
struct Sitemap {
    origin: String,
    places: Vec<PublishedPage>,
}

/// One page.
struct PublishedPage {
    path: String,
    /// When its words were published, as a day.
    changed: Option<String>,
}

/// Where the map is, and what is not for them.
#[derive(Template)]
#[template(path = "pages/robots.txt", escape = "none")]
struct Robots {
    origin: String,
}

/// `GET /sitemap.xml`
pub(crate) async fn sitemap(State(practice): State<Practice>, visit: Visit) -> Answer {
    let known = |path: String| PublishedPage {
        path,
        changed: None,
    };
    let mut places: Vec<PublishedPage> = PAGES
        .into_iter()
        .map(|path| known(path.to_owned()))
        .collect();
    let clinicians = practice.published_clinicians().await?;
    places.extend(
        clinicians
            .iter()
            .map(|one| known(format!("/clinicians/{}", one.slug))),
    );
    let locale = &visit.web().house().locale;
    let articles = practice.published_articles().await?;
    places.extend(articles.iter().map(|one| PublishedPage {
        path: format!("/articles/{}", one.slug),
        changed: Some(locale.here(one.published).date().to_string()),
    }));
    let map = Sitemap {
        origin: visit.origin(),
        places,
    };
    show_for_programs("application/xml; charset=utf-8", &map)
}

/// `GET /robots.txt`
pub(crate) async fn robots(visit: Visit) -> Answer {
    let robots = Robots {
        origin: visit.origin(),
    };
    show_for_programs("text/plain; charset=utf-8", &robots)
}
