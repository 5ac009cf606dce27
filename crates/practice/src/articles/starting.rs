//! The articles that a practice begins with: texts of `content/articles`, in our own words.
//!
//! Nobody at the practice has reviewed them when they come, and so they name no reviewer until somebody says that they did.

use jiff::civil::Date;
use serde::Deserialize;

use super::records::{self, NewVersion};
use super::{Article, ArticleError, Reviewer, writing};
use crate::access::Access;
use crate::clock::micros;
use crate::content::{self, ContentError};
use crate::core::Practice;
use crate::ids::ArticleId;
use crate::receipts::Action;

/// Who reviewed the starting texts at the practice, when, and until when that holds.
#[derive(Clone, Debug)]
pub struct Review {
    /// Who.
    pub reviewer: Reviewer,
    /// When.
    pub reviewed: Date,
    /// When they are to be read again.
    pub next_review: Date,
}

/// The file that lists them.
#[derive(Debug, Deserialize)]
pub(super) struct Starting {
    /// When whoever wrote them last read them all.
    pub(super) read: Date,
    /// When they are to be read again.
    pub(super) read_again: Date,
    /// In the order in which they are shown.
    pub(super) items: Vec<StartingArticle>,
}

/// One of them, without its text.
#[derive(Debug, Deserialize)]
pub(super) struct StartingArticle {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) summary: String,
    /// The slugs of others.
    pub(super) related: Vec<String>,
}

macro_rules! texts {
    ($($slug:literal),* $(,)?) => {
        /// The text of each, by the end of its address.
        const TEXTS: &[(&str, &str)] = &[
            $(($slug, include_str!(concat!("../../content/articles/", $slug, ".md")))),*
        ];
    };
}

texts!(
    "the-first-talk",
    "different-wishes",
    "slow-to-begin",
    "when-it-hurts",
    "when-the-body-does-not-follow",
    "too-soon-late-or-never",
    "finding-the-words",
    "after-a-baby",
    "later-in-life",
    "living-with-illness",
    "after-something-happened",
    "who-you-are",
    "agreements",
    "habits-that-trouble-you",
    "what-we-were-taught",
    "seeing-a-doctor",
);

impl Starting {
    /// The shipped list.
    ///
    /// # Errors
    /// [`ContentError`] when it does not read.
    pub(super) fn shipped() -> Result<Self, ContentError> {
        content::read("articles.json", include_str!("../../content/articles.json"))
    }
}

impl StartingArticle {
    /// Its text.
    pub(super) fn text(&self) -> Option<&'static str> {
        let found = TEXTS.iter().find(|(slug, _)| *slug == self.slug);
        found.map(|(_, text)| *text)
    }
}

impl Practice {
    /// Publishes the starting texts that are not there yet, and tells how many that were. With a `review`, they name it.
    ///
    /// # Errors
    /// [`AccessError::NotThere`](crate::AccessError::NotThere) for anybody but the owner and the command line, or a fault.
    pub async fn begin_articles(
        &self,
        access: &impl Access,
        review: Option<Review>,
    ) -> Result<usize, ArticleError> {
        self.sets_up(access).await?;
        let practice = self.id();
        let starting =
            Starting::shipped().map_err(|error| crate::AccessError::Fault(error.to_string()))?;
        self.write(
            access,
            Action::Article,
            move |work| {
                let there = records::all(work.tx, practice)?;
                let there: Vec<(&str, ArticleId)> = there
                    .iter()
                    .map(|one| (one.slug.as_str(), one.id))
                    .collect();
                let ids: Vec<(&str, ArticleId)> = starting
                    .items
                    .iter()
                    .map(|item| {
                        let known = there.iter().find(|(slug, _)| *slug == item.slug);
                        let id = known.map_or_else(|| ArticleId(work.new_id()), |(_, id)| *id);
                        (item.slug.as_str(), id)
                    })
                    .collect();
                let at = micros(work.now());
                let new = starting.items.iter().zip(&ids);
                let new = new.filter(|(item, _)| there.iter().all(|(slug, _)| *slug != item.slug));
                new.map(|(item, (_, id))| {
                    let article = item.article(&starting, review.as_ref(), &ids);
                    Ok(NewVersion {
                        article: *id,
                        slug: item.slug.clone(),
                        revision: 1,
                        content: writing::content(&article)?,
                        words: article.text,
                        at,
                        by: None,
                        is_public: true,
                    })
                })
                .collect::<Result<Vec<NewVersion>, ArticleError>>()
            },
            move |tx, new| {
                for one in new {
                    records::begin(tx, practice, one)?;
                }
                Ok(new.len())
            },
        )
        .await
    }
}

impl StartingArticle {
    fn article(
        &self,
        starting: &Starting,
        review: Option<&Review>,
        ids: &[(&str, ArticleId)],
    ) -> Article {
        let related = ids
            .iter()
            .filter(|(slug, _)| self.related.iter().any(|one| one == slug));
        Article {
            title: self.title.clone(),
            summary: self.summary.clone(),
            text: self.text().unwrap_or_default().to_owned(),
            reviewer: review.map(|review| review.reviewer.clone()),
            reviewed: Some(review.map_or(starting.read, |review| review.reviewed)),
            next_review: Some(review.map_or(starting.read_again, |review| review.next_review)),
            related: related.map(|(_, id)| *id).collect(),
            ..Article::default()
        }
    }
}
