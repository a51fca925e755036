-- id: cut_cohort
-- version: 1
-- title:
--   en: The cohort in stretches that begin at any instant
--   fr: La cohorte, en périodes qui commencent à tout instant
--
-- Reads `cohort`, whose stretches are whole quarter-hours, and `cuts`: the stretches of each quarter-hour in which one begins
-- or ends. A claim, or the instant at which a day's allowed volume was reached, falls where it falls. Nothing else changes.

SELECT cohort.* EXCLUDE (bucket), coalesce(cuts.bucket, cohort.bucket) AS bucket
FROM cohort
LEFT JOIN cuts
    ON CAST(offered_at AS BIGINT) - CAST(offered_at AS BIGINT) % 900000000 = cuts.slot * 900000000
    AND CAST(offered_at AS BIGINT) >= cuts.from_us
    AND CAST(offered_at AS BIGINT) < cuts.to_us
