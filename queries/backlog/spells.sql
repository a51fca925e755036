-- id: spells
-- version: 1
-- title:
--   en: When each case was open
--   fr: Les périodes pendant lesquelles chaque dossier était ouvert
--
-- A case is open from its receipt until it is resolved, decided (moderation), closed, given up by the customer before
-- anybody answered (at whichever place it went to last), or cancelled; `reopened` opens it again, but for a cancelled one. At
-- the same instant it counts as open again, as in `legs`. What happened before the receipt happened at the receipt. Closed is
-- not resolved: a complaint closed without a solution is in no backlog, and stays among the complaints that are not resolved
-- after 48 h (`open_complaints`).
--
-- Reads `followed`: one row per spell, the first of which is its receipt. A spell that was not over has no end. `changes`
-- names what was said of a case, as `legs` does: its microseconds * 8 + 1 resolved, 2 decided, 3 closed, 5 cancelled,
-- 6 reopened; without it the case was resolved once, or never. Here 0 is the receipt and 4 given up.
-- Whose a case is, and what it is about, is what is known at `now`, whenever it was open: a case that goes to another site
-- takes its past along, so that what was open, came in and went out is of the same cases and adds up.

WITH said AS (
    SELECT
        followed.*,
        CAST(given_up_at AS BIGINT) AS given_up_us,
        CAST(first_resolved_at AS BIGINT) AS resolved_us
    FROM followed
),

-- Most cases are open once.
once AS (
    SELECT
        started_day,
        contact_id,
        received_us,
        given_up_us,
        resolved_us,
        coalesce(resolved_us <= given_up_us, resolved_us IS NOT NULL) AS resolved_first
    FROM said
    WHERE changes IS NULL
),

told AS (
    SELECT started_day, contact_id, unnest(changes) AS change
    FROM said
    WHERE changes IS NOT NULL
),

-- The order at one instant: what is done, then what is taken back.
happened AS (
    SELECT started_day, contact_id, 0 AS place, received_us AS change_us
    FROM said
    WHERE changes IS NOT NULL
    UNION ALL
    SELECT started_day, contact_id, 4 AS place, given_up_us AS change_us
    FROM said
    WHERE changes IS NOT NULL AND given_up_us IS NOT NULL
    UNION ALL
    SELECT started_day, contact_id, change & 7 AS place, change >> 3 AS change_us
    FROM told
),

-- Every window is in one order, so that the rows are sorted once. What happens twice at one instant is one and the same.
ordered AS (
    SELECT happened.*, CASE WHEN place = 0 THEN 0 ELSE 1 END AS later
    FROM happened
),

stated AS (
    SELECT
        ordered.*,
        CASE
            WHEN sum(CASE WHEN place = 5 THEN 1 ELSE 0 END) OVER (
                PARTITION BY started_day, contact_id ORDER BY later, change_us, place
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
        coalesce(
            lag(opens) OVER (PARTITION BY started_day, contact_id ORDER BY later, change_us, place), 0
        ) AS opened
    FROM stated
),

turned AS (
    SELECT
        started_day,
        contact_id,
        opens,
        place AS opened_place,
        change_us AS opened_us,
        lead(place) OVER (PARTITION BY started_day, contact_id ORDER BY later, change_us, place) AS closed_place,
        lead(change_us) OVER (PARTITION BY started_day, contact_id ORDER BY later, change_us, place) AS closed_us
    FROM compared
    WHERE opens <> opened
),

lasting AS (
    SELECT started_day, contact_id, opened_place, opened_us, closed_place, closed_us
    FROM turned
    WHERE opens = 1
    UNION ALL
    SELECT
        started_day,
        contact_id,
        0 AS opened_place,
        received_us AS opened_us,
        CASE WHEN resolved_first THEN 1 WHEN given_up_us IS NOT NULL THEN 4 END AS closed_place,
        CASE WHEN resolved_first THEN resolved_us ELSE given_up_us END AS closed_us
    FROM once
)

SELECT
    followed.started_day,
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
    followed.started_at,
    followed.received_at,
    followed.received_us,
    CASE WHEN followed.outcome = 'answered' THEN CAST(followed.outcome_at AS BIGINT) END AS answered_us,
    CASE lasting.opened_place WHEN 0 THEN 'received' ELSE 'reopened' END AS opened_by,
    CASE WHEN lasting.opened_us < followed.received_us THEN followed.received_us ELSE lasting.opened_us END AS opened_us,
    CASE lasting.closed_place
        WHEN 1 THEN 'resolved'
        WHEN 2 THEN 'decided'
        WHEN 3 THEN 'closed'
        WHEN 4 THEN 'abandoned'
        WHEN 5 THEN 'cancelled'
    END AS closed_by,
    CASE WHEN lasting.closed_us < followed.received_us THEN followed.received_us ELSE lasting.closed_us END AS closed_us
FROM lasting
INNER JOIN followed ON lasting.started_day = followed.started_day AND lasting.contact_id = followed.contact_id
