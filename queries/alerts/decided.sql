-- id: decided
-- version: 3
-- title:
--   en: Contacts that were decided lately, in time or missed, by when that was
--   fr: Contacts récemment décidés, dans le délai ou manqués, selon le moment de la décision
-- params:
--   decided_from_us: bigint  # nothing that was decided before
--   slot_us: bigint  # contacts decided within so long of each other, back from now, are counted together
--
-- What an alert can know of a promise: a contact is decided once nothing can change any more whether it was in time. One
-- that waits beyond its threshold is a miss at once, long before its outcome.
--   Calls, chats, video, of `cohort`: those that the service level of their formula is about. Decided by their outcome, or
--     by the threshold where they wait longer.
--   Mail, messages, letters, posts, and moderated content, of `replies`: first replies and decisions. Decided by the reply in
--     time, else when the promised open time has passed since they were awaited. On a calendar that instant is not computed
--     here: `calendar` names it, `at_us` is since when they were awaited and `open_us` the open time to be added. Elsewhere
--     `calendar` is null and `open_us` is 0. Replies whose clock stood still in a pause are left out: when they are decided
--     is up to the customer.
-- `heard` (provider, heard_us) says up to when each provider has told what happened: whoever waits beyond that may have been
-- answered, and is no miss yet.
-- `promise_terms` says by which terms: each contact is counted once by each term that is about its kind (`written`: 1, only
-- what is owed in writing; 0, only calls, chats and video; null, all) and its reason (`any_reason`, else those of
-- `promise_reasons`; a contact of which no reason is known yet is of none). As in `contract_service_levels`: a formula, a
-- threshold and a length of short abandons (each queue's own where null), what is taken off the threshold (1 µs where exactly
-- the threshold is late), whether the clock of a call starts when the contact began, and how contacts count that left the
-- queue (`overflow`, and `callback` for those that are called back; as the formula says where null). An abandon is short up
-- to the threshold at most. Of a term `as_agreed` what the queue has agreed about flow-outs goes before that.
-- A call back that counts as an answer in time is decided by the call that reached the customer; one that does not, once the
-- time for it has passed; one that was given up as any other flow-out.
-- Rows of legs that were offered in different times add up. Whether a contact was in time, or waits, is 1 or 0, never null.
-- `at_us` counts slots back from the instant asked, so that windows that end now are exact.

WITH called AS (
    SELECT
        cohort.provider,
        cohort.site,
        cohort.queue,
        cohort.channel,
        cohort.calendar,
        promise_terms.term,
        coalesce(promise_terms.formula, cohort.formula) AS formula,
        coalesce(promise_terms.threshold_us, cohort.threshold_us) - promise_terms.less_us AS threshold_us,
        coalesce(promise_terms.short_us, cohort.short_us) AS short_us,
        CASE
            WHEN promise_terms.as_agreed = 1 AND cohort.flowed_to = 'callback'
                AND cohort.callback_counts_as = 'answered_if_within'
                AND cohort.callback IN ('kept', 'late', 'overdue', 'pending') THEN cohort.callback
            WHEN promise_terms.as_agreed = 1 AND cohort.counts_as IS NOT NULL THEN cohort.counts_as
            WHEN cohort.flowed_to = 'callback' AND promise_terms.callback IN ('miss', 'neutral') THEN promise_terms.callback
            WHEN cohort.flowed_to = 'callback'
                AND promise_terms.callback = 'answered_if_within'
                AND cohort.callback IN ('kept', 'late', 'overdue', 'pending') THEN cohort.callback
            ELSE coalesce(promise_terms.overflow, 'formula')
        END AS flows_as,
        CAST(cohort.called_at AS BIGINT) AS called_us,
        cohort.callback_due_us,
        cohort.outcome AS known,
        CAST(cohort.outcome_at AS BIGINT) AS outcome_us,
        CAST(cohort.offered_at AS BIGINT) AS offered_us,
        CASE
            WHEN promise_terms.from_start = 0 OR cohort.started_at > cohort.offered_at
                THEN CAST(cohort.offered_at AS BIGINT)
            ELSE CAST(cohort.started_at AS BIGINT)
        END AS began_us,
        cohort.wait_us
    FROM cohort
    CROSS JOIN promise_terms
    LEFT JOIN promise_reasons
        ON promise_terms.term = promise_reasons.term AND cohort.reason = promise_reasons.reason
    WHERE
        cohort.counted
        AND cohort.channel IN ('voice', 'chat', 'video')
        AND coalesce(promise_terms.written, 0) = 0
        AND (promise_terms.any_reason = 1 OR promise_reasons.reason IS NOT NULL)
),

timed AS (
    SELECT
        called.*,
        CASE WHEN wait_us + offered_us - began_us <= threshold_us THEN 1 ELSE 0 END AS timely,
        CASE
            WHEN wait_us + offered_us - began_us <= CASE WHEN short_us > threshold_us THEN threshold_us ELSE short_us END
                THEN 1
            ELSE 0
        END AS briefly,
        CASE
            WHEN known NOT IN ('pending', 'overdue') THEN known
            WHEN wait_us + offered_us - began_us > threshold_us THEN 'overdue'
            ELSE 'pending'
        END AS outcome
    FROM called
),

written AS (
    SELECT
        replies.provider,
        replies.site,
        replies.queue,
        replies.channel,
        promise_terms.term,
        replies.calendar,
        coalesce(promise_terms.threshold_us, replies.threshold_us) - promise_terms.less_us AS threshold_us,
        replies.kind,
        replies.replied,
        replies.unsettled,
        replies.reply_us,
        replies.awaited_us,
        replies.began_us,
        replies.over_us
    FROM replies
    CROSS JOIN promise_terms
    LEFT JOIN promise_reasons
        ON promise_terms.term = promise_reasons.term AND replies.reason = promise_reasons.reason
    WHERE
        replies.kind IN ('first', 'decision')
        AND replies.paused_us = 0
        AND coalesce(promise_terms.written, 1) = 1
        AND (promise_terms.any_reason = 1 OR promise_reasons.reason IS NOT NULL)
),

replied AS (
    SELECT
        written.*,
        CASE WHEN replied AND reply_us <= threshold_us THEN 1 ELSE 0 END AS in_time,
        coalesce(awaited_us >= threshold_us, true)
            AND (NOT unsettled OR kind = 'decision' OR coalesce(reply_us > threshold_us, true)) AS due
    FROM written
),

judged AS (
    SELECT
        provider,
        site,
        queue,
        channel,
        term,
        CASE WHEN false THEN calendar END AS calendar,
        threshold_us,
        CASE
            WHEN flows_as = 'kept' AND outcome = 'flowed_out' THEN called_us
            WHEN flows_as IN ('late', 'overdue') AND outcome = 'flowed_out' THEN callback_due_us
            WHEN wait_us + offered_us - began_us <= threshold_us OR wait_us IS NULL THEN outcome_us
            WHEN began_us + threshold_us < offered_us THEN offered_us
            ELSE began_us + threshold_us
        END AS decided_us,
        CASE WHEN outcome = 'overdue' OR (outcome = 'flowed_out' AND flows_as = 'overdue') THEN 1 ELSE 0 END AS waits,
        CASE
            WHEN outcome = 'answered' THEN timely
            WHEN outcome = 'abandoned' AND formula = 'e' THEN timely
            WHEN outcome = 'abandoned' AND formula = 'g' THEN briefly
            WHEN outcome = 'flowed_out' AND flows_as = 'kept' THEN 1
            ELSE 0
        END AS in_time
    FROM timed
    WHERE
        CASE outcome
            WHEN 'answered' THEN true
            WHEN 'abandoned' THEN CASE formula
                WHEN 'c' THEN briefly = 0
                WHEN 'd' THEN timely = 0
                WHEN 'f' THEN false
                ELSE true
            END
            WHEN 'flowed_out' THEN CASE flows_as
                WHEN 'formula' THEN formula = 'a'
                ELSE flows_as IN ('miss', 'kept', 'late', 'overdue')
            END
            WHEN 'overdue' THEN formula <> 'f'
            ELSE false
        END
    UNION ALL
    SELECT
        provider,
        site,
        queue,
        channel,
        term,
        CASE WHEN in_time = 0 THEN calendar END AS calendar,
        threshold_us,
        CASE
            WHEN in_time = 1 THEN over_us
            WHEN calendar IS NULL THEN began_us + threshold_us
            ELSE began_us
        END AS decided_us,
        CASE WHEN in_time = 0 AND unsettled AND calendar IS NULL THEN 1 ELSE 0 END AS waits,
        in_time
    FROM replied
    WHERE due OR in_time = 1
)

SELECT
    judged.provider,
    judged.site,
    judged.queue,
    judged.channel,
    judged.term,
    judged.calendar,
    CASE WHEN judged.calendar IS NULL THEN 0 ELSE judged.threshold_us END AS open_us,
    judged.decided_us + (asked.now_us - judged.decided_us) % $slot_us AS at_us,
    count(*) AS contacts,
    count(*) FILTER (WHERE judged.in_time = 0) AS missed
FROM asked
CROSS JOIN judged
LEFT JOIN heard ON judged.provider = heard.provider
WHERE
    judged.decided_us <= asked.now_us
    AND (judged.calendar IS NOT NULL OR judged.decided_us >= $decided_from_us)
    AND (judged.waits = 0 OR judged.decided_us <= heard.heard_us)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
