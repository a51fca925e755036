-- id: late_feeds
-- version: 1
-- title:
--   en: From which feed late events came, by site and queue of the contacts that they concern
--   fr: De quel flux sont venus les événements tardifs, par site et file des contacts concernés
--
-- Reads `late_contacts` and `late_places`, then and now. A contact that was at several sites or queues stands in the row of
-- each.

WITH places AS (
    SELECT DISTINCT contact_id, provider, site, queue FROM late_places
)

SELECT
    places.provider,
    places.site,
    places.queue,
    late_contacts.feed,
    late_contacts.source,
    count(*) AS contacts,
    CAST(sum(late_contacts.events) AS BIGINT) AS events,
    CAST(sum(late_contacts.revised) AS BIGINT) AS revised,
    min(late_contacts.first_received_at) AS first_received_at,
    max(late_contacts.last_received_at) AS last_received_at
FROM places
INNER JOIN late_contacts ON places.contact_id = late_contacts.contact_id
GROUP BY places.provider, places.site, places.queue, late_contacts.feed, late_contacts.source
ORDER BY provider, site, queue, feed, source
