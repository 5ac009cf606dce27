//! `expected/routes.txt`: what each address answers to each role, thought out by people. A line is
//!
//!     METHOD PATH | a cell for each role, in the order of cast::ROLES | the form, for POST
//!
//! A cell is the answer for what is the asker's own, a slash, and the answer for what is another's; or one word for both. Words joined by `?` are alternatives, for
//! what is different on another day of the demo or after another has done it.
//! The words are those of [`class`].

use outside::Anything;
use outside::http::Answer;

use crate::cast::{ROLES, Whose};

/// What is expected of one method at one address.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// `GET` or `POST`.
    pub(crate) method: String,
    /// As the program lists it.
    pub(crate) path: String,
    cells: Vec<(String, String)>,
    /// What is sent with POST.
    pub(crate) form: String,
    /// A form that needs no token: nobody gains by forging it.
    pub(crate) is_free: bool,
}

/// Answers that show and change nothing.
const REFUSALS: [&str; 3] = ["none", "sign-in", "stale"];

impl Line {
    /// The answer to somebody of this role, at `column` of the roles, for these things.
    pub(crate) fn cell(&self, column: usize, whose: Whose) -> Result<&str, Anything> {
        let (role, _) = ROLES.get(column).ok_or("no such role")?;
        let (own, another) = self.cells.get(column).ok_or("no such cell")?;
        Ok(if whose.is_own_of(role) { own } else { another })
    }

    /// For an address that has no line: everything is refused as far as anybody knows.
    pub(crate) fn unknown(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            cells: vec![("?".to_owned(), "?".to_owned()); ROLES.len()],
            form: String::new(),
            is_free: false,
        }
    }

    /// Whether there is no line for it.
    pub(crate) fn is_unknown(&self) -> bool {
        self.cells.iter().all(|(own, _)| own == "?")
    }

    /// Whether an answer of this class is a refusal.
    pub(crate) fn is_refusal(class: &str) -> bool {
        REFUSALS.contains(&class)
    }
}

/// The class of an answer: `page` (200, or done without a page), `go` (sent on), `out` (signed out), `form` (read, and not taken: the form again
/// or a conflict), `none` (there is nothing here), `sign-in`, `stale` (the form's token is not theirs), `no-act` (not by
/// this method), or the number of anything else.
pub(crate) fn class(answer: &Answer) -> String {
    let ends = |cookie: &str| cookie.starts_with("alcove=;");
    if answer.header("set-cookie").any(ends) {
        return "out".to_owned();
    }
    let word = match answer.status {
        200 | 204 => "page",
        303 | 307 | 308 if answer.to().starts_with("/sign-in?next=") => "sign-in",
        303 | 307 | 308 => "go",
        401 => "sign-in",
        403 => "stale",
        404 => "none",
        405 => "no-act",
        409 | 422 => "form",
        other => return other.to_string(),
    };
    word.to_owned()
}

/// Reads the file.
pub(crate) fn read(text: &str) -> Result<Vec<Line>, Anything> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|text| line(text).ok_or_else(|| format!("cannot read {text:?}").into()))
        .collect()
}

fn line(text: &str) -> Option<Line> {
    let mut parts = text.splitn(3, '|').map(str::trim);
    let (method, path) = parts.next()?.split_once(' ')?;
    let cell = |word: &str| {
        let (own, another) = word.split_once('/').unwrap_or((word, word));
        (own.to_owned(), another.to_owned())
    };
    let cells: Vec<_> = parts.next()?.split_whitespace().map(cell).collect();
    let form = parts.next().unwrap_or("");
    let free = form.strip_prefix("free");
    Some(Line {
        method: method.to_owned(),
        path: path.trim().to_owned(),
        form: free.unwrap_or(form).trim().to_owned(),
        is_free: free.is_some(),
        cells,
    })
    .filter(|line| line.cells.len() == ROLES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_each_role_is_answered() {
        let text = "# a remark\nPOST /my/goals/{id} | sign-in form/none form/none form/none form/none form/none form/none none none none none none none none | state=open\n";
        let lines = read(text).unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(
            (lines[0].form.as_str(), lines[0].is_free),
            ("state=open", false)
        );
        assert_eq!(lines[0].cell(1, Whose::Noor).unwrap(), "form");
        assert_eq!(lines[0].cell(1, Whose::Sam).unwrap(), "none");
        assert_eq!(lines[0].cell(0, Whose::Nobody).unwrap(), "sign-in");
        assert!(read("GET / | page").is_err());
    }
}
