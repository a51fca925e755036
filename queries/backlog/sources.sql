-- id: case_sources
-- version: 1
-- title:
--   en: Which providers say at all that a case is done
--   fr: Quels prestataires disent qu'un dossier est traité
-- params:
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, stretch]
--
-- Reads `spells` and `standing_at` (at_us): cases received until then, whatever the question's filters. Of a provider that never says that anything was resolved, decided or
-- closed, everything is open for ever, which is no backlog: it has no data.

SELECT
    provider,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS spells,
    count(*) FILTER (WHERE closed_by IN ('resolved', 'decided', 'closed')) AS done
FROM spells
CROSS JOIN standing_at
WHERE received_us < at_us
GROUP BY 1, 2
