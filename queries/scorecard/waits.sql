-- id: waits
-- version: 1
-- title:
--   en: Exact percentiles of the wait of answered legs
--   fr: Percentiles exacts de l'attente des passages décrochés
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
-- figures:
--   wait_p50_s: {unit: seconds, of: p50_us, n: n, until: [pending, overdue], en: Median wait, fr: Attente médiane}
--   wait_p90_s: {unit: seconds, of: p90_us, n: n, at_least: 10, until: [pending, overdue], en: Wait P90, fr: Attente P90}
--   wait_p95_s: {unit: seconds, of: p95_us, n: n, at_least: 20, until: [pending, overdue], en: Wait P95, fr: Attente P95}
--
-- Nearest rank: the smallest wait w such that at least ceil(q·n) waits are at most w. Equal waits are counted first, so
-- that the ranks are over distinct waits.

WITH distinct_waits AS (
    SELECT
        CASE WHEN $by_provider THEN provider END AS provider,
        CASE WHEN $by_site THEN site END AS site,
        CASE WHEN $by_queue THEN queue END AS queue,
        CASE WHEN $by_channel THEN channel END AS channel,
        CASE WHEN $by_reason THEN reason END AS reason,
        CASE WHEN $by_team THEN team END AS team,
        bucket,
        wait_us,
        count(*) AS legs
    FROM cohort
    WHERE counted AND outcome = 'answered' AND wait_us IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),

ranked AS (
    SELECT
        distinct_waits.*,
        CAST(sum(legs) OVER (
            PARTITION BY provider, site, queue, channel, reason, team, bucket
            ORDER BY wait_us
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS upto,
        CAST(sum(legs) OVER (PARTITION BY provider, site, queue, channel, reason, team, bucket) AS BIGINT) AS n
    FROM distinct_waits
)

SELECT
    provider,
    site,
    queue,
    channel,
    reason,
    team,
    bucket,
    max(n) AS n,
    min(wait_us) FILTER (WHERE upto * 100 >= 50 * n) AS p50_us,
    min(wait_us) FILTER (WHERE upto * 100 >= 90 * n) AS p90_us,
    min(wait_us) FILTER (WHERE upto * 100 >= 95 * n) AS p95_us
FROM ranked
GROUP BY provider, site, queue, channel, reason, team, bucket
