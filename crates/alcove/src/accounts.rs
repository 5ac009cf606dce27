//! `alcove accounts`: a way back in for who works here, from the machine itself.

use std::process::ExitCode;

use practice::Practice;
use practice::access::JobAccess;
use practice::accounts::AccountError;
use practice::ids::PersonId;
use serde_json::json;

use crate::cli::Reset;
use crate::failure::Failure;
use crate::open::Opened;

/// Gives somebody a one-time password, and prints it once.
pub(crate) async fn reset(words: Reset) -> Result<ExitCode, Failure> {
    let opened = Opened::unlocked(&words.place).await?;
    let password = given(&opened.practice, &words).await;
    opened.close().await;
    let password = password?;
    if words.json {
        println!("{}", json!({ "one_time_password": password }));
    } else {
        println!("one-time password {password}");
        println!("It is shown once. Everything that was signed in with the account is signed out.");
        println!(
            "At the next sign-in a password of their own and new one-time codes take its place."
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn given(practice: &Practice, words: &Reset) -> Result<String, Failure> {
    let access = JobAccess::set_up();
    let person = whom(practice, &access, &words.name).await?;
    let reset = practice.reset_staff(&access, person, words.new_name.clone());
    reset.await.map_err(|error| {
        if matches!(error, AccountError::Wrong) {
            return Failure::refused(format!(
                "{} does not work here, or has no access any more; a client gets a new link from the desk",
                words.name
            ));
        }
        Failure::refused(error.to_string())
    })
}

/// By sign-in name first, which is what people remember of themselves; else by the word of their page.
pub(crate) async fn whom(
    practice: &Practice,
    access: &JobAccess,
    name: &str,
) -> Result<PersonId, Failure> {
    if let Some(person) = practice.who_signs_in_as(access, name)? {
        return Ok(person);
    }
    let staff = practice.published_staff().await?;
    let found = staff.into_iter().find(|member| member.slug == name);
    found.map(|member| member.person).ok_or_else(|| {
        Failure::refused(format!("nobody signs in as {name}, and no page ends in it"))
    })
}
