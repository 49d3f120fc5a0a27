"""Buying 网上投保: the customer's pages from choosing a product to the policy in hand."""
