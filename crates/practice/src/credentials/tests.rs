//! What a visitor sees of qualifications: the same while the server is locked.

use jiff::civil::date;

use super::is_in_force;
use crate::testing::{Fictional, both, licence};

#[test]
fn r6_a_licence_is_in_force_from_its_first_to_its_last_day() {
    let licence = licence();
    assert!(!is_in_force(&licence, date(2019, 2, 28)));
    assert!(is_in_force(&licence, date(2019, 3, 1)));
    assert!(is_in_force(&licence, date(2028, 2, 29)));
    assert!(!is_in_force(&licence, date(2028, 3, 1)));
}

#[tokio::test]
async fn published_pages_are_the_same_while_locked() {
    both(async |house: Fictional| {
        let open = house.practice.published_clinicians().await.unwrap();
        assert_eq!(open.len(), 2);
        assert_eq!(open[0].credentials.len(), 1);
        house.practice.lock();
        let locked = house.practice.published_clinicians().await.unwrap();
        assert_eq!(
            open.iter()
                .map(|m| m.credentials.clone())
                .collect::<Vec<_>>(),
            locked
                .iter()
                .map(|m| m.credentials.clone())
                .collect::<Vec<_>>()
        );
    })
    .await;
}
