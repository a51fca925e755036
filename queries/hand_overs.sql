-- id: hand_overs
-- version: 1
-- title:
--   en: Legs to which a contact was handed over
--   fr: Passages vers lesquels un contact a été transmis
-- params:
--   from: timestamp  # start of the period
--   to: timestamp  # end of the period, exclusive
--   any_provider: boolean  # whether every provider is wanted
--   providers: text[]  # the providers wanted
--   any_site: boolean  # whether every site is wanted
--   sites: text[]  # the sites wanted
--   any_queue: boolean  # whether every queue is wanted
--   queues: text[]  # the queues wanted
--   any_channel: boolean  # whether every channel is wanted
--   channels: text[]  # the channels wanted
--   any_reason: boolean  # whether every reason is wanted
--   reasons: text[]  # the reasons wanted
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [stretch]
--
-- Reads `stays`. Every leg that counts, but for the one with which its contact came in, was handed over to: transferred,
-- overflowed, called back. Legs of the places and the period wanted, wherever and whenever their contacts came in: so what
-- the places were offered, less what was handed over to them, is the contacts that came in there.

WITH several AS (
    SELECT started_day, contact_id, count(*) AS stays
    FROM stays
    WHERE counted
    GROUP BY started_day, contact_id
    HAVING count(*) > 1
),

placed AS (
    SELECT
        stays.*,
        row_number() OVER (
            PARTITION BY stays.started_day, stays.contact_id
            ORDER BY stays.offered_at, stays.provider, stays.site, stays.queue, stays.leg
        ) AS nth,
        lag(stays.provider) OVER (
            PARTITION BY stays.started_day, stays.contact_id
            ORDER BY stays.offered_at, stays.provider, stays.site, stays.queue, stays.leg
        ) AS giver
    FROM several
    INNER JOIN stays ON several.started_day = stays.started_day AND several.contact_id = stays.contact_id
    WHERE stays.counted
)

SELECT
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS hand_overs,
    count(*) FILTER (WHERE giver <> provider) AS between_providers
FROM placed
WHERE
    nth > 1
    AND offered_at >= $from
    AND offered_at < $to
    AND ($any_provider OR array_has($providers, provider))
    AND ($any_site OR array_has($sites, site))
    AND ($any_queue OR array_has($queues, queue))
    AND ($any_channel OR array_has($channels, channel))
    AND ($any_reason OR array_has($reasons, coalesce(reason, '')))
GROUP BY 1
