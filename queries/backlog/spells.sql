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

-- One row per identity: its highest revision, then the smallest digest. What it says is a number, for numbers are grouped in
-- columns: 1 resolved, 2 decided, 3 closed, 5 cancelled, 6 reopened, 9 anything else.
WITH latest AS (
    SELECT
        events.contact_id,
        first_value(
            CASE events.type
                WHEN 'resolved' THEN 1
                WHEN 'decided' THEN 2
                WHEN 'closed' THEN 3
                WHEN 'cancelled' THEN 5
                WHEN 'reopened' THEN 6
                ELSE 9
            END
            ORDER BY events.revision DESC, events.digest, events.received_at
        ) AS place,
        first_value(
            CAST(events.time AS BIGINT) ORDER BY events.revision DESC, events.digest, events.received_at
        ) AS change_us
    FROM followed
    INNER JOIN events ON followed.contact_id = events.contact_id
    WHERE events.received_at <= $as_of
    GROUP BY events.contact_id, events.provider, events.source, events.id
),

-- The order at one instant: what is done, then what is taken back.
changes AS (
    SELECT contact_id, 0 AS place, received_us AS change_us
    FROM followed
    UNION ALL
    SELECT contact_id, 4 AS place, CAST(outcome_at AS BIGINT) AS change_us
    FROM followed
    WHERE outcome = 'abandoned'
    UNION ALL
    SELECT contact_id, place, change_us
    FROM latest
    WHERE place < 9 AND change_us <= CAST($now AS BIGINT)
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
            WHEN sum(CASE WHEN place = 5 THEN 1 ELSE 0 END) OVER (
                PARTITION BY contact_id ORDER BY later, change_us, place
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) > 0 THEN 0
            WHEN place IN (0, 6) THEN 1
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
        place AS opened_place,
        change_us AS opened_us,
        lead(place) OVER (PARTITION BY contact_id ORDER BY later, change_us, place) AS closed_place,
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
    CASE turned.opened_place WHEN 0 THEN 'received' ELSE 'reopened' END AS opened_by,
    CASE WHEN turned.opened_us < followed.received_us THEN followed.received_us ELSE turned.opened_us END AS opened_us,
    CASE turned.closed_place
        WHEN 1 THEN 'resolved'
        WHEN 2 THEN 'decided'
        WHEN 3 THEN 'closed'
        WHEN 4 THEN 'abandoned'
        WHEN 5 THEN 'cancelled'
    END AS closed_by,
    CASE WHEN turned.closed_us < followed.received_us THEN followed.received_us ELSE turned.closed_us END AS closed_us
FROM turned
INNER JOIN followed ON turned.contact_id = followed.contact_id
WHERE turned.opens = 1
