"""Every modelling rule over a model, as issues with file, line and suggestions.

In: a model (its parts passed the shape checks of the loader) and where each part was written. Out: issues, worst first within a
file; nothing is raised.
"""

from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.origins import Origins


def lint(model: SemanticModel, origins: Origins) -> tuple[Issue, ...]:
    """What is wrong with a model: errors (it would not run or answer wrongly) and warnings (worth a look)."""
    del model, origins
    return ()
