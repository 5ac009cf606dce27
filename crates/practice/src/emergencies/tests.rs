//! Break glass: what it opens and what not, that it reads only, ends by itself, and that nobody is left untold.

use super::{Asked, EmergencyError, LASTS, Listed};
use crate::access::{DeskAccess, Purpose};
use crate::cases::Case;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::post::Mailer;
use crate::private::Private;
use crate::receipts::{Outcome, Search, Whose};
use crate::testing::{Fictional, both, once, secret};

/// Dr. Okafor's couple, and another clinician who knows nothing of them.
struct Night {
    case: Case,
    noor: PersonId,
    sam: PersonId,
    other: PersonId,
}

async fn night(house: &Fictional) -> Night {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    let other = house.colleague("Dr. Ilse Brandt", "ilse").await;
    Night {
        case,
        noor,
        sam,
        other,
    }
}

async fn begin(
    house: &Fictional,
    by: PersonId,
    name: &str,
) -> Result<super::Emergency, EmergencyError> {
    let fresh = house.fresh(by).await;
    let asked = Asked {
        clinician: house.clinician,
        name: Private::from(name),
        reason: Private::from("She called from the bridge"),
    };
    house.practice.begin_emergency(&fresh, asked).await
}

async fn listed(house: &Fictional, by: PersonId) -> Vec<Listed> {
    let desk = house.desk(by).await;
    house.practice.emergencies(&desk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_an_emergency_opens_one_clients_record_for_an_hour() {
    both(async |house: Fictional| {
        let night = night(&house).await;
        let desk = house.desk(night.other).await;
        let overview = |desk: DeskAccess| {
            let (practice, id) = (house.practice.clone(), night.case.id);
            async move { practice.case_overview(&desk, id).await }
        };
        assert!(matches!(
            overview(desk.clone()).await,
            Err(AccessError::NotThere)
        ));
        let begun = begin(&house, night.other, "  noor ").await.unwrap();
        assert_eq!((begun.person, begun.case), (night.noor, night.case.id));
        assert_eq!(begun.ends_at - begun.begun_at, LASTS);

        let seen = overview(desk.clone()).await.unwrap();
        let name = |person: PersonId| {
            let found = seen
                .people
                .iter()
                .find(|one| one.participant.person == person);
            found.unwrap().named.name.reveal().clone()
        };
        // R2: a partner's name and own side stay closed.
        assert_eq!(
            (name(night.noor).as_str(), name(night.sam).as_str()),
            ("Noor", "")
        );
        let sams = night.case.participant(night.sam).unwrap().own;
        let refused = house.practice.read(&desk, move |work| {
            Ok::<_, AccessError>(work.may_open(sams, Purpose::Care))
        });
        assert!(!refused.await.unwrap());
        house.practice.identity(&desk, night.noor).await.unwrap();

        house.clock.pass_minutes(61);
        assert!(matches!(overview(desk).await, Err(AccessError::NotThere)));
        let verdict = house.practice.verify(&secret(), &[]).await.unwrap();
        assert!(verdict.holds(), "{:?}", verdict.findings);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r15_its_receipts_say_emergency_and_the_client_reads_them() {
    once(async |house: Fictional| {
        let night = night(&house).await;
        begin(&house, night.other, "Noor").await.unwrap();
        let desk = house.desk(night.other).await;
        house
            .practice
            .case_overview(&desk, night.case.id)
            .await
            .unwrap();
        let owner = house.desk(house.owner).await;
        let by = Search {
            by: Some(night.other),
            outcome: Some(Outcome::Opened),
            ..Search::default()
        };
        let log = house.practice.access_log(&owner, by, 100).await.unwrap();
        let of_emergency = |line: &&crate::receipts::Logged| line.purpose == "emergency";
        let seen = log.lines.iter().find(of_emergency).unwrap();
        assert_eq!(seen.action, "case_overview");

        let portal = house.portal(night.noor).await;
        let mine = house
            .practice
            .who_opened_my_record(&portal, Whose::Others, None);
        let mine = mine.await.unwrap().openings;
        let told = mine.iter().filter(|one| one.purpose == "an emergency");
        let told: Vec<_> = told.map(|one| (one.what, one.wrote)).collect();
        assert!(
            told.contains(&("Began to open it in an emergency", true)),
            "{told:?}"
        );
        assert!(told.contains(&("Opened the overview", false)), "{told:?}");
        let found = house.practice.my_emergencies(&portal, 0).await.unwrap();
        assert_eq!(found.len(), 1);
        // R2: Sam is not told of Noor's.
        let sams = house.portal(night.sam).await;
        assert_eq!(house.practice.my_emergencies(&sams, 0).await.unwrap(), []);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_an_emergency_writes_nothing() {
    once(async |house: Fictional| {
        let night = night(&house).await;
        begin(&house, night.other, "Noor").await.unwrap();
        let desk = house.desk(night.other).await;
        let own = night.case.participant(night.noor).unwrap().own;
        let written = house.practice.write(
            &desk,
            crate::receipts::Action::NoteWrite,
            move |work| {
                work.open(crate::receipts::Action::NoteWrite, Purpose::Care, &[own])
                    .map(drop)
            },
            |_, ()| Ok::<_, AccessError>(()),
        );
        assert!(matches!(written.await, Err(AccessError::NotThere)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r12_who_cares_and_the_owner_are_told_at_once_and_the_client_after_it() {
    once(async |house: Fictional| {
        let night = night(&house).await;
        let mailer = Mailer::kept("https://alder.example");
        house.practice.send_post(&mailer).await.unwrap();
        let before = house.practice.outbox(&mailer).await.unwrap().len();
        begin(&house, night.other, "Noor").await.unwrap();
        house.practice.send_post(&mailer).await.unwrap();
        let outbox = house.practice.outbox(&mailer).await.unwrap();
        let told: Vec<PersonId> = outbox.iter().map(|letter| letter.person).collect();
        assert_eq!(told.len(), before + 2);
        for person in [house.clinician, house.owner] {
            assert!(told.contains(&person));
        }
        assert!(!told.contains(&night.noor));
        house.clock.pass_minutes(61);
        house.practice.send_post(&mailer).await.unwrap();
        let outbox = house.practice.outbox(&mailer).await.unwrap();
        let hers = outbox
            .iter()
            .find(|letter| letter.person == night.noor)
            .unwrap();
        assert!(
            hers.text
                .reveal()
                .contains("https://alder.example/my/receipts")
        );
        assert!(!hers.text.reveal().contains("bridge"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_whom_it_concerns_read_why_and_the_owner_marks_it() {
    both(async |house: Fictional| {
        let night = night(&house).await;
        let begun = begin(&house, night.other, "Noor").await.unwrap();
        for staff in [house.owner, house.clinician, night.other] {
            let seen = listed(&house, staff).await;
            assert_eq!(seen.len(), 1);
            assert_eq!(seen[0].reason.reveal(), "She called from the bridge");
        }
        assert!(listed(&house, house.front_desk).await.is_empty());
        let review = async |by| {
            let desk = house.desk(by).await;
            house.practice.review_emergency(&desk, begun.id).await
        };
        assert!(matches!(
            review(house.clinician).await,
            Err(EmergencyError::Access(AccessError::NotThere))
        ));
        review(house.owner).await.unwrap();
        assert!(matches!(
            review(house.owner).await,
            Err(EmergencyError::Ended)
        ));
        let seen = listed(&house, house.clinician).await;
        assert_eq!(seen[0].emergency.reviewed.unwrap().1, house.owner);

        let clinician = house.desk(house.clinician).await;
        let refused = house.practice.end_emergency(&clinician, begun.id).await;
        assert!(refused.is_err());
        let desk = house.desk(night.other).await;
        house.practice.end_emergency(&desk, begun.id).await.unwrap();
        let after = house.practice.case_overview(&desk, night.case.id).await;
        assert!(matches!(after, Err(AccessError::NotThere)));
        let again = house.practice.end_emergency(&desk, begun.id).await;
        assert!(matches!(again, Err(EmergencyError::Ended)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_who_may_not_and_who_is_not_meant_leave_a_refusal() {
    once(async |house: Fictional| {
        let night = night(&house).await;
        for (by, name) in [
            (house.associate, "Noor"),
            (house.front_desk, "Noor"),
            (house.owner, "Noor"),
            (night.other, "Nora"),
            (night.other, ""),
        ] {
            assert!(begin(&house, by, name).await.is_err(), "{name}");
        }
        let mine = begin(&house, house.clinician, "Noor").await;
        assert!(matches!(mine, Err(EmergencyError::Yours)), "{mine:?}");
        let refused = Search {
            outcome: Some(Outcome::Refused),
            ..Search::default()
        };
        let owner = house.desk(house.owner).await;
        let log = house
            .practice
            .access_log(&owner, refused, 100)
            .await
            .unwrap();
        let refused = log
            .lines
            .iter()
            .filter(|line| line.action == "emergency_begin");
        assert_eq!(refused.count(), 5);

        // Two of the same name are not guessed between.
        let namesake = house.person("Noor").await;
        house.case_of(&[namesake]).await;
        let both = begin(&house, night.other, "Noor").await;
        assert!(
            matches!(both, Err(EmergencyError::SeveralCalled)),
            "{both:?}"
        );
        let silent = Asked {
            clinician: house.clinician,
            name: Private::from("Noor"),
            reason: Private::from(" "),
        };
        let fresh = house.fresh(night.other).await;
        let silent = house.practice.begin_emergency(&fresh, silent).await;
        assert!(matches!(silent, Err(EmergencyError::ReasonMissing)));
    })
    .await;
}
