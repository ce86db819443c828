"""What signed-in people do first, for stories of holders and practitioners."""

from passport.demo import DemoAccount
from tests.pages.walking import Walker


def sign_in(walker: Walker, account: DemoAccount) -> None:
    """Sign in with username and sign-in code."""
    walker.goes_to("/sign-in")
    walker.types("Username", account.username)
    walker.types("Sign-in code", account.sign_in_code)
    walker.presses("Sign in")
