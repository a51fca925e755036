-- id: decided
-- version: 1
-- title:
--   en: Contacts that were decided lately, in time or missed, by when that was
--   fr: Contacts récemment décidés, dans le délai ou manqués, selon le moment de la décision
-- params:
--   decided_from_us: bigint  # nothing that was decided before
--   slot_us: bigint  # contacts decided within so long of each other, back from now, are counted together
--
-- What an alert can know of a promise: a contact is decided once nothing can change any more whether it was in time. One
-- that waits beyond its threshold is a miss at once, long before its outcome.
--   Calls, chats, video, of `cohort`: those that the service level of their queue's formula is about. Decided by their
--     outcome, or by the threshold where they wait longer.
--   Mail, messages, letters, posts, and moderated content, of `replies`: first replies and decisions. Decided by the reply in
--     time, else when the promised open time has passed since they were awaited. On a calendar that instant is not computed
--     here: `calendar` names it, `at_us` is since when they were awaited and `open_us` the open time to be added; pauses of
--     the leg are left out. Elsewhere `calendar` is null and `open_us` is 0.
-- `heard` (provider, heard_us) says up to when each provider has told what happened: whoever waits beyond that may have been
-- answered, and is no miss yet.
-- `at_us` counts slots back from the instant asked, so that windows that end now are exact.

WITH judged AS (
    SELECT
        provider,
        site,
        queue,
        channel,
        CASE WHEN false THEN calendar END AS calendar,
        threshold_us,
        CASE
            WHEN wait_us > threshold_us THEN CAST(offered_at AS BIGINT) + threshold_us
            ELSE CAST(outcome_at AS BIGINT)
        END AS decided_us,
        outcome = 'overdue' AS waits,
        answered_in_time
            OR (formula = 'e' AND abandoned_in_time)
            OR (formula = 'g' AND short_abandoned) AS in_time
    FROM cohort
    WHERE
        counted
        AND channel IN ('voice', 'chat', 'video')
        AND CASE outcome
            WHEN 'answered' THEN true
            WHEN 'abandoned' THEN CASE formula
                WHEN 'c' THEN NOT short_abandoned
                WHEN 'd' THEN NOT abandoned_in_time
                WHEN 'f' THEN false
                ELSE true
            END
            WHEN 'flowed_out' THEN formula = 'a'
            WHEN 'overdue' THEN formula <> 'f'
            ELSE false
        END
    UNION ALL
    SELECT
        provider,
        site,
        queue,
        channel,
        CASE WHEN NOT in_time THEN calendar END AS calendar,
        threshold_us,
        CASE
            WHEN in_time THEN over_us
            WHEN calendar IS NULL THEN began_us + threshold_us
            ELSE began_us
        END AS decided_us,
        NOT in_time AND unsettled AND calendar IS NULL AS waits,
        in_time
    FROM replies
    WHERE kind IN ('first', 'decision') AND (due OR in_time)
)

SELECT
    judged.provider,
    judged.site,
    judged.queue,
    judged.channel,
    judged.calendar,
    CASE WHEN judged.calendar IS NULL THEN 0 ELSE judged.threshold_us END AS open_us,
    judged.decided_us + (asked.now_us - judged.decided_us) % $slot_us AS at_us,
    count(*) AS contacts,
    count(*) FILTER (WHERE NOT judged.in_time) AS missed
FROM asked
CROSS JOIN judged
LEFT JOIN heard ON judged.provider = heard.provider
WHERE
    judged.decided_us <= asked.now_us
    AND (judged.calendar IS NOT NULL OR judged.decided_us >= $decided_from_us)
    AND (NOT judged.waits OR judged.decided_us <= heard.heard_us)
GROUP BY 1, 2, 3, 4, 5, 6, 7
