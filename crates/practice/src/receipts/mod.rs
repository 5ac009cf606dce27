//! Receipts: who opened what, when, what for. Written by `access`, never by hand (R1).
//!
//! A receipt is queued before its opening gives a handle; receipts of concurrent requests share a commit. The
//! sequencer numbers committed receipts and takes them into a Merkle tree whose signed head, the checkpoint, the
//! keyring keeps. Names and free text never stand in a receipt.

mod access_log;
pub(crate) mod decided;
mod excerpt;
mod leaving;
mod log;
mod mine;
mod packed;
mod proving;
mod records;
mod unusual;
mod verify;

#[cfg(test)]
mod tests;

pub use access_log::{AccessLog, Logged, LoggedBy, LoggedRecord, Search};
pub use excerpt::{Excerpt, ExcerptError};
pub use leaving::{HeadLeft, HeadWay, NO_OWNER_BY_MAIL, Occasion};
pub use log::Standing;
pub(crate) use log::{LogKeeper, matches_keyring};
pub use mine::{Opened, OpenedBy, Openings, Whose};
pub(crate) use mine::{one_of_mine, told};
pub use proving::ProvingError;
pub use unusual::{Unusual, UnusualDays, Why};
pub use verify::{Destroyed, Finding, HeldElsewhere, Verdict};

use std::collections::HashMap;

use store::{Pending, Store, StoreError, Tx};
use uuid::Uuid;
use vault::{Checkpoint, CompartmentId, Entry, ReceiptQueue, Vault};

use crate::access::{Access, Work};
use crate::core::Practice;
use crate::error::AccessError;
use crate::ids::PracticeId;

macro_rules! actions {
    ($($(#[$meta:meta])* $name:ident => $word:literal, $plain:literal;)*) => {
        /// What was done; a receipt keeps the word, a client reads it in plain words.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Action { $($(#[$meta])* $name),* }

        impl Action {
            /// The stored word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word),* }
            }

            /// What a client reads for a stored word.
            #[must_use]
            pub fn plain(word: &str) -> &'static str {
                match word { $($word => $plain,)* _ => "Opened" }
            }
        }
    };
}

actions! {
    /// Somebody's password and code were checked.
    SignIn => "sign_in", "Checked a name and password for signing in";
    /// Somebody signed in with one of their recovery codes.
    RecoveryCode => "recovery_code", "Signed in with a recovery code";
    /// One of somebody's own sign-ins was ended from another.
    SignInEnd => "sign_in_end", "Ended a sign-in elsewhere";
    /// Somebody who was signed in proved themselves again, for a dangerous act.
    ProveAgain => "prove_again", "Proved again who they are";
    /// An account was made or changed.
    AccountChange => "account_change", "Changed how to sign in";
    /// A link for signing in went by mail.
    Invite => "invite", "Sent a link for signing in by email";
    /// A link for signing in was shown, to be handed over.
    InviteByHand => "invite_by_hand", "Was shown a link for signing in, to hand it over";
    /// Somebody asked for a way back in.
    WayBack => "way_back", "Was asked for a link to choose a new password";
    /// A role, grant or credential was changed.
    AuthorityChange => "authority_change", "Changed who may do what";
    /// The practice was set up or its people entered.
    SetUp => "set_up", "Entered into the practice";
    /// An article for anybody to read was written, published or withdrawn.
    Article => "article", "Wrote, published or withdrew an article";
    /// Names for a list or the calendar.
    Names => "names", "Read the name for a list or the calendar";
    /// Contact details were read or changed.
    Contact => "contact", "Read contact details";
    /// It was written down when somebody may be reached.
    ContactTimes => "contact_times", "Wrote down how you may be reached";
    /// A consultation was asked for.
    Enquiry => "enquiry", "Asked for a first talk";
    /// An enquiry was accepted or declined.
    EnquiryDecision => "enquiry_decision", "Answered the request for a first talk";
    /// An enquiry was forgotten.
    EnquiryForget => "enquiry_forget", "Forgot the request for a first talk";
    /// Files that were begun and never sent with a message were forgotten.
    AttachmentForget => "attachment_forget", "Forgot files that were never sent";
    /// A session was booked, moved, held or cancelled.
    Booking => "booking", "Booked or changed a session";
    /// The overview of a case.
    CaseOverview => "case_overview", "Opened the overview";
    /// A case was closed.
    CaseClose => "case_close", "Closed the work together";
    /// One participant's part in a case was ended.
    PartEnd => "part_end", "Ended one person’s part in the work together";
    /// Somebody joined a case that goes on.
    PartBegin => "part_begin", "Began one person’s part in the work together";
    /// Another case was begun.
    CaseBegin => "case_begin", "Began work with you";
    /// A relational case was parted, or is about to be.
    CasePart => "case_part", "Ended the work together";
    /// The portal's own pages.
    OwnPages => "own_pages", "Opened their own pages";
    /// Consent was read, given or withdrawn.
    Consent => "consent", "Read or signed a consent";
    /// Intake was read or filled.
    Intake => "intake", "Opened the intake";
    /// The session workspace. A session that is one partner's alone is nothing that the other reads of (R2), so the words are
    /// those of the overview.
    SessionWorkspace => "session_workspace", "Opened the overview";
    /// The page of a clinician's day.
    Today => "today", "Opened the day's page";
    /// Progress notes were read.
    NoteRead => "note_read", "Read progress notes";
    /// A progress note was written.
    NoteWrite => "note_write", "Wrote a progress note";
    /// A joint note was compared with what each participant told alone.
    NoteCompare => "note_compare", "Looked whether a note repeats what was told alone";
    /// Who was in the room was written down.
    Attendance => "attendance", "Wrote down who was in the room";
    /// The page on which everybody's goals and check-ins stand side by side, as far as each lets them.
    Together => "together", "Opened the page that you look at together";
    /// A participant said what stands on that page of theirs.
    TogetherChosen => "together_chosen", "Said what stands on the page that you look at together";
    /// A progress note was signed.
    NoteSign => "note_sign", "Signed a progress note";
    /// A signed note was amended.
    NoteAmend => "note_amend", "Added to a signed note";
    /// Homework was read.
    Homework => "homework", "Read homework";
    /// Homework was given.
    HomeworkGive => "homework_give", "Gave homework";
    /// A reflection was written.
    Reflection => "reflection", "Wrote a reflection";
    /// Goals were read or changed.
    Goals => "goals", "Read or changed goals";
    /// A measure was taken or read.
    Measures => "measures", "Read or took a measure";
    /// Mail was written or sent.
    Post => "post", "Sent an email";
    /// Files were imported.
    Import => "import", "Brought in from another system";
    /// What was imported was read.
    ImportedRead => "imported_read", "Read what came from another system";
    /// Another way to unlock was made.
    SlotAdd => "slot_add", "Made another way to unlock the records";
    /// A way to unlock was taken away.
    SlotRemove => "slot_remove", "Took a way to unlock the records away";
    /// It was tried whether a way to unlock still does.
    SlotRehearsal => "slot_rehearsal", "Tried a way to unlock the records";
    /// A way to unlock made the server open the records, or tries did not.
    Unlock => "unlock", "Unlocked the records, or tried to";
    /// The server was made to forget its keys.
    Lock => "lock", "Locked the records";
    /// The keys for what only their owner reads were opened, made or changed.
    OwnWords => "own_words", "Opened or made the keys of their own words";
    /// A clinician's own note of a session, which only its author's browser can read.
    ProcessNote => "process_note", "Opened notes of their own, which nobody else here can read";
    /// A clinician's own note was encrypted anew, for other readers.
    ProcessNoteAnew => "process_note_anew", "Encrypted notes of their own anew, which nobody else here can read";
    /// It was registered who the executor of process notes is.
    SuccessionNamed => "succession_named", "Registered who can open the notes that clinicians leave behind";
    /// A clinician decided whether the executor can open their process notes.
    SuccessionDecided => "succession_decided", "Decided whether an executor can open their own notes";
    /// A clinician's process notes were taken out for the executor, still encrypted.
    SuccessionExport => "succession_export", "Took out a clinician’s own notes, still encrypted, for the practice’s executor";
    /// It was read why process notes were taken out.
    SuccessionRead => "succession_read", "Read why a clinician’s own notes were taken out";
    /// A client's private journal, which only the client's browser can read.
    Journal => "journal", "Opened their private journal";
    /// A message thread, which only its readers' browsers can read.
    Messages => "messages", "Opened messages, which only those named can read";
    /// A message was written or something was put with it.
    MessageSend => "message_send", "Wrote a message, which only those named can read";
    /// A copy of a message was filed to the record.
    MessageFile => "message_file", "Filed a copy of a message to the record";
    /// Every key was wrapped anew.
    KeyRotation => "key_rotation", "Wrapped every key anew";
    /// A backup was made.
    Backup => "backup", "Made a backup, which nobody can read without the keys";
    /// A backup was put back.
    Restore => "restore", "Put the records back from a backup";
    /// The receipts themselves were read.
    Receipts => "receipts", "Read who opened the record";
    /// The access log of the whole practice was read.
    AccessLog => "access_log", "Read the access log";
    /// Something that is not there for who asked, where no more exact word is known.
    Look => "look", "Asked for what is not there for them";
    /// Far more records were opened than usual.
    Brake => "brake", "Was stopped after opening very many records";
    /// A record was opened in an emergency (break glass).
    EmergencyBegin => "emergency_begin", "Began to open it in an emergency";
    /// An emergency was ended before its time.
    EmergencyEnd => "emergency_end", "Ended the emergency";
    /// Emergencies and their reasons were read.
    EmergencyRead => "emergency_read", "Read why there was an emergency";
    /// The owner looked at an emergency.
    EmergencyReview => "emergency_review", "Looked at an emergency";
    /// What is due for review, on hold or asked for was read, or a certificate.
    RetentionRead => "retention_read", "Looked at how long the record is kept";
    /// The practice gave itself a rule of how long records are kept.
    RetentionRule => "retention_rule", "Changed how long records are kept";
    /// A record was put on hold.
    HoldPlace => "hold_place", "Put the record on hold";
    /// A hold was lifted.
    HoldLift => "hold_lift", "Lifted the hold on the record";
    /// Somebody asked for the destruction of a record.
    DestructionAsk => "destruction_ask", "Asked that the record be destroyed";
    /// That was taken back, or refused.
    DestructionWithdraw => "destruction_withdraw", "Took back that the record be destroyed";
    /// A second person confirmed it, and the record was removed.
    DestructionConfirm => "destruction_confirm", "Confirmed that the record be destroyed";
    /// The keys of what was destroyed died.
    KeysDied => "keys_died", "Destroyed the keys of the record";
    /// A release was read, asked for or closed, or who signed it was looked at.
    Release => "release", "Looked at what may leave the practice, and who agreed to it";
    /// Somebody signed a release, refused to, or revoked it.
    ReleaseAnswer => "release_answer", "Answered whether something may leave the practice";
    /// A copy of the record was asked for.
    CopyAsk => "copy_ask", "Asked for a copy of the record";
    /// A copy of the record was made.
    CopyMake => "copy_make", "Made a copy of the record";
    /// A person's own copy was fetched.
    CopyFetch => "copy_fetch", "Fetched a copy of the record";
    /// A copy went out of the practice, on the ground of a release.
    Disclosure => "disclosure", "Handed out a document that a release allows";
    /// A copy went out of the practice, because a court ordered it.
    OrderDisclosure => "order_disclosure", "Handed out a document that a court ordered";
    /// A demand of the law was read, or its log was written on.
    Demand => "demand", "Worked on what a court or a lawyer asked for";
    /// A client asked about a receipt.
    Ask => "ask", "Asked about access";
    /// Questions about receipts were read.
    AskedRead => "asked_read", "Read a question about access";
    /// A question about a receipt was answered.
    AskedAnswer => "asked_answer", "Answered a question about access";
}

/// How it ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Handles were given.
    Opened,
    /// Rows were written.
    Written,
    /// Nothing was given.
    Refused,
}

impl Outcome {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Written => "written",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a stored word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Opened, Self::Written, Self::Refused]
            .into_iter()
            .find(|outcome| outcome.word() == word)
    }
}

/// A receipt ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    practice: PracticeId,
    entry: Entry,
    compartments: Vec<u8>,
    rows: Vec<u8>,
    leaf: [u8; 32],
    mac: [u8; 32],
}

/// What a receipt calls the slots of the keyring, which lie apart from the data that it is compared with.
pub(crate) const SLOTS: &str = "slots";
/// What a receipt calls the backups, which lie elsewhere too.
pub(crate) const BACKUPS: &str = "backups";
/// What a receipt calls the epochs of the keyring; the id is the epoch's number.
pub(crate) const EPOCHS: &str = "epochs";
/// What a receipt calls the keys of compartments, when they end.
pub(crate) const KEYS: &str = "keys";
/// What a receipt calls the death of the keys of a destruction; the row is the destruction, the revision the epoch since.
pub(crate) const KEY_DEATHS: &str = "key_deaths";
/// What receipts name that no table of the data holds.
const OUTSIDE: [&str; 7] = [
    SLOTS,
    BACKUPS,
    EPOCHS,
    KEYS,
    KEY_DEATHS,
    PUBLIC_KEYS,
    SUCCESSION,
];

/// A thing outside of the data: what it is, its id, its digest.
pub(crate) type Outside = (&'static str, Uuid, [u8; 32]);

impl Practice {
    /// Leaves a receipt about a thing outside of the data: a slot of the keyring, a backup.
    pub(crate) async fn tell_of(
        &self,
        access: &impl Access,
        action: Action,
        thing: Outside,
    ) -> Result<(), AccessError> {
        self.sets_up(access).await?;
        self.write(
            access,
            action,
            move |work| {
                let (what, id, digest) = thing;
                work.names(what, id, 1, digest);
                Ok::<_, AccessError>(())
            },
            |_, ()| Ok(()),
        )
        .await
    }
}

/// The compartments whose keys are to end, as receipts since `since` (microseconds UTC) say. A receipt that the vault did not
/// make says nothing: no key dies because of a row that somebody put in or took out.
pub(crate) fn ended_keys(
    tx: &mut Tx<'_>,
    practice: PracticeId,
    vault: &Vault,
    since: i64,
) -> Result<Vec<CompartmentId>, StoreError> {
    let mut ended = Vec::new();
    for stored in records::ending_keys(tx, practice, since)? {
        let leaf = stored.entry.leaf_hash();
        if stored.leaf == leaf && vault.mac_matches(MAC, &leaf, &stored.mac) {
            let rows = stored
                .entry
                .rows
                .into_iter()
                .filter(|row| row.table == KEYS);
            ended.extend(rows.map(|row| CompartmentId(row.row)));
        }
    }
    Ok(ended)
}

/// The newest revision of every hold that was placed, as the log has it: of receipts that the vault made.
pub(crate) fn holds(
    work: &mut Work<'_, '_>,
    practice: PracticeId,
) -> Result<HashMap<Uuid, u32>, StoreError> {
    let mut known = HashMap::new();
    for stored in records::of_holds(work.tx, practice)? {
        let leaf = stored.entry.leaf_hash();
        if stored.leaf == leaf && work.vault().mac_matches(MAC, &leaf, &stored.mac) {
            let rows = stored.entry.rows.into_iter();
            for row in rows.filter(|row| row.table == "holds") {
                let newest: &mut u32 = known.entry(row.row).or_default();
                *newest = row.revision.max(*newest);
            }
        }
    }
    Ok(known)
}

/// When the program last made a copy of the keyring before `before`, microseconds UTC.
pub(crate) fn last_backup(work: &mut Work<'_, '_>, before: i64) -> Result<Option<i64>, StoreError> {
    let practice = work.practice();
    records::last_backup(work.tx, practice, before)
}

/// The receipts of the writes through one compartment, each with its number in the log if it has one, its id and what was
/// done; and the first signed head under which all of them are.
pub(crate) fn proofs_of(
    work: &mut Work<'_, '_>,
    compartment: CompartmentId,
) -> Result<Proofs, StoreError> {
    let practice = work.practice();
    let found = records::writes_through(work.tx, practice, compartment)?;
    let numbers: Option<Vec<i64>> = found.iter().map(|(number, ..)| *number).collect();
    let last = numbers.and_then(|all| all.into_iter().max());
    let head = match last {
        Some(last) => records::head_over(work.tx, practice, last)?,
        None => None,
    };
    Ok((found, head))
}

/// Receipts by number, id and what was done, and a signed head over them.
type Proofs = (Vec<(Option<i64>, Uuid, String)>, Option<String>);

/// The newest signed head that stands in the data, as it stands: who asks compares it with what the keyring knows.
pub(crate) fn stored_head(
    tx: &mut Tx<'_>,
    practice: PracticeId,
) -> Result<Option<Checkpoint>, StoreError> {
    let Some((size, _)) = records::log_state(tx, practice)? else {
        return Ok(None);
    };
    let text = records::checkpoint(tx, practice, size)?;
    Ok(text.and_then(|text| Checkpoint::parse(&text).ok()))
}

/// What a receipt calls somebody's public keys for own words; the row is the person.
pub(crate) const PUBLIC_KEYS: &str = "public_keys";

/// What a receipt calls the executor's recipient; the row is the one of authority that names it or says yes to it.
pub(crate) const SUCCESSION: &str = "succession";

/// What a receipt tells of a slot.
pub(crate) struct OfSlot {
    pub(crate) action: Action,
    pub(crate) at: i64,
    pub(crate) slot: Uuid,
}

/// What the log tells of slots that were added and rehearsed.
pub(crate) async fn of_slots(practice: &Practice) -> Result<Vec<OfSlot>, StoreError> {
    let id = practice.id();
    let read = move |tx: &mut Tx<'_>| records::of_slots(tx, id);
    practice.core().store.read(read).await
}

/// What pages call lately: thirty days, in microseconds.
const LATELY: i64 = 30 * 24 * 60 * 60_000_000;

/// Under which name receipts have their MAC.
const MAC: &str = "receipt";

impl Receipt {
    pub(crate) fn of(practice: PracticeId, entry: &Entry, vault: &Vault) -> Self {
        Self::with_leaf(practice, entry, (entry.leaf_hash(), vault))
    }

    fn with_leaf(practice: PracticeId, entry: &Entry, hashed: ([u8; 32], &Vault)) -> Self {
        let (leaf, vault) = hashed;
        Self {
            practice,
            compartments: entry
                .compartments
                .iter()
                .flat_map(|id| *id.0.as_bytes())
                .collect(),
            rows: packed::of_rows(&entry.rows),
            entry: entry.clone(),
            leaf,
            mac: vault.mac(MAC, &leaf),
        }
    }

    pub(crate) fn insert(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        records::insert(tx, self)
    }
}

/// Where receipts are queued: the store's shared commits.
pub(crate) struct Queue<'a> {
    pub(crate) store: &'a Store,
    pub(crate) practice: PracticeId,
    pub(crate) vault: &'a Vault,
}

impl Queue<'_> {
    pub(crate) fn refusal(&self, entry: &Entry) -> Pending<(), StoreError> {
        self.queue(entry, entry.leaf_hash())
    }
}

impl ReceiptQueue for Queue<'_> {
    type Ticket = Pending<(), StoreError>;

    fn queue(&self, entry: &Entry, leaf: [u8; 32]) -> Self::Ticket {
        let receipt = Receipt::with_leaf(self.practice, entry, (leaf, self.vault));
        metrics::counter!("alcove_receipts_total").increment(1);
        self.store.submit(move |tx| receipt.insert(tx))
    }
}
