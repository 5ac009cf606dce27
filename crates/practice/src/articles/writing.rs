//! Writing articles: a version at a time, published and withdrawn by acts of their own, by the owner.

use super::records::{self, NewVersion};
use super::{Article, ArticleError, Field, Slug, Why};
use crate::access::{Access, Work};
use crate::clock::micros;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::ArticleId;
use crate::receipts::Action;
use crate::settings;

/// What becomes of a version once it is saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// It waits; visitors go on reading what they read.
    Keep,
    /// Visitors read it from now on.
    Publish,
}

/// Which version of an article somebody had before them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SeenArticle {
    /// The end of its address.
    pub slug: String,
    /// The newest version then.
    pub revision: u32,
}

/// What somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Draft {
    /// The end of the address; empty for what the title suggests.
    pub slug: String,
    /// The rest.
    pub article: Article,
}

impl Draft {
    fn slug(&self) -> Option<Slug> {
        if self.slug.is_empty() {
            Slug::of_title(&self.article.title)
        } else {
            Slug::of(&self.slug)
        }
    }

    /// The version that is to be written, when nothing is wrong with it. `before` is the version before it.
    fn checked(
        mut self,
        work: &mut Work<'_, '_>,
        before: Option<&super::KeptArticle>,
        then: Then,
    ) -> Result<NewVersion, ArticleError> {
        let practice = work.practice();
        let today = settings::described(work)?.today(work);
        let mut faults = self.article.faults(then, today);
        let slug = self.slug();
        let old = before.map(|before| before.slug.as_str());
        let was_public = before.is_some_and(|before| before.first_published.is_some());
        match &slug {
            None => faults.push((Field::Slug, Why::Malformed)),
            Some(slug) if old == Some(slug.as_ref()) => {}
            Some(_) if was_public => faults.push((Field::Slug, Why::Fixed)),
            Some(slug) if records::one(work.tx, practice, slug)?.is_some() => {
                faults.push((Field::Slug, Why::Taken));
            }
            Some(_) => {}
        }
        let (Some(slug), true) = (slug, faults.is_empty()) else {
            return Err(ArticleError::Refused(faults));
        };
        let article = before.map_or_else(|| ArticleId(work.new_id()), |before| before.id);
        self.article.related.retain(|other| *other != article);
        let revision = before.map_or(0, |before| before.revision).saturating_add(1);
        Ok(NewVersion {
            article,
            slug: slug.to_string(),
            revision,
            content: content(&self.article)?,
            words: self.article.text,
            at: micros(work.now()),
            by: work.who().person,
            is_public: then == Then::Publish,
        })
    }
}

/// Everything but the text, as its column keeps it.
pub(super) fn content(article: &Article) -> Result<String, AccessError> {
    serde_json::to_string(article)
        .map_err(|_| AccessError::Fault("an article cannot be written".to_owned()))
}

impl Practice {
    /// Begins an article, and gives back the end of its address.
    ///
    /// # Errors
    /// [`ArticleError::Refused`] with the fields that are not right; [`AccessError::NotThere`] for anybody but the owner and
    /// the command line.
    pub async fn begin_article(
        &self,
        access: &impl Access,
        draft: Draft,
        then: Then,
    ) -> Result<String, ArticleError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::Article,
            move |work| draft.checked(work, None, then),
            move |tx, new| {
                records::begin(tx, practice, new)?;
                Ok(new.slug.clone())
            },
        )
        .await
    }

    /// Saves another version of an article, and gives back the end of its address.
    ///
    /// # Errors
    /// As [`Practice::begin_article`]; [`AccessError::Stale`] when the version that was seen is not the newest: the caller
    /// still holds the words.
    pub async fn save_article(
        &self,
        access: &impl Access,
        seen: SeenArticle,
        draft: Draft,
        then: Then,
    ) -> Result<String, ArticleError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::Article,
            move |work| {
                let before = newest(work, &seen)?;
                draft.checked(work, Some(&before), then)
            },
            move |tx, new| {
                if records::revise(tx, practice, new)? {
                    Ok(new.slug.clone())
                } else {
                    Err(AccessError::Stale.into())
                }
            },
        )
        .await
    }

    /// Takes an article from visitors. Its versions stay, and so does its address.
    ///
    /// # Errors
    /// [`AccessError::Stale`] when it changed meanwhile, or is not published; [`AccessError::NotThere`] for anybody but the
    /// owner and the command line, and when there is none.
    pub async fn withdraw_article(
        &self,
        access: &impl Access,
        seen: SeenArticle,
    ) -> Result<(), ArticleError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.write(
            access,
            Action::Article,
            move |work| Ok(newest(work, &seen)?),
            move |tx, kept| {
                if records::withdraw(tx, practice, (kept.id, kept.revision))? {
                    Ok(())
                } else {
                    Err(AccessError::Stale.into())
                }
            },
        )
        .await
    }
}

/// The article as it is, if that is how it was seen.
fn newest(work: &mut Work<'_, '_>, seen: &SeenArticle) -> Result<super::KeptArticle, AccessError> {
    let practice = work.practice();
    let slug = Slug::of(&seen.slug).ok_or(AccessError::NotThere)?;
    let found = records::one(work.tx, practice, &slug)?.ok_or(AccessError::NotThere)?;
    if found.revision == seen.revision {
        Ok(found)
    } else {
        Err(AccessError::Stale)
    }
}
