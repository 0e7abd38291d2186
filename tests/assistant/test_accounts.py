"""Who may sign in: hashed secrets, roles, the demo users, the roles of guests."""

import pytest

from assistant.accounts import DEMO_PASSWORD, Account, Accounts, hash_secret, secret_matches
from assistant.errors import ConfigError
from assistant.settings import SignInSettings
from semantic_layer.model import SemanticModel


def settings(**users: object) -> SignInSettings:
    return SignInSettings.model_validate({"users": users})


def test_a_secret_is_a_salted_hash_that_only_its_password_matches() -> None:
    hashed = hash_secret("天空 blue")
    assert "blue" not in hashed
    assert hashed != hash_secret("天空 blue")
    assert secret_matches("天空 blue", hashed)
    assert not secret_matches("天空 Blue", hashed)


def test_the_right_password_gives_the_account_and_nothing_else_does(retail: SemanticModel) -> None:
    hashed = hash_secret("right")
    chosen = settings(li={"roles": ["ops", "manager"], "secret": hashed}, wang={"roles": ["ops"]})
    accounts = Accounts(chosen, retail.roles)
    assert accounts.signed_in("li", "right") == Account("li", ("ops", "manager"))
    assert accounts.signed_in("li", "right") == Account("li", ("ops", "manager"))  # remembered
    assert accounts.signed_in("li", "wrong") is None
    assert accounts.signed_in("nobody", "right") is None
    assert accounts.signed_in("wang", "") is None  # no secret: by proxy only
    assert accounts.vouched("wang") == Account("wang", ("ops",))
    assert accounts.vouched("nobody") is None


def test_guests_get_the_roles_that_the_settings_say(retail: SemanticModel) -> None:
    chosen = SignInSettings.model_validate({"mode": "header", "guests": ["analyst"]})
    accounts = Accounts(chosen, retail.roles)
    assert accounts.vouched("somebody") == Account("somebody", ("analyst",))
    assert accounts.vouched("") is None


def test_demo_users_stand_in_only_where_they_may_and_nobody_is_named(retail: SemanticModel) -> None:
    accounts = Accounts(SignInSettings(), retail.roles, demo=True)
    assert accounts.is_demo
    assert {"manager", "ops", "analyst", "admin"} <= set(accounts.names)
    assert "regional_manager" not in accounts.names  # its region is nobody's
    assert accounts.signed_in("ops", DEMO_PASSWORD) == Account("ops", ("ops",))
    named = Accounts(settings(li={"roles": ["ops"], "secret": hash_secret("x")}), retail.roles, demo=True)
    assert not named.is_demo
    assert named.signed_in("ops", DEMO_PASSWORD) is None


@pytest.mark.parametrize(
    ("users", "code"),
    [
        ({}, "no-users"),
        ({"li": {"roles": ["opps"], "secret": hash_secret("x")}}, "role-unknown"),
        ({"li": {"roles": ["ops"], "secret": "plain"}}, "secret-invalid"),
        ({"li": {"roles": ["ops"], "secret": "scrypt$2$8$1$aa==$aa=="}}, "secret-invalid"),
    ],
)
def test_settings_that_do_not_do_are_named(users: dict[str, object], code: str, retail: SemanticModel) -> None:
    with pytest.raises(ConfigError) as raised:
        Accounts(settings(**users), retail.roles)
    assert raised.value.issue.code == code


def test_a_role_gets_only_the_attributes_that_it_asks_for(retail: SemanticModel) -> None:
    account = Account("li", ("regional_manager",), {"region": "华东", "shoe_size": "42"})
    assert account.attributes_for(retail.roles["regional_manager"]) == {"region": "华东"}
    assert account.attributes_for(retail.roles["manager"]) == {}
