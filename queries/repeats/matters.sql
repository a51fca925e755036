-- id: matters
-- version: 1
-- title:
--   en: Contacts that a human handled, and whether the customer had to come back
--   fr: Contacts traités par un humain, et si le client a dû revenir
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive
--   window_us: bigint  # a contact within so long after another one is a repeat
--   transfer_fails: boolean  # whether a contact that its owner transferred is not resolved
--
-- Reads `cases`: contacts received in [from, to) and answered by a human, at their owner: the first human handling, whoever
-- takes the repeat. A contact is matched when its customer and its reason are known.
--
-- Within one customer and family of reasons, contacts are in the order of their receipt, in any channel, site and provider.
-- A contact is the first of its matter when no handled one was received within `window_us` before it; it is followed when
-- any other contact was received within `window_us` after it, handled or not, out of hours too. Limits are inclusive.
-- Attempts that nobody answered, or out of hours, are never first; cancelled and excluded contacts are nothing; outbound
-- ones, such as a planned callback, are no contacts of the customer.
-- Mature once `window_us` has elapsed since the receipt.

WITH attempts AS (
    SELECT
        cases.*,
        coalesce(outcome = 'answered', false) AND NOT out_of_hours AS handled,
        customer IS NOT NULL AND family IS NOT NULL AS matched
    FROM cases
    WHERE NOT cancelled
),

followed AS (
    SELECT
        contact_id,
        received_us - max(CASE WHEN handled THEN received_us END) OVER (
            PARTITION BY customer, family
            ORDER BY received_us, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS since_us,
        lead(received_us) OVER (PARTITION BY customer, family ORDER BY received_us, contact_id) - received_us AS next_us
    FROM attempts
    WHERE matched
)

SELECT
    attempts.contact_id,
    attempts.provider,
    attempts.site,
    attempts.queue,
    attempts.team,
    attempts.channel,
    attempts.reason,
    attempts.language,
    slots.bucket,
    slots.day,
    attempts.customer IS NOT NULL AS known_customer,
    attempts.family IS NOT NULL AS known_reason,
    attempts.matched,
    attempts.matched AND coalesce(followed.since_us > $window_us, true) AS first,
    coalesce(followed.next_us <= $window_us, false) AS repeated,
    $transfer_fails AND attempts.transfers > 0 AS handed_on,
    asked.now_us - attempts.received_us >= $window_us AS mature
FROM attempts
CROSS JOIN asked
INNER JOIN slots ON attempts.received_us - attempts.received_us % 900000000 = slots.slot * 900000000
LEFT JOIN followed ON attempts.contact_id = followed.contact_id
WHERE
    attempts.handled
    AND attempts.wanted
    AND attempts.received_at >= $from
    AND attempts.received_at < $to
