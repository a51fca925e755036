//! Files of claims.

use contract::{Claim, Lack, Party, Standing};

use crate::fixtures::{CARE, at, read};

const CLAIMS: &str = "apiVersion: vigie/v1
kind: SlaClaims
metadata: { contract: north-atlas-care }
claims:
  - id: outage-1
    exclusion: carrier-outage
    from: 2026-03-10T09:00:00+01:00
    to: 2026-03-10T13:00:00+01:00
    lines: [ voice-fr ]
    evidence: carrier's report 4711
    accepted: [ { party: provider, at: 2026-03-11T08:00:00Z } ]
";

#[test]
fn claims_are_read_and_stand_as_written() {
    let contract = read(CARE);
    let claims = Claim::parse_all(CLAIMS, &contract).unwrap_or_else(|mistakes| panic!("{mistakes:#?}"));
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].span.from, claims[0].accepted[0].0), (at("2026-03-10T08:00:00Z"), Party::Provider));
    let standing = claims[0].standing(&contract, at("2026-04-01T00:00:00Z"));
    assert_eq!(standing, Standing::Pending(vec![Lack::Client]));
}

/// A claim that names the wrong thing would relieve nobody, in silence.
#[test]
fn claims_that_do_not_fit_the_contract_are_told() {
    let text = CLAIMS
        .replace("contract: north-atlas-care", "contract: north")
        .replace("exclusion: carrier-outage", "exclusion: strike")
        .replace("to: 2026-03-10T13:00:00+01:00", "to: 2026-03-10T07:00:00Z")
        .replace("[ voice-fr ]", "[ mail-fr ]")
        .replace("at: 2026-03-11T08:00:00Z", "at: yesterday");
    let mistakes = Claim::parse_all(&text, &read(CARE)).expect_err("mistakes");
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "line 3, column 23: the claims are made under \"north\"; give claims under north-atlas-care",
            "line 6, column 16: the contract has no exclusion \"strike\"; use one of: carrier-outage, force-majeure, \
             ramp-up",
            "line 8, column 9: the claim ends at 2026-03-10T07:00:00Z and begins at 2026-03-10T08:00:00Z; give an end \
             after its begin",
            "line 9, column 14: the queue \"mail-fr\" is not in the scope of the contract; use one of: voice-fr, \
             moderation",
            "line 11, column 40: \"yesterday\" is not a time; give RFC 3339 with an offset, such as \
             2026-03-29T08:00:17.25+02:00",
        ]
    );
}
