-- id: resolutions
-- version: 1
-- title:
--   en: Times from first offer to last resolution
--   fr: Délais entre la première présentation et la dernière résolution
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, resolution_us, stretch]
-- figures:
--   resolution_p50_s: {unit: seconds, of: resolution_us, n: contacts, rank: 50, needs: ever_resolved, until: [pending, overdue, immature], en: Median time to resolution, fr: Délai médian de résolution}
--   resolution_p90_s: {unit: seconds, of: resolution_us, n: contacts, rank: 90, at_least: 10, needs: ever_resolved, until: [pending, overdue, immature], en: Time to resolution P90, fr: Délai de résolution P90}
--
-- How many owned contacts that were resolved took how long; elapsed time; ranks as in `waits`.
-- Resolved before the first offer by up to 5 s is resolved at once, in 0 s. By more, the clocks are broken: the contact is
-- resolved, but how long it took is unknown, and it is in no percentile and not in n.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    CASE
        WHEN last_resolved_at < first_offered_at THEN 0
        ELSE CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT)
    END AS resolution_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS contacts
FROM cohort
WHERE counted AND owner AND CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT) >= -5000000
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
