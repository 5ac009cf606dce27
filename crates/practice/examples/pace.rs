//! Throwaway: how many receipted reads a second.
use practice::access::*;
use practice::people::Identity;
use practice::receipts::Action;
use practice::*;
use std::sync::Arc;
use vault::*;
#[tokio::main]
async fn main() {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let n: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    std::fs::create_dir_all(&dir).unwrap();
    let url = store::DatabaseUrl::Sqlite(dir.join("alcove.db"));
    let store = store::Store::open(&url).await.unwrap();
    let keyring = practice::keys::keyring_beside(&url).await.unwrap();
    let secret = Secret::KeyFile(KeyFile::generate(&SeededRandomness::new(1)));
    let opening = Opening {
        store: store.clone(),
        keyring,
        clock: Arc::new(practice::clock::SystemClock),
        randomness: Arc::new(SystemRandomness),
    };
    let p = Practice::create(opening, &secret, PassphraseCost::CHEAPEST, "{}".into())
        .await
        .unwrap();
    p.begin_authority().await.unwrap();
    let t = std::time::Instant::now();
    let doc = p
        .add_staff(practice::accounts::NewStaff {
            identity: Identity::default(),
            slug: "d".into(),
            page: Default::default(),
            roles: vec![(Role::Clinician, None)],
            credentials: vec![],
            account: practice::accounts::NewAccount {
                name: "dddd".into(),
                password: "aaaaaaaaaaaaaaaaa1".into(),
            },
        })
        .await
        .unwrap();
    let mut cases = vec![];
    for _ in 0..n {
        let c = p
            .enter_case(
                &JobAccess::set_up(),
                (doc, None),
                vec![
                    Identity {
                        name: "A".into(),
                        ..Default::default()
                    },
                    Identity {
                        name: "B".into(),
                        ..Default::default()
                    },
                ],
            )
            .await
            .unwrap();
        cases.push(c);
    }
    println!("{} couples in {:?}", n, t.elapsed());
    let token = p.enter_demo(doc).await.unwrap();
    let SignedIn::Desk(access) = p.signed_in(token.text()).await.unwrap() else {
        panic!()
    };
    tokio::spawn(p.clone().run_sequencer());
    for conc in [1usize, 16, 64] {
        let c0 = store.commits();
        let t = std::time::Instant::now();
        let each = 12000 / conc.max(4);
        let mut hs = vec![];
        for k in 0..conc {
            let (p, access, cases, token) =
                (p.clone(), access.clone(), cases.clone(), token.clone());
            hs.push(tokio::spawn(async move {
                for i in 0..each {
                    let case = cases[(k * 31 + i) % cases.len()].id;
                    p.signed_in(token.text()).await.unwrap();
                    let r: Result<usize, AccessError> = p
                        .read(&access, move |w| {
                            let practice = w.practice();
                            let case =
                                practice::cases::records::case(w.tx, practice, case)?.unwrap();
                            let mut comps = case.compartments();
                            let mut cells = vec![];
                            for q in &case.participants {
                                let c = practice::people::records::cell(w.tx, practice, q.person)?
                                    .unwrap();
                                comps.push(c.compartment);
                                cells.push(c);
                            }
                            let o = w.open(Action::CaseOverview, Purpose::Care, &comps)?;
                            let mut l = 0;
                            for _ in 0..3 {
                                for c in &cells {
                                    let i: Identity = w.unseal(&o, "people", c)?;
                                    l += i.name.reveal().len();
                                }
                            }
                            Ok(l)
                        })
                        .await;
                    r.unwrap();
                }
            }));
        }
        for h in hs {
            h.await.unwrap();
        }
        let total = each * conc;
        let el = t.elapsed();
        println!(
            "{conc}: {:.0}/s  commits {} ratio {:.1}",
            total as f64 / el.as_secs_f64(),
            store.commits() - c0,
            total as f64 / (store.commits() - c0) as f64
        );
    }
}
