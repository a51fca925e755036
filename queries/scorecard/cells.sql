-- id: cells
-- version: 1
-- title:
--   en: Counts of a scorecard by row, bucket, local day and queue
--   fr: Comptes d'un tableau de bord par ligne, période, jour local et file
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, day, stratum, source_provider, stretch]
-- turns: {started_at: [durable_us], first_offered_at: [86400000000, 172800000000]}
-- figures:
--   offered: {unit: count, of: offered, en: Offered, fr: Présentés}
--   answered: {unit: count, of: answered, until: [pending, overdue], en: Answered, fr: Décrochés}
--   abandoned: {unit: count, of: abandoned, until: [pending, overdue], en: Abandoned, fr: Abandonnés}
--   short_abandoned: {unit: count, of: short_abandoned, until: [pending], en: Short abandons, fr: Abandons courts}
--   flowed_out: {unit: count, of: flowed_out, until: [pending, overdue], en: Flowed out, fr: Débordés}
--   overflowed: {unit: count, of: overflowed, until: [pending, overdue], en: Overflowed, fr: Débordés vers un autre lieu}
--   overdue: {unit: count, of: overdue, until: [pending, overdue], en: Overdue, fr: En retard}
--   pending: {unit: count, of: pending, until: [pending], en: Pending, fr: En attente}
--   out_of_hours: {unit: count, of: out_of_hours, en: Out of hours, fr: Hors horaires}
--   contacts: {unit: count, of: contacts, until: [pending, overdue], en: Contacts, fr: Contacts}
--   response_rate: {unit: share, of: answered, per: answerable, until: [pending, overdue], en: Response rate, fr: Taux de réponse}
--   abandonment_rate: {unit: share, of: abandoned, per: answerable, until: [pending, overdue], en: Abandonment rate, fr: Taux d'abandon}
--   service_level: {unit: share, of: in_time, per: promised, until: [pending, awaited], en: Service level, fr: Taux de service}
--   service_level_a: {unit: share, of: answered_in_time, per: demanded, until: [pending], en: Service level a, fr: Taux de service a}
--   service_level_b: {unit: share, of: answered_in_time, per: promised_b, until: [pending], en: Service level b, fr: Taux de service b}
--   service_level_c: {unit: share, of: answered_in_time, per: promised_c, until: [pending], en: Service level c, fr: Taux de service c}
--   service_level_d: {unit: share, of: answered_in_time, per: promised_d, until: [pending], en: Service level d, fr: Taux de service d}
--   service_level_e: {unit: share, of: in_time_e, per: promised_b, until: [pending], en: Service level e, fr: Taux de service e}
--   service_level_f: {unit: share, of: answered_in_time, per: answered, until: [pending], en: Service level f, fr: Taux de service f}
--   service_level_g: {unit: share, of: in_time_g, per: promised_b, until: [pending], en: Service level g, fr: Taux de service g}
--   wait_mean_s: {unit: seconds, of: wait_us, per: waits, until: [pending, overdue], en: Mean wait, fr: Attente moyenne}
--   handle_mean_s: {unit: seconds, of: handle_us, per: handled, until: [pending, overdue], en: Mean handle time, fr: Durée moyenne de traitement}
--   resolved: {unit: count, of: resolved, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved, fr: Résolus}
--   resolution_rate: {unit: share, of: resolved, per: mature, needs: ever_resolved, until: [pending, overdue, immature], en: Resolution rate, fr: Taux de résolution}
--   reopened_rate: {unit: share, of: reopened, per: ever_resolved, needs: ever_resolved, until: [pending, overdue, immature], en: Reopened, fr: Taux de réouverture}
--   resolved_24h: {unit: share, of: resolved_24h, per: due_24h, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved within 24 h, fr: Résolus sous 24 h}
--   resolved_48h: {unit: share, of: resolved_48h, per: due_48h, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved within 48 h, fr: Résolus sous 48 h}
--   transfers_per_contact: {unit: ratio, of: transfers, per: contacts, until: [pending, overdue], en: Transfers per contact, fr: Transferts par contact}
--
-- Everything a scorecard adds up, from `cohort`; a row of the scorecard is the sum of its cells. Rows that mix queues add
-- the numerators and denominators of each queue's own threshold and formula. Days and queues are kept apart for the
-- design effect: they are the clusters; providers, because what a source never says is no data rather than zero.
-- Conservation: offered = answered + abandoned + flowed_out + overdue + pending; the residual is shown and is always 0.
--
-- Service level with A answered, B abandoned, F flowed out, O overdue; index T within the threshold, s short:
-- a = A_T/(A+B+F+O), b = A_T/(A+B+O), c = A_T/(A+B-B_s+O), d = A_T/(A+B-B_T+O), e = (A_T+B_T)/(A+B+O), f = A_T/A,
-- g = (A_T+B_s)/(A+B+O).
-- `service_level` takes each queue's own of these, and what the queue has agreed about overflow and callbacks (`counts_as`):
-- in time, a miss, in no service level (`neutral`), or in no rate at all (`excluded`). The seven side by side do not.
--
-- A contact belongs to its owner leg: the first human answer, else the first offer. Resolved before the first offer by up
-- to 5 s is resolved in 0 s; by more, the time is unknown: resolved, due, and never within 24 h or 48 h.

WITH contacts AS (
    SELECT
        cohort.*,
        CASE
            WHEN CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT) >= -5000000
                THEN CAST(last_resolved_at AS BIGINT) - CAST(first_offered_at AS BIGINT)
        END AS resolution_us
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
        CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
        count(*) FILTER (WHERE counted) AS offered,
        count(*) FILTER (WHERE counted AND outcome = 'answered') AS answered,
        count(*) FILTER (WHERE counted AND outcome = 'abandoned') AS abandoned,
        count(*) FILTER (WHERE counted AND outcome = 'flowed_out') AS flowed_out,
        count(*) FILTER (WHERE counted AND outcome = 'overdue') AS overdue,
        count(*) FILTER (WHERE counted AND outcome = 'pending') AS pending,
        count(*) FILTER (WHERE counted AND flowed_to = 'overflow') AS overflowed,
        count(*) FILTER (WHERE counted AND flowed_to = 'callback' AND callback = 'pending') AS awaited,
        count(*) FILTER (WHERE counted AND outcome <> 'pending' AND coalesce(counts_as <> 'excluded', true)) AS answerable,
        count(*) FILTER (WHERE counted AND answered_in_time) AS answered_in_time,
        count(*) FILTER (WHERE counted AND abandoned_in_time) AS abandoned_in_time,
        count(*) FILTER (WHERE counted AND short_abandoned) AS short_abandoned,
        count(*) FILTER (
            WHERE counted AND CASE
                WHEN counts_as IS NOT NULL THEN counts_as = 'in_time'
                ELSE answered_in_time
                    OR (formula = 'e' AND abandoned_in_time)
                    OR (formula = 'g' AND short_abandoned)
            END
        ) AS in_time,
        count(*) FILTER (
            WHERE counted AND CASE
                WHEN counts_as IS NOT NULL THEN counts_as IN ('in_time', 'miss')
                WHEN outcome = 'answered' THEN true
                WHEN outcome = 'abandoned' THEN CASE formula
                    WHEN 'c' THEN NOT short_abandoned
                    WHEN 'd' THEN NOT abandoned_in_time
                    WHEN 'f' THEN false
                    ELSE true
                END
                WHEN outcome = 'flowed_out' THEN formula = 'a'
                WHEN outcome = 'overdue' THEN formula <> 'f'
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
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
)

SELECT
    sums.*,
    offered - answered - abandoned - flowed_out - overdue - pending AS residual,
    answered + abandoned + flowed_out + overdue AS demanded,
    answered_in_time + abandoned_in_time AS in_time_e,
    answered_in_time + short_abandoned AS in_time_g,
    answered + abandoned + overdue AS promised_b,
    answered + abandoned - short_abandoned + overdue AS promised_c,
    answered + abandoned - abandoned_in_time + overdue AS promised_d
FROM sums
