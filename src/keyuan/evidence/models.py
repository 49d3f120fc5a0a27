"""The tables of proof. Nobody outside this room imports them."""
