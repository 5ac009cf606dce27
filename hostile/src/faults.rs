//! A full disk, a disk that does not flush, a clock that jumps: nothing is acknowledged that is not durable, nothing is shown
//! without its receipt, what is said is plain, and the program goes on when the machine is well again.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use outside::Anything;
use outside::http::{Ask, Caller};
use outside::server::Server;

use crate::cast;
use crate::ground::{self, Ground};
use crate::records;

/// A program on a machine that fails when it is told to.
struct Faulty {
    ground: Ground,
    library: PathBuf,
    told: PathBuf,
    server: Server,
    caller: Caller,
}

impl Faulty {
    fn of(name: &str) -> Result<Self, Anything> {
        let ground = Ground::of(name)?;
        let library = library(&ground)?;
        let told = ground.data.with_file_name("told");
        let server = serve(&ground, &library, &told)?;
        let caller = Caller::new(server.at);
        Ok(Self {
            ground,
            library,
            told,
            server,
            caller,
        })
    }

    /// Tells the machine what fails from now on; nothing, when empty.
    fn tell(&self, word: &str) -> Result<(), Anything> {
        // In one step, so that nobody reads half a word.
        let new = self.told.with_extension("new");
        fs::write(&new, word)?;
        Ok(fs::rename(new, &self.told)?)
    }

    /// Ends it as a power failure does, and starts it again.
    fn again(self) -> Result<Self, Anything> {
        let Self {
            ground,
            library,
            told,
            server,
            ..
        } = self;
        server.kill()?;
        let server = serve(&ground, &library, &told)?;
        let caller = Caller::new(server.at);
        Ok(Self {
            ground,
            library,
            told,
            server,
            caller,
        })
    }

    fn end(self) -> Result<(), Anything> {
        self.tell("")?;
        self.server.stop()?;
        self.ground.must_hold()
    }
}

fn serve(ground: &Ground, library: &Path, told: &Path) -> Result<Server, Anything> {
    let with: [(&str, &OsStr); 2] = [
        ("LD_PRELOAD", library.as_os_str()),
        ("FAULTY_MACHINE", told.as_os_str()),
    ];
    ground.serve(&with)
}

/// Compiles what makes the machine fail.
fn library(ground: &Ground) -> Result<PathBuf, Anything> {
    let library = ground.data.with_file_name("faulty_machine.so");
    let mut command = Command::new("gcc");
    command
        .args(["-O2", "-shared", "-fPIC", "-o"])
        .arg(&library);
    command
        .arg(outside::root().join("hostile/faulty_machine.c"))
        .arg("-ldl");
    let status = command.status().map_err(|error| format!("gcc: {error}"))?;
    if status.success() {
        Ok(library)
    } else {
        Err(format!("gcc: {status}").into())
    }
}

/// A client who writes a draft, over and over.
struct Writer {
    cookie: String,
    path: String,
    number: u64,
}

const WORD: &str = "gritlapwing";

impl Writer {
    fn of(faulty: &mut Faulty) -> Result<Self, Anything> {
        ground::plant(&[WORD])?;
        let noor = records::ids(&faulty.ground, records::person(&faulty.ground, "noor")?)?;
        let cookie = cast::enter(&mut faulty.caller, "noor")?;
        Ok(Self {
            cookie,
            path: format!("/my/homework/{}", noor.assignment),
            number: 0,
        })
    }

    /// What is stored: the number after the word; nothing when the page cannot be shown, with its status.
    fn stored(&self, caller: &mut Caller) -> Result<(u16, Option<u64>), Anything> {
        let page = caller.get(&self.path, &self.cookie)?;
        let number = page.body.split(WORD).nth(1).and_then(|rest| {
            let digits: String = rest
                .trim_start()
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        });
        Ok((page.status, number))
    }

    /// Saves the next number with the form of the page as it stood before; the status of the answer.
    fn write(
        &mut self,
        caller: &mut Caller,
        page: &outside::http::Answer,
    ) -> Result<u16, Anything> {
        self.number += 1;
        let (token, revision, number) = (page.token(), page.field("revision"), self.number);
        let form = format!("csrf={token}&revision={revision}&told={WORD}+{number}");
        let path = format!("{}/own/draft", self.path);
        let more = [("Accept", "text/html")];
        let answer = caller.ask(&Ask {
            method: "POST",
            path: &path,
            cookie: &self.cookie,
            form: &form,
            more: &more,
        })?;
        if answer.status >= 500 && !answer.body.contains("<h1") {
            return Err(format!(
                "an answer without a page: {} {}",
                answer.status, answer.body
            )
            .into());
        }
        Ok(answer.status)
    }

    /// Opens the page and saves the next number, which must be taken.
    fn must_write(&mut self, faulty: &mut Faulty, what: &str) -> Result<(), Anything> {
        let page = self.page(&mut faulty.caller)?;
        let status = self.write(&mut faulty.caller, &page)?;
        expect(what, status, |status| status == 303)
    }

    fn page(&self, caller: &mut Caller) -> Result<outside::http::Answer, Anything> {
        caller.get(&self.path, &self.cookie)
    }
}

/// A disk on which nothing more has room.
pub(crate) fn full() -> Result<(), Anything> {
    fails("full", "full")
}

/// A disk that does not make anything durable.
pub(crate) fn no_flush() -> Result<(), Anything> {
    fails("flush", "flush")
}

fn fails(name: &str, word: &str) -> Result<(), Anything> {
    let mut faulty = Faulty::of(name)?;
    let mut writer = Writer::of(&mut faulty)?;
    let page = writer.page(&mut faulty.caller)?;
    expect(
        "a draft on a sound disk",
        writer.write(&mut faulty.caller, &page)?,
        |status| status == 303,
    )?;
    let before = writer.page(&mut faulty.caller)?;

    faulty.tell(word)?;
    expect(
        "a draft on a broken disk",
        writer.write(&mut faulty.caller, &before)?,
        |status| status >= 500,
    )?;
    let (status, shown) = writer.stored(&mut faulty.caller)?;
    if status == 200 || shown.is_some() {
        return Err(
            format!("a page of a record came without its receipt: {status} {shown:?}").into(),
        );
    }
    expect(
        "a public page",
        faulty.caller.get("/what-to-expect", "")?.status,
        |status| status == 200,
    )?;
    expect(
        "whether it is well",
        faulty.caller.get("/health", "")?.status,
        |status| status == 200,
    )?;

    faulty.tell("")?;
    let (status, shown) = writer.stored(&mut faulty.caller)?;
    if status != 200 || shown != Some(1) {
        return Err(format!(
            "when the disk was sound again, the page answered {status} with {shown:?}, not 1"
        )
        .into());
    }
    let page = writer.page(&mut faulty.caller)?;
    writer.number = 6;
    expect(
        "a draft on a disk that is sound again",
        writer.write(&mut faulty.caller, &page)?,
        |status| status == 303,
    )?;
    let mut faulty = faulty.again()?;
    let (status, shown) = writer.stored(&mut faulty.caller)?;
    if shown != Some(7) {
        return Err(format!(
            "after a power failure, {status} with {shown:?}, and 7 was acknowledged"
        )
        .into());
    }
    faulty.end()
}

fn expect(what: &str, status: u16, fits: impl Fn(u16) -> bool) -> Result<(), Anything> {
    if fits(status) {
        Ok(())
    } else {
        Err(format!("{what} was answered with {status}").into())
    }
}

/// A clock that jumps ahead and back.
pub(crate) fn clock() -> Result<(), Anything> {
    let mut faulty = Faulty::of("clock")?;
    let mut writer = Writer::of(&mut faulty)?;
    writer.must_write(&mut faulty, "a draft")?;
    let old = writer.cookie.clone();

    faulty.tell("clock 2592000")?;
    expect(
        "a sign-in that is a month old",
        faulty.caller.get("/my", &old)?.status,
        |status| status == 303,
    )?;
    writer.cookie = cast::enter(&mut faulty.caller, "noor")?;
    writer.must_write(&mut faulty, "a draft a month later")?;
    let ahead = writer.cookie.clone();

    faulty.tell("clock -172800")?;
    let seen = faulty.caller.get("/my", &ahead)?.status;
    expect("a sign-in from the future", seen, |status| {
        matches!(status, 200 | 303)
    })?;
    writer.cookie = cast::enter(&mut faulty.caller, "noor")?;
    writer.must_write(&mut faulty, "a draft two days earlier")?;
    let (status, shown) = writer.stored(&mut faulty.caller)?;
    if shown != Some(3) {
        return Err(
            format!("two days earlier, the page answered {status} with {shown:?}, not 3").into(),
        );
    }
    faulty.tell("")?;
    expect(
        "a sign-in that has ended",
        faulty.caller.get("/my", &old)?.status,
        |status| matches!(status, 200 | 303),
    )?;
    let faulty = faulty.again()?;
    faulty.end()
}
