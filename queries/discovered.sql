-- id: discovered
-- version: 1
-- title:
--   en: Sites, queues and reasons that events name and the network file does not list
--   fr: Sites, files et motifs que des événements nomment et que le fichier du réseau ne déclare pas
-- params:
--   most: bigint  # rows wanted
--
-- Reads `events` and `known_names` (kind, name: what the network file lists). A name has been seen since the first event
-- with it was received; events count as they came, repetitions included. Of each kind, the most frequent come first.

WITH combinations AS (
    SELECT
        provider,
        site,
        queue,
        reason,
        count(*) AS times,
        min(received_at) AS first_seen_at,
        max(received_at) AS last_seen_at
    FROM events
    GROUP BY provider, site, queue, reason
),

names AS (
    SELECT
        kinds.kind,
        CASE kinds.kind
            WHEN 'site' THEN combinations.site
            WHEN 'queue' THEN combinations.queue
            ELSE combinations.reason
        END AS name,
        combinations.provider,
        combinations.times,
        combinations.first_seen_at,
        combinations.last_seen_at
    FROM combinations
    CROSS JOIN (VALUES ('site'), ('queue'), ('reason')) AS kinds (kind)
)

SELECT
    names.kind,
    names.name,
    names.provider,
    CAST(sum(names.times) AS BIGINT) AS events,
    min(names.first_seen_at) AS first_seen_at,
    max(names.last_seen_at) AS last_seen_at
FROM names
LEFT JOIN known_names ON names.kind = known_names.kind AND names.name = known_names.name
WHERE names.name IS NOT NULL AND known_names.name IS NULL
GROUP BY names.kind, names.name, names.provider
ORDER BY kind, events DESC, name, provider
LIMIT $most
