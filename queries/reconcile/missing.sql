-- id: reconcile_missing
-- version: 1
-- title:
--   en: Contacts that only one side counts
--   fr: Contacts que seul un des deux côtés compte
-- params:
--   most: bigint  # rows wanted
--
-- Reads `reconcile_legs` of a provider that gave the contacts it counts. `ours` is true of a leg that we count and the
-- provider does not list, false of a contact that it lists and of which we have received nothing.

SELECT contact_id, provider, site, queue, offered_us, outcome, ours
FROM reconcile_legs
WHERE ours <> theirs AND left_out IS NULL
ORDER BY provider, site, queue, offered_us, contact_id, ours, outcome
LIMIT $most
