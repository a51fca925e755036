-- id: no_repeat
-- version: 1
-- title:
--   en: First contacts without a repeat by reason, channel, language and site, for comparing sites on the same questions
--   fr: Premiers contacts sans réitération par motif, canal, langue et site, pour comparer les sites à question égale
-- params:
--   window_us: bigint  # a contact within so long after another one is a repeat
--   stretch_us: bigint  # contacts received within so long are kept apart
-- adds_by: [reason, channel, language, provider, site, stretch]
-- figures:
--   no_repeat_homogeneity: {unit: points, of: resolved, per: mature, en: Homogeneity of first contact resolution, fr: Homogénéité de la résolution au premier contact}
--   no_repeat_equivalent_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between sites, fr: Écart équivalent entre sites}
--   no_repeat_noise_floor: {unit: points, of: resolved, per: mature, en: Gap that chance alone can make, fr: Écart que le hasard seul peut créer}
--   no_repeat_coverage: {unit: share, of: mature, per: mature, en: Share of contacts that can be compared, fr: Part des contacts comparables}
--   no_repeat_level: {unit: share, of: resolved, per: mature, en: First contact resolution, fr: Résolution au premier contact}
--   no_repeat_provider_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between providers, fr: Écart équivalent entre prestataires}
--   no_repeat_within_provider_gap: {unit: points, of: resolved, per: mature, en: Equivalent gap between the sites of one provider, fr: Écart équivalent entre les sites d'un même prestataire}
--   no_repeat_gap: {unit: points, of: resolved, per: mature, at_least: 30, en: Gap against the rest on the same reasons, fr: Écart aux autres sites à motifs identiques}
--   adjusted_no_repeat_rate: {unit: share, of: resolved, per: mature, en: First contact resolution on the mix of the network, fr: Résolution au premier contact à mélange de motifs identique}
--   no_repeat_spread_share: {unit: ratio, of: resolved, per: mature, en: Part of the spread, fr: Part de la dispersion}
--
-- Reads `matters`. n = mature first contacts, x = those that no repeat followed, by stratum (reason, channel, language),
-- provider and site of the first human handling. A handled contact that is not matched has no stratum: whether it is a first
-- contact, and whether the customer came back, nobody can say; it only lowers the coverage. So do all contacts of a provider
-- of which fewer than 80 % are matched. What follows is as in `homogeneity`, figure by figure, with these n and x.

WITH judged AS (
    SELECT matters.*, asked.now_us - matters.received_us >= $window_us AS mature
    FROM matters
    CROSS JOIN asked
)

SELECT
    CASE WHEN matched THEN reason END AS reason,
    channel,
    language,
    provider,
    site,
    received_us - received_us % $stretch_us AS stretch,
    count(*) FILTER (WHERE mature AND (first OR NOT matched)) AS mature,
    count(*) FILTER (WHERE mature AND first AND NOT repeated AND NOT handed_on) AS resolved,
    count(*) AS handled,
    count(*) FILTER (WHERE matched) AS matched,
    count(*) FILTER (WHERE NOT mature) AS unsettled
FROM judged
GROUP BY 1, 2, 3, 4, 5, 6
