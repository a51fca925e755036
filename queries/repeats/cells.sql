-- id: repeats
-- version: 1
-- title:
--   en: First contact resolution and repeats
--   fr: Résolution au premier contact et réitérations
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   window_us: bigint  # a contact within so long after another one is a repeat
--   stretch_us: bigint  # contacts received within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, day, stratum, source_provider, stretch]
-- figures:
--   fcr: {unit: share, of: settled, per: matters, at_least: 30, until: [immature], en: First contact resolution, fr: Résolution au premier contact}
--   repeat_rate: {unit: share, of: repeated, per: matters, at_least: 30, until: [immature], en: First contacts followed by a repeat, fr: Taux de réitération}
--   match_rate: {unit: share, of: matched, per: handled, en: Contacts whose customer and reason are known, fr: Contacts dont le client et le motif sont connus}
--   first_contacts: {unit: count, of: matters, until: [immature], en: First contacts whose window has elapsed, fr: Premiers contacts dont le délai est écoulé}
--   repeat_contacts: {unit: count, of: later, en: Handled contacts that are repeats, fr: Contacts traités qui sont des réitérations}
--
-- Reads `matters`. FCR(W) = first contacts that no further contact of the same customer on the same family of reasons
-- followed within W, in any channel, site or provider / first contacts whose W has elapsed; charged to the site and provider
-- of the first human handling. With `transfer_fails`, a first contact that its owner transferred is not resolved either.
-- Nothing is shown where fewer than 80 % of the contacts are matched, in the row or in the network: a repeat that cannot
-- be recognised would count as a success.

WITH judged AS (
    SELECT matters.*, asked.now_us - matters.received_us >= $window_us AS mature
    FROM matters
    CROSS JOIN asked
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    day,
    queue AS stratum,
    provider AS source_provider,
    received_us - received_us % $stretch_us AS stretch,
    count(*) AS handled,
    count(*) FILTER (WHERE matched) AS matched,
    count(*) FILTER (WHERE NOT known_customer) AS without_customer,
    count(*) FILTER (WHERE NOT known_reason) AS without_reason,
    count(*) FILTER (WHERE matched AND NOT first) AS later,
    count(*) FILTER (WHERE first AND NOT mature) AS immature,
    count(*) FILTER (WHERE first AND mature) AS matters,
    count(*) FILTER (WHERE first AND mature AND repeated) AS repeated,
    count(*) FILTER (WHERE first AND mature AND NOT repeated AND NOT handed_on) AS settled
FROM judged
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
