//! Receipts: who opened what, when, what for. Written by `access`, never by hand (R1).
//!
//! A receipt is queued before its opening gives a handle; receipts of concurrent requests share a commit. The
//! sequencer numbers committed receipts and takes them into a Merkle tree whose signed head, the checkpoint, the
//! keyring keeps. Names and free text never stand in a receipt.

mod access_log;
mod log;
mod mine;
mod proving;
mod records;
mod unusual;
mod verify;

#[cfg(test)]
mod tests;

pub use access_log::{AccessLog, Logged, LoggedBy, LoggedRecord, Search};
pub use log::Standing;
pub(crate) use log::{LogKeeper, matches_keyring};
pub use mine::{Opened, OpenedBy, Openings, Whose};
pub use proving::ProvingError;
pub use unusual::{Unusual, UnusualDays, Why};
pub use verify::{Finding, HeldElsewhere, Verdict};

use store::{Pending, Store, StoreError, Tx};
use uuid::Uuid;
use vault::{Entry, ReceiptQueue, Vault};

use crate::core::Practice;
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
    /// One of somebody's own sign-ins was ended from another.
    SignInEnd => "sign_in_end", "Ended a sign-in elsewhere";
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
    /// Names for a list or the calendar.
    Names => "names", "Read the name for a list or the calendar";
    /// Contact details were read or changed.
    Contact => "contact", "Read contact details";
    /// It was written down when somebody may be reached.
    ContactTimes => "contact_times", "Wrote down the times that are safe";
    /// A consultation was asked for.
    Enquiry => "enquiry", "Asked for a first talk";
    /// An enquiry was accepted or declined.
    EnquiryDecision => "enquiry_decision", "Answered the request for a first talk";
    /// An enquiry was forgotten.
    EnquiryForget => "enquiry_forget", "Forgot the request for a first talk";
    /// A session was booked, moved, held or cancelled.
    Booking => "booking", "Booked or changed a session";
    /// The overview of a case.
    CaseOverview => "case_overview", "Opened the overview";
    /// A case was closed.
    CaseClose => "case_close", "Closed the work together";
    /// One participant's part in a case was ended.
    PartEnd => "part_end", "Ended one person’s part in the work together";
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
    /// The receipts themselves were read.
    Receipts => "receipts", "Read who opened the record";
    /// The access log of the whole practice was read.
    AccessLog => "access_log", "Read the access log";
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
            rows: records::encode_rows(&entry.rows),
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
