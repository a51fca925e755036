-- id: backlog_oldest
-- version: 1
-- title:
--   en: Since when the oldest open case waits
--   fr: Depuis quand attend le plus vieux dossier en cours
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
-- figures:
--   backlog_oldest_s: {unit: seconds, of: oldest_us, n: open, en: Age of the oldest open case, fr: Ancienneté du plus vieux dossier en cours}
--
-- Reads `wanted_spells` and `moments` (moment, at_us). Elapsed time since the receipt, however often it was reopened.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    moments.moment,
    provider AS source_provider,
    count(*) AS open,
    max(moments.at_us - spells.received_us) AS oldest_us
FROM wanted_spells AS spells
INNER JOIN moments
    ON spells.opened_us < moments.at_us
    AND coalesce(spells.closed_us, moments.at_us) >= moments.at_us
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
