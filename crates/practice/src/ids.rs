//! Ids: random, of their own kind each, so that they do not mix.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vault::Randomness;

/// The lowest id that can be made at an instant, in microseconds UTC: whatever was made before has a lower one.
pub(crate) fn first_of(at: i64) -> Uuid {
    let millis = u64::try_from(at.max(0) / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

/// Makes a `UUIDv7` from the clock and the randomness that are passed in.
#[must_use]
pub fn uuid_v7(now: Timestamp, randomness: &dyn Randomness) -> Uuid {
    let mut random = [0_u8; 10];
    randomness.fill(&mut random);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Makes a `UUIDv4` from the randomness that is passed in: for what may come to other readers later on than it was made, so that
/// its address does not tell when that was (R2).
#[must_use]
pub fn uuid_v4(randomness: &dyn Randomness) -> Uuid {
    let mut random = [0_u8; 16];
    randomness.fill(&mut random);
    uuid::Builder::from_random_bytes(random).into_uuid()
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id from the clock and randomness that are passed in.
            #[must_use]
            pub fn new(now: Timestamp, randomness: &dyn Randomness) -> Self {
                Self(uuid_v7(now, randomness))
            }
        }
        impl From<$name> for store::Value {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A practice: the organisation that every row belongs to.
    PracticeId,
    /// Any human the practice knows.
    PersonId,
    /// What signs a person in.
    AccountId,
    /// One being signed in, on one device.
    SignInId,
    /// A person's part in one case.
    ParticipantId,
    /// The unit of care.
    CaseId,
    /// An appointment that takes place.
    SessionId,
    /// Where sessions on the premises are held.
    RoomId,
    /// Somebody who booked and is not accepted yet.
    EnquiryId,
    /// A progress note.
    NoteId,
    /// What was added to a signed note.
    AmendmentId,
    /// Homework given to one or more participants.
    AssignmentId,
    /// What the practice writes for anybody to read.
    ArticleId,
    /// What comes back from an assignment.
    ReflectionId,
    /// What a client wants.
    GoalId,
    /// One scored set of answers.
    MeasureId,
    /// A signed agreement.
    ConsentId,
    /// One part of one participant's intake.
    IntakeId,
    /// The entry that an opening leaves.
    ReceiptId,
    /// An invitation to make an account.
    InvitationId,
    /// A passkey of an account.
    PasskeyId,
    /// Something that leaves by mail.
    PostId,
    /// A process note.
    ProcessNoteId,
    /// One entry of a private journal.
    EntryId,
    /// A message thread.
    ThreadId,
    /// One message of a thread.
    MessageId,
    /// What goes with a message.
    AttachmentId,
    /// A file that was imported.
    ImportId,
    /// Access outside of the grants, in an emergency.
    EmergencyId,
    /// What a client asks about a receipt.
    QuestionId,
    /// Process notes that were taken out for the executor.
    ExportId,
    /// What keeps a record from being destroyed.
    HoldId,
    /// The destruction of a record, asked for and confirmed.
    DestructionId,
    /// What may leave the practice.
    ReleaseId,
    /// What one person is asked to sign of a release.
    ReleaseSignatureId,
    /// A copy of a record that is made to be read elsewhere.
    CopyId,
    /// A subpoena or a court order.
    DemandId,
}
