-- id: ruled_legs
-- version: 1
-- title:
--   en: Legs with the exclusion rule that names them
--   fr: Passages avec la règle d'exclusion qui les nomme
-- params:
--   from: timestamp  # start of the cohort
--   to: timestamp  # end of the cohort, exclusive
--
-- Test, robot and internal traffic is left out by rules of the network file, never silently: the rule stays on the row
-- and is counted. A rule's condition that is null does not ask; several rules: the first in the file. Rules of the file
-- have no end (valid_to); what a contract's accepted claim drops from a figure of a whole window ends with the claim.

WITH placed AS (
    SELECT * FROM legs WHERE offered_at >= $from AND offered_at < $to
),

hits AS (
    SELECT
        placed.contact_id,
        placed.provider,
        placed.site,
        placed.queue,
        placed.leg,
        min(exclusions.ordinal) AS ordinal
    FROM placed
    INNER JOIN exclusions
        ON placed.offered_at >= exclusions.valid_from
        AND placed.offered_at < exclusions.valid_to
        AND (exclusions.provider IS NULL OR exclusions.provider = placed.provider)
        AND (exclusions.site IS NULL OR exclusions.site = placed.site)
        AND (exclusions.queue IS NULL OR exclusions.queue = placed.queue)
        AND (exclusions.channel IS NULL OR exclusions.channel = placed.channel)
        AND (exclusions.reason IS NULL OR exclusions.reason = placed.reason)
        AND (exclusions.team IS NULL OR exclusions.team = placed.team)
        AND (exclusions.customer IS NULL OR exclusions.customer = placed.customer)
        AND (exclusions.direction IS NULL OR exclusions.direction = placed.direction)
    GROUP BY placed.contact_id, placed.provider, placed.site, placed.queue, placed.leg
)

SELECT placed.*, hits.ordinal AS rule
FROM placed
LEFT JOIN hits
    ON placed.contact_id = hits.contact_id
    AND placed.provider = hits.provider
    AND placed.site = hits.site
    AND placed.queue = hits.queue
    AND placed.leg = hits.leg
