//! Asking for a copy: a client for their own, the clinician for what a release allows or a court ordered.

use store::{Tx, jobs};
use vault::CompartmentId;

use super::records::{self, Stored};
use super::what::{Kinds, Wanted};
use super::{Basis, CopyContent, CopyError, CopyState, Cover};
use crate::access::{DeskAccess, PortalAccess, Purpose, Work};
use crate::cases::{self, CaseKind};
use crate::clock::micros;
use crate::core::Practice;
use crate::demands;
use crate::error::AccessError;
use crate::ids::{CaseId, CopyId, DemandId, ParticipantId, PracticeId, ReleaseId};
use crate::language::Language;
use crate::receipts::Action;
use crate::releases::{self, Look, text::Part};
use crate::sealed::{Cell, SCHEMA, SealedRow};
use crate::settings::{self, OwnCopies};

/// The kind of job that makes a copy.
pub(super) const JOB: &str = "copy";
/// After how long a copy that is still under way is not waited for, microseconds: a day.
const LOST: i64 = 24 * 60 * 60 * 1_000_000;
/// Gathered, drawn, packed, kept.
pub(super) const STEPS: u32 = 4;

/// What asking writes.
pub(super) struct Ready {
    copy: Stored,
    row: SealedRow,
}

impl Practice {
    /// A client asks for a copy of what is theirs in one case: their own side, and of the joint one what is of their time, unless
    /// the practice's policy, which everybody signed, says otherwise (R15).
    ///
    /// # Errors
    /// [`CopyError::UnderWay`] when one is being made; [`AccessError::NotThere`] when the part is not theirs.
    pub async fn ask_my_copy(
        &self,
        access: &PortalAccess,
        participant: ParticipantId,
        (kinds, language): (Kinds, Language),
    ) -> Result<CopyId, CopyError> {
        let practice = self.id();
        self.write(
            access,
            Action::CopyAsk,
            move |work| {
                let mine = cases::part_of_mine(work, participant)?;
                let policy = settings::described(work)?.own_copies;
                let joint =
                    mine.case.kind == CaseKind::Relational && policy == OwnCopies::WithJoint;
                let content = CopyContent {
                    wanted: Wanted {
                        own: vec![participant],
                        joint,
                        kinds,
                        days: None,
                    },
                    language,
                    cover: Cover::default(),
                    stands_on: Vec::new(),
                    left_out: Vec::new(),
                    files: Vec::new(),
                };
                let of = (Basis::Own(participant), mine.case.id, mine.who.own);
                ready(work, of, (Purpose::OwnRecord, &content))
            },
            move |tx, ready| put(tx, practice, ready),
        )
        .await
    }

    /// The clinician asks for the document that a release allows: of each part that everybody has signed, at this moment.
    ///
    /// # Errors
    /// [`CopyError::NotAllowed`] when no part has every signature; [`CopyError::UnderWay`]; [`AccessError::NotThere`] when the
    /// release is not for who asks.
    pub async fn ask_release_document(
        &self,
        access: &DeskAccess,
        release: ReleaseId,
    ) -> Result<CopyId, CopyError> {
        let practice = self.id();
        self.write(
            access,
            Action::CopyAsk,
            move |work| {
                let (case, stored) = releases::found_for_care(work, release)?;
                let (of, look) = ((&case, &stored), Look::Signed);
                let stands = releases::stands(work, of, Purpose::Care, look)?;
                if !stands.complete(Part::Own) && !stands.complete(Part::Joint) {
                    return Err(CopyError::NotAllowed);
                }
                let content = CopyContent {
                    wanted: Wanted {
                        own: stored.own.into_iter().collect(),
                        joint: stored.joint,
                        kinds: stands.frame.kinds.clone(),
                        days: Some(stands.frame.days),
                    },
                    language: stands.frame.language,
                    // It names what the parts are for that are in it when it is made.
                    cover: Cover::default(),
                    stands_on: Vec::new(),
                    left_out: Vec::new(),
                    files: Vec::new(),
                };
                let of = (Basis::Release(release), case.id, stored.cell.compartment);
                ready(work, of, (Purpose::Care, &content))
            },
            move |tx, ready| put(tx, practice, ready),
        )
        .await
    }

    /// The clinician asks for the document that a court ordered: what is named, and no more.
    ///
    /// # Errors
    /// [`CopyError::NotAllowed`] for a demand that is no order, or is closed; [`CopyError::UnderWay`];
    /// [`AccessError::NotThere`] when the demand, or a side that is named, is not for who asks.
    pub async fn ask_order_document(
        &self,
        access: &DeskAccess,
        demand: DemandId,
        wanted: Wanted,
    ) -> Result<CopyId, CopyError> {
        let practice = self.id();
        self.write(
            access,
            Action::CopyAsk,
            move |work| {
                let (case, file, cover) = demands::orders(work, demand)?;
                let sides = wanted.sides(&case, None);
                if sides.is_empty() || wanted.kinds.is_empty() {
                    return Err(CopyError::NotAllowed);
                }
                work.open(Action::CopyAsk, Purpose::Care, &sides)?;
                let content = CopyContent {
                    wanted,
                    language: Language::English,
                    cover,
                    stands_on: Vec::new(),
                    left_out: Vec::new(),
                    files: Vec::new(),
                };
                let of = (Basis::Order(demand), case.id, file);
                ready(work, of, (Purpose::Keeping, &content))
            },
            move |tx, ready| put(tx, practice, ready),
        )
        .await
    }
}

/// Seals what is wanted on the side where the copy will be kept.
fn ready(
    work: &mut Work<'_, '_>,
    of: (Basis, CaseId, CompartmentId),
    what: (Purpose, &CopyContent),
) -> Result<Ready, CopyError> {
    let ((basis, case, place), (purpose, content)) = (of, what);
    let practice = work.practice();
    let before = records::of_basis(work.tx, practice, basis.id())?;
    // One that a machine lost for a day is not waited for any longer.
    let lately = micros(work.now()).saturating_sub(LOST);
    let going = |one: &Stored| one.state.is_under_way() && one.asked_at > lately;
    if before.iter().any(going) {
        return Err(CopyError::UnderWay);
    }
    let opened = work.open(Action::CopyAsk, purpose, &[place])?;
    let open = opened.get(place).ok_or(AccessError::NotThere)?;
    let id = CopyId(work.new_id());
    let row = work.seal(open, ("copies", id.0, 1), content)?;
    let copy = Stored {
        id,
        cell: Cell {
            id: id.0,
            compartment: place,
            revision: 1,
            schema: SCHEMA,
            bytes: Vec::new(),
        },
        basis,
        case,
        asked_at: micros(work.now()),
        asked_by: work.person()?,
        state: CopyState::Waiting,
        done: 0,
        total: STEPS,
        until: None,
    };
    Ok(Ready { copy, row })
}

fn put(tx: &mut Tx<'_>, practice: PracticeId, ready: &Ready) -> Result<CopyId, CopyError> {
    let (id, at) = (ready.copy.id, ready.copy.asked_at);
    records::insert(tx, practice, &ready.copy, &ready.row)?;
    jobs::enqueue(tx, id.0, JOB, at, id.0)?;
    Ok(id)
}
