//! `alcove records`: how long records are kept, holds, and destruction by two people who sign in at the terminal.
//!
//! The machine alone is nobody here: whoever holds, asks or confirms types a sign-in name, a password and a one-time code, and
//! the log names them. Not here: when something is due, who may, what goes (`practice::retention`).

pub(crate) mod words;

use std::fs;
use std::io::Write as _;
use std::process::ExitCode;
use std::str::FromStr;

use practice::Practice;
use practice::access::{DeskAccess, FreshAccess, SignedIn};
use practice::accounts::{AccountError, NextStep, SignInToken};
use practice::error::AccessError;
use practice::ids::{DestructionId, HoldId, ParticipantId};
use practice::private::Private;
use practice::retention::{RetentionError, Review, Reviewed};
use serde_json::json;

use self::words::{DestroyRecord, LiftHold, OfRecord, OfRequest, Records, WriteCertificate};
use crate::cli::{Look, Place};
use crate::failure::Failure;
use crate::open::Opened;
use crate::{progress, typed};

/// Does what is asked.
pub(crate) async fn run(act: Records) -> Result<ExitCode, Failure> {
    match act {
        Records::Due(words) => due(words).await?,
        Records::Hold(words) => hold(words).await?,
        Records::Lift(words) => lift(words).await?,
        Records::Destroy(words) => destroy(words).await?,
        Records::Confirm(words) => confirm(words).await?,
        Records::Certificate(words) => certificate(words).await?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Somebody who signed in at the terminal, and is signed out again at the end.
struct Somebody {
    token: SignInToken,
    desk: DeskAccess,
    fresh: FreshAccess,
}

impl Somebody {
    /// Asks for name, password and one-time code.
    async fn comes(practice: &Practice, who: &str) -> Result<Self, Failure> {
        let name = typed::line(&format!("{who}: sign-in name"))?;
        let password = typed::secret(&format!("{who}: password"))?;
        let step = practice.sign_in(&name, password.as_str().to_owned()).await;
        let half_way = match step.map_err(not_signed_in)? {
            NextStep::Code(half_way) => half_way,
            NextStep::SignedIn(token) => {
                practice.sign_out(token.text()).await?;
                return Err(Failure::refused("this account is a client's"));
            }
            NextStep::Enrol(_) => {
                return Err(Failure::refused(
                    "this account was never used: sign in at the desk once, and set up codes",
                ));
            }
        };
        let code = typed::secret(&format!("{who}: one-time code"))?;
        let token = practice
            .sign_in_with_code(half_way.text(), &code)
            .await
            .map_err(not_signed_in)?;
        let SignedIn::Desk(desk) = practice.signed_in(token.text()).await? else {
            return Err(Failure::refused("this account is a client's"));
        };
        let fresh = practice.fresh(&desk);
        let fresh = fresh.ok_or_else(|| Failure::refused("it took too long: begin again"))?;
        Ok(Self { token, desk, fresh })
    }

    async fn leaves(self, practice: &Practice) -> Result<(), Failure> {
        Ok(practice.sign_out(self.token.text()).await?)
    }
}

fn not_signed_in(error: AccountError) -> Failure {
    Failure::refused(error.to_string())
}

fn refused(error: RetentionError) -> Failure {
    match error {
        RetentionError::Access(AccessError::NotThere) => Failure::refused(
            "there is no such record for who signed in, or they may not do this with it",
        ),
        error @ (RetentionError::ReasonMissing
        | RetentionError::NotDue
        | RetentionError::Held
        | RetentionError::Asked
        | RetentionError::Ended
        | RetentionError::SamePerson
        | RetentionError::Rule
        | RetentionError::Access(_)) => Failure::refused(error.to_string()),
    }
}

fn number<T: FromStr>(text: &str) -> Result<T, Failure> {
    text.parse()
        .map_err(|_| Failure::WrongUse(format!("{text} is no number of this kind")))
}

/// Opens the practice, does `work` in it, takes what was written into the log, and closes.
async fn within<T>(
    place: &Place,
    work: impl AsyncFnOnce(&Practice) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let settings = place.settings()?;
    let opened = Opened::unlocked(place).await?;
    opened
        .practice
        .keep_copies_for(settings.backup.keys_days.into());
    let done = work(&opened.practice).await;
    let kept = opened.practice.sequence().await;
    opened.close().await;
    let done = done?;
    match kept {
        // A server that is at work keeps the log itself, and may have been first.
        Ok(_) | Err(AccessError::Stale) => Ok(done),
        Err(error) => Err(error.into()),
    }
}

async fn due(words: Look) -> Result<(), Failure> {
    let review = within(&words.place, async |practice| {
        let who = Somebody::comes(practice, "You").await?;
        let review = practice.retention_review(&who.desk).await?;
        who.leaves(practice).await?;
        Ok(review)
    })
    .await?;
    if words.json {
        println!("{}", as_json(&review));
    } else {
        say(&review);
    }
    Ok(())
}

fn as_json(review: &Review) -> serde_json::Value {
    let parts: Vec<_> = review
        .parts
        .iter()
        .map(|one| {
            json!({
                "record": one.part, "relational": one.relational, "ended": one.ended, "last_contact": one.last_contact,
                "due": one.due, "is_due": one.is_due, "hold": one.held.map(|hold| hold.id),
                "destruction": one.request.map(|request| request.id),
            })
        })
        .collect();
    json!({ "rule": review.rule.in_words(), "records": parts })
}

fn say(review: &Review) {
    println!("Kept: {}.", review.rule.in_words());
    if review.parts.is_empty() {
        println!("Nothing is due, and nothing is on hold.");
    }
    for one in &review.parts {
        println!("{}", line(one));
    }
}

/// Without a name: a terminal keeps what it showed.
fn line(one: &Reviewed) -> String {
    let due = one
        .due
        .map_or_else(|| "the work goes on".to_owned(), |due| format!("due {due}"));
    let held = one
        .held
        .map_or_else(String::new, |hold| format!("  on hold: {}", hold.id));
    let asked = one.request.map_or_else(String::new, |request| {
        format!("  destruction waits: {}", request.id)
    });
    format!(
        "{}  last contact {}, {due}{held}{asked}",
        one.part, one.last_contact
    )
}

async fn hold(words: OfRecord) -> Result<(), Failure> {
    let part: ParticipantId = number(&words.record)?;
    let id = within(&words.place, async |practice| {
        let who = Somebody::comes(practice, "The owner").await?;
        let reason = reason("Why it must be kept")?;
        let placed = practice.place_hold(&who.desk, part, reason).await;
        who.leaves(practice).await?;
        placed.map_err(refused)
    })
    .await?;
    println!("On hold: nothing of this record is destroyed. The hold is {id}.");
    Ok(())
}

async fn lift(words: LiftHold) -> Result<(), Failure> {
    let hold: HoldId = number(&words.hold)?;
    within(&words.place, async |practice| {
        let who = Somebody::comes(practice, "The owner").await?;
        let reason = reason("Why it is over")?;
        let lifted = practice.lift_hold(&who.fresh, hold, reason).await;
        who.leaves(practice).await?;
        lifted.map_err(refused)
    })
    .await?;
    println!("The hold is lifted; the rule decides again.");
    Ok(())
}

fn reason(question: &str) -> Result<Private<String>, Failure> {
    Ok(Private::from(typed::line(question)?.as_str()))
}

async fn destroy(words: DestroyRecord) -> Result<(), Failure> {
    let part: ParticipantId = number(&words.of.record)?;
    let asks_only = words.ask;
    let id = within(&words.of.place, async |practice| {
        let first = Somebody::comes(practice, "Who asks").await?;
        let reason = reason("Why now, without names")?;
        let asked = practice
            .ask_for_destruction(&first.fresh, part, reason)
            .await;
        first.leaves(practice).await?;
        let id = asked.map_err(refused)?;
        if !asks_only {
            println!("It was asked for: {id}. Now the other person, within two weeks.");
            confirmed(practice, id).await?;
        }
        Ok(id)
    })
    .await?;
    if asks_only {
        println!(
            "It was asked for. The other person confirms it within two weeks: alcove records confirm {id}"
        );
    } else {
        tell(id);
    }
    Ok(())
}

async fn confirm(words: OfRequest) -> Result<(), Failure> {
    let id: DestructionId = number(&words.destruction)?;
    within(&words.place, async |practice| confirmed(practice, id).await).await?;
    tell(id);
    Ok(())
}

async fn confirmed(practice: &Practice, id: DestructionId) -> Result<(), Failure> {
    let second = Somebody::comes(practice, "Who confirms").await?;
    let bar = progress::bar(false)?;
    progress::begin(&bar, "keys", "wrapping anew", 0);
    let watch = |done: usize, of: usize| {
        bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    };
    let done = practice.confirm_destruction(&second.fresh, id, watch).await;
    bar.finish_and_clear();
    second.leaves(practice).await?;
    done.map_err(refused)
}

fn tell(id: DestructionId) {
    println!("It is destroyed, and its keys are dead.");
    println!(
        "Copies of the keyring from before still open it until they have expired; the certificate says when:"
    );
    println!("alcove records certificate {id} --out FILE");
}

async fn certificate(words: WriteCertificate) -> Result<(), Failure> {
    let id: DestructionId = number(&words.of.destruction)?;
    let pdf = within(&words.of.place, async |practice| {
        let who = Somebody::comes(practice, "You").await?;
        let found = practice.certificate(&who.desk, id).await;
        who.leaves(practice).await?;
        let found = found.map_err(refused)?;
        let staff = practice.colleagues().await?;
        let name = practice.description().await?.name;
        Ok(desk::retention::paper::certificate(&name, &staff, &found))
    })
    .await?;
    let file = &words.out;
    let refused = |error| Failure::refused(format!("{}: {error}", file.display()));
    let mut made = fs::File::create_new(file).map_err(refused)?;
    made.write_all(&pdf).map_err(refused)?;
    println!("The certificate is in {}.", file.display());
    Ok(())
}
