-- id: turn_times
-- version: 1
-- title:
--   en: Times from a further message to the next human reply
--   fr: Délais entre un message suivant et la réponse humaine
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, reply_us, stretch]
-- figures:
--   next_response_p50_s: {unit: seconds, of: reply_us, n: replies, rank: 50, until: [turns_open], en: Median time to next response, fr: Délai médian de réponse suivante}
--   next_response_p90_s: {unit: seconds, of: reply_us, n: replies, rank: 90, at_least: 10, until: [turns_open], en: Time to next response P90, fr: Délai de réponse suivante P90}
--
-- How many further messages of `replies` were replied to in how much business time; ranks as in `waits`.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    reply_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS replies
FROM replies
WHERE kind = 'next' AND replied AND reply_us IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
