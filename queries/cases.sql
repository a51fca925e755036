-- id: cases
-- version: 1
-- title:
--   en: One row per contact, at its owner, from its receipt on
--   fr: Une ligne par contact, chez son responsable, depuis sa réception
--
-- Every inbound contact once, whatever its channel, at its owner: the leg of its first human answer, else of its first
-- offer. Received when first offered, wherever that was. Contacts that an exclusion rule names, at their owner, are no
-- cases. Cancelled ones and live ones that were offered while the promise calendar was closed stay and are marked.
--
-- The family of a reason is that of the network file, else the reason itself. Row by row: some legs give the cases that
-- they give among all legs. Nothing here depends on the question. Columns are named, not all taken: of the lists in
-- `legs` only `changes` is about cases.

WITH termed AS (
    SELECT
        legs.started_day,
        legs.contact_id,
        legs.provider,
        legs.site,
        legs.queue,
        legs.team,
        legs.reason,
        legs.language,
        legs.complaint,
        legs.started_at,
        legs.first_offered_at,
        legs.outcome,
        legs.outcome_at,
        legs.given_up_at,
        legs.transfers,
        legs.first_resolved_at,
        legs.last_resolved_at,
        legs.reopened_at,
        legs.changes,
        legs.cancelled,
        coalesce(legs.channel, terms.channel, 'voice') AS channel_used,
        coalesce(terms.threshold_us, 20000000) AS threshold_us,
        terms.calendar,
        CAST(legs.offered_at AS BIGINT) AS offered_us
    FROM ruled_legs AS legs
    LEFT JOIN queue_terms AS terms
        ON legs.queue = terms.queue
        AND legs.offered_at >= terms.valid_from
        AND legs.offered_at < terms.valid_to
    WHERE legs.owner AND legs.rule IS NULL
),

clocked AS (
    SELECT
        termed.*,
        termed.channel_used IN ('voice', 'chat', 'video') AS live,
        termed.calendar IS NULL
            OR coalesce(
                termed.offered_us >= opening.open_from_us AND termed.offered_us < opening.open_to_us, false
            ) AS opened
    FROM termed
    LEFT JOIN open_slots AS opening
        ON termed.calendar = opening.calendar
        AND termed.offered_us - termed.offered_us % 900000000 = opening.slot * 900000000
)

SELECT
    clocked.started_day,
    clocked.contact_id,
    clocked.provider,
    clocked.site,
    clocked.queue,
    clocked.team,
    clocked.channel_used AS channel,
    clocked.live,
    clocked.reason,
    coalesce(families.family, clocked.reason) AS family,
    clocked.language,
    coalesce(clocked.complaint, false) AS complaint,
    clocked.calendar,
    clocked.threshold_us,
    clocked.started_at,
    clocked.first_offered_at AS received_at,
    CAST(clocked.first_offered_at AS BIGINT) AS received_us,
    clocked.outcome,
    clocked.outcome_at,
    clocked.given_up_at,
    clocked.transfers,
    clocked.first_resolved_at,
    clocked.last_resolved_at,
    clocked.reopened_at,
    clocked.changes,
    clocked.cancelled,
    clocked.live AND NOT clocked.opened AS out_of_hours
FROM clocked
LEFT JOIN families ON clocked.reason = families.reason
