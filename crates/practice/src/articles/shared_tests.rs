//! The story of an article, on both databases: written, published, changed, read while locked, withdrawn.

use jiff::civil::date;

use super::*;
use crate::testing::{Fictional, both, secret};

fn draft(title: &str, text: &str) -> Draft {
    Draft {
        slug: String::new(),
        article: Article {
            title: title.to_owned(),
            summary: "What to do today.".to_owned(),
            text: text.to_owned(),
            reviewer: Some(Reviewer {
                name: "Dr. Adaeze Okafor".to_owned(),
                title: "PhD".to_owned(),
            }),
            reviewed: Some(date(2026, 11, 1)),
            next_review: Some(date(2027, 11, 1)),
            ..Article::default()
        },
    }
}

fn seen(slug: &str, revision: u32) -> SeenArticle {
    SeenArticle {
        slug: slug.to_owned(),
        revision,
    }
}

async fn reads(house: &Fictional, slug: &str) -> Option<String> {
    let found = house.practice.published_article(slug.to_owned()).await;
    found.unwrap().map(|one| one.article.text)
}

#[tokio::test]
async fn visitors_read_what_was_published_and_every_version_stays() {
    both(async |house: Fictional| {
        let (practice, owner) = (&house.practice, house.desk(house.owner).await);
        let first = practice.begin_article(&owner, draft("When it hurts", "One."), Then::Keep);
        let slug = first.await.unwrap();
        assert_eq!(slug, "when-it-hurts");
        assert_eq!(reads(&house, &slug).await, None);
        assert!(practice.published_articles().await.unwrap().is_empty());

        let two = draft("When it hurts", "Two.");
        practice
            .save_article(&owner, seen(&slug, 1), two, Then::Publish)
            .await
            .unwrap();
        assert_eq!(reads(&house, &slug).await.as_deref(), Some("Two."));
        house.clock.pass_minutes(60);
        let three = draft("When it hurts", "Three.");
        practice
            .save_article(&owner, seen(&slug, 2), three, Then::Keep)
            .await
            .unwrap();
        assert_eq!(reads(&house, &slug).await.as_deref(), Some("Two."));

        let kept = practice.article(&owner, slug.clone()).await.unwrap();
        assert_eq!((kept.revision, kept.public), (3, Some(2)));
        let versions = practice.article_versions(&owner, kept.id).await.unwrap();
        let texts: Vec<&str> = versions
            .iter()
            .map(|one| one.article.text.as_str())
            .collect();
        assert_eq!(texts, ["Three.", "Two.", "One."]);
        assert_eq!(versions[0].saved_by, Some(house.owner));
        assert!(versions[1].published.is_some() && versions[0].published.is_none());

        practice.lock();
        assert_eq!(reads(&house, &slug).await.as_deref(), Some("Two."));
        practice.unlock(&secret()).await.unwrap();
        let owner = house.desk(house.owner).await;
        practice
            .withdraw_article(&owner, seen(&slug, 3))
            .await
            .unwrap();
        assert_eq!(reads(&house, &slug).await, None);
        assert!(practice.verify(&secret(), &[]).await.unwrap().holds());
    })
    .await;
}

#[tokio::test]
async fn who_comes_second_writes_over_nothing() {
    both(async |house: Fictional| {
        let (practice, owner) = (&house.practice, house.desk(house.owner).await);
        let slug = practice
            .begin_article(&owner, draft("A", "One."), Then::Publish)
            .await
            .unwrap();
        let saved = practice.save_article(&owner, seen(&slug, 1), draft("A", "Two."), Then::Keep);
        saved.await.unwrap();
        let late =
            practice.save_article(&owner, seen(&slug, 1), draft("A", "Lost."), Then::Publish);
        assert!(matches!(
            late.await,
            Err(ArticleError::Access(AccessError::Stale))
        ));
        let late = practice.withdraw_article(&owner, seen(&slug, 1)).await;
        assert!(matches!(
            late,
            Err(ArticleError::Access(AccessError::Stale))
        ));
        assert_eq!(reads(&house, &slug).await.as_deref(), Some("One."));
        practice
            .withdraw_article(&owner, seen(&slug, 2))
            .await
            .unwrap();
        let again = practice.withdraw_article(&owner, seen(&slug, 2)).await;
        assert!(matches!(
            again,
            Err(ArticleError::Access(AccessError::Stale))
        ));
    })
    .await;
}

#[tokio::test]
async fn an_address_is_one_articles_and_stays_once_it_was_published() {
    both(async |house: Fictional| {
        let (practice, owner) = (&house.practice, house.desk(house.owner).await);
        practice
            .begin_article(&owner, draft("A", "One."), Then::Publish)
            .await
            .unwrap();
        let refused = |result: Result<String, ArticleError>| match result {
            Err(ArticleError::Refused(faults)) => faults,
            other => panic!("{other:?}"),
        };
        let same = practice
            .begin_article(&owner, draft("A", "Other."), Then::Keep)
            .await;
        assert_eq!(refused(same), [(Field::Slug, Why::Taken)]);
        let moved = Draft {
            slug: "b".to_owned(),
            ..draft("A", "One.")
        };
        let fixed = practice
            .save_article(&owner, seen("a", 1), moved.clone(), Then::Keep)
            .await;
        assert_eq!(refused(fixed), [(Field::Slug, Why::Fixed)]);
        let free = Draft {
            slug: "c".to_owned(),
            ..moved
        };
        practice
            .begin_article(&owner, free.clone(), Then::Keep)
            .await
            .unwrap();
        let moves = Draft {
            slug: "d".to_owned(),
            ..free
        };
        let slug = practice
            .save_article(&owner, seen("c", 1), moves, Then::Keep)
            .await
            .unwrap();
        assert_eq!(slug, "d");
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_writes_and_reads_drafts() {
    both(async |house: Fictional| {
        let owner = house.desk(house.owner).await;
        let practice = &house.practice;
        practice
            .begin_article(&owner, draft("A", "One."), Then::Keep)
            .await
            .unwrap();
        for person in [house.clinician, house.front_desk, house.biller] {
            let access = house.desk(person).await;
            let not_there = |error: &AccessError| matches!(error, AccessError::NotThere);
            assert!(not_there(&practice.articles(&access).await.unwrap_err()));
            assert!(not_there(
                &practice.article(&access, "a".to_owned()).await.unwrap_err()
            ));
            let wrote = practice
                .begin_article(&access, draft("B", "Mine."), Then::Publish)
                .await;
            assert!(matches!(
                wrote,
                Err(ArticleError::Access(AccessError::NotThere))
            ));
            let begun = practice.begin_articles(&access, None).await;
            assert!(matches!(
                begun,
                Err(ArticleError::Access(AccessError::NotThere))
            ));
        }
        assert_eq!(practice.articles(&owner).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_practice_begins_with_articles_once_and_its_own_words_stay() {
    both(async |house: Fictional| {
        let (practice, owner) = (&house.practice, house.desk(house.owner).await);
        practice
            .begin_article(&owner, draft("When it hurts", "Ours."), Then::Publish)
            .await
            .unwrap();
        let begun = practice.begin_articles(&owner, None).await.unwrap();
        assert_eq!(
            begun,
            starting::Starting::shipped().unwrap().items.len() - 1
        );
        assert_eq!(practice.begin_articles(&owner, None).await.unwrap(), 0);
        assert_eq!(
            reads(&house, "when-it-hurts").await.as_deref(),
            Some("Ours.")
        );
        let published = practice.published_articles().await.unwrap();
        let related = &published
            .iter()
            .find(|one| one.slug == "after-a-baby")
            .unwrap()
            .article;
        assert!(related.reviewer.is_none() && related.related.len() >= 3);
        assert!(
            related
                .related
                .iter()
                .all(|id| published.iter().any(|one| one.id == *id))
        );
    })
    .await;
}
