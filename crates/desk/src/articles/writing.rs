//! Writing an article: a form in Markdown with a preview, which is saved as a draft or published.

use askama::Template;
use axum::extract::{Path, State};
use jiff::civil::Date;
use practice::Practice;
use practice::access::DeskAccess;
use practice::articles::{
    Article, ArticleError, Draft, Field, KeptArticle, MOST_RELATED, Prose, Reviewer, Then, Why,
};
use practice::language::Language;
use web::{Answer, Asked, Desk, Form, Page, PageError, Visit, Written, go, show_as};

use super::{FRAME, HERE, into_page, seen, standing};
use crate::pages;
use crate::settings::owner;

/// Fields: `title`, `slug`, `language`, `summary`, `text`, `reviewer`, `reviewer_title`, `reviewed`, `next_review`, `related`,
/// `seen`, and `act`: `preview`, `keep` or `publish`.
#[derive(Template)]
#[template(path = "articles/write.html")]
struct Write {
    page: Page,
    form: Form,
    /// What is there already; nothing for a new one.
    kept: Option<Kept>,
    preview: Option<Preview>,
    languages: Vec<(&'static str, &'static str)>,
    others: Vec<(String, String)>,
}

impl Write {
    /// Where the form goes.
    fn action(&self) -> String {
        let slug = self.kept.as_ref().map_or("new", |kept| kept.slug.as_str());
        format!("{HERE}/{slug}")
    }

    /// Whether the address is one that people may have kept.
    fn is_fixed(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.is_fixed)
    }
}

/// What is known of an article that is there.
struct Kept {
    slug: String,
    revision: u32,
    standing: &'static str,
    is_public: bool,
    is_fixed: bool,
}

impl Kept {
    fn of(one: &KeptArticle) -> Self {
        Self {
            slug: one.slug.clone(),
            revision: one.revision,
            standing: standing(one),
            is_public: one.public.is_some(),
            is_fixed: one.first_published.is_some(),
        }
    }
}

/// How it would look.
struct Preview {
    title: String,
    summary: String,
    text: Written,
}

/// `GET /desk/articles/new`
pub(super) async fn begin(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
) -> Answer {
    owner(&access)?;
    let form = Form::filled([("language", Language::default().tag())]);
    shown((&visit, &practice, &access), form, None).await
}

/// `GET /desk/articles/{slug}`, with the words of an earlier version where `version` names one.
pub(super) async fn open(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(slug): Path<String>,
    Asked(asked): Asked,
) -> Answer {
    owner(&access)?;
    let kept = practice.article(&access, slug).await?;
    let all = practice.articles(&access).await?;
    let mut form = filled(&kept.article, &all);
    if let Some(revision) = asked.parsed::<u32>("version") {
        let versions = practice.article_versions(&access, kept.id).await?;
        let found = versions.into_iter().find(|one| one.revision == revision);
        form = filled(&found.ok_or(PageError::NotFound)?.article, &all);
    }
    form.set("slug", kept.slug.as_str());
    form.set("done", asked.text("done"));
    shown((&visit, &practice, &access), form, Some(&kept)).await
}

fn filled(article: &Article, all: &[KeptArticle]) -> Form {
    let reviewer = article.reviewer.clone().unwrap_or_default();
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let mut form = Form::filled([
        ("title", article.title.clone()),
        ("language", article.language.tag().to_owned()),
        ("summary", article.summary.clone()),
        ("text", article.text.clone()),
        ("reviewer", reviewer.name),
        ("reviewer_title", reviewer.title),
        ("reviewed", day(article.reviewed)),
        ("next_review", day(article.next_review)),
    ]);
    for other in all.iter().filter(|one| article.related.contains(&one.id)) {
        form.add("related", other.slug.as_str());
    }
    form
}

async fn shown(
    here: (&Visit, &Practice, &DeskAccess),
    form: Form,
    kept: Option<&KeptArticle>,
) -> Answer {
    let (visit, practice, access) = here;
    let all = practice.articles(access).await?;
    let others = all
        .into_iter()
        .filter(|one| kept.is_none_or(|kept| kept.id != one.id))
        .map(|one| (one.slug, one.article.title));
    let preview = (form.text("act") == "preview").then(|| Preview {
        title: form.text("title").to_owned(),
        summary: form.text("summary").to_owned(),
        text: web::prose(&Prose::read(form.raw("text"))),
    });
    let page = pages::frame(visit, practice, access, FRAME).await?;
    let languages = Language::ALL.map(|one| (one.tag(), one.own_name()));
    let write = Write {
        page: pages::done(page, &form),
        kept: kept.map(Kept::of),
        preview,
        languages: languages.to_vec(),
        others: others.collect(),
        form,
    };
    show_as(write.form.status(), &write)
}

/// `POST /desk/articles/new`
pub(super) async fn enter(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let Some(then) = then(&form) else {
        return shown((&visit, &practice, &access), form, None).await;
    };
    let all = practice.articles(&access).await?;
    if let Some(draft) = draft(&mut form, &all) {
        let written = practice.begin_article(&access, draft, then).await;
        if let Some(answer) = settled(written, &mut form, then)? {
            return go(&answer);
        }
    }
    shown((&visit, &practice, &access), form, None).await
}

/// `POST /desk/articles/{slug}`
pub(super) async fn save(
    Desk(access): Desk,
    State(practice): State<Practice>,
    visit: Visit,
    Path(slug): Path<String>,
    mut form: Form,
) -> Answer {
    owner(&access)?;
    let kept = practice.article(&access, slug.clone()).await?;
    let Some(then) = then(&form) else {
        return shown((&visit, &practice, &access), form, Some(&kept)).await;
    };
    let all = practice.articles(&access).await?;
    if let Some(draft) = draft(&mut form, &all) {
        let seen = seen(slug, &form);
        let written = practice.save_article(&access, seen, draft, then).await;
        if let Some(answer) = settled(written, &mut form, then)? {
            return go(&answer);
        }
    }
    shown((&visit, &practice, &access), form, Some(&kept)).await
}

/// What becomes of it; nothing for a look at how it would be.
fn then(form: &Form) -> Option<Then> {
    match form.text("act") {
        "preview" => None,
        "publish" => Some(Then::Publish),
        _ => Some(Then::Keep),
    }
}

/// Where to go on once it is written; nothing when a field was refused, which the form then says.
fn settled(
    written: Result<String, ArticleError>,
    form: &mut Form,
    then: Then,
) -> Result<Option<String>, PageError> {
    let done = match then {
        Then::Keep => "article_kept",
        Then::Publish => "article_published",
    };
    match written {
        Ok(slug) => Ok(Some(format!("{HERE}/{slug}?done={done}"))),
        Err(ArticleError::Refused(faults)) => {
            for (field, why) in faults {
                form.refuse(name(field), told(field, why));
            }
            Ok(None)
        }
        Err(error) => Err(into_page(error)),
    }
}

/// What was typed; nothing when a day is none.
fn draft(form: &mut Form, all: &[KeptArticle]) -> Option<Draft> {
    let reviewed = day(form, "reviewed");
    let next_review = day(form, "next_review");
    let names = (form.text("reviewer"), form.text("reviewer_title"));
    let reviewer = (names != ("", "")).then(|| Reviewer {
        name: names.0.to_owned(),
        title: names.1.to_owned(),
    });
    let chosen = form.all("related");
    let related = all.iter().filter(|one| chosen.contains(&one.slug.as_str()));
    let article = Article {
        title: form.text("title").to_owned(),
        summary: form.text("summary").to_owned(),
        text: form.raw("text").to_owned(),
        reviewer,
        reviewed,
        next_review,
        related: related.map(|one| one.id).collect(),
        language: Language::of_tag(form.text("language")).unwrap_or_default(),
    };
    let slug = form.text("slug").to_owned();
    form.is_good().then_some(Draft { slug, article })
}

fn day(form: &mut Form, field: &str) -> Option<Date> {
    let day = form.parsed(field);
    if day.is_none() && !form.text(field).is_empty() {
        form.refuse(field, "Write a day, such as 2026-11-19.");
    }
    day
}

const fn name(field: Field) -> &'static str {
    match field {
        Field::Title => "title",
        Field::Slug => "slug",
        Field::Summary => "summary",
        Field::Text => "text",
        Field::Reviewer => "reviewer",
        Field::ReviewerTitle => "reviewer_title",
        Field::Reviewed => "reviewed",
        Field::NextReview => "next_review",
        Field::Related => "related",
    }
}

/// What is wrong, in words.
fn told(field: Field, why: Why) -> String {
    let words = match why {
        Why::Missing => return missing(field).to_owned(),
        Why::Long(by) if field == Field::Related => {
            return format!("Choose {MOST_RELATED} at most: these are {by} too many.");
        }
        Why::Long(by) => return format!("This is {by} characters too long."),
        Why::Malformed => {
            "Write small letters from a to z, digits and single hyphens, such as when-it-hurts."
        }
        Why::Taken => "Another article has this address.",
        Why::Fixed => "It was published at its address, which people may have kept.",
        Why::ToCome => "This day is still to come.",
        Why::TooEarly => "The next review comes after the last one.",
        Why::TooLate => "A review holds for 24 months at most.",
    };
    words.to_owned()
}

/// What is asked for in an empty field.
const fn missing(field: Field) -> &'static str {
    match field {
        Field::Title => "Give it a title.",
        Field::Slug => "Give it an address.",
        Field::Summary => "Say in a sentence what it is about.",
        Field::Text => "There is no text yet.",
        Field::Reviewer => "Say who reviewed it.",
        Field::ReviewerTitle => "Say what the reviewer is, such as PhD, LMFT.",
        Field::Reviewed => "Say when it was reviewed.",
        Field::NextReview => "Say when it is to be read again.",
        Field::Related => "Choose one at least.",
    }
}
