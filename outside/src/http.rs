//! As much of HTTP as looking at one's own server takes: a connection that is kept, one request and one answer at a time.

use crate::Anything;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// For example 200.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// Every value of a header.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .filter(same)
            .map(|(_, value)| value.as_str())
    }

    /// Where it sends the browser; empty for nowhere.
    #[must_use]
    pub fn to(&self) -> &str {
        self.header("location").next().unwrap_or("")
    }

    /// The cookies that were set, as a `Cookie` header sends them back.
    #[must_use]
    pub fn cookies(&self) -> String {
        let set = self
            .header("set-cookie")
            .filter_map(|value| value.split(';').next());
        set.collect::<Vec<_>>().join("; ")
    }

    /// The token that a form of this page sends back; empty when it has no form.
    #[must_use]
    pub fn token(&self) -> &str {
        self.field("csrf")
    }

    /// The value of the first hidden field of this name; empty when there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let mark = format!("name=\"{name}\" value=\"");
        let after = self.body.split_once(&mark).map_or("", |(_, rest)| rest);
        after.split('"').next().unwrap_or("")
    }
}

/// One request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// In capitals.
    pub method: &'a str,
    /// From the root.
    pub path: &'a str,
    /// As a `Cookie` header; empty for none.
    pub cookie: &'a str,
    /// A form, sent with methods that send one.
    pub form: &'a str,
    /// More headers, each with its name.
    pub more: &'a [(&'a str, &'a str)],
}

/// A connection to a server, opened again when the server ended it.
pub struct Caller {
    at: SocketAddr,
    open: Option<BufReader<TcpStream>>,
}

impl Caller {
    /// Calls a server when the first thing is asked.
    #[must_use]
    pub fn new(at: SocketAddr) -> Self {
        Self { at, open: None }
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// When the server does not answer, or not in HTTP.
    pub fn ask(&mut self, ask: &Ask<'_>) -> Result<Answer, Anything> {
        let text = request(self.at, ask);
        let was_open = self.open.is_some();
        match self.once(ask.method, &text) {
            // The server may end an idle connection at any time; nothing was taken from it then.
            Err(_) if was_open && matches!(ask.method, "GET" | "HEAD" | "OPTIONS") => {
                self.open = None;
                self.once(ask.method, &text)
            }
            result => result,
        }
    }

    fn once(&mut self, method: &str, text: &str) -> Result<Answer, Anything> {
        let mut stream = match self.open.take() {
            Some(stream) => stream,
            None => BufReader::new(connect(self.at)?),
        };
        stream.get_mut().write_all(text.as_bytes())?;
        let (answer, goes_on) = read(&mut stream, method)?;
        self.open = goes_on.then_some(stream);
        Ok(answer)
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// As [`Caller::ask`].
    pub fn get(&mut self, path: &str, cookie: &str) -> Result<Answer, Anything> {
        self.ask(&Ask {
            method: "GET",
            path,
            cookie,
            ..Ask::default()
        })
    }

    /// Sends a form.
    ///
    /// # Errors
    /// As [`Caller::ask`].
    pub fn post(&mut self, path: &str, cookie: &str, form: &str) -> Result<Answer, Anything> {
        self.ask(&Ask {
            method: "POST",
            path,
            cookie,
            form,
            ..Ask::default()
        })
    }
}

/// Asks for one page, over a connection of its own.
///
/// # Errors
/// As [`Caller::ask`].
pub fn get(at: SocketAddr, path: &str, cookie: &str) -> Result<Answer, Anything> {
    Caller::new(at).get(path, cookie)
}

/// Sends one form, over a connection of its own.
///
/// # Errors
/// As [`Caller::ask`].
pub fn post(at: SocketAddr, path: &str, cookie: &str, form: &str) -> Result<Answer, Anything> {
    Caller::new(at).post(path, cookie, form)
}

/// A text as the value of a form's field.
#[must_use]
pub fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.bytes()
        .map(|byte| {
            if plain(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn connect(at: SocketAddr) -> Result<TcpStream, Anything> {
    let stream = TcpStream::connect_timeout(&at, Duration::from_secs(2))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn request(at: SocketAddr, ask: &Ask<'_>) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\nHost: {at}\r\n", ask.method, ask.path);
    let mut head = |name: &str, value: &str| {
        for part in [name, ": ", value, "\r\n"] {
            text.push_str(part);
        }
    };
    if !ask
        .more
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("accept"))
    {
        head("Accept", "*/*");
    }
    if !ask.cookie.is_empty() {
        head("Cookie", ask.cookie);
    }
    let sends = !matches!(ask.method, "GET" | "HEAD" | "OPTIONS");
    if sends {
        if !ask
            .more
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("sec-fetch-site"))
        {
            head("Origin", &format!("http://{at}"));
            head("Sec-Fetch-Site", "same-origin");
        }
        head("Content-Type", "application/x-www-form-urlencoded");
        head("Content-Length", &ask.form.len().to_string());
    }
    for (name, value) in ask.more {
        head(name, value);
    }
    text.push_str("\r\n");
    if sends {
        text.push_str(ask.form);
    }
    text
}

/// Reads one answer, and says whether the connection can be asked again.
fn read(stream: &mut impl BufRead, method: &str) -> Result<(Answer, bool), Anything> {
    let first = line(stream)?;
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut answer = Answer {
        status: status.ok_or("no answer in HTTP")?,
        ..Answer::default()
    };
    loop {
        let line = line(stream)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            answer
                .headers
                .push((name.to_owned(), value.trim().to_owned()));
        }
    }
    let value = |name| answer.header(name).next().map(str::to_ascii_lowercase);
    let ends = value("connection").is_some_and(|value| value == "close");
    let in_chunks = value("transfer-encoding").is_some_and(|value| value == "chunked");
    let length = value("content-length").and_then(|value| value.parse().ok());
    let is_empty = method == "HEAD" || matches!(answer.status, 204 | 304);
    let mut bytes = Vec::new();
    let mut goes_on = !ends;
    if in_chunks && !is_empty {
        chunks(stream, &mut bytes)?;
    } else if let Some(length) = length.filter(|_| !is_empty) {
        bytes.resize(length, 0);
        stream.read_exact(&mut bytes)?;
    } else if !is_empty {
        stream.read_to_end(&mut bytes)?;
        goes_on = false;
    }
    answer.body = String::from_utf8_lossy(&bytes).into_owned();
    Ok((answer, goes_on))
}

fn line(stream: &mut impl BufRead) -> Result<String, Anything> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err("the connection ended before the answer".into());
    }
    Ok(line.trim_end().to_owned())
}

/// Joins the pieces of a chunked body.
fn chunks(stream: &mut impl BufRead, whole: &mut Vec<u8>) -> Result<(), Anything> {
    loop {
        let head = line(stream)?;
        let size = usize::from_str_radix(head.split(';').next().unwrap_or("").trim(), 16)?;
        let begin = whole.len();
        whole.resize(begin + size, 0);
        stream.read_exact(whole.get_mut(begin..).unwrap_or_default())?;
        line(stream)?;
        if size == 0 {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_and_in_chunks() {
        let mut bytes: &[u8] = b"HTTP/1.1 303 See Other\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n\
            Content-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        let (answer, goes_on) = read(&mut bytes, "GET").unwrap();
        assert_eq!(
            (answer.status, answer.cookies().as_str(), goes_on),
            (303, "a=1; b=2", true)
        );
        assert_eq!(answer.body, "hi");
        assert_eq!(read(&mut bytes, "GET").unwrap().0.body, "abcde");
        assert!(read(&mut bytes, "GET").is_err());
    }

    #[test]
    fn hidden_fields_are_found() {
        let answer = Answer {
            body: r#"<input type="hidden" name="csrf" value="abc">"#.to_owned(),
            ..Answer::default()
        };
        assert_eq!((answer.token(), answer.field("revision")), ("abc", ""));
        assert_eq!(escaped("a b&c"), "a%20b%26c");
    }
}
