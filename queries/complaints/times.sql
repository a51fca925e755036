-- id: complaint_times
-- version: 1
-- title:
--   en: How long complaints took, or have taken so far
--   fr: Délais des réclamations résolues, ancienneté des autres
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
-- figures:
--   complaint_p50_s: {unit: seconds, of: time_us, n: complaints, en: Time in which half of the complaints are resolved, fr: Délai dans lequel la moitié des réclamations sont résolues}
--   complaint_p90_s: {unit: seconds, of: time_us, n: complaints, at_least: 10, en: Time in which nine complaints of ten are resolved, fr: Délai dans lequel neuf réclamations sur dix sont résolues}
--   complaint_p50_business_s: {unit: seconds, of: time_us, n: complaints, en: Open time in which half of the complaints are resolved, fr: Temps ouvré dans lequel la moitié des réclamations sont résolues}
--   complaint_p90_business_s: {unit: seconds, of: time_us, n: complaints, at_least: 10, en: Open time in which nine complaints of ten are resolved, fr: Temps ouvré dans lequel neuf réclamations sur dix sont résolues}
--
-- Reads `complaints_received`: by clock (`elapsed`, `business`) and time, how many complaints were resolved after so long,
-- and how many were open when last seen at that age (censored). What follows is a function of these rows: the share still
-- open after t is the product over times u up to t of 1 − resolved(u) / at_risk(u) (Kaplan and Meier 1958), at_risk(u) the
-- complaints whose time is u or more; of one time, those resolved come before those that were merely last seen. The median
-- and the 90th are the first times after which a half, a tenth or less is still open; none while more is.

WITH timed AS (
    SELECT complaints_received.*, 'elapsed' AS clock, elapsed_us AS time_us
    FROM complaints_received
    UNION ALL
    SELECT complaints_received.*, 'business' AS clock, business_us AS time_us
    FROM complaints_received
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    provider AS source_provider,
    clock,
    time_us,
    count(*) AS complaints,
    count(*) FILTER (WHERE resolved) AS ended,
    count(*) FILTER (WHERE NOT resolved) AS censored
FROM timed
WHERE time_us IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
