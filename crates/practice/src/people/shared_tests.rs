//! R2, R12: two people share one email address, and nothing makes one of them.

use super::{Channel, Identity, Way};
use crate::access::VisitorAccess;
use crate::booking::openings;
use crate::enquiry::{Ask, Asked};
use crate::ids::PersonId;
use crate::private::Private;
use crate::testing::{Fictional, PASSWORD, account, both, premises};

/// The address of everybody here.
const SHARED: &str = "home@example.org";

/// Somebody at the shared address, for whom it is safe or not, with an account.
async fn at_home(house: &Fictional, name: &str, safe: bool) -> PersonId {
    let person = house.person_of(Identity {
        name: name.into(),
        ways: vec![Way::new(Channel::Mail, SHARED.into(), safe)],
        ..Identity::default()
    });
    let person = person.await;
    let link = house.invitation(person).await;
    let made = house
        .practice
        .accept_invitation(link.text(), account(&name.to_lowercase()));
    made.await.unwrap();
    person
}

async fn letters(house: &Fictional, to: PersonId) -> i64 {
    let found = house.store.read(move |tx| {
        let sql = "SELECT count(*) FROM post WHERE person_id = $1";
        tx.one(sql, &[to.into()])?.map_or(Ok(0), |row| row.int(0))
    });
    found.await.unwrap()
}

#[tokio::test]
async fn r12_what_is_safe_for_one_says_nothing_of_the_other() {
    both(async |house: Fictional| {
        let (noor, sam) = (
            at_home(&house, "Noor", false).await,
            at_home(&house, "Sam", true).await,
        );
        let told = vec![(noor, "/my", 0), (sam, "/my", 0)];
        house.practice.tell(told).await.unwrap();
        assert_eq!(letters(&house, noor).await, 0);
        assert_eq!(letters(&house, sam).await, 1);
    })
    .await;
}

#[tokio::test]
async fn r2_a_way_back_belongs_to_who_signs_in_by_that_name() {
    both(async |house: Fictional| {
        let (noor, sam) = (
            at_home(&house, "Noor", true).await,
            at_home(&house, "Sam", true).await,
        );
        house.case_of(&[noor]).await;
        house.case_of(&[sam]).await;
        house.practice.ask_way_back("noor").await.unwrap();
        // The address is no name, and leads to nobody.
        house.practice.ask_way_back(SHARED).await.unwrap();
        assert_eq!(house.practice.answer_ways_back().await.unwrap(), 1);
        assert_eq!(letters(&house, noor).await, 1);
        assert_eq!(letters(&house, sam).await, 0);
        // A new link for one leaves the account of the other as it is.
        let link = house.invitation(noor).await;
        let anew = crate::accounts::NewAccount {
            name: "noor-anew".to_owned(),
            password: "another lamp beside the door".to_owned(),
        };
        let made = house.practice.accept_invitation(link.text(), anew);
        made.await.unwrap();
        let taken = account("sam");
        assert_eq!(taken.password, PASSWORD);
        assert_eq!(house.portal(sam).await.person(), Some(sam));
        assert_eq!(house.portal(noor).await.person(), Some(noor));
    })
    .await;
}

#[tokio::test]
async fn r2_who_asks_from_the_address_of_a_client_is_somebody_new() {
    both(async |house: Fictional| {
        premises(&house).await;
        let noor = at_home(&house, "Noor", true).await;
        let case = house.case_of(&[noor]).await;
        let wanted = openings::Asked {
            clinician: house.clinician,
            use_for: openings::UseFor::Consultations,
            length: crate::booking::CONSULTATION,
            from: house.practice.now(),
            days: 10,
            at_most: 2,
        };
        let visitor = VisitorAccess::new();
        let open = house.practice.openings(wanted).await.unwrap();
        let mut asked = Vec::new();
        for opening in open {
            let ask = Ask {
                name: "Noor".into(),
                pronouns: Private::default(),
                channel: Channel::Mail,
                address: SHARED.into(),
                mind: Private::default(),
                voicemail: false,
                times: None,
                avoid: Private::default(),
                coming: Private::default(),
                told: Private::default(),
                adult: true,
                clinician: house.clinician,
                starts: opening.starts,
                place: crate::calendar::Place::Video,
            };
            let one: Asked = house
                .practice
                .ask_for_consultation(&visitor, ask)
                .await
                .unwrap();
            asked.push(one.enquiry);
        }
        assert_eq!(asked.len(), 2);
        let desk = house.desk(house.clinician).await;
        let found = house.practice.enquiries(&desk).await.unwrap();
        let people: Vec<PersonId> = found.iter().map(|one| one.person).collect();
        assert!(people.len() == 2 && people[0] != people[1] && !people.contains(&noor));
        let accepted = house.practice.accept_enquiry(&desk, asked[0], Vec::new());
        let accepted = accepted.await.unwrap();
        assert_ne!(accepted.case, case.id);
        let portal = house.portal(noor).await;
        let home = house.practice.my_home(&portal).await.unwrap();
        assert_eq!(home.parts.len(), 1, "what is another's is not hers");
    })
    .await;
}
