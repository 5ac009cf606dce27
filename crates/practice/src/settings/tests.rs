//! A description stays readable when fields are added.

use super::{Description, Hours};

#[test]
fn a_description_is_read_back_and_what_is_missing_has_a_default() {
    let linden = Description {
        name: "Linden Row".to_owned(),
        hours: Hours::TwentyFour,
        ..Description::default()
    };
    let text = linden.text().unwrap();
    assert_eq!(serde_json::from_str::<Description>(&text).unwrap(), linden);
    let old: Description = serde_json::from_str(r#"{"name":"Linden Row"}"#).unwrap();
    assert_eq!(old.currency, "USD");
}
