"""Names of medicines and of devices worn or used on the body: generic names as in the BNF, and British brand names.

Kinds of source: the chapters of the British National Formulary, one after another, and the brands in common use.
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
keppra, topiramate, topamax, phenytoin, epanutin, gabapentin, gabapentine, neurontin, pregabalin, pregablin, lyrica,
lacosamide, zonisamide, brivaracetam, clobazam, perampanel, anticonvulsant, anti epileptic, olanzapine, olanzipine,
zyprexa, quetiapine, seroquel, risperidone, risperdal, aripiprazole, abilify, clozapine, clozaril, amisulpride,
haloperidol, haldol, chlorpromazine, flupentixol, depixol, zuclopenthixol, clopixol, paliperidone, lurasidone,
cariprazine, antipsychotic, anti psychotic, diazepam, valium, lorazepam, ativan, temazepam, nitrazepam, clonazepam,
alprazolam, xanax, zopiclone, zimovane, zolpidem, buspirone, promethazine, benzodiazepine, sleeping tablet, sleeping
pill, beta blocker, propranolol, propanolol, methylphenidate, ritalin, concerta, equasym, medikinet,
lisdexamfetamine, elvanse, dexamfetamine, atomoxetine, strattera, guanfacine, intuniv, modafinil, naltrexone,
acamprosate, disulfiram, antabuse, methadone, buprenorphine, subutex, suboxone, buvidal, varenicline, donepezil,
aricept, rivastigmine, galantamine, memantine, levodopa, madopar, sinemet, stalevo, ropinirole, pramipexole,
rotigotine, rasagiline, selegiline, amantadine, apomorphine, riluzole, baclofen, tizanidine, fampridine, interferon
beta, avonex, rebif, copaxone, glatiramer, natalizumab, tysabri, ocrelizumab, ocrevus, fingolimod, gilenya, dimethyl
fumarate, tecfidera, ofatumumab, kesimpta, alemtuzumab, lemtrada, cladribine, sumatriptan, imigran, rizatriptan,
zolmitriptan, erenumab, triptan, botox injections, insulin, insulan, insulin pump, lantus, novorapid, humalog,
levemir, tresiba, toujeo, metformin, metformine, gliclazide, glimepiride, sitagliptin, empagliflozin, jardiance,
dapagliflozin, forxiga, liraglutide, victoza, saxenda, semaglutide, ozempic, wegovy, rybelsus, tirzepatide,
mounjaro, dulaglutide, trulicity, orlistat, xenical, glucagon, blood sugar monitor, glucose monitor, levothyroxine,
thyroxine, carbimazole, propylthiouracil, hydrocortisone tablets, fludrocortisone, prednisolone, prednisalone,
steroid injection, salbutamol, ventolin, blue inhaler, beclometasone, clenil, fostair, symbicort, seretide,
budesonide, formoterol, tiotropium, spiriva, trelegy, montelukast, singulair, theophylline, omalizumab, xolair,
epipen, adrenaline pen, amlodipine, ramipril, lisinopril, enalapril, perindopril, losartan, candesartan, irbesartan,
valsartan, entresto, bisoprolol, atenolol, metoprolol, carvedilol, doxazosin, bendroflumethiazide, indapamide,
furosemide, bumetanide, spironolactone, digoxin, amiodarone, ivabradine, nicorandil, isosorbide mononitrate,
glyceryl trinitrate, gtn spray, atorvastatin, simvastatin, rosuvastatin, statin, ezetimibe, warfarin, warferin,
apixaban, eliquis, rivaroxaban, xarelto, edoxaban, dabigatran, clopidogrel, plavix, ticagrelor, blood thinner,
anticoagulant, enoxaparin, clexane, methotrexate, methotrexat, sulfasalazine, hydroxychloroquine, leflunomide,
azathioprine, mercaptopurine, mycophenolate, ciclosporin, tacrolimus, adalimumab, humira, etanercept, enbrel,
infliximab, remicade, golimumab, certolizumab, cimzia, tocilizumab, rituximab, abatacept, ustekinumab, secukinumab,
cosentyx, vedolizumab, entyvio, tofacitinib, baricitinib, upadacitinib, apremilast, dupilumab, dupixent, biologic
injection, immunosuppressant, immune suppressant, mesalazine, pentasa, octasa, colchicine, allopurinol, alendronic
acid, alendronate, fosamax, risedronate, denosumab, prolia, zoledronic acid, codeine, co codamol, cocodamol,
dihydrocodeine, tramadol, morphine, oramorph, oxycodone, oxycontin, fentanyl, tapentadol, nefopam, naproxen,
diclofenac, etoricoxib, celecoxib, opioid, capsaicin cream, medical cannabis, tens machine, mebeverine, buscopan,
loperamide, lactulose, macrogol, omeprazole, lansoprazole, esomeprazole, pantoprazole, famotidine, ursodeoxycholic
acid, creon, tamoxifen, letrozole, anastrozole, exemestane, arimidex, herceptin, trastuzumab, goserelin, zoladex,
prostap, bicalutamide, enzalutamide, abiraterone, imatinib, capecitabine, paclitaxel, docetaxel, cisplatin,
carboplatin, pembrolizumab, keytruda, nivolumab, hydroxycarbamide, erythropoietin, iron infusion, blood transfusion,
factor viii, desmopressin, oxybutynin, solifenacin, mirabegron, tolterodine, tamsulosin, finasteride, dutasteride,
sildenafil, viagra, tadalafil, cialis, clomifene, norethisterone, tranexamic acid, mefenamic acid, triptorelin,
decapeptyl, hormone replacement therapy, hrt patch, estradiol, evorel, oestrogel, utrogestan, tibolone, testogel,
testosterone injection, puberty blocker, antiretroviral, anti retroviral, truvada, biktarvy, dolutegravir, triumeq,
descovy, aciclovir, valaciclovir, isotretinoin, roaccutane, acitretin, methoxsalen, phototherapy, injection pen,
feeding tube, catheter, cpap machine, oxygen therapy, nebuliser, home oxygen, kaftrio, trikafta, symkevi, orkambi,
ivacaftor, sativex, epidyolex, stelara, skyrizi, rinvoq, xeljanz, olumiant, jyseleca, orencia, roactemra, actemra,
kineret, mabthera, truxima, rixathon, amgevita, imraldi, hyrimoz, benepali, erelzi, inflectra, remsima, simponi,
taltz, ixekizumab, tremfya, guselkumab, risankizumab, kyntheum, brodalumab, bimzelx, bimekizumab, otezla, sotyktu,
nucala, mepolizumab, fasenra, benralizumab, tezspire, tezepelumab, adtralza, tralokinumab, ajovy, fremanezumab,
aimovig, emgality, galcanezumab, vyepti, eptinezumab, rimegepant, vydura, atogepant, aquipta, aubagio,
teriflunomide, mavenclad, zeposia, ozanimod, mayzent, siponimod, ponvory, plegridy, betaferon, vimpat, briviact,
fycompa, zonegran, cenobamate, ontozry, ethosuximide, primidone, phenobarbital, phenobarbitone, rufinamide,
stiripentol, vigabatrin, oxcarbazepine, trileptal, eslicarbazepine, buccolam, midazolam, cannabidiol, valproic acid,
xaggitin, delmosart, xenidate, amfexa, adderall, vyvanse, latuda, reagila, invega, xeplion, trevicta, zypadhera,
brexpiprazole, sulpiride, trifluoperazine, pimozide, levomepromazine, depot injection, depot medication, mood
stabiliser, mood stabilizer, asenapine, zaponex, denzapine, tranylcypromine, isocarboxazid, doxepin, esketamine,
spravato, ketamine treatment, valdoxan, oxazepam, chlordiazepoxide, hydroxyzine, melatonin, circadin, slenyto,
daridorexant, sodium oxybate, pitolisant, solriamfetol, nalmefene, campral, champix, naloxone, espranor, ebixa,
reminyl, exelon, lecanemab, donanemab, co careldopa, co beneldopa, mirapexin, requip, azilect, entacapone,
opicapone, safinamide, duodopa, trihexyphenidyl, procyclidine, tetrabenazine, rilutek, edaravone, tofersen,
pyridostigmine, mestinon, vyvgart, risdiplam, evrysdi, nusinersen, spinraza, dantrolene, botulinum toxin, dysport,
co dydramol, zapain, solpadol, oxynorm, longtec, shortec, zomorph, sevredol, palexia, butrans, tylex, lidocaine
patch, versatis, meloxicam, indometacin, celebrex, arcoxia, naprosyn, painkiller, pain killer, opiate, naratriptan,
eletriptan, almotriptan, frovatriptan, maxalt, pizotifen, fiasp, humulin, novomix, apidra, abasaglar, semglee,
lyumjev, canagliflozin, invokana, linagliptin, trajenta, alogliptin, pioglitazone, exenatide, glucophage, freestyle
libre, libre sensor, dexcom, omnipod, continuous glucose monitor, blood glucose, blood sugar, liothyronine,
dexamethasone, methylprednisolone, deflazacort, steroid, steroid tablet, steroid inhaler, cabergoline,
bromocriptine, octreotide, lanreotide, somatropin, growth hormone, inhaler, asthma pump, relvar, duoresp, flutiform,
anoro, trimbow, qvar, pulmicort, flixotide, bricanyl, terbutaline, serevent, salmeterol, salamol, ipratropium,
atrovent, carbocisteine, nintedanib, pirfenidone, dornase alfa, jext, emerade, auto injector, nebulizer, diltiazem,
verapamil, felodipine, lercanidipine, nifedipine, ranolazine, hydralazine, eplerenone, inclisiran, alirocumab,
evolocumab, repatha, pravastatin, lipitor, crestor, flecainide, sotalol, dronedarone, nebivolol, labetalol,
prasugrel, dipyridamole, tinzaparin, dalteparin, heparin, fragmin, lixiana, pradaxa, midodrine, sacubitril,
captopril, telmisartan, olmesartan, water tablet, blood pressure tablet, heart tablet, domperidone, metoclopramide,
cyclizine, ondansetron, prochlorperazine, stemetil, hyoscine, linaclotide, prucalopride, asacol, salofalk, mezavant,
balsalazide, filgotinib, mirikizumab, pancreatic enzyme, rifaximin, colestyramine, odefsey, genvoya, stribild,
symtuza, juluca, dovato, tivicay, isentress, raltegravir, prezista, darunavir, kivexa, abacavir, lamivudine,
tenofovir, emtricitabine, efavirenz, atripla, eviplera, cabotegravir, bictegravir, hiv medication, epclusa, harvoni,
maviret, entecavir, rifampicin, isoniazid, pyrazinamide, ethambutol, clomid, mirena, contraceptive, contraception,
depo provera, elleste, kliovance, femoston, lenzetto, estradot, premarin, vagifem, progesterone, oestrogen,
estrogen, relugolix, ryeqo, leuprorelin, buserelin, medroxyprogesterone, tostran, nebido, sustanon, testosterone,
avodart, proscar, vardenafil, levitra, cyproterone, hormone blocker, hormone therapy, vesicare, betmiga, trospium,
fesoterodine, toviaz, vibegron, self catheterise, palbociclib, ibrance, ribociclib, kisqali, abemaciclib, verzenios,
kadcyla, perjeta, enhertu, phesgo, olaparib, lynparza, niraparib, avastin, bevacizumab, cetuximab, opdivo, yervoy,
ipilimumab, atezolizumab, durvalumab, glivec, dasatinib, nilotinib, ibrutinib, venetoclax, lenalidomide, revlimid,
thalidomide, bortezomib, velcade, daratumumab, ruxolitinib, osimertinib, tagrisso, sunitinib, temozolomide,
fluorouracil, oxaliplatin, irinotecan, gemcitabine, doxorubicin, epirubicin, cyclophosphamide, vincristine,
fulvestrant, degarelix, apalutamide, darolutamide, casodex, filgrastim, hydroxyurea, emicizumab, hemlibra,
deferasirox, eltrombopag, b12 injection, immunoglobulin, ivig, plasma exchange, factor ix, febuxostat,
penicillamine, raloxifene, teriparatide, romosozumab, ibandronic acid, belimumab, anifrolumab, latanoprost,
bimatoprost, lucentis, eylea, ranibizumab, aflibercept, eye injection, protopic, dovobet, calcipotriol, lymecycline,
prograf, adoport, cellcept, sirolimus, anti rejection, vagus nerve stimulator, deep brain stimulation, spinal cord
stimulator, syringe driver, cpap, cpap mask, oxygen cylinder, compression stocking, fluticasone, ventoline,
pregabaline, sertralene, fluoxetin, metaformin, clonidine, minoxidil, betahistine, hydroxocobalamin, mifepristone,
misoprostol, botox, braltus, stiolto, oxygen concentrator, anti sickness tablet, antiviral, iron tablet,
nitrofurantoin, trimethoprim
"""

MEDICINE_CAPITALS: Final = "SSRI, SNRI, HRT, DMARD, NSAID, MAOI, CPAP, IVF, ARV, TENS, PrEP, IVIG, GTN"
