-- id: oldest_cases
-- version: 1
-- title:
--   en: The oldest open cases
--   fr: Les plus vieux dossiers en cours
-- params:
--   at_us: bigint  # the instant, microseconds
--   most: bigint  # rows wanted
--
-- Cases open at an instant, as in `backlog`, the oldest first.

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
    coalesce(answered_us < $at_us, false) AS answered,
    $at_us - received_us AS age_us
FROM spells
WHERE opened_us < $at_us AND coalesce(closed_us, $at_us) >= $at_us
ORDER BY received_us, contact_id
LIMIT $most
