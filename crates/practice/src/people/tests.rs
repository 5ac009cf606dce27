//! R12's first half: only what a person called safe is used.

use super::{Channel, Identity, Way};
use crate::private::Private;

fn way(channel: Channel, address: &str, safe: bool) -> Way {
    Way {
        channel,
        address: Private::from(address),
        safe,
        mind: Private::default(),
    }
}

#[test]
fn r12_only_a_safe_way_is_used() {
    let identity = Identity {
        ways: vec![
            way(Channel::Mail, "shared@example.org", false),
            way(Channel::Phone, "555 0100", true),
        ],
        ..Identity::default()
    };
    assert!(identity.safe(Channel::Mail).is_none());
    assert_eq!(
        identity.safe(Channel::Phone).map(|a| a.reveal().as_str()),
        Some("555 0100")
    );
}
