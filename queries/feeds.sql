-- id: feeds
-- version: 1
-- title:
--   en: The last event and the last delivery of each provider
--   fr: Le dernier événement et la dernière livraison de chaque prestataire
--
-- Silence is not green: a provider that sends nothing must be told from one that had nothing to send.

SELECT provider, max(time) AS last_event_at, max(received_at) AS last_received_at
FROM events
GROUP BY provider
