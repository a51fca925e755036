-- id: live_standing
-- version: 1
-- title:
--   en: What waits and what is worked on, at the instant asked
--   fr: Ce qui attend et ce qui est en cours de traitement, à l'instant demandé
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, source_provider, stretch]
-- figures:
--   waiting: {unit: count, of: waiting, en: Waiting now, fr: En attente maintenant}
--   waiting_over_threshold: {unit: count, of: overdue, en: Waiting longer than promised, fr: En attente au-delà du seuil}
--   waiting_before_today: {unit: count, of: waiting, en: Waiting since before today, fr: En attente depuis avant aujourd'hui}
--   in_work: {unit: count, of: in_work, needs: ended, en: In work now, fr: En cours de traitement}
--   in_work_before_today: {unit: count, of: in_work, needs: ended, en: In work and offered before today, fr: En cours et présentés avant aujourd'hui}
--
-- Reads `cohort` over every leg ever offered, in two buckets: 0 offered before the local day of the instant asked, 1 on it.
-- Waiting: offered, and neither answered by a human nor abandoned nor flowed out yet; over the threshold T of its queue, it
-- is overdue. How long each waits is in `live_waits`. In work: answered by a human, and not ended. Figures add up both
-- buckets, those `_before_today` bucket 0 only. What a scorecard does not count waits nowhere: cancelled contacts, legs
-- that an exclusion rule names, calls and chats offered while the promise calendar is closed.
--
-- A stay whose end was lost is in work for ever, which shows in `in_work_before_today`. A source that never says that
-- anything ended (`ended` is 0 for its provider) does not say what is in work: its legs are not counted there.
-- `waiting` of bucket 1 is overdue + pending of the day's own scorecard.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    provider AS source_provider,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS legs,
    count(ended_at) AS ended,
    count(*) FILTER (WHERE outcome IN ('pending', 'overdue')) AS waiting,
    count(*) FILTER (WHERE outcome = 'overdue') AS overdue,
    count(*) FILTER (WHERE outcome = 'answered' AND ended_at IS NULL) AS in_work
FROM cohort
WHERE counted
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
