-- id: late_places
-- version: 1
-- title:
--   en: Where the contacts were of which something came late
--   fr: Où étaient les contacts dont quelque chose est arrivé en retard
--
-- Reads `late_contacts` and the `cohort` of the sealed period: once as it was known when the period was sealed, and once as
-- it is known now, for a late event may also take a contact out of the period.

SELECT DISTINCT cohort.contact_id, cohort.provider, cohort.site, cohort.queue
FROM cohort
INNER JOIN late_contacts ON cohort.contact_id = late_contacts.contact_id
