"""Who earns and who does not, and why: profit per customer, structure apart from luck, and what drives the difference."""
