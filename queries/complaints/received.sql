-- id: complaints_received
-- version: 1
-- title:
--   en: The complaints of a period, with how long each took or has taken so far
--   fr: Les réclamations d'une période, avec le délai de chacune ou son ancienneté
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive
--   durable_us: bigint  # a resolution stands when nothing reopened it for this long
--   any_provider: boolean  # whether every provider is wanted
--   providers: text[]  # the providers wanted
--   any_site: boolean  # whether every site is wanted
--   sites: text[]  # the sites wanted
--   any_queue: boolean  # whether every queue is wanted
--   queues: text[]  # the queues wanted
--   any_channel: boolean  # whether every channel is wanted
--   channels: text[]  # the channels wanted
--   any_reason: boolean  # whether every reason is wanted
--   reasons: text[]  # the reasons wanted
--
-- Reads `complaint_cases`. Received-in cohort: complaints first offered in [from, to), whatever became of them. Resolved:
-- the last resolution was not reopened within `durable_us`, as known at `now`; it may still be (`young`) while it is younger
-- than that. Any other complaint is not resolved, and counts with its age so far: one that was closed without a solution or
-- given up by the customer, too, though its case is in the backlog no longer (`spells`).
--
-- `elapsed_us` and `business_us`: from the receipt to the resolution, else to `now`; business time is open time of the
-- promise calendar of the owner's queue, elapsed time without one. Resolved before the receipt by up to 5 s took no time; by
-- more, the clocks are broken: it is resolved in an unknown time, and no time is given.

WITH received AS (
    SELECT
        cases.*,
        slots.bucket,
        slots.day,
        asked.now_us,
        asked.clock_end_us,
        cases.last_resolved_at IS NOT NULL
            AND coalesce(
                CAST(cases.reopened_at AS BIGINT) - CAST(cases.last_resolved_at AS BIGINT) > $durable_us, true
            ) AS resolved,
        CAST(cases.last_resolved_at AS BIGINT) AS resolved_us,
        receiving.cum_us + CASE
            WHEN cases.received_us <= receiving.open_from_us THEN 0
            WHEN cases.received_us >= receiving.open_to_us THEN receiving.open_to_us - receiving.open_from_us
            ELSE cases.received_us - receiving.open_from_us
        END AS open_us
    FROM complaint_cases AS cases
    CROSS JOIN asked
    INNER JOIN slots ON cases.received_us - cases.received_us % 900000000 = slots.slot * 900000000
    LEFT JOIN open_slots AS receiving
        ON cases.calendar = receiving.calendar
        AND cases.received_us - cases.received_us % 900000000 = receiving.slot * 900000000
    WHERE
        cases.received_at >= $from
        AND cases.received_at < $to
        AND ($any_provider OR array_has($providers, cases.provider))
        AND ($any_site OR array_has($sites, cases.site))
        AND ($any_queue OR array_has($queues, cases.queue))
        AND ($any_channel OR array_has($channels, cases.channel))
        AND ($any_reason OR array_has($reasons, coalesce(cases.reason, '')))
),

judged AS (
    SELECT
        received.*,
        CASE WHEN resolved THEN resolved_us ELSE now_us END AS until_us,
        CASE
            WHEN resolved AND resolved_us < clock_end_us THEN resolved_us
            WHEN NOT resolved AND now_us < clock_end_us THEN now_us
            ELSE clock_end_us
        END AS clock_until_us
    FROM received
),

-- What time it is on each calendar.
present AS (
    SELECT
        slots.calendar,
        slots.cum_us + CASE
            WHEN clock.now_us <= slots.open_from_us THEN 0
            WHEN clock.now_us >= slots.open_to_us THEN slots.open_to_us - slots.open_from_us
            ELSE clock.now_us - slots.open_from_us
        END AS now_open_us
    FROM (SELECT CASE WHEN now_us < clock_end_us THEN now_us ELSE clock_end_us END AS now_us FROM asked) AS clock
    INNER JOIN open_slots AS slots ON clock.now_us - clock.now_us % 900000000 = slots.slot * 900000000
),

clocked AS (
    SELECT
        judged.*,
        judged.until_us - judged.received_us AS lasted_us,
        closing.cum_us + CASE
            WHEN judged.clock_until_us <= closing.open_from_us THEN 0
            WHEN judged.clock_until_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
            ELSE judged.clock_until_us - closing.open_from_us
        END - judged.open_us AS lasted_open_us,
        present.now_open_us - judged.open_us AS open_age_us
    FROM judged
    LEFT JOIN open_slots AS closing
        ON judged.calendar = closing.calendar
        AND judged.clock_until_us - judged.clock_until_us % 900000000 = closing.slot * 900000000
    LEFT JOIN present ON judged.calendar = present.calendar
)

SELECT
    contact_id,
    provider,
    site,
    queue,
    team,
    channel,
    reason,
    language,
    bucket,
    day,
    received_at,
    received_us,
    answered,
    first_resolved_at,
    last_resolved_at,
    reopened_at,
    resolved,
    resolved AND now_us - resolved_us < $durable_us AS young,
    CASE WHEN lasted_us >= 0 THEN lasted_us WHEN lasted_us >= -5000000 THEN 0 END AS elapsed_us,
    CASE
        WHEN lasted_us < -5000000 THEN NULL
        WHEN lasted_us < 0 THEN 0
        WHEN calendar IS NULL THEN lasted_us
        WHEN lasted_open_us < 0 THEN 0
        ELSE lasted_open_us
    END AS business_us,
    now_us - received_us AS age_us,
    CASE WHEN calendar IS NULL THEN now_us - received_us ELSE open_age_us END AS open_age_us
FROM clocked
