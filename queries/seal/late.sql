-- id: late_contacts
-- version: 1
-- title:
--   en: Contacts of which something was received after a statement was sealed
--   fr: Contacts dont quelque chose a été reçu après le scellement d'un relevé
-- params:
--   after: timestamp  # what the statement knew: received by then
--   before: timestamp  # soon after the end of its period: contacts that began later are not in it
--
-- One row for each contact and feed (provider and source of the event). `revised` counts events that replace one told
-- before.

SELECT
    contact_id,
    provider AS feed,
    source,
    count(*) AS events,
    count(*) FILTER (WHERE revision > 0) AS revised,
    min(received_at) AS first_received_at,
    max(received_at) AS last_received_at
FROM events
WHERE received_at > $after AND started_at < $before
GROUP BY contact_id, provider, source
