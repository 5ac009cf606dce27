//! R2: what stands on a partner's page of receipts, or on that of who left, tells nothing of the others' own sides.

use std::collections::HashSet;

use jiff::civil::date;
use jiff::tz::TimeZone;

use super::*;
use crate::access::DeskAccess;
use crate::booking::{NewSession, SESSION};
use crate::calendar::Place;
use crate::cases::{Case, Joiner, Onward, Parting, Separation, Side};
use crate::emergencies::Asked as InEmergency;
use crate::goals::GoalWords;
use crate::homework::For;
use crate::ids::SessionId;
use crate::notes::{NoteBlock, NoteText, Route};
use crate::receipts::{Opened, Whose};
use crate::routing::{Asked, RoutingError, Thing};
use crate::testing::{both, once};

const NAME: &str = "Read the name for a list or the calendar";

/// What staff did, as somebody reads it.
async fn lines(house: &Fictional, who: PersonId) -> Vec<Opened> {
    let portal = house.portal(who).await;
    let page = house
        .practice
        .who_opened_my_record(&portal, Whose::Others, None);
    page.await.unwrap().openings
}

/// The lines that somebody did not read before.
async fn since(house: &Fictional, who: PersonId, before: &[Opened]) -> Vec<&'static str> {
    let known: HashSet<_> = before.iter().map(|line| line.id).collect();
    let now = lines(house, who).await.into_iter();
    let new = now.filter(|line| !known.contains(&line.id));
    new.map(|line| line.what).collect()
}

/// Noor and Sam, informed.
async fn informed(house: &Fictional) -> (PersonId, PersonId, Case) {
    let (noor, sam) = (house.client("Noor").await, house.client("Sam").await);
    let case = house.case_of(&[noor, sam]).await;
    house.everybody_signs(&case).await;
    (noor, sam, case)
}

async fn okafor(house: &Fictional) -> DeskAccess {
    house.desk(house.clinician).await
}

async fn session(house: &Fictional, case: &Case, people: &[PersonId], at: &str) -> SessionId {
    let new = NewSession {
        case: case.id,
        people: people.to_vec(),
        starts: at.parse().unwrap(),
        length: SESSION,
        place: Place::Video,
    };
    let desk = okafor(house).await;
    house.practice.book_session(&desk, new).await.unwrap()
}

async fn noted(house: &Fictional, session: SessionId, route: Route) -> crate::ids::NoteId {
    let text = NoteText {
        did: "We talked.".into(),
        ..NoteText::default()
    };
    let desk = okafor(house).await;
    let written = house.practice.write_note(&desk, session, route, text, None);
    written.await.unwrap().0
}

/// Another clinician opens Noor's record in an emergency, and looks at the case.
async fn emergency(house: &Fictional, case: &Case) -> (DeskAccess, crate::emergencies::Emergency) {
    let ilse = house.colleague("Dr. Ilse Brandt", "ilse").await;
    let fresh = house.fresh(ilse).await;
    let asked = InEmergency {
        clinician: house.clinician,
        name: Private::from("Noor"),
        reason: Private::from("She called from the bridge"),
    };
    let begun = house.practice.begin_emergency(&fresh, asked).await.unwrap();
    let desk = house.desk(ilse).await;
    let seen = house.practice.case_overview(&desk, case.id).await;
    seen.unwrap();
    (desk, begun)
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_an_emergency_of_one_is_no_emergency_where_the_other_reads() {
    both(async |house: Fictional| {
        let (noor, sam, case) = informed(&house).await;
        let before = lines(&house, sam).await;
        let (ilse, begun) = emergency(&house, &case).await;
        house.practice.end_emergency(&ilse, begun.id).await.unwrap();
        let his = lines(&house, sam).await;
        assert!(
            his.iter()
                .all(|line| line.purpose != "an emergency" && !line.what.contains("emergency"))
        );
        // R15: that the joint side was opened stands there all the same; the program looked for the name among everybody's.
        let mut new = since(&house, sam, &before).await;
        new.sort_unstable();
        assert_eq!(new, ["Opened the overview", NAME]);
        let overview = |line: &&Opened| line.what == "Opened the overview";
        assert_eq!(his.iter().find(overview).unwrap().purpose, "your care");
        let hers = lines(&house, noor).await;
        let told = hers.iter().filter(|line| line.purpose == "an emergency");
        assert_eq!(told.count(), 3, "begun, looked at, ended");
        assert!(verified(&house).await.holds());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_r15_a_joint_side_that_ended_when_somebody_joined_is_closed_and_told_of_with_the_others()
{
    both(async |house: Fictional| {
        let (noor, sam, case) = informed(&house).await;
        let kit = house.client("Kit").await;
        house.case_of(&[kit]).await;
        let desk = okafor(&house).await;
        let joined = house.practice.join_case(&desk, case.id, Joiner::Known(kit));
        joined.await.unwrap();
        let earlier = case.joint.unwrap();
        let (ilse, begun) = emergency(&house, &case).await;
        let may = async || {
            let look = move |work: &mut crate::access::Work<'_, '_>| {
                Ok::<_, AccessError>(work.may_open(earlier, Purpose::Care))
            };
            house.practice.read(&ilse, look).await.unwrap()
        };
        assert!(may().await);
        house.practice.end_emergency(&ilse, begun.id).await.unwrap();
        assert!(!may().await, "it ends before the hour is over");
        let mut before = Vec::new();
        for who in [noor, sam, kit] {
            before.push(lines(&house, who).await);
        }
        let opened = house.practice.read(&desk, move |work| {
            work.open(Action::Goals, Purpose::Care, &[earlier])
                .map(drop)
        });
        opened.await.unwrap();
        for (who, before) in [noor, sam].into_iter().zip(&before) {
            assert_eq!(since(&house, who, before).await, ["Read or changed goals"]);
        }
        assert!(since(&house, kit, &before[2]).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r2_asking_where_something_would_go_opens_nothing_there() {
    both(async |house: Fictional| {
        let (noor, sam, case) = informed(&house).await;
        let desk = okafor(&house).await;
        let portal = house.portal(noor).await;
        let me = house.part(&case, noor);
        let said = GoalWords {
            words: "Sleep".into(),
            ..GoalWords::default()
        };
        let goal = house.practice.set_goal(&portal, me, Side::Own, said);
        let goal = Thing::Goal(goal.await.unwrap());
        let session = session(&house, &case, &[], "2026-11-20T18:00:00Z").await;
        noted(&house, session, Route::Own(me)).await;
        let block = Thing::Block(session, Route::Own(me), NoteBlock::Did);
        let before = lines(&house, sam).await;
        for thing in [goal, block] {
            let practice = &house.practice;
            let seen = practice.routing(&desk, case.id, thing, Route::Chart).await;
            assert!(!seen.unwrap().exact.is_empty());
            let asked = Asked {
                digest: "of other words".to_owned(),
                agreed: true,
            };
            let refused = practice.route(&desk, case.id, thing, Route::Chart, asked);
            assert!(matches!(refused.await, Err(RoutingError::OtherText)));
        }
        let new = since(&house, sam, &before).await;
        assert!(new.iter().all(|what| *what == NAME), "{new:?}");
    })
    .await;
}

/// Noor, Sam and Kit, of whom Kit left.
async fn left(house: &Fictional) -> (PersonId, PersonId, PersonId, Case) {
    let (noor, sam, kit) = (
        house.client("Noor").await,
        house.client("Sam").await,
        house.client("Kit").await,
    );
    let case = house.case_of(&[noor, sam, kit]).await;
    house.everybody_signs(&case).await;
    house.gives(&case, For::Everybody).await.unwrap();
    let desk = okafor(house).await;
    let of = (case.id, house.part(&case, kit));
    let ended = house.practice.end_part(&desk, of, "They moved.".into());
    ended.await.unwrap();
    (noor, sam, kit, case)
}

/// Whether each goes on with homework, as they read it.
async fn homework(house: &Fictional, who: PersonId) -> bool {
    let portal = house.portal(who).await;
    let mine = house.practice.my_homework(&portal).await.unwrap();
    mine[0].given[0].0.open
}

#[tokio::test]
async fn r2_who_left_reads_nothing_of_who_joins_and_of_a_separation() {
    both(async |house: Fictional| {
        let (noor, _, kit, case) = left(&house).await;
        assert!(homework(&house, noor).await && !homework(&house, kit).await);
        let ana = house.client("Ana").await;
        house.case_of(&[ana]).await;
        let before = lines(&house, kit).await;
        let desk = okafor(&house).await;
        let joined = house.practice.join_case(&desk, case.id, Joiner::Known(ana));
        joined.await.unwrap();
        assert_eq!(since(&house, kit, &before).await, ["Opened the overview"]);
        let names = house.portal(ana).await;
        let names = house.practice.my_goals(&names).await.unwrap();
        let names = names.iter().find(|one| one.sides.relational).unwrap();
        assert_eq!(names.sides.partners.len(), 2, "they are known by name");

        let now = house.practice.case(&desk, case.id, Purpose::Care).await;
        let people = now.unwrap();
        let people = people.staying().map(|who| Parting {
            participant: who.id,
            onward: Onward::Nowhere,
            remark: Private::default(),
        });
        let separation = Separation {
            day: house.practice.now().to_zoned(TimeZone::UTC).date(),
            people: people.collect(),
        };
        let before = lines(&house, kit).await;
        let parted = house.practice.separate(&desk, case.id, separation);
        parted.await.unwrap();
        assert!(since(&house, kit, &before).await.is_empty());
        assert!(!homework(&house, noor).await, "it has ended with the case");
        assert!(verified(&house).await.holds());
    })
    .await;
}

#[tokio::test]
async fn r2_who_left_reads_nothing_of_a_case_that_is_closed() {
    once(async |house: Fictional| {
        let (noor, _, kit, case) = left(&house).await;
        let before = (lines(&house, kit).await, lines(&house, noor).await);
        let desk = okafor(&house).await;
        house.practice.close_case(&desk, case.id).await.unwrap();
        assert!(since(&house, kit, &before.0).await.is_empty());
        let hers = since(&house, noor, &before.1).await;
        assert!(hers.contains(&"Closed the work together"));
    })
    .await;
}

#[tokio::test]
async fn r2_a_day_and_a_session_of_one_are_nothing_that_the_other_reads() {
    both(async |house: Fictional| {
        let (noor, sam, case) = informed(&house).await;
        let me = house.part(&case, noor);
        let joint = session(&house, &case, &[], "2026-11-20T15:00:00Z").await;
        let alone = session(&house, &case, &[noor], "2026-11-20T18:00:00Z").await;
        let own = noted(&house, joint, Route::Own(me)).await;
        let before = lines(&house, sam).await;
        let desk = okafor(&house).await;
        let practice = &house.practice;
        let page = practice
            .session_workspace(&desk, alone, None)
            .await
            .unwrap();
        assert_eq!((page.only, page.about), (Some(me), Some(Route::Own(me))));
        let again = practice.session_workspace(&desk, alone, Some(Route::Own(me)));
        assert_eq!(again.await.unwrap().sides.len(), 1);
        noted(&house, alone, Route::Own(me)).await;
        practice.note(&desk, own).await.unwrap();
        practice.intake_of(&desk, case.id, me).await.unwrap();
        practice.consents_of(&desk, case.id, me).await.unwrap();
        practice.imported_entries(&desk, case.id, me).await.unwrap();
        assert!(since(&house, sam, &before).await.is_empty());
        // The whole case, when the joint side is asked for.
        let whole = practice.session_workspace(&desk, alone, Some(Route::Chart));
        assert_eq!(whole.await.unwrap().sides.len(), 3);
        assert_eq!(since(&house, sam, &before).await, ["Opened the overview"]);

        // A day on which Noor comes alone, and her notes wait.
        house.clock.pass_minutes(7 * 24 * 60);
        let later = "2026-11-27T18:00:00Z";
        session(&house, &case, &[noor], later).await;
        let before = lines(&house, sam).await;
        let day = practice
            .today(&desk, date(2026, 11, 27), TimeZone::UTC)
            .await;
        let day = day.unwrap();
        assert_eq!(day.hours.len(), 1);
        assert!(!day.unwritten.is_empty());
        assert!(since(&house, sam, &before).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn r2_who_answers_reads_the_words_that_were_asked_about() {
    once(async |house: Fictional| {
        let (_, sam, case) = informed(&house).await;
        let before: HashSet<_> = lines(&house, sam).await.iter().map(|one| one.id).collect();
        emergency(&house, &case).await;
        let mut his = lines(&house, sam).await.into_iter();
        let line = his.find(|line| !before.contains(&line.id)).unwrap();
        let portal = house.portal(sam).await;
        let asked = house.practice.ask(&portal, line.id, "Why was that?".into());
        asked.await.unwrap();
        let owner = house.desk(house.owner).await;
        let (listed, _) = house.practice.questions(&owner).await.unwrap();
        let about = listed[0].about.as_ref().unwrap();
        assert_eq!((about.what, about.purpose), (line.what, line.purpose));
        assert_eq!(about.purpose, "your care");
    })
    .await;
}
