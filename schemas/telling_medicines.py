"""Names of medicines that can tell a condition: generic names as in the BNF, and British brand names.

Left out: what anybody may take (paracetamol, ibuprofen, vitamins) and brands that are also first names or plain words.
"""

from typing import Final

MEDICINES: Final = """
citalopram, citalipram, cipramil, escitalopram, cipralex, sertraline, sertralin, sertaline, lustral, fluoxetine,
fluoxitine, prozac, paroxetine, seroxat, fluvoxamine, venlafaxine, venlafaxin, effexor, duloxetine, cymbalta,
mirtazapine, mirtazipine, zispin, trazodone, amitriptyline, amitriptylin, amitriptaline, nortriptyline,
clomipramine, imipramine, lofepramine, dosulepin, vortioxetine, brintellix, agomelatine, bupropion, zyban,
wellbutrin, phenelzine, moclobemide, reboxetine, antidepressant, anti depressant, lithium, priadel, camcolit,
lamotrigine, lamictal, sodium valproate, valproate, epilim, depakote, carbamazepine, tegretol, levetiracetam,
keppra, topiramate, topamax, phenytoin, epanutin, gabapentin, gabapentine, neurontin, pregabalin, pregablin,
lyrica, lacosamide, zonisamide, brivaracetam, clobazam, perampanel, anticonvulsant, anti epileptic, olanzapine,
olanzipine, zyprexa, quetiapine, seroquel, risperidone, risperdal, aripiprazole, abilify, clozapine, clozaril,
amisulpride, haloperidol, haldol, chlorpromazine, flupentixol, depixol, zuclopenthixol, clopixol, paliperidone,
lurasidone, cariprazine, antipsychotic, anti psychotic, diazepam, valium, lorazepam, ativan, temazepam, nitrazepam,
clonazepam, alprazolam, xanax, zopiclone, zimovane, zolpidem, buspirone, promethazine, benzodiazepine,
sleeping tablet, sleeping pill, beta blocker, propranolol, propanolol, methylphenidate, ritalin, concerta, equasym,
medikinet, lisdexamfetamine, elvanse, dexamfetamine, atomoxetine, strattera, guanfacine, intuniv, modafinil,
naltrexone, acamprosate, disulfiram, antabuse, methadone, buprenorphine, subutex, suboxone, buvidal, varenicline,
donepezil, aricept, rivastigmine, galantamine, memantine, levodopa, madopar, sinemet, stalevo, ropinirole,
pramipexole, rotigotine, rasagiline, selegiline, amantadine, apomorphine, riluzole, baclofen, tizanidine,
fampridine, interferon beta, avonex, rebif, copaxone, glatiramer, natalizumab, tysabri, ocrelizumab, ocrevus,
fingolimod, gilenya, dimethyl fumarate, tecfidera, ofatumumab, kesimpta, alemtuzumab, lemtrada, cladribine,
sumatriptan, imigran, rizatriptan, zolmitriptan, erenumab, triptan, botox injections, insulin, insulan,
insulin pump, lantus, novorapid, humalog, levemir, tresiba, toujeo, metformin, metformine, gliclazide, glimepiride,
sitagliptin, empagliflozin, jardiance, dapagliflozin, forxiga, liraglutide, victoza, saxenda, semaglutide, ozempic,
wegovy, rybelsus, tirzepatide, mounjaro, dulaglutide, trulicity, orlistat, xenical, glucagon, blood sugar monitor,
glucose monitor, levothyroxine, thyroxine, carbimazole, propylthiouracil, hydrocortisone tablets, fludrocortisone,
prednisolone, prednisalone, steroid injection, salbutamol, ventolin, blue inhaler, beclometasone, clenil, fostair,
symbicort, seretide, budesonide, formoterol, tiotropium, spiriva, trelegy, montelukast, singulair, theophylline,
omalizumab, xolair, epipen, adrenaline pen, amlodipine, ramipril, lisinopril, enalapril, perindopril, losartan,
candesartan, irbesartan, valsartan, entresto, bisoprolol, atenolol, metoprolol, carvedilol, doxazosin,
bendroflumethiazide, indapamide, furosemide, bumetanide, spironolactone, digoxin, amiodarone, ivabradine,
nicorandil, isosorbide mononitrate, glyceryl trinitrate, gtn spray, atorvastatin, simvastatin, rosuvastatin,
statin, ezetimibe, warfarin, warferin, apixaban, eliquis, rivaroxaban, xarelto, edoxaban, dabigatran, clopidogrel,
plavix, ticagrelor, blood thinner, anticoagulant, enoxaparin, clexane, methotrexate, methotrexat, sulfasalazine,
hydroxychloroquine, leflunomide, azathioprine, mercaptopurine, mycophenolate, ciclosporin, tacrolimus, adalimumab,
humira, etanercept, enbrel, infliximab, remicade, golimumab, certolizumab, cimzia, tocilizumab, rituximab,
abatacept, ustekinumab, secukinumab, cosentyx, vedolizumab, entyvio, tofacitinib, baricitinib, upadacitinib,
apremilast, dupilumab, dupixent, biologic injection, immunosuppressant, immune suppressant, mesalazine, pentasa,
octasa, colchicine, allopurinol, alendronic acid, alendronate, fosamax, risedronate, denosumab, prolia,
zoledronic acid, codeine, co codamol, cocodamol, dihydrocodeine, tramadol, morphine, oramorph, oxycodone,
oxycontin, fentanyl, tapentadol, nefopam, naproxen, diclofenac, etoricoxib, celecoxib, opioid, capsaicin cream,
medical cannabis, tens machine, mebeverine, buscopan, loperamide, lactulose, macrogol, omeprazole, lansoprazole,
esomeprazole, pantoprazole, famotidine, ursodeoxycholic acid, creon, tamoxifen, letrozole, anastrozole, exemestane,
arimidex, herceptin, trastuzumab, goserelin, zoladex, prostap, bicalutamide, enzalutamide, abiraterone, imatinib,
capecitabine, paclitaxel, docetaxel, cisplatin, carboplatin, pembrolizumab, keytruda, nivolumab, hydroxycarbamide,
erythropoietin, iron infusion, blood transfusion, factor viii, desmopressin, oxybutynin, solifenacin, mirabegron,
tolterodine, tamsulosin, finasteride, dutasteride, sildenafil, viagra, tadalafil, cialis, clomifene,
norethisterone, tranexamic acid, mefenamic acid, triptorelin, decapeptyl, hormone replacement therapy, hrt patch,
estradiol, evorel, oestrogel, utrogestan, tibolone, testogel, testosterone injection, puberty blocker,
antiretroviral, anti retroviral, truvada, biktarvy, dolutegravir, triumeq, descovy, aciclovir, valaciclovir,
isotretinoin, roaccutane, acitretin, methoxsalen, phototherapy, injection pen, feeding tube, catheter,
cpap machine, oxygen therapy, nebuliser, home oxygen
"""

MEDICINE_CAPITALS: Final = "SSRI, SNRI, HRT, DMARD, NSAID, MAOI, CPAP, IVF, ARV, TENS"
