-- id: united_legs
-- version: 1
-- title:
--   en: Legs as folded, with those of moved contacts folded anew
--   fr: Passages calculés, ceux des contacts qui ont bougé étant recalculés
--
-- Folded legs of contacts that moved give way to the ones folded live; a contact is folded whole or not at all.

SELECT folded_legs.*
FROM folded_legs
WHERE NOT EXISTS (
    SELECT 1
    FROM moved
    WHERE moved.contact_id = folded_legs.contact_id
)
UNION ALL
SELECT live_legs.*
FROM live_legs
