//! x
use crate::{ExchangeError, Options};
use practice::imports::{Offer, SourceKind};
use practice::private::Private;
pub(crate) fn read(
    _bytes: &[u8],
    name: Private<String>,
    _options: &Options,
) -> Result<Offer, ExchangeError> {
    Ok(Offer::empty(SourceKind::Calendar, name))
}
