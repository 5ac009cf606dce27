//! Rows of every kind of which the demo has none, written as people would: what was imported, who left and joined, an opening
//! that was asked about, an emergency, something that was moved.

use std::path::{Path, PathBuf};

use outside::Anything;
use outside::http::Caller;

use crate::cast::{Cast, Whose};
use crate::ground::Ground;
use crate::records;
use crate::{ground, own_words, retention};

/// Somebody whose record is opened in an emergency, by the whole name.
const IMANI: &str = "Imani Brooks";

/// What the demo has no row of.
pub(crate) fn write(ground: &Ground, cast: &Cast, caller: &mut Caller) -> Result<(), Anything> {
    leave(ground, caller)?;
    ask_and_open(cast, caller)?;
    route(cast, caller)?;
    retention::ask(ground, caller)?;
    own_words::write(cast, caller)
}

/// Homework that is Noor's alone goes to the joint side, as her clinician moves it.
fn route(cast: &Cast, caller: &mut Caller) -> Result<(), Anything> {
    let ids = cast.ids(Whose::Noor)?;
    let clinician = cast.one("clinician")?;
    let path = format!("/desk/cases/{}/routing", ids.case);
    let id = ids.assignment.to_string();
    let asked = format!("{path}?what=homework&id={id}&to=chart");
    let page = caller.get(&asked, &clinician.cookie)?;
    let digest = page.body.split("name=\"digest\"").nth(1);
    let digest = digest.and_then(|rest| rest.split("value=\"").nth(1)?.split('"').next());
    let digest = digest.ok_or_else(|| format!("{asked}: {} {}", page.status, page.body))?;
    let fields = [
        ("what", "homework"),
        ("id", id.as_str()),
        ("to", "chart"),
        ("digest", digest),
    ];
    let moved = clinician.post(caller, &path, &fields)?;
    if moved.status != 303 {
        return Err(format!("{path}: {} {}", moved.status, moved.body).into());
    }
    Ok(())
}

/// Rows of what other systems gave, which the demo has none of.
pub(crate) fn import(ground: &Ground) -> Result<(), Anything> {
    let clients = "Client Type,First Name,Last Name,Date of Birth,Email,Email OK\n\
                   Adult,Ida,Jansen,07/22/1984,ida@example.org,Yes\n";
    let file = ground.data.with_file_name("clients.csv");
    std::fs::write(&file, clients)?;
    let bundle = bundle(&outside::root().join("crates/exchange/tests/data"))?;
    let said = ground.run(&["import", &file.to_string_lossy(), &bundle.to_string_lossy()])?;
    std::fs::remove_file(file)?;
    said.must_hold("import")
}

/// The bundle of one invented patient, among the files on which the import is tried.
fn bundle(folder: &Path) -> Result<PathBuf, Anything> {
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else if entry
                .file_name()
                .to_string_lossy()
                .starts_with("Abdul_Koepp")
            {
                return Ok(entry.path());
            }
        }
    }
    Err("there is no bundle to import".into())
}

/// Somebody's part in a case ends, which nobody's does in the demo.
fn leave(ground: &Ground, caller: &mut Caller) -> Result<(), Anything> {
    let june = records::ids(ground, records::person(ground, "june")?);
    let june = june?;
    let cookie = crate::cast::enter(caller, "adaeze")?;
    let path = format!("/desk/cases/{}/people/{}/end", june.case, june.participant);
    let token = caller.get(&path, &cookie)?.token().to_owned();
    ground::plant(&["pumicefulmar"])?;
    let answer = caller.post(
        &path,
        &cookie,
        &format!("csrf={token}&reason=pumicefulmar&sure=yes"),
    )?;
    if answer.status != 303 {
        return Err(format!("{path}: {} {}", answer.status, answer.body).into());
    }
    join(caller, &cookie, &june.case.to_string())
}

/// Somebody new joins who stays, so that the joint side that begins has names of its own.
fn join(caller: &mut Caller, cookie: &str, case: &str) -> Result<(), Anything> {
    let path = format!("/desk/cases/{case}/joining");
    let token = caller.get(&path, cookie)?.token().to_owned();
    ground::plant(&["gannetthrift"])?;
    let form = format!("csrf={token}&name-1=gannetthrift&mail-1=shared%40example.org&sure=yes");
    let answer = caller.post(&path, cookie, &form)?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(format!("{path}: {} {}", answer.status, answer.body).into())
    }
}

/// A client asks about an opening, and a clinician reads somebody else's client's record in an emergency.
fn ask_and_open(cast: &Cast, caller: &mut Caller) -> Result<(), Anything> {
    ground::plant(&["siskinmallard", "brantcurlew"])?;
    let path = format!("/my/receipts/{}/ask", cast.ids(Whose::Noor)?.receipt);
    let asked = cast
        .one("client")?
        .post(caller, &path, &[("question", "siskinmallard")])?;
    let cookie = crate::cast::enter(caller, "theo")?;
    let path = "/desk/emergencies/begin";
    let page = caller.get(path, &cookie)?;
    let (_, rest) = page
        .body
        .split_once("Adaeze")
        .ok_or("no clinician to choose")?;
    let before = page.body.len() - rest.len();
    let id = page
        .body
        .get(..before)
        .and_then(|text| text.rsplit_once("value=\"")?.1.split_once('"'));
    let (clinician, _) = id.ok_or("no clinician to choose")?;
    let form = format!(
        "csrf={}&clinician={clinician}&name={}&reason=brantcurlew",
        page.token(),
        outside::http::escaped(IMANI)
    );
    let opened = caller.post(path, &cookie, &form)?;
    for answer in [asked, opened] {
        if answer.status != 303 {
            return Err(format!("{} {}", answer.status, answer.body).into());
        }
    }
    Ok(())
}
