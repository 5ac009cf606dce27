//! Participants of every kind: one who left, one who came later, and two who were parted.
//!
//! Each is tried with what is theirs of their time, and with what exists of a time that is not theirs: that must be for them as if
//! it never was (R2). To add another kind: its role and somebody of the demo in [`crate::cast::ROLES`], and its story here.

use outside::Anything;
use outside::http::Caller;
use uuid::Uuid;

use crate::cast::{self, Cast, Someone, Whose};
use crate::ground::Ground;
use crate::records::{self, Ids};

/// What is shared after one left and before another came.
pub(crate) const BETWEEN: &str = "gannetmoss";
/// What is one's own after a separation.
pub(crate) const APART: &str = "heronflax";

/// Lets the demo's people come and go.
pub(crate) fn come_and_go(
    cast: &mut Cast,
    ground: &Ground,
    caller: &mut Caller,
) -> Result<(), Anything> {
    leave_and_join(cast, ground, caller)?;
    part(cast, ground, caller)
}

/// Of three, Devon leaves; the two go on; then Renata joins them.
fn leave_and_join(cast: &mut Cast, ground: &Ground, caller: &mut Caller) -> Result<(), Anything> {
    let desk = cast.one("colleague")?.clone();
    let (devon, rosa) = (ids(ground, "devon")?, ids(ground, "rosa")?);
    let case = devon.case;
    let his = records::newest(ground, case)?;
    desk.lets_leave(caller, (case, devon.participant), "devon")?;
    let path = format!("/desk/cases/{case}/people/{}/end", devon.participant);
    desk.does(
        caller,
        &path,
        &[("reason", "He moved away."), ("sure", "yes")],
    )?;
    desk.gives(caller, case, "everybody")?;
    sets_goal(caller, "rosa", (rosa.participant, "joint"), BETWEEN)?;
    desk.lets_leave(caller, (case, rosa.participant), "rosa")?;
    let between = records::newest(ground, case)?;
    let renata = ids(ground, "renata")?;
    desk.gives(caller, renata.case, &renata.participant.to_string())?;
    desk.lets_leave(caller, (renata.case, renata.participant), "renata")?;
    cast::made(ground)?;
    let (devon, rosa, renata) = (
        ids(ground, "devon")?,
        ids(ground, "rosa")?,
        ids(ground, "renata")?,
    );
    let who = renata.person.to_string();
    let fields = [("who", who.as_str()), ("sure", "yes")];
    desk.does(caller, &format!("/desk/cases/{case}/joining"), &fields)?;
    sets_goal(
        caller,
        "rosa",
        (rosa.participant, "joint"),
        "What all three want",
    )?;
    let (goal, _) = records::newest(ground, case)?;
    let participant = records::newest_part(ground, renata.person)?;
    cast.keep(Whose::Devon, of_time(devon, his));
    cast.keep(Whose::Between, of_time(rosa, between));
    cast.keep(
        Whose::Renata,
        Ids {
            participant,
            goal,
            ..renata
        },
    );
    Ok(())
}

/// Walter and June are parted. Hers goes on with the same clinician, his does not.
fn part(cast: &mut Cast, ground: &Ground, caller: &mut Caller) -> Result<(), Anything> {
    let desk = cast.one("clinician")?.clone();
    let (walter, june) = (ids(ground, "walter")?, ids(ground, "june")?);
    let case = walter.case;
    let theirs = records::newest(ground, case)?;
    desk.lets_leave(caller, (case, walter.participant), "walter")?;
    cast::made(ground)?;
    let walter = ids(ground, "walter")?;
    let path = format!("/desk/cases/{case}/separation");
    let asked = desk.get(caller, &path)?;
    let day = asked.field("day\" type=\"date");
    let (hers, his) = (
        format!("onward-{}", june.participant),
        format!("onward-{}", walter.participant),
    );
    let fields = [
        ("day", day),
        (&hers, "here"),
        (&his, "nowhere"),
        ("step", "act"),
        ("sure", "yes"),
    ];
    let parted = desk.does(caller, &path, &fields)?;
    if parted.status != 303 {
        return Err(format!("{path}: {} {}", parted.status, parted.body).into());
    }
    let june = begins_again(ground, caller, (&desk, june))?;
    cast.keep(Whose::Walter, of_time(walter, theirs));
    cast.keep(Whose::Apart, june);
    Ok(())
}

/// What is June's in the case that began for her: she signs, has a goal and homework, a release and a copy.
fn begins_again(
    ground: &Ground,
    caller: &mut Caller,
    (desk, june): (&Someone, Ids),
) -> Result<Ids, Anything> {
    let participant = records::newest_part(ground, june.person)?;
    signs(caller, "june", participant)?;
    sets_goal(caller, "june", (participant, "own"), APART)?;
    let case = records::case_of(ground, participant)?;
    desk.gives(caller, case, &participant.to_string())?;
    desk.lets_leave(caller, (case, participant), "june")?;
    cast::made(ground)?;
    let begun = records::part_ids(ground, participant, june)?;
    let new = records::newest(ground, case)?;
    Ok(of_time(Ids { case, ..begun }, new))
}

fn ids(ground: &Ground, slug: &str) -> Result<Ids, Anything> {
    records::ids(ground, records::person(ground, slug)?)
}

/// The goal and the homework of a time.
fn of_time(ids: Ids, (goal, assignment): (Uuid, Uuid)) -> Ids {
    Ids {
        assignment,
        goal,
        ..ids
    }
}

fn sets_goal(
    caller: &mut Caller,
    slug: &'static str,
    (part, side): (Uuid, &str),
    words: &str,
) -> Result<(), Anything> {
    let one = somebody(caller, slug)?;
    let (said, value) = (
        format!("{side}-{part}-words"),
        format!("{side}-{part}-value"),
    );
    let fields = [(said.as_str(), words), (&value, "")];
    one.does(caller, &format!("/my/goals/{part}/{side}"), &fields)?;
    Ok(())
}

/// Signs what has to be signed before anything is written.
fn signs(caller: &mut Caller, slug: &'static str, part: Uuid) -> Result<(), Anything> {
    let one = somebody(caller, slug)?;
    let path = format!("/my/consents/{part}/informed-consent");
    let page = one.get(caller, &path)?;
    let fields = [
        ("digest", page.field("digest")),
        ("language", page.field("language")),
        ("name", "As they are called"),
    ];
    one.does(caller, &path, &fields)?;
    Ok(())
}

/// Somebody of the demo with a browser of their own.
fn somebody(caller: &mut Caller, slug: &'static str) -> Result<Someone, Anything> {
    let mut one = Someone {
        role: "client",
        slug,
        cookie: String::new(),
        token: String::new(),
        spare: Uuid::nil(),
    };
    one.enter(caller)?;
    Ok(one)
}
