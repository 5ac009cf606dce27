//! The practice itself: its database's promises, its keys, its log, its post, its clock.

use practice::Practice;
use practice::clock::micros;
use practice::keys::KeysError;
use practice::post::MailSecurity;
use practice::receipts::HeadWay;
use vault::{Secret, SlotMethod};

use super::Checks;
use crate::cli::Place;
use crate::heads::moment;
use crate::keys;
use crate::open::Opened;
use crate::serve;
use crate::settings::Settings;

/// Receipts that wait in a practice that nobody serves are soon taken in; more than this is not usual.
const MANY_WAITING: i64 = 5_000;
/// A head leaves every ten minutes; one that waits longer than three of them, in microseconds, is behind.
const BEHIND: i64 = 30 * 60_000_000;
/// A newest checkpoint this far in the future, in microseconds, means that the clock went back.
const AHEAD: i64 = 60_000_000;

/// Looks at an open practice.
pub(super) async fn look(opened: &Opened, place: &Place, settings: &Settings, checks: &mut Checks) {
    durability(opened, checks).await;
    let practice = &opened.practice;
    slots(practice, checks).await;
    unlock(practice, place, settings, checks).await;
    log(practice, checks).await;
    heads(practice, settings, checks).await;
    post(practice, settings, checks).await;
}

async fn durability(opened: &Opened, checks: &mut Checks) {
    match opened.durability().await {
        Ok(found) => {
            let wrong: Vec<String> = found
                .iter()
                .filter(|one| !one.holds())
                .map(|one| format!("{} is {}, not {}", one.name, one.found, one.must_be))
                .collect();
            if wrong.is_empty() {
                checks.ok("durability", "what is acknowledged is on the disk");
            } else {
                checks.bad(
                    "durability",
                    wrong.join("; "),
                    "a power failure could lose what was acknowledged: set it back",
                );
            }
        }
        Err(failure) => checks.bad("durability", failure.to_string(), "ask the database"),
    }
}

async fn slots(practice: &Practice, checks: &mut Checks) {
    match practice.slots().await {
        Ok(slots) => {
            let count = |wanted: fn(&SlotMethod) -> bool| {
                slots.iter().filter(|slot| wanted(&slot.method)).count()
            };
            let files = count(|method| matches!(method, SlotMethod::KeyFile));
            let phrases = count(|method| matches!(method, SlotMethod::Passphrase(_)));
            let sets = count(|method| matches!(method, SlotMethod::Cards));
            let passkeys = count(|method| matches!(method, SlotMethod::Passkey(_)));
            let said = format!(
                "{files} by key file, {phrases} by passphrase, {sets} by cards, {passkeys} by passkey"
            );
            if slots.len() > 1 {
                checks.ok("ways in", said);
            } else {
                checks.warn(
                    "ways in",
                    format!("{said}: if it is lost, every record is"),
                    "keep a copy of the key file elsewhere, or add another way: alcove keys add",
                );
            }
        }
        Err(error) => checks.bad("ways in", error.to_string(), "restore the keyring's backup"),
    }
}

async fn unlock(practice: &Practice, place: &Place, settings: &Settings, checks: &mut Checks) {
    let Ok(secret) = place.secret(settings) else {
        checks.warn(
            "keys",
            "not tried: there is no secret at hand",
            "give --key-file, --passphrase-file or --card-file to try",
        );
        return;
    };
    if matches!(secret, Secret::KeyFile(_))
        && let Some(said) = keys::left_over(practice, &settings.key_file).await
    {
        return checks.ok("keys", format!("not tried: {said}"));
    }
    match practice.unlock(&secret).await {
        Ok(()) => checks.ok("keys", "open, and the data are those that they know"),
        Err(error @ KeysError::WrongSecret) => checks.bad(
            "keys",
            error.to_string(),
            "give another key file, passphrase or card: `alcove keys slots` lists what unlocks",
        ),
        Err(error) => checks.bad(
            "keys",
            error.to_string(),
            "alcove audit verify names what was changed; after a restore see docs/backup.md",
        ),
    }
}

async fn log(practice: &Practice, checks: &mut Checks) {
    let standing = match practice.log_standing().await {
        Ok(standing) => standing,
        Err(error) => return checks.bad("log", error.to_string(), "ask the database"),
    };
    let said = format!("{} receipts, {} waiting", standing.size, standing.waiting);
    if standing.waiting > MANY_WAITING {
        checks.warn("log", said, "serve the practice unlocked for a minute");
    } else {
        checks.ok("log", said);
    }
    let now = micros(practice.now());
    match standing.newest_checkpoint_at {
        Some(at) if at > now.saturating_add(AHEAD) => checks.bad(
            "clock",
            "the newest checkpoint was signed later than now",
            "set this machine's clock; receipts carry its time",
        ),
        _ => checks.ok("clock", practice.now().to_string()),
    }
}

/// Whether the log's signed heads leave, and to where.
async fn heads(practice: &Practice, settings: &Settings, checks: &mut Checks) {
    let about = "heads";
    let Some(folder) = &settings.heads_folder else {
        let by_mail = practice.heads_left().await.unwrap_or_default();
        let by_mail = by_mail.iter().find(|left| left.way == HeadWay::Mail);
        return match by_mail.and_then(|left| left.left_at) {
            Some(at) => checks.ok(about, format!("by mail to the owner, last {}", moment(at))),
            None => checks.warn(
                about,
                "the log's signed heads go nowhere: who holds this machine can write the log anew",
                "set heads_folder to a folder elsewhere, or a mail server",
            ),
        };
    };
    let shown = folder.0.display();
    let newest = match folder.try_to_write().and_then(|()| folder.newest()) {
        Ok(newest) => newest,
        Err(error) => {
            return checks.bad(
                about,
                format!("{shown}: {error}"),
                "put the medium back, or let the program's account write there",
            );
        }
    };
    let signed = practice
        .log_standing()
        .await
        .map(|log| u64::try_from(log.size).unwrap_or(0));
    if let Ok(here) = signed
        && newest > here
    {
        return checks.bad(
            about,
            format!("{shown}: the newest head there signs {newest} receipts, and here are {here}: the data are older"),
            "alcove audit verify --against that folder; after a restore see docs/backup.md, and give heads_folder a new folder",
        );
    }
    match practice.behind_since(newest).await {
        Ok(Some(at)) if at < micros(practice.now()).saturating_sub(BEHIND) => checks.warn(
            about,
            format!(
                "{shown} has no head since {}; its newest signs {newest} receipts",
                moment(at)
            ),
            "serve the practice unlocked; the log of the program says what fails",
        ),
        Ok(_) => checks.ok(
            about,
            format!("{shown}, the newest signs {newest} receipts"),
        ),
        Err(error) => checks.bad(about, error.to_string(), "ask the database"),
    }
}

async fn post(practice: &Practice, settings: &Settings, checks: &mut Checks) {
    if let Some(mail) = &settings.mail {
        match serve::mailer(settings, settings.listen, false) {
            Ok(Some(mailer)) => match mailer.reach().await {
                Ok(()) if mail.security == MailSecurity::Plain => {
                    checks.ok("mail", "the mail server on this machine answers");
                }
                Ok(()) => checks.ok("mail", "the mail server answers by a protected way"),
                Err(fault) => checks.bad(
                    "mail",
                    fault.to_string(),
                    "look at mail_host, mail_port, mail_security and the password file",
                ),
            },
            Ok(None) => {}
            Err(failure) => checks.bad("mail", failure.to_string(), "look at the mail settings"),
        }
    }
    let counts = practice.post_counts().await.unwrap_or_default();
    let count = |state: &str| {
        let found = counts.iter().find(|(word, _)| word == state);
        found.map_or(0, |(_, count)| *count)
    };
    let said = format!("{} wait, {} failed", count("waiting"), count("failed"));
    if count("failed") > 0 {
        checks.warn(
            "post",
            said,
            "the log names each letter that failed and why; reach these people another way",
        );
    } else {
        checks.ok("post", said);
    }
}
