"""One way to make a list: filters, order, pages, chosen columns, saved views, export. Each room describes its own."""
