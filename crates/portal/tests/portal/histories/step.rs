//! What can happen in a case, and who may notice that it does.

use practice::cases::Side;
use proptest::prelude::{Just, Strategy, any, prop_oneof};

/// Something that happens. Numbers are of people; who is not there, or has nothing of the kind, does nothing.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A goal of one's own.
    OwnGoal(usize),
    /// A goal that is everybody's.
    JointGoal(usize),
    /// Somebody answers the check-in.
    Measure(usize),
    /// Homework for one.
    HomeworkFor(usize),
    /// Homework for everybody.
    JointHomework,
    /// Somebody tells the clinician alone about the newest homework of theirs.
    Tells(usize),
    /// Somebody keeps a draft of it.
    Drafts(usize),
    /// Somebody shares words about the newest joint homework.
    Shares(usize),
    /// A session with one.
    SessionWith(usize),
    /// A session with everybody, a note on the joint side, and who was in the room.
    JointSession,
    /// A session with one, a note on their side, and who was in the room.
    NoteOf(usize),
    /// Somebody writes a message, to the clinician alone or to all.
    Writes(usize, Side),
    /// The clinician writes into the newest thread with one, or with all.
    Replies(Option<usize>),
    /// The clinician files the newest message of one's own threads, or of the joint ones.
    Files(Option<usize>),
    /// The newest of a kind, or else of any, on an own side is moved to the joint one, or from there to one's own.
    Moves(Kind, usize, Way),
    /// Somebody chooses whether their goals are shown together.
    ShowsTogether(usize, bool),
    /// The clinician asks that something leaves.
    AsksRelease(Leaving),
    /// Somebody answers the newest release that they are asked for.
    Answers(usize, Answer),
    /// Everybody signs the newest release that they are asked for.
    EverybodySigns,
    /// The clinician makes the document of the newest release that may leave, or of the newest; before it is handed out,
    /// somebody may take a signature back.
    Document(Option<usize>),
    /// Another case is begun, of one of them alone, with a goal in it.
    CaseOfOne(usize),
    /// The one who was not there from the beginning joins.
    Joins,
    /// Somebody's part ends.
    Leaves(usize),
    /// The work together ends; care goes on alone for all but the first.
    Separation,
}

/// What can be moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Goal,
    Homework,
    Block,
    Message,
}

/// Which way something is moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Wider,
    Narrower,
}

/// What may leave: of whose own side, of the joint one, of all days or of the day on which it is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Leaving {
    pub(super) own: Option<usize>,
    pub(super) joint: bool,
    pub(super) days: Days,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Days {
    All,
    Today,
}

/// What somebody answers who is asked for a release.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Signs,
    Refuses,
    Revokes,
}

/// A history of a case of so many people: of this many steps, in the last third of which somebody may go.
pub(super) fn history(people: usize, steps: usize) -> impl Strategy<Value = Vec<Step>> {
    let going = steps / 3;
    let together = proptest::collection::vec(step(people), steps - going);
    let late = prop_oneof![4 => step(people), 1 => of_going(people)];
    let late = proptest::collection::vec(late, going);
    (together, late).prop_map(|(together, late)| [together, late].concat())
}

fn step(people: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        9 => of_care(0..people),
        4 => of_messages(0..people),
        5 => of_moving(0..people),
        7 => of_releases(0..people),
        1 => prop_oneof![(0..people).prop_map(Step::CaseOfOne), Just(Step::Joins)],
    ]
}

type People = std::ops::Range<usize>;

fn of_care(who: People) -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => who.clone().prop_map(Step::OwnGoal),
        2 => who.clone().prop_map(Step::JointGoal),
        1 => who.clone().prop_map(Step::Measure),
        2 => who.clone().prop_map(Step::HomeworkFor),
        2 => Just(Step::JointHomework),
        3 => who.clone().prop_map(Step::Tells),
        1 => who.clone().prop_map(Step::Drafts),
        2 => who.clone().prop_map(Step::Shares),
        1 => who.clone().prop_map(Step::SessionWith),
        1 => Just(Step::JointSession),
        2 => who.clone().prop_map(Step::NoteOf),
        1 => (who, any::<bool>()).prop_map(|(who, shown)| Step::ShowsTogether(who, shown)),
    ]
}

fn of_messages(who: People) -> impl Strategy<Value = Step> {
    let whom = || proptest::option::of(who.clone());
    prop_oneof![
        3 => (who.clone(), any::<bool>()).prop_map(|(who, own)| {
            Step::Writes(who, if own { Side::Own } else { Side::Joint })
        }),
        1 => whom().prop_map(Step::Replies),
        2 => whom().prop_map(Step::Files),
    ]
}

fn of_moving(who: People) -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        Just(Kind::Goal),
        Just(Kind::Homework),
        Just(Kind::Block),
        Just(Kind::Message),
    ];
    let way = prop_oneof![3 => Just(Way::Wider), 2 => Just(Way::Narrower)];
    (kind, who, way).prop_map(|(kind, who, way)| Step::Moves(kind, who, way))
}

fn of_releases(who: People) -> impl Strategy<Value = Step> {
    let days = prop_oneof![2 => Just(Days::All), 1 => Just(Days::Today)];
    let asked = (proptest::option::of(who.clone()), any::<bool>(), days);
    let asked = asked.prop_map(|(own, joint, days)| {
        let joint = joint || own.is_none();
        Step::AsksRelease(Leaving { own, joint, days })
    });
    let answer = prop_oneof![
        6 => Just(Answer::Signs),
        1 => Just(Answer::Refuses),
        1 => Just(Answer::Revokes),
    ];
    prop_oneof![
        2 => asked,
        3 => (who.clone(), answer).prop_map(|(who, answer)| Step::Answers(who, answer)),
        2 => Just(Step::EverybodySigns),
        2 => Just(Step::Document(None)),
        1 => who.prop_map(|who| Step::Document(Some(who))),
    ]
}

fn of_going(people: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1..people).prop_map(Step::Leaves),
        1 => Just(Step::Separation),
    ]
}

impl Step {
    /// The step as somebody may notice that it happens, because it is theirs or everybody's; nothing of what is others' own.
    pub(super) fn as_seen_by(&self, me: usize) -> Option<Self> {
        let is_mine = match self {
            Self::OwnGoal(who)
            | Self::Measure(who)
            | Self::HomeworkFor(who)
            | Self::Tells(who)
            | Self::Drafts(who)
            | Self::SessionWith(who)
            | Self::NoteOf(who)
            | Self::Writes(who, Side::Own)
            | Self::Replies(Some(who))
            | Self::Files(Some(who))
            | Self::ShowsTogether(who, _)
            | Self::Answers(who, _)
            | Self::CaseOfOne(who) => *who == me,
            Self::AsksRelease(leaving) => {
                let own = leaving.own.filter(|who| *who == me);
                let seen = Leaving { own, ..*leaving };
                return (own.is_some() || leaving.joint).then_some(Self::AsksRelease(seen));
            }
            Self::EverybodySigns => return Some(Self::Answers(me, Answer::Signs)),
            Self::JointGoal(_)
            | Self::JointHomework
            | Self::Shares(_)
            | Self::JointSession
            | Self::Writes(_, Side::Joint)
            | Self::Replies(None)
            | Self::Files(None)
            | Self::Moves(..)
            | Self::Document(_)
            | Self::Joins
            | Self::Leaves(_)
            | Self::Separation => true,
        };
        is_mine.then(|| self.clone())
    }
}
