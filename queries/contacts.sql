-- id: contacts
-- version: 1
-- title:
--   en: The contacts behind a figure
--   fr: Les contacts derrière un chiffre
-- params:
--   any_outcome: boolean  # whether every outcome is wanted
--   outcomes: text[]  # the outcomes wanted, of answered abandoned flowed_out overdue pending
--   missed_only: boolean  # only legs that do not count as in time
--   after_us: bigint  # cursor: offered at, microseconds
--   after_key: text  # cursor: the key of the last row seen
--   page: bigint  # rows wanted
--
-- Legs of `cohort` in the order of their offer, one page at a time. The key is unique: contact, provider, site, queue,
-- leg. Customers and agents are pseudonyms.

WITH keyed AS (
    SELECT
        cohort.*,
        CAST(offered_at AS BIGINT) AS offered_us,
        contact_id || '|' || provider || '|' || site || '|' || queue || '|' || CAST(leg AS VARCHAR) AS row_key
    FROM cohort
    WHERE
        ($any_outcome OR array_has($outcomes, outcome))
        AND (NOT $missed_only OR NOT answered_in_time)
)

SELECT
    row_key,
    offered_us,
    contact_id,
    provider,
    site,
    queue,
    leg,
    channel,
    reason,
    language,
    team,
    agent,
    customer,
    started_at,
    offered_at,
    outcome,
    outcome_at,
    wait_us,
    answered_in_time,
    short_abandoned,
    ended_at,
    handle_us,
    transfers,
    owner,
    last_resolved_at,
    reopened_at,
    counted,
    out_of_hours,
    cancelled,
    rule,
    inferred,
    disordered
FROM keyed
WHERE offered_us > $after_us OR (offered_us = $after_us AND row_key > $after_key)
ORDER BY offered_us, row_key
LIMIT $page
