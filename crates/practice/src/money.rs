//! Money: integer minor units with a currency; never a fraction.

use serde::{Deserialize, Serialize};

/// An ISO 4217 code, for example `USD`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Currency {
    /// United States dollar, two minor digits.
    #[serde(rename = "USD")]
    Usd,
    /// Euro, two minor digits.
    #[serde(rename = "EUR")]
    Eur,
    /// Pound sterling, two minor digits.
    #[serde(rename = "GBP")]
    Gbp,
    /// Canadian dollar, two minor digits.
    #[serde(rename = "CAD")]
    Cad,
}

/// An amount in minor units (cents, pence).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

impl Money {
    /// The sum, where both are of one currency and it does not overflow.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        Some(Self {
            minor: self.minor.checked_add(other.minor)?,
            currency: self.currency,
        })
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.minor < 0 { "-" } else { "" };
        let symbol = match self.currency {
            Currency::Usd => "$",
            Currency::Eur => "€",
            Currency::Gbp => "£",
            Currency::Cad => "CA$",
        };
        let minor = self.minor.unsigned_abs();
        write!(f, "{sign}{symbol}{}.{:02}", minor / 100, minor % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::{Currency, Money};
    use proptest::prelude::*;

    #[test]
    fn amounts_of_two_currencies_do_not_add() {
        let dollars = Money {
            minor: 1_500,
            currency: Currency::Usd,
        };
        let euros = Money {
            minor: 1_500,
            currency: Currency::Eur,
        };
        assert_eq!(dollars.plus(euros), None);
        assert_eq!(dollars.to_string(), "$15.00");
        assert_eq!(
            Money {
                minor: -5,
                currency: Currency::Gbp
            }
            .to_string(),
            "-£0.05"
        );
    }

    proptest! {
        #[test]
        fn adding_never_wraps(a in any::<i64>(), b in any::<i64>()) {
            let sum = Money { minor: a, currency: Currency::Usd }
                .plus(Money { minor: b, currency: Currency::Usd });
            prop_assert_eq!(sum.map(|m| m.minor), a.checked_add(b));
        }
    }
}
