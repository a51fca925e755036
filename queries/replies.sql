-- id: replies
-- version: 1
-- title:
--   en: Every reply that is awaited in writing, with its time on the promise's clock
--   fr: Chaque réponse attendue par écrit, avec son délai à l'horloge de la promesse
--
-- Reads `cohort`, one row per reply that a leg owes:
--   first: the first human answer, of written legs (email, sms, social, post) and of chats offered while closed. Awaited
--     from the offer; of a letter from its receipt, which is the start of the contact, even when it was put into its first
--     queue later. Bots and automatic acknowledgements do not answer, nor does closing. Contacts begun by an agent are
--     not in the cohort.
--   next: the next human reply, of the same legs: from the first message of the customer after a human reply.
--   decision: of moderated content, from its offer to the first decision of a person.
--
-- Where contacts are counted whole, `cohort` has one row for each, as `journeys` makes it, and so has this: what is owed, by
-- the promise that the contact came in under.
--
-- The clock is the time that the promise calendar is open (always, without one); that of replies to customers stands still
-- in the pauses of the leg. What arrives while closed is awaited from the next opening, what is replied while closed costs
-- nothing more. It runs until the reply, until the customer gave up or the leg was left otherwise, else until now. Times
-- that run backwards by up to 5 s are 0; by more, the time is unknown, as it is beyond the clock: begun over 35 days before
-- the offer, or over 400 days after it. A reply in an unknown time is a reply, and never in time.
--
-- due: the promised time has passed on the calendar since it was awaited, whatever came of it, so that quick replies do
-- not count before slow ones can; beyond the clock it has. A reply that still may come in time, its clock being paused, is
-- not due yet.
--
-- awaited_us: how much open time has passed since it was awaited, pauses included; null beyond the clock.
--
-- Pauses are joined by the key of a leg: no leg may be there twice, as folded before and as folded now.

WITH owed AS (
    SELECT
        cohort.*,
        'first' AS kind,
        CASE
            WHEN channel = 'post' AND offered_at = first_offered_at AND started_at < offered_at THEN started_at
            ELSE offered_at
        END AS began_at,
        CASE WHEN outcome IN ('answered', 'abandoned', 'flowed_out') THEN outcome_at END AS over_at,
        outcome = 'answered' AS replied
    FROM cohort
    WHERE (counted AND channel IN ('email', 'sms', 'social', 'post')) OR (out_of_hours AND channel = 'chat')
    UNION ALL
    SELECT
        cohort.*,
        'decision' AS kind,
        offered_at AS began_at,
        decided_at AS over_at,
        decided_at IS NOT NULL AS replied
    FROM cohort
    WHERE counted AND channel = 'moderation'
),

turns AS (
    SELECT owed.*, unnest(turn_from) AS wrote_at, unnest(turn_to) AS answered_at
    FROM owed
    WHERE kind = 'first' AND turn_from IS NOT NULL
),

awaited AS (
    SELECT
        kind, contact_id, provider, site, queue, leg, channel, reason, team, bucket, day, started_at, offered_at,
        first_offered_at, calendar, threshold_us, paused_from, paused_to, turns_settled, published_at,
        CAST(began_at AS BIGINT) AS began_us, CAST(over_at AS BIGINT) AS over_us, replied
    FROM owed
    UNION ALL
    SELECT
        'next' AS kind, contact_id, provider, site, queue, leg, channel, reason, team, bucket, day, started_at, offered_at,
        first_offered_at, calendar, threshold_us, paused_from, paused_to, turns_settled, published_at,
        CAST(wrote_at AS BIGINT) AS began_us, CAST(answered_at AS BIGINT) AS over_us, answered_at IS NOT NULL AS replied
    FROM turns
),

clocked AS (
    SELECT
        awaited.*,
        asked.now_us,
        CAST(offered_at AS BIGINT) AS offered_us,
        CASE
            WHEN coalesce(over_us, asked.now_us) > asked.clock_end_us THEN asked.clock_end_us
            ELSE coalesce(over_us, asked.now_us)
        END AS until_us
    FROM asked
    CROSS JOIN awaited
),

-- What time it is on each calendar: how long it had been open.
today AS (
    SELECT
        open_slots.calendar,
        open_slots.cum_us + CASE
            WHEN asked.at_us <= open_slots.open_from_us THEN 0
            WHEN asked.at_us >= open_slots.open_to_us THEN open_slots.open_to_us - open_slots.open_from_us
            ELSE asked.at_us - open_slots.open_from_us
        END AS now_open_us
    FROM (SELECT CASE WHEN now_us > clock_end_us THEN clock_end_us ELSE now_us END AS at_us FROM asked) AS asked
    INNER JOIN open_slots ON asked.at_us - asked.at_us % 900000000 = open_slots.slot * 900000000
),

spans AS (
    SELECT
        contact_id,
        provider,
        site,
        queue,
        leg,
        kind,
        calendar,
        began_us,
        until_us,
        CASE WHEN CAST(from_at AS BIGINT) < began_us THEN began_us ELSE CAST(from_at AS BIGINT) END AS from_us,
        CASE WHEN coalesce(CAST(to_at AS BIGINT), until_us) < until_us THEN CAST(to_at AS BIGINT) ELSE until_us END AS to_us
    FROM (
        SELECT clocked.*, unnest(paused_from) AS from_at, unnest(paused_to) AS to_at
        FROM clocked
        WHERE paused_from IS NOT NULL AND kind <> 'decision'
    ) AS pauses
),

pauses AS (
    SELECT
        spans.contact_id,
        spans.provider,
        spans.site,
        spans.queue,
        spans.leg,
        spans.kind,
        spans.began_us,
        spans.until_us,
        sum(CASE
            WHEN spans.calendar IS NULL THEN spans.to_us - spans.from_us
            ELSE closing.cum_us + CASE
                WHEN spans.to_us <= closing.open_from_us THEN 0
                WHEN spans.to_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
                ELSE spans.to_us - closing.open_from_us
            END - opening.cum_us - CASE
                WHEN spans.from_us <= opening.open_from_us THEN 0
                WHEN spans.from_us >= opening.open_to_us THEN opening.open_to_us - opening.open_from_us
                ELSE spans.from_us - opening.open_from_us
            END
        END) AS paused_us
    FROM spans
    LEFT JOIN open_slots AS opening
        ON spans.calendar = opening.calendar
        AND spans.from_us - spans.from_us % 900000000 = opening.slot * 900000000
    LEFT JOIN open_slots AS closing
        ON spans.calendar = closing.calendar
        AND spans.to_us - spans.to_us % 900000000 = closing.slot * 900000000
    WHERE spans.from_us < spans.to_us
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),

opened AS (
    SELECT
        clocked.*,
        coalesce(pauses.paused_us, 0) AS paused_us,
        CASE
            WHEN clocked.calendar IS NULL THEN clocked.began_us
            ELSE opening.cum_us + CASE
                WHEN clocked.began_us <= opening.open_from_us THEN 0
                WHEN clocked.began_us >= opening.open_to_us THEN opening.open_to_us - opening.open_from_us
                ELSE clocked.began_us - opening.open_from_us
            END
        END AS began_open_us,
        CASE
            WHEN clocked.calendar IS NULL THEN clocked.until_us
            ELSE closing.cum_us + CASE
                WHEN clocked.until_us <= closing.open_from_us THEN 0
                WHEN clocked.until_us >= closing.open_to_us THEN closing.open_to_us - closing.open_from_us
                ELSE clocked.until_us - closing.open_from_us
            END
        END AS until_open_us,
        CASE WHEN clocked.calendar IS NULL THEN clocked.now_us ELSE today.now_open_us END AS now_open_us
    FROM clocked
    LEFT JOIN open_slots AS opening
        ON clocked.calendar = opening.calendar
        AND clocked.began_us - clocked.began_us % 900000000 = opening.slot * 900000000
    LEFT JOIN open_slots AS closing
        ON clocked.calendar = closing.calendar
        AND clocked.until_us - clocked.until_us % 900000000 = closing.slot * 900000000
    LEFT JOIN today ON clocked.calendar = today.calendar
    LEFT JOIN pauses
        ON clocked.contact_id = pauses.contact_id
        AND clocked.provider = pauses.provider
        AND clocked.site = pauses.site
        AND clocked.queue = pauses.queue
        AND clocked.leg = pauses.leg
        AND clocked.kind = pauses.kind
        AND clocked.began_us = pauses.began_us
        AND clocked.until_us = pauses.until_us
),

timed AS (
    SELECT
        opened.*,
        CASE
            WHEN began_us < offered_us - 3024000000000 OR over_us >= offered_us + 34560000000000 THEN NULL
            WHEN over_us < began_us - 5000000 THEN NULL
            WHEN until_open_us > began_open_us THEN until_open_us - began_open_us - paused_us
            ELSE 0
        END AS reply_us
    FROM opened
)

SELECT
    kind,
    contact_id,
    provider,
    site,
    queue,
    leg,
    channel,
    reason,
    team,
    bucket,
    day,
    started_at,
    replied,
    over_us IS NULL AS unsettled,
    reply_us,
    coalesce(replied AND reply_us <= threshold_us, false) AS in_time,
    (
        began_us < offered_us - 3024000000000
        OR now_us - began_us >= 34560000000000
        OR coalesce(now_open_us - began_open_us >= threshold_us, true)
    ) AND (over_us IS NOT NULL OR kind = 'decision' OR coalesce(reply_us > threshold_us, true)) AS due,
    CASE
        WHEN began_us < offered_us - 3024000000000 OR now_us - began_us >= 34560000000000 THEN NULL
        ELSE now_open_us - began_open_us
    END AS awaited_us,
    turns_settled,
    calendar,
    threshold_us,
    began_us,
    over_us,
    paused_us,
    channel = 'post' AND kind = 'first' AND began_us < offered_us AS held,
    kind = 'decision' AND published_at IS NOT NULL AS published,
    kind = 'decision' AND published_at IS NOT NULL AND (over_us IS NULL OR CAST(published_at AS BIGINT) < over_us) AS unreviewed
FROM timed
