//! The program is killed in the middle of its work, again and again, on the same folder (`cargo xtask soak` as often as asked).
//!
//! What it acknowledged must be there afterwards, what it disclosed must have its receipt, nothing may be half-written, and it
//! must unlock. To add a work that is killed: its line in [`WORKS`].

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use outside::Anything;
use outside::http::{Ask, Caller};
use uuid::Uuid;

use crate::cast;
use crate::commands::{self, Shelves};
use crate::copied;
use crate::ground::Ground;
use crate::records::{self, Ids};

/// Does one kind of work until the program is gone, and tells what it was told is done.
type Work = fn(&Field<'_>) -> Result<Vec<Kept>, Anything>;

/// Everything that is cut in two, all at the same time.
const WORKS: [Work; 8] = [
    sign_ins,
    disclosures,
    notes,
    reflections,
    copied::copies,
    commands::ways,
    commands::rotation,
    commands::backups,
];

/// How often, and how long each round may work at most, in milliseconds.
pub(crate) const IN_CI: (u64, u64) = (25, 700);

/// After how many rounds the backups are restored.
const RESTORED_EVERY: u64 = 8;

/// What a work needs.
pub(crate) struct Field<'a> {
    pub(crate) at: SocketAddr,
    pub(crate) ground: &'a Ground,
    pub(crate) shelves: &'a Shelves,
    pub(crate) round: u64,
    pub(crate) goes_on: &'a AtomicBool,
    random: u64,
    /// The longest time that a command may take before it is killed.
    longest: Duration,
    noor: &'a Ids,
    pub(crate) hannah: &'a Ids,
}

impl Field<'_> {
    /// A moment at which the work of this number is cut in two.
    pub(crate) fn moment(&self, number: u32) -> Duration {
        let random = (0..number).fold(self.random, |random, _| next(random));
        let longest = u64::try_from(self.longest.as_millis()).unwrap_or(1).max(1);
        Duration::from_millis(random % longest)
    }
}

/// What the program said is done.
pub(crate) enum Kept {
    /// A sign-in, by its cookie.
    SignIn(String),
    /// So many pages of a record came back to this person.
    Disclosed { to: Uuid, pages: i64 },
    /// The page at this path shows this number after this word, or a later one.
    Text {
        slug: &'static str,
        path: String,
        word: &'static str,
        number: u64,
    },
    /// There are these ways to unlock at least.
    Slots(usize),
    /// Every key was wrapped anew.
    Rotated,
    /// This backup is whole.
    Backup(String),
}

/// Kills it as often as in CI.
pub(crate) fn killed() -> Result<(), Anything> {
    kill(IN_CI.0, IN_CI.1)
}

/// Kills it so often, after so many milliseconds at most.
pub(crate) fn kill(rounds: u64, longest: u64) -> Result<(), Anything> {
    kill_on(&Ground::of("killed")?, rounds, longest)
}

/// The same, of the practice that stands there.
pub(crate) fn kill_on(ground: &Ground, rounds: u64, longest: u64) -> Result<(), Anything> {
    crate::ground::plant(&["basaltfinch", "slatewhimbrel"])?;
    let mut campaign = Campaign::begin(ground, longest)?;
    println!(
        "  killed: the moments of {} follow from {}",
        ground.name, campaign.random
    );
    let mut done = 0;
    for round in 1..=rounds {
        let before = done;
        done += campaign
            .round(round)
            .map_err(|why| format!("round {round}: {why}"))?;
        if round % RESTORED_EVERY == 0 || round == rounds {
            let restored = campaign.shelves.restore(ground);
            restored.map_err(|why| format!("round {round}, after {before}: {why}"))?;
        }
    }
    ground
        .run(&["keys", "rotate"])?
        .must_hold("the rotation after the last that was cut off")?;
    copied::end(ground)?;
    whole(ground)?;
    if done < usize::try_from(rounds)? {
        return Err(format!(
            "only {done} writes were acknowledged in {rounds} rounds: nothing was cut in two"
        )
        .into());
    }
    println!(
        "  killed: {}, {rounds} rounds, {done} acknowledged, none lost; {} rotations and {} backups among them",
        ground.name, campaign.rotations, campaign.backups
    );
    Ok(())
}

/// Round after round on one ground.
struct Campaign<'a> {
    ground: &'a Ground,
    shelves: Shelves,
    noor: Ids,
    hannah: Ids,
    longest: u64,
    /// The longest time that a command may take before it is killed.
    command: Duration,
    random: u64,
    kept: Vec<Kept>,
    newest: String,
    rotations: usize,
    backups: usize,
}

impl<'a> Campaign<'a> {
    fn begin(ground: &'a Ground, longest: u64) -> Result<Self, Anything> {
        let shelves = Shelves::beside(ground)?;
        let begun = Instant::now();
        let newest = shelves.back_up(ground)?;
        let find = |slug| records::ids(ground, records::person(ground, slug)?);
        Ok(Self {
            ground,
            // Also so late that some come to their end.
            command: begun.elapsed().mul_f64(1.3),
            noor: find("noor")?,
            hannah: find("hannah")?,
            shelves,
            longest,
            random: seed()?,
            kept: Vec::new(),
            newest,
            rotations: 0,
            backups: 0,
        })
    }

    /// One start, one kill; how much was acknowledged.
    fn round(&mut self, round: u64) -> Result<usize, Anything> {
        let (ground, longest) = (self.ground, self.longest);
        // So that a copy is being made in each round, whoever was killed with it before.
        records::copies::let_go(&ground.database()?)?;
        let server = ground.serve(&[])?;
        let mut caller = Caller::new(server.at);
        for one in std::mem::take(&mut self.kept) {
            still_there(&mut caller, ground, &one)?;
        }
        self.random = next(self.random);
        let time =
            Duration::from_millis(longest / 8 + self.random % (longest - longest / 8).max(1));
        let goes_on = AtomicBool::new(true);
        let before = receipts_of(ground, &kept_people(ground)?)?;
        let field = Field {
            at: server.at,
            ground,
            shelves: &self.shelves,
            round,
            goes_on: &goes_on,
            random: self.random,
            longest: self.command,
            noor: &self.noor,
            hannah: &self.hannah,
        };
        let kept = thread::scope(|scope| {
            let at_work: Vec<_> = WORKS
                .iter()
                .map(|work| scope.spawn(|| work(&field)))
                .collect();
            thread::sleep(time);
            let killed = server.kill();
            goes_on.store(false, Ordering::Relaxed);
            let mut kept = Vec::new();
            for work in at_work {
                kept.extend(work.join().map_err(|_| "a work fell over")??);
            }
            killed.map(|()| kept)
        })?;
        whole(ground)?;
        let after = receipts_of(ground, &kept_people(ground)?)?;
        for one in &kept {
            disclosed(one, &before, &after)?;
            self.rotations += usize::from(matches!(one, Kept::Rotated));
            if let Kept::Backup(name) = one {
                self.backups += 1;
                self.newest.clone_from(name);
            }
        }
        self.shelves.holds(ground, &self.newest)?;
        self.kept = kept;
        Ok(self.kept.len())
    }
}

/// A number that is different each time, and told, so that a failure can be looked at again.
#[expect(
    clippy::disallowed_methods,
    reason = "the moments must differ from run to run"
)]
fn seed() -> Result<u64, Anything> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(now.as_micros() & 0xffff_ffff)? | 1)
}

fn next(random: u64) -> u64 {
    let random = random ^ (random << 13);
    let random = random ^ (random >> 7);
    random ^ (random << 17)
}

/// The database is whole, the log and every row hold, and the keys open it.
fn whole(ground: &Ground) -> Result<(), Anything> {
    for (name, data) in [("data", ground.database()?), ("keys", ground.keyring()?)] {
        let said = data.integrity()?;
        if said != "ok" {
            return Err(format!("{name}: {said}").into());
        }
    }
    copied::whole(ground)?;
    ground.must_hold()
}

/// What was acknowledged is there after the next start.
fn still_there(caller: &mut Caller, ground: &Ground, kept: &Kept) -> Result<(), Anything> {
    match kept {
        Kept::SignIn(cookie) => {
            let answer = caller.get("/my/account", cookie)?;
            if answer.status != 200 {
                return Err(format!("an acknowledged sign-in is lost: {}", answer.status).into());
            }
        }
        Kept::Text {
            slug,
            path,
            word,
            number,
        } => {
            let cookie = cast::enter(caller, slug)?;
            let page = caller.get(path, &cookie)?.body;
            let shown = page.split(word).skip(1).filter_map(number_at).max();
            if shown.is_none_or(|shown| shown < *number) {
                return Err(format!(
                    "{path} shows {shown:?} after {word}, and {number} was acknowledged"
                )
                .into());
            }
        }
        Kept::Slots(least) => {
            let found = ground.ways_in()?.len();
            if found < *least {
                return Err(
                    format!("{found} ways to unlock, and {least} were acknowledged").into(),
                );
            }
        }
        Kept::Disclosed { .. } | Kept::Rotated | Kept::Backup(_) => {}
    }
    Ok(())
}

fn number_at(text: &str) -> Option<u64> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

/// Who reads records here.
fn kept_people(ground: &Ground) -> Result<Vec<Uuid>, Anything> {
    let people = ["miriam", copied::WHOSE];
    let ids = people.into_iter().map(|slug| records::person(ground, slug));
    ids.collect()
}

fn receipts_of(ground: &Ground, people: &[Uuid]) -> Result<Vec<(Uuid, i64)>, Anything> {
    let data = ground.database()?;
    people
        .iter()
        .map(|person| Ok((*person, records::receipts_of(&data, *person)?)))
        .collect()
}

/// As many receipts came to be as pages came back, at least.
fn disclosed(kept: &Kept, before: &[(Uuid, i64)], after: &[(Uuid, i64)]) -> Result<(), Anything> {
    let Kept::Disclosed { to, pages } = kept else {
        return Ok(());
    };
    let of = |list: &[(Uuid, i64)]| {
        list.iter()
            .find(|(at, _)| at == to)
            .map_or(0, |(_, count)| *count)
    };
    let more = of(after) - of(before);
    if more < *pages {
        return Err(format!(
            "{pages} pages of records were disclosed, and {more} receipts tell of it"
        )
        .into());
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "every work has one shape")]
fn sign_ins(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let mut caller = Caller::new(field.at);
    let mut kept = Vec::new();
    while field.goes_on.load(Ordering::Relaxed) {
        let Ok(cookie) = cast::enter(&mut caller, "imani") else {
            break;
        };
        kept.push(Kept::SignIn(cookie));
    }
    // The newest are those at risk.
    Ok(kept.split_off(kept.len().saturating_sub(5)))
}

fn disclosures(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let mut caller = Caller::new(field.at);
    let Ok(cookie) = cast::enter(&mut caller, "miriam") else {
        return Ok(Vec::new());
    };
    let path = format!("/desk/cases/{}", field.hannah.case);
    let mut pages = 0;
    while let Ok(answer) = caller.get(&path, &cookie) {
        if answer.status == 200 && answer.body.contains("Hannah") {
            pages += 1;
        }
    }
    Ok(vec![Kept::Disclosed {
        to: records::person(field.ground, "miriam")?,
        pages,
    }])
}

fn notes(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let session = format!("/desk/sessions/{}", field.noor.session);
    let path = format!("{session}?side={}", field.noor.participant);
    let form = format!("side={}&brought=basaltfinch", field.noor.participant);
    typed(
        field,
        ("adaeze", &path),
        (&format!("{session}/note"), &form, "basaltfinch"),
    )
}

fn reflections(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let path = format!("/my/homework/{}", field.noor.assignment);
    typed(
        field,
        ("noor", &path),
        (
            &format!("{path}/own/draft"),
            "told=slatewhimbrel",
            "slatewhimbrel",
        ),
    )
}

/// Saves a growing number after a word, over and over, as the module that saves drafts does.
fn typed(
    field: &Field<'_>,
    who: (&'static str, &str),
    what: (&str, &str, &'static str),
) -> Result<Vec<Kept>, Anything> {
    let ((slug, page), (path, form, word)) = (who, what);
    let mut caller = Caller::new(field.at);
    let Ok(cookie) = cast::enter(&mut caller, slug) else {
        return Ok(Vec::new());
    };
    let Ok(seen) = caller.get(page, &cookie) else {
        return Ok(Vec::new());
    };
    let (token, mut revision) = (seen.token().to_owned(), seen.field("revision").to_owned());
    let mut number = field.round * 1_000_000;
    let mut acknowledged = None;
    while field.goes_on.load(Ordering::Relaxed) {
        number += 1;
        let form = format!("csrf={token}&revision={revision}&{form}+{number}");
        let more = [("Accept", "application/json")];
        let ask = Ask {
            method: "POST",
            path,
            cookie: &cookie,
            form: &form,
            more: &more,
        };
        let Ok(answer) = caller.ask(&ask) else { break };
        if answer.status != 200 {
            return Err(
                format!("{path} refuses a draft: {} {}", answer.status, answer.body).into(),
            );
        }
        let said: serde_json::Value = serde_json::from_str(&answer.body)?;
        revision = said
            .get("revision")
            .map(ToString::to_string)
            .unwrap_or_default();
        acknowledged = Some(number);
    }
    let kept = acknowledged.map(|number| Kept::Text {
        slug,
        path: page.to_owned(),
        word,
        number,
    });
    Ok(kept.into_iter().collect())
}
