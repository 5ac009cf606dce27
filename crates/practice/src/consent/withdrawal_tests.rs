//! R9: a consent that is withdrawn between the question and the commit keeps the write out, whatever is written.
//!
//! The practice runs on a clock that withdraws every consent when it is looked at for the second time after it was armed:
//! the first look is the beginning of an operation, the second its commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use jiff::Timestamp;
use jiff::civil::date;
use store::Store;
use tokio::runtime::Handle;
use tokio::task::block_in_place;
use vault::SeededRandomness;

use crate::cases::Side;
use crate::clock::{Clock, SetClock};
use crate::core::{Opening, Practice};
use crate::goals::{GoalError, GoalState, GoalWords};
use crate::homework::{For, HomeworkError, NewAssignment, Told, What};
use crate::intake::{Answers, IntakeError};
use crate::library;
use crate::measures::{self, MeasureError};
use crate::notes::{NoteError, NoteText, Route};
use crate::private::Private;
use crate::testing::{Fictional, both, secret};

const CALM: u8 = 0;
const BEGINS: u8 = 2;

struct Withdrawing {
    clock: Arc<SetClock>,
    store: Store,
    looks: AtomicU8,
}

impl Clock for Withdrawing {
    fn now(&self) -> Timestamp {
        let before = self.looks.load(Ordering::SeqCst);
        if before != CALM {
            self.looks.store(before - 1, Ordering::SeqCst);
            if before == 1 {
                self.all("UPDATE consents SET state = 'withdrawn'");
            }
        }
        self.clock.now()
    }
}

impl Withdrawing {
    fn all(&self, sql: &'static str) {
        let store = self.store.clone();
        let change = async move { store.write(move |tx| tx.exec(sql, &[])).await };
        block_in_place(|| Handle::current().block_on(change)).unwrap();
    }

    /// Everybody has signed, and withdraws at the commit of the next operation.
    fn arm(&self) {
        self.all("UPDATE consents SET state = 'in_force'");
        self.looks.store(BEGINS, Ordering::SeqCst);
    }
}

async fn practice_of(house: &Fictional) -> (Practice, Arc<Withdrawing>) {
    let clock = Arc::new(Withdrawing {
        clock: Arc::clone(&house.clock),
        store: house.store.clone(),
        looks: AtomicU8::new(CALM),
    });
    let practice = Practice::open(Opening {
        store: house.store.clone(),
        keyring: house.keyring.clone(),
        clock: Arc::clone(&clock) as _,
        randomness: Arc::new(SeededRandomness::new(9)),
    });
    let practice = practice.await.unwrap();
    practice.unlock(&secret()).await.unwrap();
    (practice, clock)
}

fn goal() -> GoalWords {
    GoalWords {
        words: Private::from("Say pause early"),
        value: Private::default(),
    }
}

fn told() -> Told {
    Told {
        words: Private::from("It was quiet."),
        ..Told::default()
    }
}

fn note() -> NoteText {
    NoteText {
        did: Private::from("We talked."),
        ..NoteText::default()
    }
}

/// How many rows there are of everything clinical, and of how many revisions.
async fn written(house: &Fictional) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "goals",
        "assignments",
        "reflections",
        "intakes",
        "measures",
        "notes",
        "amendments",
        "revisions",
    ] {
        let sql = format!("SELECT COUNT(*) FROM {table}");
        let count = house.store.read(move |tx| tx.one(&sql, &[])).await;
        counts.push(count.unwrap().unwrap().int(0).unwrap());
    }
    counts
}

macro_rules! keeps_out {
    ($house:expr, $clock:expr, $missing:pat, $write:expr) => {{
        let before = written($house).await;
        $clock.arm();
        let refused = $write.await;
        assert!(matches!(refused, Err($missing)), "{refused:?}");
        assert_eq!(written($house).await, before);
    }};
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn r9_a_consent_withdrawn_before_the_commit_keeps_a_clients_words_out() {
    both(async |house: Fictional| {
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let given = house.gives(&case, For::Everybody).await.unwrap();
        let (access, part) = (house.portal(noor).await, house.part(&case, noor));
        let own = house.practice.set_goal(&access, part, Side::Own, goal());
        let own = own.await.unwrap();
        house
            .practice
            .begin_intake(&access, part, date(1984, 7, 2))
            .await
            .unwrap();
        let (practice, clock) = practice_of(&house).await;
        let house = &house;
        keeps_out!(
            house,
            clock,
            GoalError::ConsentMissing,
            practice.set_goal(&access, part, Side::Own, goal())
        );
        keeps_out!(
            house,
            clock,
            GoalError::ConsentMissing,
            practice.change_goal(&access, own, 1, goal(), GoalState::Reached)
        );
        keeps_out!(
            house,
            clock,
            HomeworkError::ConsentMissing,
            practice.draft_reflection(&access, given, told(), 0)
        );
        keeps_out!(
            house,
            clock,
            HomeworkError::ConsentMissing,
            practice.give_reflection(&access, given, told(), 0)
        );
        keeps_out!(
            house,
            clock,
            IntakeError::ConsentMissing,
            practice.begin_intake(&access, part, date(1984, 7, 3))
        );
        keeps_out!(
            house,
            clock,
            IntakeError::ConsentMissing,
            practice.draft_intake(&access, part, "health", Answers::default(), 0)
        );
        keeps_out!(
            house,
            clock,
            IntakeError::ConsentMissing,
            practice.send_intake(&access, part, "health", Answers::default(), 0)
        );
        let answers = measures::Answers::from([("trouble".to_owned(), 3)]);
        keeps_out!(
            house,
            clock,
            MeasureError::ConsentMissing,
            practice.take_measure(&access, part, answers.clone())
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one story")]
async fn r9_a_consent_withdrawn_before_the_commit_keeps_the_clinicians_words_out() {
    both(async |house: Fictional| {
        crate::testing::premises(&house).await;
        let noor = house.client("Noor").await;
        let case = house.case_of(&[noor]).await;
        house.everybody_signs(&case).await;
        let desk = house.desk(house.clinician).await;
        let booked = |at: &str| {
            let new = crate::booking::NewSession {
                case: case.id,
                people: Vec::new(),
                starts: at.parse().unwrap(),
                length: crate::booking::SESSION,
                place: crate::calendar::Place::Premises,
            };
            house.practice.book_session(&desk, new)
        };
        let one = booked("2026-11-19T18:00:00Z").await.unwrap();
        let two = booked("2026-11-26T18:00:00Z").await.unwrap();
        let write = |practice: &Practice, session| {
            let (practice, desk) = (practice.clone(), desk.clone());
            async move {
                practice
                    .write_note(&desk, session, Route::Chart, note(), None)
                    .await
            }
        };
        let (draft, revision) = write(&house.practice, one).await.unwrap();
        let (practice, clock) = practice_of(&house).await;
        let new = NewAssignment {
            case: case.id,
            session: None,
            what: What::Library(library::AssignmentId::new("HW34")),
            remark: Private::default(),
            whom: For::Everybody,
        };
        let house = &house;
        keeps_out!(
            house,
            clock,
            NoteError::ConsentMissing,
            write(&practice, two)
        );
        keeps_out!(
            house,
            clock,
            NoteError::ConsentMissing,
            practice.sign_note(&desk, draft, revision)
        );
        keeps_out!(
            house,
            clock,
            HomeworkError::ConsentMissing,
            practice.give_homework(&desk, new.clone())
        );
        clock.all("UPDATE consents SET state = 'in_force'");
        practice.sign_note(&desk, draft, revision).await.unwrap();
        keeps_out!(
            house,
            clock,
            NoteError::ConsentMissing,
            practice.amend_note(&desk, draft, "A slip".into(), "It was Tuesday.".into())
        );
    })
    .await;
}
