//! Locking a server that runs: who comes meanwhile waits, the new process holds nothing of the old one's memory, and it stays
//! locked although its key file lies there. And what protects the memory of a process before that.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod ground;

use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use ground::{Ground, Server};

/// Words of a client, as far as a server could know: typed into a form that it reads.
const MARKER: &str = "heron-lantern-quartz-meadow";

/// Whether the memory of a process holds some bytes; as the system allows.
fn memory_holds(process: u32, bytes: &[u8]) -> io::Result<bool> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let mut memory = fs::File::open(format!("/proc/{process}/mem"))?;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, until) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let number = |text| u64::from_str_radix(text, 16).unwrap();
        let length = usize::try_from(number(until) - number(from)).unwrap();
        memory.seek(SeekFrom::Start(number(from)))?;
        let mut piece = Vec::new();
        // What the system does not give out, such as a guard, ends the stretch; what came before it is looked at.
        drop(
            io::Read::by_ref(&mut memory)
                .take(length as u64)
                .read_to_end(&mut piece),
        );
        if piece.windows(bytes.len()).any(|window| window == bytes) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The secret of the key file, as it lay in memory when it was read.
fn secret(ground: &Ground) -> Vec<u8> {
    let text = fs::read_to_string(ground.key_file()).unwrap();
    let encoded = text.split_whitespace().next_back().unwrap();
    encoded.as_bytes()[..24].to_vec()
}

/// Types words into the server, which it keeps nowhere but in memory.
fn type_words(server: &Server) {
    let page = server.get("/sign-in");
    let form = format!(
        "csrf={}&name={MARKER}&password=wrong+as+it+is",
        page.field("csrf")
    );
    let answer = server.post("/sign-in", &[&page.cookie()], &form);
    assert!(
        answer.body.contains(MARKER),
        "the form comes back with the name in it"
    );
}

fn with_passphrase() -> Ground {
    let ground = Ground::made();
    let words = ground.beside("words", "five words beside the lamp\n");
    let added = ground.run(&["keys", "add", "passphrase", "--new-passphrase-file", &words]);
    assert_eq!(added.code, 0, "{added:?}");
    ground
}

#[test]
fn after_a_lock_the_memory_is_new_and_no_key_file_unlocks_it() {
    let ground = with_passphrase();
    let mut server = ground.serve();
    let (process, before) = (server.process(), server.get("/health").body);
    assert!(before.contains("\"ready\""), "{before}");
    for line in ["unlocks the records by itself", "does not protect"] {
        assert!(server.line().contains(line));
    }
    type_words(&server);
    let held = memory_holds(process, MARKER.as_bytes());
    let overwritten = memory_holds(process, &secret(&ground));
    let said = ground.run(&["lock"]);
    assert_eq!(said.code, 0, "{said:?}");

    assert_eq!(
        server.process(),
        process,
        "the same process, as its service manager sees it"
    );
    assert!(server.line().contains("Alcove listens on"));
    assert!(server.line().contains("The records are locked."));
    match held {
        // Only root may look, and then it has to have been there before, or its absence would say nothing.
        Ok(held) => {
            assert!(held, "the words were in memory before");
            assert!(
                !overwritten.unwrap(),
                "the key file's secret was overwritten after its use"
            );
            assert!(
                !memory_holds(process, MARKER.as_bytes()).unwrap(),
                "something of before is left"
            );
        }
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::PermissionDenied),
    }
    assert!(server.get("/health").body.contains("\"locked\""));
    for (path, status) in [
        ("/", 200),
        ("/unlock", 200),
        ("/sign-in", 503),
        ("/desk", 303),
    ] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    let page = server.get("/unlock");
    let form = format!(
        "csrf={}&passphrase=five+words+beside+the+lamp",
        page.field("csrf")
    );
    assert_eq!(server.post("/unlock", &[&page.cookie()], &form).status, 303);
    assert!(server.get("/health").body.contains("\"ready\""));
    assert_eq!(server.stop(), 0);
    assert_eq!(ground.run(&["audit", "verify"]).code, 0);
    let again = ground.serve();
    assert!(
        again.get("/health").body.contains("\"ready\""),
        "started anew, by its key file"
    );
}

#[test]
fn nobody_who_comes_while_it_locks_is_refused() {
    let ground = with_passphrase();
    let server = ground.serve();
    let done = AtomicBool::new(false);
    let asked = std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let mut states = Vec::new();
            while !done.load(Ordering::SeqCst) {
                let answer = server.get("/health");
                assert_eq!(answer.status, 200);
                states.push(answer.body.contains("\"ready\""));
            }
            states
        });
        for _ in 0..3 {
            assert_eq!(ground.run(&["lock"]).code, 0);
        }
        done.store(true, Ordering::SeqCst);
        asking.join().unwrap()
    });
    assert!(!asked.is_empty());
    // From ready to locked, and never back.
    assert!(asked.is_sorted_by(|one, other| one >= other), "{asked:?}");
}

#[test]
fn what_is_at_work_when_the_lock_comes_is_answered_first() {
    let ground = with_passphrase();
    let server = ground.serve();
    let page = server.get("/sign-in");
    let form = format!(
        "csrf={}&name=owner&password=wrong+as+it+is",
        page.field("csrf")
    );
    let mut slow = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nHost: {}\r\n{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        server.address,
        page.cookie(),
        form.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    // One that waits for its next request is let go when the lock comes, which is how it is seen here.
    let mut idle = TcpStream::connect(&server.address).unwrap();
    idle.write_all(b"GET /health HTTP/1.1\r\nHost: any\r\n\r\n")
        .unwrap();
    let said = std::thread::scope(|scope| {
        let locking = scope.spawn(|| ground.run(&["lock"]));
        let mut health = String::new();
        idle.read_to_string(&mut health).unwrap();
        assert!(health.contains("\"ready\""), "{health}");
        slow.write_all(form.as_bytes()).unwrap();
        let mut answer = String::new();
        slow.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
        locking.join().unwrap()
    });
    assert_eq!(said.code, 0, "{said:?}");
    assert!(server.get("/health").body.contains("\"locked\""));
}

#[test]
fn there_is_nothing_to_lock_where_nobody_serves() {
    let ground = Ground::made();
    let said = ground.run(&["lock"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("nobody serves"), "{said:?}");
    let server = ground.serve();
    assert_eq!(server.stop(), 0);
    let said = ground.run(&["lock"]);
    assert!(
        said.err.contains("nobody serves"),
        "what ended holds nothing: {said:?}"
    );
}

#[test]
fn a_process_writes_no_core_and_is_not_looked_into_and_doctor_says_so() {
    let ground = Ground::made();
    let server = ground.serve();
    let told =
        |name: &str| fs::read_to_string(format!("/proc/{}/{name}", server.process())).unwrap();
    let limits = told("limits");
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let limits: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(&limits[4..6], ["0", "0"], "{core}");
    // What is not to be dumped belongs to root below /proc, whoever runs it.
    let memory = format!("/proc/{}/mem", server.process());
    assert_eq!(
        std::os::unix::fs::MetadataExt::uid(&fs::metadata(memory).unwrap()),
        0
    );
    let locked = told("status").lines().any(|line| {
        line.strip_prefix("VmLck:")
            .is_some_and(|size| !size.trim().starts_with("0 "))
    });
    let said = ground.run(&["doctor"]);
    let line = said
        .out
        .lines()
        .find(|line| line.contains("memory"))
        .unwrap();
    assert!(line.contains("of the server: no core dumps"), "{line}");
    assert_eq!(line.contains("never swapped"), locked, "{line}");
}

#[test]
fn what_others_would_reach_without_https_is_not_served() {
    let ground = Ground::made();
    let said = ground.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("nothing protects the way"), "{said:?}");
    let toml = ground.data.join("alcove.toml");
    let settings = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, format!("{settings}\nlisten = \"0.0.0.0:8420\"\n")).unwrap();
    let said = ground.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("so it is not served"), "{}", said.out);
}
