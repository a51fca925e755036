-- id: contract_service_levels
-- version: 1
-- title:
--   en: Service levels as contracts define them
--   fr: Taux de service tels que les contrats les définissent
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, bucket, term, belongs_us, stretch]
--
-- The service level of `cells`, by `service_terms`: for each term a formula, a threshold and a length of short abandons (each
-- queue's own where null), what is taken off the threshold (1 µs where exactly the threshold is late), whether the clock
-- starts when the contact began, and how contacts count that left the queue: as a miss, not at all, or as the formula says
-- where null. An abandon is short up to the threshold at most.
--
-- Contacts that left it to be called back count as any that left it where `callback` is null; else as a miss, not at all
-- (`neutral`), or as answered (`answered_if_within`): in time when the customer was reached within what the queue has agreed,
-- else the threshold, of the offer or of the time promised; a miss when it was later or that time has passed; pending while
-- it has not; as any other once as many attempts as were agreed reached nobody. What became of calls is that of `cohort`.
--
-- belongs_us: the quarter-hour to which a leg belongs by `attribution`, null where that is its arrival (`bucket` says which).
-- outcome: of its outcome; disconnect: of its end, that of its outcome where no end was told; threshold_event: of its outcome
-- when that was in time, else of the first instant at which it was late, on the elapsed clock. Null, too, of a leg of which
-- that has not come yet.
--
-- promised is the denominator, overdue contacts included; in_time the numerator. pending: not yet answered or called
-- back, and still in time.
-- A wait that is unknown because its times run backwards counts as answered, never as in time.

WITH termed AS (
    SELECT
        cohort.provider,
        cohort.site,
        cohort.queue,
        cohort.channel,
        cohort.reason,
        cohort.bucket,
        cohort.started_at,
        service_terms.term,
        service_terms.attribution,
        CAST(cohort.offered_at AS BIGINT) AS offered_us,
        CAST(cohort.outcome_at AS BIGINT) AS outcome_us,
        CAST(cohort.ended_at AS BIGINT) AS ended_us,
        CASE
            WHEN service_terms.from_start = 0 OR cohort.started_at > cohort.offered_at THEN CAST(cohort.offered_at AS BIGINT)
            ELSE CAST(cohort.started_at AS BIGINT)
        END AS begun_us,
        CASE
            WHEN cohort.flowed_to = 'callback' AND service_terms.callback IN ('miss', 'neutral') THEN service_terms.callback
            WHEN cohort.flowed_to = 'callback'
                AND service_terms.callback = 'answered_if_within'
                AND cohort.callback IN ('kept', 'late', 'overdue', 'pending') THEN cohort.callback
            ELSE service_terms.overflow
        END AS flows_as,
        coalesce(service_terms.formula, cohort.formula) AS formula,
        coalesce(service_terms.threshold_us, cohort.threshold_us) - service_terms.less_us AS threshold_us,
        coalesce(service_terms.short_us, cohort.short_us) AS short_us,
        CASE WHEN cohort.outcome IN ('pending', 'overdue') THEN 'open' ELSE cohort.outcome END AS outcome,
        cohort.wait_us + CASE
            WHEN service_terms.from_start = 0 OR cohort.started_at > cohort.offered_at THEN 0
            ELSE CAST(cohort.offered_at AS BIGINT) - CAST(cohort.started_at AS BIGINT)
        END AS wait_us
    FROM cohort
    CROSS JOIN service_terms
    WHERE cohort.counted
),

judged AS (
    SELECT
        termed.*,
        coalesce(wait_us <= threshold_us, false) AS timely,
        coalesce(wait_us <= CASE WHEN short_us > threshold_us THEN threshold_us ELSE short_us END, false) AS briefly,
        CASE WHEN begun_us + threshold_us + 1 > offered_us THEN begun_us + threshold_us + 1 ELSE offered_us END AS late_us
    FROM termed
),

placed AS (
    SELECT
        judged.*,
        CASE attribution
            WHEN 'outcome' THEN outcome_us
            WHEN 'disconnect' THEN coalesce(ended_us, outcome_us)
            WHEN 'threshold_event' THEN CASE WHEN timely OR outcome_us <= late_us THEN outcome_us ELSE late_us END
        END AS at_us
    FROM judged
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    bucket,
    term,
    at_us - at_us % 900000000 AS belongs_us,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) FILTER (
        WHERE CASE outcome
            WHEN 'answered' THEN timely
            WHEN 'abandoned' THEN (formula = 'e' AND timely) OR (formula = 'g' AND briefly)
            WHEN 'flowed_out' THEN coalesce(flows_as = 'kept', false)
            ELSE false
        END
    ) AS in_time,
    count(*) FILTER (
        WHERE CASE outcome
            WHEN 'answered' THEN true
            WHEN 'abandoned' THEN CASE formula
                WHEN 'c' THEN NOT briefly
                WHEN 'd' THEN NOT timely
                WHEN 'f' THEN false
                ELSE true
            END
            WHEN 'flowed_out' THEN CASE
                WHEN flows_as IS NULL THEN formula = 'a'
                ELSE flows_as IN ('miss', 'kept', 'late', 'overdue')
            END
            ELSE formula <> 'f' AND NOT timely
        END
    ) AS promised,
    count(*) FILTER (
        WHERE (outcome = 'open' AND timely) OR (outcome = 'flowed_out' AND coalesce(flows_as = 'pending', false))
    ) AS pending
FROM placed
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
