-- id: lateness
-- version: 1
-- title:
--   en: What the fold found per provider and source
--   fr: Ce que le calcul a trouvé par prestataire et source
-- params:
--   from: timestamp  # received from
--   to: timestamp  # received before
--
-- Over events received in [from, to). A repeat is a row whose identity, revision and content were there already; a
-- conflict is a second content of one identity and revision. Late: received more than an hour after it happened.

WITH received AS (
    SELECT * FROM events WHERE received_at >= $from AND received_at < $to
),

versions AS (
    SELECT provider, source, contact_id, id, revision, digest, count(*) AS copies
    FROM received
    GROUP BY provider, source, contact_id, id, revision, digest
),

identities AS (
    SELECT provider, source, contact_id, id, revision, count(*) AS contents, CAST(sum(copies) AS BIGINT) AS copies
    FROM versions
    GROUP BY provider, source, contact_id, id, revision
),

repeats AS (
    SELECT
        provider,
        source,
        CAST(sum(copies - contents) AS BIGINT) AS duplicates,
        CAST(sum(contents - 1) AS BIGINT) AS conflicts
    FROM identities
    GROUP BY provider, source
),

delays AS (
    SELECT
        provider,
        source,
        count(*) AS events,
        min(time) AS first_event_at,
        max(time) AS last_event_at,
        max(received_at) AS last_received_at,
        count(*) FILTER (WHERE CAST(received_at AS BIGINT) - CAST(time AS BIGINT) > 3600000000) AS late
    FROM received
    GROUP BY provider, source
)

SELECT
    delays.provider,
    delays.source,
    delays.events,
    repeats.duplicates,
    repeats.conflicts,
    delays.first_event_at,
    delays.last_event_at,
    delays.last_received_at,
    delays.late
FROM delays
INNER JOIN repeats ON delays.provider = repeats.provider AND delays.source = repeats.source
ORDER BY delays.provider, delays.source
