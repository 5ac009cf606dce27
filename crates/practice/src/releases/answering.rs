//! Signing, refusing, revoking: each person alone, on their own side. All three look alike from anywhere else.

use super::records;
use super::signers::Signature;
use super::text::Part;
use super::{ReleaseError, SignatureContent};
use crate::access::{PortalAccess, Purpose, Work};
use crate::cases;
use crate::clock::micros;
use crate::copies;
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::{ReleaseId, ReleaseSignatureId};
use crate::private::Private;
use crate::receipts::Action;
use crate::sealed::{self, SealedRow};
use crate::settings;

/// What somebody answers.
#[derive(Clone, Debug)]
pub enum Reply {
    /// They sign exactly what they read.
    Sign {
        /// The digest of the text that was read.
        digest: String,
        /// The name as typed.
        name: Private<String>,
    },
    /// They say no.
    Refuse,
    /// They take their signature back.
    Revoke,
}

struct Answered {
    id: ReleaseSignatureId,
    release: ReleaseId,
    part: Part,
    word: &'static str,
    row: SealedRow,
}

impl Practice {
    /// Answers what the signed-in client is asked to sign. Whatever was being made on the ground of a signature that is taken
    /// back stops in the same moment.
    ///
    /// # Errors
    /// [`ReleaseError::NameMissing`], [`ReleaseError::OtherText`], [`ReleaseError::Over`],
    /// [`ReleaseError::OutOfOrder`]; [`AccessError::NotThere`] when it is not theirs.
    pub async fn answer_release(
        &self,
        access: &PortalAccess,
        id: ReleaseSignatureId,
        reply: Reply,
    ) -> Result<(), ReleaseError> {
        let practice = self.id();
        self.write(
            access,
            Action::ReleaseAnswer,
            move |work| answer(work, id, reply),
            move |tx, answered| {
                sealed::revise(tx, practice, &answered.row)?;
                records::set_answer(tx, practice, answered.id, answered.word)?;
                if answered.word == "ended" {
                    let joint = answered.part == Part::Joint;
                    copies::records::stop_part(tx, practice, answered.release.0, joint)?;
                }
                Ok(())
            },
        )
        .await
    }
}

fn answer(
    work: &mut Work<'_, '_>,
    id: ReleaseSignatureId,
    reply: Reply,
) -> Result<Answered, ReleaseError> {
    let practice = work.practice();
    let stored = records::signature(work.tx, practice, id)?;
    let Some(stored) = stored else {
        return Err(work
            .refused(Action::ReleaseAnswer, Purpose::OwnRecord)
            .into());
    };
    let mine = cases::part_of_mine(work, stored.participant)?;
    let opened = work.open(Action::ReleaseAnswer, Purpose::OwnRecord, &[mine.who.own])?;
    let open = opened.get(mine.who.own).ok_or(AccessError::NotThere)?;
    let mut content: SignatureContent = work.unseal(&opened, "release_signatures", &stored.cell)?;
    let now = micros(work.now());
    content.answer = match reply {
        Reply::Sign { digest, name } => {
            let name = name.map(|name| name.trim().to_owned());
            if name.reveal().is_empty() {
                return Err(ReleaseError::NameMissing);
            }
            if digest != content.digest {
                return Err(ReleaseError::OtherText);
            }
            let today = settings::described(work)?.today(work);
            if !content.frame.lasts(today) {
                return Err(ReleaseError::Over);
            }
            content.answer.sign(Signature {
                name,
                at: now,
                digest,
            })?
        }
        Reply::Refuse => content.answer.refuse(now)?,
        Reply::Revoke => content.answer.revoke(now)?,
    };
    let row = work.reseal(open, "release_signatures", &stored.cell, &content)?;
    Ok(Answered {
        id,
        release: stored.release,
        part: stored.part,
        word: content.answer.word(),
        row,
    })
}
