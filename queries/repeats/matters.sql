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
--   any_provider: boolean  # whether every provider is wanted
--   providers: text[]  # the providers wanted
--   any_site: boolean  # whether every site is wanted
--   sites: text[]  # the sites wanted
--   any_queue: boolean  # whether every queue is wanted
--   queues: text[]  # the queues wanted
--   any_channel: boolean  # whether every channel is wanted
--   channels: text[]  # the channels wanted
--   any_reason: boolean  # whether every reason is wanted
--   reasons: text[]  # the reasons wanted
--
-- Reads `attempts`: contacts received in [from, to) and handled, at their owner: the first human handling, whoever takes
-- the repeat. A contact is matched when its customer and its reason are known.
--
-- Among the contacts of one customer on one family of reasons, in any channel, at any site and provider, a contact is the
-- first of its matter when no handled one was received within `window_us` before it; it is followed when any other was
-- received within `window_us` after it or at the same instant, handled or not, out of hours too. Limits are inclusive.
-- Attempts that nobody answered, or out of hours, are never first; outbound contacts, such as a planned callback, are no
-- contacts of the customer. Customers are apart: the matters of some are what they are among all.

WITH matched AS (
    SELECT attempts.*, customer IS NOT NULL AND family IS NOT NULL AS matched
    FROM attempts
),

-- Customers who called more than once on one family of reasons: few, so that only their contacts are put in order.
again AS (
    SELECT customer, family, count(*) AS attempts
    FROM matched
    WHERE matched
    GROUP BY customer, family
    HAVING count(*) > 1
),

ordered AS (
    SELECT
        matched.*,
        received_us - max(CASE WHEN handled THEN received_us END) OVER (
            PARTITION BY matched.customer, matched.family
            ORDER BY received_us
            RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS since_us,
        received_us - lag(received_us) OVER (
            PARTITION BY matched.customer, matched.family ORDER BY received_us
        ) AS previous_us,
        lead(received_us) OVER (
            PARTITION BY matched.customer, matched.family ORDER BY received_us
        ) - received_us AS next_us
    FROM again
    INNER JOIN matched ON matched.customer = again.customer AND matched.family = again.family
),

-- `attempts` says whether a row of `again` was found.
sequenced AS (
    SELECT ordered.*
    FROM ordered
    UNION ALL
    SELECT
        matched.*,
        CAST(NULL AS BIGINT) AS since_us,
        CAST(NULL AS BIGINT) AS previous_us,
        CAST(NULL AS BIGINT) AS next_us
    FROM again
    RIGHT JOIN matched ON matched.customer = again.customer AND matched.family = again.family
    WHERE again.attempts IS NULL
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
    sequenced.received_us,
    sequenced.customer IS NOT NULL AS known_customer,
    sequenced.family IS NOT NULL AS known_reason,
    sequenced.matched,
    sequenced.matched AND coalesce(sequenced.since_us > $window_us, true) AS first,
    coalesce(sequenced.next_us <= $window_us, false) OR coalesce(sequenced.previous_us = 0, false) AS repeated,
    $transfer_fails AND sequenced.transferred AS handed_on
FROM sequenced
INNER JOIN slots ON sequenced.received_us - sequenced.received_us % 900000000 = slots.slot * 900000000
WHERE
    sequenced.handled
    AND sequenced.received_at >= $from
    AND sequenced.received_at < $to
    AND ($any_provider OR array_has($providers, sequenced.provider))
    AND ($any_site OR array_has($sites, sequenced.site))
    AND ($any_queue OR array_has($queues, sequenced.queue))
    AND ($any_channel OR array_has($channels, sequenced.channel))
    AND ($any_reason OR array_has($reasons, coalesce(sequenced.reason, '')))
