"""Pure decisions of the 360 page: how a line is told, what to warn of, how a family is drawn."""
