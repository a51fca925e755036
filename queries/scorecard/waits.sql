-- id: waits
-- version: 1
-- title:
--   en: Waits of answered legs
--   fr: Attentes des passages décrochés
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, wait_us, stretch]
-- figures:
--   wait_p50_s: {unit: seconds, of: wait_us, n: legs, rank: 50, until: [pending, overdue], en: Median wait, fr: Attente médiane}
--   wait_p90_s: {unit: seconds, of: wait_us, n: legs, rank: 90, at_least: 10, until: [pending, overdue], en: Wait P90, fr: Attente P90}
--   wait_p95_s: {unit: seconds, of: wait_us, n: legs, rank: 95, at_least: 20, until: [pending, overdue], en: Wait P95, fr: Attente P95}
--   wait_max_s: {unit: seconds, of: wait_us, n: legs, rank: 100, until: [pending, overdue], en: Longest wait, fr: Attente la plus longue}
--
-- How many legs waited how long. A rank q is the nearest rank: the smallest wait w such that at least ceil(q/100·n) of
-- the n waits are at most w. Exact; a sketch of the distribution would move with the number of its parts.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    wait_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS legs
FROM cohort
WHERE counted AND outcome = 'answered' AND wait_us IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
