-- id: moved
-- version: 1
-- title:
--   en: Contacts that moved since their day was folded
--   fr: Contacts qui ont bougé depuis le calcul de leur jour
--
-- Reads `unfolded`: the events that the legs files do not know yet.

SELECT DISTINCT started_day, contact_id FROM unfolded
