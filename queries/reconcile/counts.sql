-- id: reconcile_counts
-- version: 1
-- title:
--   en: What is counted in the declared periods, under each of several sets of rules
--   fr: Ce qui est compté dans les périodes déclarées, selon chacun de plusieurs jeux de règles
--
-- Reads `reconcile_legs`, `rules` (one set of rules in each row) and `declared_slots` (zone, slot_us, period: the
-- quarter-hours of each declared period in each zone). One run counts under every set: a step from one set to the next
-- is the difference of two counts of the same legs by this same text.
--
-- A set of rules says: `site_of`, whose site and queue a leg counts at (`arrival`: where it was offered; `owner`: where its
-- contact was first answered, else first offered; `once`: the same, and only that leg of the contact); `day_of`, at which
-- instant it counts (`arrival`, `outcome`, `end`; a leg that has none yet counts nowhere); `zone`, in which zone days begin;
-- `formula`, null for each queue's own with what was agreed about overflow and callbacks (`counts_as`), else that formula
-- alone; `threshold_us`, null for each queue's own; `short_us`, up to which abandoning is short, null for each
-- queue's own, and `drops_short`, whether short ones are counted at all; which of the legs that scorecards leave out are
-- counted; and `theirs`, whether the contacts counted are those that the provider lists.
-- Outcomes and the seven formulas are as in `cells`.

WITH ruled AS (
    SELECT
        rules.number AS rules,
        rules.zone,
        rules.drops_short,
        CASE WHEN rules.site_of = 'arrival' THEN legs.provider ELSE legs.owner_provider END AS provider,
        CASE WHEN rules.site_of = 'arrival' THEN legs.site ELSE legs.owner_site END AS site,
        CASE WHEN rules.site_of = 'arrival' THEN legs.queue ELSE legs.owner_queue END AS queue,
        CASE rules.day_of
            WHEN 'outcome' THEN legs.outcome_us
            WHEN 'end' THEN legs.ended_us
            ELSE legs.offered_us
        END AS at_us,
        coalesce(rules.formula, legs.formula) AS formula,
        CASE WHEN rules.formula IS NULL THEN legs.counts_as END AS counts_as,
        CASE
            WHEN legs.outcome IN ('answered', 'abandoned', 'flowed_out') THEN legs.outcome
            WHEN legs.wait_us > coalesce(rules.threshold_us, legs.threshold_us) THEN 'overdue'
            ELSE 'pending'
        END AS outcome,
        coalesce(legs.wait_us <= coalesce(rules.threshold_us, legs.threshold_us), false) AS in_time,
        CASE
            WHEN legs.outcome <> 'abandoned' THEN false
            WHEN rules.short_us IS NULL THEN legs.short_abandoned
            ELSE coalesce(legs.wait_us <= rules.short_us, false)
        END AS brief
    FROM reconcile_legs AS legs
    CROSS JOIN rules
    WHERE
        CASE WHEN rules.theirs THEN legs.theirs ELSE legs.ours END
        AND (rules.site_of <> 'once' OR legs.owner)
        AND CASE legs.left_out
            WHEN 'cancelled' THEN rules.counts_cancelled
            WHEN 'rule' THEN rules.counts_ruled
            WHEN 'closed' THEN rules.counts_closed
            ELSE true
        END
),

counts AS (
    SELECT
        ruled.rules,
        declared_slots.period,
        ruled.provider,
        ruled.site,
        ruled.queue,
        count(*) AS offered,
        count(*) FILTER (WHERE outcome = 'answered') AS answered,
        count(*) FILTER (WHERE outcome = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE brief) AS short_abandoned,
        count(*) FILTER (WHERE outcome = 'flowed_out') AS flowed_out,
        count(*) FILTER (WHERE outcome = 'overdue') AS overdue,
        count(*) FILTER (WHERE outcome = 'pending') AS pending,
        count(*) FILTER (WHERE outcome = 'answered' AND in_time) AS answered_in_time,
        count(*) FILTER (WHERE outcome = 'abandoned' AND in_time) AS abandoned_in_time,
        count(*) FILTER (
            WHERE CASE
                WHEN counts_as IS NOT NULL THEN counts_as = 'in_time'
                WHEN outcome = 'answered' THEN in_time
                WHEN outcome = 'abandoned' THEN (formula = 'e' AND in_time) OR (formula = 'g' AND brief)
                ELSE false
            END
        ) AS in_time,
        count(*) FILTER (
            WHERE CASE
                WHEN counts_as IS NOT NULL THEN counts_as IN ('in_time', 'miss')
                WHEN outcome = 'answered' THEN true
                WHEN outcome = 'abandoned' THEN CASE formula
                    WHEN 'c' THEN NOT brief
                    WHEN 'd' THEN NOT in_time
                    WHEN 'f' THEN false
                    ELSE true
                END
                WHEN outcome = 'flowed_out' THEN formula = 'a'
                WHEN outcome = 'overdue' THEN formula <> 'f'
                ELSE false
            END
        ) AS promised
    FROM ruled
    INNER JOIN declared_slots
        ON ruled.zone = declared_slots.zone
        AND ruled.at_us - ruled.at_us % 900000000 = declared_slots.slot_us
    WHERE NOT (drops_short AND brief)
    GROUP BY 1, 2, 3, 4, 5
)

SELECT
    counts.*,
    answered_in_time + abandoned_in_time AS in_time_e,
    answered_in_time + short_abandoned AS in_time_g,
    answered + abandoned + flowed_out + overdue AS promised_a,
    answered + abandoned + overdue AS promised_b,
    answered + abandoned - short_abandoned + overdue AS promised_c,
    answered + abandoned - abandoned_in_time + overdue AS promised_d
FROM counts
