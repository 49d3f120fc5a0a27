"""Keyuan 客缘: the customer system of an insurance company."""
