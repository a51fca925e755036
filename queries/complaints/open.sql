-- id: open_complaints
-- version: 1
-- title:
--   en: Complaints that are not resolved after 48 h
--   fr: Réclamations non résolues après 48 h
-- params:
--   most: bigint  # rows wanted
--   silent: text[]  # providers whose complaints are not listed
--
-- Reads `complaints_received`; the oldest first. Whatever was not resolved for good is listed: a complaint that was closed
-- without a solution, or given up by the customer, too, though `spells` ends its case and the backlog counts it no longer.

SELECT
    contact_id,
    provider,
    site,
    queue,
    team,
    channel,
    reason,
    language,
    received_at,
    answered,
    coalesce(reopened_at IS NOT NULL, false) AS reopened,
    age_us
FROM complaints_received
WHERE NOT resolved AND age_us > 172800000000 AND NOT coalesce(array_has($silent, provider), false)
ORDER BY received_us, contact_id
LIMIT $most
