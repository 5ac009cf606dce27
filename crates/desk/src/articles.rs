//! Articles as the owner keeps them: which there are, what visitors read of each, and what is due to be reviewed.
//!
//! Everything here is published or about to be (T0); nobody's record is opened. For anybody but the owner it does not exist.

mod versions;
mod writing;

use askama::Template;
use axum::extract::{Path, State};
use practice::Practice;
use practice::articles::{ArticleError, KeptArticle, SeenArticle};
use web::{Answer, Asked, Desk, Form, Page, PageError, Routes, Visit, get, go, post, show};

use crate::pages;
use crate::settings::owner;
use crate::views::Wall;

pub(crate) fn routes() -> Routes<Practice> {
    Routes::new()
        .route("/desk/articles", get(list))
        .route("/desk/articles/starting", post(begin))
        .route(
            "/desk/articles/new",
            get(writing::begin).post(writing::enter),
        )
        .route(
            "/desk/articles/{slug}",
            get(writing::open).post(writing::save),
        )
        .route("/desk/articles/{slug}/withdrawal", post(withdraw))
        .route("/desk/articles/{slug}/versions", get(versions::list))
        .route(
            "/desk/articles/{slug}/versions/{revision}",
            get(versions::one),
        )
}

/// Where all of them are.
const HERE: &str = "/desk/articles";

/// The place of all these pages in the frame.
const FRAME: (&str, &str) = ("Articles", "settings");

#[derive(Template)]
#[template(path = "articles/list.html")]
struct List {
    page: Page,
    lines: Vec<Line>,
}

/// One article of the list.
struct Line {
    slug: String,
    title: String,
    /// "Published. Reviewed by Adaeze Okafor on 1 November 2026, again by 1 November 2027."
    about: String,
    is_due: bool,
}

async fn list(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Asked(asked): Asked,
) -> Answer {
    owner(&access)?;
    let wall = Wall::of(&visit, &practice);
    let kept = practice.articles(&access).await?;
    let page = pages::frame(&visit, &practice, &access, FRAME).await?;
    show(&List {
        page: pages::done(page, &asked),
        lines: kept.iter().map(|one| line(one, &wall)).collect(),
    })
}

fn line(one: &KeptArticle, wall: &Wall<'_>) -> Line {
    Line {
        slug: one.slug.clone(),
        title: one.article.title.clone(),
        about: format!("{} {}", standing(one), review(one, wall)),
        is_due: one.public.is_some() && one.article.is_due(wall.today()),
    }
}

/// What visitors read of an article.
fn standing(one: &KeptArticle) -> &'static str {
    match (one.public, one.first_published) {
        (Some(public), _) if public == one.revision => "Published.",
        (Some(_), _) => "Published, and a newer draft waits.",
        (None, Some(_)) => "Withdrawn: visitors do not find it.",
        (None, None) => "A draft. Visitors do not find it.",
    }
}

/// Who reviewed it, and until when that holds.
fn review(one: &KeptArticle, wall: &Wall<'_>) -> String {
    let article = &one.article;
    let Some(reviewer) = &article.reviewer else {
        return "Nobody here has reviewed it yet.".to_owned();
    };
    let day = |day: Option<jiff::civil::Date>| {
        day.map_or_else(
            || "a day to be named".to_owned(),
            |day| wall.locale.date(day),
        )
    };
    format!(
        "Reviewed by {} on {}, to be read again by {}.",
        reviewer.name,
        day(article.reviewed),
        day(article.next_review)
    )
}

/// Publishes the texts that come with the program.
async fn begin(Desk(access): Desk, State(practice): State<Practice>, _form: Form) -> Answer {
    owner(&access)?;
    practice
        .begin_articles(&access, None)
        .await
        .map_err(into_page)?;
    go("/desk/articles?done=articles_begun")
}

/// Takes an article from visitors. Field: `seen`.
async fn withdraw(
    Desk(access): Desk,
    State(practice): State<Practice>,
    Path(slug): Path<String>,
    form: Form,
) -> Answer {
    owner(&access)?;
    let here = format!("{HERE}/{slug}?done=article_withdrawn");
    practice
        .withdraw_article(&access, seen(slug, &form))
        .await
        .map_err(into_page)?;
    go(&here)
}

/// The version that somebody had before them.
fn seen(slug: String, form: &Form) -> SeenArticle {
    SeenArticle {
        slug,
        revision: form.parsed("seen").unwrap_or(0),
    }
}

fn into_page(error: ArticleError) -> PageError {
    match error {
        ArticleError::Access(error) => error.into(),
        ArticleError::Refused(_) => PageError::broken(error),
    }
}
