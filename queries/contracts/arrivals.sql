-- id: contract_arrivals
-- version: 1
-- title:
--   en: When the contacts of a day were offered
--   fr: Quand les contacts d'un jour ont été présentés
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, bucket, offered_us, stretch]
-- figures:
--   median_arrival: {unit: seconds, of: offered_us, n: contacts, rank: 50, en: Instant by which half of the contacts had come, fr: Instant auquel la moitié des contacts étaient arrivés}
--
-- How many contacts that `contract_offered` counts were offered at which instant (microseconds since 1970). A contract that
-- relieves of surplus in order of arrival reads the instant at which a day's allowed volume was reached: contacts offered
-- later are its surplus, those offered at that very instant are not.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    bucket,
    CAST(offered_at AS BIGINT) AS offered_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS contacts
FROM cohort
WHERE counted
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
