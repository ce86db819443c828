"""A share that was made before a label changed still opens, and still proves what it says."""

import json

from consent.verification import Outcome
from passport.holders import open_holder
from passport.sealed_shares import BUNDLE_FIELD
from passport.store import share_files
from schemas.fhir import RENDERING
from tests.service.world import Clock, Person, Share, World, running


def given_it_has_the_words_of_before(world: World, sam: Person, share: Share) -> None:
    """Seal the share's Bundle with another label, under an older number, as the version before would have."""
    bundle = json.loads(world.reads(share))
    bundle["meta"]["tag"][0]["code"] = "0"
    bundle["entry"][0]["resource"]["title"] = "Old title"
    with world.d.database.writing() as connection:
        holder = open_holder(world.d, connection, sam.holder_id)
        sealed = holder.vault.seal(json.dumps(bundle).encode(), row=share.share_id, **BUNDLE_FIELD)
        share_files.replace(connection, sam.holder_id, share.share_id, sealed_bundle=sealed, rendering=0)


def test_a_start_after_an_upgrade_words_kept_shares_anew(world: World, sam: Person, clock: Clock) -> None:
    share = sam.shares_with("employer")
    before = world.reads(share)
    given_it_has_the_words_of_before(world, sam, share)
    refused = world.verifies(world.reads(share)).failed
    assert refused is not None
    assert refused.code == "rendering_differs"

    with running(world.d.settings, clock) as (app, client):
        upgraded = World(app, client, clock)
        assert upgraded.reads(share) == before
        assert upgraded.verifies(before).outcome is Outcome.VALID


def test_a_share_that_does_not_open_stops_no_start(world: World, sam: Person, clock: Clock) -> None:
    share, other = sam.shares_with("employer"), sam.shares_with("gp")
    with world.d.database.writing() as connection:
        share_files.replace(connection, sam.holder_id, share.share_id, sealed_bundle=b"broken", rendering=0)
    with running(world.d.settings, clock) as (app, client):
        upgraded = World(app, client, clock)
        assert upgraded.opens(share).status_code == 500
        assert upgraded.verifies(upgraded.reads(other)).outcome is Outcome.VALID
        assert upgraded.one("SELECT COUNT(*) FROM share_files WHERE rendering <> :now", now=RENDERING) == 0
