//! Work for later: claimed once, tried again, dead in the end.

use std::collections::HashSet;

use store::{
    Store,
    jobs::{self, ATTEMPTS, Job},
    testing::{both, both_at, open},
};
use uuid::Uuid;

use super::Outcome;

const MINUTE: i64 = 60_000_000;
const NOON: i64 = 1_780_000_000_000_000;

async fn enqueue(store: &Store, number: u128, at: i64) -> bool {
    let (id, payload) = (Uuid::from_u128(number), Uuid::from_u128(number + 1_000));
    store
        .write(move |tx| jobs::enqueue(tx, id, "reminder", at, payload))
        .await
        .unwrap()
}

async fn claim(store: &Store, now: i64) -> Option<Job> {
    store
        .write(move |tx| jobs::claim(tx, now, MINUTE))
        .await
        .unwrap()
}

async fn done(store: &Store, job: &Job) -> bool {
    let job = job.clone();
    store.write(move |tx| jobs::done(tx, &job)).await.unwrap()
}

async fn fail(store: &Store, job: &Job, now: i64) -> bool {
    let job = job.clone();
    store
        .write(move |tx| jobs::fail(tx, &job, now, "mail.refused"))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_job_runs_when_it_is_due_and_is_gone_when_done() {
    both(|store| async move {
        store.migrate(&[jobs::migration(1)]).await.unwrap();
        assert!(enqueue(&store, 2, NOON + MINUTE).await);
        assert!(enqueue(&store, 1, NOON).await);
        assert!(!enqueue(&store, 1, NOON).await, "the same id enqueues once");
        assert_eq!(claim(&store, NOON - 1).await, None);
        let job = claim(&store, NOON).await.unwrap();
        assert_eq!(
            (job.id, job.payload),
            (Uuid::from_u128(1), Uuid::from_u128(1_001))
        );
        assert_eq!((job.kind.as_str(), job.attempt), ("reminder", 1));
        assert_eq!(
            claim(&store, NOON).await,
            None,
            "it is claimed, and the other is not due"
        );
        assert!(done(&store, &job).await);
        assert!(!done(&store, &job).await);
        assert_eq!(
            claim(&store, NOON + MINUTE).await.unwrap().id,
            Uuid::from_u128(2)
        );
    })
    .await;
}

#[tokio::test]
async fn an_ended_lease_gives_the_job_to_another() {
    both(|store| async move {
        store.migrate(&[jobs::migration(1)]).await.unwrap();
        enqueue(&store, 1, NOON).await;
        let slow = claim(&store, NOON).await.unwrap();
        let kept = slow.clone();
        let renewed = store
            .write(move |tx| jobs::renew(tx, &kept, NOON + MINUTE / 2, MINUTE))
            .await;
        assert_eq!(renewed, Ok(true));
        assert_eq!(claim(&store, NOON + MINUTE).await, None);
        let other = claim(&store, NOON + 2 * MINUTE).await.unwrap();
        assert_eq!((other.id, other.attempt), (slow.id, 2));
        assert!(
            !done(&store, &slow).await,
            "the slow worker's word no longer counts"
        );
        assert!(!fail(&store, &slow, NOON + 2 * MINUTE).await);
        assert!(done(&store, &other).await);
    })
    .await;
}

#[tokio::test]
async fn failures_wait_longer_and_end() {
    both(|store| async move {
        store.migrate(&[jobs::migration(1)]).await.unwrap();
        enqueue(&store, 1, NOON).await;
        let mut now = NOON;
        for attempt in 1..=ATTEMPTS {
            let job = claim(&store, now).await.unwrap();
            assert_eq!(job.attempt, attempt);
            assert!(fail(&store, &job, now).await);
            let first_wait = 10_000_000;
            assert_eq!(claim(&store, now + first_wait - 1).await, None);
            now += 6 * 60 * MINUTE;
        }
        assert_eq!(claim(&store, now).await, None);
        let dead = store.read(|tx| jobs::dead(tx, 10)).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].reason.as_deref(), Some("mail.refused"));
        let id = dead[0].id;
        assert_eq!(
            store.write(move |tx| jobs::revive(tx, id, now)).await,
            Ok(true)
        );
        assert_eq!(claim(&store, now).await.unwrap().attempt, 1);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_kills_its_workers_dies() {
    both(|store| async move {
        store.migrate(&[jobs::migration(1)]).await.unwrap();
        enqueue(&store, 1, NOON).await;
        let mut now = NOON;
        while claim(&store, now).await.is_some() {
            now += MINUTE;
        }
        assert_eq!(now, NOON + i64::from(ATTEMPTS) * MINUTE);
        assert_eq!(
            store
                .read(|tx| jobs::dead(tx, 10))
                .await
                .map(|dead| dead.len()),
            Ok(1)
        );
    })
    .await;
}

async fn claim_all(store: Store) -> Vec<Uuid> {
    let mut mine = Vec::new();
    while let Some(job) = claim(&store, NOON).await {
        mine.push(job.id);
    }
    mine
}

#[tokio::test]
async fn two_nodes_never_claim_the_same_job() {
    const JOBS: u128 = 120;
    both_at(async |url| {
        let nodes = [open(&url).await, open(&url).await];
        nodes[0].migrate(&[jobs::migration(1)]).await.unwrap();
        let filled: Outcome = nodes[0]
            .write(|tx| {
                for number in 0..JOBS {
                    let id = Uuid::from_u128(number);
                    jobs::enqueue(tx, id, "reminder", NOON, id)?;
                }
                Ok(())
            })
            .await;
        filled.unwrap();
        let workers: Vec<_> = (0..8)
            .map(|worker| tokio::spawn(claim_all(nodes[worker % 2].clone())))
            .collect();
        let mut claimed = Vec::new();
        for worker in workers {
            claimed.extend(worker.await.unwrap());
        }
        let different: HashSet<_> = claimed.iter().collect();
        assert_eq!((claimed.len(), different.len()), (120, 120));
    })
    .await;
}
