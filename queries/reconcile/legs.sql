-- id: reconcile_legs
-- version: 1
-- title:
--   en: Legs that a provider may count in the periods it declares
--   fr: Passages qu'un prestataire peut compter dans les périodes qu'il déclare
-- params:
--   providers: text[]  # the providers whose declared figures are held against ours
--   first_us: bigint  # the earliest instant that may be in a declared period, microseconds
--   last_us: bigint  # the end of the last declared period, exclusive, microseconds
--   has_list: boolean  # whether the provider gave the contacts that it counts
--
-- Reads `cohort` of all providers over more than the declared periods, and `declared_contacts`: the contacts that a
-- provider says it counts, each with the two keys that it may have here (its own, or the whole brand's) and as the provider
-- describes it, for those that we do not have. A leg is kept when its offer, its outcome or its end lies within the
-- declared periods, and it is, or is owned by, one of the providers.
-- Every leg that our scorecards leave out is left out for one reason (`left_out`): cancelled, a rule of the network file,
-- offered while closed; the first that holds. `ended_us` of a leg that nobody answered is its outcome. A leg whose owner
-- was not offered within the legs at hand stands for itself.

WITH owners AS (
    SELECT contact_id, provider AS owner_provider, site AS owner_site, queue AS owner_queue
    FROM cohort
    WHERE owner
),

listed AS (
    SELECT own_key AS listed_key FROM declared_contacts
    UNION
    SELECT brand_key AS listed_key FROM declared_contacts
),

described AS (
    SELECT
        cohort.contact_id,
        cohort.provider,
        cohort.site,
        cohort.queue,
        coalesce(owners.owner_provider, cohort.provider) AS owner_provider,
        coalesce(owners.owner_site, cohort.site) AS owner_site,
        coalesce(owners.owner_queue, cohort.queue) AS owner_queue,
        cohort.owner,
        CAST(cohort.offered_at AS BIGINT) AS offered_us,
        CAST(cohort.outcome_at AS BIGINT) AS outcome_us,
        CASE
            WHEN cohort.outcome = 'answered' THEN CAST(cohort.ended_at AS BIGINT)
            ELSE CAST(cohort.outcome_at AS BIGINT)
        END AS ended_us,
        cohort.outcome,
        cohort.wait_us,
        cohort.threshold_us,
        cohort.formula,
        cohort.counts_as,
        cohort.short_abandoned,
        CASE
            WHEN cohort.cancelled THEN 'cancelled'
            WHEN cohort.rule IS NOT NULL THEN 'rule'
            WHEN cohort.out_of_hours THEN 'closed'
        END AS left_out,
        true AS ours,
        NOT $has_list OR listed.listed_key IS NOT NULL AS theirs
    FROM cohort
    LEFT JOIN owners ON cohort.contact_id = owners.contact_id
    LEFT JOIN listed ON cohort.contact_id = listed.listed_key
)

SELECT *
FROM described
WHERE
    (array_has($providers, provider) OR array_has($providers, owner_provider))
    AND (
        (offered_us >= $first_us AND offered_us < $last_us)
        OR (outcome_us >= $first_us AND outcome_us < $last_us)
        OR (ended_us >= $first_us AND ended_us < $last_us)
    )
UNION ALL
SELECT
    own_key AS contact_id,
    provider,
    site,
    queue,
    provider AS owner_provider,
    site AS owner_site,
    queue AS owner_queue,
    true AS owner,
    at_us AS offered_us,
    at_us AS outcome_us,
    at_us AS ended_us,
    outcome,
    wait_us,
    threshold_us,
    formula,
    CAST(NULL AS VARCHAR) AS counts_as,
    coalesce(outcome = 'abandoned' AND wait_us <= short_us, false) AS short_abandoned,
    CAST(NULL AS VARCHAR) AS left_out,
    false AS ours,
    true AS theirs
FROM declared_contacts
WHERE
    NOT EXISTS (SELECT 1 FROM cohort WHERE cohort.contact_id = declared_contacts.own_key)
    AND NOT EXISTS (SELECT 1 FROM cohort WHERE cohort.contact_id = declared_contacts.brand_key)
