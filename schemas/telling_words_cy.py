"""Welsh words that can tell a condition or where someone is treated. A draft until a named translator signs it.

Written unmutated; consent.telling finds the mutated forms too. Terms shared with English are listed again where Welsh
mutates them ("ganser", "ddementia"). Kinds of source: as of the English lists, and names that Welsh services use. Left
out: words that mostly mean something else ("pryder": a worry; "barlys": barley, and paralysis in its soft form).
"""

from typing import Final

CONDITIONS_CY: Final = """
iselder, iselder ysbryd, iselder ôl enedigol, gorbryder, gorbryderu, anhwylder gorbryder, pwl o banig, pyliau o
banig, anhwylder panig, anhwylder deubegynol, anhwylder deubegwn, deubegynol, deubegwn, sgitsoffrenia,
sgitsoffrenig, sgitsoffrenic, seicosis, seicotig, clywed lleisiau, anhwylder personoliaeth, anhwylder gorfodaeth
obsesiynol, anhwylder obsesiynol cymhellol, anhwylder straen wedi trawma, straen wedi trawma, anhwylder bwyta,
anorecsia, anorecsig, bwlimia, bwlimig, hunan niweidio, hunan niwed, hunanladdol, ceisio lladd fy hun, salwch
meddwl, afiechyd meddwl, cyflwr iechyd meddwl, problem iechyd meddwl, problemau iechyd meddwl, chwalfa nerfol,
anhunedd, alcoholiaeth, alcoholig, dibyniaeth ar alcohol, dibyniaeth ar gyffuriau, caethiwed i alcohol, caethiwed i
gyffuriau, camddefnyddio sylweddau, awtistiaeth, awtistig, sbectrwm awtistiaeth, syndrom asperger, diffyg
canolbwyntio, anhwylder diffyg canolbwyntio a gorfywiogrwydd, niwrowahanol, niwroamrywiol, dyslecsia, dyslecsig,
dyspracsia, dyspracsig, dyscalcwlia, syndrom tourette, atal dweud, anabledd dysgu, anableddau dysgu, anhawster
dysgu, anawsterau dysgu, syndrom down, dementia, demensia, clefyd alzheimer, clefyd parkinson, sglerosis ymledol,
sglerosis gwasgaredig, clefyd motor niwron, clefyd niwronau motor, clefyd huntington, nychdod cyhyrol, parlys yr
ymennydd, spina bifida, epilepsi, epileptig, epilepsia, ffit epileptig, trawiad epileptig, strôc, strociau, mân
strôc, affasia, anaf i'r ymennydd, niwed i'r ymennydd, tiwmor ar yr ymennydd, tiwmor, tyfiant ar yr ymennydd,
meigryn, tinitws, pendro, colli clyw, colled clyw, nam ar y clyw, trwm fy nghlyw, trwm eu clyw, byddar, byddarddall,
nam ar y golwg, colli golwg, rhannol ddall, cofrestredig ddall, glawcoma, cataract, diabetes, diabetig, clefyd
siwgr, clefyd y siwgr, diabetes math 1, diabetes math 2, hypoglycemia, clefyd thyroid, thyroid tanweithgar, thyroid
gorweithgar, gordewdra, gowt, asthma, asthmatig, mogfa, broncitis, emffysema, clefyd rhwystrol cronig yr ysgyfaint,
clefyd yr ysgyfaint, ffeibrosis systig, niwmonia, twbercwlosis, diciâu, covid hir, angina, trawiad ar y galon,
clefyd y galon, methiant y galon, cyflwr ar y galon, cyflwr y galon, ffibriliad atrïaidd, pwysedd gwaed uchel,
pwysau gwaed uchel, pwysedd gwaed isel, colesterol uchel, thrombosis, ceulad gwaed, ceulad ar yr ysgyfaint,
rheoliadur calon, anemia, anaemia, clefyd y crymangelloedd, hemoffilia, lewcemia, lymffoma, myeloma, melanoma,
canser, canser y fron, canser y prostad, canser y coluddyn, canser yr ysgyfaint, canser y croen, salwch angheuol,
gofal lliniarol, arthritis, arthritig, arthritis gwynegol, crydcymalau, crydcymalau gwynegol, cryd cymalau,
gwynegon, osteoarthritis, osteoporosis, esgyrn brau, ffibromyalgia, ffibromialgia, poen cronig, poen cefn, poen yn y
cefn, poenau cefn, sciatica, seiatica, disg wedi llithro, scoliosis, sgoliosis, twnnel carpal, anaf straen
ailadroddus, gorsymudedd, blinder cronig, syndrom blinder cronig, lwpws, clefyd awtoimiwn, trychiad, colli coes,
colli braich, anaf i'r asgwrn cefn, defnyddiwr cadair olwyn, clefyd crohn, colitis, colitis briwiol, llid y
coluddyn, syndrom coluddyn llidus, coluddyn llidus, clefyd coeliag, coeliag, torgest, wlser stumog, wlser ar y
stumog, bag stoma, stoma, anymataliaeth, clefyd yr afu, clefyd yr iau, sirosis, hepatitis, clefyd yr arennau, clefyd
yr aren, methiant yr arennau, trawsblaniad aren, trawsblaniad, cerrig yn yr aren, endometriosis, ffibroidau, syndrom
ofarïau polysystig, menopos, perimenopos, camesgoriad, erthyliad naturiol, marw enedigaeth, anffrwythlondeb,
anffrwythlon, hiv, clamydia, siffilis, herpes, haint a drosglwyddir yn rhywiol, twymyn y chwarennau, clefyd lyme,
llid yr ymennydd, sepsis, soriasis, ecsema, dermatitis, fitiligo, alopesia, anaffylacsis, dysfforia rhywedd, dall,
dallineb, parlys, wedi parlysu, parlysedig, beichiog, beichiogrwydd, disgwyl babi, caethiwed, caeth i gyffuriau,
caeth i alcohol, iechyd meddwl, fy iechyd meddwl, ffobia, awtistic, mygfa, anhwylder pryder, pryder cymdeithasol,
pyliau o bryder, cryndod, cryndod hanfodol, atacsia, ataxia, dystonia, narcolepsi, narcoleptig, mudandod dethol,
anhwylder niwrolegol, cyflwr niwrolegol, clefyd addison, clefyd y gwair, twymyn y gwair, alergedd, alergedd i gnau,
alergaidd i gnau, cymorth clyw, cymhorthion clyw, mewnblaniad cochlear, mewnblaniad yn y cochlea, nam ar y
lleferydd, nam clyw, nam golwg, wedi colli fy ngolwg, trawsryweddol, ailbennu rhywedd, anhwylder cwsg, anhwylder
hwyliau, anhwylder gorfodaeth, gorddos, meddyliau hunanladdol, hunanladdiad, problem yfed, problem gyda chyffuriau,
problem gamblo, anhwylder gamblo, alcoholigion, camddefnyddio alcohol, camddefnyddio cyffuriau, dibyniaeth, ar y
sbectrwm, sbectrwm awtistig, anhwylder prosesu synhwyraidd, anghenion arbennig, colli cof, niwed i'r nerfau,
dirywiad macwlaidd, cataractau, clefyd y llygaid, cyn diabetig, chwarren thyroid, curiad calon afreolaidd,
llawdriniaeth ar y galon, problem ar y galon, gwythiennau faricos, ffibrosis, lewcaemia, mastectomi, canser y gwaed,
canser yr ofari, cefn drwg, problem cefn, anaf i'r cefn, gwynegol, coes brosthetig, coes artiffisial, braich
artiffisial, anoddefiad glwten, anoddefiad lactos, clefyd celiac, adlif asid, llosg cylla, rhwymedd, dolur rhydd,
cyflwr ar y coluddyn, cyflwr yr afu, prostad, pledren wan, problem gyda'r bledren, mislif trwm, mislif poenus, poen
pelfig, colli babi, ceisio am fabi, acne, rosacea, clefyd croen, cyflwr croen, ffitiau epileptig, cael ffitiau,
clefyd niwronau modur, clefyd niwron modur, sglerosis, parkinson, alzheimer, iselder ôl geni, system imiwnedd wan,
diffyg haearn, cur pen clwstwr, apnoea cwsg, nam ar fy ngolwg, nam ar fy nghlyw, clun newydd, pen glin newydd
"""

CLINICS_CY: Final = """
tîm iechyd meddwl, tîm iechyd meddwl cymunedol, gwasanaeth iechyd meddwl, gwasanaethau iechyd meddwl, uned iechyd
meddwl, ward iechyd meddwl, ysbyty meddwl, nyrs iechyd meddwl, tîm argyfwng, tîm triniaeth gartref, tîm ymyrraeth
gynnar, seiciatrydd, seiciatryddion, seiciatreg, seiciatrig, nyrs seiciatrig, ward seiciatrig, uned seiciatrig,
seicolegydd, seicolegwyr, seicotherapi, seicotherapydd, cwnsela, cwnselydd, cwnselwyr, therapi siarad, therapïau
siarad, therapi ymddygiad gwybyddol, clinig cof, gwasanaeth cof, clinig poen, clinig diabetes, clinig asthma, clinig
strôc, clinig epilepsi, clinig canser, clinig y galon, clinig ffrwythlondeb, clinig iechyd rhywiol, clinig rhywedd,
clinig y menopos, clinig cwsg, clinig y fron, clinig torasgwrn, uned strôc, ward strôc, uned ganser, uned arennol,
uned y galon, uned ddialysis, dialysis, nyrs macmillan, nyrs stoma, nyrs diabetes, nyrs canser, nyrs epilepsi,
hosbis, gofal diwedd oes, oncoleg, oncolegydd, haematoleg, cemotherapi, radiotherapi, imiwnotherapi, cardioleg,
cardiolegydd, niwroleg, niwrolegydd, rhiwmatoleg, rhiwmatolegydd, dermatoleg, dermatolegydd, gastroenteroleg,
endocrinoleg, wroleg, gynaecoleg, gynaecolegydd, offthalmoleg, awdioleg, orthopedeg, gwasanaeth anhwylderau bwyta,
gwasanaeth cyffuriau ac alcohol, gwasanaeth camddefnyddio sylweddau, alcoholigion anhysbys, dadwenwyno, uned
adsefydlu, adsefydlu cardiaidd, adsefydlu'r ysgyfaint, bydwraig, bydwragedd, clinig cynenedigol, clinig cyn geni,
clinig llygaid, ysbyty llygaid, uned famolaeth, ward famolaeth, canolfan ganser, canolfan felindre, ysbyty felindre,
felindre, dietegydd, therapydd lleferydd, therapydd iaith a lleferydd, therapi lleferydd, fy therapydd, sesiwn
therapi, cydlynydd gofal, deddf iechyd meddwl, gweithiwr cyffuriau, gweithiwr alcohol, tîm cyffuriau ac alcohol,
nyrs asthma, nyrs y fron, nyrs y galon, nyrs ms, nyrs parkinson, clinig clyw, clinig alergedd, clinig croen, clinig
yr arennau, clinig bledren, clinig thyroid, clinig meigryn, clinig adhd, clinig covid hir, clinig beichiogrwydd,
clinig gwarfarin, uned losgiadau, uned anafiadau'r cefn, uned dadwenwyno, adsefydlu cyffuriau, adsefydlu alcohol,
cyfarfodydd aa, cyfarfod aa, samariaid, tîm awtistiaeth, asesiad awtistiaeth, asesiad adhd, niwroseicolegydd,
imiwnoleg, obstetreg, obstetregydd, tŷ argyfwng, orthoteg, tîm anabledd dysgu, nyrs anabledd dysgu, cemo
"""

MEDICINES_CY: Final = """
inswlin, pwmp inswlin, gwrthiselydd, gwrthiselyddion, cyffur gwrthiselder, tabledi gwrthiselder, tabledi cysgu,
moddion cysgu, cyffuriau gwrthseicotig, gwrthseicotig, steroidau, morffin, methadon, statinau, teneuwr gwaed,
teneuwyr gwaed, therapi adfer hormonau, lithiwm, mewnanadlydd, trallwysiad gwaed, cathetr, anadlydd, anadlyddion,
pwmp asthma, poenladdwr, poenladdwyr, lladdwr poen, tabledi lladd poen, cyffur lladd poen, cyffuriau lladd poen,
steroid, pigiad steroid, sefydlogydd hwyliau, sefydlogyddion hwyliau, pigiad depo, atal cenhedlu, pilsen atal
cenhedlu, cyffuriau gwrthiselder, cyffur gwrth iselder, tabledi gwrth iselder, mewnanadlyddion, tabledi pwysedd
gwaed, tabledi dŵr, pigiad b12, siwgr gwaed, siwgr yn y gwaed, synhwyrydd glwcos, imiwnoglobwlin, canabis meddygol,
peiriant cpap, therapi hormonau, silindr ocsigen
"""

ORDINARY_CY: Final = """
diod alcoholig, diodydd alcoholig, di alcohol, batri lithiwm, batris lithiwm, cwnsela dyledion, cwnsela gyrfa,
cwnselydd gyrfa, dydd iechyd meddwl, polisi iechyd meddwl, cymorth cyntaf iechyd meddwl, barlys, hyfforddiant iechyd
meddwl, swyddog cymorth cyntaf iechyd meddwl, hyrwyddwr iechyd meddwl, polisi menopos, batri aa, batris aa, yn ddall
i'r
"""
