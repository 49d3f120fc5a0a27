"""The members of a group policy: rules, the reading of lists, and the pages. Reads and writes lie in queries and actions."""
