"""English words that can tell a condition or where someone is treated. Names of medicines: schemas.telling_medicines.

Terms are written as people write them, misspellings too; how they are matched is consent.telling. Kinds of source:
preferred terms of common SNOMED CT findings and disorders, everyday names of the same, and kinds of clinic, team and
practitioner as services name themselves. To maintain: add a term; the tests say what must and must not be found.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schemas.labels import Label


class TellingKind(StrEnum):
    """What a word can tell."""

    CONDITION = "condition"
    MEDICINE = "medicine"
    CLINIC = "clinic"


KINDS: Final[Mapping[TellingKind, Label]] = MappingProxyType(
    {
        TellingKind.CONDITION: Label("may name a health condition", "gall enwi cyflwr iechyd"),
        TellingKind.MEDICINE: Label(
            "may name a medicine or treatment", "gall enwi meddyginiaeth neu driniaeth"
        ),
        TellingKind.CLINIC: Label(
            "may tell where you are treated", "gall ddweud ble rydych yn cael triniaeth"
        ),
    }
)

# One term to a comma. Singular; the plural is found as well, and any hyphen, apostrophe or accent is optional.
CONDITIONS: Final = """
depression, depressed, depressive, depressive disorder, manic depression, postnatal depression,
clinical depression, depresion, deppression, low mood disorder, dysthymia, anxiety, anxiety disorder,
generalised anxiety, anxeity, anxity, social anxiety, panic attack, panic disorder, agoraphobia, agoraphobic,
claustrophobia, phobia, bipolar, bipolar disorder, bi polar, bi polar disorder, bipola, cyclothymia, manic episode,
hypomania, hypomanic, schizophrenia, schizophrenic, scizophrenia, schitzophrenia, schizoaffective, psychosis,
psychoses, psychotic, psycosis, hearing voices, personality disorder, borderline personality, obsessive compulsive,
obsessive compulsive disorder, post traumatic stress, posttraumatic stress disorder,
post traumatic stress disorder, trauma disorder, eating disorder, anorexia, anorexia nervosa, anorexic, bulimia,
bulimic, binge eating, body dysmorphia, body dysmorphic disorder, self harm, self harming, suicidal,
suicide attempt, attempted suicide, suicidal ideation, mental illness, mental health condition,
mental health problem, mental breakdown, nervous breakdown, mental disorder, insomnia, insomniac, narcolepsy,
sleep apnoea, sleep apnea, gender dysphoria, alcoholism, alcoholic, alcohol dependence, alcohol dependency,
alcohol addiction, drug addiction, drug dependence, drug addict, opioid dependence, heroin addiction,
gambling addiction, substance misuse, substance abuse, autism, autistic, autism spectrum, autism spectrum disorder,
asperger's, asperger's syndrome, aspergers, aspberger's, attention deficit, attention deficit disorder,
attention deficit hyperactivity disorder, neurodivergent, neurodiverse, dyslexia, dyslexic, dislexia, dislexic,
dyspraxia, dyspraxic, dyscalculia, dysgraphia, tourette's, tourette's syndrome, tourettes, stammer, stammering,
stutter, stuttering, learning disability, learning disabled, learning difficulty, intellectual disability,
down's syndrome, down syndrome, fragile x, foetal alcohol, fetal alcohol, dementia, vascular dementia, alzheimer's,
alzheimer's disease, altzheimer's, alzeimer's, parkinson's, parkinson's disease, parkinsonism, multiple sclerosis,
multiple sclorosis, relapsing remitting, motor neurone disease, motor neuron disease, huntington's,
huntington's disease, muscular dystrophy, myasthenia gravis, guillain barre, cerebral palsy, spina bifida,
hydrocephalus, epilepsy, epileptic, epilepsie, epileptic fit, epileptic seizure, seizure, absence seizure, stroke,
mini stroke, transient ischaemic attack, aphasia, dysphasia, dysarthria, brain injury, head injury, brain tumour,
brain tumor, brain haemorrhage, aneurysm, concussion, migraine, migrane, migrain, cluster headache, neuralgia,
neuropathy, bell's palsy, tinnitus, tinitus, vertigo, meniere's, meniere's disease, labyrinthitis, hearing loss,
hearing impaired, hearing impairment, deaf, deafness, deafblind, hard of hearing, partially sighted,
registered blind, sight loss, sight impaired, visually impaired, visual impairment, glaucoma, cataract,
macular degeneration, retinopathy, retinitis pigmentosa, keratoconus, colour blind, colour blindness, diabetes,
diabetic, diabetis, diebetes, diabetees, type 1 diabetes, type 2 diabetes, type one diabetic, hypoglycaemia,
hypoglycemia, hypoglycaemic, hyperglycaemia, diabetic hypo, thyroid disease, thyroid disorder, underactive thyroid,
overactive thyroid, hypothyroidism, hyperthyroidism, hypothyroid, hashimoto's, graves disease, addison's disease,
cushing's, cushing's syndrome, acromegaly, obesity, obese, morbidly obese, gout, asthma, asthmatic, astma, asma,
athsma, bronchitis, bronchiectasis, emphysema, chronic obstructive pulmonary disease, pulmonary fibrosis,
cystic fibrosis, pneumonia, tuberculosis, sarcoidosis, lung disease, long covid, pleurisy, angina, heart attack,
heart disease, heart failure, heart condition, coronary heart disease, cardiomyopathy, arrhythmia, arrythmia,
atrial fibrillation, heart murmur, hypertension, hypertensive, high blood pressure, low blood pressure,
hypotension, high cholesterol, deep vein thrombosis, blood clot, pulmonary embolism, thrombosis,
peripheral arterial disease, raynaud's, varicose vein, pacemaker, bypass surgery, myocardial infarction,
pericarditis, anaemia, anaemic, anemia, sickle cell, sickle cell disease, thalassaemia, haemophilia, haemophiliac,
hemophilia, haemochromatosis, leukaemia, leukemia, lymphoma, hodgkin's, myeloma, melanoma, sarcoma, carcinoma,
cancer, cancerous, breast cancer, prostate cancer, bowel cancer, lung cancer, skin cancer, tumour, tumor,
metastasis, metastases, terminal illness, terminally ill, palliative, lymphoedema, mastectomy, hysterectomy,
arthritis, arthritic, athritis, arthritus, artheritis, osteoarthritis, rheumatoid, rheumatoid arthritis, rhumatoid,
psoriatic arthritis, juvenile arthritis, ankylosing spondylitis, spondylitis, spondylosis, osteoporosis,
osteopenia, fibromyalgia, fibromyalga, fybromyalgia, polymyalgia, chronic pain, back pain, lower back pain,
neck pain, joint pain, pelvic pain, nerve pain, sciatica, siatica, slipped disc, prolapsed disc, herniated disc,
scoliosis, kyphosis, degenerative disc disease, carpal tunnel, tendonitis, tendinitis, bursitis, frozen shoulder,
tennis elbow, plantar fasciitis, repetitive strain injury, whiplash, hip replacement, knee replacement,
joint replacement, hypermobility, hypermobile, ehlers danlos, complex regional pain syndrome, chronic fatigue,
chronic fatigue syndrome, myalgic encephalomyelitis, post viral fatigue, post exertional malaise, lupus, sjogren's,
sjogren's syndrome, scleroderma, vasculitis, autoimmune disease, autoimmune condition, amputation, amputee,
paralysis, paralysed, paraplegia, paraplegic, tetraplegia, tetraplegic, quadriplegic, hemiplegia, spinal injury,
spinal cord injury, wheelchair user, dwarfism, achondroplasia, rickets, polio, post polio syndrome, crohn's,
crohn's disease, chron's, chron's disease, crones disease, colitis, ulcerative colitis, colitus,
inflammatory bowel disease, irritable bowel, irritable bowel syndrome, diverticulitis, coeliac, coeliac disease,
celiac disease, acid reflux, hiatus hernia, hernia, stomach ulcer, peptic ulcer, gastritis, pancreatitis,
gallstone, stoma, stoma bag, colostomy, ileostomy, incontinence, incontinent, haemorrhoid, hemorrhoid,
gastroparesis, liver disease, cirrhosis, hepatitis, hepititis, jaundice, liver failure, fatty liver,
liver transplant, kidney disease, kidney failure, renal failure, kidney stone, kidney transplant,
polycystic kidney, nephritis, urinary tract infection, cystitis, overactive bladder, prostatitis,
enlarged prostate, endometriosis, endometreosis, adenomyosis, fibroids, polycystic ovary,
polycystic ovary syndrome, polycystic ovarian syndrome, menopause, menopausal, perimenopause, perimenopausal,
menapause, hot flush, heavy periods, period pain, premenstrual syndrome, premenstrual dysphoric disorder,
miscarriage, miscarried, stillbirth, ectopic pregnancy, infertility, infertile, fertility treatment,
erectile dysfunction, vaginismus, pre eclampsia, hyperemesis, postpartum psychosis, hiv positive, chlamydia,
gonorrhoea, syphilis, genital herpes, herpes, sexually transmitted, malaria, shingles, glandular fever,
lyme disease, meningitis, encephalitis, sepsis, septicaemia, psoriasis, psoriosis, eczema, exema, excema,
dermatitis, rosacea, vitiligo, alopecia, hidradenitis, hyperhidrosis, urticaria, anaphylaxis, anaphylactic,
anaphylactic shock, lichen planus, adhd, ptsd, cptsd, ocd, copd, ibs, me cfs, cfs, pcos, crps, dvt, eupd, mnd,
pmdd, kidney infection, fibroid, bowel disease, skin condition, lung condition, blood disorder, long term sick,
head trauma
"""

CLINICS: Final = """
community mental health team, mental health team, mental health service, mental health unit, mental health ward,
mental health hospital, mental health nurse, crisis team, crisis resolution team, home treatment team,
early intervention team, early intervention in psychosis, assertive outreach, recovery college, talking therapy,
psychiatrist, psychiatric, psychiatric unit, psychiatric ward, psychiatric hospital, psychiatric nurse, psychiatry,
community psychiatric nurse, psychologist, clinical psychologist, psychotherapist, psychotherapy, counsellor,
counselling, cognitive behavioural therapy, sectioned, inpatient, day hospital, rehab clinic, rehabilitation unit,
rehabilitation ward, detox unit, needle exchange, methadone clinic, drug and alcohol service,
drug and alcohol team, substance misuse service, alcoholics anonymous, narcotics anonymous, gamblers anonymous,
memory clinic, memory service, memory nurse, autism service, autism team, eating disorder service,
eating disorder clinic, perinatal mental health, gender clinic, gender identity clinic, sexual health clinic,
sexual health service, family planning clinic, fertility clinic, abortion clinic, early pregnancy unit,
menopause clinic, oncology, oncologist, haematology, haematologist, hematology, chemotherapy, chemo, radiotherapy,
radiation therapy, immunotherapy, hospice, macmillan nurse, palliative care, palliative care team,
breast care nurse, dialysis, dialysis unit, haemodialysis, renal unit, nephrology, nephrologist, urology,
urologist, gastroenterology, gastroenterologist, hepatology, endocrinology, endocrinologist, endocrine clinic,
cardiology, cardiologist, cardiac rehab, cardiac rehabilitation, coronary care, neurology, neurologist,
neurosurgery, neurosurgeon, neurological unit, rheumatology, rheumatologist, dermatology, dermatologist,
respiratory clinic, respiratory nurse, pulmonary rehabilitation, orthopaedic, orthopaedics, orthopaedic surgeon,
audiology, audiologist, ophthalmology, ophthalmologist, eye infirmary, gynaecology, gynaecologist, gynecology,
obstetrics, genitourinary, warfarin clinic, anticoagulation clinic, infusion clinic, infusion unit, sleep clinic,
continence service, continence nurse, falls clinic, lymphoedema clinic, transplant unit, burns unit, spinal unit,
brain injury unit, headway centre, low vision clinic, prosthetics clinic, limb centre, hydrotherapy,
electroconvulsive therapy, keyhole surgery, learning disability team, learning disability nurse, detox clinic,
detoxification
"""

# Each of these with each of the words after it: "pain clinic", "stoma nurse".
CLINIC_FIELDS: Final = (
    "pain, stroke, epilepsy, diabetes, diabetic, asthma, cancer, breast, chest, heart, cardiac, kidney, liver, stoma, "
    "bowel, skin, spinal, fracture, gum, hiv, rheumatoid, arthritis, parkinson's, dementia, copd, adhd, "
    "anticoagulant, thyroid, allergy, migraine, headache, hormone, ivf, bariatric, weight management"
)
CLINIC_WORDS: Final = "clinic, nurse, ward, specialist, consultant, hospital"

# Found in capitals only: as words, or in small letters, they mean something else or nothing.
CONDITION_CAPITALS: Final = """
ASD, BPD, GAD, BDD, MS, ME, TIA, TBI, IBD, GERD, UTI, AIDS, STI, CHD, CKD, EDS, POTS, RSI, SLE, FND
"""
CAPITALS_THAT_ARE_WORDS: Final = "ME, AIDS, POTS"  # not found in a text that is all in capitals
CLINIC_CAPITALS: Final = "CAMHS, CMHT, IAPT, CBT, DBT, EMDR, ECT, CPN, SARC"

# Ordinary phrases with such a word in them: nothing in them is found.
ORDINARY: Final = """
stroke of luck, stroke of genius, stroke of midnight, stroke of a pen, stroke of the pen, stroke of business,
at a stroke, in one stroke, at one stroke, key stroke, keystroke, brush stroke, pen stroke, back stroke,
breast stroke, butterfly stroke, swimming stroke, two stroke, four stroke, economic depression, great depression,
tropical depression, depression era, depressed button, depressed key, depressed switch, depressed lever,
depressed pedal, depressed handle, depressed price, depressed market, depressed area, depressed economy,
depressed kerb, depressed wages, button is depressed, key is depressed, pedal is depressed, lever is depressed,
switch is depressed, tropic of cancer, cancer research shop, deaf ears, turn a deaf ear, deaf awareness, tone deaf,
stone deaf, seizure of goods, seizure of assets, seizure of property, asset seizure, drug seizure, engine seizure,
alcoholic drink, alcoholic beverage, alcoholic ginger beer, non alcoholic, alcoholic content, roof shingles,
cedar shingles, wood shingles, bipolar transistor, bipolar junction, bipolar plug, bipolar power supply,
career counsellor, careers counsellor, debt counselling, debt counsellor, school counsellor, camp counsellor,
careers counselling, credit counselling, redundancy counselling, sectioned off, sectioned into, is sectioned,
lithium battery, lithium ion, lithium polymer, lithium cell, ms teams, ms office, ms word, ms excel, ms outlook,
ms project, ms windows, ms access, ms powerpoint, ms sharepoint, ms dynamics, hearing aids, visual aids,
infertile soil, infertile land, terminal illness cover, critical illness cover, analysis paralysis,
decision paralysis, paralysed by choice, pacemaker race, race pacemaker, orthopaedic chair, orthopaedic seat,
wheelchair users welcome, mental health first aider, mental health first aid, mental health awareness,
mental health policy, mental health champion, mental health day, hospice shop, hospice charity shop,
cancer charity, stroke the cat, stroke the dog, stroke the horse, stroke of work, depression in the road,
depression in the ground, depression in the surface, depression in the floor, depression in the economy,
depression in the market, economic depression of, depression glass, cbt test, cbt certificate, cbt licence,
horoscope cancer, star sign cancer, seizure warrant, search and seizure, brake seizure, bearing seizure,
brush strokes, key strokes, pen strokes, swimming strokes, breast strokes, swim stroke, piston stroke,
stroke length, stroke engine
"""
