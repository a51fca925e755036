-- id: journeys
-- version: 1
-- title:
--   en: Contacts counted whole, with all their legs
--   fr: Contacts comptés en entier, avec tous leurs passages
-- params:
--   from: timestamp  # start of the period
--   to: timestamp  # end of the period, exclusive
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
-- The view of the brand: one row per contact, with the columns of `cohort`, so that what counts legs counts contacts.
-- Reads `stays`: every leg of these contacts as `cohort` gives it, whatever its place and period.
--
-- A contact is counted when one of its legs is, once, where and when it came in: place, period, threshold, formula and what
-- is agreed about callbacks are those of its first leg that counts. Legs that do not count are no part of it.
--
-- Outcome: answered by a human at any leg; else open while a leg is, overdue when the waits so far exceed the threshold
-- together; else what ended last, abandoned (at the same instant) or flowed out: to nobody, since nobody had it afterwards.
-- Whoever asked to be called back before any human answered is answered when reached, flowed out when given up, and open
-- until then, whatever the legs say; accepting the task or hanging up after asking is no outcome.
--
-- Wait: the queue waits before each human, added up over legs; the time between legs is no queue. In a warm transfer, in
-- which the next human answers before the transfer is completed, the customer is not waiting. Without a human, all waits;
-- with a callback, from the offer to the first ring. One of them unknown makes it unknown: never in time.
-- `first_wait_us` ends with the first human.
--
-- What is owed in writing (`replies`): the first answer of any leg; the first decision, and publication, of any; the turns
-- of all, charged to the place where the contact came in. The clock stands still while any leg is paused: `paused_from` and
-- `paused_to` are of stretches that do not overlap.

-- Contacts with more than one leg: few, so that only they are put in order and added up, and few columns of them.
WITH several AS (
    SELECT started_day, contact_id, count(*) AS stays
    FROM stays
    GROUP BY started_day, contact_id
    HAVING count(*) > 1
),

placed AS (
    SELECT
        stays.started_day,
        stays.contact_id,
        stays.provider,
        stays.site,
        stays.queue,
        stays.leg,
        stays.counted,
        stays.outcome,
        stays.outcome_at,
        stays.wait_us,
        stays.ended_at,
        stays.handle_us,
        stays.transfers,
        stays.anomalies,
        stays.inferred,
        stays.disordered,
        stays.decided_at,
        stays.published_at,
        stays.paused_from,
        stays.paused_to,
        stays.turn_from,
        stays.turn_to,
        stays.turns_settled,
        row_number() OVER (
            PARTITION BY stays.started_day, stays.contact_id
            ORDER BY
                CASE WHEN stays.counted THEN 0 WHEN stays.out_of_hours THEN 1 ELSE 2 END,
                stays.offered_at, stays.provider, stays.site, stays.queue, stays.leg
        ) AS nth,
        min(CASE WHEN stays.counted AND stays.outcome = 'answered' THEN stays.outcome_at END)
            OVER (PARTITION BY stays.started_day, stays.contact_id) AS first_human_at,
        max(CASE WHEN stays.counted AND stays.outcome = 'answered' THEN stays.outcome_at END)
            OVER (PARTITION BY stays.started_day, stays.contact_id) AS last_human_at,
        max(CASE WHEN stays.counted AND stays.outcome = 'answered' THEN stays.transferred_at END) OVER (
            PARTITION BY stays.started_day, stays.contact_id
            ORDER BY stays.outcome_at, stays.provider, stays.site, stays.queue, stays.leg
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS held_until_at
    FROM several
    INNER JOIN stays ON several.started_day = stays.started_day AND several.contact_id = stays.contact_id
),

counting AS (
    SELECT
        placed.*,
        coalesce(outcome = 'answered' AND held_until_at >= outcome_at, false) AS is_warm
    FROM placed
    WHERE counted
),

added AS (
    SELECT
        started_day,
        contact_id,
        count(*) AS legs,
        min(provider) <> max(provider) AS crossed,
        count(*) FILTER (WHERE outcome = 'answered') AS humans,
        count(*) FILTER (WHERE is_warm) AS warm,
        count(*) FILTER (WHERE outcome IN ('pending', 'overdue')) AS open_legs,
        min(first_human_at) AS human_at,
        max(CASE WHEN outcome = 'abandoned' THEN outcome_at END) AS abandoned_at,
        max(CASE WHEN outcome = 'flowed_out' THEN outcome_at END) AS flowed_at,
        coalesce(sum(wait_us) FILTER (WHERE outcome_at <= first_human_at), 0) AS first_us,
        count(*) FILTER (WHERE outcome_at <= first_human_at AND wait_us IS NULL) AS first_unknown,
        coalesce(sum(wait_us) FILTER (WHERE outcome_at <= last_human_at AND NOT is_warm), 0) AS human_us,
        count(*) FILTER (WHERE outcome_at <= last_human_at AND NOT is_warm AND wait_us IS NULL) AS human_unknown,
        coalesce(sum(wait_us), 0) AS queue_us,
        count(*) FILTER (WHERE wait_us IS NULL) AS queue_unknown,
        max(ended_at) AS last_ended_at,
        sum(handle_us) AS handled_us,
        sum(transfers) AS transferred,
        sum(anomalies) AS odd,
        max(CASE WHEN inferred THEN 1 ELSE 0 END) AS some_inferred,
        max(CASE WHEN disordered THEN 1 ELSE 0 END) AS some_disordered,
        min(decided_at) AS first_decided_at,
        min(published_at) AS first_published_at,
        sum(turns_settled) AS all_settled
    FROM counting
    GROUP BY started_day, contact_id
),

-- Pauses of one leg do not overlap, those of several may: of each, what lies within no earlier one.
pauses AS (
    SELECT
        paused.*,
        max(to_at) OVER earlier AS until_at,
        count(CASE WHEN to_at IS NULL THEN 1 END) OVER earlier AS endless
    FROM (
        SELECT started_day, contact_id, unnest(paused_from) AS from_at, unnest(paused_to) AS to_at
        FROM counting
        WHERE paused_from IS NOT NULL
    ) AS paused
    WINDOW earlier AS (
        PARTITION BY started_day, contact_id
        ORDER BY from_at, CASE WHEN to_at IS NULL THEN 1 ELSE 0 END, to_at
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
),

-- Turns follow one another over all legs: their ends, in order, belong to their begins, in order; so do those of pauses now.
writing AS (
    SELECT
        started_day,
        contact_id,
        array_agg(from_at) FILTER (WHERE is_pause) AS all_paused_from,
        array_agg(to_at) FILTER (WHERE is_pause) AS all_paused_to,
        array_agg(from_at) FILTER (WHERE NOT is_pause) AS all_turn_from,
        array_agg(to_at) FILTER (WHERE NOT is_pause) AS all_turn_to
    FROM (
        SELECT
            started_day,
            contact_id,
            true AS is_pause,
            CASE WHEN from_at < until_at THEN until_at ELSE from_at END AS from_at,
            to_at
        FROM pauses
        WHERE endless = 0 AND coalesce(to_at > until_at, true)
        UNION ALL
        SELECT started_day, contact_id, false AS is_pause, unnest(turn_from) AS from_at, unnest(turn_to) AS to_at
        FROM counting
        WHERE turn_from IS NOT NULL
    ) AS stretches
    GROUP BY started_day, contact_id
),

told AS (
    SELECT
        placed.started_day,
        placed.contact_id,
        placed.provider,
        placed.site,
        placed.queue,
        placed.leg,
        placed.nth,
        added.legs,
        added.crossed,
        added.humans,
        added.warm,
        added.open_legs,
        added.human_at,
        added.abandoned_at,
        added.flowed_at,
        added.first_us,
        added.first_unknown,
        added.human_us,
        added.human_unknown,
        added.queue_us,
        added.queue_unknown,
        added.last_ended_at,
        added.handled_us,
        added.transferred,
        added.odd,
        added.some_inferred,
        added.some_disordered,
        added.first_decided_at,
        added.first_published_at,
        added.all_settled,
        array_sort(writing.all_paused_from, 'ASC', 'NULLS LAST') AS all_paused_from,
        array_sort(writing.all_paused_to, 'ASC', 'NULLS LAST') AS all_paused_to,
        array_sort(writing.all_turn_from, 'ASC', 'NULLS LAST') AS all_turn_from,
        array_sort(writing.all_turn_to, 'ASC', 'NULLS LAST') AS all_turn_to
    FROM placed
    LEFT JOIN added ON placed.started_day = added.started_day AND placed.contact_id = added.contact_id
    LEFT JOIN writing ON placed.started_day = writing.started_day AND placed.contact_id = writing.contact_id
),

-- The leg with which each contact came in, beside what its legs add up to; nothing where it is the only one. The few of
-- several are held, all others pass by.
entered AS (
    SELECT
        stays.*,
        coalesce(told.legs, CASE WHEN stays.counted THEN 1 ELSE 0 END) AS legs,
        coalesce(told.crossed, false) AS crossed,
        coalesce(told.humans, CASE WHEN stays.counted AND stays.outcome = 'answered' THEN 1 ELSE 0 END) AS humans,
        coalesce(told.warm, 0) AS warm,
        stays.counted AND told.legs IS NOT NULL AS more,
        told.last_ended_at,
        told.handled_us,
        told.transferred,
        told.odd,
        told.some_inferred,
        told.some_disordered,
        told.first_decided_at,
        told.first_published_at,
        told.all_settled,
        told.all_paused_from,
        told.all_paused_to,
        told.all_turn_from,
        told.all_turn_to,
        CASE
            WHEN NOT stays.counted THEN stays.outcome
            WHEN stays.callback IN ('kept', 'late') THEN 'answered'
            WHEN stays.callback = 'given_up' THEN 'flowed_out'
            WHEN stays.callback IS NOT NULL THEN stays.callback
            WHEN told.legs IS NULL THEN stays.outcome
            WHEN human_at IS NOT NULL THEN 'answered'
            WHEN open_legs > 0 AND queue_us > stays.threshold_us THEN 'overdue'
            WHEN open_legs > 0 THEN 'pending'
            WHEN abandoned_at >= coalesce(flowed_at, abandoned_at) THEN 'abandoned'
            ELSE 'flowed_out'
        END AS became,
        CASE
            WHEN NOT stays.counted THEN stays.outcome_at
            WHEN stays.callback IN ('kept', 'late') THEN stays.called_at
            WHEN stays.callback IS NOT NULL THEN NULL
            WHEN told.legs IS NULL THEN stays.outcome_at
            WHEN human_at IS NOT NULL THEN human_at
            WHEN open_legs > 0 THEN NULL
            WHEN abandoned_at >= coalesce(flowed_at, abandoned_at) THEN abandoned_at
            ELSE flowed_at
        END AS became_at,
        CASE
            WHEN NOT stays.counted THEN stays.wait_us
            WHEN stays.callback IS NOT NULL THEN stays.callback_wait_us
            WHEN told.legs IS NULL THEN stays.wait_us
            WHEN human_at IS NOT NULL THEN CASE WHEN human_unknown = 0 THEN human_us END
            WHEN queue_unknown = 0 THEN queue_us
        END AS waited_us,
        CASE
            WHEN stays.callback IS NOT NULL THEN stays.callback_wait_us
            WHEN told.legs IS NULL THEN stays.wait_us
            WHEN first_unknown = 0 THEN first_us
        END AS first_wait_us
    FROM told
    RIGHT JOIN stays
        ON told.started_day = stays.started_day
        AND told.contact_id = stays.contact_id
        AND told.provider = stays.provider
        AND told.site = stays.site
        AND told.queue = stays.queue
        AND told.leg = stays.leg
    WHERE
        coalesce(told.nth, 1) = 1
        AND stays.offered_at >= $from
        AND stays.offered_at < $to
        AND ($any_provider OR array_has($providers, stays.provider))
        AND ($any_site OR array_has($sites, stays.site))
        AND ($any_queue OR array_has($queues, stays.queue))
        AND ($any_channel OR array_has($channels, stays.channel))
        AND ($any_reason OR array_has($reasons, coalesce(stays.reason, '')))
)

SELECT
    entered.* EXCLUDE (
        more, last_ended_at, handled_us, transferred, odd, some_inferred, some_disordered, first_decided_at,
        first_published_at, all_settled, all_paused_from, all_paused_to, all_turn_from, all_turn_to, became, became_at,
        waited_us, first_wait_us
    ) REPLACE (
        became AS outcome,
        became_at AS outcome_at,
        CASE WHEN more THEN last_ended_at ELSE ended_at END AS ended_at,
        CASE WHEN more THEN some_inferred = 1 ELSE inferred END AS inferred,
        CASE WHEN more THEN some_disordered = 1 ELSE disordered END AS disordered,
        CASE WHEN more THEN odd ELSE anomalies END AS anomalies,
        waited_us AS wait_us,
        counted AND became = 'answered'
            AND coalesce(CASE WHEN callback IS NULL THEN waited_us <= threshold_us ELSE callback = 'kept' END, false)
            AS answered_in_time,
        counted AND became = 'abandoned' AND coalesce(waited_us <= threshold_us, false) AS abandoned_in_time,
        counted AND became = 'abandoned' AND coalesce(waited_us <= short_us, false) AS short_abandoned,
        CASE WHEN more THEN handled_us ELSE handle_us END AS handle_us,
        CASE WHEN more THEN transferred ELSE transfers END AS transfers,
        CAST(NULL AS VARCHAR) AS flowed_to,
        CASE WHEN callback IS NOT NULL AND callback_counts_as <> 'answered_if_within' THEN callback_counts_as END AS counts_as,
        true AS owner,
        CASE WHEN more THEN first_decided_at ELSE decided_at END AS decided_at,
        CASE WHEN more THEN first_published_at ELSE published_at END AS published_at,
        CASE WHEN more THEN all_paused_from ELSE paused_from END AS paused_from,
        CASE WHEN more THEN all_paused_to ELSE paused_to END AS paused_to,
        CASE WHEN more THEN all_turn_from ELSE turn_from END AS turn_from,
        CASE WHEN more THEN all_turn_to ELSE turn_to END AS turn_to,
        CASE WHEN more THEN all_settled ELSE turns_settled END AS turns_settled
    ),
    CASE WHEN counted AND became = 'answered' THEN first_wait_us END AS first_wait_us,
    counted AND became = 'answered'
        AND coalesce(CASE WHEN callback IS NULL THEN first_wait_us <= threshold_us ELSE callback = 'kept' END, false)
        AS first_in_time
FROM entered
