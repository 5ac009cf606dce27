//! R5: signed is final. R9: nothing clinical before consent. R2: an own side's note is not the partner's.

use super::{NoteError, NoteState, NoteText, Route};
use crate::access::{JobAccess, Purpose};
use crate::accounts::AccountError;
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::SessionId;
use crate::private::Private;
use crate::testing::{Fictional, both, once, premises};

fn text(words: &str) -> NoteText {
    NoteText {
        brought: Private::from(words),
        ..NoteText::default()
    }
}

async fn session_of(house: &Fictional, case: &Case) -> SessionId {
    let access = house.desk(case.clinician).await;
    let starts = house
        .practice
        .now()
        .checked_add(jiff::SignedDuration::from_hours(27))
        .unwrap();
    let new = NewSession {
        case: case.id,
        people: Vec::new(),
        starts,
        length: SESSION,
        place: Place::Video,
    };
    house.practice.book_session(&access, new).await.unwrap()
}

/// Records that a participant gave the informed consent, without the words (they are the consent's own story).
async fn consent(house: &Fictional, case: &Case) {
    let (practice, participants) = (house.practice.id(), case.participants.clone());
    let ids: Vec<_> = participants
        .iter()
        .map(|_| crate::ids::uuid_v7(house.practice.now(), &vault::SystemRandomness))
        .collect();
    house
        .store
        .write(move |tx| {
            for (participant, id) in participants.iter().zip(&ids) {
                tx.exec(
                    "INSERT INTO consents (practice_id, id, participant_id, document, version, state, given_at, compartment_id, \
                     revision, schema, sealed) VALUES ($1, $2, $3, 'informed-consent', 99, 'in_force', 0, $4, 1, 1, $5)",
                    &[practice.into(), (*id).into(), participant.id.into(), participant.own.0.into(), vec![0_u8].into()],
                )?;
            }
            Ok::<_, store::StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn r9_no_note_before_everybody_has_consented() {
    both(async |house: Fictional| {
        premises(&house).await;
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let session = session_of(&house, &case).await;
        let access = house.desk(house.clinician).await;
        let refused = house
            .practice
            .write_note(&access, session, Route::Chart, text("words"), None)
            .await;
        assert!(matches!(refused, Err(NoteError::ConsentMissing)));
        consent(&house, &case).await;
        house
            .practice
            .write_note(&access, session, Route::Chart, text("words"), None)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn r5_a_signed_note_cannot_be_changed_only_amended() {
    both(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        consent(&house, &case).await;
        let session = session_of(&house, &case).await;
        let access = house.desk(house.clinician).await;
        let write = async |words: &str, revision| {
            house
                .practice
                .write_note(&access, session, Route::Chart, text(words), revision)
                .await
        };
        let (note, first) = write("first", None).await.unwrap();
        let (_, second) = write("second", Some(first)).await.unwrap();
        // Two windows: the one that saw the first revision is told so.
        assert!(matches!(
            write("late", Some(first)).await,
            Err(NoteError::Access(AccessError::Stale))
        ));
        assert!(matches!(
            write("late", None).await,
            Err(NoteError::Access(AccessError::Stale))
        ));
        let why = || (Private::from("a slip"), Private::from("the right word"));
        assert!(matches!(
            house
                .practice
                .amend_note(&access, note, why().0, why().1)
                .await,
            Err(NoteError::NotSigned)
        ));
        assert_eq!(
            house
                .practice
                .sign_note(&access, note, second)
                .await
                .unwrap(),
            NoteState::Signed
        );
        assert!(matches!(
            write("changed", Some(second + 1)).await,
            Err(NoteError::Signed)
        ));
        assert!(matches!(
            house.practice.sign_note(&access, note, second + 1).await,
            Err(NoteError::Signed)
        ));
        let empty = house
            .practice
            .amend_note(&access, note, Private::from(" "), why().1)
            .await;
        assert!(matches!(empty, Err(NoteError::ReasonMissing)));
        house
            .practice
            .amend_note(&access, note, why().0, why().1)
            .await
            .unwrap();
        // A column that says "draft" makes no draft of what was signed.
        house
            .store
            .write(|tx| tx.exec("UPDATE notes SET state = 'draft'", &[]))
            .await
            .unwrap();
        assert!(matches!(
            write("changed", Some(second + 1)).await,
            Err(NoteError::Signed)
        ));
        let kept = house
            .store
            .read(|tx| tx.query("SELECT revision FROM revisions WHERE tbl = 'notes'", &[]))
            .await
            .unwrap();
        assert_eq!(kept.len(), 2, "both drafts are kept as earlier revisions");
    })
    .await;
}

#[tokio::test]
async fn r5_an_associates_note_is_final_when_the_supervisor_cosigns() {
    once(async |house: Fictional| {
        premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house
            .case_with(house.associate, Some(house.clinician), &[noor])
            .await;
        consent(&house, &case).await;
        let session = session_of(&house, &case).await;
        let associate = house.desk(house.associate).await;
        let supervisor = house.desk(house.clinician).await;
        let (note, revision) = house
            .practice
            .write_note(&associate, session, Route::Chart, text("words"), None)
            .await
            .unwrap();
        assert!(matches!(
            house
                .practice
                .cosign_note(&supervisor, note, revision)
                .await,
            Err(NoteError::NotSigned)
        ));
        assert!(matches!(
            house.practice.sign_note(&supervisor, note, revision).await,
            Err(NoteError::NotYours)
        ));
        assert_eq!(
            house
                .practice
                .sign_note(&associate, note, revision)
                .await
                .unwrap(),
            NoteState::Awaiting
        );
        let own = house
            .practice
            .cosign_note(&associate, note, revision + 1)
            .await;
        assert!(matches!(own, Err(NoteError::NotYours)));
        assert_eq!(
            house
                .practice
                .cosign_note(&supervisor, note, revision + 1)
                .await
                .unwrap(),
            NoteState::Signed
        );
    })
    .await;
}

#[tokio::test]
async fn r2_a_note_of_an_own_side_opens_for_nobody_else_in_the_case() {
    once(async |house: Fictional| {
        premises(&house).await;
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        consent(&house, &case).await;
        let session = session_of(&house, &case).await;
        let access = house.desk(house.clinician).await;
        let noors = case.participant(noor).copied().unwrap();
        let own = Route::Own(noors.id);
        house
            .practice
            .write_note(&access, session, own, text("hers alone"), None)
            .await
            .unwrap();
        let opened = house
            .practice
            .read(&house.portal(sam).await, move |work| {
                work.open(
                    crate::receipts::Action::OwnPages,
                    Purpose::OwnRecord,
                    &[noors.own],
                )
                .map(|_| ())
            })
            .await;
        assert!(matches!(opened, Err(AccessError::NotThere)));
        let access = JobAccess::post();
        let job = house.practice.read(&access, move |work| {
            work.open(
                crate::receipts::Action::Post,
                Purpose::Contact,
                &[noors.own],
            )
            .map(|_| ())
        });
        assert!(matches!(job.await, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test]
async fn r5_an_associate_without_a_supervisor_signs_nothing_until_one_is_named() {
    both(async |house: Fictional| {
        premises(&house).await;
        let (practice, noor) = (&house.practice, house.client("Noor").await);
        let case = house.case_with(house.associate, None, &[noor]).await;
        consent(&house, &case).await;
        let session = session_of(&house, &case).await;
        let associate = house.desk(house.associate).await;
        let written = practice.write_note(&associate, session, Route::Chart, text("words"), None);
        let (note, revision) = written.await.unwrap();
        let refused = practice.sign_note(&associate, note, revision).await;
        assert!(matches!(refused, Err(NoteError::NoSupervisor)));
        let draft = practice.note(&associate, note).await.unwrap().note;
        assert_eq!((draft.state, draft.revision), (NoteState::Draft, revision));

        let owner = house.fresh(house.owner).await;
        for (who, by) in [
            (house.associate, house.associate),
            (house.associate, house.front_desk),
        ] {
            let wrong = practice.set_supervisor(&owner, who, by).await;
            assert!(matches!(wrong, Err(AccountError::Supervisor)));
        }
        let wrong = practice
            .set_supervisor(&owner, house.front_desk, house.clinician)
            .await;
        assert!(matches!(wrong, Err(AccountError::Wrong)));
        let not_theirs = practice
            .set_supervisor(
                &house.fresh(house.associate).await,
                house.associate,
                house.clinician,
            )
            .await;
        assert!(matches!(
            not_theirs,
            Err(AccountError::Access(AccessError::NotThere))
        ));
        practice
            .set_supervisor(&owner, house.associate, house.clinician)
            .await
            .unwrap();
        let signed = practice.sign_note(&associate, note, revision).await;
        assert_eq!(signed.unwrap(), NoteState::Awaiting);
        let supervisor = house.desk(house.clinician).await;
        let last = practice.cosign_note(&supervisor, note, revision + 1).await;
        assert_eq!(last.unwrap(), NoteState::Signed);
    })
    .await;
}
