-- id: every_event
-- version: 1
-- title:
--   en: Every event
--   fr: Tous les événements
--
-- The table itself, repetitions included, for export and for checks.

SELECT * FROM events
