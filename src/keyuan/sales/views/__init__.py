"""Pages of prospects, sources and referrals."""
