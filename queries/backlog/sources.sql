-- id: case_sources
-- version: 1
-- title:
--   en: Which providers say at all that a case is done
--   fr: Quels prestataires disent qu'un dossier est traité
--
-- Reads `cases` and `spells`. Of a provider that never says that anything was resolved, decided or closed, everything is
-- open for ever, which is no backlog: it has no data. `first_us` is the receipt of its first case.

WITH told AS (
    SELECT provider, min(received_us) AS first_us, count(first_resolved_at) AS done
    FROM cases
    WHERE NOT live OR complaint
    GROUP BY provider
    UNION ALL
    SELECT provider, min(received_us) AS first_us, count(*) FILTER (WHERE closed_by IN ('resolved', 'decided', 'closed')) AS done
    FROM spells
    GROUP BY provider
)

SELECT provider, min(first_us) AS first_us, CAST(sum(done) AS BIGINT) AS done
FROM told
GROUP BY provider
