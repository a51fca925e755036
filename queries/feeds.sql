-- id: feeds
-- version: 2
-- title:
--   en: The last event and the last delivery of each provider, and how soon its events came in at best
--   fr: Le dernier événement et la dernière livraison de chaque prestataire, et leur plus court délai d'arrivée
--
-- Silence is not green: a provider that sends nothing must be told from one that had nothing to send. The shortest delay
-- from an event to its receipt tells a feed (which delivers as things happen) from an import of the past.

SELECT
    provider,
    max(time) AS last_event_at,
    max(received_at) AS last_received_at,
    min(CAST(received_at AS BIGINT) - CAST(time AS BIGINT)) AS least_delay_us
FROM events
GROUP BY provider
