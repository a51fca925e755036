-- id: complaints
-- version: 1
-- title:
--   en: Complaints resolved within 24 h and 48 h
--   fr: Réclamations résolues sous 24 h et 48 h
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
-- figures:
--   complaints: {unit: count, of: complaints, en: Complaints received, fr: Réclamations reçues}
--   complaints_resolved: {unit: count, of: resolved, until: [open, young], en: Complaints resolved, fr: Réclamations résolues}
--   complaints_open: {unit: count, of: open, until: [open, young], en: Complaints not resolved, fr: Réclamations non résolues}
--   complaints_beyond_48h: {unit: count, of: beyond_48h, until: [open, young], en: Not resolved after 48 h, fr: Non résolues après 48 h}
--   complaints_24h: {unit: share, of: resolved_24h, per: due_24h, until: [undue_24h, young], en: Resolved within 24 h of elapsed time, fr: Résolues sous 24 h écoulées}
--   complaints_48h: {unit: share, of: resolved_48h, per: due_48h, until: [undue_48h, young], en: Resolved within 48 h of elapsed time, fr: Résolues sous 48 h écoulées}
--   complaints_24h_business: {unit: share, of: resolved_24h_business, per: due_24h_business, until: [undue_24h_business, young], en: Resolved within 24 h of open time, fr: Résolues sous 24 h ouvrées}
--   complaints_48h_business: {unit: share, of: resolved_48h_business, per: due_48h_business, until: [undue_48h_business, young], en: Resolved within 48 h of open time, fr: Résolues sous 48 h ouvrées}
--   complaints_48h_of_resolved: {unit: share, of: resolved_ever_48h, per: timed, until: [open, young], en: "Of those resolved, within 48 h (says nothing of the open ones)", fr: "Parmi les résolues, sous 48 h (ne dit rien des autres)"}
--
-- Reads `complaints_received`. C24 and C48: complaints resolved for good within 24 h, 48 h of their receipt / complaints
-- whose 24 h, 48 h have elapsed, those not resolved included; each once in elapsed time and once in open time of the promise
-- calendar, of which a day is 24 h. Limits are inclusive. Complaints resolved in an unknown time are due and never in time.
-- `complaints_48h_of_resolved` is the rate on closed cases: it improves while old ones rot, and is shown for that reason
-- only, beside `complaints_48h` and `complaints_beyond_48h`. Days and queues are kept apart: they are the clusters.

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    bucket,
    day,
    queue AS stratum,
    provider AS source_provider,
    count(*) AS complaints,
    count(*) FILTER (WHERE resolved) AS resolved,
    count(*) FILTER (WHERE NOT resolved) AS open,
    count(*) FILTER (WHERE young) AS young,
    count(first_resolved_at) AS ever_resolved,
    count(*) FILTER (WHERE NOT resolved AND age_us > 172800000000) AS beyond_48h,
    count(*) FILTER (WHERE age_us >= 86400000000) AS due_24h,
    count(*) FILTER (WHERE age_us < 86400000000) AS undue_24h,
    count(*) FILTER (WHERE age_us >= 86400000000 AND resolved AND elapsed_us <= 86400000000) AS resolved_24h,
    count(*) FILTER (WHERE age_us >= 172800000000) AS due_48h,
    count(*) FILTER (WHERE age_us < 172800000000) AS undue_48h,
    count(*) FILTER (WHERE age_us >= 172800000000 AND resolved AND elapsed_us <= 172800000000) AS resolved_48h,
    count(*) FILTER (WHERE open_age_us >= 86400000000) AS due_24h_business,
    count(*) FILTER (WHERE open_age_us < 86400000000) AS undue_24h_business,
    count(*) FILTER (WHERE open_age_us >= 86400000000 AND resolved AND business_us <= 86400000000)
        AS resolved_24h_business,
    count(*) FILTER (WHERE open_age_us >= 172800000000) AS due_48h_business,
    count(*) FILTER (WHERE open_age_us < 172800000000) AS undue_48h_business,
    count(*) FILTER (WHERE open_age_us >= 172800000000 AND resolved AND business_us <= 172800000000)
        AS resolved_48h_business,
    count(*) FILTER (WHERE resolved AND elapsed_us IS NOT NULL) AS timed,
    count(*) FILTER (WHERE resolved AND elapsed_us <= 172800000000) AS resolved_ever_48h
FROM complaints_received
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
