//! Fills a demo's practice with people and notes through the program's own code, before anything is measured.
//!
//! Everything is written as the desk writes it: cases, consents given elsewhere, sessions that take their hour (R7),
//! drafts that are signed. The clock stands years back, so that a clinician has enough hours for so many sessions.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use practice::access::{DeskAccess, JobAccess, Role, SignedIn};
use practice::booking::{NewSession, SESSION};
use practice::calendar::Place;
use practice::cases::Case;
use practice::clock::{Clock, SetClock, SystemClock};
use practice::ids::{PersonId, SessionId};
use practice::notes::{NoteText, Route};
use practice::people::Identity;
use practice::private::Private;
use practice::safety::{NewDecision, Outcome};
use practice::{Opening, Practice, keys};
use vault::{KeyFile, Secret, SystemRandomness};

use crate::{Anything, decade};

/// When the loaded years begin.
const BEGIN: &str = "2000-01-03T00:00:00Z";
/// How many cases are written at the same time.
const AT_ONCE: usize = 48;
/// How many keys are made durable in one step.
const KEYS_AT_ONCE: usize = 1_000;
/// Sessions without a note, for measuring how notes are begun.
const BLANK: u64 = 96_000;

/// Where the loader leaves what the measurements need.
pub(crate) struct Loaded {
    /// Sessions without a note, of the clinician who is entered.
    pub(crate) blank: Vec<String>,
    /// A case of ten years, of the same clinician.
    pub(crate) decade: String,
    /// The client who was there from its beginning.
    pub(crate) client: String,
}

impl Loaded {
    /// Keeps it beside the folder `data`, for when that is measured again.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn keep(&self, data: &Path) -> Result<(), Anything> {
        let lines = [self.decade.as_str(), self.client.as_str()];
        let text = format!("{}\n{}", lines.join("\n"), self.blank.join("\n"));
        Ok(fs::write(list(data), text)?)
    }
}

/// The name and the password of a client who was given an account.
pub(crate) fn account(person: &str) -> (String, String) {
    (
        format!("decade-{person}"),
        format!("a password of {person}"),
    )
}

fn list(data: &Path) -> PathBuf {
    data.with_extension("loaded")
}

/// Loads `people` and `notes` into the practice of the folder `data`.
///
/// # Errors
/// What the practice refuses.
pub(crate) fn load(data: &Path, people: u64, notes: u64) -> Result<Loaded, Anything> {
    let list = list(data);
    if !list.exists() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        runtime.block_on(fill(data, people, notes))?.keep(data)?;
    }
    let text = fs::read_to_string(&list)?;
    let mut lines = text.lines().map(str::to_owned);
    Ok(Loaded {
        decade: lines.next().unwrap_or_default(),
        client: lines.next().unwrap_or_default(),
        blank: lines.collect(),
    })
}

/// A clinician at work, and the next hour that is free.
pub(crate) struct Clinician {
    person: PersonId,
    pub(crate) access: DeskAccess,
    hour: AtomicI64,
}

async fn fill(data: &Path, people: u64, notes: u64) -> Result<Loaded, Anything> {
    let begun = Instant::now();
    // Today for whoever enters, because roles begin when the demo is made; then back to the years that are written.
    let clock = Arc::new(SetClock::new(SystemClock.now()));
    let practice = unlocked(data, Arc::clone(&clock)).await?;
    let clinicians = clinicians(&practice).await?;
    clock.set(BEGIN.parse()?);
    let first = clinicians.first().ok_or("no clinician")?;
    let (decade, client) = decade::write(&practice, first, &clock).await?;
    clock.set(BEGIN.parse()?);
    let cases = people / 10 * 9;
    let per_case = notes / cases.max(1);
    let mut tasks = tokio::task::JoinSet::new();
    let mut blank: Vec<String> = Vec::new();
    for number in 0..cases {
        let clinician = Arc::clone(
            clinicians
                .get(usize::try_from(number)? % clinicians.len())
                .ok_or("no clinician")?,
        );
        // One case in nine is a couple, so that the people come out as asked for.
        let names = if number % 9 == 0 { 2 } else { 1 };
        // The first clinician is the one who is entered for the measurements.
        let share = u64::try_from(clinicians.len())?;
        let left = if number % share == 0 {
            BLANK / (cases / share).max(1) + 1
        } else {
            0
        };
        let extra = u64::from(number < notes % cases.max(1));
        tasks.spawn(case(
            practice.clone(),
            clinician,
            (number, names),
            (per_case + extra, left),
        ));
        if tasks.len() >= AT_ONCE
            && let Some(done) = tasks.join_next().await
        {
            blank.extend(done??);
        }
        if number % 500 == 0 {
            println!(
                "  {number} of {cases} cases, {} s",
                begun.elapsed().as_secs()
            );
        }
    }
    while let Some(done) = tasks.join_next().await {
        blank.extend(done??);
    }
    practice.sequence().await?;
    println!("  loaded in {} s", begun.elapsed().as_secs());
    Ok(Loaded {
        blank,
        decade,
        client,
    })
}

/// Makes keys until the keyring of the folder `data` has so many.
///
/// # Errors
/// What the practice refuses.
pub(crate) fn keys(data: &Path, wanted: usize) -> Result<(), Anything> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let practice = unlocked(data, Arc::new(SetClock::new(SystemClock.now()))).await?;
        while practice.keys()? < wanted {
            let some = (wanted - practice.keys()?).min(KEYS_AT_ONCE);
            practice.make(&vec![vault::Kind::Own; some]).await?;
        }
        Ok(())
    })
}

async fn unlocked(data: &Path, clock: Arc<SetClock>) -> Result<Practice, Anything> {
    let url = store::DatabaseUrl::Sqlite(data.join("alcove.db"));
    let opening = Opening {
        store: store::Store::open(&url).await?,
        keyring: keys::keyring_beside(&url).await?,
        clock,
        randomness: Arc::new(SystemRandomness),
    };
    let practice = Practice::open(opening).await?;
    let key = KeyFile::parse(&fs::read_to_string(data.with_extension("key"))?)?;
    practice.unlock(&Secret::KeyFile(key)).await?;
    // A year of everybody's work in one hour is far more than the brake lets anybody open.
    practice.brake_at(usize::MAX);
    Ok(practice)
}

async fn clinicians(practice: &Practice) -> Result<Vec<Arc<Clinician>>, Anything> {
    let mut found = Vec::new();
    for known in practice.published_clinicians().await? {
        let token = practice.enter_demo(known.person).await?;
        // An associate's notes wait for a supervisor (R5): those who sign finally are loaded.
        if let SignedIn::Desk(access) = practice.signed_in(token.text()).await?
            && !access.has(Role::Associate)
        {
            found.push(Arc::new(Clinician {
                person: known.person,
                access,
                hour: AtomicI64::new(1),
            }));
        }
    }
    Ok(found)
}

/// Writes one case with its notes; returns the sessions that were left without one.
async fn case(
    practice: Practice,
    clinician: Arc<Clinician>,
    who: (u64, usize),
    counts: (u64, u64),
) -> Result<Vec<String>, Anything> {
    let (number, people) = who;
    let (notes, blank) = counts;
    let case = enter(&practice, &clinician, &number.to_string(), people).await?;
    for note in 0..notes {
        noted(&practice, &clinician, &case, (number, note)).await?;
    }
    let mut left = Vec::new();
    for _ in 0..blank {
        left.push(session(&practice, &clinician, &case).await?.to_string());
    }
    Ok(left)
}

/// Enters a case of so many people, with their consents, and settles its screening (R9, R11).
///
/// # Errors
/// What the practice refuses.
pub(crate) async fn enter(
    practice: &Practice,
    clinician: &Clinician,
    name: &str,
    people: usize,
) -> Result<Case, Anything> {
    let names = (0..people).map(|at| Identity {
        name: Private::new(format!("Person {name}-{at}")),
        ..Identity::default()
    });
    let staff = (clinician.person, None);
    let case = practice
        .enter_case(&JobAccess::set_up(), staff, names.collect())
        .await?;
    let day = practice.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for participant in &case.participants {
        let document = "informed-consent".to_owned();
        practice
            .record_consent(
                &clinician.access,
                participant.id,
                document,
                (day.yesterday()?, "The benchmark".into()),
            )
            .await?;
    }
    let decisions = case.participants.iter().map(|participant| NewDecision {
        participant: participant.id,
        outcome: Outcome::GoesOn,
        remark: "".into(),
    });
    practice
        .settle_safety(&clinician.access, case.id, decisions.collect())
        .await?;
    Ok(case)
}

/// A session with its signed note.
///
/// # Errors
/// What the practice refuses.
pub(crate) async fn noted(
    practice: &Practice,
    clinician: &Clinician,
    case: &Case,
    which: (u64, u64),
) -> Result<(), Anything> {
    let session = session(practice, clinician, case).await?;
    let text = text(which.0, which.1);
    let (id, revision) = practice
        .write_note(&clinician.access, session, Route::Chart, text, None)
        .await?;
    practice
        .sign_note_as_it_is(&clinician.access, id, revision)
        .await?;
    Ok(())
}

async fn session(
    practice: &Practice,
    clinician: &Clinician,
    case: &Case,
) -> Result<SessionId, Anything> {
    let hour = clinician.hour.fetch_add(1, Ordering::Relaxed);
    let begin: Timestamp = BEGIN.parse()?;
    let starts = begin.checked_add(SignedDuration::from_hours(hour))?;
    let new = NewSession {
        case: case.id,
        people: Vec::new(),
        starts,
        length: SESSION,
        place: Place::Video,
    };
    Ok(practice.book_session(&clinician.access, new).await?)
}

/// A note of an ordinary length, about 700 letters.
fn text(number: u64, note: u64) -> NoteText {
    let line = format!(
        "Session {note} of case {number}: they spoke of the week, slowly, and of what they noticed. "
    );
    NoteText {
        brought: Private::new(line.repeat(2)),
        did: Private::new(line.repeat(3)),
        landed: Private::new(line.clone()),
        agreed: Private::new(line),
        phases: vec!["desire".to_owned()],
    }
}
