"""The cube: premium, exposure, claims and what they cost, counted by any combination of dimensions over any period."""
