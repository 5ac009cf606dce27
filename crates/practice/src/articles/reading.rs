//! Reading articles: the published ones by anybody, all of them by the owner.

use jiff::Timestamp;

use super::{Article, Slug, records};
use crate::access::Access;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ArticleId, PersonId};

/// An article as visitors read it.
#[derive(Clone, Debug)]
pub struct PublishedArticle {
    /// Which.
    pub id: ArticleId,
    /// The end of its address.
    pub slug: String,
    /// When it was first published.
    pub first_published: Timestamp,
    /// When these words were published.
    pub published: Timestamp,
    /// What it says.
    pub article: Article,
}

/// An article as the owner keeps it, in its newest version.
#[derive(Clone, Debug)]
pub struct KeptArticle {
    /// Which.
    pub id: ArticleId,
    /// The end of its address.
    pub slug: String,
    /// The newest version.
    pub revision: u32,
    /// The version that visitors read.
    pub public: Option<u32>,
    /// When visitors could first read it.
    pub first_published: Option<Timestamp>,
    /// What the newest version says.
    pub article: Article,
}

/// One version of an article.
#[derive(Clone, Debug)]
pub struct ArticleVersion {
    /// Its number, from 1.
    pub revision: u32,
    /// When it was saved.
    pub saved: Timestamp,
    /// By whom; nobody for what the program came with.
    pub saved_by: Option<PersonId>,
    /// When it was published, if it was.
    pub published: Option<Timestamp>,
    /// What it says.
    pub article: Article,
}

impl Practice {
    /// Everything that visitors can read, without the texts, the newest first; also while locked.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn published_articles(&self) -> Result<Vec<PublishedArticle>, AccessError> {
        let practice = self.id();
        self.published(move |tx| Ok(records::published(tx, practice)?))
            .await
    }

    /// The article that visitors read at this address, with its text; also while locked.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn published_article(
        &self,
        slug: String,
    ) -> Result<Option<PublishedArticle>, AccessError> {
        let Some(slug) = Slug::of(&slug) else {
            return Ok(None);
        };
        let practice = self.id();
        self.published(move |tx| Ok(records::published_one(tx, practice, &slug)?))
            .await
    }

    /// Every article in its newest version, without the texts, for the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody but the owner and the command line, or a fault of the database.
    pub async fn articles(&self, access: &impl Access) -> Result<Vec<KeptArticle>, AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.published(move |tx| Ok(records::all(tx, practice)?))
            .await
    }

    /// An article in its newest version, with its text, for the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] also when there is none at this address.
    pub async fn article(
        &self,
        access: &impl Access,
        slug: String,
    ) -> Result<KeptArticle, AccessError> {
        self.sets_up(access).await?;
        let slug = Slug::of(&slug).ok_or(AccessError::NotThere)?;
        let practice = self.id();
        self.published(move |tx| Ok::<_, AccessError>(records::one(tx, practice, &slug)?))
            .await?
            .ok_or(AccessError::NotThere)
    }

    /// Every version of an article, the newest first, for the owner.
    ///
    /// # Errors
    /// [`AccessError::NotThere`] for anybody else, or a fault of the database.
    pub async fn article_versions(
        &self,
        access: &impl Access,
        article: ArticleId,
    ) -> Result<Vec<ArticleVersion>, AccessError> {
        self.sets_up(access).await?;
        let practice = self.id();
        self.published(move |tx| Ok(records::versions(tx, practice, article)?))
            .await
    }
}
