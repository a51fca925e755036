-- id: wanted_spells
-- version: 1
-- title:
--   en: The spells that a question counts
--   fr: Les périodes qu'une question retient
-- params:
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
--
-- Reads `spells`.

SELECT *
FROM spells
WHERE
    ($any_provider OR array_has($providers, provider))
    AND ($any_site OR array_has($sites, site))
    AND ($any_queue OR array_has($queues, queue))
    AND ($any_channel OR array_has($channels, channel))
    AND ($any_reason OR array_has($reasons, coalesce(reason, '')))
