-- id: legs
-- version: 1
-- title:
--   en: One row per stay of a contact at one site and queue
--   fr: Une ligne par passage d'un contact sur un site et une file
-- params:
--   as_of: timestamp  # only what had been received by then
--   now: timestamp  # only what had happened by then
--
-- The fold. Reads `events`; every contact lies in one day, so days can be folded one by one. Nothing here depends on
-- the order, the number or the batching of the rows: one row per event identity is kept (the highest revision; among
-- equal revisions the smallest content digest), and the rest are functions of that set, ordered by (time, id, source, provider).
-- `changes`, of a contact of which more was said than that it is resolved: every resolution (1), decision (2), closing (3),
-- cancellation (5) and reopening (6), ascending, each as its microseconds * 8 + that number. At one instant what is done
-- comes before what is taken back. Without the list, `first_resolved_at` says all: nothing took it back.
-- `given_up_at`, of a contact that no human answered and that waits nowhere: when the customer hung up, if nothing but that
-- ended it; flowed out to nobody later, it is still owed something.
-- Yes and no are carried as 1 and 0: the engine keeps the first of numbers in columns, that of booleans one by one.

WITH known AS (
    SELECT *, coalesce(actor, 'human') NOT IN ('bot', 'auto') AS human FROM events WHERE received_at <= $as_of
),

-- Identities that were told more than once: few, so that only they are ranked. Below, `tellings` says whether a row of
-- `retold` was found: a test of one of the keys for null would be pushed down to the other side of the join.
retold AS (
    SELECT started_day, contact_id, provider, source, id, count(*) AS tellings
    FROM known
    GROUP BY started_day, contact_id, provider, source, id
    HAVING count(*) > 1
),

ranked AS (
    SELECT
        known.*,
        row_number() OVER (
            PARTITION BY known.started_day, known.contact_id, known.provider, known.source, known.id
            ORDER BY known.revision DESC, known.digest, known.received_at
        ) AS nth
    FROM retold
    INNER JOIN known ON known.started_day = retold.started_day AND known.contact_id = retold.contact_id
        AND known.provider = retold.provider AND known.source = retold.source AND known.id = retold.id
),

latest AS (
    SELECT known.*, 1 AS nth
    FROM retold
    RIGHT JOIN known ON known.started_day = retold.started_day AND known.contact_id = retold.contact_id
        AND known.provider = retold.provider AND known.source = retold.source AND known.id = retold.id
    WHERE retold.tellings IS NULL AND known.time <= $now
    UNION ALL
    SELECT * FROM ranked WHERE nth = 1 AND time <= $now
),

marked AS (
    SELECT
        latest.*,
        type NOT IN (
            'resolved', 'reopened', 'closed', 'cancelled', 'classified', 'surveyed', 'evaluated', 'customer_wrote'
        ) AS of_leg,
        type IN ('abandoned', 'flowed_out')
            OR (type = 'answered' AND human) AS ends_wait,
        CASE type
            WHEN 'resolved' THEN 1
            WHEN 'decided' THEN 2
            WHEN 'closed' THEN 3
            WHEN 'cancelled' THEN 5
            WHEN 'reopened' THEN 6
            ELSE 0
        END AS place,
        max(CASE WHEN type = 'resolved' THEN time END) OVER (PARTITION BY started_day, contact_id) AS last_resolved_at,
        min(CASE WHEN type = 'callback_requested' OR (type = 'flowed_out' AND flowed_to = 'callback') THEN time END)
            OVER (PARTITION BY started_day, contact_id) AS asked_at
    FROM latest
),

-- What is said of the whole contact: by leg events (what was known beforehand) and by contact-level events.
stated AS (
    SELECT
        started_day,
        contact_id,
        first_value(reason ORDER BY time, id, source, provider) FILTER (WHERE of_leg AND reason IS NOT NULL) AS reason,
        first_value(language ORDER BY time, id, source, provider) FILTER (WHERE of_leg AND language IS NOT NULL) AS language,
        first_value(priority ORDER BY time, id, source, provider) FILTER (WHERE of_leg AND priority IS NOT NULL) AS priority,
        first_value(CAST(complaint AS INTEGER) ORDER BY time, id, source, provider) FILTER (WHERE of_leg AND complaint IS NOT NULL) AS complaint,
        first_value(CAST(recognised AS INTEGER) ORDER BY time, id, source, provider) FILTER (WHERE of_leg AND recognised IS NOT NULL)
            AS recognised,
        count(*) FILTER (WHERE type = 'cancelled') > 0 AS cancelled,
        min(time) FILTER (WHERE type = 'resolved') AS first_resolved_at,
        max(last_resolved_at) AS last_resolved_at,
        -- At the same instant the matter counts as open again.
        min(time) FILTER (WHERE type = 'reopened' AND time >= last_resolved_at) AS reopened_at,
        max(time) FILTER (WHERE type = 'reopened') AS last_reopened_at,
        count(*) FILTER (WHERE place > 1) AS turned,
        array_agg(CAST(time AS BIGINT) * 8 + place) FILTER (WHERE place > 0) AS changes,
        max(asked_at) AS asked_at,
        last_value(slot ORDER BY time, id, source, provider) FILTER (WHERE type = 'callback_requested' AND slot IS NOT NULL) AS slot_at,
        min(time) FILTER (WHERE type = 'answered' AND ends_wait) AS human_at,
        min(time) FILTER (WHERE type = 'dialled' AND reached AND time >= asked_at) AS reached_at,
        count(*) FILTER (WHERE type = 'dialled' AND time >= asked_at) AS dials
    FROM marked
    GROUP BY started_day, contact_id
),

-- Contacts in which a clock of written channels was paused, or the customer wrote again: few, so that only their events
-- are put in order, each identity once as above. A revision may have made something else of such an event; then nothing
-- comes of it below.
written AS (
    SELECT DISTINCT started_day, contact_id FROM known WHERE type IN ('waiting', 'customer_wrote')
),

told AS (
    SELECT
        known.started_day,
        known.contact_id,
        known.provider,
        known.source,
        known.id,
        known.revision,
        known.digest,
        known.received_at,
        known.time,
        known.type,
        known.cause,
        known.human,
        known.site,
        known.queue,
        known.leg
    FROM written
    INNER JOIN known ON known.started_day = written.started_day AND known.contact_id = written.contact_id
),

-- Ids of a contact that may have been told twice: whether by one source, the rank says.
doubtful AS (
    SELECT contact_id, id, count(*) AS tellings
    FROM told
    GROUP BY contact_id, id
    HAVING count(*) >= 2
),

weighed AS (
    SELECT
        told.*,
        row_number() OVER (
            PARTITION BY told.started_day, told.contact_id, told.provider, told.source, told.id
            ORDER BY told.revision DESC, told.digest, told.received_at
        ) AS nth
    FROM doubtful
    INNER JOIN told ON told.contact_id = doubtful.contact_id AND told.id = doubtful.id
),

said AS (
    SELECT told.*, 1 AS nth
    FROM doubtful
    RIGHT JOIN told ON told.contact_id = doubtful.contact_id AND told.id = doubtful.id
    WHERE doubtful.tellings IS NULL AND told.time <= $now
    UNION ALL
    SELECT * FROM weighed WHERE nth = 1 AND weighed.time <= $now
),

steps AS (
    SELECT
        started_day,
        contact_id,
        provider,
        site,
        queue,
        leg,
        time,
        id,
        source,
        CASE
            WHEN type IN ('answered', 'replied') THEN 'replied'
            WHEN type = 'closed' THEN 'settled'
            ELSE type
        END AS step
    FROM said
    WHERE
        type IN ('waiting', 'resumed', 'customer_wrote')
        OR (type IN ('answered', 'replied') AND human)
        OR (type = 'closed' AND cause = 'no_reply_needed')
),

-- A pause lasts until the clock of its leg is resumed, or the customer writes: nobody waits for the customer any more.
-- Whoever says again that it is paused says nothing new, so pauses with one end are one pause.
ends AS (
    SELECT
        steps.*,
        min(CASE WHEN step = 'resumed' THEN time END) OVER (
            PARTITION BY started_day, contact_id, provider, site, queue, leg
            ORDER BY time, id, source
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS resumed_at,
        min(CASE WHEN step = 'customer_wrote' THEN time END) OVER (
            PARTITION BY started_day, contact_id
            ORDER BY time, id, source, provider
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS wrote_at
    FROM steps
    WHERE step IN ('waiting', 'resumed', 'customer_wrote')
),

pauses AS (
    SELECT
        started_day,
        contact_id,
        provider,
        site,
        queue,
        leg,
        CASE WHEN resumed_at IS NULL OR wrote_at < resumed_at THEN wrote_at ELSE resumed_at END AS until_at,
        min(time) AS from_at
    FROM ends
    WHERE step = 'waiting'
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),

-- A turn of the customer begins with the first message after a human reply, and ends with the next human reply, wherever
-- in the contact; it is charged to the leg that had replied last. A case closed because no reply is needed settles it.
-- Messages before the first reply await that one. What is still to come after an event says between which replies, and
-- which settlings, it lies.
talks AS (
    SELECT
        steps.*,
        count(CASE WHEN step = 'replied' THEN 1 END) OVER (
            PARTITION BY started_day, contact_id
            ORDER BY time, id, source, provider
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS replies_left,
        count(CASE WHEN step = 'settled' THEN 1 END) OVER (
            PARTITION BY started_day, contact_id
            ORDER BY time, id, source, provider
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS settlings_left,
        min(CASE WHEN step = 'replied' THEN time END) OVER (
            PARTITION BY started_day, contact_id
            ORDER BY time, id, source, provider
            ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS answered_at
    FROM steps
    WHERE step IN ('customer_wrote', 'replied', 'settled')
),

-- The first message between two settlings.
exchanges AS (
    SELECT
        started_day,
        contact_id,
        replies_left,
        settlings_left,
        min(CASE WHEN step = 'customer_wrote' THEN time END) AS wrote_at,
        max(answered_at) AS answered_at,
        max(CASE WHEN step = 'replied' THEN provider END) AS provider,
        max(CASE WHEN step = 'replied' THEN site END) AS site,
        max(CASE WHEN step = 'replied' THEN queue END) AS queue,
        max(CASE WHEN step = 'replied' THEN leg END) AS leg
    FROM talks
    GROUP BY started_day, contact_id, replies_left, settlings_left
),

-- What came of each human reply: all but what was written after the last settling is settled.
turns AS (
    SELECT
        started_day,
        contact_id,
        max(provider) AS provider,
        max(site) AS site,
        max(queue) AS queue,
        max(leg) AS leg,
        first_value(wrote_at ORDER BY settlings_left) AS wrote_at,
        max(answered_at) AS answered_at,
        count(wrote_at) AS messages
    FROM exchanges
    GROUP BY started_day, contact_id, replies_left
),

-- The pauses of a leg follow one another, as do its turns: their ends, in order, belong to their begins, in order.
writing AS (
    SELECT
        started_day,
        contact_id,
        provider,
        site,
        queue,
        leg,
        array_agg(from_at) FILTER (WHERE is_pause) AS paused_from,
        array_agg(until_at) FILTER (WHERE is_pause) AS paused_to,
        array_agg(from_at) FILTER (WHERE NOT is_pause AND from_at IS NOT NULL) AS turn_from,
        array_agg(until_at) FILTER (WHERE NOT is_pause AND from_at IS NOT NULL) AS turn_to,
        sum(settled) AS turns_settled
    FROM (
        SELECT started_day, contact_id, provider, site, queue, leg, true AS is_pause, from_at, until_at, 0 AS settled
        FROM pauses
        WHERE until_at IS NULL OR from_at < until_at
        UNION ALL
        SELECT
            started_day,
            contact_id,
            provider,
            site,
            queue,
            leg,
            false AS is_pause,
            wrote_at AS from_at,
            answered_at AS until_at,
            CASE WHEN wrote_at IS NULL THEN messages ELSE messages - 1 END AS settled
        FROM turns
        WHERE provider IS NOT NULL AND messages > 0
    ) AS stretches
    GROUP BY 1, 2, 3, 4, 5, 6
),

stays AS (
    SELECT
        started_day,
        contact_id,
        provider,
        site,
        queue,
        leg,
        min(started_at) AS started_at,
        min(time) FILTER (WHERE type = 'offered') AS stated_offered_at,
        min(time) AS first_event_at,
        first_value(type ORDER BY time, id, source) FILTER (WHERE ends_wait) AS outcome,
        min(time) FILTER (WHERE ends_wait) AS outcome_at,
        count(*) FILTER (WHERE ends_wait) AS outcomes,
        max(time) FILTER (WHERE type = 'ended') AS ended_at,
        last_value(coalesce(talk_us, 0) + coalesce(hold_us, 0) + coalesce(wrap_us, 0) ORDER BY time, id, source)
            FILTER (WHERE type = 'ended') AS handle_us,
        count(*) FILTER (WHERE type = 'transferred') AS transfers,
        min(time) FILTER (WHERE type = 'decided' AND human) AS decided_at,
        min(time) FILTER (WHERE type = 'published') AS published_at,
        max(time) FILTER (WHERE type = 'transferred') AS transferred_at,
        first_value(flowed_to ORDER BY time, id, source) FILTER (WHERE ends_wait) AS flowed_to,
        first_value(channel ORDER BY time, id, source) FILTER (WHERE channel IS NOT NULL) AS channel,
        first_value(direction ORDER BY time, id, source) FILTER (WHERE direction IS NOT NULL) AS direction,
        first_value(reason ORDER BY time, id, source) FILTER (WHERE reason IS NOT NULL) AS reason,
        first_value(language ORDER BY time, id, source) FILTER (WHERE language IS NOT NULL) AS language,
        first_value(priority ORDER BY time, id, source) FILTER (WHERE priority IS NOT NULL) AS priority,
        first_value(CAST(complaint AS INTEGER) ORDER BY time, id, source) FILTER (WHERE complaint IS NOT NULL) AS complaint,
        first_value(CAST(recognised AS INTEGER) ORDER BY time, id, source) FILTER (WHERE recognised IS NOT NULL) AS recognised,
        first_value(customer ORDER BY time, id, source) FILTER (WHERE customer IS NOT NULL) AS customer,
        first_value(agent ORDER BY time, id, source) FILTER (WHERE agent IS NOT NULL) AS agent,
        first_value(team ORDER BY time, id, source) FILTER (WHERE team IS NOT NULL) AS team
    FROM marked
    WHERE of_leg
    GROUP BY started_day, contact_id, provider, site, queue, leg
),

clocked AS (
    SELECT
        stays.*,
        coalesce(stated_offered_at, first_event_at) AS offered_at,
        coalesce(direction, 'inbound') = 'inbound' AS inbound
    FROM stays
),

-- Inbound legs first, answered ones before the others: the first of a contact owns it. One window for both, so that the
-- engine goes through the legs once.
placed AS (
    SELECT
        clocked.*,
        row_number() OVER by_owner = 1 AND inbound AS owner,
        min(CASE WHEN inbound THEN offered_at END) OVER by_owner AS first_offered_at,
        max(CASE WHEN inbound THEN offered_at END) OVER by_owner AS last_offered_at,
        max(CASE WHEN inbound AND outcome = 'abandoned' THEN outcome_at END) OVER by_owner AS left_at,
        max(CASE
            WHEN NOT inbound OR outcome = 'abandoned' THEN NULL
            WHEN outcome = 'flowed_out' THEN CAST(outcome_at AS BIGINT)
            ELSE 253402207200000000
        END) OVER by_owner AS held_us
    FROM clocked
    WINDOW by_owner AS (
        PARTITION BY started_day, contact_id
        ORDER BY
            inbound DESC,
            CASE WHEN outcome = 'answered' THEN 0 ELSE 1 END,
            CASE WHEN outcome = 'answered' THEN outcome_at ELSE offered_at END,
            provider, site, queue, leg
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),

-- Waits in whole microseconds. A wait that runs backwards by up to 5 s is clock skew and counts as zero; beyond that
-- it is unknown, and the leg is marked.
timed AS (
    SELECT
        placed.*,
        CAST(outcome_at AS BIGINT) - CAST(offered_at AS BIGINT) AS elapsed_us,
        CAST(ended_at AS BIGINT) - CAST(offered_at AS BIGINT) AS stay_us,
        CAST(ended_at AS BIGINT) - CAST(outcome_at AS BIGINT) AS handling_us
    FROM placed
)

SELECT
    timed.started_day,
    timed.contact_id,
    timed.provider,
    timed.site,
    timed.queue,
    timed.leg,
    timed.started_at,
    timed.offered_at,
    timed.stated_offered_at IS NULL AS inferred,
    timed.outcome,
    timed.outcome_at,
    CASE WHEN elapsed_us >= 0 THEN elapsed_us WHEN elapsed_us >= -5000000 THEN 0 END AS wait_us,
    timed.ended_at,
    timed.handle_us,
    coalesce(elapsed_us < -5000000, false) OR coalesce(stay_us < -5000000, false)
        OR coalesce(handling_us < -5000000, false) AS disordered,
    CASE WHEN timed.outcomes > 1 THEN timed.outcomes - 1 ELSE 0 END AS anomalies,
    timed.transfers,
    timed.transferred_at,
    timed.flowed_to,
    timed.channel,
    coalesce(timed.direction, 'inbound') AS direction,
    coalesce(timed.reason, stated.reason) AS reason,
    coalesce(timed.language, stated.language) AS language,
    coalesce(timed.priority, stated.priority) AS priority,
    CAST(coalesce(timed.complaint, stated.complaint) AS BOOLEAN) AS complaint,
    CAST(coalesce(timed.recognised, stated.recognised) AS BOOLEAN) AS recognised,
    timed.customer,
    timed.agent,
    timed.team,
    stated.cancelled,
    timed.owner,
    timed.first_offered_at,
    timed.last_offered_at,
    CASE WHEN timed.held_us > CAST(timed.left_at AS BIGINT) THEN NULL ELSE timed.left_at END AS given_up_at,
    -- Asked before any human answered; else the call is what was agreed with whoever did. Where no attempt is told, the
    -- first human answer stands for it.
    CASE WHEN stated.human_at <= stated.asked_at THEN NULL ELSE stated.asked_at END AS callback_at,
    CASE WHEN stated.human_at <= stated.asked_at THEN NULL ELSE stated.slot_at END AS slot_at,
    CASE
        WHEN stated.asked_at IS NULL OR stated.human_at <= stated.asked_at THEN NULL
        WHEN stated.dials > 0 THEN stated.reached_at
        ELSE stated.human_at
    END AS called_at,
    CASE WHEN stated.human_at <= stated.asked_at THEN 0 ELSE stated.dials END AS dials,
    stated.first_resolved_at,
    stated.last_resolved_at,
    stated.reopened_at,
    coalesce(stated.last_reopened_at >= stated.first_resolved_at, false) AS reopened,
    CASE WHEN stated.turned > 0 THEN array_sort(stated.changes, 'ASC', 'NULLS LAST') END AS changes,
    timed.decided_at,
    timed.published_at,
    array_sort(writing.paused_from, 'ASC', 'NULLS LAST') AS paused_from,
    array_sort(writing.paused_to, 'ASC', 'NULLS LAST') AS paused_to,
    array_sort(writing.turn_from, 'ASC', 'NULLS LAST') AS turn_from,
    array_sort(writing.turn_to, 'ASC', 'NULLS LAST') AS turn_to,
    coalesce(writing.turns_settled, 0) AS turns_settled
FROM timed
INNER JOIN stated ON timed.started_day = stated.started_day AND timed.contact_id = stated.contact_id
LEFT JOIN writing
    ON timed.started_day = writing.started_day
    AND timed.contact_id = writing.contact_id
    AND timed.provider = writing.provider
    AND timed.site = writing.site
    AND timed.queue = writing.queue
    AND timed.leg = writing.leg
