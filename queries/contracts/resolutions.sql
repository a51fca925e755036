-- id: contract_resolutions
-- version: 1
-- title:
--   en: Contacts resolved for good within the time that contracts allow
--   fr: Contacts résolus durablement dans le délai que les contrats accordent
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, bucket, allowance, belongs_us, stretch]
-- turns: {first_offered_at: [allowed_us, settled_us]}
--
-- As `resolved_24h` of `cells`, by `allowances`: the time allowed, the days within which a reopening undoes a resolution, and a
-- clock: elapsed, or the open time of a calendar, read in `clock_slots`. An allowance of each queue's own calendar is one row
-- for each calendar, with the queues' calendar it is for in of_calendar ('' for queues without one); null is for all.
--
-- A contact belongs to its owner leg, and its time runs from its first offer to its last resolution. It counts once it is
-- resolved for good (as known now), or once the time allowed is over: offered no later than due_before_us, which is so much
-- of the clock before now. due: those that count; resolved: those resolved in time. pending: neither resolved nor over.
-- unsettled: resolved in time, and may still be reopened: offered after settled_before_us, the time allowed and the days
-- of reopening before now.
-- An allowance of what is completed (`completed` is 1) counts a contact as soon as it is resolved, in the quarter-hour of its
-- last resolution (belongs_us, else null): in time if that was, and stands; a miss if it was reopened since. What is not
-- resolved is in no count.
-- Resolved before the first offer by up to 5 s is resolved in 0 s; by more, never in time.

WITH owned AS (
    SELECT
        cohort.provider,
        cohort.site,
        cohort.queue,
        cohort.channel,
        cohort.reason,
        cohort.bucket,
        cohort.started_at,
        allowances.allowance,
        allowances.within_us,
        allowances.completed,
        allowances.calendar,
        allowances.due_before_us,
        allowances.settled_before_us,
        CAST(cohort.first_offered_at AS BIGINT) AS received_us,
        CAST(cohort.last_resolved_at AS BIGINT) AS resolved_us,
        cohort.last_resolved_at IS NOT NULL
            AND coalesce(
                CAST(cohort.reopened_at AS BIGINT) - CAST(cohort.last_resolved_at AS BIGINT) > allowances.reopen_us, true
            ) AS durable
    FROM cohort
    CROSS JOIN allowances
    WHERE
        cohort.counted
        AND cohort.owner
        AND (allowances.of_calendar IS NULL OR allowances.of_calendar = coalesce(cohort.calendar, ''))
),

timed AS (
    SELECT
        owned.*,
        CASE
            WHEN owned.resolved_us < owned.received_us - 5000000 THEN NULL
            WHEN owned.resolved_us < owned.received_us THEN 0
            WHEN owned.calendar IS NULL THEN owned.resolved_us - owned.received_us
            ELSE closing.cum_us + CASE
                WHEN owned.resolved_us <= closing.open_from_us THEN 0
                WHEN owned.resolved_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
                ELSE owned.resolved_us - closing.open_from_us
            END - opening.cum_us - CASE
                WHEN owned.received_us <= opening.open_from_us THEN 0
                WHEN owned.received_us >= opening.open_to_us THEN opening.open_to_us - opening.open_from_us
                ELSE owned.received_us - opening.open_from_us
            END
        END AS resolution_us
    FROM owned
    LEFT JOIN clock_slots AS opening
        ON owned.calendar = opening.calendar
        AND owned.received_us - owned.received_us % 900000000 = opening.slot * 900000000
    LEFT JOIN clock_slots AS closing
        ON owned.calendar = closing.calendar
        AND owned.resolved_us - owned.resolved_us % 900000000 = closing.slot * 900000000
),

judged AS (
    SELECT
        timed.*,
        durable AND coalesce(resolution_us <= within_us, false) AS in_time,
        CASE
            WHEN completed = 1 THEN resolved_us IS NOT NULL
            ELSE durable OR received_us <= due_before_us
        END AS counts
    FROM timed
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    bucket,
    allowance,
    CASE WHEN completed = 1 THEN resolved_us - resolved_us % 900000000 END AS belongs_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) FILTER (WHERE in_time) AS resolved,
    count(*) FILTER (WHERE counts) AS due,
    count(*) FILTER (WHERE NOT counts AND completed = 0) AS pending,
    count(*) FILTER (WHERE in_time AND received_us > settled_before_us) AS unsettled
FROM judged
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
