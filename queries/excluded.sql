-- id: excluded
-- version: 1
-- title:
--   en: Legs left out by each exclusion rule
--   fr: Passages écartés par chaque règle d'exclusion
-- params:
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [rule, stretch]
--
-- Reads `cohort`. Nothing is left out silently; legs of cancelled contacts are counted apart.

SELECT
    rule,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS legs
FROM cohort
WHERE rule IS NOT NULL AND NOT cancelled
GROUP BY 1, 2
