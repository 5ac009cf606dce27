//! What the demo has none of: a practice's own rule for how long records are kept, and a destruction that somebody asked for.

use outside::Anything;
use outside::http::Caller;

use crate::ground::Ground;
use crate::{cast, ground, records};

/// The practice gets a rule of its own, and its owner asks for the destruction of a record.
pub(crate) fn ask(ground: &Ground, caller: &mut Caller) -> Result<(), Anything> {
    ground::plant(&["knotdunlin"])?;
    let cookie = cast::enter(caller, "priya")?;
    let token = caller.get("/desk/retention", &cookie)?.token().to_owned();
    let asked = format!("csrf={token}&ask_reason=knotdunlin");
    let path = format!("/desk/retention/{}/ask", records::due(ground)?);
    let rule = format!("csrf={token}&years=7&minors=&source=A+letter&checked=2026-11-20");
    for (path, form) in [(path.as_str(), asked), ("/desk/retention/rule", rule)] {
        let answer = caller.post(path, &cookie, &form)?;
        if answer.status != 303 {
            return Err(format!("{path}: {} {}", answer.status, answer.body).into());
        }
    }
    Ok(())
}
