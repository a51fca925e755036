-- id: split_contacts
-- version: 1
-- title:
--   en: Contacts that lie in more than one day
--   fr: Contacts répartis sur plusieurs jours
--
-- A check, always empty: a contact's start never changes, so all that is known of it lies in one day.

SELECT contact_id, count(DISTINCT started_day) AS days
FROM events
GROUP BY contact_id
HAVING count(DISTINCT started_day) > 1
ORDER BY contact_id
LIMIT 100
