//! Who may sign in, until when, and what somebody with the database alone cannot do.

use super::*;
use crate::testing::{Fictional, PASSWORD, account, both};

#[tokio::test]
async fn a_client_signs_in_with_name_and_password() {
    both(async |house: Fictional| {
        house.client("Noor").await;
        let token = house
            .practice
            .sign_in(" NOOR ", PASSWORD.to_owned(), None)
            .await
            .unwrap();
        assert!(house.practice.signed_in(token.text()).await.is_ok());
    })
    .await;
}
