//! What a person typed, so that nothing of it is lost: unknown, missing and malformed fields are no error,
//! and the same value fills the form again beside the messages.
//!
//! Not here: what the fields mean. A handler reads them, refuses with a message per field, or goes on.

use std::fmt;
use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{StatusCode, request::Parts};
use zeroize::Zeroize;

use crate::errors::PageError;
use crate::show::local;
use crate::visit::Visit;

/// The most fields that one form may have; the rest is dropped.
const MOST_FIELDS: usize = 1_000;

/// The name of the field that carries the token.
pub const TOKEN: &str = "csrf";

/// The name of the field that tells on which page the form was.
pub const BACK: &str = "back";

/// The name of the hidden fields that tell which others hold what a person types. The macros of text fields write them;
/// those of passwords, codes and choices do not.
pub const TYPED: &str = "typed";

/// Words to give back to the one who typed them, and the page where that was.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    /// What was typed.
    pub(crate) words: Vec<String>,
    /// The path of the page with the form.
    pub(crate) page: Option<String>,
}

/// A form as it was typed, with the message of each field that was refused. `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(String, String)>,
    refused: Vec<(String, String)>,
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Form[sealed]")
    }
}

/// What was typed is overwritten when the form ends: passwords, passphrases and codes, and everything beside them.
impl Drop for Form {
    fn drop(&mut self) {
        self.fields
            .iter_mut()
            .for_each(|(_, value)| value.zeroize());
    }
}

impl Form {
    /// An empty form, for the page that shows it first.
    #[must_use]
    pub fn blank() -> Self {
        Self::default()
    }

    /// A form filled with what is stored.
    #[must_use]
    pub fn filled<N: Into<String>, V: Into<String>>(
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        Self {
            fields,
            refused: Vec::new(),
        }
    }

    /// Reads `name=value&…`. Bad encoding becomes a replacement character, a zero byte too, line ends
    /// become one newline; nothing is refused here.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let pairs = body
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty());
        let fields = pairs.take(MOST_FIELDS).map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let mut half = || decode(halves.next().unwrap_or_default());
            (half(), half())
        });
        Self {
            fields: fields.collect(),
            refused: Vec::new(),
        }
    }

    /// The value as typed, or nothing typed.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.fields
            .iter()
            .find(|(at, _)| at == name)
            .map_or("", |(_, value)| value)
    }

    /// The value without the space around it.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Every value of a field that may be chosen several times.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields
            .iter()
            .filter(|(at, _)| at == name)
            .map(|(_, value)| value.trim())
            .collect()
    }

    /// Whether the field was sent at all: a ticked box.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        self.fields.iter().any(|(at, _)| at == name)
    }

    /// Whether this choice was made, of one or several.
    #[must_use]
    pub fn chose(&self, name: &str, value: &str) -> bool {
        self.fields
            .iter()
            .any(|(at, typed)| at == name && typed == value)
    }

    /// The value as a number, an id, a civil date; `None` for anything else.
    #[must_use]
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).parse().ok()
    }

    /// Writes a field, over what was there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let old = self.fields.iter_mut().filter(|(at, _)| at == name);
        old.for_each(|(_, value)| value.zeroize());
        self.fields.retain(|(at, _)| at != name);
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Writes one more value of a field that may be chosen several times.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// Refuses a field with a message for the person.
    pub fn refuse(&mut self, name: &str, message: impl Into<String>) {
        self.refused.push((name.to_owned(), message.into()));
    }

    /// Refuses an empty field, or one of more than `most` characters; gives back what is good.
    pub fn need(&mut self, name: &str, most: usize, message: &str) -> Option<String> {
        let value = self.text(name).to_owned();
        if value.is_empty() {
            self.refuse(name, message);
            return None;
        }
        self.within(name, most).then_some(value)
    }

    /// Refuses a field of more than `most` characters.
    pub fn within(&mut self, name: &str, most: usize) -> bool {
        let length = self.raw(name).chars().count();
        if length > most {
            self.refuse(
                name,
                format!("This is {} characters too long.", length - most),
            );
        }
        length <= most
    }

    /// Every field, in the order in which it was sent.
    /// Whether a field carries what a passkey derived (PRF), which is never to come here.
    #[must_use]
    pub fn tells_secret(&self) -> bool {
        let told = |(_, value): &(String, String)| crate::passkeys::tells_secret(value);
        self.fields.iter().any(told)
    }

    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Whether nothing was refused.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.refused.is_empty()
    }

    /// The message of a field.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.refused
            .iter()
            .find(|(at, _)| at == name)
            .map(|(_, message)| message.as_str())
    }

    /// Every field with its message, for the summary at the top.
    #[must_use]
    pub fn refused(&self) -> &[(String, String)] {
        &self.refused
    }

    /// 422 when something was refused, else 200: the status of the page that shows the form again.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        if self.is_good() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }

    /// The words to give back on a page that is not the form: of its text fields, and of nothing else.
    pub(crate) fn typed(&self) -> Typed {
        let texts = self.all(TYPED);
        let words = self
            .fields
            .iter()
            .filter(|(name, value)| texts.contains(&name.as_str()) && !value.trim().is_empty());
        Typed {
            words: words.map(|(_, value)| value.clone()).collect(),
            page: local(self.raw(BACK)).map(str::to_owned),
        }
    }
}

fn decode(half: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(half.len());
    let mut rest = half;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, beyond @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = beyond;
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    let text = String::from_utf8_lossy(&bytes).replace('\0', "\u{fffd}");
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        b'a'..=b'f' => hex - b'a' + 10,
        _ => hex.wrapping_sub(b'A').wrapping_add(10),
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    /// Reads the body and checks the token.
    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let visit = request.extensions().get::<Visit>().cloned();
        let visit = visit.ok_or_else(|| PageError::broken("no doorway"))?;
        let FreeForm(form) = FreeForm::from_request(request, state).await?;
        if visit.csrf_fits(form.raw(TOKEN)) {
            Ok(form)
        } else {
            Err(PageError::StaleForm)
        }
    }
}

/// A form whose token is not asked for: leaving, and what nobody gains by forging. The check of where
/// it came from stands all the same.
#[derive(Debug, Clone)]
pub struct FreeForm(pub Form);

impl<S: Send + Sync> FromRequest<S> for FreeForm {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let body = body(request, state).await?;
        Ok(Self(Form::parse(&body)))
    }
}

/// The whole body of a request.
pub(crate) async fn body<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, PageError> {
    Bytes::from_request(request, state)
        .await
        .map_err(|refusal| {
            if refusal.status() == StatusCode::PAYLOAD_TOO_LARGE {
                PageError::TooLarge
            } else {
                PageError::Unreadable
            }
        })
}

/// The query of an address, read as leniently as a form.
#[derive(Debug, Clone)]
pub struct Asked(pub Form);

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Form::parse(
            parts.uri.query().unwrap_or("").as_bytes(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_in_becomes_text() {
        let form =
            Form::parse(b"name=No%C3%B6r+A&bad=%FF%zz%&nul=a%00b&lines=a%0D%0Ab&x&=y&name=second");
        assert_eq!(form.text("name"), "Noör A");
        assert_eq!(form.all("name"), ["Noör A", "second"]);
        assert_eq!(form.raw("bad"), "\u{fffd}%zz%");
        assert_eq!(form.raw("nul"), "a\u{fffd}b");
        assert_eq!(form.raw("lines"), "a\nb");
        assert_eq!(form.raw("missing"), "");
        assert!(form.ticked("x"));
        assert_eq!(
            Form::parse(&b"a=1&".repeat(5_000)).all("a").len(),
            MOST_FIELDS
        );
        assert_eq!(format!("{form:?}"), "Form[sealed]");
    }

    #[test]
    fn refusals_keep_what_was_typed() {
        let mut form = Form::filled([("phone", " 503-555 "), ("note", "four")]);
        assert_eq!(form.status(), StatusCode::OK);
        assert_eq!(
            form.need("phone", 20, "Write a number."),
            Some("503-555".to_owned())
        );
        assert_eq!(form.need("name", 20, "Write a name to use."), None);
        assert!(!form.within("note", 3));
        assert_eq!(form.error("name"), Some("Write a name to use."));
        assert_eq!(form.error("note"), Some("This is 1 characters too long."));
        assert_eq!(form.raw("phone"), " 503-555 ");
        assert_eq!(form.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }

    #[test]
    fn what_was_typed_comes_back_and_nothing_else() {
        let form = Form::parse(
            b"csrf=a+b&back=/my/plan&revision=3&kind=a+choice&story=it+was+so&typed=story&name=Noor&typed=name\
              &empty=+&typed=empty&password=my+own+words&code=123456",
        );
        assert_eq!(form.typed().words, ["it was so", "Noor"]);
        assert_eq!(form.typed().page.as_deref(), Some("/my/plan"));
    }
}
