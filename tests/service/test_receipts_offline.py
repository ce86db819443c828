"""What the two sides save, checked with what the service publishes to everyone, and without the service."""

from consent.offline import read_trust_file
from consent.receipt_check import ReceiptsCheck, check_receipts
from consent.verification import Outcome
from passport.share_life import extend
from tests.service.replying import opens
from tests.service.test_receipts import body_of, given_sam_shares, viewing
from tests.service.test_replies import holder_page
from tests.service.world import World


def check(world: World, *saved: str) -> ReceiptsCheck:
    raw = world.client.get("/trust/bundle").content
    tokens = [token for text in saved for token in text.split()]
    return check_receipts(tokens, trust=read_trust_file(raw, now=world.clock()).trust, now=world.clock())


def test_what_both_sides_saved_stands_with_the_published_trust_list(sqlite_world: World) -> None:
    sam, share = given_sam_shares(sqlite_world)
    cookie = viewing(sqlite_world, share, who="Robin of Acme")
    read = sqlite_world.client.get("/v/reading/read-receipt", headers=cookie).text
    extend(sqlite_world.d, sam.holder_id, share.share_id, days=60)
    recipients = sqlite_world.client.get("/v/reading/receipt/versions", headers=cookie).text
    sam.stops(share)
    holders = body_of(sam, share)["versions"]

    found = check(sqlite_world, recipients, *holders, read)
    assert found.outcome is Outcome.VALID
    (receipt,), (reading,) = found.receipts, found.readings
    assert (receipt.is_whole, len(receipt.versions), reading.is_covered) == (True, 3, True)

    found = check(sqlite_world, holders[-1], read)
    assert (found.outcome, found.code) == (Outcome.NOT_CHECKED, "receipt_missing")


def test_each_page_that_offers_a_signed_file_names_the_command_that_checks_it(sqlite_world: World) -> None:
    sam, share = given_sam_shares(sqlite_world)
    reader = opens(sqlite_world, share, who="Robin of Acme")
    holders = f"/passport/shares/{share.share_id}"
    offered = {
        f'href="{holders}/receipt/jwt"': (holder_page(sqlite_world, sam, holders), "receipt verify"),
        'href="/passport/log/export"': (holder_page(sqlite_world, sam, "/passport/log"), "log verify"),
        'href="/v/reading/read-receipt"': (reader.page("/v/reading/receipt"), "receipt verify"),
        'href="/r/receipt/jwt"': (reader.page("/r/receipt"), "receipt verify"),
        'href="/v/reading/copy"': (reader.page("/v/reading"), "verify"),
        'href="/v/reading/promise"': (reader.page("/v/reading"), "log promise"),
    }
    for link, (page, command) in offered.items():
        assert (link in page, f"“passport {command}”" in page) == (True, True), link
