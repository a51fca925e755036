-- id: complaint_sources
-- version: 1
-- title:
--   en: Which providers say at all that something was resolved
--   fr: Quels prestataires disent que quelque chose a été résolu
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, stretch]
--
-- Reads `cases`: of all contacts received in [from, to), not of complaints only, whatever the question's filters.
-- Complaints of a provider that never says so are no data; those of one that does, and are never resolved, are open.

SELECT
    provider,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS contacts,
    count(first_resolved_at) AS done
FROM cases
WHERE received_at >= $from AND received_at < $to
GROUP BY 1, 2
