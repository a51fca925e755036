-- id: flows
-- version: 1
-- title:
--   en: Hand-overs and callbacks of contacts counted whole
--   fr: Transmissions et rappels des contacts comptés en entier
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, day, stratum, stretch]
-- figures:
--   legs_per_contact: {unit: ratio, of: legs, per: whole, until: [pending, overdue], en: Legs per contact, fr: Passages par contact}
--   handed_over: {unit: share, of: handed_over, per: whole, until: [pending, overdue], en: Handed over, fr: Contacts transmis}
--   between_providers: {unit: share, of: crossed, per: whole, until: [pending, overdue], en: Handed over between providers, fr: Contacts passés d'un prestataire à l'autre}
--   warm_transfers: {unit: share, of: warm, per: next_humans, until: [pending, overdue], en: Warm transfers, fr: Transferts accompagnés}
--   first_wait_mean_s: {unit: seconds, of: first_wait_us, per: first_waits, until: [pending, overdue], en: Mean wait for the first human, fr: Attente moyenne du premier conseiller}
--   first_human_in_time: {unit: share, of: first_in_time, per: due, until: [pending], en: First human in time, fr: Premier conseiller dans le délai}
--   callbacks: {unit: count, of: callbacks, en: Asked to be called back, fr: Rappels demandés}
--   callbacks_reached: {unit: share, of: reached, per: called_for, until: [pending, overdue], en: Callbacks that reached the customer, fr: Rappels aboutis}
--   callbacks_kept: {unit: share, of: kept, per: called_for, until: [pending, overdue], en: Callbacks within the promise, fr: Rappels dans le délai promis}
--   callback_wait_mean_s: {unit: seconds, of: callback_wait_us, per: callback_waits, until: [pending, overdue], en: Mean wait for the callback, fr: Attente moyenne du rappel}
--   callback_attempts: {unit: ratio, of: dials, per: callbacks, until: [pending, overdue], en: Attempts per callback, fr: Tentatives par rappel}
--
-- Reads `cohort` as `journeys` gives it: one row per contact, with the place and period in which it came in.
-- `handed_over`: contacts that more than one leg counts for; `between_providers`: legs of more than one provider.
-- `warm_transfers`: of the human answers after the first, those before the transfer to them was completed.
-- `first_human_in_time`: answered by the first human within the threshold, of all contacts but those that are pending or
-- flowed out; the wait after a transfer does not count here, as it does in `service_level`.
-- Callbacks are of contacts whose customers asked before any human answered. `callbacks_reached` and `callbacks_kept` leave
-- out those that may still be made in time. The wait for a callback lasts from the first offer to the first ring of the
-- attempt that reached the customer.

WITH told AS (
    SELECT
        cohort.*,
        callback IS NOT NULL AS asked,
        outcome = 'answered' AND callback IS NOT NULL AS reached
    FROM cohort
    WHERE counted
)

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
    CAST(started_at AS BIGINT) - CAST(started_at AS BIGINT) % $stretch_us AS stretch,
    count(*) AS whole,
    sum(legs) AS legs,
    count(*) FILTER (WHERE legs > 1) AS handed_over,
    count(*) FILTER (WHERE crossed) AS crossed,
    sum(CASE WHEN humans > 1 THEN humans - 1 ELSE 0 END) AS next_humans,
    sum(warm) AS warm,
    count(first_wait_us) FILTER (WHERE outcome = 'answered') AS first_waits,
    coalesce(sum(first_wait_us) FILTER (WHERE outcome = 'answered'), 0) AS first_wait_us,
    count(*) FILTER (WHERE outcome IN ('answered', 'abandoned', 'overdue')) AS due,
    count(*) FILTER (WHERE first_in_time) AS first_in_time,
    count(*) FILTER (WHERE asked) AS callbacks,
    count(*) FILTER (WHERE asked AND callback <> 'pending') AS called_for,
    count(*) FILTER (WHERE reached) AS reached,
    count(*) FILTER (WHERE callback = 'kept') AS kept,
    count(callback_wait_us) FILTER (WHERE reached) AS callback_waits,
    coalesce(sum(callback_wait_us) FILTER (WHERE reached), 0) AS callback_wait_us,
    sum(CASE WHEN asked THEN dials ELSE 0 END) AS dials
FROM told
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
