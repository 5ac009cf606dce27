//! Copies of a record that are asked for, made and fetched while the program is killed.
//!
//! Afterwards none is half made, what was cut off is made again or says that it failed, and each page and file that came back has
//! its receipt.

use std::sync::atomic::Ordering;

use outside::Anything;
use outside::http::Caller;

use crate::cast;
use crate::ground::Ground;
use crate::killed::{Field, Kept};
use crate::records;

/// Whose record is copied.
pub(crate) const WHOSE: &str = "hannah";

/// Asks for a copy whenever none is under way, and fetches the newest that is ready.
pub(crate) fn copies(field: &Field<'_>) -> Result<Vec<Kept>, Anything> {
    let mut caller = Caller::new(field.at);
    let Ok(cookie) = cast::enter(&mut caller, WHOSE) else {
        return Ok(Vec::new());
    };
    let asks = format!("/my/copies/of/{}", field.hannah.participant);
    let mut pages = 0;
    while field.goes_on.load(Ordering::Relaxed) {
        let Ok(page) = caller.get("/my/copies", &cookie) else {
            break;
        };
        pages += i64::from(page.status == 200);
        if let Some(file) = newest(&page.body) {
            let Ok(file) = caller.get(&file, &cookie) else {
                break;
            };
            pages += i64::from(file.status == 200);
        }
        if !page.body.contains("data-copy=") {
            let form = format!("csrf={}", page.token());
            if caller.post(&asks, &cookie, &form).is_err() {
                break;
            }
        }
    }
    Ok(vec![Kept::Disclosed {
        to: records::person(field.ground, WHOSE)?,
        pages,
    }])
}

/// That no copy is half made.
pub(crate) fn whole(ground: &Ground) -> Result<(), Anything> {
    match records::copies::half_made(&ground.database()?)? {
        0 => Ok(()),
        some => Err(format!("{some} copies of records are half made").into()),
    }
}

/// What was cut off is made again, or says that it failed, and somebody who asks anew gets theirs.
pub(crate) fn end(ground: &Ground) -> Result<(), Anything> {
    records::copies::let_go(&ground.database()?)?;
    let server = ground.serve(&[])?;
    cast::made(ground)?;
    let mut caller = Caller::new(server.at);
    let cookie = cast::enter(&mut caller, WHOSE)?;
    let page = caller.get("/my/copies", &cookie)?;
    let form = format!("csrf={}", page.token());
    let of = records::ids(ground, records::person(ground, WHOSE)?)?.participant;
    caller.post(&format!("/my/copies/of/{of}"), &cookie, &form)?;
    cast::made(ground)?;
    let page = caller.get("/my/copies", &cookie)?;
    let file = newest(&page.body).ok_or("no copy of a record is ready")?;
    let file = caller.get(&file, &cookie)?;
    server.stop()?;
    if !file.body.starts_with("%PDF-") {
        return Err(format!("a copy that is ready is answered with {}", file.status).into());
    }
    whole(ground)
}

/// The address of the first file that can be fetched.
fn newest(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("href=\"/my/copies/")?;
    let (path, _) = rest.split_once('"')?;
    Some(format!("/my/copies/{path}"))
}
