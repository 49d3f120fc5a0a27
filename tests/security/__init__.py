"""Who may see what, what browsers are told, and what an attacker can try: over every address of the site."""
