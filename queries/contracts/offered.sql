-- id: contract_offered
-- version: 1
-- title:
--   en: Contacts offered, for the volume of a contract's days
--   fr: Contacts présentés, pour le volume des jours d'un contrat
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, bucket, stretch]
--
-- `offered` of a scorecard: inbound legs that no rule leaves out, live ones in opening hours, by what a contract's scope and
-- its claims ask for.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    bucket,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS offered
FROM cohort
WHERE counted
GROUP BY 1, 2, 3, 4, 5, 6, 7
