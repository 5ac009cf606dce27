//! A practice that lived through its year: what it holds, that it verifies, and that each side stayed apart.

use jiff::tz::TimeZone;
use practice::AccessError;
use practice::access::{DeskAccess, PortalAccess, Purpose, SignedIn};
use practice::calendar::SessionKind;
use practice::receipts::Action;
use store::testing::Folder;
use store::{DatabaseUrl, Store};
use vault::{KeyFile, Secret, SystemRandomness};

use super::super::make::{self, Making};
use super::super::people::demo;
use super::super::staff;
use super::*;

/// Thursday 19 November 2026, 10:41 in New Haven: the moment of the pictures of the desk.
const NOW: &str = "2026-11-19T15:41:00Z";

/// A practice of these cases, which lived through its year up to `now`.
struct Made {
    making: Making,
    secret: Secret,
    staff: Vec<PersonId>,
    clients: Vec<Client>,
    _folder: Folder,
}

async fn make_of(cases: &[&str], now: &str) -> Made {
    let folder = Folder::new();
    let url = DatabaseUrl::Sqlite(folder.path().join("alcove.db"));
    let store = Store::open(&url).await.unwrap();
    let keyring = practice::keys::keyring_beside(&url).await.unwrap();
    let mut demo = demo().unwrap();
    demo.cases
        .retain(|case| cases.contains(&case.slug.as_str()));
    let secret = Secret::KeyFile(KeyFile::generate(&SystemRandomness));
    let now = now.parse().unwrap();
    let making = make::begin((&store, &keyring), &secret, demo, now)
        .await
        .unwrap();
    let staff = staff::make(&making).await.unwrap();
    let clients = live(&making, &staff).await.unwrap();
    Made {
        making,
        secret,
        staff,
        clients,
        _folder: folder,
    }
}

impl Made {
    async fn count(&self, sql: &'static str) -> i64 {
        let count = self.making.store.read(move |tx| {
            let row = tx.one(sql, &[])?;
            row.map_or(Ok(0), |row| row.int(0))
        });
        count.await.unwrap()
    }

    async fn signed_in(&self, person: PersonId) -> SignedIn {
        let token = self.making.practice.enter_demo(person).await.unwrap();
        self.making.practice.signed_in(token.text()).await.unwrap()
    }

    async fn desk(&self, slug: &str) -> DeskAccess {
        let at = self
            .making
            .demo
            .staff
            .iter()
            .position(|one| one.slug == slug);
        match self.signed_in(self.staff[at.unwrap()]).await {
            SignedIn::Desk(access) => access,
            SignedIn::Portal(_) => panic!("staff stand at the desk"),
        }
    }

    /// The clients who were entered, by slug.
    fn client(&self, slug: &str) -> Client {
        let entered = self.making.demo.people.iter().filter(|one| {
            let mut cases = self.making.demo.cases.iter();
            cases.any(|case| case.participants.contains(&one.slug))
        });
        let at = entered.zip(&self.clients).find(|(one, _)| one.slug == slug);
        *at.unwrap().1
    }

    async fn portal(&self, slug: &str) -> PortalAccess {
        match self.signed_in(self.client(slug).person).await {
            SignedIn::Portal(access) => access,
            SignedIn::Desk(_) => panic!("clients stand at the portal"),
        }
    }
}

#[tokio::test]
async fn a_practice_lives_through_its_year_and_verifies() {
    let made = make_of(&["noor-sam", "diego", "siobhan", "kit"], NOW).await;
    let practice = &made.making.practice;
    assert_eq!(practice.now(), NOW.parse::<Timestamp>().unwrap());
    let verdict = practice.verify(&made.secret, &[]).await.unwrap();
    assert!(verdict.holds(), "{:?}", verdict.findings);
    assert_eq!(verdict.waiting, 0);

    assert_eq!(made.clients.len(), 5);
    assert!(made.clients.iter().all(|client| client.case.is_some()));
    let open = "SELECT count(*) FROM cases WHERE state = 'open'";
    assert_eq!(made.count(open).await, 3);
    // R9: nobody's content is there before they signed.
    let early = "SELECT count(*) FROM notes n JOIN participants p ON p.case_id = n.case_id WHERE n.written_at <= \
                 (SELECT min(given_at) FROM consents c WHERE c.participant_id = p.id AND document = 'informed-consent')";
    assert_eq!(made.count(early).await, 0);
    let unsettled = "SELECT count(*) FROM sessions WHERE state = 'booked' AND kind <> 'consultation' AND ends_at < \
                     (SELECT max(at) FROM receipts) - 3600000000";
    assert_eq!(made.count(unsettled).await, 0);
    assert!(made.count("SELECT count(*) FROM amendments").await >= 1);
    let kept = "SELECT count(*) FROM intakes WHERE state = 'sent'";
    let parts = practice::intake::questions::questions().sections.len();
    assert_eq!(made.count(kept).await, i64::try_from(5 * parts).unwrap());

    the_desk(&made).await;
}

/// What the desk finds on the day.
async fn the_desk(made: &Made) {
    let practice = &made.making.practice;
    let zone = TimeZone::get(&made.making.demo.practice.zone).unwrap();
    let day = made.making.today.to_zoned(zone.clone()).date();
    let adaeze = made.desk("adaeze").await;
    let today = practice.today(&adaeze, day, zone.clone()).await.unwrap();
    let hours: Vec<_> = today.hours.iter().map(|hour| hour.session.kind).collect();
    assert_eq!(
        hours,
        [
            SessionKind::Relational,
            SessionKind::Consultation,
            SessionKind::Individual
        ]
    );
    assert!(today.hours[0].agreed.is_some());
    let joy = practice
        .today(&made.desk("joy").await, day, zone)
        .await
        .unwrap();
    assert_eq!(joy.awaiting.len(), 1);
    let inbox = practice.enquiries(&made.desk("dani").await).await.unwrap();
    assert_eq!(inbox.len(), 3);
    let kit = made.client("kit").case.unwrap();
    let overview = practice.case_overview(&adaeze, kit).await.unwrap();
    let back: Vec<_> = overview
        .homework
        .iter()
        .flat_map(|homework| homework.back.iter().map(|(_, back)| *back))
        .collect();
    assert_eq!(back, [false, true, true]);
}

#[tokio::test]
async fn r2_neither_partner_opens_the_others_side_and_two_cases_stay_two() {
    let made = make_of(&["noor-sam", "bea-lucia", "lucia"], NOW).await;
    let practice = &made.making.practice;
    let couples = [
        ("noor", "sam"),
        ("sam", "noor"),
        ("bea", "lucia"),
        ("lucia", "bea"),
    ];
    for (me, other) in couples {
        let portal = made.portal(me).await;
        let (me, other) = (made.client(me), made.client(other).person);
        let case = me.case.unwrap();
        let case = practice
            .case(&portal, case, Purpose::OwnRecord)
            .await
            .unwrap();
        let (mine, theirs) = (
            case.participant(me.person).unwrap().own,
            case.participant(other).unwrap().own,
        );
        let may = practice.read(&portal, move |work| {
            let may = [mine, theirs].map(|own| work.may_open(own, Purpose::OwnRecord));
            let opened = work.open(Action::OwnPages, Purpose::OwnRecord, &[theirs]);
            Ok::<_, AccessError>((may, opened.is_err()))
        });
        assert_eq!(may.await.unwrap(), ([true, false], true));
    }
    // Lucía's own therapist knows nothing of the couple, nor the couple's of hers.
    let (adaeze, miriam) = (made.desk("adaeze").await, made.desk("miriam").await);
    let couple = made.client("bea").case.unwrap();
    assert!(practice.case_overview(&adaeze, couple).await.is_ok());
    assert!(practice.case_overview(&miriam, couple).await.is_err());
    assert_eq!(
        practice
            .my_goals(&made.portal("lucia").await)
            .await
            .unwrap()
            .len(),
        2
    );

    // What Sam is still writing for the clinician alone is nobody's to read.
    let noors = practice
        .my_homework(&made.portal("noor").await)
        .await
        .unwrap();
    let newest = noors[0].given[0].0.id;
    let page = practice
        .homework_page(&made.portal("noor").await, newest)
        .await
        .unwrap();
    assert!(page.own.given_at.is_some());
    assert_eq!(page.from_others.len(), 1);
    let sams = practice
        .homework_page(&made.portal("sam").await, newest)
        .await
        .unwrap();
    assert!(sams.own.given_at.is_none() && sams.own.revision == 1);
}
