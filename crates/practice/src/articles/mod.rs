//! Articles: what the practice writes for anybody to read, with who reviewed it, when, and when it is to be read again (T0).
//!
//! Saving makes a version and keeps those before it; visitors read the version that somebody published, by an act of its own,
//! until another one is published or it is withdrawn. Published articles are read without a receipt and while the server is
//! locked; drafts are for the owner alone, and are not sealed: nothing about a client belongs here.
//!
//! Not here: what the library lends (`library`), how an article looks (the doors).

mod prose;
mod reading;
mod records;
mod starting;
mod writing;

#[cfg(test)]
mod shared_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::error::AccessError;
use crate::ids::ArticleId;
use crate::language::Language;

pub use prose::{Mark, Piece, Prose, Target};
pub use reading::{ArticleVersion, KeptArticle, PublishedArticle};
pub use starting::Review;
pub use writing::{Draft, SeenArticle, Then};

/// How long a review holds at most (requirement A2.30: older content is due).
const REVIEW_HOLDS_MONTHS: i32 = 24;
/// The most articles that one names as related.
pub const MOST_RELATED: usize = 6;

/// What an article says, in one version.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub summary: String,
    /// Its text in Markdown; in a column of its own, because lists do without.
    #[serde(skip)]
    pub text: String,
    /// Who reviewed it; nobody here for what the program came with.
    pub reviewer: Option<Reviewer>,
    /// When it was reviewed.
    pub reviewed: Option<Date>,
    /// When it is to be read again.
    pub next_review: Option<Date>,
    /// Articles to read beside it.
    pub related: Vec<ArticleId>,
    /// The language of its words.
    pub language: Language,
}

/// Who reviewed an article, as anybody reads it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reviewer {
    /// Their name at work.
    pub name: String,
    /// What they are: letters after the name, or a profession.
    pub title: String,
}

/// The end of an article's address: small letters of the Latin alphabet, digits and single hyphens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slug(String);

impl Slug {
    const LONGEST: usize = 80;
    /// What the desk answers at these addresses is no article.
    const TAKEN: [&str; 2] = ["new", "starting"];

    /// The slug that is written so; nothing for what cannot be one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let letters = |part: &str| {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            !part.is_empty() && part.bytes().all(fits)
        };
        let good = text.len() <= Self::LONGEST && !Self::TAKEN.contains(&text);
        (good && text.split('-').all(letters)).then(|| Self(text.to_owned()))
    }

    /// The slug that a title suggests: "When it hurts" is `when-it-hurts`; nothing for a title without Latin letters.
    #[must_use]
    pub fn of_title(title: &str) -> Option<Self> {
        let plain: String = title
            .nfkd()
            .filter(|letter| !is_combining_mark(*letter))
            .collect();
        let mut slug = String::new();
        for word in plain.split(|letter: char| !letter.is_ascii_alphanumeric()) {
            let longer = slug.len() + word.len() + usize::from(!slug.is_empty());
            if longer > Self::LONGEST {
                break;
            }
            if !word.is_empty() && !slug.is_empty() {
                slug.push('-');
            }
            slug.push_str(&word.to_ascii_lowercase());
        }
        Self::of(&slug)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A field of an article.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// The title.
    Title,
    /// The end of the address.
    Slug,
    /// The summary.
    Summary,
    /// The text.
    Text,
    /// The reviewer's name.
    Reviewer,
    /// What the reviewer is.
    ReviewerTitle,
    /// When it was reviewed.
    Reviewed,
    /// When it is to be read again.
    NextReview,
    /// Related articles.
    Related,
}

/// What is wrong with a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It is needed, and empty.
    Missing,
    /// It has so many characters, or entries, too many.
    Long(usize),
    /// It cannot be the end of an address.
    Malformed,
    /// Another article has this address.
    Taken,
    /// The article was published at its address, which people may have kept.
    Fixed,
    /// The day is still to come.
    ToCome,
    /// The next review is not after the last one.
    TooEarly,
    /// The next review is more than 24 months after the last one.
    TooLate,
}

/// Why an article was not written, published or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum ArticleError {
    /// Fields that are not right, each with the reason.
    #[error("fields of the article are not right")]
    Refused(Vec<(Field, Why)>),
    /// Not there, not for who asks, changed meanwhile, or a fault.
    #[error(transparent)]
    Access(#[from] AccessError),
}

crate::carries_access_error!(ArticleError);

impl Article {
    /// Whether it is due to be reviewed again on `today` (A2.30), or nobody here has reviewed it yet.
    #[must_use]
    pub fn is_due(&self, today: Date) -> bool {
        self.reviewer.is_none() || self.next_review.is_none_or(|day| day <= today)
    }

    /// Its text, read.
    #[must_use]
    pub fn prose(&self) -> Prose {
        Prose::read(&self.text)
    }

    /// What keeps it from being saved, and with [`Then::Publish`] from being published (A4.9), on `today`.
    fn faults(&self, then: Then, today: Date) -> Vec<(Field, Why)> {
        let unnamed = Reviewer::default();
        let reviewer = self.reviewer.as_ref().unwrap_or(&unnamed);
        let texts = [
            (Field::Title, &self.title, 120, true),
            (Field::Summary, &self.summary, 300, false),
            (Field::Text, &self.text, 40_000, false),
            (Field::Reviewer, &reviewer.name, 120, false),
            (Field::ReviewerTitle, &reviewer.title, 120, false),
        ];
        let mut faults = Vec::new();
        for (field, text, most, always) in texts {
            let length = text.chars().count();
            if text.trim().is_empty() && (always || then == Then::Publish) {
                faults.push((field, Why::Missing));
            } else if length > most {
                faults.push((field, Why::Long(length - most)));
            }
        }
        faults.extend(self.days_wrong(then, today));
        if self.related.len() > MOST_RELATED {
            faults.push((Field::Related, Why::Long(self.related.len() - MOST_RELATED)));
        }
        faults
    }

    fn days_wrong(&self, then: Then, today: Date) -> Vec<(Field, Why)> {
        let mut faults = Vec::new();
        for (field, day) in [
            (Field::Reviewed, self.reviewed),
            (Field::NextReview, self.next_review),
        ] {
            if day.is_none() && then == Then::Publish {
                faults.push((field, Why::Missing));
            }
        }
        let Some(reviewed) = self.reviewed else {
            return faults;
        };
        if reviewed > today {
            faults.push((Field::Reviewed, Why::ToCome));
        }
        let latest = reviewed.saturating_add(REVIEW_HOLDS_MONTHS.months());
        match self.next_review {
            Some(next) if next <= reviewed => faults.push((Field::NextReview, Why::TooEarly)),
            Some(next) if next > latest => faults.push((Field::NextReview, Why::TooLate)),
            Some(_) | None => {}
        }
        faults
    }
}
