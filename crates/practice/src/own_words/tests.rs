//! Own words: what is taken for an age file, which identity is kept for whom, and how long a tab's key is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{
    AgeFile, Keys, OwnWords, OwnWordsError, PasskeySlot, PublicKeys, Recipients, Slots, Wanted,
};
use crate::access::Access;
use crate::accounts::AccountError;
use crate::error::AccessError;
use crate::testing::age::{
    file_of, for_keys, for_passkey, for_passphrase as slot, key, passkey, passphrase,
};
use crate::testing::{Fictional, both, once, secret};

fn own(letter: char) -> OwnWords {
    OwnWords {
        keys: PublicKeys {
            recipient: format!("age1{}", letter.to_string().repeat(58)),
            author: "ab".repeat(32),
        },
        slots: Slots {
            recovery: slot(12),
            passphrase: Some(slot(18)),
            passkey: None,
        },
    }
}

#[test]
fn a_header_tells_how_many_keys_or_the_passphrase_and_nothing_else_is_taken() {
    assert_eq!(for_keys(1).recipients(), Recipients::Keys(1));
    assert_eq!(for_keys(16).recipients(), Recipients::Keys(16));
    assert_eq!(slot(18).recipients(), Recipients::Passphrase { work: 18 });
    assert_eq!(for_passkey().recipients(), Recipients::Passkey);
    assert!(!for_passkey().is_for(1), "no note is for a passkey");
    let good = file_of(&[&key()]);
    assert_eq!(AgeFile::from_base64(&good).unwrap().to_base64(), good);

    let many = vec![key(); 17];
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = [
        file_of(&[]),
        file_of(&many),
        file_of(&[&key(), &passphrase("18")]),
        file_of(&[&passphrase("18"), &passphrase("18")]),
        file_of(&[&passkey(), &passkey()]),
        file_of(&[&passkey(), &key()]),
        file_of(&[&passkey(), &passphrase("18")]),
        file_of(&[&format!("{} more", passkey())]),
        file_of(&["age-encryption.org/fido2prf c2hvcnQ"]),
        file_of(&["age-encryption.org/fido2prf"]),
        file_of(&[&passphrase("018")]),
        file_of(&[&passphrase("+18")]),
        file_of(&[&passphrase("999")]),
        file_of(&["ssh-ed25519 abcd"]),
        file_of(&["X25519 c2hvcnQ"]),
        file_of(&[&format!("{} more", key())]),
        file_of(&["X25519"]),
        STANDARD.encode("the words themselves"),
        STANDARD.encode("age-encryption.org/v2\n"),
        "not Base64".to_owned(),
        String::new(),
    ];
    for text in refused {
        assert!(AgeFile::from_base64(&text).is_err(), "{text}");
    }
    let bytes = STANDARD.decode(&good).unwrap();
    for length in 0..bytes.len() - 8 {
        let cut = STANDARD.encode(&bytes[..length]);
        assert!(AgeFile::from_base64(&cut).is_err(), "cut at {length}");
    }
    let mut long = bytes;
    long.resize(192 * 1024 + 1, 0);
    assert!(AgeFile::from_base64(&STANDARD.encode(long)).is_err());
}

async fn kept(house: &Fictional, access: &impl Access) -> Option<(OwnWords, u32)> {
    house.practice.my_own_words(access).await.unwrap()
}

#[tokio::test]
async fn an_identity_is_its_persons_and_its_keys_stay_when_its_slots_change() {
    both(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let (noors, sams) = (house.portal(noor).await, house.portal(sam).await);
        let okafors = house.desk(house.clinician).await;
        let keep_as =
            |new, revision, keys| house.practice.keep_own_words(&noors, new, revision, keys);
        let keep = |new, revision| keep_as(new, revision, Keys::Same);
        assert_eq!(kept(&house, &noors).await, None);
        assert_eq!(keep(own('q'), None).await.unwrap(), 1);
        assert_eq!(kept(&house, &noors).await, Some((own('q'), 1)));
        assert_eq!(kept(&house, &sams).await, None);
        assert_eq!(kept(&house, &okafors).await, None);

        let again = keep(own('q'), None).await;
        assert!(matches!(
            again,
            Err(OwnWordsError::Access(AccessError::Stale))
        ));
        let others = keep(own('p'), Some(1)).await;
        assert!(matches!(others, Err(OwnWordsError::OtherKeys)));
        let mut new = own('q');
        new.slots.recovery = slot(14);
        assert_eq!(keep(new.clone(), Some(1)).await.unwrap(), 2);
        assert_eq!(kept(&house, &noors).await, Some((new.clone(), 2)));
        let late = keep(new, Some(1)).await;
        assert!(matches!(
            late,
            Err(OwnWordsError::Access(AccessError::Stale))
        ));
        // Whoever lost both ways begins anew, and says so.
        let proved = house.practice.prove_for_keys(&noors, String::new());
        let anew = Keys::Anew(proved.await.unwrap());
        assert_eq!(keep_as(own('p'), Some(2), anew).await.unwrap(), 3);
        assert_eq!(kept(&house, &noors).await, Some((own('p'), 3)));
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test]
async fn other_keys_need_the_password_or_a_proof_of_the_last_ten_minutes_and_ones_own() {
    once(async |house| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let noors = house.portal(noor).await;
        let practice = &house.practice;
        let keep = |new, revision, keys| practice.keep_own_words(&noors, new, revision, keys);
        keep(own('q'), None, Keys::Same).await.unwrap();
        let sams = house.portal(sam).await;
        let sams = practice.prove_for_keys(&sams, String::new());
        let others = keep(own('p'), Some(1), Keys::Anew(sams.await.unwrap())).await;
        assert!(matches!(others, Err(OwnWordsError::OtherKeys)));
        assert!(practice.prove_for_keys(&noors, String::new()).await.is_ok());
        house.clock.pass_minutes(11);
        for wrong in ["", "not her password"] {
            let proved = practice.prove_for_keys(&noors, wrong.to_owned()).await;
            assert!(matches!(proved, Err(AccountError::Wrong)), "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_cheap_to_guess_or_no_key_is_not_kept() {
    once(async |house| {
        let access = house.portal(house.client("Noor").await).await;
        let mut bad: Vec<OwnWords> = (0..12).map(|_| own('q')).collect();
        bad[0].slots.passphrase = Some(slot(17));
        bad[1].slots.recovery = slot(11);
        bad[2].slots.passphrase = Some(for_keys(1));
        bad[3].slots.recovery = for_keys(1);
        bad[4].keys.recipient.pop();
        bad[5].keys.author = "AB".repeat(32);
        bad[6].keys.recipient = "AGE-SECRET-KEY-1".repeat(4)[..62].to_owned();
        bad[7].slots.passphrase = None;
        bad[8].slots.passkey = Some(by_passkey(slot(18), LINE));
        bad[9].slots.passkey = Some(by_passkey(for_passkey(), ""));
        bad[10].slots.passkey = Some(by_passkey(for_passkey(), "AGE-PLUGIN-FIDO2PRF-1<b>"));
        bad[11].slots.passkey = Some(by_passkey(for_passkey(), &LINE.repeat(100)));
        for new in bad {
            let refused = house
                .practice
                .keep_own_words(&access, new, None, Keys::Same)
                .await;
            assert!(matches!(refused, Err(OwnWordsError::Malformed)));
        }
        assert_eq!(kept(&house, &access).await, None);
    })
    .await;
}

const LINE: &str = "AGE-PLUGIN-FIDO2PRF-1QYPQXPQ9";

fn by_passkey(file: AgeFile, line: &str) -> PasskeySlot {
    PasskeySlot {
        file,
        line: line.to_owned(),
    }
}

#[tokio::test]
async fn a_passkey_stands_beside_a_passphrase_or_in_its_place() {
    both(async |house| {
        let access = house.portal(house.client("Noor").await).await;
        let mut new = own('q');
        new.slots.passkey = Some(by_passkey(for_passkey(), LINE));
        for (revision, passphrase) in [(None, None), (Some(1), Some(slot(18)))] {
            new.slots.passphrase = passphrase;
            let keep = house
                .practice
                .keep_own_words(&access, new.clone(), revision, Keys::Same);
            let at = keep.await.unwrap();
            assert_eq!(kept(&house, &access).await, Some((new.clone(), at)));
        }
    })
    .await;
}

/// What was kept before there were passkeys.
#[test]
fn slots_of_before_read_as_they_were() {
    let before = serde_json::json!({
        "recovery": slot(12).to_base64(),
        "passphrase": slot(18).to_base64(),
    });
    let read: Slots = serde_json::from_value(before).unwrap();
    assert_eq!(read, own('q').slots);
}

#[tokio::test]
async fn the_log_names_the_digest_of_new_public_keys_and_whose_they_are() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let access = house.portal(noor).await;
        let keeping = house
            .practice
            .keep_own_words(&access, own('q'), None, Keys::Same);
        keeping.await.unwrap();
        let named = rows_written(&house).await;
        let digest = own('q').keys.digest();
        assert!(named.windows(32).any(|part| part == digest));
        assert!(named.windows(16).any(|part| part == noor.0.as_bytes()));
        assert_ne!(own('q').keys.digest(), own('p').keys.digest());
    })
    .await;
}

/// What receipts name of written identities, as they stand in the log.
async fn rows_written(house: &Fictional) -> Vec<u8> {
    let read = |tx: &mut store::Tx<'_>| {
        let sql =
            "SELECT rows_written FROM receipts WHERE action = 'own_words' AND outcome = 'written'";
        let row = tx.one(sql, &[])?.ok_or(store::StoreError::NoRow)?;
        Ok::<_, store::StoreError>(row.blob(0)?.to_vec())
    };
    house.store.read(read).await.unwrap()
}

#[tokio::test]
async fn a_tabs_key_is_of_one_sign_in_and_is_forgotten_after_ten_idle_minutes() {
    once(async |house| {
        let noor = house.client("Noor").await;
        let (here, there) = (house.portal(noor).await, house.portal(noor).await);
        let ask = |access: &crate::access::PortalAccess, wanted| {
            house.practice.tab_key(access, wanted).unwrap()
        };
        assert!(ask(&here, Wanted::Kept).is_none());
        let key = ask(&here, Wanted::KeptOrNew).unwrap();
        assert_ne!(*key, [0; 32]);
        assert_eq!(ask(&here, Wanted::KeptOrNew).unwrap(), key);
        assert!(ask(&there, Wanted::Kept).is_none(), "another sign-in");
        for _ in 0..3 {
            house.clock.pass_minutes(9);
            assert_eq!(ask(&here, Wanted::Kept).unwrap(), key, "it is in use");
        }
        house.clock.pass_minutes(10);
        assert!(ask(&here, Wanted::Kept).is_none());
        let next = ask(&here, Wanted::KeptOrNew).unwrap();
        assert_ne!(next, key);
        assert!(ask(&here, Wanted::Nothing).is_none());
        assert!(ask(&here, Wanted::Kept).is_none());
        ask(&here, Wanted::KeptOrNew).unwrap();
        house.practice.lock();
        let locked = house.practice.tab_key(&here, Wanted::Kept);
        assert!(matches!(locked, Err(AccessError::Locked)));
    })
    .await;
}
