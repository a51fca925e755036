-- id: backlog
-- version: 1
-- title:
--   en: Open cases at given instants, by age
--   fr: Dossiers en cours à des instants donnés, par ancienneté
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, moment, source_provider, stretch]
-- figures:
--   backlog: {unit: count, of: open, en: Backlog, fr: Stock}
--   backlog_before: {unit: count, of: open, en: Backlog at the start of the stretch, fr: Stock au début de la période}
--   backlog_0_24h: {unit: count, of: under_24h, en: "Open for up to 24 h", fr: "En cours depuis 24 h au plus"}
--   backlog_24_48h: {unit: count, of: under_48h, en: "Open for 24 h to 48 h", fr: "En cours depuis 24 h à 48 h"}
--   backlog_2_5d: {unit: count, of: under_5d, en: "Open for 2 to 5 days", fr: "En cours depuis 2 à 5 jours"}
--   backlog_5_15d: {unit: count, of: under_15d, en: "Open for 5 to 15 days", fr: "En cours depuis 5 à 15 jours"}
--   backlog_over_15d: {unit: count, of: over_15d, en: "Open for more than 15 days", fr: "En cours depuis plus de 15 jours"}
--   backlog_unanswered: {unit: count, of: unanswered, en: Open and not yet answered, fr: En cours et sans réponse}
--   backlog_complaints: {unit: count, of: complaints, en: Open complaints, fr: Réclamations en cours}
--   backlog_past_due: {unit: share, of: past_due, per: open, en: Share past due, fr: Part hors délai}
--
-- Reads `wanted_spells` and `moments` (moment, at_us). Open at an instant: opened before it and not closed before it.
-- Age bands are in open time of the promise calendar of the owner's queue since the receipt (elapsed time without a
-- calendar); a day is 24 h of it; bounds belong to the younger band. A reopened case is as old as its receipt.
--
-- Past due: not answered by a human within the threshold of the queue (on the clock of waits: open time for written
-- channels), or a complaint open for more than 48 h of elapsed time.

WITH placed AS (
    SELECT
        moments.moment,
        slots.calendar,
        slots.cum_us + CASE
            WHEN moments.at_us <= slots.open_from_us THEN 0
            WHEN moments.at_us >= slots.open_to_us THEN slots.open_to_us - slots.open_from_us
            ELSE moments.at_us - slots.open_from_us
        END AS at_open_us
    FROM moments
    INNER JOIN open_slots AS slots ON moments.at_us - moments.at_us % 900000000 = slots.slot * 900000000
),

clocked AS (
    SELECT
        spells.*,
        receiving.cum_us + CASE
            WHEN spells.received_us <= receiving.open_from_us THEN 0
            WHEN spells.received_us >= receiving.open_to_us THEN receiving.open_to_us - receiving.open_from_us
            ELSE spells.received_us - receiving.open_from_us
        END AS open_us
    FROM wanted_spells AS spells
    LEFT JOIN open_slots AS receiving
        ON spells.calendar = receiving.calendar
        AND spells.received_us - spells.received_us % 900000000 = receiving.slot * 900000000
),

standing AS (
    SELECT clocked.*, moments.moment, moments.at_us, moments.at_us - clocked.received_us AS elapsed_us
    FROM clocked
    INNER JOIN moments
        ON clocked.opened_us < moments.at_us
        AND coalesce(clocked.closed_us, moments.at_us) >= moments.at_us
),

aged AS (
    SELECT
        standing.*,
        CASE
            WHEN standing.calendar IS NULL THEN standing.elapsed_us
            ELSE placed.at_open_us - standing.open_us
        END AS age_us,
        coalesce(standing.answered_us >= standing.at_us, true) AS unanswered
    FROM standing
    LEFT JOIN placed ON standing.moment = placed.moment AND standing.calendar = placed.calendar
)

SELECT
    CASE WHEN $by_provider THEN provider END AS provider,
    CASE WHEN $by_site THEN site END AS site,
    CASE WHEN $by_queue THEN queue END AS queue,
    CASE WHEN $by_channel THEN channel END AS channel,
    CASE WHEN $by_reason THEN reason END AS reason,
    CASE WHEN $by_team THEN team END AS team,
    moment,
    provider AS source_provider,
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS open,
    count(*) FILTER (WHERE age_us <= 86400000000) AS under_24h,
    count(*) FILTER (WHERE age_us > 86400000000 AND age_us <= 172800000000) AS under_48h,
    count(*) FILTER (WHERE age_us > 172800000000 AND age_us <= 432000000000) AS under_5d,
    count(*) FILTER (WHERE age_us > 432000000000 AND age_us <= 1296000000000) AS under_15d,
    count(*) FILTER (WHERE age_us > 1296000000000) AS over_15d,
    count(*) FILTER (WHERE unanswered) AS unanswered,
    count(*) FILTER (WHERE complaint) AS complaints,
    count(*) FILTER (
        WHERE (unanswered AND CASE WHEN live THEN elapsed_us ELSE age_us END > threshold_us)
            OR (complaint AND elapsed_us > 172800000000)
    ) AS past_due
FROM aged
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
