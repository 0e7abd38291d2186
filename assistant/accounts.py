"""Who may sign in: people with a hashed secret, the roles they hold and their attributes.

In: the section `sign_in` of the settings and the roles of the domain. Out: an `Account` for a name and password, or for a name
that a trusted proxy or provider vouches for; None where it does not hold. What may fail: `ConfigError` `role-unknown`,
`secret-invalid` (settings), `no-users` (nobody could sign in). Secrets are scrypt hashes; a wrong name takes as long as a wrong
password.
"""

import base64
import hashlib
import hmac
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.errors import ConfigError
from assistant.settings import SignInSettings
from semantic_layer.model import Role

COST, BLOCK, PARALLEL, LENGTH = 2**14, 8, 1, 32
"""RFC 7914 for interactive sign-in: 16 MiB and about 50 ms."""
DEMO_PASSWORD = "wenke"  # noqa: S105 - told to everybody, and only where nobody else can reach the server
MOST_REMEMBERED = 256


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is signed in. `roles`: what they may ask as, the usual one first."""

    name: str
    roles: tuple[str, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)

    def attributes_for(self, role: Role) -> dict[str, str]:
        """Those attributes that `role` asks for."""
        return {name: value for name, value in self.attributes.items() if name in role.attributes}


class Accounts:
    """Everybody who may sign in. Safe for many threads."""

    def __init__(self, settings: SignInSettings, roles: Mapping[str, Role], *, demo: bool = False) -> None:
        """`demo`: where the settings name nobody, a user for each role of the domain that needs no attributes."""
        self._hashes = {name: user.secret.get_secret_value() for name, user in settings.users.items() if user.secret is not None}
        self._known = {name: Account(name, user.roles, user.attributes) for name, user in settings.users.items()}
        self._guests = () if settings.mode == "password" else settings.guests
        self._nobody = hash_secret(secrets.token_hex(8))
        self._seal = secrets.token_bytes(32)
        self._proven: dict[bytes, str] = {}
        self._lock = threading.Lock()
        self.is_demo = demo and not self._known and settings.mode == "password"
        if self.is_demo:
            shared = hash_secret(DEMO_PASSWORD)
            self._known = {name: Account(name, (name,)) for name, role in roles.items() if not role.attributes}
            self._hashes = dict.fromkeys(self._known, shared)
        _check(self._known.values(), self._guests, roles)
        for hashed in self._hashes.values():
            _parsed(hashed)
        if not self._hashes and settings.mode == "password":
            raise ConfigError("no-users")

    def signed_in(self, name: str, password: str) -> Account | None:
        """The account of that name and password."""
        proof = hmac.digest(self._seal, f"{name}\0{password}".encode(), "sha256")
        with self._lock:
            if self._proven.get(proof) == name:
                return self._known.get(name)
        matches = secret_matches(password, self._hashes.get(name, self._nobody))
        if not matches or name not in self._hashes:
            return None
        with self._lock:
            if len(self._proven) >= MOST_REMEMBERED:
                self._proven.clear()
            self._proven[proof] = name
        return self._known[name]

    def vouched(self, name: str) -> Account | None:
        """The account of somebody whom a proxy or provider has signed in; the unknown get the roles of guests, if there are."""
        return self._known.get(name) or (Account(name, self._guests) if self._guests and name else None)

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody that is known by name."""
        return tuple(self._known)


def hash_secret(password: str) -> str:
    """What the settings keep of a password: `scrypt$cost$block$parallel$salt$hash`."""
    salt = secrets.token_bytes(16)
    digest = _scrypt(password, salt, COST, BLOCK, PARALLEL)
    return f"scrypt${COST}${BLOCK}${PARALLEL}${_text(salt)}${_text(digest)}"


def secret_matches(password: str, hashed: str) -> bool:
    """Whether `hashed` was made from `password`."""
    cost, block, parallel, salt, digest = _parsed(hashed)
    return hmac.compare_digest(_scrypt(password, salt, cost, block, parallel), digest)


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    memory = 128 * cost * block * parallel + 2**20
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=memory, dklen=LENGTH)


def _parsed(hashed: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        kind, cost, block, parallel, salt, digest = hashed.split("$")
        found = int(cost), int(block), int(parallel), base64.b64decode(salt), base64.b64decode(digest)
    except ValueError:
        raise ConfigError("secret-invalid") from None
    if kind != "scrypt" or not 2**10 <= found[0] <= 2**20 or not 1 <= found[1] <= 32 or not 1 <= found[2] <= 16:
        raise ConfigError("secret-invalid")
    return found


def _check(accounts: Iterable[Account], guests: tuple[str, ...], roles: Mapping[str, Role]) -> None:
    named = [(account.name, role) for account in accounts for role in account.roles] + [("guests", role) for role in guests]
    for name, role in named:
        if role not in roles:
            raise ConfigError("role-unknown", user=name, role=role, suggestions=tuple(roles))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
