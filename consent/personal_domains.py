"""Domains of providers that give anybody an e-mail address. Data, and whether a domain is of one of them.

Where the names are from: collected by hand, of the providers that people in the United Kingdom use most. Those whose
addresses last an hour are the best known ones of the public list disposable-email-domains, version 0.0.293; all ten
thousand of it would be out of date as soon. How it is kept: by hand, before each release, and when a holder says that
one is missing. A provider with domains in many countries is one name in PROVIDERS; all others are whole domains, as are
those of a name that an employer has too: proton.me gives addresses, proton.com makes cars.
"""

import re
from typing import Final

# Names under which one provider has a domain in many countries: hotmail.fr, live.ie, yahoo.co.in.
PROVIDERS: Final = frozenset(
    {
        "aol", "fastmail", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "msn", "outlook",
        "posteo", "protonmail", "rocketmail", "tuta", "tutanota", "yahoo", "yandex", "ymail", "zoho",
        "zohomail",
    }
)  # fmt: skip
PERSONAL_DOMAINS: Final = frozenset(
    {
        # Of the United Kingdom and Ireland.
        "blueyonder.co.uk", "btconnect.com", "btinternet.com", "btopenworld.com", "eircom.net",
        "freeserve.co.uk", "freeuk.com", "fsmail.net", "lineone.net", "madasafish.com", "ntlworld.com",
        "o2.co.uk", "onetel.com", "orange.net", "plus.com", "plusnet.com", "sky.com", "supanet.com",
        "talk21.com", "talktalk.co.uk", "talktalk.net", "tesco.net", "tiscali.co.uk", "uwclub.net",
        "virgin.net", "virginmedia.com",
        # Of everywhere else.
        "126.com", "139.com", "163.com", "189.cn", "abv.bg", "alice.it", "aliceadsl.fr", "aliyun.com",
        "arcor.de", "att.net", "bbox.fr", "bellsouth.net", "bigpond.com", "bigpond.net.au", "bk.ru",
        "bluewin.ch", "centrum.cz", "charter.net", "cock.li", "comcast.net", "comhem.se", "cox.net",
        "daum.net", "disroot.org", "docomo.ne.jp", "earthlink.net", "email.com", "email.cz", "email.de",
        "ezweb.ne.jp", "foxmail.com", "free.fr", "freenet.de", "hanmail.net", "hetnet.nl", "hey.com",
        "home.nl", "hushmail.com", "inbox.com", "inbox.lv", "inbox.ru", "interia.pl", "keemail.me",
        "kpnmail.nl", "laposte.net", "libero.it", "list.ru", "mac.com", "mail.com", "mail.de", "mail.ee",
        "mail.ru", "mailbox.org", "me.com", "nate.com", "naver.com", "neuf.fr", "o2.pl", "onet.pl", "op.pl",
        "optonline.net", "optusnet.com.au", "orange.fr", "planet.nl", "pm.me", "post.cz", "proton.ch",
        "proton.me", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "runbox.com", "sbcglobal.net",
        "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com", "skynet.be", "softbank.ne.jp", "sohu.com",
        "spray.se", "startmail.com", "sympatico.ca", "t-online.de", "telenet.be", "tin.it", "tiscali.it",
        "tlen.pl", "tutamail.com", "ukr.net", "verizon.net", "videotron.ca", "virgilio.it", "wanadoo.fr",
        "web.de", "wp.pl", "xs4all.nl", "yeah.net", "ziggo.nl",
        # Addresses that lead on to another one.
        "33mail.com", "addy.io", "aleeas.com", "anonaddy.com", "anonaddy.me", "burnermail.io", "duck.com",
        "e4ward.com", "mozmail.com", "passmail.net", "privaterelay.appleid.com", "simplelogin.com",
        "slmail.me", "spamgourmet.com",
        # Addresses that anybody may read, or that last an hour.
        "10mail.org", "10minutemail.com", "1secmail.com", "1secmail.net", "1secmail.org",
        "20minutemail.com", "anonbox.net", "any.pink", "binkmail.com", "bobmail.info", "byom.de",
        "chammy.info", "chitthi.in", "crazymailing.com", "cs.email", "devnullmail.com", "discard.email",
        "discardmail.com", "dispostable.com", "dropmail.me", "emailondeck.com", "emlhub.com", "emlpro.com",
        "emltmp.com", "esiix.com", "fakeinbox.com", "fakemail.net", "fexbox.org", "fexpost.com",
        "getairmail.com", "getnada.com", "grr.la", "guerrillamail.biz", "guerrillamail.com",
        "guerrillamail.de", "guerrillamail.info", "guerrillamail.net", "guerrillamail.org",
        "guerrillamailblock.com", "harakirimail.com", "inboxkitten.com", "incognitomail.org", "inpwa.com",
        "intopwa.com", "jetable.fr.nf", "jetable.org", "letthemeatspam.com", "linshiyouxiang.net",
        "mail.tm", "mailbox.in.ua", "mailcatch.com", "maildrop.cc", "mailexpire.com", "mailin8r.com",
        "mailinator.com", "mailinator.net", "mailinator2.com", "mailmoat.com", "mailnesia.com",
        "mailnull.com", "mailpoof.com", "mailsac.com", "mailtemp.info", "mailto.plus", "mailtothis.com",
        "mintemail.com", "moakt.com", "mohmal.com", "mvrht.net", "mytemp.email", "nada.email",
        "pokemail.net", "reallymymail.com", "rover.info", "safetymail.info", "sendspamhere.com",
        "sharklasers.com", "smailpro.com", "sogetthis.com", "spam.la", "spam4.me", "spambog.com",
        "spamex.com", "spamherelots.com", "suremail.info", "temp-mail.org", "tempail.com", "tempinbox.com",
        "tempmail.com", "tempmail.de", "tempmail.plus", "tempmailo.com", "tempr.email",
        "thisisnotmyrealemail.com", "throwawaymail.com", "tmpmail.net", "tmpmail.org", "tofeat.com",
        "tradermail.info", "trash-mail.com", "trashmail.com", "trashmail.de", "trashmail.me",
        "trashmail.net", "trbvm.com", "vomoto.com", "wegwerfmail.de", "wegwerfmail.net", "wwjmp.com",
        "yomail.info", "yopmail.com", "yopmail.fr", "yopmail.net", "zippymail.info",
    }
)  # fmt: skip
_COUNTRY: Final = re.compile(r"(com?|net|org|ne)(\.[a-z]{2})?|[a-z]{2}", re.ASCII)


def is_personal(domain: str) -> bool:
    """Return whether a domain, in lower case, is of such a provider, or below one of theirs: mail.gmail.com."""
    labels = domain.split(".")
    return any(_is_provider(labels[at:]) for at in range(len(labels)))


def _is_provider(labels: list[str]) -> bool:
    name, *rest = labels
    by_country = name in PROVIDERS and _COUNTRY.fullmatch(".".join(rest)) is not None
    return by_country or ".".join(labels) in PERSONAL_DOMAINS
