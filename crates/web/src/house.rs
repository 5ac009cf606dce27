//! What every page knows of the practice, and what the doors are wired with when the program starts.
//!
//! Not here: settings files. The binary reads them and fills these values in.

use std::sync::Arc;

use jiff::Timestamp;

use crate::local::Locale;
use crate::peer::TrustedProxies;

/// A way to get help at once, from the practice's locale data: "Call or text **988** for crisis support".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    /// What it is for, before the number.
    pub what: String,
    /// The number or address.
    pub reach: String,
}

/// The practice as it shows itself on every page.
#[derive(Debug, Clone)]
pub struct House {
    /// The practice's own name, at the top and the foot of public pages; never in a title.
    pub name: String,
    /// What it says it is, one line; empty for nothing.
    pub line: String,
    /// Its address in one line; empty for nothing.
    pub address: String,
    /// Where to turn in an emergency.
    pub help: Vec<HelpLine>,
    /// Where "Leave this page" goes: something dull that loads fast.
    pub leave_to: String,
    /// The title that the page takes while it leaves.
    pub leave_title: String,
    /// Language, zone and hours.
    pub locale: Locale,
    /// Whether these are invented people of a demonstration.
    pub demo: bool,
}

/// Fills a buffer with randomness; the binary passes the system's, tests a seeded one.
pub type Randomness = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
/// Tells the instant; the binary passes the system's clock, tests a fixed one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the doors are wired with.
#[derive(Clone)]
pub struct Settings {
    /// The practice as it shows itself.
    pub house: House,
    /// Whether browsers reach the doors by https: cookies are then `Secure` with a `__Host-` name.
    pub https: bool,
    /// The address in the browser's bar (`https://alcove.example.org`) when a proxy changes `Host`.
    pub origin: Option<String>,
    /// Whether passkeys can be used: browsers reach the doors by a name, and safely.
    pub passkeys: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted: TrustedProxies,
    /// Signs the tokens of forms; from the vault, so that a restart keeps open forms valid.
    pub csrf_key: [u8; 32],
    /// The clock.
    pub clock: Clock,
    /// The randomness.
    pub randomness: Randomness,
}

/// The settings as every request shares them; cheap to clone.
#[derive(Clone)]
pub struct Web(Arc<Settings>);

impl Web {
    /// Wires the doors.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    /// The practice as it shows itself.
    #[must_use]
    pub fn house(&self) -> &House {
        &self.0.house
    }

    /// Whether browsers come by https.
    #[must_use]
    pub fn https(&self) -> bool {
        self.0.https
    }

    /// The instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0.clock)()
    }

    /// Fresh random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.0.randomness)(&mut bytes);
        bytes
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }
}
