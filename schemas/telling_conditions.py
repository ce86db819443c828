"""English names of conditions, as people write them about themselves, by part of the body.

How they are matched, with plurals, is consent.telling. Kinds of source: the headings of the NHS website's A to Z of
conditions, preferred terms of common SNOMED CT findings and disorders, everyday names of the same, and the misspellings
that no rule finds. What only somebody with a condition wears or has in their body is one too (a hearing aid); a change
at work is not (a hearing loop, a ramp). Left out: words that mostly mean something else ("stress", "fits", "tics",
"ms" and "me" in small letters), what passes within days (a cold, a sprain), and what happens in a life (bereavement).
To maintain: add a term to its group; the tests say what must and must not be found.
"""

from typing import Final

# One term to a comma. Singular; the plural is found as well, and any hyphen, apostrophe or accent is optional.
MIND: Final = """
depression, depressed, depressive, depressive disorder, manic depression, postnatal depression, clinical depression,
depresion, deppression, low mood disorder, dysthymia, anxiety, anxiety disorder, generalised anxiety, anxeity,
anxity, social anxiety, panic attack, panic disorder, agoraphobia, agoraphobic, claustrophobia, phobia, bipolar,
bipolar disorder, bi polar, bi polar disorder, bipola, cyclothymia, manic episode, hypomania, hypomanic,
schizophrenia, schizophrenic, scizophrenia, schitzophrenia, schizoaffective, psychosis, psychoses, psychotic,
psycosis, hearing voices, personality disorder, borderline personality, obsessive compulsive, obsessive compulsive
disorder, post traumatic stress, posttraumatic stress disorder, post traumatic stress disorder, trauma disorder,
eating disorder, anorexia, anorexia nervosa, anorexic, bulimia, bulimic, binge eating, body dysmorphia, body
dysmorphic disorder, self harm, self harming, suicidal, suicide attempt, attempted suicide, suicidal ideation,
mental illness, mental health condition, mental health problem, mental breakdown, nervous breakdown, mental
disorder, insomnia, insomniac, narcolepsy, sleep apnoea, sleep apnea, gender dysphoria, alcoholism, alcoholic,
alcohol dependence, alcohol dependency, alcohol addiction, drug addiction, drug dependence, drug addict, opioid
dependence, heroin addiction, gambling addiction, substance misuse, substance abuse, postpartum depression,
perinatal depression, antenatal depression, seasonal affective disorder, suicidal thought, suicidal feeling, an
overdose, overdosed, addiction, addict, alcohol misuse, alcohol problem, alcohol use disorder, drinking problem,
drug problem, drug misuse, recovering alcoholic, recovering addict, gambling problem, problem gambling, gambling
disorder, drug induced psychosis, delusional disorder, visual hallucination, auditory hallucination, paranoia,
catatonia, catatonic, dissociative, dissociative disorder, dissociative identity disorder, depersonalisation,
derealisation, adjustment disorder, mood disorder, mood swings, intrusive thoughts, health anxiety, separation
anxiety, generalised anxiety disorder, anxiety attack, hoarding disorder, trichotillomania, skin picking disorder,
dermatillomania, night terrors, sleep paralysis, sleep disorder, sleep disorders, restless legs, restless leg
syndrome, hypersomnia, narcoleptic, cataplexy, arfid, avoidant restrictive food intake disorder, orthorexia,
selective mutism, selectively mute, burnout, work related stress, stress related illness, stress disorder, off with
stress, off sick with stress, had a breakdown, mental health, mental ill health, mental health difficulty, mental
health issue, mental health crisis, mentally ill, mentally unwell, emotionally unstable personality, complex trauma,
childhood trauma, attachment disorder, self harmed, self harmer, self injury, gender incongruence, gender dysphoric,
transgender, transsexual, trans man, trans woman, gender reassignment, gender affirming surgery, have add, diagnosed
with add, drug dependent, alcohol dependent, delirium, amnesia, my hallucinations, have hallucinations,
hallucinating, anhedonia, mutism, obsessive thought, narcissistic personality disorder, psychopathy, kleptomania,
conduct disorder, oppositional defiant disorder
"""

LEARNING: Final = """
autism, autistic, autism spectrum, autism spectrum disorder, asperger's, asperger's syndrome, aspergers,
aspberger's, attention deficit, attention deficit disorder, attention deficit hyperactivity disorder,
neurodivergent, neurodiverse, dyslexia, dyslexic, dislexia, dislexic, dyspraxia, dyspraxic, dyscalculia, dysgraphia,
tourette's, tourette's syndrome, tourettes, stammer, stammering, stutter, stuttering, learning disability, learning
disabled, learning difficulty, intellectual disability, down's syndrome, down syndrome, fragile x, foetal alcohol,
fetal alcohol, neurodivergence, on the spectrum, on the autistic spectrum, autistic spectrum, autistic spectrum
disorder, autism spectrum condition, pathological demand avoidance, sensory processing disorder, auditory processing
disorder, developmental language disorder, developmental coordination disorder, developmental delay, special needs,
special educational needs, irlen syndrome, dyscalculic, dysgraphic, intellectually disabled, fragile x syndrome,
williams syndrome, prader willi, prader willi syndrome, angelman syndrome, rett syndrome, turner syndrome,
klinefelter's, klinefelter syndrome, digeorge syndrome, foetal alcohol spectrum disorder, tic disorder, nervous tic,
learning impairment, learning disorder, alexithymia, stimming, sensory overload, executive dysfunction,
developmental co ordination disorder, irlen, visual stress, nonverbal learning disorder, synaesthesia
"""

BRAIN: Final = """
dementia, vascular dementia, alzheimer's, alzheimer's disease, altzheimer's, alzeimer's, parkinson's, parkinson's
disease, parkinsonism, multiple sclerosis, multiple sclorosis, relapsing remitting, motor neurone disease, motor
neuron disease, huntington's, huntington's disease, muscular dystrophy, myasthenia gravis, guillain barre, cerebral
palsy, spina bifida, hydrocephalus, epilepsy, epileptic, epilepsie, epileptic fit, epileptic seizure, seizure,
absence seizure, stroke, mini stroke, transient ischaemic attack, aphasia, dysphasia, dysarthria, brain injury, head
injury, brain tumour, brain tumor, brain haemorrhage, aneurysm, concussion, migraine, migrane, migrain, cluster
headache, neuralgia, neuropathy, bell's palsy, lewy body, lewy body dementia, frontotemporal dementia, mild
cognitive impairment, cognitive impairment, memory loss, memory problem, brain fog, brain damage, brain surgery,
brain bleed, brain abscess, subarachnoid haemorrhage, subdural haematoma, post concussion syndrome, traumatic brain
injury, acquired brain injury, ataxia, ataxic, tremor, essential tremor, dystonia, dystonic, chorea, functional
neurological disorder, functional neurological symptoms, functional movement disorder, functional seizure, non
epileptic seizure, dissociative seizure, non epileptic attack, tonic clonic, grand mal, focal seizure, having fits,
have fits, get fits, had a fit, tension headache, chronic headache, hemiplegic migraine, vestibular migraine,
migraineur, trigeminal neuralgia, peripheral neuropathy, neurological condition, neurological disorder, neurological
disease, neurodegenerative, progressive supranuclear palsy, multiple system atrophy, creutzfeldt jakob disease,
charcot marie tooth, charcot marie tooth disease, dystrophy, myotonic dystrophy, myopathy, myositis,
dermatomyositis, spinal muscular atrophy, transverse myelitis, neuromyelitis optica, myelopathy, cauda equina, cauda
equina syndrome, syringomyelia, chiari malformation, foot drop, nerve damage, trapped nerve, pinched nerve,
amyotrophic lateral sclerosis, primary lateral sclerosis, neurofibromatosis, tuberous sclerosis, intracranial
hypertension, restless legs syndrome, locked in syndrome, facial palsy, ramsay hunt syndrome, guillain barre
syndrome, stiff person syndrome, polyneuropathy, hemiparesis, quadriplegia, diplegia, facial paralysis, vestibular
disorder, motor neuron, cjd, bppv, ministroke, relapsing remitting ms, cavernoma, chronic traumatic encephalopathy,
creutzfeldt jakob, craniosynostosis, memory impairment, vestibular neuritis, dysautonomia, spinal cord compression,
hypotonia, visual snow
"""

SENSES: Final = """
tinnitus, tinitus, vertigo, meniere's, meniere's disease, labyrinthitis, hearing loss, hearing impaired, hearing
impairment, deaf, deafness, deafblind, hard of hearing, partially sighted, registered blind, sight loss, sight
impaired, visually impaired, visual impairment, glaucoma, cataract, macular degeneration, retinopathy, retinitis
pigmentosa, keratoconus, colour blind, colour blindness, hearing aid, cochlear implant, hyperacusis, misophonia,
otosclerosis, acoustic neuroma, glue ear, ear infection, perforated eardrum, deafened, profoundly deaf, lost my
hearing, hearing problem, am blind, im blind, is blind, are blind, was blind, were blind, born blind, went blind, go
blind, going blind, gone blind, become blind, became blind, being blind, legally blind, partially blind, totally
blind, completely blind, nearly blind, almost blind, blind in one eye, blind in my, blind in both eyes, blind since,
blind from birth, blind person, blind people, blind man, blind woman, night blind, night blindness, blindness, low
vision, lost my sight, loss of sight, loss of vision, losing my sight, sight problem, severely sight impaired, eye
condition, eye disease, detached retina, retinal detachment, optic neuritis, optic neuropathy, nystagmus, uveitis,
iritis, strabismus, amblyopia, lazy eye, diabetic retinopathy, dry eye syndrome, blepharitis, conjunctivitis,
stargardt's, stargardt disease, usher syndrome, albinism, double vision, hemianopia, colour vision deficiency, age
related macular degeneration, loss of smell, anosmia, vocal cord, dysphonia, laryngectomy, tracheostomy, non verbal
autism, non speaking, deafblindness, cholesteatoma, keratitis, macular oedema, macular disease, stutterer,
mastoiditis, prosopagnosia, face blindness
"""

HORMONES: Final = """
diabetes, diabetic, diabetis, diebetes, diabetees, type 1 diabetes, type 2 diabetes, type one diabetic,
hypoglycaemia, hypoglycemia, hypoglycaemic, hyperglycaemia, diabetic hypo, thyroid disease, thyroid disorder,
underactive thyroid, overactive thyroid, hypothyroidism, hyperthyroidism, hypothyroid, hashimoto's, graves disease,
addison's disease, cushing's, cushing's syndrome, acromegaly, obesity, obese, morbidly obese, gout, t1d, t2d, t1dm,
t2dm, type one diabetes, type two diabetes, type 1 diabetic, type 2 diabetic, prediabetes, prediabetic, pre
diabetic, gestational diabetes, ketoacidosis, diabetic ketoacidosis, addison's, addisonian crisis, adrenal
insufficiency, adrenal crisis, adrenal fatigue, pituitary, hypopituitarism, diabetes insipidus, graves's disease,
thyroid, thyroid cancer, goitre, thyroiditis, hyperparathyroidism, hypoparathyroidism, congenital adrenal
hyperplasia, phenylketonuria, pku, metabolic disorder, porphyria, wilson's disease, gaucher disease, fabry disease,
mitochondrial disease, galactosaemia, bariatric surgery, gastric band, gastric bypass, gastric sleeve, growth
hormone deficiency, vitamin deficiency, pernicious anaemia, b12 deficiency, vitamin d deficiency, metabolic
syndrome, amyloidosis, gilbert's syndrome, pancreatic insufficiency, malnutrition, insulin resistance, diabetic foot
"""

LUNGS: Final = """
asthma, asthmatic, astma, asma, athsma, bronchitis, bronchiectasis, emphysema, chronic obstructive pulmonary
disease, pulmonary fibrosis, cystic fibrosis, pneumonia, tuberculosis, sarcoidosis, lung disease, long covid,
pleurisy, latent tb, active tb, lung transplant, collapsed lung, pneumothorax, asbestosis, mesothelioma, silicosis,
interstitial lung disease, idiopathic pulmonary fibrosis, chest infection, pulmonary hypertension, post covid, post
covid syndrome, whooping cough, chronic cough, sinusitis, nasal polyp, hay fever, asthma attack, lung problem,
breathing disorder, aspergillosis, bronchiolitis, rhinitis, allergic rhinitis, empyema, legionnaires' disease
"""

HEART: Final = """
angina, heart attack, heart disease, heart failure, heart condition, coronary heart disease, cardiomyopathy,
arrhythmia, arrythmia, atrial fibrillation, heart murmur, hypertension, hypertensive, high blood pressure, low blood
pressure, hypotension, high cholesterol, deep vein thrombosis, blood clot, pulmonary embolism, thrombosis,
peripheral arterial disease, raynaud's, varicose vein, pacemaker, bypass surgery, myocardial infarction,
pericarditis, anaemia, anaemic, anemia, sickle cell, sickle cell disease, thalassaemia, haemophilia, haemophiliac,
hemophilia, haemochromatosis, palpitation, tachycardia, bradycardia, svt, supraventricular tachycardia, heart block,
heart bypass, heart surgery, heart operation, heart valve, valve replacement, irregular heartbeat, heart problem,
heart rhythm problem, ischaemic heart disease, congenital heart disease, hole in the heart, cardiac arrest, cardiac
condition, stent, angioplasty, implanted defibrillator, implantable defibrillator, aortic stenosis, aortic aneurysm,
marfan syndrome, postural tachycardia, postural orthostatic tachycardia syndrome, orthostatic intolerance,
orthostatic hypotension, vasovagal syncope, syncope, claudication, endocarditis, myocarditis, rheumatic fever,
hypercholesterolaemia, phlebitis, leg ulcer, my af, have af, von willebrand, von willebrand disease, bleeding
disorder, clotting disorder, factor v leiden, antiphospholipid syndrome, thrombocytopenia, neutropenia, aplastic
anaemia, polycythaemia, myelodysplastic syndrome, immunodeficiency, immunocompromised, immunosuppressed, immune
deficiency, weak immune system, weakened immune system, iron deficiency, atherosclerosis, cardiovascular disease,
thrombophilia, thrombocythaemia, essential thrombocythaemia, splenectomy, spleen, angiography, kawasaki disease
"""

CANCER: Final = """
leukaemia, leukemia, lymphoma, hodgkin's, myeloma, melanoma, sarcoma, carcinoma, cancer, cancerous, breast cancer,
prostate cancer, bowel cancer, lung cancer, skin cancer, tumour, tumor, metastasis, metastases, terminal illness,
terminally ill, palliative, lymphoedema, mastectomy, hysterectomy, neuroblastoma, glioblastoma, glioma, meningioma,
astrocytoma, hodgkin lymphoma, non hodgkin lymphoma, neuroendocrine tumour, brca, malignant, malignancy, metastatic,
in remission, lumpectomy, double mastectomy, prostatectomy, colectomy, thyroidectomy, nephrectomy, orchidectomy,
oophorectomy, bone marrow transplant, stem cell transplant, end of life care, life limiting, biopsy, testicular
cancer, ovarian cancer, cervical cancer, pancreatic cancer, blood cancer, oncological, carcinoid, retinoblastoma,
non hodgkin, myelodysplastic, breast lump, mucositis
"""

BONES: Final = """
arthritis, arthritic, athritis, arthritus, artheritis, osteoarthritis, rheumatoid, rheumatoid arthritis, rhumatoid,
psoriatic arthritis, juvenile arthritis, ankylosing spondylitis, spondylitis, spondylosis, osteoporosis, osteopenia,
fibromyalgia, fibromyalga, fybromyalgia, polymyalgia, chronic pain, back pain, lower back pain, neck pain, joint
pain, pelvic pain, nerve pain, sciatica, siatica, slipped disc, prolapsed disc, herniated disc, scoliosis, kyphosis,
degenerative disc disease, carpal tunnel, tendonitis, tendinitis, bursitis, frozen shoulder, tennis elbow, plantar
fasciitis, repetitive strain injury, whiplash, hip replacement, knee replacement, joint replacement, hypermobility,
hypermobile, ehlers danlos, complex regional pain syndrome, chronic fatigue, chronic fatigue syndrome, myalgic
encephalomyelitis, post viral fatigue, post exertional malaise, lupus, sjogren's, sjogren's syndrome, scleroderma,
vasculitis, autoimmune disease, autoimmune condition, amputation, amputee, paralysis, paralysed, paraplegia,
paraplegic, tetraplegia, tetraplegic, quadriplegic, hemiplegia, spinal injury, spinal cord injury, wheelchair user,
dwarfism, achondroplasia, rickets, polio, post polio syndrome, bad back, back problem, back injury, back condition,
back surgery, spinal surgery, spine surgery, knee pain, hip pain, shoulder pain, wrist pain, foot pain, knee
surgery, hip surgery, spinal stenosis, spinal fusion, fused spine, spinal condition, spondyloarthritis,
spondylolisthesis, bulging disc, disc bulge, disc prolapse, disc herniation, sacroiliac, costochondritis, rotator
cuff, golfer's elbow, trigger finger, dupuytren's, dupuytren's contracture, bunion, heel spur, thoracic outlet
syndrome, tenosynovitis, upper limb disorder, repetitive strain, tendinopathy, torn ligament, cruciate ligament,
torn meniscus, hip dysplasia, perthes disease, brittle bone, osteogenesis imperfecta, paget's disease,
osteomyelitis, avascular necrosis, rheumatism, rheumatic, heds, joint hypermobility, hypermobility syndrome, ehlers
danlos syndrome, still's disease, behcet's, behcet's disease, polymyalgia rheumatica, giant cell arteritis, temporal
arteritis, mixed connective tissue disease, connective tissue disorder, fibro, my ra, have ra, psoriatic,
musculoskeletal disorder, musculoskeletal condition, prosthetic leg, prosthetic limb, prosthetic arm, artificial
leg, artificial limb, false leg, lost a leg, lost my leg, lost an arm, lost my arm, limb difference, limb loss, club
foot, cleft lip, cleft palate, restricted growth, arthrogryposis, wheelchair bound, use a wheelchair, using a
wheelchair, complex regional pain, chronic illness, broken hip, broken ankle, broken leg, broken back, broken neck,
hip fracture, fractured hip, fractured spine, flat feet, morton's neuroma, ganglion cyst, lumbar stenosis, disc
disease, degenerative disc, temporomandibular, compartment syndrome
"""

GUT: Final = """
crohn's, crohn's disease, chron's, chron's disease, crones disease, colitis, ulcerative colitis, colitus,
inflammatory bowel disease, irritable bowel, irritable bowel syndrome, diverticulitis, coeliac, coeliac disease,
celiac disease, acid reflux, hiatus hernia, hernia, stomach ulcer, peptic ulcer, gastritis, pancreatitis, gallstone,
stoma, stoma bag, colostomy, ileostomy, incontinence, incontinent, haemorrhoid, hemorrhoid, gastroparesis, liver
disease, cirrhosis, hepatitis, hepititis, jaundice, liver failure, fatty liver, liver transplant, celiac, gluten
intolerance, gluten intolerant, lactose intolerance, lactose intolerant, food intolerance, reflux, gastro
oesophageal reflux, gastro oesophageal reflux disease, heartburn, barrett's oesophagus, oesophagitis, duodenal
ulcer, gallbladder, appendicitis, diverticular disease, diverticulosis, proctitis, anal fissure, fistula, prolapse,
bowel problem, bowel condition, bowel obstruction, bowel surgery, my bowels, bowel incontinence, urostomy, j pouch,
short bowel syndrome, constipation, diarrhoea, diarrhea, cyclical vomiting, dysphagia, swallowing difficulty,
achalasia, eosinophilic oesophagitis, primary biliary cholangitis, sclerosing cholangitis, liver condition,
hepatitis b, hepatitis c, hep b, hep c, hernia repair, tube fed, food allergy, nut allergy, peanut allergy, allergic
to nuts, allergic to peanuts, allergic reaction, allergy, bowel polyp, ileoanal pouch, clostridium difficile,
indigestion, dyspepsia, mouth ulcer
"""

KIDNEYS: Final = """
kidney disease, kidney failure, renal failure, kidney stone, kidney transplant, polycystic kidney, nephritis,
urinary tract infection, cystitis, overactive bladder, prostatitis, enlarged prostate, endometriosis, endometreosis,
adenomyosis, fibroids, polycystic ovary, polycystic ovary syndrome, polycystic ovarian syndrome, menopause,
menopausal, perimenopause, perimenopausal, menapause, hot flush, heavy periods, period pain, premenstrual syndrome,
premenstrual dysphoric disorder, miscarriage, miscarried, stillbirth, ectopic pregnancy, infertility, infertile,
fertility treatment, erectile dysfunction, vaginismus, pre eclampsia, hyperemesis, postpartum psychosis, hiv
positive, chlamydia, gonorrhoea, syphilis, genital herpes, herpes, sexually transmitted, chronic kidney disease,
kidney problem, renal, nephrotic syndrome, transplant, organ transplant, bladder problem, bladder condition, bladder
weakness, bladder cancer, weak bladder, my bladder, neurogenic bladder, interstitial cystitis, painful bladder
syndrome, urinary, urinary incontinence, prostate, testicular, vasectomy, impotence, peyronie's disease, my endo,
polycystic, ovarian cyst, painful periods, dysmenorrhoea, menorrhagia, premature ovarian insufficiency, early
menopause, hot flash, womb prolapse, pelvic organ prolapse, pelvic girdle pain, pelvic inflammatory disease,
vulvodynia, cervical screening, smear test, colposcopy, pregnant, pregnancy, expecting a baby, trying for a baby,
fertility problem, lost a baby, lost my baby, baby loss, abortion, postnatal, antenatal, morning sickness,
postpartum, hydronephrosis, bladder stone, epididymitis, urethritis, bacterial vaginosis, vaginitis, thrush, breast
implant, mastitis, night sweats, lichen sclerosus, androgen insensitivity, hirsutism, menstrual, premenstrual
"""

SKIN: Final = """
malaria, shingles, glandular fever, lyme disease, meningitis, encephalitis, sepsis, septicaemia, psoriasis,
psoriosis, eczema, exema, excema, dermatitis, rosacea, vitiligo, alopecia, hidradenitis, hyperhidrosis, urticaria,
anaphylaxis, anaphylactic, anaphylactic shock, lichen planus, human papillomavirus, genital wart, hiv,
cytomegalovirus, epstein barr, toxoplasmosis, mrsa, cellulitis, leprosy, acne, pemphigus, pemphigoid, epidermolysis
bullosa, ichthyosis, scalp condition, angioedema, mast cell activation, mast cell activation syndrome, mcas,
mastocytosis, lymphedema, lipoedema, burn survivor, disfigurement, facial disfigurement, port wine stain, excessive
sweating, positive for hiv, pressure ulcer, pressure sore, granuloma annulare, pompholyx, impetigo, scabies,
ringworm, polymorphic light eruption, keloid, hpv
"""

SHORT: Final = """
adhd, ptsd, cptsd, ocd, copd, ibs, me cfs, cfs, pcos, crps, dvt, eupd, mnd, pmdd, kidney infection, fibroid, bowel
disease, skin condition, lung condition, blood disorder, long term sick, head trauma, c ptsd, complex ptsd, fasd
"""

CONDITIONS: Final = ", ".join(
    (MIND, LEARNING, BRAIN, SENSES, HORMONES, LUNGS, HEART, CANCER, BONES, GUT, KIDNEYS, SKIN, SHORT)
)

# Found as written here only: in small letters they mean something else or nothing.
CONDITION_CAPITALS: Final = """
ASD, BPD, GAD, BDD, MS, ME, TIA, TBI, IBD, GERD, UTI, AIDS, STI, CHD, CKD, EDS, POTS, RSI, SLE, FND, TB, GORD, ALS,
PND, DLD, OSA, NAFLD, IIH, PoTS
"""
CAPITALS_THAT_ARE_WORDS: Final = "ME, AIDS, POTS"  # not found in a text that is all in capitals
