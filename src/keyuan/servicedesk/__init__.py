"""Contacts, tasks and complaints: what is said between the company and a customer."""
