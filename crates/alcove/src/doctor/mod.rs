//! `alcove doctor`: looks at everything that a practice rests on, and says of each what to do.
//!
//! It changes nothing, and leaves the database of an older program as it is. What is wrong inside the data
//! is `alcove audit verify`'s to say.

mod ground;
mod heart;
mod places;

use std::fmt;
use std::process::ExitCode;

use crate::cli::Look;
use crate::failure::Failure;
use crate::open::Opened;
use crate::settings::Settings;

/// How it stands with something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it must be.
    Ok,
    /// It works, and could be better.
    Warn,
    /// It does not work, or is not safe.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
struct Check {
    about: &'static str,
    state: State,
    found: String,
    /// What to do; nothing when it is as it must be.
    #[serde(rename = "do")]
    to_do: String,
}

/// Everything that was looked at.
#[derive(Default)]
struct Checks(Vec<Check>);

impl Checks {
    fn ok(&mut self, about: &'static str, found: impl Into<String>) {
        self.push(about, State::Ok, (found.into(), String::new()));
    }

    fn warn(&mut self, about: &'static str, found: impl Into<String>, to_do: impl Into<String>) {
        self.push(about, State::Warn, (found.into(), to_do.into()));
    }

    fn bad(&mut self, about: &'static str, found: impl Into<String>, to_do: impl Into<String>) {
        self.push(about, State::Bad, (found.into(), to_do.into()));
    }

    fn push(&mut self, about: &'static str, state: State, words: (String, String)) {
        let (found, to_do) = words;
        self.0.push(Check {
            about,
            state,
            found,
            to_do,
        });
    }

    fn has_bad(&self) -> bool {
        self.0.iter().any(|check| check.state == State::Bad)
    }
}

/// Looks, and tells.
pub(crate) async fn doctor(words: Look) -> Result<ExitCode, Failure> {
    let settings = words.place.settings()?;
    let mut checks = Checks::default();
    ground::look(&settings, &mut checks);
    places::look(&settings, &mut checks);
    match Opened::locked(&settings).await {
        Ok(opened) => {
            checks.ok("database", settings.database.to_string());
            heart::look(&opened, &words.place, &settings, &mut checks).await;
            opened.close().await;
        }
        Err(failure) => checks.bad(
            "database",
            failure.to_string(),
            "see docs/install.md; after a restore, docs/backup.md",
        ),
    }
    if words.json {
        let found = serde_json::json!({ "checks": checks.0, "settings": settings.said });
        println!("{found}");
    } else {
        say(&settings, &checks);
    }
    Ok(if checks.has_bad() {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

fn say(settings: &Settings, checks: &Checks) {
    for check in &checks.0 {
        println!("{check}");
    }
    println!();
    println!("Settings in force:");
    for said in &settings.said {
        println!("  {said}");
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Bad => "bad",
        };
        write!(f, "{state:<5} {:<12} {}", self.about, self.found)?;
        if self.to_do.is_empty() {
            Ok(())
        } else {
            write!(f, "\n{:19}do: {}", "", self.to_do)
        }
    }
}
