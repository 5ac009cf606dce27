//! What holds for every set of rows: the digest does not depend on the order in which they were taken in.
#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use uuid::Uuid;
use vault::{KeyFile, PassphraseCost, Secret, SeededRandomness, SetDigest, Vault, create};

fn vault() -> Vault {
    let randomness = SeededRandomness::new(1);
    let secret = Secret::KeyFile(KeyFile::generate(&randomness));
    create(
        Uuid::from_u128(1),
        &randomness,
        &secret,
        PassphraseCost::CHEAPEST,
    )
    .unwrap()
    .0
}

proptest! {
    #[test]
    fn order_does_not_matter_and_membership_does(
        mut rows in proptest::collection::btree_map(any::<u128>(), any::<[u8; 32]>(), 1..40)
            .prop_map(|rows| rows.into_iter().collect::<Vec<_>>())
            .prop_shuffle(),
        turn in any::<prop::sample::Index>(),
    ) {
        let vault = vault();
        let digest = |rows: &[(u128, [u8; 32])]| {
            vault.set_digest(rows.iter().map(|(id, mac)| (Uuid::from_u128(*id), *mac))).unwrap()
        };
        let whole = digest(&rows);
        let turn = turn.index(rows.len());
        rows.rotate_left(turn);
        prop_assert_eq!(digest(&rows), whole);
        let (id, mac) = rows.pop().unwrap();
        let rest = digest(&rows);
        prop_assert_ne!(rest, whole);
        let last = vault.set_element(Uuid::from_u128(id), &mac);
        prop_assert_eq!(rest.combine(last), whole);
        prop_assert_eq!(whole.combine(last), rest);
        prop_assert_eq!(whole.combine(whole), SetDigest::EMPTY);
    }
}
