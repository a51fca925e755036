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

-- Contacts that are not matched stand alone.
sequenced AS (
    SELECT
        attempts.*,
        received_us - max(CASE WHEN handled THEN received_us END) OVER (
            PARTITION BY customer, family, CASE WHEN NOT matched THEN contact_id END
            ORDER BY received_us, contact_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS since_us,
        lead(received_us) OVER (
            PARTITION BY customer, family, CASE WHEN NOT matched THEN contact_id END
            ORDER BY received_us, contact_id
        ) - received_us AS next_us
    FROM attempts
)

SELECT
    sequenced.contact_id,
    sequenced.provider,
    sequenced.site,
    sequenced.queue,
    sequenced.team,
    sequenced.channel,
    sequenced.reason,
    sequenced.language,
    slots.bucket,
    slots.day,
    sequenced.customer IS NOT NULL AS known_customer,
    sequenced.family IS NOT NULL AS known_reason,
    sequenced.matched,
    sequenced.matched AND coalesce(sequenced.since_us > $window_us, true) AS first,
    coalesce(sequenced.next_us <= $window_us, false) AS repeated,
    $transfer_fails AND sequenced.transfers > 0 AS handed_on,
    asked.now_us - sequenced.received_us >= $window_us AS mature
FROM sequenced
CROSS JOIN asked
INNER JOIN slots ON sequenced.received_us - sequenced.received_us % 900000000 = slots.slot * 900000000
WHERE
    sequenced.handled
    AND sequenced.wanted
    AND sequenced.received_at >= $from
    AND sequenced.received_at < $to
