-- id: counts
-- version: 1
-- title:
--   en: Counts of a scorecard by row and bucket
--   fr: Comptes d'un tableau de bord par ligne et période
-- figures:
--   offered: {unit: count, of: offered, en: Offered, fr: Présentés}
--   answered: {unit: count, of: answered, until: [pending, overdue], en: Answered, fr: Décrochés}
--   abandoned: {unit: count, of: abandoned, until: [pending, overdue], en: Abandoned, fr: Abandonnés}
--   short_abandoned: {unit: count, of: short_abandoned, until: [pending], en: Short abandons, fr: Abandons courts}
--   flowed_out: {unit: count, of: flowed_out, until: [pending, overdue], en: Flowed out, fr: Débordés}
--   overdue: {unit: count, of: overdue, until: [pending, overdue], en: Overdue, fr: En retard}
--   pending: {unit: count, of: pending, until: [pending], en: Pending, fr: En attente}
--   out_of_hours: {unit: count, of: out_of_hours, en: Out of hours, fr: Hors horaires}
--   contacts: {unit: count, of: contacts, until: [pending, overdue], en: Contacts, fr: Contacts}
--   response_rate: {unit: share, of: answered, per: demanded, until: [pending, overdue], en: Response rate, fr: Taux de réponse}
--   abandonment_rate: {unit: share, of: abandoned, per: demanded, until: [pending, overdue], en: Abandonment rate, fr: Taux d'abandon}
--   service_level: {unit: share, of: in_time, per: promised, until: [pending], en: Service level, fr: Taux de service}
--   service_level_a: {unit: share, of: answered_in_time, per: demanded, until: [pending], en: Service level a, fr: Taux de service a}
--   service_level_b: {unit: share, of: answered_in_time, per: promised_b, until: [pending], en: Service level b, fr: Taux de service b}
--   service_level_c: {unit: share, of: answered_in_time, per: promised_c, until: [pending], en: Service level c, fr: Taux de service c}
--   service_level_d: {unit: share, of: answered_in_time, per: promised_d, until: [pending], en: Service level d, fr: Taux de service d}
--   service_level_e: {unit: share, of: in_time_e, per: promised_b, until: [pending], en: Service level e, fr: Taux de service e}
--   service_level_f: {unit: share, of: answered_in_time, per: answered, until: [pending], en: Service level f, fr: Taux de service f}
--   service_level_g: {unit: share, of: in_time_g, per: promised_b, until: [pending], en: Service level g, fr: Taux de service g}
--   wait_mean_s: {unit: seconds, of: wait_us, per: waits, until: [pending, overdue], en: Mean wait, fr: Attente moyenne}
--   wait_max_s: {unit: seconds, of: wait_max_us, n: waits, until: [pending, overdue], en: Longest wait, fr: Attente la plus longue}
--   handle_mean_s: {unit: seconds, of: handle_us, per: handled, until: [pending, overdue], en: Mean handle time, fr: Durée moyenne de traitement}
--   resolved: {unit: count, of: resolved, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved, fr: Résolus}
--   resolution_rate: {unit: share, of: resolved, per: mature, needs: ever_resolved, until: [pending, overdue, immature], en: Resolution rate, fr: Taux de résolution}
--   reopened_rate: {unit: share, of: reopened, per: ever_resolved, needs: ever_resolved, until: [pending, overdue, immature], en: Reopened, fr: Taux de réouverture}
--   resolved_24h: {unit: share, of: resolved_24h, per: due_24h, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved within 24 h, fr: Résolus sous 24 h}
--   resolved_48h: {unit: share, of: resolved_48h, per: due_48h, needs: ever_resolved, until: [pending, overdue, immature], en: Resolved within 48 h, fr: Résolus sous 48 h}
--   transfers_per_contact: {unit: ratio, of: transfers, per: contacts, until: [pending, overdue], en: Transfers per contact, fr: Transferts par contact}
--
-- The sums of `cells` over days and queues. Conservation: offered = answered + abandoned + flowed_out + overdue +
-- pending; the residual is shown and is always 0.

SELECT
    provider,
    site,
    queue,
    channel,
    reason,
    team,
    bucket,
    CAST(sum(offered) AS BIGINT) AS offered,
    CAST(sum(answered) AS BIGINT) AS answered,
    CAST(sum(abandoned) AS BIGINT) AS abandoned,
    CAST(sum(flowed_out) AS BIGINT) AS flowed_out,
    CAST(sum(overdue) AS BIGINT) AS overdue,
    CAST(sum(pending) AS BIGINT) AS pending,
    CAST(sum(offered - answered - abandoned - flowed_out - overdue - pending) AS BIGINT) AS residual,
    CAST(sum(answered_in_time) AS BIGINT) AS answered_in_time,
    CAST(sum(abandoned_in_time) AS BIGINT) AS abandoned_in_time,
    CAST(sum(short_abandoned) AS BIGINT) AS short_abandoned,
    CAST(sum(in_time) AS BIGINT) AS in_time,
    CAST(sum(promised) AS BIGINT) AS promised,
    CAST(sum(demanded) AS BIGINT) AS demanded,
    CAST(sum(in_time_e) AS BIGINT) AS in_time_e,
    CAST(sum(in_time_g) AS BIGINT) AS in_time_g,
    CAST(sum(promised_b) AS BIGINT) AS promised_b,
    CAST(sum(promised_c) AS BIGINT) AS promised_c,
    CAST(sum(promised_d) AS BIGINT) AS promised_d,
    CAST(sum(out_of_hours) AS BIGINT) AS out_of_hours,
    CAST(sum(cancelled) AS BIGINT) AS cancelled,
    CAST(sum(excluded) AS BIGINT) AS excluded,
    CAST(sum(inferred) AS BIGINT) AS inferred,
    CAST(sum(disordered) AS BIGINT) AS disordered,
    CAST(sum(anomalies) AS BIGINT) AS anomalies,
    CAST(sum(waits) AS BIGINT) AS waits,
    CAST(sum(wait_us) AS BIGINT) AS wait_us,
    max(wait_max_us) AS wait_max_us,
    CAST(sum(handled) AS BIGINT) AS handled,
    CAST(sum(handle_us) AS BIGINT) AS handle_us,
    CAST(sum(transfers) AS BIGINT) AS transfers,
    CAST(sum(contacts) AS BIGINT) AS contacts,
    CAST(sum(mature) AS BIGINT) AS mature,
    CAST(sum(immature) AS BIGINT) AS immature,
    CAST(sum(resolved) AS BIGINT) AS resolved,
    CAST(sum(ever_resolved) AS BIGINT) AS ever_resolved,
    CAST(sum(reopened) AS BIGINT) AS reopened,
    CAST(sum(resolved_24h) AS BIGINT) AS resolved_24h,
    CAST(sum(due_24h) AS BIGINT) AS due_24h,
    CAST(sum(resolved_48h) AS BIGINT) AS resolved_48h,
    CAST(sum(due_48h) AS BIGINT) AS due_48h
FROM cells
GROUP BY provider, site, queue, channel, reason, team, bucket
