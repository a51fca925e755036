-- id: standing_spells
-- version: 1
-- title:
--   en: The spells that last at an instant
--   fr: Les périodes en cours à un instant donné
--
-- Reads `spells` and `standing_at`, one row: `at_us`, the instant. Begun before it and not over before it.

SELECT spells.*
FROM spells
CROSS JOIN standing_at
WHERE opened_us < at_us AND coalesce(closed_us, at_us) >= at_us
