-- id: attempts
-- version: 1
-- title:
--   en: Contacts of customers, with who they are and what about
--   fr: Les contacts des clients, avec qui et pour quoi
--
-- Reads `cases`, and `ruled_legs` for the customer: the one that the contact's first inbound leg with a customer names.
-- Cancelled contacts are none. Handled: answered by a human, and not out of hours.

WITH people AS (
    SELECT
        started_day,
        contact_id,
        first_value(customer ORDER BY offered_at, provider, site, queue, leg) FILTER (WHERE customer IS NOT NULL) AS customer
    FROM ruled_legs
    WHERE direction = 'inbound'
    GROUP BY started_day, contact_id
)

SELECT
    cases.started_day,
    cases.contact_id,
    cases.provider,
    cases.site,
    cases.queue,
    cases.team,
    cases.channel,
    cases.reason,
    cases.language,
    cases.family,
    people.customer,
    cases.received_at,
    cases.received_us,
    coalesce(cases.outcome = 'answered', false) AND NOT cases.out_of_hours AS handled,
    cases.transfers > 0 AS transferred
FROM people
INNER JOIN cases ON cases.started_day = people.started_day AND cases.contact_id = people.contact_id
WHERE NOT cases.cancelled
