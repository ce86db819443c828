"""English names of where somebody is treated and by whom: clinics, teams, hospitals of one field, specialists, groups.

Kinds of source: names that services in the United Kingdom give themselves, and the specialities of NHS hospitals. Left
out: professions that give advice on work and may sign it (physiotherapist, occupational therapist), support workers,
whom an employer may be asked for, and names that are mostly something else (Mind, a priory). How terms are matched is
consent.telling. To maintain: add a term; the tests say what must and must not be found.
"""

from typing import Final

CLINICS: Final = """
community mental health team, mental health team, mental health service, mental health unit, mental health ward,
mental health hospital, mental health nurse, crisis team, crisis resolution team, home treatment team, early
intervention team, early intervention in psychosis, assertive outreach, recovery college, talking therapy,
psychiatrist, psychiatric, psychiatric unit, psychiatric ward, psychiatric hospital, psychiatric nurse, psychiatry,
community psychiatric nurse, psychologist, clinical psychologist, psychotherapist, psychotherapy, counsellor,
counselling, cognitive behavioural therapy, sectioned, inpatient, day hospital, rehab clinic, rehabilitation unit,
rehabilitation ward, detox unit, needle exchange, methadone clinic, drug and alcohol service, drug and alcohol team,
substance misuse service, alcoholics anonymous, narcotics anonymous, gamblers anonymous, memory clinic, memory
service, memory nurse, autism service, autism team, eating disorder service, eating disorder clinic, perinatal
mental health, gender clinic, gender identity clinic, sexual health clinic, sexual health service, family planning
clinic, fertility clinic, abortion clinic, early pregnancy unit, menopause clinic, oncology, oncologist,
haematology, haematologist, hematology, chemotherapy, chemo, radiotherapy, radiation therapy, immunotherapy,
hospice, macmillan nurse, palliative care, palliative care team, breast care nurse, dialysis, dialysis unit,
haemodialysis, renal unit, nephrology, nephrologist, urology, urologist, gastroenterology, gastroenterologist,
hepatology, endocrinology, endocrinologist, endocrine clinic, cardiology, cardiologist, cardiac rehab, cardiac
rehabilitation, coronary care, neurology, neurologist, neurosurgery, neurosurgeon, neurological unit, rheumatology,
rheumatologist, dermatology, dermatologist, respiratory clinic, respiratory nurse, pulmonary rehabilitation,
orthopaedic, orthopaedics, orthopaedic surgeon, audiology, audiologist, ophthalmology, ophthalmologist, eye
infirmary, gynaecology, gynaecologist, gynecology, obstetrics, genitourinary, warfarin clinic, anticoagulation
clinic, infusion clinic, infusion unit, sleep clinic, continence service, continence nurse, falls clinic,
lymphoedema clinic, transplant unit, burns unit, spinal unit, brain injury unit, headway centre, low vision clinic,
prosthetics clinic, limb centre, hydrotherapy, electroconvulsive therapy, keyhole surgery, learning disability team,
learning disability nurse, detox clinic, detoxification, rehab, drug rehab, alcohol rehab, neuro rehab, stroke
rehab, neurorehabilitation, detox, maudsley, bethlem, royal marsden, the marsden, christie hospital, clatterbridge,
velindre, moorfields, stoke mandeville, papworth, royal brompton, harefield hospital, broadmoor, rampton hospital,
ashworth hospital, the priory, priory hospital, priory clinic, priory group, cygnet hospital, walton centre,
tavistock clinic, samaritans, combat stress, mind charity, adferiad, turning point recovery, terrence higgins,
terrence higgins trust, macmillan support, marie curie nurse, maggie's centre, headway group, headway charity,
stroke association, crisis house, crisis line, crisis cafe, mental health act, section 117, section 117 aftercare,
community treatment order, approved mental health professional, care coordinator, psychiatric intensive care,
therapeutic community, forensic mental health, psychological therapy, art therapy, drama therapy, psychodynamic,
schema therapy, group therapy, trauma therapy, exposure therapy, my therapist, see a therapist, therapy session, aa
meeting, aa sponsor, aa group, na meeting, na sponsor, cocaine anonymous, overeaters anonymous, al anon, smart
recovery, twelve step, 12 step programme, drug worker, alcohol worker, recovery worker, midwife, midwives,
midwifery, maternity unit, maternity ward, antenatal class, antenatal appointment, immunology, immunologist,
allergist, diabetologist, hepatologist, urogynaecology, obstetrician, neuropsychologist, neuropsychology,
neuropsychiatrist, neuropsychiatry, neurophysiotherapist, colorectal surgeon, colorectal nurse, colorectal, vascular
surgeon, plastic surgeon, maxillofacial, orthotist, orthotics, prosthetist, prosthetics, orthoptist, orthoptics,
dietitian, dietician, speech therapist, speech therapy, speech and language therapist, speech and language therapy,
chiropractor, osteopath, podiatrist, chiropodist, geriatrician, respiratory consultant, respiratory physician,
respiratory medicine, genetic counselling, genetics clinic, lung function test, liver function test, ent clinic, ms
nurse, ms clinic, ms society, ms specialist, hydrotherapy pool, tissue viability nurse, heart failure nurse, chronic
fatigue service, chronic fatigue clinic, long covid service, covid clinic, autism hub, autism assessment, adhd
assessment, dyslexia assessor, eye hospital, eye casualty, smoking cessation, cancer centre, proton beam, admiral
nurse, geriatrics, thoracic, tissue viability, wheelchair service, great ormond street, change grow live, rnib,
rnid, mencap, british heart foundation, continence clinic, genetic clinic
"""

# Each of these with each of the words after it: "pain clinic", "stoma nurse".
CLINIC_FIELDS: Final = """
pain, stroke, epilepsy, diabetes, diabetic, asthma, cancer, breast, chest, heart, cardiac, kidney, liver, stoma,
bowel, skin, spinal, fracture, gum, hiv, rheumatoid, arthritis, parkinson's, dementia, copd, adhd, anticoagulant,
thyroid, allergy, migraine, headache, hormone, ivf, bariatric, weight management, eye, ear, hearing, antenatal,
maternity, sickle cell, tb, long covid, neuro, renal, respiratory, gastro, ibd, endometriosis, neuromuscular,
movement disorder, tremor, leg ulcer, wound, psoriasis, lupus, pacemaker, arrhythmia, heart failure, hepatitis,
addiction, drug, eating disorder, amputee, fatigue, chronic fatigue, incontinence, bladder, prostate, lung, brain
injury, head injury, autism, menopause, fertility, mental health, learning disability, memory, gender, sexual
health, sleep, falls, stomach, vascular, tia
"""
CLINIC_WORDS: Final = "clinic, nurse, ward, specialist, consultant, hospital, unit, team, service, surgeon"

CLINIC_CAPITALS: Final = "CAMHS, CMHT, IAPT, CBT, DBT, EMDR, ECT, CPN, SARC"  # found in capitals only
