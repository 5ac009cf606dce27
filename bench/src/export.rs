//! The export of the case of ten years: a client asks for a copy of their own record, and waits until it can be fetched.

use crate::{Anything, load};
use outside::http::{self, Caller};
use outside::server::Server;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often it is looked whether it is ready.
const LOOKS: Duration = Duration::from_millis(20);
/// After how long it is not waited for any longer.
const PATIENCE: Duration = Duration::from_mins(5);

/// What was measured.
pub(crate) struct Export {
    /// From asking until it can be fetched.
    pub(crate) took: Duration,
}

/// Asks for a copy as the client of the case of ten years, over HTTP.
///
/// # Errors
/// When they cannot sign in, or no copy comes of it.
pub(crate) fn measure(server: &Server, loaded: &load::Loaded) -> Result<Export, Anything> {
    println!("the export of a case of ten years");
    let mut caller = Caller::new(server.at);
    let cookie = signed_in(&mut caller, &loaded.client)?;
    let page = caller.get("/my/copies", &cookie)?;
    let asks = after(&page.body, "action=\"/my/copies/of/").ok_or("there is no form for a copy")?;
    let form = format!("csrf={}&language=en", page.token());
    let begun = Instant::now();
    let asked = caller.post(&format!("/my/copies/of/{asks}"), &cookie, &form)?;
    if asked.status != 303 {
        return Err(format!("no copy could be asked for: {}", asked.status).into());
    }
    let page = caller.get("/my/copies", &cookie)?;
    if let Some(state) = after(&page.body, "data-copy=\"") {
        while caller
            .get(state, &cookie)?
            .body
            .contains("\"under_way\":true")
        {
            if begun.elapsed() > PATIENCE {
                return Err("the copy was not made in five minutes".into());
            }
            sleep(LOOKS);
        }
    }
    let took = begun.elapsed();
    let page = caller.get("/my/copies", &cookie)?;
    if after(&page.body, "href=\"/my/copies/").is_none() {
        return Err("the copy holds no file".into());
    }
    Ok(Export { took })
}

/// Signs in by name and password, as the loader made the account, and returns the cookies.
fn signed_in(caller: &mut Caller, person: &str) -> Result<String, Anything> {
    let page = caller.get("/sign-in", "")?;
    let before = page.cookies();
    let (name, password) = load::account(person);
    let form = format!(
        "csrf={}&name={}&password={}",
        page.token(),
        http::escaped(&name),
        http::escaped(&password)
    );
    let answer = caller.post("/sign-in", &before, &form)?;
    if answer.status != 303 {
        return Err(format!("{name} could not sign in: {}", answer.status).into());
    }
    Ok(format!("{before}; {}", answer.cookies()))
}

/// What stands after a mark, up to the end of the attribute.
fn after<'a>(page: &'a str, mark: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(mark)?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_after_a_mark_ends_with_its_attribute() {
        let page = "<form action=\"/my/copies/of/7\"><p data-copy=\"/my/copies/8/state\">";
        assert_eq!(after(page, "action=\"/my/copies/of/"), Some("7"));
        assert_eq!(after(page, "data-copy=\""), Some("/my/copies/8/state"));
        assert_eq!(after(page, "href=\""), None);
    }
}
