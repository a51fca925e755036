-- id: moved_events
-- version: 1
-- title:
--   en: All events of the contacts that moved
--   fr: Tous les événements des contacts qui ont bougé
--
-- A contact is folded whole or not at all: what was folded before is needed too.

SELECT known_events.*
FROM known_events
WHERE EXISTS (
    SELECT 1
    FROM moved
    WHERE moved.contact_id = known_events.contact_id AND moved.started_day = known_events.started_day
)
