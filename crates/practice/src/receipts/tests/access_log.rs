//! R1, R2: the owner's access log and what was unusual.

use jiff::tz::TimeZone;

use crate::access::Purpose;
use crate::error::AccessError;
use crate::ids::PersonId;
use crate::receipts::{AccessLog, Action, Logged, LoggedBy, Outcome, Search, UnusualDays, Why};
use crate::testing::{Fictional, both, once};

async fn log(house: &Fictional, search: Search) -> AccessLog {
    let owner = house.desk(house.owner).await;
    let log = house.practice.access_log(&owner, search, 100).await;
    log.unwrap()
}

async fn identity(house: &Fictional, staff: PersonId, of: PersonId) {
    let desk = house.desk(staff).await;
    house.practice.identity(&desk, of).await.unwrap();
}

async fn unusual(house: &Fictional) -> UnusualDays {
    let owner = house.desk(house.owner).await;
    let found = house.practice.unusual_days(&owner, TimeZone::UTC).await;
    found.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_the_log_is_the_owners_and_reading_it_is_in_it() {
    both(async |house: Fictional| {
        for staff in [
            house.clinician,
            house.associate,
            house.front_desk,
            house.biller,
        ] {
            let desk = house.desk(staff).await;
            let refused = house
                .practice
                .access_log(&desk, Search::default(), 100)
                .await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
            let refused = house.practice.unusual_days(&desk, TimeZone::UTC).await;
            assert!(matches!(refused, Err(AccessError::NotThere)));
        }
        let refused = Search {
            outcome: Some(Outcome::Refused),
            ..Search::default()
        };
        let found = log(&house, refused).await;
        let of_the_log = found
            .lines
            .iter()
            .filter(|line| line.action == Action::AccessLog.word());
        assert_eq!(of_the_log.count(), 8);

        let mine = Search {
            by: Some(house.owner),
            outcome: Some(Outcome::Opened),
            ..Search::default()
        };
        let found = log(&house, mine).await;
        assert_eq!(found.lines[0].what, "Read the access log");
        assert!(found.lines[0].records.is_empty());
        assert!(found.staff.iter().any(|one| one.id == house.owner));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_nobody_watches_clients_and_what_they_were_refused_is_there() {
    once(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        let case = house.case_of(&[noor, sam]).await;
        let portal = house.portal(noor).await;
        house.practice.my_goals(&portal).await.unwrap();
        let sams = case.participant(sam).unwrap().own;
        let refused = house.practice.read(&portal, move |work| {
            work.open(Action::OwnPages, Purpose::OwnRecord, &[sams])
                .map(drop)
        });
        assert!(refused.await.is_err());
        let found = log(&house, Search::default()).await;
        let mut of_clients = found
            .lines
            .iter()
            .filter(|line| line.by == LoggedBy::Client);
        let one = of_clients.next().unwrap();
        assert_eq!((one.outcome, one.records.len()), (Outcome::Refused, 1));
        assert!(of_clients.next().is_none());

        // Whoever works here besides was a client all the same when they read their own pages.
        let sql = "INSERT INTO staff (practice_id, id, slug, published) \
                   SELECT practice_id, $1, 'noor', published FROM staff WHERE id = $2";
        let both = vec![noor.into(), house.clinician.into()];
        assert_eq!(house.by_hand(sql, both).await, 1);
        let found = log(&house, Search::default()).await.lines;
        let own_pages = |line: &&Logged| line.role == "client";
        let of_noor: Vec<_> = found.iter().filter(own_pages).collect();
        assert_eq!(of_noor.len(), 1, "{of_noor:?}");
        assert_eq!(
            (of_noor[0].by, of_noor[0].outcome),
            (LoggedBy::Client, Outcome::Refused)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_by_whom_what_when_and_which_record() {
    both(async |house: Fictional| {
        let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
        identity(&house, house.front_desk, noor).await;
        let between = house.practice.now();
        house.clock.pass_minutes(90);
        identity(&house, house.front_desk, sam).await;
        let by = |by| Search {
            by: Some(by),
            outcome: Some(Outcome::Opened),
            ..Search::default()
        };
        let found = log(&house, by(house.front_desk)).await.lines;
        assert_eq!(found.len(), 2);
        assert!(found[0].at > found[1].at);
        assert!(log(&house, by(noor)).await.lines.is_empty());

        let record = Search {
            record: Some(found[1].records[0].id),
            ..by(house.front_desk)
        };
        assert_eq!(log(&house, record).await.lines[0].id, found[1].id);
        let later = between + jiff::SignedDuration::from_mins(1);
        let since = Search {
            from: Some(later),
            ..by(house.front_desk)
        };
        assert_eq!(log(&house, since).await.lines.len(), 1);
        let until = Search {
            until: Some(later),
            ..by(house.front_desk)
        };
        assert_eq!(log(&house, until).await.lines[0].id, found[1].id);

        let owner = house.desk(house.owner).await;
        let page = |search| house.practice.access_log(&owner, search, 1);
        let first = page(by(house.front_desk)).await.unwrap();
        assert!(first.more && first.lines[0].id == found[0].id);
        let next = Search {
            before: Some(first.lines[0].id),
            ..by(house.front_desk)
        };
        let next = page(next).await.unwrap();
        assert!(!next.more && next.lines[0].id == found[1].id);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_many_records_with_refusals_or_by_night_is_told() {
    both(async |house: Fictional| {
        let mut clients = Vec::new();
        for number in 0..12 {
            clients.push(house.person(&format!("Client {number}")).await);
        }
        for some in [&clients[..2], &clients[..3], &clients[..12]] {
            for client in some {
                identity(&house, house.front_desk, *client).await;
            }
            house.clock.pass_minutes(24 * 60);
        }
        // 23:00, on the day after.
        house.clock.pass_minutes(9 * 60);
        identity(&house, house.front_desk, clients[0]).await;
        let desk = house.desk(house.biller).await;
        for _ in 0..5 {
            let refused = house.practice.access_log(&desk, Search::default(), 1).await;
            assert!(refused.is_err());
        }
        let found = unusual(&house).await;
        let told: Vec<_> = found
            .days
            .iter()
            .filter(|one| one.by != house.owner)
            .map(|one| (one.by, one.day.to_string(), one.why, one.count))
            .collect();
        let night = "2026-11-22".to_owned();
        let many = Why::ManyRecords { usual: 2 };
        let mut expected = vec![
            (house.front_desk, night.clone(), Why::AtNight, 1),
            (house.biller, night, Why::Refused, 5),
        ];
        expected.sort_by_key(|(by, _, why, _)| (*by, *why));
        expected.push((house.front_desk, "2026-11-21".to_owned(), many, 12));
        assert_eq!(told, expected);

        // A month later there is nothing any more.
        house.clock.pass_minutes(31 * 24 * 60);
        let found = unusual(&house).await;
        assert_eq!(found.days, []);
    })
    .await;
}

#[tokio::test]
async fn what_the_log_tells_of_slots_is_not_looked_for_in_the_whole_log() {
    once(async |house: Fictional| {
        let id = house.practice.id();
        let look = move |tx: &mut store::Tx<'_>| {
            let sql = format!("EXPLAIN QUERY PLAN {}", crate::receipts::records::OF_SLOTS);
            let values = [id.into(), "slot_add".into(), "written".into()];
            let rows = tx.query(&sql, &values)?;
            rows.iter()
                .map(|row| row.text(3).map(str::to_owned))
                .collect::<Result<Vec<_>, store::StoreError>>()
        };
        let plan = house.store.read(look).await.unwrap();
        assert!(
            plan.iter().any(|step| step.contains("receipts_of_slots")),
            "{plan:?}"
        );
    })
    .await;
}
