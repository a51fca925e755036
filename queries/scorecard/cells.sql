-- id: cells
-- version: 1
-- title:
--   en: Additive counts of a scorecard by row, bucket, local day and queue
--   fr: Comptes additifs d'un tableau de bord par ligne, période, jour local et file
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   now: timestamp  # the instant as of which contacts are mature
--   durable_us: bigint  # a resolution stands when nothing reopened it for this long
--
-- Everything a scorecard adds up, from `cohort`. Rows that mix queues add the numerators and denominators of each
-- queue's own threshold and formula. Days and queues are kept apart for the design effect: they are the
-- clusters; providers, because what a source never says is no data rather than zero.
--
-- Service level with A answered, B abandoned, F flowed out, O overdue; index T within the threshold, s short:
-- a = A_T/(A+B+F+O), b = A_T/(A+B+O), c = A_T/(A+B-B_s+O), d = A_T/(A+B-B_T+O), e = (A_T+B_T)/(A+B+O), f = A_T/A,
-- g = (A_T+B_s)/(A+B+O).
--
-- A contact belongs to its owner leg: the first human answer, else the first offer. It is mature once its start is
-- `durable_us` old; durably resolved when its last resolution was not reopened within `durable_us`. Resolved before the
-- first offer by up to 5 s is resolved in 0 s; by more, the time is unknown: resolved, due, and never within 24 h or 48 h.

WITH contacts AS (
    SELECT
        cohort.*,
        CAST($now AS BIGINT) - CAST(started_at AS BIGINT) >= $durable_us AS mature,
        last_resolved_at IS NOT NULL
            AND coalesce(CAST(reopened_at AS BIGINT) - CAST(last_resolved_at AS BIGINT) > $durable_us, true) AS durable,
        CASE
            WHEN CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT) >= -5000000
                THEN CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT)
        END AS resolution_us,
        CAST($now AS BIGINT) - CAST(first_offered_at AS BIGINT) AS age_us
    FROM cohort
),

sums AS (
    SELECT
        CASE WHEN $by_provider THEN provider END AS provider,
        CASE WHEN $by_site THEN site END AS site,
        CASE WHEN $by_queue THEN queue END AS queue,
        CASE WHEN $by_channel THEN channel END AS channel,
        CASE WHEN $by_reason THEN reason END AS reason,
        CASE WHEN $by_team THEN team END AS team,
        bucket,
        day,
        queue AS stratum,
        provider AS source_provider,
        count(*) FILTER (WHERE counted) AS offered,
        count(*) FILTER (WHERE counted AND outcome = 'answered') AS answered,
        count(*) FILTER (WHERE counted AND outcome = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE counted AND outcome = 'flowed_out') AS flowed_out,
        count(*) FILTER (WHERE counted AND outcome = 'overdue') AS overdue,
        count(*) FILTER (WHERE counted AND outcome = 'pending') AS pending,
        count(*) FILTER (WHERE counted AND answered_in_time) AS answered_in_time,
        count(*) FILTER (WHERE counted AND abandoned_in_time) AS abandoned_in_time,
        count(*) FILTER (WHERE counted AND short_abandoned) AS short_abandoned,
        count(*) FILTER (
            WHERE counted AND (
                answered_in_time
                OR (formula = 'e' AND abandoned_in_time)
                OR (formula = 'g' AND short_abandoned)
            )
        ) AS in_time,
        count(*) FILTER (
            WHERE counted AND CASE outcome
                WHEN 'answered' THEN true
                WHEN 'abandoned' THEN CASE formula
                    WHEN 'c' THEN NOT short_abandoned
                    WHEN 'd' THEN NOT abandoned_in_time
                    WHEN 'f' THEN false
                    ELSE true
                END
                WHEN 'flowed_out' THEN formula = 'a'
                WHEN 'overdue' THEN formula <> 'f'
                ELSE false
            END
        ) AS promised,
        count(*) FILTER (WHERE out_of_hours) AS out_of_hours,
        count(*) FILTER (WHERE cancelled) AS cancelled,
        count(*) FILTER (WHERE NOT cancelled AND rule IS NOT NULL) AS excluded,
        count(*) FILTER (WHERE counted AND inferred) AS inferred,
        count(*) FILTER (WHERE counted AND disordered) AS disordered,
        coalesce(sum(anomalies) FILTER (WHERE counted), 0) AS anomalies,
        count(wait_us) FILTER (WHERE counted AND outcome = 'answered') AS waits,
        coalesce(sum(wait_us) FILTER (WHERE counted AND outcome = 'answered'), 0) AS wait_us,
        max(wait_us) FILTER (WHERE counted AND outcome = 'answered') AS wait_max_us,
        count(handle_us) FILTER (WHERE counted) AS handled,
        coalesce(sum(handle_us) FILTER (WHERE counted), 0) AS handle_us,
        coalesce(sum(transfers) FILTER (WHERE counted), 0) AS transfers,
        count(*) FILTER (WHERE counted AND owner) AS contacts,
        count(*) FILTER (WHERE counted AND owner AND outcome = 'answered' AND mature) AS mature,
        count(*) FILTER (WHERE counted AND owner AND outcome = 'answered' AND NOT mature) AS immature,
        count(*) FILTER (WHERE counted AND owner AND outcome = 'answered' AND mature AND durable) AS resolved,
        count(*) FILTER (WHERE counted AND owner AND first_resolved_at IS NOT NULL) AS ever_resolved,
        count(*) FILTER (WHERE counted AND owner AND first_resolved_at IS NOT NULL AND reopened) AS reopened,
        count(*) FILTER (WHERE counted AND owner AND durable AND resolution_us <= 86400000000) AS resolved_24h,
        count(*) FILTER (WHERE counted AND owner AND (durable OR age_us >= 86400000000)) AS due_24h,
        count(*) FILTER (WHERE counted AND owner AND durable AND resolution_us <= 172800000000) AS resolved_48h,
        count(*) FILTER (WHERE counted AND owner AND (durable OR age_us >= 172800000000)) AS due_48h
    FROM contacts
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
)

SELECT
    sums.*,
    answered + abandoned + flowed_out + overdue AS demanded,
    answered_in_time + abandoned_in_time AS in_time_e,
    answered_in_time + short_abandoned AS in_time_g,
    answered + abandoned + overdue AS promised_b,
    answered + abandoned - short_abandoned + overdue AS promised_c,
    answered + abandoned - abandoned_in_time + overdue AS promised_d
FROM sums
