-- id: cohort
-- version: 1
-- title:
--   en: The legs a scorecard counts, with outcome, wait and promise
--   fr: Les passages comptés par un tableau de bord, avec issue, attente et promesse
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive
--   formula: text?  # one service-level formula for all queues instead of each queue's own
--   threshold_us: bigint?  # one threshold for all queues instead of each queue's own
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
--   whole: boolean  # legs offered outside of the period too: for contacts that are counted whole
--   overflow_counts_as: text?  # how overflow counts for all queues instead of what each queue has agreed
--   callback_counts_as: text?  # how callbacks count for all queues instead of what each queue has agreed
--
-- Cohort: inbound legs offered in [from, to). Cancelled contacts and legs that an exclusion rule names stay on the list
-- and are counted apart; so are live legs (voice, chat, video) offered while the promise calendar is closed.
-- Outcome: answered, abandoned or flowed_out as folded (a decision on moderated content is none: whoever takes it answers);
-- an open leg is overdue when its wait so far exceeds the threshold, else pending. Waits are elapsed time for live channels,
-- and time within the promise calendar for written ones. Thresholds are inclusive. A queue without an entry in the network
-- file is voice, 20 s, formula b, short up to 5 s, always open.
--
-- `asked` is one row: `now_us`, the instant as of which open legs are judged, and `clock_end_us`, up to which the open clock
-- is known; a wait that lasts longer stops counting. A contact is mature once its start is `durable_us` old; its last
-- resolution is durable when it was not reopened within `durable_us`. Of legs with an outcome, only `mature` and `age_us`
-- depend on the instant asked: statements that read them name in `turns` when what they add changes.
--
-- `flowed_to`, of flow-outs: as stated, else `callback` when the customer asked for one meanwhile, else `overflow` when the
-- contact was offered again later. `callback`, where the customer asked to be called back before any human answered:
-- `kept` when the customer was reached within `callback_within` (else the threshold) of this leg's offer, or of the time
-- promised for the call; `late`; `given_up` after as many attempts as were agreed; else `pending` or `overdue`. The wait
-- for it, `callback_wait_us`, lasts from this leg's offer to the first ring of the attempt that reached the customer;
-- `callback_due_us` is the last instant at which that is in time.
-- `counts_as`: what was agreed about a flow-out (`in_time`, `miss`, `neutral`, `excluded`), null when its formula decides.
--
-- `open_slots` cuts each calendar into quarters of an hour with one open piece each: an instant's position on the open
-- clock is `cum_us` plus the part of that piece before it.

WITH termed AS (
    SELECT
        legs.*,
        coalesce(legs.channel, terms.channel, 'voice') AS channel_used,
        coalesce($formula, terms.formula, 'b') AS formula,
        coalesce($overflow_counts_as, terms.overflow_counts_as) AS overflow_counts_as,
        coalesce($callback_counts_as, terms.callback_counts_as) AS callback_counts_as,
        coalesce(terms.callback_within_us, $threshold_us, terms.threshold_us, 20000000) AS callback_within_us,
        terms.callback_attempts,
        asked.now_us,
        coalesce($threshold_us, terms.threshold_us, 20000000) AS threshold_us,
        CASE
            WHEN coalesce(terms.short_us, 5000000) > coalesce($threshold_us, terms.threshold_us, 20000000)
                THEN coalesce($threshold_us, terms.threshold_us, 20000000)
            ELSE coalesce(terms.short_us, 5000000)
        END AS short_us,
        terms.calendar,
        CAST(legs.offered_at AS BIGINT) AS offered_us,
        coalesce(CAST(legs.outcome_at AS BIGINT), asked.now_us) AS until_us,
        CASE
            WHEN coalesce(CAST(legs.outcome_at AS BIGINT), asked.now_us) > asked.clock_end_us
                THEN asked.clock_end_us
            ELSE coalesce(CAST(legs.outcome_at AS BIGINT), asked.now_us)
        END AS clock_until_us,
        asked.now_us - CAST(legs.started_at AS BIGINT) >= $durable_us AS mature,
        asked.now_us - CAST(legs.first_offered_at AS BIGINT) AS age_us
    FROM asked
    CROSS JOIN ruled_legs AS legs
    LEFT JOIN queue_terms AS terms
        ON legs.queue = terms.queue
        AND legs.offered_at >= terms.valid_from
        AND legs.offered_at < terms.valid_to
    WHERE
        legs.direction = 'inbound'
        AND ($any_provider OR array_has($providers, legs.provider))
        AND ($any_site OR array_has($sites, legs.site))
        AND ($any_queue OR array_has($queues, legs.queue))
        AND ($any_reason OR array_has($reasons, coalesce(legs.reason, '')))
),

clocked AS (
    SELECT
        termed.*,
        slots.bucket,
        slots.day,
        termed.channel_used IN ('voice', 'chat', 'video') AS live,
        termed.calendar IS NULL
            OR coalesce(
                termed.offered_us >= opening.open_from_us AND termed.offered_us < opening.open_to_us, false
            ) AS opened,
        opening.cum_us + CASE
            WHEN termed.offered_us <= opening.open_from_us THEN 0
            WHEN termed.offered_us >= opening.open_to_us THEN opening.open_to_us - opening.open_from_us
            ELSE termed.offered_us - opening.open_from_us
        END AS offered_open_us,
        closing.cum_us + CASE
            WHEN termed.clock_until_us <= closing.open_from_us THEN 0
            WHEN termed.clock_until_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
            ELSE termed.clock_until_us - closing.open_from_us
        END AS until_open_us
    FROM termed
    LEFT JOIN slots ON termed.offered_us - termed.offered_us % 900000000 = slots.slot * 900000000
    LEFT JOIN open_slots AS opening
        ON termed.calendar = opening.calendar
        AND termed.offered_us - termed.offered_us % 900000000 = opening.slot * 900000000
    LEFT JOIN open_slots AS closing
        ON termed.calendar = closing.calendar
        AND termed.clock_until_us - termed.clock_until_us % 900000000 = closing.slot * 900000000
    WHERE
        ($any_channel OR array_has($channels, termed.channel_used))
        AND ($whole OR slots.slot IS NOT NULL)
),

waited AS (
    SELECT
        clocked.*,
        CASE
            WHEN outcome IS NOT NULL AND wait_us IS NULL THEN NULL
            WHEN NOT live AND calendar IS NOT NULL
                THEN CASE WHEN until_open_us > offered_open_us THEN until_open_us - offered_open_us ELSE 0 END
            WHEN outcome IS NOT NULL THEN wait_us
            WHEN until_us > offered_us THEN until_us - offered_us
            ELSE 0
        END AS waited_us,
        CASE
            WHEN outcome IS NULL OR outcome <> 'flowed_out' THEN NULL
            WHEN flowed_to IS NOT NULL THEN flowed_to
            WHEN callback_at >= offered_at AND callback_at <= outcome_at THEN 'callback'
            WHEN last_offered_at > offered_at THEN 'overflow'
        END AS flow,
        CASE
            WHEN callback_at IS NULL THEN NULL
            WHEN CAST(called_at AS BIGINT) - offered_us >= -5000000
                AND CAST(called_at AS BIGINT) - coalesce(CAST(slot_at AS BIGINT), offered_us) <= callback_within_us THEN 'kept'
            WHEN called_at IS NOT NULL THEN 'late'
            WHEN dials >= callback_attempts THEN 'given_up'
            WHEN now_us - coalesce(CAST(slot_at AS BIGINT), offered_us) > callback_within_us THEN 'overdue'
            ELSE 'pending'
        END AS callback,
        CASE
            WHEN callback_at IS NOT NULL THEN coalesce(CAST(called_at AS BIGINT), now_us) - offered_us
        END AS callback_elapsed_us,
        CASE
            WHEN callback_at IS NOT NULL THEN coalesce(CAST(slot_at AS BIGINT), offered_us) + callback_within_us
        END AS callback_due_us
    FROM clocked
)

SELECT
    started_day,
    contact_id,
    provider,
    site,
    queue,
    leg,
    channel_used AS channel,
    reason,
    language,
    team,
    agent,
    customer,
    started_at,
    offered_at,
    outcome_at,
    ended_at,
    bucket,
    day,
    rule,
    cancelled,
    inferred,
    disordered,
    anomalies,
    NOT cancelled AND rule IS NULL AND live AND NOT opened AS out_of_hours,
    NOT cancelled AND rule IS NULL AND (opened OR NOT live) AS counted,
    CASE WHEN outcome IS NOT NULL THEN outcome WHEN waited_us > threshold_us THEN 'overdue' ELSE 'pending' END AS outcome,
    waited_us AS wait_us,
    threshold_us,
    formula,
    coalesce(outcome = 'answered' AND waited_us <= threshold_us, false) AS answered_in_time,
    coalesce(outcome = 'abandoned' AND waited_us <= threshold_us, false) AS abandoned_in_time,
    coalesce(outcome = 'abandoned' AND waited_us <= short_us, false) AS short_abandoned,
    short_us,
    handle_us,
    transfers,
    transferred_at,
    flow AS flowed_to,
    CASE flow
        WHEN 'overflow' THEN overflow_counts_as
        WHEN 'callback' THEN CASE
            WHEN callback_counts_as <> 'answered_if_within' THEN callback_counts_as
            WHEN callback_counts_as IS NULL OR callback IS NULL OR callback = 'given_up' THEN NULL
            WHEN callback = 'kept' THEN 'in_time'
            WHEN callback = 'pending' THEN 'neutral'
            ELSE 'miss'
        END
    END AS counts_as,
    callback,
    callback_counts_as,
    callback_due_us,
    called_at,
    CASE WHEN callback_elapsed_us >= 0 THEN callback_elapsed_us WHEN callback_elapsed_us >= -5000000 THEN 0 END AS callback_wait_us,
    dials,
    owner,
    first_offered_at,
    first_resolved_at,
    last_resolved_at,
    reopened_at,
    reopened,
    mature,
    last_resolved_at IS NOT NULL
        AND coalesce(CAST(reopened_at AS BIGINT) - CAST(last_resolved_at AS BIGINT) > $durable_us, true) AS durable,
    age_us,
    calendar,
    decided_at,
    published_at,
    paused_from,
    paused_to,
    turn_from,
    turn_to,
    turns_settled
FROM waited
