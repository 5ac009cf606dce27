//! Every version of an article, as it was saved.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::articles::ArticleVersion;
use practice::clock::micros;
use practice::ids::PersonId;
use web::{Answer, Desk, Page, PageError, Visit, Written, show};

use super::FRAME;
use crate::pages;
use crate::settings::owner;
use crate::views::Wall;

#[derive(Template)]
#[template(path = "articles/versions.html")]
struct Versions {
    page: Page,
    slug: String,
    title: String,
    lines: Vec<VersionLine>,
}

/// One version in the list.
struct VersionLine {
    revision: u32,
    /// "Thursday 19 November, 9:00, by P. Raman".
    saved: String,
    /// "Published Thursday 19 November", or nothing.
    published: String,
    is_public: bool,
}

#[derive(Template)]
#[template(path = "articles/version.html")]
struct Version {
    page: Page,
    slug: String,
    line: VersionLine,
    title: String,
    summary: String,
    text: Written,
}

pub(super) async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Answer {
    owner(&access)?;
    let kept = practice.article(&access, slug).await?;
    let versions = practice.article_versions(&access, kept.id).await?;
    let names = names(&practice).await?;
    let wall = Wall::of(&visit, &practice);
    let lines = versions.iter();
    show(&Versions {
        page: pages::frame(&visit, &practice, &access, FRAME).await?,
        slug: kept.slug,
        title: kept.article.title,
        lines: lines
            .map(|one| line(one, (&names, &wall), kept.public))
            .collect(),
    })
}

pub(super) async fn one(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path((slug, revision)): Path<(String, u32)>,
) -> Answer {
    owner(&access)?;
    let kept = practice.article(&access, slug).await?;
    let versions = practice.article_versions(&access, kept.id).await?;
    let found = versions.into_iter().find(|one| one.revision == revision);
    let version = found.ok_or(PageError::NotFound)?;
    let names = names(&practice).await?;
    let wall = Wall::of(&visit, &practice);
    show(&Version {
        page: pages::frame(&visit, &practice, &access, FRAME).await?,
        slug: kept.slug,
        line: line(&version, (&names, &wall), kept.public),
        text: web::prose(&version.article.prose()),
        title: version.article.title,
        summary: version.article.summary,
    })
}

/// Everybody who works here, or did, by name.
async fn names(practice: &Practice) -> Result<HashMap<PersonId, String>, PageError> {
    let all = practice.colleagues().await?;
    Ok(all.into_iter().map(|one| (one.id, one.page.name)).collect())
}

fn line(
    version: &ArticleVersion,
    shown: (&HashMap<PersonId, String>, &Wall<'_>),
    public: Option<u32>,
) -> VersionLine {
    let (names, wall) = shown;
    let by = match version.saved_by {
        Some(person) => names
            .get(&person)
            .map_or("somebody who worked here", String::as_str),
        None => "the program, which came with it",
    };
    let at = micros(version.saved);
    VersionLine {
        revision: version.revision,
        saved: format!("{}, {}, by {by}", wall.day(at), wall.clock(at)),
        published: version.published.map_or_else(String::new, |at| {
            format!("Published {}.", wall.day(micros(at)))
        }),
        is_public: public == Some(version.revision),
    }
}
