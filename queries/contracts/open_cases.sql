-- id: contract_open_cases
-- version: 1
-- title:
--   en: Since when the open cases wait, for the age of a contract's backlog
--   fr: Depuis quand attendent les dossiers en cours, pour l'ancienneté du stock d'un contrat
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, calendar, moment, received_us, stretch]
-- figures:
--   median_receipt: {unit: seconds, of: received_us, n: cases, rank: 50, en: Instant before which half of the open cases were received, fr: Instant avant lequel la moitié des dossiers en cours ont été reçus}
--
-- Reads `wanted_spells` and `moments`. How many cases that are open at a moment, as in `backlog`, were received at which instant
-- (microseconds since 1970). A case is as old as the moment is after its receipt, on the contract's clock; the age that a
-- share of cases does not exceed is a nearest rank.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    calendar,
    moments.moment,
    received_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS cases
FROM wanted_spells AS spells
INNER JOIN moments
    ON spells.opened_us < moments.at_us
    AND coalesce(spells.closed_us, moments.at_us) >= moments.at_us
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
