-- id: oldest_cases
-- version: 1
-- title:
--   en: The oldest open cases
--   fr: Les plus vieux dossiers en cours
-- params:
--   most: bigint  # rows wanted
--   silent: text[]  # providers whose cases are not listed
--
-- Reads `wanted_spells` and `standing_at` (at_us): cases open at the instant, as in `backlog`, the oldest first.

SELECT
    contact_id,
    provider,
    site,
    queue,
    team,
    channel,
    reason,
    language,
    complaint,
    received_at,
    opened_by = 'reopened' AS reopened,
    coalesce(answered_us < at_us, false) AS answered,
    at_us - received_us AS age_us
FROM wanted_spells
CROSS JOIN standing_at
WHERE
    opened_us < at_us
    AND coalesce(closed_us, at_us) >= at_us
    AND NOT coalesce(array_has($silent, provider), false)
ORDER BY received_us, contact_id, started_at
LIMIT $most
