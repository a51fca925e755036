-- id: responses
-- version: 1
-- title:
--   en: Replies in writing and moderation decisions, by row, bucket, local day and queue
--   fr: Réponses écrites et décisions de modération, par ligne, période, jour local et file
-- params:
--   by_provider: boolean  # one row per provider
--   by_site: boolean  # one row per site
--   by_queue: boolean  # one row per queue
--   by_channel: boolean  # one row per channel
--   by_reason: boolean  # one row per reason
--   by_team: boolean  # one row per team
--   stretch_us: bigint  # contacts that began within so long are kept apart
-- adds_by: [provider, site, queue, channel, reason, team, bucket, day, stratum, stretch]
-- turns: {offered_at: [promised_us], started_at: [promised_us]}
-- figures:
--   first_response_within: {unit: share, of: responded_in_time, per: responses_due, until: [responses_pending], en: Answered within the promised business time, fr: Répondus dans le délai ouvré promis}
--   first_response_rate: {unit: share, of: responded, per: responses_due, until: [responses_pending, responses_open], en: Answered at all, fr: Répondus un jour}
--   first_response_mean_s: {unit: seconds, of: response_us, per: responses_timed, until: [responses_pending, responses_open], en: Mean time to first response, fr: Délai moyen de première réponse}
--   next_response_within: {unit: share, of: turns_in_time, per: turns_answered, until: [turns_open], en: Next replies within the promised business time, fr: Réponses suivantes dans le délai ouvré promis}
--   next_response_rate: {unit: share, of: turns_answered, per: turns, until: [turns_open], en: Further messages answered, fr: Messages suivants répondus}
--   next_response_mean_s: {unit: seconds, of: turn_us, per: turns_timed, until: [turns_open], en: Mean time to next response, fr: Délai moyen de réponse suivante}
--   no_reply_needed: {unit: count, of: turns_settled, until: [turns_open], en: Closed without a reply being needed, fr: Clos sans réponse nécessaire}
--   letters_held: {unit: count, of: letters_held, en: Letters put into their queue after receipt, fr: Courriers mis en file après réception}
--   decided_within: {unit: share, of: decided_in_time, per: decisions_due, until: [decisions_pending], en: Decided within the promised business time, fr: Décidés dans le délai ouvré promis}
--   decision_mean_s: {unit: seconds, of: decision_us, per: decisions_timed, until: [decisions_pending, decisions_open], en: Mean time to decision, fr: Délai moyen de décision}
--   published_before_decision: {unit: share, of: unreviewed, per: published, until: [decisions_open], en: Published before a decision, fr: Publiés avant décision}
--
-- Everything that adds up over `replies`. first_response_within is RR(h), h being the threshold of each leg's queue (or the
-- question's): first human replies within h of business time / legs whose h have elapsed, whatever came of them.
-- first_response_rate is the same for ever. A further message counts once it has been replied to: next_response_within and
-- the mean are over replies, next_response_rate says how many messages had one; those of cases closed because no reply
-- was needed are counted apart. published_before_decision is over all that was published.

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
    count(*) FILTER (WHERE kind = 'first' AND due) AS responses_due,
    count(*) FILTER (WHERE kind = 'first' AND NOT due) AS responses_pending,
    count(*) FILTER (WHERE kind = 'first' AND unsettled) AS responses_open,
    count(*) FILTER (WHERE kind = 'first' AND due AND replied) AS responded,
    count(*) FILTER (WHERE kind = 'first' AND due AND in_time) AS responded_in_time,
    count(reply_us) FILTER (WHERE kind = 'first' AND replied) AS responses_timed,
    coalesce(sum(reply_us) FILTER (WHERE kind = 'first' AND replied), 0) AS response_us,
    count(*) FILTER (WHERE kind = 'next') AS turns,
    count(*) FILTER (WHERE kind = 'next' AND replied) AS turns_answered,
    count(*) FILTER (WHERE kind = 'next' AND unsettled) AS turns_open,
    count(*) FILTER (WHERE kind = 'next' AND in_time) AS turns_in_time,
    count(reply_us) FILTER (WHERE kind = 'next' AND replied) AS turns_timed,
    coalesce(sum(reply_us) FILTER (WHERE kind = 'next' AND replied), 0) AS turn_us,
    coalesce(sum(turns_settled) FILTER (WHERE kind = 'first'), 0) AS turns_settled,
    count(*) FILTER (WHERE held) AS letters_held,
    count(*) FILTER (WHERE kind = 'decision' AND due) AS decisions_due,
    count(*) FILTER (WHERE kind = 'decision' AND NOT due) AS decisions_pending,
    count(*) FILTER (WHERE kind = 'decision' AND unsettled) AS decisions_open,
    count(*) FILTER (WHERE kind = 'decision' AND due AND in_time) AS decided_in_time,
    count(reply_us) FILTER (WHERE kind = 'decision' AND replied) AS decisions_timed,
    coalesce(sum(reply_us) FILTER (WHERE kind = 'decision' AND replied), 0) AS decision_us,
    count(*) FILTER (WHERE published) AS published,
    count(*) FILTER (WHERE unreviewed) AS unreviewed
FROM replies
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
