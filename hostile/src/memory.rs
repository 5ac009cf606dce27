//! The memory of the running program, searched for words that were typed into sealed fields.
//!
//! The search must be able to fail: while the program is unlocked, and the page with the word was just opened, it must find
//! it. After `alcove lock`, the same process must hold none.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom};

use outside::Anything;
use outside::http::{Ask, Caller};
use outside::server::Server;

use crate::ground::{self, Ground};
use crate::{cast, records};

const WORD: &str = "zirconplover";

/// Types a word, finds it in memory, locks, and finds none.
pub(crate) fn memory() -> Result<(), Anything> {
    let ground = Ground::of("memory")?;
    ground::plant(&[WORD])?;
    let server = ground.serve(&[])?;
    let mut caller = Caller::new(server.at);
    let noor = records::ids(&ground, records::person(&ground, "noor")?)?;
    let cookie = cast::enter(&mut caller, "noor")?;
    let path = format!("/my/homework/{}", noor.assignment);
    let page = caller.get(&path, &cookie)?;
    let form = format!(
        "csrf={}&revision={}&told={WORD}",
        page.token(),
        page.field("revision")
    );
    let draft = format!("{path}/own/draft");
    let more = [("Accept", "application/json")];
    let kept = caller.ask(&Ask {
        method: "POST",
        path: &draft,
        cookie: &cookie,
        form: &form,
        more: &more,
    })?;
    if kept.status != 200 || !caller.get(&path, &cookie)?.body.contains(WORD) {
        return Err(format!("the word was not kept: {}", kept.status).into());
    }
    if found(&server)? == Some(0) {
        return Err("the word is not found where it must be: the search does not work".into());
    }
    ground.run(&["lock"])?.must_hold("lock")?;
    let mut caller = Caller::new(server.at);
    let state = caller.get("/health", "")?.body;
    let shown = caller.get(&path, &cookie)?;
    let left = found(&server)?;
    server.stop()?;
    if !state.contains("\"locked\"") || shown.status != 503 || shown.body.contains(WORD) {
        return Err(format!(
            "locked, {path} answers {}, and health {state}",
            shown.status
        )
        .into());
    }
    match left {
        Some(0) => {}
        Some(left) => return Err(format!("locked, the program holds the word {left} times").into()),
        None => println!(
            "  memory: this account may not look into the program; only its pages were tried"
        ),
    }
    ground.must_hold()
}

/// How often the word stands in the memory of the server; nothing when this account may not look, which only root may.
fn found(server: &Server) -> Result<Option<usize>, Anything> {
    let pid = server.pid();
    let maps = match fs::read_to_string(format!("/proc/{pid}/maps")) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(None),
        maps => maps?,
    };
    let mut memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut times = 0;
    for (begin, end) in maps.lines().filter_map(written) {
        memory.seek(SeekFrom::Start(begin))?;
        let mut bytes = vec![0; usize::try_from(end - begin)?];
        // Some of what is mapped cannot be read, such as the kernel's own pages.
        if memory.read_exact(&mut bytes).is_ok() {
            times += bytes
                .windows(WORD.len())
                .filter(|window| *window == WORD.as_bytes())
                .count();
        }
    }
    Ok(Some(times))
}

/// Where a mapping that the program writes to begins and ends.
fn written(line: &str) -> Option<(u64, u64)> {
    let (range, rest) = line.split_once(' ')?;
    let (begin, end) = range.split_once('-')?;
    let address = |text| u64::from_str_radix(text, 16).ok();
    rest.starts_with("rw")
        .then_some((address(begin)?, address(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_written_to_is_read() {
        assert_eq!(
            written("7f00-7f10 rw-p 00000000 00:00 0 [heap]"),
            Some((0x7f00, 0x7f10))
        );
        assert_eq!(
            written("5500-5600 r-xp 00000000 08:01 17 /usr/bin/alcove"),
            None
        );
    }
}
