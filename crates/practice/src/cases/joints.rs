//! The joint sides of a case, one after the other: one ends when somebody leaves or joins, and another begins among those who
//! take part from then on. Each stays readable to those who were there, and to nobody else (R2, R3).

use vault::CompartmentId;

use super::{Case, Participant};

impl Case {
    /// The compartment of what concerns the whole case: the joint side, or the only participant's own one.
    #[must_use]
    pub fn chart(&self) -> Option<CompartmentId> {
        self.joint
            .or_else(|| self.participants.first().map(|only| only.own))
    }

    /// The joint sides that ended when somebody left or joined, each with when that was, the earliest first.
    fn ended(&self) -> Vec<(CompartmentId, i64)> {
        let left = self.participants.iter();
        let left = left.filter_map(|who| who.left.zip(who.until));
        let joined = self.participants.iter();
        let joined = joined.filter_map(|who| who.before.map(|side| (side, who.from)));
        let mut ended: Vec<_> = left.chain(joined).collect();
        ended.sort_by_key(|(_, at)| *at);
        ended
    }

    /// The instant of what happens to the case now: after everything that happened to it before.
    pub(super) fn next_instant(&self, now: i64) -> i64 {
        let begun = self.participants.iter().map(|who| who.from);
        let ended = self.participants.iter().filter_map(|who| who.until);
        let last = begun.chain(ended).max();
        last.map_or(now, |last| now.max(last.saturating_add(1)))
    }

    /// As [`Case::chart`], of what concerns an instant: the joint side as it was then.
    #[must_use]
    pub fn chart_at(&self, at: i64) -> Option<CompartmentId> {
        let then = self.ended().into_iter().find(|(_, ended)| at < *ended);
        then.map(|(joint, _)| joint).or_else(|| self.chart())
    }

    /// Whether a compartment is a joint side of the case, the present one or an earlier one.
    #[must_use]
    pub fn is_joint(&self, side: CompartmentId) -> bool {
        self.joints().contains(&side)
    }

    /// The joint sides that there still are, the present one first and then the newest: they go with the last part (R16).
    #[must_use]
    pub fn joints(&self) -> Vec<CompartmentId> {
        if self.is_gone() {
            return Vec::new();
        }
        self.every_joint()
    }

    /// The joint sides on which everybody is still there: what is written of the case now names these and no other, because
    /// who left reads the receipts of theirs (R2).
    pub(super) fn joints_of_all(&self) -> Vec<CompartmentId> {
        let mut joints = self.joints();
        joints.retain(|side| self.whose(*side).all(|who| who.until.is_none()));
        joints
    }

    /// Whether all of it was destroyed (R16).
    #[must_use]
    pub fn is_gone(&self) -> bool {
        let mut parts = self.participants.iter();
        !self.participants.is_empty() && parts.all(|who| who.destroyed.is_some())
    }

    /// The joint sides that there ever were, the newest first.
    pub(crate) fn every_joint(&self) -> Vec<CompartmentId> {
        let ended = self.ended().into_iter().rev().map(|(joint, _)| joint);
        self.joint.into_iter().chain(ended).collect()
    }

    /// The joint sides of the time in which a participant was there, the newest first.
    #[must_use]
    pub fn joints_of(&self, who: &Participant) -> Vec<CompartmentId> {
        let joints = self.joints();
        let after = |side: &CompartmentId| who.left.is_some_and(|left| *side != left);
        let theirs = joints.into_iter().skip_while(after);
        theirs
            .take_while(|side| who.before != Some(*side))
            .collect()
    }

    /// Whose a joint side is: those who were there in its time.
    pub fn whose(&self, side: CompartmentId) -> impl Iterator<Item = &Participant> {
        let parts = self.participants.iter();
        parts.filter(move |who| self.joints_of(who).contains(&side))
    }

    /// Where something that changes now is sealed: its own side, and of what was joint the newest side on which nobody is who
    /// was not on the one where it stands, and nobody who left. Nothing where there is none: then it changes no more.
    #[must_use]
    pub fn goes_on_in(&self, side: CompartmentId) -> Option<CompartmentId> {
        if !self.is_joint(side) {
            return Some(side);
        }
        let then: Vec<_> = self.whose(side).map(|who| who.id).collect();
        let joints = self.joints();
        let older = joints.iter().position(|one| *one == side)?;
        let later = joints.into_iter().take(older.saturating_add(1));
        let fits = |one: &CompartmentId| {
            self.whose(*one)
                .all(|who| who.until.is_none() && then.contains(&who.id))
        };
        later.into_iter().find(fits)
    }

    /// Whether it was shared on a joint side among fewer than took part last: before somebody joined.
    #[must_use]
    pub fn is_narrower(&self, side: CompartmentId) -> bool {
        let was = |who: &Participant| self.joints_of(who).contains(&side);
        let last = self.joint.filter(|_| self.is_joint(side));
        last.is_some_and(|last| !self.whose(last).all(was))
    }

    /// Whether a joint side changes no more, because the case was parted.
    #[must_use]
    pub fn is_frozen(&self, side: CompartmentId) -> bool {
        self.parted.is_some() && self.is_joint(side)
    }

    /// Whether two participants were in the case together.
    #[must_use]
    pub fn met(&self, one: &Participant, other: &Participant) -> bool {
        let theirs = self.joints_of(other);
        self.joints_of(one).iter().any(|side| theirs.contains(side))
    }
}
