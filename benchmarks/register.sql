-- Written by hand: who is due for what by the B12 guideline, of tables that are clean, all columns of a worklist.
-- AND, OR and NOT of SQL know "unknown" as the guideline does; where a fact is read from the course, the figures are written out.
-- Left out: the order of `ask` (a set by name, and only the commonest reasons to ask), `unsettled`, long gaps in courses that
-- are stated, doses and results that cannot be read, and whatever is wrong in a file. How far it agrees stands in the page of figures.
COPY (
WITH person AS (
    SELECT patient_id, file_row_number AS n, age::INT AS age, egfr::DOUBLE AS stated_egfr, platelet_count::DOUBLE AS stated_platelets,
        homocysteine::DOUBLE AS stated_homocysteine, ileal_resection_length > 20 AS ileal,
        ileal_resection_length, ileal_crohns_length, pregnancy, improvement, requested_route,
        COLUMNS(* EXCLUDE (patient_id, file_row_number, age, egfr, platelet_count, homocysteine, ileal_resection_length, ileal_crohns_length,
            pregnancy, improvement, requested_route, requested_site, formulation, dietary_cause, serum_b12, hemoglobin, mcv, potassium))::BOOLEAN
    FROM read_parquet('{folder}/patients.parquet', file_row_number = true)
), dose AS (
    SELECT patient_id, date::DATE AS day, min(CASE drug WHEN 'hydroxocobalamin' THEN 0 ELSE 1 END) AS other,
        bool_or(route IN ('intramuscular', 'deep_subcutaneous')) AS counts
    FROM '{folder}/doses.parquet' WHERE date <= DATE '{on}' AND route <> 'intravenous' GROUP BY ALL
), gapped AS (
    SELECT *, lag(day) OVER w AS before, day - before >= 25 AS long, row_number() OVER w AS place,
        coalesce(long AND before - lag(day, 2) OVER w >= 25 AND lag(day, 2) OVER w - lag(day, 3) OVER w >= 25, false) AS three
    FROM dose WHERE counts WINDOW w AS (PARTITION BY patient_id ORDER BY day)
), course AS (
    SELECT patient_id, max(day) AS last_dose, arg_max(other, day) = 1 AS newest_other, count(*) FILTER (other = 0) AS own,
        max(day) FILTER (other = 0) AS last_own, coalesce(bool_or(long), false) AS gap, coalesce(bool_or(three), false) AS maintained,
        coalesce(bool_or(long AND place <= 6), false) AS gap_in_six
    FROM gapped GROUP BY ALL
), begun AS (SELECT patient_id, min(day) AS first_dose FROM dose GROUP BY ALL
), result AS (
    SELECT patient_id, arg_max(value, date) FILTER (test = 'egfr')::DOUBLE AS egfr, arg_max(value, date) FILTER (test = 'platelet_count')::DOUBLE AS platelets,
        arg_max(value, date) FILTER (test = 'homocysteine')::DOUBLE AS homocysteine, max(date) FILTER (test = 'serum_b12')::DATE AS seen_b12,
        max(date) FILTER (test = 'homocysteine')::DATE AS seen_homocysteine, max(date) FILTER (test IN ('complete_blood_count', 'hemoglobin'))::DATE AS seen_count
    FROM '{folder}/results.parquet' WHERE date <= DATE '{on}' GROUP BY ALL
), known AS (
    SELECT p.*, c.* EXCLUDE (patient_id, gap, maintained), coalesce(c.gap, false) AS gap, coalesce(c.maintained, false) AS maintained,
        b.first_dose, coalesce(b.first_dose, DATE '{on}') AS start, r.seen_b12, r.seen_homocysteine, r.seen_count,
        coalesce(r.platelets, p.stated_platelets) AS platelets, coalesce(r.homocysteine, p.stated_homocysteine) AS homocysteine,
        CASE WHEN suspected_cord_lesion OR severe_neurological_symptoms OR neurological_recurrence THEN true
            ELSE coalesce(neurological_involvement, sensory_deficit OR motor_deficit OR gait_disturbance OR paresthesia OR numbness
                OR cognitive_impairment OR visual_loss OR other_neurological_symptom) END AS nerves,
        coalesce(r.egfr, p.stated_egfr) AS egfr, (coalesce(r.egfr, p.stated_egfr) IS NULL)::INT + (chronic_kidney_disease IS NULL)::INT + (diabetic_nephropathy IS NULL)::INT
            + (dialysis IS NULL)::INT AS renal_open, (sensory_deficit IS NULL)::INT + (motor_deficit IS NULL)::INT + (gait_disturbance IS NULL)::INT
            + (paresthesia IS NULL)::INT + (numbness IS NULL)::INT + (cognitive_impairment IS NULL)::INT + (visual_loss IS NULL)::INT
            + (other_neurological_symptom IS NULL)::INT AS nerves_open,
        coalesce(renal_dysfunction, coalesce(r.egfr, p.stated_egfr) < 60 OR chronic_kidney_disease OR diabetic_nephropathy OR dialysis) AS renal,
        (b.first_dose IS NOT NULL) OR b12_treatment_given AS treated,
        coalesce(last_dose_of_another_drug, newest_other, false) AS other_drug,
        crohns_disease AND CASE WHEN ileal_crohns_length > 60 THEN true WHEN ileal_crohns_length <= 30 THEN false END AS crohns,
        coalesce(crohns_disease AND ileal_crohns_length > 30 AND ileal_crohns_length <= 60, false) AS vague
    FROM person p LEFT JOIN course c USING (patient_id) LEFT JOIN begun b USING (patient_id) LEFT JOIN result r USING (patient_id)
), ended AS (
    SELECT *, gap OR coalesce(DATE '{on}' - last_dose >= 25, false) AS interrupted,
        CASE WHEN improvement = 'plateau' THEN 'yes' WHEN interrupted THEN 'open' ELSE 'no' END AS nerves_ended,
        CASE WHEN own >= 6 THEN if(gap_in_six, 'open', 'yes') WHEN interrupted THEN 'open' ELSE 'no' END AS plain_ended,
        CASE WHEN nerves THEN nerves_ended WHEN NOT nerves THEN plain_ended WHEN nerves_ended = plain_ended THEN nerves_ended ELSE 'open' END AS ended
    FROM known
), phased AS (
    SELECT *, coalesce(loading_complete, CASE WHEN maintained OR ended = 'yes' THEN true WHEN ended = 'no' THEN false END) AS complete,
        b12_deficiency OR bariatric_surgery OR ileal OR crohns AS indicated, bariatric_surgery OR ileal OR crohns AS ground,
        coalesce(age < 16 OR cobalamin_hypersensitivity, false) AS stopped,
        coalesce(cobalt_allergy OR hydroxocobalamin_unavailable OR other_drug OR (platelets < 25 AND NOT nerves), false) AS deciding,
        CASE WHEN stopped THEN 'none' WHEN b12_deficiency AND NOT complete THEN 'loading' WHEN b12_deficiency AND complete THEN 'maintenance'
            WHEN NOT b12_deficiency AND ground THEN 'prophylaxis'
            WHEN b12_deficiency IS NULL OR (b12_deficiency AND complete IS NULL) OR (NOT b12_deficiency AND ground IS NULL) THEN 'unknown' ELSE 'none' END AS phase,
        b12_deficiency AND (nerves OR past_neurological_involvement) AS two,
        b12_deficiency AND NOT nerves AND NOT past_neurological_involvement AND NOT bariatric_surgery AND NOT ileal AND NOT crohns AS plain
    FROM ended
), ruled AS (
    SELECT *, CASE WHEN deciding THEN NULL
        WHEN phase = 'loading' AND nerves THEN 'neurological-loading' WHEN phase = 'loading' AND NOT nerves THEN 'standard-loading'
        WHEN phase NOT IN ('maintenance', 'prophylaxis') THEN NULL
        WHEN ileal THEN 'ileal-resection-prophylaxis' WHEN crohns THEN 'crohns-maintenance' WHEN two THEN 'neurological-maintenance'
        WHEN plain THEN 'standard-maintenance' WHEN bariatric_surgery THEN 'bariatric-maintenance' END AS rule,
        CASE rule WHEN 'ileal-resection-prophylaxis' THEN vague WHEN 'crohns-maintenance' THEN false
            WHEN 'neurological-maintenance' THEN ileal IS NULL OR crohns IS NULL
            WHEN 'bariatric-maintenance' THEN ileal IS NULL OR crohns IS NULL OR two IS NULL ELSE false END AS shaky,
        CASE rule WHEN 'neurological-loading' THEN 2 WHEN 'standard-loading' THEN if(own % 3 = 0 AND own > 0, 3, 2) END AS days,
        CASE WHEN rule IN ('ileal-resection-prophylaxis', 'crohns-maintenance') THEN 1 WHEN rule IN ('neurological-maintenance', 'standard-maintenance') THEN 2
            WHEN rule = 'bariatric-maintenance' THEN 3 END AS low,
        CASE WHEN rule = 'standard-maintenance' THEN 3 ELSE low END AS high,
        if(phase = 'loading', last_own, last_dose) AS anchor
    FROM phased
), dated AS (
    SELECT *, CAST(CASE WHEN rule IS NULL THEN NULL WHEN anchor IS NULL THEN DATE '{on}' WHEN days IS NOT NULL THEN anchor + days ELSE anchor + to_months(low) END AS DATE) AS due_from,
        CAST(CASE WHEN rule IS NULL THEN NULL WHEN anchor IS NULL THEN DATE '{on}' WHEN days IS NOT NULL THEN anchor + days ELSE anchor + to_months(high) END AS DATE) AS due_by,
        (DATE_DIFF('month', start, DATE '{on}') - if(start + to_months(DATE_DIFF('month', start, DATE '{on}')::INT) > DATE '{on}', 1, 0))::INT AS months,
        CAST(CASE WHEN months >= 24 THEN start + to_months(months // 12 * 12) WHEN months >= 12 THEN start + to_months(12)
            WHEN months >= 6 THEN start + to_months(6) WHEN months >= 3 THEN start + to_months(3) END AS DATE) AS tested,
        bariatric_surgery AND pregnancy IN ('planning', 'pregnant') AND coalesce(seen_b12 + to_months(3) <= DATE '{on}', true) AS pregnant_due,
        crohns_disease AND coalesce(seen_b12 + to_months(12) <= DATE '{on}', true) AS crohns_due
    FROM ruled
)
SELECT patient_id, phase, rule, CASE WHEN rule IS NOT NULL THEN 'hydroxocobalamin' END AS drug,
    CASE rule WHEN 'standard-loading' THEN 'P1W' WHEN 'neurological-loading' THEN 'P2D' ELSE 'P' || low || 'M' END AS every_low,
    CASE rule WHEN 'standard-loading' THEN 'P1W' WHEN 'neurological-loading' THEN 'P2D' ELSE 'P' || high || 'M' END AS every_high,
    last_dose, due_from, due_by,
    CASE WHEN age < 16 THEN 'refer' WHEN cobalamin_hypersensitivity THEN 'stop'
        WHEN (phase <> 'none' AND b12_deficiency OR phase = 'prophylaxis') AND deciding OR vague AND phase IN ('maintenance', 'prophylaxis') THEN 'decide'
        WHEN rule IS NULL THEN 'ask' WHEN last_dose IS NULL THEN 'not_started' WHEN due_by < DATE '{on}' THEN 'overdue'
        WHEN phase = 'loading' THEN 'in_loading' WHEN due_from <= DATE '{on}' THEN 'due' ELSE 'up_to_date' END AS status,
    CASE WHEN rule IS NULL THEN NULL WHEN shaky THEN 'provisional' ELSE 'firm' END AS certainty,
    CASE WHEN due_by < DATE '{on}' THEN DATE '{on}' - due_by END AS days_overdue,
    list_filter([
        CASE WHEN (b12_deficiency AND tested IS NOT NULL AND coalesce(seen_b12 < tested - 30, true)) OR pregnant_due OR crohns_due THEN 'serum_b12' END,
        CASE WHEN b12_deficiency AND tested IS NOT NULL AND months < 24 AND coalesce(seen_count < tested - 30, true) THEN 'complete_blood_count' END,
        CASE WHEN b12_deficiency AND tested IS NOT NULL AND coalesce(seen_homocysteine < tested - 30, true) THEN 'homocysteine' END
    ], lambda x: x IS NOT NULL) AS tests_due,
    list_filter([
        CASE WHEN age < 16 THEN 'adults-only' END, CASE WHEN cobalamin_hypersensitivity THEN 'cobalamin-hypersensitivity' END,
        CASE WHEN cobalt_allergy THEN 'cobalt-allergy' END, CASE WHEN b12_deficiency AND nerves THEN 'neurological-referral' END,
        CASE WHEN suspected_cord_lesion OR visual_loss THEN 'cord-or-optic-emergency' END,
        CASE WHEN b12_deficiency AND nerves AND NOT complete AND improvement = 'worsening' THEN 'worsening-on-loading' END,
        CASE WHEN vague AND phase <> 'loading' THEN 'crohns-maintenance' END, CASE WHEN renal THEN 'renal-formulation' END,
        CASE WHEN hydroxocobalamin_unavailable OR other_drug THEN 'cyanocobalamin-has-no-schedule' END,
        CASE WHEN leber_optic_neuropathy THEN 'leber-cyanocobalamin' END,
        CASE WHEN requested_route = 'deep_subcutaneous' THEN 'deep-subcutaneous-off-label' END,
        CASE WHEN indicated THEN 'avoid-buttock' END, CASE WHEN indicated THEN 'no-intravenous' END,
        CASE WHEN platelets < 25 AND NOT nerves THEN 'platelets-very-low' END,
        CASE WHEN b12_deficiency AND folic_acid_planned AND NOT treated THEN 'folic-acid-after-b12' END,
        CASE WHEN stop_requested AND NOT cause_resolved THEN 'do-not-stop' END, CASE WHEN cause_resolved THEN 'cause-resolved' END,
        CASE WHEN b12_deficiency AND complete AND neurological_recurrence THEN 'recurrence-increase-frequency' END,
        CASE WHEN b12_deficiency AND complete THEN 'no-titration-by-levels' END,
        CASE WHEN pernicious_anemia THEN 'pernicious-parenteral' END,
        CASE WHEN pernicious_anemia AND intramuscular_refused THEN 'pernicious-oral-refused-injection' END,
        CASE WHEN b12_deficiency AND intramuscular_refused AND NOT pernicious_anemia THEN 'injection-refused' END,
        CASE WHEN severe_deficiency OR severe_neurological_symptoms THEN 'severe-parenteral' END,
        CASE WHEN b12_deficiency AND malabsorption AND NOT complete THEN 'malabsorption-parenteral-first' END
    ], lambda x: x IS NOT NULL) AS alerts,
    list_filter([
        CASE WHEN anemia_at_baseline IS NULL THEN 'anemia_at_baseline' END,
        CASE WHEN anticoagulant IS NULL AND (bleeding_disorder IS NULL OR NOT bleeding_disorder) THEN 'anticoagulant' END,
        CASE WHEN b12_deficiency IS NULL THEN 'b12_deficiency' END,
        CASE WHEN treated IS NULL THEN 'b12_treatment_given' END, CASE WHEN bariatric_surgery IS NULL THEN 'bariatric_surgery' END,
        CASE WHEN bleeding_disorder IS NULL AND (anticoagulant IS NULL OR NOT anticoagulant) THEN 'bleeding_disorder' END,
        CASE WHEN cause_resolved IS NULL THEN 'cause_resolved' END,
        CASE WHEN cobalamin_hypersensitivity IS NULL THEN 'cobalamin_hypersensitivity' END, CASE WHEN cobalt_allergy IS NULL THEN 'cobalt_allergy' END,
        CASE WHEN crohns_disease IS NULL THEN 'crohns_disease' END,
        CASE WHEN folic_acid_planned IS NULL AND NOT coalesce(treated AND complete, false) THEN 'folic_acid_planned' END,
        CASE WHEN homocysteine IS NULL THEN 'homocysteine' END,
        CASE WHEN hydroxocobalamin_unavailable IS NULL THEN 'hydroxocobalamin_unavailable' END,
        CASE WHEN ileal_crohns_length IS NULL AND coalesce(crohns_disease, true) THEN 'ileal_crohns_length' END,
        CASE WHEN ileal_resection_length IS NULL THEN 'ileal_resection_length' END,
        CASE WHEN improvement IS NULL AND b12_deficiency AND coalesce(nerves, true) AND NOT coalesce(complete, false) THEN 'improvement' END,
        CASE WHEN intramuscular_refused IS NULL THEN 'intramuscular_refused' END,
        CASE WHEN leber_optic_neuropathy IS NULL THEN 'leber_optic_neuropathy' END,
        CASE WHEN loading_complete IS NULL AND complete IS NULL AND b12_deficiency THEN 'loading_complete' END,
        CASE WHEN malabsorption IS NULL AND b12_deficiency AND NOT coalesce(complete, false) THEN 'malabsorption' END,
        CASE WHEN nerves IS NULL THEN if(nerves_open <> 1, 'neurological_involvement', CASE WHEN sensory_deficit IS NULL THEN 'sensory_deficit'
            WHEN motor_deficit IS NULL THEN 'motor_deficit' WHEN gait_disturbance IS NULL THEN 'gait_disturbance' WHEN paresthesia IS NULL THEN 'paresthesia'
            WHEN numbness IS NULL THEN 'numbness' WHEN cognitive_impairment IS NULL THEN 'cognitive_impairment'
            WHEN other_neurological_symptom IS NULL THEN 'other_neurological_symptom' END) END,
        CASE WHEN neurological_recurrence IS NULL AND coalesce(complete OR nerves IS NULL, true) THEN 'neurological_recurrence' END,
        CASE WHEN past_neurological_involvement IS NULL AND NOT coalesce(nerves, false) THEN 'past_neurological_involvement' END,
        CASE WHEN pernicious_anemia IS NULL THEN 'pernicious_anemia' END, CASE WHEN platelets IS NULL THEN 'platelet_count' END,
        CASE WHEN pregnancy IS NULL AND coalesce(bariatric_surgery, true) THEN 'pregnancy' END,
        CASE WHEN renal IS NULL THEN if(renal_open <> 1, 'renal_dysfunction', CASE WHEN egfr IS NULL THEN 'egfr' WHEN chronic_kidney_disease IS NULL
            THEN 'chronic_kidney_disease' WHEN diabetic_nephropathy IS NULL THEN 'diabetic_nephropathy' ELSE 'dialysis' END) END, CASE WHEN requested_route IS NULL THEN 'requested_route' END,
        CASE WHEN severe_anemia IS NULL THEN 'severe_anemia' END, CASE WHEN severe_deficiency IS NULL THEN 'severe_deficiency' END,
        CASE WHEN severe_neurological_symptoms IS NULL THEN 'severe_neurological_symptoms' END,
        CASE WHEN stop_requested IS NULL THEN 'stop_requested' END,
        CASE WHEN suspected_cord_lesion IS NULL AND NOT coalesce(visual_loss, false) THEN 'suspected_cord_lesion' END,
        CASE WHEN visual_loss IS NULL AND NOT coalesce(suspected_cord_lesion, false) THEN 'visual_loss' END
    ], lambda x: x IS NOT NULL) AS ask,
    CAST([] AS VARCHAR[]) AS notices
FROM dated ORDER BY n
) TO '{folder}/sql.parquet' (FORMAT parquet, COMPRESSION zstd)
