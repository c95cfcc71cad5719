"""A module that needs what isn't there."""

import nosuchmodule
