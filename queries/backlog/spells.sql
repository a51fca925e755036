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

WITH ranked AS (
    SELECT
        events.contact_id,
        events.type,
        events.time,
        row_number() OVER (
            PARTITION BY events.contact_id, events.provider, events.source, events.id
            ORDER BY events.revision DESC, events.digest, events.received_at
        ) AS nth
    FROM events
    INNER JOIN followed ON events.contact_id = followed.contact_id
    WHERE events.received_at <= $as_of
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
    FROM ranked
    WHERE nth = 1 AND time <= $now AND type IN ('resolved', 'decided', 'closed', 'cancelled', 'reopened')
),

numbered AS (
    SELECT
        changes.*,
        row_number() OVER (
            PARTITION BY contact_id ORDER BY CASE WHEN place = 0 THEN 0 ELSE 1 END, change_us, place
        ) AS nth
    FROM changes
),

stated AS (
    SELECT
        numbered.*,
        CASE
            WHEN sum(CASE WHEN kind = 'cancelled' THEN 1 ELSE 0 END) OVER (
                PARTITION BY contact_id ORDER BY nth ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) > 0 THEN 0
            WHEN kind IN ('received', 'reopened') THEN 1
            ELSE 0
        END AS opens
    FROM numbered
),

compared AS (
    SELECT stated.*, coalesce(lag(opens) OVER (PARTITION BY contact_id ORDER BY nth), 0) AS opened
    FROM stated
),

turned AS (
    SELECT
        contact_id,
        nth,
        opens,
        kind AS opened_by,
        change_us AS opened_us,
        lead(kind) OVER (PARTITION BY contact_id ORDER BY nth) AS closed_by,
        lead(change_us) OVER (PARTITION BY contact_id ORDER BY nth) AS closed_us
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
