//! Stories of clinical entries that stay closed until the informed consent of the person they are about (R9).

use jiff::civil::date;

use super::{case_called, condition, holds, key, meeting, people, person, reasons, take};
use crate::AccessError;
use crate::consent::records::INFORMED;
use crate::imports::{Entries, EntryKind, Mention};
use crate::private::Private;
use crate::testing::{Fictional, both};

#[tokio::test]
async fn r9_clinical_entries_stay_closed_until_a_consent_is_recorded() {
    both(async |house: Fictional| {
        let mut held = meeting("s1", "2026-11-02T18:00:00Z", "2026-11-02T19:00:00Z");
        held.persons = vec![Mention::by_key(key("Noor"))];
        held.words = vec!["a word on it".into()];
        let mut offer = people(1, vec![person("Noor", "Jansen")]);
        offer.sessions = vec![held];
        let mut found = condition("c1", "Noor");
        found.session = Some(key("s1"));
        offer.conditions = vec![found, condition("c2", "Nobody")];
        let report = take(&house, offer).await;
        assert_eq!(report.taken["clinical_entries"], 1);
        assert_eq!(reasons(&report), ["is of somebody who is not known here"]);

        let case = case_called(&house, house.clinician, "noor").await;
        let part = case.participants[0].id;
        let desk = house.desk(house.clinician).await;
        let entries = async || {
            let page = house.practice.imported_entries(&desk, case.id, part).await;
            page.unwrap().entries
        };
        assert!(matches!(entries().await, Entries::Closed(2)));
        // Opening the row by hand opens nothing.
        house
            .by_hand("UPDATE imported_rows SET state = 'open'", vec![])
            .await;
        assert!(matches!(entries().await, Entries::Closed(2)));

        let document = INFORMED.to_owned();
        let day = date(2026, 9, 3);
        house
            .practice
            .record_consent(&desk, part, document, (day, "Alder Clinic".into()))
            .await
            .unwrap();
        let Entries::Open(open) = entries().await else {
            unreachable!("a consent is recorded")
        };
        let texts: Vec<&str> = open
            .iter()
            .map(|one| one.entry.text.reveal().as_str())
            .collect();
        assert_eq!(texts, ["", "a condition with a marker"]);
        let (words, condition) = (&open[0].entry, &open[1].entry);
        assert_eq!(words.words, [Private::<String>::from("a word on it")]);
        assert_eq!(words.session, condition.session);
        assert_eq!(open[0].session_at, open[1].session_at);
        assert!(open[0].session_at.is_some());
        assert_eq!(words.origin.file.reveal(), "clients of Noor.csv");
        assert_eq!(
            words.origin.taken_at,
            crate::clock::micros(house.practice.now())
        );
        for other in [house.front_desk, house.owner, house.associate] {
            let desk = house.desk(other).await;
            let refused = house.practice.imported_entries(&desk, case.id, part).await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
        }
        holds(&house).await;
    })
    .await;
}

#[tokio::test]
async fn r9_notes_of_a_client_list_are_closed_entries_and_no_remarks() {
    both(async |house: Fictional| {
        let mut noor = person("Noor", "Jansen");
        noor.referred_by = Some("Dr. Vos".into());
        noor.notes = vec!["Presenting: a marker".into()];
        let report = take(&house, people(1, vec![noor.clone()])).await;
        assert_eq!(report.taken["clinical_entries"], 1);
        let case = case_called(&house, house.clinician, "noor").await;
        let who = case.participants[0];
        let front = house.desk(house.front_desk).await;
        let identity = house.practice.identity(&front, who.person).await.unwrap();
        assert_eq!(identity.remarks.unwrap().reveal(), "Sent by: Dr. Vos");
        let desk = house.desk(house.clinician).await;
        let page = || house.practice.imported_entries(&desk, case.id, who.id);
        assert!(matches!(page().await.unwrap().entries, Entries::Closed(1)));
        let given = (date(2026, 9, 3), "Alder Clinic".into());
        let document = INFORMED.to_owned();
        let recorded = house
            .practice
            .record_consent(&desk, who.id, document, given);
        recorded.await.unwrap();
        let Entries::Open(open) = page().await.unwrap().entries else {
            unreachable!("a consent is recorded")
        };
        assert_eq!(open[0].entry.kind, EntryKind::Note);
        assert_eq!(open[0].entry.text.reveal(), "Presenting: a marker");

        // A newer list that says it again adds nothing, and what is new comes once.
        noor.notes.push("Likes mornings".into());
        let report = take(&house, people(2, vec![noor])).await;
        assert_eq!(report.taken["clinical_entries"], 1);
        assert_eq!(report.merged["clinical_entries"], 1);
        holds(&house).await;
    })
    .await;
}
