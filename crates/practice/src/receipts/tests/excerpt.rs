//! The access log with proofs: every line holds without the database, and no changed one does.

use crate::error::AccessError;
use crate::receipts::{Excerpt, ExcerptError, Search};
use crate::testing::{Fictional, both, once};

async fn excerpt(house: &Fictional, search: Search) -> Excerpt {
    let owner = house.fresh(house.owner).await;
    house.practice.log_excerpt(&owner, search).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_every_line_is_proved_without_the_database() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let desk = house.desk(house.front_desk).await;
        house.practice.identity(&desk, noor).await.unwrap();
        let all = excerpt(&house, Search::default()).await;
        let by = Search {
            by: Some(house.front_desk),
            ..Search::default()
        };
        let some = excerpt(&house, by).await;
        assert!(some.receipts() >= 1 && some.receipts() < all.receipts());
        assert!(all.receipts() > 10);
        for one in [all, some] {
            assert_eq!(one.check(), Ok(()));
            let text = one.text().unwrap();
            assert_eq!(Excerpt::parse(&text), Ok(one));
        }
        let front = house.fresh(house.front_desk).await;
        let refused = house.practice.log_excerpt(&front, Search::default()).await;
        assert!(matches!(refused, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_was_changed_left_out_or_put_in_is_found() {
    once(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let desk = house.desk(house.front_desk).await;
        house.practice.identity(&desk, noor).await.unwrap();
        let text = excerpt(&house, Search::default()).await.text().unwrap();
        let check = |text: &str| Excerpt::parse(text).and_then(|excerpt| excerpt.check());
        assert_eq!(check(&text), Ok(()));
        let said = text.replacen("\"front_desk\"", "\"owner\"", 1);
        assert!(matches!(check(&said), Err(ExcerptError::Words(_))));
        let without: Vec<&str> = text.lines().collect();
        let without = without[..without.len() - 1].join("\n");
        assert_eq!(check(&without), Err(ExcerptError::Malformed));
        let lines = text.lines().count() - 1;
        let fewer = without.replacen(
            &format!("\"receipts\":{lines}"),
            &format!("\"receipts\":{}", lines - 1),
            1,
        );
        assert!(matches!(check(&fewer), Err(ExcerptError::Log(_))));
        let moved = text.replacen("\"number\":5,", "\"number\":6,", 1);
        assert!(check(&moved).is_err());
    })
    .await;
}
