"""Where a domain lies, and a key that changes with it: what is asked before anything is read.

In: a name or a path. Out: the folder; a hash of its YAML and of the code that gives it meaning. Fails with `ModelError`
(`unknown-domain`) where there is no such domain. Imports little: a process that finds the model in its cache loads no more.
"""

import hashlib
from pathlib import Path

from semantic_layer.catalog import nearest
from semantic_layer.errors import ModelError
from semantic_layer.issues import Issue, Place

DOMAINS = Path(__file__).parent / "domains"


def domain_folder(name_or_path: str | Path) -> Path:
    """The folder of a built-in domain, or of a path.

    Raises:
        ModelError: there is no domain of that name, or no `domain.yaml` at that path.
    """
    for folder in (DOMAINS / str(name_or_path), Path(name_or_path)):
        if (folder / "domain.yaml").is_file():
            return folder
    known = sorted(path.parent.name for path in DOMAINS.glob("*/domain.yaml"))
    wanted = str(name_or_path)
    near = nearest(wanted, known) or tuple(known[:3])
    raise ModelError((Issue("unknown-domain", where=Place(file=wanted), params={"name": wanted}, suggestions=near),))


def content_hash(folder: Path) -> str:
    """A key that changes with any YAML of the folder, and with the code that gives it meaning."""
    digest = hashlib.sha256()
    code = sorted(Path(__file__).parent.glob("*.py"))
    for path in (*sorted(folder.glob("*.yaml")), *code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
