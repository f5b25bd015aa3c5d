-- Written by hand: who is due for what, for the plain cases of the B12 guideline, of tables that are clean.
-- The columns: patient_id, phase, rule, drug, every_low, every_high, last_dose, due_from, due_by, status, days_overdue.
-- Not there: certainty, tests_due, alerts, ask, notices. Unknown counts as no; gates, conflicts and long gaps are left out.
COPY (
WITH counted AS (
    SELECT patient_id, on_day, min(CASE drug WHEN 'hydroxocobalamin' THEN 0 ELSE 1 END) AS other
    FROM (SELECT patient_id, CAST(date AS DATE) AS on_day, drug, route FROM '{folder}/doses.parquet')
    WHERE on_day <= DATE '{on}' AND route IN ('intramuscular', 'deep_subcutaneous')
    GROUP BY ALL
), history AS (
    SELECT patient_id, max(on_day) AS last_dose, count(*) FILTER (other = 0) AS given FROM counted GROUP BY ALL
), spread AS (
    SELECT patient_id, max(gap) >= 25 AS long_gap
    FROM (SELECT patient_id, on_day - lag(on_day) OVER (PARTITION BY patient_id ORDER BY on_day) AS gap FROM counted)
    GROUP BY ALL
), facts AS (
    SELECT p.*, h.last_dose, coalesce(h.given, 0) AS given, coalesce(s.long_gap, false) AS long_gap,
        p.neurological_involvement OR p.paresthesia OR p.numbness OR p.gait_disturbance OR p.sensory_deficit
            OR p.motor_deficit OR p.cognitive_impairment OR p.visual_loss OR p.other_neurological_symptom AS nerves
    FROM (SELECT * FROM '{folder}/patients.parquet') p
    LEFT JOIN history h USING (patient_id) LEFT JOIN spread s USING (patient_id)
), phased AS (
    SELECT *, CASE
        WHEN b12_deficiency AND (long_gap OR (nerves AND improvement = 'plateau')
            OR (NOT coalesce(nerves, false) AND given >= 6)) THEN 'maintenance'
        WHEN b12_deficiency THEN 'loading'
        WHEN bariatric_surgery OR ileal_resection_length > 20 OR (crohns_disease AND ileal_crohns_length > 60)
            THEN 'prophylaxis'
        WHEN b12_deficiency IS NULL THEN 'unknown' ELSE 'none' END AS phase
    FROM facts
), ruled AS (
    SELECT *, CASE
        WHEN phase = 'loading' AND nerves THEN 'neurological-loading'
        WHEN phase = 'loading' THEN 'standard-loading'
        WHEN phase NOT IN ('maintenance', 'prophylaxis') THEN NULL
        WHEN ileal_resection_length > 20 THEN 'ileal-resection-prophylaxis'
        WHEN crohns_disease AND ileal_crohns_length > 60 THEN 'crohns-maintenance'
        WHEN nerves OR past_neurological_involvement THEN 'neurological-maintenance'
        WHEN bariatric_surgery THEN 'bariatric-maintenance'
        ELSE 'standard-maintenance' END AS rule
    FROM phased
), stepped AS (
    SELECT *, CASE rule
        WHEN 'neurological-loading' THEN 2 WHEN 'standard-loading' THEN 2 END AS days,
        CASE rule WHEN 'ileal-resection-prophylaxis' THEN 1 WHEN 'crohns-maintenance' THEN 1
        WHEN 'neurological-maintenance' THEN 2 WHEN 'bariatric-maintenance' THEN 3 WHEN 'standard-maintenance' THEN 2 END AS low,
        CASE rule WHEN 'ileal-resection-prophylaxis' THEN 1 WHEN 'crohns-maintenance' THEN 1
        WHEN 'neurological-maintenance' THEN 2 WHEN 'bariatric-maintenance' THEN 3 WHEN 'standard-maintenance' THEN 3 END AS high
    FROM ruled
), dated AS (
    SELECT *, CAST(CASE WHEN rule IS NULL THEN NULL WHEN last_dose IS NULL THEN DATE '{on}'
            WHEN days IS NOT NULL THEN last_dose + days ELSE last_dose + to_months(low) END AS DATE) AS due_from,
        CAST(CASE WHEN rule IS NULL THEN NULL WHEN last_dose IS NULL THEN DATE '{on}'
            WHEN days IS NOT NULL THEN last_dose + days ELSE last_dose + to_months(high) END AS DATE) AS due_by
    FROM stepped
)
SELECT patient_id, phase, rule, CASE WHEN rule IS NOT NULL THEN 'hydroxocobalamin' END AS drug,
    CASE WHEN days IS NOT NULL THEN 'P' || days || 'D' WHEN low IS NOT NULL THEN 'P' || low || 'M' END AS every_low,
    CASE WHEN days IS NOT NULL THEN 'P' || days || 'D' WHEN high IS NOT NULL THEN 'P' || high || 'M' END AS every_high,
    last_dose, due_from, due_by,
    CASE WHEN age < 16 THEN 'refer' WHEN cobalamin_hypersensitivity THEN 'stop' WHEN cobalt_allergy THEN 'decide'
        WHEN rule IS NULL THEN 'ask' WHEN last_dose IS NULL THEN 'not_started' WHEN due_by < DATE '{on}' THEN 'overdue'
        WHEN phase = 'loading' THEN 'in_loading' WHEN due_from <= DATE '{on}' THEN 'due' ELSE 'up_to_date' END AS status,
    CASE WHEN due_by < DATE '{on}' THEN DATE '{on}' - due_by END AS days_overdue
FROM dated
) TO '{folder}/sql.parquet' (FORMAT parquet, COMPRESSION zstd)
