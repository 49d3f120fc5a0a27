"""Money: premium schedule, payments through a gateway, refunds, double-entry ledger, reconciliation."""
