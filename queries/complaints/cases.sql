-- id: complaint_cases
-- version: 1
-- title:
--   en: Complaints, whenever they were received
--   fr: Les réclamations, quelle que soit leur date de réception
--
-- Reads `cases`. Cancelled complaints and live ones offered out of hours are left out.

SELECT *
FROM cases
WHERE complaint AND NOT cancelled AND NOT out_of_hours
