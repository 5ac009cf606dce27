//! Articles and their versions in their tables. Nothing of it is sealed (T0).

use jiff::Timestamp;
use store::{Row, StoreError, Tx, Value};

use super::{Article, ArticleVersion, KeptArticle, PublishedArticle, Slug};
use crate::clock::from_micros;
use crate::ids::{ArticleId, PersonId, PracticeId};

fn article(row: &Row, content: usize) -> Result<Article, StoreError> {
    serde_json::from_str(row.text(content)?).map_err(|_| StoreError::Column(content))
}

fn number(row: &Row, column: usize) -> Result<u32, StoreError> {
    u32::try_from(row.int(column)?).map_err(|_| StoreError::Column(column))
}

fn instant(row: &Row, column: usize) -> Result<Option<Timestamp>, StoreError> {
    Ok(row.opt_int(column)?.map(from_micros))
}

/// What visitors can read, without the texts, the newest first.
pub(super) fn published(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Vec<PublishedArticle>, StoreError> {
    tx.query(
        "SELECT a.id, a.slug, a.first_published_at, v.published_at, v.content FROM articles a \
         JOIN article_versions v ON v.practice_id = a.practice_id AND v.article_id = a.id AND v.revision = a.public_revision \
         WHERE a.practice_id = $1 ORDER BY a.first_published_at DESC, a.id",
        &[practice.into()],
    )?
    .iter()
    .map(of_published)
    .collect()
}

fn of_published(row: &Row) -> Result<PublishedArticle, StoreError> {
    Ok(PublishedArticle {
        id: ArticleId(row.uuid(0)?),
        slug: row.text(1)?.to_owned(),
        first_published: from_micros(row.int(2)?),
        published: from_micros(row.int(3)?),
        article: article(row, 4)?,
    })
}

/// One that visitors can read, with its text.
pub(super) fn published_one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    slug: &Slug,
) -> Result<Option<PublishedArticle>, StoreError> {
    let found = tx.one(
        "SELECT a.id, a.slug, a.first_published_at, v.published_at, v.content, v.words FROM articles a \
         JOIN article_versions v ON v.practice_id = a.practice_id AND v.article_id = a.id AND v.revision = a.public_revision \
         WHERE a.practice_id = $1 AND a.slug = $2",
        &[practice.into(), slug.as_ref().into()],
    )?;
    let Some(row) = found else {
        return Ok(None);
    };
    let mut one = of_published(&row)?;
    row.text(5)?.clone_into(&mut one.article.text);
    Ok(Some(one))
}

/// Every article in its newest version, without the texts, by address.
pub(super) fn all(tx: &mut Tx<'_>, practice: PracticeId) -> Result<Vec<KeptArticle>, StoreError> {
    tx.query(
        "SELECT a.id, a.slug, a.revision, a.public_revision, a.first_published_at, v.content FROM articles a \
         JOIN article_versions v ON v.practice_id = a.practice_id AND v.article_id = a.id AND v.revision = a.revision \
         WHERE a.practice_id = $1 ORDER BY a.slug",
        &[practice.into()],
    )?
    .iter()
    .map(of_kept)
    .collect()
}

fn of_kept(row: &Row) -> Result<KeptArticle, StoreError> {
    let public = row.opt_int(3)?.map(u32::try_from).transpose();
    Ok(KeptArticle {
        id: ArticleId(row.uuid(0)?),
        slug: row.text(1)?.to_owned(),
        revision: number(row, 2)?,
        public: public.map_err(|_| StoreError::Column(3))?,
        first_published: instant(row, 4)?,
        article: article(row, 5)?,
    })
}

/// One article in its newest version, with its text.
pub(super) fn one(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    slug: &Slug,
) -> Result<Option<KeptArticle>, StoreError> {
    let found = tx.one(
        "SELECT a.id, a.slug, a.revision, a.public_revision, a.first_published_at, v.content, v.words FROM articles a \
         JOIN article_versions v ON v.practice_id = a.practice_id AND v.article_id = a.id AND v.revision = a.revision \
         WHERE a.practice_id = $1 AND a.slug = $2",
        &[practice.into(), slug.as_ref().into()],
    )?;
    let Some(row) = found else {
        return Ok(None);
    };
    let mut one = of_kept(&row)?;
    row.text(6)?.clone_into(&mut one.article.text);
    Ok(Some(one))
}

/// Every version of an article, the newest first.
pub(super) fn versions(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    article: ArticleId,
) -> Result<Vec<ArticleVersion>, StoreError> {
    tx.query(
        "SELECT revision, saved_at, saved_by, published_at, content, words FROM article_versions \
         WHERE practice_id = $1 AND article_id = $2 ORDER BY revision DESC",
        &[practice.into(), article.into()],
    )?
    .iter()
    .map(|row| {
        let mut version = ArticleVersion {
            revision: number(row, 0)?,
            saved: from_micros(row.int(1)?),
            saved_by: row.opt_uuid(2)?.map(PersonId),
            published: instant(row, 3)?,
            article: self::article(row, 4)?,
        };
        row.text(5)?.clone_into(&mut version.article.text);
        Ok(version)
    })
    .collect()
}

/// A version that is about to be written.
pub(super) struct NewVersion {
    pub(super) article: ArticleId,
    pub(super) slug: String,
    pub(super) revision: u32,
    pub(super) content: String,
    pub(super) words: String,
    /// Microseconds UTC.
    pub(super) at: i64,
    pub(super) by: Option<PersonId>,
    pub(super) is_public: bool,
}

impl NewVersion {
    /// When it was published, if it is.
    fn published_at(&self) -> Value {
        self.is_public.then_some(self.at).into()
    }
}

/// Enters an article with its first version.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &NewVersion,
) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO articles (practice_id, id, slug, revision, public_revision, first_published_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            practice.into(),
            new.article.into(),
            new.slug.as_str().into(),
            new.revision.into(),
            new.is_public.then_some(new.revision).into(),
            new.published_at(),
        ],
    )?;
    version(tx, practice, new)
}

/// Adds a version to an article whose newest one is the version before it; whether it was.
pub(super) fn revise(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    new: &NewVersion,
) -> Result<bool, StoreError> {
    let changed = tx.exec(
        "UPDATE articles SET slug = $3, revision = $4, public_revision = COALESCE($5, public_revision), \
         first_published_at = COALESCE(first_published_at, $6) \
         WHERE practice_id = $1 AND id = $2 AND revision = $7",
        &[
            practice.into(),
            new.article.into(),
            new.slug.as_str().into(),
            new.revision.into(),
            new.is_public.then_some(new.revision).into(),
            new.published_at(),
            new.revision.saturating_sub(1).into(),
        ],
    )?;
    if changed == 0 {
        return Ok(false);
    }
    version(tx, practice, new)?;
    Ok(true)
}

fn version(tx: &mut Tx<'_>, practice: PracticeId, new: &NewVersion) -> Result<(), StoreError> {
    tx.exec(
        "INSERT INTO article_versions (practice_id, article_id, revision, content, words, saved_at, saved_by, published_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[
            practice.into(),
            new.article.into(),
            new.revision.into(),
            new.content.as_str().into(),
            new.words.as_str().into(),
            new.at.into(),
            new.by.into(),
            new.published_at(),
        ],
    )
    .map(|_| ())
}

/// Takes an article from visitors, if its newest version is still the one that was seen; whether it was there to take.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    seen: (ArticleId, u32),
) -> Result<bool, StoreError> {
    let changed = tx.exec(
        "UPDATE articles SET public_revision = NULL \
         WHERE practice_id = $1 AND id = $2 AND revision = $3 AND public_revision IS NOT NULL",
        &[practice.into(), seen.0.into(), seen.1.into()],
    )?;
    Ok(changed == 1)
}
