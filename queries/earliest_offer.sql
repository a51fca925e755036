-- id: earliest_offer
-- version: 1
-- title:
--   en: When the contacts of a period were first offered, at the earliest
--   fr: Première présentation la plus ancienne des contacts d'une période
-- params:
--   from: timestamp  # start of the period
--   to: timestamp  # end of the period, exclusive
--
-- A contact may have come in long before one of its legs is offered: since when opening hours must be known to count it
-- whole. No row where no leg is offered in the period.

SELECT direction, min(first_offered_at) AS first_offered_at
FROM legs
WHERE direction = 'inbound' AND offered_at >= $from AND offered_at < $to
GROUP BY direction
