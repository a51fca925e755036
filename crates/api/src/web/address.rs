//! Addresses that ask the question of a page: the same as JSON and CSV, one site, the page otherwise.

use contact::Instant;
use scorecard::Period;
use url::{Url, form_urlencoded};

use super::lang::{LANG, Lang};

/// Parameters that a page writes itself.
const OWN: [&str; 4] = ["from", "to", LANG.name, EVERY];

/// The parameter after how many seconds a page is looked at again.
pub(super) const EVERY: &str = "every";

/// A question as addresses write it: with its period, whether that was given or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// From and to; none where the page has no period.
    pub(super) period: Option<(String, String)>,
    /// The groupings of a question that gives none.
    by: &'static str,
    /// What else was given.
    pub(super) kept: Vec<(String, String)>,
}

impl Address {
    pub(super) fn of(query: Option<&str>, by: &'static str, period: Option<&Period>) -> Self {
        let given = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned();
        Self {
            period: period.map(|period| (bound(period.from, period), bound(period.to, period))),
            by,
            kept: given.filter(|(name, _)| !OWN.contains(&name.as_str())).collect(),
        }
    }

    /// The groupings asked.
    pub(super) fn by(&self) -> String {
        let given: Vec<&str> =
            self.kept.iter().filter(|(name, _)| name == "by").map(|(_, value)| value.as_str()).collect();
        if given.is_empty() { self.by.to_owned() } else { given.join(",") }
    }

    /// The same question at a path of the API as JSON, or in the format given.
    pub(super) fn api(&self, path: &str, format: Option<&str>) -> String {
        let by = (!self.kept.iter().any(|(name, _)| name == "by")).then_some(("by", self.by));
        let query = self.query(|_| true, by.into_iter().chain(format.map(|format| ("format", format))));
        format!("{path}?{query}")
    }

    /// The page itself, in a language, looked at again after so many seconds if any are given.
    pub(super) fn itself(&self, path: &str, lang: Lang, every: Option<&str>) -> String {
        let more = [(LANG.name, lang.code())].into_iter().chain(every.map(|every| (EVERY, every)));
        format!("{path}?{}", self.query(|_| true, more))
    }

    /// One site in the same period, under the same filters.
    pub(super) fn site(&self, site: &str) -> String {
        let query = self.query(|name| !matches!(name, "by" | "site" | "provider"), []);
        format!("/v1/scorecards/{}?{query}", segment(site))
    }

    /// What was given for the parameters named, in the order of the address.
    pub(super) fn given<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let given = self.kept.iter().filter(|(name, _)| names.contains(&name.as_str()));
        given.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn query<'a>(&'a self, keep: impl Fn(&str) -> bool, more: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
        let kept = self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some((from, to)) = &self.period {
            query.append_pair("from", from).append_pair("to", to);
        }
        query.extend_pairs(kept.filter(|(name, _)| keep(name))).extend_pairs(more);
        query.finish()
    }
}

/// The address of a page without a question.
pub(super) fn page(path: &str, lang: Lang) -> String {
    with(path, [(LANG.name, lang.code())])
}

/// A path with these parameters, if any.
pub(super) fn with<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A bound as a date where it is the start of a local day, else as an instant.
fn bound(instant: Instant, period: &Period) -> String {
    let date = instant.to_timestamp().to_zoned(period.zone.clone()).date();
    let is_date = Instant::start_of_day(date, &period.zone) == Ok(instant);
    if is_date { date.to_string() } else { instant.to_string() }
}

/// A name as one segment of a path.
pub(super) fn segment(name: &str) -> String {
    let mut url = Url::parse("http://vigie/").expect("an address that is always the same");
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.push(name);
    }
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn address(query: &str, from: &str, to: &str) -> Address {
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        let period = Period::parse(from, to, zone).expect("a period");
        Address::of(Some(query), "provider,site", Some(&period))
    }

    #[test]
    fn the_same_question_is_asked_everywhere() {
        let asked = address("lang=fr&queue=a%26b&site=tunis", "2026-10-01", "2026-10-31");
        let period = "from=2026-10-01&to=2026-10-31";
        assert_eq!(
            asked.api("/v1/scorecards", Some("csv")),
            format!("/v1/scorecards?{period}&queue=a%26b&site=tunis&by=provider%2Csite&format=csv")
        );
        assert_eq!(asked.site("a/b c?"), format!("/v1/scorecards/a%2Fb%20c%3F?{period}&queue=a%26b"));
        let by_queue = address("by=queue", "2026-10-01", "2026-10-31");
        assert_eq!(by_queue.api("/v1/scorecards", None), format!("/v1/scorecards?{period}&by=queue"));
    }

    #[test]
    fn a_period_within_a_day_keeps_its_instants() {
        let asked = address("", "2026-10-01T08:00:00Z", "2026-10-02");
        assert_eq!(asked.period, Some(("2026-10-01T08:00:00Z".to_owned(), "2026-10-02".to_owned())));
    }

    #[test]
    fn a_page_without_a_period_asks_for_none() {
        let asked = Address::of(Some("by=site&every=15&lang=fr"), "queue", None);
        assert_eq!(asked.api("/v1/live", Some("csv")), "/v1/live?by=site&format=csv");
        assert_eq!(asked.itself("/live", Lang::French, Some("15")), "/live?by=site&lang=fr&every=15");
        assert_eq!(Address::of(None, "queue", None).by(), "queue");
    }
}
