-- id: cut_cohort
-- version: 1
-- title:
--   en: The cohort in stretches that begin at any instant
--   fr: La cohorte, en périodes qui commencent à tout instant
--
-- Reads `cohort`, whose stretches are whole quarter-hours, and `cuts`: the stretches of each quarter-hour in which one begins
-- or ends. A claim, or the instant at which a day's allowed volume was reached, falls where it falls. Nothing else changes.

SELECT
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
    outcome_at,
    ended_at,
    coalesce(cuts.bucket, cohort.bucket) AS bucket,
    day,
    rule,
    cancelled,
    inferred,
    disordered,
    anomalies,
    out_of_hours,
    counted,
    outcome,
    wait_us,
    threshold_us,
    formula,
    answered_in_time,
    abandoned_in_time,
    short_abandoned,
    short_us,
    handle_us,
    transfers,
    owner,
    first_offered_at,
    first_resolved_at,
    last_resolved_at,
    reopened_at,
    reopened,
    mature,
    durable,
    age_us,
    calendar,
    decided_at,
    published_at,
    paused_from,
    paused_to,
    turn_from,
    turn_to,
    turns_settled
FROM cohort
LEFT JOIN cuts
    ON CAST(offered_at AS BIGINT) - CAST(offered_at AS BIGINT) % 900000000 = cuts.slot * 900000000
    AND CAST(offered_at AS BIGINT) >= cuts.from_us
    AND CAST(offered_at AS BIGINT) < cuts.to_us
