-- id: live_waits
-- version: 1
-- title:
--   en: How long those who wait have waited so far
--   fr: Depuis combien de temps attendent ceux qui attendent
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
--   waiting_longest_s: {unit: seconds, of: wait_us, n: legs, rank: 100, en: Longest wait so far, fr: Plus longue attente en cours}
--
-- Reads `cohort` as `live_standing` does. From the offer to the instant asked: elapsed time for calls, chats and video, open
-- time of the promise calendar for written channels, so that a mail of last night has waited since this morning's opening.

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
WHERE counted AND outcome IN ('pending', 'overdue')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
