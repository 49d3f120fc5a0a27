"""Underwriting: decision models, health declarations, referrals and who may decide what."""
