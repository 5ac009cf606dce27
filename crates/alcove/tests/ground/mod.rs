//! Where command line tests stand: the built program, folders of their own, a server that ends with its test.
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, and each of their files uses a part of it"
)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

/// The program, with nothing of this machine's settings.
pub(crate) fn alcove() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alcove"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ALCOVE_") {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// What it said and how it ended.
pub(crate) fn run(words: &[&str]) -> Said {
    Said::of(alcove().args(words).output().unwrap())
}

/// A command's end.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A folder for a practice and its key file.
pub(crate) struct Ground {
    _folder: tempfile::TempDir,
    pub(crate) data: PathBuf,
}

impl Ground {
    /// An empty place.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("practice");
        Self {
            _folder: folder,
            data,
        }
    }

    /// A practice as `init` makes it.
    pub(crate) fn made() -> Self {
        let ground = Self::empty();
        let said = ground.run(&["init"]);
        assert_eq!(said.code, 0, "{said:?}");
        ground
    }

    /// The data folder as a word of the command line.
    pub(crate) fn data(&self) -> &str {
        self.data.to_str().unwrap()
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.data.with_extension("key")
    }

    /// A file beside the data folder.
    pub(crate) fn beside(&self, name: &str, text: &str) -> String {
        let path = self.data.with_file_name(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A command on this folder.
    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let mut words = words.to_vec();
        words.extend(["--data", self.data()]);
        run(&words)
    }

    /// A command on this folder, with somebody's answers.
    pub(crate) fn typed(&self, words: &[&str], answers: &str) -> Said {
        let mut child = alcove()
            .args(words)
            .args(["--data", self.data()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(answers.as_bytes()).unwrap();
        drop(input);
        Said::of(child.wait_with_output().unwrap())
    }

    /// Serves it on a free port.
    pub(crate) fn serve(&self) -> Server {
        let words = ["serve", "--data", self.data(), "--listen", "127.0.0.1:0"];
        Server::start(alcove().args(words))
    }

    /// Somebody tries to sign in at the served practice, so that the log grows.
    pub(crate) fn grow(&self) {
        let server = self.serve();
        let page = server.get("/sign-in");
        let form = format!(
            "csrf={}&name=owner&password=wrong+as+it+is",
            page.field("csrf")
        );
        server.post("/sign-in", &[&page.cookie()], &form);
        assert_eq!(server.stop(), 0);
    }

    /// Changes the data by hand, as somebody with the file could.
    pub(crate) fn by_hand(&self, sql: &str) -> usize {
        let database = rusqlite::Connection::open(self.data.join("alcove.db")).unwrap();
        database.execute(sql, []).unwrap()
    }
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    out: BufReader<ChildStdout>,
    pub(crate) address: String,
}

impl Server {
    /// Starts it and waits for the line with its address.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Alcove listens on ");
        let address = address.and_then(|url| Some(url.split_once("://")?.1));
        let address = address.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self {
            child,
            out,
            address,
        }
    }

    /// The next line that it says.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    pub(crate) fn post(&self, path: &str, headers: &[&str], body: &str) -> Answer {
        self.ask("POST", path, headers, body)
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        ask(&self.address, (method, path), headers, body)
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop, as a service manager does; returns its exit code.
    pub(crate) fn stop(mut self) -> i32 {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(told.unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

/// One request to an address, in the clear.
pub(crate) fn ask(
    address: &str,
    (method, path): (&str, &str),
    headers: &[&str],
    body: &str,
) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let (first, host) = (
        format!("{method} {path} HTTP/1.1"),
        format!("Host: {address}"),
    );
    let length = format!("Content-Length: {}", body.len());
    let mut head = vec![first.as_str(), "Connection: close", &length];
    if !headers.iter().any(|line| line.starts_with("Host:")) {
        head.push(&host);
    }
    head.extend(headers);
    let request = format!("{}\r\n\r\n{body}", head.join("\r\n"));
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    Answer::read(&text)
}

impl Drop for Server {
    fn drop(&mut self) {
        // Either it runs and is ended here, or it ended before.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// What a server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The value of a header; empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(at, _)| at.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// The value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = self.body.split_once(&mark).unwrap().1;
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// The first cookie that was set, as a request sends it back.
    pub(crate) fn cookie(&self) -> String {
        let rest = self.head.split_once("set-cookie: ").unwrap().1;
        format!("Cookie: {}", rest.split(';').next().unwrap())
    }
}

/// The mode of a file.
pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
