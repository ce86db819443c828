"""What every test shares: hypothesis profiles. Fixtures live beside the tests that use them."""

import os

from hypothesis import HealthCheck, settings

# Two busy cores make single examples slow now and then: a deadline would fail the wrong thing.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("desk"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "desk"))
