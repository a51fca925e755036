-- id: complaint_sources
-- version: 1
-- title:
--   en: Which providers say at all that something was resolved
--   fr: Quels prestataires disent que quelque chose a été résolu
--
-- Reads `cases`: of all contacts, not of complaints only. Complaints of a provider that never says so are no data; those of
-- one that does, and are never resolved, are open.

SELECT provider, count(*) AS contacts, count(first_resolved_at) AS done
FROM cases
GROUP BY provider
