"""Named credentials: where their values come from, and how what was handed out is kept out of everything that is read.

`Credentials` resolves them for one attempt at a step, in the step's own process; `Redactor` replaces what it handed
out. Importing this package loads neither a provider nor the network.
"""

from __future__ import annotations

from treadle.credentials.errors import CredentialError
from treadle.credentials.redaction import MAY_STAY, Redactor
from treadle.credentials.resolving import Credentials
from treadle.credentials.surroundings import withdraw

__all__ = ["MAY_STAY", "CredentialError", "Credentials", "Redactor", "withdraw"]
