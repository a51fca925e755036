-- id: every_leg
-- version: 1
-- title:
--   en: Every leg
--   fr: Tous les passages
--
-- The table itself, for export and for checks.

SELECT * FROM legs
