//! Articles as anybody reads them: the list, each one with who reviewed it and when, and the feed of what is new.
//!
//! What search engines are told of an article (schema.org) stands as microdata beside the words that people read. A block of
//! JSON-LD would be a `<script>` with content, of which there is none on any page of ours: the policy that browsers keep and
//! `cargo xtask tidy` stay without an exception, and nothing is said to machines that people cannot see.

use askama::Template;
use axum::extract::{Path, State};
use jiff::civil::Date;
use practice::Practice;
use practice::articles::{Article, PublishedArticle};
use web::{Answer, Locale, Page, PageError, Visit, Written, show, show_for_programs};

use crate::views::ArticleCard;

/// How many articles a page names beside its own.
const BESIDE: usize = 3;

/// Everything that is published.
#[derive(Template)]
#[template(path = "articles/list.html")]
pub struct Articles {
    page: Page,
    cards: Vec<ArticleCard>,
}

impl Articles {
    /// The list, in the order in which it is to be read.
    pub fn new(visit: &Visit, cards: Vec<ArticleCard>) -> Self {
        Self {
            page: crate::published(visit, "Articles", "articles"),
            cards,
        }
    }
}

/// Who reviewed an article, and when, in words and for machines.
#[derive(Debug, Clone, Default)]
pub struct Reviewed {
    /// The reviewer's name; empty for an article that nobody here has reviewed.
    pub by: String,
    /// What they are.
    pub title: String,
    /// "1 November 2026", and the same as `2026-11-01`.
    pub on: (String, String),
    /// When it is to be read again.
    pub again: String,
    /// Whether that day has come.
    pub is_due: bool,
}

impl Reviewed {
    /// What an article says of its review, on `today`.
    pub fn of(article: &Article, locale: &Locale, today: Date) -> Self {
        let written = |day: Option<Date>| day.map_or_else(String::new, |day| locale.date(day));
        let by = article.reviewer.clone().unwrap_or_default();
        Self {
            by: by.name,
            title: by.title,
            on: (
                written(article.reviewed),
                article
                    .reviewed
                    .map_or_else(String::new, |day| day.to_string()),
            ),
            again: written(article.next_review),
            is_due: article.next_review.is_some_and(|day| day <= today),
        }
    }
}

/// What the page of one article shows beside its card.
pub struct Reading {
    /// The text.
    pub text: Written,
    /// How many minutes it takes to read.
    pub minutes: usize,
    /// Who reviewed it.
    pub reviewed: Reviewed,
    /// When it was first published, and when these words were, for machines.
    pub published: (String, String),
    /// What to read beside it.
    pub beside: Vec<ArticleCard>,
}

/// One article.
#[derive(Template)]
#[template(path = "articles/show.html")]
pub struct OneArticle {
    page: Page,
    card: ArticleCard,
    reading: Reading,
}

impl OneArticle {
    /// The page.
    pub fn new(visit: &Visit, card: ArticleCard, reading: Reading) -> Self {
        Self {
            page: crate::published(visit, "Article", "articles"),
            card,
            reading,
        }
    }
}

/// What is new, for feed readers (Atom, RFC 4287).
#[derive(Template)]
#[template(path = "articles/feed.xml", escape = "html")]
pub struct Feed {
    /// The practice's id, which stays when its address changes.
    id: String,
    house: String,
    origin: String,
    lang: String,
    updated: String,
    entries: Vec<FeedEntry>,
}

/// One article of the feed.
struct FeedEntry {
    id: String,
    published: String,
    updated: String,
    card: ArticleCard,
}

/// What is published, as cards.
pub(crate) fn cards<'a>(
    published: impl IntoIterator<Item = &'a PublishedArticle>,
    locale: &Locale,
) -> Vec<ArticleCard> {
    published.into_iter().map(|one| card(one, locale)).collect()
}

fn card(one: &PublishedArticle, locale: &Locale) -> ArticleCard {
    let article = &one.article;
    ArticleCard {
        slug: one.slug.clone(),
        title: printable(&article.title),
        summary: printable(&article.summary),
        lang: article.language.tag(),
        reviewed: match (&article.reviewer, article.reviewed) {
            (Some(_), Some(day)) => format!("Reviewed {}", locale.date(day)),
            (None, _) | (_, None) => String::new(),
        },
    }
}

/// A text without the characters that XML has no place for (XML 1.0, section 2.2).
fn printable(text: &str) -> String {
    let fits = |letter: &char| !letter.is_control() && !matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

/// What is to be read beside one article: what it names, then what is newest in its language.
fn beside<'a>(one: &PublishedArticle, all: &'a [PublishedArticle]) -> Vec<&'a PublishedArticle> {
    let named = |other: &&PublishedArticle| one.article.related.contains(&other.id);
    let mut beside: Vec<&PublishedArticle> = all.iter().filter(named).collect();
    for other in all {
        let is_new = other.id != one.id && beside.iter().all(|known| known.id != other.id);
        if beside.len() < BESIDE && is_new && other.article.language == one.article.language {
            beside.push(other);
        }
    }
    beside
}

/// `GET /articles`
pub(crate) async fn list(State(practice): State<Practice>, visit: Visit) -> Answer {
    let all = practice.published_articles().await?;
    let locale = &visit.web().house().locale;
    show(&Articles::new(&visit, cards(&all, locale)))
}

/// `GET /articles/{slug}`
pub(crate) async fn one(
    State(practice): State<Practice>,
    visit: Visit,
    Path(slug): Path<String>,
) -> Answer {
    let found = practice.published_article(slug).await?;
    let one = found.ok_or(PageError::NotFound)?;
    let all = practice.published_articles().await?;
    let locale = &visit.web().house().locale;
    let prose = one.article.prose();
    let today = locale.here(visit.web().now()).date();
    let reading = Reading {
        minutes: prose.minutes(),
        text: web::prose(&prose),
        reviewed: Reviewed::of(&one.article, locale, today),
        published: (one.first_published.to_string(), one.published.to_string()),
        beside: cards(beside(&one, &all), locale),
    };
    show(&OneArticle::new(&visit, card(&one, locale), reading))
}

/// `GET /articles/feed.atom`
pub(crate) async fn feed(State(practice): State<Practice>, visit: Visit) -> Answer {
    let all = practice.published_articles().await?;
    let house = visit.web().house();
    let newest = all.iter().map(|one| one.published).max();
    let entries = all.iter().map(|one| FeedEntry {
        id: one.id.to_string(),
        published: one.first_published.to_string(),
        updated: one.published.to_string(),
        card: card(one, &house.locale),
    });
    let feed = Feed {
        id: practice.id().to_string(),
        house: printable(&house.name),
        origin: visit.origin(),
        lang: house.locale.lang.clone(),
        updated: newest.unwrap_or_else(|| visit.web().now()).to_string(),
        entries: entries.collect(),
    };
    show_for_programs("application/atom+xml; charset=utf-8", &feed)
}
