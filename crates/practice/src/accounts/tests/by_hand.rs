//! What somebody with the database alone cannot do: rows put in, changed, put back or taken away by hand.

use super::*;

#[tokio::test]
async fn a_row_put_in_by_hand_counts_for_nothing() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        let body = format!(r#"{{"person":"{noor}","role":"owner","from":0,"until":null,"supervisor":null}}"#);
        house
            .by_hand(
                "INSERT INTO roles (practice_id, id, revision, body, mac) SELECT practice_id, $1, 1, $2, mac FROM roles LIMIT 1",
                vec![noor.into(), body.into()],
            )
            .await;
        let signed_in = house.practice.signed_in(token.text()).await.unwrap();
        assert!(matches!(signed_in, SignedIn::Portal(_)), "still a client");
        let refused = unlocking(&house).await;
        assert!(
            matches!(refused, Err(KeysError::AuthorityChanged { table: "roles", id }) if id == noor.0)
        );
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_moved_to_another_account_signs_nobody_in() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let token = house.token(noor).await;
        house.token(house.owner).await;
        let moved = house
            .by_hand(
                "UPDATE sign_ins SET account_id = (SELECT id FROM accounts WHERE body LIKE $1)",
                vec![format!("%{}%", house.owner).into()],
            )
            .await;
        assert!(moved >= 2);
        assert!(house.practice.signed_in(token.text()).await.is_err());

        let token = house.token(noor).await;
        house
            .by_hand(
                "UPDATE sign_ins SET absolute_until = absolute_until + 1",
                vec![],
            )
            .await;
        assert!(house.practice.signed_in(token.text()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_changed_row_of_authority_is_named() {
    both(async |house: Fictional| {
        house
            .by_hand(
                "UPDATE accounts SET body = REPLACE(body, 'active', 'Active') WHERE body LIKE $1",
                vec![format!("%{}%", house.biller).into()],
            )
            .await;
        let refused = unlocking(&house).await;
        assert!(matches!(
            refused,
            Err(KeysError::AuthorityChanged {
                table: "accounts",
                ..
            })
        ));
        assert!(matches!(
            house
                .started_again()
                .await
                .unlock(&vault::Secret::Passphrase("no".to_owned().into()))
                .await,
            Err(KeysError::WrongSecret)
        ));
    })
    .await;
}

#[tokio::test]
async fn an_old_row_put_back_keeps_the_server_locked() {
    both(async |house: Fictional| {
        assert!(unlocking(&house).await.is_ok());
        let before = Copy::of(&house, "accounts", house.biller).await;
        house
            .practice
            .end_account(&JobAccess::set_up(), house.biller)
            .await
            .unwrap();
        before.put_back(&house).await;
        assert!(matches!(
            unlocking(&house).await,
            Err(KeysError::AuthorityNotCurrent)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_row_of_authority_taken_away_keeps_the_server_locked() {
    both(async |house: Fictional| {
        let removed = house
            .by_hand(
                "DELETE FROM roles WHERE body LIKE $1",
                vec![format!("%{}%", house.associate).into()],
            )
            .await;
        assert_eq!(removed, 1);
        assert!(matches!(
            unlocking(&house).await,
            Err(KeysError::AuthorityNotCurrent)
        ));
    })
    .await;
}

#[tokio::test]
async fn an_old_password_put_back_opens_nothing() {
    both(async |house: Fictional| {
        enrol(&house, "okafor").await;
        let put_back = house
            .by_hand(
                "UPDATE sign_in_secrets SET revision = 1, sealed = (SELECT sealed FROM revisions WHERE tbl = 'sign_in_secrets') \
                 WHERE revision = 2",
                vec![],
            )
            .await;
        assert_eq!(put_back, 1);
        for password in [PASSWORD, OWN] {
            assert!(matches!(
                house.practice.sign_in("okafor", password.to_owned()).await,
                Err(AccountError::Wrong)
            ));
        }
    })
    .await;
}
