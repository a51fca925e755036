-- id: excluded
-- version: 1
-- title:
--   en: Legs left out by each exclusion rule
--   fr: Passages écartés par chaque règle d'exclusion
--
-- Reads `cohort`. Nothing is left out silently; legs of cancelled contacts are counted apart.

SELECT rule, count(*) AS legs
FROM cohort
WHERE rule IS NOT NULL AND NOT cancelled
GROUP BY rule
