-- id: all_legs
-- version: 1
-- title:
--   en: Legs of a network without exclusion rules
--   fr: Passages d'un réseau sans règle d'exclusion
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive

SELECT legs.*, CAST(NULL AS BIGINT) AS rule
FROM legs
WHERE offered_at >= $from AND offered_at < $to
