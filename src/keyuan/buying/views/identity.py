"""Proving who applies: a code to the mobile, and the name against the document's number."""
