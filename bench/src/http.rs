//! As much of HTTP as looking at one's own server takes: one request, one answer, one connection.

use crate::Anything;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What came back.
pub(crate) struct Answer {
    /// For example 200.
    pub(crate) status: u16,
    head: String,
    /// The body, as text.
    pub(crate) body: String,
}

impl Answer {
    /// Every value of a header.
    pub(crate) fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.head.lines().filter_map(move |line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The cookies that were set, as a `Cookie` header sends them back.
    pub(crate) fn cookies(&self) -> String {
        let set = self
            .header("set-cookie")
            .filter_map(|value| value.split(';').next());
        set.collect::<Vec<_>>().join("; ")
    }
}

/// Asks for a page.
///
/// # Errors
/// When the server does not answer, or not in HTTP.
pub(crate) fn get(at: SocketAddr, path: &str, cookie: &str) -> Result<Answer, Anything> {
    ask(at, "GET", path, cookie, "")
}

/// Sends a form.
///
/// # Errors
/// As [`get`].
pub(crate) fn post(
    at: SocketAddr,
    path: &str,
    cookie: &str,
    form: &str,
) -> Result<Answer, Anything> {
    ask(at, "POST", path, cookie, form)
}

fn ask(
    at: SocketAddr,
    method: &str,
    path: &str,
    cookie: &str,
    form: &str,
) -> Result<Answer, Anything> {
    let mut stream = TcpStream::connect_timeout(&at, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\nAccept: */*\r\n");
    if !cookie.is_empty() {
        text.push_str("Cookie: ");
        text.push_str(cookie);
        text.push_str("\r\n");
    }
    if method == "POST" {
        let length = form.len();
        let head = format!(
            "Origin: http://{at}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n"
        );
        text.push_str(&head);
    }
    text.push_str("\r\n");
    text.push_str(form);
    stream.write_all(text.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    read(&bytes).ok_or_else(|| format!("{method} {path}: no answer in HTTP").into())
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let rest = bytes.get(end + 4..)?;
    let mut answer = Answer {
        status,
        head,
        body: String::new(),
    };
    let in_chunks = answer
        .header("transfer-encoding")
        .any(|value| value == "chunked");
    let body = if in_chunks {
        join(rest)?
    } else {
        rest.to_vec()
    };
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Some(answer)
}

/// Joins the pieces of a chunked body.
fn join(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let line = String::from_utf8_lossy(rest.get(..end)?);
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_and_in_chunks() {
        let answer =
            read(b"HTTP/1.1 303 See Other\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n\r\n")
                .unwrap();
        assert_eq!(
            (answer.status, answer.cookies().as_str()),
            (303, "a=1; b=2")
        );
        let answer = read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        assert_eq!(answer.unwrap().body, "abcde");
        assert!(read(b"nonsense").is_none());
    }
}
