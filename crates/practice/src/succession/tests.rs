//! Succession: which recipients are taken, who names one, who gives to it, and what is given out.

use super::{Recipient, SuccessionError};
use crate::access::{DeskAccess, JobAccess};
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::error::AccessError;
use crate::ids::{PersonId, SessionId};
use crate::keys::KeysError;
use crate::own_words::Keys;
use crate::private::Private;
use crate::process_notes::{Encrypted, ProcessNoteError};
use crate::testing::age::for_keys;
use crate::testing::author::{Author, recipient};
use crate::testing::{Fictional, both, once, premises, secret};

/// One that an age tool made.
const ONE: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

#[test]
fn a_recipient_is_taken_whole_and_its_check_is_of_it_alone() {
    let one = Recipient::read(&format!("  {ONE}\n")).unwrap();
    assert_eq!(one.as_str(), ONE);
    let check = one.check();
    // The same stands in the test of the browser's modules.
    assert_eq!(check, "BZ7D-AWZN-9078");
    assert!(one.has_check(&check.to_lowercase().replace('-', " ")));
    assert!(!one.has_check(&check[..13]) && !one.has_check(""));
    let mut missed = 0;
    for (at, right) in ONE.char_indices().skip(4) {
        let other = if right == 'q' { "p" } else { "q" };
        let wrong = format!("{}{other}{}", &ONE[..at], &ONE[at + 1..]);
        missed += usize::from(Recipient::read(&wrong).is_ok());
    }
    assert_eq!(missed, 0, "one wrong character is always found");
    let upper = ONE.to_uppercase();
    let secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQS";
    for no in [&upper, &ONE[..61], "", "age1", secret] {
        assert!(Recipient::read(no).is_err(), "{no}");
    }
}

/// Dr. Okafor with keys, a session with Noor alone, one with Kit, and a note of each for her alone.
struct Story {
    okafor: DeskAccess,
    author: Author,
    person: PersonId,
    sessions: [SessionId; 2],
}

fn note(executor: Option<&Recipient>) -> Encrypted {
    Encrypted {
        file: for_keys(1 + usize::from(executor.is_some())),
        executor: executor.cloned(),
    }
}

async fn story(house: &Fictional) -> Story {
    premises(house).await;
    let okafor = house.desk(house.clinician).await;
    let author = Author::new('q');
    author.begins(house, &okafor).await;
    let mut sessions = Vec::new();
    for (name, at) in [
        ("Noor", "2026-11-19T18:00:00Z"),
        ("Kit", "2026-11-20T18:00:00Z"),
    ] {
        let client = house.client(name).await;
        let case = house.case_of(&[client]).await;
        house.everybody_signs(&case).await;
        let new = NewSession {
            case: case.id,
            people: Vec::new(),
            starts: at.parse().unwrap(),
            length: SESSION,
            place: Place::Video,
        };
        let session = house.practice.book_session(&okafor, new).await.unwrap();
        let write = house
            .practice
            .write_process_note(&okafor, session, note(None), None);
        write.await.unwrap();
        sessions.push(session);
    }
    Story {
        okafor,
        author,
        person: house.clinician,
        sessions: sessions.try_into().unwrap(),
    }
}

impl Story {
    async fn decides(
        &self,
        house: &Fictional,
        seen: u32,
        to: Option<&Recipient>,
    ) -> Result<u32, SuccessionError> {
        let decision = self.author.decides(house, (self.person, seen + 1), to);
        house
            .practice
            .decide_succession(&self.okafor, decision, seen)
            .await
    }

    /// How many notes wait for being encrypted anew.
    async fn waiting(&self, house: &Fictional) -> usize {
        let found = house.practice.process_notes_waiting(&self.okafor).await;
        let found = found.unwrap();
        assert_eq!((found.all, found.closed), (2, 0));
        found.waiting.len()
    }

    /// Encrypts every note that waits anew, as the author's browser does.
    async fn renew(&self, house: &Fictional, executor: Option<&Recipient>) {
        let practice = &house.practice;
        let found = practice.process_notes_waiting(&self.okafor).await.unwrap();
        for id in found.waiting {
            let stored = practice.process_note_to_renew(&self.okafor, id).await;
            let seen = stored.unwrap().revision;
            let renewing = practice.renew_process_note(&self.okafor, id, note(executor), seen);
            assert_eq!(renewing.await.unwrap(), seen + 1);
        }
    }
}

async fn registered(house: &Fictional, recipient: &Recipient) {
    let access = JobAccess::set_up();
    let register = house
        .practice
        .register_succession(&access, recipient.clone());
    register.await.unwrap();
}

async fn holds(house: &Fictional) {
    let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
}

#[tokio::test]
async fn r4_notes_are_for_whom_their_author_signed_for_and_nobody_else() {
    both(async |house| {
        let story = story(&house).await;
        let practice = &house.practice;
        let (one, other) = (recipient(1), recipient(2));
        let write = |to: Option<&Recipient>, seen| {
            let [session, _] = story.sessions;
            practice.write_process_note(&story.okafor, session, note(to), Some(seen))
        };
        let refused = |tried: Result<u32, ProcessNoteError>| {
            assert!(matches!(tried, Err(ProcessNoteError::OtherReaders)));
        };
        let early = story.decides(&house, 0, Some(&one)).await;
        assert!(matches!(early, Err(SuccessionError::OtherRecipient)));
        registered(&house, &one).await;
        // That the practice has an executor changes nothing for anybody.
        refused(write(Some(&one), 1).await);
        assert_eq!(write(None, 1).await.unwrap(), 2);
        assert_eq!(story.waiting(&house).await, 0);

        let stranger = Author::new('p').decides(&house, (story.person, 1), Some(&one));
        let forged = practice.decide_succession(&story.okafor, stranger, 0).await;
        assert!(matches!(forged, Err(SuccessionError::NotSigned)));
        let for_other = story.decides(&house, 0, Some(&other)).await;
        assert!(matches!(for_other, Err(SuccessionError::OtherRecipient)));
        assert_eq!(story.decides(&house, 0, Some(&one)).await.unwrap(), 1);
        let late = story.decides(&house, 0, None).await;
        assert!(matches!(
            late,
            Err(SuccessionError::Access(AccessError::Stale))
        ));

        assert_eq!(story.waiting(&house).await, 2);
        refused(write(None, 2).await);
        refused(write(Some(&other), 2).await);
        let lies = Encrypted {
            file: for_keys(1),
            executor: Some(one.clone()),
        };
        let [session, _] = story.sessions;
        refused(
            practice
                .write_process_note(&story.okafor, session, lies, Some(2))
                .await,
        );
        assert_eq!(write(Some(&one), 2).await.unwrap(), 3);
        // One is done by writing in it; the other one by encrypting it anew, also when the browser was closed meanwhile.
        assert_eq!(story.waiting(&house).await, 1);
        story.renew(&house, Some(&one)).await;
        assert_eq!(story.waiting(&house).await, 0);

        // Other cards: nobody's yes goes over, nothing is changed by itself, and new notes are for their author alone.
        registered(&house, &other).await;
        assert_eq!(story.waiting(&house).await, 0);
        refused(write(Some(&one), 3).await);
        refused(write(Some(&other), 3).await);
        assert_eq!(write(None, 3).await.unwrap(), 4);
        assert_eq!(story.decides(&house, 1, Some(&other)).await.unwrap(), 2);
        assert_eq!(story.waiting(&house).await, 2);
        story.renew(&house, Some(&other)).await;
        assert_eq!(story.decides(&house, 2, None).await.unwrap(), 3);
        assert_eq!(story.waiting(&house).await, 2);
        story.renew(&house, None).await;
        assert_eq!(story.waiting(&house).await, 0);
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r4_notes_to_renew_are_their_authors_and_do_not_stop_at_the_brake() {
    once(async |house| {
        let story = story(&house).await;
        let one = recipient(1);
        registered(&house, &one).await;
        story.decides(&house, 0, Some(&one)).await.unwrap();
        let practice = &house.practice;
        let found = practice.process_notes_waiting(&story.okafor).await.unwrap();
        let id = found.waiting[0];
        for stranger in [house.owner, house.associate, house.front_desk] {
            let access = house.desk(stranger).await;
            let read = practice.process_note_to_renew(&access, id).await;
            assert!(matches!(read, Err(AccessError::NotThere)));
            let write = practice
                .renew_process_note(&access, id, note(None), 1)
                .await;
            let not_there = ProcessNoteError::Access(AccessError::NotThere);
            assert_eq!(
                format!("{write:?}"),
                format!("{:?}", Err::<u32, _>(not_there))
            );
        }
        // One record an hour, and twice as many after a proof: there are two.
        practice.brake_at(1);
        story.renew(&house, Some(&one)).await;
        assert_eq!(story.waiting(&house).await, 0);
        let late = practice
            .renew_process_note(&story.okafor, id, note(Some(&one)), 1)
            .await;
        assert!(matches!(
            late,
            Err(ProcessNoteError::Access(AccessError::Stale))
        ));
    })
    .await;
}

#[tokio::test]
async fn who_begins_anew_with_other_keys_gives_to_nobody() {
    once(async |house| {
        let story = story(&house).await;
        let one = recipient(1);
        registered(&house, &one).await;
        story.decides(&house, 0, Some(&one)).await.unwrap();
        let anew = Author::new('p').own_words();
        let proved = house.practice.prove_for_keys(&story.okafor, String::new());
        let keys = Keys::Anew(proved.await.unwrap());
        let keep = house
            .practice
            .keep_own_words(&story.okafor, anew, Some(1), keys);
        keep.await.unwrap();
        let standing = house.practice.my_succession(&story.okafor).await.unwrap();
        assert_eq!((standing.reader(), standing.revision), (None, 2));
        let old = story.decides(&house, 2, Some(&one)).await;
        assert!(matches!(old, Err(SuccessionError::NotSigned)));
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r1_what_is_taken_out_has_a_reason_and_a_receipt_for_each_case_and_stays_encrypted() {
    both(async |house| {
        let story = story(&house).await;
        let practice = &house.practice;
        let one = recipient(1);
        registered(&house, &one).await;
        let access = JobAccess::set_up();
        let export = |reason: &'static str| {
            practice.export_for_executor(&access, story.person, Private::from(reason))
        };
        let not_given = export("She died.").await;
        assert!(matches!(not_given, Err(SuccessionError::NotGiven)));
        story.decides(&house, 0, Some(&one)).await.unwrap();
        let silent = export("  ").await;
        assert!(matches!(silent, Err(SuccessionError::ReasonMissing)));
        let [session, _] = story.sessions;
        let write = practice.write_process_note(&story.okafor, session, note(Some(&one)), Some(1));
        write.await.unwrap();
        house.clock.pass_minutes(1);
        let exported = export("She died.").await.unwrap();
        assert_eq!((exported.notes.len(), exported.stay), (1, 1));
        assert_eq!(exported.notes[0].file, for_keys(2));
        assert_eq!(exported.notes[0].session, session);
        assert_eq!(exported.notes[0].executor, one);
        house.clock.pass_minutes(1);
        story.renew(&house, Some(&one)).await;
        assert_eq!(export("Again.").await.unwrap().notes.len(), 2);

        let owner = house.desk(house.owner).await;
        let taken = practice.succession_exports(&owner).await.unwrap();
        let told: Vec<_> = taken.iter().map(|one| (one.notes, one.reason.reveal().as_str())).collect();
        assert_eq!(told, [(2, "Again."), (1, "She died.")]);
        let mine = practice.my_succession_exports(&story.okafor).await.unwrap();
        assert_eq!(mine.len(), 2);
        let read = |tx: &mut store::Tx<'_>| {
            let sql = "SELECT compartments FROM receipts WHERE action = 'succession_export' AND role = 'succession'";
            let rows = tx.query(sql, &[])?;
            rows.iter().map(|row| Ok(row.blob(0)?.len())).collect::<Result<Vec<_>, store::StoreError>>()
        };
        let receipts = house.store.read(read).await.unwrap();
        assert_eq!(receipts, [16, 16, 16], "one side each");
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn only_the_owner_registers_and_takes_out_and_the_log_names_what() {
    once(async |house| {
        let story = story(&house).await;
        let practice = &house.practice;
        let one = recipient(1);
        for stranger in [house.clinician, house.front_desk] {
            let access = house.fresh(stranger).await;
            let registering = practice.register_succession(&access, one.clone()).await;
            assert!(matches!(registering, Err(AccessError::NotThere)));
            let reason = Private::from("Curious.");
            let taking = practice.export_for_executor(&access, story.person, reason).await;
            assert!(matches!(taking, Err(SuccessionError::Access(AccessError::NotThere))));
            let givers = practice.succession_givers(access.desk()).await;
            assert!(matches!(givers, Err(AccessError::NotThere)));
        }
        let owner = house.fresh(house.owner).await;
        practice.register_succession(&owner, one.clone()).await.unwrap();
        let found = practice.succession_recipient(owner.desk()).await.unwrap();
        assert_eq!(found.unwrap().recipient, one);
        story.decides(&house, 0, Some(&one)).await.unwrap();
        let givers = practice.succession_givers(owner.desk()).await.unwrap();
        assert_eq!(givers.len(), 1);
        assert!(givers[0].person == story.person && givers[0].is_current);
        let read = |tx: &mut store::Tx<'_>| {
            let sql = "SELECT rows_written FROM receipts WHERE action LIKE 'succession_%' AND outcome = 'written'";
            let rows = tx.query(sql, &[])?;
            rows.iter().map(|row| Ok(row.blob(0)?.to_vec())).collect::<Result<Vec<_>, store::StoreError>>()
        };
        let named = house.store.read(read).await.unwrap();
        assert_eq!(named.len(), 2);
        for rows in named {
            assert!(rows.windows(32).any(|part| part == one.digest()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_recipient_or_a_yes_that_somebody_put_in_with_sql_counts_for_nothing() {
    both(async |house| {
        let story = story(&house).await;
        registered(&house, &recipient(1)).await;
        story.decides(&house, 0, Some(&recipient(1))).await.unwrap();
        let (from, to) = (recipient(1).to_string(), recipient(2).to_string());
        for table in ["succession_recipients", "succession_decisions"] {
            let change = |from: String, to: String| {
                house.store.write(move |tx| {
                    let sql = format!("UPDATE {table} SET body = replace(body, $1, $2)");
                    tx.exec(&sql, &[from.as_str().into(), to.as_str().into()]).map(|_| ())
                })
            };
            change(from.clone(), to.clone()).await.unwrap();
            // What runs does not look at the table again; what starts does not unlock.
            let standing = house.practice.my_succession(&story.okafor).await.unwrap();
            assert_eq!(standing.reader(), Some(&recipient(1)));
            let again = house.started_again().await;
            let unlocked = again.unlock(&secret()).await;
            assert!(matches!(unlocked, Err(KeysError::AuthorityChanged { table: found, .. }) if found == table));
            let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
            assert!(verdict.findings.iter().any(|found| found.table == table));
            change(to.clone(), from.clone()).await.unwrap();
        }
        holds(&house).await;
    })
    .await;
}
