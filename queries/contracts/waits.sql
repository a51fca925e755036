-- id: contract_waits
-- version: 1
-- title:
--   en: Waits within the levels of contracts
--   fr: Attentes en deçà des niveaux des contrats
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, bucket, yardstick, stretch]
--
-- Reads `yardsticks`: lengths of time, each on a clock. clock: queue, the wait of the scorecard (elapsed for voice, chat and
-- video, open time of the queue's promise for the rest); elapsed; or open, the open time of a calendar, read in
-- `clock_slots`. A percentile is at most a level exactly when at least that share of waits is: the level is counted, not the
-- percentile, so that counts of days and sites add up.
--
-- answered: legs answered after a wait that is known, whatever its length; kept: those of at most the level. waiting: legs
-- without an outcome that have not waited longer than the level yet; beyond: those that have.

WITH timed AS (
    SELECT
        cohort.provider,
        cohort.site,
        cohort.queue,
        cohort.channel,
        cohort.reason,
        cohort.bucket,
        cohort.started_at,
        cohort.outcome,
        cohort.wait_us,
        CAST(cohort.offered_at AS BIGINT) AS offered_us,
        CASE
            WHEN coalesce(CAST(cohort.outcome_at AS BIGINT), asked.now_us) > asked.clock_end_us THEN asked.clock_end_us
            ELSE coalesce(CAST(cohort.outcome_at AS BIGINT), asked.now_us)
        END AS until_us
    FROM cohort
    CROSS JOIN asked
    WHERE cohort.counted AND cohort.outcome IN ('answered', 'pending', 'overdue')
),

measured AS (
    SELECT
        timed.*,
        yardsticks.yardstick,
        yardsticks.level_us,
        CASE
            WHEN timed.wait_us IS NULL THEN NULL
            WHEN yardsticks.clock = 'queue' THEN timed.wait_us
            WHEN yardsticks.clock = 'elapsed'
                THEN CASE WHEN timed.until_us > timed.offered_us THEN timed.until_us - timed.offered_us ELSE 0 END
            WHEN timed.until_us <= timed.offered_us THEN 0
            ELSE closing.cum_us + CASE
                WHEN timed.until_us <= closing.open_from_us THEN 0
                WHEN timed.until_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
                ELSE timed.until_us - closing.open_from_us
            END - opening.cum_us - CASE
                WHEN timed.offered_us <= opening.open_from_us THEN 0
                WHEN timed.offered_us >= opening.open_to_us THEN opening.open_to_us - opening.open_from_us
                ELSE timed.offered_us - opening.open_from_us
            END
        END AS waited_us
    FROM timed
    CROSS JOIN yardsticks
    LEFT JOIN clock_slots AS opening
        ON yardsticks.calendar = opening.calendar
        AND timed.offered_us - timed.offered_us % 900000000 = opening.slot * 900000000
    LEFT JOIN clock_slots AS closing
        ON yardsticks.calendar = closing.calendar
        AND timed.until_us - timed.until_us % 900000000 = closing.slot * 900000000
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    bucket,
    yardstick,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(waited_us) FILTER (WHERE outcome = 'answered') AS answered,
    count(*) FILTER (WHERE outcome = 'answered' AND waited_us <= level_us) AS kept,
    count(*) FILTER (WHERE outcome <> 'answered' AND waited_us <= level_us) AS waiting,
    count(*) FILTER (WHERE outcome <> 'answered' AND waited_us > level_us) AS beyond
FROM measured
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
