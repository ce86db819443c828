"""Signing in, for stories of holders and practitioners."""

from passport import auth
from passport.demo import DemoAccount
from tests.pages.demo_service import DemoService
from tests.pages.walking import Walker


def sign_in(walker: Walker, account: DemoAccount) -> None:
    """Sign in with username and sign-in code, as people do."""
    walker.goes_to("/sign-in")
    walker.types("Username", account.username)
    walker.types("Sign-in code", account.sign_in_code)
    walker.presses("Sign in")


def given_signed_in(demo: DemoService, walker: Walker, account: DemoAccount) -> Walker:
    """Let somebody be signed in already: the way there is a story of its own."""
    signed_in = auth.sign_in(demo.d, username=account.username, code=account.sign_in_code)
    assert signed_in is not None
    session = demo.app.state.service.cookies.session
    walker.page.context.add_cookies([{"name": session.name, "value": signed_in.token, "url": demo.base_url}])
    return walker
