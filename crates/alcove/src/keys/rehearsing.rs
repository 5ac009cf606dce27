//! `alcove keys rehearse`: a recovery, gone through before it is needed.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use practice::Practice;
use practice::access::JobAccess;
use practice::keys::{KeysError, WayIn};
use serde_json::json;
use vault::Secret;

use crate::cards;
use crate::cli::{Look, Place};
use crate::failure::Failure;
use crate::open::{self, Opened};
use crate::settings::Settings;
use crate::typed;

/// Rehearses with one way in, and says what it proved.
pub(crate) async fn rehearse(words: Look) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let secret = one_way(&words.place, &settings)?;
    let opened = Opened::locked(&settings).await?;
    let job = JobAccess::set_up();
    let rehearsed = opened.practice.rehearse(&job, &secret).await;
    let refused = matches!(
        rehearsed,
        Err(KeysError::WrongSecret | KeysError::OtherCards)
    );
    let noted = refused && note(&opened.practice, &settings).await;
    opened.close().await;
    match rehearsed {
        Ok(way) => {
            say(&way, words.json);
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if refused && !noted => Err(Failure::refused(format!(
            "{error}; the log does not say that it was tried, because nothing here unlocks it"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// What the command line says, else what a person at the terminal chooses, else the key file.
fn one_way(place: &Place, settings: &Settings) -> Result<Secret, Failure> {
    if place.says_how() || !io::stdin().is_terminal() {
        return place.secret(settings);
    }
    match typed::line("With 1 a passphrase, 2 two cards, 3 the key file")?.trim() {
        "1" => typed::secret("The passphrase").map(Secret::Passphrase),
        "2" => cards::asked().map(Secret::Cards),
        "3" => place.secret(settings),
        _ => Err(Failure::WrongUse("answer with 1, 2 or 3".to_owned())),
    }
}

/// Writes a refusal into the log, which takes a secret that unlocks it: the key file, where there is one. Whether it is there.
async fn note(practice: &Practice, settings: &Settings) -> bool {
    let Ok(Some(key)) = open::key_file(&settings.key_file) else {
        return false;
    };
    let job = JobAccess::set_up();
    practice.unlock(&key).await.is_ok() && practice.refuse_rehearsal(&job).await.is_ok()
}

fn say(way: &WayIn, is_json: bool) {
    let method = way.word();
    if is_json {
        let at = way.rehearsed.map(|at| at.to_string());
        println!(
            "{}",
            json!({ "name": way.name, "method": method, "rehearsed": at })
        );
        return;
    }
    println!("It unlocks: {method} {}.", way.name);
    println!(
        "The newest checkpoint, and who may do what, are those that the keyring knows. No key and no slot was changed."
    );
    println!("That it was tried is in the log; alcove keys slots shows when.");
}
