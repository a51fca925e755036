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
-- Yes and no are carried as 1 and 0: the engine keeps the first of numbers in columns, that of booleans one by one.

WITH known AS (
    SELECT * FROM events WHERE received_at <= $as_of
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
            OR (type = 'answered' AND coalesce(actor, 'human') NOT IN ('bot', 'auto')) AS ends_wait,
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
        max(asked_at) AS asked_at,
        last_value(slot ORDER BY time, id, source, provider) FILTER (WHERE type = 'callback_requested' AND slot IS NOT NULL) AS slot_at,
        min(time) FILTER (WHERE type = 'answered' AND ends_wait) AS human_at,
        min(time) FILTER (WHERE type = 'dialled' AND reached AND time >= asked_at) AS reached_at,
        count(*) FILTER (WHERE type = 'dialled' AND time >= asked_at) AS dials
    FROM marked
    GROUP BY started_day, contact_id
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

-- Inbound legs first, answered ones before the others: the first of a contact owns it.
placed AS (
    SELECT
        clocked.*,
        row_number() OVER (
            PARTITION BY started_day, contact_id
            ORDER BY
                inbound DESC,
                CASE WHEN outcome = 'answered' THEN 0 ELSE 1 END,
                CASE WHEN outcome = 'answered' THEN outcome_at ELSE offered_at END,
                provider, site, queue, leg
        ) = 1 AND inbound AS owner,
        min(CASE WHEN inbound THEN offered_at END) OVER (PARTITION BY started_day, contact_id) AS first_offered_at,
        max(CASE WHEN inbound THEN offered_at END) OVER (PARTITION BY started_day, contact_id) AS last_offered_at
    FROM clocked
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
    coalesce(stated.last_reopened_at >= stated.first_resolved_at, false) AS reopened
FROM timed
INNER JOIN stated ON timed.started_day = stated.started_day AND timed.contact_id = stated.contact_id
