"""Words without business meaning that every room speaks: money, terms, actors, refusals, sealed fields."""
