-- id: complaint_cases
-- version: 1
-- title:
--   en: Complaints, whenever they were received
--   fr: Les réclamations, quelle que soit leur date de réception
--
-- Reads `cases`. Cancelled complaints and live ones offered out of hours are left out.

SELECT
    started_day,
    contact_id,
    provider,
    site,
    queue,
    team,
    channel,
    reason,
    language,
    calendar,
    received_at,
    received_us,
    coalesce(outcome = 'answered', false) AS answered,
    first_resolved_at,
    last_resolved_at,
    reopened_at
FROM cases
WHERE complaint AND NOT cancelled AND NOT out_of_hours
