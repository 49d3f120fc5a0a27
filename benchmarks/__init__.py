"""One file per claim about speed. Each prints our figure beside its limit or peer, measured in the same run."""
