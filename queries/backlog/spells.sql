-- id: spells
-- version: 1
-- title:
--   en: When each case was open
--   fr: Les périodes pendant lesquelles chaque dossier était ouvert
-- params:
--   as_of: timestamp  # only what had been received by then
--   now: timestamp  # only what had happened by then
--
-- A case is open from its receipt until it is resolved, decided (moderation),
-- closed, given up by the customer before anybody answered, or cancelled; `reopened` opens it again, but for a cancelled
-- one. At the same instant it counts as open again, as in `legs`. What happened before the receipt happened at the receipt.
--
-- Reads `events` and `followed`: one row per spell, the first of which is its receipt. A spell that was not over has no end.
-- Whose a case is, and what it is about, is what is known at `now`, whenever it was open: a case that goes to another site
-- takes its past along, so that what was open, came in and went out is of the same cases and adds up.

WITH told AS (
    SELECT
        events.contact_id,
        events.provider,
        events.source,
        events.id,
        events.revision,
        events.digest,
        events.type,
        events.time,
        events.received_at
    FROM followed
    INNER JOIN events ON followed.contact_id = events.contact_id
    WHERE events.received_at <= $as_of
),

-- Contacts of which something was told more than once: few, so that only theirs is ranked.
retold AS (
    SELECT contact_id, max(tellings) AS tellings
    FROM (
        SELECT contact_id, provider, source, id, count(*) AS tellings
        FROM told
        GROUP BY contact_id, provider, source, id
        HAVING count(*) > 1
    ) AS identities
    GROUP BY contact_id
),

ranked AS (
    SELECT
        told.contact_id,
        told.type,
        told.time,
        row_number() OVER (
            PARTITION BY told.contact_id, told.provider, told.source, told.id
            ORDER BY told.revision DESC, told.digest, told.received_at
        ) AS nth
    FROM retold
    INNER JOIN told ON retold.contact_id = told.contact_id
),

latest AS (
    SELECT told.contact_id, told.type, told.time
    FROM retold
    RIGHT JOIN told ON retold.contact_id = told.contact_id
    WHERE retold.tellings IS NULL AND told.type IN ('resolved', 'decided', 'closed', 'cancelled', 'reopened')
    UNION ALL
    SELECT contact_id, type, time
    FROM ranked
    WHERE nth = 1 AND type IN ('resolved', 'decided', 'closed', 'cancelled', 'reopened')
),

-- The order at one instant: what is done, then what is taken back.
changes AS (
    SELECT contact_id, 'received' AS kind, 0 AS place, received_us AS change_us
    FROM followed
    UNION ALL
    SELECT contact_id, 'abandoned' AS kind, 4 AS place, CAST(outcome_at AS BIGINT) AS change_us
    FROM followed
    WHERE outcome = 'abandoned'
    UNION ALL
    SELECT
        contact_id,
        type AS kind,
        CASE type WHEN 'resolved' THEN 1 WHEN 'decided' THEN 2 WHEN 'closed' THEN 3 WHEN 'cancelled' THEN 5 ELSE 6 END AS place,
        CAST(time AS BIGINT) AS change_us
    FROM latest
    WHERE time <= $now
),

-- Every window is in one order, so that the rows are sorted once. What happens twice at one instant is one and the same.
ordered AS (
    SELECT changes.*, CASE WHEN place = 0 THEN 0 ELSE 1 END AS later
    FROM changes
),

stated AS (
    SELECT
        ordered.*,
        CASE
            WHEN sum(CASE WHEN kind = 'cancelled' THEN 1 ELSE 0 END) OVER (
                PARTITION BY contact_id ORDER BY later, change_us, place
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) > 0 THEN 0
            WHEN kind IN ('received', 'reopened') THEN 1
            ELSE 0
        END AS opens
    FROM ordered
),

compared AS (
    SELECT
        stated.*,
        coalesce(lag(opens) OVER (PARTITION BY contact_id ORDER BY later, change_us, place), 0) AS opened
    FROM stated
),

turned AS (
    SELECT
        contact_id,
        opens,
        kind AS opened_by,
        change_us AS opened_us,
        lead(kind) OVER (PARTITION BY contact_id ORDER BY later, change_us, place) AS closed_by,
        lead(change_us) OVER (PARTITION BY contact_id ORDER BY later, change_us, place) AS closed_us
    FROM compared
    WHERE opens <> opened
)

SELECT
    followed.contact_id,
    followed.provider,
    followed.site,
    followed.queue,
    followed.team,
    followed.channel,
    followed.live,
    followed.reason,
    followed.language,
    followed.complaint,
    followed.calendar,
    followed.threshold_us,
    followed.received_at,
    followed.received_us,
    followed.open_us,
    CASE WHEN followed.outcome = 'answered' THEN CAST(followed.outcome_at AS BIGINT) END AS answered_us,
    turned.opened_by,
    CASE WHEN turned.opened_us < followed.received_us THEN followed.received_us ELSE turned.opened_us END AS opened_us,
    turned.closed_by,
    CASE WHEN turned.closed_us < followed.received_us THEN followed.received_us ELSE turned.closed_us END AS closed_us
FROM turned
INNER JOIN followed ON turned.contact_id = followed.contact_id
WHERE turned.opens = 1
