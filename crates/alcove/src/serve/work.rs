//! What the server does without being asked: writes links for who forgot a password, sends the post, makes copies of records, forgets
//! what has fallen silent.

use std::sync::Arc;
use std::time::Duration;

use practice::copies::CopyError;
use practice::post::Mailer;
use practice::receipts::Occasion;
use practice::{AccessError, Practice};
use tokio::task::JoinSet;

use crate::heads::Folder;
use crate::settings::Settings;

/// How often the post looks whether a letter is due.
const POST: Duration = Duration::from_secs(2);
/// How often it is looked whether a copy was asked for.
const COPIES: Duration = Duration::from_secs(1);
/// Of the steps of a copy, how many are done when it is drawn.
const DRAWN: u32 = 3;
/// How often a signed head of the log leaves for its second place.
const HEADS: Duration = Duration::from_mins(10);
/// How often the house is kept.
const HOUSE: Duration = Duration::from_hours(1);

/// Begins all of it.
pub(super) fn begin(
    practice: &Practice,
    mailer: Option<Arc<Mailer>>,
    leave: &HeadsLeave,
) -> JoinSet<()> {
    let mut work = JoinSet::new();
    work.spawn(practice.clone().run_sequencer());
    work.spawn(practice.clone().run_catching_up());
    work.spawn(answer_ways_back(practice.clone()));
    work.spawn(send_post(practice.clone(), mailer));
    work.spawn(make_copies(practice.clone()));
    work.spawn(keep_house(practice.clone()));
    work.spawn(let_heads_leave(practice.clone(), leave.clone()));
    work
}

/// Sends what is due, again and again; without a mail server letters wait.
async fn send_post(practice: Practice, mailer: Option<Arc<Mailer>>) {
    let Some(mailer) = mailer else { return };
    let mut each = tokio::time::interval(POST);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        each.tick().await;
        match practice.send_post(&mailer).await {
            Ok(_) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "the post could not look"),
        }
    }
}

/// Writes the letters for who asked for a way back in.
async fn answer_ways_back(practice: Practice) {
    let mut each = tokio::time::interval(POST);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        each.tick().await;
        match practice.answer_ways_back().await {
            Ok(_) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "who asked for a link could not be answered"),
        }
    }
}

/// Makes the copies of records that were asked for, one after the other.
async fn make_copies(practice: Practice) {
    let mut each = tokio::time::interval(COPIES);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        each.tick().await;
        loop {
            match make_copy(&practice).await {
                Ok(true) => {}
                Ok(false) | Err(CopyError::Access(AccessError::Locked)) => break,
                Err(error) => {
                    tracing::warn!(%error, "a copy of a record could not be made");
                    break;
                }
            }
        }
    }
}

/// Makes the next copy that is due; whether there was one.
async fn make_copy(practice: &Practice) -> Result<bool, CopyError> {
    let Some(made) = practice.next_copy().await? else {
        return Ok(false);
    };
    // Drawing takes the processor for a while, and holds up nobody.
    let drawn = tokio::task::spawn_blocking(move || {
        let files = documents::files(&made, |_| {});
        (made, files)
    });
    let fault = |error: &dyn std::fmt::Display| AccessError::Fault(error.to_string());
    let (made, files) = drawn.await.map_err(|error| fault(&error))?;
    match files {
        Ok(files) => {
            practice.copy_is_at(&made, DRAWN).await?;
            match practice.keep_copy(made, files).await {
                // Somebody took a signature back meanwhile: nothing is kept.
                Err(CopyError::Access(AccessError::Stale)) => Ok(true),
                other => other.map(|()| true),
            }
        }
        Err(error) => {
            practice.copy_not_made(&made).await?;
            Err(fault(&error).into())
        }
    }
}

/// Deletes enquiries that were declined or fell silent thirty days ago and files that nobody sent within a day, and ends
/// destructions that a crash cut off.
async fn keep_house(practice: Practice) {
    let mut each = tokio::time::interval(HOUSE);
    loop {
        each.tick().await;
        match practice.forget_enquiries().await {
            Ok(0) | Err(AccessError::Locked) => {}
            Ok(forgotten) => tracing::info!(forgotten, "enquiries were forgotten"),
            Err(error) => tracing::warn!(%error, "enquiries could not be forgotten"),
        }
        match practice.forget_copies().await {
            Ok(0) | Err(CopyError::Access(AccessError::Locked)) => {}
            Ok(forgotten) => tracing::info!(forgotten, "copies of records were forgotten"),
            Err(error) => tracing::warn!(%error, "copies of records could not be forgotten"),
        }
        match practice.forget_unsent_files().await {
            Ok(0) | Err(AccessError::Locked) => {}
            Ok(forgotten) => tracing::info!(forgotten, "files that were never sent were forgotten"),
            Err(error) => {
                tracing::warn!(%error, "files that were never sent could not be forgotten");
            }
        }
        match practice.end_destructions(|_, _| ()).await {
            Ok(0) | Err(AccessError::Locked) => {}
            Ok(ended) => tracing::info!(ended, "the keys of destroyed records died"),
            Err(error) => tracing::warn!(%error, "keys of destroyed records live on"),
        }
    }
}

/// Where signed heads of the log leave to.
#[derive(Clone)]
pub(super) struct HeadsLeave {
    /// The second folder.
    pub(super) folder: Option<Folder>,
    /// Whether the owner gets letters: there is a mail server, and this is not the demo.
    pub(super) by_mail: bool,
}

/// Lets the newest signed head leave every ten minutes and at each unlocking. What fails is noted where the owner and
/// `alcove doctor` see it, and tried again.
async fn let_heads_leave(practice: Practice, leave: HeadsLeave) {
    let mut each = tokio::time::interval(HEADS);
    each.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    // The first tick comes at once, and unlocking with it.
    each.tick().await;
    loop {
        let occasion = tokio::select! {
            _ = each.tick() => Occasion::Clock,
            () = practice.was_unlocked() => Occasion::Unlocking,
        };
        match leave.now(&practice, occasion).await {
            Ok(()) | Err(AccessError::Locked) => {}
            Err(error) => tracing::warn!(%error, "no signed head of the log could leave"),
        }
    }
}

impl HeadsLeave {
    /// To the folder of the settings, and by mail or not.
    pub(super) fn of(settings: &Settings, by_mail: bool) -> Self {
        Self {
            folder: settings.heads_folder.clone(),
            by_mail,
        }
    }

    /// Takes what waits into the log, and lets its head leave.
    pub(super) async fn at_the_end(&self, practice: &Practice) -> Result<(), AccessError> {
        practice.sequence().await?;
        self.now(practice, Occasion::Clock).await
    }

    /// Lets the newest head leave now, by each way that is set.
    pub(super) async fn now(
        &self,
        practice: &Practice,
        occasion: Occasion,
    ) -> Result<(), AccessError> {
        if self.folder.is_none() && !self.by_mail {
            return Ok(());
        }
        let Some(head) = practice.head_to_leave().await? else {
            return Ok(());
        };
        if self.by_mail {
            practice.mail_head(&head, occasion).await?;
        }
        let Some(folder) = self.folder.clone() else {
            return Ok(());
        };
        let (place, at) = (folder.0.display().to_string(), practice.now());
        let put = tokio::task::spawn_blocking(move || folder.put(&head, at)).await;
        let put = put.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        if let Err(error) = &put {
            tracing::warn!(%error, folder = place, "a signed head of the log could not be written");
        }
        let put = put.map_err(|error| error.to_string());
        Ok(practice.head_left_for_folder(place, put).await?)
    }
}
