-- id: followed
-- version: 1
-- title:
--   en: Cases that are work until they are done
--   fr: Dossiers à traiter jusqu'à leur résolution
--
-- Reads `cases`. Work that waits until it is done: contacts by mail, message, social network, post or moderation, and
-- complaints by any channel. Another call is none: it is answered or lost. Live contacts offered out of hours are none
-- either. Cancelled cases are, until they are cancelled.

SELECT *
FROM cases
WHERE NOT out_of_hours AND (complaint OR NOT live)
